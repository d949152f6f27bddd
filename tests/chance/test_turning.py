import numpy as np

from trends.chance.scan import scan_changes
from trends.chance.turning import GRADUAL, NEIGHBOURHOOD, level_draws, turning_point


def counts_with(rate, seed=1):
    return np.random.default_rng(seed).poisson(rate).astype(float)


def test_the_turn_of_a_level_is_dated(levels):
    scan = scan_changes(counts_with(np.where(np.arange(48) < 24, 20, 5)), **levels)
    turn = turning_point(scan, np.random.default_rng(0), direction=-1)
    assert abs(turn.mode - 24) <= 1
    assert turn.stands_out
    probability, share = turn.window(23, 25)
    assert probability > 0.8 > 0.1 > share
    assert np.log(2.5) < -np.median(turn.log_ratio) < np.log(6)


def test_no_date_stands_out_where_the_level_is_flat(levels):
    scan = scan_changes(counts_with(np.full(48, 6.0), 3), **levels)
    assert not turning_point(scan, np.random.default_rng(0)).stands_out


def test_a_gradual_turn_begins_where_its_ramp_does(levels):
    rate = 30 * 0.1 ** np.clip((np.arange(60) - 29) / 12, 0, 1)
    scan = scan_changes(counts_with(rate), **levels)
    gradual = turning_point(scan, np.random.default_rng(0), direction=-1, shapes=GRADUAL)
    assert abs(gradual.mode - 30) <= 3
    assert gradual.mode < turning_point(scan, np.random.default_rng(0), direction=-1).mode


def test_the_same_seed_gives_the_same_draws(levels):
    scan = scan_changes(counts_with(np.full(30, 5.0)), **levels)
    first, second = (level_draws(scan, 50, np.random.default_rng(2)) for _ in range(2))
    assert first.shape == (50, 30)
    np.testing.assert_array_equal(first, second)


def test_only_the_part_asked_about_is_looked_at(levels):
    rate = np.repeat([5.0, 40.0, 10.0], 24)
    scan = scan_changes(counts_with(rate), **levels)
    turn = turning_point(scan, np.random.default_rng(0), direction=-1, among=(30, 71))
    assert abs(turn.mode - 48) <= 1
    assert not turn.date_probability[:30].any()


def test_a_later_larger_turn_does_not_take_the_place_of_the_one_that_is_asked_about(levels):
    rate = np.repeat([4.0, 40.0, 400.0], [36, 16, 24])
    scan = scan_changes(counts_with(rate), **levels)
    turn = turning_point(scan, np.random.default_rng(0), direction=1, among=(36 - NEIGHBOURHOOD, 36 + NEIGHBOURHOOD))
    assert turn.window(35, 37)[0] > 0.8
    assert turning_point(scan, np.random.default_rng(0), direction=1).window(35, 37)[0] < 0.1


def test_a_level_that_stays_where_it_is_has_no_turn_though_it_has_a_best_date(levels):
    scan = scan_changes(counts_with(np.full(60, 400.0), 5), **levels)
    turn = turning_point(scan, np.random.default_rng(0))
    assert turn.date_probability.sum() < 0.2
    assert not turn.stands_out and 3 <= turn.mode < 58


def test_a_short_neighbourhood_is_widened(levels):
    scan = scan_changes(counts_with(np.repeat([30.0, 5.0], 20)), **levels)
    turn = turning_point(scan, np.random.default_rng(0), direction=-1, among=(19, 21))
    assert turn.possible.sum() >= 15
    assert turn.window(19, 21)[0] > 0.8


def test_the_draws_are_the_same_whatever_signs_a_library_gives_to_eigenvectors(levels, monkeypatch):
    scan = scan_changes(counts_with(np.full(30, 5.0)), **levels)
    drawn, eigh = level_draws(scan, 50, np.random.default_rng(2)), np.linalg.eigh

    def otherwise(matrix):
        values, vectors = eigh(matrix)
        return values, -vectors * np.sign(vectors[0])

    monkeypatch.setattr(np.linalg, "eigh", otherwise)
    np.testing.assert_allclose(level_draws(scan, 50, np.random.default_rng(2)), drawn, atol=1e-8)
