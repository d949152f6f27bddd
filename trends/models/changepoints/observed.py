"""A series as the change-point models see it: the watched periods, their counts and their exposure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends.counts.series import checked_series
from trends.errors import ModelError
from trends.periods import frequency_of, label_of, period


@dataclass(frozen=True)
class Observed:
    """The watched part of a series.

    Attributes
    ----------
    index : pandas.PeriodIndex
        All periods, watched or not, shape ``(n_periods,)``.
    at : numpy.ndarray
        Positions in ``index`` of the watched ones, shape ``(n,)``.
    counts, exposure : numpy.ndarray
        Counts and exposure of the watched periods, shape ``(n,)``.
    """

    index: pd.PeriodIndex
    at: np.ndarray
    counts: np.ndarray
    exposure: np.ndarray

    def position(self, when: Any, asked: str) -> int:
        """Where a period stands in ``index``; refuses one outside the series."""
        found = period(when, frequency_of(self.index))
        if not self.index[0] <= found <= self.index[-1]:
            raise ModelError(
                asked,
                found=label_of(found),
                allowed=f"a period from {label_of(self.index[0])} to {label_of(self.index[-1])}",
                do="name one of these",
            )
        return self.index.get_loc(found)

    def without(self, rows: np.ndarray) -> "Observed":
        """The same series with some of its watched periods, shape ``(n,)``, taken for unwatched."""
        kept = ~rows
        return Observed(self.index, self.at[kept], self.counts[kept], self.exposure[kept])

    def spread_counts(self) -> np.ndarray:
        """The counts over all periods, NaN where nothing was watched, shape ``(n_periods,)``."""
        everywhere = np.full(len(self.index), np.nan)
        everywhere[self.at] = self.counts
        return everywhere

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values of watched periods over all periods.

        A break on the first watched period after a gap may have come anywhere in the gap: its probability is
        divided evenly over these periods.
        """
        gaps = np.diff(self.at, prepend=self.at[0] - 1)
        everywhere = np.zeros(len(self.index))
        everywhere[self.at[0] : self.at[-1] + 1] = np.repeat(values / gaps, gaps)
        return everywhere


def observed(endog: Any, exposure: ArrayLike | None = None, *, least: int, asked: str, counts: bool = True) -> Observed:
    """The `Observed` part of a series.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex without holes; NaN was not watched.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries (`trends.counts.panel.exposure_of`).
    least : int
        Fewest watched periods.
    asked : str
        What is to be done, for the messages.
    counts : bool
        Whether negative or fractional values are refused.

    Raises
    ------
    ModelError
        Where the series has no periods, holes, too few watched ones, or values that are no counts.
    """
    series = checked_series(endog, exposure=exposure, asked=asked, counts=counts, numbered=False)
    at = series.places
    _check_enough(series.counts[at], least, asked, counts)
    return Observed(series.index, at, series.counts[at], series.exposure[at])


def _check_enough(values: np.ndarray, least: int, asked: str, counts: bool) -> None:
    if len(values) < least:
        raise ModelError(
            asked,
            found=f"{len(values)} watched periods",
            allowed=f"{least} and more",
            do="take a longer series, or finer periods",
        )
    if np.ptp(values) == 0 and (not counts or values[0] == 0):
        raise ModelError(
            asked,
            found=f"{values[0]:g} in every watched period",
            allowed="a series with at least one event" if counts else "a series that varies",
            do="there is nothing to date here: take another series",
        )
