"""The engine of chance with whole matrices, which its filter does without: what it must agree with."""

from dataclasses import dataclass

import numpy as np

from trends.chance.kernels import CONSTANT, DAYS_OF_WEEK, FAST, MONTHS, SLOPE
from trends.chance.working import OUTLIER_VARIANCE


def level_covariance(n, theta, *, first_month=0, per_year=12.0):
    """Covariance of the log rate under each set of variances, shape (n_grid, n, n)."""
    place = np.arange(n)
    time = (place - (n - 1) / 2) / per_year
    covariance = np.repeat(CONSTANT + SLOPE**2 * np.outer(time, time)[None], len(theta), 0)
    length = round(per_year)
    if length > 1:
        of_year = (place + first_month) % length
        if length > 12:
            of_year = of_year * 12 // length
        months = theta[:, 4] if theta.shape[1] > 4 else np.full(len(theta), MONTHS)
        covariance += months[:, None, None] * (of_year[:, None] == of_year)
    if length >= 365:
        covariance += DAYS_OF_WEEK * (place[:, None] % 7 == place % 7)
    covariance += theta[:, 1, None, None] * _pooled(n, FAST, per_year)
    covariance += np.array(
        [slow * _pooled(n, phi, per_year) if slow else np.zeros((n, n)) for _, _, slow, phi in theta[:, :4]]
    )
    covariance[:, place, place] += theta[:, 0, None] * per_year / 12
    return covariance


def _pooled(n, phi, per_year):
    """Autocorrelation function of an AR(1) of months, averaged over the months of each period."""
    apart = np.subtract.outer(np.arange(n), np.arange(n)) * (12.0 / per_year)
    months = max(1, round(12 / per_year))
    offsets = np.arange(1 - months, months)
    share = (months - np.abs(offsets)) / months**2
    return sum(w * phi ** np.abs(apart + o) for w, o in zip(share, offsets, strict=True))


@dataclass(frozen=True)
class Block:
    """All sets of variances: covariance of the log rate, inverse covariance and score of the working observations."""

    covariance: np.ndarray
    precision: np.ndarray
    score: np.ndarray
    log_marginal: np.ndarray


def decomposed(level, settled=()):
    """Every set of variances, with the disturbances of some periods."""
    n, watched = level.n, np.flatnonzero(level.watched)
    covariance = level_covariance(n, level.theta, first_month=level.first_month, per_year=level.per_year)
    covariance += sum((v * np.outer(c, c) for c, v in level.known), np.zeros((n, n)))
    covariance[:, list(settled), list(settled)] += OUTLIER_VARIANCE
    seen = covariance[:, watched[:, None], watched] + np.diag(1 / level.weight[watched])
    precision = np.zeros_like(covariance)
    precision[:, watched[:, None], watched] = np.linalg.inv(seen)
    score = precision @ level.response
    log_det = np.linalg.slogdet(seen)[1]
    marginal = -0.5 * (len(watched) * np.log(2 * np.pi) + log_det + score @ level.response)
    return Block(covariance, precision, score, marginal + level.log_weight + level.log_base)


def apart(level):
    """The level with none of its outliers set apart, with the first, the first two, ..."""
    for k in range(len(level.outliers) + 1):
        yield k, decomposed(level, level.outliers[:k])
