"""What would a province have seen without the event: a weighted mean of provinces that it did not reach."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import checked_arguments
from trends.counts.panel import Panel
from trends.counts.series import checked_table
from trends.errors import ModelError
from trends.fits.overlap import quoted
from trends.models.provinces.synthetic.methods import (
    COUNT_METHODS,
    VALUE_METHODS,
    Outcome,
    expected,
    match,
    method_weights,
)
from trends.models.provinces.synthetic.predictors import (
    Importance,
    choose_importance,
    predictor_table,
    predictor_weights,
    scaled_predictors,
)
from trends.models.provinces.synthetic.results import SyntheticResults
from trends.models.provinces.synthetic.words import refusal

_ASKED = "make a synthetic control"
_FEWEST_DONORS = 2


class SyntheticControl:
    """One province that something reached, against a weighted mean of provinces that it did not reach.

    Parameters
    ----------
    panel : Panel or pandas.DataFrame
        Counts by period and province; or any measure, shape ``(n_periods, n_units)``, on a PeriodIndex or whole years.
    treated : str
        The province that was reached.
    at : str or pandas.Period
        First period of the new regime. All periods from there on are compared: cut the panel for a shorter span.
    donors : list of str, optional
        Provinces that may stand in; by default all others. Leave out those that the event touched too.
    predictors : pandas.DataFrame or mapping, optional
        What is to be matched in place of all periods before: predictors by units, or ``(table, first, last)`` by name;
        see `trends.models.provinces.synthetic.predictors.predictor_table`. With ``method="classic"`` only.
    training : pandas.DataFrame or mapping, optional
        The same predictors as of an earlier span, from which their importance is chosen (Abadie et al. 2015).
    judged : tuple, optional
        First and last period whose outcome the importance of predictors is chosen by; by default all before.
    method : str, optional
        ``"poisson"`` (default for a Panel): counts as multiples of each province's own mean before, periods weighted
        by one over their Poisson variance, so that provinces of any size can be matched. ``"scaled"``: the same
        unweighted. ``"classic"`` (default otherwise): levels. ``"demeaned"``: differences from the mean before
        (measures only). ``"augmented"``: levels, or scaled counts, corrected by a ridge regression for what the
        weights leave unmatched; weights may be negative.
    outcome : str, optional
        What is measured, for sentences and charts; by default the panel's unit.

    Raises
    ------
    ModelError
        Where the panel, the span or the donors do not allow it, and, from `fit`, where no donors can match.

    Notes
    -----
    Weights are nowhere negative, sum to one and come from the periods before only. Periods in which the treated
    province was not watched are left out, as are donors that were not watched in one of the others; `results.excluded`
    names them.

    **p-value over provinces**: the share of all units, the treated one included, whose root mean squared prediction
    error (RMSPE) after, relative to before, is at least that of the treated unit, each matched by all the others. Exact
    if the event might as well have reached any of them; where always the largest of 20 was reached, 7.6 % of panels
    without an effect are rejected at 5 %. **Over dates** (Chernozhukov et al. 2021): weights are fitted to all periods
    with the effect taken off, and the sum of gaps after the event is held against that over as many periods from every
    other date, round the end. Exact if gaps are exchangeable, near so if they are stationary and depend on each other
    over much less than the span after: not for levels that grow. Both intervals hold the effects that the test does not
    reject. Neither p-value can fall below one over the number of units, or of periods.

    **Assumptions**: without the event the treated province would have gone on moving with the same mean of donors;
    the event did not reach or displace into donors; nothing was anticipated; for both tests, one effect throughout.

    References
    ----------
    Abadie, A. & Gardeazabal, J. (2003). The economic costs of conflict. American Economic Review 93(1), 113-132.
    Abadie, A., Diamond, A. & Hainmueller, J. (2010). Synthetic control methods for comparative case studies. Journal
    of the American Statistical Association 105(490), 493-505; (2015). Comparative politics and the synthetic control
    method. American Journal of Political Science 59(2), 495-510. Doudchenko, N. & Imbens, G. W. (2016). Balancing,
    regression, difference-in-differences and synthetic control methods. NBER 22791. Ferman, B. & Pinto, C. (2021).
    Synthetic controls with imperfect pretreatment fit. Quantitative Economics 12(4), 1197-1221. Ben-Michael, E.,
    Feller, A. & Rothstein, J. (2021). The augmented synthetic control method. Journal of the American Statistical
    Association 116(536), 1789-1803. Firpo, S. & Possebom, V. (2018). Synthetic control method: inference, sensitivity
    analysis and confidence sets. Journal of Causal Inference 6(2). Chernozhukov, V., Wüthrich, K. & Zhu, Y. (2021). An
    exact and robust conformal inference method for counterfactual and synthetic controls. Journal of the American
    Statistical Association 116(536), 1849-1864.

    Examples
    --------
    >>> from trends.counts.simulate import simulate_panel
    >>> panel = simulate_panel(9, 48, at="2018-01", rate_ratio=[0.5] + [1.0] * 8, base=30.0, rng=3)
    >>> results = SyntheticControl(panel, "Province 1", "2018-01").fit()
    >>> results.rate_ratio().round(2).to_dict()
    {'ratio': 0.53, 'lower': 0.44, 'upper': 0.76}
    >>> round(results.pvalue_provinces, 2), round(results.pvalue_dates, 2)
    (0.11, 0.04)
    """

    #: Periods before the event below which nothing is matched.
    FEWEST_BEFORE = 6

    @checked_arguments
    def __init__(
        self,
        panel: Panel | pd.DataFrame,
        treated: str,
        at: Any,
        *,
        donors: Sequence[str] | None = None,
        predictors: Any = None,
        training: Any = None,
        judged: tuple[Any, Any] | None = None,
        method: str | None = None,
        outcome: str | None = None,
    ):
        #: Whether the outcome is counts, whose effect is a rate ratio.
        self.counts = isinstance(panel, Panel)
        self.panel, self.source = panel, panel.source if self.counts else ""
        self.outcome = outcome or (panel.unit if self.counts else "outcome")
        values = panel.counts if self.counts else _measures(panel)
        self.treated, names = self._names(values, treated, donors)
        self.at = self._event(values.index, at)
        self.methods = COUNT_METHODS if self.counts else VALUE_METHODS
        self.method = self._method(method, predictors)
        values, share = self._watched(values[names])
        #: The outcome compared: values, or events per fully watched period, the treated unit first.
        self.values = values / share
        self.exposure, self.donors = share, list(values.columns[1:])
        self._check(values)
        self.predictors = None if predictors is None else predictor_table(predictors, values)
        self.training = None if training is None else predictor_table(training, values)
        self._judged = self._judged_on(judged)

    def _names(self, values: pd.DataFrame, treated: str, donors: Sequence[str] | None) -> tuple[str, list[str]]:
        resolve = self.panel.province if self.counts else lambda name: name
        wanted = [resolve(name) for name in (treated, *(donors or ()))]
        strange = [name for name in wanted if name not in values.columns]
        if strange or len(set(wanted)) < len(wanted):
            found = f"{strange[0]!r}, which is none of the units" if strange else f"a name twice in {quoted(wanted)}"
            raise ModelError(_ASKED, found=found, allowed=quoted(values.columns), do="name one treated unit and others")
        others = wanted[1:] if donors is not None else [name for name in values.columns if name != wanted[0]]
        return wanted[0], [wanted[0], *others]

    def _event(self, index: pd.PeriodIndex, at: Any) -> pd.Period:
        when = periods.period(at, periods.frequency_of(index))
        if when in index:
            return when
        allowed = f"{periods.label_of(index[0])} to {periods.label_of(index[-1])}"
        raise ModelError(_ASKED, found=f"at={periods.label_of(when)!r}", allowed=allowed, do="choose a period in it")

    def _method(self, method: str | None, predictors: Any) -> str:
        chosen = method or ("classic" if predictors is not None else self.methods[0])
        allowed = self.methods if predictors is None else ("classic",)
        if chosen in allowed:
            return chosen
        found = f"method={method!r}" + ("" if predictors is None else " with predictors")
        raise ModelError(_ASKED, found=found, allowed=quoted(allowed), do="choose one of these")

    def _watched(self, values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Values and exposure of the treated unit where it was watched, and of the donors watched in all of these."""
        seen = values[self.treated].notna()
        kept = values[seen]
        silent = (kept[kept.index < self.at] == 0).all() & self.counts
        holes = kept.isna().any()
        unwatched = (
            ("was not watched", "not watched throughout") if self.counts else ("has no value", "without a value")
        )
        #: What was left out, by name, with the reason.
        self.excluded = {
            **{periods.label_of(when): f"{self.treated} {unwatched[0]}" for when in values.index[~seen]},
            **{name: unwatched[1] for name in kept.columns[holes]},
            **{name: "nothing was counted before" for name in kept.columns[silent & ~holes] if name != self.treated},
        }
        kept = kept[[name for name in kept.columns if name not in self.excluded]]
        share = self.panel.exposure.loc[kept.index, kept.columns] if self.counts else kept * 0.0 + 1.0
        return kept, share

    def _check(self, values: pd.DataFrame) -> None:
        before, after = int((values.index < self.at).sum()), int((values.index >= self.at).sum())
        problem = None
        if before < self.FEWEST_BEFORE:
            problem = f"{before} watched periods before {periods.label_of(self.at)}", f"at least {self.FEWEST_BEFORE}"
        elif after == 0:
            problem = f"no watched period of {self.treated} from {periods.label_of(self.at)} on", "at least 1"
        elif len(self.donors) < _FEWEST_DONORS:
            left_out = "; ".join(f"{name}: {why}" for name, why in self.excluded.items())
            problem = (
                f"{len(self.donors)} donors" + (f" ({left_out})" if left_out else ""),
                f"at least {_FEWEST_DONORS}",
            )
        elif self.counts and not values.loc[values.index < self.at, self.treated].any():
            problem = f"that nothing was counted in {self.treated} before", "a province with incidents before"
        if problem:
            do = "take a longer panel or other units"
            raise ModelError(_ASKED, found=problem[0], allowed=problem[1], do=do)

    def _judged_on(self, judged: tuple[Any, Any] | None) -> np.ndarray:
        before = self.values.index[self.values.index < self.at]
        if judged is None:
            return np.isin(self.values.index, before)
        first, last = judged
        chosen = np.isin(self.values.index, periods.span(first, last, periods.frequency_of(self.values.index)))
        if chosen.sum() > 1 and not (chosen & (self.values.index >= self.at)).any():
            return chosen
        allowed = f"two or more periods from {periods.label_of(before[0])} to {periods.label_of(before[-1])}"
        raise ModelError(_ASKED, found=f"judged={judged!r}", allowed=allowed, do="choose periods before the event")

    def weights_of(self, units: Sequence[int]) -> tuple[np.ndarray, list[Importance]]:
        """Weights of all others for each of some units (0 is the treated one), and the importance of predictors."""
        data = self.data
        if self.predictors is None:
            return method_weights(data, self.method, units, ~data.after), []
        table = scaled_predictors(self.predictors.to_numpy())
        earlier = table if self.training is None else scaled_predictors(self.training.to_numpy())
        chosen = [choose_importance(earlier, data.values[self._judged], unit) for unit in units]
        weights = [predictor_weights(table, unit, each.values) for unit, each in zip(units, chosen, strict=True)]
        return np.array(weights), chosen

    def weights_with(self, importance: np.ndarray, kept: slice | np.ndarray = slice(None)) -> np.ndarray:
        """Weights of some of the units for the treated one, under a given importance of the predictors."""
        table = np.asarray(self.predictors)[:, kept]
        return predictor_weights(scaled_predictors(table), 0, importance)

    @property
    def data(self) -> Outcome:
        """What is compared, on arrays."""
        after = np.asarray(self.values.index >= self.at)
        return Outcome(self.values.to_numpy(), self.exposure.to_numpy(), after, self.counts)

    def fit(self) -> SyntheticResults:
        """The weights and what they imply, as `SyntheticResults`."""
        weights, importance = self.weights_of([0])
        counterpart = expected(self.data, self.method, weights[0])
        matched = match(self.data, self.method, weights[0], counterpart)
        if matched.off_level or matched.off_course:
            raise refusal(self, matched)
        return SyntheticResults(self, weights[0], counterpart, matched, importance[0] if importance else None)


def _measures(table: pd.DataFrame) -> pd.DataFrame:
    if pd.api.types.is_integer_dtype(table.index) and len(table):
        years = pd.PeriodIndex([periods.period(str(year), "Y") for year in table.index], freq="Y")
        table = table.set_axis(years)
    return checked_table(table, asked=_ASKED, counts=False)[0]
