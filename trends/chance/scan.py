"""Did the level change at all, when, and in what shape: every date and shape weighed against none.

The level may drift by itself as the series of the world do; a change is what comes on top of that. A period that stands
out alone is an outlier and no change.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import logsumexp, ndtr

from trends.chance.normals import Mixture
from trends.chance.prior import LevelPrior
from trends.chance.shapes import SHAPES, Candidates, Shape, candidates
from trends.chance.weighing import Weighed, working_level
from trends.chance.working import WorkingLevel

# A rise is an onset where it is more than tenfold from less than one incident in four periods.
_ONSET_RATIO, _ONSET_BEFORE = 10.0, 0.25
# A date stands out where its interval leaves at least this share of the possible dates out.
_LEFT_OUT = 0.5
# Most changes that are put into one series, one after the other.
_MOST_CHANGES = 5


def odds_of_change(n: int) -> float:
    """Prior odds of a change among ``n`` periods.

    Long series of the real world do move in ways that no learned level has; these odds are such that a probability of
    .95 is reached in about 5 in 100 windows of their length that were picked without a reason.

    Examples
    --------
    >>> odds_of_change(36), odds_of_change(51), odds_of_change(96)
    (2.0, 1.0, 0.125)
    """
    return float(2.0 ** np.clip((51 - n) / 15, -6.0, 1.0))


@dataclass(frozen=True)
class Window:
    """The probability that a change began in a window.

    Attributes
    ----------
    probability : float
        Posterior probability that there was a change, that it began there, and in the direction asked.
    prior : float
        The same before the counts were seen.
    given_change : float
        Posterior probability that it began there, given that there was one (in whatever direction).
    share : float
        Prior share of the window among the dates.
    log_factor : float
        Log Bayes factor of a change that began there in the direction asked, against none there: no change at all, one
        that began elsewhere, or one in the other direction. 0 where the window has no date that was looked at.
    """

    probability: float
    prior: float
    given_change: float
    share: float
    log_factor: float


@dataclass(frozen=True)
class ChangeScan:
    """One change of unknown date and shape, weighed against none.

    Attributes
    ----------
    nobs : int
        Periods that were watched.
    odds : float
        Prior odds of a change.
    probability : float
        Posterior probability of a change.
    log_bayes_factor : float
        Of a change against none.
    date_probability : numpy.ndarray, shape (n,)
        Posterior of the first period that differs, given a change.
    date_prior : numpy.ndarray, shape (n,)
        The same beforehand.
    mode : int
        The likeliest date.
    interval : tuple of int
        First and last period of the shortest run of dates that holds the level asked.
    shapes : tuple of (str, float)
        Posterior of the shape given a change, likeliest first.
    outliers : tuple of (int, float)
        Periods that stand out alone, and the probability of each.
    level, weighed : WorkingLevel, Weighed
        What the answers were computed from.
    """

    nobs: int
    odds: float
    probability: float
    log_bayes_factor: float
    date_probability: np.ndarray
    date_prior: np.ndarray
    mode: int
    interval: tuple[int, int]
    shapes: tuple[tuple[str, float], ...]
    outliers: tuple[tuple[int, float], ...]
    level: WorkingLevel = field(repr=False)
    weighed: Weighed = field(repr=False)

    @property
    def stands_out(self) -> bool:
        """Whether a date stands out: the interval leaves at least half of the possible dates out."""
        first, last = self.interval
        return bool((self.date_prior[first : last + 1] > 0).sum() <= (1 - _LEFT_OUT) * (self.date_prior > 0).sum())

    def window(self, first: int, last: int, direction: int = 0) -> Window:
        """Probability that a change began in ``first`` to ``last`` (both included), up (1), down (-1) or either (0)."""
        terms = self.weighed.candidates
        inside = (terms.date >= first) & (terms.date <= last)
        inside = inside[terms.term]
        given = np.exp(self.weighed.log_change - logsumexp(self.weighed.log_change))
        right = (
            ndtr(direction * self.weighed.mean / np.sqrt(self.weighed.variance)) if direction else np.ones_like(given)
        )
        share = float(np.exp(terms.log_prior[inside]).sum())
        claimed = share * (0.5 if direction else 1.0)
        held = float((given * right)[:, inside].sum())
        return Window(
            self.probability * held,
            self.odds / (1 + self.odds) * claimed,
            float(given[:, inside].sum()),
            share,
            self._log_factor(held, claimed),
        )

    def _log_factor(self, held: float, claimed: float) -> float:
        """Log Bayes factor of the changes with this posterior and this prior share, against all others and none."""
        if claimed <= 0:
            return 0.0
        tiny = np.finfo(float).tiny
        within = self.log_bayes_factor + np.log(max(held, tiny) / claimed)
        other = np.log(self.odds) + self.log_bayes_factor + np.log(max(1 - held, tiny))
        return float(within - np.logaddexp(0.0, other) + np.log1p(self.odds * (1 - claimed)))

    def effect(self, first: int, last: int) -> Mixture:
        """Mean log ratio over a span, with the change against without it; no change counts as 0."""
        terms = self.weighed.candidates
        reach = terms.columns[first : last + 1].mean(0)[terms.term]
        given = self.probability * np.exp(self.weighed.log_change - logsumexp(self.weighed.log_change))
        use = given > 1e-6 / given.size
        mean, sd = self.weighed.mean * reach, np.sqrt(self.weighed.variance) * np.abs(reach)
        return Mixture(
            np.append(given[use], 1 - self.probability),
            np.append(mean[use], 0.0),
            np.append(np.maximum(sd[use], 1e-6), 1e-6),
        )


@dataclass(frozen=True)
class Regime:
    """One of several changes.

    Attributes
    ----------
    date : int
        The likeliest first period of the new regime, all other changes in place.
    interval : tuple of int
        Shortest run of dates that holds 95 %.
    shape : str
        The likeliest shape.
    probability : float
        Of a change there, all others in place.
    log_ratio : float
        Posterior mean of the coefficient of its column.
    """

    date: int
    interval: tuple[int, int]
    shape: str
    probability: float
    log_ratio: float


def shortest_run(probability: np.ndarray, level: float = 0.95) -> tuple[int, int]:
    """First and last place of the shortest run that holds ``level`` of the probability.

    Examples
    --------
    >>> shortest_run(np.array([0.0, 0.02, 0.3, 0.66, 0.02]))
    (2, 3)
    """
    total = np.concatenate([[0.0], np.cumsum(probability)])
    last = np.searchsorted(total, total[:-1] + level * total[-1] - 1e-9)
    length = np.where(last < len(total), last - np.arange(len(probability)), len(total))
    first = int(np.argmin(length))
    return first, int(last[first]) - 1


def _shape_posterior(level: WorkingLevel, weighed: Weighed, given: np.ndarray) -> tuple[tuple[str, float], ...]:
    terms = weighed.candidates
    names = np.array([shape.name for shape in terms.shapes])[terms.shape][terms.term]
    steps = np.array([shape.kind == "step" for shape in terms.shapes])[terms.shape][terms.term]
    before = np.concatenate([[0.0], np.cumsum(level.counts)])[terms.date] / np.maximum(terms.date, 1)
    onset = (steps & (before < _ONSET_BEFORE)[terms.term]) & (weighed.mean > np.log(_ONSET_RATIO))
    share = {"onset": float(given[onset].sum())}
    for shape in terms.shapes:
        share[shape.name] = float((given * ~onset)[:, names == shape.name].sum())
    return tuple(sorted(((k, v) for k, v in share.items()), key=lambda pair: -pair[1]))


def summarise_scan(level: WorkingLevel, weighed: Weighed, odds: float, coverage: float = 0.95) -> ChangeScan:
    """What the weighed candidates say of a change at all, of its date and of its shape."""
    terms, n = weighed.candidates, level.n
    given = np.exp(weighed.log_change - logsumexp(weighed.log_change))
    when = np.bincount(terms.date[terms.term], given.sum(0), n)
    prior = np.bincount(terms.date[terms.term], np.exp(terms.log_prior), n)
    factor = weighed.log_bayes_factor
    return ChangeScan(
        int(level.watched.sum()),
        odds,
        float(1 / (1 + np.exp(-np.clip(factor + np.log(odds), -700, 700)))),
        factor,
        when,
        prior,
        int(when.argmax()),
        shortest_run(when, coverage),
        _shape_posterior(level, weighed, given),
        weighed.outliers(level, odds),
        level,
        weighed,
    )


def scan_changes(
    counts: np.ndarray,
    *,
    prior: LevelPrior | None = None,
    exposure: np.ndarray | None = None,
    shapes: tuple[Shape, ...] = SHAPES,
    odds: float | None = None,
    known: tuple[tuple[np.ndarray, float], ...] = (),
    first_month: int = 0,
    per_year: float = 12.0,
    level: float = 0.95,
) -> ChangeScan:
    """One change of unknown date and shape in a series of counts.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n,)
        Incidents by period; NaN, or exposure 0, where not watched.
    prior : LevelPrior, optional
        What levels are like; by default :func:`trends.chance.prior.level_prior` by the length of the series.
    exposure : numpy.ndarray, shape (n,), optional
        What each count is proportional to.
    shapes : tuple of Shape
        Shapes that a change may have.
    odds : float, optional
        Prior odds of a change; by default :func:`odds_of_change`.
    known : tuple of (numpy.ndarray, float)
        Columns of known influences, with the variances of their coefficients.
    first_month, per_year : int, float
        Place of the first period in the year, and periods in a year.
    level : float
        Probability that the interval of the date holds.

    Returns
    -------
    ChangeScan
    """
    changes = candidates(len(counts), shapes, year=per_year)
    return _scan(counts, changes, prior, exposure, known, first_month, per_year, odds, level)


def _scan(
    counts: np.ndarray,
    changes: Candidates,
    prior: LevelPrior | None,
    exposure: np.ndarray | None,
    known: tuple[tuple[np.ndarray, float], ...],
    first_month: int,
    per_year: float,
    odds: float | None,
    level: float,
) -> ChangeScan:
    working, weighed = working_level(
        counts,
        changes,
        prior=prior,
        exposure=exposure,
        known=known,
        first_month=first_month,
        per_year=per_year,
    )
    return summarise_scan(working, weighed, odds_of_change(len(counts)) if odds is None else odds, level)


def scan_regimes(
    counts: np.ndarray,
    *,
    prior: LevelPrior | None = None,
    exposure: np.ndarray | None = None,
    shapes: tuple[Shape, ...] = SHAPES,
    odds: float | None = None,
    first_month: int = 0,
    per_year: float = 12.0,
    bar: float = 0.8,
    most: int = _MOST_CHANGES,
) -> tuple[Regime, ...]:
    """Several changes, one after the other, in order of their dates.

    The likeliest change is put into the level, its size open, as long as one more has a probability of at least
    ``bar``; then each is dated again with all others in place.

    Parameters
    ----------
    counts, prior, exposure, shapes, odds, first_month, per_year
        As in :func:`scan_changes`.
    bar : float
        Probability that one more change must reach.
    most : int
        Most changes.

    Returns
    -------
    tuple of Regime
    """
    changes = candidates(len(counts), shapes, year=per_year)

    def scanned(others: tuple[tuple[np.ndarray, float], ...]) -> ChangeScan:
        return _scan(counts, changes, prior, exposure, others, first_month, per_year, odds, 0.95)

    found: list[tuple[np.ndarray, float]] = []
    while len(found) < most:
        scan = scanned(tuple(found))
        if scan.probability < bar:
            break
        found.append(_likeliest_column(scan)[1:])
    regimes = []
    for i in range(len(found)):
        scan = scanned(tuple(found[:i] + found[i + 1 :])) if len(found) > 1 else scanned(())
        best, column, variance = _likeliest_column(scan)
        found[i] = column, variance
        regimes.append(
            Regime(scan.mode, scan.interval, scan.shapes[0][0], scan.probability, float(scan.weighed.mean[best]))
        )
    return tuple(sorted(regimes, key=lambda regime: regime.date))


def _likeliest_column(scan: ChangeScan) -> tuple[tuple[int, int], np.ndarray, float]:
    """Place of the likeliest candidate at the likeliest date, its column and the prior variance of its size."""
    terms = scan.weighed.candidates
    at_mode = terms.date[terms.term] == scan.mode
    among = np.where(at_mode, scan.weighed.log_change, -np.inf)
    model, candidate = np.unravel_index(int(among.argmax()), among.shape)
    place = int(model), int(candidate)
    return place, terms.columns[:, terms.term[candidate]], float(terms.variance[candidate])
