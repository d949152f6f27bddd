"""The prior of a level, learned from the world's series by nonparametric maximum likelihood."""

import io
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trends.chance.prior import CALM, FOLDS, LENGTHS, RATIO_LENGTHS, SEASONS, LevelPrior, dealt
from trends.chance.shapes import candidates
from trends.chance.solving import solved
from trends.chance.swings import world_months
from trends.chance.weighing import working_level
from trends.chance.working import WorkingLevel

_SLOW = (
    *((v, 0.97) for v in (0.1, 0.4, 1.2, 4.0, 12.0)),
    *((v, 0.85) for v in (0.15, 0.6, 2.5)),
    *((v, 0.99) for v in (1.5, 6.0)),
)
#: Sets of variances that weights are learned for: what does not drift, and the same with every slow component.
GRID = np.array([*CALM, *((white, fast, *slow) for white, fast, _, _ in CALM for slow in _SLOW)])
#: Fewest incidents a period and smallest share of periods with one, in a window that is learned from.
LEAST_MEAN, LEAST_SHARE = 2.0, 0.25
#: Fewest incidents a month in either of two parts of a country.
LEAST_MEAN_OF_PAIR = 1.0
_STEPS, _NEGLIGIBLE = 300, 2e-3
_HEAD = (
    "# Weights of the variances of a level, learned from world_months.csv (UCDP GED 21.1, CC BY 4.0). "
    "Made by trends/chance/learning.py.\n"
)
_RATIO_HEAD = (
    "# Weights of the variances of the log ratio of two parts of a country, learned from cells of UCDP GED 21.1, "
    "CC BY 4.0. Made by benchmarks/ratio_prior.py.\n"
)


@dataclass(frozen=True)
class LearnedWindows:
    """Windows of series, with the likelihood of each under every set of variances.

    Attributes
    ----------
    group : numpy.ndarray of int, shape (n_windows,)
        Fold of the series of each window.
    levels : numpy.ndarray, shape (n_windows, n_grid)
        Log marginal likelihoods under `GRID`, the months of the year having the smallest variance.
    seasons : numpy.ndarray, shape (n_windows, n_grid, n_seasons)
        By how much each variance of the months changes them.
    """

    group: np.ndarray
    levels: np.ndarray
    seasons: np.ndarray


def _starts(periods: int, n: int) -> range:
    """Where windows of ``n`` periods begin, as much being left out before the first as after the last."""
    return range(periods % n // 2, periods - n + 1, n)


def windows_of(counts: np.ndarray, n: int) -> list[np.ndarray]:
    """Windows of ``n`` months of a series that do not overlap and have enough incidents."""
    found = [counts[start : start + n] for start in _starts(len(counts), n)]
    return [each for each in found if each.mean() >= LEAST_MEAN and (each > 0).mean() >= LEAST_SHARE]


def working_series(counts: np.ndarray, trials: np.ndarray | None = None) -> WorkingLevel:
    """A series around its posterior mean, all sets of variances being equally likely beforehand."""
    flat = LevelPrior(GRID, np.ones(len(GRID)))
    return working_level(counts, candidates(len(counts), ()), prior=flat, trials=trials, robust=False, prune=False)[0]


def log_marginals(level: WorkingLevel, season: float = SEASONS[0]) -> np.ndarray:
    """Log marginal likelihood under every set of the grid, shape (n_grid,), by the variance of the months."""
    theta = np.column_stack([GRID, np.full(len(GRID), season)])
    return solved(replace(level, theta=theta), candidates(level.n, ()), settled=()).log_null[0]


def learned_windows(world: pd.DataFrame, n: int) -> LearnedWindows:
    """The windows of ``n`` months of the world's series, by country in a column."""
    found = [
        (dealt(place), _likelihoods(working_series(counts)))
        for place, country in enumerate(world.columns)
        for counts in windows_of(world[country].to_numpy(float), n)
    ]
    return _gathered(found)


def learned_pairs(pairs: list[tuple[int, np.ndarray, np.ndarray]], n: int) -> LearnedWindows:
    """Windows of ``n`` months of pairs of series of one country, whose log ratio is the level.

    Parameters
    ----------
    pairs : list of (int, numpy.ndarray, numpy.ndarray)
        Fold of the country, and the counts of two of its parts.
    n : int
        Months of a window.
    """
    found = []
    for fold, one, two in pairs:
        for start in _starts(len(one), n):
            parts = np.array([each[start : start + n] for each in (one, two)])
            both = parts.sum(0)
            if parts.mean(1).min() >= LEAST_MEAN_OF_PAIR and (both > 0).mean() >= 0.5:
                found.append((fold, _likelihoods(working_series(parts[0], both))))
    return _gathered(found)


def _likelihoods(level: WorkingLevel) -> np.ndarray:
    return np.stack([log_marginals(level, season) for season in SEASONS], axis=-1)


def _gathered(found: list[tuple[int, np.ndarray]]) -> LearnedWindows:
    rows = np.array([each for _, each in found])
    return LearnedWindows(np.array([fold for fold, _ in found]), rows[:, :, 0], rows - rows[:, :, :1])


def learned_prior(windows: LearnedWindows, use: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the grid and of the months' variances, the two being independent, from the windows in ``use``."""
    levels, seasons = windows.levels[use], windows.seasons[use]
    shares, weight = np.ones(len(SEASONS)), np.ones(len(GRID))
    top = (levels[:, :, None] + seasons).max(axis=(1, 2), keepdims=True)
    likelihood = np.exp(levels[:, :, None] + seasons - top)
    for _ in range(_STEPS):
        both = likelihood * weight[:, None] * shares
        both = both / both.sum(axis=(1, 2), keepdims=True)
        weight, shares = both.sum(2).mean(0), both.sum(1).mean(0)
    weight = np.where(weight >= _NEGLIGIBLE, weight, 0.0)
    # One window more in each keeps a variance possible that no war had.
    shares = (shares * len(levels) + 1) / (len(levels) + len(SEASONS))
    return weight / weight.sum(), shares


def prior_rows(windows: LearnedWindows, n: int) -> list[tuple[object, ...]]:
    """Rows of the table of priors for one length: by the fold left out, -1 being none."""
    rows: list[tuple[object, ...]] = []
    for fold in range(-1, FOLDS):
        weight, shares = learned_prior(windows, windows.group != fold)
        rows += [(n, fold, *GRID[i], None, weight[i]) for i in np.flatnonzero(weight)]
        rows += [(n, fold, None, None, None, None, v, s) for v, s in zip(SEASONS, shares, strict=True)]
    return rows


def table_text(rows: list[tuple[object, ...]], head: str) -> str:
    """A table of priors as it is shipped."""
    text = io.StringIO()
    names = ["months", "fold", "white", "fast", "slow", "phi", "season", "weight"]
    pd.DataFrame(rows, columns=names).to_csv(text, index=False, float_format="%.4g", lineterminator="\n")
    return head + text.getvalue()


def prior_text() -> str:
    """The table of priors of a level."""
    world = world_months()
    return table_text([row for n in LENGTHS for row in prior_rows(learned_windows(world, n), n)], _HEAD)


def ratio_text(pairs: list[tuple[int, np.ndarray, np.ndarray]]) -> str:
    """The table of priors of the log ratio of two parts of a country."""
    return table_text([row for n in RATIO_LENGTHS for row in prior_rows(learned_pairs(pairs, n), n)], _RATIO_HEAD)
