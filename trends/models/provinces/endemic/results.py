"""What a fitted endemic-epidemic model says: parts, shares, origins, predictions, charts."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import drawing
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.fits.options import alpha_of, checked_draws, checked_level, checked_rng
from trends.loading import later
from trends.models.provinces.endemic.likelihood import (
    EndemicFit,
    EndemicProcess,
    Responses,
    draw_counts,
    draw_params,
    parts,
    simulate_process,
    weight_interval,
)
from trends.models.provinces.endemic.neighbourtest import NeighbourTest, held_against_maps, held_against_simulation
from trends.models.provinces.endemic.spillover import SpillOver, spill_over
from trends.models.provinces.endemic.spread import past_of
from trends.models.provinces.endemic.words import caveats, described
from trends.models.results import Results
from trends.periods import labels, span

stats = later("scipy.stats")

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trends.models.provinces.endemic.model import EndemicModel

PARTS = ("own past", "neighbours", "endemic")
_DRAW = "draw the parameters of a model"
_DRAWS = 999


@dataclass(frozen=True, eq=False, repr=False)
class EndemicResults(Results):
    """What a fitted `EndemicModel` says.

    Attributes
    ----------
    model : EndemicModel
        What was fitted.
    cells : Responses
        The responses.
    fit : EndemicFit
        The largest likelihood.
    """

    model: "EndemicModel"
    cells: Responses
    fit: EndemicFit

    @property
    def llf(self) -> float:
        """The log likelihood."""
        return self.fit.loglike

    @property
    def nobs(self) -> int:
        """The cells that were responses."""
        return len(self.cells.counts)

    @property
    def overdispersion(self) -> float:
        """How much the variance grows beyond the Poisson's: variance = mean (1 + overdispersion * mean)."""
        return 0.0 if not self.fit.free[-1] else float(np.exp(-self.fit.params[-1]))

    @cached_property
    def _scaled(self) -> tuple[np.ndarray, np.ndarray]:
        """Parameters as reported, weights as logarithms and the overdispersion itself, with their covariance."""
        values, covariance = self.fit.params.copy(), self.fit.covariance()
        slope = np.ones(len(values))
        with np.errstate(divide="ignore"):
            slope[:2], slope[-1] = 1 / values[:2], self.overdispersion
            values[:2], values[-1] = np.log(values[:2]), self.overdispersion
            return values, covariance * slope * slope[:, None]

    @property
    def params(self) -> pd.Series:
        """Estimates by term: logarithms of the weights, coefficients, and the overdispersion as it is."""
        return pd.Series(self._scaled[0], self.model.terms, name="params")

    @property
    def bse(self) -> pd.Series:
        """Standard errors from the observed information; NaN for a weight of 0 and an overdispersion of 0."""
        return pd.Series(np.sqrt(np.diag(self._scaled[1])), self.model.terms, name="bse")

    @property
    def pvalues(self) -> pd.Series:
        """p-values of coefficients of 0; NaN for weights, levels and the overdispersion, of which 0 says nothing."""
        values = pd.Series(2 * stats.norm.sf(np.abs(self.params / self.bse)), self.model.terms, name="pvalues")
        values[["own past", "neighbours", "overdispersion", *(self.model.intercepts or ["const"])]] = np.nan
        return values

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Intervals on the scale of `params`, columns ``lower, upper``: Wald's, but of weights by profile likelihood.

        The logarithm of a weight that may be 0 has no lower end; the overdispersion's interval is symmetric in its
        logarithm.
        """
        alpha = checked_level(alpha, "give an interval", "alpha")
        reach = stats.norm.ppf(1 - alpha / 2) * self.bse
        bounds = pd.DataFrame({"lower": self.params - reach, "upper": self.params + reach})
        with np.errstate(divide="ignore"):
            for place, term in enumerate(("own past", "neighbours")):
                bounds.loc[term] = np.log(weight_interval(self.fit, self.cells, place, alpha))
        if self.overdispersion > 0:
            factor = np.exp(reach["overdispersion"] / self.overdispersion)
            bounds.loc["overdispersion"] = [self.overdispersion / factor, self.overdispersion * factor]
        return bounds

    def rate_ratio(self, term: str, level: float = 0.95) -> pd.Series:
        """A weight, or the ratio that a unit of a column makes, with its interval: ``ratio, lower, upper``."""
        if term not in self.model.terms or term == "overdispersion":
            known = ", ".join(name for name in self.model.terms if name != "overdispersion")
            found = f"the term {term!r}"
            raise ModelError("give a rate ratio", found=found, allowed=known, do="name one of these")
        lower, upper = self.conf_int(alpha_of(level, "give an interval")).loc[term]
        return pd.Series({"ratio": np.exp(self.params[term]), "lower": np.exp(lower), "upper": np.exp(upper)})

    @cached_property
    def parts(self) -> dict[str, pd.DataFrame]:
        """Expected counts from the own past, the neighbours and the endemic part; NaN where a cell is no response."""
        found = {}
        for name, values in zip(PARTS, parts(self.fit.params, self.cells), strict=True):
            table = np.full(self.model.used.shape, np.nan)
            table[self.model.used] = values
            found[name] = pd.DataFrame(table, self.model.panel.index, self.model.panel.provinces)
        return found

    @property
    def fittedvalues(self) -> pd.DataFrame:
        """Expected counts given the period before, periods by provinces."""
        return sum(self.parts.values())

    def shares(self, first: Any = None, last: Any = None) -> pd.DataFrame:
        """How much of the expected counts of a span is own past, neighbours and endemic, by province and for all.

        Returns
        -------
        pandas.DataFrame
            Columns ``own past, neighbours, endemic`` (shares that add up to 1) and ``expected`` (the counts they are
            of). Own past holds what came over a border earlier: for where a rise began, ask `spill_over`.
        """
        rows = self._rows(first, last)
        sums = pd.DataFrame({name: table.loc[rows].sum() for name, table in self.parts.items()})
        sums.loc["all"] = sums.sum()
        sums["expected"] = sums.sum(axis=1)
        sums[list(PARTS)] = sums[list(PARTS)].div(sums["expected"].where(sums["expected"] > 0), axis=0)
        return sums

    def _rows(self, first: Any, last: Any) -> pd.PeriodIndex:
        index = self.model.panel.index
        wanted = span(index[1] if first is None else first, index[-1] if last is None else last, index.freqstr)
        if wanted[0] < index[0] or wanted[-1] > index[-1]:
            allowed = f"{labels(index)[0]} to {labels(index)[-1]}"
            found = f"{labels(wanted)[0]} to {labels(wanted)[-1]}"
            raise ModelError("read a span", found=found, allowed=allowed, do="ask for periods that the panel has")
        return wanted

    def draws(self, n: int = _DRAWS, rng: int | np.random.Generator = 0) -> np.ndarray:
        """Parameters drawn from their approximate distribution, a row a draw; see `draw_params`."""
        return draw_params(self.fit, checked_draws(n, _DRAW), checked_rng(rng, _DRAW))

    def spill_over(
        self,
        province: str,
        first: Any,
        last: Any,
        *,
        before: tuple[Any, Any] | None = None,
        draws: int = _DRAWS,
        rng: int | np.random.Generator = 0,
    ) -> SpillOver:
        """Is the rise of one province its own or a spill-over from next door? In words, with an interval.

        Parameters
        ----------
        province : str
            The province.
        first, last : period
            The span of the rise, both included.
        before : (period, period), optional
            What it is held against; by default as many periods just before.
        draws, rng
            Draws of the parameters that the interval is made of.
        """
        panel = self.model.panel
        name, rise = panel.province(province), self._rows(first, last)
        start = panel.index.get_loc(rise[0])
        if before is None and start == 0:
            found, do = f"a rise that begins with {labels(rise)[0]}, the first period", "name a later one"
            raise ModelError("trace a rise", found=found, allowed="periods before it", do=do)
        earlier = panel.index[max(0, start - len(rise)) : start] if before is None else self._rows(*before)
        return spill_over(self, name, rise, earlier, self.draws(draws, rng))

    def neighbour_test(
        self, against: str = "maps", draws: int = 199, rng: int | np.random.Generator = 0
    ) -> NeighbourTest:
        """Do neighbours add anything? A likelihood-ratio test whose p-value is simulated.

        Parameters
        ----------
        against : {"maps", "simulation"}
            ``"maps"``: the same counts with the provinces dealt to other places of the map. It asks whether the
            provinces next door say more than others do, which causes common to all provinces cannot bring about.
            ``"simulation"``: counts simulated from the model without neighbours, fitted again with them. The weight
            lies at the edge of what is possible there, so that no chi-squared table applies. By default the first:
            with shocks common to all provinces it rejected 3 % of panels without contagion, the second 70 %
            (``docs/decisions/endemic.md``).
        draws : int
            Panels simulated, or maps dealt. 199 makes a p-value of .05 good to 1.5 points.
        rng : numpy.random.Generator or int
            Where they come from.
        """
        if against not in ("simulation", "maps"):
            found, allowed = f"against={against!r}", "simulation or maps"
            raise ModelError("test the neighbours", found=found, allowed=allowed, do="name one of these")
        held = held_against_simulation if against == "simulation" else held_against_maps
        asked = "test what passes between neighbours"
        return held(self, checked_draws(draws, asked), checked_rng(rng, asked))

    def simulate(self, rng: int | np.random.Generator = 0) -> Panel:
        """A panel drawn from the fitted model, the first period as it was and unwatched cells kept unwatched."""
        panel = self.model.panel
        drawn = self.drawn(self.fit.params, 1, checked_rng(rng, "simulate counts"))
        counts = pd.DataFrame(drawn[0], panel.index, panel.provinces)
        source = f"simulated from {panel.source}" if panel.source else "simulated"
        return Panel(counts, panel.exposure, source, panel.unit)

    def drawn(self, params: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """Counts drawn with given parameters, NaN where the panel was not watched, ``(n, n_periods, n_provinces)``."""
        model = self.model
        counts, exposure = model.panel.counts.to_numpy(), model.panel.exposure.to_numpy()
        k = self.cells.endemic.shape[1]
        endemic, steps = model.endemic(params), model.step_table() @ params[2 + k : -1]
        share = np.where(np.isnan(counts), 1.0, exposure)
        first = np.where(np.isnan(counts[0]), endemic[0], counts[0])
        dispersion = np.exp(-params[-1]) if self.fit.free[-1] else 0.0
        process = EndemicProcess(first, share, np.exp(steps), endemic, params[0], params[1] * model.weights, dispersion)
        simulated = simulate_process(process, n, rng)
        simulated[:, 0] = counts[0]
        simulated[:, np.isnan(counts)] = np.nan
        return simulated

    def predict(
        self,
        exog: pd.Series | None = None,
        *,
        level: float = 0.95,
        draws: int = _DRAWS,
        rng: int | np.random.Generator = 0,
    ) -> pd.DataFrame:
        """The period after the panel's last: expected counts by province, with an interval for the counts to come.

        Parameters
        ----------
        exog : pandas.Series, optional
            The values of the model's ``exog`` in that period, by column; needed where it has any.
        level, draws, rng
            Of the interval, which is simulated: parameters and counts are both drawn.

        Returns
        -------
        pandas.DataFrame
            ``mean, lower, upper`` by province; NaN where the last period was not watched. Steps are carried on.
        """
        model = self.model
        level = checked_level(level, "predict the next period")
        draws = checked_draws(draws, "predict the next period")
        rng = checked_rng(rng, "predict the next period")
        columns = list(model.exog)
        values = pd.Series(dtype=float) if exog is None else exog
        if not set(columns) <= set(values.index):
            found = "none" if exog is None else f"only {', '.join(map(str, exog.index))}"
            allowed = f"values of {', '.join(map(str, columns))} for the period after the last"
            raise ModelError("predict the next period", found=found, allowed=allowed, do="give exog")
        # One period more, watched, so that it has the last one for its past.
        counts, exposure = (
            np.vstack([table.to_numpy(), np.ones(len(table.columns))])
            for table in (model.panel.counts, model.panel.exposure)
        )
        past = past_of(counts, exposure, model.weights, model.borders)
        usable = past.used[-1] & model.used.any(axis=0)
        ahead = pd.DataFrame([values[columns]], columns=columns)
        endemic = model.design(model.course.iloc[-1:], ahead.set_axis(model.course.index[-1:]))[0]
        cells = Responses(
            counts=np.zeros(int(usable.sum())),
            own=past.own[-1][usable],
            near=past.near[-1][usable],
            exposure=np.ones(int(usable.sum())),
            size=model.population[usable],
            endemic=endemic[usable],
            steps=model.step_table()[-1][usable],
        )
        params = self.draws(draws, rng)
        means = np.array([parts(each, cells).sum(axis=0) for each in params])
        dispersion = np.exp(-params[:, -1:]) if self.fit.free[-1] else 0.0
        low, high = np.quantile(draw_counts(means, dispersion, rng), [(1 - level) / 2, (1 + level) / 2], axis=0)
        table = pd.DataFrame(np.nan, model.panel.provinces, ["mean", "lower", "upper"])
        table.loc[usable] = np.column_stack([parts(self.fit.params, cells).sum(axis=0), low, high])
        return table

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """The parameters: ``params, bse, ratio, lower, upper``, the last three as rate ratios."""
        table = pd.DataFrame({"params": self.params, "bse": self.bse})
        bounds = self.conf_int(alpha_of(level, "give an interval"))
        with np.errstate(over="ignore"):
            ratios = pd.DataFrame({"ratio": self.params, **bounds}).apply(np.exp)
        ratios.loc["overdispersion"] = [self.overdispersion, *bounds.loc["overdispersion"]]
        return table.join(ratios)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know, in sentences."""
        return caveats(self)

    def plot_shares(self, ax: "Axes | None" = None, first: Any = None, last: Any = None) -> "Axes":
        """Bars of what the expected counts of each province are made of."""
        table = self.shares(first, last).dropna().drop(index="all").sort_values("expected")
        ax = drawing.axes(ax, height=0.9 + 0.22 * len(table))
        drawing.share_bars(ax, table[list(PARTS)])
        ax.set_yticklabels([f"{name} ({n:,.0f})" for name, n in table["expected"].items()])
        return drawing.finish(ax, title=f"What the {self.model.panel.unit} are made of", caption=self._caption())

    def plot_fit(self, province: str | None = None, ax: "Axes | None" = None) -> "Axes":
        """The counts of a province (by default the one with the most), over what they were expected to be made of."""
        panel = self.model.panel
        name = panel.counts.sum().idxmax() if province is None else panel.province(province)
        ax = drawing.layers(drawing.axes(ax), panel.index, {part: table[name] for part, table in self.parts.items()})
        drawing.points(ax, panel.index, panel.counts[name], label="counted")
        drawing.unwatched(ax, panel.index, panel.exposure[name])
        return drawing.finish(ax, title=name, y_label=panel.unit, caption=self._caption())

    def _caption(self) -> str:
        source = f"Source: {self.model.panel.source}. " if self.model.panel.source else ""
        return f"{source}Expected counts, each period given the one before; n = {self.nobs:,} cells."

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The main picture, as `plot_fit`."""
        return self.plot_fit(ax=ax)

    def sentences(self) -> tuple[str, ...]:
        """What was compared, and the warnings, a sentence each."""
        return (f"{described(self)}.", *self.warnings)

    def __repr__(self) -> str:
        return f"EndemicResults({described(self)})"
