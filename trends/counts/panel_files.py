"""Panels written to and read from CSV and Parquet without loss."""

import errno
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd

from trends.arguments import PathLike, checked_arguments
from trends.counts.opening import MOST_BYTES, check_cells, literal_path, plain_file, quoted
from trends.counts.panel import Panel
from trends.counts.textfiles import read_texts
from trends.counts.tidy import TIDY_COLUMNS
from trends.counts.writing import full_disk, guarded, unguarded, written_aside
from trends.errors import InputError
from trends.loading import later

duckdb = later("duckdb")


@checked_arguments
def write_panel(panel: Panel, path: PathLike) -> Path:
    """The path of a panel written as a tidy table, CSV or Parquet by its suffix.

    Parameters
    ----------
    panel : Panel
        What to write. Its notes stay behind.
    path : str or pathlib.Path
        Ends in ``.csv`` or ``.parquet``. It is written aside and moved into place: a reader never sees half a file.

    Raises
    ------
    InputError
        Where the suffix is another one.

    Notes
    -----
    In a CSV a count that was not watched is empty, and a text that a spreadsheet would run (it starts with ``=``,
    ``+``, ``-``, ``@`` or a tab) gets an apostrophe before it, which `read_panel` takes off again.

    Examples
    --------
    >>> import tempfile
    >>> from trends.counts.simulate import simulate_panel
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = write_panel(simulate_panel(["Diyala", "Anbar"], 12, rng=1), Path(folder) / "counts.csv")
    ...     print(file.name, len(file.read_text().splitlines()))
    counts.csv 25
    """
    path = Path(path)
    kind = _kind(path)
    table = panel.to_tidy()
    with written_aside(path) as aside:
        if kind == ".parquet":
            with duckdb.connect() as connection:
                connection.register("tidy", table)
                try:
                    connection.execute(f"COPY tidy TO {quoted(str(aside))} (FORMAT parquet)")
                except duckdb.IOException as failure:
                    # It writes with threads of its own, and gives the number of the system's complaint as JSON.
                    told = re.search(r'"errno":"(\d+)"', str(failure))
                    code = int(told[1]) if told else errno.EIO
                    raise full_disk(path, os.strerror(code)) from None
        else:
            with open(aside, "w", encoding="utf-8", newline="") as file:
                file.write(",".join(TIDY_COLUMNS) + "\n")
                source, unit = _cell(panel.source), _cell(panel.unit)
                for when, province, count, exposure in table.iloc[:, :4].itertuples(index=False):
                    number = "" if np.isnan(count) else str(int(count))
                    file.write(f"{when},{_cell(province)},{number},{exposure:.17g},{source},{unit}\n")
    return path


@checked_arguments
def read_panel(path: PathLike) -> Panel:
    """The panel that a tidy CSV or Parquet file holds.

    Parameters
    ----------
    path : str or pathlib.Path
        A file with the columns ``period, province, count`` and optionally ``exposure, source, unit``, as
        `write_panel` makes it or a person. ``NA`` is a text like any other, never a missing value.

    Raises
    ------
    InputError
        Where the file is missing, is not UTF-8, or holds anything `Panel.from_tidy` refuses; with the line.

    Examples
    --------
    >>> import tempfile
    >>> from trends import periods
    >>> panel = Panel(pd.DataFrame({"=A1": [1, np.nan]}, index=periods.span("2020-01", "2020-02", "M")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_panel(write_panel(panel, Path(folder) / "counts.csv")).equals(panel)
    True
    """
    path = Path(path)
    kind = _kind(path)
    if kind == ".parquet":
        return Panel.from_tidy(_read_parquet(path), str(path))
    return Panel.from_tidy(*_read_csv(path))


def _read_parquet(path: Path) -> pd.DataFrame:
    asked = f"read the counts of {path}"
    plain_file(path, asked, most=MOST_BYTES)
    relation = f"read_parquet({literal_path(path)})"
    try:
        with duckdb.connect() as connection:
            # A few kilobytes can hold one value a thousand million times.
            columns = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
            rows = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
            check_cells(rows[0] if rows else 0, len(columns), asked)
            return connection.execute(f"SELECT * FROM {relation}").df()
    except duckdb.Error as error:
        found = f"no Parquet file ({str(error).splitlines()[0]})"
        raise InputError(asked, found=found, allowed="Parquet", do="write it again") from error


def _cell(text: str) -> str:
    # The csv module of Python 3.11 leaves a lone carriage return unquoted, and a reader ends the row there.
    text = guarded(text)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def _kind(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InputError(
            f"read or write the counts of {path}",
            found=f"the suffix {path.suffix!r}",
            allowed=".csv or .parquet",
            do="name the file so",
        )
    return kind


def _read_csv(path: Path) -> tuple[pd.DataFrame, str, list[int]]:
    table = read_texts(path, f"read the counts of {path}", any_text=True)
    lines = list(table.index)
    table = table.reset_index(drop=True).map(unguarded)
    return table.replace({"count": {"": None}, "exposure": {"": None}}), str(path), lines
