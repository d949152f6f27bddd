"""What a change-point model found: regimes, dates with their intervals, the posterior, and the pictures of these."""

import warnings
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import drawing
from trends.errors import ModelError
from trends.loading import later
from trends.models.changepoints.dates import bai_perron_intervals
from trends.models.changepoints.observed import Observed
from trends.models.changepoints.posterior import (
    BreakPosterior,
    BreakPrior,
    SegmentEvidence,
    break_posterior,
    none_inside,
)
from trends.models.changepoints.segmentation import segment_means
from trends.models.changepoints.selection import Search, Selection
from trends.models.results import Results
from trends.periods import label_of, labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

gamma = later("scipy.stats.gamma")
norm = later("scipy.stats.norm")


@dataclass(frozen=True)
class ChangepointResults(Results):
    """Breaks of a series, found by a `trends.models.changepoints.model.ChangepointModel`.

    Attributes
    ----------
    data : Observed
        The watched part of the series.
    exposure : numpy.ndarray
        Exposure of the watched periods times their trend and season, whose mean is 1, shape ``(n,)``.
    selection : Selection
        The search, with the criterion for each number of breaks.
    search, prior, exhaustive
        The options; whether every placement was gone through.
    outliers : pandas.Series
        Counts of spells of one or two periods that were set aside; in ``data`` they count as not watched.
    """

    data: Observed
    exposure: np.ndarray
    selection: Selection
    search: Search
    prior: BreakPrior
    exhaustive: bool
    outliers: pd.Series = field(default_factory=lambda: pd.Series(dtype=float, name="count"))

    @property
    def nobs(self) -> int:
        """Watched periods, less those set aside."""
        return len(self.data.counts)

    @property
    def breaks(self) -> pd.PeriodIndex:
        """The first period of each new regime."""
        return self._periods(self.selection.breaks)

    @property
    def criteria(self) -> pd.DataFrame:
        """By number of breaks: log-likelihood, each criterion (lower is better) and the posterior probability."""
        frame = self.selection.criteria
        return frame.assign(probability=self.number.reindex(frame.index)) if len(frame) else frame

    @property
    def choices(self) -> pd.Series:
        """The number of breaks that each criterion and the posterior would choose: where they differ, say so."""
        criteria = self.criteria
        lowest = {name: int(criteria[name].idxmin()) for name in criteria if name not in ("loglik", "probability")}
        return pd.Series({**lowest, "posterior": int(self.number.idxmax())}, name="breaks")

    @property
    def inflation(self) -> float:
        """What the log-likelihood was divided by, for dispersion and serial dependence."""
        return self.selection.inflation.factor

    @property
    def segments(self) -> pd.DataFrame:
        """The regimes: ``first, last, rate, lower, upper``; the rate of a fully watched period, its 95 % interval."""
        edges = np.concatenate([[0], self.selection.breaks, [len(self.data.counts)]])
        rows = []
        for start, stop in pairwise(edges):
            level, lower, upper = self._level(start, stop)
            last = self.data.at[stop] - 1 if stop < len(self.data.at) else len(self.data.index) - 1
            first = self.data.at[start] if start else 0
            rows.append((self.data.index[first], self.data.index[last], level, lower, upper))
        return pd.DataFrame(rows, columns=["first", "last", "rate", "lower", "upper"])

    def _level(self, start: int, stop: int) -> tuple[float, float, float]:
        counts, exposure = self.data.counts[start:stop], self.exposure[start:stop]
        level = counts.sum() / exposure.sum()
        if self.search.family == "gaussian":
            residuals = self.data.counts - segment_means(self.data.counts, self.exposure, self.selection.breaks)
            free = max(len(residuals) - len(self.selection.breaks) - 1, 1)
            half = norm.ppf(0.975) * np.sqrt((residuals @ residuals) / free * self.inflation / exposure.sum())
            return level, level - half, level + half
        inflation = self.inflation * (1 + level / self._size)
        total, watched = counts.sum() / inflation, exposure.sum() / inflation
        # Jeffreys' prior: bounds that stay apart from zero where nothing was counted.
        low, high = gamma.ppf([0.025, 0.975], total + 0.5) / watched
        return level, low if total else 0.0, high

    @property
    def _size(self) -> float:
        return self.selection.sums.size

    @cached_property
    def _evidence(self) -> SegmentEvidence:
        sums, mean = self.selection.sums, self.data.counts.sum() / self.exposure.sum()
        if self.search.family == "gaussian":
            variance = self.data.counts.var()
            residuals = self.data.counts - segment_means(self.data.counts, self.exposure, self.selection.breaks)
            noise = max((residuals @ residuals) / len(residuals), 1e-12 * variance) * self.inflation
            return SegmentEvidence(sums, 1 / variance, 0.0, noise)
        rate = self.prior.shape / mean if self.prior.rate is None else self.prior.rate
        return SegmentEvidence(sums, self.prior.shape, rate, self.inflation)

    @cached_property
    def _posterior(self) -> BreakPosterior:
        if not self.exhaustive:
            raise ModelError(
                "weigh every number of breaks",
                found=f"{len(self.data.counts)} watched periods",
                allowed="at most 4000, because the time grows with the square",
                do="count by longer periods, or read breaks and interval, which are there for any length",
            )
        return break_posterior(self._evidence, self.search.max_breaks, self.search.min_between, self.prior.more)

    @property
    def number(self) -> pd.Series:
        """The posterior probability of each number of breaks."""
        found = self._posterior.number
        return pd.Series(found, index=pd.RangeIndex(found.size, name="breaks"), name="probability")

    @property
    def posterior(self) -> pd.Series:
        """The probability that a new regime began in each period, whatever the number of breaks.

        The sum over a span is the expected number of breaks in it; `probability` gives that of at least one.
        """
        at = self._posterior.anywhere() if self.exhaustive else self._local_dates().sum(0)
        return pd.Series(self.data.spread(at), index=self.data.index, name="probability")

    def dates(self, number: int | None = None) -> pd.DataFrame:
        """The probability of each date for each of ``number`` breaks (by default those found); a column a break."""
        number = len(self.selection.breaks) if number is None else number
        if self.exhaustive or number != len(self.selection.breaks):
            self._check_number(number)
            found = self._posterior.dates(number)
        else:
            found = self._local_dates()
        columns = pd.RangeIndex(1, number + 1, name="break")
        rows = [self.data.spread(row) for row in found]
        return pd.DataFrame(np.reshape(rows, (number, len(self.data.index))).T, index=self.data.index, columns=columns)

    def _check_number(self, number: int) -> None:
        if not 0 <= number < len(self._posterior.number) or not np.isfinite(self._posterior.evidence[number]):
            raise ModelError(
                "date breaks",
                found=f"number={number}",
                allowed=f"0 to {len(self._posterior.number) - 1}, as far as they fit into the series",
                do="raise max_breaks in the model, or ask for fewer",
            )

    def _local_dates(self) -> np.ndarray:
        edges = np.concatenate([[0], self.selection.breaks, [len(self.data.counts)]])
        found = np.zeros((len(edges) - 2, len(self.data.counts)))
        for row, before, after in zip(found, edges[:-2], edges[2:], strict=True):
            at = np.arange(before + 1, after)
            logs = self._evidence.log(before, at) + self._evidence.log(at, after)
            row[at] = np.exp(logs - logs.max())
            row /= row.sum()
        return found

    def probability(self, first: Any, last: Any) -> float:
        """The probability that at least one new regime began from ``first`` to ``last``, both included."""
        asked = "give the probability of a break in a span"
        start, stop = self.data.position(first, asked), self.data.position(last, asked) + 1
        if start >= stop:
            raise ModelError(
                asked,
                found=f"a span from {first} to {last}",
                allowed="a first period that is not later than the last",
                do="exchange the two",
            )
        gaps = np.diff(self.data.at, prepend=self.data.at[0] - 1)
        reach = np.minimum(self.data.at + 1, stop) - np.maximum(self.data.at + 1 - gaps, start)
        share = np.clip(reach, 0, None) / gaps
        if not self.exhaustive:
            return float(1 - np.prod(1 - self._local_dates() @ share))
        return 1 - none_inside(self._evidence, self._posterior, self.search.min_between, share)

    def interval(self, level: float = 0.95, number: int | None = None, method: str | None = None) -> pd.DataFrame:
        """The interval of each break's date: columns ``lower, upper``, a row a break.

        Parameters
        ----------
        level : float
            Coverage wanted.
        number : int, optional
            Number of breaks; by default those found.
        method : str, optional
            ``"posterior"``, the equal tails of each date's posterior (the default for counts), or ``"bai-perron"``,
            the limit distribution of the date of a shift in mean (the default for a Gaussian series).

        Warns
        -----
        UserWarning
            Where two neighbouring intervals overlap: the data cannot tell these breaks apart.
        """
        method = method or ("bai-perron" if self.search.family == "gaussian" else "posterior")
        if method not in ("posterior", "bai-perron") or not 0 < level < 1:
            raise ModelError(
                "give intervals of dates",
                found=f"level={level!r}, method={method!r}",
                allowed='a level between 0 and 1, "posterior" or "bai-perron"',
                do="choose among these",
            )
        breaks = self._best(number)
        if method == "posterior":
            upto = self.dates(len(breaks)).to_numpy().cumsum(0)
            tail = (1 - level) / 2
            sides = [(upto < edge).sum(0).clip(max=len(upto) - 1) for edge in (tail, 1 - tail)]
        else:
            scale = self.selection.inflation
            serial = scale.factor / np.fmax(scale.dispersion, 1) if self.search.family != "gaussian" else scale.factor
            found = bai_perron_intervals(self.data.counts / self.exposure, breaks, level, float(serial))
            before = self.data.at[found.lower - 1] + 1
            sides = [before, self.data.at[found.upper]]
        frame = pd.DataFrame({"lower": self.data.index[sides[0]], "upper": self.data.index[sides[1]]})
        frame.index = self._periods(breaks)
        for i in np.flatnonzero(sides[0][1:] <= sides[1][:-1]):
            pair = " and ".join(label_of(when) for when in frame.index[i : i + 2])
            warnings.warn(
                f"the intervals of the breaks at {pair} overlap: the data cannot tell them apart", stacklevel=2
            )
        return frame

    def _best(self, number: int | None) -> np.ndarray:
        table = self.selection.table
        if number is None or number == len(self.selection.breaks) or table is None:
            return self.selection.breaks
        self._check_number(number)
        return table.breaks(number)

    def _periods(self, positions: np.ndarray) -> pd.PeriodIndex:
        return self.data.index[self.data.at[positions]].rename("break")

    @property
    def fittedvalues(self) -> pd.Series:
        """The expected count of each watched period; NaN where nothing was watched."""
        rates = segment_means(self.data.counts, self.exposure, self.selection.breaks)
        fitted = pd.Series(np.nan, index=self.data.index, name="fitted")
        fitted.iloc[self.data.at] = rates * self.exposure
        return fitted

    def summary(self) -> pd.DataFrame:
        """The regimes, and how probable it is that each began within its 95 % interval's dates; labels as text."""
        frame = self.segments
        for name in ("first", "last"):
            frame[name] = labels(pd.PeriodIndex(frame[name]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            dates = self.interval()
        for name in ("lower", "upper"):
            frame[f"began_{name}"] = ["", *labels(pd.PeriodIndex(dates[name]))] if len(dates) else ""
        return frame

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The counts with their regimes, as `plot_fit`."""
        return self.plot_fit(ax)

    def sentences(self) -> tuple[str, ...]:
        """The regimes, and what was set aside, a sentence each."""
        told = []
        for _, row in self.summary().iterrows():
            rate = f"{row['rate']:.3g} ({row['lower']:.3g} to {row['upper']:.3g})"
            told.append(f"From {row['first']} to {row['last']} the rate was {rate}.")
        if len(self.outliers):
            told.append(f"Set aside as outliers: {', '.join(labels(self.outliers.index))}.")
        return tuple(told)

    def to_frame(self) -> pd.DataFrame:
        """The regimes, as `segments`."""
        return self.segments

    def __repr__(self) -> str:
        found = ", ".join(labels(self.breaks)) or "none"
        aside = f"; set aside: {', '.join(labels(self.outliers.index))}" if len(self.outliers) else ""
        return f"ChangepointResults({self.nobs} periods; breaks: {found}{aside})"

    def plot_fit(self, ax: "Axes | None" = None) -> "Axes":
        """Axes with the counts, the rate of each regime with its interval, and the breaks."""
        ax = drawing.points(drawing.axes(ax), self.data.index, self._counts(), label="counted")
        for row, regime in self.segments.iterrows():
            span = pd.period_range(regime["first"], regime["last"])
            sides = [[regime[name]] * len(span) for name in ("lower", "upper")]
            drawing.band(ax, span, *sides, label=None if row else "mean rate of the regime, 95 %")
        drawing.line(ax, self.data.index, self.fittedvalues, label="expected count")
        if len(self.breaks):
            # Room for the dates, which would else stand on the highest counts.
            ax.set_ylim(top=1.12 * ax.get_ylim()[1])
        for when in self.breaks:
            drawing.event_mark(ax, when, label_of(when))
        return drawing.finish(drawing.time_axis(ax, self.data.index), y_label="events")

    def plot_posterior(self, ax: "Axes | None" = None) -> "Axes":
        """Axes with the probability that a new regime began in each period."""
        ax = drawing.axes(ax)
        sides = drawing.edges(self.data.index)
        ax.bar(sides[:-1], self.posterior, width=np.diff(sides), align="edge", color=drawing.COLOURS["fit"])
        drawing.time_axis(ax, self.data.index).set_ylim(0, 1)
        return drawing.finish(ax, y_label="probability of a new regime")

    def _counts(self) -> np.ndarray:
        counts = pd.Series(self.data.spread_counts(), index=self.data.index)
        counts[self.outliers.index] = self.outliers
        return counts.to_numpy()
