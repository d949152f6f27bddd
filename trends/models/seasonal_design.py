"""The smooth trend of a seasonal model: a straight line, or a natural cubic spline."""

from typing import Any

import numpy as np
import pandas as pd

from trends.fits.design import trend_column
from trends.fits.options import checked_whole


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
    # One period has no length to bend over; whoever fits it is told that it is too short.
    knots = np.linspace(time[0], time[-1] if len(time) > 1 else time[0] + 1.0, pieces + 1)
    cubes = np.maximum(time[:, None] - knots, 0) ** 3
    chords = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    bends = (chords[:, :-1] - chords[:, -1:]) / (knots[-1] - knots[0]) ** 2
    return line.join(pd.DataFrame(bends, index=index, columns=[f"bend {j}" for j in range(1, pieces)]))
