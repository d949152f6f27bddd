"""Tables of counts that others made, as panels: wide, turned or long, nothing filled in that they do not say."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import checked_arguments
from trends.counts.columns import Columns, read_columns
from trends.counts.frames import is_missing, read_cells
from trends.counts.labels import absent_told
from trends.counts.panel import Panel
from trends.counts.placing import placed
from trends.counts.provinces import find_provinces
from trends.counts.recognition import COUNT_NAMES
from trends.counts.tableshapes import Options, TableRows, refuse_total, table_rows
from trends.errors import InputError

_MOST_TOLD = 5


@checked_arguments
def panel_from_table(
    table: Any,
    columns: Columns | None = None,
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
    chosen = {"absent": (absent, "refuse, zero, unwatched"), "unresolved": (unresolved, "refuse, keep")}
    for name, (value, known) in chosen.items():
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
    options = Options(
        period, province, count, country, kind, by, week, year, date_format, absent, unresolved, *names, left_out
    )
    read = table_rows(cells, options)
    source = source or (Path(cells.where).name if isinstance(table, str | os.PathLike) else "")
    return _panel(read, cells.where, options, source)


def _panel(table: TableRows, where: str, options: Options, source: str) -> Panel:
    """The panel of cells, once each province is known and each cell is there."""
    rows, notes = table.rows, table.notes
    spelt = rows.assign(
        province=[None if is_missing(cell) else str(cell).strip() for cell in rows["province"]], keep=1, n=1
    )
    names = spelt.groupby(["province", "country"], dropna=False, sort=False)[["keep", "n"]].sum().reset_index()
    home = None if options.country in rows.columns or options.country is None else options.country
    label: dict[tuple[str | None, str | None], str] = {}
    _refuse_sums(spelt, where, home)
    one = len(names) == 1 and str(names["province"].iloc[0]).casefold() in ("total", "count", "counts", *COUNT_NAMES)
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
        (None if is_missing(name) else name, None if is_missing(land) else land)
        for name, land in zip(spelt["province"], spelt["country"], strict=True)
    ]
    rows = spelt.assign(label=[label[pair] for pair in pairs], written=rows["province"].map(str))
    if table.parts:
        rows, told = _one_a_cell(rows)
        notes = (*notes, *told)
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


def _refuse_sums(rows: pd.DataFrame, where: str, home: str | None) -> None:
    """Refuse what adds up the others in every period, whatever it is called, and is the name of no province."""
    wide = rows.groupby(["period", "province"])["value"].sum().unstack()
    if len(wide) < 3 or wide.shape[1] < 3 or wide.isna().any(axis=None):
        return
    total = wide.sum(axis=1)
    for name in wide.columns[(wide.mul(2).eq(total, axis=0)).all(axis=0) & (wide > 0).any(axis=0)]:
        if not find_provinces(str(name), home):
            refuse_total(where, str(name))


def _one_a_cell(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows whose parts of one province are added up, and a note of the spellings that are parts: Shan (North)."""
    spellings = rows.groupby("label", sort=False)["written"].unique()
    several = [f"{', '.join(names)} as {label}" for label, names in spellings.items() if len(names) > 1]
    grouped = rows.groupby(["period", "label"], sort=False)
    kept = grouped.agg(value=("value", lambda part: part.sum(skipna=False)), place=("place", "first"))
    told = (f"added up {'; '.join(several[:_MOST_TOLD])}",) if several else ()
    return kept.reset_index(), told


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
