"""Two-way Poisson panels, cluster bootstraps and randomised schedules, against pyfixest in one run.

Run ``OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 python benchmarks/staggered.py`` on Linux with
pyfixest (0.60) installed. Memory is the highest resident memory during a fit, less what was resident before it, in a
process of its own.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

from trends.counts.panel import Panel
from trends.models.provinces.staggered.model import StaggeredModel
from trends.models.provinces.staggered.randomisation import score_bootstrap
from trends.models.provinces.staggered.twoway import fit_twoway

SIZES = ((19, 40, 15), (300, 120, 7), (3000, 400, 3))


def made(provinces, n_periods):
    """Counts with province and period effects, half of the provinces reached from mid-span on."""
    rng = np.random.default_rng(1)
    first = rng.integers(n_periods // 2, 2 * n_periods, provinces)
    reached = (np.arange(n_periods) >= first[:, None]) * 1.0
    log_rate = rng.normal(0.5, 0.7, (provinces, 1)) + rng.normal(0, 0.3, n_periods) + 0.3 * reached
    return rng.poisson(np.exp(log_rate)).astype(float), reached


def long_table(counts, reached):
    """The same, a cell a row."""
    where = np.indices(counts.shape).reshape(2, -1)
    return pd.DataFrame({"y": counts.ravel(), "x": reached.ravel(), "province": where[0], "period": where[1]})


def fepois(table):
    """pyfixest's fit."""
    fit = pyfixest.fepois("y ~ x | province + period", table, vcov={"CRV1": "province"})
    return fit.coef().iloc[0], fit.se().iloc[0]


def ours(counts, reached):
    """Our fit."""
    fit = fit_twoway(counts, reached[None])
    return fit.params[0], np.sqrt(fit.covariance[0, 0])


def seconds(call, times):
    """The shortest of some runs, after one to warm up, and what came out."""
    found, spent = call(), []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return min(spent), found


def peak(which, provinces, n_periods):
    """Megabytes that a fit adds to the highest resident memory of a fresh process, a small fit having gone before."""
    done = subprocess.run(
        [sys.executable, __file__, which, str(provinces), str(n_periods)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def report_peak(which, provinces, n_periods):
    """What the process of `peak` prints."""
    small, large = made(19, 40), made(provinces, n_periods)
    if which == "pyfixest":
        small, large = (long_table(*small),), (long_table(*large),)
    call = fepois if which == "pyfixest" else ours
    call(*small)
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    call(*large)
    print(memory("VmHWM") - before)


def memory(field):
    """Megabytes of this process, from /proc."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def twoway():
    """Time and memory of the two-way fit with clustered errors."""
    print("| cells | ours | pyfixest | times as fast | ours, MB | pyfixest, MB | difference |")
    print("|---|---|---|---|---|---|---|")
    for provinces, n_periods, times in SIZES:
        counts, reached = made(provinces, n_periods)
        table = long_table(counts, reached)
        mine, found = seconds(lambda counts=counts, reached=reached: ours(counts, reached), 2 * times)
        theirs, reference = seconds(lambda table=table: fepois(table), times)
        memory = [peak(which, provinces, n_periods) for which in ("ours", "pyfixest")]
        print(
            f"| {provinces} x {n_periods} | {1e3 * mine:.2f} ms | {1e3 * theirs:.0f} ms | {theirs / mine:.0f} | "
            f"{memory[0]:.1f} | {memory[1]:.1f} | {abs(found[0] - reference[0]):.0e} |",
            flush=True,
        )


def bootstrap():
    """999 wild bootstraps of the scores against refits on resampled provinces, of which 20 are timed."""
    counts, reached = made(19, 40)
    rng = np.random.default_rng(0)

    def ours_999():
        null = fit_twoway(counts, reached[None], restricted=True)
        return score_bootstrap(null.scores[:, 0], 999, rng)

    mine, _ = seconds(ours_999, 10)
    draws = iter(rng.integers(0, 19, (100, 19)))

    def refit():
        picked = next(draws)
        fepois(long_table(counts[picked], reached[picked]))

    theirs, _ = seconds(refit, 20)
    print(
        f"999 cluster bootstraps at 19 x 40: ours (wild, on scores, no refit) {1e3 * mine:.1f} ms; a loop of fepois on "
        f"resampled provinces {999 * theirs:.0f} s (999 times the quickest of 20): {999 * theirs / mine:,.0f} times"
    )


def randomisation():
    """The p-value over 9,999 drawn schedules, and p-value and interval over the default 1,999."""
    rng = np.random.default_rng(2)
    index = pd.period_range("2018-01", periods=40, freq="M")
    names = [f"P{place}" for place in range(19)]
    panel = Panel(pd.DataFrame(rng.poisson(5.0, (40, 19)).astype(float), index, names))
    schedule = dict(zip(names, index[[26, 26, 27, 28, 30, 33]], strict=False))
    for draws in (9999, 1999):
        start = time.perf_counter()
        fit = StaggeredModel(panel, schedule, draws=draws).fit()
        value = fit.pvalue
        middle = time.perf_counter()
        fit.conf_int()
        end = time.perf_counter()
        print(
            f"{draws:,} schedules: p = {value:.3f} in {middle - start:.2f} s, the interval in {end - middle:.2f} s more"
        )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        report_peak(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        twoway()
        bootstrap()
        randomisation()
