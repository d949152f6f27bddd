"""The same change at dates when nothing is said to have happened: where does the claimed date rank among them?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.chance.specifications import OWN, SIDE, variation_left
from trends.counts.panel import exposure_of
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.design import effect_column


@dataclass(frozen=True, eq=False)
class Placebos:
    """A change at the claimed date, and at every other admissible one.

    Attributes
    ----------
    at : pandas.Period
        The claimed date.
    claimed : float
        Its statistic: the signed root of the fall in deviance, over the dispersion at the claimed date.
    table : pandas.DataFrame
        A row a placebo date: ``ratio`` and ``statistic``, on a PeriodIndex.
    """

    at: pd.Period
    claimed: float
    table: pd.DataFrame

    @property
    def rank(self) -> int:
        """The place of the claimed date among all of them by the size of the statistic; 1 is the largest."""
        return 1 + int((self.table["statistic"].abs() >= abs(self.claimed) * (1 - 1e-9)).sum())

    @property
    def pvalue(self) -> float:
        """The share of dates, the claimed one included, with a change as large."""
        return self.rank / (1 + len(self.table))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Axes with the statistic of every placebo date over time, the claimed one among them."""
        ax, dates = drawing.axes(ax, height=2.2), self.table.index
        whole = pd.period_range(min(dates[0], self.at), max(dates[-1], self.at))
        middle, shown = drawing.positions(whole), self.table["statistic"].reindex(whole)
        ax.vlines(middle, 0, shown, color=drawing.COLOURS["muted"], linewidth=0.8, zorder=2)
        ax.plot(middle, shown, "o", markersize=3.5, color=drawing.COLOURS["counts"], label="another date")
        here = middle[whole == self.at]
        ax.vlines(here, 0, self.claimed, color=drawing.COLOURS["expected"], linewidth=1.4, zorder=3)
        ax.plot(here, [self.claimed], "D", markersize=6, color=drawing.COLOURS["expected"], label="the claimed date")
        ax.axhline(0, color=drawing.COLOURS["muted"], linewidth=0.8)
        drawing.time_axis(ax, whole)
        caption = f"n = {len(dates)} other dates, among which the claimed one ranks {self.rank}."
        return drawing.finish(ax, caption=caption, y_label="fall (−) or rise (+),\nin standard errors")


def placebo_dates(counts: pd.Series, expected: pd.DataFrame, at, shape, length, window=()) -> Placebos:
    """The same change at every admissible date outside the window, all of them in one batch.

    Parameters
    ----------
    counts : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``, with their exposure.
    expected : pandas.DataFrame
        The design of what was to be expected.
    at : pandas.Period
        The claimed date.
    shape, length : str, int or None
        Of the change.
    window : tuple of two pandas.Period
        First and last date that the claim allows for; these are no placebos.

    Raises
    ------
    ModelError
        Where no other date can be tried.

    Notes
    -----
    Dates are compared by how far the deviance falls with a change at each, the only one in the design. That is the
    comparison of the two in a design with both, too, so that a true change at the claimed date does not hide behind
    those near it. Dates less than three periods from the claimed one, or with fewer watched on a side, are not tried.

    **Assumptions**: noise and dependence are the same at all dates.
    """
    index, values, exposure = counts.index, counts.to_numpy(float), exposure_of(counts).to_numpy(float)
    claimed = effect_column(index, at, shape, length).to_numpy().T
    bounds = window or (at, at)
    dates, columns = [], []
    watched, design = np.isfinite(values), expected.to_numpy(float)
    for date in index[1:]:
        column = effect_column(index, date, shape, length).to_numpy()[:, 0]
        sides = (watched & (index < date)).sum(), (watched & (index >= date)).sum()
        near = abs(date.ordinal - at.ordinal) < SIDE or bounds[0] <= date <= bounds[1]
        if near or min(sides) < SIDE or variation_left(column[watched], design[watched]) < OWN:
            continue
        dates.append(date)
        columns.append(column)
    if not dates:
        raise ModelError(
            f"try the change of {periods.label_of(at)} at other dates",
            found="no other date with three watched periods on each side",
            allowed="one or more",
            do="take a longer series",
        )
    bare = fit_poisson(values, design, exposure=exposure)
    tried = fit_poisson(values, design, exposure=exposure, columns=np.array([*claimed, *columns]))
    # The root of a likelihood ratio is finite even where no event was seen on one side.
    fall = np.maximum(bare.deviance - tried.deviance, 0.0) / max(tried.dispersion[0], 1e-12)
    statistic = np.sign(tried.params[:, -1]) * np.sqrt(fall)
    ratio = np.exp(np.clip(tried.params[:, -1], -700, 700))
    table = pd.DataFrame({"ratio": ratio[1:], "statistic": statistic[1:]}, index=pd.PeriodIndex(dates, name="at"))
    return Placebos(at, float(statistic[0]), table)
