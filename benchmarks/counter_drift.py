"""Learn how counters drift from pairs of them, and how often a left-out counter is covered: docs/counters.md.

    PYTHONPATH=. python benchmarks/counter_drift.py REFERENCE SIGACTS

REFERENCE is the folder of the monthly counts by country of GTD and RAND, SIGACTS the file of the monthly counts by
governorate. GED is the table that the package ships. It writes trends/chance/counter_drift.csv and docs/counters.md.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binom, invgamma, norm

from trends.chance.counters import Counter, realised, shared_drift
from trends.chance.drift import DriftProcess, Span, smooth, t_kernel, thinning_likelihood
from trends.chance.swings import world_months

ROOT = Path(__file__).parents[1]
GRID = np.arange(-150, 151) * 0.04
SCALES = np.linspace(np.log(0.03), np.log(2.5), 26)
SPANS = ((1, 1), (1, 3), (1, 12), (3, 3), (3, 12), (3, 24), (12, 12), (12, 24))
SIZE = 30.0
QUANTILES = (np.arange(16) + 0.5) / 16
# RAND listed attacks within one country, by its own people, only from then on: before, international ones alone.
RAND_DOMESTIC = pd.Period("1998-01", "M").ordinal
FIELDS = ("sigma", "length", "month", "nu", "exponent", "size")


def monthly(path: Path, unit: str, count: str, first: str, last: str) -> pd.DataFrame:
    """Counts by month and country, zeros where a country is not listed."""
    counts = pd.read_csv(path).pivot(index="period", columns=unit, values=count).fillna(0.0)
    counts.index = pd.PeriodIndex(counts.index, freq="M")
    # As UCDP has them: Gaza and the West Bank are counted with Israel.
    names = {"Yemen": "Yemen (North Yemen)", "West Bank/Gaza": "Israel", "West Bank and Gaza Strip": "Israel"}
    counts = counts.T.groupby(lambda name: names.get(name, name)).sum().T
    return counts.reindex(pd.period_range(first, last, freq="M"), fill_value=0.0)


def sigacts(path: Path) -> pd.DataFrame:
    """Monthly counts of the coalition's record, without the months it did not watch in full."""
    months = pd.read_csv(path).groupby("period").agg(count=("count", "sum"), watched=("exposure", "min"))
    months.index = pd.PeriodIndex(months.index, freq="M")
    return months["count"].where(months.watched >= 1).rename("Iraq").to_frame()


def windows(counts: pd.DataFrame, other: pd.DataFrame, pair: str, least: float = 20.0) -> list[tuple]:
    """Pairs of spans in which both counters recorded at least twenty incidents."""
    found = []
    for unit in counts.columns.intersection(other.columns):
        both = [frame[unit].reindex(counts.index).to_numpy(float) for frame in (counts, other)]
        for months, apart in SPANS:
            one, two = (np.lib.stride_tricks.sliding_window_view(each, months).sum(1) for each in both)
            for start in range(0, len(one) - apart, max(1, months // 3)):
                row = (one[start], one[start + apart], two[start], two[start + apart])
                if np.isfinite(row).all() and min(row[0] + row[1], row[2] + row[3]) >= least:
                    found.append((pair, unit, months, apart, counts.index[0].ordinal + start, *row))
    return found


def collect(reference: Path, record: Path) -> pd.DataFrame:
    """All windows of the three pairs, each country and distance weighing one."""
    ged = world_months()
    gtd = monthly(reference / "gtd_country_month_2012_2015.csv", "country_txt", "attacks", "2012-01", "2015-12")
    rand = monthly(reference / "rand_country_month_1989_2009.csv", "country", "incidents", "1989-01", "2009-12")
    rows = windows(gtd, ged, "GTD and GED") + windows(rand, ged, "RAND and GED")
    rows += windows(sigacts(record), ged, "SIGACTs and GED")
    table = pd.DataFrame(rows, columns="pair unit months apart start a1 a2 b1 b2".split())
    ends = table.start + table.apart + table.months
    table["over_break"] = (table.pair == "RAND and GED") & (table.start < RAND_DOMESTIC) & (ends > RAND_DOMESTIC)
    table["weight"] = 1 / table.groupby(["unit", "pair", "months", "apart"]).start.transform("size")
    return table


def marginals(table: pd.DataFrame) -> np.ndarray:
    """Log likelihood of each window under a normal difference of drifts, by its standard deviation."""
    wide = np.arange(-300, 301) * 0.04
    kernels = np.stack([np.diff(norm.cdf(np.r_[wide - 0.02, wide[-1] + 0.02] / scale)) for scale in np.exp(SCALES)])
    likelihoods = []
    for row in table.itertuples():
        one, two = (thinning_likelihood(*each, 0.0, GRID) for each in ((row.a1, row.a2), (row.b1, row.b2)))
        likelihoods.append(np.convolve(one / one.sum(), two[::-1] / two.sum()))
    return np.log(np.maximum(np.stack(likelihoods) @ kernels.T, 1e-300))


def unpack(parameters: np.ndarray) -> DriftProcess:
    """The process of the parameters that are searched over; above two degrees of freedom a share of variance exists."""
    sigma, length, month = np.exp(parameters[:3])
    values = np.round([sigma, length, month, 2 + np.exp(parameters[3]), parameters[4]], 4)
    return DriftProcess(*(float(each) for each in values), SIZE)


def learn(table: pd.DataFrame, likelihoods: np.ndarray, keep: pd.Series) -> DriftProcess:
    """The process of largest composite likelihood over the windows kept."""
    part, logs = table[keep], likelihoods[keep.to_numpy()]
    rates = [np.clip((part[c + "1"] + part[c + "2"]) / (2 * part.months), 1, 1000).to_numpy() / SIZE for c in "ab"]
    shapes, rows = list(part.groupby(["months", "apart"]).groups), np.arange(len(part))
    which = part.groupby(["months", "apart"]).ngroup().to_numpy()

    def loss(parameters: np.ndarray) -> float:
        bounds = ((-3, 1), (1, 5), (-4, 0), (-5, 3.5), (-0.5, 0.9))
        if any(not low < value < high for value, (low, high) in zip(parameters, bounds, strict=True)):
            return 1e6
        process = unpack(parameters)
        base = np.array([process.scale(Span(0, m), Span(apart, m), SIZE) for m, apart in shapes])[which]
        scale = base * np.sqrt(sum(rate ** (-2 * process.exponent) for rate in rates))
        total = np.zeros(len(part))
        for deviation in np.sqrt(invgamma.ppf(QUANTILES, process.nu / 2, scale=process.nu / 2)):
            place = np.clip((np.log(scale * deviation) - SCALES[0]) / (SCALES[1] - SCALES[0]), 0, 24.999)
            low = place.astype(int)
            total += np.exp(logs[rows, low] * (1 - place + low) + logs[rows, low + 1] * (place - low))
        return -float((np.log(total / 16) * part.weight).sum())

    start = np.array([-1.0, 2.6, -1.5, 0.2, 0.36])
    found = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 400, "xatol": 0.01, "fatol": 0.01})
    return unpack(found.x)


def place(row, process: DriftProcess, swapped: bool) -> float:
    """Where one counter's second count falls in what the other leads to expect."""
    seen, left = (((row.a1, row.a2), (row.b1, row.b2)), ((row.b1, row.b2), (row.a1, row.a2)))[swapped]
    spans = Span(0, row.months), Span(row.apart, row.months)
    scales = [process.scale(*spans, sum(each) / (2 * row.months)) for each in (seen, left)]
    density = smooth(thinning_likelihood(*seen, 0.0, GRID), t_kernel(scales[0], process.nu, 0.04))
    density = np.convolve(density * norm.pdf(GRID, 0, 1.0), t_kernel(scales[1], process.nu, 0.04))
    chances = expit(np.arange(-300, 301) * 0.04)
    below = 0.5 * (binom.cdf(left[1], sum(left), chances) + binom.cdf(left[1] - 1, sum(left), chances))
    return float((density * below).sum() / density.sum())


def coverage(table: pd.DataFrame, processes: dict[str, DriftProcess]) -> pd.DataFrame:
    """Whether the 95 % interval from one counter covers the other, each country by the process that never saw it."""
    quarters = (table.months == 3) & (table.start % 3 == 0)
    years = (table.months == 12) & (table.start % 4 == 0)
    level = DriftProcess(0.5, 31.0, 0.06, 2.3, 0.0, SIZE)
    rows = []
    for row in table[quarters | years].itertuples():
        without = row.pair if row.pair in processes else row.unit
        for swapped in (False, True):
            places = [place(row, each, swapped) for each in (processes[row.unit], processes[without], level)]
            rows.append((row.pair, row.over_break, row.unit, *(0.025 <= each <= 0.975 for each in places)))
    return pd.DataFrame(rows, columns=["pair", "break", "unit", "country", "pair_out", "level"])


def simulate(process: DriftProcess, common: float, ratio: float, kind: str, studies: int, seed: int) -> tuple:
    """Coverage, sure answers, and wrong signs among them, of three media counters that drift as said."""
    rng = np.random.default_rng(seed)
    first, second, covered, sure, wrong = Span(0, 3), Span(3, 3), 0, 0, 0
    for _ in range(studies):
        truth = np.log(ratio) if ratio != 1 else rng.normal(0, 1.0)
        counters, shared = [], shared_drift(first, second, process, common) * rng.standard_t(process.nu)
        for name, rate in zip("ABC", (6.0, 30.0, 300.0), strict=True):
            scale = process.scale(first, second, rate)
            drift = scale * rng.standard_t(process.nu) + shared
            drift += {"as learned": 0.0, "all collapse by half": np.log(0.5), "bursts": 0.0}[kind]
            if kind == "bursts" and rng.random() < 0.1:
                drift += rng.choice([-1, 1]) * np.log(3)
            means = 3 * rate, 3 * rate * np.exp(np.clip(truth + drift, -6, 6))
            counters.append(Counter(name, *(float(each) for each in rng.poisson(means))))
        result = realised(counters, first, second, process=process)
        low, _, high = result.interval()
        covered += low <= np.exp(truth) <= high
        answer = result.overturned_by()
        sure += answer is not None
        wrong += answer is not None and (answer > 1) != (truth > 0)
    return covered / studies, sure / studies, wrong / max(sure, 1)


def write(processes: dict[str, DriftProcess], covered: pd.DataFrame, studies: int) -> str:
    """The page: the process, coverage where it was held out, and simulations."""
    all_pairs = processes[""]
    lines = [
        "# How counters drift",
        "",
        f"Made by `PYTHONPATH=. python benchmarks/counter_drift.py REFERENCE SIGACTS --studies {studies}`.",
        "",
    ]
    lines += ["How much the log share of incidents that one counter sees changes, beyond chance (scale of a t"]
    lines += [
        f"distribution with {all_pairs.nu:.1f} degrees of freedom), by how many incidents a month it records.",
        "",
    ]
    lines += ["| incidents a month | quarter on quarter | quarter, a year on | year on year |", "|---|---|---|---|"]
    for rate in (1, 3, 10, 30, 100, 300, 1000):
        shapes = ((3, 3), (3, 12), (12, 12))
        scales = [all_pairs.scale(Span(0, months), Span(apart, months), rate) for months, apart in shapes]
        lines.append(f"| {rate} | " + " | ".join(f"{each:.2f}" for each in scales) + " |")
    lines += ["", "The process, with pairs left out:", "", "| without | " + " | ".join(FIELDS) + " |", "|---" * 7 + "|"]
    for name, each in processes.items():
        lines.append(f"| {name or 'none'} | " + " | ".join(f"{getattr(each, field):g}" for field in FIELDS) + " |")
    lines += ["", "How often the 95 % interval from one counter covers the other one, in countries that the process"]
    lines += ["never saw, in pairs of counters that it never saw, and by one process for all sizes", "", ""]
    lines += ["| pair | windows | country left out | pair left out | one process for all sizes |", "|---" * 5 + "|"]
    for (pair, over), part in covered.groupby(["pair", "break"]):
        name = pair + (", over RAND's break of 1998" if over else "")
        shares = " | ".join(f"{100 * part[c].mean():.1f} %" for c in ("country", "pair_out", "level"))
        lines.append(f"| {name} | {len(part)} | {shares} |")
    lines += ["", f"Three media counters of 6, 30 and 300 incidents a month, {studies} studies a row, neighbouring"]
    lines += ["quarters, an assumed common share of .3:", ""]
    lines += ["| reporting | common | true ratio | covered | sure of a sign | wrong among these |", "|---" * 6 + "|"]
    cases = [("as learned", c, r) for c in (0.0, 0.3, 0.6) for r in (1.0, 1.5, 2.0)]
    cases += [("bursts", 0.3, 1.0), ("bursts", 0.3, 2.0), ("all collapse by half", 0.3, 1.0)]
    for seed, (kind, common, ratio) in enumerate(cases):
        shares = simulate(all_pairs, common, ratio, kind, studies, seed)
        told = "spread" if ratio == 1 else f"{ratio:g}"
        lines.append(f"| {kind} | {common:g} | {told} | " + " | ".join(f"{100 * s:.1f} %" for s in shares) + " |")
    text = "\n".join(lines) + "\n"
    return text.replace("sizes\n\n\n", "sizes:\n\n")


def main() -> None:
    """Learn, hold out, simulate, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path)
    parser.add_argument("sigacts", type=Path)
    parser.add_argument("--studies", type=int, default=1000)
    options = parser.parse_args()
    table = collect(options.reference, options.sigacts)
    likelihoods, within = marginals(table), ~table.over_break
    processes = {"": learn(table, likelihoods, within)}
    for unit in sorted(table.unit.unique()):
        processes[unit] = learn(table, likelihoods, within & (table.unit != unit))
    for pair in sorted(table.pair.unique()):
        processes[pair] = learn(table, likelihoods, within & (table.pair != pair))
    with (ROOT / "trends" / "chance" / "counter_drift.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# Made by benchmarks/counter_drift.py from pairs of GTD, RAND, SIGACTs with UCDP GED 21.1 (CC BY 4.0).\n"
        )
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("without", *FIELDS))
        rows.writerows((name, *(getattr(each, field) for field in FIELDS)) for name, each in processes.items())
    page = write(processes, coverage(table, processes), options.studies)
    (ROOT / "docs" / "counters.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
