from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import logsumexp

from tests.chance.dense import apart, level_covariance
from trends.chance import turning
from trends.chance.scan import scan_changes
from trends.chance.shapes import EDGE, shape_column
from trends.chance.turning import NEIGHBOURHOOD, READINGS, date_posteriors, level_draws, probability_begun, turning_point


#: As sharply as dates put into real months bear out, as good as.
POWER = 0.5


def counts_with(rate, seed=1):
    return np.random.default_rng(seed).poisson(rate).astype(float)


def test_the_turn_of_a_level_is_dated(levels):
    scan = scan_changes(counts_with(np.where(np.arange(48) < 24, 20, 5)), **levels)
    turn = turning_point(scan, np.random.default_rng(0), power=POWER, direction=-1)
    assert abs(turn.mode - 24) <= 1
    assert turn.stands_out
    probability, share = turn.window(23, 25)
    assert probability > 0.8 > 0.1 > share
    assert np.log(2.5) < -np.median(turn.log_ratio) < np.log(6)


def test_no_date_stands_out_where_the_level_is_flat(levels):
    scan = scan_changes(counts_with(np.full(48, 6.0), 3), **levels)
    assert not turning_point(scan, np.random.default_rng(0), power=POWER).stands_out


def test_a_gradual_turn_begins_where_its_ramp_does(levels):
    rate = 30 * 0.1 ** np.clip((np.arange(60) - 29) / 12, 0, 1)
    scan = scan_changes(counts_with(rate), **levels)
    turn = turning_point(scan, np.random.default_rng(0), power=POWER, direction=-1)
    assert turn.interval[0] <= 30 <= turn.interval[1] and 28 <= turn.mode <= 42


def test_the_same_seed_gives_the_same_draws(levels):
    scan = scan_changes(counts_with(np.full(30, 5.0)), **levels)
    first, second = (level_draws(scan, 50, np.random.default_rng(2)) for _ in range(2))
    assert first.shape == (50, 30)
    np.testing.assert_array_equal(first, second)


def test_only_the_part_asked_about_is_looked_at(levels):
    rate = np.repeat([5.0, 40.0, 10.0], 24)
    scan = scan_changes(counts_with(rate), **levels)
    turn = turning_point(scan, np.random.default_rng(0), power=POWER, direction=-1, among=(30, 71))
    assert abs(turn.mode - 48) <= 1
    assert not turn.date_probability[:30].any()


def test_a_later_larger_turn_does_not_take_the_place_of_the_one_that_is_asked_about(levels):
    rate = np.repeat([4.0, 40.0, 400.0], [36, 16, 24])
    scan = scan_changes(counts_with(rate), **levels)
    turn = turning_point(scan, np.random.default_rng(0), power=POWER, direction=1, among=(36 - NEIGHBOURHOOD, 36 + NEIGHBOURHOOD))
    assert turn.window(35, 37)[0] > 0.8
    assert turning_point(scan, np.random.default_rng(0), power=POWER, direction=1).window(35, 37)[0] < 0.1


def test_a_level_that_stays_where_it_is_has_no_turn_though_it_has_a_best_date(levels):
    scan = scan_changes(counts_with(np.full(60, 400.0), 5), **levels)
    turn = turning_point(scan, np.random.default_rng(0), power=POWER)
    assert turn.turned < 0.2
    assert not turn.stands_out and 3 <= turn.mode < 58


def test_a_short_neighbourhood_is_widened(levels):
    scan = scan_changes(counts_with(np.repeat([30.0, 5.0], 20)), **levels)
    turn = turning_point(scan, np.random.default_rng(0), power=POWER, direction=-1, among=(19, 21))
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


@pytest.fixture
def dated(monkeypatch):
    """The turning point of given rates, a course a row."""

    def of(*rates, **more):
        courses = np.log(np.array(rates, float))
        monkeypatch.setattr(turning, "level_draws", lambda scan, draws, rng: courses)
        scan = SimpleNamespace(weighed=SimpleNamespace(candidates=SimpleNamespace(year=12.0)))
        return turning_point(scan, np.random.default_rng(0), power=POWER, **more)

    return of


def test_a_course_that_is_a_step_is_described_whole_with_its_date_and_size(dated):
    for date, before, after in ((3, 4.0, 9.0), (20, 9.0, 4.0), (27, 1.0, 25.0)):
        turn = dated(np.where(np.arange(30) < date, before, after))
        assert turn.mode == date and turn.interval == (date, date)
        assert turn.log_ratio == pytest.approx([np.log(after / before)])
        assert turn.date_probability[date] == 1 == turn.date_probability.sum()
        assert turn.stands_out
    assert turn.possible.tolist() == [3 <= place <= 27 for place in range(30)]


@pytest.mark.parametrize("length", [3, 6, 12])
def test_a_pulse_is_dated_where_it_begins_and_a_ramp_where_it_leaves_the_level(dated, length):
    place = np.arange(40)
    pulse = np.where((place >= 11) & (place < 11 + length), 16.0, 4.0)
    assert dated(pulse).mode == 11 and dated(pulse).stands_out
    ramp = (2 + 2 * np.clip((place - 10) / length, 0, 1)) ** 2
    assert dated(ramp, shapes=GRADUAL).mode == 11


def test_what_is_described_is_least_squares_on_the_roots_over_every_shape_and_date(dated):
    rng = np.random.default_rng(6)
    rates = np.exp(rng.normal(1, 0.6, (5, 28)).cumsum(1) / 4)
    for direction in (0, 1, -1):
        turn, best = dated(*rates, direction=direction), []
        for root in np.sqrt(rates):
            found = {}
            for shape in AT_ONCE:
                for date in range(EDGE, 28 - max(shape.length, EDGE) + 1):
                    design = np.column_stack([np.ones(28), shape_column(28, shape, date)])
                    coefficients, rest = np.linalg.lstsq(design, root, rcond=None)[:2]
                    if direction * coefficients[1] >= 0:
                        found[shape, date] = 1 - rest[0] / ((root - root.mean()) ** 2).sum()
            (_, date), share = max(found.items(), key=lambda item: item[1])
            best.append((date, share))
        dates = [date for date, share in best if share >= 0.4]
        assert turn.date_probability == pytest.approx(np.bincount(dates, minlength=28) / len(best))
        ratios = [np.log(rate[date:].mean() / rate[:date].mean()) for rate, (date, _) in zip(rates, best, strict=True)]
        assert turn.log_ratio == pytest.approx(ratios)


def test_a_turn_is_a_tenth_or_more_and_describes_four_tenths(dated):
    place = np.arange(30)
    assert dated(np.where(place < 15, 10.0, 11.1)).date_probability.sum() == 1
    small = dated(np.where(place < 15, 10.0, 10.9))
    assert small.date_probability.sum() == 0 and small.mode == 15 and not small.stands_out
    wave = np.where(place < 15, 2.0, 3.0) + np.where(place % 2, 0.9, -0.9)
    assert dated(wave**2).date_probability.sum() == 0
    calmer = np.where(place < 15, 2.0, 3.0) + np.where(place % 2, 0.4, -0.4)
    assert dated(calmer**2).date_probability.sum() == 1
    # Of two courses one turns.
    assert dated(np.where(place < 15, 4.0, 9.0), np.full(30, 4.0) + place % 2).date_probability.tolist() == [
        0.5 * (when == 15) for when in place
    ]


def test_a_part_is_looked_at_alone_and_widened_to_two_years(dated):
    rates = np.repeat([4.0, 100.0, 64.0], [10, 40, 30])
    assert dated(rates).mode == 10
    turn = dated(rates, among=(30, 70))
    assert turn.mode == 50 and np.flatnonzero(turn.possible)[[0, -1]].tolist() == [33, 68]
    assert turn.log_ratio == pytest.approx([np.log(64 / 100)]) and turn.date_probability.shape == (80,)
    for among, ends in (((40, 40), (31, 50)), ((0, 5), (3, 12)), ((76, 79), (69, 77)), ((20, 43), (23, 41))):
        looked = np.flatnonzero(dated(rates, among=among).possible)
        assert (looked[0], looked[-1]) == ends


def test_the_probability_of_a_window_is_that_of_its_dates_and_its_share_of_those_looked_at(dated):
    place = np.arange(30)
    turn = dated(*(np.where(place < date, 4.0, 25.0) for date in (10, 10, 12, 20)))
    assert turn.window(10, 12) == (0.75, pytest.approx(3 / 25)) and turn.window(-5, 9) == (0.0, pytest.approx(7 / 25))
    assert turn.window(20, 99) == (0.25, pytest.approx(8 / 25))
    assert turn.interval == (10, 20) and turn.stands_out
    wide = dated(*(np.where(place < date, 4.0, 25.0) for date in range(3, 28)))
    assert wide.date_probability.sum() == pytest.approx(1) and not wide.stands_out


def test_a_change_in_a_window_has_the_better_of_two_readings_its_factor_taken_to_a_third():
    for factor in (-6.0, 0.0, 3.0):
        assert probability_begun(0.0, factor) == pytest.approx(1 / (1 + np.exp(-factor / 3)))
    assert probability_begun(0.8, 3.0) == 0.8


def test_draws_have_the_mean_and_the_covariance_of_the_level_without_the_noise_of_single_periods(levels):
    scan = scan_changes(counts_with(np.full(24, 6.0), 7), odds=1e-9, **levels)
    level, n = scan.level, scan.level.n
    bare = level_covariance(n, np.column_stack([np.zeros(len(level.theta)), level.theta[:, 1:]]))
    weight = np.exp(scan.weighed.log_null - logsumexp(scan.weighed.log_null))
    mean, second = np.zeros(n), np.zeros((n, n))
    for k, (_, block) in enumerate(apart(level)):
        for i, own in enumerate(bare):
            each, share = own @ block.score[i], weight[k * len(bare) + i]
            mean += share * each
            second += share * (own - own @ block.precision[i] @ own + np.outer(each, each))
    drawn = level_draws(scan, 40_000, np.random.default_rng(0))
    sd = np.sqrt(np.diag(second) - mean**2)
    np.testing.assert_allclose(drawn.mean(0), mean, atol=5 * sd.max() / 200)
    np.testing.assert_allclose(np.cov(drawn.T), second - np.outer(mean, mean), atol=0.05 * sd.max() ** 2)
