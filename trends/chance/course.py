"""Growth, season and known influences: posteriors of linear combinations of the log rates."""

from dataclasses import dataclass, replace

import numpy as np

from trends.chance.calibration import Calibration, Widening
from trends.chance.kernels import MONTHS
from trends.chance.normals import Mixture
from trends.chance.shapes import candidates, columns_alone
from trends.chance.solving import joint_posterior, likely_outliers, solved
from trends.chance.weighing import with_outliers
from trends.chance.working import FEWEST, OUTLIER_VARIANCE, WorkingLevel
from trends.loading import later

logsumexp = later("scipy.special.logsumexp")

#: Variance of the growth beyond the level's own (log a year) beforehand: as good as flat.
GROWTH_VARIANCE = 25.0
#: Variances that the months' own rates may have, and their prior shares.
SEASON_VARIANCES = np.array([0.0, 0.005, 0.02, 0.06, 0.15, 0.35])
SEASON_SHARES = np.array([0.75, 0.09, 0.07, 0.05, 0.03, 0.01])
#: Standard deviation of the coefficient of a column of which nothing is known beforehand: as good as flat.
UNKNOWN = 3.0
#: Odds from which a period stands out by more than any of a record of incidents does: of the series of ``data`` that
#: were tried the likeliest outlier has some ten thousand to one. At most so many of them are set aside.
FAR, MOST_ASIDE = 1e6, 3


@dataclass(frozen=True)
class Growth:
    """Yearly growth over a span, on the log scale.

    Attributes
    ----------
    realised : Mixture
        Slope of the line through the level as it was, whatever the reason.
    beyond : Mixture
        Slope that the level does not have by itself: what is left when it may drift as such series do, widened as real
        series ask for.
    outliers : tuple of int
        Periods of the span that stand out by so much that neither slope follows them.
    """

    realised: Mixture
    beyond: Mixture
    outliers: tuple[int, ...] = ()

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
    """

    probability: float
    prior: float


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


def set_aside(level: WorkingLevel) -> tuple[WorkingLevel, tuple[int, ...]]:
    """The level as if single periods far from all others had not been watched, and these periods.

    Two of them side by side are no single periods but a change of level, which stays in it, and so do all where there
    are many.
    """
    left = level
    aside: tuple[int, ...] = ()
    while left.outliers and left.outlier_odds[0] > FAR:
        aside = tuple(sorted((*aside, left.outliers[0])))
        if len(aside) > MOST_ASIDE or 1 in np.diff(aside) or left.watched.sum() <= FEWEST:
            return level, ()
        left = replace(left, watched=left.watched & (np.arange(level.n) != left.outliers[0]))
        # What stands out beside one far away need not do so without it.
        left = with_outliers(left, solved(left, candidates(level.n, ()), alone=True))
    return left, aside


def growth(level: WorkingLevel, first: int, last: int, *, calibration: Calibration | None = None) -> Growth:
    """Yearly growth over the span ``first`` to ``last``, realised and beyond the level's own drift.

    Periods that stand out by a million to one are set aside: one of them at an end of the span would turn the line.
    Without a ``calibration`` the second is told as the model has it, which is too sure on real series.
    """
    level, aside = set_aside(level)
    time = (np.arange(first, last + 1) - (first + last) / 2) / level.per_year
    line = np.zeros(level.n)
    line[first : last + 1] = time / (time @ time)
    run = np.clip((np.arange(level.n) - first) / level.per_year, 0.0, (last - first) / level.per_year)
    log_weight, mean, variance = _term(level, run, GROWTH_VARIANCE)
    size = float(level.counts[level.watched].mean())
    widening = calibration.widening("trend", last - first + 1, level.per_year, size) if calibration else Widening()
    inside = tuple(t for t in aside if first <= t <= last)
    return Growth(linear_contrast(level, line), widening.of(_mixture(log_weight, mean, variance)), inside)


def _of_least_season(level: WorkingLevel, more: float) -> WorkingLevel:
    """The level without any season of its own but the small one that every series has, and ``more`` variance of it."""
    bare, place = np.unique(level.theta[:, :4], axis=0, return_inverse=True)
    weight = np.bincount(place.ravel(), np.exp(level.log_weight), len(bare))
    theta = np.column_stack([bare, np.full(len(bare), MONTHS + more)])
    return replace(level, theta=theta, log_weight=np.log(weight))


def season(level: WorkingLevel) -> Season:
    """Whether the months of the year have rates of their own."""
    evidence = [
        logsumexp(_log_marginal(_of_least_season(level, size))) + np.log(share)
        for size, share in zip(SEASON_VARIANCES, SEASON_SHARES, strict=True)
    ]
    some = logsumexp(evidence[1:])
    return Season(float(np.exp(some - np.logaddexp(some, evidence[0]))), float(1 - SEASON_SHARES[0]))


def influence(level: WorkingLevel, column: np.ndarray, mean: float = 0.0, sd: float = UNKNOWN) -> Mixture:
    """Posterior of the coefficient of a known column, such as Ramadan's share of each month.

    Its prior is normal, with this mean and standard deviation. Of named months too: every month may have a rate of its
    own, so that a few that differ by chance are not taken for these.
    """
    # What is left when the expected influence is taken out of the observations.
    log_weight, size, variance = _term(level.less(mean * column), column, sd**2)
    return _mixture(log_weight, mean + size, variance)
