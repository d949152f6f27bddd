"""Calendars: the dates that a name such as ramadan stands for, and the share of each period that dates cover."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from trends.errors import ModelError
from trends.fits.options import shown
from trends.periods import day_shares, hijri_windows, period

#: Built-in entries of a calendar: Hijri month, first and last day (None is the end of the month).
HIJRI = {
    "ramadan": (9, 1, None),
    "ashura": (1, 10, 10),
    "arbaeen": (2, 20, 20),
    "eid_al_fitr": (10, 1, 3),
    "eid_al_adha": (12, 10, 13),
}


def calendar_windows(
    index: pd.PeriodIndex, calendar: Iterable[str] | Mapping[str, Any] | None, shift: int = 0
) -> dict[str, Any]:
    """The windows of dates of each entry of a calendar.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods to cover.
    calendar : iterable of str, mapping of str to windows, or None
        Names out of `HIJRI`; or a mapping from any name to a list of (first, last) dates, None for a built-in name.
    shift : int
        Days by which local sighting moves the Hijri entries.

    Raises
    ------
    ModelError
        For a name that is not built in and has no dates.

    Examples
    --------
    >>> from trends.periods import span
    >>> [(first, last)] = calendar_windows(span("2020", "2020", "Y"), ["ramadan"])["ramadan"]
    >>> print(first, last)
    2020-04-24 2020-05-23
    """
    named = not isinstance(calendar, str) and isinstance(calendar, Iterable)
    if calendar is not None and not (named and all(isinstance(name, str) for name in calendar)):
        raise ModelError(
            "read a calendar",
            found=f"calendar={shown(calendar)}",
            allowed="names, " + ", ".join(HIJRI) + ", or a mapping from any name to a list of (first, last)",
            do='give a list of names, for example ["ramadan"]',
        )
    entries = calendar if isinstance(calendar, Mapping) else dict.fromkeys(() if calendar is None else calendar)
    found = {}
    for name, windows in entries.items():
        if windows is None and name not in HIJRI:
            raise ModelError(
                "read a calendar",
                found=f"the entry {name!r} without dates",
                allowed=", ".join(HIJRI) + ", or any name with its dates",
                do="give a mapping from the name to a list of (first, last)",
            )
        found[name] = hijri_windows(index, *HIJRI[name], shift=shift) if windows is None else windows
    return found


def calendar_columns(index: pd.PeriodIndex, windows: Mapping[str, Iterable[tuple[Any, Any]]]) -> pd.DataFrame:
    """A column for each named set of windows of dates: the share of each period's days that falls in them.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    windows : mapping of str to a list of (first, last)
        First and last day of each window, both included, as dates or labels (``"2020-04"`` stands for all of April).

    Examples
    --------
    >>> from trends.periods import span
    >>> calendar_columns(span("2020-03", "2020-05", "M"), {"curfew": [("2020-03-17", "2020-04")]}).round(2).T
    period  2020-03  2020-04  2020-05
    curfew     0.48      1.0      0.0
    """
    columns = {}
    for name, pairs in windows.items():
        if not isinstance(pairs, list | tuple) or not all(
            isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs
        ):
            raise _bad_window(name, repr(pairs))
        days = [(period(first).start_time.date(), period(last).end_time.date()) for first, last in pairs]
        for (first, last), pair in zip(days, pairs, strict=True):
            if first > last:
                raise _bad_window(name, f"{tuple(pair)!r}, which ends before it begins")
        columns[name] = day_shares(index, days)
    return pd.DataFrame(columns, index=index)


def _bad_window(name: str, found: str) -> ModelError:
    return ModelError(
        f"read the calendar entry {name!r}",
        found=found,
        allowed="a list of pairs (first day, last day), the first not later than the last",
        do='write it as [("2020-03-17", "2020-04-30")], a pair for each window',
    )
