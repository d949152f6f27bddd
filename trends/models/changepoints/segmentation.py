"""Exact search for the segments of a series: the best placement of any number of breaks, in one table.

Segments are independent given their edges, so that the best k breaks up to a period follow from the best k - 1 breaks
up to every earlier one (Bellman). One pass gives every number of breaks at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trends.loading import later

xlog1py = later("scipy.special.xlog1py")
xlogy = later("scipy.special.xlogy")

#: Families of segment costs.
FAMILIES = ("poisson", "negbin", "gaussian")


@dataclass(frozen=True)
class SegmentSums:
    """Running sums from which the cost of any segment of a series follows.

    Attributes
    ----------
    counts, exposure, squares : numpy.ndarray
        Sums of the counts, of the exposure and of the squared counts before each position, shape ``(n + 1,)``.
    family : str
        ``"poisson"``, ``"negbin"`` or ``"gaussian"``.
    size : float
        The negative binomial's size for one unit of exposure; infinite for the other families.
    """

    counts: np.ndarray
    exposure: np.ndarray
    squares: np.ndarray
    family: str
    size: float = np.inf

    @property
    def length(self) -> int:
        """The number of periods."""
        return len(self.counts) - 1

    def cost(self, first: int | np.ndarray, stop: int | np.ndarray) -> np.ndarray:
        """Minus twice the log-likelihood (Gaussian: the sum of squares) of segments ``first`` to ``stop - 1``.

        Terms that no segmentation changes (factorials and the like) are left out.
        """
        first, stop = np.atleast_1d(first), np.atleast_1d(stop)
        total = self.counts[stop] - self.counts[first]
        exposure = self.exposure[stop] - self.exposure[first]
        if self.family == "gaussian":
            return self.squares[stop] - self.squares[first] - total**2 / exposure
        rate = total / exposure
        if self.family == "poisson":
            return 2 * (total - xlogy(total, rate))
        odds = (self.size + rate) / np.where(rate > 0, rate, 1)
        return 2 * (xlogy(total, odds) + xlog1py(self.size * exposure, rate / self.size))


def segment_sums(
    counts: np.ndarray, exposure: np.ndarray | None = None, family: str = "poisson", size: float = np.inf
) -> SegmentSums:
    """The running sums of a series of counts and of its exposure.

    Parameters
    ----------
    counts : numpy.ndarray
        Counts of watched periods, shape ``(n,)``.
    exposure : numpy.ndarray, optional
        Share of each period that was watched, above 0, shape ``(n,)``; 1 by default.
    family : str
        ``"poisson"``; ``"negbin"``, where a period of exposure e has size ``size * e`` (so that two halves of a
        period add up to a whole one); or ``"gaussian"``.
    size : float
        The negative binomial's size.
    """
    exposure = np.ones(len(counts)) if exposure is None else exposure
    # A Gaussian sum of squares is a difference of large numbers unless the mean is taken out first.
    centred = counts - counts.mean() if family == "gaussian" else counts
    return SegmentSums(_running(centred), _running(exposure), _running(centred**2), family, size)


def _running(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(values)])


@dataclass(frozen=True)
class SegmentTable:
    """The best segmentation for every number of breaks.

    Attributes
    ----------
    cost : numpy.ndarray
        The lowest total cost with 0, 1, ... breaks, shape ``(max_breaks + 1,)``; infinite where so many breaks do not
        fit.
    edges : numpy.ndarray
        Start of the last segment of the best segmentation of the first t periods with k breaks, shape
        ``(max_breaks + 1, n + 1)``.
    """

    cost: np.ndarray
    edges: np.ndarray

    def breaks(self, number: int) -> np.ndarray:
        """Positions (first period of each new regime) of the best ``number`` breaks."""
        stop, found = self.edges.shape[1] - 1, []
        for left in range(number, 0, -1):
            stop = int(self.edges[left, stop])
            found.append(stop)
        return np.array(found[::-1], int)


def segment_table(sums: SegmentSums, max_breaks: int, min_between: int = 1) -> SegmentTable:
    """The exact optimum for every number of breaks from 0 to ``max_breaks``.

    Parameters
    ----------
    sums : SegmentSums
        The series.
    max_breaks : int
        The largest number of breaks.
    min_between : int
        The least number of periods of a segment.

    Notes
    -----
    Time grows with ``max_breaks * n**2``, memory with ``max_breaks * n``.

    References
    ----------
    Auger and Lawrence (1989), Algorithms for the optimal identification of segment neighborhoods. Bai and Perron
    (2003), Computation and analysis of multiple structural change models.

    Examples
    --------
    >>> table = segment_table(segment_sums(np.array([2, 3, 2, 9, 8, 9, 2, 1])), max_breaks=3)
    >>> [table.breaks(number).tolist() for number in range(4)]
    [[], [6], [3, 6], [3, 6, 7]]
    """
    length = sums.length
    best = np.full((max_breaks + 1, length + 1), np.inf)
    edges = np.zeros((max_breaks + 1, length + 1), np.int32)
    for stop in range(min_between, length + 1):
        starts = np.arange(stop - min_between + 1)
        costs = sums.cost(starts, stop)
        best[0, stop] = costs[0]
        if max_breaks:
            candidates = best[:-1, : starts.size] + costs
            edges[1:, stop] = candidates.argmin(axis=1)
            best[1:, stop] = candidates.min(axis=1)
    return SegmentTable(best[:, -1], edges)


def segment_means(counts: np.ndarray, exposure: np.ndarray, breaks: ArrayLike) -> np.ndarray:
    """The fitted rate of each period's segment, shape ``(n,)``."""
    starts = np.concatenate([[0], np.asarray(breaks, int)])
    rates = np.add.reduceat(counts, starts) / np.add.reduceat(exposure, starts)
    return np.repeat(rates, np.diff(np.append(starts, len(counts))))
