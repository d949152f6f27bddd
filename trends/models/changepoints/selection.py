"""How many breaks: the best segmentation for every number of them, and the criteria that choose among these."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trends.loading import later
from trends.models.changepoints.inflation import Inflation, calibrated_penalty, variance_inflation
from trends.models.changepoints.pruning import best_breaks
from trends.models.changepoints.segmentation import (
    SegmentSums,
    SegmentTable,
    segment_means,
    segment_sums,
    segment_table,
)

brentq = later("scipy.optimize.brentq")
gammaln = later("scipy.special.gammaln")
xlogy = later("scipy.special.xlogy")

#: Penalties by name.
PENALTIES = ("calibrated", "bic", "mbic")


@dataclass(frozen=True)
class Search:
    """What to search for: the options of a `ChangepointModel`, checked."""

    family: str
    max_breaks: int
    min_between: int
    penalty: str | float
    inflation: float | None
    spent: int = 1


@dataclass(frozen=True)
class Selection:
    """The breaks that were chosen, and all that the choice rests on.

    Attributes
    ----------
    breaks : numpy.ndarray
        Positions, the first period of each new regime.
    criteria : pandas.DataFrame
        By number of breaks: ``loglik``, ``bic``, ``mbic``, ``calibrated`` and, where a number was given as
        penalty, ``penalised``. Empty for a long series, of which one number of breaks is searched only.
    sums : SegmentSums
        Running sums of the series.
    table : SegmentTable or None
        The best breaks for every number; None for a long series.
    inflation : Inflation
        Dispersion, autocorrelation and what the likelihood was divided by.
    """

    breaks: np.ndarray
    criteria: pd.DataFrame
    sums: SegmentSums
    table: SegmentTable | None
    inflation: Inflation


def select_breaks(counts: np.ndarray, exposure: np.ndarray, search: Search, exhaustive: bool = True) -> Selection:
    """The breaks that the penalty of a search chooses.

    The inflation is first read off the residuals around the best single break, then off those around the breaks it led
    to, until these stay the same. A level that rises and falls back hides from a single break and makes the residuals
    around it look dependent: so the same is begun at the best two, and kept where it ends with no fewer.
    """
    one = _settle(counts, exposure, search, 1, exhaustive)
    if not exhaustive or search.max_breaks < 2 or len(one.breaks) >= 2:
        return one
    two = _settle(counts, exposure, search, 2, exhaustive, one)
    return two if len(two.breaks) >= 2 else one


def _settle(
    counts: np.ndarray,
    exposure: np.ndarray,
    search: Search,
    number: int,
    exhaustive: bool,
    found: Selection | None = None,
) -> Selection:
    """Breaks and inflation that agree, from the residuals around a number of breaks up."""
    step = _table_step if exhaustive else _pruned_step
    found = step(counts, exposure, search, number, found)
    for _ in range(19):
        if found.breaks.size <= number:
            break
        number = found.breaks.size
        found = step(counts, exposure, search, number, found)
    return found


def _table_step(
    counts: np.ndarray, exposure: np.ndarray, search: Search, number: int, previous: Selection | None
) -> Selection:
    if previous is None or previous.table is None:
        size = negbin_size(counts, exposure, search) if search.family == "negbin" else np.inf
        sums = segment_sums(counts, exposure, search.family, size)
        table = segment_table(sums, search.max_breaks, search.min_between)
    else:
        sums, table = previous.sums, previous.table
    inflation = _inflation(counts, exposure, table.breaks(number), search, sums.size)
    criteria = _criteria(counts, exposure, sums, table, search, inflation.factor)
    column = search.penalty if isinstance(search.penalty, str) else "penalised"
    return Selection(table.breaks(int(criteria[column].idxmin())), criteria, sums, table, inflation)


def _pruned_step(
    counts: np.ndarray, exposure: np.ndarray, search: Search, number: int, previous: Selection | None
) -> Selection:
    sums = segment_sums(counts, exposure) if previous is None else previous.sums
    at = _best_single(sums) if previous is None else previous.breaks
    inflation = _inflation(counts, exposure, at, search, np.inf)
    each = _constant_penalty(search.penalty, len(counts))
    breaks = best_breaks(counts, exposure, each * inflation.factor)
    return Selection(breaks, pd.DataFrame(), sums, None, inflation)


def _best_single(sums: SegmentSums) -> np.ndarray:
    """The position of the best single break, in linear time, shape ``(1,)``."""
    at = np.arange(1, sums.length)
    return at[[np.argmin(sums.cost(0, at) + sums.cost(at, sums.length))]]


def _constant_penalty(penalty: str | float, n: int) -> float:
    """The deviance that one break more must bring."""
    if penalty == "calibrated":
        return calibrated_penalty(n)
    return 2 * np.log(n) if penalty == "bic" else float(penalty)


def _inflation(counts: np.ndarray, exposure: np.ndarray, breaks: np.ndarray, search: Search, size: float) -> Inflation:
    if search.inflation is not None:
        return Inflation(np.nan, np.nan, search.inflation)
    residuals = pearson_residuals(counts, exposure, breaks, search.family, size)
    return variance_inflation(residuals, len(breaks), search.spent, search.family == "gaussian")


def pearson_residuals(
    counts: np.ndarray, exposure: np.ndarray, breaks: np.ndarray, family: str = "poisson", size: float = np.inf
) -> np.ndarray:
    """Residuals around a segmentation over their standard deviation (Gaussian: unscaled), shape ``(n,)``."""
    fitted = exposure * segment_means(counts, exposure, breaks)
    if family == "gaussian":
        return counts - fitted
    variance = fitted * (1 + fitted / (size * exposure))
    return np.divide(counts - fitted, np.sqrt(variance), out=np.zeros(len(counts)), where=variance > 0)


def negbin_size(counts: np.ndarray, exposure: np.ndarray, search: Search) -> float:
    """The size at which Pearson's chi-square around the best Poisson segmentation with one break is as expected."""
    sums = segment_sums(counts, exposure)
    fitted = exposure * segment_means(counts, exposure, segment_table(sums, 1, search.min_between).breaks(1))
    seen = fitted > 0
    squares, fitted, share = (counts[seen] - fitted[seen]) ** 2, fitted[seen], exposure[seen]
    plain = variance_inflation((counts[seen] - fitted) / np.sqrt(fitted), 1, search.spent)
    free = (squares / fitted).sum() / plain.dispersion

    def excess(log_size: float) -> float:
        return (squares / (fitted * (1 + fitted / (np.exp(log_size) * share)))).sum() - free

    low, high = np.log(1e-3), np.log(1e6)
    if excess(high) <= 0:
        return 1e6
    return float(np.exp(brentq(excess, low, high))) if excess(low) < 0 else 1e-3


def _criteria(
    counts: np.ndarray,
    exposure: np.ndarray,
    sums: SegmentSums,
    table: SegmentTable,
    search: Search,
    inflation: float,
) -> pd.DataFrame:
    numbers = np.flatnonzero(np.isfinite(table.cost))
    n, cost = sums.length, table.cost[numbers]
    if search.family == "gaussian":
        loglik = -0.5 * n * (np.log(np.maximum(cost, 1e-300) / n) + 1 + np.log(2 * np.pi))
    else:
        loglik = _saturated(counts, exposure, sums) - 0.5 * cost
    lengths = [np.diff(np.concatenate([[0], table.breaks(int(number)), [n]])) for number in numbers]
    uneven = np.array([np.log(each / n).sum() for each in lengths])
    lack = -2 * loglik / inflation
    free = 2 * numbers + search.spent + (search.family != "poisson")
    frame = {
        "loglik": loglik,
        "bic": lack + free * np.log(n),
        "mbic": lack + 3 * numbers * np.log(n) + uneven,
        "calibrated": lack + numbers * calibrated_penalty(n),
    }
    if not isinstance(search.penalty, str):
        frame["penalised"] = lack + numbers * float(search.penalty)
    return pd.DataFrame(frame, index=pd.Index(numbers, name="breaks"))


def _saturated(counts: np.ndarray, exposure: np.ndarray, sums: SegmentSums) -> float:
    """The terms of the log-likelihood that no segmentation changes."""
    if sums.family == "poisson":
        return float((xlogy(counts, exposure) - gammaln(counts + 1)).sum())
    sizes = sums.size * exposure
    return float((gammaln(counts + sizes) - gammaln(sizes) - gammaln(counts + 1)).sum())
