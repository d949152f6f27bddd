"""Many tests in one report: p-values adjusted for how many there are, and for the counts that the tests share."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtr, pdtr
from statsmodels.stats.multitest import multipletests

from trends.chance.change import Null, Question, hold, tail_of
from trends.errors import InputError
from trends.periods import PER_YEAR, frequency_of, to_frequency


@dataclass(frozen=True, eq=False)
class Posed:
    """A question that was put to counts, with the periods and places they were counted in.

    Attributes
    ----------
    question : Question
        Counts, design and the column tested.
    start : pandas.Period
        The period at which ``question.times`` is 0.
    source : str
        Where the counts come from.
    shares : dict of str to float
        The provinces that were counted, and the part of the counts that each had.
    """

    question: Question
    start: pd.Period
    source: str = ""
    shares: dict[str, float] | None = None

    @cached_property
    def null(self) -> Null:
        """The series as the test has it without the effect."""
        return hold(self.question)

    @property
    def index(self) -> pd.PeriodIndex:
        """The periods that the null has a mean for, shape (n,)."""
        return pd.PeriodIndex.from_ordinals(self.start.ordinal + self.null.times, freq=self.start.freq)


def benjamini_hochberg(pvalues) -> np.ndarray:
    """The p-values of some tests, adjusted so that a share ``p`` at most of those at or below ``p`` is expected false.

    Parameters
    ----------
    pvalues : array_like, shape (K,)
        From 0 to 1.

    Notes
    -----
    **Assumptions**: the tests are independent, or positively dependent (Benjamini & Yekutieli 2001).

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    pvalues = np.asarray(pvalues, dtype=float)
    return multipletests(pvalues, method="fdr_bh")[1] if len(pvalues) else pvalues


def romano_wolf(statistics, null) -> np.ndarray:
    """The p-values of some tests, adjusted for the largest that chance alone would bring among all of them.

    Parameters
    ----------
    statistics : array_like, shape (K,)
        One a test, the larger the more it speaks against its null; on scales that can be compared (studentised, or
        p-values with their sign turned).
    null : array_like, shape (B, K)
        The same statistics on panels without any effect, all tests of a row on the same panel: what the tests share is
        in them.

    Returns
    -------
    numpy.ndarray, shape (K,)
        The probability, under all nulls, of a statistic as large as this one among it and those that are smaller, the
        larger ones being decided first (step-down); never falling from one test to the next.

    Raises
    ------
    InputError
        Where the two do not belong together, or a value is missing.

    References
    ----------
    Romano, J. P. and Wolf, M. (2005). Stepwise multiple testing as formalized data snooping. Econometrica 73,
    1237-1282; (2016), Efficient computation of adjusted p-values for resampling-based stepdown multiple testing.
    Statistics & Probability Letters 113, 38-40.

    Examples
    --------
    Two tests that always agree count as one, two independent ones as two:

    >>> once = np.random.default_rng(0).standard_normal((9999, 1))
    >>> romano_wolf([2.0, 2.0], np.hstack([once, once])).round(3).tolist()
    [0.022, 0.022]
    >>> romano_wolf([2.0, 2.0], np.random.default_rng(0).standard_normal((9999, 2))).round(3).tolist()
    [0.044, 0.044]
    """
    statistics, null = np.asarray(statistics, dtype=float), np.asarray(null, dtype=float)
    if null.shape[1:] != statistics.shape or len(null) < 19 or np.isnan(statistics).any() or np.isnan(null).any():
        raise InputError(
            "adjust the p-values of several tests",
            found=f"{statistics.shape} statistics and {null.shape} simulated ones",
            allowed="K numbers, and at least 19 rows of K numbers",
            do="give a column of simulated statistics for each test",
        )
    order = np.argsort(-statistics, kind="stable")
    # The largest among a test and all that are smaller, on each panel.
    largest = np.maximum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
    beyond = (largest >= statistics[order]).sum(axis=0)
    adjusted = np.empty(len(order))
    adjusted[order] = np.maximum.accumulate((1 + beyond) / (1 + len(null)))
    return adjusted


def family_pvalues(pvalues, posed: Sequence[Posed | None], *, draws: int = 999, rng=0) -> np.ndarray:
    """Calibrated p-values adjusted by Romano and Wolf's step-down, with null panels that the tests share.

    Parameters
    ----------
    pvalues : array_like, shape (K,)
        The p-values as they are.
    posed : sequence of Posed or None
        What each test was put to; None for one whose null panels are not simulated here, which is taken as independent
        of all others (the cautious side: tests that agree count as fewer).
    draws : int
        Simulated panels.
    rng : int or numpy.random.Generator
        Source of randomness.

    Notes
    -----
    Every test is simulated from its own fitted null, as its own p-value was, but on shared innovations: each province
    and period of a source has a shock of its rate and a draw of its counting noise, which all tests on it share. A
    test on several provinces or on coarser periods takes their sum, so that totals and parts correlate as nested
    counts do. Statistics are put on one scale by their own rank among the panels.

    **Assumptions**: sources share nothing (the cautious side); shocks of provinces are as independent as incidents.
    """
    rng, pvalues = np.random.default_rng(rng), np.asarray(pvalues, dtype=float)
    if not len(pvalues):
        return pvalues
    null = np.empty((draws, len(pvalues)))
    groups: dict[str, list[int]] = {}
    for place, each in enumerate(posed):
        if each is None:
            null[:, place] = rng.permutation(draws)
        else:
            groups.setdefault(each.source, []).append(place)
    for members in groups.values():
        null[:, members] = _joint_tails([posed[place] for place in members], draws, rng)
    ranks = (1 + null.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")) / (draws + 1)
    return np.maximum(romano_wolf(-pvalues, -ranks), pvalues)


def _joint_tails(posed, draws, rng):
    """Tails of several tests on the counts of one source, on the same panels without an effect, shape (draws, K)."""
    letter = max((frequency_of(each.index) for each in posed), key=PER_YEAR.get)
    first = min(each.index[0].start_time for each in posed).to_period(letter)
    last = max(each.index[-1].end_time for each in posed).to_period(letter)
    finest = pd.period_range(first, last, freq=first.freq)
    places = sorted({name for each in posed for name in each.shares})
    shocks, noises = ({name: rng.standard_normal((draws, len(finest))) for name in places} for _ in range(2))
    tails = np.empty((draws, len(posed)))
    for number, each in enumerate(posed):
        null, pooled = each.null, _pooling(finest, each.index)
        shock, noise = (_weighted(parts, each.shares) @ pooled for parts in (shocks, noises))
        rate = null.mean * _latent(shock, null.omega, null.rho, null.times)
        above = null.model.weigh((poisson_quantiles(noise, rate) - null.mean) / null.model.root)[0]
        tails[:, number] = np.nan_to_num(tail_of(above, "two-sided"))
    return tails


def _weighted(parts, shares):
    """The standard normal of a total: that of each part by the root of its share."""
    whole = sum(shares.values())
    return sum(np.sqrt(share / whole) * parts[name] for name, share in shares.items())


def _pooling(finest, index):
    """What takes standard normals of the finest periods to those of the periods of a test, shape (finest, n)."""
    inside = (to_frequency(finest, frequency_of(index)).asi8[:, None] == index.asi8).astype(float)
    return inside / np.sqrt(inside.sum(axis=0))


def _latent(shock, omega, rho, times):
    """A latent log-normal AR(1) factor of mean one from shocks, shape (draws, n); see `simulate_counts`."""
    logged = np.log1p(omega)
    if logged == 0:
        return np.ones(shock.shape)
    inner = np.clip(np.log1p(max(omega * rho, -0.9)) / logged, -0.99, 0.99)
    factor = shock.copy()
    for t, gap in enumerate(np.diff(times), start=1):
        carried = np.sign(inner) ** gap * abs(inner) ** gap
        factor[:, t] = carried * factor[:, t - 1] + np.sqrt(1 - carried**2) * shock[:, t]
    return np.exp(np.sqrt(logged) * factor - logged / 2)


def poisson_quantiles(normal, mean) -> np.ndarray:
    """The counts at which Poisson distributions reach the probabilities of standard normal values.

    Parameters
    ----------
    normal, mean : numpy.ndarray
        Of one shape; the mean is above 0.

    Examples
    --------
    >>> poisson_quantiles(np.array([-1.0, 0.0, 2.0]), np.array([3.0, 3.0, 3.0])).tolist()
    [1.0, 3.0, 7.0]
    """
    wanted = ndtr(normal)
    # The Cornish-Fisher quantile is right or off by one; whatever is off is walked to where it belongs.
    counts = np.maximum(np.floor(mean + normal * np.sqrt(mean) + (normal**2 - 1) / 6 + 0.5), 0.0)
    low = np.flatnonzero(pdtr(counts, mean).ravel() < wanted.ravel())
    high = np.flatnonzero((counts > 0).ravel() & (pdtr(counts - 1, mean).ravel() >= wanted.ravel()))
    flat, wanted, mean = counts.ravel(), wanted.ravel(), np.broadcast_to(mean, counts.shape).ravel()
    while len(low):
        flat[low] += 1
        low = low[pdtr(flat[low], mean[low]) < wanted[low]]
    while len(high):
        flat[high] -= 1
        high = high[(flat[high] > 0) & (pdtr(flat[high] - 1, mean[high]) >= wanted[high])]
    return flat.reshape(counts.shape)
