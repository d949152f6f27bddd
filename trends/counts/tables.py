"""Tables of counts that others made, as panels: wide, turned or long, nothing filled in that they do not say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import checked_arguments
from trends.counts.columns import read_columns
from trends.counts.frames import TOTALS, Cells, counted_once, is_missing, missing_cells, read_cells, without_footnotes
from trends.counts.labels import ReadLabels, absent_told, are_labels, are_mostly_labels, read_labels
from trends.counts.panel import Panel
from trends.counts.placing import placed
from trends.counts.recognition import COUNT_NAMES, recognised
from trends.errors import InputError
from trends.nouns import plural

_PERIOD_NAMES = ("period", "month", "week", "quarter", "year", "date", "day", "time")
_PROVINCE_NAMES = ("province", "admin1", "adm_1", "adm1", "governorate", "state", "region", "district", "admin1_name")
#: The names that the three columns of a long table go by.
LONG_NAMES = (_PERIOD_NAMES, _PROVINCE_NAMES, ("count", "counts", *COUNT_NAMES))


@dataclass(frozen=True)
class _Options:
    """How a table is to be read; the arguments of `panel_from_table`."""

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


@checked_arguments
def panel_from_table(
    table,
    columns=None,
    *,
    period: str | None = None,
    province: str | None = None,
    count: str | None = None,
    country: str | None = None,
    kind: str | None = None,
    by: str | None = None,
    week: str = "Monday",
    fiscal: str = "January",
    date_format: str | None = None,
    absent: str = "refuse",
    unresolved: str = "refuse",
    aliases: Mapping[str, str] | None = None,
    country_aliases: Mapping[str, str] | None = None,
    drop: str | Iterable[str] = (),
    sheet: str | int | None = None,
    encoding: str = "utf-8",
    source: str = "",
) -> Panel:
    """The panel that a table of counts holds, whichever way round it is written.

    Parameters
    ----------
    table : path, pandas.DataFrame, pandas.Series or frame of another library
        CSV, Excel or Parquet; a frame of pandas, polars or pyarrow; a Series, which is one province by its name, or
        with two levels (period, province) several.
    columns : path or mapping, optional
        A map of columns with the key ``count``, as `trends.counts.columns.read_columns` knows it, which names the
        columns in place of ``period`` (its key ``date``), ``province``, ``count`` and ``country``.
    period, province, count : str, optional
        Columns of a long table. Without them known names are looked for; a table without a column of counts is wide:
        periods down and provinces across, or turned.
    country : str, optional
        A column of the table, or the country that the provinces belong to.
    kind : str, optional
        A column whose rows are parts of one count, such as kinds of event: they are added up.
    by : str, optional
        D, W, M, Q or Y, where days could stand for several lengths of a period.
    week, fiscal : str
        The day on which weeks begin that are named by a day; the month in which fiscal years begin.
    date_format : str, optional
        How days are written, as ``"%d/%m/%Y"``, where 05/01/2018 could be read in two ways.
    absent : {"refuse", "zero", "unwatched"}
        What a period without a row or a count is. It is never chosen for you: ``"zero"`` where the source lists only
        periods with incidents, ``"unwatched"`` where nobody looked.
    unresolved, aliases, country_aliases
        As in `trends.counts.incidents.read_incidents`.
    drop : iterable of str
        Rows and columns to leave out by their names, such as ``["Total"]``.
    sheet, encoding : str or int, str
        Of a workbook and of a text file.
    source : str
        Where the counts come from. Default: the name of the file.

    Returns
    -------
    Panel
        Its ``notes`` say what was decided.

    Raises
    ------
    InputError
        Where periods cannot be told from provinces, a count is no whole number, a cell is there twice or not at all,
        or a province is not known.

    Notes
    -----
    **Assumptions**: every row is a count of the whole period that it names.

    Examples
    --------
    >>> wide = pd.DataFrame({"Month": ["Jan 2018", "Feb 2018"], "Diyala": [5, 0], "Anbar": [1, 2]})
    >>> panel_from_table(wide).counts["Diyala"].tolist()
    [5.0, 0.0]
    """
    options = {"absent": (absent, "refuse, zero, unwatched"), "unresolved": (unresolved, "refuse, keep")}
    for name, (value, known) in options.items():
        if value not in known.split(", "):
            raise InputError(f"read the option {name}", found=repr(value), allowed=known, do="choose one of these")
    if columns is not None:
        found = read_columns(columns)
        if not found.count or not found.date:
            lacking, do = "a map of columns without the keys count and date", 'add count = "..." and date = "..."'
            allowed = "a map that names the columns of both"
            raise InputError("read a table of counts", found=lacking, allowed=allowed, do=do)
        period, count = period or found.date[0], count or found.count[0]
        province = province or next(iter(found.province), None)
        country = country or next(iter(found.country), None)
        date_format = date_format or found.date_format or None
    cells = read_cells(table, sheet, tuple((name,) for name in (period, province, count, kind) if name), encoding)
    year, left_out = None if fiscal == "January" else fiscal, (drop,) if isinstance(drop, str) else tuple(drop)
    names = (aliases, country_aliases)
    options = _Options(
        period, province, count, country, kind, by, week, year, date_format, absent, unresolved, *names, left_out
    )
    rows, notes = _long(cells, options)
    source = source or (Path(cells.where).name if isinstance(table, str | Path) else "")
    return _panel(rows, cells.where, options, notes, source)


def _without_totals(cells: Cells, column: str, options: _Options) -> Cells:
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
            _refuse_total(f"{cells.where}, {cells.places[row]}", text.iloc[row])
    return cells


def _refuse_total(where: str, name: str) -> None:
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


def _long(cells: Cells, options: _Options) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A row for each cell: ``period, province, country, value, place``, and what was decided."""
    frame, where = cells.frame, cells.where
    export = recognised(frame.columns)
    export = export if export is not None and export.is_table else None
    known = (export.count,) if export else ("count", "counts", *COUNT_NAMES)
    count = _column(frame, options.count, known, where)
    period = _column(frame, options.period, (export.period,) if export else _PERIOD_NAMES, where)
    province = _column(frame, options.province, (export.province,) if export else _PROVINCE_NAMES, where)
    if count is None or period is None or (province is None and options.count is None):
        return _wide(cells, options)
    notes: list[str] = []
    if export:
        notes.append(f"read as {export.title} ({frame.shape[1]} columns), its counts from {count}")
        if export.key == "hapi":
            cells = counted_once(cells, export.country)
    for name in (period, province):
        cells = cells if name is None else _without_totals(cells, name, options)
    frame, places = cells.frame, cells.places
    labels = list(frame[period])
    if export and export.key == "hdx-monthly":
        year = _column(frame, "year", (), where)
        labels = [f"{month} {str(y).removesuffix('.0')}" for month, y in zip(labels, frame[year], strict=True)]
    homes = _column(frame, None, (export.country if export else "country",), where)
    if options.country and options.country.casefold() in {name.casefold() for name in frame.columns}:
        homes = _column(frame, options.country, (), where)
    read = _labels(labels, where, places, options, "Saturday" if export and export.key == "acled-weekly" else None)
    rows = pd.DataFrame(
        {
            "period": read.periods,
            "province": list(frame[province]) if province else options.province or "total",
            "country": frame[homes].astype(object).where(~missing_cells(frame[homes]), None) if homes else None,
            "value": _values(frame[count], lambda row: places[row], where),
            "place": places,
        }
    )
    parts = _column(frame, options.kind, (), where) if options.kind else None
    added = _added(rows, bool(parts or export), where)
    return added, (*cells.notes, *notes, *read.notes)


def _labels(
    labels: Sequence[object], where: str, places: list[str], options: _Options, week: str | None = None
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


def _wide(cells: Cells, options: _Options) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A wide table, or a turned one, as rows."""
    where = cells.where
    first = _column(cells.frame, options.period or options.province, (), where) or cells.frame.columns[0]
    cells = _without_totals(without_footnotes(cells, first), first, options)
    frame, places = cells.frame, cells.places
    dropped = {name.strip().casefold() for name in options.drop}
    heads = [name for name in frame.columns if name != first and name.strip().casefold() not in dropped]
    down, across = _are_periods(frame[first]), are_labels(heads)
    if down == across and options.period is None:
        raise InputError(
            f"read the counts of {where}",
            found=f"{'periods' if down else 'no periods'} both in the first column and in the header",
            allowed="periods in one of the two: cannot tell months from provinces",
            do="name the column of the periods with period=",
        )  # fmt: skip
    across = across and options.period is None
    double = next((head for head in heads if head.strip().casefold() in TOTALS), None)
    if double is not None and len(heads) > 1:
        _refuse_total(f"{where}, column {double!r}", double)
    told = [f"column {head!r}" for head in heads]
    read = _labels(heads if across else list(frame[first]), where, told if across else places, options)
    values = [
        _values(frame[head], lambda row, head=head: f"{places[row]}, column {head!r}", where)  # type: ignore[misc]
        for head in heads
    ]
    n = len(frame)
    rows = pd.DataFrame(
        {
            "period": np.repeat(np.array(read.periods, dtype=object), n) if across else read.periods * len(heads),
            "province": list(frame[first]) * len(heads) if across else np.repeat(np.array(heads, dtype=object), n),
            "country": None,
            "value": np.concatenate(values),
            "place": [f"{at}, column {head!r}" for head in heads for at in places],
        }
    )
    shape = "periods across and provinces down" if across else "periods down and provinces across"
    return _added(rows, False, where), (*cells.notes, f"read as a wide table, {shape}", *read.notes)


def _are_periods(column: pd.Series) -> bool:
    return (
        pd.api.types.is_datetime64_any_dtype(column)
        or all(isinstance(cell, pd.Period) for cell in column)
        or are_mostly_labels(column)
    )


def _values(cells: pd.Series, at: Callable[[int], str], where: str) -> np.ndarray:
    """The counts of a column, NaN where a cell is empty; each spelling of a number is read once."""
    empty, distinct = missing_cells(cells), {}
    held = cells.to_numpy(dtype=object)
    for row, cell in enumerate(held):
        key = (type(cell), cell)
        if not empty[row] and key not in distinct:
            distinct[key] = _value(cell, row, at, where)
    return np.array(
        [np.nan if none else distinct[type(cell), cell] for cell, none in zip(held, empty, strict=True)], dtype=float
    )


def _value(cell: object, row: int, at: Callable[[int], str], where: str) -> float:
    """The count that a cell holds."""
    try:
        # Python reads 1_000 as a number, and True as one.
        number = -1.0 if isinstance(cell, bool | np.bool_) or "_" in str(cell) else float(str(cell).strip())
    except ValueError:
        number = -1.0
    if not (0 <= number < np.inf and number == np.floor(number)):
        raise InputError(
            f"read the counts of {where}, {at(row)}", found=repr(str(cell)),
            allowed="whole numbers from 0 up, or nothing", do="correct the cell",
        )  # fmt: skip
    return number


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


def _panel(rows: pd.DataFrame, where: str, options: _Options, notes, source: str) -> Panel:
    """The panel of cells, once each province is known and each cell is there."""
    for row in rows[[is_missing(cell) for cell in rows["province"]]].itertuples():
        raise InputError(
            f"read the counts of {where}, {row.place}", found="no province", allowed="a province in every row",
            do="fill it, or leave the row out",
        )  # fmt: skip
    spelt = rows.assign(province=rows["province"].map(lambda cell: str(cell).strip()), keep=1, n=1)
    names = spelt.groupby(["province", "country"], dropna=False, sort=False)[["keep", "n"]].sum().reset_index()
    home = None if options.country in rows.columns or options.country is None else options.country
    label: dict[tuple[str | None, str | None], str] = {}
    one = len(names) == 1 and names["province"].iloc[0].casefold() in ("total", "count", "counts", *COUNT_NAMES)
    if one:
        label = {(names["province"].iloc[0], None): names["province"].iloc[0]}
    else:
        found = placed(
            names, country=home, level="province", aliases=options.aliases, unresolved=options.unresolved,
            where=Path(where), country_aliases=options.country_aliases,
        )  # fmt: skip
        label = {pair: name for pair, (_, name) in found.labels.items()}
        notes = (*notes, *found.notes)
    pairs = [
        (name, None if is_missing(land) else land)
        for name, land in zip(spelt["province"], spelt["country"], strict=True)
    ]
    rows = spelt.assign(label=[label[pair] for pair in pairs], written=rows["province"].map(str))
    _refuse_twice(rows, where)
    index = periods.span(rows["period"].min(), rows["period"].max(), rows["period"].iloc[0].freqstr)
    provinces = list(dict.fromkeys(rows["label"]))
    counts = rows.pivot(index="period", columns="label", values="value").reindex(index)[provinces].to_numpy(copy=True)
    lacking = np.isnan(counts)
    if lacking.any() and options.absent == "refuse":
        row, column = np.argwhere(lacking)[0]
        raise InputError(
            f"read the counts of {where}",
            found=f"no row for {provinces[column]} in {periods.label_of(index[row])}",
            allowed="a count for every period and province",
            do=absent_told(rows["period"]),
        )
    if lacking.any():
        what = "taken as zero" if options.absent == "zero" else "taken as not watched"
        notes = (*notes, f"{int(lacking.sum()):,} of {lacking.size:,} cells have no row or no count, and are {what}")
    if options.absent == "zero":
        counts[lacking] = 0.0
    return Panel(pd.DataFrame(counts, index, provinces), None, source, "incidents", tuple(notes))


def _refuse_twice(rows: pd.DataFrame, where: str) -> None:
    """Refuse one province under two spellings in one period: its totals would double."""
    double = rows.duplicated(["period", "label"], keep=False)
    if not double.any():
        return
    again = rows[double]
    pair = again[(again["period"] == again["period"].iloc[0]) & (again["label"] == again["label"].iloc[0])]
    both = f"{pair['label'].iloc[0]} in {periods.label_of(pair['period'].iloc[0])}"
    one, other = (f"{pair['written'].iloc[row]!r} in {pair['place'].iloc[row]}" for row in (0, 1))
    raise InputError(
        f"read the counts of {where}",
        found=f"{one} and {other}, which are both {both}",
        allowed="one row a period and province", do="take one of the two out",
    )  # fmt: skip
