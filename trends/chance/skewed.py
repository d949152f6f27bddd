"""Skewness correction to the posterior of an effect that rests on few incidents."""

from dataclasses import replace

import numpy as np

from trends.chance.likelihoods import blend, correct
from trends.chance.normals import Mixture, log_sum_exp
from trends.chance.sites import log_ways, totals_of
from trends.chance.solving import solved
from trends.chance.weighing import Weighed
from trends.chance.working import WorkingLevel

#: Fewer incidents than this under a span, or outside it: the density of its effect is skewed.
FEW = 40
# Models that hold all but this share of the probability are corrected, and at most so many.
_LEFT, _MOST = 0.05, 150
# Places of an effect (in standard deviations) at which it is held against the counts, and the degree of the curve.
_PLACES, _DEGREE = np.linspace(-5.0, 5.0, 13), 6
# From values at the places to the coefficients of the curve, highest power first.
_CURVE = np.linalg.pinv(np.vander(_PLACES / _PLACES[-1], _DEGREE + 1)).T
# Periods that are corrected at a time, so that what is worked on stays in the processor's cache.
_TOGETHER = 64
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
_LOG_SHARE = np.log(_WEIGHTS / _WEIGHTS.sum())
# Narrow normals that the posterior is told by, and how far they reach beyond the widest of the models.
_POINTS, _REACH = 240, 6.0


def skewed_log_ratio(level: WorkingLevel, weighed: Weighed, reach: np.ndarray) -> Mixture:
    """Posterior of the effect, corrected to first order for the skewness that a normal approximation leaves out.

    Parameters
    ----------
    level, weighed : WorkingLevel, Weighed
        The series with its sites, and the changes weighed on it.
    reach : numpy.ndarray, shape (n_candidates,)
        The effect of a coefficient of 1.

    Notes
    -----
    Given the coefficient and the variances each log rate is normal; the mean of likelihood over site under it, period
    by period, corrects the density of the coefficient (Cseke & Heskes 2011, the factorised correction).

    References
    ----------
    Cseke, B. & Heskes, T. (2011). Approximate marginals in latent Gaussian models. JMLR 12.
    """
    mass = np.exp(weighed.log_change - log_sum_exp(weighed.log_change))
    order = np.argsort(-mass, axis=None, kind="stable")
    many = int(np.searchsorted(np.cumsum(mass.ravel()[order]), 1 - _LEFT)) + 1
    chosen = np.zeros(mass.size, bool)
    chosen[order[: min(many, _MOST)]] = True
    chosen = chosen.reshape(mass.shape)
    mean, sd = weighed.mean * reach, np.maximum(np.sqrt(weighed.variance) * reach, 1e-6)
    use = mass > 1e-7
    low, high = (mean - _REACH * sd)[chosen].min(), (mean + _REACH * sd)[chosen].max()
    grid = np.linspace(low, high, _POINTS)
    # The sites have the moments of the likelihood: a model keeps its probability, only its shape is mended.
    density = np.zeros(_POINTS)
    line = _corrections(level, weighed, chosen) @ _CURVE
    blend(mean[chosen], sd[chosen], mass[chosen], line, _PLACES[-1], grid, density)
    rest = use & ~chosen
    wide = np.full(_POINTS, 0.6 * (grid[1] - grid[0]))
    return Mixture(
        np.concatenate([density, mass[rest]]),
        np.concatenate([grid, mean[rest]]),
        np.concatenate([wide, sd[rest]]),
    )


def _corrections(level: WorkingLevel, weighed: Weighed, chosen: np.ndarray) -> np.ndarray:
    """Log of likelihood over sites at every place of the coefficient, for the chosen models in their order."""
    terms, seen = weighed.candidates, level.watched
    counts, noise, response = level.counts[seen], level.noise[seen], level.response[seen]
    trials = None if level.trials is None else level.trials[seen]
    given = counts, level.log_exposure[seen], totals_of(counts, trials), log_ways(counts, trials)
    keep = chosen.any(1)
    models = keep.reshape(-1, len(level.theta))
    sets = models.any(0)
    some = replace(level, theta=level.theta[sets], log_weight=level.log_weight[sets])
    solutions = solved(some, terms, few=True, keep=models[:, sets]).kept[:, :, seen]
    model, candidate = np.nonzero(chosen)
    # Their place among the models that were kept, and their term.
    row, term = (np.cumsum(keep) - 1)[model], terms.term[candidate]
    sizes = weighed.mean[chosen][:, None] + np.sqrt(weighed.variance[chosen])[:, None] * _PLACES
    base = response - noise * solutions[:, 0]
    spread = np.sqrt(np.maximum(noise - solutions[:, 1] * noise**2, 0.0))
    by_period = *given, level.weight[seen], response, base, spread, solutions[:, 2:] * noise
    found = np.zeros(sizes.shape)
    for start in range(0, len(counts), _TOGETHER):
        some_periods = [np.ascontiguousarray(each[..., start : start + _TOGETHER]) for each in by_period]
        correct(*some_periods, row, term, sizes, _NODES, _LOG_SHARE, found)
    return found
