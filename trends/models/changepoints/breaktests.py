"""Tests for a break in level at a date that is not known, on a count regression with trend and season."""

import numpy as np
import pandas as pd

from trends.chance.inflation import variance_inflation
from trends.errors import ModelError
from trends.fits.options import checked_choice, checked_number, checked_rng, checked_whole
from trends.models.changepoints.gaussianlimit import correlation_of, limit_sample, log_mean_exp
from trends.models.changepoints.levelscan import LevelScan, level_scan
from trends.models.changepoints.nullcounts import simulate_null
from trends.models.changepoints.observed import check_length, design_of, observed

_TESTS = ("supF", "expF", "aveF", "supLR", "supscore", "cusum", "mosum")
_METHODS = ("bootstrap", "asymptotic")
# Beyond this time and memory, which grow with the square, are too much.
_LONGEST = 1000


def break_tests(
    endog: pd.Series,
    exog: pd.DataFrame | None = None,
    *,
    exposure=None,
    family: str = "poisson",
    trim: float = 0.15,
    method: str = "bootstrap",
    draws: int = 999,
    rng=0,
) -> pd.DataFrame:
    """A table of tests of "no break" against "a break in level at some date", which pay for the search of the date.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exog : pandas.DataFrame, optional
        What goes on in every regime (trend, season, calendar), on the same index, as made by
        `trends.fits.design.baseline`; a constant is added where there is none.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    family : str
        ``"poisson"`` for counts (the default), ``"gaussian"`` for series that are none.
    trim : float
        Share of the watched periods at each end where no break is looked for, and width of the window of the
        MOSUM; .15 by default (Andrews 1993).
    method : str
        ``"bootstrap"`` (the default): the p-value is calibrated on simulated series without a break that have the
        dispersion and the serial dependence of this one. ``"asymptotic"``: the limit, for independent counts.
    draws : int
        Simulated series; with 999 the p-value has a resolution of .001.
    rng : int or numpy.random.Generator
        Seed of the simulations.

    Returns
    -------
    pandas.DataFrame
        Indexed by the test: ``supF, expF, aveF`` (fall in deviance over the dispersion that is left: its largest
        value, the log mean of exp(F / 2), its mean), ``supLR`` (fall in deviance, nothing taken for dispersion),
        ``supscore``, ``cusum, mosum`` (of Pearson residuals without a break). Columns: ``statistic``, ``pvalue``,
        ``pvalue_asymptotic``, ``at`` (first period of the new regime at the supremum; for the MOSUM the first of
        the window; NaT where a test names no date), ``lower, upper`` (95 % interval of that date for tests by fit).

    Raises
    ------
    ModelError
        Where an option, the series or the columns are not what they must be.

    Notes
    -----
    The asymptotic p-values are those of the Gaussian limit at the dates that were searched and under the design that
    was fitted, by importance sampling with a relative error of a few per cent at any depth. Hansen's (1997) tables are
    the limit of this for ever denser dates: somewhat larger for supF, the same for expF and aveF.

    The bootstrap divides each F statistic, and each replicate's, by an inflation for serial dependence that is
    re-estimated on each (see `trends.chance.inflation.variance_inflation`).

    **Assumptions**: one break; the same dispersion and dependence on both sides; for ``pvalue_asymptotic`` independent
    counts, and for its ``supLR`` Poisson ones.

    References
    ----------
    Andrews (1993), Tests for parameter instability with unknown change point. Andrews and Ploberger (1994). Hansen
    (1997), Approximate asymptotic p values for structural-change tests. Ploberger and Krämer (1992). Chu, Hornik
    and Kuan (1995).

    Examples
    --------
    >>> counts = np.random.default_rng(1).poisson(np.repeat([9.0, 4.0], 24))
    >>> series = pd.Series(counts, index=pd.period_range("2017-01", periods=48, freq="M"))
    >>> table = break_tests(series, draws=199)
    >>> str(table.loc["supF", "at"]), bool(table.loc["supF", "pvalue"] < 0.05)
    ('2019-01', True)
    """
    asked = "test for a break"
    checked_choice(family, asked, "family", ("poisson", "gaussian"))
    checked_choice(method, asked, "method", _METHODS)
    trim = checked_number(trim, asked, "trim", above=0.0, below=0.5)
    draws, rng = checked_whole(draws, asked, "draws", 1), checked_rng(rng, asked)
    data = observed(endog, exposure, least=12, asked=asked, counts=family != "gaussian")
    check_length(data, _LONGEST, asked)
    design = design_of(exog, data, asked)
    n = len(data.counts)
    margin = max(int(trim * n), 1)
    at = np.arange(margin, n - margin + 1)
    if design.shape[1] + 4 > n or len(at) < 1:
        raise ModelError(
            asked,
            found=f"{n} watched periods, {design.shape[1]} columns and trim={trim}",
            allowed="more periods than columns by four, and a date to try between the ends",
            do="take a longer series, fewer columns or a smaller trim",
        )
    width = max(int(np.floor(trim * n)), 1)
    scan = level_scan(data.counts, design, data.exposure, at, family)
    seen = _statistics(scan, data.counts, design, width, family)
    limit = _limit_pvalues(seen, scan, design, width, family, rng)
    table = pd.DataFrame({"statistic": {name: float(seen[name][0]) for name in _TESTS}})
    table["pvalue"] = limit
    if method == "bootstrap":
        table["pvalue"] = _bootstrap_pvalues(seen, scan, data, design, width, family, draws, rng)
    table["pvalue_asymptotic"] = limit
    table["at"] = _dates(scan, data, design, width, family)
    table["lower"], table["upper"] = _intervals(scan, seen, data, family)
    return table.rename_axis("test")


def _residuals(scan, counts, family):
    scale = np.ones_like(scan.fitted) if family == "gaussian" else np.sqrt(np.maximum(scan.fitted, 1e-8))
    return (np.atleast_2d(counts) - scan.fitted) / scale


def _windows(n, width):
    """What CUSUM (all sums from the start) and MOSUM (sums of ``width`` neighbours) sum, a row a sum."""
    order = np.arange(n)
    upto = (order < np.arange(1, n)[:, None]).astype(float)
    start = np.arange(n - width + 1)[:, None]
    return upto, ((order >= start) & (order < start + width)).astype(float)


def _statistics(scan: LevelScan, counts, design, width, family):
    n = scan.fitted.shape[1]
    ratio = scan.ratio
    residuals = _residuals(scan, counts, family)
    deviation = np.sqrt(np.maximum((residuals**2).sum(1), 1e-12) / (n - design.shape[1]) * n)
    upto, window = _windows(n, width)
    gain = scan.gain
    if family == "gaussian":
        gain = -n * np.log1p(-np.minimum(gain / np.maximum(scan.deviance, 1e-300)[:, None], 1 - 1e-12))
    return {
        "supF": ratio.max(1),
        "expF": log_mean_exp(ratio / 2),
        "aveF": ratio.mean(1),
        "supLR": gain.max(1),
        "supscore": scan.score.max(1),
        "cusum": np.abs(residuals @ upto.T).max(1) / deviation,
        "mosum": np.abs(residuals @ window.T).max(1) / deviation,
        "factor": _factor(scan, counts, design, family),
    }


def _factor(scan, counts, design, family):
    """The inflation by serial dependence, around the best step of each series."""
    scale = np.ones_like(scan.stepped) if family == "gaussian" else np.sqrt(np.maximum(scan.stepped, 1e-8))
    residuals = np.where(scan.stepped > 1e-8, (np.atleast_2d(counts) - scan.stepped) / scale, 0.0)
    if family == "gaussian":
        residuals = np.atleast_2d(counts) - scan.stepped
    return variance_inflation(residuals, 1, design.shape[1], family == "gaussian")


def _limit_pvalues(seen, scan, design, width, family, rng):
    n = scan.fitted.shape[1]
    weight = np.ones(n) if family == "gaussian" else np.sqrt(scan.fitted[0])
    steps = (np.arange(n) >= scan.at[:, None]) * weight
    draws, weights = limit_sample(correlation_of(steps, design * weight[:, None])[0], seen["supF"][0], rng)
    squares = draws**2
    sup = squares.max(1)
    limits = {
        "supF": sup,
        "expF": log_mean_exp(squares / 2),
        "aveF": squares.mean(1),
        "supLR": sup,
        "supscore": sup,
    }
    pvalues = {name: (weights * (values >= seen[name][0])).mean() for name, values in limits.items()}
    for name, sums in zip(("cusum", "mosum"), _windows(n, width), strict=True):
        correlation, deviations = correlation_of(sums, design * weight[:, None])
        units = deviations / np.sqrt(n)
        reach = (seen[name][0] / units.max()) ** 2
        draws, weights = limit_sample(correlation, reach, rng)
        pvalues[name] = (weights * (np.abs(draws * units).max(1) >= seen[name][0])).mean()
    return pd.Series(pvalues).clip(upper=1.0)


def _comparable(statistics, family):
    """Statistics over their inflation, so that series that differ in dependence and dispersion can be compared."""
    inflation = statistics["factor"]
    serial = inflation.factor if family == "gaussian" else inflation.factor / np.maximum(inflation.dispersion, 1)
    by = {"supF": serial, "expF": serial, "aveF": serial, "supscore": serial, "supLR": inflation.factor}
    by |= {"cusum": np.sqrt(serial), "mosum": np.sqrt(serial)}
    return {name: statistics[name] / by[name] for name in _TESTS}


def _bootstrap_pvalues(seen, scan, data, design, width, family, draws, rng):
    null = simulate_null(scan.fitted[0], seen["factor"], draws, rng, family, scan.deviance[0])
    again = level_scan(null, design, data.exposure, scan.at, family)
    drawn = _comparable(_statistics(again, null, design, width, family), family)
    own = _comparable(seen, family)
    return pd.Series({name: (1 + (drawn[name] >= own[name][0]).sum()) / (1 + draws) for name in _TESTS})


def _dates(scan, data, design, width, family):
    residuals = _residuals(scan, data.counts, family)
    upto, window = _windows(len(data.counts), width)
    at = {
        "supF": scan.at[scan.ratio[0].argmax()],
        "supLR": scan.at[scan.gain[0].argmax()],
        "supscore": scan.at[scan.score[0].argmax()],
        "cusum": np.abs(residuals[0] @ upto.T).argmax() + 1,
        "mosum": np.abs(residuals[0] @ window.T).argmax(),
    }
    dates = {name: data.index[data.at[position]] for name, position in at.items()}
    return pd.Series({name: dates.get(name, pd.NaT) for name in _TESTS}, dtype=object)


def _intervals(scan, seen, data, family):
    """The equal tails of the date's likelihood, divided by the inflation, on the dates that were searched."""
    best = scan.gain[0].argmax()
    scale = scan.spread[0, best] if family == "gaussian" else 1.0
    logs = scan.gain[0] / 2 / (scale * seen["factor"].factor[0])
    chance = np.exp(logs - logs.max())
    upto = np.cumsum(chance / chance.sum())
    ends = [data.index[data.at[scan.at[min((upto < edge).sum(), len(upto) - 1)]]] for edge in (0.025, 0.975)]
    dated = ("supF", "supLR", "supscore")
    return tuple(pd.Series({name: end if name in dated else pd.NaT for name in _TESTS}, dtype=object) for end in ends)
