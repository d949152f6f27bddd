"""What the test of a dose is worth on the panel it was put to: false alarms, and the smallest effect that is found."""

from dataclasses import replace

import numpy as np

from trends.evidence.dependence import simulate_counts
from trends.evidence.rates import Rates, reached
from trends.evidence.totals import rate_spreads
from trends.models.provinces.randomisation import Experiment, statistics, two_tails

_PANELS, _EACH, _SCHEDULES = 100, 50, 100
_SIZES = np.array([1.5, 2.0, 3.0, 5.0])


def dose_rates(experiment: Experiment, *, bar: float, rises: bool, level=0.95, rng=0) -> Rates:
    """The error rates of the randomisation test of a dose, on panels like the one it was put to.

    Parameters
    ----------
    experiment : Experiment
        Counts, exposure and admissible schedules.
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
    Rates
        ``coverage`` is that of no effect, one less the false alarms: interval and test agree.

    Notes
    -----
    **Assumptions**: every province varies around effects of province and period by one variance and autocorrelation of
    its own rate. The provinces reached are the actual ones, so that this is the size given the choice that was made.
    Where there are more than 100 schedules, 100 of them are drawn, which costs a little power.
    """
    rng = np.random.default_rng(rng)
    null = experiment.null(0.0)
    watched = experiment.exposure > 0
    counts, means = (np.where(watched, each, np.nan) for each in (experiment.counts, null.means))
    # Effects fitted to every row and column take their share of the degrees of freedom of a province.
    spent = 1 + (counts.shape[1] - 1) / max(len(counts), 1)
    spread = rate_spreads(counts, means, spent)
    weight = np.nan_to_num(np.nansum(means**2, axis=1))
    omega, rho = (
        np.full(_PANELS, np.average(np.nan_to_num(each), weights=weight))
        for each in (spread.variance, spread.autocorrelation)
    )
    schedules = experiment.schedules
    if len(schedules) > _SCHEDULES:
        kept = np.r_[0, 1 + rng.choice(len(schedules) - 1, _SCHEDULES - 1, replace=False)]
        schedules = replace(schedules, assignments=schedules.assignments[kept], exact=False)

    def found(effect, panels, one_side):
        mean = np.maximum(null.means * np.exp(effect * experiment.dose / experiment.dose.max()), 1e-9)
        times = np.arange(mean.shape[1])
        drawn = np.stack([simulate_counts(row, omega[:panels], rho[:panels], times, rng) for row in mean], axis=1)
        seen = 0
        for panel in drawn:
            values = statistics(Experiment(panel * watched, experiment.exposure, schedules), 0.0)
            agrees = not one_side or (values[0] > np.median(values)) == (effect > 0)
            seen += bool(two_tails(values) <= 1 - level and agrees)
        return seen / panels

    way = 1.0 if rises else -1.0
    alarms = found(0.0, _PANELS, False)
    size = reached([found(way * np.log(ratio), _EACH, True) for ratio in _SIZES], _SIZES)
    return Rates(alarms, 1 - alarms, found(way * np.log(bar), _PANELS, True), size**way, _PANELS)
