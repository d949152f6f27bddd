"""Error rates of the engine on real windows: trends/chance/error_rates.csv and docs/real-nulls.md.

Run ``python -m benchmarks.real_nulls EVENTS`` on a file of incidents with a date, a country and coordinates (csv or
parquet). What is measured is kept in a folder, a file for each group of questions and length, so that several of these
may run beside one another and none does again what is there: with ``--only 36M,96M`` some lengths, with ``--groups
dates`` some questions, with ``--every 5`` every fifth window is measured. With ``--write`` all that the folder holds
becomes the table and the page. The prior of each window is the shipped one that was made without its country.
"""

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.real_trials import QUESTIONS, RATIOS, Trial, trials
from benchmarks.real_windows import real_windows
from trends.chance.error_rates import CLASSES
from trends.periods import PER_YEAR

ROOT = Path(__file__).parents[1]
TABLE, PAGE = ROOT / "trends" / "chance" / "error_rates.csv", ROOT / "docs" / "real-nulls.md"
LENGTHS = ((24, "M"), (36, "M"), (60, "M"), (96, "M"), (24, "Q"), (36, "Q"))
HEAD = (
    "# Error rates of the engine on windows of real series (UCDP GED 21.1, CC BY 4.0), effects put in by thinning. "
    "Made by benchmarks/real_nulls.py.\n"
)
_POWER = 0.8


def detectable(power: dict[float, float]) -> float:
    """Ratio that is found with a power of .8, between those measured; NaN where the largest is found less often."""
    ratios = sorted(power)
    for low, high in pairwise(ratios):
        if power[low] < _POWER <= power[high]:
            share = (_POWER - power[low]) / (power[high] - power[low])
            return float(np.exp(np.log(low) + share * np.log(high / low)))
    return float("nan")


def rates(part: pd.DataFrame) -> dict[str, float]:
    """Error rates of one question on some windows."""
    by = part.groupby("ratio")
    found, covered = by["found"].mean().to_dict(), by["covered"].mean().to_dict()
    row = {"windows": float((part["ratio"] == 1).sum()), "false_alarms": found.get(1.0, np.nan)}
    row |= {f"coverage_{r:g}": covered.get(r, np.nan) for r in (1.0, 2.0, 3.0)}
    row |= {f"power_{r:g}": found.get(r, np.nan) for r in RATIOS[1:]}
    return row | {"detectable": detectable(found)}


def rate_table(found: pd.DataFrame) -> pd.DataFrame:
    """The table that ships: by question, frequency, length and class of the mean."""
    place = np.searchsorted([low for low, _ in CLASSES], found["mean"].to_numpy(), side="right") - 1
    rows = []
    for (question, freq, periods, k), part in found.groupby(["question", "freq", "periods", place], sort=False):
        low, high = CLASSES[k]
        each = rates(part)
        if each["windows"]:
            head = {"question": question, "freq": freq, "periods": periods, "mean_from": low, "mean_to": high}
            rows.append(head | each)
    table = pd.DataFrame(rows)
    table["windows"] = table["windows"].astype(int)
    return table.sort_values(["question", "freq", "periods", "mean_from"], ignore_index=True)


def markdown(table: pd.DataFrame) -> str:
    """A table of a page."""
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    for row in table.itertuples(index=False):
        cells = (("" if np.isnan(v) else f"{v:.3f}") if isinstance(v, float) else str(v) for v in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def by_half(found: pd.DataFrame) -> pd.DataFrame:
    """Rates of windows with 1.5 to 50 incidents a period, of the two halves of the countries."""
    middling = found[(found["mean"] >= 1.5) & (found["mean"] <= 50)]
    rows = []
    for (question, freq, periods, half), part in middling.groupby(["question", "freq", "periods", "half"]):
        of = "chosen on" if half == 0 else "held out"
        each = rates(part)
        width = float(part.loc[part["ratio"] == 1, "half_width"].mean())
        rows.append({"question": question, "freq": freq, "periods": periods, "countries": of} | each | {"half": width})
    table = pd.DataFrame(rows).rename(columns={"half": "half-width"})
    table["windows"] = table["windows"].astype(int)
    table.columns = [c.replace("_", " ") for c in table.columns]
    return table


def page(found: pd.DataFrame, table: pd.DataFrame, taken: dict[str, int]) -> str:
    """docs/real-nulls.md; ``taken`` has the share of the windows that each group of questions was put to."""
    text = (ROOT / "benchmarks" / "real_nulls.txt").read_text(encoding="utf-8").strip()
    told = ", ".join(f"{group} to one of {every}" for group, every in taken.items())
    text += f" Not all questions were put to all windows: {told}." if max(taken.values()) > 1 else ""
    printed = table.assign(mean=[f"{a:g} to {b:g}" for a, b in zip(table["mean_from"], table["mean_to"], strict=True)])
    printed = printed[["question", "freq", "periods", "mean", *table.columns[5:]]]
    printed.columns = [c.replace("_", " ") for c in printed.columns]
    return (
        f"{text}\n\n## By question and length, 1.5 to 50 incidents a period\n\n{markdown(by_half(found))}\n\n"
        f"## By level of the mean\n\n{markdown(printed)}\n"
    )


def measured(folder: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    """What a folder holds, of each group and length that of the most windows, and every how manieth those are."""
    parts: list[pd.DataFrame] = []
    taken: dict[str, int] = {}
    for group in QUESTIONS:
        for n, freq in LENGTHS:
            held = {int(file.stem.rsplit("-", 1)[1]): file for file in folder.glob(f"{group}-{n}{freq}-*.csv")}
            if not held:
                raise SystemExit(f"Nothing of {group} at {n}{freq} in {folder}: measure it first.")
            taken[group] = max(min(held), taken.get(group, 1))
            parts.append(pd.read_csv(held[min(held)]))
    return pd.concat(parts, ignore_index=True), taken


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "real-nulls", help="where trials are kept")
    parser.add_argument("--only", help="lengths with their frequency, as 36M,24Q")
    parser.add_argument("--groups", default=",".join(QUESTIONS))
    parser.add_argument("--every", type=int, default=1, help="take only every window of this number")
    parser.add_argument("--write", action="store_true", help="write the table and the page, of what the folder holds")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for n, freq in LENGTHS:
        if chosen.only and f"{n}{freq}" not in chosen.only.split(","):
            continue
        windows = real_windows(chosen.events, n, freq)[:: chosen.every]
        for group in chosen.groups.split(","):
            file = chosen.folder / f"{group}-{n}{freq}-{chosen.every}.csv"
            if not file.is_file():
                found: list[Trial] = trials(windows, freq, float(PER_YEAR[freq]), (group,))
                pd.DataFrame(found).to_csv(file, index=False)
            print(f"## {group}, {n}{freq}\n{markdown(by_half(pd.read_csv(file)))}", flush=True)
    if not chosen.write:
        return
    frame, taken = measured(chosen.folder)
    # The rows of benchmarks/real_contrasts.py stay.
    kept = pd.read_csv(TABLE, comment="#")
    table = rate_table(frame)
    whole = pd.concat([table, kept[kept["question"].str.startswith("contrast")]], ignore_index=True)
    whole = whole.sort_values(["question", "freq", "periods", "mean_from"], ignore_index=True)
    TABLE.write_text(HEAD + whole.to_csv(index=False, float_format="%.4g", lineterminator="\n"), encoding="utf-8")
    PAGE.write_text(page(frame, table, taken), encoding="utf-8")


if __name__ == "__main__":
    main()
