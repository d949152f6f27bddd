"""How often the joint test of the specification curve rejects where nothing changed.

Run ``python benchmarks/specification_size.py [panels]``; its table stands in docs/specification-size.md.
"""

import sys

import numpy as np
import pandas as pd

from trends.chance import specifications
from trends.chance.dependence import simulate_counts
from trends.chance.nullpanels import joint_test_of_median, source_nulls
from trends.chance.specifications import Specification, Ways, fit_all, shown_beyond_doubt, specifications_around
from trends.counts.panel import Panel
from trends.periods import span

# Variance and autocorrelation of the latent rate, log-normal; sd .5 on the log scale is a variance of .28.
KINDS = {
    "Poisson": (0.0, 0.0),
    "overdispersed, variance .2": (0.2, 0.0),
    "latent AR(.3), sd .5": (0.28, 0.3),
    "latent AR(.5), sd .5": (0.28, 0.5),
}
LENGTHS = (36, 96)
PROVINCES, SHARES = list("ABCDE"), np.array([0.4, 0.25, 0.2, 0.1, 0.05])
DRAWS, MEAN, LIMIT = 199, 10.0, 60


def made(rng, n, omega, rho):
    """Two sources of one world without a change, all events and a kind of them, in five provinces."""
    index = span("2013-01", str(pd.Period("2013-01", "M") + n - 1), "M")
    factor = simulate_counts(np.full(n, 1e6), np.array([omega]), np.array([rho]), np.arange(n), rng)[0] / 1e6
    every = rng.poisson((MEAN * factor)[:, None] * SHARES)
    tables = {"all": every, "kind": rng.binomial(every, 0.7)}
    return {name: Panel(pd.DataFrame(table * 1.0, index, PROVINCES)) for name, table in tables.items()}


def choices(main):
    """All kinds of choices that a claim has."""
    return {
        "source": ("kind",),
        "frequency": ("Q",),
        "first": (main.first + 6,),
        "family": ("NB2",),
        "season": (None, 2),
        "ramadan": (True,),
        "trend": (False,),
        "at": (main.at - 1, main.at + 1),
        "without": tuple(PROVINCES),
    }


def remembered(build):
    """The same designs, built once for all panels of a length."""
    kept = {}

    def of(index, spec):
        key = (index[0], len(index), *spec.design)
        if key not in kept:
            kept[key] = build(index, spec)
        return kept[key]

    return of


def pvalue(panels, rng) -> float:
    """The p-value of the joint test, as `trends.chance.curve.specification_curve` comes to it."""
    ways, index = Ways(panels), panels["all"].index
    at = index[2 * len(index) // 3]
    main = Specification("all", "M", index[0], "quasi-Poisson", "calendar", False, True, at)
    others = choices(main)
    beyond = shown_beyond_doubt(ways, main)
    for name, bare in (("season", None), ("trend", False)):
        if name in beyond:
            others[name] = tuple(value for value in others[name] if value is not bare)
    nulls, _ = source_nulls(ways, main)
    others["source"] = tuple(name for name in others["source"] if name in nulls)
    fitted = fit_all(ways, specifications_around(main, others, LIMIT))
    return joint_test_of_median(ways, main, fitted, nulls, draws=DRAWS, rng=rng).pvalue


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    rng, specifications.expected_design = np.random.default_rng(2020), remembered(specifications.expected_design)
    print("# The joint test of the specification curve\n")
    print(
        f"Made by `benchmarks/specification_size.py {runs}`: {runs} simulated panels a cell without a change, {DRAWS}"
    )
    print(f"simulated panels for every p-value, nominal 5 % (standard error {np.sqrt(0.05 * 0.95 / runs):.3f}). Two")
    print(f"sources, five provinces, {MEAN:g} incidents a month, all choices, at most {LIMIT} specifications.\n")
    print("| counts | " + " | ".join(f"{n} months" for n in LENGTHS) + " |")
    print("|---|" + "---|" * len(LENGTHS))
    for name, kind in KINDS.items():
        cells = []
        for n in LENGTHS:
            found = [pvalue(made(rng, n, *kind), rng) <= 0.05 for _ in range(runs)]
            cells.append(f"{np.mean(found):.3f}")
            print(f"{name}, {n} months: {cells[-1]}", file=sys.stderr, flush=True)
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
