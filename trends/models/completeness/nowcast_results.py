"""What a nowcast says: the share reported of each period, what is to be expected, and the words for it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import drawing, periods
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.models.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Nowcast(Results):
    """How much of the newest periods has been reported, and how many incidents they will have in the end.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a period: ``reported`` so far; ``share`` of the incidents that this is, with ``share_lower,
        share_upper``; ``nowcast``, the incidents in the end, with ``lower, upper``. NaN where nothing can have been
        reported yet.
    delays : pandas.Series
        The share reported by each delay, in periods.
    dispersion : float
        The variance of a cell of the triangle over its mean; below 1 it is taken for 1.
    drift : (float, float)
        Whether the newer half of the periods was reported later than the older: z (above 0, later) and p, two-sided.
    level : float
        Of the intervals.
    draws, learnt_from : int
        Simulated ends of every period, and the number of periods that the delays were learnt from.
    """

    table: pd.DataFrame
    delays: pd.Series
    dispersion: float
    drift: tuple[float, float]
    level: float
    draws: int
    learnt_from: int

    @property
    def exposure(self) -> pd.Series:
        """The share of the incidents of each period that has been reported, 0 to 1: what an exposure is."""
        return self.table["share"].rename("exposure")

    @property
    def nobs(self) -> int:
        """Periods of the triangle."""
        return len(self.table)

    def to_frame(self) -> pd.DataFrame:
        """Every period, a row each."""
        return self.table

    def summary(self) -> pd.DataFrame:
        """The periods that are not complete, a row each, the newest last."""
        return self.table[self.table["share"] < 1]

    def corrected(self, panel: Panel) -> Panel:
        """A panel whose exposure is multiplied by the share reported, and whose counts are as they were.

        Parameters
        ----------
        panel : Panel
            Counts of the same incidents as of the same day, by the same periods, that end where the triangle ends or
            before. A period of which nothing can have been reported yet becomes one that was not watched.

        Raises
        ------
        ModelError
            Where the panel is by other periods, or goes on after the triangle.

        Notes
        -----
        **Assumptions**: the delays are those of the triangle in every province. The shares are taken as known: where
        ``share_lower`` and ``share_upper`` are far apart, a model on the panel is too sure of the newest periods.
        """
        index = self.table.index
        word = periods.frequency_name(periods.frequency_of(index))
        if panel.frequency != periods.frequency_of(index) or panel.index[-1] > index[-1]:
            other = periods.frequency_name(panel.frequency)
            raise ModelError(
                "correct a panel for what has not been reported yet",
                found=f"a panel by the {other} to {periods.label_of(panel.index[-1])}",
                allowed=f"one by the {word} that ends by {periods.label_of(index[-1])}",
                do="cut it with span(), or build the triangle by the panel’s periods",
            )
        share = self.exposure.reindex(panel.index, fill_value=1.0).to_numpy()[:, None]
        exposure = panel.exposure * share
        partly = panel.index[(share[:, 0] < 1)]
        note = f"Exposure of {', '.join(periods.labels(partly))} multiplied by the share reported so far."
        notes = panel.notes + ((note,) if len(partly) else ())
        return replace(panel, counts=panel.counts.where(exposure > 0), exposure=exposure, notes=notes)

    def sentences(self) -> tuple[str, ...]:
        """What a reader must know, one idea a sentence."""
        word = periods.frequency_name(periods.frequency_of(self.table.index))
        told = []
        for when, row in self.summary().iterrows():
            label = periods.label_of(when)
            if row["share"] == 0:
                told.append(f"Nothing of {label} can have been reported yet: it is not watched.")
                continue
            told.append(
                f"Of the incidents of {label}, {_percent(row['share'])} ({_percent(row['share_lower'])} to "
                f"{_percent(row['share_upper'])}) have been reported: {row['reported']:,.0f} so far, "
                f"{row['nowcast']:,.0f} ({row['lower']:,.0f} to {row['upper']:,.0f}) in the end."
            )
        if not told:
            told.append(f"Every {word} of the triangle is complete.")
        z, pvalue = self.drift
        if pvalue < 0.05:
            how, share = ("later", "too high") if z > 0 else ("sooner", "too low")
            told.append(
                f"The newer half of the periods was reported {how} than the older (p {max(pvalue, 0.001):.2g}): these "
                f"shares may be {share}, and the delays are better learnt from the newest periods only."
            )
        if self.dispersion >= 1.05:
            told.append(
                f"Reports vary {self.dispersion:.2g} times as much as independent ones; the intervals allow for it."
            )
        told.append(f"What is reported more than {len(self.delays) - 1} {word}s later is in none of this.")
        return tuple(told)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Axes with what has been reported and what is to be expected in the end, with its interval."""
        table = self.table
        waiting = np.flatnonzero(table["share"] < 1)
        start = max(min(waiting, default=len(table)) - 1, 0)
        tail = table.iloc[start:]
        ax = drawing.axes(ax)
        drawing.band(ax, tail.index, tail["lower"], tail["upper"], label=f"{_percent(self.level)} interval")
        drawing.line(ax, tail.index, tail["nowcast"], label="expected in the end")
        drawing.points(ax, table.index, table["reported"], label="reported so far")
        drawing.time_axis(ax, table.index)
        n = f"{np.nansum(table['reported']):,.0f} incidents reported"
        caption = f"Delays learnt from {self.learnt_from} periods; {n}."
        return drawing.finish(ax, y_label="incidents", caption=caption)

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def __repr__(self) -> str:
        newest = f"{_percent(self.table['share'].iloc[-1])} of {periods.label_of(self.table.index[-1])} reported"
        return f"Nowcast({len(self.table)} periods; {newest})"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"
