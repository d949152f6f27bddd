"""Error rates of changes, dates, trends, seasons and forecasts on real windows at dates of no known event.

Run ``python -m benchmarks.scan_nulls EVENTS [--lengths 36,60,96]`` on a file of incidents with a date, a country and
coordinates (csv or parquet); it prints the tables of docs/scan-nulls.md. The prior of each window is the
shipped one that was made without its country.
"""

import argparse
from dataclasses import dataclass

import duckdb
import numpy as np

from trends.chance.course import growth, season
from trends.chance.known_change import known_change
from trends.chance.predictive import predict_total
from trends.chance.prior import LevelPrior, fold_of, level_prior
from trends.chance.scan import odds_of_change, scan_changes
from trends.chance.shapes import SHAPES, candidates, shape_column
from trends.chance.turning import turning_point
from trends.chance.weighing import working_level

FIRST_YEAR, MONTHS = 1989, 384
KNOWN = (
    "months",
    "placebo span",
    "ratio",
    "windows",
    "found",
    "covered",
    "rise at .95",
    "fall at .95",
    "half-width",
)
DATES = (
    "months",
    "ratio",
    "windows",
    "change at all, even odds",
    "at odds of the others",
    "at the default odds",
    "interval covers",
    "mode within 1",
    "claimed window above .5",
    "turn: interval covers",
    "turn: mode within 1",
    "turn: window above .5",
    "turn: window at least .8",
)


@dataclass(frozen=True)
class WindowOfSeries:
    """Counts of one country or cell over some months, and the fold of the country."""

    counts: np.ndarray
    fold: int
    prior: LevelPrior


def windows(file: str, n: int, cells: int = 2) -> list[WindowOfSeries]:
    """Windows that do not overlap, of countries and their busiest cells of two degrees, 2 to 50 incidents a month."""
    rows = (
        duckdb.connect()
        .execute(
            f"SELECT country, CAST(floor(latitude / 2) AS INT), CAST(floor(longitude / 2) AS INT), "
            f"12 * (year(CAST(date_start AS DATE)) - {FIRST_YEAR}) + month(CAST(date_start AS DATE)) - 1, count(*) "
            f"FROM '{file}' GROUP BY ALL ORDER BY ALL"
        )
        .fetchall()
    )
    totals: dict[str, np.ndarray] = {}
    parts: dict[str, dict[tuple[int, int], np.ndarray]] = {}
    for country, latitude, longitude, month, count in rows:
        totals.setdefault(country, np.zeros(MONTHS))[month] += count
        parts.setdefault(country, {}).setdefault((latitude, longitude), np.zeros(MONTHS))[month] += count
    found = []
    first = MONTHS % n // 2
    for country in sorted(totals):
        fold, prior = fold_of(country), level_prior(n, without=country)
        busiest = sorted(parts[country].items(), key=lambda cell: (-cell[1].sum(), cell[0]))[:cells]
        for series in [totals[country], *(counts for _, counts in busiest)]:
            for start in range(first, MONTHS - n + 1, n):
                counts = series[start : start + n]
                if 2 <= counts.mean() <= 50 and (counts > 0).mean() >= 0.25:
                    found.append(WindowOfSeries(counts, fold, prior))
    return found


def thinned(counts: np.ndarray, column: np.ndarray, ratio: float, rng: np.random.Generator) -> np.ndarray:
    """Incidents left out at random, so that the rate is ``ratio`` times as large where the column is 1."""
    return rng.binomial(counts.astype(int), np.exp((column - 1) * np.log(ratio))).astype(float)


def row(*parts: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(f"{p:.3f}" if isinstance(p, float) else str(p) for p in parts) + " |", flush=True)


def head(*names: str) -> None:
    """Print the head of a table."""
    print()
    row(*names)
    print("|" + "---|" * len(names))


def measure_known(found: list[WindowOfSeries], n: int) -> None:
    """A change at a known date: false alarms, power and coverage."""
    step, *_ = SHAPES
    gradual = next(shape for shape in SHAPES if shape.name == "ramp of 6")
    cases = [
        ("to the end, from three quarters", n * 3 // 4, n - 1, step),
        ("to the end, from the middle", n // 2, n - 1, step),
        ("three months in the middle", n // 2, n // 2 + 2, step),
        ("one month in the middle", n // 2, n // 2, step),
        ("to the end, ramp of 6 from the middle", n // 2, n - 1, gradual),
    ]
    for name, date, last, shape in cases:
        for ratio in (1.0, 2.0, 3.0):
            column = shape_column(n, shape, date) * (np.arange(n) <= last)
            true = np.log(ratio) * column[date : last + 1].mean()
            results = []
            for i, each in enumerate(found):
                counts = thinned(each.counts, column, ratio, np.random.default_rng([n, date, last, i]))
                if counts[:date].sum() >= 3 and counts.sum() >= 10:
                    posterior = known_change(counts, date, (date, last), prior=each.prior).log_ratio
                    p, low, high = posterior.below(0.0), *posterior.interval()
                    results.append((min(p, 1 - p) < 0.025, low <= true <= high, p < 0.05, p > 0.95, (high - low) / 2))
            rates = np.mean(results, axis=0)
            row(n, name, ratio, len(results), *(float(r) for r in rates))


def measure_dates(found: list[WindowOfSeries], n: int) -> None:
    """A change at all, its date, and a claimed window."""
    step, date = SHAPES[0], n // 2
    fold = np.array([each.fold for each in found])
    for ratio in (1.0, 3.0, 5.0):
        factors, results = [], []
        for i, each in enumerate(found):
            counts = thinned(each.counts, shape_column(n, step, date), ratio, np.random.default_rng([n, i]))
            if counts.sum() < 10:
                counts = each.counts
            scan = scan_changes(counts, odds=1.0, prior=each.prior)
            turn = turning_point(scan, np.random.default_rng(i), direction=1 if ratio > 1 else 0)
            inside, _ = turn.window(date - 1, date + 1)
            claimed = scan.window(date - 1, date + 1, 1 if ratio > 1 else 0).probability
            factors.append(scan.log_bayes_factor)
            results.append(
                (
                    scan.interval[0] <= date <= scan.interval[1],
                    abs(scan.mode - date) <= 1,
                    claimed > 0.5,
                    turn.interval[0] <= date <= turn.interval[1],
                    abs(turn.mode - date) <= 1,
                    inside > 0.5,
                    inside >= 0.8,
                )
            )
        factor = np.array(factors)
        if ratio == 1:
            # The odds at which the other countries have 5 in 100 at .95.
            odds = {k: np.log(19) - np.quantile(factor[fold != k], 0.95) for k in np.unique(fold)}
        at_odds = factor + np.array([odds[k] for k in fold])
        row(
            n,
            ratio,
            len(found),
            float((factor > np.log(19)).mean()),
            float((at_odds > np.log(19)).mean()),
            float((factor + np.log(odds_of_change(n)) > np.log(19)).mean()),
            *(float(r) for r in np.mean(results, axis=0)),
        )


def measure_courses(found: list[WindowOfSeries], n: int) -> None:
    """Trend, season, forecast and watch."""
    results, totals = [], []
    for each in found:
        level, _ = working_level(each.counts, candidates(n, ()), prior=each.prior)
        grown = growth(level, 0, n - 1).beyond
        p = grown.below(0.0)
        seasonal = season(level)
        results.append((min(p, 1 - p) < 0.025, seasonal.probability > 0.8, seasonal.probability > 0.95))
        for ahead in (1, 3, 12):
            seen = each.counts[: n - ahead]
            if seen.sum() >= 5:
                future = predict_total(seen, ahead, np.random.default_rng(0), draws=1000, prior=each.prior)
                observed = each.counts[n - ahead :].sum()
                low, high = future.interval()
                chance = future.at_least(observed)
                totals.append((ahead, low <= observed <= high, chance < 0.05, chance < 0.01))
    head("months", "windows", "growth beyond drift at .05", "season above .8", "season above .95")
    row(n, len(found), *(float(r) for r in np.mean(results, axis=0)))
    head("months", "ahead", "windows", "95 % interval covers", "alarms at .05", "alarms at .01")
    for ahead in (1, 3, 12):
        part = np.array([t[1:] for t in totals if t[0] == ahead])
        row(n, ahead, len(part), *(float(r) for r in part.mean(0)))


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    parser.add_argument("--lengths", default="36,60,96")
    parser.add_argument("--every", type=int, default=1, help="take only every window of this number")
    parser.add_argument("--tables", default="known,dates,courses")
    chosen = parser.parse_args()
    tables = chosen.tables.split(",")
    for n in (int(length) for length in chosen.lengths.split(",")):
        found = windows(chosen.events, n)[:: chosen.every]
        print(f"\n## {n} months: {len(found)} windows")
        if "known" in tables:
            head(*KNOWN)
            measure_known(found, n)
        if "dates" in tables:
            head(*DATES)
            measure_dates(found, n)
        if "courses" in tables:
            measure_courses(found, n)


if __name__ == "__main__":
    main()
