"""Processor time and memory of calls on long series and of reports, an earlier version against this one, in one run.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.growth OLD_TREE [--only WORDS]

OLD_TREE is a checkout of version 0.1.0 (``git archive 2760a4b``). Each call runs in a process of its own, after a small
one of its kind; its processor seconds and the memory that it adds to what was held before it are printed, as a line of
a table. What takes more than 60 seconds or 6 GB is ended, and says so.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS, BYTES = 60, 6 * 10**9
_TIMED = """
import time, resource, warnings
import numpy as np, pandas as pd
import trends
from pathlib import Path
warnings.simplefilter("ignore")
def held(field):
    return next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith(field))
def series(n):
    level = np.cumsum(np.random.default_rng(n).normal(0, .02, n))
    months = pd.period_range("1700-01" if n < 6000 else "1000-01", periods=n, freq="M")
    return pd.Series(np.random.default_rng(1).poisson(9 * np.exp(level - level.mean())), index=months)
def daily(n):
    return series(n).set_axis(pd.period_range("1990-01-01", periods=n, freq="D"))
{before}
def call(n):
    return {call}
call({small})
before = held("VmRSS")
Path("/proc/self/clear_refs").write_text("5")
start = time.process_time()
call({large})
print("found", time.process_time() - start, held("VmHWM") - before)
"""


@dataclass(frozen=True)
class Call:
    """A call by its name today and, where it had another, its name in 0.1.0; ``small`` and ``large`` are its ``n``."""

    what: str
    now: str
    old: str = ""
    small: int = 60
    large: int = 10_000
    set_up: str = ""
    set_up_old: str = ""


@dataclass(frozen=True)
class Command:
    """A command line, in a process of its own."""

    what: str
    words: tuple[str, ...]


DESIGN = "from trends.fits.design import baseline"
OLD_DESIGN = "from trends.models.design import baseline"
BATCH = """
from trends.{}.batch import fit_negbin
def counts(n):
    t = np.arange(n)
    waves = [wave(2 * np.pi * t * j / 12) for j in (1, 2) for wave in (np.sin, np.cos)]
    x = np.column_stack([np.ones(n), np.linspace(-1, 1, n), t >= 2 * n // 3, *waves[:3]]).astype(float)
    rng = np.random.default_rng(1)
    return rng.poisson(np.exp(x @ [2, .3, .4, .2, .1, .1]) * rng.gamma(3, 1 / 3, (4000, n))), x
"""
STAGGERED = """
from trends.{} import StaggeredModel
names = [f"P{{place}}" for place in range(19)]
index = pd.period_range("2018-01", periods=40, freq="M")
panel = trends.Panel(pd.DataFrame(np.random.default_rng(2).poisson(5.0, (40, 19)).astype(float), index, names))
schedule = dict(zip(names, index[[26, 26, 27, 28, 30, 33]]))
"""
CALLS = (
    *(
        Call(
            f"{name} regression",
            f"trends.CountRegression(series(n), baseline(series(n).index), family={family!r}).fit().summary()",
            set_up=DESIGN,
            set_up_old=OLD_DESIGN,
        )
        for name, family in (("Poisson", "poisson"), ("negative binomial", "negbin"))
    ),
    Call("Mann-Kendall", "trends.mann_kendall(series(n))"),
    Call("seasonal Kendall", "trends.seasonal_kendall(series(n))"),
    Call(
        "a change at a known date",
        "trends.EffectModel(daily(n), at=daily(n).index[n // 2]).fit()",
        "trends.InterruptionModel(daily(n), at=daily(n).index[n // 2]).fit().summary()",
    ),
    Call(
        "when a change began: a claimed window, for change_date",
        "date_of_change(checked_series(daily(n)), tuple(daily(n).index[[n // 2 - 60, n // 2 + 60]]))",
        "trends.change_date(daily(n))",
        set_up="from trends.chance.questions import date_of_change\nfrom trends.counts.series import checked_series",
        small=400,
    ),
    Call(
        "a break: ChangepointModel, for break_tests",
        "trends.ChangepointModel(series(n)).fit()",
        "trends.break_tests(series(n), replicates=19)",
        large=2000,
    ),
    Call(
        "a break of slope: JoinpointModel, for slope_break",
        "trends.JoinpointModel(series(n), max_joinpoints=1, draws=19).fit()",
        "trends.slope_break(series(n).to_numpy(float), np.arange(float(n)))",
        large=600,
    ),
    Call("change points", "trends.ChangepointModel(series(n)).fit()", large=2000),
    *(
        Call(
            f"4,000 negative binomial fits of {periods} periods",
            "fit_negbin(*counts(n))",
            small=30,
            large=periods,
            set_up=BATCH.format("fits"),
            set_up_old=BATCH.format("models"),
        )
        for periods in (40, 240)
    ),
    Call(
        "an interval over 9,999 schedules",
        "StaggeredModel(panel, schedule, draws=n).fit().conf_int()",
        small=19,
        large=9999,
        set_up=STAGGERED.format("models.provinces.staggered.model"),
        set_up_old=STAGGERED.format("models.provinces.staggered"),
    ),
)
COMMANDS = (
    Command("the first name: import of what count_trend needs", ("-c", "import trends; trends.count_trend")),
    Command("check of a study", ("-m", "trends", "check", "data/iraq")),
    Command("assess of one claim", ("-m", "trends", "assess", "data/iraq", "attacks-rose-after-drawdown")),
    Command(
        "report of the smaller study", ("-m", "trends", "report", "data/syria", "--out", "{folder}/r", "--jobs", "1")
    ),
)


def limited() -> None:
    """In the child: what it may take."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def run(tree: Path, words: list[str], folder: str) -> tuple[str, float, float]:
    """What a process printed, its processor seconds, and the most memory that it held in megabytes."""
    environment = os.environ | {"PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1", "TRENDS_CACHE": f"{folder}/cache"}
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=tree, env=environment, stdout=told, stderr=told, preexec_fn=limited
        )
        _, status, used = os.wait4(process.pid, 0)
        told.seek(0)
        text = told.read().decode(errors="replace")
    code = os.waitstatus_to_exitcode(status)
    if code > 0 and "MemoryError" not in text:
        raise RuntimeError(text.strip().splitlines()[-1])
    return ("" if code else text or "nothing"), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measured(tree: Path, each: Call | Command) -> tuple[float, float] | None:
    """Processor seconds and megabytes, or nothing where it was ended."""
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(each, Command):
            words = [word.format(folder=folder) for word in each.words]
            run(tree, words, folder)
            text, seconds, megabytes = run(tree, words, f"{folder}/again")
            return (seconds, megabytes) if text else None
        old = tree != ROOT
        program = _TIMED.format(
            before=each.set_up_old if old else each.set_up,
            call=(each.old or each.now) if old else each.now, small=each.small, large=each.large,
        )  # fmt: skip
        text, _, _ = run(tree, ["-c", program], folder)
        found = next((line.split()[1:] for line in text.splitlines() if line.startswith("found ")), None)
        return (float(found[0]), float(found[1])) if found else None


def told(found: tuple[float, float] | None) -> str:
    """A cell of the table."""
    return "ended" if found is None else f"{found[0]:.2f} s, {found[1]:.0f} MB"


def main() -> None:
    """Print the table, a line for each call as it comes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("--only", nargs="*", default=[""], help="calls that have one of these words in their name")
    options = parser.parse_args()
    print("| what | 0.1.0 | now | times as fast |\n|---|---|---|---|")
    for each in (*CALLS, *COMMANDS):
        if not any(words in each.what for words in options.only):
            continue
        before, now = measured(options.old.resolve(), each), measured(ROOT, each)
        ratio = f"{before[0] / max(now[0], 1e-3):.1f}" if before and now else ""
        size = (
            f", {each.large:,}" if isinstance(each, Call) and each.large >= 600 and "schedules" not in each.what else ""
        )
        print(f"| {each.what}{size} | {told(before)} | {told(now)} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
