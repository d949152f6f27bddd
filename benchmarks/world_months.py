"""Count UCDP GED 21.1 by country and month: trends/chance/world_months.csv, what ordinary swings are learned from.

    python benchmarks/world_months.py EVENTS

EVENTS is the file of located events of the world, as parquet (pandas then wants pyarrow) or CSV, with date_start and
country.
"""

import argparse
from pathlib import Path

import pandas as pd

TABLE = Path(__file__).parents[1] / "trends" / "chance" / "world_months.csv"
HEAD = (
    "# UCDP GED 21.1, events located to a place or district, by country and month (Sundberg & Melander 2013; "
    "Pettersson et al. 2021), CC BY 4.0. Made by benchmarks/world_months.py.\n"
)


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events", type=Path)
    path = parser.parse_args().events
    columns = ["date_start", "country"]
    events = pd.read_parquet(path, columns=columns) if path.suffix == ".parquet" else pd.read_csv(path, usecols=columns)
    months = pd.PeriodIndex(events.date_start.astype(str).str[:7], freq="M")
    every = pd.period_range("1989-01", "2020-12", freq="M")
    counts = events.groupby([events.country, months]).size().unstack(fill_value=0).reindex(columns=every, fill_value=0)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        counts.to_csv(file, lineterminator="\n")


if __name__ == "__main__":
    main()
