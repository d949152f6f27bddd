"""Counts as normal observations of their log rate: one factorisation for each set of variances answers every question.

The likelihood of each count is replaced by a normal one with its moments, found in a few passes. The
level is normal given its variances, so that every model that adds terms to it is weighed by closed forms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from trends.chance.kernels import level_covariance
from trends.chance.sites import Sites, expanded_sites, matched_sites
from trends.errors import ModelError

#: Fewest watched periods that a level can be learned from.
FEWEST = 8
#: Share of periods with a disturbance of their own, and its variance (log scale).
OUTLIER_SHARE, OUTLIER_VARIANCE = 0.01, 1.5**2
# Numbers in one array of a block, and in all blocks that are kept: 600 periods are decomposed a few sets at a time.
_BLOCK, _KEPT = 2_000_000, 4_000_000


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

    @property
    def weight(self) -> np.ndarray:
        """Precision of each working observation."""
        return self._sites.precision * self.watched

    @property
    def response(self) -> np.ndarray:
        """The working observations of the log rate; 0 where not watched."""
        return np.where(self.watched, self._sites.response, 0.0)

    @property
    def log_base(self) -> float:
        """Log of the factors of the normal densities that replace the likelihood."""
        return float(self._sites.log_scale[self.watched].sum())

    @property
    def _sites(self) -> Sites:
        return (
            expanded_sites(self.counts, self.log_exposure, self.trials, self.mean) if self.sites is None else self.sites
        )

    def rematched(self, mean: np.ndarray, variance: np.ndarray) -> "WorkingLevel":
        """The same with sites that have the moments of the likelihood, given the posterior of each log rate.

        Parameters
        ----------
        mean, variance : numpy.ndarray, shape (n,)
            Posterior with the present sites.
        """
        old, seen = self._sites, self.watched
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


def apart(level: WorkingLevel, blocks: Iterable[Block]) -> Iterator[tuple[int, Block]]:
    """Each block with none of the outliers set apart, with the first, the first two, ...: how many, and the block."""
    for start in blocks:
        block = start
        yield 0, block
        for k, period in enumerate(level.outliers, 1):
            block = block.with_disturbance(period, OUTLIER_VARIANCE)
            yield k, block


def without_likely_outliers(level: WorkingLevel, shift: np.ndarray | None = None) -> Iterator[Block]:
    """The blocks of `decompositions`, with those outliers set apart that are likelier than not."""
    for start in decompositions(level, shift):
        block = start
        for period, odds in zip(level.outliers, level.outlier_odds, strict=True):
            if odds > 1:
                block = block.with_disturbance(period, OUTLIER_VARIANCE)
        yield block


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
    if not y[watched].sum():
        raise ModelError(
            asked,
            found="no incident in any period",
            allowed="at least one incident",
            do=do,
            lacks="No incident was counted in any of these periods, so that no rate can be compared with another.",
        )
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
