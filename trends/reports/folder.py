"""A folder written aside and moved into place whole, with a manifest of what is in it."""

import glob
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from trends.arguments import PathLike
from trends.claims.sums import sums_in_words
from trends.counts.opening import read_bytes
from trends.errors import InputError

MANIFEST = "manifest.json"
# No report is smaller: its two PDFs carry their fonts.
_LEAST = 100_000
_PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "typst", "jinja2")


@contextmanager
def folder_written_aside(path: PathLike) -> Iterator[Path]:
    """A folder beside the wanted one to write to; on a clean exit it takes the place of the old one, else it goes.

    The old folder stays whole until the new one is complete and on the disk. What a killed writer left behind is
    swept by the next one; where it died between the two last moves, the old folder is put back first.

    Raises
    ------
    InputError
        Where the path is a file, a folder with files that no report wrote, or a place that cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     with folder_written_aside(Path(home) / "report") as aside:
    ...         _ = (aside / "index.html").write_text("<p>Hello")
    ...         write_manifest(aside, {})
    ...     sorted(file.name for file in Path(home).rglob("*"))
    ['index.html', 'manifest.json', 'report']
    """
    aside = _begun(path)
    path = aside.parent / Path(os.path.realpath(path)).name
    try:
        yield aside
        _settle(aside)
        old = path.parent / f".{path.name}.{os.getpid()}.old"
        if path.exists():
            path.rename(old)
        aside.rename(path)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def check_place(path: PathLike) -> None:
    """Refuse a place that no report can be written to, before the hours that its verdicts may take."""
    aside = _begun(path)
    try:
        (aside / MANIFEST).write_bytes(bytes(_LEAST))
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _begun(path: PathLike) -> Path:
    try:
        path = Path(os.path.realpath(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        _refuse_foreign(path)
        aside = path.parent / f".{path.name}.{os.getpid()}.part"
        aside.mkdir()
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    return aside


def _unwritable(path: PathLike, error: OSError | ValueError) -> InputError:
    return InputError(
        f"write the report to {path}",
        found=f"a place that cannot be written to ({getattr(error, 'strerror', None) or error})",
        allowed="a folder that may be made or replaced",
        do="name another folder",
    )


def _sweep(path: Path) -> None:
    name = glob.escape(f".{path.name}.")
    for stray in sorted(path.parent.glob(f"{name}*.old")):
        if _is_dead(stray) and not path.exists():
            stray.rename(path)
    for stray in [*path.parent.glob(f"{name}*.part"), *path.parent.glob(f"{name}*.old")]:
        if _is_dead(stray):
            shutil.rmtree(stray, ignore_errors=True)


def _is_dead(stray: Path) -> bool:
    """Whether the process that left a folder runs no more; our own number was then another's before us."""
    writer = stray.suffixes[-2][1:] if len(stray.suffixes) > 1 else ""
    if not writer.isdecimal():
        return False
    if int(writer) == os.getpid():
        return True
    try:
        os.kill(int(writer), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _refuse_foreign(path: Path) -> None:
    """Nothing is replaced that another hand put there."""
    if not path.exists():
        return
    asked, do = f"write the report to {path}", "name another folder"
    if not path.is_dir():
        raise InputError(asked, found="a file of that name", allowed="a folder", do=do)
    known = {MANIFEST}
    if (path / MANIFEST).is_file():
        known |= set(outputs_of(path / MANIFEST))
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if name not in known and not (file.is_dir() and not file.is_symlink()):
            raise InputError(
                asked,
                found=f"a folder with {name!r}, which no report wrote",
                allowed="a new folder, an empty one, or one with nothing but an earlier report",
                do=do,
            )


def outputs_of(manifest: Path) -> dict[str, str]:
    """The hash of each file that a manifest names; empty where it is none."""
    try:
        found = json.loads(read_bytes(manifest, f"read {manifest}"))
    except (InputError, ValueError, RecursionError):
        return {}
    outputs = found.get("outputs") if isinstance(found, dict) else None
    return {name: str(hash) for name, hash in outputs.items()} if isinstance(outputs, dict) else {}


def rulings_of(report: PathLike) -> tuple[dict[str, str], str]:
    """What a report ruled on each claim, by its id, and how many hold on each rung, as lines of text.

    Raises
    ------
    InputError
        Where the folder holds no report.
    """
    file = Path(report) / "verdicts.json"
    try:
        found = json.loads(read_bytes(file, f"read {file}"))
        rulings = {verdict["claim"]["id"]: verdict["ruling"] for verdict in found["verdicts"]}
        return rulings, sums_in_words((row["rung"], row) for row in found["rungs"])
    except (InputError, ValueError, RecursionError, KeyError, TypeError):
        raise InputError(
            f"read the rulings of the report {report}",
            found=f"no {file.name} of a report",
            allowed="a folder that trends report wrote",
            do="name another, or make the report",
        ) from None


def _settle(folder: Path) -> None:
    """Everything on the disk before the old folder goes."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with open(file, "rb+") as opened:
                os.fsync(opened.fileno())


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that the figures and the files depend on."""
    # Read off the package that is running, whether or not it was installed.
    found = {"python": platform.python_version(), "trends": sys.modules["trends"].__version__}
    return found | {name: version_of(name) for name in _PACKAGES}


def version_of(package: str) -> str:
    """The version of a package, or that it is not installed as one."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed as a package"


def package_files() -> dict[str, Path]:
    """Every module and template of this package, by its path in it, in order; example studies are not among them."""
    package = Path(__file__).resolve().parents[1]
    files = [
        file
        for kind in ("*.py", "*.toml", "*.typ", "*.jinja", "*.css", "*.js", "*.csv", "*.tsv", "*.npz")
        for file in package.rglob(kind)
    ]
    named = {file.relative_to(package).as_posix(): file for file in files}
    return {name: named[name] for name in sorted(named) if not name.startswith("studies/")}


def code_hash() -> str:
    """The SHA-256 of the program: of every file in `package_files`."""
    whole = hashlib.sha256()
    for name, file in package_files().items():
        whole.update(name.encode() + b"\0" + sha256(file).encode() + b"\n")
    return whole.hexdigest()


def sha256(file: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_manifest(folder: Path, told: dict) -> None:
    """Write manifest.json: what is told, the versions, and the hash of every file in the folder; no clock, no path."""
    outputs = {file.relative_to(folder).as_posix(): sha256(file) for file in folder.rglob("*") if file.is_file()}
    manifest = told | {"versions": versions(), "code": code_hash(), "outputs": dict(sorted(outputs.items()))}
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / MANIFEST).write_bytes(text.encode())
