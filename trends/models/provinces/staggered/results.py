"""The estimates of a staggered comparison of provinces, their inference and their charts."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import drawing
from trends.errors import ModelError
from trends.fits.options import alpha_of, checked_level
from trends.fits.overlap import quoted
from trends.loading import later
from trends.models.provinces.staggered.randomisation import (
    EventStudy,
    Experiment,
    dose_effect,
    event_study,
    expected_without,
    holes,
    invert,
    statistics,
    two_tails,
    upper_tail,
)
from trends.models.provinces.staggered.saturated import imputation_error, saturated_effects
from trends.models.provinces.staggered.schedules import read_schedule
from trends.models.provinces.staggered.twoway import TwowayFit, fit_twoway
from trends.models.provinces.staggered.words import caveats, described, interval_sentence, method_sentence
from trends.models.results import Results
from trends.periods import frequency_name

stats = later("scipy.stats")

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trends.models.provinces.staggered.model import StaggeredModel


@dataclass(frozen=True, eq=False, repr=False)
class StaggeredResults(Results):
    """The estimates of a `StaggeredModel`.

    Attributes
    ----------
    model : StaggeredModel
        What was fitted.
    experiment : Experiment
        Counts and admissible schedules, on arrays.
    twoway : TwowayFit
        The two-way fit.
    pvalue_bootstrap : float
        Of the two-way coefficient, by a wild bootstrap of its scores by province.
    """

    model: "StaggeredModel"
    experiment: Experiment
    twoway: TwowayFit
    pvalue_bootstrap: float

    @cached_property
    def _arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        experiment = self.experiment
        return experiment.counts, experiment.exposure, experiment.dose

    @cached_property
    def _imputed(self) -> np.ndarray:
        return expected_without(*self._arrays)

    @cached_property
    def saturated(self) -> pd.DataFrame:
        """Wooldridge's effects by cohort and period; see the module `saturated` beside this one."""
        if self.model.schedule.amounts:
            raise ModelError(
                "fit an effect for every cohort and period",
                found="a schedule of amounts",
                allowed="a schedule of dates",
                do="read the estimate by imputation, which is per unit of dose",
            )
        if isinstance(self.saturated_or_why_not, ModelError):
            raise self.saturated_or_why_not
        return self.saturated_or_why_not

    @cached_property
    def saturated_or_why_not(self) -> pd.DataFrame | ModelError:
        """The effects by cohort and period, or the error that says why there are none."""
        try:
            return saturated_effects(*self._arrays, self.model.panel.index)
        except ModelError as error:
            return error

    @cached_property
    def _table(self) -> pd.DataFrame:
        counts, exposure, dose = self._arrays
        effect = dose_effect(counts, self._imputed, dose)
        rows = {"imputation": (effect, imputation_error(counts, exposure, dose, effect))}
        if not self.model.schedule.amounts:
            found = self.saturated_or_why_not
            none = (np.nan, np.nan)
            rows["saturated"] = (
                none if isinstance(found, ModelError) else (found.attrs["coefficient"], found.attrs["se"])
            )
        rows["two-way"] = (float(self.twoway.params[0]), np.inf)
        if self.twoway.converged:
            rows["two-way"] = (float(self.twoway.params[0]), float(np.sqrt(self.twoway.covariance[0, 0])))
        return pd.DataFrame.from_dict(rows, orient="index", columns=["coefficient", "se"])

    @property
    def params(self) -> pd.Series:
        """The estimates, log rate ratios per unit of dose, by the name of the estimator."""
        return self._table["coefficient"]

    @property
    def bse(self) -> pd.Series:
        """Standard errors clustered by province; too small with few reached provinces, and NaN with one."""
        return self._table["se"]

    @property
    def estimate(self) -> float:
        """The estimate by imputation."""
        return float(self.params["imputation"])

    @property
    def n_schedules(self) -> int:
        """Admissible schedules, the actual one included."""
        return len(self.experiment.schedules)

    @cached_property
    def pvalue(self) -> float:
        """The p-value of no effect by randomisation, two-sided."""
        return two_tails(statistics(self.experiment, 0.0))

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values: by randomisation, by Student's t on clusters, and by the wild bootstrap of scores."""
        by = {"imputation": self.pvalue, "two-way": self.pvalue_bootstrap}
        if "saturated" in self.params:
            ratio = abs(self.params["saturated"] / self.bse["saturated"])
            by["saturated"] = 2 * stats.t.sf(ratio, self.twoway.clusters - 1)
        return pd.Series(by, name="pvalue")[list(self.params.index)]

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Intervals at level ``1 - alpha``: columns ``lower`` and ``upper``.

        That of ``imputation`` inverts the randomisation test and is infinite where the schedules are too few for
        ``alpha``; the others are the textbook ones, by Student's t on clusters.
        """
        alpha = checked_level(alpha, "give an interval", "alpha")
        reach = stats.t.ppf(1 - alpha / 2, self.twoway.clusters - 1) * self.bse
        table = pd.DataFrame({"lower": self.params - reach, "upper": self.params + reach})
        table.loc["imputation"] = self._inverted(alpha)
        return table

    def _inverted(self, alpha: float) -> tuple[float, float]:
        kept: dict[float, tuple[float, float]] = self.__dict__.setdefault("_bounds", {})
        if alpha not in kept:
            kept[alpha] = invert(self.experiment, self.estimate, alpha)
        return kept[alpha]

    @cached_property
    def holes(self) -> tuple[tuple[float, float], ...]:
        """Spans of log rate ratios within the 95 % interval by randomisation that its test rejects."""
        alpha = alpha_of(0.95, "give an interval")
        lower, upper = self._inverted(alpha)
        return holes(self.experiment, lower, upper, alpha)

    def rate_ratio(self, term: str = "imputation", level: float = 0.95) -> pd.Series:
        """The rate ratio per unit of dose by one estimator: ``ratio``, ``lower`` and ``upper``."""
        if term not in self.params:
            raise ModelError(
                "read a rate ratio", found=repr(term), allowed=quoted(self.params.index), do="name one of these"
            )
        values = [self.params[term], *self.conf_int(alpha_of(level, "give an interval")).loc[term]]
        return pd.Series(np.exp(values), index=["ratio", "lower", "upper"], name=term)

    def _on_panel(self, values: np.ndarray) -> pd.DataFrame:
        table = pd.DataFrame(values.T, self.model.panel.index, self.model.provinces)
        return table.where(self.model.panel.counts[self.model.provinces].notna())

    @property
    def expected(self) -> pd.DataFrame:
        """What was to be expected without the dose, shape ``(n_periods, n_provinces)``; NaN where not watched."""
        return self._on_panel(self._imputed)

    @property
    def fittedvalues(self) -> pd.DataFrame:
        """Expected counts under the actual doses and the estimate by imputation."""
        return self.predict(self.model.schedule.dose)

    def predict(self, schedule: Any) -> pd.DataFrame:
        """Expected counts under another schedule, given as to the model, by the estimate of imputation."""
        dose = read_schedule(self.model.panel, schedule).dose if len(schedule) else 0.0 * self.model.schedule.dose
        return self.expected * np.exp(self.estimate * dose[self.model.provinces])

    @cached_property
    def _before(self) -> EventStudy | None:
        leads = np.arange(-self.model.leads, 0)
        return event_study(self.experiment, 0.0, leads, 0.05) if len(leads) else None

    @cached_property
    def event_study(self) -> pd.DataFrame:
        """Log rate ratios by period since a province was first reached, with bounds, observed and expected counts.

        From 0 on against what is imputed from all cells not reached; before it against what is imputed from what came
        before the earliest lead. Bounds are at 95 %, one by one, from the admissible schedules.
        """
        effect = self.estimate if np.isfinite(self.estimate) else 0.0
        after = event_study(self.experiment, effect, np.arange(self.model.lags + 1), 0.05)
        parts = [part for part in (self._before, after) if part is not None]
        names = ("observed", "expected", "lower", "upper")
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        lag = pd.Index(np.concatenate([part.lags for part in parts]), name="lag")
        table = pd.DataFrame(columns, index=lag)
        with np.errstate(divide="ignore", invalid="ignore"):
            table.insert(0, "coefficient", np.log(table["observed"] / table["expected"]))
        return table[["coefficient", "lower", "upper", "observed", "expected"]]

    @property
    def pretrends(self) -> pd.Series:
        """The joint test that nothing differed before: ``statistic``, ``pvalue`` (by randomisation), ``leads``.

        From the cells without dose only, so that it is randomised approximately where provinces lack different ones.
        All NaN where there are too few periods before for it.
        """
        values = (np.nan, np.nan) if self._before is None else (self._before.joint[0], upper_tail(self._before.joint))
        return pd.Series([*values, float(self.model.leads)], index=["statistic", "pvalue", "leads"])

    @cached_property
    def leave_one_out(self) -> pd.DataFrame:
        """The estimates without each province in turn, a row a province: ``reached, imputation, two-way``."""
        counts, exposure, dose = self._arrays
        rows = {}
        for place, name in enumerate(self.model.provinces):
            kept = np.arange(len(counts)) != place
            rows[name] = (bool((dose[place] > 0).any()), *_estimates(counts[kept], exposure[kept], dose[kept]))
        return pd.DataFrame.from_dict(rows, orient="index", columns=["reached", "imputation", "two-way"])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the estimates must know, in sentences."""
        return caveats(self)

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """A row an estimator: coefficient, standard error, p-value, rate ratio, its interval, and their origin."""
        table = self._table.assign(pvalue=self.pvalues, rate_ratio=np.exp(self.params))
        by = {"imputation": "randomisation", "saturated": "clusters, t", "two-way": "clusters, t; p: score bootstrap"}
        return table.join(np.exp(self.conf_int(alpha_of(level, "give an interval")))).assign(
            inference=[by[name] for name in table.index]
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The main picture, as `plot_event_study`."""
        return self.plot_event_study(ax)

    def sentences(self) -> tuple[str, ...]:
        """What was compared, and the warnings, a sentence each."""
        return (f"{described(self)}.", method_sentence(self), interval_sentence(self, 0.95), *self.warnings)

    @property
    def nobs(self) -> int:
        """Watched province-periods."""
        return int(self.model.panel.counts[self.model.provinces].notna().to_numpy().sum())

    def __repr__(self) -> str:
        return f"StaggeredResults({described(self)})"

    def plot_event_study(self, ax: "Axes | None" = None) -> "Axes":
        """Rate ratios by period since a province was first reached, with their 95 % intervals, as Axes."""
        table, ax = np.exp(self.event_study[["coefficient", "lower", "upper"]]), drawing.axes(ax)
        word = frequency_name(self.model.panel.frequency)
        _ratios(ax, table.index.to_numpy(), *table.to_numpy().T)
        caption = (
            f"{word.capitalize()}s since a province was reached. {described(self)}; 95 % intervals from "
            f"{self.n_schedules:,} schedules. n = {self.twoway.nobs} cells."
        )
        source = f" Source: {self.model.panel.source}." if self.model.panel.source else ""
        return drawing.finish(ax, y_label=f"{self.model.outcome}, ratio to expected", caption=caption + source)


def _estimates(counts: np.ndarray, exposure: np.ndarray, dose: np.ndarray) -> tuple[float, float]:
    """The estimates by imputation and two-way, NaN where nothing is left to compare."""
    try:
        effect = dose_effect(counts, expected_without(counts, exposure, dose), dose)
        return effect, float(fit_twoway(counts, dose[None], exposure).params[0])
    except ModelError:
        return np.nan, np.nan


def _ratios(ax: "Axes", at: np.ndarray, middle: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> None:
    """Rate ratios with intervals on a logarithmic axis; an infinite bound, or a ratio of 0, is drawn to its edge."""
    values = np.concatenate([middle, lower, upper])
    inside = np.abs(np.log(values[np.isfinite(values) & (values > 0)]))
    edge = np.exp(min(max(inside.max(initial=0) * 1.1, np.log(2)), np.log(32)))
    low, centre, high = (np.clip(side, 1 / edge, edge) for side in (lower, middle, upper))
    ax.axhline(1, color=drawing.COLOURS["muted"], linewidth=0.8, zorder=1)
    ax.axvline(-0.5, color=drawing.COLOURS["event"], linewidth=1.2, linestyle=(0, (4, 2)), zorder=2)
    ax.vlines(at, low, high, color=drawing.COLOURS["fit"], linewidth=1.4, alpha=0.55, zorder=3)
    for marker, where in (("o", centre == middle), ("^", centre < middle), ("v", centre > middle)):
        ax.plot(at[where], centre[where], linestyle="none", marker=marker, markersize=4, color=drawing.COLOURS["fit"])
    ax.set_yscale("log")
    ax.set_ylim(1 / edge, edge)
    ticks = [tick for tick in (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32) if 1 / edge <= tick <= edge]
    ax.set_yticks(ticks, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:.0f}" for tick in ticks])
    ax.minorticks_off()
