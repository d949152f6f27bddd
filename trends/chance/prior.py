"""What the levels of real series are like: variances of a level with their weights, learned from the world's."""

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from math import log

import numpy as np
import pandas as pd

from trends.chance.calibration import Calibration, calibration
from trends.chance.kernels import MONTHS
from trends.chance.world import world_countries, world_country
from trends.errors import ModelError
from trends.periods import PER_YEAR, frequency

#: Every country is dealt to one of so many folds, each of which has a prior made without it.
FOLDS = 5
#: Share of the prior that is kept for levels that do not drift, of which the world's wars have next to none, by the
#: length in months of the windows that the rest was learned from.
STATIONARY = {24: 0.3, 36: 0.3, 60: 0.15, 96: 0.15, 120: 0.15}
LENGTHS = tuple(STATIONARY)
#: The same for the ratio of two parts of a country.
RATIO_STATIONARY = {36: 0.3, 96: 0.15}
RATIO_LENGTHS = tuple(RATIO_STATIONARY)
#: Variances of single periods and of the fast component that such a level may have.
CALM = tuple((white, fast, 0.0, 0.0) for white in (0.0, 0.01, 0.05, 0.2, 0.6) for fast in (0.0, 0.12, 0.4, 1.2))
#: Variances that the months of the year may have.
SEASONS = (MONTHS, 0.03, 0.15)
_ALL = -1


@dataclass(frozen=True, eq=False)
class LevelPrior:
    """Sets of variances that a level may have, with their weights.

    Parameters
    ----------
    theta : numpy.ndarray, shape (n_sets, 4) or (n_sets, 5)
        Variances of the noise of single periods, of the fast and of the slow component, monthly autocorrelation of the
        slow one, and the variance of the months of the year (where there is no fifth column, that of
        `trends.chance.kernels.MONTHS`).
    weight : numpy.ndarray, shape (n_sets,)
        Prior weight of each set.
    calibration : Calibration, optional
        How much wider the posterior of an effect must be under this prior; without it, it is told as it is.

    Examples
    --------
    >>> LevelPrior(np.zeros((1, 4)), np.ones(1)).weight.tolist()
    [1.0]
    """

    theta: np.ndarray
    weight: np.ndarray
    calibration: Calibration | None = None


def level_prior(periods: int, freq: str = "M", *, without: str | None = None) -> LevelPrior:
    """The prior of a level for a series of so many periods.

    Parameters
    ----------
    periods : int
        Periods of the series.
    freq : str
        Their frequency: Y, Q, M, W or D.
    without : str, optional
        Country that the series comes from, by its ISO 3166 code (two or three letters) or as UCDP spells it: the prior
        is then one that no series of this country was used for. A country without a series in the table takes the
        prior of all.

    Returns
    -------
    LevelPrior

    Raises
    ------
    trends.errors.ModelError
        If there is no period.
    trends.errors.InputError
        If no country is known by the name.

    Notes
    -----
    The variances are those of monthly log rates, so that they hold for any length of period: a quarter has the mean of
    its months, a week the noise of which four and a third make up that of a month. The table learned on windows of
    about the same time is taken. The size of the counts does not matter, since the noise of counting is not among
    the variances.

    Examples
    --------
    >>> prior = level_prior(36, without="IQ")
    >>> prior.theta.shape[1], round(float(prior.weight.sum()), 6)
    (5, 1.0)
    >>> level_prior(12, "Q") is level_prior(36)
    True
    """
    months = _months(periods, freq, "find the prior of a level")
    return _prior(nearest_length(months), _ALL if without is None else fold_of(without))


def _months(periods: int, freq: str, asked: str) -> float:
    if periods < 1:
        raise ModelError(
            asked,
            found=f"{periods} periods",
            allowed="one or more",
            do="give the number of periods of the series",
        )
    return periods * 12 / PER_YEAR[frequency(freq)]


def prior_by_length(n: int, per_year: float) -> LevelPrior:
    """The prior for ``n`` periods, of which there are ``per_year`` in a year, made from all countries."""
    return _prior(nearest_length(n * 12 / per_year), _ALL)


def nearest_length(months: float, lengths: tuple[int, ...] = LENGTHS) -> int:
    """The length of the table's windows that is nearest to so many months, by ratio."""
    return min(lengths, key=lambda length: abs(log(length / months)))


def fold_of(country: str) -> int:
    """The cross-validation fold of a country; -1, none left out, where the country has no series in the table."""
    found = world_country(country)
    return dealt(world_countries().index(found)) if found else _ALL


def dealt(place: int) -> int:
    """The cross-validation fold of the country at this place of the world's table."""
    return place % FOLDS


def ratio_prior(periods: int, freq: str = "M", *, without: str | None = None) -> LevelPrior:
    """The prior of the log ratio of two parts of one country, which drifts about as much as a country's level does.

    Parameters
    ----------
    periods, freq, without
        As in :func:`level_prior`.

    Returns
    -------
    LevelPrior

    Raises
    ------
    trends.errors.ModelError
        If there is no period.
    trends.errors.InputError
        If no country is known by the name.

    Examples
    --------
    >>> ratio_prior(36).theta.shape[1]
    5
    """
    length = nearest_length(_months(periods, freq, "find the prior of a ratio"), RATIO_LENGTHS)
    return _prior(length, _ALL if without is None else fold_of(without), "ratio_prior.csv")


@cache
def _prior(length: int, fold: int, table: str = "level_prior.csv") -> LevelPrior:
    with (resources.files("trends.chance") / table).open(encoding="utf-8") as file:
        whole = pd.read_csv(file, comment="#")
    own = whole[(whole["months"] == length) & (whole["fold"] == fold)]
    levels, seasons = own[own["season"].isna()], own[own["season"].notna()]
    found = mixed_prior(
        levels[["white", "fast", "slow", "phi"]].to_numpy(float),
        levels["weight"].to_numpy(float),
        seasons["season"].to_numpy(float),
        seasons["weight"].to_numpy(float),
        (STATIONARY if table == "level_prior.csv" else RATIO_STATIONARY)[length],
    )
    return replace(found, calibration=calibration("level" if table == "level_prior.csv" else "ratio", fold))


def mixed_prior(
    theta: np.ndarray,
    weight: np.ndarray,
    seasons: np.ndarray,
    shares: np.ndarray,
    stationary: float,
) -> LevelPrior:
    """Learned weights with the share of levels that do not drift, each with every variance of the months of the year.

    Parameters
    ----------
    theta, weight : numpy.ndarray, shapes (n_sets, 4) and (n_sets,)
        Sets of variances and their learned weights.
    seasons, shares : numpy.ndarray, shape (n_seasons,)
        Variances of the months of the year and their learned weights.
    stationary : float
        Share of levels that do not drift.
    """
    calm = np.array(CALM)
    sets, place = np.unique(np.vstack([theta, calm]), axis=0, return_inverse=True)
    each = np.concatenate([(1 - stationary) * weight / weight.sum(), np.full(len(calm), stationary / len(calm))])
    mass = np.bincount(place.ravel(), each, len(sets))
    whole = np.column_stack([np.repeat(sets, len(seasons), 0), np.tile(seasons, len(sets))])
    found = np.outer(mass, shares / shares.sum()).ravel()
    return LevelPrior(whole, found / found.sum())
