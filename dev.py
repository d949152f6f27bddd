"""Make the environment of this checkout and do something in it, with nothing but Python 3.11 or later.

::

    python3 dev.py run                  the report on data/iraq, in build/iraq
    python3 dev.py test [PYTEST ARGS]   lint, format check and tests
    python3 dev.py lock [UV ARGS]       write requirements.lock anew from setup.cfg (--upgrade for newer versions)

The environment is ``.venv``, holds exactly what requirements.lock names, and is made anew when that changes.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (told here, because pip would tell it as a missing version of numpy)
    sys.exit(f"This is Python {sys.version.split()[0]}; allowed: 3.11 or later; name one, as in python3.12 dev.py run.")

ROOT = Path(__file__).resolve().parent
LOCK = "requirements.lock"
UV = "uv==0.13.9"
_BIN = "Scripts" if os.name == "nt" else "bin"


def main(arguments: list[str]) -> int:
    """Carry out one verb and return its exit code."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb == "run" and not rest:
        return _call(environment(ROOT), "-m", "trends", "report", "data/iraq", "--out", "build/iraq")
    if verb == "test":
        python = environment(ROOT)
        steps = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["pytest", *rest])
        # All three run, so that a misplaced comma does not hide a failing test.
        return max([_call(python, "-m", *step) for step in steps], key=abs)
    if verb == "lock":
        return lock(rest)
    print(__doc__)
    return 0 if verb in ("-h", "--help") else 2


def environment(root: Path) -> Path:
    """The interpreter of the checkout's environment, which is made first unless it fits the lock already."""
    folder = root / ".venv"
    python, stamp, wanted = folder / _BIN / "python", folder / "stamp", fingerprint(root)
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    print(f"Making {folder} (a minute or so, once).", flush=True)
    # The stamp goes first and comes last: whatever is killed in between is made anew by the next call.
    stamp.unlink(missing_ok=True)
    pip = make_venv(folder, python)
    install = [*pip, "install", "--no-input", "--disable-pip-version-check", "--quiet", "--progress-bar", "off"]
    # Wheels only: a source package would fetch what it is built with past the hashes.
    _must([*install, "--only-binary", ":all:", "--no-deps", "--require-hashes", "-r", str(root / LOCK)])
    _must([*install, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(root)])
    stamp.write_text(wanted)
    return python


def fingerprint(root: Path) -> str:
    """A hash of all that the environment depends on: the lock, the package's settings, the interpreter, the place."""
    digest = hashlib.sha256()
    for name in (LOCK, "setup.cfg", "pyproject.toml"):
        digest.update(hashlib.sha256((root / name).read_bytes()).digest())
    digest.update(f"{sys.version} {sys.base_prefix} {root}".encode())
    return digest.hexdigest()


def make_venv(folder: Path, python: Path) -> list[str]:
    """Make an empty virtual environment, and return the command that is pip for it."""
    venv = [sys.executable, "-I", "-m", "venv", "--clear"]
    if importlib.util.find_spec("ensurepip"):
        _must([*venv, str(folder)])
        return [str(python), "-I", "-m", "pip"]
    # Debian ships venv without ensurepip; there the system's own pip can install into another environment.
    if importlib.util.find_spec("pip"):
        _must([*venv, "--without-pip", str(folder)])
        return [sys.executable, "-I", "-m", "pip", "--python", str(python)]
    sys.exit("This python3 has neither ensurepip nor pip: install one of them (on Debian, apt install python3-venv).")


def lock(options: list[str]) -> int:
    """Write requirements.lock from setup.cfg with uv, which lives in an environment of its own."""
    folder = ROOT / "build" / "uv"
    python = folder / _BIN / "python"
    _must([*make_venv(folder, python), "install", "--no-input", "--quiet", "--only-binary", ":all:", UV])
    command = ["uv", "pip", "compile", "setup.cfg", "--extra", "test", "--output-file", LOCK, "--no-config", "--quiet"]
    # One lock for every system, and one version of a package for every Python: the same numbers everywhere.
    portable = ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes"]
    told = ["--custom-compile-command", "python3 dev.py lock"]
    return _call(python, "-m", *command, *portable, *told, *options, stdout=subprocess.DEVNULL)


def _call(python: Path, *arguments: str, stdout: int | None = None) -> int:
    stdin = None if sys.stdin else subprocess.DEVNULL
    return subprocess.run([str(python), *arguments], cwd=ROOT, stdin=stdin, stdout=stdout).returncode


def _must(command: list[str]) -> None:
    code = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    if code:
        sys.exit(f"This step failed with exit code {code}: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
