"""What several counters say together of a realised ratio of two spans, with the measurement error of each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trends.chance.drift import (
    GRID,
    DriftProcess,
    Span,
    below,
    learned_drift,
    quantile,
    smooth,
    t_kernel,
    thinning_likelihood,
)
from trends.chance.normals import log_density
from trends.errors import ModelError

#: Kinds of counter: those of one kind may miss incidents for the same reason at the same time.
KINDS = ("media", "military", "insurgent", "government")
# Standard deviation of the log ratio before any count is seen, about that of the world's series; a choice.
_PRIOR_SD = 1.0


@dataclass(frozen=True)
class Counter:
    """What one counter recorded in two spans.

    Attributes
    ----------
    name : str
    before, after : float
        Incidents recorded in the first and in the second span.
    kind : str
        One of `KINDS`.
    origin : str
        Whose list it goes back to; by default its own. Counters of one origin are one.
    shift, shift_sd : float
        A declared break of measurement between the spans: by how much the log share seen changed, and how sure that is.

    Raises
    ------
    ModelError
        If a count is negative or not finite, or the kind is unknown.

    Examples
    --------
    >>> Counter("UCDP", 16, 38).kind
    'media'
    """

    name: str
    before: float
    after: float
    kind: str = "media"
    origin: str = ""
    shift: float = 0.0
    shift_sd: float = 0.0

    def __post_init__(self) -> None:
        asked = f"compare two spans by the counter {self.name!r}"
        if not (0 <= self.before < math.inf and 0 <= self.after < math.inf):
            raise ModelError(
                asked,
                found=f"counts of {self.before:g} and {self.after:g}",
                allowed="finite counts of 0 or more",
                do="give what the counter recorded in each span",
            )
        if self.kind not in KINDS:
            raise ModelError(asked, found=f"kind={self.kind!r}", allowed=", ".join(KINDS), do="name one of these")
        if not (math.isfinite(self.shift) and 0 <= self.shift_sd < math.inf):
            raise ModelError(
                asked,
                found=f"a break of {self.shift:g} with standard deviation {self.shift_sd:g}",
                allowed="finite log changes, the standard deviation 0 or more",
                do="give the log of the new share seen over the old one",
            )


@dataclass(frozen=True)
class RealisedRatio:
    """Posterior of a realised ratio.

    Attributes
    ----------
    density : numpy.ndarray, shape (2401,)
        Probabilities of the log ratios on `trends.chance.drift.GRID`.
    counters : tuple of Counter
        Those that entered, one of each origin.
    common : float
        Share of the drift's variance that counters of a kind were taken to have in common.
    """

    density: np.ndarray
    counters: tuple[Counter, ...]
    common: float

    def quantile(self, probability: float) -> float:
        """Log ratio below which the realised one lies with a probability."""
        return quantile(self.density, probability)

    def interval(self, level: float = 0.95) -> tuple[float, float, float]:
        """Lower end, median and upper end of the ratio."""
        tail = (1 - level) / 2
        low, middle, high = (math.exp(self.quantile(each)) for each in (tail, 0.5, 1 - tail))
        return low, middle, high

    def above(self, ratio: float = 1.0) -> float:
        """Probability that the realised ratio is larger than a number."""
        return 1 - below(self.density, math.log(ratio))

    def between(self, low: float, high: float) -> float:
        """Probability that the realised ratio lies between two numbers."""
        start, end = (math.log(each) if each > 0 else -math.inf for each in (low, high))
        return below(self.density, end) - below(self.density, start)

    def overturned_by(self, ratio: float = 1.0, level: float = 0.95) -> float | None:
        """How reporting would have to have changed, for all counters alike, to undo a sure answer.

        Parameters
        ----------
        ratio : float
            The bar that the realised ratio is held against.
        level : float
            Certainty of both sides together: .95 asks for .975 on one.

        Returns
        -------
        float or None
            The factor, 1.23 where reporting risen by 23 % leaves the answer open. None where it is open as it is.
        """
        tail = (1 - level) / 2
        low, high = self.quantile(tail) - math.log(ratio), self.quantile(1 - tail) - math.log(ratio)
        return math.exp(low) if low > 0 else math.exp(high) if high < 0 else None


def one_per_origin(counters: Sequence[Counter]) -> tuple[Counter, ...]:
    """The counters that stand for themselves: of each origin the one with the most incidents.

    Examples
    --------
    >>> [each.name for each in one_per_origin([Counter("GED 19.1", 9, 5, origin="UCDP"), Counter("UCDP", 10, 6)])]
    ['UCDP']
    """
    largest: dict[str, Counter] = {}
    for each in counters:
        origin = each.origin or each.name
        if origin not in largest or each.before + each.after > largest[origin].before + largest[origin].after:
            largest[origin] = each
    return tuple(largest.values())


def drift_of(counter: Counter, first: Span, second: Span, process: DriftProcess) -> float:
    """Scale of the drift of a counter between two spans, given how much it records."""
    return process.scale(first, second, (counter.before + counter.after) / (first.months + second.months))


def shared_drift(first: Span, second: Span, process: DriftProcess, common: float) -> float:
    """Scale of the drift that all counters of a kind share.

    It belongs to the times and not to a counter's size, so it is reckoned for a counter of ordinary size.

    Examples
    --------
    >>> shared_drift(Span(0, 3), Span(3, 3), learned_drift(), 0.0)
    0.0
    """
    return process.scale(first, second, process.size) * math.sqrt(common / (1 - common))


def realised(
    counters: Sequence[Counter],
    first: Span,
    second: Span,
    *,
    process: DriftProcess | None = None,
    common: float = 0.3,
) -> RealisedRatio:
    """Posterior of the ratio of what happened in a second span to what happened in a first, whoever counted.

    Parameters
    ----------
    counters : sequence of Counter
    first, second : Span
        Where they differ in length the ratio is one of rates.
    process : DriftProcess, optional
        By default the learned one. Give ``learned_drift(country)``, which leaves the claim's own country out.
    common : float
        Share of the drift's variance, for a counter of ordinary size, that all of a kind have in common. No pair of
        counters of one kind can show it: it is an assumption.

    Returns
    -------
    RealisedRatio

    Assumptions
    -----------
    Each counter's log share seen changes by its declared break and a t distributed drift; given that, its counts are
    binomial. Drifts are independent but for what counters of a kind share. If all reporting collapsed at once, this
    does not see it.

    Raises
    ------
    ModelError
        If there is no counter, or common is not in [0, 1).

    Examples
    --------
    >>> counters = [Counter("UCDP", 16, 38), Counter("SIGACTs", 566, 808, kind="military")]
    >>> result = realised(counters, Span(0, 3), Span(3, 3), process=learned_drift("Iraq"))
    >>> result.above(1) > 0.9
    True
    """
    if not counters:
        raise ModelError(
            "find what was realised",
            found="no counter",
            allowed="one or more that have both spans",
            do="add a source that counts both spans",
        )
    if not 0 <= common < 1:
        raise ModelError(
            "find what was realised", found=f"common={common:g}", allowed="from 0 up to below 1", do="give such a share"
        )
    process = process or learned_drift()
    offset, entered = math.log(second.months / first.months), one_per_origin(counters)
    total = log_density(GRID, 0.0, _PRIOR_SD)
    for kind in sorted({each.kind for each in entered}):
        likelihood = np.zeros_like(GRID)
        for each in (counter for counter in entered if counter.kind == kind):
            likelihood += _log(_counter_likelihood(each, drift_of(each, first, second, process), process.nu, offset))
        seen = np.exp(likelihood - likelihood.max())
        if common:
            seen = smooth(seen, t_kernel(shared_drift(first, second, process, common), process.nu))
        total += _log(seen / seen.max())
    density = np.exp(total - total.max())
    return RealisedRatio(density / density.sum(), entered, common)


def _log(density: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(density, 1e-300))


def _counter_likelihood(counter: Counter, scale: float, nu: float, offset: float) -> np.ndarray:
    # A share seen that rose by the break makes the recorded ratio larger than the realised one.
    seen = smooth(thinning_likelihood(counter.before, counter.after, offset + counter.shift), t_kernel(scale, nu))
    return smooth(seen, t_kernel(counter.shift_sd, math.inf)) if counter.shift_sd else seen


def with_break(counter: Counter, before: tuple[float, float], after: tuple[float, float]) -> Counter:
    """A counter whose share kept is known only within bounds in each span.

    Parameters
    ----------
    counter : Counter
    before, after : (float, float)
        Lowest and highest share kept in the first and in the second span; equal where it is known.

    Returns
    -------
    Counter
        With the log change in its middle and the standard deviation of two uniform shares on the log scale.

    Examples
    --------
    >>> kept = with_break(Counter("UCDP", 107, 76), (0.61, 0.61), (0.5, 0.9))
    >>> round(kept.shift, 2), round(kept.shift_sd, 2)
    (0.1, 0.17)
    """
    ends = (*before, *after)
    if not (all(0 < each <= 1 for each in ends) and before[0] <= before[1] and after[0] <= after[1]):
        raise ModelError(
            f"declare a break of measurement of {counter.name!r}",
            found=f"shares kept from {before[0]:g} to {before[1]:g}, then from {after[0]:g} to {after[1]:g}",
            allowed="shares above 0 and up to 1, the lower one first",
            do="give the lowest and the highest share of each span",
        )
    logs = np.log([before, after])
    middle, width = logs.mean(1), np.ptp(logs, axis=1)
    return replace(counter, shift=float(middle[1] - middle[0]), shift_sd=float(np.sqrt((width**2 / 12).sum())))
