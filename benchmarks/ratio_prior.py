"""Learn the prior of the log ratio of two parts of a country: trends/chance/ratio_prior.csv.

Run ``python -m benchmarks.ratio_prior EVENTS`` on a file of incidents with a date, a country and coordinates. The parts
are cells of two degrees: the busiest against the rest of the country, the second against the third, the fourth against
the fifth.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.real_windows import series_of_world
from trends.chance.learning import ratio_text
from trends.chance.prior import fold_of

TABLE = Path(__file__).parents[1] / "trends" / "chance" / "ratio_prior.csv"


def pairs_of_world(file: str) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """Pairs of parts of each country, with its fold."""
    found = []
    for country, (whole, *cells) in series_of_world(file).items():
        parts = [(cells[0], whole - cells[0]), *zip(cells[1::2], cells[2::2], strict=False)]
        found += [(fold_of(country), one, two) for one, two in parts]
    return found


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    TABLE.write_text(ratio_text(pairs_of_world(parser.parse_args().events)), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
