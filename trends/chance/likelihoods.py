"""Normal approximations to the likelihoods of counts (expectation propagation), matched and corrected, compiled.

A count has a total of which it is a part (binomial, by its log odds), or a total below 0 (Poisson, by its log rate).
"""

import numpy as np

from trends.fits.compiling import Compiled

_LOG_2PI = float(np.log(2 * np.pi))
# Newton's steps towards a mode, the last of them, and the longest that one may be.
_NEWTON, _STILL, _LONGEST = 30, 1e-6, 2.0
# Where a rate is beyond this the likelihood is 0 for all that counts here.
_MOST_EXPECTED = float(np.exp(50.0))
# Bounds that keep a site a normal density: its precision, and the share of the rest in that of the posterior.
_LEAST_PRECISION, _LEAST_REST = 1e-4, 0.02
# The nodes of the quadrature are spread a little wider than the normal density at the mode.
_WIDER = 1.3


@Compiled
def _log_likelihood(count: float, total: float, eta: float) -> float:
    """Log probability of a count, but for the number of ways in which it can come about."""
    if total < 0:
        return count * eta - min(np.exp(min(eta, 300.0)), _MOST_EXPECTED)
    return count * eta - total * (max(eta, 0.0) + np.log1p(np.exp(-abs(eta))))


@Compiled
def _moments(total: float, eta: float) -> tuple[float, float]:
    """Expected count and its variance."""
    if total < 0:
        expected = np.exp(min(max(eta, -50.0), 25.0))
        return expected, expected
    share = 1 / (1 + np.exp(-min(max(eta, -50.0), 50.0)))
    return total * share, total * share * (1 - share)


@Compiled
def match(
    counts: np.ndarray, log_exposure: np.ndarray, totals: np.ndarray, log_ways: np.ndarray, mean: np.ndarray,
    variance: np.ndarray, precision: np.ndarray, response: np.ndarray, nodes: np.ndarray, log_weight: np.ndarray,
    found: np.ndarray,
) -> None:  # fmt: skip
    """Normal approximations with the moments of likelihoods, from what `trends.chance.sites.matched_sites` is given.

    ``found`` (3, n) is filled with their precision, response and log scale.
    """
    density = np.empty(len(nodes))
    for i in range(len(counts)):
        rest = max(1 / variance[i] - precision[i], _LEAST_REST / variance[i])
        centre = mean[i] + precision[i] * (mean[i] - response[i]) / rest
        mode = mean[i]
        for _ in range(_NEWTON):
            expected, curvature = _moments(totals[i], mode + log_exposure[i])
            step = (counts[i] - expected - rest * (mode - centre)) / (curvature + rest)
            mode += min(max(step, -_LONGEST), _LONGEST)
            if abs(step) < _STILL:
                break
        spread = _WIDER * (_moments(totals[i], mode + log_exposure[i])[1] + rest) ** -0.5
        most = -np.inf
        for k in range(len(nodes)):
            place = mode + spread * nodes[k]
            density[k] = _log_likelihood(counts[i], totals[i], place + log_exposure[i]) + log_weight[k]
            density[k] -= 0.5 * rest * (place - centre) ** 2
            most = max(most, density[k])
        total = first = second = 0.0
        for k in range(len(nodes)):
            share = np.exp(density[k] - most)
            total += share
            first += share * nodes[k]
        for k in range(len(nodes)):
            second += np.exp(density[k] - most) * (nodes[k] - first / total) ** 2
        middle, left = mode + spread * first / total, spread * spread * second / total
        new = max(1 / left - rest, _LEAST_PRECISION)
        at = (middle / left - rest * centre) / new
        both = 1 / rest + 1 / new
        scale = np.log(total) + most + log_ways[i] + np.log(spread) - 0.5 * (_LOG_2PI - np.log(rest))
        found[0, i], found[1, i] = new, at
        found[2, i] = scale + 0.5 * (_LOG_2PI + np.log(both) + (at - centre) ** 2 / both)


@Compiled
def correct(
    counts: np.ndarray, log_exposure: np.ndarray, totals: np.ndarray, log_ways: np.ndarray, precision: np.ndarray,
    response: np.ndarray, base: np.ndarray, spread: np.ndarray, slope: np.ndarray, sizes: np.ndarray,
    nodes: np.ndarray, log_share: np.ndarray, found: np.ndarray,
) -> None:  # fmt: skip
    """Log of the mean ratio of likelihood to normal approximation, summed over periods, at every size of a change.

    ``base`` and ``spread`` (n,) are mean and standard deviation of the log rate given a size of 0, ``slope`` (n,) is
    how far a size of 1 moves it, ``sizes`` (n_sizes,) are the sizes; ``found`` (n_sizes,) is filled.
    """
    ratio, grown = np.empty(len(nodes)), np.empty(len(nodes))
    for j in range(len(sizes)):
        found[j] = 0.0
    for i in range(len(counts)):
        for k in range(len(nodes)):
            grown[k] = np.exp(spread[i] * nodes[k])
        for j in range(len(sizes)):
            most, course = -np.inf, base[i] + slope[i] * sizes[j]
            # One exponential serves the rates at all nodes.
            rate = np.exp(min(course + log_exposure[i], 300.0))
            for k in range(len(nodes)):
                eta = course + spread[i] * nodes[k]
                if totals[i] < 0:
                    exact = counts[i] * (eta + log_exposure[i]) - min(rate * grown[k], _MOST_EXPECTED)
                else:
                    exact = _log_likelihood(counts[i], totals[i], eta + log_exposure[i])
                ratio[k] = exact + 0.5 * precision[i] * (response[i] - eta) ** 2 + log_share[k]
                most = max(most, ratio[k])
            total = 0.0
            for k in range(len(nodes)):
                total += np.exp(ratio[k] - most)
            found[j] += log_ways[i] + most + np.log(total)
