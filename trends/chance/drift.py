"""How the share of incidents that a counter sees drifts from one span to another, learned from pairs of counters."""

import csv
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np

from trends.chance.world import world_country
from trends.fits.options import checked_whole
from trends.loading import later

fft = later("scipy.fft")
gammainccinv = later("scipy.special.gammainccinv")

#: Log ratios on which likelihoods and posteriors are kept: from 1 to 400 up to 400 to 1, a step of half a per cent.
STEP = 0.005
GRID = np.arange(-1200, 1201) * STEP
# A t distribution as normals of equal weight, at the middles of its variance's quantiles: with fewer its tails are cut.
_QUANTILES = (np.arange(64) + 0.5) / 64


@dataclass(frozen=True)
class Span:
    """A run of months: how many months after some month zero it begins, and how many it has.

    Examples
    --------
    >>> Span(3, 3).months
    3
    """

    start: int
    months: int

    def __post_init__(self) -> None:
        checked_whole(self.months, "compare two spans", "months", 1)


@dataclass(frozen=True)
class DriftProcess:
    """The log share of incidents that a counter sees: a slow mean-reverting process and monthly noise.

    Attributes
    ----------
    sigma : float
        Standard deviation of the slow part, in log units, for a counter of `size` incidents a month.
    length : float
        Months after which its correlation has fallen to 1/e.
    month : float
        Standard deviation of the monthly noise, for the same counter.
    nu : float
        Degrees of freedom of the t distribution that the change between two spans has.
    exponent : float
        A counter that records m incidents a month drifts by ``(m / size) ** -exponent`` times as much.
    size : float
        Incidents a month to which sigma and month belong.

    Notes
    -----
    The slow part is an Ornstein-Uhlenbeck process. What is learned from pairs of counters is what they do not have in
    common; a drift that all counters share leaves no trace in any pair (`trends.chance.counters.realised`).

    Examples
    --------
    >>> process = DriftProcess(sigma=0.5, length=31.0, month=0.06, nu=2.3, exponent=0.0, size=30.0)
    >>> round(process.scale(Span(0, 3), Span(3, 3), 30.0), 2)
    0.18
    >>> round(process.scale(Span(0, 12), Span(12, 12), 30.0), 2)
    0.31
    """

    sigma: float
    length: float
    month: float
    nu: float
    exponent: float
    size: float

    def scale(self, first: Span, second: Span, monthly: float) -> float:
        """Scale of the change in a counter's log share seen between two spans.

        Parameters
        ----------
        first, second : Span
        monthly : float
            Incidents a month that the counter records over the two spans.

        Returns
        -------
        float
            In log units, of a t distribution with `nu` degrees of freedom.
        """
        times = np.r_[first.start + np.arange(first.months), second.start + np.arange(second.months)]
        weights = np.r_[np.full(first.months, -1.0 / first.months), np.full(second.months, 1.0 / second.months)]
        apart = np.abs(times[:, None] - times)
        covariance = self.sigma**2 * np.exp(-apart / self.length) + self.month**2 * (apart == 0)
        # Below one incident a month and above a thousand no pair was watched: the curve is held level there.
        seen = min(max(monthly, 1.0), 1000.0)
        return float(math.sqrt(max(weights @ covariance @ weights, 0.0)) * (seen / self.size) ** -self.exponent)


def t_kernel(scale: float, nu: float, step: float = STEP) -> np.ndarray:
    """Probabilities of a t distribution around 0, on steps of the grid.

    Parameters
    ----------
    scale : float
        In log units.
    nu : float
        Degrees of freedom; infinity for a normal.
    step : float
        Of the grid, in log units.

    Returns
    -------
    numpy.ndarray, shape (2 m + 1,)

    Examples
    --------
    >>> round(float(t_kernel(0.3, 4.0).sum()), 6)
    1.0
    """
    # One side of it, as the other is the same.
    grid = np.arange(round(6 / step) + 1) * step
    sd = np.maximum(scale * _deviations(nu), step)
    density = (np.exp(-0.5 * (grid[:, None] / sd) ** 2) / sd).mean(1)
    density = np.concatenate([density[:0:-1], density])
    return density / density.sum()


@lru_cache(maxsize=64)
def _deviations(nu: float) -> np.ndarray:
    """Standard deviations of normals in equal shares whose mixture is a t distribution."""
    # Their variances are distributed as an inverse gamma.
    return np.sqrt(1.0 / gammainccinv(nu / 2, _QUANTILES) * (nu / 2)) if np.isfinite(nu) else np.ones(1)


def smooth(density: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """A density on the grid, convolved with a kernel on the same step.

    Examples
    --------
    >>> bool(np.isclose(smooth(np.eye(1, 2401, 1200)[0], t_kernel(0.2, 4.0)).sum(), 1.0))
    True
    """
    # Beyond the grid a likelihood goes on as at its end: a count of none is compatible with any fall.
    wide = np.pad(density, len(kernel) // 2, mode="edge")
    size = fft.next_fast_len(len(wide), real=True)
    spread = fft.irfft(fft.rfft(wide, size) * fft.rfft(kernel, size), size)
    # What comes around from the end to the beginning lies before the first place that the whole kernel covers.
    return np.maximum(spread[len(kernel) - 1 : len(wide)], 0.0)


def below(density: np.ndarray, value: float) -> float:
    """Probability of less than a value, the mass of each step of the grid lying evenly over it.

    Examples
    --------
    >>> even = np.full(len(GRID), 1 / len(GRID))
    >>> round(below(even, 0.0), 6), below(even, -np.inf), round(below(even, np.inf), 6)
    (0.5, 0.0, 1.0)
    """
    return float(np.interp(value, GRID + STEP / 2, np.cumsum(density), left=0.0))


def quantile(density: np.ndarray, probability: float) -> float:
    """Value of the grid below which a probability lies, half a step of which is no more than a quarter of a percent."""
    return float(np.interp(probability, np.cumsum(density), GRID))


def thinning_likelihood(before: float, after: float, offset: float, grid: np.ndarray = GRID) -> np.ndarray:
    """Likelihood of the log ratio of two rates of which a counter recorded two counts.

    Given what the counter recorded in both spans together, the second count is binomial, so that zeros need no half.

    Parameters
    ----------
    before, after : float
        Counts.
    offset : float
        Log of the second span's length over the first's.
    grid : numpy.ndarray
        Log ratios.

    Returns
    -------
    numpy.ndarray, shape of grid
        At most 1.

    Examples
    --------
    >>> float(GRID[thinning_likelihood(10, 20, 0.0).argmax()]).__round__(1)
    0.7
    """
    odds = grid + offset
    log_likelihood = -after * np.logaddexp(0.0, -odds) - before * np.logaddexp(0.0, odds)
    return np.exp(log_likelihood - log_likelihood.max())


@cache
def _table() -> dict[str, DriftProcess]:
    text = (resources.files("trends.chance") / "counter_drift.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    fields = ("sigma", "length", "month", "nu", "exponent", "size")
    return {row["without"]: DriftProcess(*(float(row[name]) for name in fields)) for row in rows}


def learned_drift(without: str | None = None) -> DriftProcess:
    """The drift process learned from pairs of counters, the country in question left out.

    Parameters
    ----------
    without : str, optional
        The country that the claim is about, by its ISO 3166 code or its name. One that no pair covers
        leaves nothing out.

    Returns
    -------
    DriftProcess

    Raises
    ------
    trends.errors.InputError
        If no country is known by the name.

    References
    ----------
    GTD: START, University of Maryland. RAND: RAND Database of Worldwide Terrorism Incidents. GED: Sundberg & Melander
    2013, Journal of Peace Research 50(4). SIGACTs: Berman, Shapiro & Felter 2011, Journal of Political Economy 119(4).

    Examples
    --------
    >>> learned_drift("IQ") == learned_drift()
    False
    >>> learned_drift("Iceland") == learned_drift()
    True
    """
    return _table().get(world_country(without) if without else "", _table()[""])
