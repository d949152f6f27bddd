"""What a test of change is worth on a panel: its false alarms, the coverage of its interval, and its power.

Panels are simulated from the series' own fitted null: its mean without the change, its dispersion, its serial
dependence, its exposure and gaps. Each simulated panel has a random stream of its own, so that results depend neither
on the order nor on the number of workers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import delayed
from scipy.special import ndtri

from trends.chance.change import Null, Question, ask, calibrate, hold, rest, simulate_twice, tail_of
from trends.chance.dependence import simulate_counts
from trends.chance.workers import shared
from trends.errors import ModelError

# Panels whose own critical values are simulated for a power curve; those of the others are interpolated.
_CALIBRATED = 48
# Panels that a process tries at a time.
_SHARED = 50
#: Rate ratios at which a power curve is drawn.
RATIOS = (1.25, 1.5, 2.0, 3.0, 5.0)


@dataclass(frozen=True)
class Trials:
    """The test repeated on many panels.

    Attributes
    ----------
    pvalues : numpy.ndarray, shape (R,)
        Calibrated p-values of no change; NaN where the test refused the panel.
    covered : numpy.ndarray of bool, shape (R,)
        Whether the interval holds the true value (it does where the test refused: it then says nothing).
    level : float
        Nominal coverage.
    """

    pvalues: np.ndarray
    covered: np.ndarray
    level: float

    @property
    def runs(self) -> int:
        """Panels."""
        return len(self.pvalues)

    @property
    def refused(self) -> int:
        """Panels that the test declined, for example without any event."""
        return int(np.isnan(self.pvalues).sum())

    @property
    def rejected(self) -> float:
        """The share of panels in which the test found a change; a refusal finds none."""
        return float((self.pvalues <= 1 - self.level + 1e-12).mean())

    @property
    def coverage(self) -> float:
        """The share of panels whose interval holds the true value."""
        return float(self.covered.mean())

    def error(self, rate: float) -> float:
        """The binomial standard error of a rate over these panels."""
        return float(np.sqrt(rate * (1 - rate) / len(self.pvalues)))


@dataclass(frozen=True)
class PowerCurve:
    """How often a change is found, by its size.

    Attributes
    ----------
    ratios, power : numpy.ndarray, shape (m,)
        Rate ratios, and the share of simulated panels in which the test finds a change.
    detectable_rise, detectable_fall : float
        The rate ratios nearest to one that are found with the target power. Infinite and 0 where none is.
    target : float
        That power.
    panels : int
        Simulated panels for each ratio.
    """

    ratios: np.ndarray
    power: np.ndarray
    detectable_rise: float
    detectable_fall: float
    target: float
    panels: int


def try_panels(
    question: Question,
    counts,
    *,
    truth=0.0,
    alternative="two-sided",
    level=0.95,
    draws=199,
    rng=0,
    jobs: int = 1,
    cluster: str | None = None,
) -> Trials:
    """Repeat the calibrated test, in full, on each of many panels.

    Parameters
    ----------
    question : Question
        Design, exposure and places in time, from `ask`.
    counts : array_like, shape (R, n)
        Counts of the watched periods, a panel a row.
    truth : float
        The true log rate ratio, for coverage.
    alternative, level, draws, rng
        As in `change_evidence`. Fewer draws cost the test a little power but not its level.
    jobs : int
        Processes to share the work.
    cluster : str, optional
        The address of a Dask scheduler whose workers do the work instead; see `trends.chance.workers.shared`.

    Returns
    -------
    Trials
        The same whoever did the work: each panel has a random stream of its own.
    """
    children = np.random.default_rng(rng).spawn(len(counts))
    counts = np.asarray(counts, dtype=float)
    parts = [slice(start, start + _SHARED) for start in range(0, len(counts), _SHARED)]
    calls = (delayed(_try_some)(question, counts[p], children[p], truth, alternative, level, draws) for p in parts)
    tried = [each for part in shared(calls, tasks=len(parts), jobs=jobs, cluster=cluster) for each in part]
    pvalues, covered = zip(*tried, strict=True)
    return Trials(np.array(pvalues), np.array(covered, dtype=bool), level)


def _try_some(question, counts, children, truth, *how):
    # One fit of all panels side by side takes as long as that of a few.
    fits = rest(question, counts), rest(question, counts, truth)
    return [
        _try(replace(question, counts=row), truth, *how, child, *params)
        for row, child, *params in zip(counts, children, *fits, strict=True)
    ]


def _try(question, truth, alternative, level, draws, rng, at_none, at_truth):
    try:
        null = hold(question, params=at_none)
        tails, again, _ = simulate_twice(null, alternative, draws, rng)
        tail = tail_of(null.above, alternative)
        pvalue, critical = calibrate(tail, tails, again, 1 - level)
        there = tail if truth == 0 else tail_of(hold(question, truth, at_truth).above, alternative)
    except ModelError:
        return np.nan, True
    return pvalue, there >= critical


def _panels(question, log_ratio, panels, rng):
    """Panels from the fitted null with a change of a known size."""
    null = hold(question)
    mean, omega, rho = _changed(question, null, log_ratio), np.full(panels, null.omega), np.full(panels, null.rho)
    return simulate_counts(mean, omega, rho, question.times, rng, question.pool)


def _changed(question, null, log_ratio):
    """The mean of the fitted null with a change: periods with the term's lowest value stay as they are."""
    return null.everywhere * np.exp(log_ratio * (question.term - question.term.min()))


def false_alarms(
    endog, exog, term, *, exposure=None, alternative="two-sided", level=0.95, panels=400, draws=199, rng=0
) -> Trials:
    """How often this test, on this very panel, finds a change where there is none.

    Parameters
    ----------
    endog, exog, term, exposure, alternative, level
        As in `change_evidence`.
    panels, draws : int
        Simulated panels, and series simulated by the test on each.
    rng : int or numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Trials
        ``rejected`` is the false-alarm rate; its standard error with 400 panels is about .011.

    Notes
    -----
    **Assumptions**: the panels come from the fitted null, so this says whether the test recovers from not knowing
    dispersion and dependence at this length. Other kinds of series are in docs/calibration.md.

    Examples
    --------
    >>> exog = np.column_stack([np.ones(36), np.arange(36) >= 24])
    >>> counts = np.random.default_rng(0).poisson(9.0, 36)
    >>> false_alarms(counts, exog, 1, panels=100, draws=99).rejected < 0.12
    True
    """
    more = {"alternative": alternative, "level": level, "panels": panels, "draws": draws, "rng": rng}
    return coverage(endog, exog, term, exposure=exposure, **more)


def coverage(
    endog, exog, term, *, ratio=1.0, exposure=None, alternative="two-sided", level=0.95, panels=400, draws=199, rng=0
) -> Trials:
    """How often the interval of this test, on this very panel, holds a change of a known rate ratio.

    Parameters are those of `false_alarms`, with ``ratio``, the true rate ratio for one unit of the term. ``coverage``
    of the result is the share of intervals that hold it, ``rejected`` the power against it.
    """
    question = ask(endog, exog, term, exposure)
    return trials_of(question, ratio=ratio, alternative=alternative, level=level, panels=panels, draws=draws, rng=rng)


def trials_of(question, *, ratio=1.0, alternative="two-sided", level=0.95, panels=400, rng=0, **how) -> Trials:
    """The same as `coverage`, for a `Question` that was asked already; ``how`` as in `try_panels`."""
    rng = np.random.default_rng(rng)
    counts, more = _panels(question, np.log(ratio), panels, rng), {"rng": rng, **how}
    return try_panels(question, counts, truth=float(np.log(ratio)), alternative=alternative, level=level, **more)


def power(
    endog,
    exog,
    term,
    *,
    ratios: Sequence[float] = RATIOS,
    target=0.8,
    exposure=None,
    alternative="two-sided",
    level=0.95,
    panels=500,
    draws=199,
    rng=0,
) -> PowerCurve:
    """How often this test, on this very panel, finds a change of a given size, and the smallest it finds.

    Parameters
    ----------
    endog, exog, term, exposure, alternative, level
        As in `change_evidence`.
    ratios : sequence of float
        Rate ratios above one; falls are tried at their inverses.
    target : float
        Power that the detectable ratios have.
    panels, draws : int
        Simulated panels for each ratio, and series simulated to calibrate.
    rng : int or numpy.random.Generator
        Source of randomness.

    Returns
    -------
    PowerCurve
        Ratios in rising order, one among them.

    Notes
    -----
    Two economies make this quick: panels of one ratio share the mean that they are expected to have without a
    change, and 48 of them have their critical value simulated, from which those of the others are interpolated over
    estimated variance and autocorrelation. `coverage` does without either; a test holds the two together.

    Examples
    --------
    >>> exog = np.column_stack([np.ones(60), np.arange(60) >= 40])
    >>> curve = power(np.random.default_rng(0).poisson(9.0, 60), exog, 1, panels=200, draws=99)
    >>> bool(curve.power[-1] > 0.95), 1 < curve.detectable_rise < 2
    (True, True)
    """
    question, sizes = ask(endog, exog, term, exposure), {"ratios": ratios, "target": target}
    return power_of(question, **sizes, alternative=alternative, level=level, panels=panels, draws=draws, rng=rng)


def power_of(
    question, *, ratios=RATIOS, target=0.8, alternative="two-sided", level=0.95, panels=500, draws=199, rng=0
) -> PowerCurve:
    """The same as `power`, for a `Question` that was asked already."""
    rng, up = np.random.default_rng(rng), np.sort(np.asarray(ratios, dtype=float))
    sizes = np.concatenate([-np.log(up[::-1]), [0.0], np.log(up)])
    found = shares_found(question, hold(question), sizes, alternative, level, panels, draws, rng)
    rise = _reach(sizes[sizes >= 0], found[sizes >= 0], target)
    fall = _reach(-sizes[sizes <= 0][::-1], found[sizes <= 0][::-1], target)
    return PowerCurve(np.exp(sizes), found, float(np.exp(rise)), float(np.exp(-fall)), target, panels)


def shares_found(question, fitted, sizes, alternative, level, panels, draws, rng):
    """The share of panels in which a change is found, for each of some sizes."""
    streams = rng.spawn(len(sizes))
    worlds = [_world(question, fitted, size, panels, stream) for size, stream in zip(sizes, streams, strict=True)]
    critical = _critical_values(worlds, alternative, level, draws, rng)
    return np.array([(tail_of(world.above, alternative) < critical(world)).mean() for world in worlds])


@dataclass(frozen=True)
class _World:
    """Panels with a change of one size, weighed at the mean that they are expected to have without it."""

    expected: Null
    above: np.ndarray
    omega: np.ndarray
    rho: np.ndarray

    def features(self):
        share = self.omega / (self.omega + np.mean(1 / self.expected.mean))
        return np.column_stack([np.ones(len(share)), share, share * self.rho])


def _world(question, fitted, size, panels, rng):
    mean = _changed(question, fitted, size)
    expected = hold(replace(question, counts=mean))
    omega, rho = np.full(panels, fitted.omega), np.full(panels, fitted.rho)
    counts = simulate_counts(mean, omega, rho, question.times, rng, question.pool)[:, expected.seen]
    above, omega, rho, _, _ = expected.model.weigh((counts - expected.mean) / expected.model.root)
    return _World(expected, above, omega, rho)


def _critical_values(worlds, alternative, level, draws, rng):
    """The critical value of a panel as a function of its estimated variance and autocorrelation, by least squares."""
    features, values = [], []
    for place in range(_CALIBRATED):
        world, one = worlds[place % len(worlds)], place // len(worlds)
        null = replace(world.expected, omega=world.omega[one], rho=world.rho[one])
        tails, again, _ = simulate_twice(null, alternative, draws, rng)
        features.append(world.features()[one])
        values.append(calibrate(1.0, tails, again, 1 - level)[1])
    slopes = np.linalg.lstsq(np.array(features), np.array(values), rcond=None)[0]
    low, high = np.quantile(values, [0.1, 0.9])
    return lambda world: np.clip(world.features() @ slopes, max(low, 1 / (draws + 1)), high)


def _reach(sizes, found, target):
    """The size at which a rising power curve crosses the target, between the points tried."""
    rising = np.maximum.accumulate(found)
    if rising[-1] < target:
        return np.inf
    after = int(np.argmax(rising >= target))
    if after == 0:
        return float(sizes[0])
    low, high = np.clip(rising[after - 1 : after + 1], 1e-3, 1 - 1e-3)
    share = (ndtri(target) - ndtri(low)) / max(ndtri(high) - ndtri(low), 1e-9)
    return float(sizes[after - 1] + np.clip(share, 0, 1) * (sizes[after] - sizes[after - 1]))
