"""Realised shares and ranks of provinces, and what several statements make together, over unequal counters."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trends.chance.drift import GRID, below, quantile, smooth, t_kernel, thinning_likelihood
from trends.chance.normals import log_density
from trends.errors import ModelError
from trends.loading import later

expit = later("scipy.special.expit")
logit = later("scipy.special.logit")
xlogy = later("scipy.special.xlogy")

# How unequally a counter sees provinces: a t distributed error of the log odds of a share, its scale and its degrees of
# freedom. The difference of two counters has a standard deviation of .55 to 1.0, mostly for good.
_SCALE, _FREEDOM = 0.42, 4.0


@dataclass(frozen=True)
class RealisedShare:
    """Posterior of a realised share.

    Attributes
    ----------
    density : numpy.ndarray, shape (2401,)
        Probabilities of the log odds on `trends.chance.drift.GRID`.
    """

    density: np.ndarray

    def interval(self, level: float = 0.95) -> tuple[float, float, float]:
        """Lower end, median and upper end of the share."""
        ends = (quantile(self.density, each) for each in ((1 - level) / 2, 0.5, (1 + level) / 2))
        low, middle, high = (float(expit(each)) for each in ends)
        return low, middle, high

    def between(self, low: float, high: float) -> float:
        """Probability that the realised share lies between two numbers."""
        return below(self.density, float(logit(high))) - below(self.density, float(logit(low)))


def realised_share(parts: Mapping[str, tuple[float, float]]) -> RealisedShare:
    """Posterior of the share that a part has in what was realised.

    Parameters
    ----------
    parts : mapping of str to (float, float)
        For each counter, of one origin once, the incidents in the part and in the whole.

    Returns
    -------
    RealisedShare

    Assumptions
    -----------
    Counters err independently of each other about a province.

    Raises
    ------
    ModelError
        If there is no counter, or a part is larger than its whole.

    Examples
    --------
    >>> [round(end, 2) for end in realised_share({"Inspector General": (80, 250)}).interval()]
    [0.13, 0.31, 0.56]
    """
    if not parts:
        raise ModelError(
            "find a realised share", found="no counter", allowed="one or more", do="add a source that counts provinces"
        )
    # One province among five or so, before any count is seen.
    total = log_density(GRID, -1.5, 2.0)
    for name, (part, whole) in parts.items():
        if not 0 <= part <= whole < math.inf:
            raise ModelError(
                f"find a realised share by {name!r}",
                found=f"a part of {part:g} in a whole of {whole:g}",
                allowed="a part from 0 up to its whole",
                do="count both by one rule",
            )
        seen = smooth(thinning_likelihood(whole - part, part, 0.0), t_kernel(_SCALE, _FREEDOM))
        total = total + np.log(np.maximum(seen, 1e-300))
    density = np.exp(total - total.max())
    return RealisedShare(density / density.sum())


def chance_of_most(counts: Mapping[str, Sequence[float]]) -> tuple[float, ...]:
    """Probability of each province to have had the most incidents.

    Parameters
    ----------
    counts : mapping of str to sequence of float
        For each counter, of one origin once, the incidents by province, in one order.

    Returns
    -------
    tuple of float
        In the order of the provinces; they sum to 1.

    Notes
    -----
    Each counter's counts are put on one level by its total. A province's log number has a Poisson likelihood blurred by
    the counter's error; the largest is found by integration, without simulation.

    Examples
    --------
    >>> [round(each, 2) for each in chance_of_most({"A": (90, 30, 30), "B": (70, 20, 30)})]
    [0.97, 0.01, 0.02]
    """
    table = np.array(list(counts.values()), float) if len({len(row) for row in counts.values()}) == 1 else np.empty(0)
    if (
        table.ndim != 2
        or table.shape[1] < 2
        or not (np.isfinite(table) & (table >= 0)).all()
        or (table.sum(1) == 0).any()
    ):
        raise ModelError(
            "rank provinces",
            found="counters without incidents, with unlike numbers of provinces, or with counts below 0",
            allowed="counts of the same two or more provinces by each counter",
            do="give each counter's incidents by province",
        )
    logs = np.tile(log_density(GRID, 0.0, 2.0), (table.shape[1], 1))
    kernel = t_kernel(_SCALE, _FREEDOM)
    for row in table:
        # On the level of an even spread: log 1 is an equal share.
        means = row.sum() / len(row) * np.exp(GRID)
        for province, count in enumerate(row):
            likelihood = xlogy(count, means) - means
            logs[province] += np.log(np.maximum(smooth(np.exp(likelihood - likelihood.max()), kernel), 1e-300))
    density = np.exp(logs - logs.max(1, keepdims=True))
    density /= density.sum(1, keepdims=True)
    # Half of a step's own mass, so that two equal provinces share it.
    under = np.log(np.maximum(np.cumsum(density, 1) - density / 2, 1e-300))
    most = (density * np.exp(under.sum(0) - under)).sum(1)
    return tuple(float(each) for each in most / most.sum())


def chance_of_every(chances: Sequence[float]) -> tuple[float, float]:
    """Bounds on the probability that every one of several statements holds, however they hang together.

    Parameters
    ----------
    chances : sequence of float
        The probability of each: "every quarter", "month by month".

    Returns
    -------
    low, high : float
        By Bonferroni and Fréchet: at least one less the sum of what each lacks, at most the least of them.

    Examples
    --------
    >>> low, high = chance_of_every([0.99, 0.98])
    >>> round(low, 2), high
    (0.97, 0.98)
    """
    if not chances or not all(0 <= each <= 1 for each in chances):
        raise ModelError(
            "join several statements",
            found=f"{len(chances)} probabilities, not all from 0 to 1" if chances else "none",
            allowed="one or more probabilities",
            do="give that of each statement",
        )
    return max(0.0, 1 - sum(1 - each for each in chances)), min(chances)
