"""The effect of a dose by randomisation, calibrated: how often such a result would come up by chance on this panel.

Randomisation takes the provinces reached for a lottery among all. Where the largest were reached, which vary more than
chance by counting, or the smallest, it rejects too often or too seldom. What its p-value is worth is therefore
simulated on panels from the fitted null, with a variance for every province.
"""

from dataclasses import dataclass, replace

import numpy as np

from trends.chance.dependence import simulate_counts
from trends.models.provinces.staggered.imputation import Null, blocks, linearised
from trends.models.provinces.staggered.randomisation import Experiment, invert, statistics, two_tails_apart
from trends.models.provinces.staggered.results import DoseEffect, StaggeredResults
from trends.models.provinces.staggered.words import interval_sentence, method_sentence

_RHO = np.linspace(0.0, 0.9, 19)
# A province is taken to vary as itself rather than as the mean of all by its share of information, were variances to
# differ between provinces by this multiple of the mean, squared (docs/decisions/staggered.md).
_DIFFER = 2.0
# Weighing provinces for the mean: a rate is not expected to be known better than to this variance.
_FLOOR = 0.2
_PANELS, _INNER, _EACH, _SCHEDULES = 100, 99, 50, 100
_SIZES = np.array([1.5, 2.0, 3.0, 5.0])


@dataclass(frozen=True)
class DoseRates:
    """The error rates of the test of a dose on simulated panels like the one it was put to.

    Attributes
    ----------
    false_alarms, coverage, power : float
        How often it finds an effect where there is none, its interval holds none, and it finds one as large as the bar.
    detectable : float
        The smallest effect that is found with 80 % power.
    windows : int
        Simulated panels.
    """

    false_alarms: float
    coverage: float
    power: float
    detectable: float
    windows: int

    @property
    def standard_error(self) -> float:
        """Standard error of the rate of false alarms."""
        return float(np.sqrt(self.false_alarms * (1 - self.false_alarms) / self.windows))

    def sentence(self) -> str:
        """The rate in words."""
        return f"Of {self.windows} simulated panels without an effect it found one in {100 * self.false_alarms:.1f} %."


class ProvinceSpreads:
    """How much the provinces of a table vary around the effects of province and period, and with what memory.

    Parameters
    ----------
    null : Null
        The table and its means.

    Notes
    -----
    **Assumptions**: the rate of each province varies around its mean independently of the others, with a variance of
    its own and one autocorrelation for all.

    Squares and products of neighbouring residuals are set equal to their expectations after the effects of province
    and period are fitted, which is what corrects for short series. The variance of a province is drawn towards the
    mean of all, the more the less is known of it.
    """

    def __init__(self, null: Null):
        means, times = null.means, np.arange(null.means.shape[1])
        total = means.sum(axis=0)
        # A province that has most of the incidents of a period has most of the period's effect fitted away.
        rest = 1 - np.divide(means, total, out=np.zeros(means.shape), where=total > 0)
        kernel = _RHO[:, None, None] ** np.abs(np.subtract.outer(times, times))
        near = np.eye(len(times), k=1)
        self.means, self.n_periods = means, len(times)
        self.size, self.near = np.zeros((2, len(_RHO), len(means)))
        self.noise, self.noise_near = np.zeros((2, len(means)))
        for place, (mean, left) in enumerate(zip(means, rest, strict=True)):
            centre = np.eye(len(times)) - np.outer(mean, np.ones(len(times))) / mean.sum()
            scaled = centre * (left * mean)
            self.size[:, place] = np.einsum("gst,st->g", kernel, scaled.T @ scaled)
            self.near[:, place] = np.einsum("gst,st->g", kernel, scaled.T @ near @ scaled)
            counted = centre * np.sqrt(mean * left)
            self.noise[place], self.noise_near[place] = (counted**2).sum(), (counted.T @ near @ counted).trace()
        told = self.size[0] > 0
        sharp = np.divide(self.size[0], self.noise + _FLOOR * self.size[0], out=np.zeros(len(means)), where=told) ** 2
        self.share = sharp / max(sharp.sum(), np.finfo(float).tiny)

    def fit(self, residuals):
        """Variances and autocorrelation of many tables of residuals, shape (R, n_provinces, n_periods).

        Returns
        -------
        omega, rho : numpy.ndarray, shapes (R, n_provinces) and (R,)
        """
        excess = (residuals**2).sum(axis=2) - self.noise
        together = (residuals[:, :, 1:] * residuals[:, :, :-1]).sum(axis=2) - self.noise_near
        size = np.maximum(self.size, np.finfo(float).tiny)
        pooled = np.maximum((excess / size[:, None] * self.share).sum(axis=2), 0.0).T
        expected = pooled * (self.near / size[0] * self.share).sum(axis=1)
        wanted = (together / size[0] * self.share).sum(axis=1)
        short = (np.maximum.accumulate(expected, axis=1) < wanted[:, None]).sum(axis=1)
        at = np.minimum(short, len(_RHO) - 1)
        rho, mean = _RHO[at], np.take_along_axis(pooled, at[:, None], axis=1)
        own = np.maximum(excess / size[at], 0.0)
        worth = ((1 + rho**2) / (1 - rho**2))[:, None] * 2 / self.n_periods
        error = worth * (self.noise / size[at] + mean) ** 2
        weight = _DIFFER * mean**2 / np.maximum(_DIFFER * mean**2 + error, np.finfo(float).tiny)
        return weight * own + (1 - weight) * mean, rho


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the randomisation of a dose is worth on one panel.

    Attributes
    ----------
    experiment : Experiment
        The panel and its schedules.
    null : Null
        The panel without an effect.
    spreads : ProvinceSpreads
        How its provinces are judged.
    weights : numpy.ndarray, shape (n_cells, R)
        Those of the linearised statistic of every schedule.
    omega, rho : numpy.ndarray, shape (n_provinces,), and float
        Estimated variances and autocorrelation.
    tails, again : numpy.ndarray, shape (draws,)
        `two_tails_apart` on simulated panels without an effect, and on one more from the null fitted to each; sorted.
    """

    experiment: Experiment
    null: Null
    spreads: ProvinceSpreads
    weights: np.ndarray
    omega: np.ndarray
    rho: float
    tails: np.ndarray
    again: np.ndarray

    @property
    def n_schedules(self) -> int:
        """Admissible schedules, the actual one included."""
        return len(self.experiment.schedules)

    def pvalue(self, values) -> float:
        """The calibrated p-value of the statistics of all schedules, shape (R,), the actual one first."""
        found, _ = calibrate(two_tails_apart(values[None])[0], self.tails, self.again, 0.05)
        return float(max(found, 2 / self.n_schedules))

    def critical(self, alpha: float) -> float:
        """The value below which `two_tails_apart` is rejected at ``alpha``."""
        return float(calibrate(0.0, self.tails, self.again, alpha)[1])


def calibrate_dose(experiment: Experiment, draws: int = 499, rng=0) -> Calibration:
    """The `Calibration` of a panel and its schedules.

    Notes
    -----
    **Assumptions**: those of `ProvinceSpreads`; period effects, and with them every common shock, are as fitted.

    Simulated panels go through the statistic linearised around the null, which is a weighted sum of their counts. That
    variances and autocorrelation are estimates is allowed for by the fast double bootstrap, see
    `calibrate`.
    """
    rng, null = np.random.default_rng(rng), experiment.null(0.0)
    schedules = experiment.schedules
    parts = [
        linearised(null, schedules.rows[schedules.assignments[part]])
        for part in blocks(len(schedules), null.means.size)
    ]
    weights, variance = (np.concatenate(side) for side in zip(*parts, strict=True))
    spreads = ProvinceSpreads(null)
    omega, rho = (each[0] for each in spreads.fit((null.counts - null.means)[None]))
    error = np.sqrt(np.where(variance > 0, variance, np.inf))
    weights = weights.reshape(len(weights), -1).T / error
    tails = _tails_twice(null.means, spreads, weights, omega, rho, draws, rng)
    return Calibration(experiment, null, spreads, weights, omega, float(rho), *tails)


def _thinned(calibration, rng):
    """The same with no more than ``_SCHEDULES`` schedules, the actual one among them."""
    if calibration.n_schedules <= _SCHEDULES:
        return calibration
    schedules = calibration.experiment.schedules
    kept = np.r_[0, 1 + rng.choice(len(schedules) - 1, _SCHEDULES - 1, replace=False)]
    schedules = replace(schedules, assignments=schedules.assignments[kept], exact=False)
    weights, experiment = calibration.weights[:, kept], replace(calibration.experiment, schedules=schedules)
    null = calibration.null.means, calibration.spreads
    tails, again = _tails_twice(*null, weights, calibration.omega, calibration.rho, len(calibration.tails), rng)
    return replace(calibration, experiment=experiment, weights=weights, tails=tails, again=again)


def _tails_twice(means, spreads, weights, omega, rho, draws, rng):
    """`_tails` of simulated panels, and of one panel from the null fitted to each of these; sorted."""
    drawn = _simulate(means, omega, rho, draws, rng) - means
    fitted_omega, fitted_rho = spreads.fit(drawn)
    again = _simulate(means, fitted_omega, fitted_rho, draws, rng) - means
    return np.sort(_tails(drawn, weights)), np.sort(_tails(again, weights))


def _tails(residuals, weights):
    return two_tails_apart(residuals.reshape(len(residuals), -1) @ weights)


def _simulate(means, omega, rho, number, rng, effect=1.0):
    """Panels around the means, shape (number, n_provinces, n_periods), of one variance and memory or of many."""
    every = np.tile(means * effect, (number, 1))
    variances = np.broadcast_to(omega, (number, len(means))).ravel()
    memory = np.repeat(np.broadcast_to(rho, number), len(means))
    drawn = simulate_counts(every, variances, memory, np.arange(means.shape[1]), rng)
    return drawn.reshape(number, *means.shape).astype(float)


def calibrated_effect(results: StaggeredResults, calibration: Calibration, level: float = 0.95) -> DoseEffect:
    """What the ``dose`` link of a claim rests on, its p-value and interval calibrated.

    No p-value falls below that of the most extreme of all schedules, however rare such a result is in simulation.
    """
    plain, experiment = results.estimate, results.experiment
    lower, upper = invert(experiment, plain, 1 - level, calibration.critical(1 - level))
    words = (
        f"{method_sentence(results)} What that p-value is worth is simulated on {len(calibration.tails)} panels "
        "without an effect, and on one more from each, whose provinces vary each by a variance of its own and with one "
        f"autocorrelation. {interval_sentence(results, level)}"
    )
    return DoseEffect(
        plain,
        lower,
        upper,
        level,
        calibration.pvalue(statistics(experiment, 0.0)),
        len(experiment.schedules),
        experiment.schedules.exact,
        words,
    )


def dose_rates(calibration: Calibration, *, bar: float, rises: bool, level: float = 0.95, rng=0) -> DoseRates:
    """The error rates of the calibrated test of a dose, on panels like the one it was put to.

    Parameters
    ----------
    calibration : Calibration
        From `calibrate_dose`.
    bar : float
        The rate ratio above 1 that would matter.
    rises : bool
        Whether rises (else falls) are looked for.
    level : float
        One less the nominal rate of false alarms.
    rng : int or numpy.random.Generator
        Source of randomness.

    Returns
    -------
    DoseRates
        ``coverage`` is that of no effect, one less the false alarms: interval and test agree.

    Notes
    -----
    **Assumptions**: those of the calibration. The provinces reached are the actual ones, so that this is the size given
    the choice that was made. For false alarms variances and autocorrelation are estimated anew on every panel and the
    test is calibrated anew with 99 panels; for power the critical value is that of the panel at hand. Of more than 100
    schedules 100 are drawn, which costs a little power.
    """
    rng, means, floor = np.random.default_rng(rng), calibration.null.means, 2 / calibration.n_schedules > 1 - level
    calibration = _thinned(calibration, rng)
    experiment = calibration.experiment

    drawn = _simulate(means, calibration.omega, calibration.rho, _PANELS, rng) - means
    tails, alarms = _tails(drawn, calibration.weights), 0
    for tail, omega, rho in zip(tails, *calibration.spreads.fit(drawn), strict=True):
        inner = _tails_twice(means, calibration.spreads, calibration.weights, omega, rho, _INNER, rng)
        alarms += not floor and tail < calibrate(tail, inner[0], inner[1], 1 - level)[1]

    bound = -1.0 if floor else calibration.critical(1 - level)

    def found(effect, panels):
        factor = np.exp(effect * experiment.dose / experiment.dose.max())
        seen = 0
        for panel in _simulate(means, calibration.omega, calibration.rho, panels, rng, factor):
            values = statistics(replace(experiment, counts=panel), 0.0)
            seen += two_tails_apart(values[None])[0] < bound and (values[0] > np.median(values)) == (effect > 0)
        return seen / panels

    way = 1.0 if rises else -1.0
    size = reached([found(way * np.log(ratio), _EACH) for ratio in _SIZES], _SIZES)
    rate = float(alarms / _PANELS)
    return DoseRates(rate, 1 - rate, float(found(way * np.log(bar), _PANELS)), size**way, _PANELS)


def calibrate(tail, tails, again, alpha):
    """The p-value of a tail by the fast double bootstrap, and the tail below which that p-value is at most alpha.

    References
    ----------
    Davidson, R. and MacKinnon, J. G. (2007). Improving the reliability of bootstrap tests with the fast double
    bootstrap. Computational Statistics & Data Analysis 51, 3259-3281.
    """
    draws = len(tails)
    # With i simulated tails at or below the observed one, the plain p-value is (1 + i) / (draws + 1). The second layer
    # says which tail such a p-value truly stands for.
    stands_for = again[np.minimum(np.arange(draws + 1), draws - 1)]
    pvalues = (1 + np.searchsorted(tails, stands_for, side="right")) / (draws + 1)
    pvalues[-1] = 1.0
    # A level such as 1 - 0.8 is not quite a fifth.
    passing = np.flatnonzero(pvalues <= alpha + 1e-12)
    critical = tails[passing[-1]] if len(passing) and passing[-1] < draws else 0.0
    return pvalues[np.searchsorted(tails, tail, side="right")], critical


def reached(found, sizes, target=0.8) -> float:
    """The size at which a rising power curve reaches the target, between those tried on a log scale; or infinity."""
    rising = np.maximum.accumulate(found)
    if rising[-1] < target:
        return np.inf
    after = int(np.argmax(rising >= target))
    low = (0.0, 0.0) if after == 0 else (rising[after - 1], np.log(sizes[after - 1]))
    share = (target - low[0]) / max(rising[after] - low[0], 1e-9)
    return float(np.exp(low[1] + share * (np.log(sizes[after]) - low[1])))
