"""What an earlier version let in, tried on that version and on this one: code, names that lead out, raw errors, hangs.

    python -m benchmarks.doors_before OLD_TREE [--only WORDS] [--table docs/doors.csv]

OLD_TREE is a checkout of version 0.1.0 (``git archive 2760a4b``). Each case of `doors_calls` and `doors_files` is
run in an empty folder and a process of its own, with 20 seconds of a processor and 1.5 GB. The exit code is 1 where
this tree leaves a door open, or where the old one had it closed, so that the case shows nothing.
"""

import argparse
import contextlib
import csv
import ctypes
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.doors_calls import CALLS
from benchmarks.doors_cases import Case
from benchmarks.doors_files import FILES

ROOT = Path(__file__).parents[1]
SECONDS, BYTES = 20, 1.5e9
_CALL = """import sys, trends
import numpy as np, pandas as pd
from trends.cli import main
from trends.errors import TrendsError
months = pd.period_range("2015-01", periods=60, freq="M")
Y = pd.Series(np.random.default_rng(0).poisson(9.0, 60), index=months, name="attacks")
try:
    print({call})
except TrendsError as refused:
    sys.exit(print("trends:", refused, file=sys.stderr) or 2)
"""


def _limited(case: Case) -> None:
    """In the child: the largest file, and without what lets an administrator read and write what he pleases."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if case.largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (case.largest, case.largest))
    if case.unprivileged:
        for override in (1, 2):
            ctypes.CDLL(None).prctl(24, override, 0, 0, 0)


class _Watched(threading.Thread):
    """Notes the most memory that a process holds, and ends it where that is too much or it waits too long."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__()
        self.process, self.most = process, 0.0

    def run(self) -> None:
        started, status = time.monotonic(), Path(f"/proc/{self.process.pid}/statm")
        while self.process.poll() is None:
            # A process that has just ended has no entry any more, or an empty one.
            with contextlib.suppress(OSError, IndexError):
                self.most = max(self.most, 4096.0 * int(status.read_text().split()[1]))
            if self.most > BYTES or time.monotonic() - started > 3 * SECONDS:
                self.process.kill()
            time.sleep(0.02)


def run(tree: Path, case: Case, words: list[str], folder: Path) -> tuple[str, str]:
    """How a command ended (done, refused, traceback, ...), and what it printed."""
    command = words[1:] if words[0] == "python" else ["-m", "trends", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRENDS"))}
    environment |= {"PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(folder / "in/temporary")}
    environment |= {"TRENDS_CACHE": str(folder / "in/cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [sys.executable, *command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", preexec_fn=lambda: _limited(case),
    )  # fmt: skip
    watched = _Watched(process)
    watched.start()
    text, _ = process.communicate()
    watched.join()
    most = watched.most
    if most > BYTES:
        return f"more than {BYTES / 1e9:.1f} GB", text
    if process.returncode in (-9, -24) and "killed on purpose" not in text:
        return f"more than {SECONDS} s", text
    if raised := re.findall(r"^(?:[\w.]+\.)?(\w+(?:Error|Exception|Warning|Interrupt))\b", text, re.MULTILINE):
        if "Traceback" in text:
            return f"traceback: {raised[-1]}", text
    sentence = [line for line in text.splitlines() if line.startswith("trends: ")]
    if process.returncode == 2 and sentence and ": found " in sentence[-1] and "; allowed: " in sentence[-1]:
        return "refused", text
    return ("done" if process.returncode == 0 else f"exit {process.returncode}"), text


def tried(tree: Path, case: Case) -> str:
    """How a tree fares with a case, in a few words; what it should not have done stands in the place of its end."""
    with tempfile.TemporaryDirectory(prefix="doors-") as home:
        # Two folders down, so that what is written above is seen and goes too.
        folder = Path(home) / "a/b"
        (folder / "in/temporary").mkdir(parents=True)
        case.make(folder)
        steps = case.steps
        if case.call:
            call = case.before if case.before and tree != ROOT else case.call
            (folder / "in/call.py").write_text(_CALL.format(call=call), encoding="utf-8")
            steps = (["python", "in/call.py"],)
        end, told = "", ""
        for step in steps:
            if callable(step):
                step(folder)
                continue
            end, text = run(tree, case, step, folder)
            told += text
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                each.chmod(0o755)
        return case.harm(folder, told) or ("accepted" if end == "done" and "done" not in case.ends else end)


def main() -> int:
    """Print and write what becomes of each case on either tree; 1 where a door is open here, or was not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("--only", default="", help="cases that have these words in their name")
    parser.add_argument("--table", type=Path, help="a CSV file to write the table to")
    options = parser.parse_args()
    rows, faults = [], 0
    for case in (case for case in (*FILES, *CALLS) if options.only in case.what):
        before, now = tried(options.old.resolve(), case), tried(ROOT, case)
        wrong = [word for word, bad in (("OPEN", now not in case.ends), ("WAS CLOSED", before in case.ends)) if bad]
        faults += bool(wrong)
        rows.append((case.what, before, now, f"`{case.test}`"))
        print(f"{case.what}: {before} -> {now} {' '.join(wrong)}".rstrip(), flush=True)
    print(f"{len(rows)} cases, {faults} at fault")
    if options.table:
        with options.table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("What may not come in", "0.1.0", "Now", "Test"), *rows])
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
