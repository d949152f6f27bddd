"""Kill the program at random moments: what was there before stays whole, and the next good run leaves nothing behind.

``python kills.py --number 1000 --seed 0``
"""

import argparse
import hashlib
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


def run(words: list[str], home: Path, seconds: float | None = None) -> tuple[int, float]:
    """The exit code of a command and the seconds it took; killed once some have passed."""
    environment = os.environ | {"TMPDIR": str(home / "temporary"), "OPENBLAS_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = str(Path(doors.cli.__file__).parents[1])
    start = time.monotonic()
    command = [sys.executable, "-m", "trends", *words]
    with subprocess.Popen(command, cwd=home, env=environment, stdout=-3, stderr=-3, start_new_session=True) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
    return process.returncode, time.monotonic() - start


def remade(verb: str, home: Path) -> None:
    """What a verb needs gone before it can be done again."""
    if verb == "new":
        for file in sorted((home / "out/mine").rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        if (home / "out/mine").exists():
            (home / "out/mine").rmdir()
    if verb == "seal":
        (home / "sealed/study.lock").unlink(missing_ok=True)


def faults_of(verb: str, number: int, rng: random.Random, home: Path) -> list[str]:
    """What was torn by so many kills of one verb, or left after the next good run."""
    found: list[str] = []
    for folder in ("out", "temporary"):
        (home / folder).mkdir(exist_ok=True)
    doors.write_everything(home / "sound")
    doors.write_study(home / "sealed")
    remade(verb, home)
    code, whole = run(VERBS[verb], home)
    if code:
        return [f"{verb} ends in {code} as it is"]
    good = everything(home)
    for n in range(number):
        remade(verb, home)
        run(VERBS[verb], home, rng.uniform(0.02, whole))
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
    return found + [
        f"{verb}: {name} is left" for name in sorted(os.listdir(home / "temporary")) if name.startswith("trends-")
    ]


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
            found += faults_of(verb, options.number // len(verbs), rng, Path(home))
    print(*found, sep="\n")
    print(f"{options.number // len(verbs) * len(verbs):,} kills over {', '.join(verbs)}: {len(found)} faults.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
