import numpy as np
import pytest

from trends.chance.contrast import contrast
from trends.chance.known_change import known_change
from trends.chance.prior import LevelPrior, ratio_prior
from trends.counts.series import checked_series
from trends.errors import ModelError

CALM = LevelPrior(np.array([[0.0, 0.0, 0.0, 0.0], [0.05, 0.0, 0.0, 0.0]]), np.array([0.5, 0.5]))


def pair(effect, n=36, at=24, seed=1, first="2018-01"):
    rng = np.random.default_rng(seed)
    shared = 20 * np.exp(np.cumsum(rng.normal(0, 0.4, n)) * 0.7)
    one = rng.poisson(shared * np.where(np.arange(n) < at, 1.0, effect)).astype(float)
    two = rng.poisson(0.6 * shared).astype(float)
    return [checked_series(each.tolist(), first=first, freq="M") for each in (one, two)]


def test_the_course_that_two_places_share_is_taken_out():
    one, two = pair(3.0)
    found = contrast(one, two, "2020-01", prior=CALM)
    assert found.ratio.low < 3 < found.ratio.high
    assert found.ratio.high / found.ratio.low < 2.5
    assert contrast(one, two, "2020-01").ratio.at_least(1.0) > 0.95


def test_the_other_way_round_the_ratio_is_turned_over():
    one, two = pair(3.0)
    there, back = contrast(one, two, "2020-01"), contrast(two, one, "2020-01")
    assert there.ratio.estimate * back.ratio.estimate == pytest.approx(1.0, abs=0.02)


def test_a_ratio_that_drifts_hides_more_than_one_that_does_not():
    one, two = pair(2.0)
    drifting, calm = contrast(one, two, "2020-01"), contrast(one, two, "2020-01", prior=CALM)
    assert np.ptp(drifting.ratio.log_ratio.interval()) > np.ptp(calm.ratio.log_ratio.interval())


def test_against_a_place_with_very_many_incidents_it_is_the_effect_on_one_place():
    rng = np.random.default_rng(4)
    one = rng.poisson(np.where(np.arange(36) < 24, 8, 20)).astype(float)
    alone = known_change(one, 24, prior=CALM).log_ratio
    many = checked_series([10_000_000.0] * 36, first="2018-01", freq="M")
    beside = contrast(checked_series(one.tolist(), first="2018-01", freq="M"), many, "2020-01", prior=CALM)
    for q in (0.025, 0.5, 0.975):
        assert beside.ratio.log_ratio.quantile(q) == pytest.approx(alone.quantile(q), abs=0.01)


def test_periods_in_which_neither_place_had_an_incident_say_nothing():
    one, two = pair(2.0)
    counts = [np.where(np.arange(36) == 5, 0.0, each.counts) for each in (one, two)]
    # One incident in one of the two is enough to say something.
    counts[0][7], counts[1][7] = 1.0, 0.0
    quiet = [checked_series(each.tolist(), first="2018-01", freq="M") for each in counts]
    assert contrast(*quiet, "2020-01").nobs == 35


def test_exposure_is_taken_in():
    one, two = pair(1.0)
    half = checked_series(
        np.where(np.arange(36) < 24, one.counts, np.floor(one.counts / 2)).tolist(),
        first="2018-01",
        freq="M",
        exposure=np.where(np.arange(36) < 24, 1.0, 0.5).tolist(),
    )
    assert contrast(half, two, "2020-01", prior=CALM).ratio.estimate == pytest.approx(
        contrast(one, two, "2020-01", prior=CALM).ratio.estimate, rel=0.15
    )


def test_series_on_other_periods_are_refused():
    one, _ = pair(1.0)
    _, two = pair(1.0, first="2018-02")
    with pytest.raises(ModelError) as refused:
        contrast(one, two, "2020-01")
    assert str(refused.value) == (
        "hold the change of one series against that of another: found 2018-01 to 2020-12 and 2018-02 to 2021-01; "
        "allowed: two series on the same periods; cut both to the periods they share."
    )


@pytest.mark.parametrize(("date", "since"), [("2021-01", None), ("2020-01", "2017-12")])
def test_a_period_outside_of_the_two_series_is_refused(date, since):
    with pytest.raises(ModelError) as refused:
        contrast(*pair(1.0), date, since=since, prior=CALM)
    assert str(refused.value) == (
        f"hold the change of one series against that of another: found the period {since or date}; allowed: 2018-01 to "
        "2020-12; name a period of the series, or give a longer one."
    )


def test_the_ratio_of_a_country_left_out_has_a_prior_of_its_own():
    one, two = pair(2.0)
    held = contrast(one, two, "2020-01", without="IQ").ratio
    assert held.low == contrast(one, two, "2020-01", prior=ratio_prior(36, "M", without="IQ")).ratio.low
    assert held.low != contrast(one, two, "2020-01").ratio.low


def test_the_effect_is_meant_from_the_date_or_later_up_to_the_end():
    one, two = pair(3.0)
    found, later = contrast(one, two, "2020-01", prior=CALM), contrast(one, two, "2020-01", since="2020-04", prior=CALM)
    assert (found.change.date, found.change.span) == (24, (24, 35))
    assert (later.change.date, later.change.span) == (24, (27, 35))
    assert found.series is one and found.nobs == 36 and sum(p for _, p in found.shapes) == pytest.approx(1)


def test_a_period_counts_where_both_places_were_watched():
    """Each place was not watched in a period of its own, and half or a quarter of it in others."""
    both = []
    for each, off, seen in zip(pair(3.0), (3, 7), (0.5, 0.25), strict=True):
        share = np.where(np.arange(36) == off, 0.0, np.where(np.arange(36) < 12, seen, 1.0))
        both.append(checked_series(each.counts.tolist(), first="2018-01", freq="M", exposure=share.tolist()))
    found = contrast(*both, "2020-01", prior=CALM)
    level, used = found.change.level, np.delete(np.arange(36), [3, 7])
    np.testing.assert_array_equal(np.flatnonzero(level.watched), used)
    assert found.nobs == 34
    np.testing.assert_array_equal(level.counts[used], both[0].counts[used])
    np.testing.assert_array_equal(level.trials[used], (both[0].counts + both[1].counts)[used])
    np.testing.assert_allclose(np.exp(level.log_exposure[used]), np.where(used < 12, 0.5 / 0.25, 1.0))


def test_quarters_have_their_place_in_the_year_and_a_month_that_stands_out_its_name():
    quarters = [checked_series(each.counts, first="2010-Q3", freq="Q") for each in pair(1.0)]
    level = contrast(*quarters, "2015-Q3", prior=CALM).change.level
    assert (level.first_month, level.per_year) == (2, 4.0)
    one, two = (np.full(36, 40.0) for _ in range(2))
    one[9] = 900.0
    odd = contrast(*(checked_series(each, first="2018-01", freq="M") for each in (one, two)), "2020-01", prior=CALM)
    assert [label for label, _ in odd.outliers] == ["2018-10"] and odd.outliers[0][1] > 0.9
