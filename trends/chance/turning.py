"""When did the level turn, whatever the reason: the dates at which one change describes what the level did.

A drifting level may fall to a tenth by itself, and then no change stands out beyond what such series do; that it fell,
and when, is a fact all the same. The level is drawn as the counts have it, with and without a change of its own, and
each draw is dated, as sharply as dates put into real series bear out.
"""

from dataclasses import dataclass

import numpy as np

from trends.chance.kernels import symmetric_root
from trends.chance.scan import ChangeScan, shortest_run
from trends.chance.shapes import EDGE, Shape, shape_column
from trends.chance.solving import joint_posterior
from trends.loading import later

logsumexp = later("scipy.special.logsumexp")

#: Changes that come at once, and those that come gradually, with the share that each kind has beforehand: that of ramps
#: among the shapes of `trends.chance.scan`, as good as.
AT_ONCE = (Shape("step", "step", 0, ()), *(Shape(f"pulse of {k}", "pulse", k, ()) for k in (3, 6, 12)))
GRADUAL = tuple(Shape(f"ramp of {k}", "ramp", k, ()) for k in (3, 6, 12))
READINGS = ((0.75, AT_ONCE), (0.25, GRADUAL))
#: Months on either side of a claimed window in which a turn is looked for. In two years a larger turn that nobody spoke
#: of takes the place of the one that was claimed.
NEIGHBOURHOOD = 12
# Fewest periods that are looked at, where the series has them: years and quarters have few in a neighbourhood.
_FEWEST = 24
# A turn changes the rate by a tenth or more, and describes as much of what the level did nearby: a level that wanders
# has a best date too, and no turn.
_MATERIAL, _DESCRIBED = float(np.log(1.1)), 0.4
# A date stands out where so much of the probability leaves half of the dates out.
_MOST, _LEFT_OUT = 0.8, 0.5
# What a change leaves undescribed at least, as a share: courses are no surer than that.
_RESIDUE = 1e-6


@dataclass(frozen=True)
class TurningPoint:
    """The dates at which one change describes what the level did.

    Attributes
    ----------
    date_probability : numpy.ndarray, shape (n,)
        Probability of each period to be the first of the new level, given that the level turned once.
    possible : numpy.ndarray of bool, shape (n,)
        Dates that were looked at.
    turned : float
        Probability that one change describes what the level did.
    mode : int
        The likeliest date.
    interval : tuple of int
        First and last period of the shortest run of dates that holds 95 % of it.
    """

    date_probability: np.ndarray
    possible: np.ndarray
    turned: float
    mode: int
    interval: tuple[int, int]

    @property
    def stands_out(self) -> bool:
        """Whether a date stands out: one turn is likelier than none, and four fifths of it leave half the dates out."""
        first, last = shortest_run(self.date_probability, _MOST)
        few = self.possible[first : last + 1].sum() <= (1 - _LEFT_OUT) * self.possible.sum()
        return self.turned >= 0.5 and bool(few)

    def window(self, first: int, last: int) -> tuple[float, float]:
        """Posterior probability that the turn lies in ``first`` to ``last``, and the prior share of these dates."""
        inside = slice(max(first, 0), last + 1)
        return float(self.date_probability[inside].sum()), float(self.possible[inside].sum() / self.possible.sum())


def probability_begun(inside: float, share: float) -> float:
    """Probability that a change began in a window that was named beforehand, at even odds of any other date.

    Parameters
    ----------
    inside : float
        Posterior probability of the window's dates where every date was as likely beforehand.
    share : float
        Prior share of these dates.

    Examples
    --------
    >>> probability_begun(0.2, 0.2), round(probability_begun(0.5, 0.2), 2), probability_begun(0.0, 0.2)
    (0.5, 0.8, 0.0)
    """
    if not 0 < share < 1:
        # No count could speak for such a window, or none against it.
        return 0.5
    within, without = inside / share, max(1 - inside, 0.0) / (1 - share)
    return float(within / (within + without))


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
    power: float,
    direction: int = 0,
    among: tuple[int, int] | None = None,
    draws: int = 400,
) -> TurningPoint:
    """The dates at which one change describes what the level did.

    Parameters
    ----------
    scan : ChangeScan
        The series, with every change weighed.
    rng : numpy.random.Generator
        Where the randomness of the draws comes from.
    power : float
        As in `date_posteriors`; `trends.chance.calibration.date_power` has the one that real series bear out.
    direction : {0, 1, -1}
        Either, up or down.
    among : tuple of int, optional
        First and last period of the part of the series that is looked at, widened to 24 periods where it has fewer; by
        default all of it.
    draws : int
        Courses of the level that are dated.

    Returns
    -------
    TurningPoint
    """
    course = level_draws(scan, draws, rng)
    first, last = looked_at(among, course.shape[1])
    powers, year = np.array([power]), scan.weighed.candidates.year
    found, turned = date_posteriors(course[:, first : last + 1], powers, direction=direction, per_year=year)
    when, looked = np.zeros(course.shape[1]), np.zeros(course.shape[1], bool)
    when[first : last + 1] = found[0]
    looked[first + EDGE : last + 2 - EDGE] = True
    return TurningPoint(when, looked, turned, int(when.argmax()), shortest_run(when))


def date_posteriors(
    course: np.ndarray, powers: np.ndarray, *, direction: int = 0, per_year: float = 12.0
) -> tuple[np.ndarray, float]:
    """Probability of each date of the one change that describes courses of a level, under powers of its likelihood.

    Parameters
    ----------
    course : numpy.ndarray, shape (n_draws, n)
        Courses of the log rate.
    powers : numpy.ndarray, shape (n_powers,)
        Powers to which the likelihood of a date is taken. What one change leaves undescribed is the level's own moves,
        which come in runs and jumps: as independent noise, which a power of 1 takes them for, they say far too much.
    direction : {0, 1, -1}
        Either, up or down.
    per_year : float
        Periods in a year. Weeks and days say no more of a level than the months of the same time.

    Returns
    -------
    posterior : numpy.ndarray, shape (n_powers, n)
        The mean over the courses, and over what comes at once and what comes gradually.
    turned : float
        Share of the courses that one change describes.

    Notes
    -----
    Each course is described by least squares on the square roots of the rates, the scale on which the noise of counts
    is even: on the log scale months with next to nothing decide, on the rates' own scale the largest months do. The
    likelihood of a date is that of normal residuals of unknown variance, its mean over the shapes that begin there.

    References
    ----------
    Holmes, C. C. and Walker, S. G. (2017). Assigning a value to a power likelihood in a general Bayesian model.
    Biometrika 104, 497-503.
    """
    root = np.exp(np.minimum(course / 2, 30))
    n = root.shape[1]
    periods = n * min(12.0 / per_year, 1.0)
    posterior, turned = np.zeros((len(powers), n)), np.zeros(len(root), bool)
    for share, shapes in READINGS:
        described, date, material = _described(root, direction, shapes)
        turned |= material & (described.max(1) >= _DESCRIBED)
        log_likelihood = -periods / 2 * np.log(np.maximum(1 - described, _RESIDUE)) * material[:, None]
        log_likelihood -= log_likelihood.max(1, keepdims=True)
        of_date = np.equal.outer(date, np.arange(n)) / np.maximum(np.bincount(date, minlength=n), 1)
        for k, power in enumerate(powers):
            weight = np.exp(power * log_likelihood) @ of_date
            posterior[k] += share * (weight / weight.sum(1, keepdims=True)).mean(0)
    return posterior, float(turned.mean())


def looked_at(among: tuple[int, int] | None, n: int) -> tuple[int, int]:
    """First and last place of the part that is looked at, widened on both sides where it is short."""
    if among is None:
        return 0, n - 1
    more = max(_FEWEST - (among[1] - among[0] + 1) + 1, 0) // 2
    return max(among[0] - more, 0), min(among[1] + more, n - 1)


def _described(
    root: np.ndarray, direction: int, shapes: tuple[Shape, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of each course that each shape at each date describes, the dates, and whether the best is a tenth or more.

    ``root`` has the roots of the rates, a course in a row.
    """
    n = root.shape[1]
    terms = [(shape, d) for shape in shapes for d in range(EDGE, n - max(shape.length, EDGE) + 1)]
    columns = np.array([shape_column(n, shape, d) for shape, d in terms])
    residual = root - root.mean(1, keepdims=True)
    centred = columns - columns.mean(1, keepdims=True)
    length = (centred**2).sum(1)
    size = residual @ centred.T / length
    gain = np.where(direction * size >= 0, size**2 * length, 0.0)
    best, each = gain.argmax(1), np.arange(len(root))
    material = np.abs(_log_ratio(root, size[each, best], columns[best])) >= _MATERIAL
    return gain / np.maximum((residual**2).sum(1), 1e-300)[:, None], np.array([d for _, d in terms]), material


def _log_ratio(root: np.ndarray, size: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Log ratio of the rate with the change in full to that without it, by draw, from the roots of the rates."""
    without = root.mean(1) - size * column.mean(1)
    floor = 1e-3
    ratio: np.ndarray = 2 * (np.log(np.maximum(without + size, floor)) - np.log(np.maximum(without, floor)))
    return ratio
