"""Counts, design and exposure as a regression takes them: checked, aligned, the watched rows picked out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends.counts.order import aligned, check_order, periods_of_dates, row_name
from trends.counts.panel import Panel, exposure_of
from trends.counts.series import aligned_exposure, checked_counts, one_column
from trends.errors import ModelError
from trends.fits.overlap import overlaps, quoted

_ASKED = "fit a count regression"


@dataclass(frozen=True, eq=False)
class CountData:
    """Counts with their design and exposure, row by row.

    Attributes
    ----------
    endog : pandas.Series
        Counts as floats, NaN where nothing was watched, shape ``(n_rows,)``.
    exog : pandas.DataFrame
        The design, shape ``(n_rows, n_columns)``, with its constant.
    exposure : pandas.Series
        Exposure, shape ``(n_rows,)``; above 0 in every watched row.
    watched : numpy.ndarray
        Whether a row has a count, shape ``(n_rows,)``.
    share : numpy.ndarray
        The share of each row that was watched as the series itself has it, 0 to 1, shape ``(n_rows,)``.
    """

    endog: pd.Series
    exog: pd.DataFrame
    exposure: pd.Series
    watched: np.ndarray
    share: np.ndarray

    @property
    def slots(self) -> np.ndarray | None:
        """The place in time of each watched row; None where a period occurs twice, so that rows are no series."""
        index = self.endog.index
        if not isinstance(index, pd.PeriodIndex):
            return np.flatnonzero(self.watched)
        order = index.asi8 - index.asi8.min()
        return order[self.watched] if len(set(order)) == len(order) else None


def count_data(endog: Any, exog: Any = None, exposure: ArrayLike | None = None, *, constant: bool = True) -> CountData:
    """The `CountData` of what a user hands over; see `trends.models.regression.CountRegression`.

    Raises
    ------
    ModelError
        Where the counts are none, the parts do not fit each other, or the design cannot be estimated.
    """
    counts = _counts(endog, exog)
    watched = counts.notna().to_numpy()
    design = _design(exog, counts.index, watched, constant)
    shares = pd.Series(watched * 1.0, index=counts.index)
    if counts.attrs.get("exposure"):
        shares = exposure_of(counts)
    exposed = _exposure(shares if exposure is None else exposure, counts)
    _check_enough(counts, watched, design)
    return CountData(counts, design, exposed, watched, shares.to_numpy())


def _counts(endog: Any, exog: Any) -> pd.Series:
    series = one_column(endog, _ASKED)
    if not isinstance(endog, pd.Series | pd.DataFrame | Panel) and isinstance(exog, pd.DataFrame | pd.Series):
        series = series.set_axis(exog.index) if len(exog) == len(series) else series
    if isinstance(series.index, pd.DatetimeIndex):
        check_order(series.index, _ASKED)
        series = series.set_axis(periods_of_dates(series.index, _ASKED))
    # Rows of several provinces below each other name a period more than once: they are no series in time.
    if isinstance(series.index, pd.PeriodIndex) and not series.index.has_duplicates:
        check_order(series.index, _ASKED, holes=True)
    values = pd.Series(checked_counts(series, _ASKED), index=series.index, name=series.name)
    values.attrs = series.attrs
    return values


def _design(exog: Any, index: pd.Index, watched: np.ndarray, constant: bool) -> pd.DataFrame:
    if exog is None:
        exog = pd.DataFrame(index=index)
    elif isinstance(exog, pd.Series):
        exog = exog.to_frame(exog.name if exog.name is not None else "x1")
    elif not isinstance(exog, pd.DataFrame):
        values = np.asarray(exog)
        values = values[:, None] if values.ndim == 1 else values
        if values.ndim != 2:
            raise ModelError(
                _ASKED,
                found=f"exog of type {type(exog).__name__}",
                allowed="a table of numbers with a row for every row of endog",
                do="hand over a DataFrame on endog.index",
            )
        names = [f"x{column}" for column in range(1, values.shape[-1] + 1)]
        exog = pd.DataFrame(values, columns=names, index=index if len(values) == len(index) else None)
    exog = aligned(exog, index, _ASKED)
    _check_design(exog, index, watched)
    design = exog.astype(float)
    if constant and "const" in design and watched.any() and np.ptp(design["const"].to_numpy()[watched]) > 0:
        found, do = "a column named 'const' that varies", "give it another name"
        raise ModelError(_ASKED, found=found, allowed="a constant under this name", do=do)
    if constant and "const" not in design and not _spans_constant(design.to_numpy()[watched]):
        design.insert(0, "const", 1.0)
    return design


def _check_design(exog: pd.DataFrame, index: pd.Index, watched: np.ndarray) -> None:
    names = pd.Index(exog.columns)
    others = [(name, kind) for name, kind in exog.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if names.has_duplicates:
        found = f"two columns named {names[names.duplicated()][0]!r}"
        allowed, do = "a name for each column of exog", "rename one of them"
    elif others:
        found = f"the column {others[0][0]!r} of type {others[0][1]}"
        allowed, do = "numbers", "code it in numbers, for example with pandas.get_dummies"
    else:
        bad = ~np.isfinite(exog.to_numpy(float, na_value=np.nan)) & watched[:, None]
        if not bad.any():
            return
        row, column = np.argwhere(bad)[0]
        found = f"{exog.iat[row, column]} in the column {names[column]!r} of exog in {row_name(index, row)}"
        allowed, do = "a number in every period that has a count", "fill it, or make the count NaN there"
    raise ModelError(_ASKED, found=found, allowed=allowed, do=do)


def _spans_constant(values: np.ndarray) -> bool:
    if not values.size:
        return False
    lengths = np.maximum(np.linalg.norm(values, axis=0), np.finfo(float).tiny)
    weights = np.linalg.lstsq(values / lengths, np.ones(len(values)), rcond=None)[0]
    return bool(np.abs(values / lengths @ weights - 1).max() < 1e-8)


def _exposure(exposure: ArrayLike, counts: pd.Series) -> pd.Series:
    shares = pd.Series(aligned_exposure(exposure, counts.index, counts.index, _ASKED), index=counts.index)
    bad = counts.notna().to_numpy() & ~(shares > 0).to_numpy()
    if bad.any():
        row = int(np.argmax(bad))
        raise ModelError(
            _ASKED,
            found=f"an exposure of {shares.iloc[row]:g} with a count of {counts.iloc[row]:g} in "
            f"{row_name(counts.index, row)}",
            allowed="an exposure above 0 wherever there is a count",
            do="correct the exposure, or make the count NaN where nothing was watched",
        )
    return shares.rename("exposure")


def _check_enough(counts: pd.Series, watched: np.ndarray, design: pd.DataFrame) -> None:
    number, columns = int(watched.sum()), design.shape[1]
    if number <= columns:
        found = f"{number} watched periods for {columns} coefficients"
        allowed = f"more periods than coefficients, here {columns + 1} and more"
        do = "take a longer series or finer periods, or ask for less (no season, no trend)"
    elif not counts[watched].any():
        found, allowed = f"0 in each of the {number} watched periods", "a series with at least one event"
        do = "take another series: with no event at all there is no rate to compare"
    else:
        exact = [overlap.sentence.rstrip(".") for overlap in overlaps(design[watched]) if overlap.exact]
        if not exact:
            return
        found, allowed = "; ".join(exact), "columns that can be told apart"
        do = "leave one of them out, or take periods in which they differ"
    raise ModelError(_ASKED, found=found, allowed=allowed, do=do)


def time_slots(data: CountData, asked: str) -> np.ndarray:
    """The place in time of each watched row; refuses rows that are no single series."""
    if data.slots is None:
        index = data.endog.index
        raise ModelError(
            asked,
            found=f"the period {index[index.duplicated()][0]} more than once",
            allowed="rows that follow each other in time, each period once",
            do="fit one series at a time, or ask for cov='cluster' with groups",
        )
    return data.slots


def newey_west_lags(maxlags: int | None, data: CountData) -> int:
    """The lags of the Newey-West covariance: as given, or by their rule from the number of watched rows."""
    slots = time_slots(data, "take Newey-West standard errors")
    if maxlags is None:
        return int(4 * (len(slots) / 100) ** (2 / 9))
    if not isinstance(maxlags, int | np.integer) or not 0 <= maxlags < len(slots):
        raise ModelError(
            "take Newey-West standard errors",
            found=f"maxlags={maxlags!r}",
            allowed=f"a whole number from 0 to {len(slots) - 1}",
            do="leave it out for the usual one",
        )
    return int(maxlags)


def cluster_groups(groups: Any, data: CountData) -> np.ndarray:
    """The group of each row, of which there must be two."""
    found = None if groups is None else pd.Series(np.asarray(groups), index=data.endog.index[: len(groups)])
    if found is None or len(found) != len(data.endog):
        what = "no groups" if found is None else f"{len(found)} groups for {len(data.endog)} rows"
    elif found[data.watched].isna().any():
        what = "a row with a count and no group"
    elif found[data.watched].nunique() < 2:
        what = "a single group"
    else:
        return found.to_numpy()
    raise ModelError(
        "take clustered standard errors",
        found=what,
        allowed="a group for every row, at least two in all",
        do="hand over groups=, for example the province or the year of each row",
    )


def design_like(exog: Any, columns: pd.Index) -> pd.DataFrame:
    """A new design in the columns of the fitted one; a missing ``const`` is added."""
    given = pd.DataFrame(exog)
    if "const" in columns and "const" not in given:
        given = given.assign(const=1.0)
    missing = [name for name in columns if name not in given]
    if missing:
        raise ModelError(
            "predict counts",
            found=f"a design without {quoted(missing)}",
            allowed=f"the columns {quoted(columns)}",
            do="build it as the fitted one was built",
        )
    return given[list(columns)]
