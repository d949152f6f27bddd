"""What else happened, as columns beside a change."""

from datetime import date

import numpy as np
import pandas as pd

from trends.periods import day_shares, first_after, frequency_of

# An event shorter than this many days is a date from which something was other, and not a spell that passed.
_SPELL_DAYS = 7


def is_spell(windows: list[tuple[date, date]]) -> bool:
    """Whether an event lasted for spells that passed (a week or more each), rather than beginning on dates."""
    return any((last - first).days + 1 >= _SPELL_DAYS for first, last in windows)


def event_column(index: pd.PeriodIndex, windows: list[tuple[date, date]], name: str) -> pd.DataFrame:
    """The column of an event: the share of the days of its spells, or a level that is reached by equal steps.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    windows : list of (date, date)
        First and last day of each row of the event.
    name : str
        Of the column.

    Notes
    -----
    An event that has a spell of a week or more is there while it lasts. One that has only dates (an operation that
    begins, a leader who dies) goes on: each date raises the column by an equal part, and after the last it is 1.

    Examples
    --------
    >>> from trends.periods import span
    >>> months = span("2020-02", "2020-06", "M")
    >>> curfew, begun = [(date(2020, 3, 17), date(2020, 5, 11))], [(date(2020, 3, 1),) * 2, (date(2020, 5, 2),) * 2]
    >>> event_column(months, curfew, "curfew")["curfew"].round(2).tolist()
    [0.0, 0.48, 1.0, 0.35, 0.0]
    >>> event_column(months, begun, "operations")["operations"].tolist()
    [0.0, 0.5, 0.5, 1.0, 1.0]
    """
    if is_spell(windows):
        return pd.DataFrame({name: day_shares(index, windows)}, index=index)
    begun = [index >= start for start in starts(index, windows)]
    return pd.DataFrame({name: np.mean(begun, axis=0)}, index=index)


def starts(index: pd.PeriodIndex, windows: list[tuple[date, date]]) -> list[pd.Period]:
    """The first period of each row of an event, as a break is named."""
    letter = frequency_of(index)
    return [first_after(first, letter) for first, _ in windows]
