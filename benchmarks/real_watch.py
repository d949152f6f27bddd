"""How many false alarms a year does `watch` raise on real series, of those that were allowed for: docs/real-watch.md.

Run ``python -m benchmarks.real_watch EVENTS`` on a file of incidents with a date, a country and coordinates. The newest
period of each window is held against the ones before it, as `watch` does, under a prior made without the country;
beside it by a negative binomial distribution with the mean and variance of the ones before, as many do.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

from benchmarks.real_nulls import LENGTHS, markdown
from benchmarks.real_windows import real_windows, thinned
from trends.models.watching import watch
from trends.periods import PER_YEAR

PAGE = Path(__file__).parents[1] / "docs" / "real-watch.md"
PROMISED = (0.25, 1.0, 3.0)
RATIOS = (1.0, 2.0, 3.0, 5.0)
#: About so many windows of a length are asked.
WINDOWS = 300
HEAD = """# How many alarms a year come of nothing

Made by `python -m benchmarks.real_watch EVENTS`. EVENTS are the located incidents of UCDP GED 21.1; the windows are
those of countries and their five busiest cells of two degrees with 0.5 incidents a period or more, as in [real
nulls](real-nulls.md). The newest period of each is held against all before it, under a prior that was made without
the country.

*Promised* is what `alarms_per_year` allowed for, *measured* how many a year came in periods that nobody is known to
have chosen. Real series do erupt: what comes beside the promise is in part no false alarm, but something that
happened. *Found* is the share of windows with an alarm where the newest period has so many times as many (the
incidents before it left out at random). *Negative binomial* is what a distribution with the mean and variance of the
periods before would have raised. *Half* is which half of the countries, as in real nulls. Nothing was chosen on
either. The standard error is that of countries.

"""


def usual_pvalue(counts: np.ndarray) -> float:
    """Probability of so high a last count under a negative binomial with the moments of those before."""
    before, last = counts[:-1], counts[-1]
    mean, variance = before.mean(), before.var(ddof=1)
    if variance <= mean:
        return float(poisson.sf(last - 1, mean))
    return float(nbinom.sf(last - 1, mean**2 / (variance - mean), mean / variance))


def pvalues(file: str, n: int, freq: str) -> pd.DataFrame:
    """Probability of so high a newest count, by window and ratio put in."""
    windows = real_windows(file, n, freq)
    rows = []
    for i, window in enumerate(windows[:: max(1, round(len(windows) / WINDOWS))]):
        for k, ratio in enumerate(RATIOS):
            newest = np.log(ratio) * (np.arange(n) == n - 1)
            counts = thinned(window.counts, newest, np.random.default_rng([n, i, k]))
            # Nothing before to hold it against.
            if not counts[:-1].any():
                continue
            index = pd.period_range("2000-01", periods=n, freq=freq)
            table = watch(pd.Series(counts, index=index), country=window.country).table
            half = ("chosen on", "held out")[window.half]
            rows.append((window.country, half, ratio, float(table["pvalue"].iloc[0]), usual_pvalue(counts)))
    return pd.DataFrame(rows, columns=["country", "half", "ratio", "pvalue", "usual"])


def rates(found: pd.DataFrame, promised: float, per_year: int) -> dict[str, object]:
    """Alarms a year by what was put in."""
    alarm = found.assign(alarm=found["pvalue"] <= promised / per_year)
    nothing = alarm[alarm["ratio"] == 1]
    by = nothing.groupby("country")["alarm"].agg(["sum", "size"])
    share = float(nothing["alarm"].mean())
    # The ratio of two sums over countries, linearised.
    error = float(np.sqrt(((by["sum"] - share * by["size"]) ** 2).sum()) / by["size"].sum())
    shares = alarm.groupby("ratio")["alarm"].mean()
    row: dict[str, object] = {"promised": promised, "measured": share * per_year, "standard error": error * per_year}
    row["negative binomial"] = float((nothing["usual"] <= promised / per_year).mean()) * per_year
    return row | {f"{ratio:g} times found": float(shares[ratio]) for ratio in RATIOS[1:]}


def main() -> int:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events")
    options = parser.parse_args()
    rows = []
    for n, freq in LENGTHS:
        found = pvalues(options.events, n, freq)
        for promised in PROMISED:
            for half, part in (("both", found), *found.groupby("half")):
                windows = int((part["ratio"] == 1).sum())
                head: dict[str, object] = {"freq": freq, "periods": n, "half": half, "windows": windows}
                rows.append(head | rates(part, promised, PER_YEAR[freq]))
    table = markdown(pd.DataFrame(rows))
    PAGE.write_text(HEAD + table + "\n", encoding="utf-8")
    print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
