"""The period that an event belongs to when it goes on past the end of one, by the same rule in pandas and in SQL."""

import numpy as np
import pandas as pd

from trends import periods

_TRUNCATED = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}
_STEP = {"D": "1 day", "W": "7 days", "M": "1 month", "Q": "3 months", "Y": "1 year"}


def allocated(day: pd.Series, end: pd.Series, by: str, allocate: str = "majority") -> tuple[pd.Series, pd.Series]:
    """The first day of the period each event belongs to (NaT for none), and whether it goes on past a period's end.

    Parameters
    ----------
    day, end : pandas.Series
        First and last day of each event, shape ``(n_events,)``.
    by, allocate : str
        See `count_incidents`.
    """
    freq = periods.span("2020", "2020", by).freq
    start = day.dt.to_period(freq)
    over = start != end.dt.to_period(freq)
    if allocate == "first":
        return start.dt.start_time, over
    length = (end - day).dt.days + 1
    holder = (day + pd.to_timedelta((length - 1) // 2, unit="D")).dt.to_period(freq)
    begins, ends = holder.dt.start_time, holder.dt.end_time.dt.normalize()
    held = (np.minimum(ends, end) - np.maximum(begins, day)).dt.days + 1
    return begins.where(2 * held >= length), over


def allocation_sql(letter: str, allocate: str, lasting: bool) -> tuple[str, str]:
    """The same two as `allocated`, as expressions in SQL over the columns ``day`` and ``last``."""
    unit, step = _TRUNCATED[letter], _STEP[letter]

    def start(day: str) -> str:
        return f"CAST(date_trunc('{unit}', {day}) AS DATE)"

    if not lasting:
        return start("day"), "false"
    # Most events last a day: CASE spares them the rest.
    over = f"CASE WHEN day = last THEN false ELSE {start('day')} <> {start('last')} END"
    if allocate == "first":
        return start("day"), over
    middle = "(day + CAST((last - day) // 2 AS INTEGER))"
    after = f"CAST({start(middle)} + INTERVAL {step} AS DATE)"
    held = f"least(last + 1, {after}) - greatest(day, {start(middle)})"
    period = f"CASE WHEN day = last THEN {start('day')} WHEN 2 * ({held}) >= last - day + 1 THEN {start(middle)} END"
    return period, over
