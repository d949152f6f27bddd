"""Growth, season and known influences: linear questions to the level as normal observations have it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp

from trends.chance.kernels import MONTHS
from trends.chance.normals import Mixture
from trends.chance.shapes import candidates, columns_alone
from trends.chance.solving import joint_posterior, likely_outliers, solved
from trends.chance.working import OUTLIER_VARIANCE, WorkingLevel

#: Variance of the growth beyond the level's own (log a year) beforehand: as good as flat.
GROWTH_VARIANCE = 25.0
#: Variances that the months' own rates may have, and their prior shares.
SEASON_VARIANCES = np.array([0.0, 0.005, 0.02, 0.06, 0.15, 0.35])
SEASON_SHARES = np.array([0.75, 0.09, 0.07, 0.05, 0.03, 0.01])
#: Standard deviation of the log rate of named months against the others beforehand: as good as flat.
SEASON_WIDTH = 3.0


@dataclass(frozen=True)
class Growth:
    """Yearly growth over a span, on the log scale.

    Attributes
    ----------
    realised : Mixture
        Slope of the line through the level as it was, whatever the reason.
    beyond : Mixture
        Slope that the level does not have by itself: what is left when it may drift as such series do.
    """

    realised: Mixture
    beyond: Mixture

    def within(self, ratio: float) -> float:
        """Posterior probability that the realised growth is less than by ``ratio`` a year, up or down."""
        edge = float(np.log(ratio))
        return self.realised.below(edge) - self.realised.below(-edge)


@dataclass(frozen=True)
class Season:
    """Whether the months of the year have rates of their own.

    Attributes
    ----------
    probability : float
        Posterior probability that they have.
    prior : float
        The same beforehand.
    bayes_factor : float
        Of a season against none.
    contrast : Mixture, optional
        Log rate of the months asked about against that of the others.
    """

    probability: float
    prior: float
    bayes_factor: float
    contrast: Mixture | None


@dataclass(frozen=True)
class Influence:
    """Coefficient of a known column, as Ramadan's share of each month.

    Attributes
    ----------
    coefficient : Mixture
        Posterior.
    bayes_factor : float
        Of the influence with its prior against none.
    """

    coefficient: Mixture
    bayes_factor: float


def _term(level: WorkingLevel, column: np.ndarray, variance: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log evidence, mean and variance of the coefficient of one column under each set of variances."""
    found = solved(level, columns_alone(column[:, None], variance), settled=likely_outliers(level))
    return found.log_change[0, :, 0], found.mean[0, :, 0], found.variance[0, :, 0]


def _log_marginal(level: WorkingLevel) -> np.ndarray:
    return solved(level, candidates(level.n, ()), settled=likely_outliers(level)).log_null[0]


def _mixture(log_weight: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> Mixture:
    return Mixture(np.exp(log_weight - logsumexp(log_weight)), mean, np.sqrt(np.maximum(variance, 1e-12)))


def linear_contrast(level: WorkingLevel, contrast: np.ndarray) -> Mixture:
    """Posterior of a weighted sum of the log rates.

    Parameters
    ----------
    level : WorkingLevel
        The series.
    contrast : numpy.ndarray, shape (n,)
        Weight of each period.
    """
    apart = likely_outliers(level)
    means, variances = [], []
    for row in range(len(level.theta)):
        across = level.covariance_times(row, contrast[:, None])
        across[list(apart), 0] += OUTLIER_VARIANCE * contrast[list(apart)]
        found = joint_posterior(level, row, apart, across, contrast[None] @ across)
        means.append(found.mean[0])
        variances.append(found.covariance[0, 0])
    return _mixture(_log_marginal(level), np.array(means), np.array(variances))


def growth(level: WorkingLevel, first: int, last: int) -> Growth:
    """Yearly growth over the span ``first`` to ``last``, realised and beyond the level's own drift."""
    time = (np.arange(first, last + 1) - (first + last) / 2) / level.per_year
    line = np.zeros(level.n)
    line[first : last + 1] = time / (time @ time)
    run = np.clip((np.arange(level.n) - first) / level.per_year, 0.0, (last - first) / level.per_year)
    log_weight, mean, variance = _term(level, run, GROWTH_VARIANCE)
    return Growth(linear_contrast(level, line), _mixture(log_weight, mean, variance))


def _of_least_season(level: WorkingLevel, more: float) -> WorkingLevel:
    """The level without any season of its own but the small one that every series has, and ``more`` variance of it."""
    bare, place = np.unique(level.theta[:, :4], axis=0, return_inverse=True)
    weight = np.bincount(place.ravel(), np.exp(level.log_weight), len(bare))
    theta = np.column_stack([bare, np.full(len(bare), MONTHS + more)])
    return replace(level, theta=theta, log_weight=np.log(weight))


def season(level: WorkingLevel, months: tuple[int, ...] | None = None) -> Season:
    """Whether the months of the year have rates of their own, and what ``months`` (places 0 to 11) have beyond them.

    The places are those of the calendar; a level's first place is its ``first_month``.
    """
    asked = None if months is None else _months_beyond(level, months)
    evidence = [
        logsumexp(_log_marginal(_of_least_season(level, size))) + np.log(share)
        for size, share in zip(SEASON_VARIANCES, SEASON_SHARES, strict=True)
    ]
    some = logsumexp(evidence[1:])
    prior = float(1 - SEASON_SHARES[0])
    return Season(
        float(np.exp(some - np.logaddexp(some, evidence[0]))),
        prior,
        float(np.exp(some - evidence[0]) * (1 - prior) / prior),
        asked,
    )


def _place_in_year(level: WorkingLevel) -> np.ndarray:
    return (np.arange(level.n) + level.first_month) % round(level.per_year)


def _months_beyond(level: WorkingLevel, months: tuple[int, ...]) -> Mixture:
    """Log rate of some months against the others, as good as nothing being known of it beforehand.

    Every month may have a rate of its own, so that a few that differ by chance are not taken for these.
    """
    column = np.isin(_place_in_year(level), months) * 1.0
    return _mixture(*_term(level, column, SEASON_WIDTH**2))


def influence(level: WorkingLevel, column: np.ndarray, mean: float, sd: float) -> Influence:
    """Coefficient of a known column whose size elsewhere is ``mean``, give or take ``sd``."""
    base = logsumexp(_log_marginal(level))
    # What is left when the expected influence is taken out of the observations.
    log_weight, size, variance = _term(level.less(mean * column), column, sd**2)
    return Influence(_mixture(log_weight, mean + size, variance), float(np.exp(logsumexp(log_weight) - base)))
