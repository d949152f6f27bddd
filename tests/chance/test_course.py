from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from tests.chance.dense import decomposed
from trends.chance.calibration import Calibration, sparseness
from trends.chance.course import Growth, growth, influence, linear_contrast, season, set_aside
from trends.chance.normals import Mixture
from trends.chance.shapes import candidates
from trends.chance.solving import likely_outliers
from trends.chance.weighing import working_level
from trends.chance.working import WorkingLevel


def level_of(rate, levels, seed=1):
    counts = np.random.default_rng(seed).poisson(rate).astype(float)
    return working_level(counts, candidates(len(rate), ()), **levels)[0]


def test_growth_is_found_and_its_own_drift_is_wider(levels):
    level = level_of(10 * 1.6 ** (np.arange(60) / 12), levels)
    found = growth(level, 0, 59)
    low, high = found.realised.interval()
    assert 0 < low < np.log(1.6) < high
    assert np.ptp(found.beyond.interval()) > high - low


def test_growth_beyond_drift_is_told_wider_than_the_model_says_and_growth_as_it_was_is_not(levels):
    level, table = level_of(np.full(48, 12.0), levels), Calibration(((False, "trend", 48, 1.3, 0.0),))
    told, bare = growth(level, 0, 47, calibration=table), growth(level, 0, 47)
    assert np.ptp(told.beyond.interval()) == pytest.approx(1.3 * np.ptp(bare.beyond.interval()))
    assert told.realised.interval() == bare.realised.interval()
    # Half as long, the span is asked by the table's nearest length.
    assert np.ptp(growth(level, 24, 47, calibration=table).beyond.interval()) == pytest.approx(
        1.3 * np.ptp(growth(level, 24, 47).beyond.interval())
    )


def test_what_a_column_of_which_nothing_is_known_does_is_not_drawn_to_none(levels):
    column = np.isin(np.arange(36) % 12, (0, 1, 2)) * 1.0
    level = level_of(2 * 3**column, levels)
    free, flat, drawn = (influence(level, column, *prior).quantile(0.5) for prior in ((), (0.0, 30.0), (0.0, 0.5)))
    assert free == pytest.approx(flat, abs=0.03)
    assert drawn < free - 0.1


def test_a_flat_level_does_not_grow(levels):
    found = growth(level_of(np.full(60, 30.0), levels), 0, 59)
    assert found.within(1.25) > 0.9


def dense(size, changed, n=48):
    counts = np.round(size * 1.01 ** (np.arange(n) / 12) * np.exp(np.random.default_rng(0).normal(0, 0.02, n)))
    for place, value in changed.items():
        counts[place] = value
    return counts


@pytest.mark.parametrize("size", [200.0, 5000.0, 2e6])
@pytest.mark.parametrize("places", [(0,), (24,), (47,), (3, 30)])
def test_growth_does_not_follow_a_single_period_far_from_all_others(levels, size, places):
    """A month of zero among thousands is a gap or a slip: growth is as if it had not been watched."""
    found, missing = (
        growth(working_level(dense(size, dict.fromkeys(places, value)), candidates(48, ()), **levels)[0], 0, 47)
        for value in (0.0, np.nan)
    )
    assert found.outliers == places and missing.outliers == ()
    for name in ("realised", "beyond"):
        told, expected = getattr(found, name).interval(), getattr(missing, name).interval()
        np.testing.assert_allclose(told, expected, atol=0.003)


@pytest.mark.parametrize(
    "places", [(46, 47), (45, 46, 47), (3, 17, 30, 40)], ids=["a fall at the end", "a longer one", "many"]
)
def test_periods_side_by_side_are_a_change_of_level_and_many_are_not_set_aside(levels, places):
    level = working_level(dense(5000.0, dict.fromkeys(places, 0.0)), candidates(48, ()), **levels)[0]
    assert set_aside(level) == (level, ())


def test_a_span_tells_only_of_its_own_periods_that_were_set_aside(levels):
    level = working_level(dense(5000.0, {3: 0.0}), candidates(48, ()), **levels)[0]
    assert growth(level, 0, 47).outliers == (3,) and growth(level, 12, 47).outliers == ()


def test_an_outlier_of_the_usual_kind_stays_in_the_line(levels):
    level = by_hand()
    assert likely_outliers(level) == (9,) and set_aside(level) == (level, ())


def test_a_season_is_seen_and_its_months_named(levels):
    summer = np.isin(np.arange(60) % 12, (5, 6, 7)) * 1.0
    seasonal, flat = level_of(20 * np.exp(0.6 * summer), levels), level_of(np.full(60, 20.0), levels)
    strong, none = season(seasonal), season(flat)
    assert strong.probability > 0.95 > 0.5 > none.probability
    assert influence(seasonal, summer).below(0.0) < 0.01


def test_a_known_influence_is_weighed_with_what_is_known_elsewhere(levels):
    column = np.random.default_rng(2).integers(0, 2, 48).astype(float)
    level = level_of(40 * np.exp(0.5 * column), levels)
    vague, sure = influence(level, column, 0.0, 1.0), influence(level, column, 0.168, 0.01)
    low, high = vague.interval()
    assert low < 0.5 < high
    assert vague.below(0.0) < 0.01
    assert abs(sure.quantile(0.5) - 0.168) < 0.03


def test_a_contrast_of_log_rates_is_that_of_the_counts_where_these_are_many(levels):
    level = level_of(np.where(np.arange(30) < 15, 1e4, 3e4), levels)
    weights = np.where(np.arange(30) < 15, -1 / 15, 1 / 15)
    found = linear_contrast(level, weights)
    assert abs(found.quantile(0.5) - np.log(3)) < 0.01


def by_hand(outliers=((9, 5.0), (20, 0.5)), gaps=(12,)):
    """A level of thirty quarters under four sets of variances, one of two outliers being likelier than not."""
    n, rng = 30, np.random.default_rng(4)
    watched = ~np.isin(np.arange(n), gaps)
    counts = np.where(watched, rng.poisson(20 * np.exp(rng.normal(0, 0.3, n))), 0.0)
    theta = [
        (0.05, 0.1, 0.4, 0.97, 0.005),
        (0.0, 0.3, 0.0, 0.0, 0.005),
        (0.0, 0.3, 0.0, 0.0, 0.15),
        (0.2, 0, 0, 0, 0.03),
    ]
    return WorkingLevel(
        counts,
        np.zeros(n),
        watched,
        np.array(theta),
        np.log([0.4, 0.3, 0.1, 0.2]),
        np.where(watched, np.log(counts + 0.5), 3.0),
        outliers=tuple(t for t, _ in outliers),
        outlier_odds=tuple(odds for _, odds in outliers),
        first_month=2,
        per_year=4.0,
    )


def mixed(log_weight, mean, variance):
    return Mixture(np.exp(log_weight - logsumexp(log_weight)), np.array(mean), np.sqrt(variance))


def assert_same(found, expected):
    for name in ("weight", "mean", "sd"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-5, atol=1e-9)


def sum_of(level, weights):
    whole = decomposed(level, likely_outliers(level))
    across = whole.covariance @ weights
    left = across @ weights - np.einsum("gi,gij,gj->g", across, whole.precision, across)
    return mixed(whole.log_marginal, (across * whole.score).sum(1), left)


def coefficient(level, column, mean, variance):
    """Posterior of a coefficient by whole matrices."""
    whole = decomposed(level.less(mean * column), likely_outliers(level))
    precision = 1 / variance + np.einsum("i,gij,j->g", column, whole.precision, column)
    size = whole.score @ column / precision
    evidence = whole.log_marginal + 0.5 * size**2 * precision - 0.5 * np.log(variance * precision)
    return mixed(evidence, mean + size, 1 / precision)


def test_a_weighted_sum_has_the_posterior_of_whole_matrices():
    level = by_hand()
    assert likely_outliers(level) == (9,)
    for weights in (np.eye(30)[9], np.linspace(-1, 1, 30), np.eye(30)[29] - np.eye(30)[12]):
        assert_same(linear_contrast(level, weights), sum_of(level, weights))


def test_an_influence_has_the_posterior_of_whole_matrices_whatever_is_known_of_it_beforehand():
    level, column = by_hand(), np.random.default_rng(1).normal(size=30)
    for prior, (mean, sd) in ({(): (0.0, 3.0), (0.4,): (0.4, 3.0), (0.4, 0.1): (0.4, 0.1)}).items():
        assert_same(influence(level, column, *prior), coefficient(level, column, mean, sd**2))


def test_growth_is_the_slope_of_a_line_through_the_level_and_that_of_a_run_which_it_does_not_have_by_itself():
    level, span = by_hand(), slice(5, 26)
    years = np.arange(30) / 4
    line = np.zeros(30)
    line[span] = np.linalg.pinv(np.column_stack([np.ones(21), years[span]]))[1]
    run = np.interp(np.arange(30), [5, 25], [0.0, 5.0])
    found = growth(level, 5, 25)
    assert_same(found.realised, sum_of(level, line))
    assert_same(found.beyond, coefficient(level, run, 0.0, 25.0))


def test_growth_beyond_drift_is_widened_by_the_length_of_its_span_and_the_incidents_of_what_was_watched():
    """In logs of the scale, half the way from 20 to 80 quarters at 40; what is sparse leans to a fall."""
    table = Calibration(((True, "trend", 20, 1.2, 0.5), (True, "trend", 80, 1.8, 0.5), (False, "trend", 20, 9.0, 9.0)))
    level = replace(by_hand(), counts=np.where(by_hand().watched, 2.0, 0.0))
    for first, last, scale in (
        (0, 19, 1.2),
        (5, 29, np.exp(np.interp(np.log(25 / 20) / np.log(4), [0, 1], np.log([1.2, 1.8])))),
    ):
        told, bare = (growth(level, first, last, **each).beyond for each in ({"calibration": table}, {}))
        middle = bare.weight @ bare.mean
        spread = np.sqrt(bare.weight @ (bare.sd**2 + (bare.mean - middle) ** 2))
        np.testing.assert_allclose(told.sd, scale * bare.sd)
        assert told.weight @ told.mean == pytest.approx(middle + 0.5 * sparseness(2.0) * spread)


def test_growth_within_a_ratio_is_growth_up_or_down():
    normal = Mixture(np.ones(1), np.array([0.05]), np.array([0.1]))
    edge = np.log(1.2)
    expected = norm.cdf(edge, 0.05, 0.1) - norm.cdf(-edge, 0.05, 0.1)
    assert Growth(normal, normal).within(1.2) == pytest.approx(expected)


def test_a_season_is_weighed_over_its_sizes_against_none_but_the_small_one_that_all_series_have():
    """Sets that differ in their season alone are one; sizes from .005 to .35 share a quarter of the odds beforehand."""
    level = by_hand()
    bare = np.array([(0.0, 0.3, 0.0, 0.0), (0.05, 0.1, 0.4, 0.97), (0.2, 0.0, 0.0, 0.0)])
    evidence = []
    for size, share in zip((0, 0.005, 0.02, 0.06, 0.15, 0.35), (0.75, 0.09, 0.07, 0.05, 0.03, 0.01), strict=True):
        one = replace(
            level, theta=np.column_stack([bare, np.full(3, 0.005 + size)]), log_weight=np.log([0.4, 0.4, 0.2])
        )
        evidence.append(logsumexp(decomposed(one, (9,)).log_marginal) + np.log(share))
    found = season(level)
    assert found.prior == pytest.approx(0.25)
    assert found.probability == pytest.approx(np.exp(logsumexp(evidence[1:]) - logsumexp(evidence)), rel=1e-5)
