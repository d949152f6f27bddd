"""Sheets of Excel workbooks as tables of texts, the sheet found by its header where none is named."""

import re
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from trends.counts.heads import DEEPEST, Head, read_head
from trends.counts.opening import check_workbook
from trends.errors import InputError


def read_sheet(
    path: Path, sheet: str | int | None, wanted: Collection[tuple[str, ...]] = ()
) -> tuple[pd.DataFrame, Head]:
    """The cells of a sheet as texts, without what stands above its data, and its head.

    Parameters
    ----------
    path, sheet : pathlib.Path, str or int
        The workbook, and the name or the place of a sheet; without one the only sheet whose header is known.
    wanted : collection of tuple of str
        What a header has that no built-in map knows: for each column the names that it may go by.

    Raises
    ------
    InputError
        Where the workbook is damaged or too large, the sheet is not there, or none or several could be meant.
    """
    asked = f"read the events of {path}"
    check_workbook(path, asked)
    try:
        with pd.ExcelFile(path) as workbook:
            names = [str(name) for name in workbook.sheet_names]
            chosen, notes = _chosen(workbook, names, sheet, asked, wanted)
            table = _without_empty_columns(_merged_filled(_cells(workbook, chosen, None), workbook, chosen, path))
    except ImportError:
        do = "install it with pip install 'trends[excel]', or save the sheet as CSV"
        raise InputError(asked, found="no package openpyxl", allowed="it for Excel workbooks", do=do) from None
    # A damaged workbook fails where its parts are unpacked, their XML parsed (SyntaxError) or its words made objects.
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, TypeError, OSError, EOFError, zlib.error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            asked, found=str(error), allowed="an Excel workbook and a sheet of it", do="check both"
        ) from error
    head = _head(table, asked, wanted)
    body = table.iloc[head.offset :].reset_index(drop=True)
    body.columns = pd.Index(head.names[: body.shape[1]], dtype=object)
    return body, Head(head.names, head.unnamed, head.offset, head.known, (*notes, *head.notes))


def _cells(workbook: pd.ExcelFile, sheet: str, rows: int | None) -> pd.DataFrame:
    return pd.read_excel(workbook, sheet_name=sheet, header=None, dtype=str, keep_default_na=False, nrows=rows)


def _merged_filled(table: pd.DataFrame, workbook: pd.ExcelFile, sheet: str, path: Path) -> pd.DataFrame:
    """The cells with what stands in the first of those that are merged down a column; a title across stays one cell."""
    part = getattr(workbook.book[sheet], "_worksheet_path", None)
    if not isinstance(part, str):
        return table
    with zipfile.ZipFile(path) as parts:
        merged = re.findall(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', parts.read(part.lstrip("/")))
    for left, top, right, bottom in merged:
        column = 0
        for letter in left:
            column = 26 * column + letter - 64
        first, last = int(top) - 1, min(int(bottom), len(table))
        if left == right and column <= table.shape[1] and first < last:
            table.iloc[first:last, column - 1] = table.iat[first, column - 1]
    return table


def _without_empty_columns(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that hold anything: a table need not begin at the left edge of its sheet."""
    held = (table != "").any(axis=0)
    return table.loc[:, held] if held.any() else table


def _head(table: pd.DataFrame, asked: str, wanted: Collection[tuple[str, ...]]) -> Head:
    rows = [[str(cell) for cell in row] for row in table.head(DEEPEST + 2).itertuples(index=False)]
    return read_head(rows, asked, lambda row: f"line {row + 1}", wanted)


def _chosen(
    workbook: Any, names: list[str], sheet: str | int | None, asked: str, wanted: Collection[tuple[str, ...]]
) -> tuple[str, tuple[str, ...]]:
    """The name of the sheet to read, with a note where it had to be found."""
    if sheet is not None:
        place = names[sheet] if isinstance(sheet, int) and -len(names) <= sheet < len(names) else str(sheet)
        if place not in names:
            raise InputError(asked, found=f"no sheet {sheet!r}", allowed=", ".join(names), do="name one of these")
        return place, ()
    if len(names) == 1:
        return names[0], ()
    known = []
    for name in names:
        try:
            if _head(_cells(workbook, name, DEEPEST + 2), asked, wanted).known:
                known.append(name)
        except InputError:
            continue
    if len(known) == 1:
        return known[0], (f"read the sheet {known[0]}, the only one of {len(names)} with a header that is known",)
    suggested = known[0] if known else names[-1]
    suggested = f'"{suggested}"' if re.search(r"\W", suggested) else suggested
    raise InputError(
        asked, found=f"the sheets {', '.join(names)}", allowed="one sheet, or one alone with a header that is known",
        do=f"name it: --sheet {suggested}",
    )  # fmt: skip
