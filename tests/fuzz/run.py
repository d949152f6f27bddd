"""Mutants through every door: each is read or refused in one sentence, in time and in memory, or its seed is printed.

``python run.py --minutes 5`` from the environment of the checkout; ``--seed 12345`` repeats one mutant.
"""

import argparse
import itertools
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Of the checkout that this file stands in, whichever is installed.
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import calls
import doors
import mutants

from trends.errors import TrendsError

# Of the processor's time, so that work beside it is no fault; what only waits has ten times as long by the clock.
SECONDS = 20
# Of all mutants so many are calls of public functions, and so many commands; the others are files.
CALLS, COMMANDS = 0.4, 0.1
GIGABYTE = 2**30
_TIMERS = (
    (signal.SIGPROF, signal.ITIMER_PROF, SECONDS),
    (signal.SIGALRM, signal.ITIMER_REAL, 10 * SECONDS),
)


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
    for number, timer, seconds in _TIMERS:
        signal.signal(number, _late)
        signal.setitimer(timer, seconds)
    try:
        return try_seed(seed, sound, place, known)
    except Exception:
        return "traceback\n" + traceback.format_exc()[-1500:]
    finally:
        for _, timer, _ in _TIMERS:
            signal.setitimer(timer, 0)


def _late(*_: object) -> None:
    raise TimeoutError(f"longer than {SECONDS} seconds")


def _peak() -> int:
    """The most memory that the process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def campaign(first: int, *, number: int | None = None, minutes: float | None = None) -> Iterator[str]:
    """What became of each mutant in its turn, by its seed: ``"read"``, ``"refused"``, or the text of a fault."""
    end, large = time.monotonic() + 60 * (minutes or 1e9), False
    # A process that ran other tests before held more: what counts is what comes on top of a quarter of a GB or of that.
    most = max(_peak(), GIGABYTE // 4) + 3 * GIGABYTE // 4
    with tempfile.TemporaryDirectory(prefix="fuzz-") as home:
        sound, place = Path(home) / "sound", Path(home) / "place"
        doors.write_everything(sound)
        known = calls.doors_of(Path(home) / "called")
        before = os.getcwd()
        os.chdir(home)
        try:
            for seed in itertools.count(first):
                if seed - first == number or time.monotonic() > end:
                    return
                found = guarded(seed, sound, place, known)
                # The most that the process ever held only grows: the first mutant beyond the limit is the one.
                was, large = large, _peak() > most
                found = "takes more than 1 GB" if large and not was else found
                yield found if found in ("read", "refused") else f"seed {seed}: {found}"
        finally:
            os.chdir(before)


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
    number, minutes = (1, None) if single else (options.number, None if options.number else options.minutes)
    ends: Counter[str] = Counter()
    for found in campaign(first, number=number, minutes=minutes):
        fault = found not in ("read", "refused")
        ends["fault" if fault else found] += 1
        if fault:
            # At once: a long run may be stopped.
            print(found, flush=True)
        if ends.total() % 1000 == 0:
            print(f"{ends.total():,} mutants, {ends['fault']} faults", flush=True)
    told = f"{ends['read']:,} read, {ends['refused']:,} refused, {ends['fault']} faults"
    print(f"{ends.total():,} mutants from seed {first}: {told}; most memory {_peak() / GIGABYTE:.2f} GB.")
    return int(bool(ends["fault"]))


if __name__ == "__main__":
    sys.exit(main())
