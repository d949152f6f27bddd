"""The same simulated series in worlds one step apart: what the probabilities of a change and of a new level are worth.

    nice python -m benchmarks.ladder_worlds RESULTS.csv --studies 1000

A study is a window of 48 months of a country of the world's table; from month 37 on, for good or for six months, its
rate is another, incidents being left out. It is asked as it is, as the engine learned from such series; as a counter
of a fourth of four times as many incidents has it; with the drift of counters on top; with bursts in reporting
besides; and with reporting that collapses by half with month 37. A row a world and question goes into RESULTS, which
`benchmarks.ladder_studies` puts on its page by `--worlds`.
"""

import argparse
from math import log
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.ladder_page import worlds_table
from benchmarks.ladder_studies import AT, BEHIND, COMMON, MONTHS, RATIOS, SPAN, STUDIED, drifting, window_of
from trends import periods
from trends.chance.drift import learned_drift
from trends.chance.known_change import WIDTH
from trends.chance.questions import effect, lasting
from trends.counts.series import CheckedSeries, checked_series

SEED = 20261130
#: Share of the incidents behind each that its counter sees.
SEEN = 0.25
#: Months of a change that passes where it is asked whether it did.
PASSING = 3
HEAD = ["study", "country", "ratio", "for good", "world", "question", "probability", "true"]
_LABELS = [periods.label_of(each) for each in pd.period_range(STUDIED, periods=MONTHS, freq="M")]
_FEWEST = 6


def thinned(base: np.ndarray, ratio: float, months: int | None, rng: np.random.Generator) -> np.ndarray:
    """Counts whose rate is ``ratio`` times what it was from month 37 on, for ``months`` or for good, shape (48,)."""
    place = np.arange(MONTHS)
    changed = (place >= AT) & ((place < AT + months) if months else True)
    kept = np.where(changed, min(ratio, 1.0), min(1 / ratio, 1.0)) if ratio < 1 else np.where(changed, 1.0, 1 / ratio)
    return rng.binomial(base.astype(int), kept).astype(float)


def seen(own: np.ndarray, country: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """What is counted of a series in each world, shape (48,)."""
    happened, process = rng.poisson(BEHIND * own).astype(float), learned_drift(country)
    rate = SEEN * float(happened.mean())
    paths = drifting(process, rate, rng), drifting(process, rate, rng)
    path = np.sqrt(1 - COMMON) * paths[0] + np.sqrt(COMMON) * paths[1]
    bursts, collapse = path.copy(), path.copy()
    bursts[rng.random(MONTHS) < 0.1] += rng.choice([-1, 1]) * log(3)
    collapse[AT:] += log(0.5)
    found = {"as it is": own, "a constant share": rng.poisson(SEEN * happened)}
    for name, drift in (("drift", path), ("bursts", bursts), ("collapse", collapse)):
        found[name] = rng.poisson(SEEN * happened * np.exp(drift))
    return {name: counts.astype(float) for name, counts in found.items()}


def _series(counts: np.ndarray) -> CheckedSeries:
    return checked_series(counts, first=STUDIED, freq="M")


def rows_of(number: int) -> list[tuple[object, ...]]:
    """The answers on one study, a row a world and question."""
    rng = np.random.default_rng([SEED, number])
    country, base = window_of(rng)
    ratio = float(rng.choice([each for each in RATIOS if each != 1]))
    good = bool(rng.random() < 0.5)
    of = (number, country, ratio, good)
    first, later, end = _LABELS[AT], _LABELS[AT + SPAN], _LABELS[-1]
    between = np.zeros(MONTHS)
    between[AT : AT + SPAN] = 1.0
    rows: list[tuple[object, ...]] = []
    for world, counts in seen(thinned(base, ratio, None if good else SPAN, rng), country, rng).items():
        if counts[:AT].sum() < _FEWEST:
            continue
        change = effect(_series(counts), first, _LABELS[AT + SPAN - 1], without=country)
        rows.append((*of, world, "change", change.ratio.at_least(1.0), float(ratio > 1)))
        if good:
            known = ((between, WIDTH**2),)
            level = effect(_series(counts), first, end, since=later, known=known, without=country)
            rows.append((*of, world, "lasting", level.ratio.at_least(1.0), float(ratio > 1)))
    counts = thinned(base, ratio, None if good else PASSING, rng)
    if counts[:AT].sum() >= _FEWEST:
        early = effect(_series(counts), first, _LABELS[AT + PASSING - 1], without=country)
        there = lasting(early, _LABELS[AT + PASSING], early.series.index[-1])
        rows.append((*of, "as it is", "still there", there, float(good)))
    return rows


def main() -> None:
    """Write the rows of the studies, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="file of results that is made")
    parser.add_argument("--studies", type=int, default=1000, help="how many")
    chosen = parser.parse_args()
    rows = [row for number in range(chosen.studies) for row in rows_of(number)]
    found = pd.DataFrame(rows, columns=HEAD)
    found.to_csv(chosen.results, index=False)
    print(worlds_table(found).to_string())


if __name__ == "__main__":
    main()
