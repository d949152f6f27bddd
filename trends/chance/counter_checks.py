"""Whether counters are independent and agree: left-out counters, those that stand off, and what would overturn them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from trends.chance.counters import Counter, drift_of, one_per_origin, realised, shared_drift
from trends.chance.drift import GRID, DriftProcess, Span, learned_drift, smooth, t_kernel
from trends.loading import later

bdtr = later("scipy.special.bdtr")
expit = later("scipy.special.expit")


def place_among_others(
    counter: Counter,
    others: Sequence[Counter],
    first: Span,
    second: Span,
    *,
    process: DriftProcess | None = None,
    common: float = 0.3,
) -> float:
    """Where a left-out counter falls in what the others lead to expect of it.

    Returns
    -------
    float
        From 0 to 1, one half in the middle; uniform where the model holds.

    Examples
    --------
    >>> others = [Counter("A", 100, 200), Counter("B", 90, 170)]
    >>> 0.3 < place_among_others(Counter("C", 50, 95), others, Span(0, 3), Span(3, 3)) < 0.7
    True
    >>> place_among_others(Counter("D", 200, 20), others, Span(0, 3), Span(3, 3)) < 0.025
    True
    """
    process = process or learned_drift()
    expected = realised(others, first, second, process=process, common=common)
    scale = drift_of(counter, first, second, process)
    if {each.kind for each in expected.counters} == {counter.kind}:
        # Within one kind the shared part is in both and cancels.
        density = realised(others, first, second, process=process, common=0.0).density
    else:
        # From another kind, the counter also brings what its own kind shares.
        density, scale = expected.density, math.hypot(scale, shared_drift(first, second, process, common))
    density = smooth(np.pad(density, 1200), t_kernel(scale, process.nu))[1200:-1200]
    density = smooth(density, t_kernel(counter.shift_sd, math.inf)) if counter.shift_sd else density
    chances = expit(GRID + math.log(second.months / first.months) + counter.shift)
    total, after = round(counter.before + counter.after), round(counter.after)
    fewer = bdtr(after - 1, total, chances) if after else 0.0
    below = 0.5 * (bdtr(after, total, chances) + fewer)
    return float((density * below).sum() / density.sum())


@dataclass(frozen=True)
class CounterCheck:
    """Which counters are not independent, stand off from the others, or are too alike.

    Attributes
    ----------
    left_out : tuple of str
        Counters that share an origin with a larger one.
    standing_off : tuple of (str, float)
        Counters outside what the others lead to expect, with their place from 0 to 1.
    too_alike : tuple of (str, str)
        Pairs nearer to each other than two counters are in 98 of 100 cases.
    one_kind : bool
        Whether all are of one kind, so that nothing shows a drift they share.
    """

    left_out: tuple[str, ...]
    standing_off: tuple[tuple[str, float], ...]
    too_alike: tuple[tuple[str, str], ...]
    one_kind: bool


def check_counters(
    counters: Sequence[Counter],
    first: Span,
    second: Span,
    *,
    process: DriftProcess | None = None,
    common: float = 0.3,
) -> CounterCheck:
    """Which counters share an origin, stand off from the others, or are too alike to be independent.

    Examples
    --------
    >>> counters = [Counter("A", 400, 800), Counter("B", 410, 819), Counter("C", 90, 30)]
    >>> check_counters(counters, Span(0, 12), Span(12, 12)).too_alike
    (('A', 'B'),)
    """
    process, entered, off, alike = process or learned_drift(), one_per_origin(counters), [], []
    for each in entered if len(entered) > 1 else ():
        rest = [other for other in entered if other is not each]
        place = place_among_others(each, rest, first, second, process=process, common=common)
        if not 0.025 <= place <= 0.975:
            off.append((each.name, place))
    for one, other in combinations(entered, 2):
        ratios = [math.log((each.after + 0.5) / (each.before + 0.5)) - each.shift for each in (one, other)]
        noise = sum(1 / (each.before + 0.5) + 1 / (each.after + 0.5) + each.shift_sd**2 for each in (one, other))
        noise += sum(drift_of(each, first, second, process) ** 2 for each in (one, other))
        # The normal puts 2 % of differences within .025 standard deviations.
        if abs(ratios[0] - ratios[1]) < 0.025 * math.sqrt(noise):
            alike.append((one.name, other.name))
    left = tuple(each.name for each in counters if each not in entered)
    return CounterCheck(left, tuple(off), tuple(alike), len({each.kind for each in entered}) == 1)


def overturning_common(
    counters: Sequence[Counter],
    first: Span,
    second: Span,
    *,
    ratio: float = 1.0,
    process: DriftProcess | None = None,
    common: float = 0.3,
    level: float = 0.95,
) -> float | None:
    """The share of drift in common at which a sure answer becomes an open one.

    Returns
    -------
    float or None
        Between common and .99, to a hundredth. None where the answer is open as it is, or sure up to .99.

    Examples
    --------
    >>> counters = [Counter("A", 100, 160), Counter("B", 90, 150)]
    >>> overturning_common(counters, Span(0, 3), Span(3, 3)) is None
    True
    """
    shares = np.r_[common, np.arange(math.floor(common * 100) + 1, 100) / 100]

    def sure(share: float) -> bool:
        result = realised(counters, first, second, process=process, common=float(share))
        return result.overturned_by(ratio, level) is not None

    if not sure(shares[0]) or sure(shares[-1]):
        return None
    low, high = 0, len(shares) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if sure(shares[middle]) else (low, middle)
    return float(shares[high])
