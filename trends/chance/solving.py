"""Marginal likelihoods of every change and of none, by the variances of the level and the number of its outliers."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from trends.chance.filtering import sweep
from trends.chance.kernels import alone_in_year, components, fixed_columns, months_variance, places_of_year
from trends.chance.likelihoods import expand
from trends.chance.shapes import Candidates, columns_alone
from trends.chance.sites import log_ways, totals_of
from trends.chance.working import OUTLIER_SHARE, OUTLIER_VARIANCE, WorkingLevel


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
        Whether each period is weighed as an outlier of its own.
    keep : numpy.ndarray of bool, shape (n_apart, n_grid), optional
        The models of which the inverse covariance is kept, in their order.
    settled : tuple of int, optional
        Periods that are set apart for certain, in place of the level's possible outliers.
    """
    outliers = np.array(level.outliers if settled is None else (), int)
    noise = level.noise
    if settled:
        noise = noise.copy()
        noise[list(settled)] += OUTLIER_VARIANCE
    shape = (len(outliers) + 1, len(level.theta), len(changes.term))
    n, terms = changes.columns.shape
    months, places, fixed = _fixed(level)
    levels, sd_months = _sets(level.theta.tobytes(), *level.theta.shape, n, level.per_year)
    wanted = np.full(shape[:2], -1)
    if keep is not None:
        wanted[keep] = np.arange(keep.sum())
    whole = _side_by_side(fixed, months, places, level.response, outliers, changes.columns)
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
    sweep(
        noise, level.watched, whole, fixed.shape[1], months, places, levels, sd_months, level.log_weight,
        level.log_base, outliers, OUTLIER_VARIANCE, _log_share(n, len(outliers) if settled is None else -1),
        terms, changes.term, changes.variance, changes.log_prior, few, wanted, found.log_null, found.log_any,
        found.log_change, found.mean, found.variance, found.moments, apart, found.kept,
    )  # fmt: skip
    if alone:
        apart[0] += np.log(apart[1])
    return found


def _fixed(level: WorkingLevel) -> tuple[np.ndarray, int, np.ndarray]:
    """The place of each period in the year, how many there are, and the columns with coefficients."""
    months, places, fixed = _frame(level.n, level.first_month, level.per_year)
    if level.known:
        fixed = np.column_stack([fixed, *(np.sqrt(variance) * column for column, variance in level.known)])
    return months, places, fixed


@lru_cache(maxsize=64)
def _log_share(n: int, outliers: int) -> np.ndarray:
    """Log prior of none, one and so on up to so many outliers in certain periods; of none at all where it is below 0."""
    k = np.arange(outliers + 1)
    return k * np.log(OUTLIER_SHARE) + (n - k) * np.log(1 - OUTLIER_SHARE) if len(k) else np.zeros(1)


@lru_cache(maxsize=64)
def _frame(n: int, first_month: int, per_year: float) -> tuple[np.ndarray, int, np.ndarray]:
    """The place of each period in the year, how many there are, and the columns that every level has."""
    return *places_of_year(n, first_month, per_year), fixed_columns(n, per_year)


@lru_cache(maxsize=64)
def _sets(theta: bytes, rows: int, params: int, n: int, per_year: float) -> tuple[np.ndarray, np.ndarray]:
    """The components of sets of variances, and standard deviations of the months."""
    sets = np.frombuffer(theta).reshape(rows, params)
    seasons = months_variance(sets)
    found = components(sets, per_year)
    if alone_in_year(n, per_year):
        found[:, 0] += seasons
    return found, np.sqrt(seasons)


def _side_by_side(
    fixed: np.ndarray, months: np.ndarray, places: int, response: np.ndarray, outliers: np.ndarray, terms: np.ndarray
) -> np.ndarray:
    """Columns with coefficients, those of the months, the response, the outliers and, at the end, the terms.

    Periods are made even in number, and columns a multiple of four, by zeros.
    """
    n, few = fixed.shape
    p, own = few + places, terms.shape[1]
    first = p + 1 + len(outliers)
    whole = np.zeros((n + n % 2, first + own + -(first + own) % 4))
    whole[:n, :few] = fixed
    if places:
        whole[np.arange(n), few + months] = 1.0
    whole[:n, p] = response
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
    (months, places, fixed), none, no = _fixed(level), np.empty((1, 1, 0)), np.zeros(0, int)
    levels, sd_months = _sets(theta.tobytes(), *theta.shape, level.n, level.per_year)
    whole = _side_by_side(fixed, months, places, mean, no, np.empty((level.n, 0)))
    response, weight, alone, kept = (
        whole[: level.n, fixed.shape[1] + places],
        np.zeros(1),
        *np.empty((2, 0, 2, level.n)),
    )
    one, totals, ways = np.empty((1, 1)), totals_of(y, level.trials), log_ways(y, level.trials)
    sites = np.empty((3, level.n))
    for _ in range(30):
        expand(y, level.log_exposure, totals, ways, mean, sites)
        response[:] = np.where(watched, sites[1], 0.0)
        moments = np.zeros((2, 2, level.n))
        sweep(
            np.where(watched, 1 / sites[0], 0.0), watched, whole, fixed.shape[1], months, places, levels, sd_months,
            weight, 0.0, no, OUTLIER_VARIANCE, weight, 0, no, none[0, 0], none[0, 0], False, np.full((1, 1), -1), one,
            one, none, none, none, moments, alone[:, 0], kept,
        )  # fmt: skip
        step = np.clip(moments[0, 0] - mean, -1.5, 1.5)
        mean = mean + step
        if np.abs(step).max() < 1e-4:
            break
    return mean
