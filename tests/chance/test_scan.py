import numpy as np
import pytest

from trends.chance.prior import LevelPrior
from trends.chance.scan import odds_of_change, scan_changes, shortest_run


def stepped(seed, before, after, n=60, date=30):
    return np.random.default_rng(seed).poisson(np.where(np.arange(n) < date, before, after)).astype(float)


def test_a_step_is_dated_where_it_was_put(levels):
    scan = scan_changes(stepped(1, 4, 20), **levels)
    assert scan.probability > 0.99
    assert abs(scan.mode - 30) <= 1
    assert scan.interval[0] <= 30 <= scan.interval[1]
    assert scan.stands_out
    assert scan.shapes[0][0] == "step"
    rise, fall = scan.window(29, 31, 1), scan.window(29, 31, -1)
    assert rise.probability > 0.9 > 0.01 > fall.probability
    assert rise.share < 0.1


def test_nothing_is_found_where_nothing_happened(levels):
    for seed in range(5):
        scan = scan_changes(stepped(seed, 6, 6), **levels)
        assert scan.probability < 0.8
        assert not scan.stands_out


def test_one_outlier_is_no_change_and_is_named(levels):
    counts = stepped(3, 8, 8)
    counts[30] = 32
    scan = scan_changes(counts, **levels)
    assert scan.probability < 0.8
    assert [period for period, _ in scan.outliers] == [30]


def test_the_first_months_of_a_sharp_rise_are_no_outliers(levels):
    scan = scan_changes(stepped(3, 2, 2000), **levels)
    assert scan.mode == 30
    assert scan.outliers == ()


def test_a_rise_from_nothing_is_an_onset(levels):
    counts = np.concatenate([np.zeros(33), np.random.default_rng(4).poisson(16, 38)])
    counts[[3, 9, 14, 20, 25, 31]] = 1
    scan = scan_changes(counts, **levels)
    assert scan.probability > 0.99
    assert scan.shapes[0][0] == "onset"
    assert scan.mode == 33


def test_a_rise_by_and_by_is_a_ramp(levels):
    rate = 5 * 6 ** np.clip((np.arange(60) - 24) / 12, 0, 1)
    scan = scan_changes(np.random.default_rng(5).poisson(rate).astype(float), **levels)
    assert scan.shapes[0][0] in ("ramp of 6", "ramp of 12")
    assert scan.interval[0] <= 25 <= scan.interval[1]


def test_longer_series_need_more(levels):
    assert odds_of_change(24) == odds_of_change(36) == 2 > odds_of_change(96) == 0.125 > odds_of_change(240) > 0
    counts = stepped(7, 5, 8)
    assert scan_changes(counts, odds=0.1, **levels).probability < scan_changes(counts, odds=1.0, **levels).probability


def test_six_hundred_periods_are_scanned(levels):
    scan = scan_changes(stepped(8, 5, 12, 600, 300), **levels)
    assert abs(scan.mode - 300) <= 2


def test_the_shortest_run_is_shortest():
    probability = np.random.default_rng(9).dirichlet(np.ones(20))
    first, last = shortest_run(probability, 0.8)
    runs = [(j - i, i) for i in range(20) for j in range(i, 20) if probability[i : j + 1].sum() >= 0.8 - 1e-9]
    assert last - first == min(runs)[0]
    assert probability[first : last + 1].sum() == pytest.approx(0.8, abs=0.25)


def test_the_fall_in_coal_mining_disasters_is_dated_to_the_nineties(reference):
    rows = np.genfromtxt(reference("coal_yearly.csv"), delimiter=",", skip_header=1)
    calm = {"prior": LevelPrior(np.array([[0.0, 0.0, 0.0, 0.0], [0.05, 0.0, 0.0, 0.0]]), np.array([0.5, 0.5]))}
    scan = scan_changes(rows[:, 1], per_year=1.0, odds=1.0, **calm)
    # A steady decline over a century explains much of the fall.
    assert scan.probability > 0.6
    assert 1886 <= rows[scan.mode, 0] <= 1896
