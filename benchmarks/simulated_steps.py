"""Steps put into simulated families, beside other methods: docs/simulated-steps.md.

Run ``python -m benchmarks.simulated_steps``. Families are a floor: what holds on them need not hold on real series.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.known_truth.cases import Case
from benchmarks.known_truth.peers import ask_peer
from benchmarks.model_nulls import NULLS, simulate
from benchmarks.real_nulls import markdown
from trends.chance.questions import effect
from trends.counts.series import checked_series

PAGE = Path(__file__).parents[1] / "docs" / "simulated-steps.md"
LENGTHS, MEAN, RATIO = (36, 96), 8.0, 3.0
PEERS = ("interrupted series", "level only", "CausalImpact")
#: Found where the 95 % interval, or z at that level, leaves no change out.
_Z = 1.959964

TEXT = """# Steps in simulated series

Made by `python -m benchmarks.simulated_steps{options}`.

{runs} series of each family and length, of a mean of {mean:g} a month, with a date at two thirds. *False alarms*:
nothing happens at the date. *Power*: the rate is {ratio:g} times as high from it. Either is the share of series in
which a 95 % interval (or a |z| of 1.96) leaves no change out; a share of .05 of {runs} has a standard error of
{se:.3f}. The latent autocorrelations are those of a log-normal AR(1) with standard deviation .5. The last three
families change by themselves, with negative binomial noise (size 5): a wave of a factor of 1.8 either way over the
series, three months at three times the rate that begin six months before the date, and a doubling at a quarter of the
series.

Families are a floor. The engine is made for levels that drift as those of [real series](real-nulls.md) do, and pays for
it on series that do not drift at all.
"""


def courses(n: int, date: int) -> dict[str, np.ndarray]:
    """Log rates that move by themselves, shape (n,), and not at the date."""
    place = np.arange(n)
    return {
        "slow wave": np.log(1.8) * np.sin(2 * np.pi * place / n),
        "a pulse before the date": np.log(3.0) * ((place >= date - 6) & (place < date - 3)),
        "an earlier doubling": np.log(2.0) * (place >= n // 4),
    }


def shares(runs: int, n: int, family: str, ratio: float) -> list[float]:
    """Share of the series of a family in which the package, and each peer, finds a change at the date."""
    date = 2 * n // 3
    own = courses(n, date)
    rng = np.random.default_rng([n, [*NULLS, *own].index(family), round(ratio)])
    rates = MEAN * np.exp(own.get(family, np.zeros(n)) + np.log(ratio) * (np.arange(n) >= date))
    found = []
    for _ in range(runs):
        counts = simulate(rng, rates, **NULLS.get(family, {"size": 5.0}))
        ratio_found = effect(checked_series(counts), str(counts.index[date])).ratio
        case = Case({"freq": "M"}, counts, counts * 0 + 1.0, counts.index[date], None)
        found.append(
            [not ratio_found.low <= 1 <= ratio_found.high, *(abs(ask_peer(name, case).z) >= _Z for name in PEERS)]
        )
    return np.mean(found, axis=0).tolist()


def table(runs: int) -> pd.DataFrame:
    """False alarms and power of each method, a row for each family and length."""
    rows = []
    for family in (*NULLS, *courses(36, 24)):
        for n in LENGTHS:
            both = [shares(runs, n, family, ratio) for ratio in (1.0, RATIO)]
            row = {"family": family, "months": n}
            for name, *pair in zip(("trends", *PEERS), *both, strict=True):
                row[f"{name}: false alarms, power"] = ", ".join(f"{share:.3f}" for share in pair)
            rows.append(row)
    return pd.DataFrame(rows)


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="series of each family and length")
    runs = parser.parse_args().runs
    options = "" if runs == parser.get_default("runs") else f" --runs {runs}"
    text = TEXT.format(options=options, runs=runs, mean=MEAN, ratio=RATIO, se=(0.05 * 0.95 / runs) ** 0.5)
    PAGE.write_text(f"{text}\n{markdown(table(runs))}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
