"""What the intervals of totals are worth on the counts they are read off: simulated error rates, a few ms a link.

Each simulation repeats the whole way to the interval: a reference series is drawn, its spread is estimated anew, the
totals are drawn with the true spread, and the interval is read at the number of incidents that the estimate gives. A
spread known from two dozen periods makes intervals too short: by how much the variance must be stretched is found on
one set of simulated totals, and what the interval then is worth is told from another.
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
from scipy.special import betainc, betaincc, betaincinv, ndtr, pdtr, pdtrc

from trends.chance.dependence import simulate_counts
from trends.chance.evidence import Evidence
from trends.chance.totals import Spread, excess_of, rate_spreads, ratio_excess, share_spreads
from trends.fits.batch import fit_poisson

RUNS = 400
_TARGET = 0.8
# Multiples of a rate, a count or of the odds of a share at which the power is simulated.
_SIZES = np.array([1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0])
_LARGEST = 20.0
# Factors by which the variance may have to be stretched because its estimate is one; beyond, nothing would be left.
_STRETCHES = np.concatenate([[1.0], np.geomspace(1.05, 12.0, 40)])


@dataclass(frozen=True)
class Rates:
    """The error rates of one test, under the names that `trends.chance.evidence.Evidence` has for them."""

    false_alarms: float
    coverage: float
    power: float | None
    detectable: float
    runs: int
    stretch: float = 1.0

    @property
    def rejected(self) -> float:
        """The false-alarm rate, by the name that `trends.chance.calibration.Trials` has for it."""
        return self.false_alarms

    def error(self, rate: float) -> float:
        """The binomial standard error of a rate over these runs."""
        return float(np.sqrt(rate * (1 - rate) / self.runs))


def with_rates(evidence: Evidence, rates: Rates | None) -> Evidence:
    """Evidence with the error rates of its test, where there are any."""
    if rates is None:
        return evidence
    named = {name: value for name, value in asdict(rates).items() if name != "stretch"}
    return replace(evidence, **named)


def stretched(outside, level=0.95) -> float:
    """The least factor on the variance at which an interval excludes a true value no more often than it may.

    ``outside`` gives, for a factor, whether each simulated interval lies above or below the truth.
    """
    for factor in _STRETCHES:
        if np.logical_or(*outside(factor)).mean() <= 1 - level:
            return float(factor)
    return float(_STRETCHES[-1])


def share_outside(part, whole, excess, share, level=0.95):
    """Whether intervals of shares lie wholly above, and wholly below, a value: two arrays of bool.

    The same intervals as `trends.chance.totals.share_interval`, asked by their tails, which is ten times as quick as
    their bounds.
    """
    worth, tail = 1 + excess, (1 - level) / 2
    hits, misses = part / worth, (whole - part) / worth
    # A part of 0 or of the whole has the end of the interval at 0 or 1: the tail beyond it is no matter of numbers.
    above = (part > 0) & (betainc(np.maximum(hits, 1e-300), misses + 1, share) < tail)
    return above, (part < whole) & (betaincc(hits + 1, np.maximum(misses, 1e-300), share) < tail)


def reached(found, sizes=_SIZES, target=_TARGET) -> float:
    """The size at which a rising power curve reaches the target, between those tried on a log scale; or infinity."""
    rising = np.maximum.accumulate(found)
    if rising[-1] < target:
        return np.inf
    after = int(np.argmax(rising >= target))
    low = (0.0, 0.0) if after == 0 else (rising[after - 1], np.log(sizes[after - 1]))
    share = (target - low[0]) / max(rising[after] - low[0], 1e-9)
    return float(np.exp(low[1] + share * (np.log(sizes[after]) - low[1])))


@dataclass(frozen=True, eq=False)
class Reference:
    """A series by which the spread of a rate was judged: its fitted means (n,), the design (n, k), and the spread."""

    expected: np.ndarray
    design: np.ndarray
    spread: Spread


def ratio_rates(totals, days, n_periods, reference: Reference, *, bar: float, rises: bool, rng=0) -> Rates:
    """The error rates of `trends.chance.totals.ratio_evidence`.

    Parameters
    ----------
    totals, days, n_periods : (float, float)
        Counts, days and periods of the later and the earlier span, as they went into the interval.
    reference : Reference
        The series that the spread was learned from.
    bar : float
        The ratio above 1 that would matter; ``power`` is that against it, or against its inverse.
    rises : bool
        Whether a rise is claimed, so that rises (else falls) are looked for.
    rng : int or numpy.random.Generator
        Source of randomness.

    Notes
    -----
    **Assumptions**: the spans follow upon each other, with a latent AR(1) rate of the estimated variance and
    autocorrelation; the reference series is another stretch of the same process.
    """
    rng, spread = np.random.default_rng(rng), reference.spread
    omega, rho = np.full(RUNS, spread.variance), np.full(RUNS, spread.autocorrelation)
    drawn = simulate_counts(reference.expected, omega, rho, np.arange(len(reference.expected)), rng)
    fitted = np.exp(fit_poisson(drawn, reference.design).params @ reference.design.T)
    learned = rate_spreads(drawn.astype(float), fitted, reference.design.shape[1])
    per_day = max(sum(totals), 1) / sum(days)
    later, earlier = n_periods

    def drawn(ratio):
        mean = per_day * np.repeat([days[1] / earlier, ratio * days[0] / later], [earlier, later])
        counts = simulate_counts(mean, omega, rho, np.arange(earlier + later), rng)
        return counts[:, earlier:].sum(axis=1), counts[:, :earlier].sum(axis=1)

    def outside(spans, tested, stretch):
        a, b = spans
        excess = stretch * (1 + ratio_excess(a, b, n_periods, learned)) - 1
        above, below = share_outside(a, a + b, excess, tested * days[0] / (tested * days[0] + days[1]))
        # Nothing in either span is no evidence.
        return above & (a + b > 0), below & (a + b > 0)

    side, way = (0, 1.0) if rises else (1, -1.0)
    same = drawn(1.0)
    factor = stretched(lambda each: outside(same, 1.0, each))
    observed = float(np.clip(totals[0] / max(totals[1], 0.5) * days[1] / days[0], 1 / _LARGEST, _LARGEST))
    size = reached([outside(drawn(ratio**way), 1.0, factor)[side].mean() for ratio in _SIZES])
    return Rates(
        float(np.logical_or(*outside(drawn(1.0), 1.0, factor)).mean()),
        1 - float(np.logical_or(*outside(drawn(observed), observed, factor)).mean()),
        float(outside(drawn(bar**way), 1.0, factor)[side].mean()),
        size**way,
        RUNS,
        factor,
    )


def simulate_parts(share: float, wholes, spread: Spread, rng) -> np.ndarray:
    """The part of some totals that falls to a share, more variable than binomial and serially dependent, (RUNS, n).

    Beta-binomial, the probabilities of successive periods tied by a Gaussian AR(1).
    """
    wholes = np.asarray(wholes, dtype=int)
    if spread.variance <= 0:
        return rng.binomial(wholes, share, (RUNS, len(wholes)))
    alike = np.clip(spread.variance / np.maximum(wholes - 1, 1), 1e-6, 0.95)
    size = 1 / alike - 1
    # The autocorrelation was that of shares with their counting noise, the latent one is larger.
    carried = min(spread.autocorrelation * (1 + spread.variance) / spread.variance, 0.95)
    normal = rng.standard_normal((RUNS, len(wholes)))
    for t in range(1, len(wholes)):
        normal[:, t] = carried * normal[:, t - 1] + np.sqrt(1 - carried**2) * normal[:, t]
    latent = betaincinv(share * size, (1 - share) * size, ndtr(normal))
    return rng.binomial(wholes, np.clip(np.nan_to_num(latent, nan=share), 0, 1))


@dataclass(frozen=True, eq=False)
class Shares:
    """A total with the share of a part in it, and the periods by which the spread of that share was judged.

    ``part`` and ``whole`` are the total's, over ``n_periods``; ``parts`` and ``wholes``, shape (n,), the reference's.
    """

    part: float
    whole: float
    n_periods: int
    parts: np.ndarray
    wholes: np.ndarray
    spread: Spread

    def learned(self, rng) -> Spread:
        """The spreads estimated on series like the reference: a `Spread` of arrays, shape (RUNS,)."""
        seen = np.isfinite(self.parts) & (np.nan_to_num(self.wholes) > 0)
        wholes = self.wholes[seen].astype(int)
        share = float(np.clip(self.parts[seen].sum() / wholes.sum(), 1e-3, 1 - 1e-3))
        return share_spreads(simulate_parts(share, wholes, self.spread, rng).astype(float), wholes[None] * 1.0)

    def drawn(self, share: float, whole: float, rng) -> tuple[np.ndarray, int]:
        """Totals of the part where its share is a given one, shape (RUNS,), and of the whole."""
        whole = max(round(whole), 1)
        each = np.diff(np.linspace(0, whole, self.n_periods + 1).round().astype(int))
        return simulate_parts(share, each, self.spread, rng).sum(axis=1), whole


def share_rates(counted: Shares, number: float, *, within: float, rises: bool, rng=0) -> Rates | None:
    """The error rates of `trends.chance.totals.share_evidence` against a stated share; None for a share of 0 or 1.

    ``false_alarms`` is how often the interval excludes the stated share where it is true, ``power`` how often where the
    truth is off by ``within`` on the side of ``rises``, ``detectable`` the nearest share told from it.
    """
    if not 0 < number < 1:
        return None
    rng = np.random.default_rng(rng)
    worth = 1 + excess_of(counted.learned(rng), counted.n_periods)
    way, side = (1.0, 0) if rises else (-1.0, 1)
    part, whole = counted.drawn(number, counted.whole, rng)
    factor = stretched(lambda each: share_outside(part, whole, each * worth - 1, number))

    def outside(truth, tested):
        part, whole = counted.drawn(truth, counted.whole, rng)
        return share_outside(part, whole, factor * worth - 1, tested)

    def moved(odds):
        return number * odds / (1 - number + number * odds)

    observed = float(np.clip(counted.part / counted.whole, 0.01, 0.99))
    size = reached([outside(moved(odds**way), number)[side].mean() for odds in _SIZES])
    off = float(np.clip(number + way * within, 0.005, 0.995))
    return Rates(
        float(np.logical_or(*outside(number, number)).mean()),
        1 - float(np.logical_or(*outside(observed, observed)).mean()),
        float(outside(off, number)[side].mean()),
        float(moved(size**way)) if np.isfinite(size) else np.inf,
        RUNS,
        factor,
    )


def first_place_rates(pairs: list[Shares], level: float = 0.95, rivals: int | None = None, rng=0) -> Rates:
    """The error rates of `trends.chance.totals.first_place_evidence`: a tie with the strongest rival is its null.

    Parameters
    ----------
    pairs : list of Shares
        The province against each rival that could be ahead, the strongest first.
    level : float
        Of the interval.
    rivals : int, optional
        How many rivals there are in all; by default these.
    rng : int or numpy.random.Generator
        Source of randomness.
    """
    rng = np.random.default_rng(rng)
    strict, strongest = 1 - (1 - level) / (rivals or len(pairs)), max(pairs[0].whole - pairs[0].part, 1.0)
    worths = [1 + excess_of(pair.learned(rng), pair.n_periods) for pair in pairs]

    def drawn(ratio):
        seed = int(rng.integers(2**32))
        for pair in pairs:
            own, rival = ratio * strongest, pair.whole - pair.part
            # The province's good periods are good against every rival: the same stream for all.
            share = min(own / (own + rival), 1 - 1e-6)
            yield pair.drawn(share, own + rival, np.random.default_rng(seed))

    def outside(counted, tested, stretch):
        ahead, behind, share = np.ones(RUNS, bool), np.zeros(RUNS, bool), tested / (1 + tested)
        for (part, whole), worth in zip(counted, worths, strict=True):
            ahead &= share_outside(part, whole, stretch * worth - 1, share, level)[0]
            behind |= share_outside(part, whole, stretch * worth - 1, share, strict)[1]
        return ahead, behind

    tied = list(drawn(1.0))
    factor = stretched(lambda each: outside(tied, 1.0, each))
    observed = float(np.clip(pairs[0].part / strongest, 1 / _LARGEST, _LARGEST))
    return Rates(
        float(np.logical_or(*outside(drawn(1.0), 1.0, factor)).mean()),
        1 - float(np.logical_or(*outside(drawn(observed), observed, factor)).mean()),
        None,
        reached([outside(drawn(ratio), 1.0, factor)[0].mean() for ratio in _SIZES]),
        RUNS,
        factor,
    )


def count_rates(number: float, sources: int, estimate: float, *, within: float, rises: bool, level=0.95, rng=0):
    """The error rates of `trends.chance.totals.count_evidence` against a stated number of incidents, as `Rates`.

    Each of the sources is a Poisson count of the same mean; None for a number of 0.
    """
    if number <= 0:
        return None
    rng, tail = np.random.default_rng(rng), (1 - level) / 2
    way, side = (1.0, 0) if rises else (-1.0, 1)

    def outside(mean, tested):
        counts = rng.poisson(mean, (RUNS, sources))
        above = (counts > 0) & (pdtrc(np.maximum(counts - 1, 0), tested) < tail)
        return above.all(axis=1), (pdtr(counts, tested) < tail).all(axis=1)

    # Large numbers are told apart by a few percent, small ones by multiples.
    sizes = np.exp(np.linspace(0.02, np.log(10), 40))
    size = reached([outside(number * ratio**way, number)[side].mean() for ratio in sizes], sizes)
    return Rates(
        float(np.logical_or(*outside(number, number)).mean()),
        1 - float(np.logical_or(*outside(max(estimate, 0.5), max(estimate, 0.5))).mean()),
        float(outside(number * (1 + way * min(within, 0.99)), number)[side].mean()) if within else None,
        number * size**way if np.isfinite(size) else np.inf,
        RUNS,
    )
