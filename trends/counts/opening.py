"""How the files of a study are opened: plain names, ordinary files, and no more bytes than a limit."""

import os
import re
import stat
import zipfile
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from trends.arguments import PathLike
from trends.errors import InputError, TrendsError

#: No text file that is read whole is larger: a table of counts of 400 districts over 14 years by the day has as much.
MOST_BYTES = 100_000_000
#: No table that is held in memory whole has more cells, empty ones between the corners included.
MOST_CELLS = 5_000_000
#: No workbook is larger once unpacked.
MOST_UNPACKED = 500_000_000
#: No folder of claims holds more files.
MOST_FILES = 2_000
# What file systems hold, with room for the marks of a file that is being written.
_LONGEST_NAME = 200
_DEEPEST = 8
_DO = "name another file"


def plain_member(folder: PathLike, name: str, asked: str, error: type[TrendsError] = InputError) -> Path:
    """The path of a file of a folder, by a plain name that stays inside, links followed.

    Parameters
    ----------
    folder : str or path-like
        The folder that nothing may lead out of.
    name : str
        Names joined by ``/``, as ``counts/attacks.csv``: none empty, ``..``, hidden or longer than 200 bytes, and no
        drive, backslash or control character in any. ``[``, ``*`` and ``?`` are letters like others.
    asked : str
        What is being read, for messages.
    error : type
        The class of the error.

    Raises
    ------
    TrendsError
        Where the name is another, or a link under it leads out of the folder or to a hidden file.

    Examples
    --------
    >>> plain_member("study", "counts/attacks.csv", "read a study").as_posix()
    'study/counts/attacks.csv'
    """
    parts = name.split("/")
    if not name or len(parts) > _DEEPEST or not all(_is_plain(part) for part in parts):
        raise error(
            asked,
            found=f"the file name {_short(name)!r}",
            allowed="a plain name in the folder, such as counts/attacks.csv, without .., a drive or a hidden part",
            do="put the file into the folder and give it such a name",
        )
    file = Path(folder).joinpath(*parts)
    try:
        home = os.path.realpath(folder)
        inside = os.path.relpath(os.path.realpath(file), home).replace(os.sep, "/")
    except ValueError:
        # Python refuses NUL and lone surrogates in a path before the system sees them.
        do = "name the folder that was meant"
        found = "a folder with a name that none can have"
        raise error(asked, found=found, allowed="a folder that can be read", do=do) from None
    if not all(_is_plain(part) for part in inside.split("/")):
        raise error(
            asked,
            found=f"{name!r}, a link to what lies outside the folder or is hidden in it",
            allowed="a file of the folder itself",
            do="put a copy of the file in the place of the link",
        )
    return file


def _is_plain(part: str) -> bool:
    encoded = part.encode("utf-8", "surrogatepass")
    odd = re.search(r"[\\:\s]", part.replace(" ", "")) or control_character(part)
    return bool(part) and not part.startswith(".") and not odd and len(encoded) <= _LONGEST_NAME


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:80]}..."


def plain_file(path: PathLike, asked: str, error: type[TrendsError] = InputError, *, most: int | None = None) -> Path:
    """The path of an ordinary file: no folder, pipe, socket or device, and not larger than a limit in bytes.

    Raises
    ------
    TrendsError
        Where there is none, or it may not be read.
    """
    path = Path(path)
    try:
        found = path.stat()
        fault = "" if stat.S_ISREG(found.st_mode) else _kind_of(found.st_mode)
    except FileNotFoundError:
        fault = "no such file"
    except OSError as failure:
        fault = _reason(failure)
    except ValueError:
        # Python refuses NUL and lone surrogates in a path before the system sees them.
        fault = "a name that no file can have"
    if fault:
        raise error(asked, found=fault, allowed="a file that can be read", do="check its name")
    if most is not None and found.st_size > most:
        raise error(asked, found=f"{found.st_size:,} bytes", allowed=f"at most {most:,}", do="read a part of it")
    return path


def is_missing(path: PathLike) -> bool:
    """Whether nothing of a name is there, which is another thing than what may not be looked at."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _kind_of(mode: int) -> str:
    kinds = {stat.S_ISDIR: "a folder", stat.S_ISFIFO: "a pipe", stat.S_ISSOCK: "a socket"}
    return next((name for is_kind, name in kinds.items() if is_kind(mode)), "a device")


def _reason(failure: OSError) -> str:
    # One that goes away just after it was looked at is as if it had never been there.
    if isinstance(failure, FileNotFoundError):
        return "no such file"
    return (failure.strerror or failure.__class__.__name__).lower()


def read_bytes(path: PathLike, asked: str, error: type[TrendsError] = InputError, *, most: int = MOST_BYTES) -> bytes:
    """What an ordinary file holds, of which no more than a limit is ever read, whatever its size is said to be.

    Raises
    ------
    TrendsError
        Where there is no such file, it may not be read, is no ordinary file, or is larger.
    """
    path = plain_file(path, asked, error, most=most)
    try:
        # A pipe that was put there in between would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise error(asked, found="no ordinary file", allowed="a file that can be read", do=_DO)
            content = file.read(most + 1)
    except OSError as failure:
        raise error(
            asked, found=_reason(failure), allowed="a file that can be read", do="see who may read it"
        ) from None
    if len(content) > most:
        raise error(asked, found=f"more than {most:,} bytes", allowed=f"at most {most:,}", do=_DO)
    return content


def text_of(content: bytes, asked: str, error: type[TrendsError] = InputError) -> str:
    """A content as text, without the mark that some programs set before it.

    Raises
    ------
    TrendsError
        Where it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        found = f"the byte {failure.object[failure.start]:#04x}"
        raise error(asked, found=found, allowed="UTF-8", do="save the file as UTF-8") from None


def control_character(text: str) -> str | None:
    """The first character of a text that could drive a terminal or end a line unseen; None where there is none."""
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", text)
    return found[0] if found else None


def names_in(folder: PathLike, suffix: str, asked: str, error: type[TrendsError] = InputError) -> list[str]:
    """The names of the files of a folder that end in a suffix and are not hidden, in order; none where it is missing.

    Raises
    ------
    TrendsError
        Where the folder cannot be listed, or holds more than 2,000 of them.
    """
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(suffix) and not name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as failure:
        do = "see who may read it"
        raise error(
            asked, found=f"{folder}: {_reason(failure)}", allowed="a folder that can be listed", do=do
        ) from None
    if len(names) > MOST_FILES:
        do = "make two studies of it"
        raise error(asked, found=f"{len(names):,} files in {folder}", allowed=f"at most {MOST_FILES:,}", do=do)
    return names


def check_cells(rows: int, columns: int, asked: str) -> None:
    """Refuse a table whose cells would not fit into memory.

    Raises
    ------
    InputError
        Where it has more than five million.
    """
    if rows * columns > MOST_CELLS:
        raise InputError(
            asked,
            found=f"{rows:,} rows by {columns:,} columns",
            allowed=f"at most {MOST_CELLS:,} cells",
            do="take out what is not needed, or count it with trends count",
        )


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def literal_path(path: PathLike) -> str:
    """The path of one file as SQL writes it; DuckDB takes ``*``, ``?`` and ``[`` for patterns of several files."""
    return quoted(re.sub(r"([*?\[])", r"[\1]", str(path)))


def check_workbook(path: PathLike, asked: str) -> None:
    """Refuse a workbook that a reader would unpack into far more than it holds.

    A reader makes a rectangle of each sheet: one cell in the last corner is worth seventeen thousand million.

    Raises
    ------
    InputError
        Where it is no workbook, its parts are larger than 500 MB, or a sheet is wider and longer than the limit.
    """
    plain_file(path, asked)
    try:
        with zipfile.ZipFile(path) as book:
            size = sum(entry.file_size for entry in book.infolist())
            if size > MOST_UNPACKED:
                raise InputError(
                    asked,
                    found=f"a workbook of {size:,} bytes once unpacked",
                    allowed=f"{MOST_UNPACKED:,}",
                    do="save the sheet as CSV",
                )
            # Not by the folder: the workbook itself says where its sheets lie.
            for name in book.namelist():
                if name.lower().endswith(".xml"):
                    rows, columns = _corner(book.open(name))
                    if rows * columns > 4 * MOST_CELLS:
                        raise InputError(
                            asked,
                            found=f"a sheet of {rows:,} rows by {columns:,} columns, most of them empty or not needed",
                            allowed=f"at most {4 * MOST_CELLS:,} cells",
                            do="delete what lies outside the table, or save the sheet as CSV",
                        )
    except (zipfile.BadZipFile, expat.ExpatError, NotImplementedError, EOFError, RuntimeError, OSError) as failure:
        raise InputError(
            asked, found=_first_line(failure), allowed="a sound Excel workbook", do="save it again, or as CSV"
        ) from None


def _first_line(failure: Exception) -> str:
    return (str(failure).splitlines() or [failure.__class__.__name__])[0]


def _corner(part: IO[bytes]) -> tuple[int, int]:
    """The row and the column of the last cell of a part of a workbook; (0, 0) where it is no sheet."""
    corner = [0, 0]

    def seen(name: str, attributes: dict[str, str]) -> None:
        # <row r="12"> and <c r="AB12">; both may do without and then follow the one before.
        place = re.fullmatch(r"([A-Za-z]{0,4})(\d{1,9})", attributes.get("r", ""))
        kind = name.rpartition(":")[2]
        if kind == "row":
            corner[0] = max(corner[0] + 1, int(place[2]) if place else 0)
        elif kind == "c" and place:
            corner[0], corner[1] = max(corner[0], int(place[2])), max(corner[1], _column(place[1]))

    parser = expat.ParserCreate()
    parser.StartElementHandler = seen
    parser.EntityDeclHandler = _no_entities
    parser.ParseFile(part)
    return corner[0], corner[1]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def _no_entities(*declared: object) -> NoReturn:
    # Entities that stand for others unpack a page into a library.
    raise expat.ExpatError("an entity declared in a part")
