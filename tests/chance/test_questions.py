from dataclasses import replace

import numpy as np
import pytest

from trends.chance.prior import level_prior
from trends.chance.questions import (
    date_of_change,
    effect,
    forecast_total,
    influence_of,
    lasting,
    place_of,
    season_of_year,
    trend,
)
from trends.counts.series import checked_series
from trends.errors import ModelError


def series_of(rate, seed=1, first="2016-01", freq="M", **options):
    counts = np.random.default_rng(seed).poisson(rate).astype(float)
    return checked_series(counts.tolist(), first=first, freq=freq, **options)


def stepped(n=60, at=40, before=10, after=60):
    return np.where(np.arange(n) < at, before, after).astype(float)


def test_an_effect_is_measured_over_a_span_named_by_its_periods():
    found = effect(series_of(stepped()), "2019-05", without="IQ")
    assert found.change.date == 40 and found.change.span == (40, 59)
    assert found.ratio.low < 6 < found.ratio.high and found.ratio.low > 1.5
    assert found.ratio.at_least(1.1) > 0.99 > 0.01 > found.ratio.at_most(1.0)
    assert found.ratio.pvalue < 0.05 and found.ratio.within(1.25) < 0.01
    span = effect(series_of(stepped()), "2019-05", "2019-07", since="2019-06")
    assert span.change.span == (41, 42)


def test_the_same_question_has_the_same_answer_twice():
    series = series_of(stepped())
    once, again = date_of_change(series, ("2019-04", "2019-06")), date_of_change(series, ("2019-04", "2019-06"))
    assert once.turned == again.turned and once.claimed == again.claimed
    assert forecast_total(series, 3).interval() == forecast_total(series, 3).interval()


def test_a_turn_is_dated_and_a_window_elsewhere_is_not_confirmed():
    series = series_of(stepped())
    right = date_of_change(series, ("2019-04", "2019-06"), direction=1)
    wrong = date_of_change(series, ("2018-04", "2018-06"), direction=1)
    assert right.turn == "2019-05" and right.turn_stands_out
    assert right.turned[0] > 0.9 > 0.1 > wrong.turned[0]
    assert right.claimed.probability > wrong.claimed.probability
    assert date_of_change(series).claimed is None


def test_exposure_and_gaps_are_taken_in():
    rate = np.full(48, 40.0)
    exposure = np.where(np.arange(48) < 30, 1.0, 0.25)
    counts = np.random.default_rng(3).poisson(rate * exposure).astype(float)
    counts[10:12] = np.nan
    series = checked_series(counts.tolist(), first="2016-01", freq="M", exposure=exposure.tolist())
    found = effect(series, "2018-07")
    assert found.nobs == 46
    assert found.ratio.low < 1 < found.ratio.high
    blind = effect(checked_series(counts.tolist(), first="2016-01", freq="M"), "2018-07")
    assert blind.ratio.estimate < 0.5 < found.ratio.estimate


def test_what_lasts_is_told_from_what_passes():
    rate = np.full(60, 8.0)
    rate[30:33] = 60
    passing = series_of(rate)
    found = effect(passing, "2018-07", "2018-09")
    assert lasting(found, "2019-03", "2019-09") < 0.3


def test_growth_and_season_and_forecast_of_a_monthly_series():
    time = np.arange(72)
    series = series_of(80 * 1.5 ** (time / 12) * np.exp(0.5 * np.isin(time % 12, (5, 6, 7))), 4)
    grown = trend(series)
    assert grown.realised.low < 1.5 < grown.realised.high
    months = influence_of(series, np.isin(time % 12, (5, 6, 7)) * 1.0)
    assert season_of_year(series).probability > 0.95 and months.below(0.0) < 0.01
    low, high = forecast_total(series_of(np.full(60, 30.0)), 3).interval()
    assert low < 90 < high


def test_growth_beyond_drift_is_told_wider_than_the_model_says_by_what_the_table_has():
    series, prior = series_of(np.full(36, 12.0)), level_prior(36)
    bare = trend(series, prior=replace(prior, calibration=None))
    scale = prior.calibration.widening("trend", 36, 12.0, float(series.counts.mean())).scale
    assert scale > 1.1
    for told in (trend(series), trend(series, prior=prior)):
        wider, width = (np.log(each.high / each.low) for each in (told.beyond, bare.beyond))
        assert wider == pytest.approx(scale * width)
        assert told.realised.low == bare.realised.low


@pytest.mark.parametrize(("freq", "first"), [("Q", "2005-Q1"), ("Y", "1990"), ("W", "2019-01-07")])
def test_quarters_years_and_weeks_have_answers_too(freq, first):
    series = series_of(stepped(32, 20, 10, 60), first=first, freq=freq)
    date = series.index[20]
    found = effect(series, date)
    assert found.ratio.estimate > 2
    assert found.change.level.per_year == pytest.approx({"Q": 4, "Y": 1, "W": 365.25 / 7}[freq])


def test_the_place_in_the_year_is_that_of_the_first_period():
    assert effect(series_of(stepped(), first="2016-08"), "2019-12").change.level.first_month == 7
    quarters = series_of(stepped(32, 20), first="2005-Q4", freq="Q")
    assert effect(quarters, "2010-Q4").change.level.first_month == 3


def test_a_prior_given_is_the_one_that_is_used():
    series = series_of(stepped())
    given = effect(series, "2019-05", prior=level_prior(60, without="IQ"))
    held = effect(series, "2019-05", without="IQ")
    assert given.ratio.low == held.ratio.low


def test_a_period_outside_of_the_series_is_refused():
    with pytest.raises(ModelError) as told:
        effect(series_of(stepped()), "2023-01")
    assert str(told.value) == (
        "measure the effect of a change: found the period 2023-01; allowed: 2016-01 to 2020-12; name a period of "
        "the series, or give a longer one."
    )


def test_a_series_without_periods_is_refused():
    with pytest.raises(ModelError) as told:
        place_of(checked_series([1, 2, 3]), "2020-01", "date a change")
    assert str(told.value) == (
        "date a change: found a series whose periods are only numbered; allowed: a series on years, quarters, "
        "months, weeks or days; give first= and freq= with the counts."
    )


def test_a_season_of_years_and_a_trend_of_two_periods_are_refused():
    with pytest.raises(ModelError) as told:
        season_of_year(series_of(stepped(20, 10), first="2000", freq="Y"))
    assert "found years; allowed: periods shorter than a year" in str(told.value)
    with pytest.raises(ModelError) as told:
        trend(series_of(stepped()), "2016-01", "2016-02")
    assert "found a span of 2 periods" in str(told.value)


def test_years_of_days_are_answered_by_what_their_months_share():
    """A place in the year of its own for each of 365 days would take minutes, and what no day can be learned for."""
    rate = np.where(np.arange(1800) < 1100, 2.0, 6.0)
    found = effect(series_of(rate, seed=4, first="2015-01-01", freq="D"), "2018-01-05")
    assert found.ratio.low < 3 < found.ratio.high and found.ratio.low > 1.5
