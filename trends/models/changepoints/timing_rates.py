"""What dating a change is worth on a series: how often one is seen where there is none, and how large it must be."""

import numpy as np

from trends.chance.inflation import variance_inflation
from trends.chance.rates import Rates, reached
from trends.fits.batch import fit_poisson
from trends.models.changepoints.changedate import ChangeDate, log_evidence
from trends.models.changepoints.levelscan import level_scan
from trends.models.changepoints.nullcounts import simulate_null
from trends.models.changepoints.observed import design_of

_RUNS = 100
_SIZES = np.array([1.25, 1.5, 2.0, 3.0, 5.0])


def timing_rates(dated: ChangeDate, exog, when, *, bar: float, rises: bool, least=0.95, margin=2, rng=0) -> Rates:
    """The error rates of dating a change, simulated on the very series that was dated.

    Parameters
    ----------
    dated : ChangeDate
        The date as it was estimated.
    exog : pandas.DataFrame
        What was to be expected without a change, as it was given to `change_date`.
    when : period
        The date at which simulated changes begin: the first period of the claimed window.
    bar : float
        The rate ratio above 1 that would matter.
    rises : bool
        Whether rises (else falls) are looked for.
    least : float
        The probability of a change from which one counts as seen.
    margin : int
        As in `change_date`.
    rng : int or numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Rates
        ``false_alarms``: the share of series without a change in which one is seen. ``coverage``: the share of series
        with a change as large as the estimated one, at the estimated date, whose 95 % interval of the date holds it.
        ``power`` and ``detectable`` are those of seeing a change that begins ``when`` claimed.

    Notes
    -----
    **Assumptions**: dispersion and serial dependence are those around the likeliest step, the autocorrelation one
    standard error above its estimate; see `trends.models.changepoints.nullcounts.simulate_null`.
    """
    rng, data = np.random.default_rng(rng), dated.data
    design = design_of(exog, data, "simulate the dating of a change")
    n = len(data.counts)
    at = np.arange(margin, n - margin + 1)
    null = data.exposure * np.exp(fit_poisson(data.counts, design, exposure=data.exposure).params[0] @ design.T)
    places = [data.position(day, "simulate the dating of a change") for day in (dated.at, when)]
    likeliest, claimed = np.searchsorted(data.at, places)
    stepped = np.arange(n) >= likeliest
    around = fit_poisson(data.counts, np.column_stack([design, stepped]), exposure=data.exposure)
    fitted = data.exposure * np.exp(around.params[0] @ np.column_stack([design, stepped]).T)
    residuals = (data.counts - fitted) / np.sqrt(np.maximum(fitted, 1e-8))
    inflation = variance_inflation(residuals, 1, design.shape[1])

    def seen(mean):
        counts = simulate_null(mean, inflation, _RUNS, rng)
        return _dates(counts, design, data.exposure, at)

    def found(ratio):
        step = ratio ** (1.0 if rises else -1.0)
        return float((seen(null * np.where(np.arange(n) >= claimed, step, 1.0))[0] >= least).mean())

    _, posterior = seen(fitted)
    place = int(np.clip(likeliest, at[0], at[-1])) - at[0]
    below = posterior.cumsum(axis=1)
    held = (below[:, place] >= 0.025) & (below[:, place] - posterior[:, place] <= 0.975)
    size = reached([found(ratio) for ratio in _SIZES], _SIZES)
    return Rates(
        float((seen(null)[0] >= least).mean()),
        float(held.mean()),
        found(bar),
        size if rises else 1 / size,
        _RUNS,
    )


def _dates(counts, design, exposure, at):
    """The probability of a change and the posterior of its date, of many series: shapes (R,) and (R, n_dates)."""
    scan = level_scan(counts, design, exposure, at)
    residuals = np.divide(
        counts - scan.stepped, np.sqrt(scan.stepped), out=np.zeros(counts.shape), where=scan.stepped > 1e-8
    )
    factor = variance_inflation(residuals, 1, design.shape[1]).factor
    logs = log_evidence(scan.gain, scan.information, factor[:, None])
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    mean_odds = np.exp(np.minimum(logs.max(axis=1), 700)) * odds.mean(axis=1)
    return mean_odds / (1 + mean_odds), odds / odds.sum(axis=1, keepdims=True)
