import numpy as np
import pytest

from trends.chance.calibration import Calibration
from trends.chance.course import growth, influence, linear_contrast, season
from trends.chance.shapes import candidates
from trends.chance.weighing import working_level


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
