"""Learn how sharply a turn is dated on real series: trends/chance/date_power.csv.

Run ``python -m benchmarks.real_dates EVENTS`` on a file of incidents with a date, a country and coordinates (csv or
parquet). Changes by 2, 3 and 5, up in one window and down in the next, are put into windows of real series by leaving
incidents out at random; then their dates are asked for, beside a claimed window that holds the date and beside one that
is displaced, so that the date may lie anywhere in what is looked at. Posteriors under each power of the likelihood of a
date (`trends.chance.turning.date_posteriors`) are kept in a folder, a file for each length, and what is there is not
done again. The power of each frequency is the largest with which the shortest runs of 95 % hold .95 of the dates, in
the mean of the cells; it is learned without each fold of the countries, and from all. Printed is what they hold, and
how often windows are confirmed, each country under the power that was learned without it; then the same of the
countries held out.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.real_trials import CALLED, DATES, asked, step
from benchmarks.real_windows import RealWindow, half_of, real_windows, thinned
from benchmarks.scan_turns import head, row
from trends.chance.prior import FOLDS, fold_of
from trends.chance.scan import scan_changes, shortest_run
from trends.chance.shapes import EDGE
from trends.chance.turning import NEIGHBOURHOOD, date_posteriors, level_draws, looked_at, probability_begun
from trends.periods import PER_YEAR

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "trends" / "chance" / "date_power.csv"
#: Lengths with their frequency, and every how manieth window is asked: a hundred of each.
LENGTHS = {(24, "M"): 30, (36, "M"): 18, (60, "M"): 10, (96, "M"): 8, (24, "Q"): 13, (36, "Q"): 8}
RATIOS = (1.0, 2.0, 3.0, 5.0)
POWERS = np.array([0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 1.0])
#: Share of the dates put in that their 95 % runs are to hold.
HELD = 0.95
DRAWS = 400
HEAD = (
    "# Power of the likelihood of a date, learned on dates put into real series (UCDP GED 21.1, CC BY 4.0), without "
    "each fold of the countries (-1: from all). Made by benchmarks/real_dates.py.\n"
)


class Dated(NamedTuple):
    """What one window says of one date, under one power.

    ``held`` is whether the 95 % run holds the date, ``length`` its share of the dates looked at, ``began`` the
    probability of the claimed window of three periods, ``right`` whether it holds the date.
    """

    country: str
    ratio: float
    rise: bool
    displaced: bool
    right: bool
    power: float
    held: bool
    length: float
    began: float


def _claims(n: int, date: int, around: int, rng: np.random.Generator) -> tuple[int, int]:
    """The middles of two claimed windows: the date itself, and one beside which the date may lie anywhere."""
    fit = []
    for middle in range(1, n - 1):
        first, last = looked_at((middle - 1 - around, middle + 1 + around), n)
        if first + EDGE <= date <= last + 1 - EDGE:
            fit.append(middle)
    return date, int(rng.choice(fit))


def dated(window: RealWindow, i: int, per_year: float) -> list[Dated]:
    """The dates of every ratio in one window, under every power."""
    n, found = len(window.counts), []
    date, around = round(n * DATES[i // 2 % len(DATES)]), round(NEIGHBOURHOOD * per_year / 12)
    for ratio in RATIOS:
        direction = 1 if i % 2 else -1
        rng = np.random.default_rng([n, date, i, int(ratio)])
        counts = thinned(window.counts, step(n, date, ratio**direction), rng)
        if not asked(counts, date):
            continue
        scan = scan_changes(counts, prior=window.prior, per_year=per_year)
        course = level_draws(scan, DRAWS, np.random.default_rng(i))
        for displaced, middle in enumerate(_claims(n, date, around, rng)):
            first, last = looked_at((middle - 1 - around, middle + 1 + around), n)
            near = slice(max(middle - 1 - first, EDGE), min(middle + 2, last + 2 - EDGE) - first)
            share = max(near.stop - near.start, 0) / (last - first + 2 - 2 * EDGE)
            part = course[:, first : last + 1]
            posteriors, _ = date_posteriors(part, POWERS, direction=direction, per_year=per_year)
            for power, posterior in zip(POWERS, posteriors, strict=True):
                low, high = shortest_run(posterior)
                length = (high - low + 1) / (last - first + 2 - 2 * EDGE)
                began = probability_begun(float(posterior[near].sum()), share)
                right = abs(middle - date) <= 1
                held = first + low <= date <= first + high
                found.append(
                    Dated(window.country, ratio, direction > 0, bool(displaced), right, power, held, length, began)
                )
    return found


def learned(found: pd.DataFrame) -> float:
    """The largest power with which the runs hold `HELD` of the dates, every length, ratio and way of claiming alike."""
    changed = found[found["ratio"] > 1]
    cells = changed.groupby(["power", "periods", "ratio", "displaced"])["held"].mean()
    share = np.minimum.accumulate(cells.groupby("power").mean().sort_index().to_numpy())
    return float(np.interp(-HELD, -share, POWERS))


def told(found: pd.DataFrame, powers: dict[int, float]) -> pd.DataFrame:
    """What was measured under the power nearest to that which was learned without each country."""
    nearest = {fold: POWERS[np.abs(POWERS - power).argmin()] for fold, power in powers.items()}
    own = np.array([nearest[fold_of(country)] for country in found["country"]])
    return found[found["power"] == own]


def report(found: pd.DataFrame) -> None:
    """A row for each length and ratio."""
    head("freq", "periods", "ratio", "windows", "held", "held, displaced", "length", "confirmed", "confirmed elsewhere")
    for (freq, periods, ratio), part in found.groupby(["freq", "periods", "ratio"]):
        own, other = part[~part["displaced"]], part[part["displaced"]]
        nothing = ratio == 1
        held = ("", "") if nothing else (float(own["held"].mean()), float(other["held"].mean()))
        wrong = other["began"] if nothing else other.loc[~other["right"], "began"]
        alarms = float((own["began"] >= CALLED).mean()), float((wrong >= CALLED).mean())
        row(freq, periods, ratio, len(own), *held, float(own["length"].mean()), *alarms)


def main() -> None:
    """Measure, learn and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "real-dates", help="where posteriors are kept")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for (n, freq), every in LENGTHS.items():
        file = chosen.folder / f"{n}{freq}-{every}.csv"
        if not file.is_file():
            rows = []
            for i, window in enumerate(real_windows(chosen.events, n, freq)[::every]):
                rows += dated(window, i, float(PER_YEAR[freq]))
            pd.DataFrame(rows).assign(freq=freq, periods=n).to_csv(file, index=False)
        parts.append(pd.read_csv(file))
    found = pd.concat(parts, ignore_index=True)
    fold = found["country"].map({country: fold_of(country) for country in found["country"].unique()})
    lines, seen = ["freq,fold,windows,power"], []
    for freq, part in found.groupby("freq"):
        powers = {}
        for without in (-1, *range(FOLDS)):
            used = part[fold[part.index] != without]
            powers[without] = learned(used)
            windows = int((~used["displaced"] & (used["ratio"] == 1) & (used["power"] == POWERS[0])).sum())
            lines.append(f"{freq},{without},{windows},{powers[without]:.3f}")
        seen.append(told(part, powers))
    whole = pd.concat(seen, ignore_index=True)
    report(whole)
    report(whole[whole["country"].map(half_of) == 1])
    TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
