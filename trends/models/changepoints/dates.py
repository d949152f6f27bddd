"""Confidence intervals for the dates of breaks in the mean, from the limit distribution of the estimated date."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from trends.loading import later

brentq = later("scipy.optimize.brentq")
log_ndtr = later("scipy.special.log_ndtr")
norm = later("scipy.stats.norm")


@dataclass(frozen=True)
class DateIntervals:
    """Positions of breaks (first period of the new regime) with their intervals, each of shape ``(n_breaks,)``."""

    at: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @property
    def overlapping(self) -> bool:
        """Whether two neighbours share a period, so that the data cannot tell the breaks apart."""
        return bool((self.lower[1:] <= self.upper[:-1]).any())


def bai_perron_intervals(
    values: np.ndarray, breaks: ArrayLike, level: float = 0.95, serial: float = 1.0
) -> DateIntervals:
    """Intervals for the dates of shifts in the mean, variances free to differ between regimes.

    Parameters
    ----------
    values : numpy.ndarray
        The series, shape ``(n,)``.
    breaks : numpy.ndarray
        Positions of the estimated breaks, ascending.
    level : float
        Coverage wanted.
    serial : float
        What serial dependence multiplies the variance of a sum of residuals by; 1 for independent ones.

    Notes
    -----
    **Assumptions**: shifts that are small against the noise but large in sum over their regimes.

    References
    ----------
    Bai (1997), Estimation of a change point in multiple regression models. Bai and Perron (1998), Estimating and
    testing linear models with multiple structural changes.
    """
    edges = np.concatenate([[0], np.asarray(breaks, int), [len(values)]])
    parts = [values[start:stop] for start, stop in pairwise(edges)]
    tail, lower, upper = (1 - level) / 2, [], []
    for position, old, new in zip(edges[1:-1], parts[:-1], parts[1:], strict=True):
        shift = (new.mean() - old.mean()) ** 2
        # A regime without spread (a single period) has no variance of its own: its neighbour's stands in.
        variances = old.var() or new.var(), new.var() or old.var()
        ratio = variances[1] / variances[0] if variances[0] > 0 else 1.0
        unit = serial * variances[0] / shift
        last_old = position - 1
        lower.append(last_old - np.ceil(_quantile(1 - tail, ratio) * unit) + 1)
        upper.append(last_old - np.floor(_quantile(tail, ratio) * unit) + 1)
    positions = edges[1:-1]
    clip = [np.clip(np.array(side, int), 1, len(values) - 1) for side in (lower, upper)]
    return DateIntervals(positions, *clip)


def argmax_distribution(x: float, ratio: float = 1.0) -> float:
    """P(argmax <= x) of a Brownian motion with drift -|s| / 2 to both sides, its variance ``ratio`` on the right.

    Bai (1997), appendix B.
    """
    if x == 0:
        x = -1e-300
    size = abs(x)
    root = np.sqrt(size)
    if x < 0:
        a, b = (1 / ratio) * (1 + 1 / ratio) / 2, 0.5 + 1 / ratio
        c = ratio * (ratio + 2) / (ratio + 1)
        d = (ratio + 2) ** 2 / (ratio + 1)
        bump = np.sqrt(size / (2 * np.pi)) * np.exp(-size / 8)
        return -bump - c * np.exp(a * size + log_ndtr(-b * root)) + (d - 2 + size / 2) * norm.cdf(-root / 2)
    a, b = (ratio + 1) / 2, (2 * ratio + 1) / (2 * np.sqrt(ratio))
    c = (1 + 2 * ratio) / ((ratio + 1) * ratio)
    d = (1 + 2 * ratio) ** 2 / ((ratio + 1) * ratio)
    bump = np.sqrt(size / (2 * np.pi * ratio)) * np.exp(-size / (8 * ratio))
    tail = (2 - d - size / (2 * ratio)) * norm.cdf(-root / (2 * np.sqrt(ratio)))
    return 1 + bump + c * np.exp(a * size + log_ndtr(-b * root)) + tail


def _quantile(probability: float, ratio: float) -> float:
    reach = 20.0 * max(1.0, ratio)
    while argmax_distribution(reach, ratio) < probability or argmax_distribution(-reach, ratio) > probability:
        reach *= 2
    return brentq(lambda x: argmax_distribution(x, ratio) - probability, -reach, reach, xtol=1e-10)
