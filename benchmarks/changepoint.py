"""Change-points against their peers, in one run: ``python benchmarks/changepoint.py [quick]``.

Peers that are not installed are named and left out. Ratios above 1 mean that this package is quicker.
"""

import importlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from trends.models.changepoints.model import ChangepointModel
from trends.models.changepoints.posterior import SegmentEvidence, break_posterior
from trends.models.changepoints.pruning import best_breaks
from trends.models.changepoints.segmentation import segment_sums

RNG = np.random.default_rng(4)


def timed(work, repeats=3):
    """The shortest of a few runs in seconds, and what the work gives."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        result = work()
        times.append(perf_counter() - start)
    return min(times), result


def counts_with_breaks(n, each=100):
    rates = 5 * np.exp(RNG.normal(0, 0.7, -(-n // each)))
    return RNG.poisson(np.repeat(rates, each)[:n]).astype(float)


def peer(name):
    """A module, or None after a sentence that it is not there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"  {name} is not installed: no comparison.")
        return None


def against_ruptures(n=1000):
    ruptures = peer("ruptures")
    if ruptures is None:
        return

    class Poisson(ruptures.base.BaseCost):
        """The Poisson cost that ruptures lacks."""

        model, min_size = "", 1

        def fit(self, signal):
            self.signal = signal.reshape(-1, 1)
            self.sums = np.concatenate([[0.0], np.cumsum(signal)])
            return self

        def error(self, start, end):
            total = self.sums[end] - self.sums[start]
            return 2 * (total - total * np.log(total / (end - start))) if total > 0 else 0.0

    counts, penalty = counts_with_breaks(n), 3 * np.log(n)
    best_breaks(counts[:10], np.ones(10), penalty)
    ours, found = timed(lambda: best_breaks(counts, np.ones(n), penalty), 10)
    theirs, other = timed(
        lambda: ruptures.Pelt(custom_cost=Poisson(), min_size=1, jump=1).fit(counts).predict(penalty), 1
    )
    same = found.tolist() == other[:-1]
    print(
        f"  n = {n}: {ours:.5f} s; ruptures, custom cost {theirs:.2f} s: {theirs / ours:.0f} times; same breaks: {same}"
    )


R_SCRIPT = """
args <- commandArgs(trailingOnly = TRUE)
if (!requireNamespace("changepoint", quietly = TRUE)) quit(status = 3)
y <- scan(args[1], quiet = TRUE); p <- as.numeric(args[2])
run <- function() changepoint::cpt.meanvar(
  y, penalty = "Manual", pen.value = p, method = "PELT", test.stat = "Poisson", minseglen = 1)
times <- replicate(3, system.time(fit <- run())["elapsed"])
cat(min(times), changepoint::cpts(fit), "\\n")
"""


def against_r(n):
    if shutil.which("Rscript") is None:
        print("  R is not installed: no comparison with changepoint.")
        return
    counts, penalty = counts_with_breaks(n), 3 * np.log(n)
    ours, found = timed(lambda: best_breaks(counts, np.ones(n), penalty), 5)
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "y.txt", Path(folder) / "run.R"
        np.savetxt(data, counts, fmt="%d")
        script.write_text(R_SCRIPT)
        done = subprocess.run(["Rscript", script, data, str(penalty)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  R's changepoint is not installed: no comparison at n = {n} (ours {ours:.4f} s).")
        return
    seconds, *breaks = done.stdout.split()
    print(
        f"  n = {n}: {ours:.4f} s; R changepoint {seconds} s: {float(seconds) / ours:.1f} times; "
        f"same breaks: {found.tolist() == [int(b) for b in breaks]}"
    )


def linear_time():
    for n in (100_000, 1_000_000):
        for name, counts in (("a break every 100", counts_with_breaks(n)), ("no break", RNG.poisson(5.0, n) * 1.0)):
            ours, found = timed(lambda counts=counts, n=n: best_breaks(counts, np.ones(n), 3 * np.log(n)), 2)
            print(f"  n = {n}, {name}: {ours:.3f} s, {1e6 * ours / n:.2f} microseconds a period, {len(found)} breaks")


def against_rbeast(n=240):
    rates = np.repeat([6.0, 11.0, 4.0], n // 3)
    counts = RNG.poisson(rates).astype(float)
    series = pd.Series(counts, index=pd.period_range("2000-01", periods=n, freq="M"))

    def whole():
        results = ChangepointModel(series).fit()
        return results.number, results.interval(), results.posterior

    def bare_posterior():
        evidence = SegmentEvidence(segment_sums(counts), 1.0, 1 / counts.mean(), 1.0)
        posterior = break_posterior(evidence, 10)
        dates = posterior.dates(int(posterior.number.argmax())).cumsum(1)
        return posterior.anywhere(), (dates < 0.025).sum(1), (dates < 0.975).sum(1)

    bare, _ = timed(bare_posterior, 5)
    ours, _ = timed(whole, 5)
    print(f"  n = {n}: exact posterior with intervals {bare:.4f} s; the whole model, search and criteria {ours:.4f} s")
    rbeast = peer("Rbeast")
    if rbeast is not None:
        options = {"season": "none", "tcp_minmax": [0, 10], "torder_minmax": [0, 0], "quiet": True, "print.progress": 0}
        options |= {"print_param": False, "print_progress": False, "print_warning": False, "ci": True}
        theirs, _ = timed(lambda: rbeast.beast(counts, **options), 3)
        print(
            f"  Rbeast (sampling, Gaussian, piecewise constant, intervals) {theirs:.3f} s: {theirs / bare:.0f} and "
            f"{theirs / ours:.0f} times"
        )


if __name__ == "__main__":
    quick = "quick" in sys.argv
    print("Exact Poisson segmentation against ruptures")
    against_ruptures(300 if quick else 1000)
    print("Exact Poisson segmentation against R's changepoint")
    for length in (1000,) if quick else (1000, 10_000, 100_000):
        against_r(length)
    print("Linear time")
    linear_time()
    print("Exact posterior against Rbeast")
    against_rbeast()
