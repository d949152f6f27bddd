"""Is there a season, which months, and does Ramadan matter? What the span cannot tell apart is said in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends import drawing
from trends.arguments import checked_arguments
from trends.chance.columns import ColumnsFound, ColumnTest, weigh_columns
from trends.counts.order import aligned
from trends.counts.series import checked_series, one_column
from trends.fits.batch import fit_poisson
from trends.fits.calendar import calendar_columns, calendar_windows
from trends.fits.design import constant_column, season_columns, trend_column
from trends.fits.options import checked_flag, checked_level, checked_whole
from trends.fits.overlap import Overlap, overlaps
from trends.models.regression import CountRegression, CountRegressionResults
from trends.models.results import Results, table_in_html
from trends.models.seasonal_design import check_seen, checked_pieces, spline_columns
from trends.periods import PER_YEAR, frequency_name, frequency_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ASKED = "fit a seasonal model"
#: A variance inflated a hundredfold needs a hundred times the years: what remains is extrapolation.
_HOPELESS = 100


class SeasonalModel:
    """Season and moving holidays of a series of counts, beside its trend.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex; NaN was not watched. Shape ``(n_periods,)``.
    exog : pandas.DataFrame, optional
        Further columns of the design, on the index of ``endog``.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    seasons : bool, "month", "quarter", int or None
        As in `season_columns`; ``True`` is the finest that the frequency has.
    calendar : iterable of str, or mapping of str to windows
        Moving holidays and dated seasons; see `calendar_windows`. Each enters as the share of a period's days.
    trend : bool or int
        Whether there is a linear trend, or how many columns a smooth one has; see `spline_columns`. It shapes the
        fitted course; season and calendar are weighed beside a level that drifts, whatever the trend.
    evolving : bool
        Whether the season may change in a straight line over the span.
    shift : int
        Days by which local sighting moves the Hijri entries.
    level : float
        Level of all intervals.
    country : str, optional
        Where the counts come from: the prior is then one that no series of this country was used for.

    Raises
    ------
    ModelError
        Where the season is too fine for the periods, a calendar entry is unknown, columns cannot be told apart
        at all, or there are more than 10,000 periods.

    Notes
    -----
    ``log(rate) = trend + season + sum over entries of effect * share of days``. Season, calendar and further columns
    are weighed beside a level that drifts as the world's series do (`trends.chance.columns.weigh_columns`), from which
    their estimates, intervals and p-values come; the trend is what a Poisson regression then needs. ``regression`` is
    the textbook's fit of the same columns. How often a season is found where there is none:
    ``docs/model-nulls.md``.

    **Assumptions**: counts are Poisson around a log rate that drifts as the series of the world's countries do. The
    season is the same every year unless ``evolving``.

    References
    ----------
    Harvey (1989). Forecasting, Structural Time Series Models and the Kalman Filter. Reese, Ruby & Pape (2017).
    Days of action or restraint? How the Islamic calendar impacts violence. American Political Science Review 111,
    439-459.

    Examples
    --------
    >>> from trends.periods import ramadan_shares, span
    >>> months = span("2011-01", "2020-12", "M")
    >>> rate = 30 * np.exp(0.4 * np.cos(2 * np.pi * (months.month - 7) / 12) + 0.5 * ramadan_shares(months))
    >>> counts = pd.Series(np.random.default_rng(0).poisson(rate), index=months)
    >>> fit = SeasonalModel(counts, calendar=["ramadan"]).fit()
    >>> fit.season_test.pvalue < 0.001, fit.calendar["ratio"].round(2).to_dict()
    (True, {'ramadan': 1.52})
    >>> fit.indices["index"].idxmax()
    'july'
    """

    @checked_arguments
    def __init__(
        self,
        endog: Any,
        exog: pd.DataFrame | None = None,
        *,
        exposure: ArrayLike | None = None,
        seasons: bool | str | int | None = True,
        calendar: Iterable[str] | Mapping[str, Any] = (),
        trend: bool | int = True,
        evolving: bool = False,
        shift: int = 0,
        level: float = 0.95,
        country: str | None = None,
    ) -> None:
        level = checked_level(level, _ASKED)
        shift, trend = checked_whole(shift, _ASKED, "shift", -3, 3), checked_pieces(trend, _ASKED)
        evolving = checked_flag(evolving, _ASKED, "evolving")
        self.series = checked_series(endog, exposure=exposure, asked=_ASKED, numbered=False)
        index = pd.PeriodIndex(self.series.index)
        endog = one_column(endog, _ASKED).set_axis(index)
        self.endog, self.exposure = endog, exposure
        self.level, self.country = level, country
        seasonal = season_columns(index, seasons)
        check_seen(seasonal, self.series.watched, _ASKED)
        windows = calendar_columns(index, calendar_windows(index, calendar, shift))
        smooth = spline_columns(index, trend) if trend else pd.DataFrame(index=index)
        years = trend_column(index)["trend"]
        evolution = seasonal.mul(years, axis=0).add_suffix(" x trend") if evolving else pd.DataFrame(index=index)
        extra = pd.DataFrame(index=index) if exog is None else pd.DataFrame(aligned(exog, index, _ASKED))
        self.exog = pd.concat([constant_column(index), smooth, seasonal, evolution, windows, extra], axis=1)
        self.parts = {
            "trend": list(smooth.columns),
            "season": list(seasonal.columns),
            "evolution": list(evolution.columns),
            "calendar": list(windows.columns),
        }
        self.kind = seasons

    def fit(self) -> "SeasonalResults":
        """The season and the calendar effects, each with its test."""
        regression = CountRegression(self.endog, self.exog, exposure=self.exposure, family="quasipoisson").fit()
        course = ["const", *self.parts["trend"]]
        found = weigh_columns(self.series, self.exog.drop(columns=course), without=self.country)
        beside = found.params
        multiplier = np.exp(np.clip(self.exog[beside.index].to_numpy() @ beside.to_numpy(), -30, 30))
        seen = self.series.watched
        shares = (self.series.exposure * multiplier)[seen]
        level = fit_poisson(self.series.counts[seen], self.exog[course].to_numpy()[seen], exposure=shares)
        params = pd.concat([pd.Series(level.params[0], index=course), beside])[self.exog.columns]
        return SeasonalResults(model=self, regression=regression, found=found, params=params)


@dataclass(frozen=True, kw_only=True)
class SeasonalResults(Results):
    """A fitted seasonal model.

    Attributes
    ----------
    regression : CountRegressionResults
        The same columns fitted by quasi-Poisson regression, with the textbook's errors.
    found : ColumnsFound
        Posterior of the coefficients of season, calendar and further columns.
    params : pandas.Series
        Coefficients on the log scale: posterior means, and of constant and trend the Poisson fit beside these.
    """

    model: SeasonalModel = field(repr=False)
    regression: CountRegressionResults = field(repr=False)
    found: ColumnsFound = field(repr=False)
    params: pd.Series = field(repr=False)

    def test(self, terms: str | Iterable[str]) -> ColumnTest:
        """Whether some columns beside the trend matter, together; of one column its rate ratio too."""
        return self.found.test((terms,) if isinstance(terms, str) else terms, self.model.level)

    @cached_property
    def season_test(self) -> ColumnTest | None:
        """Whether there is a season."""
        return self.test(self.model.parts["season"]) if self.model.parts["season"] else None

    @cached_property
    def evolution_test(self) -> ColumnTest | None:
        """Whether the season changes over the span."""
        return self.test(self.model.parts["evolution"]) if self.model.parts["evolution"] else None

    @cached_property
    def calendar_tests(self) -> dict[str, ColumnTest]:
        """The effect of each entry of the calendar."""
        return {name: self.test(name) for name in self.model.parts["calendar"]}

    @property
    def bse(self) -> pd.Series:
        """Posterior standard deviations of the coefficients beside constant and trend."""
        means, spread = self.found.mean, np.einsum("gii->gi", self.found.covariance)
        within = self.found.weight @ (spread + means**2)
        return pd.Series(np.sqrt(within - (self.found.weight @ means) ** 2), index=list(self.found.terms))

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values of the coefficients beside constant and trend."""
        return pd.Series({name: self.found.ratio(name).pvalue for name in self.found.terms}, dtype=float)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Intervals of the coefficients beside constant and trend at level ``1 - alpha``, columns ``lower, upper``."""
        level = 1 - checked_level(alpha, "give an interval", "alpha")
        rows = [self.found.ratio(name).log_ratio.interval(level) for name in self.found.terms]
        return pd.DataFrame(rows, columns=["lower", "upper"], index=list(self.found.terms))

    @property
    def fittedvalues(self) -> pd.Series:
        """Fitted mean counts, NaN where nobody watched."""
        series = self.model.series
        rate = np.exp(self.model.exog.to_numpy() @ self.params.to_numpy()) * series.exposure
        return pd.Series(np.where(series.watched, rate, np.nan), index=series.index, name="fitted")

    def _contrast(self, columns: pd.DataFrame) -> pd.DataFrame:
        """Rate ratios of linear combinations of the coefficients, a row each, with their intervals."""
        rows = []
        for weights in columns[list(self.found.terms)].to_numpy():
            log_ratio = self.found.combination(weights)
            rows.append((log_ratio.quantile(0.5), *log_ratio.interval(self.model.level)))
        logs = np.reshape(rows, (len(columns), 3))
        return pd.DataFrame(np.exp(np.clip(logs, -700, 700)), columns=["ratio", "lower", "upper"])

    def _only(self, *parts: str) -> pd.DataFrame:
        """The design with every column but those of some parts set to 0."""
        kept = [name for part in parts for name in self.model.parts[part]]
        return self.model.exog * self.model.exog.columns.isin(kept)

    @property
    def indices(self) -> pd.DataFrame:
        """The index of each month (or quarter): its rate over the geometric mean of the year.

        Columns ``index, lower, upper``. With waves, a row for each month or quarter at its place in the first year.
        """
        index = self.model.endog.index
        letter = frequency_of(index)
        monthly = letter != "Q" and self.model.kind != "quarter"
        middle = index.start_time + (index.end_time - index.start_time) / 2
        place = middle.month if monthly else middle.quarter
        season = self._only("season").groupby(np.asarray(place)).mean()
        table = self._contrast(season - season.mean()).rename(columns={"ratio": "index"})
        months = pd.period_range("2001-01", periods=12, freq="M").strftime("%B").str.lower()
        table.index = [months[at - 1] if monthly else f"quarter {at}" for at in season.index]
        return table

    @property
    def strength(self) -> float:
        """The share of what the trend leaves unexplained that the season explains, 0 to 1, chance taken off."""
        if not self.model.parts["season"]:
            return 0.0
        without = self.model.exog.drop(columns=self.model.parts["season"] + self.model.parts["evolution"])
        other = CountRegression(self.model.endog, without, exposure=self.model.exposure).fit()
        share = (self.regression.deviance / self.regression.df_resid) / (other.deviance / other.df_resid)
        return float(np.clip(1 - share, 0, 1))

    @property
    def calendar(self) -> pd.DataFrame:
        """The effect of each entry of the calendar: a period that is wholly in it, against one wholly outside.

        Columns ``ratio, lower, upper, pvalue``; ``largest_share``, the largest share of any period, beyond
        which the ratio is an extrapolation; and ``untestable``, why nothing can be said, empty where something can.
        """
        rows = {}
        for name, test in self.calendar_tests.items():
            reason = self.untestable(name)
            numbers = [np.nan] * 4 if reason else [*test.ratio, test.pvalue]
            rows[name] = (*numbers, float(self.model.exog[name].max()), reason)
        columns = ["ratio", "lower", "upper", "pvalue", "largest_share", "untestable"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

    def untestable(self, name: str) -> str:
        """Why an effect cannot be estimated in this span at this frequency, in a sentence; empty where it can."""
        return next(
            (each.sentence for each in self.overlaps if name in each.columns and each.inflation >= _HOPELESS), ""
        )

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """What this span at this frequency cannot tell apart, each an `Overlap` with its sentence."""
        # The columns of a smooth trend overlap one another by construction, and nobody reads them one by one.
        course = {"const", *self.model.parts["trend"]}
        found = overlaps(self.model.exog[self.regression.model.data.watched])
        return tuple(each for each in found if not course.issuperset(each.columns))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know before trusting this fit, a sentence each."""
        parts, index = self.model.parts, self.model.endog.index
        years = len(index) / PER_YEAR[frequency_of(index)]
        # Of a season and a trend that overlap it says nothing which months do: where one does, nearly all do.
        both = {"trend", *parts["season"]}
        found = [
            f"Season and trend can hardly be told apart: variance inflated {each.inflation:.0f} times."
            if both.issuperset(each.columns) and "trend" in each.columns
            else each.sentence
            for each in self.overlaps
        ]
        if parts["season"] and round(years, 1) <= 1:
            found.append(
                "The series holds no more than a year: what comes back every year cannot be told from what came once."
            )
        elif parts["season"] and years < 3:
            found.append(f"The series holds {years:.1f} years: a season seen fewer than three times is hardly one.")
        return tuple(found)

    def adjusted(self) -> pd.DataFrame:
        """Counts as they would be in a period of average season and no holiday: ``adjusted, lower, upper``.

        As if fully watched. The interval holds what is not known of season and calendar, not the chance in the
        count itself; NaN where nobody watched.
        """
        effect = self._contrast(self._centred())
        data = self.regression.model.data
        counts = (data.endog / data.exposure.where(data.watched)).to_numpy()
        bounds = {"adjusted": effect["ratio"], "lower": effect["upper"], "upper": effect["lower"]}
        return pd.DataFrame({name: counts / ratio.to_numpy() for name, ratio in bounds.items()}, index=data.endog.index)

    def _centred(self) -> pd.DataFrame:
        """Season and calendar of each period, the season against the mean of its places in the year."""
        season = self._only("season", "evolution")
        index = self.model.endog.index
        place = np.asarray(index.quarter if frequency_of(index) == "Q" else index.month)
        return season - season.groupby(place).mean().mean() + self._only("calendar")

    def effects(self) -> pd.DataFrame:
        """The factors whose product is the expected count of a fully watched period: ``trend, season, calendar``.

        The trend is a level (events a period) and holds any further columns of the design; the others are factors.
        """
        params = self.params
        total, calendar = self.model.exog @ params, self._only("calendar") @ params
        season = self._centred() @ params - calendar
        logs = {"trend": total - season - calendar, "season": season, "calendar": calendar}
        return pd.DataFrame({name: np.exp(values) for name, values in logs.items()}, index=self.model.endog.index)

    def summary(self) -> pd.DataFrame:
        """One row for the season and one for each entry: ``ratio, lower, upper, pvalue``.

        The ratio of the season is that of its highest to its lowest month or quarter.
        """
        table = self.calendar[["ratio", "lower", "upper", "pvalue"]]
        if self.season_test is not None:
            index = self.indices["index"]
            table.loc["season"] = (index.max() / index.min(), np.nan, np.nan, self.season_test.pvalue)
        if self.evolution_test is not None:
            table.loc["change of season"] = (np.nan, np.nan, np.nan, self.evolution_test.pvalue)
        return table

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The index of each month or quarter, as `plot_indices`."""
        return self.plot_indices(ax)

    def sentences(self) -> tuple[str, ...]:
        """The tests of season and calendar, and the warnings, a sentence each."""
        tests = {"there is no season": self.season_test, "the season does not change": self.evolution_test}
        tests |= {f"{name} makes no difference": test for name, test in self.calendar_tests.items()}
        found = [f"Test that {null}: p {test.pvalue:.2g}." for null, test in tests.items() if test is not None]
        return (*found, *self.warnings)

    @property
    def nobs(self) -> int:
        """Watched periods."""
        return self.regression.nobs

    def __repr__(self) -> str:
        season = f"; season p {self.season_test.pvalue:.2g}" if self.season_test is not None else ""
        entries = "".join(f"; {name} p {test.pvalue:.2g}" for name, test in self.calendar_tests.items())
        return f"SeasonalResults({self.regression.nobs} periods{season}{entries})"

    def _repr_html_(self) -> str:
        return super()._repr_html_() + table_in_html(self.indices)

    def plot_indices(self, ax: "Axes | None" = None) -> "Axes":
        """The index of each month or quarter with its interval, around 1."""
        ax = drawing.axes(ax)
        table, places = self.indices, np.arange(len(self.indices))
        ax.axhline(1, color=drawing.COLOURS["muted"], linewidth=0.8)
        ax.vlines(places, table["lower"], table["upper"], color=drawing.COLOURS["fit"], linewidth=1.6)
        ax.plot(places, table["index"], "o", markersize=4.5, color=drawing.COLOURS["fit"])
        ax.set_xticks(places, [name if name.startswith("q") else name[:3].title() for name in table.index])
        return drawing.finish(ax, y_label="rate over that of the average period", legend=False)

    def plot_adjusted(self, ax: "Axes | None" = None) -> "Axes":
        """Counts, and counts adjusted for season and calendar with their interval."""
        index, table = self.model.endog.index, self.adjusted()
        ax = drawing.points(drawing.axes(ax), index, self.model.endog, label="counted")
        drawing.band(ax, index, table["lower"], table["upper"], colour="fit")
        drawing.line(ax, index, table["adjusted"], label="adjusted for season and calendar")
        return drawing.finish(ax, y_label=f"events a {frequency_name(frequency_of(index))}")
