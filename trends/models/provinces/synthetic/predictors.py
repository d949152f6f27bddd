"""How much each predictor is to count in a synthetic control: the importance that fits the time before best."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trends.counts.order import check_order
from trends.errors import ModelError
from trends.fits.overlap import quoted
from trends.loading import later
from trends.models.provinces.synthetic.simplex import nearest_mean
from trends.periods import period

minimize = later("scipy.optimize.minimize")

_ASKED = "read the predictors of a synthetic control"
# A later start must be better than an earlier one by this share of its error: differences below it are rounding.
_BETTER = 1e-6


@dataclass(frozen=True)
class Importance:
    """How much each predictor counts, and where other starts of the search ended.

    Attributes
    ----------
    values : numpy.ndarray
        Shape ``(n_predictors,)``, summing to one.
    mspe : float
        Mean squared error of the outcome over the periods it was judged on.
    starts : tuple
        ``(name, mspe, values)`` of every start.
    """

    values: np.ndarray
    mspe: float
    starts: tuple[tuple[str, float, np.ndarray], ...]


def predictor_table(predictors: Any, outcome: pd.DataFrame) -> pd.DataFrame:
    """The predictors of every unit, shape ``(n_predictors, n_units)``, from a table or a specification.

    Parameters
    ----------
    predictors : pandas.DataFrame or mapping
        A table, predictors down and units across; or for each name ``(table, first, last)``: a DataFrame of periods
        by units (None for the outcome itself) whose mean over the span, both ends included, is the predictor. Periods
        without a value are left out of the mean.
    outcome : pandas.DataFrame
        Shape ``(n_periods, n_units)``: the units wanted, in order.

    Raises
    ------
    ModelError
        Where a unit has no value of a predictor, or a predictor is the same for all.

    Examples
    --------
    >>> income = pd.DataFrame({"A": [1.0, 2.0], "B": [3.0, np.nan]}, index=[1960, 1961])
    >>> predictor_table({"income": (None, 1960, 1961)}, income)
              A    B
    income  1.5  3.0
    """
    table = predictors
    if isinstance(predictors, Mapping):
        rows = {name: _mean(name, each, outcome) for name, each in predictors.items()}
        table = pd.DataFrame(rows).T
    if not isinstance(table, pd.DataFrame) or table.empty:
        found = f"a {type(predictors).__name__}" if not isinstance(table, pd.DataFrame) else "no predictor"
        allowed = "a DataFrame (predictors, units), or (table, first, last) by name"
        raise ModelError(_ASKED, found=found, allowed=allowed, do="give one of these, or leave predictors out")
    twice = [*table.columns[table.columns.duplicated()], *table.index[table.index.duplicated()]]
    if twice:
        do = "leave one of the two out"
        raise ModelError(_ASKED, found=f"{twice[0]!r} twice", allowed="each predictor and unit once", do=do)
    missing = [name for name in outcome.columns if name not in table.columns]
    values = table.reindex(columns=outcome.columns).apply(pd.to_numeric, errors="coerce").astype(float)
    holes = values.index[~np.isfinite(values).all(axis=1)]
    if missing or len(holes):
        lacking = missing or [name for name in values if not np.isfinite(values.loc[holes[0], name])]
        what = "column" if missing else f"value of {holes[0]!r}"
        raise ModelError(
            _ASKED,
            found=f"no {what} for {quoted(lacking)}",
            allowed="a finite number of every predictor for every unit",
            do="leave these units or this predictor out",
        )
    same = values.index[np.ptp(values.to_numpy(), axis=1) == 0]
    if len(same):
        found = f"{same[0]!r} with the same value for all units"
        raise ModelError(_ASKED, found=found, allowed="predictors that differ between units", do="leave it out")
    return values


def _mean(name: str, each: Any, outcome: pd.DataFrame) -> pd.Series:
    wrong = not (isinstance(each, tuple) and len(each) == 3) or not isinstance(each[0], pd.DataFrame | None)
    chosen = pd.DataFrame() if wrong else _cut(outcome if each[0] is None else each[0], each[1], each[2])
    if chosen.empty:
        found = f"{name!r} as {type(each).__name__}" if wrong else f"no period of {name!r} from {each[1]} to {each[2]}"
        allowed = "(table, first, last): periods by units, and periods in it"
        raise ModelError(_ASKED, found=found, allowed=allowed, do=f"write {name!r} like that")
    return chosen.mean()


def _cut(table: pd.DataFrame, first: Any, last: Any) -> pd.DataFrame:
    index = table.index
    if isinstance(index, pd.PeriodIndex):
        check_order(index, _ASKED)
        return table[(index.start_time >= period(first).start_time) & (index.end_time <= period(last).end_time)]
    try:
        return table[(index >= first) & (index <= last)]
    except TypeError:
        found, do = f"{first!r} to {last!r} in a table on a {type(index).__name__}", "name rows of the table"
        raise ModelError(_ASKED, found=found, allowed="labels of the kind that the table has", do=do) from None


def scaled_predictors(table: np.ndarray) -> np.ndarray:
    """The predictors in units of their standard deviation over all units, treated included."""
    spread = table.std(axis=1, ddof=1, keepdims=True)
    # Left-out units may have been all that made a predictor differ.
    return table / np.where(spread > 0, spread, 1.0)


def predictor_weights(table: np.ndarray, unit: int, importance: np.ndarray) -> np.ndarray:
    """Weights of the other units that match scaled predictors best, shape ``(n_units,)`` with 0 for itself."""
    others = np.arange(table.shape[1]) != unit
    weights = np.zeros(table.shape[1])
    weights[others] = nearest_mean((table[:, others] - table[:, [unit]]) * np.sqrt(importance)[:, None])
    return weights


def choose_importance(table: np.ndarray, outcome: np.ndarray, unit: int) -> Importance:
    """The importance of predictors whose weights leave the least squared error of the outcome.

    Parameters
    ----------
    table : numpy.ndarray
        Scaled predictors, shape ``(n_predictors, n_units)``.
    outcome : numpy.ndarray
        Shape ``(n_periods, n_units)``: the periods that it is judged on.
    unit : int
        The column to be matched.

    Notes
    -----
    The search of Abadie, Diamond & Hainmueller (2011): Nelder-Mead and BFGS, each from equal importance and from that
    of a regression of the outcomes on the predictors. The error is not convex in the importance, which often is not
    identified either: `Importance.starts` keeps what each start found. A start replaces an earlier one only where it
    is better by a millionth, so that rounding does not decide.
    """
    others = np.arange(table.shape[1]) != unit
    apart = table[:, others] - table[:, [unit]]
    gaps = (outcome[:, others] - outcome[:, [unit]]) / np.sqrt(len(outcome))

    def error(raw: np.ndarray) -> float:
        sizes = np.abs(raw)
        left = gaps @ nearest_mean(apart * np.sqrt(sizes / sizes.sum())[:, None])
        return float(left @ left)

    number = len(table)
    design = np.column_stack([np.ones(table.shape[1]), table.T])
    slopes = np.linalg.lstsq(design, outcome.T, rcond=None)[0][1:]
    regression = (slopes**2).sum(axis=1)
    begins = {"equal": np.full(number, 1 / number), "regression": regression / regression.sum()}
    limits, starts = {"Nelder-Mead": 500, "BFGS": 100}, []
    for name, begin in begins.items():
        for search, most in limits.items():
            found = minimize(error, begin, method=search, options={"maxiter": most})
            starts.append((f"{name}, {search}", float(found.fun), np.abs(found.x) / np.abs(found.x).sum()))
    best = starts[0]
    for start in starts[1:]:
        best = start if start[1] < best[1] * (1 - _BETTER) else best
    return Importance(best[2], best[1], tuple(starts))
