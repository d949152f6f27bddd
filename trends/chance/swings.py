"""How often a change as large as one seen comes about by itself: its place among the world's pairs of spans."""

import math
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

import numpy as np
import pandas as pd

from trends.chance.drift import Span
from trends.chance.world import world_country
from trends.errors import ModelError

# Months before the first span that say how the series stands: ten years at most, two at least.
_MEMORY, _LEAST = 120, 24
# Widths of what counts as alike: a log size, a log lead of the past over the first span, a log of past changes.
_SIZE, _LEAD, _PAST = 0.5, 0.5, 0.7
# Own past changes weigh as much as the world's once four independent pairs stand behind them.
_OWN = 4.0
# Where fewer countries than this are alike, alike is taken more widely.
_ENOUGH, _WIDER = 25, (1.0, 1.5, 2.0, 3.0)


@cache
def world_months() -> pd.DataFrame:
    """Fatal events by month and country, 1989 to 2020, which the ordinary swings are learned from.

    Returns
    -------
    pandas.DataFrame, shape (384, 121)

    References
    ----------
    Sundberg & Melander 2013, Journal of Peace Research 50(4); Pettersson et al. 2021 (UCDP GED 21.1, CC BY 4.0).

    Examples
    --------
    >>> world_months().shape
    (384, 121)
    """
    with (resources.files("trends.chance") / "world_months.csv").open(encoding="utf-8") as file:
        counts = pd.read_csv(file, comment="#", index_col=0).T.astype(float)
    counts.index = pd.PeriodIndex(counts.index, freq="M", name="period")
    return counts


@dataclass(frozen=True)
class Swing:
    """The rank of a change among those of like pairs of spans in the world's series.

    Attributes
    ----------
    ratio : float
        Of the second span's rate to the first's, a half added to each count.
    rise, fall : float
        Share of like pairs with a change as high or higher, as low or lower.
    low, high : float
        Between them lie the ratios of 95 of 100 like pairs.
    countries : float
        How many countries stand behind it, as if they weighed alike.
    own_as_large, own_pairs : int
        Of the series' own earlier pairs at this distance, how many moved as much in either direction, and of how many.
    quantiles : tuple of float
        The ratios below which 1, 2, ... 99 of 100 like pairs lie.
    """

    ratio: float
    rise: float
    fall: float
    low: float
    high: float
    countries: float
    own_as_large: int
    own_pairs: int
    quantiles: tuple[float, ...] = ()

    def either(self) -> float:
        """Share of like pairs with a change as large in either direction, each side by its own rank."""
        return min(1.0, 2 * min(self.rise, self.fall))


@dataclass(frozen=True)
class _Pairs:
    change: np.ndarray
    size: np.ndarray
    lead: np.ndarray
    past: np.ndarray
    unit: np.ndarray


def _sums(counts: np.ndarray, months: int) -> np.ndarray:
    running = np.vstack([np.zeros((1, counts.shape[1])), np.cumsum(counts, 0)])
    return running[months:] - running[:-months]


def _pairs(counts: np.ndarray, first: int, second: int, apart: int, starts: np.ndarray) -> _Pairs:
    """Pairs of spans from the given months, in (start, unit) order, with what was known before the second."""
    last = len(counts) - apart - second
    one, two = _sums(counts, first)[: last + 1], _sums(counts, second)[apart : apart + last + 1]
    change = np.log((two + 0.5) / (one + 0.5) * first / second)
    running = np.vstack([np.zeros((1, counts.shape[1])), np.cumsum(counts, 0)])
    squares = np.vstack([np.zeros((1, counts.shape[1])), np.cumsum(change**2, 0)])
    begin = np.maximum(0, starts - _MEMORY)
    mean = (running[starts] - running[begin]) / (starts - begin)[:, None]
    # Pairs that had ended when the second span began.
    done = np.maximum(starts - second + 1 - begin, 0)
    own = (squares[begin + done] - squares[begin]) / np.maximum(done, 1)[:, None]
    size = np.log(np.sqrt((mean + 0.25 / first) * (one[starts] / first + 0.25 / first)) * second)
    lead = np.clip(np.log((mean * first + 0.5) / (one[starts] + 0.5)), -2, 2)
    weight = (done / max(apart, second))[:, None]
    # A change of the size that chance alone makes stands in for a past that is not there.
    noise = np.log(2.5 / (np.exp(size) + 0.5) + 0.3)
    past = weight / (weight + _OWN) * (np.log(np.clip(own, 0.03, 9)) - noise)
    unit = np.broadcast_to(np.arange(counts.shape[1]), size.shape)
    return _Pairs(*(each.ravel() for each in (change[starts], size, lead, past, unit)))


@lru_cache(maxsize=64)
def _world(first: int, second: int, apart: int) -> _Pairs:
    counts = world_months().to_numpy()
    last = len(counts) - apart - second
    if last < _LEAST:
        raise ModelError(
            "find ordinary swings",
            found=f"spans that begin {apart} months apart",
            allowed=f"two spans within {len(counts) - _LEAST} months",
            do="compare spans that lie nearer to each other",
            lacks="The spans lie further apart than series of the world are long. Nearer ones would settle it.",
        )
    pairs = _pairs(counts, first, second, apart, np.arange(_LEAST, last + 1, max(1, min(first, second) // 2)))
    # A country enters where it had at least one incident to be expected in the second span.
    keep = pairs.size >= 0.0
    return _Pairs(*(getattr(pairs, name)[keep] for name in ("change", "size", "lead", "past", "unit")))


def ordinary_swing(counts: np.ndarray, first: Span, second: Span, *, without: str | None = None) -> Swing:
    """The rank of the change between two spans of a series among the world's pairs of like size and distance.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n_months,)
        Monthly counts up to the end of the second span or later; spans count from its first month.
    first, second : Span
        Second after first, without overlap.
    without : str, optional
        The country that the series comes from, by its ISO 3166 code or its name, which is left out of the comparison.

    Returns
    -------
    Swing

    Notes
    -----
    Like pairs have spans of these lengths and this distance, a like size, a like lead of the past mean over the first
    span (what stood out falls back), and like changes in their past, which a short past shrinks to the world's. With
    less than two years of past before the first span, size alone counts. Each country weighs as one at each size.

    Raises
    ------
    ModelError
        If the spans overlap or are not within the series, or a count is negative or missing.

    Examples
    --------
    >>> steady = np.tile([9.0, 11.0, 10.0], 20)
    >>> ordinary_swing(steady, Span(54, 3), Span(57, 3)).rise > 0.2
    True
    >>> ordinary_swing(np.r_[steady, 200.0, 200.0, 200.0], Span(57, 3), Span(60, 3)).rise < 0.025
    True
    """
    values = np.asarray(counts, float)
    _check(values, first, second)
    apart = second.start - first.start
    known = values[: second.start + second.months, None]
    world = _world(first.months, second.months, apart)
    one, two = (float(values[each.start : each.start + each.months].sum()) for each in (first, second))
    change = math.log((two + 0.5) / (one + 0.5) * first.months / second.months)
    earlier = _own_changes(values, first, second, apart)
    own = int((np.abs(earlier) >= abs(change)).sum()), len(earlier)
    if first.start < _LEAST:
        size = math.log((one + 0.25) / first.months * second.months)
        return _place(world, change, size, None, None, without, own)
    this = _pairs(known, first.months, second.months, apart, np.array([first.start]))
    return _place(world, change, float(this.size[0]), float(this.lead[0]), float(this.past[0]), without, own)


def ordinary_swing_of_figures(
    before: float, after: float, first: Span, second: Span, *, without: str | None = None
) -> Swing:
    """The same for two figures whose past is not known: size, length and distance alone count.

    Examples
    --------
    >>> swing = ordinary_swing_of_figures(566, 808, Span(0, 3), Span(3, 3), without="Iraq")
    >>> swing.own_pairs
    0
    """
    if not (0 <= before < math.inf and 0 <= after < math.inf):
        raise ModelError(
            "find ordinary swings",
            found=f"counts of {before:g} and {after:g}",
            allowed="finite counts of 0 or more",
            do="give what was recorded in each span",
        )
    world = _world(first.months, second.months, second.start - first.start)
    change = math.log((after + 0.5) / (before + 0.5) * first.months / second.months)
    size = math.log((before + 0.25) / first.months * second.months)
    return _place(world, change, size, None, None, without, (0, 0))


def _check(values: np.ndarray, first: Span, second: Span) -> None:
    asked = "find ordinary swings"
    if values.ndim != 1 or not (np.isfinite(values) & (values >= 0)).all():
        raise ModelError(
            asked,
            found="counts that are negative, missing or not one row of months",
            allowed="a monthly count of 0 or more in each month",
            do="give a series without holes",
        )
    if not 0 <= first.start <= first.start + first.months <= second.start <= len(values) - second.months:
        raise ModelError(
            asked,
            found=f"spans from months {first.start} and {second.start} of {len(values)}",
            allowed="a second span after the first, both within the series",
            do="give two such spans",
        )


def _own_changes(values: np.ndarray, first: Span, second: Span, apart: int) -> np.ndarray:
    starts = range(max(0, second.start - apart - second.months + 1))
    one = np.array([values[t : t + first.months].sum() for t in starts])
    two = np.array([values[t + apart : t + apart + second.months].sum() for t in starts])
    return np.log((two + 0.5) / (one + 0.5) * first.months / second.months)


def _place(
    world: _Pairs,
    change: float,
    size: float,
    lead: float | None,
    past: float | None,
    without: str | None,
    own: tuple[int, int],
) -> Swing:
    # Beyond the sizes that many countries have, the largest that they do have speak.
    low, high = np.quantile(world.size, (0.02, 0.98))
    apart = ((np.clip(world.size, low, high) - min(max(size, low), high)) / _SIZE) ** 2
    if lead is not None:
        apart = apart + ((world.lead - lead) / _LEAD) ** 2
    if past is not None:
        apart = apart + ((world.past - past) / _PAST) ** 2
    names = list(world_months().columns)
    apart = apart - apart.min()
    own_country = world_country(without) if without else ""
    stays = world.unit != names.index(own_country) if own_country else np.ones(len(world.unit), bool)
    for width in _WIDER:
        weight = np.exp(-0.5 * apart / width**2) * stays
        country = np.bincount(world.unit, weight, len(names))
        if np.sqrt(country).sum() ** 2 >= _ENOUGH * country.sum():
            break
    # No country fills the comparison by the length of its war: its weight grows as the root of its pairs.
    weight = weight / np.sqrt(np.maximum(country, 1e-12))[world.unit]
    weight /= weight.sum()
    country = np.bincount(world.unit, weight, len(names))
    countries = float(1 / (country**2).sum())
    # No rank is surer than the number of countries behind it.
    least = 0.5 / (countries + 1)
    order = np.argsort(world.change, kind="stable")
    running = np.cumsum(weight[order])
    marks = np.r_[0.025, 0.975, np.arange(1, 100) / 100]
    ends = np.exp(world.change[order][np.minimum(np.searchsorted(running, marks), len(order) - 1)]).tolist()
    rise = max(float(weight[world.change >= change - 1e-12].sum()), least)
    fall = max(float(weight[world.change <= change + 1e-12].sum()), least)
    swing = Swing(math.exp(change), min(rise, 1.0), min(fall, 1.0), ends[0], ends[1], countries, *own)
    return replace(swing, quantiles=tuple(ends[2:]))


def cost_of_picking(share: float, spans: int) -> float:
    """Share of series whose most extreme of several pairs of spans is as extreme as this one.

    Parameters
    ----------
    share : float
        Share of like pairs with a change as large.
    spans : int
        From how many the pair was picked.

    Examples
    --------
    >>> round(cost_of_picking(0.02, 12), 3)
    0.215
    """
    if not (0 <= share <= 1 and spans >= 1):
        raise ModelError(
            "reckon the cost of a picked span",
            found=f"a share of {share:g} and {spans} spans",
            allowed="a share from 0 to 1, and one span or more",
            do="say from how many spans it was picked",
        )
    return 1 - (1 - share) ** spans
