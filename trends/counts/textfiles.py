"""Small CSV files that people write by hand: every cell a text, every complaint with its line."""

import csv
import io
from collections import Counter

import pandas as pd

from trends.arguments import PathLike
from trends.counts.opening import check_cells, control_character, read_bytes, text_of
from trends.errors import InputError


def read_texts(path: PathLike, asked: str, *, any_text: bool = False, separator: str = ",") -> pd.DataFrame:
    """The cells of a CSV file as texts, on an index of the lines that the rows begin on; empty lines are passed over.

    Parameters
    ----------
    path : str or pathlib.Path
        In UTF-8, the names of the columns in its first line.
    asked : str
        What is being read, for messages.
    any_text : bool
        Whether control characters are let in, which a file that a program wrote may have.
    separator : str
        What parts the cells.

    Raises
    ------
    InputError
        Where the file is missing, too large or not UTF-8, a column stands twice, a cell holds a control character, or
        a row has more or fewer cells than the first line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "coverage.csv"
    ...     _ = file.write_text("first,last\\n\\n2020-01,NA\\n")
    ...     read_texts(file, "read the coverage")
         first last
    3  2020-01   NA
    """
    rows, lines, before = [], [], 0
    text = text_of(read_bytes(path, asked), asked)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    # The whole is looked through at once, and the rows only where there is one to be found.
    any_text = any_text or control_character(text) is None
    try:
        header = next(reader, [])
        double = [name for name, times in Counter(header).items() if times > 1]
        if double:
            raise InputError(
                f"{asked}, line 1",
                found=f"the column {double[0]!r} twice",
                allowed="distinct names of columns",
                do="rename one of the two",
            )
        before = reader.line_num
        for row in reader:
            if row and len(row) != len(header):
                raise InputError(
                    f"{asked}, line {before + 1}",
                    found=f"{len(row)} cells",
                    allowed=f"{len(header)} cells, as in the first line",
                    do="correct the line",
                )
            if not any_text and (control := control_character("".join(row))):
                raise InputError(
                    f"{asked}, line {before + 1}",
                    found=f"the control character {control!r}",
                    allowed="text",
                    do="take it out",
                )
            if row:
                rows.append(row)
                lines.append(before + 1)
                check_cells(len(rows), len(header), asked)
            before = reader.line_num
    except csv.Error as error:
        raise InputError(
            f"{asked}, line {before + 1}",
            found=str(error),
            allowed="cells parted by a tab" if separator == "\t" else "comma-separated cells",
            do="correct the line",
        ) from error
    return pd.DataFrame(rows, index=lines, columns=pd.Index(header, dtype=object), dtype=object)
