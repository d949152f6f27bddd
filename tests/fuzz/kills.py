"""Kill the program at random moments: what was there before stays whole, and the next good run leaves nothing behind.

``python kills.py --number 1000 --seed 0``
"""

import argparse
import hashlib
import importlib
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Of the checkout that this file stands in, whichever is installed.
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import doors

# What the verbs load when they are called.
_LOADED = (
    "trends.claims.assess", "trends.claims.from_file", "trends.claims.seal", "trends.counts.counting",
    "trends.reports.archive", "trends.reports.book", "trends.reports.script",
)  # fmt: skip
VERBS = {
    "count": ["count", "sound/incidents.csv", "--coverage", "2020-01,2020-12", "--out", "out/counts.csv"],
    "new": ["new", "out/mine", "--example", "syria"],
    "seal": ["seal", "sealed", "--plan", "--date", "2026-11-22"],
    "script": ["script", "sound", "rose", "--out", "out/it.py"],
    "report": ["report", "sound", "--out", "out/report", "--jobs", "1"],
    "archive": ["archive", "sound", "--out", "out/a.zip", "--jobs", "1"],
}


def everything(folder: Path) -> dict[str, str]:
    """The hash of every file, by its path."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def run(words: list[str], home: Path) -> int:
    """The exit code of a command, in a process of its own from its start to its end."""
    environment = os.environ | {"TMPDIR": str(home / "temporary"), "TRENDS_CACHE": str(home / "cache")}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(Path(doors.cli.__file__).parents[1])}
    command = [sys.executable, "-m", "trends", *words]
    return subprocess.run(command, cwd=home, env=environment, stdout=-3, stderr=-3).returncode


def kill(words: list[str], home: Path, seconds: float | None) -> float:
    """Begin a command in a process that has loaded all it needs, kill it after some seconds, and say how long it ran.

    All of the time between its begin and its end is then its own work, and not that of loading the package.
    """
    start = time.monotonic()
    process = multiprocessing.get_context("fork").Process(target=_work, args=(words, home))
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
    return time.monotonic() - start


def _work(words: list[str], home: Path) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(home)
    tempfile.tempdir = str(home / "temporary")
    os.environ["TRENDS_CACHE"] = str(home / "cache")
    doors.cli.main(words)


def remade(verb: str, home: Path) -> None:
    """What a verb needs gone before it can be done again."""
    if verb == "new":
        for file in sorted((home / "out/mine").rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        if (home / "out/mine").exists():
            (home / "out/mine").rmdir()
    if verb == "report":
        # What killed writers left in the cache stays there for the next run to sweep.
        for entry in home.glob("cache/*/*.json"):
            entry.unlink()
    if verb == "seal":
        (home / "sealed/study.lock").unlink(missing_ok=True)


def faults_of(verb: str, number: int, rng: random.Random, home: Path) -> list[str]:
    """What was torn by so many kills of one verb, or left after the next good run."""
    found: list[str] = []
    for name in _LOADED:
        importlib.import_module(name)
    for folder in ("out", "temporary"):
        (home / folder).mkdir(exist_ok=True)
    doors.write_everything(home / "sound")
    doors.write_study(home / "sealed")
    remade(verb, home)
    if code := run(VERBS[verb], home):
        return [f"{verb} ends in {code} as it is"]
    good = everything(home)
    remade(verb, home)
    whole = kill(VERBS[verb], home, None)
    for n in range(number):
        remade(verb, home)
        kill(VERBS[verb], home, rng.uniform(0, whole))
        seen = {
            name: hash
            for name, hash in everything(home).items()
            if "/." not in name and not name.startswith("temporary")
        }
        torn = [name for name, hash in seen.items() if good.get(name) != hash]
        made = {name for name in seen if name.startswith("out/mine/")}
        half = bool(made) and made != {name for name in good if name.startswith("out/mine/")}
        found += [f"{verb}, kill {n}: {name} is torn" for name in torn] + ["a half-made study"] * half
    remade(verb, home)
    run(VERBS[verb], home)
    after = everything(home)
    found += [f"{verb}: {name} is left" for name in sorted(set(after) - set(good))]
    found += [f"{verb}: {name} is not what it was" for name in sorted(good) if after.get(name) != good[name]]
    # Empty folders too.
    return found + [f"{verb}: {name} is left" for name in sorted(os.listdir(home / "temporary"))]


def main() -> int:
    """Kill so many times over all verbs, and give back the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbs", default=",".join(VERBS))
    options = parser.parse_args()
    rng, found, verbs = random.Random(options.seed), [], options.verbs.split(",")
    for verb in verbs:
        with tempfile.TemporaryDirectory(prefix="kills-") as home:
            faults = faults_of(verb, options.number // len(verbs), rng, Path(home))
        found += faults
        # At once: a long run may be stopped.
        print(*faults, f"{options.number // len(verbs):,} kills of {verb}: {len(faults)} faults.", sep="\n", flush=True)
    print(f"{options.number // len(verbs) * len(verbs):,} kills over {', '.join(verbs)}: {len(found)} faults.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
