"""Exact posterior over the number and the dates of breaks, by recursion over segments: nothing is sampled.

Given its edges a segment's rate can be integrated out in closed form (gamma prior on a Poisson rate). What is left, a
sum over every placement of every number of breaks, follows from the same recursion as the exact search, with sums in
place of minima.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trends.fits.options import checked_number
from trends.loading import later
from trends.models.changepoints.segmentation import SegmentSums

betaln = later("scipy.special.betaln")
gammaln = later("scipy.special.gammaln")
logsumexp = later("scipy.special.logsumexp")

# Up to this length a matrix of all segments (32 MB) is at hand; sums above the second lose nothing to rounding.
_MATRIX, _SMALL = 2000, 1e-200


@dataclass(frozen=True)
class BreakPrior:
    """What is believed about rates and breaks before the counts are seen.

    Attributes
    ----------
    shape, rate : float
        Each regime's rate is Gamma(shape, rate), with mean ``shape / rate``. ``rate=None`` centres it on the
        mean of the series. The default shape of 1 carries about one event's worth of knowledge.
    more : float
        How likely k + 1 breaks are against k, whatever k: at the default of one half, no break at all is as likely
        as any number of breaks together. Given their number, all placements are equally likely.

    Notes
    -----
    For a Gaussian series a regime's mean is Normal around the mean of the series, with the variance of the series;
    ``shape`` and ``rate`` take no part.

    Examples
    --------
    >>> BreakPrior(shape=4.0, rate=0.5)  # rates around 8 a period, breaks as likely as none
    BreakPrior(shape=4.0, rate=0.5, more=0.5)
    """

    shape: float = 1.0
    rate: float | None = None
    more: float = 0.5

    def __post_init__(self) -> None:
        checked_number(self.shape, "state what is believed of breaks", "shape", above=0.0)
        if self.rate is not None:
            checked_number(self.rate, "state what is believed of breaks", "rate", above=0.0)
        checked_number(self.more, "state what is believed of breaks", "more", above=0.0)


class Segments(Protocol):
    """Marginal likelihoods of the segments of one series, or of several together."""

    @property
    def sums(self) -> SegmentSums:
        """Running sums; the length is all that is asked of them."""

    def log(self, first: int | np.ndarray, stop: int | np.ndarray) -> np.ndarray:
        """Log marginal likelihood of the segments from ``first`` up to before ``stop``."""


@dataclass(frozen=True)
class SegmentEvidence:
    """Log marginal likelihood of any segment, its rate integrated out.

    Attributes
    ----------
    sums : SegmentSums
        The series.
    shape, rate : float
        Parameters of the prior; for a Gaussian series the prior's precision and nothing.
    inflation : float
        What the likelihood is tempered by: counts whose variance is ``inflation`` times the Poisson's inform as
        a Poisson series does of which only one in ``inflation`` was seen. For a Gaussian series, its variance.
    """

    sums: SegmentSums
    shape: float
    rate: float
    inflation: float

    def log(self, first: int | np.ndarray, stop: int | np.ndarray) -> np.ndarray:
        """Of segments ``first`` to ``stop - 1``; factorials, which no segmentation changes, are left out."""
        sums = self.sums
        total = (sums.counts[stop] - sums.counts[first]) / self.inflation
        exposure = (sums.exposure[stop] - sums.exposure[first]) / self.inflation
        if sums.family == "gaussian":
            squares = (sums.squares[stop] - sums.squares[first]) / self.inflation
            shrunk = total**2 / (exposure + self.shape)
            return -0.5 * (squares - shrunk + np.log1p(exposure / self.shape))
        if sums.family == "negbin":
            # rate / (size + rate) is Beta when the rate is a scaled beta-prime variable with the prior's mean.
            other = 1 + sums.size * self.rate
            return betaln(self.shape + total, other + sums.size * exposure) - betaln(self.shape, other)
        constant = self.shape * np.log(self.rate) - gammaln(self.shape)
        after = self.shape + total
        return constant + gammaln(after) - after * np.log(self.rate + exposure)


@dataclass(frozen=True)
class BreakPosterior:
    """The posterior over number and dates of the breaks.

    Attributes
    ----------
    number : numpy.ndarray
        Probability of 0, 1, ... breaks, shape ``(max_breaks + 1,)``.
    evidence : numpy.ndarray
        Log marginal likelihood given each number of breaks, shape ``(max_breaks + 1,)``; minus infinity where so
        many do not fit.
    before, after : numpy.ndarray
        Log sums over all placements of k breaks among the periods before each position, and from it on, shape
        ``(max_breaks + 1, n + 1)``.
    """

    number: np.ndarray
    evidence: np.ndarray
    before: np.ndarray
    after: np.ndarray

    def dates(self, number: int) -> np.ndarray:
        """Given ``number`` breaks, the probability that each falls on each position, shape ``(number, n)``."""
        rows = self.before[:number, :-1] + self.after[number - 1 :: -1][:number, :-1]
        return np.exp(rows - self.before[number, -1]) if number else np.zeros((0, self.before.shape[1] - 1))

    def anywhere(self) -> np.ndarray:
        """The probability of a break at each position, whatever the number of breaks, shape ``(n,)``."""
        found = [weight * self.dates(k).sum(0) for k, weight in enumerate(self.number) if k and weight > 0]
        return np.sum(found, axis=0) if found else np.zeros(self.before.shape[1] - 1)


def break_posterior(evidence: Segments, max_breaks: int, min_between: int = 1, more: float = 0.5) -> BreakPosterior:
    """The exact `BreakPosterior` of a series.

    Parameters
    ----------
    evidence : Segments
        Marginal likelihood of the segments.
    max_breaks : int
        The largest number of breaks.
    min_between : int
        The least number of periods of a segment.
    more : float
        Prior odds of one break more; see `BreakPrior`.

    Notes
    -----
    Time grows with ``max_breaks * n**2``.

    References
    ----------
    Fearnhead (2006), Exact and efficient Bayesian inference for multiple changepoint problems.
    """
    length = evidence.sums.length
    found = _by_products(evidence, max_breaks, min_between) if length <= _MATRIX else None
    if found is None:
        found = _before(evidence, max_breaks, min_between, np.ones(length)), _after(evidence, max_breaks, min_between)
    before, after = found
    marginal = before[:, -1] - _log_placements(length, max_breaks, min_between)
    return BreakPosterior(_weights(marginal, more), marginal, before, after)


def none_inside(evidence: SegmentEvidence, posterior: BreakPosterior, min_between: int, share: np.ndarray) -> float:
    """The probability that no break lies in a window.

    Parameters
    ----------
    evidence, posterior, min_between
        As for `break_posterior`, and its result.
    share : numpy.ndarray
        How likely a break at each position lies in the window, shape ``(n,)``: 0 or 1, but for the first watched
        period after a gap that the window cuts.
    """
    outside = _before(evidence, posterior.number.size - 1, min_between, 1 - share)[:, -1]
    known = posterior.number > 0
    return float(posterior.number[known] @ np.exp(np.minimum(outside - posterior.before[:, -1], 0.0)[known]))


def _weights(marginal: np.ndarray, more: float) -> np.ndarray:
    with np.errstate(divide="ignore"):
        logs = marginal + np.arange(marginal.size) * np.log(more)
    return np.exp(logs - logsumexp(logs))


def _log_placements(length: int, max_breaks: int, min_between: int) -> np.ndarray:
    """The log number of ways to place k breaks: stars and bars once each segment has its least length."""
    k = np.arange(max_breaks + 1)
    spare = length - (k + 1) * min_between
    fits = spare >= 0
    free = np.where(fits, spare, 0)
    return np.where(fits, gammaln(free + k + 1) - gammaln(free + 1) - gammaln(k + 1), 0.0)


def _by_products(evidence: Segments, max_breaks: int, min_between: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Both sums as products with one matrix of segments, or None where they are too small for a double.

    Each segment is weighed against the best segmentation of the periods it spans, which keeps all products below 1.
    """
    length = evidence.sums.length
    first, stop = np.triu_indices(length + 1, min_between)
    segments = np.full((length + 1, length + 1), -np.inf)
    segments[first, stop] = evidence.log(first, stop)
    level = np.zeros(length + 1)
    for t in range(1, length + 1):
        top = (level[:t] + segments[:t, t]).max()
        # Ends that no segment reaches are passed over: any finite level does.
        level[t] = top if np.isfinite(top) else level[t - 1]
    segments += level[:, None] - level
    products = np.exp(segments, out=segments)
    before, after = np.zeros((2, max_breaks + 1, length + 1))
    before[0], after[0] = products[0], products[:, -1]
    for number in range(max_breaks):
        before[number + 1], after[number + 1] = before[number] @ products, products @ after[number]
    fits = (np.arange(max_breaks + 1) + 1) * min_between <= length
    if (before[fits, -1] < _SMALL).any():
        return None
    # What no placement reaches is zero, its logarithm minus infinity.
    with np.errstate(divide="ignore"):
        return np.log(before) + level, np.log(after) + level[-1] - level


def _before(evidence: Segments, max_breaks: int, min_between: int, weights: np.ndarray) -> np.ndarray:
    length = evidence.sums.length
    logs = np.full((max_breaks + 1, length + 1), -np.inf)
    with np.errstate(divide="ignore"):
        weights = np.log(weights)
    for stop in range(min_between, length + 1):
        starts = np.arange(stop - min_between + 1)
        segments = evidence.log(starts, stop)
        logs[0, stop] = segments[0]
        if max_breaks:
            logs[1:, stop] = _log_sum(logs[:-1, : starts.size] + weights[: starts.size] + segments)
    return logs


def _after(evidence: Segments, max_breaks: int, min_between: int) -> np.ndarray:
    length = evidence.sums.length
    logs = np.full((max_breaks + 1, length + 1), -np.inf)
    for first in range(length - min_between, -1, -1):
        stops = np.arange(first + min_between, length + 1)
        segments = evidence.log(first, stops)
        logs[0, first] = segments[-1]
        if max_breaks:
            logs[1:, first] = _log_sum(logs[:-1, stops[0] :] + segments)
    return logs


def _log_sum(terms: np.ndarray) -> np.ndarray:
    # scipy's logsumexp costs more than the sum itself on rows this short.
    top = terms.max(-1)
    level = np.where(np.isfinite(top), top, 0.0)
    # A sum over nothing is zero, its logarithm minus infinity.
    with np.errstate(divide="ignore"):
        return level + np.log(np.exp(terms - level[:, None]).sum(-1))
