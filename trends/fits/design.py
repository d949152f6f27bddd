"""Design matrices for counts: trend, season, calendar and a break, as named columns over periods."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from trends.errors import ModelError
from trends.fits.calendar import calendar_columns, calendar_windows
from trends.fits.options import checked_flag
from trends.periods import PER_YEAR, frequency_name, frequency_of, label_of, period

#: The shapes that the effect of a break can take.
SHAPES = ("step", "slope", "pulse", "ramp")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def constant_column(index: pd.PeriodIndex) -> pd.DataFrame:
    """The column ``const``, which is 1 everywhere."""
    return pd.DataFrame({"const": 1.0}, index=index)


def trend_column(index: pd.PeriodIndex) -> pd.DataFrame:
    """The column ``trend``: years from the middle of the index, so that its coefficient is per year at any frequency.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.

    Notes
    -----
    It is 0 in the middle, so that the constant is the level in mid-span and is least entangled with the slope.

    Examples
    --------
    >>> from trends.periods import span
    >>> trend_column(span("2018", "2020", "Y"))["trend"].tolist()
    [-1.0, 0.0, 1.0]
    """
    order = index.asi8
    return pd.DataFrame({"trend": (order - (order[0] + order[-1]) / 2) / PER_YEAR[frequency_of(index)]}, index=index)


def season_columns(index: pd.PeriodIndex, kind: bool | str | int | None = True) -> pd.DataFrame:
    """The columns of a season that is the same every year.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    kind : True, "month", "quarter", int or None
        ``"month"`` and ``"quarter"`` give an indicator for each but the first (January, the first quarter): each
        coefficient is the log ratio to the first. A number gives that many pairs of sine and cosine waves, of one,
        two, ... cycles a year. ``True`` is ``"quarter"`` for quarters and ``"month"`` for anything finer; ``None``
        or ``False`` is no column. A week belongs to the month of its Thursday.

    Returns
    -------
    pandas.DataFrame
        Shape ``(n_periods, n_columns)``, columns such as ``april``, ``quarter 2`` or ``sin 1``.

    Raises
    ------
    ModelError
        Where the periods are too coarse for the season.

    Examples
    --------
    >>> from trends.periods import span
    >>> season_columns(span("2019Q1", "2019Q4", "Q")).T
    period     2019Q1  2019Q2  2019Q3  2019Q4
    quarter 2     0.0     1.0     0.0     0.0
    quarter 3     0.0     0.0     1.0     0.0
    quarter 4     0.0     0.0     0.0     1.0
    """
    if kind is None or kind is False:
        return pd.DataFrame(index=index)
    letter = frequency_of(index)
    finest = "quarter" if letter == "Q" else "month"
    name = finest if kind is True else kind
    middle = index.start_time + (index.end_time - index.start_time) / 2
    if (
        isinstance(name, str)
        and name in ("month", "quarter")
        and letter != "Y"
        and not (name == "month" and letter == "Q")
    ):
        which = middle.month if name == "month" else middle.quarter
        titles = _MONTHS if name == "month" else [f"quarter {number}" for number in (1, 2, 3, 4)]
        return pd.DataFrame({title: (which == i + 1) * 1.0 for i, title in enumerate(titles) if i}, index=index)
    most = int((PER_YEAR[letter] - 1) // 2)
    if isinstance(name, int | np.integer) and 1 <= name <= most:
        place = middle.month - 1 if letter == "M" else middle.quarter - 1 if letter == "Q" else middle.day_of_year - 1
        angle = 2 * np.pi * np.asarray(place) / (PER_YEAR[letter] if letter in "MQ" else PER_YEAR["D"])
        waves = {f"{wave.__name__} {k}": wave(k * angle) for k in range(1, name + 1) for wave in (np.sin, np.cos)}
        return pd.DataFrame(waves, index=index)
    kinds = {"Y": "None, because a year holds every season", "Q": "True, 'quarter', 1 or None"}
    raise ModelError(
        f"give {frequency_name(letter)}s a season",
        found=f"seasons={kind!r}",
        allowed=kinds.get(letter, f"True, 'month', 'quarter', a number of waves from 1 to {most}, or None"),
        do="leave the season out, or count by month or quarter" if letter == "Y" else "choose one of these",
    )


def effect_column(index: pd.PeriodIndex, at: Any, shape: str = "step", length: int | None = None) -> pd.DataFrame:
    """The column of a break, 0 in every period before ``at`` and named after it (``step 2020-04``).

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    at : period
        The first period of the new regime, the first in which the column is not 0.
    shape : {"step", "slope", "pulse", "ramp"}
        ``step``: 1 from ``at`` on. ``slope``: the years by which the new slope has run, ``at`` included, so that
        the first month counts 1/12. ``pulse``: 1 for ``length`` periods. ``ramp``: rises by ``1 / length`` a period,
        is 1 in the ``length``-th and stays there.
    length : int, optional
        Periods that a pulse lasts (by default 1) or that a ramp takes to rise (no default: it is the claim's).

    Raises
    ------
    ModelError
        For another shape, or a length that the shape has no use for or lacks.

    Examples
    --------
    >>> from trends.periods import span
    >>> quarters = span("2020Q1", "2021Q1", "Q")
    >>> lengths = {"step": None, "slope": None, "pulse": 2, "ramp": 2}
    >>> pd.concat([effect_column(quarters, "2020Q2", *each) for each in lengths.items()], axis=1).T
    period        2020Q1  2020Q2  2020Q3  2020Q4  2021Q1
    step 2020Q2      0.0    1.00     1.0    1.00     1.0
    slope 2020Q2     0.0    0.25     0.5    0.75     1.0
    pulse 2020Q2     0.0    1.00     1.0    0.00     0.0
    ramp 2020Q2      0.0    0.50     1.0    1.00     1.0
    """
    _check_shape(shape, length)
    letter = frequency_of(index)
    start = period(at, letter)
    run = np.maximum(index.asi8 - start.ordinal + 1, 0)
    column = {
        "step": lambda: run > 0,
        "slope": lambda: run / PER_YEAR[letter],
        "pulse": lambda: (run > 0) & (run <= (length or 1)),
        "ramp": lambda: np.minimum(run / length, 1),
    }[shape]()
    return pd.DataFrame({f"{shape} {label_of(start)}": column.astype(float)}, index=index)


def _check_shape(shape: Any, length: Any) -> None:
    if not isinstance(shape, str) or shape not in SHAPES:
        raise ModelError(
            "give a break its shape",
            found=f"shape={shape!r}",
            allowed="step, slope, pulse or ramp",
            do="name one of these",
        )
    whole = isinstance(length, int | np.integer) and length >= 1
    if shape in ("step", "slope") and length is not None:
        allowed, do = "no length, because it does not end", "leave length out, or choose a pulse or a ramp"
    elif (shape == "pulse" and length is not None and not whole) or (shape == "ramp" and not whole):
        allowed, do = "a whole number of periods from 1 up", "say how many periods it takes"
    else:
        return
    raise ModelError(f"give a {shape} its length", found=f"length={length!r}", allowed=allowed, do=do)


def baseline(
    index: pd.PeriodIndex,
    *,
    trend: bool = True,
    seasons: bool | str | int | None = None,
    calendar: Iterable[str] | Mapping[str, Any] = (),
) -> pd.DataFrame:
    """The design of what was to be expected without a break: constant, trend, season and calendar, side by side.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    trend : bool
        Whether the level may drift, in years from the middle of the index.
    seasons : bool, str or int, optional
        As in `season_columns`; by default none, because a season takes periods to estimate.
    calendar : iterable of str, or mapping of str to a list of (first, last)
        Moving holidays by name, such as ``["ramadan"]``, or windows of dates; see
        :func:`trends.fits.calendar.calendar_windows`. Each is a column of its own.

    Examples
    --------
    >>> from trends.periods import span
    >>> list(baseline(span("2018Q1", "2020Q4", "Q"), seasons=True, calendar=["ramadan"]))
    ['const', 'trend', 'quarter 2', 'quarter 3', 'quarter 4', 'ramadan']
    """
    parts = [constant_column(index)]
    if checked_flag(trend, "lay out a design", "trend"):
        parts.append(trend_column(index))
    parts.append(season_columns(index, seasons))
    parts.append(calendar_columns(index, calendar_windows(index, calendar)))
    return pd.concat(parts, axis=1)
