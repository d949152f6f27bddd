"""What the engine of chance approximates: draws from its posterior, weighed by the exact likelihood."""

import numpy as np
from scipy.special import gammaln, log_expit, logsumexp

from tests.chance.dense import apart


def drawn_changes(found, draws, rng):
    """Log ratios over the span drawn from the engine's posterior, each with its log weight by the exact likelihood.

    ``found`` is a KnownChange. The engine differs from the exact posterior in the normal sites that stand for the
    likelihood of the counts (Poisson or binomial): the ratio of the two weighs each draw.
    """
    level, weighed = found.level, found.weighed
    terms = weighed.candidates
    mass = np.exp(weighed.log_change - logsumexp(weighed.log_change))
    picked = rng.multinomial(draws, mass.ravel() / mass.sum()).reshape(mass.shape)
    reach = terms.columns[found.span[0] : found.span[1] + 1].mean(0)
    ratios, courses = [], []
    for row, (block, i) in enumerate(_models(level)):
        chosen = np.repeat(np.arange(mass.shape[1]), picked[row])
        if len(chosen):
            normal = rng.standard_normal(len(chosen))
            size = weighed.mean[row, chosen] + np.sqrt(weighed.variance[row, chosen]) * normal
            moved = size[:, None] * terms.columns[:, terms.term[chosen]].T
            courses.append(_courses(block, i, moved, rng))
            ratios.append(size * reach[terms.term[chosen]])
    return np.concatenate(ratios), log_weights(level, np.vstack(courses))


def drawn_courses(level, draws, rng):
    """Log rates drawn from the posterior of the first set of variances without a change, with their log weights."""
    block, i = next(_models(level))
    courses = _courses(block, i, np.zeros((draws, level.n)), rng)
    return courses, log_weights(level, courses)


def _models(level):
    """Every set of variances with none to all of the outliers, in the engine's order."""
    for _, block in apart(level):
        yield from ((block, i) for i in range(len(block.score)))


def _courses(block, i, moved, rng):
    covariance = block.covariance[i]
    gain = covariance @ block.precision[i]
    left = covariance - gain @ covariance
    values, vectors = np.linalg.eigh((left + left.T) / 2)
    noise = rng.standard_normal(moved.shape) * np.sqrt(np.maximum(values, 0.0))
    return covariance @ block.score[i] + moved - moved @ gain.T + noise @ vectors.T


def log_weights(level, courses):
    """Log of the exact likelihood over the sites for courses of the log rate, shape (draws, n)."""
    seen = level.watched
    y, eta = level.counts[seen], courses[:, seen] + level.log_exposure[seen]
    # Written out: scipy's distributions take four times as long for their checks.
    if level.trials is None:
        exact = y * eta - np.exp(eta) - gammaln(y + 1)
    else:
        rest = level.trials[seen] - y
        ways = gammaln(level.trials[seen] + 1) - gammaln(y + 1) - gammaln(rest + 1)
        exact = ways + y * log_expit(eta) + rest * log_expit(-eta)
    apart_by = level.weight[seen] * (level.response[seen] - courses[:, seen]) ** 2
    working = (np.log(level.weight[seen] / (2 * np.pi)) - apart_by) / 2
    return (exact - working).sum(1) - level.log_base


def weighed_quantiles(values, log_weight, probabilities):
    """Quantiles of weighed draws."""
    weight = np.exp(log_weight - log_weight.max())
    order = np.argsort(values)
    return np.interp(probabilities, np.cumsum(weight[order]) / weight.sum(), values[order])
