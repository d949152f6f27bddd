"""What a seasonal model is made of beside the season itself: the windows of a calendar, and a smooth trend."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from trends.errors import ModelError
from trends.fits.design import trend_column
from trends.fits.options import checked_whole, shown
from trends.periods import hijri_windows

#: Built-in entries of a calendar: Hijri month, first and last day (None is the end of the month).
HIJRI = {
    "ramadan": (9, 1, None),
    "ashura": (1, 10, 10),
    "arbaeen": (2, 20, 20),
    "eid_al_fitr": (10, 1, 3),
    "eid_al_adha": (12, 10, 13),
}


def calendar_windows(index: pd.PeriodIndex, calendar, shift: int = 0) -> dict[str, list]:
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
    entries = calendar if isinstance(calendar, Mapping) else dict.fromkeys(calendar or ())
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


def checked_pieces(trend: Any, asked: str) -> int:
    """The number of columns of a trend: none for False, a straight line for True."""
    return int(trend) if isinstance(trend, bool) else checked_whole(trend, asked, "trend", 0, 100)


def spline_columns(index: pd.PeriodIndex, pieces: int) -> pd.DataFrame:
    """A smooth trend: columns of a natural cubic spline, ``trend`` and ``bend 1`` to ``bend pieces - 1``.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    pieces : int
        Number of columns; 1 is a straight line. Knots are spaced evenly.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009). The Elements of Statistical Learning, section 5.2.1.
    """
    line = trend_column(index)
    time = line["trend"].to_numpy()
    knots = np.linspace(time[0], time[-1], pieces + 1)
    cubes = np.maximum(time[:, None] - knots, 0) ** 3
    chords = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    bends = (chords[:, :-1] - chords[:, -1:]) / (knots[-1] - knots[0]) ** 2
    return line.join(pd.DataFrame(bends, index=index, columns=[f"bend {j}" for j in range(1, pieces)]))
