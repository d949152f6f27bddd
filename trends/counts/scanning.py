"""An event file opened in DuckDB: CSV, Parquet or Excel, and every complaint told by file and line."""

import codecs
import csv
import gzip
import io
import itertools
import re
import shutil
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Any

import duckdb

from trends.arguments import PathLike
from trends.counts.heads import DEEPEST, Head, read_head
from trends.counts.opening import literal_path, plain_file, quoted
from trends.counts.workbooks import read_sheet
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
    offset: int = 0
    delimiter: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether reading it twice costs parsing it twice."""
        return bool(self.delimiter)

    def query(self, sql: str) -> duckdb.DuckDBPyConnection:
        """The result of a query over the file, with DuckDB's complaint about the file turned into an InputError."""
        try:
            return self.connection.execute(sql)
        except duckdb.Error as error:
            # A damaged Parquet file raises the bare class; its other kinds are mistakes in our SQL, or no memory.
            if type(error) not in _OF_THE_FILE:
                raise
            raise _told(self, error) from error

    def row(self, sql: str) -> tuple[Any, ...]:
        """The one row of a query that always has one, such as a count."""
        found = self.query(sql).fetchone()
        assert found is not None
        return found

    def line(self, row: int) -> str:
        """Where the row with a number, counted from 1, stands in the file."""
        if not self.is_text:
            return f"row {row + self.offset}"
        # Cells may hold line breaks: only a reader of CSV knows the line that a row ends on.
        with _text(self.path, self.encoding) as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            try:
                for _ in range(row - 1 + self.offset):
                    next(reader)
            except (csv.Error, StopIteration):
                return f"row {row}"
        return f"line {reader.line_num + 1}"


@contextmanager
def open_events(
    path: PathLike,
    encoding: str = "utf-8",
    sheet: str | int | None = None,
    wanted: Collection[tuple[str, ...]] = (),
) -> Iterator[EventFile]:
    """An event file opened for SQL, nothing of it read but its head.

    Parameters
    ----------
    path, encoding, sheet : str or pathlib.Path, str, str or int
        The file, the encoding of a text and the sheet of a workbook; without a sheet the only one with a header that
        is known.
    wanted : collection of tuple of str
        What a header has that no built-in map knows: for each column the names that it may go by.

    Raises
    ------
    InputError
        Where the file is missing, empty, of another kind, or has two columns of one name.
    """
    path = plain_file(path, f"read the events of {path}")
    name = path.name.lower()
    with duckdb.connect() as connection, working_folder() as folder:
        connection.execute(f"SET temp_directory = {quoted(str(folder))}")
        head, delimiter = Head((), (), 0, True, ()), ""
        if name.endswith(".parquet"):
            relation = f"read_parquet({literal_path(path)})"
        elif name.endswith((".csv", ".csv.gz", ".tsv", ".tsv.gz")):
            encoding = _marked(path, encoding)
            relation, head, delimiter = _csv_relation(path, _in_utf8(path, encoding, folder), wanted)
        elif name.endswith(".xlsx"):
            table, head = read_sheet(path, sheet, wanted)
            connection.register("sheet", table)
            relation = "sheet"
        else:
            raise InputError(
                f"read the events of {path}",
                found=f"the suffix {path.suffix!r}",
                allowed=_SUFFIXES,
                do="save it as one of these",
            )
        bare = EventFile(path, connection, relation, {}, encoding, folder, head.offset, delimiter, head.notes)
        bare = _without_unnamed(bare, head)
        described = bare.query(f"DESCRIBE SELECT * FROM {bare.relation}").fetchall()
        yield replace(bare, types={row[0]: row[1] for row in described})


def _without_unnamed(file: EventFile, head: Head) -> EventFile:
    """The file without the columns that have no name: row names, and columns that are empty throughout."""
    if not head.unnamed:
        return file
    notes = list(file.notes)
    for name in head.unnamed:
        column = named(name)
        n, filled, whole, value = file.row(
            f"SELECT count(*), count({column}), count(DISTINCT try_cast({column} AS BIGINT)), any_value({column}) "
            f"FROM (SELECT nullif({column}, '') AS {column} FROM {file.relation})"
        )
        if not filled:
            notes.append(f"left out {name[1:-1]}, which is empty")
        elif name == head.names[0] and whole == filled == n:
            notes.append("left out the first column, which has no name and numbers the rows")
        else:
            raise InputError(
                f"read the events of {file.path}, {file.line(0)}",
                found=f"{name[1:-1]}, which holds {value!r}",
                allowed="the distinct names of the columns",
                do="give it a name",
            )
    left = ", ".join(map(named, head.unnamed))
    relation = f"(SELECT * EXCLUDE ({left}) FROM {file.relation})"
    return replace(file, relation=relation, notes=tuple(notes))


def _text(path: Path, encoding: str, errors: str = "replace") -> IO[str]:
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    return opened(path, "rt", encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors=errors)


def _marked(path: Path, encoding: str) -> str:
    """The encoding that the first bytes of a file say, where nobody named another one."""
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(path, "rb") as file:
            start = file.read(4)
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error
    if encoding != "utf-8":
        return encoding
    # The mark of UTF-32 begins with that of UTF-16.
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    # Without a mark every other byte of a header in Latin letters is nought.
    return {(True, False): "utf-16-be", (False, True): "utf-16-le"}.get(
        (start[:1] == b"\0", start[1:2] == b"\0"), encoding
    )


def _in_utf8(path: Path, encoding: str, folder: Path) -> Path:
    """The file, or a copy of it where it has another encoding: DuckDB knows few of them."""
    try:
        if codecs.lookup(encoding).name == "utf-8":
            return path
        copy = folder / "events.csv"
        with _text(path, encoding, "strict") as file, open(copy, "w", encoding="utf-8", newline="") as target:
            shutil.copyfileobj(file, target)
        return copy
    except (LookupError, ValueError) as error:
        # Of a name with NUL in it Python says ValueError, of which UnicodeError is one.
        found, allowed = str(error), "an encoding such as utf-8, latin-1 or cp1256"
        if isinstance(error, UnicodeDecodeError):
            found, allowed = f"the byte {error.object[error.start]:#04x}", f"text in the encoding {encoding}"
        raise InputError(
            f"read the events of {path}",
            found=found,
            allowed=allowed,
            do="name the encoding that the file was saved in",
        ) from error
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


#: What reading a file may end in that is there and is not whole, or not ours to read.
_UNREADABLE = (OSError, EOFError, zlib.error)


def _unreadable(path: Path, error: Exception) -> InputError:
    found = str(getattr(error, "strerror", None) or error).lower()
    return InputError(f"read the events of {path}", found=found, allowed="a sound file", do="mend it, or name another")


def _csv_relation(path: Path, copy: Path, wanted: Collection[tuple[str, ...]]) -> tuple[str, Head, str]:
    opened = gzip.open if copy.suffix.lower() == ".gz" else open
    try:
        with opened(copy, "rb") as file:
            start = b"".join(itertools.islice(iter(partial(file.readline, LONGEST_LINE), b""), DEEPEST + 2))
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error
    first = start.split(b"\n", 1)[0]
    try:
        header = first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"read the events of {path}, line 1",
            found=f"the byte {error.object[error.start]:#04x}",
            allowed="text in the encoding utf-8",
            do="save the file as UTF-8, or name its encoding, such as cp1252 or cp1256 (--encoding)",
        ) from error
    asked = f"read the events of {path}"
    if len(first) >= LONGEST_LINE - 1:
        raise InputError(
            f"{asked}, line 1",
            found="a line that does not end",
            allowed="the distinct names of the columns",
            do="put them in the first line",
        )
    # A title above the header has few delimiters: the line that has the most tells which one it is.
    text = start.decode("utf-8-sig", "replace")
    lines = text.splitlines() or [""]
    delimiter = max(",;\t|", key=header.count)
    if not header.count(delimiter):
        delimiter = max(",;\t|", key=lambda mark: max(line.count(mark) for line in lines))
    rows = _records(text, delimiter)
    head = read_head(rows, asked, lambda row: f"line {row + 1}", wanted)
    columns = "{" + ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in head.names) + "}"
    relation = (
        f"read_csv({literal_path(copy)}, auto_detect = false, header = {str(head.offset > 0).lower()}, "
        f"skip = {max(head.offset - 1, 0)}, delim = {quoted(delimiter)}, quote = '\"', "
        f"escape = '\"', strict_mode = true, encoding = 'utf-8', columns = {columns}, "
        f"max_line_size = {LONGEST_LINE}, buffer_size = {8 * LONGEST_LINE})"
    )
    return relation, head, delimiter


def _records(text: str, delimiter: str) -> list[list[str]]:
    """The rows of the start of a file; one that is damaged ends them."""
    rows: list[list[str]] = []
    try:
        rows += csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        pass
    return rows


def _told(file: EventFile, error: duckdb.Error) -> InputError:
    text = str(error)
    at = re.search(r"CSV Error on Line: (\d+)", text)
    where = f"read the events of {file.path}" + (f", {file.line(int(at.group(1)) - file.offset)}" if at else "")
    if "Could not write" in text:
        found, allowed = f"no room for what is needed meanwhile in {gettempdir()}", "as much room as the file takes"
        do = "make room there, or name another place with TMPDIR"
    elif "unicode" in text or "utf-8" in text:
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
