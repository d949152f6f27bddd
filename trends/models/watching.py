"""Are the newest counts more than was to be expected: alarms at a rate that one chooses, for a series or a panel."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends import drawing
from trends.chance.questions import forecast_total
from trends.counts.panel import Panel
from trends.counts.series import CheckedSeries, checked_series
from trends.errors import ModelError
from trends.fits.options import checked_number, checked_whole, shown
from trends.models.results import Results
from trends.periods import PER_YEAR, frequency_name, frequency_of, label_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ASKED = "watch the newest periods"
# Time and memory grow with the square of the periods, and what is nearest says most.
_NEAREST = 400
_FEWEST = 8
# Farther out than this the courses drawn say little.
_RAREST = 1e-4


@dataclass(frozen=True, eq=False, repr=False)
class Alarm(Results):
    """Whether the newest periods brought more than was to be expected.

    Attributes
    ----------
    table : pandas.DataFrame
        By newest period: ``count``, ``expected`` (the median), ``threshold`` (the count from which there is an alarm),
        ``pvalue`` (probability of so high a count, had the series gone on as before) and ``alarm``.
    counts : pandas.Series
        The counts that the newest were held against, and the newest, NaN where nothing was watched.
    alarms_per_year : float
        False alarms a year that were allowed for.
    """

    table: pd.DataFrame
    counts: pd.Series
    alarms_per_year: float

    @property
    def nobs(self) -> int:
        """Watched periods before the newest."""
        return int(self.counts.notna().sum()) - len(self.table)

    def summary(self) -> pd.DataFrame:
        """The newest periods, a row each."""
        return self.table

    def sentences(self) -> tuple[str, ...]:
        """What each of the newest periods says, a sentence each."""
        return tuple(
            f"{label_of(when)} brought {row['count']:g} where {row['expected']:g} were to be expected and "
            f"{row['threshold']:g} would have been an alarm: {'an alarm' if row['alarm'] else 'none'} "
            f"(p {row['pvalue']:.2g})."
            for when, row in self.table.iterrows()
        )

    def __repr__(self) -> str:
        raised = ", ".join(label_of(when) for when in self.table.index[self.table["alarm"]])
        return f"Alarm({raised or 'none'}; false alarms a year: {self.alarms_per_year:.2g})"

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The counts, and what was to be expected of the newest periods up to the alarm."""
        ax = drawing.points(drawing.axes(ax), self.counts.index, self.counts, label="counted")
        index, table = self.table.index, self.table
        days = [(when.start_time, when.end_time.normalize()) for when in index]
        bounds = {"lower": table["expected"], "upper": table["threshold"] - 1}
        label = "expected, and up to where there is no alarm"
        drawing.levels(ax, days, table["expected"], **bounds, label=label, colour="expected")
        word = frequency_name(frequency_of(self.counts.index))
        return drawing.finish(
            ax, y_label=f"events a {word}", caption=f"false alarms: {self.alarms_per_year:.2g} a year"
        )


def watch(
    endog: Any,
    *,
    exposure: ArrayLike | None = None,
    newest: int = 1,
    alarms_per_year: float = 1.0,
    country: str | None = None,
) -> Alarm:
    """The `Alarm` of the newest periods of a series.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    newest : int
        How many of the last watched periods are held against the ones before; 1 by default.
    alarms_per_year : float
        False alarms a year that one is ready to have; 1 by default.
    country : str, optional
        Where the counts come from: the prior is then one that no series of this country was used for.

    Raises
    ------
    ModelError
        Where fewer than eight watched periods or no incident came before the newest, or the rate of false alarms is
        one a period or more, or too small to be told.

    Notes
    -----
    Each newest period is held against its forecast from the periods before all of the newest: the level goes on as the
    levels of the world's series do, with season, drift and single periods that stand out
    (:func:`trends.chance.questions.forecast_total`). Of the periods before, the last 400 are looked at, so that ten
    thousand take no more time and memory than these. On real series that nobody chose there were no more alarms a year
    than were allowed for (``docs/real-watch.md``).

    **Assumptions**: without a change the series goes on as such series do; the newest periods are complete
    (:func:`trends.nowcast`).

    References
    ----------
    Farrington, Andrews, Beale and Catchpole (1996), A statistical algorithm for the early detection of outbreaks of
    infectious disease. Journal of the Royal Statistical Society A 159, 547-563.

    Examples
    --------
    >>> counts = np.random.default_rng(3).poisson(np.r_[np.full(59, 6.0), 25.0])
    >>> watch(pd.Series(counts, index=pd.period_range("2016-01", periods=60, freq="M")))
    Alarm(2020-12; false alarms a year: 1)
    """
    newest = checked_whole(newest, _ASKED, "newest", 1)
    series = checked_series(endog, exposure=exposure, asked=_ASKED, numbered=False)
    level = _checked_level(alarms_per_year, series)
    if country is not None and not isinstance(country, str):
        allowed, do = "the name or code of a country", "leave it out, or name one"
        raise ModelError(_ASKED, found=f"country={shown(country)}", allowed=allowed, do=do)
    start = _first_newest(series, newest)
    since = max(0, start - _NEAREST)
    parts = [each[since:start] for each in (series.index, series.counts, series.exposure)]
    before = CheckedSeries(parts[0], parts[1], parts[2], series.name)
    rows = {series.index[at]: _held(before, series, start, at, level, country) for at in series.places[-newest:]}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("period")
    table.index = pd.PeriodIndex(table.index, freq=series.index.freq)
    counts = pd.Series(series.counts[since:], index=series.index[since:], name=series.name)
    return Alarm(table.astype({"alarm": bool}), counts, float(alarms_per_year))


def watch_provinces(
    panel: Panel,
    *,
    newest: int = 1,
    alarms_per_year: float = 1.0,
    country: str | None = None,
) -> pd.DataFrame:
    """The newest periods of every province and of the total, each held against what was to be expected.

    Parameters
    ----------
    panel : Panel
        Counts by period and province.
    newest : int
        How many of the last watched periods of each are held against the ones before; 1 by default.
    alarms_per_year : float
        False alarms a year over all provinces and the total together; 1 by default.
    country : str, optional
        As in `watch`.

    Returns
    -------
    pandas.DataFrame
        Columns ``province`` (``total`` last), ``period``, and those of `Alarm`'s table; a province without an incident
        before the newest periods, or with fewer than eight watched ones, has no expectation and no alarm.

    Raises
    ------
    ModelError
        As in `watch`, and where it is no Panel.

    Examples
    --------
    >>> from trends.counts.simulate import simulate_panel
    >>> panel = simulate_panel(2, 36, base=8, at="2017-12", rate_ratio=[5, 1], rng=2)
    >>> found = watch_provinces(panel)
    >>> found.loc[found["alarm"], ["province", "period"]].to_numpy().tolist()
    [['Province 1', Period('2017-12', 'M')], ['total', Period('2017-12', 'M')]]
    """
    if not isinstance(panel, Panel):
        found, do = f"a value of type {type(panel).__name__}", "make one with count_incidents or panel_from_table"
        raise ModelError(_ASKED, found=found, allowed="a Panel", do=do)
    newest = checked_whole(newest, _ASKED, "newest", 1)
    each = checked_number(alarms_per_year, _ASKED, "alarms_per_year", above=0.0) / (len(panel.provinces) + 1)
    columns = {name: panel[name] for name in panel.provinces} | {"total": panel.total(partial="missing")}
    tables = []
    for name, column in columns.items():
        series = checked_series(column, asked=_ASKED, numbered=False)
        _checked_level(each, series)
        before = series.places[:-newest]
        if len(before) >= _FEWEST and series.counts[before].any():
            table = watch(column, newest=newest, alarms_per_year=each, country=country).table
        else:
            last = series.places[-newest:]
            empty = {"count": series.counts[last], "expected": np.nan, "threshold": np.nan, "pvalue": np.nan}
            table = pd.DataFrame(empty | {"alarm": False}, index=series.index[last].rename("period"))
        tables.append(table.reset_index().assign(province=name))
    found = pd.concat(tables, ignore_index=True)
    return found[["province", "period", "count", "expected", "threshold", "pvalue", "alarm"]]


def _held(
    before: CheckedSeries, series: CheckedSeries, start: int, at: int, level: float, country: str | None
) -> dict[str, float]:
    """One of the newest periods against its forecast."""
    ahead = np.zeros(at - start + 1)
    ahead[-1] = series.exposure[at]
    forecast = forecast_total(before, len(ahead), exposure_ahead=ahead, without=country)
    pvalue = forecast.at_least(series.counts[at])
    threshold = forecast.quantile(1 - level) + 1
    told = {"count": series.counts[at], "expected": float(forecast.quantile(0.5)), "threshold": float(threshold)}
    return told | {"pvalue": pvalue, "alarm": series.counts[at] >= threshold}


def _checked_level(alarms_per_year: float, series: CheckedSeries) -> float:
    """The probability of a false alarm in one period."""
    number = checked_number(alarms_per_year, _ASKED, "alarms_per_year", above=0.0)
    a_year = PER_YEAR[frequency_of(series.index)]
    if not _RAREST <= number / a_year < 1:
        raise ModelError(
            _ASKED,
            found=f"{number / a_year:.3g} false alarms a period for each series",
            allowed=f"from {_RAREST:g} to below 1",
            do="change alarms_per_year",
        )
    return number / a_year


def _first_newest(series: CheckedSeries, newest: int) -> int:
    """Place of the first of the newest watched periods, where enough came before it."""
    before = series.places[:-newest]
    if len(before) < _FEWEST or not series.counts[before].any():
        incidents = int(series.counts[before].sum())
        raise ModelError(
            _ASKED,
            found=f"newest={newest}, and before it {len(before)} watched periods with {incidents} incidents",
            allowed=f"{_FEWEST} watched periods before the newest, with an incident",
            do="take a longer series",
        )
    return int(series.places[-newest])
