"""Entries of a folder of caches: JSON behind its hash, in a folder of one's own, and no more of them than a bound."""

import hashlib
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

from trends.counts.opening import read_bytes
from trends.counts.writing import sweep, written_aside
from trends.errors import InputError, TrendsError

#: All entries together; a report on a study of seventy claims takes 16 MB. Those that were used last stay.
MOST_BYTES = 500_000_000
_ENTRY = re.compile(r"[0-9a-f]{64}\.json")
_STRAY = re.compile(r"(\.[0-9a-f]{64}\.json\.)\d+\.part")


def is_ones_own(folder: Path) -> bool:
    """Whether nobody else may have put anything into a folder: it is ours, and others may not write to it.

    One that is not there yet is made so that it is. Where a system knows no owners it is taken as it is.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     is_ones_own(Path(home) / "kept"), is_ones_own(Path(home) / "kept")
    (True, True)
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _is_ours(folder.stat(), stat.S_ISDIR)
    except (OSError, ValueError):
        return False


def _is_ours(found: os.stat_result, is_kind: Any) -> bool:
    if not is_kind(found.st_mode):
        return False
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)


def read_entry(file: Path) -> Any:
    """What an entry holds; it becomes the one that was used last.

    Raises
    ------
    InputError
        Where it cannot be read, is a link or somebody else's, or has not the SHA-256 that it begins with, which is of
        its name too: one in the place of another is none.
    OSError
        Where nothing is there.
    """
    asked = f"read the entry {file} of the cache"
    if not (_is_ours(file.lstat(), stat.S_ISREG) and _is_ours(file.parent.lstat(), stat.S_ISDIR)):
        raise InputError(asked, found="what is no file of one's own", allowed="one as it was written", do="delete it")
    told, _, body = read_bytes(file, asked).partition(b"\n")
    if _hash(file, body) != told:
        raise InputError(asked, found="one that was altered", allowed="one as it was written", do="delete it")
    content = json.loads(body)
    try:
        os.utime(file)
    except OSError:
        # A cache that can only be read is read.
        pass
    return content


def write_entry(file: Path, content: object) -> None:
    """Write an entry; a cache that cannot be written to is done without."""
    body = json.dumps(content).encode()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with written_aside(file) as aside:
            # Where others of one's group may write to new files.
            aside.chmod(0o600)
            aside.write_bytes(_hash(file, body) + b"\n" + body)
    except (TrendsError, OSError):
        return


def _hash(file: Path, body: bytes) -> bytes:
    return hashlib.sha256(file.name.encode() + b"\n" + body).hexdigest().encode()


def sweep_entries(folder: Path, most: int = MOST_BYTES) -> None:
    """Remove the entries that were not used for longest until the others fit a bound, and what killed writers left.

    Nothing else in the folder is touched. Two that sweep at once remove the same.

    Parameters
    ----------
    folder : pathlib.Path
        Where the entries lie.
    most : int
        Bytes of all entries together.
    """
    entries = []
    for home in _listed(folder):
        if not re.fullmatch(r"[0-9a-f]{2}", home.name) or home.is_symlink():
            continue
        for file in _listed(home):
            if stray := _STRAY.fullmatch(file.name):
                sweep(home, stray[1], ".part")
            elif _ENTRY.fullmatch(file.name):
                try:
                    found = file.lstat()
                except OSError:
                    # Another report swept it.
                    continue
                entries.append((found.st_mtime_ns, file.name, found.st_size, file))
    size = sum(entry[2] for entry in entries)
    for _, _, held, file in sorted(entries):
        if size <= most:
            return
        try:
            file.unlink(missing_ok=True)
        except OSError:
            continue
        size -= held


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
