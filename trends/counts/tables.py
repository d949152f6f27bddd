"""Tables of counts that others made, as panels: wide, turned or long, nothing filled in that they do not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trends import periods
from trends.counts.labels import ReadLabels, are_labels, read_labels
from trends.counts.panel import Panel
from trends.counts.placing import placed
from trends.counts.recognition import COUNT_NAMES, Export, recognised
from trends.counts.scanning import open_events
from trends.errors import InputError

_PERIOD_NAMES = ("period", "month", "week", "quarter", "year", "date", "day", "time")
_PROVINCE_NAMES = ("province", "admin1", "adm_1", "adm1", "governorate", "state", "region", "district", "admin1_name")
_TOTALS = ("total", "totals", "grand total", "sum", "all")
_MISSING = ("", "NA", "nan", "None", "NaN", "#N/A", "<NA>", "NaT")


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
    absent: str
    unresolved: str
    aliases: Mapping[str, str] | None


def panel_from_table(
    table,
    *,
    period: str | None = None,
    province: str | None = None,
    count: str | None = None,
    country: str | None = None,
    kind: str | None = None,
    by: str | None = None,
    week: str = "Monday",
    fiscal: str = "January",
    absent: str = "refuse",
    unresolved: str = "refuse",
    aliases: Mapping[str, str] | None = None,
    sheet: str | int | None = None,
    source: str = "",
) -> Panel:
    """The panel that a table of counts holds, whichever way round it is written.

    Parameters
    ----------
    table : path, pandas.DataFrame, pandas.Series or frame of another library
        CSV, Excel or Parquet; a frame of pandas, polars or pyarrow; a Series, which is one province by its name, or
        with two levels (period, province) several.
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
    absent : {"refuse", "zero", "unwatched"}
        What a period without a row or a count is. It is never chosen for you: ``"zero"`` where the source lists only
        periods with incidents, ``"unwatched"`` where nobody looked.
    unresolved, aliases
        As in `trends.counts.incidents.read_incidents`.
    sheet : str or int, optional
        Of a workbook.
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
    for value, allowed, name in (
        (absent, ("refuse", "zero", "unwatched"), "absent"),
        (unresolved, ("refuse", "keep"), "unresolved"),
    ):
        if value not in allowed:
            raise InputError(
                f"read the option {name}", found=repr(value), allowed=", ".join(allowed), do="choose one of these"
            )
    wanted = tuple(name for name in (period, province, count, kind) if name)
    frame, where, places, notes = _frame(table, sheet, wanted)
    year = None if fiscal == "January" else fiscal
    options = _Options(period, province, count, country, kind, by, week, year, absent, unresolved, aliases)
    frame, places, more = _without_empty(frame, places, where)
    rows, told = _long(frame, where, places, options)
    notes = (*notes, *more, *told)
    return _panel(rows, where, options, notes, source or (Path(where).name if isinstance(table, str | Path) else ""))


def _frame(table, sheet, wanted) -> tuple[pd.DataFrame, str, list[str], tuple[str, ...]]:
    """The cells of a table, what it is called, where each row stands, and what was decided in opening it."""
    if isinstance(table, str | Path):
        with open_events(table, sheet=sheet, wanted=wanted) as file:
            frame = file.query(f"SELECT * FROM {file.relation}").df()
            first = file.offset + 1
            return frame, str(table), [f"line {row + first}" for row in range(len(frame))], file.notes
    where = "the table"
    if isinstance(table, pd.Series):
        if isinstance(table.index, pd.MultiIndex):
            if table.index.nlevels != 2:
                raise InputError(
                    "read a table of counts", found=f"a Series with {table.index.nlevels} levels",
                    allowed="the levels period and province", do="take one of them out",
                )  # fmt: skip
            frame = table.rename("count").rename_axis(["period", "province"]).reset_index()
        else:
            name = "total" if table.name is None else str(table.name)
            frame = pd.DataFrame({"period": list(table.index), name: table.to_numpy()})
    elif isinstance(table, pd.DataFrame):
        dated = isinstance(table.index, pd.DatetimeIndex | pd.PeriodIndex | pd.MultiIndex)
        named = table.index.name is not None and not isinstance(table.index, pd.MultiIndex)
        labelled = dated or named or (not isinstance(table.index, pd.RangeIndex) and are_labels(table.index))
        frame = table.rename_axis(table.index.name or "period") if labelled and table.index.nlevels == 1 else table
        frame = frame.reset_index() if labelled else frame.reset_index(drop=True)
        frame.columns = frame.columns.map(lambda name: name if isinstance(name, pd.Period) else str(name))
    elif callable(convert := getattr(table, "to_pandas", None)):
        frame = pd.DataFrame(convert())
    elif hasattr(table, "__dataframe__"):
        frame = pd.api.interchange.from_dataframe(table)
    else:
        raise InputError(
            "read a table of counts", found=f"a {type(table).__name__}",
            allowed="a path, a DataFrame or Series, or a frame of polars or pyarrow", do="convert it to one of these",
        )  # fmt: skip
    frame.columns = [str(name) for name in frame.columns]
    return frame, where, [f"row {row + 1}" for row in range(len(frame))], ()


def _is_missing(cell: object) -> bool:
    return cell is None or cell is pd.NaT or cell != cell or str(cell).strip() in _MISSING


def _without_empty(frame: pd.DataFrame, places: list[str], where: str):
    """The rows that hold anything; a row that adds up the others stands for no province."""
    empty = frame.map(_is_missing).all(axis=1).to_numpy() if len(frame) else np.zeros(0, dtype=bool)
    frame, places = (
        frame[~empty].reset_index(drop=True),
        [at for at, none in zip(places, empty, strict=True) if not none],
    )
    if not len(frame) or not frame.shape[1]:
        raise InputError(f"read the counts of {where}", found="no row", allowed="at least one", do="check the table")
    for row in range(len(frame)):
        for column in frame.columns:
            text = str(frame[column].iloc[row]).strip()
            if text.casefold() in _TOTALS:
                raise InputError(
                    f"read the counts of {where}, {places[row]}", found=f"{text!r}, which stands for a province",
                    allowed="provinces and periods alone", do="remove the row",
                )  # fmt: skip
    return frame, places, (f"skipped {int(empty.sum())} empty rows",) if empty.any() else ()


def _column(frame: pd.DataFrame, name: str | None, known: tuple[str, ...], where: str) -> str | None:
    folded = {column.strip().casefold(): column for column in frame.columns}
    if name is not None:
        if name.strip().casefold() not in folded:
            raise InputError(
                f"read the counts of {where}", found=f"no column {name!r}", allowed=", ".join(map(str, frame.columns)),
                do="name one of these",
            )  # fmt: skip
        return folded[name.strip().casefold()]
    return next((folded[each] for each in known if each in folded), None)


def _long(frame: pd.DataFrame, where: str, places: list[str], options: _Options):
    """A row for each cell: ``period, province, country, value, place``, and what was decided."""
    export = recognised(frame.columns)
    export = export if export is not None and export.is_table else None
    known = (export.count,) if export else ("count", "counts", *COUNT_NAMES)
    count = _column(frame, options.count, known, where)
    period = _column(frame, options.period, (export.period,) if export else _PERIOD_NAMES, where)
    province = _column(frame, options.province, (export.province,) if export else _PROVINCE_NAMES, where)
    if count is None or period is None or (province is None and options.count is None):
        return _wide(frame, where, places, options)
    notes: list[str] = []
    if export:
        notes.append(f"read as {export.title} ({frame.shape[1]} columns), its counts from {count}")
        frame, places = _one_level(frame, places, export, where)
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
            "country": [None if _is_missing(cell) else cell for cell in frame[homes]] if homes else None,
            "value": [_value(cell, at, where) for cell, at in zip(frame[count], places, strict=True)],
            "place": places,
        }
    )
    parts = _column(frame, options.kind, (), where) if options.kind else None
    return _added(rows, bool(parts or export), where, parts or (export.title if export else "")), (*notes, *read.notes)


def _one_level(frame, places, export: Export, where: str):
    """Rows of one level alone: HAPI holds the same events by province and again by district."""
    level = _column(frame, None, ("admin_level",), where)
    if export.key != "hapi" or level is None:
        return frame, places
    levels = sorted({str(cell).removesuffix(".0") for cell in frame[level]})
    keep = np.array([str(cell).removesuffix(".0") == ("1" if "1" in levels else levels[-1]) for cell in frame[level]])
    return frame[keep].reset_index(drop=True), [at for at, kept in zip(places, keep, strict=True) if kept]


def _labels(labels, where, places, options: _Options, week: str | None = None) -> ReadLabels:
    for label, at in zip(labels, places, strict=True):
        if _is_missing(label):
            raise InputError(
                f"read the counts of {where}, {at}", found="no period", allowed="a period in every row",
                do="fill it, or leave the row out",
            )  # fmt: skip
    return read_labels(
        labels, by=options.by, week=week or options.week, fiscal=options.fiscal, where=where, places=places
    )


def _wide(frame: pd.DataFrame, where: str, places: list[str], options: _Options):
    """A wide table, or a turned one, as rows."""
    first = _column(frame, options.period or options.province, (), where) or frame.columns[0]
    heads = [name for name in frame.columns if name != first]
    down, across = are_labels(frame[first]) or all(isinstance(x, pd.Period) for x in frame[first]), are_labels(heads)
    if pd.api.types.is_datetime64_any_dtype(frame[first]):
        down = True
    if down == across and options.period is None:
        raise InputError(
            f"read the counts of {where}",
            found=f"{'periods' if down else 'no periods'} both in the first column and in the header",
            allowed="periods in one of the two: cannot tell months from provinces",
            do="name the column of the periods with period=",
        )  # fmt: skip
    across = across and options.period is None
    double = next((head for head in heads if head.strip().casefold() in _TOTALS), None)
    if double is not None and len(heads) > 1:
        raise InputError(
            f"read the counts of {where}", found=f"{double!r}, which stands for a province",
            allowed="provinces and periods alone", do="remove the column",
        )  # fmt: skip
    told = [f"column {head!r}" for head in heads]
    read = _labels(heads if across else list(frame[first]), where, told if across else places, options)
    cells = [
        {
            "period": read.periods[column if across else row],
            "province": frame[first].iloc[row] if across else head,
            "country": None,
            "value": _value(frame[head].iloc[row], f"{places[row]}, column {head!r}", where),
            "place": f"{places[row]}, column {head!r}",
        }
        for row in range(len(frame))
        for column, head in enumerate(heads)
    ]
    shape = "periods across and provinces down" if across else "periods down and provinces across"
    return _added(pd.DataFrame(cells), False, where, ""), (f"read as a wide table, {shape}", *read.notes)


def _value(cell: object, at: str, where: str) -> float:
    """The count of a cell, NaN where it is empty."""
    if _is_missing(cell):
        return np.nan
    try:
        # Python reads 1_000 as a number, and True as one.
        number = -1.0 if isinstance(cell, bool | np.bool_) or "_" in str(cell) else float(str(cell).strip())
    except ValueError:
        number = -1.0
    if not (0 <= number < np.inf and number == np.floor(number)):
        raise InputError(
            f"read the counts of {where}, {at}", found=repr(str(cell)), allowed="whole numbers from 0 up, or nothing",
            do="correct the cell",
        )  # fmt: skip
    return number


def _added(rows: pd.DataFrame, may_add: bool, where: str, parts: str) -> pd.DataFrame:
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
    for row in rows[[_is_missing(cell) for cell in rows["province"]]].itertuples():
        raise InputError(
            f"read the counts of {where}, {row.place}", found="no province", allowed="a province in every row",
            do="fill it, or leave the row out",
        )  # fmt: skip
    spelt = rows.assign(province=rows["province"].map(lambda cell: str(cell).strip()), keep=1, n=1)
    names = spelt.groupby(["province", "country"], dropna=False, sort=False)[["keep", "n"]].sum().reset_index()
    home = None if options.country in rows.columns or options.country is None else options.country
    label = {}
    one = len(names) == 1 and names["province"].iloc[0].casefold() in ("total", "count", "counts", *COUNT_NAMES)
    if one:
        label = {(names["province"].iloc[0], None): names["province"].iloc[0]}
    else:
        found = placed(
            names, country=home, level="province", aliases=options.aliases, unresolved=options.unresolved,
            where=Path(where),
        )  # fmt: skip
        label = {pair: name for pair, (_, name) in found.items()}
    pairs = [
        (name, None if _is_missing(land) else land)
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
            do="give absent='zero' if the source lists only periods with incidents, absent='unwatched' if not "
            "(--absent zero, --absent unwatched)",
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
    raise InputError(
        f"read the counts of {where}",
        found=f"{pair['written'].iloc[0]!r} and {pair['written'].iloc[1]!r} in "
        f"{periods.label_of(pair['period'].iloc[0])}, which are both {pair['label'].iloc[0]}",
        allowed="one row a period and province", do="take one of the two out",
    )  # fmt: skip
