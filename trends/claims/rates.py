"""How large a change the counts of a claim could have shown, and how long one would have to wait for more."""

from bisect import bisect_left
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import checked_arguments
from trends.chance.counterfactual import counterfactual
from trends.chance.questions import effect
from trends.claims.asked import Asked, asked_change, change_of
from trends.claims.claim import Claim
from trends.claims.direction import adverse_ratio
from trends.claims.study import Study
from trends.counts.series import CheckedSeries
from trends.fits.options import checked_number, checked_whole
from trends.loading import later

ndtr = later("scipy.special.ndtr")
ndtri = later("scipy.special.ndtri")

#: Rate ratios that a power curve has, and the power that is wanted.
RATIOS = np.exp(np.linspace(-np.log(5), np.log(5), 17))
TARGET = 0.8
_SURE = 0.95


@dataclass(frozen=True)
class PowerCurve:
    """How often a change would be found, by its size.

    Attributes
    ----------
    ratios, power : numpy.ndarray, shape (m,)
        Rate ratios, and how often each would be found: that a posterior probability of 95 % or more lies on its side
        of 1.
    detectable_rise, detectable_fall : float
        The rate ratios nearest to one that are found with the target power. Infinite and 0 where none is.
    target : float
        That power.
    """

    ratios: np.ndarray
    power: np.ndarray
    detectable_rise: float
    detectable_fall: float
    target: float = TARGET


@checked_arguments
def power(claim: Claim, study: Study) -> PowerCurve:
    """How large a change the counts of a claim would have shown, and how often.

    Parameters
    ----------
    claim : Claim
        A claim that asserts a ``change``.
    study : Study
        The counts that it is held against.

    Notes
    -----
    The counts of the span are put to what was to be expected times each ratio, and the posterior is had anew: it is
    taken to vary about its middle, over series like this one, as widely as it is itself. How often a doubling is found
    on real series of like length and level stands beside every ruling and in docs/real-nulls.md.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["syria"])
    >>> curve = power(study.claim("safer-after-baghdadi"), study)
    >>> [round(float(ratio), 1) for ratio in (curve.ratios[0], curve.ratios[-1])]
    [0.2, 5.0]
    """
    asked = asked_change(claim, study, "tell the power")
    expected = _expected(asked)
    found = np.array([_found(asked, expected, ratio, 1.0) for ratio in RATIOS])
    return PowerCurve(RATIOS, found, _reached(RATIOS, found, rises=True), _reached(RATIOS, found, rises=False))


@checked_arguments
def periods_needed(claim: Claim, study: Study, *, ratio: float | None = None, years: int = 10) -> int | None:
    """How many more periods must be watched before a change would be found with 80 % power.

    Parameters
    ----------
    claim, study
        As in `power`.
    ratio : float, optional
        The rate ratio to be found; by default the claim's own bar, or a change by half where it names none.
    years : int
        How far ahead is looked.

    Returns
    -------
    int or None
        Zero where the periods watched suffice, None where not even those of so many years would.

    Notes
    -----
    **Assumptions**: the change lasts; what was to be expected goes on at its last level; the level drifts as such
    series do.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["iraq"])
    >>> periods_needed(study.claim("attacks-rose-after-drawdown"), study, ratio=3.0)
    0
    """
    link = change_of(claim, "tell how long to wait")
    asked = asked_change(claim, study, "tell how long to wait")
    if ratio is None:
        wanted = ratio_wanted(link.direction, link.at_least)
    else:
        wanted = checked_number(ratio, "tell how many periods a change needs", "ratio", above=0.001, below=1000)
    bar = adverse_ratio(link.direction, None)
    expected = _expected(asked)
    years = checked_whole(years, "tell how many periods a change needs", "years", 1, 100)
    most = round(years * periods.PER_YEAR[periods.frequency_of(asked.counts.index)])

    def enough(more: int) -> bool:
        longer, course = _continued(asked, expected, more)
        return _found(longer, course, wanted, bar) >= TARGET

    if enough(0):
        return 0
    if not enough(most):
        return None
    return bisect_left(range(most), True, lo=1, key=enough)


def ratio_wanted(direction: str, at_least: float | None) -> float:
    """The change that a claim should be able to show: its own bar, or one by half where it names no size."""
    return adverse_ratio(direction, at_least if at_least and at_least > 1 else 1.5)


def power_table(curve: PowerCurve) -> pd.DataFrame:
    """A power curve as a table: ``rate_ratio`` and ``power``."""
    return pd.DataFrame({"rate_ratio": curve.ratios, "power": curve.power})


def _expected(asked: Asked) -> np.ndarray:
    """What was to be expected in each period without the change; the counts themselves where it was not looked at."""
    course = counterfactual(asked.effect())["expected"].reindex(asked.counts.index)
    return course.fillna(asked.counts).to_numpy(float)


def _found(asked: Asked, expected: np.ndarray, ratio: float, bar: float) -> float:
    """How often a ratio would be found beyond a bar, on its side of it."""
    counts = asked.series.counts.copy()
    inside = np.asarray((asked.counts.index >= asked.at) & (asked.counts.index <= asked.last)) & asked.series.watched
    counts[inside] = np.round(expected[inside] * ratio)
    ratio_found = effect(
        replace(asked.series, counts=counts), asked.at, asked.last, since=asked.first, without=asked.country
    ).ratio
    width = (np.log(ratio_found.high) - np.log(ratio_found.low)) / (2 * ndtri(0.975))
    beyond = (np.log(ratio_found.estimate) - np.log(bar)) / width
    return float(ndtr((beyond if ratio >= bar else -beyond) - ndtri(_SURE)))


def _continued(asked: Asked, expected: np.ndarray, more: int) -> tuple[Asked, np.ndarray]:
    """The counts with more periods after the last, as they would be expected."""
    if not more:
        return asked, expected
    index = pd.period_range(asked.counts.index[0], periods=len(asked.counts) + more)
    # What nobody watched says nothing of the level.
    rate = float(np.mean(expected[np.isfinite(expected)][-12:]))
    course = np.concatenate([expected, np.full(more, rate)])
    counts = np.concatenate([asked.series.counts, np.full(more, rate)])
    series = CheckedSeries(index, counts, np.concatenate([asked.series.exposure, np.ones(more)]), asked.series.name)
    return replace(asked, counts=pd.Series(counts, index=index), series=series, last=index[-1]), course


def _reached(ratios: np.ndarray, found: np.ndarray, *, rises: bool) -> float:
    """The ratio nearest to one on a side that is found with the target power, between those tried."""
    side = ratios > 1 if rises else ratios < 1
    size, share = np.abs(np.log(ratios[side])), found[side]
    order = np.argsort(size)
    size, share = size[order], np.maximum.accumulate(share[order])
    if share[-1] < TARGET:
        return np.inf if rises else 0.0
    log_ratio = float(np.interp(TARGET, share, size))
    return float(np.exp(log_ratio if rises else -log_ratio))
