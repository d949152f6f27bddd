"""Which periods and provinces were watched: the exposure that makes a zero a zero."""

import os
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import PathLike
from trends.counts.provinces import spelled_among
from trends.counts.textfiles import read_texts
from trends.errors import InputError

#: What was watched: a first and a last period, a table of spans, or the path of one.
Coverage: TypeAlias = Sequence[Any] | pd.DataFrame | PathLike

_COLUMNS = ("first", "last", "province", "exposure")


def watched(coverage: Coverage, index: pd.PeriodIndex, provinces: Sequence[str]) -> pd.DataFrame:
    """The share of each period that each province was watched, shape ``(n_periods, n_provinces)``.

    Parameters
    ----------
    coverage : (first, last), pandas.DataFrame or path of a CSV file
        Two days or labels of periods, both included, for all provinces; or a table with the columns ``first, last``
        and optionally ``province`` (empty: all) and ``exposure`` (the share of these days that was watched, 1 where
        empty). What no row covers was not watched.
    index : pandas.PeriodIndex
        The periods.
    provinces : sequence of str
        The provinces.

    Raises
    ------
    InputError
        Where a column is unknown or missing, a province is none of the panel's, a share is outside 0 to 1, or two
        rows cover the same day of a province.

    Examples
    --------
    >>> index = periods.span("2020-01", "2020-03", "M")
    >>> watched(("2020-01-01", "2020-02-14"), index, ["Diyala"])["Diyala"].round(3).tolist()
    [1.0, 0.483, 0.0]
    """
    table, where = _table(coverage)
    origin = index[0].start_time
    n_days = int(periods.days(index).sum())
    daily = np.zeros((n_days, len(provinces)))
    for row in table.itertuples():
        at = f"{where}, {row.Index}"
        columns = list(range(len(provinces)))
        if row.province:
            named = spelled_among(row.province, provinces)
            if len(named) != 1:
                two = f", which names {' and '.join(named)}" if named else ""
                raise InputError(
                    f"read {at}",
                    found=f"the province {row.province!r}{two}",
                    allowed=", ".join(named or provinces),
                    do="name one of these",
                )
            columns = [list(provinces).index(named[0])]
        share = _share(row.exposure, at)
        first, last = _span(row, at)
        start, stop = (first - origin).days, (last.normalize() - origin).days + 1
        part = np.ix_(range(max(start, 0), min(stop, n_days)), columns)
        if daily[part].any():
            raise InputError(
                f"read {at}",
                found="days that another row covers",
                allowed="each day of a province once",
                do="cut a row",
            )
        daily[part] = share
    edges = np.concatenate([[0], np.cumsum(periods.days(index))[:-1]])
    shares = np.add.reduceat(daily, edges, axis=0) / periods.days(index)[:, None]
    return pd.DataFrame(shares.round(12), index, list(provinces))


def covered_span(coverage: Coverage) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last day that a coverage speaks of."""
    table, where = _table(coverage)
    spans = [_span(row, f"{where}, {row.Index}") for row in table.itertuples()]
    return min(first for first, _ in spans), max(last for _, last in spans)


def _span(row: Any, at: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    first, last = _edge(row.first, at, start=True), _edge(row.last, at, start=False)
    if first > last:
        raise InputError(
            f"read {at}", found=f"{row.first} to {row.last}", allowed="a first day before the last", do="exchange them"
        )
    return first, last


def _table(coverage: Coverage) -> tuple[pd.DataFrame, str]:
    where = "the coverage"
    if isinstance(coverage, str | os.PathLike):
        where = f"the coverage {coverage}"
        if not os.path.isfile(coverage):
            raise InputError(
                f"read {where}",
                found="no such file",
                allowed="a first and a last period such as 2018-01,2020-12, or a CSV table of what was watched",
                do="write one of these",
            )
        coverage = read_texts(coverage, f"read {where}")
        coverage.index = [f"line {line}" for line in coverage.index]
    else:
        if not isinstance(coverage, pd.DataFrame):
            if not isinstance(coverage, tuple | list) or len(coverage) != 2:
                raise InputError(
                    f"read {where}",
                    found=" ".join(repr(coverage).split())[:80],
                    allowed="a first and a last period, the path of a CSV table, or such a table as a DataFrame",
                    do='write, for example, ("2018-01", "2020-12")',
                )
            coverage = pd.DataFrame([tuple(coverage)], columns=["first", "last"])
        coverage = coverage.set_axis([f"row {number}" for number in range(1, len(coverage) + 1)])
    unknown = [name for n, name in enumerate(coverage) if name not in _COLUMNS or name in list(coverage)[:n]]
    missing = [name for name in _COLUMNS[:2] if name not in coverage]
    if unknown or missing:
        found = f"the column {unknown[0]!r}" if unknown else f"no column {missing[0]!r}"
        raise InputError(f"read {where}", found=found, allowed=", ".join(_COLUMNS), do="name the columns like this")
    if coverage.empty:
        raise InputError(f"read {where}", found="no row", allowed="at least one span", do="say what was watched")
    return coverage.reindex(columns=list(_COLUMNS)).astype(object).where(lambda cells: cells.notna(), ""), where


def _share(value: Any, at: str) -> float:
    if value == "":
        return 1.0
    try:
        share = float(value)
    except ValueError:
        share = np.nan
    if not 0 <= share <= 1:
        raise InputError(f"read {at}", found=f"the exposure {value!r}", allowed="a share from 0 to 1", do="correct it")
    return share


def _edge(label: Any, at: str, *, start: bool) -> pd.Timestamp:
    try:
        found = periods.period(label)
    except InputError as error:
        raise InputError(f"read {at}", found=f"{label!r}", allowed=error.allowed, do=error.do) from error
    return found.start_time if start else found.end_time
