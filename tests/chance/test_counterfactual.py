"""What was to be expected had nothing changed: it agrees with the effect, and with the truth that was planted."""

import numpy as np
import pytest

from trends.chance.counterfactual import counterfactual
from trends.chance.questions import effect
from trends.counts.series import checked_series


def stepped(before=20.0, after=60.0, months=48, at=36, seed=3, exposure=None):
    mean = np.where(np.arange(months) < at, before, after)
    counts = np.random.default_rng(seed).poisson(mean).astype(float)
    return checked_series(counts, first="2017-01", freq="M")


@pytest.fixture(scope="module")
def tripled():
    return effect(stepped(), "2020-01")


def test_what_was_to_be_expected_after_a_tripling_is_the_level_before(tripled):
    course = counterfactual(tripled)
    after = course.loc["2020-01":]
    assert after["expected"].mean() == pytest.approx(20, rel=0.2)
    assert after["fitted"].mean() == pytest.approx(60, rel=0.1)
    assert (after["lower"] < 20).all() and (after["upper"] > 20).all()
    assert (after["upper"] < after["fitted"]).all()


def test_before_the_change_nothing_else_was_to_be_expected(tripled):
    before = counterfactual(tripled).loc[:"2019-12"]
    for name in ("expected", "lower", "upper"):
        np.testing.assert_array_equal(before[name], before["fitted"])


def test_the_middle_and_the_ends_are_those_of_the_effect_where_it_is_one_period():
    found = effect(stepped(), "2020-03", "2020-03")
    row = counterfactual(found).loc["2020-03"]
    ratio = found.ratio
    np.testing.assert_allclose(
        [row["fitted"] / row[name] for name in ("expected", "upper", "lower")],
        [ratio.estimate, ratio.low, ratio.high],
        rtol=1e-6,
    )


def test_a_level_that_did_not_change_was_to_be_expected():
    course = counterfactual(effect(stepped(after=20.0), "2020-01"))
    after = course.loc["2020-01":]
    assert (after["lower"] < after["fitted"]).all() and (after["fitted"] < after["upper"]).all()


def test_the_periods_are_those_that_were_looked_at():
    series = stepped(months=200, at=150)
    found = effect(series, "2029-07", "2029-12")
    course = counterfactual(found)
    assert len(course) == len(found.series.counts) < 200
    assert (str(course.index[0]), str(course.index[-1])) == (str(found.series.index[0]), str(found.series.index[-1]))


def test_ends_are_finite_and_in_order_after_a_silence():
    counts = np.concatenate([np.random.default_rng(1).poisson(30, 36), np.zeros(12)])
    course = counterfactual(effect(checked_series(counts, first="2017-01", freq="M"), "2020-01"))
    assert np.isfinite(course.to_numpy()).all()
    assert (course["lower"] <= course["expected"]).all() and (course["expected"] <= course["upper"]).all()
