"""Reporting triangles: how many incidents of each period were reported how many periods later."""

from typing import Any

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import checked_arguments
from trends.counts.allocation import allocated
from trends.errors import InputError


@checked_arguments
def reporting_triangle(
    incidents: pd.DataFrame, by: str = "M", *, first: Any = None, until: Any = None, longest: int | None = None
) -> pd.DataFrame:
    """How many incidents of each period were reported with each delay: what `trends.nowcast` starts from.

    Parameters
    ----------
    incidents : pandas.DataFrame
        What `read_incidents` gives with a map of columns that names ``reported``, filtered further or not; ``date,
        date_end, reported`` are days.
    by : str
        D, W, M, Q or Y: the unit of the periods and of the delays.
    first : str, optional
        The first period; by default that of the first incident.
    until : str, optional
        The last day of which the reports are all in the table, such as the day before a release. By default the day
        of the last report. The last row is the last period that ended by then, because reports of a period that goes
        on are not complete.
    longest : int, optional
        The longest delay, in periods, to have a column. By default the longest that can be seen. Reports that came
        later are left out, so that a nowcast is of what is reported within this delay.

    Returns
    -------
    pandas.DataFrame
        Shape ``(n_periods, n_delays)``: periods by delays of 0, 1, ... periods; NaN where the reports are still to
        come. ``attrs["left_out"]`` is the number of incidents that are in no cell, with the reasons in
        ``attrs["notes"]``.

    Raises
    ------
    InputError
        Where a column is lacking, a report has no date or came before its incident began, or no period is complete.

    Notes
    -----
    An incident belongs to the period that `count_incidents` counts it in; one reported before that period began (an
    incident of several weeks, reported in its first) has the delay 0.

    Examples
    --------
    >>> days = lambda *texts: pd.to_datetime(list(texts))
    >>> began = days("2020-01-05", "2020-01-20", "2020-02-03", "2020-03-02")
    >>> incidents = pd.DataFrame({"date": began, "date_end": began, "reported": days(
    ...     "2020-01-06", "2020-02-10", "2020-02-04", "2020-03-31")})
    >>> print(reporting_triangle(incidents).rename_axis(index=None))
    delay      0    1    2
    2020-01  1.0  1.0  0.0
    2020-02  1.0  0.0  NaN
    2020-03  1.0  NaN  NaN
    """
    _refuse_table(incidents)
    letter = periods.frequency(by)
    seen = incidents["reported"].max() if until is None else periods.period(until).end_time.normalize()
    freq = periods.span("2020", "2020", letter).freq
    last = (seen + pd.Timedelta(days=1)).to_period(freq) - 1
    start, _ = allocated(incidents["date"], incidents["date_end"], letter)
    begun = start.dropna()
    low = periods.period(first, letter) if first is not None else begun.min().to_period(freq) if len(begun) else last
    if low > last:
        raise InputError(
            "build a reporting triangle",
            found=f"the first period {periods.label_of(low)}, and reports up to {seen:%Y-%m-%d}",
            allowed=f"a {periods.frequency_name(letter)} that ended by then",
            do="begin earlier, give until=, or count by shorter periods",
        )
    index = pd.period_range(low, last, freq=freq, name="period")
    width = len(index) if longest is None else longest + 1
    if longest is not None and not 0 <= longest < len(index):
        raise InputError(
            "build a reporting triangle",
            found=f"longest={longest!r}",
            allowed=f"a whole number from 0 to {len(index) - 1}, the longest delay that {len(index)} periods can show",
            do="choose one of these",
        )
    row = index.start_time.get_indexer(pd.DatetimeIndex(start).as_unit("ns"))
    told = pd.PeriodIndex(incidents["reported"], freq=freq).asi8 - index.asi8[0]
    delay = np.maximum(told - row, 0)
    late, outside = (row >= 0) & (told < len(index)) & (delay >= width), (row < 0) | (told >= len(index))
    kept = ~late & ~outside
    counts = np.zeros((len(index), width))
    np.add.at(counts, (row[kept], delay[kept]), 1)
    counts[np.add.outer(np.arange(len(index)), np.arange(width)) >= len(index)] = np.nan
    table = pd.DataFrame(counts, index, pd.RangeIndex(width, name="delay"))
    word = periods.frequency_name(letter)
    notes = [
        f"{n} {why}."
        for n, why in (
            (int(outside.sum()), f"incidents are of, or were reported in, no {word} from {index[0]} to {index[-1]}"),
            (int(late.sum()), f"incidents were reported more than {width - 1} {word}s later and are left out"),
        )
        if n
    ]
    table.attrs = {"left_out": int((~kept).sum()), "notes": tuple(notes)}
    return table


def _refuse_table(incidents: pd.DataFrame) -> None:
    asked = "build a reporting triangle"
    for name in ("date", "date_end", "reported"):
        if name not in incidents or not pd.api.types.is_datetime64_dtype(incidents[name]):
            raise InputError(
                asked,
                found=f"the column {name!r} of the type {incidents[name].dtype}"
                if name in incidents
                else f"no column {name!r}",
                allowed="days in the columns date, date_end and reported",
                do='name the column of the report dates in the map of columns: reported = "..."'
                if name not in incidents
                else f"convert it, for example with pandas.to_datetime(incidents[{name!r}])",
            )
    days = incidents[["date", "date_end", "reported"]]
    wrong = days.isna().any(axis=1) | (days["reported"] < days["date"])
    if len(days) and not wrong.any():
        return
    first = days[wrong].iloc[0].items() if len(days) else ()
    told = ", ".join(f"{name} {day:%Y-%m-%d}" if day == day else f"no {name}" for name, day in first)
    raise InputError(
        asked,
        found=f"row {int(wrong.argmax()) + 1}: {told}" if told else "no incident",
        allowed="incidents that were reported on the day they began or later",
        do="correct the row, or leave it out and say so",
    )
