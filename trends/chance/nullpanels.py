"""The joint test of many specifications: what their median does on panels simulated without the change."""

from dataclasses import dataclass

import numpy as np

from trends import periods
from trends.chance.change import Null, ask, calibrate, hold
from trends.chance.dependence import WorkingModel
from trends.chance.specifications import Fitted, Specification, Ways, expected_design
from trends.errors import ModelError
from trends.fits.design import effect_column

# Simulated at a time: an array of so many cells a layer bounds the memory for any number of draws.
_CELLS = 2_000_000
# Serial dependence is underestimated beside a trend, and specifications without one feel it most: panels are simulated
# with at least this autocorrelation of the latent rate (docs/decisions/specifications.md).
_DEPENDENT = 0.65


@dataclass(frozen=True, eq=False)
class SourceNull:
    """A source without the change, as the claim's own design has it on the finest periods.

    Attributes
    ----------
    fitted : Null
        Mean, latent variance and autocorrelation.
    mean : numpy.ndarray, shape (n,)
        Mean of each period, 0 where it was not watched.
    seen : numpy.ndarray of int, shape (m,)
        The periods that ``fitted.model`` weighs.
    common : numpy.ndarray, shape (n,)
        The probability that an incident of the first source is counted by this one too: the most that their means
        allow, because sources that share less than that agree by chance less often.
    """

    fitted: Null
    mean: np.ndarray
    seen: np.ndarray
    common: np.ndarray

    @property
    def model(self) -> WorkingModel:
        """The working model of its residuals."""
        return self.fitted.model

    def weigh(self, totals):
        """Estimated latent variance, autocorrelation and the standard error of the change, of many series (R, n)."""
        _, omega, rho, _, spread = self.model.weigh((totals[:, self.seen] - self.fitted.mean) / self.model.root)
        return np.nan_to_num(omega), np.nan_to_num(rho), spread


@dataclass(frozen=True, eq=False)
class JointTest:
    """The test of no change in any specification.

    Attributes
    ----------
    median : float
        The median rate ratio after one step from no change, over all specifications.
    lower, upper : float
        What 95 % of such medians lie between where nothing changed.
    pvalue : float
        Two-sided.
    draws : int
        Simulated panels.
    simulated : numpy.ndarray, shape (draws,)
        The median log rate ratio on each.
    """

    median: float
    lower: float
    upper: float
    pvalue: float
    draws: int
    simulated: np.ndarray


def source_nulls(ways: Ways, main: Specification) -> tuple[dict[str, SourceNull], dict[str, str]]:
    """The null of each source, and the sources that have none with the reason.

    Raises
    ------
    ModelError
        Where the claim's own source has none.
    """
    letter = periods.frequency_of(ways.index)
    at = periods.first_after(main.at.start_time.date(), letter)
    design = expected_design(ways.index, main).join(effect_column(ways.index, at, ways.shape, ways.length))
    nulls, refused = {}, {}
    for source in sorted(ways.panels, key=lambda name: name != main.source):
        series = ways.series(source, letter)
        try:
            question = ask(series, design, design.columns[-1])
            fitted = hold(question)
        except ModelError as error:
            if source == main.source:
                raise
            refused[source] = error.found
            continue
        watched = np.flatnonzero(series.notna().to_numpy())
        mean = np.zeros(len(series))
        mean[watched] = fitted.everywhere
        seen = watched[np.isin(question.times, fitted.times)]
        first = nulls[main.source].mean if nulls else mean
        common = np.minimum(np.divide(mean, first, out=np.ones(len(mean)), where=first > 0), 1.0)
        nulls[source] = SourceNull(fitted, mean, seen, common)
    return nulls, refused


def dependence_factors(ways: Ways, fitted: Fitted, nulls: dict[str, SourceNull]) -> np.ndarray:
    """By how much serial dependence widens the standard error of each specification, at least 1; shape (S,).

    The variance of its weighted sum under the source's latent autocorrelated rate, over that with the same rate drawn
    anew for each of the specification's own periods.
    """
    lags = np.abs(np.subtract.outer(np.arange(len(ways.index)), np.arange(len(ways.index))))
    factors = np.ones(len(fitted.specs))
    for (source, frequency), rows in _grouped(fitted, lambda spec: (spec.source, spec.frequency)).items():
        null = nulls[source]
        weighted = fitted.weights[rows] * null.mean
        kernel = np.where((null.fitted.rho < 0) & (lags % 2 == 1), -1.0, 1.0) * abs(null.fitted.rho) ** lags
        holder = periods.to_frequency(ways.index, frequency).asi8
        within = np.where(holder[:, None] == holder, kernel, 0.0)
        noise = (fitted.weights[rows] * weighted).sum(axis=1)
        dependent, apart = (
            noise + null.fitted.omega * np.einsum("st,tu,su->s", weighted, each, weighted) for each in (kernel, within)
        )
        factors[rows] = np.sqrt(np.maximum(dependent / np.maximum(apart, 1e-300), 1.0))
    return factors


def _grouped(fitted, key) -> dict:
    groups = {}
    for number, spec in enumerate(fitted.specs):
        groups.setdefault(key(spec), []).append(number)
    return groups


def joint_test_of_median(
    ways: Ways, main: Specification, fitted: Fitted, nulls: dict[str, SourceNull], *, draws: int, rng
) -> JointTest:
    """The test of no change in any specification, by the median over all of them.

    Every simulated panel goes through every specification: it is totalled, aggregated, cut and has its provinces left
    out as the counts at hand have, so that what the specifications share they share in the simulation too.

    Notes
    -----
    **Assumptions**: one latent autocorrelated rate moves all provinces and sources, each source by its own variance;
    beyond it incidents are Poisson, and sources share as many of them as their numbers allow.

    The statistic is the median of the estimates after one Newton step from no change, over the standard error of the
    claim's own specification with dispersion and dependence estimated anew on each panel. Panels have the estimated
    autocorrelation or .65, whichever is more: nothing changes by it where counts are Poisson. Each specification is
    centred at its own mean over the panels, which forces the null on it; p is that of the fast double bootstrap, as
    in `trends.chance.change.change_evidence`.

    References
    ----------
    Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4,
    1208-1214.
    """
    own = nulls[main.source]
    panel = ways.panels[main.source]
    size = panel.counts.to_numpy() * (panel.exposure.to_numpy() > 0)
    shares = np.nansum(size, axis=0) / max(np.nansum(size), 1.0)
    left_out = {name: panel.provinces.index(name) for name in {spec.without for spec in fitted.specs} - {""}}
    groups = _grouped(fitted, lambda spec: (spec.source, spec.without))
    medians, statistics, again = [], [], []
    most = max(1, _CELLS // (len(own.mean) * (len(shares) + len(nulls))))
    for start in range(0, draws, most):
        some = min(most, draws - start)
        latent = {
            name: (np.full(some, null.fitted.omega), np.full(some, max(null.fitted.rho, _DEPENDENT)))
            for name, null in nulls.items()
        }
        for layer in (statistics, again):
            totals, provinces = _simulate(nulls, main.source, latent, shares if left_out else None, rng)
            scores = np.empty((some, len(fitted.specs)))
            for (source, without), rows in groups.items():
                counts = totals[source] - provinces[:, :, left_out[without]] if without else totals[source]
                scores[:, rows] = counts @ fitted.weights[rows].T
            median = np.median(scores - scores.mean(axis=0), axis=1)
            said = {name: null.weigh(totals[name]) for name, null in nulls.items()}
            latent = {name: each[:2] for name, each in said.items()}
            layer.append(-np.abs(median) / said[main.source][2])
            if layer is statistics:
                medians.append(median)
    observed = float(np.median(fitted.score))
    tail = -abs(observed) / own.fitted.spread
    ordered = [np.sort(np.nan_to_num(np.concatenate(each), nan=-np.inf)) for each in (statistics, again)]
    simulated = np.concatenate(medians)
    low, high = np.quantile(simulated, [0.025, 0.975])
    pvalue = float(calibrate(tail, *ordered, 0.05)[0])
    return JointTest(float(np.exp(observed)), float(np.exp(low)), float(np.exp(high)), pvalue, draws, simulated)


def _simulate(nulls, first, latent, shares, rng):
    """Panels without the change: totals (R, n) by source, and (R, n, provinces) of the first where shares are given."""
    own = nulls[first]
    shock = rng.standard_normal((len(own.mean), len(latent[first][0])))
    rates = {name: null.mean * _factor(*latent[name], shock).T for name, null in nulls.items()}
    if shares is None:
        provinces, total = None, rng.poisson(rates[first])
    else:
        provinces = rng.poisson(rates[first][:, :, None] * shares)
        total = provinces.sum(axis=2)
    totals = {first: total}
    for name, null in nulls.items():
        if name != first:
            rest = np.maximum(rates[name] - null.common * rates[first], 0.0)
            totals[name] = rng.binomial(total, null.common) + rng.poisson(rest)
    return totals, provinces


def _factor(omega, rho, shock):
    """A latent log-normal AR(1) factor of mean one for each pair of omega and rho, (n, R), from shared shocks."""
    logged = np.log1p(omega)
    inner = np.log1p(np.maximum(omega * rho, -0.9)) / np.where(omega > 0, logged, 1.0)
    inner = np.clip(inner, -0.99, 0.99)
    factor = np.empty_like(shock)
    factor[0] = shock[0]
    for t in range(1, len(shock)):
        factor[t] = inner * factor[t - 1] + np.sqrt(1 - inner**2) * shock[t]
    return np.exp(np.sqrt(logged) * factor - logged / 2)
