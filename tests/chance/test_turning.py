from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import logsumexp

from tests.chance.dense import apart, level_covariance
from trends.chance import turning
from trends.chance.prior import LevelPrior
from trends.chance.scan import scan_changes
from trends.chance.shapes import EDGE, Shape, candidates, shape_column
from trends.chance.turning import (
    NEIGHBOURHOOD,
    READINGS,
    TurningPoint,
    date_posteriors,
    level_draws,
    probability_begun,
    turning_point,
)
from trends.chance.weighing import working_level

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


def test_a_long_and_dense_series_whose_evidence_is_no_number_is_drawn(levels):
    scan = scan_changes(counts_with(np.full(200, 1e4)), **levels)
    assert scan.weighed.log_null.max() < -750
    np.testing.assert_allclose(level_draws(scan, 20, np.random.default_rng(2)), np.log(1e4), atol=0.3)


def test_only_the_part_asked_about_is_looked_at(levels):
    rate = np.repeat([5.0, 40.0, 10.0], 24)
    scan = scan_changes(counts_with(rate), **levels)
    turn = turning_point(scan, np.random.default_rng(0), power=POWER, direction=-1, among=(30, 71))
    assert abs(turn.mode - 48) <= 1
    assert not turn.date_probability[:30].any()


def test_a_neighbourhood_is_the_year_before_and_the_year_after():
    assert NEIGHBOURHOOD == 12


def test_a_later_larger_turn_does_not_take_the_place_of_the_one_that_is_asked_about(levels):
    rate = np.repeat([4.0, 40.0, 400.0], [36, 16, 24])
    scan = scan_changes(counts_with(rate), **levels)
    turn = turning_point(
        scan, np.random.default_rng(0), power=POWER, direction=1, among=(36 - NEIGHBOURHOOD, 36 + NEIGHBOURHOOD)
    )
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

        def four_hundred(scan, draws, rng):
            assert draws == 400
            return courses

        monkeypatch.setattr(turning, "level_draws", four_hundred)
        scan = SimpleNamespace(weighed=SimpleNamespace(candidates=SimpleNamespace(year=12.0)))
        return turning_point(scan, np.random.default_rng(0), power=POWER, **more)

    return of


def test_a_course_that_is_a_step_is_dated_to_the_period(dated):
    for date, before, after in ((3, 4.0, 9.0), (20, 9.0, 4.0), (27, 1.0, 25.0)):
        turn = dated(np.where(np.arange(30) < date, before, after))
        assert turn.mode == date and turn.date_probability.sum() == pytest.approx(1) and turn.turned == 1
        assert turn.date_probability[date] > 0.7 and turn.interval[0] <= date <= turn.interval[1]
        assert turn.stands_out
    assert turn.possible.tolist() == [3 <= place <= 27 for place in range(30)]


@pytest.mark.parametrize("length", [3, 6, 12])
def test_a_pulse_is_dated_where_it_begins_and_a_ramp_where_it_leaves_the_level(dated, length):
    place = np.arange(40)
    pulse = np.where((place >= 11) & (place < 11 + length), 16.0, 4.0)
    assert dated(pulse).mode == 11 and dated(pulse).stands_out
    ramp = (2 + 2 * np.clip((place - 10) / length, 0, 1)) ** 2
    first, last = dated(ramp).interval
    assert first <= 11 <= last


def test_a_date_has_the_tempered_likelihood_of_least_squares_on_the_roots_by_reading_and_shape():
    rng = np.random.default_rng(6)
    n, power = 28, 0.4
    course = rng.normal(1, 0.6, (5, n)).cumsum(1) / 4
    for direction in (0, 1, -1):
        expected = np.zeros(n)
        for root in np.exp(course / 2):
            for share, shapes in READINGS:
                by_date = {}
                for shape in shapes:
                    for date in range(EDGE, n - max(shape.length, EDGE) + 1):
                        design = np.column_stack([np.ones(n), shape_column(n, shape, date)])
                        coefficients, rest = np.linalg.lstsq(design, root, rcond=None)[:2]
                        left = rest[0] / ((root - root.mean()) ** 2).sum() if direction * coefficients[1] >= 0 else 1.0
                        by_date.setdefault(date, []).append(left ** (-power * n / 2))
                mean = np.array([np.mean(by_date.get(date, [0.0])) for date in range(n)])
                expected += share * mean / mean.sum() / len(course)
        found, _ = date_posteriors(course, np.array([power, 0.0]), direction=direction)
        np.testing.assert_allclose(found[0], expected, atol=1e-9)
        assert found[1][EDGE : n + 1 - EDGE].max() < 1.5 / (n + 1 - 2 * EDGE)


def test_a_long_course_of_nothing_but_a_step_is_no_surer_than_numbers_reach(dated):
    turn = dated(np.where(np.arange(400) < 150, 4.0, 9.0))
    assert turn.mode == 150 and turn.date_probability[150] > 0.7 and np.isfinite(turn.date_probability).all()


def test_a_rate_counts_for_no_more_than_can_be_squared():
    most = 30 * 2.0
    for course in ([0, most + 1, most + 3], [-1e9, most + 1, most + 3]):
        found, limit = (
            date_posteriors(np.repeat([c], 8, axis=1), np.ones(1)) for c in (course, np.minimum(course, 60))
        )
        np.testing.assert_array_equal(found[0], limit[0])
        assert found[1] == limit[1] == 1
    assert date_posteriors(np.repeat([[0, 58.0, most]], 8, axis=1), np.ones(1))[0][0].argmax() == 16


@pytest.mark.parametrize(
    ("turned", "dates", "out"), [(0.5, 4, True), (0.49, 4, False), (0.5, 5, False), (1.0, 5, False)]
)
def test_a_date_stands_out_where_one_turn_is_as_likely_as_none_and_half_of_the_dates_are_left_out(turned, dates, out):
    """Four fifths of the probability lie on so many of eight dates, the rest far off."""
    possible = np.arange(14) >= 6
    probability = np.zeros(14)
    probability[6 : 6 + dates], probability[13] = 0.81 / dates, 0.19
    assert TurningPoint(probability, possible, turned, 6, (6, 13)).stands_out is out


def test_weeks_say_no_more_of_a_level_than_the_months_of_the_same_time():
    course = np.log(np.where(np.arange(40) < 20, 4.0, 6.0) + np.arange(40) % 3)[None]
    by_week, by_month = (
        date_posteriors(course, np.array([power]), per_year=year)[0]
        for power, year in ((0.5, 52.0), (0.5 * 12 / 52, 12.0))
    )
    np.testing.assert_allclose(by_week, by_month)


def test_a_turn_is_a_tenth_or_more_and_describes_four_tenths(dated):
    place = np.arange(30)
    assert dated(np.where(place < 15, 10.0, 11.1)).turned == 1
    small = dated(np.where(place < 15, 10.0, 10.9))
    # Such a course says nothing of a date.
    assert small.turned == 0 and small.date_probability[3:28] == pytest.approx(1 / 25, rel=0.4) and not small.stands_out
    wave = np.where(place < 15, 2.0, 3.0) + np.where(place % 2, 0.9, -0.9)
    assert dated(wave**2).turned == 0
    calmer = np.where(place < 15, 2.0, 3.0) + np.where(place % 2, 0.4, -0.4)
    assert dated(calmer**2).turned == 1
    # Of two courses one turns.
    assert dated(np.where(place < 15, 4.0, 9.0), np.full(30, 4.0) + place % 2).turned == 0.5


def test_a_part_is_looked_at_alone_and_widened_to_two_years(dated):
    rates = np.repeat([4.0, 100.0, 64.0], [10, 40, 30])
    assert dated(rates).mode == 10
    turn = dated(rates, among=(30, 70))
    assert turn.mode == 50 and np.flatnonzero(turn.possible)[[0, -1]].tolist() == [33, 68]
    assert turn.date_probability.shape == (80,)
    for among, ends in (((40, 40), (31, 50)), ((0, 5), (3, 12)), ((76, 79), (69, 77)), ((20, 43), (23, 41))):
        looked = np.flatnonzero(dated(rates, among=among).possible)
        assert (looked[0], looked[-1]) == ends


def test_the_probability_of_a_window_is_that_of_its_dates_and_its_share_of_those_looked_at(dated):
    place = np.arange(30)
    turn = dated(*(np.where(place < date, 4.0, 25.0) for date in (10, 10, 12, 20)))
    inside, share = turn.window(10, 12)
    assert inside == pytest.approx(turn.date_probability[10:13].sum()) and share == pytest.approx(3 / 25)
    assert turn.window(-5, 9)[1] == pytest.approx(7 / 25) and turn.window(20, 99)[1] == pytest.approx(8 / 25)
    assert turn.interval[0] <= 10 and turn.interval[1] >= 20
    wide = dated(*(np.where(place < date, 4.0, 25.0) for date in range(3, 28)))
    assert wide.date_probability.sum() == pytest.approx(1) and not wide.stands_out


def test_a_window_named_beforehand_has_even_odds_before_the_dates_speak():
    for inside, share in ((0.3, 0.1), (0.02, 0.2), (0.9, 0.5)):
        odds = inside / (1 - inside) * (1 - share) / share
        assert probability_begun(inside, share) == pytest.approx(odds / (1 + odds))
    assert probability_begun(1.0, 0.3) == 1.0
    # All dates, or none: no count speaks for or against it.
    assert probability_begun(0.0, 0.0) == probability_begun(1.0, 1.0) == 0.5


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


@pytest.mark.parametrize("odds", [1e-9, 1.0, 1e9])
def test_draws_have_the_moments_of_the_level_with_a_change_as_likely_as_its_odds_make_it(odds):
    """Two dates at which a level without any moves of its own may have stepped, and one period that stands out."""
    counts = np.where(np.arange(24) < 12, 9.0, 12.0) + np.arange(24) % 2
    counts[5] = 60
    changes = candidates(24, (Shape("step", "step", 0, ((1.2, 1.0),)),), np.array([11, 12]))
    level, weighed = working_level(counts, changes, prior=LevelPrior(np.zeros((1, 4)), np.ones(1)))
    assert level.outliers == (5,) and 0.1 < np.exp(weighed.log_bayes_factor) < 10
    drawn = level_draws(SimpleNamespace(level=level, weighed=weighed, odds=odds), 20_000, np.random.default_rng(1))
    share = odds * np.exp(weighed.log_bayes_factor) / (1 + odds * np.exp(weighed.log_bayes_factor))
    mean = share * weighed.change_mean + (1 - share) * weighed.null_mean
    variance = share * weighed.change_variance + (1 - share) * weighed.null_variance
    variance += share * (1 - share) * (weighed.change_mean - weighed.null_mean) ** 2
    # What stands out is the period's own, and not the level's.
    others = np.arange(24) != 5
    np.testing.assert_allclose(drawn.mean(0)[others], mean[others], atol=5 * variance.max() ** 0.5 / 20_000**0.5)
    np.testing.assert_allclose(drawn.var(0)[others], variance[others], rtol=0.1)
    assert drawn[:, 5].mean() < mean[5] - 0.5
