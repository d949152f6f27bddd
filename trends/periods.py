"""Weeks, months, quarters and years: labels, spans, days, and the share of each period that a calendar covers.

A period is a pandas Period, and a series of counts stands on a PeriodIndex. Labels are what a person writes:
``2020``, ``2020Q1``, ``2020-03``, ``2020-W12`` (ISO weeks, Monday to Sunday) and ``2020-03-17``. Weeks that begin on
another day, and quarters that are not those of the calendar, are labelled by both their ends:
``2020-03-14/2020-03-20``, ``2020-02/2020-04``. Everywhere, a break is named by the first period of the new regime, and
a span includes both its ends.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from hijridate import Gregorian, Hijri

from trends.errors import InputError

#: Periods a year, by frequency.
PER_YEAR = {"D": 365.25, "W": 365.25 / 7, "M": 12, "Q": 4, "Y": 1}
_PANDAS = {"D": "D", "W": "W-SUN", "M": "M", "Q": "Q-DEC", "Y": "Y-DEC"}
_NAMES = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}
# pandas names a week by its last day and quarters by the month in which their year ends, of which three share theirs.
_WEEKS = tuple(f"W-{day}" for day in ("MON", "TUE", "WED", "THU", "FRI", "SAT"))
_QUARTERS = {"Q-MAR": "Q", "Q-JUN": "Q", "Q-SEP": "Q", "Q-APR": "Q-JAN", "Q-JUL": "Q-JAN", "Q-OCT": "Q-JAN"}
_QUARTERS |= {"Q-MAY": "Q-FEB", "Q-AUG": "Q-FEB", "Q-NOV": "Q-FEB", "Q-JAN": "Q-JAN", "Q-FEB": "Q-FEB"}
for _other in (*_WEEKS, "Q-JAN", "Q-FEB"):
    PER_YEAR[_other], _PANDAS[_other], _NAMES[_other] = PER_YEAR[_other[0]], _other, _NAMES[_other[0]]
_LABELS = (
    ("Y", re.compile(r"(\d{4})")),
    ("Q", re.compile(r"(\d{4})-?[Qq]([1-4])")),
    ("M", re.compile(r"(\d{4})-(\d{2})")),
    ("W", re.compile(r"(\d{4})-?W(\d{2})")),
    ("D", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
)
_ENDS = re.compile(r"(\d{4}-\d{2}(?:-\d{2})?)/(\d{4}-\d{2}(?:-\d{2})?)")
# With a year to spare on either side, for months that begin before a span or end after it.
_UMM_AL_QURA = date(1925, 8, 1), date(2075, 11, 16)
# Whose every day pandas can tell by the nanosecond.
_YEARS = 1678, 2261
_FORMS = "2020, 2020Q1, 2020-03, 2020-W12 or 2020-03-17"


def frequency(freq: str) -> str:
    """One of ``D``, ``W``, ``M``, ``Q`` and ``Y``, from a letter, a word such as ``"month"`` or a pandas alias.

    Weeks that begin on another day than Monday are ``W-MON`` (which end on Monday) to ``W-SAT``; quarters that are not
    those of the calendar ``Q-JAN`` (February to April and so on) and ``Q-FEB``.

    Examples
    --------
    >>> frequency("month"), frequency("W-SUN"), frequency("W-FRI"), frequency("Q-SEP"), frequency("Q-OCT")
    ('M', 'W', 'W-FRI', 'Q', 'Q-JAN')
    """
    text = str(freq).strip()
    for letter in "DWMQY":
        word = _NAMES[letter]
        if text.lower() in (word, f"{word}s", f"{word}ly") or text.upper() in (letter, f"{letter}E", _PANDAS[letter]):
            return letter
    if text.upper() in _WEEKS:
        return text.upper()
    if text.upper() in _QUARTERS:
        return _QUARTERS[text.upper()]
    raise InputError(
        "read a frequency",
        found=repr(freq),
        allowed="D, W, M, Q or Y (days, weeks, months, quarters and calendar years), or a week or quarter as pandas "
        "names it, such as W-FRI",
        do="name one of these",
    )


def pandas_frequency(freq: str) -> str:
    """The alias that pandas has for a frequency: ``"W-SUN"`` for ``"W"``."""
    return _PANDAS[frequency(freq)]


def in_own_frequency(index: pd.PeriodIndex) -> pd.PeriodIndex:
    """The same periods under the one name that the package has for them: quarters of Q-SEP are those of Q-DEC."""
    alias = pandas_frequency(index.freqstr)
    return index if index.freqstr == alias else index.start_time.to_period(alias).rename(index.name)


def frequency_of(index: pd.PeriodIndex) -> str:
    """The frequency letter of a PeriodIndex."""
    return frequency(index.freqstr)


def frequency_name(freq: str) -> str:
    """The English word for a frequency: ``"month"`` for ``"M"``."""
    return _NAMES[frequency(freq)]


def period(label: Any, freq: str | None = None) -> pd.Period:
    """The period that a label names.

    Parameters
    ----------
    label : str, int, datetime.date, pandas.Period or pandas.Timestamp
        ``2020``, ``"2020Q1"``, ``"2020-03"``, ``"2020-W12"`` or a day.
    freq : str, optional
        The frequency wanted. A label of a finer one (a day, when months are wanted) names the period that holds
        it; a coarser label is refused, because it names several.

    Raises
    ------
    InputError
        Where the text is no period, lies in a year beyond 1678 to 2261, or is coarser than ``freq``.

    Examples
    --------
    >>> period("2020-03-17", "Q")
    Period('2020Q1', 'Q-DEC')
    """
    wanted = frequency(freq) if freq else None
    if isinstance(label, pd.Period):
        found = label
    elif isinstance(label, date | pd.Timestamp | np.datetime64) and not pd.isna(label):
        found = pd.Period(pd.Timestamp(label), "D")
    else:
        found = _parse(str(label).strip())
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        years = f"the years {_YEARS[0]} to {_YEARS[1]}"
        raise InputError("read a period", found=repr(str(label)), allowed=years, do="correct the year")
    if wanted is None or frequency(found.freqstr) == wanted:
        return found
    if PER_YEAR[frequency(found.freqstr)] < PER_YEAR[wanted]:
        name = _NAMES[wanted]
        raise InputError(
            f"read a {name}",
            found=f"{label_of(found)!r}, which is a {_NAMES[frequency(found.freqstr)]}",
            allowed=f"one {name} or a day in it",
            do=f"name the {name}",
        )
    return found.start_time.to_period(_PANDAS[wanted])


def _parse(text: str) -> pd.Period:
    if ends := _ENDS.fullmatch(text):
        first, last = (pd.Timestamp(_parse(end).start_time) for end in ends.groups())
        for alias in (*_WEEKS, "W-SUN") if len(ends[1]) == 10 else ("Q-DEC", "Q-JAN", "Q-FEB"):
            held = first.to_period(alias)
            if (held.start_time, held.end_time.normalize().to_period("D" if alias[0] == "W" else "M").start_time) == (
                first,
                last,
            ):
                return held
    for letter, form in _LABELS:
        match = form.fullmatch(text)
        if not match:
            continue
        parts = [int(part) for part in match.groups()]
        try:
            if letter == "Y":
                return pd.Period(year=parts[0], freq="Y-DEC")
            if letter == "Q":
                return pd.Period(year=parts[0], quarter=parts[1], freq="Q-DEC")
            if letter == "W":
                return pd.Period(pd.Timestamp(date.fromisocalendar(parts[0], parts[1], 1)), "W-SUN")
            return pd.Period(pd.Timestamp(date(*parts, *([1] if letter == "M" else []))), letter)
        except ValueError:
            break
    raise InputError("read a period", found=repr(text), allowed=f"a label such as {_FORMS}", do="write it in this way")


def label_of(when: pd.Period) -> str:
    """The label of a period, as `period` reads it.

    Examples
    --------
    >>> [label_of(period(text)) for text in ("2020", "2020q1", "2020-03", "2020W12")]
    ['2020', '2020Q1', '2020-03', '2020-W12']
    >>> [label_of(period("2020-03-17", freq)) for freq in ("W-FRI", "Q-JAN")]
    ['2020-03-14/2020-03-20', '2020-02/2020-04']
    >>> label_of(period("2020-03-14/2020-03-20")), period("2020-02/2020-04").freqstr
    ('2020-03-14/2020-03-20', 'Q-JAN')
    """
    letter = frequency(when.freqstr)
    if letter == "W":
        year, week, _ = when.start_time.date().isocalendar()
        return f"{year}-W{week:02d}"
    if letter[0] == "Q":
        if letter == "Q":
            return str(when.start_time.to_period("Q-DEC"))
        return f"{when.start_time:%Y-%m}/{when.end_time:%Y-%m}"
    return str(when)


def labels(index: pd.PeriodIndex) -> list[str]:
    """The label of each period of an index."""
    return [label_of(when) for when in index]


def span(first: Any, last: Any, freq: str) -> pd.PeriodIndex:
    """All periods from ``first`` to ``last``, both included.

    A label coarser than ``freq`` is read generously here: ``span("2018", "2019Q2", "M")`` runs from January 2018
    to June 2019.
    """
    letter = frequency(freq)
    start, end = _edge(first, letter, start=True), _edge(last, letter, start=False)
    if start > end:
        raise InputError(
            "lay out the periods of a span",
            found=f"a first period {label_of(start)} after the last, {label_of(end)}",
            allowed="a first period that is not later than the last",
            do="exchange the two",
        )
    return pd.period_range(start, end, freq=_PANDAS[letter], name="period")


def _edge(label: Any, letter: str, *, start: bool) -> pd.Period:
    found = period(label)
    return (found.start_time if start else found.end_time).to_period(_PANDAS[letter])


def to_frequency(index: pd.PeriodIndex, freq: str) -> pd.PeriodIndex:
    """The coarser (or equal) period that each period of an index starts in."""
    return index.asfreq(_PANDAS[frequency(freq)], how="start")


def days(index: pd.PeriodIndex) -> np.ndarray:
    """The number of days of each period, shape ``(n_periods,)``."""
    return ((index.end_time.normalize() - index.start_time).days + 1).to_numpy()


def day_shares(index: pd.PeriodIndex, windows: Iterable[tuple[date, date]]) -> np.ndarray:
    """The share of the days of each period that falls in any of some windows of dates.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    windows : iterable of (date, date)
        First and last day of each window, both included. Windows may overlap: a day counts once.

    Returns
    -------
    numpy.ndarray
        Shares from 0 to 1, shape ``(n_periods,)``.

    Examples
    --------
    >>> day_shares(span("2020-04", "2020-06", "M"), [(date(2020, 4, 24), date(2020, 5, 23))]).round(3).tolist()
    [0.233, 0.742, 0.0]
    """
    origin = index[0].start_time.date()
    inside = np.zeros(int(days(index).sum()) if len(index) else 0)
    for first, last in windows:
        start, stop = (first - origin).days, (last - origin).days + 1
        inside[max(start, 0) : max(stop, 0)] = 1
    edges = np.concatenate([[0], np.cumsum(days(index))])
    return np.add.reduceat(inside, edges[:-1]) / days(index)


def hijri_windows(
    index: pd.PeriodIndex, month: int, first_day: int = 1, last_day: int | None = None, shift: int = 0
) -> list[tuple[date, date]]:
    """The days of a part of a Hijri month, in every year that an index touches.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods to cover.
    month : int
        The Hijri month, 1 to 12 (9 is Ramadan).
    first_day, last_day : int
        Days of that month; ``last_day=None`` is its end.
    shift : int
        Days to add: local sighting of the moon can differ from the Umm al-Qura calendar by a day.

    Returns
    -------
    list of (date, date)
        First and last day of each, in the Gregorian calendar.

    Raises
    ------
    InputError
        Where the index reaches beyond the years for which the calendar is known.

    References
    ----------
    The Umm al-Qura calendar, through the package hijridate.
    """
    first, last = index[0].start_time.date(), index[-1].end_time.date()
    if first < _UMM_AL_QURA[0] or last > _UMM_AL_QURA[1]:
        raise InputError(
            "look up days of the Umm al-Qura calendar",
            found=f"periods from {label_of(index[0])} to {label_of(index[-1])}",
            allowed=f"days from {_UMM_AL_QURA[0]} to {_UMM_AL_QURA[1]}, for which it is known",
            do="take a part of the periods, or give the dates yourself",
        )
    years = range(Gregorian.fromdate(first).to_hijri().year - 1, Gregorian.fromdate(last).to_hijri().year + 2)
    windows = []
    for year in years:
        start = Hijri(year, month, first_day)
        length = start.month_length() if last_day is None else last_day
        begin = start.to_gregorian() + timedelta(days=shift)
        windows.append((begin, begin + timedelta(days=length - first_day)))
    return [(begin, end) for begin, end in windows if end >= first and begin <= last]


def ramadan_shares(index: pd.PeriodIndex, shift: int = 0) -> np.ndarray:
    """The share of each period's days that falls in Ramadan, shape ``(n_periods,)``; see `hijri_windows`."""
    return day_shares(index, hijri_windows(index, month=9, shift=shift))


def first_after(when: Any, freq: str) -> pd.Period:
    """The first period that lies, for the greater part, at or after a date.

    This is how an event with a day becomes a break with a period: an event of 10 March begins the regime of March,
    one of 17 March that of April, because most of March came before it.

    Examples
    --------
    >>> [label_of(first_after(day, "M")) for day in ("2020-03-10", "2020-03-17")]
    ['2020-03', '2020-04']
    """
    letter = frequency(freq)
    found = period(when)
    holder = found.start_time.to_period(_PANDAS[letter])
    length = (holder.end_time.normalize() - holder.start_time).days + 1
    before = (found.start_time - holder.start_time).days
    return holder if before <= length / 2 else holder + 1
