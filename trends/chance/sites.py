"""The likelihood of each count as a normal one that gives its log rate the same mean and variance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

# Nodes of the quadrature, spread a little wider than the normal density at the mode.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(24)
_WIDER = 1.3
_LOG_WEIGHT = np.log(_WEIGHTS / _WEIGHTS.sum()) + 0.5 * _NODES**2 + 0.5 * np.log(2 * np.pi)
# Bounds that keep a site a normal density: its precision, and the share of the rest in that of the posterior.
_LEAST_PRECISION, _LEAST_REST = 1e-4, 0.02
_NEWTON = 30
# Smallest precision of a site that is not matched: a period with hardly a chance of an incident says next to nothing.
_LEAST_EXPANDED = float(np.exp(-6.0))


@dataclass(frozen=True)
class Sites:
    """Normal likelihoods in place of those of the counts.

    Attributes
    ----------
    precision, response : numpy.ndarray, shape (n,)
        Precision of each, and the log rate at which it is largest.
    log_scale : numpy.ndarray, shape (n,)
        Log of the factor of each normal density.
    """

    precision: np.ndarray
    response: np.ndarray
    log_scale: np.ndarray


def log_likelihood(counts: np.ndarray, eta: np.ndarray, trials: np.ndarray | None) -> np.ndarray:
    """Log probability of counts of log rate ``eta``; with ``trials``, of parts of these with log odds ``eta``."""
    if trials is None:
        return counts * eta - np.exp(np.minimum(eta, 50.0)) - gammaln(counts + 1)
    ways = gammaln(trials + 1) - gammaln(counts + 1) - gammaln(trials - counts + 1)
    return counts * eta - trials * np.logaddexp(0.0, eta) + ways


def expanded_sites(counts: np.ndarray, log_exposure: np.ndarray, trials: np.ndarray | None, mean: np.ndarray) -> Sites:
    """Sites that have the height, slope and curvature of the likelihood at ``mean``, to begin with."""
    eta = np.clip(mean + log_exposure, *((-6.0, 20.0) if trials is None else (-20.0, 20.0)))
    expected, curvature = moments(eta, trials)
    precision = np.maximum(curvature, _LEAST_EXPANDED)
    height = log_likelihood(counts, mean + log_exposure, trials)
    scale = height + 0.5 * (counts - expected) ** 2 / precision + 0.5 * np.log(2 * np.pi / precision)
    return Sites(precision, mean + (counts - expected) / precision, scale)


def matched_sites(
    counts: np.ndarray,
    log_exposure: np.ndarray,
    trials: np.ndarray | None,
    mean: np.ndarray,
    variance: np.ndarray,
    precision: np.ndarray,
    response: np.ndarray,
) -> Sites:
    """Sites that have the moments of the likelihood, given what the other periods say of each log rate.

    Parameters
    ----------
    counts, log_exposure : numpy.ndarray, shape (n,)
        Of the watched periods.
    trials : numpy.ndarray, shape (n,), optional
        Totals of which the counts are a part.
    mean, variance : numpy.ndarray, shape (n,)
        Posterior of each log rate with the sites before.
    precision, response : numpy.ndarray, shape (n,)
        The sites before.

    References
    ----------
    Minka, T. (2001). Expectation propagation for approximate Bayesian inference. UAI 17.

    Examples
    --------
    >>> one = matched_sites(*(np.array([v]) for v in (1e4, 0.0)), None, *(np.array([v]) for v in (9.2, 1e-4, 1e4, 9.2)))
    >>> round(float(one.response[0]), 2), round(float(one.precision[0] / 1e4), 2)
    (9.21, 1.0)
    """
    rest = np.maximum(1 / variance - precision, _LEAST_REST / variance)
    centre = mean + precision * (mean - response) / rest
    mode, spread = _tilted_mode(counts, log_exposure, trials, centre, rest, mean)
    place = mode[:, None] + _WIDER * spread[:, None] * _NODES
    whole = None if trials is None else trials[:, None]
    density = log_likelihood(counts[:, None], place + log_exposure[:, None], whole) + _log_normal(
        place, centre[:, None], 1 / rest[:, None]
    )
    density += _LOG_WEIGHT + np.log(_WIDER * spread)[:, None]
    total = logsumexp(density, axis=1)
    share = np.exp(density - total[:, None])
    middle = (share * place).sum(1)
    left = (share * (place - middle[:, None]) ** 2).sum(1)
    new = np.maximum(1 / left - rest, _LEAST_PRECISION)
    at = (middle / left - rest * centre) / new
    return Sites(new, at, total - _log_normal(at, centre, 1 / rest + 1 / new))


def _log_normal(value: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return -0.5 * (np.log(2 * np.pi * variance) + (value - mean) ** 2 / variance)


def _tilted_mode(
    counts: np.ndarray,
    log_exposure: np.ndarray,
    trials: np.ndarray | None,
    centre: np.ndarray,
    rest: np.ndarray,
    start: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Mode of likelihood times normal density, and the standard deviation that the curvature there gives."""
    place = start
    for _ in range(_NEWTON):
        expected, curvature = moments(place + log_exposure, trials)
        step = np.clip((counts - expected - rest * (place - centre)) / (curvature + rest), -2.0, 2.0)
        place = place + step
        if np.abs(step).max() < 1e-6:
            break
    return place, (moments(place + log_exposure, trials)[1] + rest) ** -0.5


def moments(eta: np.ndarray, trials: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Expected counts and their variances given the log rate (or, with ``trials``, the log odds)."""
    if trials is None:
        expected = np.exp(np.clip(eta, -50.0, 25.0))
        return expected, expected
    share = 1 / (1 + np.exp(-np.clip(eta, -50.0, 50.0)))
    return trials * share, trials * share * (1 - share)
