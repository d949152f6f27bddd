"""A series as the change-point models see it: the watched periods, their counts and their exposure."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trends.counts.panel import exposure_of
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

    def position(self, when, asked: str) -> int:
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

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values of watched periods over all periods.

        A break on the first watched period after a gap may have come anywhere in the gap: its probability is
        divided evenly over these periods.
        """
        gaps = np.diff(self.at, prepend=self.at[0] - 1)
        everywhere = np.zeros(len(self.index))
        everywhere[self.at[0] : self.at[-1] + 1] = np.repeat(values / gaps, gaps)
        return everywhere


def observed(endog: pd.Series, exposure=None, *, least: int, asked: str, counts: bool = True) -> Observed:
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
    if not isinstance(endog, pd.Series) or not isinstance(endog.index, pd.PeriodIndex):
        raise ModelError(
            asked,
            found=f"{type(endog).__name__} on {type(getattr(endog, 'index', None)).__name__}",
            allowed="a pandas Series on a PeriodIndex",
            do='give the series periods, for example series.index.to_period("M")',
        )
    steps = np.diff(endog.index.asi8)
    if (steps != 1).any():
        after = label_of(endog.index[int(np.argmax(steps != 1))])
        raise ModelError(
            asked,
            found=f"no period, or one out of order, after {after}",
            allowed="every period from the first to the last, each once",
            do="reindex the series; a period that was not watched is NaN",
        )
    values = endog.to_numpy(float)
    shares = exposure_of(endog) if exposure is None else pd.Series(exposure, index=endog.index)
    shares = np.where(np.isnan(values), 0.0, shares.to_numpy(float))
    if not ((shares >= 0) & np.isfinite(shares)).all():
        raise ModelError(
            asked,
            found="an exposure below 0 or not a number",
            allowed="0 and more",
            do="give every period its exposure",
        )
    at = np.flatnonzero(shares > 0)
    _check_values(values[at], endog.index[at], least, asked, counts)
    return Observed(endog.index, at, values[at], shares[at])


def design_of(exog: pd.DataFrame | None, data: Observed, asked: str) -> np.ndarray:
    """The columns of ``exog`` in the watched periods, with a constant, shape ``(n, k)``."""
    if exog is None:
        return np.ones((len(data.at), 1))
    if not isinstance(exog, pd.DataFrame) or not exog.index.equals(data.index):
        raise ModelError(
            asked,
            found="an exog on other periods than the series",
            allowed="a DataFrame with a row for each period of the series",
            do="build it with trends.fits.design.baseline(series.index)",
        )
    columns = exog.to_numpy(float)[data.at]
    constant = np.ptp(columns, axis=0) == 0
    return columns if constant.any() else np.column_stack([np.ones(len(columns)), columns])


def _check_values(values, index, least, asked, counts):
    if len(values) < least:
        raise ModelError(
            asked,
            found=f"{len(values)} watched periods",
            allowed=f"{least} and more",
            do="take a longer series, or finer periods",
        )
    bad = ~np.isfinite(values) | (counts & ((values < 0) | (values != np.round(values))))
    if bad.any():
        first = int(np.argmax(bad))
        raise ModelError(
            asked,
            found=f"{values[first]:g} in {label_of(index[first])}",
            allowed="whole numbers from 0 up" if counts else "finite numbers",
            do="correct the value, or make it NaN where the period was not watched",
        )
    if np.ptp(values) == 0 and (not counts or values[0] == 0):
        raise ModelError(
            asked,
            found=f"{values[0]:g} in every watched period",
            allowed="a series with at least one event" if counts else "a series that varies",
            do="there is nothing to date here: take another series",
        )
