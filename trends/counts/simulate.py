"""Series and panels of counts whose trend, season, break, dispersion and serial dependence are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import checked_arguments
from trends.counts.panel import Panel, partly_watched
from trends.errors import InputError

SHAPES = ("step", "slope", "pulse", "ramp")


@dataclass(frozen=True)
class Truth:
    """What a simulated series was made with.

    Parameters
    ----------
    mean : tuple of float
        Expected count of each period had it been watched in full, with trend, season and break, without the shocks.
    base, trend : float
        Expected count at the start, and the factor by which it changes in a year.
    season : tuple of float
        Factor of each season of the year; its geometric mean is 1.
    at, shape, rate_ratio, length : str, str, float, int
        First period of the new regime (empty: none), and what happens from there on.
    dispersion, autocorrelation, sd, feedback : float, float, float, tuple of float
        See `simulate_series`.
    """

    mean: tuple[float, ...]
    base: float
    trend: float
    season: tuple[float, ...]
    at: str
    shape: str
    rate_ratio: float
    length: int
    dispersion: float
    autocorrelation: float
    sd: float
    feedback: tuple[float, float]


@checked_arguments
def simulate_series(
    n: int = 60,
    *,
    first: Any = "2015-01",
    freq: str = "M",
    base: float = 10.0,
    trend: float = 1.0,
    season: Sequence[float] | float = 1.0,
    at: Any = None,
    rate_ratio: float = 1.0,
    shape: str = "step",
    length: int = 3,
    dispersion: float = 0.0,
    autocorrelation: float = 0.0,
    sd: float = 0.0,
    feedback: tuple[float, float] = (0.0, 0.0),
    exposure: Mapping[str, float] | None = None,
    rng: int | np.random.Generator = 0,
) -> pd.Series:
    """A series of counts that is made, not found, with the truth about it in ``attrs["truth"]``.

    Parameters
    ----------
    n : int
        Number of periods.
    first, freq : str
        The first period and the frequency.
    base : float
        Expected count of the first period, before season and break.
    trend : float
        Factor by which the expected count changes in a year; 1 is flat.
    season : sequence of float or float
        Factor of each period of a year (12 for months), scaled to a geometric mean of 1; or one number, the factor of
        the highest above the mean of a yearly cosine that peaks at mid-year.
    at : str, optional
        First period of the new regime.
    rate_ratio : float
        What the break does: with ``"step"`` the factor from ``at`` on; ``"pulse"`` the same for ``length`` periods;
        ``"ramp"`` reached in equal steps of the logarithm after ``length`` periods and kept; ``"slope"`` the extra
        factor a year.
    shape, length : {"step", "slope", "pulse", "ramp"}, int
        See ``rate_ratio``.
    dispersion : float
        Of the negative binomial (NB2): the variance is ``mu + dispersion mu^2``. 0 is Poisson.
    autocorrelation, sd : float
        Of a latent AR(1) in the logarithm of the rate, with standard deviation ``sd`` and mean 1 on the scale of
        the rate.
    feedback : (float, float)
        Of an INGARCH(1, 1) on the ratio of rate to ``mean``: weight of the last count and of the last rate; their
        sum is below 1.
    exposure : mapping of str to float, optional
        Share of a period that was watched; 0 leaves it NaN. Default: all of every period.
    rng : numpy.random.Generator or int
        Where the chance comes from.

    Returns
    -------
    pandas.Series
        Counts on a PeriodIndex, shape ``(n,)``; ``attrs`` has ``truth`` and ``exposure``.

    Raises
    ------
    InputError
        Where a number is outside its range or a period outside the series.

    Notes
    -----
    The expected count is ``mean`` whatever the dispersion and dependence: they change how far counts stray, not
    where to.

    References
    ----------
    Zeger (1988), Biometrika 75:4, for the latent process; Fokianos, Rahbek & Tjøstheim (2009), Journal of the
    American Statistical Association 104:488, for the feedback.

    Examples
    --------
    >>> series = simulate_series(48, at="2017-01", rate_ratio=2.0, rng=1)
    >>> bool(series.iloc[24:].mean() > 1.5 * series.iloc[:24].mean())
    True
    >>> series.attrs["truth"].mean[23:25]
    (10.0, 20.0)
    """
    rng = _generator(rng)
    index = _index(n, first, freq)
    truth = _truth(index, base, trend, season, at, rate_ratio, shape, length, dispersion, autocorrelation, sd, feedback)
    shock = latent(n, autocorrelation, sd, rng)
    shares = _shares(index, exposure)
    counts = drawn(np.array(truth.mean) * shock, shares, dispersion, feedback, rng)
    series = pd.Series(counts, index=index, name="simulated")
    series.attrs = {"exposure": partly_watched(pd.Series(shares, index)), "truth": truth}
    return series


@checked_arguments
def simulate_panel(
    provinces: int | Sequence[str] = 6,
    n: int = 60,
    *,
    first: Any = "2015-01",
    freq: str = "M",
    base: float | Sequence[float] = 10.0,
    trend: float = 1.0,
    season: Sequence[float] | float = 1.0,
    at: Any = None,
    rate_ratio: float | Sequence[float] = 1.0,
    shape: str = "step",
    length: int = 3,
    dispersion: float = 0.0,
    autocorrelation: float = 0.0,
    sd: float = 0.0,
    feedback: tuple[float, float] = (0.0, 0.0),
    common_sd: float = 0.0,
    exposure: Mapping[str, Mapping[str, float]] | None = None,
    rng: int | np.random.Generator = 0,
) -> Panel:
    """A panel of counts that is made, not found, with the truth by province in ``counts.attrs["truth"]``.

    Parameters
    ----------
    provinces : int or sequence of str
        Their names, or how many (``Province 1`` and so on).
    base, rate_ratio : float or sequence of float
        One for all provinces or one each: with a ratio of 1 a province is untouched by the break.
    common_sd : float
        Standard deviation of a shock to the logarithm of the rate that all provinces share, with the same
        ``autocorrelation`` as their own; 0 leaves them independent.
    exposure : mapping, optional
        For a province, its exposure as in `simulate_series`.
    n, first, freq, trend, season, at, shape, length, dispersion, autocorrelation, sd, feedback, rng
        As in `simulate_series`, for every province.

    Returns
    -------
    Panel
        ``counts.attrs["truth"]`` is a dict of `Truth` by province.

    Raises
    ------
    InputError
        As `simulate_series`, or where a sequence has not one value a province.

    Examples
    --------
    >>> panel = simulate_panel(["Diyala", "Anbar"], 24, at="2016-01", rate_ratio=[3.0, 1.0], rng=1)
    >>> panel.counts.attrs["truth"]["Anbar"].rate_ratio
    1.0
    """
    rng = _generator(rng)
    index = _index(n, first, freq)
    _within("n times provinces", n * (provinces if isinstance(provinces, int) else len(provinces)), 1, 5_000_000)
    names = (
        [f"Province {place}" for place in range(1, provinces + 1)] if isinstance(provinces, int) else list(provinces)
    )
    bases, ratios = _each(base, names, "base"), _each(rate_ratio, names, "rate_ratio")
    unknown = [name for name in exposure or {} if name not in names]
    if unknown:
        raise InputError("simulate a panel", found=repr(unknown[0]), allowed=", ".join(names), do="name one of these")
    common = latent(n, autocorrelation, common_sd, rng)
    counts, shares, truths = {}, {}, {}
    for name, own, ratio in zip(names, bases, ratios, strict=True):
        truth = _truth(index, own, trend, season, at, ratio, shape, length, dispersion, autocorrelation, sd, feedback)
        shock = common * latent(n, autocorrelation, sd, rng)
        shares[name] = _shares(index, (exposure or {}).get(name))
        counts[name] = drawn(np.array(truth.mean) * shock, shares[name], dispersion, feedback, rng)
        truths[name] = truth
    table = pd.DataFrame(counts, index)
    table.attrs["truth"] = truths
    return Panel(table, pd.DataFrame(shares, index), "simulated")


def latent(n: int, autocorrelation: float, sd: float, rng: np.random.Generator) -> np.ndarray:
    """A stationary log-normal AR(1) factor with mean 1, shape ``(n,)``."""
    _within("autocorrelation", autocorrelation, -0.999, 0.999)
    _within("sd", sd, 0, 10)
    if sd == 0:
        return np.ones(n)
    noise = rng.standard_normal(n)
    state = np.empty(n)
    state[0] = noise[0]
    for t in range(1, n):
        state[t] = autocorrelation * state[t - 1] + np.sqrt(1 - autocorrelation**2) * noise[t]
    return np.exp(sd * state - sd**2 / 2)


def drawn(
    rate: np.ndarray, shares: np.ndarray, dispersion: float, feedback: tuple[float, float], rng: np.random.Generator
) -> np.ndarray:
    """Counts drawn from a rate, shape ``(n_periods,)``: NaN where nothing was watched."""
    news, memory = feedback
    for name, value in (("feedback", min(news, memory)), ("the sum of feedback", news + memory)):
        _within(name, value, 0, 0.999)
    counts, ratio = np.empty(len(rate)), 1.0
    for t, (mu, share) in enumerate(zip(rate, shares, strict=True)):
        mean = mu * ratio
        # The gamma mixture belongs to the period, not to its watched part: what was missed is thinned from the whole.
        level = rng.gamma(1 / dispersion, dispersion * mean) if dispersion > 0 else mean
        seen = rng.poisson(level * share)
        whole = seen + rng.poisson(level * (1 - share))
        counts[t] = seen if share > 0 else np.nan
        ratio = (1 - news - memory) + news * whole / mu + memory * ratio
    return counts


def _truth(
    index: pd.PeriodIndex,
    base: float,
    trend: float,
    season: Sequence[float] | float,
    at: Any,
    rate_ratio: float,
    shape: str,
    length: int,
    dispersion: float,
    autocorrelation: float,
    sd: float,
    feedback: tuple[float, float],
) -> Truth:
    for name, value in (("base", base), ("trend", trend), ("rate_ratio", rate_ratio), ("length", length)):
        _positive(name, value)
    _within("dispersion", dispersion, 0, 100)
    if not isinstance(shape, str) or shape not in SHAPES:
        raise InputError(
            "simulate counts", found=f"shape={shape!r}", allowed=", ".join(SHAPES), do="choose one of these"
        )
    letter = periods.frequency_of(index)
    years = np.arange(len(index)) / periods.PER_YEAR[letter]
    factors = _season(season, letter)
    log_mean = np.log(base) + np.log(trend) * years
    if len(factors) > 1:
        log_mean += np.log(factors)[_place_in_year(index, letter)]
    label = ""
    if at is not None:
        when = periods.period(at, letter)
        if when not in index:
            raise InputError(
                "simulate counts",
                found=f"at={at!r}",
                allowed=f"{periods.label_of(index[0])} to {periods.label_of(index[-1])}",
                do="put the break within the series",
            )
        label = periods.label_of(when)
        log_mean += np.log(rate_ratio) * break_shape(len(index), index.get_loc(when), shape, length, letter)
    return Truth(
        tuple(np.exp(log_mean).round(12).tolist()),
        float(base),
        float(trend),
        tuple(factors.tolist()),
        label,
        shape,
        float(rate_ratio),
        int(length),
        float(dispersion),
        float(autocorrelation),
        float(sd),
        (float(feedback[0]), float(feedback[1])),
    )


def break_shape(n: int, start: int, shape: str, length: int, freq: str) -> np.ndarray:
    """How much of the logarithm of the rate ratio is in force in each period, shape ``(n,)``; see `simulate_series`."""
    since = np.arange(n) - start + 1.0
    if shape == "step":
        return (since > 0).astype(float)
    if shape == "pulse":
        return ((since > 0) & (since <= length)).astype(float)
    if shape == "ramp":
        return np.clip(since / length, 0, 1)
    return np.maximum(since, 0) / periods.PER_YEAR[freq]


def _season(season: Sequence[float] | float, letter: str) -> np.ndarray:
    size = round(periods.PER_YEAR[letter])
    if not isinstance(season, Sequence):
        _positive("season", season)
        if season == 1:
            return np.ones(1)
        return np.exp(np.log(season) * np.cos(2 * np.pi * ((np.arange(size) + 0.5) / size - 0.5)))
    factors = np.asarray(season, dtype=float)
    if len(factors) != size or not (factors > 0).all():
        raise InputError(
            "simulate counts",
            found=f"{len(factors)} seasonal factors from {factors.min(initial=np.inf):g} up",
            allowed=f"{size} positive ones",
            do="give one for each period of the year",
        )
    return factors / np.exp(np.log(factors).mean())


def _place_in_year(index: pd.PeriodIndex, letter: str) -> np.ndarray:
    day = index.start_time.day_of_year.to_numpy() - 1
    place = {"M": index.month - 1, "Q": index.quarter - 1, "D": day, "W": day // 7, "Y": day * 0}[letter[0]]
    return np.minimum(np.asarray(place), round(periods.PER_YEAR[letter]) - 1)


def _index(n: int, first: Any, freq: str) -> pd.PeriodIndex:
    _within("n", n, 1, 100_000)
    start = periods.span(first, first, freq)[0]
    return pd.period_range(start, periods=int(n), name="period")


def _shares(index: pd.PeriodIndex, exposure: Mapping[str, float] | None) -> np.ndarray:
    shares = pd.Series(1.0, index=index)
    for label, share in (exposure or {}).items():
        _within(f"the exposure of {label}", share, 0, 1)
        when = periods.period(label, periods.frequency_of(index))
        if when not in index:
            raise InputError(
                "simulate counts", found=f"an exposure of {label}", allowed="periods of the series", do="leave it out"
            )
        shares[when] = share
    return shares.to_numpy()


def _each(value: Sequence[float] | float, names: list[str], what: str) -> np.ndarray:
    values = (
        np.broadcast_to(np.asarray(value, dtype=float), (len(names),)) if np.ndim(value) == 0 else np.asarray(value)
    )
    if len(values) != len(names):
        raise InputError(
            "simulate a panel",
            found=f"{len(values)} values of {what}",
            allowed=f"one or {len(names)}",
            do="give one each",
        )
    return values


def _generator(rng: int | np.random.Generator) -> np.random.Generator:
    if not isinstance(rng, np.random.Generator) and rng < 0:
        allowed = "a whole number from 0 up, or a numpy.random.Generator"
        raise InputError("simulate counts", found=f"rng={rng}", allowed=allowed, do="choose one of these")
    return np.random.default_rng(rng)


def _positive(name: str, value: float) -> None:
    if not 0 < value < np.inf:
        raise InputError(
            "simulate counts", found=f"{name}={value:g}", allowed="a number above 0", do="choose another one"
        )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(
            "simulate counts", found=f"{name}={value:g}", allowed=f"{low:g} to {high:g}", do="choose another one"
        )
