"""Counts as cells of tables write them: whole numbers, also with marks between thousands or a comma before a nought."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from trends.counts.frames import missing_cells
from trends.errors import InputError

# A count has no decimals: 1,205 is no other number than 1205, while 1.205 is one in most programs.
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+")
_WHOLE_BY_COMMA = re.compile(r"\d+,0+")
# What tables write where there is no number, some for none and some for not known.
_SIGNS = frozenset(["-", "–", "—", "−", ".", "..", "...", "…", ":", "x", "n/a", "na", "n.a.", "nil", "null", "*"])


def counts_of(cells: pd.Series, at: Callable[[int], str], where: str) -> np.ndarray:
    """The counts of a column, shape ``(rows,)``, NaN where a cell is empty; each spelling of a number is read once.

    Parameters
    ----------
    cells : pandas.Series
        Numbers, or texts.
    at : callable
        How a row is called in a message.
    where : str
        The table.

    Raises
    ------
    InputError
        Where a cell holds anything but a whole number from 0 up.

    Examples
    --------
    >>> counts_of(pd.Series(["1,205", "3", "", "5,0"]), str, "the table").tolist()
    [1205.0, 3.0, nan, 5.0]
    """
    empty, distinct = missing_cells(cells), {}
    held = cells.to_numpy(dtype=object)
    for row, cell in enumerate(held):
        key = (type(cell), cell)
        if not empty[row] and key not in distinct:
            distinct[key] = _count(cell, row, at, where)
    return np.array(
        [np.nan if none else distinct[type(cell), cell] for cell, none in zip(held, empty, strict=True)], dtype=float
    )


def _count(cell: object, row: int, at: Callable[[int], str], where: str) -> float:
    """The count that a cell holds."""
    text = str(cell).strip()
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"\D", "", text)
    elif _WHOLE_BY_COMMA.fullmatch(text):
        text = text.partition(",")[0]
    try:
        # Python reads 1_000 as a number, and True as one.
        number = -1.0 if isinstance(cell, bool | np.bool_) or "_" in text else float(text)
    except ValueError:
        number = -1.0
    if not (0 <= number < np.inf and number == np.floor(number)):
        sign = text.casefold() in _SIGNS
        raise InputError(
            f"read the counts of {where}, {at(row)}", found=repr(str(cell)),
            allowed="whole numbers from 0 up, or nothing",
            do="write 0 where there were none, and nothing where it is not known" if sign else "correct the cell",
        )  # fmt: skip
    return number
