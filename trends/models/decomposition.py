"""Counts taken apart into trend, season, calendar and remainder, by one model with its equation; STL beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends import drawing
from trends.errors import ModelError
from trends.loading import later
from trends.models.results import Results
from trends.models.seasonality import SeasonalModel, SeasonalResults
from trends.periods import PER_YEAR, frequency_name, frequency_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STL = later("statsmodels.tsa.seasonal.STL")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Decomposition(Results):
    """A series of counts as the product of its parts.

    Attributes
    ----------
    parts : pandas.DataFrame
        ``trend`` (events a period), ``season``, ``calendar``, ``exposure`` and ``remainder`` (factors around 1), whose
        product is ``observed``. ``remainder`` is NaN where nobody watched.
    fit : SeasonalResults
        The model behind it, with its tests and warnings.
    """

    parts: pd.DataFrame
    fit: SeasonalResults = field(repr=False)

    @property
    def equation(self) -> str:
        """The model in a line, with its numbers; the level is the geometric mean of the trend."""
        index = self.parts.index
        params, word = self.fit.params, frequency_name(frequency_of(index))
        level = np.exp(np.log(self.parts["trend"]).mean())
        terms = [f"{level:.3g} events a {word}", "exposure"]
        kinds = {"trend": "trend(t)", "season": "season(t)", "evolution": "change of season(t)"}
        for part, text in kinds.items():
            if self.fit.model.parts[part]:
                terms.append(f"{text} [{len(self.fit.model.parts[part])} coefficients]")
        terms += [f"{np.exp(params[name]):.3g}^(share of days in {name})" for name in self.fit.model.parts["calendar"]]
        return "expected count = " + " x ".join(terms)

    @property
    def shares(self) -> pd.Series:
        """How much of the variation each part carries: standard deviations of the logarithms of the factors."""
        logs = np.log(self.parts[["trend", "season", "calendar", "remainder"]].where(lambda table: table > 0))
        return logs.std(ddof=0).rename("log_deviation")

    def stl(self) -> pd.DataFrame:
        """The same parts by STL of the logarithm of the rate (plus a half), for comparison.

        STL knows no calendar, no exposure and no chance in counts; its season may drift.

        Raises
        ------
        ModelError
            Where a period was not watched, or the series is shorter than two years.

        References
        ----------
        Cleveland, Cleveland, McRae & Terpenning (1990). STL. Journal of Official Statistics 6, 3-73.
        """
        observed, exposure = self.parts["observed"], self.parts["exposure"]
        year = round(PER_YEAR[frequency_of(self.parts.index)])
        if observed.isna().any() or len(observed) < 2 * year or year < 2:
            raise ModelError(
                "decompose by STL",
                found=f"{observed.isna().sum()} unwatched of {len(observed)} periods, {year} a year",
                allowed="two years or more, every period watched, two or more periods a year",
                do="use the model's own decomposition",
            )
        logs = np.log((observed + 0.5) / exposure).to_numpy()
        found = STL(logs, period=year, robust=True).fit()
        parts = {"trend": found.trend, "season": found.seasonal, "remainder": found.resid}
        return pd.DataFrame({name: np.exp(part) for name, part in parts.items()}, index=self.parts.index)

    def plot_parts(self) -> "list[Axes]":
        """Counts with their trend, and below them the factors of season, calendar and remainder."""
        names = ["season", *(["calendar"] if self.fit.model.parts["calendar"] else []), "remainder"]
        axes = drawing.stacked(1 + len(names), heights=[2] + [1] * len(names), height=2.2 + 1.1 * len(names))
        index = self.parts.index
        self.plot(axes[0])
        for ax, name in zip(axes[1:], names, strict=True):
            ax.axhline(1, color=drawing.COLOURS["muted"], linewidth=0.8)
            drawing.line(ax, index, self.parts[name])
            drawing.finish(ax, y_label=name, legend=False)
        return axes

    @property
    def nobs(self) -> int:
        """Watched periods."""
        return self.fit.nobs

    def summary(self) -> pd.DataFrame:
        """How much of the variation each part carries, a row each."""
        return self.shares.to_frame()

    def to_frame(self) -> pd.DataFrame:
        """The parts, a row a period."""
        return self.parts

    def sentences(self) -> tuple[str, ...]:
        """The model in a line, and what its fit has to say, a sentence each."""
        return (f"{self.equation[0].upper()}{self.equation[1:]}.", *self.fit.sentences())

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The counts with their trend; `plot_parts` has the other parts below."""
        index = self.parts.index
        ax = drawing.points(drawing.axes(ax), index, self.parts["observed"], label="counted")
        drawing.line(ax, index, self.parts["trend"], label="trend")
        return drawing.finish(ax, y_label=f"events a {frequency_name(frequency_of(index))}")

    def __repr__(self) -> str:
        return f"Decomposition({self.equation})"


def decompose(
    endog: pd.Series,
    *,
    exposure: ArrayLike | None = None,
    seasons: bool | str | int | None = True,
    calendar: Iterable[str] | Mapping[str, Any] = (),
    trend: int = 4,
) -> Decomposition:
    """The parts of a series of counts: trend x season x calendar x exposure x remainder.

    Parameters
    ----------
    endog, exposure, seasons, calendar
        As in `SeasonalModel`.
    trend : int
        Columns of the smooth trend. Four let it turn about three times; more follow regimes and in the end chance.

    Notes
    -----
    **Assumptions**: those of `SeasonalModel`. The parts are those of one fit: a holiday that falls
    into the same month for years is shared out between season and calendar by that fit, and ``fit.warnings`` says
    where that is guesswork.

    References
    ----------
    Harvey (1989). Forecasting, Structural Time Series Models and the Kalman Filter. Cleveland, Cleveland, McRae &
    Terpenning (1990). STL: a seasonal-trend decomposition procedure based on loess. Journal of Official Statistics 6,
    3-73.

    Examples
    --------
    >>> from trends.periods import span
    >>> months = span("2013-01", "2020-12", "M")
    >>> rate = 20 * np.exp(np.sin(np.arange(96) / 20) + 0.4 * np.cos(2 * np.pi * months.month / 12))
    >>> found = decompose(pd.Series(np.random.default_rng(0).poisson(rate), index=months), calendar=["ramadan"])
    >>> product = found.parts[["trend", "season", "calendar", "exposure", "remainder"]].prod(axis=1)
    >>> bool(np.allclose(product, found.parts["observed"]))
    True
    """
    model = SeasonalModel(endog, exposure=exposure, seasons=seasons, calendar=calendar, trend=trend)
    fit = model.fit()
    effects = fit.effects()
    data = fit.regression.model.data
    shares = data.exposure.where(data.watched, 0.0)
    fitted = effects.prod(axis=1) * shares
    remainder = data.endog.where(data.watched) / fitted.where(fitted > 0)
    parts = effects.assign(exposure=shares, remainder=remainder, observed=data.endog)
    return Decomposition(parts=parts, fit=fit)
