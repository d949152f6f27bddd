from dataclasses import replace

import numpy as np
import pytest

from trends.chance.predictive import predict_total
from trends.chance.prior import LevelPrior, level_prior
from trends.chance.questions import (
    date_of_change,
    effect,
    forecast_total,
    influence_of,
    lasting,
    part_of,
    place_in_year,
    place_of,
    season_of_year,
    trend,
)
from trends.chance.turning import probability_begun
from trends.counts.series import checked_series
from trends.errors import InputError, ModelError

CALM = LevelPrior(np.zeros((1, 4)), np.ones(1))


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


def test_a_season_of_years_is_refused():
    with pytest.raises(ModelError) as told:
        season_of_year(series_of(stepped(20, 10), first="2000", freq="Y"))
    assert str(told.value) == (
        "look for a season: found years; allowed: periods shorter than a year; count by month or quarter."
    )


@pytest.mark.parametrize(("last", "periods"), [("2016-03", 2), ("2016-02", 1), ("2016-01", 0)])
def test_growth_over_fewer_than_three_periods_is_refused(last, periods):
    with pytest.raises(ModelError) as told:
        trend(series_of(stepped()), "2016-02", last)
    assert str(told.value) == (
        f"measure growth: found a span of {periods} periods; allowed: three periods or more, the last after the first; "
        "name a longer span."
    )
    assert told.value.lacks == f"The span has {periods} periods, of at least 3 that growth takes."


def test_growth_is_that_of_the_span_named_and_of_the_whole_series_where_none_is():
    rate = np.where(np.arange(48) < 24, 400.0, 400.0 * 3.0 ** (np.arange(-23, 25) / 12))
    series = series_of(rate, 2)
    drifting = LevelPrior(np.array([[0.0, 0.1, 0.5, 0.97]]), np.ones(1))
    early, late = (trend(series, *span, prior=drifting) for span in ((None, "2017-12"), ("2018-01", None)))
    assert early.realised.estimate == pytest.approx(1, abs=0.1) and late.realised.estimate == pytest.approx(3, rel=0.1)
    whole, named = trend(series, prior=drifting), trend(series, "2016-01", "2019-12", prior=drifting)
    assert whole.realised.low == named.realised.low and 1.2 < whole.realised.estimate < 2.8
    assert trend(series, "2016-01", "2016-03", prior=drifting).realised.high > 1


def looked_at(found):
    return str(found.series.index[0]), str(found.series.index[-1])


@pytest.mark.parametrize(
    ("date", "until", "since", "first", "last"),
    [
        # Six years before a change, and of a short span the year after it too.
        ("2022-01", None, None, "2016-01", "2025-12"),
        ("2022-02", None, None, "2016-02", "2025-12"),
        ("2024-01", "2024-05", None, "2018-01", "2025-05"),
        ("2024-01", "2024-06", None, "2018-01", "2024-06"),
        ("2024-01", "2024-08", "2024-04", "2018-01", "2025-08"),
        ("2025-06", "2025-07", None, "2019-06", "2025-12"),
    ],
)
def test_an_effect_is_looked_at_from_six_years_before_it_and_where_it_is_short_to_a_year_after_it(
    date, until, since, first, last
):
    series = series_of(stepped(120, 96), first="2016-01")
    columns = ((np.arange(120.0) - 60, 0.01), (np.arange(120) % 2 * 1.0, 0.04))
    found = effect(series, date, until, since=since, known=columns, prior=CALM)
    assert looked_at(found) == (first, last)
    labels = found.series.index.astype(str).tolist()
    assert labels[found.change.date] == date
    assert [labels[place] for place in found.change.span] == [since or date, until or "2025-12"]
    whole = series.index.astype(str).tolist()
    kept = slice(whole.index(first), whole.index(last) + 1)
    for (column, variance), (own, same) in zip(columns, found.change.level.known, strict=True):
        np.testing.assert_array_equal(column[kept], own)
        assert variance == same


def test_a_known_influence_is_no_effect():
    column = (np.arange(48) >= 36) * 1.0
    series = series_of(40 * 2**column)
    bare = effect(series, "2019-01", prior=CALM)
    told = effect(series, "2019-01", prior=CALM, known=((column, 25.0),))
    assert bare.ratio.pvalue < 0.001 and told.ratio.pvalue > 0.05
    assert bare.outliers == () and sum(share for _, share in bare.shapes) == pytest.approx(1)


def test_a_period_that_stands_out_is_named():
    counts = np.full(48, 30.0)
    counts[13] = 400.0
    found = effect(checked_series(counts, first="2016-01", freq="M"), "2019-01", prior=CALM)
    assert [label for label, _ in found.outliers] == ["2017-02"] and found.outliers[0][1] > 0.9


def test_the_date_is_looked_for_four_years_around_the_window():
    series = series_of(stepped(150, 80, 10, 60), first="2010-01")
    found = date_of_change(series, ("2016-06", "2016-09"))
    assert (str(found.index[0]), str(found.index[-1])) == ("2012-06", "2020-09")
    assert found.turn in ("2016-08", "2016-09") and found.turned[0] > 0.8
    assert found.began == probability_begun(*found.turned)
    early = date_of_change(series, ("2013-12", "2014-01"))
    assert str(early.index[0]) == "2010-01"
    down = date_of_change(series, ("2016-06", "2016-09"), direction=-1)
    assert down.claimed.probability < 0.05 < found.claimed.probability


def test_without_a_window_nothing_is_claimed_of_a_date():
    found = date_of_change(series_of(stepped()))
    assert (found.claimed, found.turned, found.began, found.elsewhere) == (None, None, None, False)
    assert found.turn == "2019-05" and found.turn_interval[0] <= "2019-05" <= found.turn_interval[1]
    assert len(found.index) == 60


@pytest.mark.parametrize(("window", "elsewhere"), [(("2018-11", "2019-01"), True), (("2018-12", "2019-02"), False)])
def test_a_change_for_certain_beyond_a_quarter_of_a_year_is_elsewhere(window, elsewhere):
    """The level jumps from May 2019 on, and what follows a window by three months is near it."""
    series = series_of(stepped(60, 40, 20, 400))
    found = date_of_change(series, window)
    assert found.scan.probability > 0.95 and found.elsewhere is elsewhere
    after = date_of_change(series, ("2019-08", "2019-09") if not elsewhere else ("2019-09", "2019-10"))
    assert after.elsewhere is elsewhere


@pytest.mark.parametrize(
    ("first", "freq", "per_year", "place"),
    [
        ("2016-01", "M", 12.0, 0),
        ("2020-12", "M", 12.0, 11),
        ("2019-Q3", "Q", 4.0, 2),
        ("1990", "Y", 1.0, 0),
        ("2015-01-01", "D", 365.25, 0),
        ("2015-12-31", "D", 365.25, 364),
        ("2016-12-31", "D", 365.25, 0),
        ("2019-01-07", "W", 365.25 / 7, 1),
        ("2019-12-23", "W", 365.25 / 7, 51),
    ],
)
def test_places_in_the_year_are_counted_from_its_first_period(first, freq, per_year, place):
    assert place_in_year(checked_series([1] * 12, first=first, freq=freq), per_year) == place


def test_a_part_of_a_series_has_both_its_ends_and_ends_with_the_series():
    series = checked_series([1, 2, 3, 4], first="2016-01", freq="M", exposure=[1, 0.5, 1, 1])
    part = part_of(series, 1, 2)
    assert (part.counts.tolist(), part.exposure.tolist()) == ([2, 3], [0.5, 1])
    assert part.index.astype(str).tolist() == ["2016-02", "2016-03"]
    assert part_of(series, -2, 9).counts.tolist() == [1, 2, 3, 4]


def test_whether_an_effect_lasts_is_asked_of_periods_by_their_labels():
    found = effect(series_of(stepped(60, 40, 10, 60)), "2019-05", "2019-07", prior=CALM)
    assert lasting(found, "2019-10", "2020-03") == found.change.lasting(45, 50) > 0.5
    with pytest.raises(ModelError) as told:
        lasting(found, "2019-10", "2020-12")
    assert str(told.value) == (
        "see whether an effect lasts: found the period 2020-12; allowed: 2016-01 to 2020-07; name a period of the "
        "series, or give a longer one."
    )


def test_a_forecast_is_that_of_the_engine_for_the_series_at_its_own_place_in_the_year():
    series = series_of(np.full(36, 30.0), first="2016-04", exposure=[0.5] * 18 + [1.0] * 18)
    for options in ({}, {"span": (1, 2)}, {"exposure_ahead": np.array([1.0, 2.0, 0.5])}):
        expected = predict_total(
            series.counts,
            3,
            np.random.default_rng(20260801),
            prior=level_prior(36, "M", without="IQ"),
            exposure=series.exposure,
            first_month=3,
            **options,
        )
        found = forecast_total(series, 3, without="IQ", **options)
        np.testing.assert_array_equal(found.expected, expected.expected)


QUESTIONS = {
    "effect": lambda series, without: effect(series, "2019-05", without=without).ratio.low,
    "date": lambda series, without: date_of_change(series, without=without).scan.probability,
    "trend": lambda series, without: trend(series, without=without).realised.low,
    "season": lambda series, without: season_of_year(series, without=without).probability,
    "influence": lambda series, without: influence_of(series, [0, 1] * 30, without=without).quantile(0.5),
    "forecast": lambda series, without: forecast_total(series, 3, without=without).expected.mean(),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_leaves_out_the_country_that_it_is_about(question):
    series, ask = series_of(stepped(60, 40, 10, 20)), QUESTIONS[question]
    assert ask(series, "IQ") == ask(series, "Iraq") != ask(series, None)
    with pytest.raises(InputError, match=r"^name a country: found 'Irakk'"):
        ask(series, "Irakk")


def test_years_of_days_are_answered_by_what_their_months_share():
    """A place in the year of its own for each of 365 days would take minutes, and what no day can be learned for."""
    rate = np.where(np.arange(1800) < 1100, 2.0, 6.0)
    found = effect(series_of(rate, seed=4, first="2015-01-01", freq="D"), "2018-01-05")
    assert found.ratio.low < 3 < found.ratio.high and found.ratio.low > 1.5
