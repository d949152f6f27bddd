"""Files written aside and moved into place, and text cells that no spreadsheet takes for a formula."""

import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trends.errors import InputError

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@contextmanager
def written_aside(path) -> Iterator[Path]:
    """A path beside the wanted one to write to; on a clean exit it is flushed and moved into place, else removed.

    Whoever reads ``path`` sees the old file or the new one whole, whenever the writer dies. What a killed writer
    left behind is swept by the next one. A folder that is lacking is made.

    Raises
    ------
    InputError
        Where the path is a folder, or in a place that cannot be written to.

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
    aside = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        fault = "a folder of that name" if path.is_dir() else ""
        if not fault:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.touch()
    except OSError as error:
        fault = f"a place that cannot be written to ({error.strerror})"
    if fault:
        raise InputError(
            f"write {path}", found=fault, allowed="a file that may be made or replaced", do="name another file"
        )
    for stray in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if not _is_running(stray.suffixes[-2:-1]):
            stray.unlink(missing_ok=True)
    try:
        yield aside
        with open(aside, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _is_running(suffix: list[str]) -> bool:
    try:
        os.kill(int(suffix[0][1:]), 0)
    except (IndexError, ValueError, ProcessLookupError):
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
