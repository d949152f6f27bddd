"""Effects at known dates, on a folder of monthly cases with known truth: who is right, who is fooled.

Run ``python -m benchmarks.known_effects TRUTH`` (cases.csv with series/): up to 60 months before the date and 12 from
it, a change being found where its posterior probability of one sign is .95. The prior is one made without
the case's country.
"""

import argparse
from pathlib import Path

import pandas as pd

from benchmarks.scan_turns import head, row
from trends.chance.questions import effect
from trends.counts.series import checked_series

BEFORE, AFTER, LEAST_BEFORE, LEAST_AFTER = 60, 12, 12, 3
QUESTIONS = ("rise", "fall", "on/off", "nodiff", "placebo")
#: Places of wars that the world's table counts under another country.
COUNTED_UNDER = {"Bosnia": "BA", "Kosovo": "RS"}


def called(case: pd.Series, folder: Path) -> str | None:
    """Rise, fall or none, or None where too little of the series lies on a side of the date."""
    series = pd.read_csv(folder / case["file"])
    months = pd.PeriodIndex(series["period"], freq="M")
    at = pd.Period(case["at"], "M")
    place = (at - months[0]).n
    used = slice(max(0, place - BEFORE), min(len(series), place + AFTER))
    if place - used.start < LEAST_BEFORE or used.stop - place < LEAST_AFTER:
        return None
    exposure = series["exposure"].tolist()[used] if "exposure" in series else None
    counts = checked_series(series["count"].tolist()[used], first=str(months[used.start]), freq="M", exposure=exposure)
    # What is no war is in no series of the world, and some of its places are no countries.
    country = None if case["cls"] == "outside" else COUNTED_UNDER.get(case["place"], case["place"])
    rise = effect(counts, str(at), without=country).ratio.at_least(1.0)
    return "rise" if rise >= 0.95 else "fall" if rise <= 0.05 else "none"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    folder = parser.parse_args().truth
    cases = pd.read_csv(folder / "cases.csv")
    cases = cases[(cases["freq"] == "M") & cases["question"].isin(QUESTIONS)].copy()
    cases["called"] = [called(case, folder) for _, case in cases.iterrows()]
    cases = cases[cases["called"].notna()]
    real = cases[cases["kind"] == "real"]
    head("cases", "number", "as it was", "none", "otherwise")
    parts = {"turns": real, "clear turns": real[real["evident"] == "clear"]}
    parts |= {kind: cases[cases["kind"] == kind] for kind in ("placebo", "nodiff")}
    for name, part in parts.items():
        right, none = part["called"] == part["truth"], part["called"] == "none"
        row(name, len(part), int(right.sum()), int(none.sum()), int((~right & ~none).sum()))


if __name__ == "__main__":
    main()
