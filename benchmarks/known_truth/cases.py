"""Cases whose answer is known: one row of ``cases.csv`` and one small series each, read and checked."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trends import periods
from trends.errors import InputError

#: What may be asked of a case.
QUESTIONS = ("rise", "fall", "pulse", "season", "trend", "on/off", "nodiff", "placebo")
#: A turn of these questions is dated, so that a case must say where it may begin.
DATED = ("rise", "fall", "pulse")
#: These are asked of the whole series, not of a date.
UNDATED = ("season", "trend", "on/off")
FREQUENCIES = ("D", "W", "M", "Q", "Y")
KINDS = ("real", "nodiff", "placebo")
EVIDENT = ("clear", "moderate", "weak")
#: The columns that a case must have; others are kept for the reader.
COLUMNS = (
    "id", "kind", "place", "source", "freq", "measure", "question", "truth", "at", "window_first", "window_last",
    "ratio_lo", "ratio_hi", "lasting", "evident", "why", "truth_basis", "licence", "cls", "file",
)  # fmt: skip
# Where a day has no date, the days are numbered: they are placed one after the other from here.
_FIRST_NUMBERED_DAY = "2001-01-01"


@dataclass(frozen=True, eq=False)
class Case:
    """One case: the row, and its series on a PeriodIndex.

    Parameters
    ----------
    row : dict of str to str
        The row of ``cases.csv`` as it stands.
    counts : pandas.Series
        Incidents, shape (n_periods,); NaN where the period was not watched.
    exposure : pandas.Series
        The exposure, divided by its largest value; 0 where the period was not watched.
    at : pandas.Period or None
        The first period of the new regime; None where the question has no date.
    window : (pandas.Period, pandas.Period) or None
        Where experts let the turn begin, both included.
    on : pandas.Series or None
        For on and off, whether the measure named by ``at`` was in force.
    """

    row: dict[str, str]
    counts: pd.Series
    exposure: pd.Series
    at: pd.Period | None
    window: tuple[pd.Period, pd.Period] | None
    on: pd.Series | None = None

    @property
    def id(self) -> str:
        """Its name."""
        return self.row["id"]

    @property
    def real(self) -> bool:
        """Whether there is a turn to be found."""
        return self.row["kind"] == "real"

    @property
    def accepted(self) -> tuple[float, float]:
        """The accepted size of the later rate against the earlier one, from and to."""
        return float(self.row["ratio_lo"]), float(self.row["ratio_hi"])

    @property
    def directions(self) -> tuple[str, ...]:
        """What is claimed of it: the known direction, or both, one after the other, where there is no turn."""
        return (self.row["truth"],) if self.real else ("fall", "rise")


def read_cases(folder: Path) -> list[Case]:
    """The cases of a folder with ``cases.csv`` and ``series/``, in the order of their rows.

    Raises
    ------
    InputError
        Where a file or a column is missing, a row asks what cannot be asked, a turn has no window, or the series does
        not reach the date.
    """
    file = folder / "cases.csv"
    if not file.is_file():
        raise InputError(
            f"read the cases in {folder}",
            found="no cases.csv in it" if folder.is_dir() else "no such folder",
            allowed="a folder with cases.csv and a file of counts for each case",
            do="name such a folder with --cases",
        )
    with file.open(encoding="utf-8", newline="") as opened:
        table = csv.DictReader(opened)
        missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
        if missing:
            raise InputError(
                f"read the cases of {file}",
                found=f"no column {missing[0]!r}",
                allowed=f"the columns {', '.join(COLUMNS)}",
                do="add it, empty where nothing is known",
            )
        cases = [_case(row, folder, f"line {table.line_num} of {file}") for row in table]
    if not cases:
        raise InputError(
            f"read the cases of {file}", found="no row", allowed="at least one case", do="add a row for each case"
        )
    twice = [case.id for place, case in enumerate(cases) if case.id in {other.id for other in cases[:place]}]
    if twice:
        raise InputError(
            f"read the cases of {file}",
            found=f"the id {twice[0]!r} twice",
            allowed="one row a case",
            do="give each case an id of its own",
        )
    return cases


def _case(row: dict[str, str], folder: Path, where: str) -> Case:
    asked = f"read the case {row['id']!r} in {where}"
    if not row["id"].strip():
        raise InputError(asked, found="no id", allowed="a name of its own for each case", do="name the case")
    _one_of(asked, "freq", row["freq"], FREQUENCIES)
    _one_of(asked, "question", row["question"], QUESTIONS)
    _one_of(asked, "kind", row["kind"], KINDS)
    _one_of(asked, "truth", row["truth"], ("rise", "fall", "none"))
    if row["kind"] == "real":
        _one_of(asked, "truth", row["truth"], ("rise", "fall"))
        _one_of(asked, "evident", row["evident"], EVIDENT)
    low, high = (_number(asked, column, row[column]) for column in ("ratio_lo", "ratio_hi"))
    if low > high:
        raise InputError(
            asked, found=f"ratio_lo = {low:g} and ratio_hi = {high:g}", allowed="the smaller one first", do="swap them"
        )
    if row["kind"] == "real" and row["question"] in DATED and not (row["window_first"] and row["window_last"]):
        raise InputError(
            asked,
            found=f"window_first = {row['window_first']!r}, window_last = {row['window_last']!r}",
            allowed="the first and the last period in which the turn may begin, for a rise, a fall or a pulse",
            do="give the case its window",
        )
    counts, exposure, table = _series(asked, folder / row["file"], row["freq"])
    if row["question"] == "on/off":
        if row["at"] not in table:
            raise InputError(
                asked,
                found=f"at = {row['at']!r}",
                allowed=f"a column of {row['file']}: {', '.join(map(str, table.columns))}",
                do="name the column that is 1 where the measure was in force",
            )
        on = pd.Series(table[row["at"]].to_numpy() == "1", index=counts.index)
        return Case(row, counts, exposure, None, None, on)
    if row["question"] in UNDATED:
        return Case(row, counts, exposure, None, None)
    at = _period(asked, "at", row["at"], row["freq"])
    if not counts.index[0] < at <= counts.index[-1]:
        raise InputError(
            asked,
            found=f"at = {row['at']!r} and counts from {periods.label_of(counts.index[0])} "
            f"to {periods.label_of(counts.index[-1])}",
            allowed="counts on both sides of the date",
            do="correct the date, or give the case counts that reach it",
        )
    window = None
    if row["window_first"] and row["window_last"]:
        first, last = (_period(asked, name, row[name], row["freq"]) for name in ("window_first", "window_last"))
        if not counts.index[0] <= first <= last <= counts.index[-1]:
            raise InputError(
                asked,
                found=f"a window from {row['window_first']} to {row['window_last']}",
                allowed="a window inside the counts, its first period not after its last",
                do="correct the window",
            )
        window = (first, last)
    return Case(row, counts, exposure, at, window)


def _series(asked: str, file: Path, freq: str) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Counts, exposure and the file as it stands."""
    if not file.is_file():
        raise InputError(
            asked, found=f"no file {file}", allowed="a CSV with period and count", do="put the series there"
        )
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    if not {"period", "count"} <= set(table) or table.empty:
        raise InputError(
            asked,
            found=f"the columns {', '.join(map(str, table.columns))} and {len(table)} rows in {file}",
            allowed="period, count and, where it has one, exposure, and a row a period",
            do="write the series so",
        )
    letter = periods.frequency(freq)
    if letter == "D" and table["period"].str.fullmatch(r"\d+").all():
        start = periods.period(_FIRST_NUMBERED_DAY, "D")
        labels = [start + int(number) - 1 for number in table["period"]]
    else:
        labels = [_period(asked, "period", label, freq) for label in table["period"]]
    found = pd.PeriodIndex(labels)
    index = pd.period_range(found.min(), found.max(), freq=found.freq)
    if found.has_duplicates or not found.is_monotonic_increasing:
        raise InputError(
            asked, found=f"periods twice or out of order in {file}", allowed="one row a period", do="sort the rows"
        )
    values = [_number(asked, "count", text) if text else np.nan for text in table["count"]]
    if any(value < 0 for value in values):
        raise InputError(asked, found=f"a count below 0 in {file}", allowed="0 or more", do="correct it")
    counts = pd.Series(values, index=found, dtype=float).reindex(index)
    shares = [_number(asked, "exposure", text) for text in table.get("exposure", ["1"] * len(table))]
    exposure = pd.Series(shares, index=found, dtype=float).reindex(index)
    exposure = (exposure / exposure.max()).where(counts.notna(), 0.0)
    return counts, exposure, table


def _period(asked: str, name: str, label: str, freq: str) -> pd.Period:
    letter = periods.frequency(freq)
    try:
        # A week is named by one of its days.
        return pd.Period(label, "W") if letter == "W" and label.count("-") == 2 else periods.period(label, letter)
    except ValueError:
        raise InputError(
            asked,
            found=f"{name} = {label!r}",
            allowed=f"a period of the frequency {freq}",
            do="correct it",
        ) from None


def _number(asked: str, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise InputError(asked, found=f"{name} = {text!r}", allowed="a number", do="correct it")
    return value


def _one_of(asked: str, name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(asked, found=f"{name} = {value!r}", allowed=", ".join(allowed), do=f"give {name} one of these")
