"""Count real files twice, by `trends` and by plain pandas that shares nothing with it but the names of provinces.

``python -m benchmarks.counted_twice FOLDER [--write]`` reads those files of ``counted_twice.toml`` that lie in the
folder and compares every cell of every panel; ``--write`` puts the table into docs/decisions/ingest.md. The second
count reads cells as texts, finds the period of each event by looking at its days one by one, and takes from the package
what a spelling stands for, and nothing else.
"""

import gzip
import io
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from trends import Panel, count_file, panel_from_table
from trends.counts.countries import known_country
from trends.counts.resolving import resolve_spellings
from trends.periods import label_of

_LIST = Path(__file__).with_suffix(".toml")
_PAGE = Path(__file__).parents[1] / "docs" / "decisions" / "ingest.md"
_MARKS = ("<!-- counted twice -->", "<!-- end of counted twice -->")
_NOTHING = ("", "NA", "nan", "None", "NaN", "#N/A", "unknown", "Unknown")
_Cells = Counter[tuple[str, str]]


@dataclass(frozen=True)
class _Compared:
    rows: int
    cells: int
    differ: tuple[str, ...]


def main(folder: Path, write: bool) -> None:
    """Compare every file that is there, and print the table."""
    lines = ["| kind | from | rows | how | cells | differ |", "|---|---|---|---|---|---|"]
    cells = differ = 0
    for entry in tomllib.loads(_LIST.read_text(encoding="utf-8"))["files"]:
        path = folder / entry["file"]
        if not path.exists():
            print(f"not there: {entry['file']} ({entry['from']})", file=sys.stderr)
            continue
        found = _compared(path, entry)
        cells, differ = cells + found.cells, differ + len(found.differ)
        told = f"| {entry['kind']} | {entry['from']} | {found.rows:,} | {entry['how']} | {found.cells:,} |"
        lines.append(f"{told} {len(found.differ)} |")
        for each in found.differ[:10]:
            print(f"{entry['file']}: {each}", file=sys.stderr)
    lines.append(f"| together | | | | {cells:,} | {differ} |")
    print("\n".join(lines))
    if write:
        page = _PAGE.read_text(encoding="utf-8")
        start, end = (page.index(mark) for mark in _MARKS)
        _PAGE.write_text(page[: start + len(_MARKS[0])] + "\n\n" + "\n".join(lines) + "\n\n" + page[end:], "utf-8")


def _compared(path: Path, entry: dict[str, Any]) -> _Compared:
    """Every cell of the panel beside the second count; what either lacks is zero there."""
    panel = _panel(path, entry)
    table = _texts(path, entry)
    second = _counted(table, entry)
    named = _columns_of({place for place, _ in second}, panel, entry)
    again: _Cells = Counter()
    lost = []
    for (place, period), n in second.items():
        if place in named:
            again[named[place], period] += n
        elif n:
            lost.append(f"{place}: no column of the panel")
    labels = [label_of(when) for when in panel.index]
    differ = list(dict.fromkeys(lost))
    outside = set(again) - {(name, label) for name in panel.provinces for label in labels}
    differ += [f"{place} {period}: {again[place, period]} in the file, no such cell" for place, period in outside]
    for name in panel.provinces:
        for label, count in zip(labels, panel.counts[name].fillna(0), strict=True):
            if int(count) != again[name, label]:
                differ.append(f"{name} {label}: {int(count)} by trends, {again[name, label]} by hand")
    return _Compared(len(table), panel.counts.size, tuple(differ))


def _panel(path: Path, entry: dict[str, Any]) -> Panel:
    options = dict(entry.get("options", {}))
    if entry["is"] == "table":
        return panel_from_table(path, **options)
    columns = options.pop("columns", "auto")
    return count_file(path, columns, **options)


def _texts(path: Path, entry: dict[str, Any]) -> pd.DataFrame:
    """The cells of a file as texts, without tags and without the rows that the entry leaves out."""
    if path.suffix == ".xlsx":
        sheet = entry.get("options", {}).get("sheet", 0)
        table = pd.read_excel(path, sheet_name=sheet, dtype=str, keep_default_na=False)
    elif path.suffix == ".parquet":
        table = pd.read_parquet(path).astype(str)
    else:
        text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode(
            "utf-8-sig", "replace"
        )
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, index_col=False)
    table.columns = [str(name).casefold() for name in table.columns]
    tags = table.map(lambda cell: str(cell).startswith("#")).sum(axis=1) > 2
    table = table[~tags]
    for column, values in entry.get("only", {}).items():
        table = table[table[column].isin(values)]
    for column, values in entry.get("without", {}).items():
        table = table[~table[column].isin(values)]
    return table.reset_index(drop=True)


def _counted(table: pd.DataFrame, entry: dict[str, Any]) -> _Cells:
    """How many events, or what sum of counts, by place as it is written and period."""
    found: _Cells = Counter()
    home, place = entry.get("country", ""), entry.get("province", "")
    count, frequency = entry.get("count", ""), entry.get("frequency", "M")
    seen: set[str] = set()
    for row in table.to_dict("records"):
        if (ident := entry.get("id")) is not None:
            if row[ident] in seen:
                continue
            seen.add(row[ident])
        period = _period(row, entry["date"], frequency)
        if period is not None:
            key = f"{row.get(home, home)}|{row.get(place, '')}".strip()
            found[key, period] += int(float(row[count] or 0)) if count else 1
    return found


def _period(row: dict[str, str], date: dict[str, str], frequency: str) -> str | None:
    """The period that holds at least half of an event's days and its middle one, found day by day."""
    if "year" in date:
        month = row[date["month"]]
        if month in ("", "0"):
            return None
        form = "%Y %m" if month.isdecimal() else "%Y %B"
        return label_of(pd.Period(pd.to_datetime(f"{row[date['year']]} {month}", format=form), frequency))
    last = row[date["last"]] if date.get("last") else row[date["first"]]
    return _holder(row[date["first"]], last, date.get("format"), frequency)


@cache
def _holder(first: str, last: str, form: str | None, frequency: str) -> str | None:
    ends = [pd.to_datetime(day, format=form).normalize() for day in (first, last)]
    days = pd.date_range(*ends)
    held = Counter(label_of(pd.Period(day, frequency)) for day in days)
    middle = label_of(pd.Period(days[(len(days) - 1) // 2], frequency))
    return middle if 2 * held[middle] >= len(days) else None


def _columns_of(places: set[str], panel: Panel, entry: dict[str, Any]) -> dict[str, str]:
    """The column of the panel that each written place is in; a place that has none is missing."""
    spelt = {place: tuple(place.split("|", 1)) for place in places}
    codes = {place: known_country(home) or home for place, (home, _) in spelt.items()}
    asked = [(codes[place], name) for place, (_, name) in spelt.items() if name not in _NOTHING]
    known = resolve_spellings([(home, name) for home, name in asked if len(home) == 2], {})
    columns = {}
    for place, (_, name) in spelt.items():
        home = codes[place]
        answer = known.get((home, name))
        if name in _NOTHING:
            nowhere = [column for column in panel.provinces if column.endswith("no province")]
            own = [column for column in nowhere if known_country(column.split(",")[0]) == home]
            names = own or [f"{home}, no province", "no province"]
        elif answer is not None and answer.place is not None:
            at = answer.place
            names = [f"{at.name} ({at.code})", f"{at.name} ({at.country})", at.name]
        else:
            names = [f"{name} ({home})", name]
        held = [column for column in names if column in panel.provinces]
        if held:
            columns[place] = held[0]
    return columns


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv[2:])
