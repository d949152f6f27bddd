"""Files written aside and moved into place, and text cells that no spreadsheet takes for a formula."""

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trends.arguments import PathLike
from trends.counts.opening import is_missing
from trends.errors import InputError, TrendsError

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


# What a disk says when it takes no more.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


# A disk that takes less takes no result.
_LEAST = 64


@contextmanager
def written_aside(path: PathLike) -> Iterator[Path]:
    """A path beside the wanted one to write to; on a clean exit it is flushed and moved into place, else removed.

    Whoever reads ``path`` sees the old file or the new one whole, whenever the writer dies. What a killed writer
    left behind is swept by the next one. A folder that is lacking is made.

    Raises
    ------
    InputError
        Where the path is a folder or a device, in a place that cannot be written to, or the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_aside(Path(folder) / "counts.csv") as aside:
    ...         _ = aside.write_text("period,count")
    ...     [file.name for file in Path(folder).iterdir()]
    ['counts.csv']
    """
    path = Path(path)
    aside = _begun(path)
    try:
        yield aside
        with open(aside, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise full_disk(path, error.strerror or "no room left") from None
    finally:
        aside.unlink(missing_ok=True)


def check_writable(path: PathLike) -> None:
    """Refuse a file that cannot be written, before the time that its content takes.

    Raises
    ------
    InputError
        As `written_aside` does.
    """
    path = Path(path)
    home = next((folder for folder in path.parents if not is_missing(folder)), path.parent)
    # A refusal later on leaves no new folders either.
    aside = _begun(path if home == path.parent else home / path.name)
    try:
        aside.write_bytes(bytes(_LEAST))
    except OSError as error:
        raise full_disk(path, error.strerror or "no room left") from None
    finally:
        aside.unlink()


def _begun(path: Path) -> Path:
    """An empty file beside a path, once what a killed writer left there is swept."""
    aside = path.parent / f".{path.name}.{os.getpid()}.part"
    fault = ""
    try:
        if path.is_dir() or (path.exists() and not path.is_file()):
            fault = "a folder of that name" if path.is_dir() else "a device or a pipe of that name"
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.touch()
    except OSError as error:
        fault = f"a place that cannot be written to ({error.strerror})"
    except ValueError:
        fault = "a name that no file can have"
    if fault:
        raise _unwritable(path, fault)
    sweep(path.parent, f".{path.name}.", ".part")
    return aside


def full_disk(path: Path, reason: str) -> InputError:
    """The error of a file that there is no room for, with the system's reason."""
    return _unwritable(path, f"a disk that takes no more ({reason})")


def _unwritable(path: Path, fault: str) -> InputError:
    return InputError(
        f"write {path}", found=fault, allowed="a file that may be made or replaced", do="name another file"
    )


@contextmanager
def folder_made_aside(path: PathLike) -> Iterator[Path]:
    """A folder beside the wanted one to fill; on a clean exit it is moved to where nothing was, else it goes.

    Raises
    ------
    OSError
        Where it cannot be made or moved.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, f".{path.name}.", ".part")
    aside = path.parent / f".{path.name}.{os.getpid()}.part"
    aside.mkdir()
    try:
        yield aside
        os.rename(aside, path)
    except TrendsError as error:
        # Whoever reads of a file of the folder knows the folder by the name that it was to have.
        asked = error.asked.replace(str(aside), str(path))
        raise type(error)(asked, found=error.found, allowed=error.allowed, do=error.do) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for what is needed while a job runs, in the system's place for such; what killed jobs left is swept.

    Examples
    --------
    >>> with working_folder() as folder:
    ...     _ = (folder / "rows.csv").write_text("1")
    >>> folder.exists()
    False
    """
    sweep(Path(tempfile.gettempdir()), "trends-", "")
    with tempfile.TemporaryDirectory(prefix=f"trends-{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def sweep(folder: Path, before: str, after: str) -> None:
    """Remove what killed writers left in a folder: ``BEFORE`` with the number of their process, and what follows it."""
    form = re.compile(rf"{re.escape(before)}(\d+)(?:-\w+)?{re.escape(after)}")
    try:
        strays = [(name, form.fullmatch(name)) for name in os.listdir(folder)]
    except OSError:
        return
    for name, found in strays:
        if found and not _is_running(int(found[1])) and _is_ours(folder / name):
            if (folder / name).is_dir():
                shutil.rmtree(folder / name, ignore_errors=True)
            else:
                (folder / name).unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    """Whether we made a file or folder: in a place that many share, others' are none of our business, nor are links."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return not stat.S_ISLNK(found.st_mode) and found.st_uid == getattr(os, "getuid", lambda: found.st_uid)()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def guarded(text: str) -> str:
    """A text cell with an apostrophe before it where a spreadsheet would run it as a formula; `unguarded` undoes it.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'Ayn al-Arab"), unguarded(guarded("'=x"))
    ("'=1+1", "'Ayn al-Arab", "'=x")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` wrote."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
