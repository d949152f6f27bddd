"""What the engine approximates, by importance sampling: draws from its posterior, weighed by the exact likelihood."""

import numpy as np
from scipy.special import logsumexp

from trends.chance.working import OUTLIER_VARIANCE, decompositions


def drawn_changes(found, draws, rng):
    """Log ratios over the span drawn from the engine's posterior, and the log weight of each by the exact likelihood.

    ``found`` is a KnownChange. The engine differs from the exact posterior only in the likelihood of the counts, normal
    around one mean in place of Poisson (or binomial): the ratio of the two weighs each draw.
    """
    level, weighed = found.level, found.weighed
    terms, n = weighed.candidates, level.n
    mass = np.exp(weighed.log_change - logsumexp(weighed.log_change))
    picked = rng.multinomial(draws, mass.ravel() / mass.sum()).reshape(mass.shape)
    reach = terms.columns[found.span[0] : found.span[1] + 1].mean(0)
    ratios, courses, row = [], [], 0
    for start in decompositions(level):
        block = start
        for k in range(len(level.outliers) + 1):
            if k:
                block = block.with_disturbance(level.outliers[k - 1], OUTLIER_VARIANCE)
            for i in range(len(block.score)):
                chosen = np.repeat(np.arange(mass.shape[1]), picked[row])
                if len(chosen):
                    covariance = block.covariance[i]
                    size = weighed.mean[row, chosen] + np.sqrt(weighed.variance[row, chosen]) * rng.standard_normal(
                        len(chosen)
                    )
                    moved = size[:, None] * terms.columns[:, terms.term[chosen]].T
                    gain = covariance @ block.precision[i]
                    left = covariance - gain @ covariance
                    values, vectors = np.linalg.eigh((left + left.T) / 2)
                    noise = rng.standard_normal((len(chosen), n)) * np.sqrt(np.maximum(values, 0.0))
                    courses.append(covariance @ block.score[i] + moved - moved @ gain.T + noise @ vectors.T)
                    ratios.append(size * reach[terms.term[chosen]])
                row += 1
    return np.concatenate(ratios), log_weights(level, np.vstack(courses))


def log_weights(level, courses):
    """Log of the exact likelihood over the working one for courses of the log rate, shape (draws, n)."""
    seen = level.watched
    y, eta = level.counts[seen], courses[:, seen] + level.log_exposure[seen]
    total = np.exp(eta) if level.trials is None else level.trials[seen] * np.logaddexp(0, eta)
    working = -0.5 * level.weight[seen] * (level.response[seen] - courses[:, seen]) ** 2
    return (y * eta - total - working).sum(1)


def weighed_quantiles(values, log_weight, probabilities):
    """Quantiles of weighed draws, and the number of even draws that they are worth."""
    weight = np.exp(log_weight - log_weight.max())
    order = np.argsort(values)
    share = np.cumsum(weight[order]) / weight.sum()
    return np.interp(probabilities, share, values[order]), weight.sum() ** 2 / (weight**2).sum()
