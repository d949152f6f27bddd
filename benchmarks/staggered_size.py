"""How often the randomisation test of a dose rejects without an effect, and how often its interval holds the truth.

Run ``python benchmarks/staggered_size.py [panels]``; its tables stand in docs/staggered-size.md.
"""

import sys

import numpy as np

from trends.models.provinces.staggered.calibrated import calibrate_dose
from trends.models.provinces.staggered.randomisation import (
    Experiment,
    dose_effect,
    expected_without,
    invert,
    statistics,
    two_tails,
)
from trends.models.provinces.staggered.schedules import rearranged
from trends.models.provinces.staggered.twoway import fit_twoway

KINDS = {
    "Poisson": {},
    "common shock, sd .5, autocorrelation .5": {"common": 0.5},
    "negative binomial, size 5": {"size": 5},
    "common .5 and own .3, autocorrelation .5": {"common": 0.5, "own": 0.3},
    "common .5 and own .5, autocorrelation .5": {"common": 0.5, "own": 0.5},
    "own .5, autocorrelation .7, size 10": {"own": 0.5, "rho": 0.7, "size": 10},
    "common .3, own .1 (smallest province) to .7 (largest), autocorrelation .5": {"common": 0.3, "own": (0.1, 0.7)},
    "common .3, own .7 (smallest province) to .1 (largest), autocorrelation .5": {"common": 0.3, "own": (0.7, 0.1)},
}
SHAPES = ((10, 4, 36, 24), (18, 4, 36, 27))
PICKED = ("at random", "the largest", "the smallest")


def walk(rng, rows, length, rho):
    """Stationary AR(1) series with standard deviation 1, one a row."""
    noise = rng.standard_normal((rows, length))
    for t in range(1, length):
        noise[:, t] = rho * noise[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return noise


def panel(rng, shape, picked, effect=0.0, common=0.0, own=0.0, rho=0.5, size=None):
    """Provinces whose levels are log-normal (median 4.5, sd .8), some of them reached at one date."""
    provinces, reached, length, start = shape
    levels = np.sort(np.exp(rng.normal(1.5, 0.8, provinces)))
    rising = np.arange(provinces)
    order = {"at random": rng.permutation(rising), "the largest": rising[::-1], "the smallest": rising}[picked]
    levels, own = levels[order], (np.linspace(*own, provinces) if isinstance(own, tuple) else own + 0.0 * rising)[order]
    dose = np.zeros((provinces, length))
    dose[:reached, start:] = 1
    shocks = own[:, None] * walk(rng, provinces, length, rho) + common * walk(rng, 1, length, rho)
    rate = levels[:, None] * np.exp(shocks + effect * dose)
    counts = rng.poisson(rate if size is None else rate * rng.gamma(size, 1 / size, rate.shape)).astype(float)
    kept = counts.sum(axis=1) > 0
    counts, dose = counts[kept], dose[kept]
    return Experiment(counts, np.ones(counts.shape), rearranged(dose, np.full(len(dose), True), 199, rng))


def clustered(one):
    """Whether the two-way fit with errors clustered by province rejects by its textbook test."""
    fit = fit_twoway(one.counts, one.dose[None])
    return abs(fit.params[0]) > 1.96 * np.sqrt(fit.covariance[0, 0])


def pvalues(one, rng):
    """The p-value by randomisation alone, and calibrated."""
    values = statistics(one, 0.0)
    return two_tails(values), calibrate_dose(one, 199, rng).pvalue(values)


def sizes(runs, rng):
    """The table of rejections, a row a kind and shape."""
    heads = [f"{way}, {picked}" for way in ("calibrated", "randomisation alone") for picked in PICKED]
    print("| counts | provinces reached, periods | " + " | ".join(heads) + " | clustered errors, at random |")
    print("|---|---|" + "---|" * 7)
    for name, kind in KINDS.items():
        for shape in SHAPES:
            cells = []
            for picked in PICKED:
                panels = [panel(rng, shape, picked, **kind) for _ in range(runs)]
                cells.append(np.mean([np.array(pvalues(one, rng)) <= 0.05 for one in panels], axis=0))
                if picked == "at random":
                    textbook = np.mean([clustered(one) for one in panels])
            said = " | ".join(f"{cell:.3f}" for cell in (*np.array(cells)[:, ::-1].T.ravel(), textbook))
            print(f"| {name} | {shape[1]} of {shape[0]}, {shape[2]} | {said} |", flush=True)


def coverage(runs, rng):
    """The table of intervals at 90 % around a rate ratio of 2, provinces reached at random."""
    print("| counts, 3 of 12 provinces, 24 periods | 90 % interval holds 2 | median bounds |")
    print("|---|---|---|")
    for name, kind in KINDS.items():
        bounds = []
        for _ in range(runs):
            one = panel(rng, (12, 3, 24, 16), "at random", np.log(2), **kind)
            estimate = dose_effect(one.counts, expected_without(one.counts, one.exposure, one.dose), one.dose)
            bounds.append(invert(one, estimate, 0.1, calibrate_dose(one, 199, rng).critical(0.1)))
        lower, upper = np.exp(bounds).T
        held = np.mean((lower <= 2) & (upper >= 2))
        print(f"| {name} | {held:.3f} | {np.median(lower):.2f} to {np.median(upper):.2f} |", flush=True)


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("# The randomisation test of a dose\n")
    print(
        f"Made by `benchmarks/staggered_size.py {runs}`: {runs} simulated panels a cell without any effect, nominal 5 %"
    )
    print(f"(standard error {np.sqrt(0.05 * 0.95 / runs):.3f}). Levels of the provinces are log-normal with sd .8.")
    print(
        "A claim rests on the calibrated test (`trends.models.provinces.staggered.calibrated`), 199 panels a p-value.\n"
    )
    sizes(runs, np.random.default_rng(2020))
    print(f"\nIntervals, {runs // 4} panels a row:\n")
    coverage(runs // 4, np.random.default_rng(2021))
