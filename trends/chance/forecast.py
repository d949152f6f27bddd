"""Was what was observed outside what was to be expected? A total held against its forecast from the periods before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trends.chance.change import ChangeTest, Question, answer
from trends.chance.dependence import simulate_counts
from trends.counts.panel import exposure_of
from trends.counts.series import aligned, checked_series
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.periods import frequency_of, label_of, period

# As for any calibrated test: fewer periods do not show how much the counts vary, or for how long.
_PERIODS, _SPARE = 16, 8
#: The central shares of forecasts that a fan shows.
FAN = (0.5, 0.8, 0.95)
# A simulated refit may be off by this factor at most: beyond, a column was lost to zeros.
_FURTHEST = 50.0


@dataclass(frozen=True)
class Forecast:
    """What was to be expected of some periods, judged by those before, and what came.

    Attributes
    ----------
    first : pandas.Period
        The first period of the forecast.
    observed, expected : float
        Totals over the watched periods of the forecast.
    mean : pandas.Series
        Expected counts: the fit up to ``first``, the forecast from there.
    fan : pandas.DataFrame
        For each period of the forecast, the bounds that hold a central share of forecasts: columns ``lower 0.95``,
        ``upper 0.95`` and so on.
    test : ChangeTest
        The calibrated test of observed against expected; its estimate and interval are logs of the ratio.
    question : Question
        What the test was put to, for its error rates.
    """

    first: pd.Period
    observed: float
    expected: float
    mean: pd.Series
    fan: pd.DataFrame
    test: ChangeTest
    question: Question


def forecast(endog: pd.Series, exog: pd.DataFrame, first, *, exposure=None, level=0.95, draws=999, rng=0) -> Forecast:
    """Hold the total from a period on against its forecast, which is made from the periods before alone.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``, up to the end of the forecast. NaN was not watched.
    exog : pandas.DataFrame, shape (n_periods, n_columns)
        What the counts are expected to follow: constant, trend, season, calendar.
    first : period
        The first period of the forecast.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    level : float
        Coverage of the interval.
    draws : int
        Simulated series, for the calibration and for the fan.
    rng : int or numpy.random.Generator
        Source of randomness.

    Raises
    ------
    ModelError
        Where there is no watched period from ``first`` on, too few before (16, and 8 more than columns), no event
        before, or the periods before cannot tell the columns apart.

    Notes
    -----
    **Assumptions**: trend, season and calendar go on as they were; the rate varies around them with one variance and
    an autocorrelation that dies out geometrically.

    The periods of the forecast enter as one total with a coefficient of its own, so that nothing is learned from
    them: the coefficient is the log of observed over expected. Its test is that of `change_evidence`: averaged over
    variance and autocorrelation, calibrated by a double bootstrap. A coefficient of zero lies outside of the interval
    exactly where the total lies outside of its prediction interval, which so carries dispersion, serial dependence,
    and the uncertainty of what was estimated (docs/decisions/forecast.md has its size).

    References
    ----------
    Harvey, A. C. (1989). Forecasting, structural time series models and the Kalman filter, section 2.2.
    Beran, R. (1990). Calibrating prediction regions. JASA 85, 715-723.

    Examples
    --------
    >>> from trends.fits.design import baseline
    >>> from trends.periods import span
    >>> months = span("2016-01", "2020-12", "M")
    >>> counts = pd.Series(np.random.default_rng(0).poisson(9.0, 60), index=months)
    >>> found = forecast(counts, baseline(months), "2020-07")
    >>> found.test.lower < 0 < found.test.upper, bool(abs(found.expected - 54) < 12)
    (True, True)
    """
    series = checked_series(endog, exposure=exposure, asked="forecast counts", numbered=False)
    endog, exposure = pd.Series(series.counts, index=series.index), series.exposure
    exog = aligned(exog, series.index, "forecast counts")
    first = period(first, frequency_of(endog.index))
    question, mean = forecast_question(endog, exog, first, exposure)
    rng = np.random.default_rng(rng)
    test = answer(question, "two-sided", level, draws, rng)
    before, share = endog.index < first, _watched(endog, exposure)
    fan = _fan(exog.to_numpy(float), mean, share, before, test, draws, rng)
    expected = float((mean * share)[~before].sum())
    named = pd.DataFrame(
        fan, index=endog.index[~before], columns=[f"{end} {s}" for end in ("lower", "upper") for s in FAN]
    )
    expected_counts = pd.Series(mean * share, index=endog.index).where(share > 0)
    return Forecast(first, float(question.counts[-1]), expected, expected_counts, named, test, question)


def forecast_question(endog: pd.Series, exog: pd.DataFrame, first: pd.Period, exposure=None):
    """The question of `forecast`, its last row the total of the periods from ``first``, and the mean of each period.

    Returns
    -------
    question : Question
        Watched periods before ``first``, and their forecast as one row.
    mean : numpy.ndarray, shape (n_periods,)
        Expected counts of whole periods, from the fit to those before ``first``.
    """
    counts, share, design = endog.to_numpy(float), _watched(endog, exposure), exog.to_numpy(float)
    before, ahead = (share > 0) & (endog.index < first), (share > 0) & (endog.index >= first)
    _check(counts, before, ahead, design.shape[1], first)
    params = fit_poisson(counts[before], design[before], exposure=share[before]).params[0]
    mean = np.exp(np.clip(design @ params, -30, 30))
    expected = (mean * share)[ahead]
    if expected.sum() < 1e-6:
        _refuse(first, "nothing to be expected: no event before in these months", "some", "leave the season out")
    weights = expected / expected.sum()
    row = weights @ design[ahead]
    pool = np.zeros((before.sum() + 1, before.sum() + ahead.sum()))
    np.fill_diagonal(pool, 1.0)
    pool[-1] = 0.0
    pool[-1, before.sum() :] = weights
    places = endog.index.asi8[before | ahead]
    question = Question(
        counts=np.append(counts[before], counts[ahead].sum()),
        exposure=np.append(share[before], expected.sum() / np.exp(row @ params)),
        others=np.vstack([design[before], row]),
        term=np.append(np.zeros(before.sum()), 1.0),
        times=places - places[0],
        name=f"from {label_of(first)}",
        pool=pool,
    )
    return question, mean


def _watched(endog: pd.Series, exposure) -> np.ndarray:
    share = exposure_of(endog).to_numpy(float) if exposure is None else np.asarray(exposure, dtype=float)
    return np.where(np.isfinite(endog.to_numpy(float)), share, 0.0)


def _check(counts, before, ahead, columns, first):
    if not ahead.any():
        _refuse(first, "no watched period from it on", "one or more", "choose an earlier period, or wait")
    need = max(_PERIODS, columns + _SPARE)
    if before.sum() < need:
        found = f"{before.sum()} watched periods before it"
        _refuse(first, found, f"{need} or more for {columns} columns", "begin earlier, or leave out season or trend")
    if not counts[before].any():
        _refuse(first, "no event before it", "some events", "widen the place, the span or the kind of event")


def _refuse(first, found, allowed, do):
    raise ModelError(f"forecast the counts from {label_of(first)}", found=found, allowed=allowed, do=do)


def _fan(design, mean, share, before, test, draws, rng):
    """Bounds of simulated forecasts, each around a mean refitted to a simulated past."""
    fitted, places = before & (share > 0), np.arange(len(mean))
    omega, rho = np.full(draws, test.variance), np.full(draws, test.autocorrelation)
    past = simulate_counts((mean * share)[fitted], omega, rho, places[fitted], rng)
    params = fit_poisson(past, design[fitted], exposure=share[fitted]).params
    # A refit that came out high stands for a truth that lies as much below it.
    off = np.exp(np.clip(np.nan_to_num(params) @ design[~before].T, -30, 30)) / mean[~before]
    around = (mean * share)[~before] / np.clip(off, 1 / _FURTHEST, _FURTHEST)
    ahead = simulate_counts(around, omega, rho, places[~before], rng)
    return np.quantile(ahead, [0.5 - s / 2 for s in FAN] + [0.5 + s / 2 for s in FAN], axis=0).T
