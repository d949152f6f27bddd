"""Tables of any library and of files as one frame of cells, each row with its place; empty rows are left out."""

import os
import warnings
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from trends.counts.labels import are_labels, are_mostly_labels
from trends.counts.scanning import named, open_events
from trends.errors import InputError
from trends.nouns import plural

#: How a cell is written that holds nothing.
MISSING = ("", "NA", "nan", "None", "NaN", "#N/A", "<NA>", "NaT")
#: How a row or a column is called that adds up the others; the first three are never the name of a place.
TOTALS = (
    "total", "totals", "grand total", "sum", "all", "total général", "total general", "ensemble", "suma", "somme",
    "insgesamt", "gesamt", "totale", "toplam", "итого", "всего", "المجموع", "الإجمالي", "all provinces",
    "all governorates", "all states", "all regions", "national", "national total", "nationwide", "country total",
)  # fmt: skip
_ASKED = "read a table of counts"


@dataclass(frozen=True)
class Cells:
    """The cells of a table.

    Parameters
    ----------
    frame : pandas.DataFrame
        The cells, shape ``(rows, columns)``, under distinct names that are texts.
    where : str
        What the table is called.
    places : list of str
        Where each row stands: ``line 2``.
    notes : tuple of str
        What was decided in reading it.
    """

    frame: pd.DataFrame
    where: str
    places: list[str]
    notes: tuple[str, ...] = ()

    def rows(self, kept: np.ndarray) -> "Cells":
        """The same with some of its rows, by a mask."""
        places = [at for at, keep in zip(self.places, kept, strict=True) if keep]
        return replace(self, frame=self.frame[kept].reset_index(drop=True), places=places)


def is_missing(cell: object) -> bool:
    """Whether a cell holds nothing.

    Examples
    --------
    >>> is_missing("NA"), is_missing(0)
    (True, False)
    """
    return cell is None or cell is pd.NaT or cell is pd.NA or bool(cell != cell) or str(cell).strip() in MISSING


def missing_cells(column: pd.Series) -> np.ndarray:
    """Which cells of a column hold nothing, shape ``(rows,)``."""
    empty = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return empty
    return empty | column.astype(str).str.strip().isin(MISSING).to_numpy(dtype=bool)


def read_cells(
    table: Any, sheet: str | int | None = None, wanted: Collection[tuple[str, ...]] = (), encoding: str = "utf-8"
) -> Cells:
    """The cells of a table, without the rows that are empty throughout.

    Parameters
    ----------
    table : path, pandas.DataFrame, pandas.Series or frame of another library
        See `trends.counts.tables.panel_from_table`.
    sheet, wanted, encoding
        As in `trends.counts.scanning.open_events`.

    Raises
    ------
    InputError
        Where it is no table, has several rows of names, two columns of one name, or no row.
    """
    if isinstance(table, str | os.PathLike):
        with open_events(table, encoding, sheet, wanted) as file:
            # The day of a moment with a time zone is the one that is written, whatever the zone of this machine.
            zoned = [named(name) for name, kind in file.types.items() if kind == "TIMESTAMP WITH TIME ZONE"]
            texts = f" REPLACE ({', '.join(f'{name}::VARCHAR AS {name}' for name in zoned)})" if zoned else ""
            frame = file.query(f"SELECT *{texts} FROM {file.relation}").df()
            first = file.offset + 1
            cells = Cells(frame, str(table), [f"line {row + first}" for row in range(len(frame))], file.notes)
    else:
        frame = _in_columns(_of_pandas(table), {name.casefold() for names in wanted for name in names})
        cells = Cells(frame, "the table", [f"row {row + 1}" for row in range(len(frame))])
    held = np.zeros(len(frame), dtype=bool)
    for column in frame.columns:
        held |= ~missing_cells(frame[column])
    if not held.any():
        asked = f"read the counts of {cells.where}"
        raise InputError(asked, found="no row", allowed="at least one", do="check the table")
    empty = int((~held).sum())
    told = (f"skipped {plural(empty, 'empty row')}",) if empty else ()
    return replace(cells.rows(held), notes=(*cells.notes, *told))


def _of_pandas(table: Any) -> pd.DataFrame | pd.Series:
    """A table of whatever library as one of pandas."""
    if isinstance(table, pd.DataFrame | pd.Series):
        return table
    if callable(convert := getattr(table, "to_pandas", None)):
        try:
            return _of_pandas(convert())
        except ImportError:
            # polars asks pyarrow for it, which need not be there.
            if type(table).__module__.partition(".")[0] == "polars":
                held = table.to_dict(as_series=False) if hasattr(table, "to_dict") else {table.name: table.to_list()}
                return pd.DataFrame(held)
    if hasattr(table, "__dataframe__"):
        with warnings.catch_warnings():
            # pandas warns that it takes this way, and that pyarrow would know another.
            warnings.simplefilter("ignore")
            return pd.api.interchange.from_dataframe(table)
    raise InputError(
        _ASKED, found=f"a {type(table).__name__}",
        allowed="a path, a DataFrame or Series, or a frame of polars or pyarrow", do="convert it to one of these",
    )  # fmt: skip


def _in_columns(table: pd.DataFrame | pd.Series, wanted: set[str]) -> pd.DataFrame:
    """A table of pandas with whatever its index says as columns."""
    if isinstance(table, pd.Series):
        if table.index.nlevels > 1:
            table = table.to_frame("count")
        else:
            name = "total" if table.name is None else str(table.name)
            return pd.DataFrame({"period": list(table.index), name: table.to_numpy()})
    if table.columns.nlevels > 1:
        raise InputError(
            _ASKED, found=f"a header of {table.columns.nlevels} rows", allowed="one row of names",
            do="join them into one",
        )  # fmt: skip
    frame = table.set_axis([str(name) for name in table.columns], axis=1)
    names = _names_of(table.index, wanted)
    if table.index.nlevels == 2 and frame.shape[1] == 1 and not wanted:
        frame = frame.set_axis(["count"], axis=1)
    if twice := [name for name in (*names, *frame.columns) if [*names, *frame.columns].count(name) > 1]:
        raise InputError(
            _ASKED, found=f"two columns {twice[0]!r}, of which one may be the index", allowed="distinct names",
            do="rename one of the two",
        )  # fmt: skip
    if not names:
        return frame.reset_index(drop=True)
    levels = {name: list(table.index.get_level_values(place)) for place, name in enumerate(names)}
    return pd.concat([pd.DataFrame(levels), frame.reset_index(drop=True)], axis=1)


def _names_of(index: pd.Index, wanted: set[str]) -> list[str]:
    """The names of the columns that an index becomes; none where it only numbers the rows."""
    if index.nlevels == 1:
        if index.name is not None:
            return [str(index.name)]
        dated = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex) or are_labels(index)
        numbers = isinstance(index, pd.RangeIndex) or (pd.api.types.is_integer_dtype(index) and not dated)
        return [] if numbers else ["period" if dated else "province"]
    names = ["" if name is None else str(name) for name in index.names]
    if index.nlevels == 2 and not wanted & {name.casefold() for name in names}:
        first, second = (_is_dated(index.get_level_values(place)) for place in (0, 1))
        if first != second:
            return ["period", "province"] if first else ["province", "period"]
    if not all(names) or (index.nlevels > 2 and not wanted):
        raise InputError(
            _ASKED, found=f"an index of {index.nlevels} levels", allowed="the levels period and province",
            do="take the others out, or make columns of them with reset_index",
        )  # fmt: skip
    return names


def _is_dated(values: pd.Index) -> bool:
    return isinstance(values, pd.DatetimeIndex | pd.PeriodIndex) or are_labels(values)


def without_footnotes(cells: Cells, first: str) -> Cells:
    """The cells without the rows at the end that have a text in place of a period and nothing else."""
    others = [missing_cells(cells.frame[name]) for name in cells.frame.columns if name != first]
    texts, n = [str(cell) for cell in cells.frame[first]], len(cells.frame)
    while n and all(empty[n - 1] for empty in others) and not are_labels([texts[n - 1]]):
        n -= 1
    if n == len(texts) or not are_mostly_labels(texts[:n]):
        return cells
    told = f"skipped {plural(len(texts) - n, 'row')} below the table in {cells.places[n]}"
    return replace(cells.rows(np.arange(len(texts)) < n), notes=(*cells.notes, told))


def counted_once(cells: Cells, home: str) -> Cells:
    """The rows of HAPI that hold each event once: one level, and no kind that is part of the others."""
    frame = cells.frame.set_axis([name.strip().casefold() for name in cells.frame.columns], axis=1)
    notes = list(cells.notes)
    kept = np.ones(len(frame), dtype=bool)
    if "event_type" in frame.columns:
        kind = frame["event_type"].astype(str).str.strip().str.casefold()
        part = (kind == "civilian_targeting").to_numpy(dtype=bool)
        if part.any() and (kind == "political_violence").any():
            kept &= ~part
            told = f"left out {int(part.sum()):,} rows of civilian_targeting"
            notes.append(f"{told}, whose events political_violence holds as well")
    if "admin_level" in frame.columns:
        held = frame["admin_level"].astype(str).str.strip().str.removesuffix(".0")
        chosen = "1" if (held == "1").any() else held.max()
        at_level = (held == chosen).to_numpy(dtype=bool)
        countries = frame[home].astype(str).str.strip()
        again = countries.isin(countries[at_level]).to_numpy(dtype=bool) & ~at_level
        apart = ~again & ~at_level
        if not at_level.all():
            repeat = f", which the other {int(again.sum()):,} rows repeat" if again.any() else ""
            notes.append(f"counted the rows of admin_level {chosen} alone{repeat}")
        if apart.any():
            # Countries without a humanitarian response plan are there as a whole only.
            left = sorted(set(countries[apart]))
            names = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
            notes.append(f"left out {int(apart.sum()):,} rows of {names}, which have no admin_level {chosen}")
        kept &= at_level
    return replace(cells.rows(kept), notes=tuple(notes))
