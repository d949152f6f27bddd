"""The interrupted series: did the rate of a series of counts change at a date, and what was to be expected without?"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends import drawing
from trends.counts.series import checked_series, one_column
from trends.errors import ModelError
from trends.fits.design import baseline, effect_column
from trends.models.regression import CountRegression, CountRegressionResults
from trends.periods import frequency_name, frequency_of, label_of, period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Fewer periods on a side make the break a column for one or two counts, with nothing left to judge the noise by.
_FEWEST = 3


class InterruptionModel(CountRegression):
    """A series of counts with trend, season and calendar, and a break at a date that is known beforehand.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``. NaN was not watched.
    at : period, or sequence of periods
        The first period of the new regime: a label (``"2020-04"``, ``"2020Q2"``), a day in it, or a pandas Period.
        Several, in order, are breaks of one shape, each with an effect of its own on top of those before it.
    shape : {"step", "slope", "pulse", "ramp"}
        A new level, a new slope, a spell of ``length`` periods, or a new level that is reached over ``length``
        periods; see `trends.fits.design.effect_column`. A step by default: the plainest reading of "it rose".
    length : int, optional
        Periods that the pulse lasts (by default 1) or the ramp takes.
    trend : bool
        Whether the level drifts apart from the break. True, because a drift that is left out is taken for a break.
    seasons : None, True, "month", "quarter" or int
        A season that is the same every year; see `trends.fits.design.season_columns`. By default none.
    calendar : iterable of str, or mapping of str to a list of (first, last)
        Moving holidays by name, such as ``["ramadan"]``, or windows of dates; see `calendar_windows`. Each has an
        effect of its own by the share of the period that it covers.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    family, cov
        As in `trends.models.regression.CountRegression`; quasi-Poisson by default, because incidents are more
        dispersed than Poisson counts.

    Raises
    ------
    ModelError
        Where the series or the break is not one: no periods, ``at`` outside of the series, fewer than three watched
        periods before it or after (one within a pulse), and whatever `CountRegression` refuses.

    Notes
    -----
    **Assumptions**: without the break, trend, season and calendar would have gone on as before; nothing else began
    at the same time (``warnings`` names the columns that the design cannot tell apart from the break, but
    an event that is not in the design is invisible to it); the date was not chosen by looking at the counts.

    The intervals are the textbook ones and too narrow under serial dependence: quasi-Poisson with t finds a break in
    up to a quarter of dependent series that have none. So no verdict on a claim ever rests on them;
    `trends.assess` asks `EffectModel`.

    References
    ----------
    Lopez Bernal, J., Cummins, S. & Gasparrini, A. (2017). Interrupted time series regression for the evaluation of
    public health interventions: a tutorial. International Journal of Epidemiology 46, 348-355.

    Examples
    --------
    >>> import numpy as np
    >>> from trends.periods import span
    >>> months = span("2017-01", "2020-12", "M")
    >>> rng = np.random.default_rng(4)
    >>> counts = pd.Series(rng.poisson(np.where(months < pd.Period("2019-07"), 12, 24)), index=months)
    >>> fit = InterruptionModel(counts, at="2019-07").fit()
    >>> fit.rate_ratio().round(2).to_dict()
    {'ratio': 2.08, 'lower': 1.52, 'upper': 2.85}
    """

    def __init__(
        self,
        endog: Any,
        *,
        at: Any,
        shape: str = "step",
        length: int | None = None,
        trend: bool = True,
        seasons: bool | str | int | None = None,
        calendar: Iterable[str] | Mapping[str, Any] = (),
        exposure: ArrayLike | None = None,
        family: str = "quasipoisson",
        cov: str = "model",
    ):
        index = checked_series(endog, exposure=exposure, asked="look for a break at a date", numbered=False).index
        endog = one_column(endog, "look for a break at a date").set_axis(index)
        self.breaks, self.shape, self.length = _dates(at, frequency_of(index)), shape, length
        self.at = self.breaks[0]
        change = pd.concat([effect_column(index, each, shape, length) for each in self.breaks], axis=1)
        _check_regimes(endog, self.breaks, shape, change)
        self.effects: tuple[str, ...] = tuple(change.columns)
        self.effect: str = self.effects[0]
        expected = baseline(index, trend=trend, seasons=seasons, calendar=calendar)
        super().__init__(endog, expected.join(change), exposure=exposure, family=family, cov=cov, constant=False)

    @property
    def design(self) -> pd.DataFrame:
        """Constant, trend, season and calendar, and last the breaks; shape ``(n_periods, n_columns)``."""
        return self.exog

    def fit(self) -> "InterruptionResults":
        """The estimates, as `InterruptionResults`."""
        return InterruptionResults(self, super().fit().estimate)


class InterruptionResults(CountRegressionResults):
    """The estimates of an `InterruptionModel`: those of its regression, the effect, and what was to be expected.

    Attributes
    ----------
    model : InterruptionModel
        What was fitted.
    estimate : CountFit
        The fit on arrays; ``estimate.sm_results`` is that of statsmodels.
    """

    model: InterruptionModel

    @property
    def at(self) -> pd.Period:
        """The first period of the new regime; of several, of the first of them."""
        return self.model.at

    @property
    def effects(self) -> tuple[str, ...]:
        """The columns of the breaks in order, such as ``step 2020-04``."""
        return self.model.effects

    @property
    def effect(self) -> str:
        """The column of the break, such as ``step 2020-04``; of several, of the first."""
        return self.effects[0]

    @property
    def design(self) -> pd.DataFrame:
        """The design, the breaks as its last columns, shape ``(n_periods, n_columns)``."""
        return self.model.design

    @property
    def endog(self) -> pd.Series:
        """The counts, shape ``(n_periods,)``, NaN where nothing was watched."""
        return self.model.endog

    @property
    def exposure(self) -> pd.Series:
        """The exposure, shape ``(n_periods,)``."""
        return self.model.exposure

    def rate_ratio(self, term: str | None = None, level: float = 0.95) -> pd.Series:
        """The rate ratio of the break: ``ratio``, ``lower`` and ``upper`` at a level.

        Against what was to be expected; of a slope, the ratio by which the course is bent in a year. Another
        column of the design is read by its name, and one of several breaks by its column in ``effects``, against the
        regime before it.

        Raises
        ------
        ModelError
            Where there are several breaks and none is named, or the design has no such column.
        """
        if term is None and len(self.effects) > 1:
            raise ModelError(
                "read a rate ratio", found=f"{len(self.effects)} breaks", allowed=", ".join(self.effects),
                do="name one of these",
            )  # fmt: skip
        return super().rate_ratio(self.effect if term is None else term, level)

    @property
    def expected(self) -> pd.DataFrame:
        """What was to be expected had nothing changed: ``expected``, ``lower`` and ``upper`` (95 %, for the mean).

        A row a period, before the break too, at the exposure that there was; NaN where nothing was watched.
        """
        unchanged = self.predict(self.design.assign(**dict.fromkeys(self.effects, 0.0)), exposure=self.exposure)
        return unchanged.rename(columns={"mean": "expected"}).where(self.endog.notna())

    def plot_fit(self, ax: "Axes | None" = None) -> "Axes":
        """The counts, the fit, and what was to be expected had nothing changed with its interval, as Axes."""
        ax, index, expected = drawing.axes(ax), self.endog.index, self.expected
        drawing.line(ax, index, self.fittedvalues, label="fitted")
        unchanged = expected["expected"].where(index >= self.at - 1)
        drawing.line(ax, index, unchanged, colour="expected", style="--", label="had nothing changed")
        drawing.band(ax, index, expected["lower"], expected["upper"], colour="expected", label="its 95 % interval")
        drawing.unwatched(ax, index, self.model.data.share)
        drawing.points(ax, index, self.endog, label="counted")
        for each in self.model.breaks:
            drawing.event_mark(ax, each, label_of(each))
        return drawing.finish(ax, y_label=f"events a {frequency_name(frequency_of(index))}")


def _dates(at: Any, freq: str) -> tuple[pd.Period, ...]:
    """The breaks, once they are known to be in order and no two the same."""
    several = at if isinstance(at, list | tuple | pd.Index | np.ndarray) else [at]
    breaks = tuple(period(each, freq) for each in several)
    if not breaks or any(later <= earlier for earlier, later in pairwise(breaks)):
        raise ModelError(
            "look for breaks at several dates",
            found=", ".join(map(label_of, breaks)) or "none",
            allowed="at least one date, each later than the one before it",
            do="put them in order, each once",
        )
    return breaks


def _check_regimes(endog: pd.Series, breaks: tuple[pd.Period, ...], shape: str, change: pd.DataFrame) -> None:
    """Refuse a break without enough watched periods between the break before it and the one after it."""
    index = endog.index
    for place, at in enumerate(breaks):
        inside = np.ones(len(index), dtype=bool)
        if place:
            inside &= index >= breaks[place - 1]
        if place + 1 < len(breaks):
            inside &= index < breaks[place + 1]
        _check_sides(endog[inside] if inside.any() else endog, at, shape, change.iloc[:, place][inside])


def _check_sides(endog: pd.Series, at: pd.Period, shape: str, column: pd.Series) -> None:
    index, word = endog.index, frequency_name(frequency_of(endog.index))
    asked = f"look for a {shape} at {label_of(at)}"
    if not index[0] < at <= index[-1]:
        raise ModelError(
            asked,
            found=f"counts from {label_of(index[0])} to {label_of(index[-1])}",
            allowed=f"a {word} after the first and not after the last of them",
            do="move the break, or take a longer series",
        )
    watched = endog.notna().to_numpy()
    before, after = int((watched & (index < at)).sum()), int((watched & (column > 0)).sum())
    fewest = 1 if shape == "pulse" else _FEWEST
    if before < _FEWEST or after < fewest:
        raise ModelError(
            asked,
            found=f"{before} watched {word}s before it and {after} {'within' if shape == 'pulse' else 'from it on'}",
            allowed=f"at least {_FEWEST} before and {fewest} after, so that something is left to judge the noise by",
            do="take a longer series or finer periods",
        )
