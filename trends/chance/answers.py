"""The answers to questions that claims ask of one series: ratios, effects, dates and growth with their posteriors."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trends.chance.known_change import KnownChange
from trends.chance.normals import Mixture
from trends.chance.scan import ChangeScan, Window
from trends.chance.turning import TurningPoint
from trends.counts.series import CheckedSeries


@dataclass(frozen=True)
class RatioFound:
    """Posterior of a rate ratio: its median, its interval and its probabilities.

    Attributes
    ----------
    estimate, low, high : float
        Median and the ends of the 95 % interval.
    pvalue : float
        Twice the smaller posterior probability of a fall and of a rise.
    log_ratio : Mixture
        The posterior itself, on the log scale.
    """

    estimate: float
    low: float
    high: float
    pvalue: float
    log_ratio: Mixture

    def at_least(self, ratio: float) -> float:
        """Posterior probability of a ratio of at least this."""
        return 1.0 - self.log_ratio.below(float(np.log(ratio)))

    def at_most(self, ratio: float) -> float:
        """Posterior probability of a ratio of at most this."""
        return self.log_ratio.below(float(np.log(ratio)))

    def within(self, ratio: float) -> float:
        """Posterior probability of a change by less than this ratio, up or down."""
        return self.at_most(ratio) - self.at_most(1 / ratio)


@dataclass(frozen=True)
class EffectFound:
    """The mean effect of a change at a known date over a span.

    Attributes
    ----------
    ratio : RatioFound
        Rate over the span with the change against without it.
    shapes : tuple of (str, float)
        Posterior of the shape, likeliest first.
    outliers : tuple of (str, float)
        Periods that stand out alone, with the probability of each.
    nobs : int
        Periods that were watched.
    change : KnownChange
        What the answers were computed from.
    series : CheckedSeries
        The part of the series that was looked at, which the places in ``change`` are counted in.
    """

    ratio: RatioFound
    shapes: tuple[tuple[str, float], ...]
    outliers: tuple[tuple[str, float], ...]
    nobs: int
    change: KnownChange
    series: CheckedSeries


@dataclass(frozen=True)
class DateFound:
    """Whether and when the level changed.

    Attributes
    ----------
    claimed : Window or None
        Probability that a change beyond the level's own drift began in the claimed window.
    turned : tuple of (float, float) or None
        Probability that the level turned in the claimed window, whatever the reason, given that it turned once, and
        the window's prior share of the dates looked at.
    began : float or None
        Probability that a change began in the claimed window, at even odds beforehand, as
        `trends.chance.turning.probability_begun` has it.
    turn : str
        The period in which the level turned likeliest.
    turn_interval : tuple of str
        First and last period of the shortest run of dates that holds 95 %.
    turn_stands_out : bool
        Whether four fifths of it leave at least half of the dates out, and one turn is likelier than none.
    elsewhere : bool
        Whether there was a change for certain, and it began beyond a quarter of a year from the claimed window.
    scan : ChangeScan
        Every change on top of drift, weighed against none.
    turning : TurningPoint
        The dates of the turn, which all of the above but the scan is read from.
    index : pandas.PeriodIndex
        The periods that were scanned, shape ``(n,)``.
    """

    claimed: Window | None
    turned: tuple[float, float] | None
    began: float | None
    turn: str
    turn_interval: tuple[str, str]
    turn_stands_out: bool
    elsewhere: bool
    scan: ChangeScan
    turning: TurningPoint
    index: pd.PeriodIndex


@dataclass(frozen=True)
class TrendFound:
    """Yearly growth over a span.

    Attributes
    ----------
    realised : RatioFound
        Growth a year of the level as it was, whatever the reason.
    beyond : RatioFound
        Growth a year beyond the level's own drift.
    outliers : tuple of str
        Periods that stand out by so much that neither follows them.
    """

    realised: RatioFound
    beyond: RatioFound
    outliers: tuple[str, ...] = ()


def ratio_found(log_ratio: Mixture) -> RatioFound:
    """Estimate, interval and p-value of a posterior on the log scale."""
    low, high = log_ratio.interval()
    below = log_ratio.below(0.0)
    middle = float(np.exp(log_ratio.quantile(0.5)))
    return RatioFound(middle, float(np.exp(low)), float(np.exp(high)), 2 * min(below, 1 - below), log_ratio)
