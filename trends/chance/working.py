"""Counts as normal observations of their log rate: one filter for each set of variances answers every question.

The likelihood of each count is replaced by a normal one with its moments, found in a few passes. The
level is normal given its variances, so that every model that adds terms to it is weighed by closed forms.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from trends.chance.kernels import covariance_times
from trends.chance.sites import Sites, expanded_sites, matched_sites
from trends.errors import ModelError

#: Fewest watched periods that a level can be learned from.
FEWEST = 8
#: Most incidents of a period: beyond, single steps of the level's likelihood are lost in rounding.
LARGEST = 100_000_000
#: Share of periods with a disturbance of their own, and its variance (log scale).
OUTLIER_SHARE, OUTLIER_VARIANCE = 0.01, 1.5**2


@dataclass(frozen=True)
class WorkingLevel:
    """A series with normal approximations to its likelihoods, and the variances that its level may have.

    Attributes
    ----------
    counts : numpy.ndarray, shape (n,)
        Incidents by period; 0 where not watched.
    log_exposure : numpy.ndarray, shape (n,)
        Log of the exposure; 0 where not watched.
    watched : numpy.ndarray of bool, shape (n,)
        Periods that were watched.
    theta : numpy.ndarray, shape (n_grid, n_params)
        Sets of variances of the level.
    log_weight : numpy.ndarray, shape (n_grid,)
        Their log prior weights.
    mean : numpy.ndarray, shape (n,)
        The log rate around which the likelihood was replaced.
    outliers : tuple of int
        Periods that may have a disturbance of their own, likeliest first.
    outlier_odds : tuple of float
        Odds of each against none.
    known : tuple of (numpy.ndarray, float)
        Columns of known influences, with the variance of their coefficients.
    first_month : int
        Place of the first period in the year, 0 being January.
    per_year : float
        Periods in a year.
    trials : numpy.ndarray, shape (n,), optional
        Totals of which the counts are a part: the level is then that of the log odds.
    sites : Sites, optional
        Normal densities in place of the likelihood; those at ``mean`` by default.
    """

    counts: np.ndarray
    log_exposure: np.ndarray
    watched: np.ndarray
    theta: np.ndarray
    log_weight: np.ndarray
    mean: np.ndarray
    outliers: tuple[int, ...] = ()
    outlier_odds: tuple[float, ...] = ()
    known: tuple[tuple[np.ndarray, float], ...] = ()
    first_month: int = 0
    per_year: float = 12.0
    trials: np.ndarray | None = None
    sites: Sites | None = None

    @property
    def n(self) -> int:
        """Number of periods."""
        return len(self.counts)

    @cached_property
    def weight(self) -> np.ndarray:
        """Precision of each working observation."""
        return self._sites.precision * self.watched

    @cached_property
    def noise(self) -> np.ndarray:
        """Variance of each working observation; 0 where not watched."""
        return np.where(self.watched, 1 / np.where(self.watched, self._sites.precision, 1.0), 0.0)

    @cached_property
    def response(self) -> np.ndarray:
        """The working observations of the log rate; 0 where not watched."""
        return np.where(self.watched, self._sites.response, 0.0)

    @property
    def log_base(self) -> float:
        """Log of the factors of the normal densities that replace the likelihood."""
        return float(self._sites.log_scale[self.watched].sum())

    @cached_property
    def _sites(self) -> Sites:
        return (
            expanded_sites(self.counts, self.log_exposure, self.trials, self.mean) if self.sites is None else self.sites
        )

    def less(self, course: np.ndarray) -> "WorkingLevel":
        """The same with a known course (n,) taken out of the observations of the log rate."""
        sites = self._sites
        return replace(self, sites=Sites(sites.precision, sites.response - course, sites.log_scale))

    def covariance_times(self, row: int, columns: np.ndarray, white: bool = True) -> np.ndarray:
        """The covariance of the log rate under one set of variances, times columns (n, n_columns).

        Without ``white`` single periods have no noise of their own.
        """
        theta = self.theta[row].copy()
        theta[0] *= white
        found = covariance_times(theta, columns, first_month=self.first_month, per_year=self.per_year)
        for column, variance in self.known:
            found += variance * np.outer(column, column @ columns)
        return found

    def rematched(self, mean: np.ndarray, variance: np.ndarray) -> "WorkingLevel":
        """The same with sites that have the moments of the likelihood, given the posterior of each log rate.

        Parameters
        ----------
        mean, variance : numpy.ndarray, shape (n,)
            Posterior with the present sites.
        """
        # A slice of all makes no copies.
        old, seen = self._sites, slice(None) if self.watched.all() else self.watched
        found = matched_sites(
            self.counts[seen],
            self.log_exposure[seen],
            None if self.trials is None else self.trials[seen],
            mean[seen],
            variance[seen],
            old.precision[seen],
            old.response[seen],
        )
        whole = [np.zeros(self.n) for _ in range(3)]
        for each, part in zip(whole, (found.precision, found.response, found.log_scale), strict=True):
            each[seen] = part
        return replace(self, mean=mean, sites=Sites(*whole))


def checked_counts(counts: np.ndarray, exposure: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, exposure, and which periods were watched; refused where nothing can be learned from them."""
    y = np.asarray(counts, float)
    size = np.ones(len(y)) if exposure is None else np.asarray(exposure, float)
    asked, do = "weigh changes of a series of counts", "give more periods, or count by a finer one"
    if len(size) != len(y):
        raise ModelError(
            asked,
            found=f"{len(y)} counts and {len(size)} values of exposure",
            allowed="one of each for every period",
            do="give the exposure of every period",
        )
    watched = np.isfinite(y) & (size > 0)
    if watched.sum() < FEWEST:
        raise ModelError(
            asked,
            found=f"{watched.sum()} watched periods",
            allowed=f"{FEWEST} or more",
            do=do,
            lacks=f"Only {watched.sum()} periods were watched, of at least {FEWEST} that a level is learned from.",
        )
    if (y[watched] < 0).any():
        raise ModelError(
            asked,
            found=f"a count of {y[watched].min():g}",
            allowed="0 or more",
            do="correct it, or leave the period unwatched",
        )
    if (y[watched] > LARGEST).any():
        raise ModelError(
            asked,
            found=f"a count of {y[watched].max():,.0f}",
            allowed=f"at most {LARGEST:,} in a period",
            do="count in a larger unit, such as thousands",
            lacks=f"A period counts more than {LARGEST:,}, beyond which chance cannot be told from arithmetic.",
        )
    if not y[watched].sum():
        raise ModelError(
            asked,
            found="no incident in any period",
            allowed="at least one incident",
            do=do,
            lacks="No incident was counted in any of these periods, so that no rate can be compared with another.",
        )
    return y, size, watched
