"""All placebo fits of synthetic controls, against a loop of scipy's SLSQP in one run, and against pysyncon.

Run ``OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/synthetic.py``. With the path of a Python that has
pysyncon (1.7) as an argument, its fit to the same counts (each period in units of its standard deviation) is timed in a
process of that Python.
"""

import subprocess
import sys
import time

import numpy as np
from scipy.optimize import minimize

from trends.models.provinces.synthetic.methods import COUNT_METHODS, Outcome, date_test, method_weights, placebo_gaps
from trends.models.provinces.synthetic.simplex import unit_weights

SIZES = ((19, 24), (19, 87), (40, 120))
_THEIRS = """
import sys, time
import numpy as np, pandas as pd
from pysyncon import Synth
values = np.random.default_rng(1).poisson(10, ({periods}, {units})).astype(float)
spent = []
for unit in range({units}):
    others = pd.DataFrame(np.delete(values, unit, axis=1)).add_prefix("unit ")
    own = pd.Series(values[:, unit], name="own")
    start = time.perf_counter()
    Synth().fit(X0=others, X1=own, Z0=others, Z1=own, custom_V=np.ones({periods}))
    spent.append(time.perf_counter() - start)
print(sum(spent))
"""


def made(units, periods):
    """Counts without any structure: the hardest to match."""
    return np.random.default_rng(1).poisson(10, (periods, units)).astype(float)


def slsqp(values):
    """The weights of all others for each unit by scipy's SLSQP with its gradient, one unit after the other."""
    found = np.zeros((values.shape[1],) * 2)
    total = {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like}
    for unit in range(values.shape[1]):
        others = np.arange(values.shape[1]) != unit
        donors, target = values[:, others], values[:, unit]
        size = len(target) * target.var()
        begin = np.full(others.sum(), 1 / others.sum())
        fit = minimize(
            lambda w, donors=donors, target=target, size=size: ((target - donors @ w) ** 2).sum() / size,
            begin,
            jac=lambda w, donors=donors, target=target, size=size: 2 * donors.T @ (donors @ w - target) / size,
            bounds=[(0, 1)] * len(begin),
            constraints=[total],
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 1000},
        )
        found[unit, others] = fit.x
    return found


def seconds(call, times):
    """The shortest of some runs, after one to warm up, and what came out."""
    found, spent = call(), []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return min(spent), found


def gaps(values, weights):
    """The sums of squared gaps of all units."""
    return ((values - values @ weights.T) ** 2).sum(axis=0)


def fits(theirs):
    """A table of the time all fits take, and by how much ours are worse at most."""
    print("| units x periods | ours | SLSQP | times as fast | pysyncon | times as fast | squared gaps, ours / SLSQP |")
    print("|---|---|---|---|---|---|---|")
    for units, periods in SIZES:
        values = made(units, periods)
        mine, weights = seconds(lambda values=values, units=units: unit_weights(values, range(units)), 20)
        loop, reference = seconds(lambda values=values: slsqp(values), 2)
        worst = (gaps(values, weights) / gaps(values, reference)).max() - 1
        cells = "- | -"
        if theirs:
            script = _THEIRS.format(units=units, periods=periods)
            done = subprocess.run([theirs, "-c", script], capture_output=True, text=True, check=True)
            cells = f"{float(done.stdout):.2f} s | {float(done.stdout) / mine:.0f}"
        row = f"{1e3 * mine:.2f} ms | {1e3 * loop:.0f} ms | {loop / mine:.0f} | {cells} | 1 {worst:+.0e}"
        print(f"| {units} x {periods} | {row} |", flush=True)


def tests():
    """The time of the weights and of both p-values of 19 units, 96 months, by method."""
    values, after = made(19, 96), np.arange(96) >= 87
    outcome = Outcome(values, np.ones_like(values), after, True)
    for method in COUNT_METHODS:

        def both(method=method):
            weights = method_weights(outcome, method, range(19), ~after)
            return placebo_gaps(outcome, method, weights).pvalue(1.0), date_test(outcome, method, 0.0)

        spent, _ = seconds(both, 10)
        print(f"all placebos of 19 units x 96 months, over provinces and over dates, {method}: {1e3 * spent:.1f} ms")


if __name__ == "__main__":
    fits(sys.argv[1] if len(sys.argv) > 1 else None)
    tests()
