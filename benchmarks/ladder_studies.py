"""Simulated studies put through `assess`: how often each rung of the ladder is wrong. It writes docs/reliability.md.

    nice python -m benchmarks.ladder_studies RESULTS.csv --studies 1000 --worlds WORLDS.csv [--write]

A study is a window of 48 months of a country of the world's table; an effect of times 1, 1.5, 2, 3 or one of their
inverses begins in month 37, for good or for six months, put in by leaving incidents out; three counters record the
incidents, their shares drifting. Each study has its number for a seed and a row a rung in RESULTS: a run that was
stopped goes on where it ended. Blocks (--first 500 --studies 1000) go into files of their own, which --also adds to the
page: it and its chart are written from all rows, whatever the blocks.
"""

import argparse
import csv
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.ladder_page import page, reliability_chart
from trends import drawing, periods
from trends.chance.drift import DriftProcess, learned_drift
from trends.chance.swings import world_months
from trends.claims.assess import rulings
from trends.claims.claim import Claim, Counts, Event
from trends.claims.direction import Direction
from trends.claims.links.change import Change
from trends.claims.links.lasting import Lasting
from trends.claims.links.ordinary import Ordinary
from trends.claims.links.realised import Realised
from trends.claims.links.recorded import Recorded
from trends.claims.links.timing import Timing
from trends.claims.study import Study
from trends.counts.panel import Panel
from trends.counts.sources import Source

DOCS = Path(__file__).parents[1] / "docs"
MONTHS, AT, SPAN, STUDIED = 48, 36, 6, "2017-01"
RATIOS = (1.0, 1.5, 2.0, 3.0, 1 / 1.5, 0.5, 1 / 3)
#: How reporting goes, with the share of the studies.
REPORTING = {"as learned": 0.5, "not at all": 0.15, "all media collapse by half": 0.15, "bursts": 0.2}
#: The rung that is written last of each study.
LAST_RUNG = "lasting"
#: Share of the incidents that each counter sees, and who counts.
COUNTERS: dict[str, tuple[float, Literal["media", "military"]]] = {
    "one": (0.25, "media"), "two": (0.15, "media"), "three": (0.4, "military"),
}  # fmt: skip
#: Incidents behind each that the world's table has.
BEHIND = 4.0
LEAST_MEAN = 2.0
COMMON = 0.3
#: With the number of a study the seed of all that is random in it.
SEED = 20261129
HEAD = (
    "study", "country", "ratio", "shape", "reporting", "direction", "rung", "ruling", "probability", "true", "lower",
    "upper", "level", "truth",
)  # fmt: skip


class Row(NamedTuple):
    """What was ruled on one rung of one study. ``true`` is 1 or 0, NaN where no truth was put in."""

    study: int
    country: str
    ratio: float
    shape: str
    reporting: str
    direction: str
    rung: str
    ruling: str
    probability: float
    true: float
    lower: float
    upper: float
    level: float
    truth: float


def drifting(process: DriftProcess, rate: float, rng: np.random.Generator) -> np.ndarray:
    """A path of the log share that a counter sees, month by month, shape (48,)."""
    size = (min(max(rate, 1.0), 1000.0) / process.size) ** -process.exponent
    tail = np.sqrt(process.nu / rng.chisquare(process.nu))
    kept = exp(-1 / process.length)
    slow = np.empty(MONTHS)
    slow[0] = rng.normal(0, process.sigma)
    for month in range(1, MONTHS):
        slow[month] = kept * slow[month - 1] + rng.normal(0, process.sigma * np.sqrt(1 - kept**2))
    return np.clip(tail * size * (slow + rng.normal(0, process.month, MONTHS)), -4, 4)


def recorded_by(
    happened: np.ndarray, process: DriftProcess, reporting: str, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """What each counter recorded of the incidents by month and province, shape (48, 3)."""
    rates = {name: share * happened.sum(1).mean() for name, (share, _) in COUNTERS.items()}
    shared = {kind: drifting(process, float(np.mean(list(rates.values()))), rng) for kind in ("media", "military")}
    found = {}
    for name, (share, kind) in COUNTERS.items():
        path = np.zeros(MONTHS)
        if reporting != "not at all":
            path = np.sqrt(1 - COMMON) * drifting(process, rates[name], rng) + np.sqrt(COMMON) * shared[kind]
        if reporting == "all media collapse by half" and kind == "media":
            path[AT:] += log(0.5)
        if reporting == "bursts":
            path[rng.random(MONTHS) < 0.1] += rng.choice([-1, 1]) * log(3)
        found[name] = rng.poisson(happened * (share * np.exp(path))[:, None]).astype(float)
    return found


def window_of(rng: np.random.Generator) -> tuple[str, np.ndarray]:
    """A country that was drawn, and 48 of its months."""
    world = world_months()
    while True:
        country = str(rng.choice(world.columns))
        start = int(rng.integers(0, len(world) - MONTHS + 1))
        counts = world[country].to_numpy()[start : start + MONTHS]
        if counts.mean() >= LEAST_MEAN and (counts > 0).mean() >= 0.5 and counts[:AT].sum() >= 12:
            return country, counts


def study_of(country: str, panels: dict[str, Panel]) -> Study:
    """A study of these panels, nothing on disk."""
    sources = {
        name: Source(name, f"Counter {name}", "attacks", "all", name, "simulated", counts=f"{name}.csv", kind=kind)
        for name, (_, kind) in COUNTERS.items()
    }
    index = panels["one"].index
    return Study(
        path=Path("simulated"), title="Simulated", about="", country=country, first=periods.label_of(index[0]),
        last=periods.label_of(index[-1]), source="one", licence="", cite="", documents={"paper": "Simulated"},
        sources=sources, events=pd.DataFrame(columns=["event", "first", "last", "category", "province", "title"]),
        claims=(), panels=panels, counters=tuple(COUNTERS), common=COMMON,
    )  # fmt: skip


def claim_of(index: pd.PeriodIndex, direction: Direction, window: int) -> Claim:
    """A claim that asserts every rung that takes no list of provinces and no rival."""
    label = [periods.label_of(each) for each in index]
    after, before = (label[AT], label[AT + SPAN - 1]), (label[AT - SPAN], label[AT - 1])
    asserts = {
        "recorded": Recorded(span=after, against=before, direction=direction), "realised": Realised(),
        "ordinary": Ordinary(), "change": Change(direction), "timing": Timing(), "lasting": Lasting(after=SPAN),
    }  # fmt: skip
    event = Event(at=label[AT], window=(label[window - 1], label[window + 1]))
    said = label[AT + SPAN - 1]
    return Claim("simulated", "So it was.", "paper", "Nobody", said, "2026-01-01", asserts, Counts(), event)


def went(before: float, after: float, up: bool) -> float:
    """Whether a count rose, or fell: 1 or 0. What stayed did neither."""
    return float(after > before if up else after < before)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A simulated study before anything is claimed of it.

    Attributes
    ----------
    country, ratio, shape, reporting, direction
        As in `Row`.
    right : bool
        Whether the claimed window of dates is the true one.
    happened : numpy.ndarray, shape (48, 3)
        Incidents by month and province.
    seen : dict of str to numpy.ndarray, shape (48, 3)
        What each counter recorded of them.
    """

    country: str
    ratio: float
    shape: str
    reporting: str
    direction: Direction
    right: bool
    happened: np.ndarray
    seen: dict[str, np.ndarray]


def drawn(number: int, seed: int = SEED) -> Drawn:
    """The study of a number."""
    rng = np.random.default_rng([seed, number])
    country, base = window_of(rng)
    ratio, shape = float(rng.choice(RATIOS)), str(rng.choice(["for good", "for six months"]))
    reporting = str(rng.choice(list(REPORTING), p=list(REPORTING.values())))
    direction: Direction = "rise" if rng.random() < 0.5 else "fall"
    right = bool(rng.random() < 0.5)
    place = np.arange(MONTHS)
    changed = (place >= AT) & ((place < AT + SPAN) | (shape == "for good"))
    kept = np.where(changed, min(ratio, 1.0), min(1 / ratio, 1.0)) if ratio < 1 else np.where(changed, 1.0, 1 / ratio)
    happened = rng.poisson(BEHIND * rng.binomial(base.astype(int), kept)[:, None] * rng.dirichlet([4, 4, 4]))
    seen = recorded_by(happened.astype(float), learned_drift(country), reporting, rng)
    return Drawn(country, ratio, shape, reporting, direction, right, happened, seen)


def simulated(number: int) -> list[Row]:
    """The rulings on one study."""
    study = drawn(number)
    index = pd.period_range(STUDIED, periods=MONTHS, freq="M")
    panels = {
        name: Panel(pd.DataFrame(counts, index, ["A", "B", "C"]), source="simulated")
        for name, counts in study.seen.items()
    }
    claim = claim_of(index, study.direction, AT if study.right else AT - 14)
    truths = truths_of(study)
    rows = []
    for finding in rulings(claim, study_of(study.country, panels), "quick"):
        true, truth = truths[finding.link]
        e = finding.evidence
        none = e is None or bool(e.untestable)
        probability = np.nan if e is None or e.supported is None else e.supported
        ends = (np.nan,) * 3 if e is None or none else (e.lower, e.upper, e.level)
        rows.append(
            Row(
                number, study.country, study.ratio, study.shape, study.reporting, study.direction, finding.link,
                str(finding.ruling), probability, true, *ends, truth,
            )
        )  # fmt: skip
    return rows


def truths_of(study: Drawn) -> dict[str, tuple[float, float]]:
    """By rung: whether what is claimed is true, and the true size where there is one."""
    sums = study.happened[AT : AT + SPAN].sum(), study.happened[AT - SPAN : AT].sum()
    own = study.seen["one"].sum(1)
    ratio, up = study.ratio, study.direction == "rise"
    moved = ratio if ratio == 1 else float((ratio > 1) == up)
    for_good = study.shape == "for good"
    return {
        "recorded": (went(own[AT - SPAN : AT].sum(), own[AT : AT + SPAN].sum(), up), np.nan),
        "realised": (went(sums[1], sums[0], up), float((sums[0] + 0.5) / (sums[1] + 0.5))),
        "ordinary": (np.nan if ratio == 1 else moved, np.nan),
        "change": (np.nan if ratio == 1 else moved, ratio),
        # A date is that of a change: of none, or of one the other way, no window is the true one.
        "timing": (float(study.right) if moved == 1 and ratio != 1 else np.nan, np.nan),
        "lasting": (np.nan if ratio == 1 or not for_good else moved, ratio if for_good else 1.0),
    }


def run(results: Path, studies: range) -> pd.DataFrame:
    """The rows of a file of results, with those of the studies that it does not have yet.

    A study whose rows were cut off, because a run was stopped while it wrote them, is made again.
    """
    done: set[int] = set()
    if results.exists():
        whole = _whole(results.read_text(encoding="utf-8"))
        results.write_text("".join(whole), encoding="utf-8")
        done = {int(line.split(",", 1)[0]) for line in whole[1:]}
    with open(results, "a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if not file.tell():
            writer.writerow(HEAD)
        for number in (n for n in studies if n not in done):
            writer.writerows(simulated(number))
            file.flush()
    return pd.read_csv(results)


def _whole(text: str) -> list[str]:
    """The head and the lines of those studies that a file has to their last rung."""
    lines = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    ended = {line.split(",", 1)[0] for line in lines if f",{LAST_RUNG}," in line}
    return lines[:1] + [line for line in lines[1:] if line.split(",", 1)[0] in ended]


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="file of results that is made, or gone on with")
    parser.add_argument("--first", type=int, default=0, help="number of the first study")
    parser.add_argument("--studies", type=int, default=300, help="the number after that of the last one")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="further files, made in other blocks")
    parser.add_argument("--worlds", type=Path, required=True, help="file of results of benchmarks.ladder_worlds")
    parser.add_argument("--write", action="store_true", help="write docs/reliability.md and its chart")
    chosen = parser.parse_args()
    found = run(chosen.results, range(chosen.first, chosen.studies))
    found = pd.concat([found, *map(pd.read_csv, chosen.also)]).sort_values("study", kind="stable", ignore_index=True)
    worlds = pd.read_csv(chosen.worlds)
    text = page(found, worlds)
    print(text)
    if chosen.write:
        (DOCS / "reliability.md").write_text(text, encoding="utf-8")
        (DOCS / "reliability.png").write_bytes(drawing.render(reliability_chart(found, worlds), "png"))


if __name__ == "__main__":
    main()
