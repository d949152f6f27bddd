"""What capture and recapture say: how many incidents there were, what it hangs on, and the words for it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from trends import drawing
from trends.models.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Models whose AIC is higher by no more than this are nearly as good (Burnham & Anderson 2002).
_NEAR = 2.0


@dataclass(frozen=True, eq=False)
class LogLinear:
    """Log-linear models of three lists.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a model, by the lists that depend on each other (``"12, 3"``: the first and the second): ``unseen,
        estimate, lower, upper, deviance, freedom, aic``.
    best : str
        The model with the lowest AIC.
    listed : int
        Incidents on any list.
    """

    table: pd.DataFrame
    best: str
    listed: int

    @property
    def near(self) -> pd.DataFrame:
        """The models that are nearly as good as the best, itself among them."""
        return self.table[self.table["aic"] <= self.table["aic"].min() + _NEAR]


@dataclass(frozen=True, eq=False, repr=False)
class CaptureRecapture(Results):
    """How many incidents there were, by what lists of them have in common.

    Attributes
    ----------
    estimate, lower, upper, level : float
        Number of incidents with its interval, if all that is assumed holds.
    histories : pandas.Series
        Incidents by the lists that they are on: ``"10"`` on the first alone, ``"11"`` on both.
    days : int
        Days by which the dates of one incident may differ.
    by_days : pandas.DataFrame
        ``in_common, estimate, lower, upper`` for every tolerance from 0 to twice ``days``.
    models : LogLinear or None
        Of three lists: all log-linear models.
    dependence : pandas.DataFrame or None
        Of two lists: the estimate, were the odds of being on one list multiplied by ``odds_ratio`` for what is on the
        other. The data cannot tell which.
    origins : tuple of str
        Where the incidents of each list were first written down.
    """

    estimate: float
    lower: float
    upper: float
    level: float
    histories: pd.Series
    days: int
    by_days: pd.DataFrame
    models: LogLinear | None
    dependence: pd.DataFrame | None
    origins: tuple[str, ...]

    @property
    def listed(self) -> int:
        """Incidents on any list."""
        return int(self.histories.sum())

    @property
    def nobs(self) -> int:
        """Incidents on any list."""
        return self.listed

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The number of incidents by how many days the dates of one may differ, with its interval."""
        ax, table = drawing.axes(ax), self.by_days
        ax.vlines(table.index, table["lower"], table["upper"], color=drawing.COLOURS["fit"], linewidth=1.6)
        ax.plot(table.index, table["estimate"], "o", color=drawing.COLOURS["fit"], label="in all")
        ax.axhline(self.listed, color=drawing.COLOURS["counts"], linewidth=0.8, label="listed")
        ax.set_ylim(bottom=0)
        ax.set_xticks(table.index)
        return drawing.finish(ax, y_label="incidents", caption="days by which the dates of one incident may differ")

    def summary(self) -> pd.DataFrame:
        """The models of three lists; of two, the estimate by tolerance."""
        return self.by_days if self.models is None else self.models.table

    def sentences(self) -> tuple[str, ...]:
        """What a reader must know, one idea each, the caveats among it."""
        common = int(self.by_days.loc[self.days, "in_common"])
        told = [
            f"{self.listed:,} incidents are on at least one of {len(self.origins)} lists, {common:,} on more than one; "
            f"that makes {self.estimate:,.0f} in all ({100 * self.level:.0f} % interval {self.lower:,.0f} to "
            f"{self.upper:,.0f}), if the lists are what is assumed of them."
        ]
        if self.days:
            low, high = self.by_days["estimate"].agg(["min", "max"])
            told.append(
                f"Were the dates of one incident allowed to differ by 0 to {self.by_days.index[-1]} days and not by "
                f"{self.days}, it would be {low:,.0f} to {high:,.0f}."
            )
        if self.models is not None:
            near = self.models.near["estimate"]
            if len(near) > 1:
                told.append(
                    f"{len(near)} models of how the lists depend on each other fit about as well: {near.min():,.0f} to "
                    f"{near.max():,.0f}."
                )
            told.append("That all three depend on each other at once cannot be seen, and is taken not to be so.")
        elif self.dependence is not None:
            half, double = (self.dependence["estimate"][odds] for odds in (0.5, 2.0))
            told.append(
                "Two lists cannot show whether they depend on each other: were an incident on the one twice as likely, "
                f"in odds, to be on the other, it would be {double:,.0f}; half as likely, {half:,.0f}."
            )
        told.append(
            "What is large and near a town is on every list and what is small and remote on none, so that there were "
            "probably more."
        )
        told.append("No claim rests on this number alone.")
        return tuple(told)

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def __repr__(self) -> str:
        return f"CaptureRecapture({self.estimate:,.0f} incidents, {self.lower:,.0f} to {self.upper:,.0f})"
