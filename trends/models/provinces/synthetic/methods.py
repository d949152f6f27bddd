"""The variants of a synthetic control on arrays: levels, de-meaned, scaled, Poisson-weighted, augmented."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trends.models.provinces.synthetic.placebos import Gaps, date_pvalue, noise_share, unit_gaps
from trends.models.provinces.synthetic.simplex import unit_weights

#: The variants for counts and for other outcomes, the default first.
COUNT_METHODS = ("poisson", "scaled", "augmented", "classic")
VALUE_METHODS = ("classic", "demeaned", "augmented")


@dataclass(frozen=True)
class Outcome:
    """What is compared, the treated unit first.

    Attributes
    ----------
    values : numpy.ndarray
        Shape ``(n_periods, n_units)``: events per fully watched period, or any measure.
    exposure : numpy.ndarray
        Share watched, same shape; 1 for measures.
    after : numpy.ndarray of bool
        Periods from the event on, shape ``(n_periods,)``.
    counts : bool
        Whether these are counts: effects are then factors, otherwise differences.
    """

    values: np.ndarray
    exposure: np.ndarray
    after: np.ndarray
    counts: bool

    def without(self, effect: float) -> "Outcome":
        """The same had the treated unit's log rate ratio, or difference, not happened."""
        values = self.values.copy()
        values[self.after, 0] = (
            values[self.after, 0] * np.exp(-effect) if self.counts else values[self.after, 0] - effect
        )
        return replace(self, values=values)

    def only(self, units: slice | np.ndarray) -> "Outcome":
        """The same of some of the units, the treated one among them."""
        return replace(self, values=self.values[:, units], exposure=self.exposure[:, units])


@dataclass(frozen=True)
class Scale:
    """How values were made comparable: ``(values - centre) / factor``, each of shape ``(n_units,)``."""

    centre: np.ndarray
    factor: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """The values, made comparable."""
        return (values - self.centre) / self.factor


def scale(outcome: Outcome, method: str, fitted: np.ndarray) -> Scale:
    """How a method makes units comparable, from the fitted periods only."""
    means, units = outcome.values[fitted].mean(axis=0), outcome.values.shape[1]
    if method == "demeaned":
        return Scale(means, np.ones(units))
    if method == "classic" or not outcome.counts:
        return Scale(np.zeros(units), np.ones(units))
    # An effect under test may leave a province with nothing in the fitted periods.
    return Scale(np.zeros(units), np.where(means > 0, means, 1.0))


def period_weights(outcome: Outcome, method: str, fitted: np.ndarray) -> np.ndarray:
    """One over the Poisson variance of each fitted period, up to a factor, for ``"poisson"``; otherwise 1.

    The variance is that of all units pooled: one period's weight is then the same for the treated unit and its
    placebos. Half an event keeps a quiet period from counting without limit.
    """
    if method != "poisson":
        return np.ones(int(fitted.sum()))
    total = outcome.values[fitted].sum(axis=1) + 0.5
    return outcome.exposure[fitted].mean(axis=1) * total.mean() / total


def method_weights(
    outcome: Outcome, method: str, units: Sequence[int], fitted: np.ndarray, pool: slice = slice(None)
) -> np.ndarray:
    """Weights of all others for each of some units by one method, shape ``(n_chosen, n_units)``.

    ``pool`` names the units whose total says how noisy a period was: all, so that treated and placebos are alike.
    """
    values = scale(outcome, method, fitted).of(outcome.values[fitted])
    rows = np.sqrt(period_weights(outcome.only(pool), method, fitted))[:, None]
    return unit_weights(values * rows, units, ridge=method == "augmented")


def expected(outcome: Outcome, method: str, weights: np.ndarray) -> np.ndarray:
    """What the weights make of the treated unit in all periods, as a value or a rate, shape ``(n_periods,)``."""
    by = scale(outcome, method, ~outcome.after)
    return by.centre[0] + by.factor[0] * (by.of(outcome.values) @ weights)


def effect(outcome: Outcome, counterpart: np.ndarray) -> float:
    """The log rate ratio after the event, or the mean difference; NaN where nothing is expected."""
    observed, share = outcome.values[outcome.after, 0], outcome.exposure[outcome.after, 0]
    if not outcome.counts:
        return float((observed - counterpart[outcome.after]).mean())
    forecast = (counterpart[outcome.after] * share).sum()
    with np.errstate(divide="ignore"):
        return float(np.log((observed * share).sum() / forecast)) if forecast > 0 else np.nan


def placebo_gaps(outcome: Outcome, method: str, weights: np.ndarray) -> Gaps:
    """The gaps of all units as functions of the factor the treated one is divided by, or of its difference."""
    by = scale(outcome, method, ~outcome.after)
    values, known = by.of(outcome.values), np.where(outcome.after, -1 / by.factor[0], 0.0)
    if outcome.counts:
        known = np.where(outcome.after, values[:, 0], 0.0)
        values[outcome.after, 0] = 0.0
    return unit_gaps(values, weights, outcome.after, known, _noise(outcome, by))


def _noise(outcome: Outcome, by: Scale) -> float:
    """The Poisson variance of the treated unit's scaled values before the event; 0 of measures."""
    return outcome.values[~outcome.after, 0].mean() / by.factor[0] ** 2 if outcome.counts else 0.0


def date_test(outcome: Outcome, method: str, value: float) -> float:
    """The p-value over dates of an effect: it is taken off, all periods are fitted, the gaps are shifted."""
    free, every, donors = outcome.without(value), np.ones(len(outcome.after), bool), slice(1, None)
    # Counts that an effect was taken off would make the periods after seem noisy: only the donors say how noisy.
    weights = method_weights(free, method, [0], every, pool=donors)[0]
    by = scale(free, method, every)
    values = by.of(free.values)
    gaps = (values[:, 0] - values @ weights) * np.sqrt(period_weights(free.only(donors), method, every))
    if outcome.counts:
        squared = (gaps[~outcome.after] ** 2).mean()
        noise = min(1.0, _noise(outcome, by) / squared) if squared > 0 else 0.0
        gaps[outcome.after] /= np.sqrt(noise_share(noise, np.exp(-value)))
    return date_pvalue(gaps, outcome.after)


def backdated(outcome: Outcome, method: str, fewest: int) -> tuple[np.ndarray, np.ndarray]:
    """The effects that earlier dates would have shown, over as many periods as are after, all before the event.

    Returns the rows of these dates, from ``fewest`` on, and the effect from each.
    """
    rows, window = np.arange(len(outcome.after)), int(outcome.after.sum())
    starts, effects = np.arange(fewest, len(rows) - 2 * window + 1), []
    for start in starts:
        cut = slice(0, start + window)
        part = Outcome(outcome.values[cut], outcome.exposure[cut], rows[cut] >= start, outcome.counts)
        weights = method_weights(part, method, [0], ~part.after)[0]
        effects.append(effect(part, expected(part, method, weights)))
    return starts, np.array(effects, float)


@dataclass(frozen=True)
class Match:
    """How well the weights met the treated unit before the event, in its own units.

    Attributes
    ----------
    rmspe : float
        Root mean squared prediction error.
    flat : float
        The same of a flat line at its own mean.
    constant : float
        Share of the mean squared prediction error that a constant makes up.
    mean_gap : float
        The mean gap as a share of the mean.
    noise : float
        For counts, the RMSPE that Poisson noise alone would leave; otherwise 0.
    """

    rmspe: float
    flat: float
    constant: float
    mean_gap: float
    noise: float

    @property
    def off_level(self) -> bool:
        """Whether the treated unit lies off every mean of the donors: mostly one constant, and of some size."""
        return self.constant > 0.5 and abs(self.mean_gap) > 0.05

    @property
    def off_course(self) -> bool:
        """Whether a flat line would have done as well, and noise is no excuse."""
        return self.rmspe >= self.flat and self.rmspe > 1.5 * self.noise


def match(outcome: Outcome, method: str, weights: np.ndarray, counterpart: np.ndarray) -> Match:
    """How well the weights met the treated unit before the event."""
    before = ~outcome.after
    observed = outcome.values[before, 0]
    gaps = observed - counterpart[before]
    squared, level = (gaps**2).mean(), abs(observed.mean())
    noise = 0.0
    if outcome.counts:
        by, means = scale(outcome, method, before), outcome.values[before].mean(axis=0)
        noise = np.sqrt(means[0] + ((weights * by.factor[0] / by.factor) ** 2 * means).sum())
    return Match(
        rmspe=float(np.sqrt(squared)),
        flat=float(observed.std()),
        constant=float(gaps.mean() ** 2 / squared) if squared > 0 else 0.0,
        mean_gap=float(gaps.mean() / level) if level > 0 else 0.0,
        noise=float(noise),
    )
