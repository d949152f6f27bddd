"""Mutants through every door: each is read or refused in one sentence, in time and in memory, or its seed is printed.

``python run.py --minutes 5`` from the environment of the checkout; ``--seed 12345`` repeats one mutant.
"""

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

# Of the checkout that this file stands in, whichever is installed.
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import calls
import doors
import mutants

from trends.errors import TrendsError

SECONDS = 20
# Of all mutants so many are calls of public functions, and so many commands; the others are files.
CALLS, COMMANDS = 0.4, 0.1
GIGABYTE = 2**30


def try_seed(seed: int, sound: Path, place: Path, known: dict[str, dict[str, Any]]) -> str:
    """What one mutant ended in: ``"read"``, ``"refused"``, or the fault it found."""
    rng = random.Random(seed)
    share = rng.random()
    if share < CALLS:
        name, arguments, told = calls.odd_call(known, seed)
        try:
            calls.call(name, arguments)
        except TrendsError as refusal:
            return _refused(refusal)
        except Exception:
            return f"{told} ends raw\n{traceback.format_exc()[-1200:]}"
        return "read"
    doors.fresh(place, sound)
    if share < CALLS + COMMANDS:
        words = mutants.options(rng.choice(doors.COMMANDS), rng)
        code = doors.run_command(
            [word.replace("study", str(place), 1) if word.startswith("study") else word for word in words]
        )
        return {0: "read", 2: "refused"}.get(code, f"exit code {code} of {words!r:.200}")
    door = rng.choice(doors.DOORS)
    file = place / door.file
    file.write_bytes(mutants.mutant(file.read_bytes(), seed))
    try:
        door.use(place)
    except TrendsError as refusal:
        return _refused(refusal)
    return "read"


def _refused(refusal: TrendsError) -> str:
    one = "\n" not in str(refusal) and len(str(refusal)) < 4000
    return "refused" if one else f"a sentence of many lines: {refusal!s:.200}"


def guarded(seed: int, sound: Path, place: Path, known: dict[str, dict[str, Any]]) -> str:
    """As `try_seed`, with tracebacks and hangs as faults."""
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(SECONDS)
    try:
        return try_seed(seed, sound, place, known)
    except Exception:
        return "traceback\n" + traceback.format_exc()[-1500:]
    finally:
        signal.alarm(0)


def _late(*_: object) -> None:
    raise TimeoutError(f"longer than {SECONDS} seconds")


def campaign(first: int, *, number: int | None = None, minutes: float | None = None) -> tuple[int, list[str]]:
    """How many mutants were tried, and a text for each fault, with its seed."""
    faults, tried, end = [], 0, time.monotonic() + 60 * (minutes or 1e9)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as home:
        sound, place = Path(home) / "sound", Path(home) / "place"
        doors.write_everything(sound)
        known = calls.doors_of(Path(home) / "called")
        before = os.getcwd()
        os.chdir(home)
        try:
            while tried != number and time.monotonic() < end:
                found = guarded(first + tried, sound, place, known)
                if found not in ("read", "refused"):
                    faults.append(f"seed {first + tried}: {found}")
                tried += 1
        finally:
            os.chdir(before)
    return tried, faults


def main() -> int:
    """Run for some minutes, or one seed, and give back the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--number", type=int, help="so many mutants, however long they take")
    parser.add_argument("--first", type=int, default=0, help="seed of the first mutant (0)")
    parser.add_argument("--seed", type=int, help="only this mutant")
    options = parser.parse_args()
    # What would eat the machine ends as a MemoryError, and that as a fault.
    resource.setrlimit(resource.RLIMIT_DATA, (2 * GIGABYTE, 2 * GIGABYTE))
    single = options.seed is not None
    first = options.seed if single else options.first
    tried, faults = campaign(
        first, number=1 if single else options.number, minutes=None if single or options.number else options.minutes
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(*faults, sep="\n")
    print(f"{tried:,} mutants from seed {first}: {len(faults)} faults; most memory {peak:.2f} GB.")
    return int(bool(faults) or peak > 1)


if __name__ == "__main__":
    sys.exit(main())
