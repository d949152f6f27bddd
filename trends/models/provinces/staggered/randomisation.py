"""Randomisation inference for the effect of a dose: p-value, interval by inversion, and event study.

Under the null of no effect no schedule had a hand in the counts, so that every admissible schedule is as good as the
actual one. An effect other than none is tested by entering it as a known factor of the exposure of the cells reached.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from trends.errors import ModelError
from trends.models.provinces.staggered.imputation import Null, blocks, contrast_block, contrasts, fit_effects, null_of
from trends.models.provinces.staggered.schedules import Admissible

# Bounds are found to _NEAR on the log scale; one beyond a factor of e ** 11, about 60,000, counts as infinite.
_ROUNDS, _SETTLED = 20_000, 1e-7
_STEPS, _NEAR = (0.0, *(0.1 * 1.6 ** np.arange(11))), 0.002


@dataclass(frozen=True, eq=False)
class Experiment:
    """Counts, exposure and the schedules they are held against.

    Attributes
    ----------
    counts, exposure : numpy.ndarray, shape (n_provinces, n_periods)
        Both 0 where a cell was not watched.
    schedules : Admissible
        The actual schedule first.
    """

    counts: np.ndarray
    exposure: np.ndarray
    schedules: Admissible

    @property
    def dose(self) -> np.ndarray:
        """The actual dose, shape ``(n_provinces, n_periods)``."""
        return self.schedules.rows[self.schedules.assignments[0]]

    def null(self, effect: float) -> Null:
        """The counts as they would be under an effect per unit of dose: a known factor of the exposure."""
        return null_of(self.counts, self.exposure * np.exp(effect * self.dose))


def dose_effect(counts: np.ndarray, expected: np.ndarray, dose: np.ndarray) -> float:
    """The log rate ratio per unit of dose of counts against what was to be expected without; infinite at the edge.

    The maximum of a Poisson likelihood in which the expected counts are known; for a dose of 0 and 1 the logarithm of
    observed over expected. Cells without a finite expectation are left out.
    """
    used = (dose > 0) & np.isfinite(expected)
    y, m, x = counts[used], expected[used], dose[used]
    if not (x @ y) or not (x @ m):
        return np.nan if not (x @ y) and not (x @ m) else -np.inf if not (x @ y) else np.inf
    effect = np.log((x @ y) / (x @ m)) / x.max() if np.ptp(x) else np.log(y.sum() / m.sum()) / x[0]
    for _ in range(100):
        rate = m * np.exp(effect * x)
        step = np.clip((x @ (y - rate)) / (x**2 @ rate), -1 / x.max(), 1 / x.max())
        effect += step
        if abs(step) * x.max() < 1e-12:
            break
    return float(effect)


def expected_without(counts: np.ndarray, exposure: np.ndarray, dose: np.ndarray) -> np.ndarray:
    """Expected counts of all cells from those without dose, shape ``(n_provinces, n_periods)``; NaN where unknown.

    Raises
    ------
    ModelError
        Where the effects of provinces and periods do not settle.
    """
    effects = fit_effects(counts, exposure, (dose > 0)[None], _ROUNDS)
    if effects.change[0] > _SETTLED:
        raise ModelError(
            "impute what was to be expected",
            found=f"effects of provinces and periods that do not settle in {_ROUNDS:,} rounds",
            allowed="provinces that are tied together by periods in which they were watched and not reached",
            do="take more periods before the first date, or provinces that were never reached",
        )
    return effects.means(exposure)[0]


def statistics(experiment: Experiment, effect: float) -> np.ndarray:
    """The studentised statistic of each schedule under an effect, shape ``(R,)``."""
    schedules = experiment.schedules

    def cells(part: slice) -> tuple[np.ndarray, Iterator[np.ndarray]]:
        doses = schedules.rows[schedules.assignments[part]]
        return doses > 0, iter([doses])

    null = experiment.null(effect)
    return _studentised(*contrasts(null, cells, len(schedules)))[:, 0]


def is_rejected(experiment: Experiment, effect: float, alpha: float) -> bool:
    """Whether `two_tails` of the `statistics` under an effect is at most ``alpha``.

    Schedules are asked block by block, in their order, and no more of them once those left cannot change the answer.
    """
    schedules = experiment.schedules
    null, number = experiment.null(effect), len(schedules)
    actual, above, below = np.nan, 0, 0
    for part in blocks(number, null.counts.size):
        doses = schedules.rows[schedules.assignments[part]]
        values = _studentised(*contrast_block(null, doses > 0, [doses]))[:, 0]
        actual = values[0] if part.start == 0 else actual
        hits = _tails(values, actual)
        above, below, left = above + hits[0], below + hits[1], number - part.stop
        if _two_sided(above, below, number) > alpha:
            return False
        if _two_sided(above + left, below + left, number) <= alpha:
            return True
    return True


def _outermost_first(experiment: Experiment, effect: float) -> Experiment:
    """The same with the schedules after the actual one in another order: those whose statistics lie furthest out first.

    They are likely to lie far out under other effects too, so that fewer have to be asked where none is rejected.
    """
    values = statistics(experiment, effect)[1:]
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    order = np.argsort(np.minimum(rank, len(rank) - 1 - rank), kind="stable") + 1
    schedules = experiment.schedules
    assignments = schedules.assignments[np.concatenate([[0], order])]
    return replace(experiment, schedules=replace(schedules, assignments=assignments))


def _studentised(differences: np.ndarray, variances: np.ndarray) -> np.ndarray:
    return np.divide(differences, np.sqrt(variances), out=np.zeros_like(differences), where=variances > 0)


def two_tails(values: np.ndarray) -> float:
    """Twice the share of values at least as far out as the first on its side, itself included; at most 1.

    Tails apart, because the two differ: schedules that give a large effect to the others look like large effects of the
    other sign.
    """
    return _two_sided(*_tails(values, values[0]), len(values))


def _tails(values: np.ndarray, actual: float) -> tuple[int, int]:
    """How many values lie at or above an actual one, and at or below."""
    # Schedules that are mirror images tie exactly but for rounding.
    slack = 1e-9 * abs(actual)
    return int(np.count_nonzero(values >= actual - slack)), int(np.count_nonzero(values <= actual + slack))


def _two_sided(above: int, below: int, number: int) -> float:
    return min(1.0, 2 * (above / number), 2 * (below / number))


def upper_tail(values: np.ndarray) -> float:
    """The share of values, none below 0, that are at least as large as the first, itself included."""
    return float(np.mean(values >= values[0] * (1 - 1e-9)))


def invert(experiment: Experiment, estimate: float, alpha: float) -> tuple[float, float]:
    """The effects that randomisation does not reject at ``alpha``: the outermost on either side of the estimate.

    Infinite on both sides where no p-value can fall to ``alpha``, and on the side on which the estimate is infinite.
    Between them the set may have holes, which `holes` finds.
    """
    if 2 / len(experiment.schedules) > alpha or np.isnan(estimate):
        return -np.inf, np.inf
    centre = estimate
    if not np.isfinite(estimate):
        expected = expected_without(experiment.counts, experiment.exposure, experiment.dose)
        used = (experiment.dose > 0) & np.isfinite(expected)
        centre = np.log((experiment.counts[used].sum() + 0.5) / (expected[used].sum() + 0.5)) / experiment.dose.max()

    ordered = _outermost_first(experiment, centre)

    def kept(effect: float) -> bool:
        return not is_rejected(ordered, effect, alpha)

    unit = 1 / experiment.dose.max()
    lower = -np.inf if estimate == -np.inf else _bound(kept, centre, -unit)
    return lower, np.inf if estimate == np.inf else _bound(kept, centre, unit)


def holes(experiment: Experiment, lower: float, upper: float, alpha: float) -> tuple[tuple[float, float], ...]:
    """Spans within an interval by `invert` in which the test rejects every effect tried, in order.

    Twenty-five effects are tried, evenly spaced; a side that is infinite is tried to a factor of 50 beyond the other.
    """
    if np.isinf(lower) and np.isinf(upper):
        return ()
    reach = np.log(50) / experiment.dose.max()
    low, high = (upper - reach if np.isinf(lower) else lower), (lower + reach if np.isinf(upper) else upper)
    tried = np.linspace(low, high, 27)[1:-1]
    out = np.array([is_rejected(experiment, effect, alpha) for effect in tried])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], out, [False]]).astype(int)))
    return tuple((float(tried[a]), float(tried[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _bound(effect_kept: Callable[[float], bool], estimate: float, unit: float) -> float:
    def kept(distance: float) -> bool:
        return effect_kept(estimate + distance * unit)

    # The set of effects that are not rejected may have holes: a bound is given up only after three rejections in a row.
    last, place = 0, 1
    while place < len(_STEPS) and place <= last + 3:
        last = place if kept(_STEPS[place]) else last
        place += 1
    if last == len(_STEPS) - 1:
        return np.copysign(np.inf, unit)
    inside, outside = _STEPS[last], _STEPS[last + 1]
    while outside - inside > _NEAR:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return estimate + outside * unit


@dataclass(frozen=True, eq=False)
class EventStudy:
    """An event study: observed against expected counts by the time since a province was first reached.

    Attributes
    ----------
    lags : numpy.ndarray of int
        Periods since the first reached one, which is 0.
    observed, expected : numpy.ndarray
        Sums over the reached provinces.
    lower, upper : numpy.ndarray
        Bounds of the log ratio.
    statistics : numpy.ndarray, shape (R, n_lags)
        Studentised differences under each schedule, the actual one first.
    """

    lags: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    statistics: np.ndarray

    @property
    def joint(self) -> np.ndarray:
        """The sum of squares of the statistics over the lags, shape ``(R,)``."""
        return (self.statistics**2).sum(axis=1)


def event_study(experiment: Experiment, effect: float, lags: np.ndarray, alpha: float) -> EventStudy:
    """The `EventStudy` over some lags; lags before 0 are imputed from what came before the earliest of them.

    Bounds are where the difference, over its standard error, reaches the ``1 - alpha`` quantile that it has over the
    admissible schedules under ``effect``.
    """
    if lags.max() < 0:
        # What came after is no part of the question, and its effect would pass for noise.
        before = experiment.dose == 0
        counts, exposure = experiment.counts * before, experiment.exposure * before
        experiment = Experiment(counts, exposure, experiment.schedules)
    schedules = experiment.schedules
    reached = schedules.rows > 0
    first = np.where(reached.any(axis=1), reached.argmax(axis=1), 10**6)
    since = np.arange(schedules.rows.shape[1]) - first[:, None]
    hidden = reached | ((since >= min(lags.min(), 0)) & (since < 0))

    def cells(part: slice) -> tuple[np.ndarray, Iterator[np.ndarray]]:
        place = schedules.assignments[part]
        timed = since[place]
        return hidden[place], (((timed == lag) & hidden[place]) * 1.0 for lag in lags)

    null = experiment.null(effect)
    differences, variances = contrasts(null, cells, len(schedules))
    values = _studentised(differences, variances)
    actual = schedules.assignments[0]
    left_out, timed = hidden[actual], since[actual]
    imputed = fit_effects(experiment.counts, experiment.exposure, left_out[None], _ROUNDS).means(experiment.exposure)[0]
    masks = [(timed == lag) & left_out & np.isfinite(imputed) for lag in lags]
    observed, expected, borne = (
        np.array([table[mask].sum() for mask in masks]) for table in (experiment.counts, imputed, null.means)
    )
    reach = _quantile(np.abs(values[1:]), len(schedules), alpha)
    bounds = [_ratio_bounds(*each) for each in zip(observed, expected, borne, variances[0], reach, strict=True)]
    with np.errstate(divide="ignore"):
        lower, upper = np.log(np.array(bounds)).T
    return EventStudy(lags, observed, expected, lower, upper, values)


def _quantile(others: np.ndarray, number: int, alpha: float) -> np.ndarray:
    """How far a statistic may lie from 0 before its p-value falls to ``alpha``, itself counted among ``number``."""
    allowed = int(np.floor(alpha * number + 1e-9)) - 1
    if allowed < 0:
        return np.full(others.shape[1], np.inf)
    return np.sort(others, axis=0)[::-1][allowed]


def _ratio_bounds(observed: float, expected: float, borne: float, variance: float, reach: float) -> tuple[float, float]:
    """Ratios r whose difference (observed - r expected) is within ``reach`` standard errors, by Fieller (1954).

    The variance is ``r expected`` for the cells themselves and grows with the square of r for what they are held
    against; ``variance`` is that at the mean ``borne``, of which ``borne`` belongs to the cells.
    """
    if not np.isfinite(reach) or expected == 0 or borne == 0:
        return 0.0, np.inf
    square = expected**2 * (1 - reach**2 * max(variance - borne, 0.0) / borne**2)
    linear = 2 * observed * expected + reach**2 * expected
    root = np.sqrt(max(linear**2 - 4 * square * observed**2, 0.0))
    lower = 2 * observed**2 / (linear + root) if observed else 0.0
    return lower, (linear + root) / (2 * square) if square > 0 else np.inf


def score_bootstrap(scores: np.ndarray, draws: int, rng: np.random.Generator) -> float:
    """The p-value of a sum of scores of the null, their signs turned province by province.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_provinces,)
        Scores of the null by province, as ``fit_twoway(..., restricted=True)`` gives them.
    draws : int
        Sign patterns drawn; all of them where they are no more than this.

    Notes
    -----
    **Assumptions**: scores of different provinces are independent and as likely to be of either sign. With few reached
    provinces it hardly ever rejects (MacKinnon & Webb 2018).

    References
    ----------
    Kline, P. & Santos, A. (2012). A score based approach to wild bootstrap inference. Journal of Econometric Methods
    1(1), 23-41. MacKinnon, J. G. & Webb, M. D. (2018). The wild bootstrap for few (treated) clusters. Econometrics
    Journal 21, 114-135.

    Examples
    --------
    >>> score_bootstrap(np.array([3.0, 2.0, 4.0, 1.0, -0.5]), 999, np.random.default_rng(0))
    0.125
    """
    scores = scores[scores != 0]
    groups = len(scores)
    if groups < 2:
        return np.nan
    if 2**groups <= draws:
        signs = 1.0 - 2.0 * (np.arange(2**groups)[:, None] >> np.arange(groups) & 1)
    else:
        signs = np.vstack([np.ones(groups), rng.choice([-1.0, 1.0], (draws, groups))])
    total = signs @ scores
    spread = np.sqrt(scores @ scores - total**2 / groups)
    return upper_tail(np.abs(np.divide(total, spread, out=np.full(len(total), np.inf), where=spread > 0)))
