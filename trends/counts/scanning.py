"""An event file opened in DuckDB: CSV, Parquet or Excel, and every complaint told by file and line."""

import codecs
import csv
import gzip
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd

from trends.counts.opening import check_workbook, literal_path, plain_file, quoted
from trends.counts.writing import working_folder
from trends.errors import InputError

LONGEST_LINE = 500_000
_OF_THE_FILE = (duckdb.Error, duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)
_SUFFIXES = ".csv, .csv.gz, .tsv, .parquet, .xlsx"


@dataclass(frozen=True)
class EventFile:
    """An event file opened for SQL, with the SQL type of each column and a folder to work in."""

    path: Path
    connection: duckdb.DuckDBPyConnection
    relation: str
    types: dict[str, str]
    encoding: str
    folder: Path

    @property
    def is_text(self) -> bool:
        """Whether reading it twice costs parsing it twice."""
        return self.relation.startswith("read_csv")

    def query(self, sql: str) -> duckdb.DuckDBPyConnection:
        """The result of a query over the file, with DuckDB's complaint about the file turned into an InputError."""
        try:
            return self.connection.execute(sql)
        except duckdb.Error as error:
            # A damaged Parquet file raises the bare class; its other kinds are mistakes in our SQL, or no memory.
            if type(error) not in _OF_THE_FILE:
                raise
            raise _told(self, error) from error

    def line(self, row: int) -> str:
        """Where the row with a number, counted from 1, stands in the file."""
        if not self.is_text:
            return f"row {row + (self.path.suffix.lower() == '.xlsx')}"
        # Cells may hold line breaks: only a reader of CSV knows the line that a row ends on.
        with _text(self.path, self.encoding) as file:
            reader = csv.reader(file, delimiter=_delimiter(self.relation))
            try:
                for _ in range(row):
                    next(reader)
            except (csv.Error, StopIteration):
                return f"row {row}"
        return f"line {reader.line_num + 1}"


@contextmanager
def open_events(path, encoding: str = "utf-8", sheet=0) -> Iterator[EventFile]:
    """An event file opened for SQL, nothing of it read but its header.

    Raises
    ------
    InputError
        Where the file is missing, empty, of another kind, or has two columns of one name.
    """
    path = plain_file(path, f"read the events of {path}")
    name = path.name.lower()
    with duckdb.connect() as connection, working_folder() as folder:
        connection.execute(f"SET temp_directory = {quoted(str(folder))}")
        if name.endswith(".parquet"):
            relation = f"read_parquet({literal_path(path)})"
        elif name.endswith((".csv", ".csv.gz", ".tsv", ".tsv.gz")):
            relation = _csv_relation(path, _in_utf8(path, encoding, folder))
        elif name.endswith(".xlsx"):
            connection.register("sheet", _sheet(path, sheet))
            relation = "sheet"
        else:
            raise InputError(
                f"read the events of {path}",
                found=f"the suffix {path.suffix!r}",
                allowed=_SUFFIXES,
                do="save it as one of these",
            )
        bare = EventFile(path, connection, relation, {}, encoding, folder)
        described = bare.query(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        yield replace(bare, types={row[0]: row[1] for row in described})


def _text(path: Path, encoding: str, errors: str = "replace"):
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    return opened(path, "rt", encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors=errors)


def _in_utf8(path: Path, encoding: str, folder: Path) -> Path:
    """The file, or a copy of it where it has another encoding: DuckDB knows few of them."""
    try:
        if codecs.lookup(encoding).name == "utf-8":
            return path
        copy = folder / "events.csv"
        with _text(path, encoding, "strict") as file, open(copy, "w", encoding="utf-8", newline="") as target:
            shutil.copyfileobj(file, target)
        return copy
    except (LookupError, UnicodeError) as error:
        bad = isinstance(error, UnicodeDecodeError)
        raise InputError(
            f"read the events of {path}",
            found=f"the byte {error.object[error.start]:#04x}" if bad else str(error),
            allowed=f"text in the encoding {encoding}" if bad else "an encoding such as utf-8, latin-1 or cp1256",
            do="name the encoding that the file was saved in",
        ) from error
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


#: What reading a file may end in that is there and is not whole, or not ours to read.
_UNREADABLE = (OSError, EOFError, zlib.error)


def _unreadable(path: Path, error: Exception) -> InputError:
    found = str(getattr(error, "strerror", None) or error).lower()
    return InputError(f"read the events of {path}", found=found, allowed="a sound file", do="mend it, or name another")


def _csv_relation(path: Path, copy: Path) -> str:
    opened = gzip.open if copy.suffix.lower() == ".gz" else open
    try:
        with opened(copy, "rb") as file:
            start = file.readline(LONGEST_LINE)
        header = start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"read the events of {path}, line 1",
            found=f"the byte {error.object[error.start]:#04x}",
            allowed="text in the encoding utf-8",
            do="save the file as UTF-8, or name its encoding",
        ) from error
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error
    delimiter = max(",;\t|", key=header.count)
    try:
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    except csv.Error:
        names = []
    double = next((name for name in names if names.count(name) > 1 or not name), None)
    if not names or double is not None or len(start) >= LONGEST_LINE:
        found = "nothing" if not names else "a line that does not end" if double is None else f"the column {double!r}"
        raise InputError(
            f"read the events of {path}, line 1",
            found=found,
            allowed="the distinct names of the columns",
            do="put them in the first line",
        )
    columns = "{" + ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names) + "}"
    return (
        f"read_csv({literal_path(copy)}, auto_detect = false, header = true, delim = {quoted(delimiter)}, "
        f"quote = '\"', escape = '\"', strict_mode = true, encoding = 'utf-8', columns = {columns}, "
        f"max_line_size = {LONGEST_LINE}, buffer_size = {8 * LONGEST_LINE})"
    )


def _delimiter(relation: str) -> str:
    return re.search(r"delim = '(.)'", relation).group(1)


def _sheet(path: Path, sheet) -> pd.DataFrame:
    check_workbook(path, f"read the events of {path}")
    try:
        table = pd.read_excel(path, sheet_name=sheet, dtype=str, keep_default_na=False)
    # A damaged workbook fails where its parts are unpacked, their XML parsed (SyntaxError) or its words made objects.
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, TypeError, *_UNREADABLE) as error:
        raise InputError(
            f"read the events of {path}",
            found=str(error),
            allowed="an Excel workbook and a sheet of it",
            do="check both",
        ) from error
    return table.rename(columns=str)


def _told(file: EventFile, error: duckdb.Error) -> InputError:
    text = str(error)
    at = re.search(r"CSV Error on Line: (\d+)", text)
    where = f"read the events of {file.path}" + (f", {file.line(int(at.group(1)) - 1)}" if at else "")
    if "unicode" in text or "utf-8" in text:
        found, allowed, do = "bytes that are no text", "the encoding utf-8", "save it as UTF-8, or name its encoding"
    elif "Maximum line size" in text or "max_line_size" in text:
        found, allowed, do = "a line without an end", f"lines of at most {LONGEST_LINE:,} bytes", "repair the file"
    elif counted := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text):
        found, allowed, do = f"{counted.group(2)} cells", f"{counted.group(1)}, as in line 1", "correct the line"
    elif "unterminated quote" in text:
        found, allowed, do = "a quotation mark that is never closed", "quotation marks in pairs", "correct the line"
    else:
        found, allowed, do = text.splitlines()[0], "a sound file", "write the file again"
    return InputError(where, found=found, allowed=allowed, do=do)


def named(column: str) -> str:
    """The name of a column as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'
