"""The one checked series of counts: its periods, their places in time, counts and exposure."""

from dataclasses import dataclass
from math import isfinite
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from trends.counts.order import aligned, check_order, periods_of_dates, row_name
from trends.counts.panel import Panel, exposure_of
from trends.errors import ModelError
from trends.periods import period

_WHOLE = "whole numbers from 0 up, and NaN where nothing was watched"
_TAKEN = (
    "one series of counts: a pandas Series on periods, one province of a Panel, a table of one column, or a list, "
    "array, polars or arrow column with first= and freq="
)
# Beyond this a float no longer holds every whole number.
_LARGEST = 2.0**53


@dataclass(frozen=True, eq=False)
class CheckedSeries:
    """A series of counts that has passed every check.

    Attributes
    ----------
    index : pandas.PeriodIndex or pandas.RangeIndex
        Every period from the first to the last, each once; numbers from 0 where no periods were given. Shape
        ``(n_periods,)``.
    counts : numpy.ndarray
        Counts, NaN where nothing was watched, shape ``(n_periods,)``.
    exposure : numpy.ndarray
        Share of each period that was watched; 0 exactly where the count is NaN. Shape ``(n_periods,)``.
    name : object
        Name of the series, None without one.
    """

    index: pd.Index
    counts: np.ndarray
    exposure: np.ndarray
    name: Any = None

    @property
    def watched(self) -> np.ndarray:
        """Whether each period was watched, shape ``(n_periods,)``."""
        return self.exposure > 0

    @property
    def places(self) -> np.ndarray:
        """Place in time of each watched period, counted from the first period, shape ``(n_watched,)``."""
        return np.flatnonzero(self.watched)


def checked_series(
    endog: Any,
    *,
    exposure: Any = None,
    first: Any = None,
    freq: str | None = None,
    asked: str = "take a series of counts",
    counts: bool = True,
    numbered: bool = True,
) -> CheckedSeries:
    """The `CheckedSeries` of what a user hands over.

    Parameters
    ----------
    endog : pandas.Series, pandas.DataFrame, Panel, or a column of an array, list, polars or arrow
        Counts, NaN (or None) where nothing was watched. A table or Panel must have one column. A DatetimeIndex is
        read as periods where its frequency is plain.
    exposure : array_like or pandas.Series, optional
        Share of each period that was watched, 0 and more; a Series is aligned on its index. By default what the
        series carries, else 1 wherever there is a count.
    first, freq : period and str, optional
        The first period and the frequency of a column without periods.
    asked : str
        What is to be done, for the messages.
    counts : bool
        Whether the values are counts; otherwise any finite number is taken.
    numbered : bool
        Whether a column without periods may stay without: its periods are then numbered from 0.

    Raises
    ------
    ModelError
        Where it is no single series, its periods are out of order, given twice or have a hole, a value is no count,
        or the exposure does not fit.

    Examples
    --------
    >>> found = checked_series([3, 0, None, 4], first="2020-01", freq="M")
    >>> found.index[-1], found.places.tolist()
    (Period('2020-04', 'M'), [0, 1, 3])
    """
    column = one_column(endog, asked)
    if not len(column):
        raise ModelError(asked, found="a series without a row", allowed=_TAKEN, do="hand over a series with counts")
    index = _periods(column.index, isinstance(endog, pd.Series | pd.DataFrame | Panel), first, freq, asked, numbered)
    values = checked_counts(column.set_axis(index), asked, counts=counts)
    carried = exposure_of(column).to_numpy(float) if column.attrs.get("exposure") else np.isfinite(values) * 1.0
    given = carried if exposure is None else aligned_exposure(exposure, column.index, index, asked)
    watched = np.isfinite(values) & (given > 0)
    return CheckedSeries(index, np.where(watched, values, np.nan), np.where(watched, given, 0.0), column.name)


def checked_table(table: Any, *, asked: str, counts: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by period and province with their exposure, two tables of shape ``(n_periods, n_provinces)``.

    Parameters
    ----------
    table : Panel or pandas.DataFrame
        A table has periods down and provinces across; each column is checked as `checked_series` does.
    asked, counts
        As in `checked_series`.

    Raises
    ------
    ModelError
        Where it is no such table, or a column is no series.
    """
    if isinstance(table, Panel):
        return table.counts, table.exposure
    if not isinstance(table, pd.DataFrame) or not table.size:
        raise ModelError(
            asked,
            found="an empty table" if isinstance(table, pd.DataFrame) else f"a value of type {type(table).__name__}",
            allowed="a Panel, or a table with periods down and provinces across",
            do="make it with count_incidents or panel_from_table",
        )
    if table.columns.has_duplicates:
        found = f"the column {table.columns[table.columns.duplicated()][0]!r} twice"
        raise ModelError(asked, found=found, allowed="a column for each province", do="add the two up, or drop one")
    columns = {name: checked_series(table[name], asked=asked, counts=counts, numbered=False) for name in table}
    index = next(iter(columns.values())).index
    return (
        pd.DataFrame({name: each.counts for name, each in columns.items()}, index=index),
        pd.DataFrame({name: each.exposure for name, each in columns.items()}, index=index),
    )


def one_column(endog: Any, asked: str) -> pd.Series:
    """What was handed over as one pandas Series, with the index and exposure that it came with."""
    if isinstance(endog, Panel):
        if len(endog.provinces) == 1:
            return endog[endog.provinces[0]]
        found, do = f"a Panel of {len(endog.provinces)} provinces", "take one of them, panel[name], or panel.total()"
        raise ModelError(asked, found=found, allowed=_TAKEN, do=do)
    if isinstance(endog, pd.Series):
        return endog
    if isinstance(endog, pd.DataFrame):
        if endog.shape[1] == 1:
            return endog.iloc[:, 0]
        found = f"a table of {endog.shape[1]} columns"
        raise ModelError(asked, found=found, allowed=_TAKEN, do="take one column, for example table[name]")
    for method in ("to_pylist", "to_list", "tolist"):
        if not isinstance(endog, type) and callable(getattr(endog, method, None)):
            endog = getattr(endog, method)()
            break
    if not isinstance(endog, list | tuple | range):
        raise ModelError(
            asked, found=f"a value of type {type(endog).__name__}", allowed=_TAKEN, do="hand over a series"
        )
    if any(isinstance(value, list | tuple | dict | np.ndarray) for value in endog):
        raise ModelError(asked, found="rows that are themselves lists", allowed=_TAKEN, do="hand over one column")
    return pd.Series(list(endog), dtype=object)


def checked_counts(series: pd.Series, asked: str, *, counts: bool = True) -> np.ndarray:
    """The values of a series as floats, NaN where there is none, shape ``(n,)``; refuses what is no count."""
    kind = series.dtype
    if isinstance(kind, np.dtype) and kind.kind in "iuf":
        values = series.to_numpy(float)
        bad = np.isinf(values)
        if counts:
            with np.errstate(invalid="ignore"):
                bad |= ~np.isnan(values) & ((values < 0) | (values != np.round(values)) | (values > _LARGEST))
    else:
        bad = np.array([not _is_allowed(value, counts) for value in series], dtype=bool)
        values = np.full(len(series), np.nan)
        if not bad.any():
            values = np.array([np.nan if _is_missing(value) else float(value) for value in series], dtype=float)
    if bad.any():
        row = int(np.argmax(bad))
        raise ModelError(
            asked,
            found=f"the {'count' if counts else 'value'} {_shown(series.iloc[row])} in {row_name(series.index, row)}",
            allowed=_WHOLE if counts else "finite numbers, and NaN where nothing was watched",
            do="correct the value, or make it NaN where the period was not watched",
        )
    return values


def _is_missing(value: Any) -> bool:
    # NaT is the gap of a column of dates, which no count is.
    return value is None or value is pd.NA or (isinstance(value, Number) and value != value)


def _is_allowed(value: Any, counts: bool) -> bool:
    if isinstance(value, bool | np.bool_ | complex | np.complexfloating):
        return False
    if _is_missing(value):
        return True
    number: Any = value
    try:
        finite = isinstance(value, Number) and isfinite(number)
    except (OverflowError, TypeError, ValueError):
        return False
    return finite and (not counts or (0 <= value <= _LARGEST and value == round(value)))


def _shown(value: Any) -> str:
    try:
        if isinstance(value, float | np.floating):
            return f"{value:.15g}"
        text = f"{value}" if isinstance(value, Number) and not isinstance(value, bool | np.bool_) else repr(value)
    except ValueError:
        # Python writes no whole number of more than some thousand digits.
        return "of thousands of digits"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _periods(
    index: pd.Index, indexed: bool, first: Any, freq: str | None, asked: str, numbered: bool
) -> pd.PeriodIndex | pd.RangeIndex:
    timed = isinstance(index, pd.PeriodIndex | pd.DatetimeIndex)
    if first is not None or freq is not None:
        if timed:
            raise ModelError(
                asked,
                found="first= or freq= beside a series that has periods",
                allowed="one of the two",
                do="leave first= and freq= out",
            )
        if first is None:
            raise ModelError(asked, found="freq= without first=", allowed="both", do="name the first period")
        start = period(first, freq)
        return pd.period_range(start, periods=len(index), freq=start.freq, name="period")
    if isinstance(index, pd.PeriodIndex):
        check_order(index, asked, holes=True)
        return index
    if isinstance(index, pd.DatetimeIndex):
        check_order(index, asked)
        found = periods_of_dates(index, asked)
        check_order(found, asked, holes=True)
        return found
    plain = not indexed or index.equals(pd.RangeIndex(len(index)))
    if plain and numbered:
        return pd.RangeIndex(len(index))
    raise ModelError(
        asked,
        found="a column without periods" if plain else f"an index of type {type(index).__name__}",
        allowed="a pandas Series on a PeriodIndex, or on dates of a plain frequency" if not numbered else _TAKEN,
        do='give it periods, for example pandas.Series(counts, pandas.period_range("2020-01", periods=36, freq="M"))',
    )


def aligned_exposure(exposure: Any, given: pd.Index, index: pd.Index, asked: str) -> np.ndarray:
    """The exposure of each row as a float, shape ``(n,)``, taken by label from a Series."""
    if isinstance(exposure, pd.Series):
        on = index if isinstance(exposure.index, pd.PeriodIndex) else given
        exposure = aligned(exposure, on, asked, "an exposure")
    try:
        values = np.asarray(exposure)
    except (ValueError, TypeError):
        values = np.empty(0, dtype=object)
    numbers = values.dtype.kind in "iuf"
    if values.shape != (len(index),) or not numbers:
        found = f"an exposure of shape {values.shape} and type {values.dtype} for {len(index)} counts"
    elif (bad := ~(np.nan_to_num(values.astype(float), nan=0.0, posinf=-1.0) >= 0)).any():
        row = int(np.argmax(bad))
        found = f"an exposure of {values[row]:g} in {row_name(index, row)}"
    else:
        return values.astype(float)
    raise ModelError(
        asked,
        found=found,
        allowed="a finite number from 0 up for every row of endog, in the same order",
        do="correct the exposure",
    )
