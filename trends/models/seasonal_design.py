"""The columns of a seasonal model: months that were seen, and a smooth trend, straight or a natural cubic spline."""

from typing import Any

import numpy as np
import pandas as pd

from trends.errors import ModelError
from trends.fits.design import trend_column
from trends.fits.options import checked_whole
from trends.nouns import listed


def checked_pieces(trend: Any, asked: str) -> int:
    """The number of columns of a trend: none for False, a straight line for True."""
    return int(trend) if isinstance(trend, bool) else checked_whole(trend, asked, "trend", 0, 100)


def check_seen(seasonal: pd.DataFrame, watched: np.ndarray, asked: str) -> None:
    """Refuse a season of months or quarters of which the watched periods hold only some."""
    if not {"december", "quarter 4"} & set(seasonal.columns):
        return
    first = "january" if "december" in seasonal.columns else "quarter 1"
    noun = "month" if first == "january" else "quarter"
    whole = seasonal.assign(**{first: 1 - seasonal.sum(axis=1)})[[first, *seasonal.columns]]
    days = whole[watched].sum()
    seen = [name.title() if noun == "month" else name for name in days.index[days > 0]]
    if 0 < len(seen) < len(days):
        raise ModelError(
            asked,
            found=f"periods in {listed(seen)} alone",
            allowed=f"counts in each {noun} of the year",
            do="watch longer, or ask for no season by seasons=False",
            lacks=f"No {noun} beside {listed(seen)} was watched: of a season of the year such counts say nothing.",
        )


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
    # One period has no length to bend over; whoever fits it is told that it is too short.
    knots = np.linspace(time[0], time[-1] if len(time) > 1 else time[0] + 1.0, pieces + 1)
    cubes = np.maximum(time[:, None] - knots, 0) ** 3
    chords = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    bends = (chords[:, :-1] - chords[:, -1:]) / (knots[-1] - knots[0]) ** 2
    return line.join(pd.DataFrame(bends, index=index, columns=[f"bend {j}" for j in range(1, pieces)]))
