"""What other methods say of the same cases: each gives a signed z, so that all can be set to equal false alarms."""

import importlib
import importlib.util
import warnings
from dataclasses import dataclass
from math import exp, inf, log, nan, sqrt

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import ndtr, ndtri
from scipy.stats import t as student

from benchmarks.known_truth.cases import Case
from trends import periods

#: By the letter of the frequency, the period of the season and how many harmonics of it are fitted.
_SEASON = {"M": (12, 2), "Q": (4, 1), "W": (365.25 / 7, 2), "D": (7, 3)}
# Of CausalImpact, its argument prior.level.sd.
_WALK = 0.01
#: What the peers are called on the page, and where they come from.
PEERS = {
    "interrupted series": "quasi-Poisson regression with trend and seasons and a step (Lopez Bernal et al. 2017)",
    "level only": "quasi-Poisson regression with a step and nothing else",
    "CausalImpact": "local level fitted before the date, its forecast against what came (Brodersen et al. 2015)",
    "ruptures": "optimal segmentation of log counts, penalty 2 x variance x log n; Killick et al. 2012",
}


@dataclass(frozen=True)
class Said:
    """What a peer says of one case: the ratio with its interval at 95 %, a signed z, and where it has one the date.

    ``z`` is positive for a rise; a peer that only dates has none (NaN).
    """

    estimate: float = nan
    lower: float = nan
    upper: float = nan
    z: float = nan
    dates: tuple[str, ...] = ()


def ask_peers(case: Case) -> dict[str, Said]:
    """What each peer says of a case. Only the interrupted series can be asked of a measure that is on and off."""
    names = ["interrupted series", "level only"]
    if case.at is not None:
        names += ["CausalImpact", *(["ruptures"] if has_ruptures() else [])]
    return {name: ask_peer(name, case) for name in names}


def ask_peer(name: str, case: Case) -> Said:
    """What one of `PEERS` says of a case."""
    with warnings.catch_warnings():
        # Separation and slow convergence are what these methods meet in war data; their answer is kept as it is.
        warnings.simplefilter("ignore")
        if name == "CausalImpact":
            return _causal_impact(case)
        if name == "ruptures":
            return _segmented(case)
        return _regression(case, full=name == "interrupted series")


def has_ruptures() -> bool:
    """Whether ruptures is at hand; it is no dependence of this package."""
    return importlib.util.find_spec("ruptures") is not None


def _regression(case: Case, *, full: bool) -> Said:
    """The rate ratio of a step by quasi-Poisson regression, with the t test of its Wald statistic."""
    index, seen = case.counts.index, (case.exposure > 0).to_numpy()
    step = case.on if case.on is not None else pd.Series(index >= case.at, index) if case.at is not None else None
    if step is None:
        return Said()
    time = np.arange(len(index))
    columns = [np.ones(len(index)), step.to_numpy(float)]
    if full:
        columns.append((time - time.mean()) / len(time))
        length, harmonics = _SEASON.get(periods.frequency_of(index), (1.0, 0))
        for k in range(1, harmonics + 1):
            angle = 2 * np.pi * k * time / length
            columns += [np.sin(angle), np.cos(angle)]
    design = np.column_stack(columns)[seen]
    counts, offset = case.counts.to_numpy()[seen], np.log(case.exposure.to_numpy()[seen])
    fit = sm.GLM(counts, design, family=sm.families.Poisson(), offset=offset).fit(scale="X2")
    estimate, error = fit.params[1], fit.bse[1]
    if not (np.isfinite(error) and error > 0):
        return Said()
    free = fit.df_resid
    reach = student.ppf(0.975, free) * error
    # The t statistic is taken to the z of the same p-value, so that short series and long ones compare.
    z = float(np.sign(estimate) * -ndtri(max(student.sf(abs(estimate / error), free), 1e-300)))
    return Said(_exp(estimate), _exp(estimate - reach), _exp(estimate + reach), z)


def _causal_impact(case: Case) -> Said:
    """The mean after the date against the forecast of a local level with season that was fitted before it."""
    index = case.counts.index
    rate = (case.counts / case.exposure.where(case.exposure > 0)).to_numpy()
    before, after = rate[index < case.at], rate[index >= case.at]
    spread = np.nanstd(before)
    if len(before) < 4 or not spread:
        return Said()
    centre = np.nanmean(before)
    length, _ = _SEASON.get(periods.frequency_of(index), (0, 0))
    seasonal = [{"period": length, "harmonics": 2}] if length and len(before) >= 2 * length else None
    model = sm.tsa.UnobservedComponents(
        (before - centre) / spread,
        level="local level",
        freq_seasonal=seasonal,
        stochastic_freq_seasonal=[False] if seasonal else None,
    )
    # The package's default holds the walk of the level to a hundredth of the standard deviation.
    with model.fix_params({"sigma2.level": _WALK**2}):
        fit = model.fit(disp=False)
    steps = len(after)
    forecast = fit.get_forecast(steps).predicted_mean * spread + centre
    watched = ~np.isnan(after)
    # Errors of the forecasts share the level's error and its walk: the variance of their mean adds these up.
    ahead = np.minimum.outer(np.arange(1, steps + 1), np.arange(1, steps + 1))[np.ix_(watched, watched)].mean()
    noise = dict(zip(model.param_names, fit.params, strict=True))["sigma2.irregular"] / watched.sum()
    level = fit.filter_results.predicted_state_cov[0, 0, -1] - _WALK**2
    error = sqrt(max(level + _WALK**2 * ahead + noise, 1e-12)) * spread
    expected, found = forecast[watched].mean(), after[watched].mean()
    bounds = expected - 1.96 * error, expected + 1.96 * error
    ratio, lower, upper = (float(found / v) if v > 0 else inf for v in (expected, bounds[1], bounds[0]))
    return Said(ratio, lower, upper, float((found - expected) / error))


def _segmented(case: Case) -> Said:
    """The breaks that ruptures finds in the logarithm of the counts, the first period of each new regime."""
    # Loaded by name: it is asked where it is at hand, and is no dependence.
    ruptures = importlib.import_module("ruptures")
    seen = case.counts.notna()
    values = np.log1p(case.counts[seen].to_numpy())
    index = case.counts.index[seen]
    # The variance of the noise from the differences, so that the breaks themselves do not raise it.
    noise = sqrt(np.mean(np.diff(values) ** 2) / 2)
    penalty = 2 * max(noise, 0.1) ** 2 * log(len(values))
    found = ruptures.Pelt(model="l2", min_size=2, jump=1).fit_predict(values.reshape(-1, 1), penalty)
    return Said(dates=tuple(periods.label_of(index[place]) for place in found[:-1]))


def probability_of(z: float) -> float:
    """The two-sided p-value of a z."""
    return float(2 * ndtr(-abs(z)))


def _exp(value: float) -> float:
    return exp(value) if value < 700 else inf
