"""Counts as normal observations of their log rate: one factorisation for each set of variances answers every question.

The Poisson likelihood is replaced by a normal one at the posterior mean of the log rate, found in a few passes. The
level is normal given its variances, so that every model that adds terms to it is weighed by closed forms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, gammaln

from trends.chance.kernels import level_covariance
from trends.errors import ModelError

#: Fewest watched periods that a level can be learned from.
FEWEST = 8
#: Share of periods with a disturbance of their own, and its variance (log scale).
OUTLIER_SHARE, OUTLIER_VARIANCE = 0.01, 1.5**2
# Numbers in one array of a block, and in all blocks that are kept: 600 periods are decomposed a few sets at a time.
_BLOCK, _KEPT = 2_000_000, 4_000_000
# Smallest precision of a working observation: a period with next to no chance of an incident says next to nothing.
_LEAST_WEIGHT = float(np.exp(-6.0))


@dataclass(frozen=True)
class WorkingLevel:
    """A series as normal observations of its log rate, with the variances that its level may have.

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
        The log rate at which the likelihood was replaced.
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

    @property
    def n(self) -> int:
        """Number of periods."""
        return len(self.counts)

    @property
    def _moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Expected counts and their variances given the log rate (or the log odds)."""
        eta = self.mean + self.log_exposure
        if self.trials is None:
            expected = np.exp(np.clip(eta, -6.0, 20.0))
            return expected, expected
        share = expit(np.clip(eta, -20.0, 20.0))
        return self.trials * share, np.maximum(self.trials * share * (1 - share), _LEAST_WEIGHT)

    @property
    def weight(self) -> np.ndarray:
        """Precision of each working observation."""
        return self._moments[1] * self.watched

    @property
    def response(self) -> np.ndarray:
        """The working observations of the log rate; 0 where not watched."""
        expected, variance = self._moments
        return np.where(self.watched, self.mean + (self.counts - expected) / variance, 0.0)

    @property
    def log_base(self) -> float:
        """Log of what the likelihood of the counts has beyond the normal one that replaces it, at the mean."""
        y = self.counts[self.watched]
        expected, w = (each[self.watched] for each in self._moments)
        eta = (self.mean + self.log_exposure)[self.watched]
        if self.trials is None:
            exact = (y * eta - np.exp(np.minimum(eta, 20.0)) - gammaln(y + 1)).sum()
        else:
            n = self.trials[self.watched]
            exact = (y * eta - n * np.logaddexp(0.0, eta)).sum()
            exact += (gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)).sum()
        return float(exact + 0.5 * ((y - expected) ** 2 / w).sum() + 0.5 * np.log(2 * np.pi / w).sum())


@dataclass(frozen=True)
class Block:
    """Some sets of variances, decomposed.

    Attributes
    ----------
    rows : slice
        Which sets of the grid.
    covariance : numpy.ndarray, shape (n_rows, n, n)
        Covariance of the log rate, known influences and disturbances of single periods included.
    precision : numpy.ndarray, shape (n_rows, n, n)
        Inverse covariance of the working observations; 0 where not watched.
    score : numpy.ndarray, shape (n_rows, n)
        Precision times response.
    log_marginal : numpy.ndarray, shape (n_rows,)
        Log marginal likelihood with the prior weight.
    """

    rows: slice
    covariance: np.ndarray
    precision: np.ndarray
    score: np.ndarray
    log_marginal: np.ndarray

    def with_disturbance(self, period: int, variance: float) -> "Block":
        """The same with one more disturbance, of one period."""
        row, own = self.precision[:, period], self.precision[:, period, period]
        scale = 1 / (1 / variance + own)
        moved = self.score[:, period]
        covariance = self.covariance.copy()
        covariance[:, period, period] += variance
        return replace(
            self,
            covariance=covariance,
            precision=self.precision - scale[:, None, None] * row[:, :, None] * row[:, None, :],
            score=self.score - (scale * moved)[:, None] * row,
            log_marginal=self.log_marginal + 0.5 * scale * moved**2 - 0.5 * np.log1p(variance * own),
        )


def decompositions(level: WorkingLevel, shift: np.ndarray | None = None) -> Iterator[Block]:
    """The covariance of every set of variances and its inverse, a bounded number at a time.

    ``shift`` (n, n) is added to each covariance.
    """
    n, watched = level.n, np.flatnonzero(level.watched)
    noise = 1 / level.weight[watched]
    response = level.response
    known = sum((v * np.outer(c, c) for c, v in level.known), np.zeros((n, n)) if shift is None else shift)
    size = max(1, _BLOCK // n**2)
    for first in range(0, len(level.theta), size):
        rows = slice(first, min(first + size, len(level.theta)))
        covariance = (
            level_covariance(n, level.theta[rows], first_month=level.first_month, per_year=level.per_year) + known
        )
        seen = covariance[:, watched[:, None], watched]
        seen[:, np.arange(len(watched)), np.arange(len(watched))] += noise
        inverse = np.linalg.inv(seen)
        log_det = 2 * np.log(np.einsum("gii->gi", np.linalg.cholesky(seen))).sum(1)
        precision = np.zeros_like(covariance)
        precision[:, watched[:, None], watched] = inverse
        score = precision @ response
        marginal = -0.5 * (len(watched) * np.log(2 * np.pi) + log_det + score @ response)
        yield Block(rows, covariance, precision, score, marginal + level.log_weight[rows] + level.log_base)


def kept_decompositions(level: WorkingLevel) -> Iterable[Block]:
    """The decompositions, kept for another look where they are not too large."""
    found = decompositions(level)
    return list(found) if len(level.theta) * level.n**2 <= _KEPT else found


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
        raise ModelError(asked, found=f"{watched.sum()} watched periods", allowed=f"{FEWEST} or more", do=do)
    if (y[watched] < 0).any():
        raise ModelError(
            asked,
            found=f"a count of {y[watched].min():g}",
            allowed="0 or more",
            do="correct it, or leave the period unwatched",
        )
    if not y[watched].sum():
        raise ModelError(asked, found="no incident in any period", allowed="at least one incident", do=do)
    return y, size, watched


def starting_mean(level: WorkingLevel) -> np.ndarray:
    """Mode of the log rate under one middling set of variances, to begin with."""
    y, watched = level.counts, level.watched
    rest = 1.0 if level.trials is None else level.trials - y + 0.5
    start = np.log((y + 0.5) / rest) - level.log_exposure
    mean = np.where(watched, start, start[watched].mean())
    middle = int(np.argmin(np.abs(np.log(level.theta[:, :3].sum(1) + 0.05) - np.log(1.5))))
    one = replace(level, theta=level.theta[[middle]], log_weight=np.zeros(1), mean=mean)
    for _ in range(30):
        block = next(decompositions(one, 0.1 * np.eye(level.n)))
        new = (block.covariance @ block.score[0])[0]
        step = np.clip(new - one.mean, -1.5, 1.5)
        one = replace(one, mean=one.mean + step)
        if np.abs(step).max() < 1e-4:
            break
    return one.mean
