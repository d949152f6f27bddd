"""Small CSV files that people write by hand: every cell a text, every complaint with its line."""

import csv

import pandas as pd

from trends.errors import InputError


def read_texts(path, asked: str) -> pd.DataFrame:
    """The cells of a CSV file as texts, on an index of the lines that the rows begin on; empty lines are passed over.

    Parameters
    ----------
    path : str or pathlib.Path
        In UTF-8, the names of the columns in its first line.
    asked : str
        What is being read, for messages.

    Raises
    ------
    InputError
        Where the file is missing or is not UTF-8, a column stands twice, or a row has more or fewer cells than the
        first line.

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
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            double = [name for name in header if header.count(name) > 1]
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
                if row:
                    rows.append(row)
                    lines.append(before + 1)
                before = reader.line_num
    except UnicodeDecodeError as error:
        raise InputError(
            asked, found=f"the byte {error.object[error.start]:#04x}", allowed="UTF-8", do="save the file as UTF-8"
        ) from error
    except csv.Error as error:
        raise InputError(
            f"{asked}, line {before + 1}",
            found=str(error),
            allowed="comma-separated cells",
            do="correct the line",
        ) from error
    except OSError as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else error.strerror.lower()
        raise InputError(asked, found=found, allowed="a file that can be read", do="check its name") from error
    return pd.DataFrame(rows, index=lines, columns=pd.Index(header, dtype=object), dtype=object)
