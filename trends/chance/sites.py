"""Normal approximation to the likelihood of each count, with the same posterior mean and variance of its log rate."""

from dataclasses import dataclass

import numpy as np

from trends.chance.likelihoods import expand, match
from trends.loading import later

gammaln = later("scipy.special.gammaln")

# Nodes of the quadrature.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(24)
_LOG_WEIGHT = np.log(_WEIGHTS / _WEIGHTS.sum()) + 0.5 * _NODES**2 + 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True)
class Sites:
    """Normal approximations to the likelihoods of counts, called sites in expectation propagation.

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


def log_ways(counts: np.ndarray, trials: np.ndarray | None) -> np.ndarray:
    """The part of the log probability of each count that does not depend on its rate."""
    if trials is None:
        return -gammaln(counts + 1)
    return gammaln(trials + 1) - gammaln(counts + 1) - gammaln(trials - counts + 1)


def expanded_sites(counts: np.ndarray, log_exposure: np.ndarray, trials: np.ndarray | None, mean: np.ndarray) -> Sites:
    """Sites that have the height, slope and curvature of the likelihood at ``mean``, to begin with."""
    found = np.empty((3, len(counts)))
    expand(counts, log_exposure, totals_of(counts, trials), log_ways(counts, trials), mean, found)
    return Sites(*found)


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
    found = np.empty((3, len(counts)))
    match(
        counts, log_exposure, totals_of(counts, trials), log_ways(counts, trials), mean, variance, precision, response,
        _NODES, _LOG_WEIGHT, found,
    )  # fmt: skip
    return Sites(*found)


def totals_of(counts: np.ndarray, trials: np.ndarray | None) -> np.ndarray:
    """The totals that compiled likelihoods take: below 0 where a count is a part of none."""
    return np.full(len(counts), -1.0) if trials is None else trials
