from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from trends.chance.prior import LevelPrior
from trends.chance.scan import odds_of_change, scan_changes, shortest_run
from trends.chance.shapes import Shape, candidates

CALM = LevelPrior(np.zeros((1, 4)), np.ones(1))
STEP = Shape("step", "step", 0, ((1.0, 1.0),))


def stepped(seed, before, after, n=60, date=30):
    return np.random.default_rng(seed).poisson(np.where(np.arange(n) < date, before, after)).astype(float)


def test_a_step_is_dated_where_it_was_put(levels):
    scan = scan_changes(stepped(1, 4, 20), **levels)
    assert scan.probability > 0.99
    assert abs(scan.mode - 30) <= 1
    assert scan.interval[0] <= 30 <= scan.interval[1]
    assert scan.shapes[0][0] == "step"
    rise, fall = scan.window(29, 31, 1), scan.window(29, 31, -1)
    assert rise.probability > 0.9 > 0.01 > fall.probability
    assert rise.share < 0.1


def test_nothing_is_found_where_nothing_happened(levels):
    for seed in range(5):
        scan = scan_changes(stepped(seed, 6, 6), **levels)
        assert scan.probability < 0.8


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


@pytest.fixture(scope="module")
def made():
    """A scan of twelve places of which four dates have steps, with evidence that is given, in one model."""
    scan = scan_changes(stepped(1, 9, 9, 12, 6), prior=CALM)
    weighed = replace(
        scan.weighed,
        candidates=candidates(12, (STEP,), np.array([4, 5, 6, 7])),
        log_change=np.log([[0.1, 0.2, 0.6, 0.1]]) - 900,
        mean=np.array([[1.0, 1.0, -0.5, 0.0]]),
        variance=np.array([[0.25, 1.0, 0.25, 1.0]]),
    )
    return replace(scan, odds=0.5, probability=0.6, log_bayes_factor=np.log(3.0), weighed=weighed)


@pytest.mark.parametrize(("first", "last", "dates"), [(5, 6, [1, 2]), (4, 4, [0]), (0, 11, [0, 1, 2, 3]), (7, 20, [3])])
def test_the_probability_of_a_window_is_that_of_its_dates_in_the_direction_asked(made, first, last, dates):
    given = np.array([0.1, 0.2, 0.6, 0.1])[dates]
    rise = norm.cdf(np.array([1.0, 1.0, -0.5, 0.0]) / np.array([0.5, 1.0, 0.5, 1.0]))[dates]
    for direction, right in ((0, 1.0), (1, rise), (-1, 1 - rise)):
        found = made.window(first, last, direction)
        share = len(dates) / 4
        assert found.given_change == pytest.approx(given.sum()) and found.share == pytest.approx(share)
        held, claimed = (given * right).sum(), share * (0.5 if direction else 1.0)
        assert found.probability == pytest.approx(0.6 * held)
        # Odds of one half are a third.
        assert found.prior == pytest.approx(claimed / 3)
    assert made.window(first, last) == made.window(first, last, 0)


def test_a_window_without_a_date_that_was_looked_at_has_nothing_to_say(made):
    found = made.window(0, 3)
    assert (found.probability, found.prior, found.given_change, found.share) == (0, 0, 0, 0)


@pytest.mark.parametrize(("n", "odds"), [(1, 2), (36, 2), (51, 1), (66, 0.5), (81, 0.25), (141, 1 / 64), (900, 1 / 64)])
def test_the_odds_of_a_change_halve_every_fifteen_periods_between_their_bounds(n, odds):
    assert odds_of_change(n) == odds


def test_the_shortest_run_may_be_one_place_or_all_and_the_first_of_two_alike():
    assert shortest_run(np.array([0.0, 0.0, 1.0, 0.0])) == (2, 2)
    assert shortest_run(np.full(20, 0.05), 1.0) == (0, 19)
    # Of twenty even places nineteen hold .95, by either end.
    assert shortest_run(np.full(20, 0.05)) == shortest_run(np.full(20, 0.05), 0.95) == (0, 18)
    assert shortest_run(np.array([3.0, 1.0, 3.0, 1.0]), 0.5) == (0, 1)


def test_a_scan_is_of_every_shape_at_every_date_with_odds_by_the_length(levels):
    counts = stepped(2, 6, 12, 40, 20)
    counts[7] = np.nan
    found = scan_changes(counts, **levels)
    same = candidates(40)
    assert found.nobs == 39 and found.odds == odds_of_change(40)
    np.testing.assert_array_equal(found.weighed.candidates.date, same.date)
    assert found.date_prior.sum() == pytest.approx(1) and found.date_probability.sum() == pytest.approx(1)
    assert len(found.date_prior) == 40 and found.date_prior[:3].sum() == 0 < found.date_prior[3]
    odds = found.odds * np.exp(found.log_bayes_factor)
    assert found.probability == pytest.approx(odds / (1 + odds))
    assert found.mode == found.date_probability.argmax() and found.interval == shortest_run(found.date_probability)
    shares = [share for _, share in found.shapes]
    assert shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(1) and len(shares) == 8
    quarters = scan_changes(counts, prior=CALM, per_year=4.0, first_month=2, exposure=np.full(40, 0.5))
    level = quarters.level
    assert (level.per_year, level.first_month, quarters.weighed.candidates.year) == (4.0, 2, 4.0)
    np.testing.assert_allclose(level.log_exposure[level.watched], np.log(0.5))


@pytest.mark.parametrize(("before", "after", "onset"), [(6, 16, True), (7, 16, True), (10, 16, False), (6, 1, False)])
def test_an_onset_is_a_step_by_ten_from_less_than_an_incident_in_four_periods(before, after, onset):
    """Of 33 periods before the rise some have one incident: six or seven are less than a quarter, ten are not."""
    counts = np.r_[np.zeros(33), np.full(33, after)].astype(float)
    counts[np.linspace(1, 31, before).astype(int)] = 1
    shapes = dict(scan_changes(counts, prior=CALM).shapes)
    assert (shapes["onset"] > 0.5) is onset


def test_six_hundred_periods_are_scanned(levels):
    scan = scan_changes(stepped(8, 5, 12, 600, 300), **levels)
    assert abs(scan.mode - 300) <= 2


@pytest.mark.parametrize(
    ("ratio", "early", "onset"),
    [(10.5, 0, True), (9.5, 0, False), (10.0, 0, False), (10.5, 1, False), (0.01, 0, False)],
)
def test_an_onset_is_more_than_tenfold_from_less_than_an_incident_in_four_periods(
    made, ratio, early, onset, monkeypatch
):
    """All of it at the fifth place, before which there was no incident, or one in four periods."""
    level = replace(made.level, counts=np.r_[float(early), np.zeros(3), np.full(8, 9.0)])
    mean, log_change = np.full((1, 4), np.log(ratio)), np.log([[1.0, 1e-300, 1e-300, 1e-300]])
    weighed = replace(made.weighed, mean=mean, log_change=log_change)
    monkeypatch.setattr("trends.chance.scan.working_level", lambda *given, **more: (level, weighed))
    found = scan_changes(level.counts)
    assert dict(found.shapes) == pytest.approx({"onset": float(onset), "step": float(not onset)})
    assert found.mode == 4 and found.interval == (4, 4)


def test_a_scan_is_shown_without_what_it_was_computed_from(made):
    shown = repr(made)
    assert "log_bayes_factor=" in shown and "level=" not in shown and "weighed=" not in shown
