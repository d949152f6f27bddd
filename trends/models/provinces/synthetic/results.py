"""The estimates of a synthetic control, their placebos and their charts."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import drawing
from trends.errors import ModelError
from trends.fits.options import alpha_of, checked_level
from trends.models.provinces.synthetic.methods import (
    Match,
    backdated,
    date_test,
    effect,
    expected,
    match,
    method_weights,
    placebo_gaps,
)
from trends.models.provinces.synthetic.placebos import Gaps, invert_dates, invert_ranks
from trends.models.provinces.synthetic.predictors import Importance
from trends.models.provinces.synthetic.simplex import simplex_weights
from trends.models.provinces.synthetic.words import caveats, described, interval_sentence
from trends.models.results import Results
from trends.periods import label_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trends.models.provinces.synthetic.model import SyntheticControl

_OVER = ("dates", "provinces")


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticResults(Results):
    """The estimates of a `SyntheticControl`.

    Attributes
    ----------
    model : SyntheticControl
        What was fitted.
    unit_weights : numpy.ndarray
        Weights on the columns of ``model.values``, 0 for the treated one.
    counterpart : numpy.ndarray
        What they make of the treated unit, as a value or a rate, shape ``(n_periods,)``.
    match : Match
        How well they met it before.
    importance : Importance or None
        How much each predictor counts, where there are predictors.
    """

    model: "SyntheticControl"
    unit_weights: np.ndarray
    counterpart: np.ndarray
    match: Match
    importance: Importance | None

    @property
    def weights(self) -> pd.Series:
        """The weights of the donors; they sum to one."""
        return pd.Series(self.unit_weights[1:], self.model.donors, name="weight")

    @property
    def predictor_weights(self) -> pd.Series:
        """How much each predictor counts, summing to one; empty without predictors."""
        table, importance = self.model.predictors, self.importance
        names, values = ([], []) if table is None or importance is None else (table.index, importance.values)
        return pd.Series(values, names, name="importance", dtype=float)

    @property
    def observed(self) -> pd.Series:
        """What was observed in the treated unit, in the periods compared."""
        model = self.model
        return (model.values[model.treated] * model.exposure[model.treated]).rename("observed")

    @property
    def fittedvalues(self) -> pd.Series:
        """What was to be expected of it without the event, of counts at the exposure it had."""
        return (self.counterpart * self.model.exposure[self.model.treated]).rename("expected")

    @property
    def gap(self) -> pd.Series:
        """Observed less expected."""
        return (self.observed - self.fittedvalues).rename("gap")

    @cached_property
    def estimate(self) -> float:
        """The log rate ratio over all periods after, or of measures the mean difference."""
        return effect(self.model.data, self.counterpart)

    @property
    def params(self) -> pd.Series:
        """The estimate by name: ``log rate ratio``, or ``difference``."""
        return pd.Series([self.estimate], index=["log rate ratio" if self.model.counts else "difference"])

    @cached_property
    def placebo_gaps(self) -> Gaps:
        """The gaps of every unit, each matched by all the others, as functions of the treated one's effect."""
        others, _ = self.model.weights_of(range(1, len(self.model.donors) + 1))
        weights = np.vstack([self.unit_weights, others])
        return placebo_gaps(self.model.data, self.model.method, weights)

    @property
    def placebo_course(self) -> pd.DataFrame:
        """The gap of every unit in multiples of its RMSPE before, ``(n_periods, n_units)``."""
        values = self.model.values
        return pd.DataFrame(self.placebo_gaps.course(self._null), values.index, values.columns)

    @cached_property
    def placebos(self) -> pd.DataFrame:
        """A row a unit, the largest first: RMSPE ``before``, ``after``, their ``ratio``, ``rank``.

        In the units that are matched: levels, or multiples of each unit's own mean before.
        """
        gaps, x = self.placebo_gaps, self._null
        after = np.sqrt(((gaps.fixed + x * gaps.moved)[gaps.after] ** 2).mean(axis=0))
        columns = {"before": gaps.before, "after": after, "ratio": gaps.ratios(x)}
        table = pd.DataFrame(columns, index=self.model.values.columns)
        table["rank"] = table["ratio"].rank(ascending=False, method="max").astype(int)
        return table.sort_values("rank", kind="stable")

    @property
    def _null(self) -> float:
        return 1.0 if self.model.counts else 0.0

    @cached_property
    def pvalue_provinces(self) -> float:
        """The p-value of no effect over all units, two-sided, exact; never below one over their number."""
        return self.placebo_gaps.pvalue(self._null)

    @cached_property
    def pvalue_dates(self) -> float:
        """The p-value of no effect over all dates, two-sided; NaN with predictors."""
        return np.nan if self.importance is not None else date_test(self.model.data, self.model.method, 0.0)

    @cached_property
    def placebo_dates(self) -> pd.DataFrame:
        """The ``effect`` that each earlier date would have shown, over as many periods, all before the event.

        Weights come from what is before that date, six periods at least. Empty with predictors.
        """
        starts, effects = np.array([], int), np.array([])
        if self.importance is None:
            starts, effects = backdated(self.model.data, self.model.method, self.model.FEWEST_BEFORE)
        return pd.DataFrame({"effect": effects}, index=self.model.values.index[starts], dtype=float)

    @property
    def pvalues(self) -> pd.Series:
        """The p-values of no effect, over dates and over provinces."""
        return pd.Series([self.pvalue_dates, self.pvalue_provinces], index=list(_OVER), name="pvalue")

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Effects not rejected at level ``alpha``: rows ``dates`` and ``provinces``, columns ``lower, upper``.

        Log rate ratios or differences. Unbounded where there are too few dates or units; NaN where no effect that is
        the same in all periods is left, or, over dates, with predictors.
        """
        alpha = checked_level(alpha, "give an interval", "alpha")
        bounds = [self._bounds(over, alpha) for over in _OVER]
        return pd.DataFrame(bounds, index=list(_OVER), columns=["lower", "upper"])

    def _bounds(self, over: str, alpha: float) -> tuple[float, float]:
        kept: dict[tuple[str, float], tuple[float, float]] = self.__dict__.setdefault("_intervals", {})
        if (over, alpha) not in kept:
            kept[over, alpha] = self._over_dates(alpha) if over == "dates" else self._over_provinces(alpha)
        return kept[over, alpha]

    def _over_provinces(self, alpha: float) -> tuple[float, float]:
        if 1 / (len(self.model.donors) + 1) > alpha:
            return -np.inf, np.inf
        if not self.model.counts:
            return invert_ranks(self.placebo_gaps, alpha, -np.inf)
        low, high = invert_ranks(self.placebo_gaps, alpha, 0.0)
        with np.errstate(divide="ignore"):
            return -np.log(high), -np.log(low)

    def _over_dates(self, alpha: float) -> tuple[float, float]:
        data, method = self.model.data, self.model.method
        if self.importance is not None:
            return np.nan, np.nan
        if 1 / len(data.after) > alpha:
            return -np.inf, np.inf
        centre = self.estimate if np.isfinite(self.estimate) else 0.0
        reach = 5.0 if self.model.counts else 10 * max(abs(centre), self.match.rmspe)
        return invert_dates(lambda value: date_test(data, method, value), alpha, centre, reach)

    def rate_ratio(self, over: str = "dates", level: float = 0.95) -> pd.Series:
        """The rate ratio after the event, of counts: ``ratio``, ``lower`` and ``upper``, over dates or provinces."""
        if over not in _OVER or not self.model.counts:
            found = repr(over) if over not in _OVER else f"{self.model.outcome}, which are not counts"
            raise ModelError(
                "read a rate ratio", found=found, allowed="'dates' or 'provinces', of a Panel", do="read params instead"
            )
        values = [self.estimate, *self._bounds(over, alpha_of(level, "give an interval"))]
        return pd.Series(np.exp(values), index=["ratio", "lower", "upper"], name=over)

    @cached_property
    def leave_one_out(self) -> pd.DataFrame:
        """The effect without each donor that has weight in turn, columns ``weight, effect``; importance is kept."""
        data, model = self.model.data, self.model
        rows = {}
        for place in np.flatnonzero(np.abs(self.unit_weights) > 1e-3):
            kept = np.arange(len(self.unit_weights)) != place
            part = data.only(kept)
            weights = (
                method_weights(part, model.method, [0], ~part.after)[0]
                if self.importance is None
                else model.weights_with(self.importance.values, kept)
            )
            estimate = effect(part, expected(part, model.method, weights))
            rows[model.values.columns[place]] = (self.unit_weights[place], estimate)
        return pd.DataFrame.from_dict(rows, orient="index", columns=["weight", "effect"])

    @property
    def smallest_rmspe(self) -> float:
        """The RMSPE before of the best weights, whatever the predictors, by the classic method."""
        before = self.model.data.values[~self.model.data.after]
        weights = simplex_weights(before[:, 0], before[:, 1:])
        return float(np.sqrt(((before[:, 0] - before[:, 1:] @ weights) ** 2).mean()))

    @cached_property
    def variants(self) -> pd.DataFrame:
        """A row a method, without predictors: ``effect, rmspe, pvalue_provinces, pvalue_dates, matches``."""
        data, rows = self.model.data, {}
        for method in self.model.methods:
            weights = method_weights(data, method, range(data.values.shape[1]), ~data.after)
            counterpart = expected(data, method, weights[0])
            met = match(data, method, weights[0], counterpart)
            over = placebo_gaps(data, method, weights).pvalue(self._null), date_test(data, method, 0.0)
            matches = "no: level" if met.off_level else "no: course" if met.off_course else "yes"
            rows[method] = (effect(data, counterpart), met.rmspe, *over, matches)
        columns = ["effect", "rmspe", "pvalue_provinces", "pvalue_dates", "matches"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the estimates must know, in sentences."""
        return caveats(self)

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """The estimate with its p-value and interval over dates and over provinces, a row each; ratios for counts."""
        table = self.conf_int(alpha_of(level, "give an interval")).assign(estimate=self.estimate)[
            ["estimate", "lower", "upper"]
        ]
        if self.model.counts:
            table = np.exp(table).rename(columns={"estimate": "rate_ratio"})
        notes = [interval_sentence(self, level, over) for over in _OVER]
        return table.assign(pvalue=self.pvalues, note=notes)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The main picture, as `plot_path`."""
        return self.plot_path(ax)

    def sentences(self) -> tuple[str, ...]:
        """What was compared, and the warnings, a sentence each."""
        return (f"{described(self)}.", *self.warnings)

    @property
    def nobs(self) -> int:
        """Periods compared."""
        return len(self.model.values)

    def __repr__(self) -> str:
        return f"SyntheticResults({described(self)})"

    def _caption(self) -> str:
        source = f" Source: {self.model.source}." if self.model.source else ""
        return f"{described(self)}. n = {len(self.observed)}.{source}"

    def plot_path(self, ax: "Axes | None" = None) -> "Axes":
        """What was observed and what was to be expected of the weighted donors, as Axes."""
        ax, course = drawing.axes(ax), (self.observed.index, self.observed)
        if self.model.counts:
            drawing.points(ax, *course, label=self.model.treated)
        else:
            drawing.line(ax, *course, label=self.model.treated, style="--")
        drawing.line(ax, self.observed.index, self.fittedvalues, label="weighted donors", colour="expected")
        drawing.event_mark(ax, self.model.at, label_of(self.model.at))
        return drawing.finish(ax, y_label=self.model.outcome, caption=self._caption())

    def plot_gap(self, ax: "Axes | None" = None) -> "Axes":
        """Observed less expected, as Axes."""
        ax = drawing.line(drawing.axes(ax), self.gap.index, self.gap, label=f"{self.model.treated} less donors")
        ax.axhline(0, color=drawing.COLOURS["muted"], linewidth=0.8, zorder=1)
        drawing.event_mark(ax, self.model.at, label_of(self.model.at))
        return drawing.finish(ax, y_label=f"{self.model.outcome}, observed less expected", caption=self._caption())

    def plot_placebos(self, ax: "Axes | None" = None) -> "Axes":
        """The gap of every unit in multiples of its RMSPE before the event, the treated one on top, as Axes."""
        ax, table = drawing.axes(ax), self.placebo_course
        drawing.crowd(ax, table.index, table[self.model.donors], label="placebos: each donor against all others")
        drawing.line(ax, table.index, table[self.model.treated], label=self.model.treated)
        drawing.event_mark(ax, self.model.at, label_of(self.model.at))
        ends = f" p = {self.pvalue_provinces:.3f} over {len(table.columns)} units; none can fall below "
        caption = self._caption() + ends + f"{1 / len(table.columns):.3f}."
        return drawing.finish(ax, y_label="gap, in multiples of the RMSPE before", caption=caption)
