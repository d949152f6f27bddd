"""The test of one or more columns of a count regression that keeps its size: dispersion, dependence, short series.

Fit the counts with and without the columns. The fall of the deviance, divided by what overdispersion and serial
dependence multiply it by, is compared with what it is in series simulated without the columns. The interval of a
single column holds the values that this test would not reject.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.signal import lfilter

from trends.chance.autocorrelation import Dependence, ar1_correlation, estimate_dependence
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.countdata import CountData, count_data
from trends.fits.options import checked_draws, checked_level, checked_rng

_ASKED = "test columns of a count regression"


@dataclass(frozen=True, kw_only=True)
class JointTest:
    """Whether some columns of a count regression matter, and by how much a single one does.

    Attributes
    ----------
    terms : tuple of str
        The columns tested.
    estimate, lower, upper : float
        Coefficient of a single column (a log rate ratio per unit) and its interval; NaN for several columns.
        Infinite where the counts set no bound.
    statistic : float
        Fall of the deviance per column over dispersion and design effect.
    pvalue, pvalue_analytic : float
        The larger of that by simulation and that from the F distribution; and the latter, beside it.
    level : float
        Level of the interval.
    dispersion, autocorrelation : float
        Variance of the Pearson residuals, and their autocorrelation at one period's distance, both corrected for
        the columns of the design.
    draws, failed : int
        Series simulated, and those whose fit failed; these count as if they had exceeded the statistic.
    nobs : int
        Watched periods.
    """

    terms: tuple[str, ...]
    estimate: float
    lower: float
    upper: float
    statistic: float
    pvalue: float
    pvalue_analytic: float
    level: float
    dispersion: float
    autocorrelation: float
    draws: int
    failed: int
    nobs: int

    @property
    def ratio(self) -> tuple[float, float, float]:
        """The rate ratio of one unit of a single column, and its interval."""
        with np.errstate(over="ignore"):
            return tuple(float(np.exp(value)) for value in (self.estimate, self.lower, self.upper))

    def __repr__(self) -> str:
        ratio, lower, upper = self.ratio
        found = f"rate ratio {ratio:.3g} ({lower:.3g} to {upper:.3g}), " if len(self.terms) == 1 else ""
        return f"JointTest({', '.join(self.terms)}: {found}p {self.pvalue:.2g})"

    @property
    def method(self) -> str:
        """How the p-value and the interval were obtained, in a sentence."""
        return (
            f"Poisson regression; fall of the deviance scaled by the dispersion ({self.dispersion:.2f}) and by the "
            f"serial dependence (autocorrelation {self.autocorrelation:.2f}), compared with {self.draws} series "
            "simulated without the effect."
        )


def joint_test(
    endog: pd.Series,
    exog: pd.DataFrame,
    terms: str | list[str],
    *,
    exposure=None,
    level: float = 0.95,
    draws: int = 999,
    rng: int | np.random.Generator = 0,
) -> JointTest:
    """The calibrated test of some columns of a count regression.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, NaN where nothing was watched, shape ``(n_periods,)``.
    exog : pandas.DataFrame
        The whole design, the columns tested included, shape ``(n_periods, n_columns)``; see `baseline`.
    terms : str or list of str
        The columns to test, together.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    level : float
        Level of the interval.
    draws : int
        Series to simulate; 999 give p-values in steps of .001.
    rng : int or numpy.random.Generator
        What they are drawn with.

    Raises
    ------
    ModelError
        Where the regression cannot be fitted, or a term is no column of the design.

    Notes
    -----
    **Assumptions**: the log rate is linear in the columns; what makes counts vary more than Poisson counts do is a
    stationary wandering of the rate (latent AR(1)), its size and memory the same throughout. Size and coverage,
    simulated: ``docs/decisions/joint-test.md``.

    References
    ----------
    Davison & Hinkley (1997). Bootstrap Methods and their Application, ch. 4 and 7.
    Zeger (1988). A regression model for time series of counts. Biometrika 75, 621-629.

    Examples
    --------
    >>> from trends.fits.design import baseline
    >>> from trends.periods import span
    >>> months = span("2015-01", "2020-12", "M")
    >>> design = baseline(months, calendar=["ramadan"])
    >>> rate = 20 * np.exp(0.5 * design["ramadan"])
    >>> counts = pd.Series(np.random.default_rng(1).poisson(rate), index=months)
    >>> found = joint_test(counts, design, "ramadan", draws=199)
    >>> [round(value, 2) for value in found.ratio], found.pvalue
    ([1.59, 1.26, 1.98], 0.005)
    """
    level, draws = checked_level(level, _ASKED), checked_draws(draws, _ASKED)
    rng = checked_rng(rng, _ASKED)
    terms = (terms,) if isinstance(terms, str) or not isinstance(terms, Iterable) else tuple(terms)
    data = count_data(endog, exog, exposure, constant=False)
    unknown = [term for term in terms if not isinstance(term, str) or term not in data.exog.columns]
    if unknown or not terms or len(terms) == data.exog.shape[1]:
        raise ModelError(
            _ASKED,
            found=f"terms {list(terms)}",
            allowed="some, but not all, of " + ", ".join(map(str, data.exog.columns)),
            do="name columns of the design",
        )
    rows = data.watched
    setting = _Setting(
        full=data.exog.to_numpy()[rows],
        tested=np.isin(data.exog.columns, terms),
        exposure=data.exposure.to_numpy()[rows],
        positions=np.flatnonzero(rows) if data.slots is None else data.slots,
    )
    return _judge(setting, data, terms, level, draws, rng)


@dataclass(frozen=True)
class _Setting:
    full: np.ndarray
    tested: np.ndarray
    exposure: np.ndarray
    positions: np.ndarray

    @property
    def null(self) -> np.ndarray:
        return self.full[:, ~self.tested]


@dataclass(frozen=True)
class _Scaled:
    """The statistic of many series, and what it was scaled by."""

    statistic: np.ndarray
    scale: np.ndarray
    dependence: Dependence
    null_means: np.ndarray
    deviance: np.ndarray
    estimates: np.ndarray


def _means(fit, exog, exposure):
    return np.exp(np.clip(fit.params @ exog.T, -30, 30)) * exposure


def _scaled(setting: _Setting, counts: np.ndarray, margin: float = 0.0) -> _Scaled:
    """The statistic of each series of counts, shape ``(n_series, n)``."""
    full = fit_poisson(counts, setting.full, exposure=setting.exposure)
    null = fit_poisson(counts, setting.null, exposure=setting.exposure)
    means = _means(full, setting.full, setting.exposure)
    null_means = _means(null, setting.null, setting.exposure)
    residuals = (counts - means) / np.sqrt(means)
    # One design for all: that of the mean course. Its weights barely move the correction.
    weights = np.sqrt(null_means.mean(axis=0))[:, None]
    dependence = estimate_dependence(residuals, weights * setting.full, setting.positions, margin=margin)
    effect = _design_effect(setting, weights, dependence)
    scale = np.maximum(dependence.dispersion, 1.0) * effect
    statistic = (null.deviance - full.deviance) / setting.tested.sum() / scale
    estimates = full.params[:, setting.tested]
    estimates = np.where(full.converged[:, None], estimates, np.copysign(np.inf, estimates))
    return _Scaled(statistic, scale, dependence, null_means, full.deviance, estimates)


def _design_effect(setting: _Setting, weights: np.ndarray, dependence: Dependence) -> np.ndarray:
    """What dependence multiplies the variance of the tested coefficients by, on average, for each series."""
    others, tested = weights * setting.null, weights * setting.full[:, setting.tested]
    tested = np.linalg.qr(tested - others @ np.linalg.lstsq(others, tested, rcond=None)[0])[0]
    levels, which = np.unique(dependence.rho, return_inverse=True)
    smooth = [np.sum(tested * (ar1_correlation(setting.positions, rho) @ tested)) for rho in levels]
    return 1 - dependence.share + dependence.share * np.array(smooth)[which] / tested.shape[1]


def simulated_counts(means, dependence: Dependence, positions, draws: int, rng) -> np.ndarray:
    """Counts around a course of means, driven by a log-normal AR(1), shape ``(draws, n)``.

    Parameters
    ----------
    means : numpy.ndarray
        Shape ``(n,)``.
    dependence : Dependence
        Of one series: dispersion, and the share of it that has a memory.
    positions : numpy.ndarray of int
        The period of each mean, shape ``(n,)``.
    draws : int
        Number of series.
    rng : numpy.random.Generator
        What they are drawn with.
    """
    beyond = max(float(dependence.dispersion) - 1, 0.0)
    if beyond == 0:
        return rng.poisson(means, (draws, len(means))).astype(float)
    # A latent variance v gives Pearson residuals the variance 1 + mean * v, on average at the harmonic mean.
    variance = np.log1p(beyond * np.mean(1 / np.maximum(means, means.mean() / 20)))
    rho = float(dependence.rho)
    shocks = rng.standard_normal((draws, int(positions.max() - positions.min()) + 1))
    shocks[:, 1:] *= np.sqrt(1 - rho**2)
    latent = lfilter([1.0], [1.0, -rho], shocks, axis=1)[:, positions - positions.min()]
    rates = np.exp(np.sqrt(variance) * latent - variance / 2) * means
    return rng.poisson(np.minimum(rates, 1e12)).astype(float)


def _judge(setting, data: CountData, terms, level, draws, rng) -> JointTest:
    counts = data.endog.to_numpy()[data.watched][None, :]
    seen = _scaled(setting, counts)
    parts = (np.asarray(part).item() for part in _cautious(setting, counts, seen))
    drawn = simulated_counts(seen.null_means[0], Dependence(*parts), setting.positions, draws, rng)
    null = _scaled(setting, drawn[drawn.sum(axis=1) > 0])
    known = null.statistic[np.isfinite(null.statistic)]
    failed = draws - len(known)
    statistic = float(seen.statistic[0])
    exceed = int(np.sum(known >= statistic)) + failed
    freedom = len(counts[0]) - setting.full.shape[1]
    analytic = float(stats.f.sf(statistic, len(terms), freedom))
    simulated = (1 + exceed) / (1 + draws)
    estimate = lower = upper = np.nan
    if len(terms) == 1:
        critical = float(np.quantile(np.append(known, np.full(failed, np.inf)), level))
        critical = max(critical, float(stats.f.ppf(level, 1, freedom)))
        estimate = float(seen.estimates[0, 0])
        lower, upper = _bounds(setting, counts[0], seen, critical * seen.scale[0])
    return JointTest(
        terms=terms,
        estimate=estimate,
        lower=lower,
        upper=upper,
        statistic=statistic,
        pvalue=max(simulated, analytic),
        pvalue_analytic=analytic,
        level=level,
        dispersion=float(seen.dependence.dispersion[0]),
        autocorrelation=float(seen.dependence.share[0] * seen.dependence.rho[0]),
        draws=draws,
        failed=failed,
        nobs=len(counts[0]),
    )


def _cautious(setting: _Setting, counts: np.ndarray, seen: _Scaled) -> tuple:
    """Dispersion, share and memory of the series to simulate: one standard error more dependence than was seen.

    Without it one null series in ten with a latent autocorrelation of .5 rejects at 24 periods, with it one in twenty.
    Many columns leave too little to see dependence by, and then the fit without them is asked.
    """
    if setting.tested.sum() == 1:
        found = _scaled(setting, counts, margin=1.0).dependence
    else:
        root = np.sqrt(seen.null_means)
        found = estimate_dependence((counts - root**2) / root, root.T * setting.null, setting.positions)
    return found.dispersion, found.share, found.rho


def _bounds(setting: _Setting, counts: np.ndarray, seen: _Scaled, allowed: float) -> tuple[float, float]:
    """Where the profile deviance of the tested coefficient exceeds its minimum by what is allowed."""
    column, estimate = setting.full[:, setting.tested][:, 0], float(seen.estimates[0, 0])
    least = float(seen.deviance[0]) + allowed

    def excess(grid):
        # A column with a known coefficient is a multiplier of the exposure.
        multiplier = setting.exposure * np.exp(np.clip(grid[:, None] * column, -300, 300))
        return fit_poisson(np.tile(counts, (len(grid), 1)), setting.null, exposure=multiplier).deviance - least

    if np.isinf(estimate):
        sizes = np.geomspace(1e-2, 1e3, 200)
        grid = np.sign(estimate) * np.concatenate([-sizes[::-1], sizes])
        over = excess(grid)
        last = np.flatnonzero(over > 0).max(initial=-1)
        bound = -estimate if last < 0 else np.interp(0, -over[last : last + 2], grid[last : last + 2])
        return tuple(sorted((estimate, float(bound))))
    reach = 4 * np.sqrt(allowed) / (np.std(column) * np.sqrt(max(counts.sum(), 1.0)))
    for _ in range(12):
        grid = estimate + reach * np.linspace(-1, 1, 161)
        over = excess(grid)
        if (over[0] > 0 and over[-1] > 0) or reach > 30:
            break
        reach *= 2
    inside = np.flatnonzero(over <= 0)
    if not len(inside):
        return estimate, estimate
    first, last = inside[0], inside[-1]
    lower = -np.inf if first == 0 else np.interp(0, -over[first - 1 : first + 1], grid[first - 1 : first + 1])
    upper = np.inf if last == len(grid) - 1 else np.interp(0, over[last : last + 2], grid[last : last + 2])
    return float(lower), float(upper)
