"""What a fitted joinpoint model says: segments, dates, average changes, each with its interval."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import drawing
from trends.errors import ModelError
from trends.fits.options import checked_level
from trends.loading import later
from trends.models.changepoints.observed import Observed
from trends.models.joinpoints.autocorrelation import Dependence, lag_one
from trends.models.joinpoints.selection import Segmented, Slopes
from trends.models.results import Results
from trends.nouns import LARGEST_PERCENT
from trends.periods import frequency_name, frequency_of, label_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

stats = later("scipy.stats")


@dataclass(frozen=True, kw_only=True, repr=False)
class JoinpointResults(Results):
    """A fitted joinpoint model.

    Attributes
    ----------
    number : int
        The chosen number of joinpoints.
    criterion : pandas.DataFrame
        For 0, 1, ... joinpoints: the best dates, ``deviance`` (counts) or ``sse`` (rates), ``bic``, ``bic3``,
        ``wbic`` and the ``weight`` between the two. Lower is better.
    tests : pandas.DataFrame
        The permutation tests in the order in which they were made; empty where a criterion chose.
    dispersion : float
        Residual variance; 1 for Poisson counts.
    dependence : Dependence
        Serial dependence of the residuals: the share of their variance that has a memory, and how long a one.
    regression : statsmodels results
        The reported fit, statsmodels' own, given the joinpoints.
    """

    name: str
    data: Observed = field(repr=False)
    base: np.ndarray = field(repr=False)
    terms: list[str] = field(repr=False)
    select: str
    errors: str
    level: float
    problem: Segmented = field(repr=False)
    number: int
    criterion: pd.DataFrame = field(repr=False)
    tests: pd.DataFrame = field(repr=False)
    dispersion: float
    dependence: Dependence = field(repr=False)
    regression: Any = field(repr=False)
    slopes: Slopes = field(repr=False)
    date_rows: np.ndarray = field(repr=False)

    @property
    def joinpoints(self) -> list[pd.Period]:
        """The first period of each new regime: from here on the new slope runs."""
        return [self._period(row) for row in self.slopes.rows[0]]

    @property
    def nobs(self) -> int:
        """The number of watched periods."""
        return len(self.problem.y)

    def _period(self, row: int) -> pd.Period:
        return self.data.index[self.problem.positions[row]]

    def intervals(self) -> pd.DataFrame:
        """For each joinpoint its date and the first and last date that the data leave plausible.

        The level is the model's; columns ``joinpoint, lower, upper``.
        """
        rows = [
            [self._period(row) for row in (at, *edges)]
            for at, edges in zip(self.slopes.rows[0], self.date_rows, strict=True)
        ]
        return pd.DataFrame(rows, columns=["joinpoint", "lower", "upper"], index=pd.RangeIndex(1, self.number + 1))

    @property
    def apc(self) -> pd.DataFrame:
        """The annual percent change of each segment: ``first, last, apc, lower, upper, pvalue``.

        Neighbouring segments share the period in which their lines meet.
        """
        edges = [self.data.index[self.problem.positions[0]], *self.joinpoints]
        edges.append(self.data.index[self.problem.positions[-1]])
        rows = []
        for j, (first, last) in enumerate(pairwise(edges)):
            contrast = np.zeros(len(self.slopes.coefficients[0]))
            contrast[1] = 1
            contrast[self.problem.base.shape[1] :][:j] = 1
            rows.append(
                (label_of(first), label_of(last), *self._percent(np.tile(contrast, (len(self.slopes.rows), 1))))
            )
        columns = ["first", "last", "apc", "lower", "upper", "pvalue"]
        return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, len(rows) + 1))

    def aapc(self, first: Any = None, last: Any = None) -> pd.Series:
        """The average annual percent change over a span: ``first, last, aapc, lower, upper, pvalue``.

        Parameters
        ----------
        first, last : period, optional
            Ends of the span; by default those of the series.

        Notes
        -----
        The slope of the straight line (on the log scale) between the two ends of the fitted course.
        """
        index = self.data.index
        places = [
            self.data.position(when, "average the change over a span")
            for when in (first or index[0], last or index[-1])
        ]
        if places[0] >= places[1]:
            raise ModelError(
                "average the change over a span",
                found=f"first={label_of(index[places[0]])}, last={label_of(index[places[1]])}",
                allowed="a first period before the last",
                do="name a longer span",
            )
        years = self.base[:, 1]
        start, end = years[places]
        kinks = self.problem.base[self.slopes.rows, 1]
        contrast = np.zeros(self.slopes.coefficients.shape)
        contrast[:, 1] = 1
        contrast[:, self.problem.base.shape[1] :] = (np.maximum(end - kinks, 0) - np.maximum(start - kinks, 0)) / (
            end - start
        )
        names = ["first", "last", "aapc", "lower", "upper", "pvalue"]
        return pd.Series([*(label_of(index[place]) for place in places), *self._percent(contrast)], index=names)

    def _percent(self, contrast: np.ndarray) -> tuple[float, float, float, float]:
        *logs, pvalue = self.slopes.contrast(contrast[0], contrast, self.level)
        change, lower, upper = (100 * float(np.expm1(min(value, 700.0))) for value in logs)
        return change, lower, upper, pvalue

    @property
    def params(self) -> pd.Series:
        """Coefficients of the chosen placement on the log scale; slopes are per year."""
        names = [*self.terms, *(f"slope {label_of(at)}" for at in self.joinpoints)]
        return pd.Series(self.slopes.coefficients[0], index=names)

    @property
    def bse(self) -> pd.Series:
        """Standard errors given the joinpoints, with the dispersion and the autocorrelation in them."""
        return pd.Series(np.sqrt(np.diag(self.slopes.covariance[0])), index=self.params.index)

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values that a coefficient is 0, given the joinpoints."""
        return pd.Series(2 * stats.t.sf(np.abs(self.params / self.bse), self.slopes.freedom), index=self.params.index)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Intervals of the coefficients given the joinpoints, columns ``lower, upper``; `apc` allows for the dates."""
        alpha = checked_level(alpha, "give an interval", "alpha")
        reach = stats.t.ppf(1 - alpha / 2, self.slopes.freedom) * self.bse
        return pd.DataFrame({"lower": self.params - reach, "upper": self.params + reach})

    def _course(self) -> tuple[np.ndarray, np.ndarray]:
        years = self.base[:, 1]
        kinks = self.problem.base[self.slopes.rows[0], 1]
        design = np.column_stack([self.base, np.maximum(years[:, None] - kinks, 0)])
        error = np.sqrt(np.einsum("np,pq,nq->n", design, self.slopes.covariance[0], design))
        return design @ self.slopes.coefficients[0], error

    @property
    def fittedvalues(self) -> pd.Series:
        """The expected count of a fully watched period (or the expected rate), on every period."""
        return pd.Series(np.exp(self._course()[0]), index=self.data.index, name="fitted")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know before trusting this fit, a sentence each."""
        found = []
        residuals, _ = self.problem.residuals(self.slopes.rows[0], self.slopes.coefficients[0])
        raw = float(lag_one(residuals, self.problem.positions))
        if self.errors == "independent" and raw > stats.norm.ppf(0.95) / np.sqrt(self.nobs):
            found.append(
                f"Residuals are autocorrelated ({raw:.2f} at one period's distance): with errors='independent' "
                "joinpoints and p-values are too sure of themselves; fit with errors='ar1'."
            )
        choices = {name: int(self.criterion[name].argmin()) for name in ("bic", "bic3", "wbic")}
        told = {"bic": "BIC", "bic3": "BIC3", "wbic": "weighted BIC"}
        other = [f"by {told[name]} {number}" for name, number in choices.items() if number != self.number]
        if other:
            found.append(
                f"By {told.get(self.select, self.select)} the number of joinpoints is {self.number}, but "
                + ", ".join(other)
                + "."
            )
        for j in range(self.number - 1):
            if self.date_rows[j, 1] >= self.date_rows[j + 1, 0]:
                found.append(
                    f"The intervals of joinpoints {j + 1} and {j + 2} overlap: their dates are not told apart."
                )
        return tuple(found)

    def summary(self) -> pd.DataFrame:
        """The segments: annual percent change with its interval and p-value; the same as `apc`."""
        return self.apc

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The counts with the fitted course, as `plot_fit`."""
        return self.plot_fit(ax)

    def sentences(self) -> tuple[str, ...]:
        """The annual percent change of each segment, and the warnings, a sentence each."""
        told = []
        for _, row in self.apc.iterrows():
            change = f"{row['apc']:.3g} % a year ({row['lower']:.3g} to {row['upper']:.3g})"
            if max(row["apc"], row["upper"]) / 100 + 1 >= LARGEST_PERCENT:
                factor, low, high = (1 + row[name] / 100 for name in ("apc", "lower", "upper"))
                change = f"a factor of {factor:.3g} a year ({low:.3g} to {high:.3g})"
            told.append(f"From {row['first']} to {row['last']} the rate changed by {change}.")
        return (*told, *self.warnings)

    def __repr__(self) -> str:
        dates = ", ".join(label_of(at) for at in self.joinpoints) or "none"
        return (
            f"JoinpointResults({self.name}, {self.nobs} periods; joinpoints: {dates}; dispersion {self.dispersion:.3g})"
        )

    def plot_fit(self, ax: "Axes | None" = None) -> "Axes":
        """Counts (as if fully watched) or rates, the fitted course with its band, and the joinpoints."""
        data, index = self.data, self.data.index
        eta, error = self._course()
        seen = np.full(len(index), np.nan)
        seen[data.at] = data.counts / data.exposure
        reach = stats.t.ppf((1 + self.level) / 2, self.slopes.freedom) * error
        # Few counts bear a band without an end.
        with np.errstate(over="ignore"):
            lower, upper = np.exp(eta - reach), np.exp(eta + reach)
        ax = drawing.points(drawing.axes(ax), index, seen, label=self.name)
        drawing.line(ax, index, np.exp(eta), label="joinpoint fit")
        drawing.band(ax, index, lower, upper, label=f"{self.level:.0%} band")
        for at in self.joinpoints:
            drawing.event_mark(ax, at, label_of(at))
        return drawing.finish(
            ax, y_label=f"events a {frequency_name(frequency_of(index))}" if self.problem.counts else "rate"
        )
