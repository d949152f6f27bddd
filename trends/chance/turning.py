"""When did the level turn, whatever the reason: the date at which one change describes best what the level did.

A drifting level may fall to a tenth by itself, and then no change stands out beyond what such series do; that it fell,
and when, is a fact all the same. The level is drawn as the counts have it, with and without a change of its own, and
each draw is dated.
"""

from dataclasses import dataclass

import numpy as np

from trends.chance.kernels import symmetric_root
from trends.chance.scan import ChangeScan, shortest_run
from trends.chance.shapes import EDGE, Shape, shape_column
from trends.chance.solving import joint_posterior
from trends.loading import later

expit = later("scipy.special.expit")
logsumexp = later("scipy.special.logsumexp")

#: Changes that come at once, and those that come gradually.
AT_ONCE = (Shape("step", "step", 0, ()), *(Shape(f"pulse of {k}", "pulse", k, ()) for k in (3, 6, 12)))
GRADUAL = tuple(Shape(f"ramp of {k}", "ramp", k, ()) for k in (3, 6, 12))
#: Months on either side of a claimed window in which a turn is looked for. In two years a larger turn that nobody spoke
#: of takes the place of the one that was claimed.
NEIGHBOURHOOD = 12
#: Power to which the factor of a change in a claimed window is taken. Levels of the real world turn by themselves more
#: often than any learned one does, so that the factor says too much for a window and against it.
#: `benchmarks.claimed_windows` compares powers on simulated studies other than those that docs/reliability.md has.
TEMPERED = 1 / 3
# Fewest periods that are looked at, where the series has them: years and quarters have few in a neighbourhood.
_FEWEST = 24
# A turn changes the rate by a tenth or more, and describes as much of what the level did nearby: a level that wanders
# has a best date too, and no turn.
_MATERIAL, _DESCRIBED = float(np.log(1.1)), 0.4


@dataclass(frozen=True)
class TurningPoint:
    """The date at which one change describes best what the level did.

    Attributes
    ----------
    date_probability : numpy.ndarray, shape (n,)
        Probability of each period that the level turned there, the first period of the new level; what is wanting to 1
        is the probability that no one change describes what the level did.
    possible : numpy.ndarray of bool, shape (n,)
        Dates that were looked at.
    mode : int
        The likeliest date.
    interval : tuple of int
        First and last period of the shortest run of dates that holds 95 % of it.
    log_ratio : numpy.ndarray, shape (n_draws,)
        Log ratio of the mean rates after and before the date, by draw.
    """

    date_probability: np.ndarray
    possible: np.ndarray
    mode: int
    interval: tuple[int, int]
    log_ratio: np.ndarray

    @property
    def stands_out(self) -> bool:
        """Whether a date stands out: one turn is likelier than none, and its interval leaves half of the dates out."""
        first, last = self.interval
        if self.date_probability.sum() < 0.5:
            return False
        return bool(self.possible[first : last + 1].sum() <= 0.5 * self.possible.sum())

    def window(self, first: int, last: int) -> tuple[float, float]:
        """Posterior probability that the turn lies in ``first`` to ``last``, and the prior share of these dates."""
        inside = slice(max(first, 0), last + 1)
        return float(self.date_probability[inside].sum()), float(self.possible[inside].sum() / self.possible.sum())


def probability_begun(turned: float, log_factor: float) -> float:
    """Probability that a change began in a window that was named beforehand, at even odds of any other or of none.

    That the largest turn of a level lies elsewhere says little of a smaller one: a claim is as likely as the better of
    two readings has it, that this turn lies in the window, or that a change of its own began there.

    Parameters
    ----------
    turned : float
        Probability that the turn of the level lies in the window, as `TurningPoint.window` has it.
    log_factor : float
        Log Bayes factor of a change that began there, as `trends.chance.scan.Window` has it.

    References
    ----------
    Holmes, C. C. and Walker, S. G. (2017). Assigning a value to a power likelihood in a general Bayesian model.
    Biometrika 104, 497-503.

    Examples
    --------
    >>> probability_begun(0.01, 0.0), probability_begun(0.9, 0.0), round(probability_begun(0.01, -3.0), 2)
    (0.5, 0.9, 0.27)
    """
    return max(turned, float(expit(TEMPERED * log_factor)))


def level_draws(scan: ChangeScan, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Log rates drawn from their posterior, own noise of single periods left out.

    Parameters
    ----------
    scan : ChangeScan
        The series, with every change weighed.
    draws : int
        How many.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    numpy.ndarray, shape (draws, n)
        One course of the log rate in a row, changes included.
    """
    level, weighed = scan.level, scan.weighed
    terms, n = weighed.candidates, level.n
    log_weight = np.column_stack([weighed.log_null, weighed.log_change + np.log(scan.odds)])
    mass = np.exp(log_weight - logsumexp(log_weight))
    picked = rng.multinomial(draws, mass.ravel() / mass.sum()).reshape(mass.shape)
    rows = []
    for row in np.flatnonzero(picked.any(1)):
        k, i = divmod(int(row), len(level.theta))
        chosen = np.repeat(np.arange(mass.shape[1]), picked[row])
        covariance = level.covariance_times(i, np.eye(n), white=False)
        moved = np.zeros((len(chosen), n))
        change = chosen > 0
        at = chosen[change] - 1
        size = weighed.mean[row, at] + np.sqrt(weighed.variance[row, at]) * rng.standard_normal(len(at))
        moved[change] = size[:, None] * terms.columns[:, terms.term[at]].T
        found = joint_posterior(level, i, level.outliers[:k], covariance, covariance)
        noise = rng.standard_normal((len(chosen), n)) @ symmetric_root(found.covariance)
        rows.append(found.mean + moved - moved @ found.gain + noise)
    return np.vstack(rows)


def turning_point(
    scan: ChangeScan,
    rng: np.random.Generator,
    *,
    direction: int = 0,
    shapes: tuple[Shape, ...] = AT_ONCE,
    among: tuple[int, int] | None = None,
    draws: int = 400,
) -> TurningPoint:
    """The date at which one change describes best what the level did.

    Parameters
    ----------
    scan : ChangeScan
        The series, with every change weighed.
    rng : numpy.random.Generator
        Where the randomness of the draws comes from.
    direction : {0, 1, -1}
        Either, up or down.
    shapes : tuple of Shape
        What the change may look like: each draw is dated with the one that describes it best. Steps and pulses by
        default; a rise that is said to have been gradual begins where a ramp does.
    among : tuple of int, optional
        First and last period of the part of the series that is looked at, widened to 24 periods where it has fewer; by
        default all of it.
    draws : int
        Courses of the level that are dated.

    Returns
    -------
    TurningPoint

    Notes
    -----
    Each draw is described by least squares on the square roots of the rates, the scale on which the noise of counts is
    even: on the log scale months with next to nothing decide, on the rates' own scale the largest months do.
    """
    course = level_draws(scan, draws, rng)
    first, last = _looked_at(among, course.shape[1])
    root = np.exp(np.clip(course[:, first : last + 1] / 2, -30, 30))
    n = root.shape[1]
    residual = root - root.mean(1, keepdims=True)
    looked_at = [(shape, d) for shape in shapes for d in range(EDGE, n - max(shape.length, EDGE) + 1)]
    columns = [shape_column(n, shape, d) for shape, d in looked_at]
    possible = np.array([d for _, d in looked_at])
    centred = np.array(columns) - np.mean(columns, axis=1, keepdims=True)
    length = (centred**2).sum(1)
    size = residual @ centred.T / length
    gain = np.where(direction * size >= 0, size**2 * length, 0.0)
    best = gain.argmax(1)
    date = possible[best]
    rate = np.cumsum(np.column_stack([np.zeros(len(root)), root**2]), axis=1)
    each = np.arange(len(root))
    before, after = rate[each, date] / date, (rate[:, -1] - rate[each, date]) / (n - date)
    explained = gain[each, best] / np.maximum((residual**2).sum(1), 1e-300)
    ratio = _log_ratio(root, size[each, best], np.array(columns)[best])
    turned = (explained >= _DESCRIBED) & (np.abs(ratio) >= _MATERIAL)
    when = np.bincount(date[turned] + first, minlength=course.shape[1]) / len(date)
    # Where no draw turns, the best dates of all of them are told, and that they are none.
    dated = when if turned.any() else np.bincount(date + first, minlength=course.shape[1]) / len(date)
    looked = np.zeros(course.shape[1], bool)
    looked[possible + first] = True
    return TurningPoint(when, looked, int(dated.argmax()), shortest_run(dated), np.log(after) - np.log(before))


def _looked_at(among: tuple[int, int] | None, n: int) -> tuple[int, int]:
    """First and last place of the part that is looked at, widened on both sides where it is short."""
    if among is None:
        return 0, n - 1
    more = max(_FEWEST - (among[1] - among[0] + 1) + 1, 0) // 2
    return max(among[0] - more, 0), min(among[1] + more, n - 1)


def _log_ratio(root: np.ndarray, size: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Log ratio of the rate with the change in full to that without it, by draw, from the roots of the rates."""
    without = root.mean(1) - size * column.mean(1)
    floor = 1e-3
    ratio: np.ndarray = 2 * (np.log(np.maximum(without + size, floor)) - np.log(np.maximum(without, floor)))
    return ratio
