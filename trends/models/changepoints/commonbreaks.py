"""Breaks that provinces share, each with a level of its own before and after: when, and which provinces broke."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import drawing
from trends.counts.panel import Panel
from trends.counts.series import checked_table
from trends.errors import ModelError
from trends.fits.options import checked_number, checked_whole
from trends.models.changepoints.observed import observed
from trends.models.changepoints.posterior import BreakPosterior, SegmentEvidence, break_posterior
from trends.models.changepoints.segmentation import SegmentSums, segment_sums
from trends.models.changepoints.selection import Search, pearson_residuals, select_breaks
from trends.models.results import Results
from trends.nouns import factor_of, plural
from trends.periods import label_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ASKED = "look for breaks that provinces share"


@dataclass(frozen=True)
class JointEvidence:
    """Log marginal likelihood of a segment in all provinces together; `break_posterior` takes it as one series'."""

    parts: tuple[SegmentEvidence, ...]

    @property
    def sums(self) -> SegmentSums:
        """Running sums of the first province: the length is all that is asked of them."""
        return self.parts[0].sums

    def log(self, first: int | np.ndarray, stop: int | np.ndarray) -> np.ndarray:
        """The sum over provinces."""
        return np.sum([part.log(first, stop) for part in self.parts], axis=0)


@dataclass(frozen=True, eq=False, repr=False)
class CommonBreaks(Results):
    """Dates at which provinces changed together.

    Attributes
    ----------
    number : pandas.Series
        Posterior probability of each number of common breaks.
    posterior : pandas.Series
        Probability of a common break in each period.
    breaks : pandas.PeriodIndex
        The likeliest date of each break, for the likeliest number of them.
    provinces : pandas.DataFrame
        A row a break and province: ``rate_before, rate_after, ratio`` and ``probability`` that this province changed at
        that date, even odds before.
    inflation : pandas.Series
        By province, what its log-likelihood was divided by: dispersion, serial dependence and common shocks.
    """

    number: pd.Series
    posterior: pd.Series
    breaks: pd.PeriodIndex
    provinces: pd.DataFrame
    inflation: pd.Series

    @property
    def nobs(self) -> int:
        """Provinces that were looked at."""
        return len(self.inflation)

    def summary(self) -> pd.DataFrame:
        """The breaks by province, a row each."""
        return self.provinces

    def sentences(self) -> tuple[str, ...]:
        """The number of common breaks, and which provinces changed at each, a sentence each."""
        number = len(self.breaks)
        told = [f"{plural(number, 'common break')}: that number has probability {self.number.max():.2f}."]
        for when in self.breaks:
            table = self.provinces.loc[when]
            changed = [
                f"{name} ({factor_of(row['ratio'])})" for name, row in table.iterrows() if row["probability"] > 0.8
            ]
            told.append(f"At {label_of(when)} the rate was multiplied in {', '.join(changed) or 'no single province'}.")
        return tuple(told)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The probability of a common break in each period."""
        ax, sides = drawing.axes(ax), drawing.edges(self.posterior.index)
        ax.bar(sides[:-1], self.posterior, width=np.diff(sides), align="edge", color=drawing.COLOURS["fit"])
        drawing.time_axis(ax, self.posterior.index).set_ylim(0, 1)
        return drawing.finish(ax, y_label="probability of a common break")

    def __repr__(self) -> str:
        found = ", ".join(label_of(when) for when in self.breaks) or "none"
        chance = f"this number of breaks has probability {self.number.max():.2f}"
        return f"CommonBreaks({found}; {len(self.inflation)} provinces; {chance})"


def common_breaks(panel: Panel | pd.DataFrame, *, max_breaks: int = 3, more: float = 0.5) -> CommonBreaks:
    """The `CommonBreaks` of a panel of counts.

    Parameters
    ----------
    panel : Panel or pandas.DataFrame
        Counts by period and province, shape ``(n_periods, n_provinces)``, all watched throughout; provinces without an
        event are left out.
    max_breaks : int
        The most common breaks looked for; 3 by default.
    more : float
        Prior odds of one break more; one half by default.

    Raises
    ------
    ModelError
        Where a period was not watched, or fewer than two provinces have an event.

    Notes
    -----
    Given the dates, provinces are independent and their rates are integrated out (gamma prior around each province's
    mean), so that the sum over all dates is exact. What a shock to all provinces at once adds to the sum of their
    residuals, beyond what independent provinces would show, multiplies every province's inflation: else 19 provinces
    that share one bad month would count as 19 witnesses.

    **Assumptions**: a province that changes does so at the common date; steps.

    References
    ----------
    Bai (2010), Common breaks in means and variances for panel data. Fearnhead (2006).

    Examples
    --------
    >>> rates = np.r_[np.full((30, 4), 9.0), np.tile([9.0, 4.0, 3.0, 4.0], (30, 1))]
    >>> index = pd.period_range("2016-01", periods=60, freq="M")
    >>> panel = pd.DataFrame(np.random.default_rng(1).poisson(rates), index=index, columns=list("ABCD"))
    >>> found = common_breaks(panel)
    >>> [str(when) for when in found.breaks], found.provinces["probability"].round(1).tolist()
    (['2018-07'], [0.1, 1.0, 1.0, 1.0])
    """
    max_breaks = checked_whole(max_breaks, _ASKED, "max_breaks", 1, 50)
    more = checked_number(more, _ASKED, "more", above=0.0)
    counts, shares = checked_table(panel, asked=_ASKED)
    if counts.isna().any(axis=None):
        raise ModelError(
            _ASKED,
            found="a period that was not watched",
            allowed="provinces that were watched throughout",
            do="take the span or the provinces without gaps",
        )
    kept = counts.loc[:, counts.sum() > 0]
    if kept.shape[1] < 2:
        raise ModelError(
            _ASKED,
            found=f"{kept.shape[1]} with an event",
            allowed="two provinces and more",
            do="use ChangepointModel for a single series",
        )
    search = Search("poisson", max_breaks, 1, "calibrated", None)
    series = {name: observed(kept[name], shares[name], least=12, asked=_ASKED) for name in kept}
    found = {name: select_breaks(data.counts, data.exposure, search) for name, data in series.items()}
    residuals = [pearson_residuals(series[name].counts, series[name].exposure, found[name].breaks) for name in kept]
    shock = _shock(np.array(residuals))
    inflation = pd.Series({name: found[name].inflation.factor * shock for name in kept}, name="inflation")
    evidence = JointEvidence(
        tuple(
            SegmentEvidence(segment_sums(data.counts), 1.0, 1 / data.counts.mean(), inflation[name])
            for name, data in series.items()
        )
    )
    posterior = break_posterior(evidence, max_breaks, more=more)
    return _told(kept, evidence, posterior, inflation)


def _shock(residuals: np.ndarray) -> float:
    """The variance of the sum of standardised residuals over that of independent ones, at least 1."""
    scaled = residuals / np.sqrt((residuals**2).mean(1, keepdims=True))
    return max(float((scaled.sum(0) ** 2).mean() / len(scaled)), 1.0)


def _told(
    counts: pd.DataFrame, evidence: JointEvidence, posterior: BreakPosterior, inflation: pd.Series
) -> CommonBreaks:
    number = int(posterior.number.argmax())
    at = posterior.dates(number).argmax(1)
    edges, rows = np.concatenate([[0], at, [len(counts)]]), []
    for first, middle, stop in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        for part, name in zip(evidence.parts, counts, strict=True):
            gain = (part.log(first, middle) + part.log(middle, stop) - part.log(first, stop)).item()
            before, after = counts[name].iloc[first:middle].mean(), counts[name].iloc[middle:stop].mean()
            ratio = after / before if before > 0 else np.inf
            rows.append((counts.index[middle], name, before, after, ratio, 1 / (1 + np.exp(-gain))))
    columns = ["break", "province", "rate_before", "rate_after", "ratio", "probability"]
    return CommonBreaks(
        pd.Series(posterior.number, index=pd.RangeIndex(posterior.number.size, name="breaks"), name="probability"),
        pd.Series(posterior.anywhere(), index=counts.index, name="probability"),
        counts.index[at],
        pd.DataFrame(rows, columns=columns).set_index(["break", "province"]),
        inflation,
    )
