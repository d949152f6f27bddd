"""Did the level change at all, when, and in what shape: every date and shape weighed against none.

The level may drift by itself as the series of the world do; a change is what comes on top of that. A period that stands
out alone is an outlier and no change.
"""

from dataclasses import dataclass, field

import numpy as np

from trends.chance.prior import LevelPrior
from trends.chance.shapes import SHAPES, candidates
from trends.chance.weighing import Weighed, working_level
from trends.chance.working import WorkingLevel
from trends.loading import later

logsumexp = later("scipy.special.logsumexp")
ndtr = later("scipy.special.ndtr")

# A rise is an onset where it is more than tenfold from less than one incident in four periods.
_ONSET_RATIO, _ONSET_BEFORE = 10.0, 0.25


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
    """

    probability: float
    prior: float
    given_change: float
    share: float


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
        )


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
    before = np.concatenate([[0.0], np.cumsum(level.counts)])[terms.date] / terms.date
    onset = (steps & (before < _ONSET_BEFORE)[terms.term]) & (weighed.mean > np.log(_ONSET_RATIO))
    share = {"onset": float(given[onset].sum())}
    for shape in terms.shapes:
        share[shape.name] = float((given * ~onset)[:, names == shape.name].sum())
    return tuple(sorted(((k, v) for k, v in share.items()), key=lambda pair: -pair[1]))


def scan_changes(
    counts: np.ndarray,
    *,
    prior: LevelPrior | None = None,
    exposure: np.ndarray | None = None,
    odds: float | None = None,
    first_month: int = 0,
    per_year: float = 12.0,
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
    odds : float, optional
        Prior odds of a change; by default :func:`odds_of_change`.
    first_month, per_year : int, float
        Place of the first period in the year, and periods in a year.

    Returns
    -------
    ChangeScan
    """
    level, weighed = working_level(
        counts,
        candidates(len(counts), SHAPES, year=per_year),
        prior=prior,
        exposure=exposure,
        first_month=first_month,
        per_year=per_year,
    )
    odds = odds_of_change(len(counts)) if odds is None else odds
    terms, n = weighed.candidates, level.n
    given = np.exp(weighed.log_change - logsumexp(weighed.log_change))
    when = np.bincount(terms.date[terms.term], given.sum(0), n)
    factor = weighed.log_bayes_factor
    return ChangeScan(
        int(level.watched.sum()),
        odds,
        float(1 / (1 + np.exp(-np.clip(factor + np.log(odds), -700, 700)))),
        factor,
        when,
        np.bincount(terms.date[terms.term], np.exp(terms.log_prior), n),
        int(when.argmax()),
        shortest_run(when),
        _shape_posterior(level, weighed, given),
        weighed.outliers(level, odds),
        level,
        weighed,
    )
