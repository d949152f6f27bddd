"""The shapes of tables of counts, as one row a cell: long, wide, turned, or years down and months across."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np
import pandas as pd

from trends import periods
from trends.counts.cellnumbers import counts_of
from trends.counts.frames import TOTALS, Cells, counted_once, is_missing, missing_cells, without_footnotes
from trends.counts.labelforms import KNOWN, plain_label, what_is_unread
from trends.counts.labels import ReadLabels, are_labels, are_mostly_labels, read_labels
from trends.counts.monthnames import MONTH_NUMBERS
from trends.counts.recognition import Export, recognised
from trends.counts.tablecolumns import (
    LONG_COUNT_NAMES,
    PERIOD_NAMES,
    PROVINCE_NAMES,
    parted_columns,
    period_labels,
    year_and_part,
)
from trends.errors import InputError
from trends.nouns import plural


@dataclass(frozen=True)
class Options:
    """How a table is to be read; the arguments of `trends.counts.tables.panel_from_table`."""

    period: str | None
    province: str | None
    count: str | None
    country: str | None
    kind: str | None
    by: str | None
    week: str
    fiscal: str | None
    date_format: str | None
    absent: str
    unresolved: str
    aliases: Mapping[str, str] | None
    country_aliases: Mapping[str, str] | None
    drop: tuple[str, ...]


@dataclass(frozen=True)
class TableRows:
    """A table of counts with a row for each cell.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``period, province, country, value, place``, in the words of the table.
    notes : tuple of str
        What was decided in reading it.
    parts : bool
        Whether rows of one province and period are parts of one count.
    """

    rows: pd.DataFrame
    notes: tuple[str, ...]
    parts: bool = False


def table_rows(cells: Cells, options: Options) -> TableRows:
    """A table of counts with a row for each of its cells.

    Parameters
    ----------
    cells : Cells
        The table.
    options : Options
        How it is to be read.

    Raises
    ------
    InputError
        Where periods cannot be told from provinces, a label or a count is none, or one cell is there twice.
    """
    frame, where = cells.frame, cells.where
    export = recognised(frame.columns)
    export = export if export is not None and export.is_table else None
    count = _column(frame, options.count, (export.count,) if export else LONG_COUNT_NAMES, where)
    period = _column(frame, options.period, (export.period,) if export else PERIOD_NAMES, where)
    province = _column(frame, options.province, (export.province,) if export else PROVINCE_NAMES, where)
    if count is None and None not in (period, province):
        across = [name for name in frame.columns if name not in (period, province)]
        if not any(are_labels([name]) for name in across):
            raise InputError(
                f"read the counts of {where}",
                found=f"no column of counts beside {period} and {province}, but {', '.join(across) or 'nothing'}",
                allowed=f"one named {', '.join(dict.fromkeys(LONG_COUNT_NAMES[:6]))}",
                do="name it with count= (--counts COLUMN)",
            )
    if count is None or period is None or (province is None and options.count is None):
        return _wide(cells, options)
    return _long(cells, options, export, (period, province, count))


def _long(cells: Cells, options: Options, export: Export | None, named: tuple[str, str | None, str]) -> TableRows:
    """A table with a row for each period and province."""
    frame, where = cells.frame, cells.where
    period, province, count = named
    notes: list[str] = []
    if export:
        notes.append(f"read as {export.title} ({frame.shape[1]} columns), its counts from {count}")
        if export.key == "hapi":
            cells = counted_once(cells, export.country)
    for name in (period, province):
        cells = cells if name is None else _without_totals(cells, name, options)
    frame, places = cells.frame, cells.places
    labels, told = period_labels(frame, period, options.period is not None)
    homes = _column(frame, None, (export.country if export else "country",), where)
    if options.country and options.country.casefold() in {name.casefold() for name in frame.columns}:
        homes = _column(frame, options.country, (), where)
    read = _labels(labels, where, places, options, "Saturday" if export and export.key == "acled-weekly" else None)
    rows = pd.DataFrame(
        {
            "period": read.periods,
            "province": _provinces(frame[province], places, where, export) if province else options.province or "total",
            "country": frame[homes].astype(object).where(~missing_cells(frame[homes]), None) if homes else None,
            "value": counts_of(frame[count], lambda row: places[row], where),
            "place": places,
        }
    )
    parts = _column(frame, options.kind, (), where) if options.kind else None
    added = _added(rows, bool(parts or export), where)
    return TableRows(added, (*cells.notes, *notes, *told, *read.notes), bool(parts or export))


def _provinces(column: pd.Series, places: list[str], where: str, export: Export | None) -> list[object]:
    """The provinces of a column; a known export may have counts that it knows no province of."""
    empty = missing_cells(column)
    if empty.any() and export is None:
        raise InputError(
            f"read the counts of {where}, {places[int(empty.argmax())]}", found="no province",
            allowed="a province in every row", do="fill it, or leave the row out",
        )  # fmt: skip
    return [None if none else cell for cell, none in zip(column, empty, strict=True)]


def _labels(
    labels: Sequence[object], where: str, places: list[str], options: Options, week: str | None = None
) -> ReadLabels:
    for label, at in zip(labels, places, strict=True):
        if is_missing(label):
            raise InputError(
                f"read the counts of {where}, {at}", found="no period", allowed="a period in every row",
                do="fill it, or leave the row out",
            )  # fmt: skip
    return read_labels(
        labels,
        by=options.by,
        week=week or options.week,
        fiscal=options.fiscal,
        date_format=options.date_format,
        where=where,
        places=places,
    )


def _wide(cells: Cells, options: Options) -> TableRows:
    """A wide table, a turned one, or one with a year down and its months across, as rows."""
    where = cells.where
    cells = _with_periods_joined(cells, options)
    first = _first_column(cells, options)
    cells = _without_totals(without_footnotes(cells, first), first, options)
    frame, places = cells.frame, cells.places
    dropped = {name.strip().casefold() for name in options.drop}
    heads = [name for name in frame.columns if name != first and name.strip().casefold() not in dropped]
    double = next((head for head in heads if head.strip().casefold() in TOTALS), None)
    if double is not None and len(heads) > 1:
        refuse_total(f"{where}, column {double!r}", double)
    if (months := _months_across(frame[first], heads)) is not None:
        return _grid(cells, first, months, options)
    down, labelled = _are_periods(frame[first]), [head for head in heads if are_labels([head])]
    beside = [head for head in heads if head not in labelled]
    # What stands beside the provinces of a turned table, such as their codes, is no period.
    across = are_labels(heads) or (not down and len(labelled) > 1 and are_labels(labelled))
    if down == across and options.period is None:
        unread = None if down else what_is_unread([plain_label(str(cell)) for cell in frame[first]])
        if unread is not None:
            found = f"{str(frame[first].iloc[0])!r}, {unread[0]}"
            raise InputError(f"read the periods of {where}", found=found, allowed=KNOWN, do=unread[1])
        raise InputError(
            f"read the counts of {where}",
            found="periods in both the first column and the header"
            if down
            else "no periods in either the first column or the header",
            allowed="periods in one of the two: cannot tell months from provinces",
            do="name the column of the periods with period=",
        )  # fmt: skip
    across = across and options.period is None
    heads = labelled if across else heads
    left = (f"left out {', '.join(beside)}, which no period names",) if across and beside else ()
    told = [f"column {head!r}" for head in heads]
    read = _labels(heads if across else list(frame[first]), where, told if across else places, options)
    rows = _unpivoted(cells, first, heads, read.periods, across)
    shape = "periods across and provinces down" if across else "periods down and provinces across"
    notes = (*cells.notes, f"read as a wide table, {shape}", *left, *read.notes)
    return TableRows(_added(rows, False, where), notes)


def _unpivoted(cells: Cells, first: str, heads: list[str], read: list[pd.Period], across: bool) -> pd.DataFrame:
    """A row for each cell of a table with one column of periods or of provinces."""
    frame, places, n = cells.frame, cells.places, len(cells.frame)
    names = [None if none else cell for cell, none in zip(frame[first], missing_cells(frame[first]), strict=True)]
    if across and None in names:
        raise InputError(
            f"read the counts of {cells.where}, {places[names.index(None)]}", found="no province",
            allowed="a province in every row", do="fill it, or leave the row out",
        )  # fmt: skip
    values, at = _below_each_other(cells, heads)
    return pd.DataFrame(
        {
            "period": np.repeat(np.array(read, dtype=object), n) if across else read * len(heads),
            "province": names * len(heads) if across else np.repeat(np.array(heads, dtype=object), n),
            "country": None,
            "value": values,
            "place": at,
        }
    )


def _below_each_other(cells: Cells, heads: list[str]) -> tuple[np.ndarray, list[str]]:
    """The counts of some columns, those of one column after the other, and where each of them stands."""
    at = [[f"{place}, column {head!r}" for place in cells.places] for head in heads]
    parts = [counts_of(cells.frame[head], own.__getitem__, cells.where) for head, own in zip(heads, at, strict=True)]
    return np.concatenate(parts), [place for own in at for place in own]


def _first_column(cells: Cells, options: Options) -> str:
    """The column of the periods, or of the provinces where the header has the periods."""
    frame, where = cells.frame, cells.where
    if named := _column(frame, options.period or options.province, (), where):
        return named
    if are_labels([str(head) for head in frame.columns[1:]]):
        return str(frame.columns[0])
    periods_first = _column(frame, None, PERIOD_NAMES, where)
    if periods_first is not None and _are_periods(frame[periods_first]):
        return periods_first
    turned = sum(are_labels([str(head)]) for head in frame.columns) > 1
    return (_column(frame, None, PROVINCE_NAMES, where) if turned else None) or str(frame.columns[0])


def _with_periods_joined(cells: Cells, options: Options) -> Cells:
    """The cells with one column of periods, where a year and its part have one each."""
    frame = cells.frame
    period = options.period or year_and_part(frame.columns)[1]
    columns = parted_columns(frame, period) if period is not None else None
    if period is None or columns is None:
        return cells
    labels, told = period_labels(frame, period, options.period is not None)
    if not told:
        return cells
    kept = frame.drop(columns=list(columns))
    kept.insert(0, period, pd.Series(labels, index=kept.index, dtype=object))
    return replace(cells, frame=kept, notes=(*cells.notes, *told))


def _months_across(first: pd.Series, heads: list[str]) -> list[str] | None:
    """The months that a header names without a year, where the first column has one year a row; else None."""
    texts = [str(cell).strip().removesuffix(".0") for cell in first]
    if len(heads) != 12 or not all(re.fullmatch(r"(1[89]|20|21)\d{2}", text) for text in texts):
        return None
    plain = [plain_label(head).rstrip(".") for head in heads]
    digits = [re.fullmatch(r"m?(\d{1,2})", each) for each in plain]
    numbers = [
        int(match[1]) if match else MONTH_NUMBERS.get(each, 0) for each, match in zip(plain, digits, strict=True)
    ]
    return [f"M{number}" for number in numbers] if sorted(numbers) == list(range(1, 13)) else None


def _grid(cells: Cells, first: str, months: list[str], options: Options) -> TableRows:
    """A series that is written with a year down and its months across."""
    years = [str(year).strip().removesuffix(".0") for year in cells.frame[first]]
    values, at = _below_each_other(cells, [name for name in cells.frame.columns if name != first])
    read = _labels([f"{year}{month}" for month in months for year in years], cells.where, at, options)
    rows = pd.DataFrame(
        {
            "period": read.periods,
            "province": options.province or "total",
            "country": None,
            "value": values,
            "place": at,
        }
    )
    # Months that are still to come have no count at the end of the last year.
    counted = rows["value"].notna()
    rows = rows[rows["period"] <= rows["period"][counted].max()] if counted.any() else rows
    notes = (*cells.notes, "read as one series, years down and months across")
    return TableRows(_added(rows, False, cells.where), notes)


def _are_periods(column: pd.Series) -> bool:
    return (
        pd.api.types.is_datetime64_any_dtype(column)
        or all(isinstance(cell, pd.Period) for cell in column)
        or are_mostly_labels(column)
    )


def _without_totals(cells: Cells, column: str, options: Options) -> Cells:
    """The cells without the rows that a person drops; a row that adds up the others stands for no province."""
    dropped = [name.strip().casefold() for name in options.drop]
    text = cells.frame[column].astype(str).str.strip()
    named = text.str.casefold().isin(dropped).to_numpy(dtype=bool)
    if named.any():
        told = f"left out {plural(named.sum(), 'row')} of {text[named].iloc[0]}"
        cells, text = replace(cells.rows(~named), notes=(*cells.notes, told)), text[~named]
    folded = list(text.str.casefold())
    others = any(name not in TOTALS for name in folded)
    for row, name in enumerate(folded):
        # A place may be called All; nobody ends a list of provinces with it.
        if others and (name in TOTALS[:3] or (name in TOTALS and row == len(folded) - 1)):
            refuse_total(f"{cells.where}, {cells.places[row]}", text.iloc[row])
    return cells


def refuse_total(where: str, name: str) -> NoReturn:
    """Refuse a row or a column that adds up the others."""
    raise InputError(
        f"read the counts of {where}", found=f"{name!r}, which stands for a province",
        allowed="provinces and periods alone", do=f"remove it, or leave it out with drop=[{name!r}] (--drop {name})",
    )  # fmt: skip


def _column(frame: pd.DataFrame, name: str | None, known: Iterable[str], where: str) -> str | None:
    folded = {column.strip().casefold(): column for column in frame.columns}
    if name is not None:
        if name.strip().casefold() not in folded:
            raise InputError(
                f"read the counts of {where}", found=f"no column {name!r}", allowed=", ".join(map(str, frame.columns)),
                do="name one of these",
            )  # fmt: skip
        return folded[name.strip().casefold()]
    return next((folded[each] for each in known if each in folded), None)


def _added(rows: pd.DataFrame, may_add: bool, where: str) -> pd.DataFrame:
    """One row a cell: parts of a count are added where somebody said that they are parts."""
    rows = rows.assign(country=rows["country"].astype(object), province=rows["province"].astype(object))
    keys = ["period", "province", "country"]
    double = rows.duplicated(keys, keep=False)
    if double.any() and not may_add:
        again = rows[double]
        pair = again[(again[keys[:2]] == again[keys[:2]].iloc[0]).all(axis=1)]["place"].tolist()
        raise InputError(
            f"read the counts of {where}",
            found=f"{again['province'].iloc[0]} {periods.label_of(again['period'].iloc[0])} in {pair[0]} and {pair[1]}",
            allowed="one row a period and province",
            do="name the column of their kinds with kind=, if they are parts of one count",
        )  # fmt: skip
    grouped = rows.groupby(keys, dropna=False, sort=False)
    return grouped.agg(value=("value", lambda part: part.sum(skipna=False)), place=("place", "first")).reset_index()
