"""Marginal likelihoods of every change and of none, by the variances of the level and the number of its outliers."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from trends.chance.factoring import factorise
from trends.chance.filtering import sweep
from trends.chance.kernels import alone_in_year, components, fixed_columns, months_variance, places_of_year
from trends.chance.likelihoods import expand
from trends.chance.shapes import Candidates, columns_alone
from trends.chance.sites import log_ways, totals_of
from trends.chance.working import OUTLIER_SHARE, OUTLIER_VARIANCE, WorkingLevel

# Numbers of solved columns that are held at once: levels are done so many together.
_ROOM = 2**15
# The place of each period in the year, how many there are, and the columns with coefficients.
Frame = tuple[np.ndarray, int, np.ndarray]
# The components of levels, the first set of each, and the standard deviation of the months under each set.
Sets = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Solved:
    """Marginal likelihoods and posteriors of every change and of none, by set of variances and number of outliers.

    Attributes
    ----------
    log_null : numpy.ndarray, shape (n_apart, n_grid)
        Log evidence of no change, prior weights of variances and outliers included.
    log_change : numpy.ndarray, shape (n_apart, n_grid, n_candidates)
        Log evidence of each candidate, prior share included.
    mean, variance : numpy.ndarray, shape (n_apart, n_grid, n_candidates)
        Posterior of the coefficient of each.
    log_any : numpy.ndarray, shape (n_apart, n_grid)
        Log of the evidence of all candidates together.
    moments : numpy.ndarray, shape (2, 2, n)
        Posterior mean and variance of the log rate, without a change and given one.
    log_alone : numpy.ndarray, shape (n,), or None
        Log evidence with a disturbance of each period, and no change, of all sets together.
    kept : numpy.ndarray, shape (n_kept, 2 + n_terms, n)
        Inverse covariance of the working observations times these, its diagonal, and the same times each term; 0 where
        not watched.
    """

    log_null: np.ndarray
    log_change: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    log_any: np.ndarray
    moments: np.ndarray
    log_alone: np.ndarray | None
    kept: np.ndarray


def solved(
    level: WorkingLevel,
    changes: Candidates,
    *,
    few: bool = False,
    alone: bool = False,
    keep: np.ndarray | None = None,
    settled: tuple[int, ...] | None = None,
) -> Solved:
    """The marginal likelihoods of some changes, and of none, under every set of variances of a level.

    Parameters
    ----------
    level : WorkingLevel
        The series.
    changes : Candidates
        The changes; none of them by `trends.chance.shapes.candidates` without shapes.
    few : bool
        Whether the variance of the log rate takes in what each term may add.
    alone : bool
        Whether each period is weighed as an outlier of its own, in place of the level's possible outliers.
    keep : numpy.ndarray of bool, shape (n_apart, n_grid), optional
        The models of which the inverse covariance is kept, in their order.
    settled : tuple of int, optional
        Periods that are set apart for certain, in place of the level's possible outliers.
    """
    outliers = np.array(level.outliers if settled is None and not alone else (), int)
    noise = level.noise
    if settled:
        noise = noise.copy()
        noise[list(settled)] += OUTLIER_VARIANCE
    shape = (len(outliers) + 1, len(level.theta), len(changes.term))
    (n, terms), frame = changes.columns.shape, _frame(level)
    wanted = np.full(shape[:2], -1)
    if keep is not None:
        wanted[keep] = np.arange(keep.sum())
    # Of a disturbance of each period, and no change: the largest log evidence of a set, and the sum of all over it.
    apart = np.zeros((2 * alone, n))
    apart[:1] = -np.inf
    found = Solved(
        np.empty(shape[:2]),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape[:2]),
        np.zeros((2, 2, n)),
        apart[0] if alone else None,
        np.empty((0 if keep is None else wanted.max() + 1, 2 + terms, n)),
    )
    _swept(
        noise, level.watched, frame, _side_by_side(frame, level.response, outliers, changes.columns),
        _sets(level.theta, n, level.per_year), level.log_weight + level.log_base,
        outliers, _log_share(n, len(outliers) if settled is None else -1), changes, few, wanted, found, apart,
    )  # fmt: skip
    if alone:
        apart[0] += np.log(apart[1])
    return found


def _swept(
    noise: np.ndarray, watched: np.ndarray, frame: Frame, whole: np.ndarray, sets: Sets, log_weight: np.ndarray,
    outliers: np.ndarray, log_share: np.ndarray, changes: Candidates, few: bool, wanted: np.ndarray, found: Solved,
    apart: np.ndarray,
) -> None:  # fmt: skip
    """Fill ``found`` and ``apart`` with what some levels at a time find."""
    (months, places, fixed), (levels, starts, sd_months) = frame, sets
    n, m, p, terms = len(noise), whole.shape[1], fixed.shape[1] + places, changes.columns.shape[1]
    peaks = np.zeros((2, 2))
    peaks[:, 0] = -np.inf
    together = max(1, min(_ROOM // (n * m), len(levels)))
    room = (
        np.empty(together), np.empty((together, n)), np.empty((together, p + 1, m)), np.empty((together, m, n)),
        np.empty((together, terms)),
    )  # fmt: skip
    for first in range(0, len(levels), together):
        some = levels[first : first + together]
        factorise(noise, watched, whole, fixed.shape[1], months, some, *room)
        sweep(
            noise, watched, whole, fixed.shape[1], months, some, starts[first:], sd_months, log_weight, outliers,
            OUTLIER_VARIANCE, log_share, changes.term, changes.variance, changes.log_prior, few, wanted, *room,
            found.log_null, found.log_any, found.log_change, found.mean, found.variance, found.moments, peaks, apart,
            found.kept,
        )  # fmt: skip
    found.moments[:] /= np.maximum(peaks[:, 1], 1e-300)[:, None, None]
    found.moments[:, 1] -= found.moments[:, 0] ** 2


def _frame(level: WorkingLevel) -> Frame:
    """The place of each period in the year, how many there are, and the columns with coefficients."""
    months, places, fixed = _calendar(level.n, level.first_month, level.per_year)
    if level.known:
        fixed = np.column_stack([fixed, *(np.sqrt(variance) * column for column, variance in level.known)])
    return months, places, fixed


@lru_cache(maxsize=64)
def _calendar(n: int, first_month: int, per_year: float) -> Frame:
    return *places_of_year(n, first_month, per_year), fixed_columns(n, per_year)


@lru_cache(maxsize=64)
def _log_share(n: int, outliers: int) -> np.ndarray:
    """Log prior of none, one and up to so many outliers in certain periods; 0 where it is -1, as they are settled."""
    k = np.arange(outliers + 1)
    return k * np.log(OUTLIER_SHARE) + (n - k) * np.log(1 - OUTLIER_SHARE) if len(k) else np.zeros(1)


def _sets(theta: np.ndarray, n: int, per_year: float) -> Sets:
    return _components(np.asarray(theta, float).tobytes(), *theta.shape, n, per_year)


@lru_cache(maxsize=64)
def _components(theta: bytes, rows: int, params: int, n: int, per_year: float) -> Sets:
    """The components of sets of variances, where those begin that share one level, and deviations of the months.

    Sets that follow each other and differ in the variance of the months alone share one factorisation.
    """
    sets = np.frombuffer(theta).reshape(rows, params)
    seasons = months_variance(sets)
    found = components(sets, per_year)
    if alone_in_year(n, per_year):
        found[:, 0] += seasons
    starts = np.flatnonzero(np.concatenate([[True], (found[1:] != found[:-1]).any(1), [True]]))
    return found[starts[:-1]], starts, np.sqrt(seasons)


def _side_by_side(frame: Frame, response: np.ndarray, outliers: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Columns with coefficients, those of the months, the response, the outliers and, at the end, the terms.

    Periods are made even in number, and columns a multiple of four, by zeros.
    """
    (months, places, fixed), (n, own) = frame, terms.shape
    few = fixed.shape[1]
    p = few + places
    first = p + 1 + len(outliers)
    whole = np.zeros((n + n % 2, first + own + -(first + own) % 4))
    whole[:n, :few] = fixed
    if places:
        whole[np.arange(n), few + months] = 1.0
    whole[:n, p] = response
    if len(outliers):
        whole[outliers, p + 1 + np.arange(len(outliers))] = 1.0
    whole[:n, whole.shape[1] - own :] = terms
    return whole


def likely_outliers(level: WorkingLevel) -> tuple[int, ...]:
    """The possible outliers that are likelier than not."""
    return tuple(t for t, odds in zip(level.outliers, level.outlier_odds, strict=True) if odds > 1)


@dataclass(frozen=True)
class JointPosterior:
    """Joint posterior of some weighted sums of the log rates under one set of variances.

    Attributes
    ----------
    mean : numpy.ndarray, shape (n_sums,)
        Their posterior mean.
    covariance : numpy.ndarray, shape (n_sums, n_sums)
        Their posterior covariance.
    gain : numpy.ndarray, shape (n, n_sums)
        By how much each working observation moves each mean.
    """

    mean: np.ndarray
    covariance: np.ndarray
    gain: np.ndarray


def joint_posterior(
    level: WorkingLevel, row: int, settled: tuple[int, ...], across: np.ndarray, own: np.ndarray
) -> JointPosterior:
    """Posterior of quantities whose prior covariances with the log rates and with each other are given.

    Parameters
    ----------
    level : WorkingLevel
        The series.
    row : int
        Which set of variances.
    settled : tuple of int
        Periods that are set apart.
    across : numpy.ndarray, shape (n, n_sums)
        Covariance of each log rate with each quantity.
    own : numpy.ndarray, shape (n_sums, n_sums)
        Covariance of the quantities.
    """
    one = replace(level, theta=level.theta[[row]], log_weight=np.zeros(1))
    kept = solved(one, columns_alone(across), few=True, keep=np.ones((1, 1), bool), settled=settled).kept[0]
    gain = kept[2:].T
    return JointPosterior(across.T @ kept[0], own - across.T @ gain, gain)


def starting_mean(level: WorkingLevel) -> np.ndarray:
    """Mode of the log rate under one middling set of variances, to begin with."""
    y, watched = level.counts, level.watched
    rest = 1.0 if level.trials is None else level.trials - y + 0.5
    start = np.log((y + 0.5) / rest) - level.log_exposure
    mean = np.where(watched, start, start[watched].mean())
    middle = int(np.argmin(np.abs(np.log(level.theta[:, :3].sum(1) + 0.05) - np.log(1.5))))
    theta = level.theta[middle : middle + 1].copy()
    theta[:, 0] += 0.1 * 12 / level.per_year
    frame, none, no = _frame(level), columns_alone(np.empty((level.n, 0))), np.zeros(0, int)
    sets = _sets(theta, level.n, level.per_year)
    whole = _side_by_side(frame, mean, no, none.columns)
    response = whole[: level.n, frame[2].shape[1] + frame[1]]
    totals, ways, sites = totals_of(y, level.trials), log_ways(y, level.trials), np.empty((3, level.n))
    one, each, kept = np.empty((1, 1)), np.empty((1, 1, 0)), np.empty((0, 2, level.n))
    for _ in range(30):
        expand(y, level.log_exposure, totals, ways, mean, sites)
        response[:] = np.where(watched, sites[1], 0.0)
        found = Solved(one, each, each, each, one, np.zeros((2, 2, level.n)), None, kept)
        _swept(
            np.where(watched, 1 / sites[0], 0.0), watched, frame, whole, sets, np.zeros(1), no, np.zeros(1), none,
            False, np.full((1, 1), -1), found, kept[:, 0],
        )  # fmt: skip
        step = np.clip(found.moments[0, 0] - mean, -1.5, 1.5)
        mean = mean + step
        if np.abs(step).max() < 1e-4:
            break
    return mean
