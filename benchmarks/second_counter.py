"""What a second counter of the same incidents would add to an effect: half-widths with one counter and with two.

Run ``python -m benchmarks.second_counter EVENTS`` on a file of incidents with a date, a country and coordinates. Of the
windows of 36 and 96 months of benchmarks/real_windows.py each incident is given to one of two counters at random: what
the engine says of the counts of one is held against what it says of both, which is what the best of all ways to take
two counters together would know.
"""

import argparse

import numpy as np

from benchmarks.real_trials import DATES, asked
from benchmarks.real_windows import RealWindow, real_windows
from benchmarks.scan_turns import head, row
from trends.chance.known_change import known_change

LENGTHS, CLASSES = (36, 96), ((0.5, 1.5), (1.5, 5.0), (5.0, 15.0), (15.0, np.inf))


def half_widths(window: RealWindow, date: int, rng: np.random.Generator) -> tuple[float, float] | None:
    """Half-widths (log) of the effect by one counter and by both; None where one has too few incidents."""
    both = window.counts
    one = rng.binomial(both.astype(int), 0.5).astype(float)
    if not asked(one, date):
        return None
    ends = [known_change(counts, date, prior=window.prior).log_ratio.interval() for counts in (one, both)]
    return (ends[0][1] - ends[0][0]) / 2, (ends[1][1] - ends[1][0]) / 2


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    parser.add_argument("--every", type=int, default=6, help="take only every window of this number")
    chosen = parser.parse_args()
    head("months", "incidents a month of both", "windows", "one counter", "both", "narrower by")
    for n in LENGTHS:
        found = []
        for i, window in enumerate(real_windows(chosen.events, n)[:: chosen.every]):
            pair = half_widths(window, round(n * DATES[i % len(DATES)]), np.random.default_rng([n, i]))
            if pair:
                found.append((window.counts.mean(), *pair))
        table = np.array(found)
        for low, high in CLASSES:
            part = table[(table[:, 0] >= low) & (table[:, 0] < high)]
            one, both = np.median(part[:, 1]), np.median(part[:, 2])
            narrower = 1 - np.median(part[:, 2] / part[:, 1])
            row(n, f"{low:g} to {high:g}", len(part), f"{one:.2f}", f"{both:.2f}", f"{100 * narrower:.0f} %")


if __name__ == "__main__":
    main()
