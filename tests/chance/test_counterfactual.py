"""What was to be expected had nothing changed: it agrees with the effect, and with the truth that was planted."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from trends.chance.calibration import Widening
from trends.chance.counterfactual import counterfactual
from trends.chance.prior import LevelPrior
from trends.chance.questions import effect
from trends.chance.shapes import Shape, candidates
from trends.counts.series import checked_series


def stepped(before=20.0, after=60.0, months=48, at=36, seed=3):
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


CALM = LevelPrior(np.array([[0.0, 0.0, 0.0, 0.0]]), np.ones(1))
STEP, PULSE = (Shape(kind, kind, length, ((1.0, 0.5),)) for kind, length in (("step", 0), ("pulse", 2)))


def found_of(shapes, log_change, mean, variance, *, exposure=1.0, widening=None, rate=12.0):
    """An effect from the ninth of twelve months whose posterior is given, a shape in each column, a model in a row."""
    series = checked_series([rate] * 12, first="2020-01", freq="M", exposure=[exposure] * 6 + [1.0] * 6)
    found = effect(series, "2020-09", prior=CALM)
    weighed = replace(
        found.change.weighed,
        candidates=candidates(12, shapes, np.array([8])),
        log_change=np.array(log_change, float),
        mean=np.array(mean, float),
        variance=np.array(variance, float),
        change_mean=np.full(12, np.log(rate)),
    )
    return replace(found, change=replace(found.change, weighed=weighed, widening=widening or Widening()))


def test_a_step_whose_size_is_known_divides_what_is_fitted_by_it_from_its_date_on():
    course = counterfactual(found_of((STEP,), [[0.0]], [[np.log(3)]], [[0.04]], exposure=0.5))
    np.testing.assert_allclose(course["fitted"], [6.0] * 6 + [12.0] * 6)
    np.testing.assert_array_equal(course.iloc[:8].nunique(axis=1), 1)
    ends = 4 * np.exp(norm.ppf([0.025, 0.975]) * 0.2)
    np.testing.assert_allclose(course.iloc[8:], np.tile([12.0, 4.0, *ends], (4, 1)), rtol=1e-9)


def test_what_is_widened_in_the_effect_is_widened_in_what_was_to_be_expected():
    """By the same factor, about the same middle, in every month; before the change there is nothing to widen."""
    told = counterfactual(found_of((STEP,), [[0.0]], [[np.log(3)]], [[0.04]], widening=Widening(1.5)))
    ends = 4 * np.exp(norm.ppf([0.025, 0.975]) * 0.3)
    np.testing.assert_allclose(told.iloc[-1], [12.0, 4.0, *ends], rtol=1e-9)
    assert (told.iloc[7] == 12.0).all()


def test_shapes_are_averaged_by_their_evidence_where_they_reach():
    """A pulse of two months says that nothing else was to be expected after it; a step of the same size goes on."""
    for odds in (9.0, 1 / 9.0):
        log_change = np.log([[odds, 1.0]]) - 700.0
        course = counterfactual(found_of((STEP, PULSE), log_change, [[np.log(3)] * 2], [[1e-4] * 2]))
        np.testing.assert_allclose(course["expected"].iloc[8:10], 4.0, rtol=1e-3)
        np.testing.assert_allclose(course["expected"].iloc[10:], 4.0 if odds > 1 else 12.0, rtol=0.01)
        # What the other one says has a tenth of the probability, and so the far end of the interval.
        np.testing.assert_allclose(course[["lower", "upper"]].iloc[-1], [4.0, 12.0], rtol=0.03)
    models = found_of((STEP,), np.log([[3.0], [1.0]]), [[0.0], [np.log(2)]], [[1e-6], [1e-6]])
    assert counterfactual(models)["expected"].iloc[-1] == pytest.approx(12.0, rel=0.01)
    assert counterfactual(models)["lower"].iloc[-1] == pytest.approx(6.0, rel=0.01)


def test_a_pulse_alone_leaves_what_comes_after_it_as_it_was():
    course = counterfactual(found_of((PULSE,), [[0.0]], [[np.log(3)]], [[0.04]]))
    assert (course.nunique(axis=1) == [1] * 8 + [4] * 2 + [1] * 2).all()


def test_ends_without_bounds_are_told_as_a_factor_that_a_number_can_hold():
    course = counterfactual(found_of((STEP,), [[0.0]], [[0.0]], [[1e8]]))
    np.testing.assert_allclose(course.iloc[-1], [12.0, 12.0, 12.0 * np.exp(-30), 12.0 * np.exp(30)], rtol=1e-6)
    sure = counterfactual(found_of((STEP,), [[0.0]], [[np.log(3)]], [[0.0]]))
    np.testing.assert_allclose(sure.iloc[-1], [12.0, 4.0, 4.0, 4.0], rtol=1e-5)


def test_a_month_that_nobody_watched_is_told_as_if_it_had_been():
    counts = np.full(24, 30.0)
    counts[[5, 20]] = np.nan
    exposure = np.where(np.isnan(counts), 0.0, 0.5)
    series = checked_series(counts, first="2018-01", freq="M", exposure=exposure)
    fitted = counterfactual(effect(series, "2019-07", prior=CALM))["fitted"]
    assert fitted.iloc[5] == pytest.approx(60, rel=0.1) and fitted.iloc[20] == pytest.approx(60, rel=0.15)
    assert fitted.drop(fitted.index[[5, 20]]).to_numpy() == pytest.approx(30, rel=0.1)
