"""How well known turns are dated, on a folder of cases with known truth, and how long a scan takes.

Run ``python -m benchmarks.scan_turns [TRUTH]``: the cases are those of TRUTH (cases.csv with series/).
Without TRUTH only times are printed.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from trends.chance.calibration import date_power
from trends.chance.scan import scan_changes
from trends.chance.turning import NEIGHBOURHOOD, probability_begun, turning_point

DIRECTION = {"rise": 1, "fall": -1}


def row(*parts: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(f"{p:.3f}" if isinstance(p, float) else str(p) for p in parts) + " |", flush=True)


def head(*names: str) -> None:
    """Print the head of a table."""
    print()
    row(*names)
    print("|" + "---|" * len(names))


def dated(case: pd.Series, folder: Path) -> dict[str, object]:
    """Probability that the turn lies in the window of a case, widened by a month; two years on either side count."""
    series = pd.read_csv(folder / case["file"])
    months = pd.PeriodIndex(series["period"], freq="M")
    at = case["at"] if pd.isna(case["window_first"]) else case["window_first"]
    until = case["at"] if pd.isna(case["window_last"]) else case["window_last"]
    first, last = ((pd.Period(month, "M") - months[0]).n for month in (at, until))
    start, stop = max(0, first - NEIGHBOURHOOD), min(len(series), last + NEIGHBOURHOOD + 1)
    exposure = series["exposure"].to_numpy(float)[start:stop] if "exposure" in series else None
    scan = scan_changes(series["count"].to_numpy(float)[start:stop], exposure=exposure)
    direction = DIRECTION.get(case["truth"], 0)
    among = first - start - NEIGHBOURHOOD, last - start + NEIGHBOURHOOD
    turn = turning_point(
        scan, np.random.default_rng(0), power=date_power(12.0), direction=direction, among=among, draws=1000
    )
    inside = first - start - 1, last - start + 1
    held = turn.interval[0] <= inside[1] and turn.interval[1] >= inside[0]
    return {
        "id": case["id"],
        "clear": case["evident"] == "clear",
        "real": case["kind"] == "real",
        "scan": scan.window(*inside, direction).probability,
        "mode": str(months[start + turn.mode]),
        "turned": turn.window(*inside)[0],
        "begun": probability_begun(*turn.window(*inside)),
        "held": held,
        "periods": turn.interval[1] - turn.interval[0] + 1,
    }


def measure_turns(folder: Path) -> None:
    """Share of the clear turns and of the other dates that are confirmed."""
    cases = pd.read_csv(folder / "cases.csv")
    monthly = cases[cases["freq"] == "M"]
    table = pd.DataFrame([dated(case, folder) for _, case in monthly.iterrows()])
    clear, none = table[table["real"] & table["clear"]], table[~table["real"]]
    head("window confirmed by", "clear turns", "at least .8", "above .5", "no turn", "above .5", "above .8")
    for name in ("turned", "begun", "scan"):
        shares = (float((clear[name] >= 0.8).mean()), float((clear[name] > 0.5).mean()))
        row(name, len(clear), *shares, len(none), int((none[name] > 0.5).sum()), int((none[name] > 0.8).sum()))
    head("case", "likeliest month", "likely dates, months", "window among them", "turned", "begun", "scan")
    for _, each in clear.iterrows():
        said = [float(each[name]) for name in ("turned", "begun", "scan")]
        row(each["id"], each["mode"], each["periods"], "yes" if each["held"] else "no", *said)


def measure_speed() -> None:
    """Milliseconds of a scan, the best of three."""
    head("periods", "milliseconds")
    for n in (36, 96, 240, 600):
        counts = np.random.default_rng(n).poisson(np.where(np.arange(n) < n // 2, 5, 12)).astype(float)
        times = []
        for _ in range(3):
            start = time.perf_counter()
            scan_changes(counts)
            times.append(1e3 * (time.perf_counter() - start))
        row(n, round(min(times)))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", nargs="?", type=Path)
    chosen = parser.parse_args()
    if chosen.truth:
        measure_turns(chosen.truth)
    measure_speed()


if __name__ == "__main__":
    main()
