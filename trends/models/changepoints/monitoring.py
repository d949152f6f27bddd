"""Are the newest counts more than was to be expected, and has a new regime begun: alarms with their error rate."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.special import gammaln, logsumexp

from trends import drawing
from trends.chance.inflation import variance_inflation
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.options import checked_number, checked_rng, checked_whole
from trends.models.changepoints.nullcounts import simulate_null
from trends.models.changepoints.observed import check_length, design_of, observed
from trends.periods import PER_YEAR, frequency_of, label_of

_ASKED = "watch the newest periods"
# Beyond this residual a past outlier loses weight (Noufaily et al. 2013).
_OUTLYING = 2.58
# Beyond this time and memory, which grow with the square, are too much.
_LONGEST = 1000


@dataclass(frozen=True)
class Alarm:
    """What the newest periods say.

    Attributes
    ----------
    table : pandas.DataFrame
        By newest period: ``count``, ``expected``, ``threshold`` (the count from which there is an alarm), ``pvalue``
        (chance of so high a count without a change) and ``alarm``.
    false_alarms_per_year : float
        How many alarms a year a series like this one gives without any change.
    run_length : pandas.Series
        Posterior probability that the present regime began in each period, given all counts so far.
    expected : pandas.Series
        What the periods before the newest lead one to expect, over all periods.
    counts : pandas.Series
        The counts.
    """

    table: pd.DataFrame
    false_alarms_per_year: float
    run_length: pd.Series
    expected: pd.Series
    counts: pd.Series

    def began_since(self, first) -> float:
        """The probability that the present regime began in ``first`` or later."""
        return float(self.run_length[first:].sum())

    def __repr__(self) -> str:
        raised = ", ".join(label_of(when) for when in self.table.index[self.table["alarm"]])
        return f"Alarm({raised or 'none'}; false alarms a year: {self.false_alarms_per_year:.2g})"

    def _repr_html_(self) -> str:
        return self.table.to_html(border=0, float_format="{:.3g}".format)

    def plot_fit(self, ax: Axes | None = None) -> Axes:
        """Axes with the counts, what was expected, and the threshold of the newest periods."""
        ax = drawing.points(drawing.axes(ax), self.counts.index, self.counts, label="counted")
        drawing.line(ax, self.counts.index, self.expected, label="expected", colour="expected", style="--")
        drawing.band(ax, self.table.index, self.table["expected"], self.table["threshold"], label="no alarm up to here")
        drawing.time_axis(ax, self.counts.index)
        name = f"false alarms: {self.false_alarms_per_year:.2g} a year"
        return drawing.finish(ax, y_label="events", caption=name)


def watch(
    endog: pd.Series,
    exog: pd.DataFrame | None = None,
    *,
    exposure=None,
    newest: int = 1,
    per_year: float = 1.0,
    regime: float | None = None,
    draws: int = 999,
    rng=0,
) -> Alarm:
    """The `Alarm` of the newest periods of a series.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exog : pandas.DataFrame, optional
        Trend, season and calendar, as made by `trends.fits.design.baseline`.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    newest : int
        How many of the last watched periods are held against the ones before; 1 by default.
    per_year : float
        False alarms a year that one is ready to have; 1 by default.
    regime : float, optional
        How many periods a regime lasts on average, before the counts are seen; by default five years' worth.
    draws : int
        Simulated series without a change.
    rng : int or numpy.random.Generator
        Seed of the simulations.

    Raises
    ------
    ModelError
        Where the periods before the newest are fewer than twice the columns and eight, or the rate of false alarms
        asked for is beyond one a period or too small for the draws.

    Notes
    -----
    The periods before the newest are fitted twice, the second time with less weight on past outliers, so that an old
    outbreak does not hide a new one (Farrington et al. 1996). The p-value is the share of simulated series,
    with the dispersion and serial dependence of this one and fitted in the same way, whose last residual is as
    large; the threshold is the count at which it reaches ``per_year`` over the periods of a year.

    The run length is exact for a gamma-Poisson model with a constant hazard, its likelihood divided by the inflation.

    **Assumptions**: without a change, trend and season go on as before.

    References
    ----------
    Farrington, Andrews, Beale and Catchpole (1996), A statistical algorithm for the early detection of outbreaks of
    infectious disease. Noufaily et al. (2013), An improved algorithm for outbreak detection.
    Adams and MacKay (2007), Bayesian online changepoint detection.

    Examples
    --------
    >>> counts = np.random.default_rng(3).poisson(np.r_[np.full(59, 6.0), 25.0])
    >>> series = pd.Series(counts, index=pd.period_range("2016-01", periods=60, freq="M"))
    >>> bool(watch(series, draws=199).table["alarm"].iloc[0])
    True
    """
    newest, draws = checked_whole(newest, _ASKED, "newest", 1), checked_whole(draws, _ASKED, "draws", 1)
    per_year, rng = checked_number(per_year, _ASKED, "per_year", above=0.0), checked_rng(rng, _ASKED)
    if regime is not None:
        regime = checked_number(regime, _ASKED, "regime", above=1.0)
    data = observed(endog, exposure, least=newest + 10, asked=_ASKED)
    check_length(data, _LONGEST, _ASKED)
    design = design_of(exog, data, _ASKED)
    n, yearly = len(data.counts), PER_YEAR[frequency_of(data.index)]
    level = per_year / yearly
    _check(n - newest, design.shape[1], level, draws, newest)
    before = np.arange(n) < n - newest
    residuals, expected, dispersion = _residuals(data.counts[None], design, data.exposure, before)
    # Past outliers count for no more than the bound, as in the fit.
    bounded = np.clip(residuals[0, before], -_OUTLYING, _OUTLYING) * np.sqrt(dispersion[0])
    inflation = variance_inflation(bounded, 0, design.shape[1])
    null = simulate_null(expected[0], inflation, draws, rng)
    drawn = _residuals(null, design, data.exposure, before)[0][:, ~before]
    seen = residuals[0, ~before]
    limit = np.quantile(drawn, 1 - level, axis=0)
    pvalues = (1 + (drawn >= seen).sum(0)) / (1 + draws)
    table = pd.DataFrame(
        {
            "count": data.counts[~before],
            "expected": expected[0, ~before],
            "threshold": expected[0, ~before] + limit * np.sqrt(dispersion[0] * expected[0, ~before]),
            "pvalue": pvalues,
            "alarm": pvalues <= level,
        },
        index=data.index[data.at[~before]],
    )
    course = pd.Series(np.nan, index=data.index, name="expected")
    course.iloc[data.at] = expected[0]
    runs = run_length(data.counts, expected[0], regime or 5 * yearly, float(inflation.factor))
    length = pd.Series(data.spread(runs), index=data.index, name="probability")
    return Alarm(table, level * yearly, length, course, endog)


def _check(before, columns, level, draws, newest):
    if newest < 1 or before < 2 * columns + 8:
        raise ModelError(
            _ASKED,
            found=f"newest={newest}, {before} watched periods before and {columns} columns",
            allowed="one newest period and more, and before them twice the columns and eight",
            do="take a longer series or fewer columns",
        )
    if not 5 / draws <= level < 1:
        raise ModelError(
            _ASKED,
            found=f"{level:.3g} false alarms a period with {draws} draws",
            allowed=f"from {5 / draws:.3g} to below 1",
            do="change per_year, or raise the draws",
        )


def _residuals(counts, design, exposure, before):
    """Residuals, expected counts and dispersions of many series, fitted to the periods ``before`` alone."""
    weights = np.broadcast_to(before.astype(float), counts.shape)
    for _ in range(2):
        fit = fit_poisson(counts, design, exposure=exposure, weights=weights)
        expected = exposure * np.exp(np.clip(fit.params @ design.T, -30, 50))
        squares = ((counts - expected) ** 2 / expected * weights).sum(1)
        dispersion = np.maximum(squares / (weights.sum(1) - design.shape[1]), 1.0)
        residuals = (counts - expected) / np.sqrt(dispersion[:, None] * expected)
        weights = before * np.minimum(1.0, (_OUTLYING / np.maximum(np.abs(residuals), 1e-9)) ** 2)
    return residuals, expected, dispersion


def run_length(counts, expected, regime: float, inflation: float = 1.0) -> np.ndarray:
    """The probability that the regime of the last period began in each period, shape ``(n,)``.

    Parameters
    ----------
    counts, expected : numpy.ndarray
        Counts and what is expected of each at an unchanged level, shape ``(n,)``.
    regime : float
        Mean length of a regime in periods, before the counts are seen.
    inflation : float
        What the likelihood is divided by.

    References
    ----------
    Adams and MacKay (2007), Bayesian online changepoint detection.
    """
    counts, expected = np.asarray(counts) / inflation, np.asarray(expected) / inflation
    hazard = 1 / regime
    logs, seen, due = np.zeros(0), np.zeros(0), np.zeros(0)
    for count, mean in zip(counts, expected, strict=True):
        # A regime's level, relative to what is expected, is Gamma(1, 1): about one event's worth of knowledge.
        start = np.log(hazard) + logsumexp(logs) if len(logs) else 0.0
        logs = np.append(logs + np.log1p(-hazard), start)
        seen, due = np.append(seen, 0.0), np.append(due, 0.0)
        shape, rate = 1 + seen, 1 + due
        logs += gammaln(shape + count) - gammaln(shape) + shape * np.log(rate) - (shape + count) * np.log(rate + mean)
        logs -= logsumexp(logs)
        seen, due = seen + count, due + mean
    return np.exp(logs)
