"""What later periods would bring if the series goes on as such series do: forecast, and a watch on the newest count."""

from dataclasses import dataclass

import numpy as np

from trends.chance.kernels import covariance_times, symmetric_root
from trends.chance.prior import LevelPrior
from trends.chance.shapes import candidates
from trends.chance.solving import joint_posterior, likely_outliers, solved
from trends.chance.weighing import working_level
from trends.loading import later

logsumexp = later("scipy.special.logsumexp")
pdtr = later("scipy.special.pdtr")

DRAWS = 4000


@dataclass(frozen=True)
class Predictive:
    """Distribution of the total over later periods, given those before.

    Attributes
    ----------
    expected : numpy.ndarray, shape (n_draws,)
        Expected totals, one for each course that the level may take.
    """

    expected: np.ndarray

    def below(self, count: float) -> float:
        """Probability of a total of at most ``count``."""
        return float(pdtr(np.floor(count), self.expected).mean()) if count >= 0 else 0.0

    def place(self, observed: float) -> float:
        """Place of an observed total: the probability of less, and half that of the same."""
        return 0.5 * (self.below(observed) + self.below(observed - 1))

    def at_least(self, observed: float) -> float:
        """Probability of the observed total or more."""
        return 1.0 - self.below(observed - 1)

    def quantile(self, probability: float) -> int:
        """Smallest total that has at least this probability of not being exceeded."""
        low, high = -1, 1
        while self.below(high) < probability:
            high *= 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.below(middle) >= probability else (middle, high)
        return high

    def interval(self, level: float = 0.95) -> tuple[int, int]:
        """Totals between which the predicted one lies with this probability at least."""
        return self.quantile(0.5 - level / 2), self.quantile(0.5 + level / 2)


def predict_total(
    counts: np.ndarray,
    ahead: int,
    rng: np.random.Generator,
    *,
    prior: LevelPrior | None = None,
    span: tuple[int, int] | None = None,
    exposure: np.ndarray | None = None,
    exposure_ahead: np.ndarray | None = None,
    first_month: int = 0,
    per_year: float = 12.0,
    draws: int = DRAWS,
) -> Predictive:
    """Distribution of the total over the ``ahead`` periods after a series.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n,)
        Incidents by period; NaN, or exposure 0, where not watched.
    ahead : int
        Periods after the last one.
    rng : numpy.random.Generator
        Where the randomness of the draws comes from.
    prior : LevelPrior, optional
        What levels are like; by default :func:`trends.chance.prior.level_prior` by the length of the series.
    span : tuple of int, optional
        First and last of the periods ahead (0 being the next) that are totalled; by default all.
    exposure, exposure_ahead : numpy.ndarray, optional
        What each count is proportional to; 1 by default.
    first_month, per_year : int, float
        Place of the first period in the year, and periods in a year.
    draws : int
        Courses of the level.

    Returns
    -------
    Predictive
    """
    n = len(counts)
    level, _ = working_level(
        counts,
        candidates(n, ()),
        prior=prior,
        exposure=exposure,
        first_month=first_month,
        per_year=per_year,
    )
    marginal = solved(level, candidates(n, ()), settled=()).log_null[0]
    picked = rng.multinomial(draws, np.exp(marginal - logsumexp(marginal)))
    first, last = (0, ahead - 1) if span is None else span
    size = np.ones(ahead) if exposure_ahead is None else np.asarray(exposure_ahead, float)
    totals = []
    later = np.eye(n + ahead)[:, n:]
    for i in np.flatnonzero(picked):
        whole = covariance_times(
            level.theta[i], later, first_month=level.first_month, per_year=level.per_year, ahead=ahead
        )
        found = joint_posterior(level, int(i), likely_outliers(level), whole[:n], whole[n:])
        course = found.mean + rng.standard_normal((picked[i], ahead)) @ symmetric_root(found.covariance)
        rate = np.exp(np.clip(course[:, first : last + 1], -30.0, 25.0)) * size[first : last + 1]
        totals.append(rate.sum(1))
    return Predictive(np.concatenate(totals))
