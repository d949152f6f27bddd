"""What makes a table of counts a panel: the rules, each checked in one place, and the tidy form it is written in."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from trends import periods
from trends.counts.order import check_order, periods_of_dates
from trends.counts.provinces import find_provinces
from trends.errors import InputError

TIDY_COLUMNS = ("period", "province", "count", "exposure", "source", "unit")


def checked_axes(counts: pd.DataFrame) -> tuple[pd.PeriodIndex, list[str]]:
    """The periods and provinces of a table, once they are known to be regular and distinct."""
    if not isinstance(counts, pd.DataFrame):
        found, do = f"a {type(counts).__name__}", "make a DataFrame of it"
        raise InputError("build a panel", found=found, allowed="a table, periods by provinces", do=do)
    index, provinces = counts.index, list(counts.columns)
    if isinstance(index, pd.DatetimeIndex) and len(index) > 1:
        index = periods_of_dates(index.tz_localize(None), "build a panel", InputError)
    if not isinstance(index, pd.PeriodIndex) or not len(index) or not provinces:
        raise InputError(
            "build a panel",
            found=f"a table of {counts.shape[0]} by {counts.shape[1]} on a {type(index).__name__}",
            allowed="at least one period and one province, on a PeriodIndex or regular dates",
            do="make the index with trends.periods.span, or read the table with trends.panel_from_table",
        )
    index = periods.in_own_frequency(index)
    check_order(index, "build a panel", holes=True, error=InputError)
    bad = [name for name in provinces if not isinstance(name, str) or not name.strip() or provinces.count(name) > 1]
    if bad:
        raise InputError(
            "build a panel",
            found=f"the column {bad[0]!r}",
            allowed="distinct names of provinces",
            do="rename the column",
        )
    return index, provinces


def _numbers(table: pd.DataFrame, what: str) -> np.ndarray:
    try:
        return table.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(
            "build a panel", found=f"{what} that is no number ({error})", allowed="numbers", do="convert the table"
        ) from error


def checked_numbers(
    counts: pd.DataFrame, exposure: Any, index: pd.PeriodIndex, provinces: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The counts and exposure of a panel as arrays, once they are known to fit each other."""
    counts_array = _numbers(counts, "a count")
    if isinstance(exposure, pd.DataFrame) and exposure.index.equals(counts.index):
        exposure = exposure.set_axis(index)
    if exposure is None:
        exposure_array = np.where(np.isnan(counts_array), 0.0, 1.0)
    elif not isinstance(exposure, pd.DataFrame) or not (
        exposure.index.equals(index) and list(exposure.columns) == provinces
    ):
        raise InputError(
            "build a panel",
            found="an exposure table whose periods or provinces are not those of the counts",
            allowed="the same periods and provinces in the same order",
            do="reindex the exposure like the counts",
        )
    else:
        exposure_array = _numbers(exposure, "an exposure")
    _check(counts_array, exposure_array, index, provinces)
    return counts_array, exposure_array


def _check(counts: np.ndarray, exposure: np.ndarray, index: pd.PeriodIndex, provinces: list[str]) -> None:
    seen = np.where(np.isnan(counts), 0.0, counts)
    rules = (
        ((counts < 0) | ~np.isfinite(seen), counts, "a count", "whole numbers from 0 up, or NaN where not watched"),
        (seen != np.floor(seen), counts, "a count", "whole numbers from 0 up, or NaN where not watched"),
        (~((exposure >= 0) & (exposure <= 1)), exposure, "an exposure", "shares from 0 to 1"),
        ((exposure == 0) & ~np.isnan(counts), counts, "a count where the exposure is 0,", "NaN where nobody watched"),
        ((exposure > 0) & np.isnan(counts), exposure, "a count of NaN with an exposure of", "0 where nobody counted"),
    )
    for bad, values, what, allowed in rules:
        if bad.any():
            row, column = np.argwhere(bad)[0]
            raise InputError(
                "build a panel",
                found=f"{what} {values[row, column]:g} in {provinces[column]} {periods.label_of(index[row])}",
                allowed=allowed,
                do="correct the table",
            )


def locked_table(values: np.ndarray, index: pd.PeriodIndex, provinces: list[str]) -> pd.DataFrame:
    """A table with the axes of a panel that refuses to be written to."""
    values.flags.writeable = False
    columns = pd.Index(provinces, dtype=object, name="province")
    return pd.DataFrame(values, index=index.rename("period"), columns=columns, copy=False)


def parsed_tidy(table: pd.DataFrame, where: str, lines: Sequence[int] | None = None) -> dict[str, Any]:
    """What a tidy table holds, as the arguments of a panel; see `trends.counts.panel.Panel.from_tidy`."""

    def refuse(row: int | None, found: str, allowed: str, do: str) -> NoReturn:
        at = "" if row is None else f", line {lines[row]}" if lines is not None else f", row {row + 1}"
        raise InputError(f"read the counts of {where}{at}", found=found, allowed=allowed, do=do)

    missing = [name for name in TIDY_COLUMNS[:3] if name not in table.columns]
    if missing or not len(table):
        found = f"no column {missing[0]!r} among {', '.join(map(str, table.columns))}" if missing else "no row"
        refuse(None, found, ", ".join(TIDY_COLUMNS), "name the columns like this, one row a period and province")
    for name in ("source", "unit"):
        if name in table and table[name].nunique(dropna=False) > 1:
            row = int((table[name] != table[name].iloc[0]).argmax())
            refuse(row, f"a second {name}, {table[name].iloc[row]!r}", f"one {name} a panel", "split the table by it")
    first = _period_or(refuse, 0, table["period"].iloc[0], None)
    letter = periods.frequency(first.freqstr)
    labels = table["period"].drop_duplicates()
    when = {
        label: _period_or(refuse, int(row), label, letter)
        for row, label in zip(np.flatnonzero(~table["period"].duplicated()), labels, strict=True)
    }
    stamps = table["period"].map(when)
    double = pd.DataFrame({"period": stamps, "province": table["province"]}).duplicated()
    if double.any():
        row = int(double.argmax())
        refuse(
            row,
            f"{table['province'].iloc[row]} {table['period'].iloc[row]} a second time",
            "one row a period and province",
            "drop or add up the double rows",
        )
    index = periods.span(min(when.values()), max(when.values()), letter)
    provinces = list(dict.fromkeys(table["province"]))
    _refuse_spellings(refuse, table["province"], provinces, lines)
    wide = {}
    for name in ("count", "exposure"):
        if name not in table:
            continue
        numbers = pd.to_numeric(table[name], errors="coerce")
        bad = numbers.isna() & table[name].notna() & (table[name].astype(str) != "")
        if bad.any():
            row = int(bad.argmax())
            refuse(row, f"the {name} {table[name].iloc[row]!r}", "a number, or nothing where not watched", "correct it")
        cells = pd.DataFrame({"period": stamps, "province": table["province"], name: numbers.astype(float)})
        wide[name] = cells.pivot(index="period", columns="province", values=name).reindex(index)[provinces]
    rows = pd.Series(1, index=pd.MultiIndex.from_arrays([stamps, table["province"]])).unstack().reindex(index)
    lacking = rows[provinces].isna().to_numpy()
    if lacking.any():
        row, column = np.argwhere(lacking)[0]
        refuse(
            None,
            f"no row for {provinces[column]} {periods.label_of(index[row])}",
            "a row for every period and province",
            "write it with the count 0 if it was watched and quiet, or with no count and exposure 0 if it was not",
        )
    text = {name: str(table[name].iloc[0]) for name in ("source", "unit") if name in table}
    return {"counts": wide["count"], "exposure": wide.get("exposure"), **text}


def _refuse_spellings(
    refuse: Callable[[int | None, str, str, str], NoReturn],
    column: pd.Series,
    provinces: list[str],
    lines: Sequence[int] | None,
) -> None:
    """Refuse a province under two spellings: its totals would double."""
    if twice := one_province_twice(provinces):
        rows = [int((column == name).argmax()) for name in twice]
        at = f"line {lines[rows[0]]}" if lines is not None else f"row {rows[0] + 1}"
        refuse(
            rows[1],
            f"the province {twice[1]!r}, which is {twice[0]!r} of {at} in another spelling",
            "one spelling a province, since its totals would double",
            "write it in one way, and add up the double rows",
        )


def one_province_twice(names: Sequence[str]) -> tuple[str, str] | None:
    """Two names that are one province in two spellings; None where there are none.

    Examples
    --------
    >>> one_province_twice(["Diyala", "Anbar", "IQ-DI"])
    ('Diyala', 'IQ-DI')
    """
    seen: dict[tuple[str, str], str] = {}
    for name in names:
        found = find_provinces(name)
        keys = [("spelling", " ".join(name.casefold().split()))]
        keys += [(found[0].country, found[0].name)] if len(found) == 1 else []
        for key in keys:
            if (before := seen.setdefault(key, name)) != name:
                return before, name
    return None


def _period_or(
    refuse: Callable[[int | None, str, str, str], NoReturn], row: int, label: Any, letter: str | None
) -> pd.Period:
    try:
        found = periods.period(label)
    except InputError as error:
        refuse(row, f"the period {label!r}", error.allowed, error.do)
    if letter and periods.frequency(found.freqstr) != letter:
        refuse(row, f"{label!r} among {periods.frequency_name(letter)}s", "periods of one length", "write them alike")
    return found
