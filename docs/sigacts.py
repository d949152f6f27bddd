"""Make counts/attacks.csv of data/iraq_surge from a table of SIGACTs by governorate and month.

::

    python docs/sigacts.py iraq_sigact_governorate_month.csv data/iraq_surge/counts/attacks.csv

The table has ``period, province, attacks_noncriminal`` and is aggregated from the Iraq files, version 3, of the
Empirical Studies of Conflict project. Months of which the record has holes were not watched: they are written as such.
"""

import sys

import pandas as pd

from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel

SOURCE = "SIGACTS III (ESOC Iraq v3)"
#: What is there of these months is a part of them, and how large a part is not known.
NOT_WATCHED = ("2004-09", "2004-10", "2005-12")


def panel(file: str) -> Panel:
    """The attacks that were not criminal, by month and governorate, with the months that were not watched as holes."""
    table = pd.read_csv(file, dtype={"period": str})
    counts = table.pivot(index="period", columns="province", values="attacks_noncriminal").astype(float)
    counts.index = pd.PeriodIndex(counts.index, freq="M")
    counts.columns.name = None
    exposure = pd.DataFrame(1.0, counts.index, counts.columns)
    holes = pd.PeriodIndex(NOT_WATCHED, freq="M")
    counts.loc[holes], exposure.loc[holes] = float("nan"), 0.0
    return Panel(counts, exposure, SOURCE, "incidents")


if __name__ == "__main__":
    print(write_panel(panel(sys.argv[1]), sys.argv[2]))
