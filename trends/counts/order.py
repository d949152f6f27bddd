"""The order of periods: each once, in order, without a hole, under a label that tables beside it share."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from trends.errors import ModelError, TrendsError
from trends.periods import frequency, label_of


def check_order(index: pd.Index, asked: str, *, holes: bool = False, error: type[TrendsError] = ModelError) -> None:
    """Refuse periods that are missing a label, given twice, out of order or, with ``holes``, not consecutive."""
    if index.hasnans:
        found, do = "a row without a period", "give every row its period"
    elif index.has_duplicates:
        found, do = f"{row_name(index, index.duplicated().argmax())} twice", "add the two rows up, or drop one"
    elif not index.is_monotonic_increasing:
        steps = np.diff(index.asi8)
        row = int(np.argmax(steps < 0))
        found = f"{row_name(index, row + 1)} after {row_name(index, row)}"
        do = "sort the rows, series.sort_index(), and what goes with them"
    elif holes and len(index) and index.asi8[-1] - index.asi8[0] != len(index) - 1:
        row = int(np.argmax(np.diff(index.asi8) != 1))
        found = f"no period between {row_name(index, row)} and {row_name(index, row + 1)}"
        do = "reindex the series; a period that was not watched is NaN"
    else:
        if isinstance(index, pd.PeriodIndex):
            try:
                frequency(index.freqstr)
            except TrendsError as unknown:
                raise error(
                    asked,
                    found=f"periods of frequency {unknown.found}",
                    allowed=unknown.allowed,
                    do="turn them into one of these with series.index.asfreq",
                ) from None
        return
    raise error(asked, found=found, allowed="every period from the first to the last, each once, in order", do=do)


def checked_periods(index: pd.Index, asked: str) -> pd.PeriodIndex:
    """An index as periods in order, each once; refuses rows that are only numbered or labelled."""
    if not isinstance(index, pd.PeriodIndex):
        raise ModelError(
            asked,
            found=f"an index of type {type(index).__name__}",
            allowed="a PeriodIndex",
            do='give the series periods, for example series.index.to_period("M")',
        )
    check_order(index, asked)
    return index


def periods_of_dates(index: pd.DatetimeIndex, asked: str, error: type[TrendsError] = ModelError) -> pd.PeriodIndex:
    """The periods that dates of a plain frequency stand for, shape ``(n_periods,)``."""
    with warnings.catch_warnings():
        # pandas warns that it will give an offset in place of its name; either will do.
        warnings.simplefilter("ignore")
        inferred = pd.infer_freq(index) if index.freq is None and len(index) > 2 else index.freqstr
    alias = str(getattr(inferred, "freqstr", inferred) or "none")
    # A week may be named by the Monday it begins with or the Sunday it ends with.
    known = {"W-MON": "W", "W-SUN": "W", "D": "D", "MS": "M", "ME": "M"}
    known |= {f"{letter}{edge}-{month}": letter for letter in "QY" for edge, month in (("S", "JAN"), ("E", "DEC"))}
    known |= {"QS-OCT": "Q", "QS-JUL": "Q", "QS-APR": "Q", "QE-MAR": "Q", "QE-JUN": "Q", "QE-SEP": "Q"}
    if alias not in known:
        raise error(
            asked,
            found=f"dates of frequency {alias}",
            allowed="a date for each day, week from Monday to Sunday, month, quarter or year, without a hole",
            do='give the series periods, for example series.index.to_period("M"), and every period a row',
        )
    pandas_alias = {"W": "W-SUN", "Q": "Q-DEC", "Y": "Y-DEC"}.get(known[alias], known[alias])
    # A day is the day of its own place: pandas warns where it drops the zone.
    return index.tz_localize(None).to_period(pandas_alias)


def aligned(table: Any, index: pd.Index, asked: str, name: str = "exog") -> Any:
    """A Series or DataFrame with its rows in the order of an index; refuses one that lacks a row of it."""
    if not isinstance(table, pd.Series | pd.DataFrame):
        raise ModelError(
            asked,
            found=f"{name} of type {type(table).__name__}",
            allowed="a DataFrame or Series with a row for every row of endog",
            do="make it one, on endog.index",
        )
    if isinstance(table.index, pd.DatetimeIndex) and isinstance(index, pd.PeriodIndex):
        table = table.set_axis(periods_of_dates(table.index, asked))
    if table.index.equals(index):
        return table
    fits = type(table.index) is type(index) and not table.index.has_duplicates and not index.has_duplicates
    if (
        fits
        and not (isinstance(index, pd.PeriodIndex) and table.index.freq != index.freq)
        and index.isin(table.index).all()
    ):
        return table.loc[index]
    raise ModelError(
        asked,
        found=f"{name} of {len(table)} rows, {_ends(table.index)}, and endog of {len(index)}, {_ends(index)}",
        allowed="a row for every row of endog, under the same label",
        do=f"reindex {name} to endog.index",
    )


def row_name(index: pd.Index, row: int) -> str:
    """The name of a row in a sentence: its period, or its label or number."""
    label = index[row]
    if isinstance(label, pd.Timestamp):
        return str(label.date())
    try:
        return label_of(label) if isinstance(label, pd.Period) else f"row {label}"
    except TrendsError:
        return str(label)


def _ends(index: pd.Index) -> str:
    return f"{row_name(index, 0)} to {row_name(index, -1)}" if len(index) else "none"
