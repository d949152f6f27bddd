"""A full calibration: the calibrated test of change, in full, on thousands of panels without a change.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python benchmarks/full_calibration.py [--panels 2000] [--draws 999]

Panels of 36 quarters with trend, season, overdispersion and an autocorrelation of .3; each has its own null fitted and
its test simulated from it, 999 series and once more from each of these. Wall time with one process and with two, and
that both find the same. Fewer panels or draws are extrapolated in the last line, and said to be.
"""

import argparse
import time

import numpy as np

from trends.chance.calibration import try_panels
from trends.chance.change import ask
from trends.chance.dependence import simulate_counts

FULL = 2000, 999


def problem(panels, n=36):
    t = np.arange(n)
    season = [t % 4 == quarter for quarter in (1, 2, 3)]
    exog = np.column_stack([np.ones(n), (t - n / 2) / n, *season, t >= 2 * n // 3]).astype(float)
    mean = 10 * np.exp(exog[:, 1:5] @ [0.3, 0.15, -0.2, 0.1])
    omega, rho = np.full(panels, 0.28), np.full(panels, 0.3)
    return ask(np.ones(n), exog, 5), simulate_counts(mean, omega, rho, t, np.random.default_rng(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", type=int, default=FULL[0])
    parser.add_argument("--draws", type=int, default=FULL[1])
    options = parser.parse_args()
    question, counts = problem(options.panels)
    seen = []
    for jobs in (1, 2):
        start = time.perf_counter()
        seen.append((try_panels(question, counts, draws=options.draws, rng=2, jobs=jobs), time.perf_counter() - start))
    (alone, slow), (pair, quick) = seen
    same = np.array_equal(alone.pvalues, pair.pvalues)
    rate, error = alone.rejected, alone.error(alone.rejected)
    print(f"{options.panels:,} panels, {options.draws} draws: {slow:.1f} s by one process, {quick:.1f} s by two")
    print(f"the same by both: {same}")
    print(f"false alarms {100 * rate:.1f} % (standard error {100 * error:.1f}), coverage {100 * alone.coverage:.1f} %")
    if (options.panels, options.draws) != FULL:
        share = FULL[0] / options.panels * FULL[1] / options.draws
        print(f"extrapolated to {FULL[0]:,} panels and {FULL[1]} draws: {slow * share:.0f} s and {quick * share:.0f} s")


if __name__ == "__main__":
    main()
