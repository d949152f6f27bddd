import re

import numpy as np
import pandas as pd
import pytest

import trends
from trends import drawing
from trends.errors import ModelError
from trends.periods import span

MONTHS = span("2017-01", "2020-12", "M")


def series(ratio, mean=12.0, at="2020-01", seed=0):
    means = np.where(MONTHS >= pd.Period(at, "M"), ratio, 1.0) * mean
    return pd.Series(np.random.default_rng(seed).poisson(means), index=MONTHS, name="attacks")


@pytest.mark.parametrize("ratio", [0.3, 3.0])
def test_a_planted_change_is_recovered_with_its_side(ratio):
    fit = trends.EffectModel(series(ratio), at="2020-01").fit()
    row = fit.rate_ratio()
    assert row["lower"] < ratio < row["upper"]
    assert fit.probability(1.0) == pytest.approx(1.0 if ratio > 1 else 0.0, abs=0.01)
    assert fit.probability(row["lower"], row["upper"]) == pytest.approx(0.95, abs=0.002)


def test_a_change_to_almost_nothing_is_not_told_as_one_to_nothing():
    told = trends.EffectModel(series(0.001, mean=4000.0), at="2020-01").fit().sentences()[0]
    assert re.match(r"The rate in 2020-01 to 2020-12 was 0\.00[01]\d+ times .* \(95 % interval 0\.00", told)
    assert not re.search(r"0\.00\b", told)


def test_ten_years_of_flat_counts_show_no_change_at_any_of_their_years():
    flat = pd.Series(np.random.default_rng(4).poisson(9, 120), index=span("2011-01", "2020-12", "M"))
    found = [trends.EffectModel(flat, at=f"{year}-01", last=f"{year}-12").fit() for year in range(2013, 2021)]
    assert all(0.05 < fit.probability(1.0) < 0.95 for fit in found)


def test_a_change_that_nobody_named_does_not_make_another_date_one():
    """A regression with a trend and a step at the later date rejects one in four of these."""
    rate = np.where(np.arange(48) < 16, 10.0, 20.0)
    small = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        counts = pd.Series(rng.poisson(rate * rng.gamma(5, 1 / 5, 48)), index=MONTHS)
        small.append(trends.EffectModel(counts, at="2020-01").fit().pvalue < 0.05)
    # One or two of 30 are promised; five or more has a chance of 1 in 60.
    assert sum(small) < 5


def test_the_shape_and_the_periods_that_stand_out_are_told():
    ramp = np.clip((np.arange(48) - 35) / 12, 0, 1)
    counts = pd.Series(np.random.default_rng(1).poisson(200 * 4.0**ramp), index=MONTHS)
    counts.iloc[10] = 2000
    fit = trends.EffectModel(counts, at="2020-01").fit()
    assert fit.shapes.index[0] in ("ramp of 12", "hinge")
    assert fit.sentences()[-1] == "These periods stand out alone: 2017-11."


def test_what_another_influence_did_is_taken_from_the_change():
    curfew = pd.DataFrame({"curfew": np.isin(MONTHS.month, (1, 2, 3)) * (MONTHS.year == 2020) * 1.0}, index=MONTHS)
    counts = series(1.0, seed=2)
    counts.loc["2020-01":"2020-03"] = [40, 38, 44]
    alone = trends.EffectModel(counts, at="2020-01", last="2020-03").fit()
    beside = trends.EffectModel(counts, curfew, at="2020-01", last="2020-03").fit()
    assert alone.probability(1.0) > 0.95 > beside.probability(1.0)


def test_the_expected_course_is_the_fit_divided_by_the_effect():
    fit = trends.EffectModel(series(3.0), at="2020-01").fit()
    before, after = fit.expected.loc[:"2019-12"], fit.expected.loc["2020-01":]
    np.testing.assert_allclose(before["expected"], before["fitted"])
    assert ((after["lower"] < after["expected"]) & (after["expected"] < after["upper"])).all()
    assert (after["upper"] < after["fitted"]).all()


def test_the_chart_shows_all_periods_and_not_those_of_the_span_alone():
    whole = drawing.time_axis(drawing.axes(None), MONTHS).get_xlim()
    ax = trends.EffectModel(series(3.0), at="2020-01", last="2020-03").fit().plot()
    assert ax.get_xlim() == whole


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"at": "2021-02"},
            "measure the effect of a change: found the period 2021-02; allowed: 2017-01 to 2020-12; name a period of "
            "the series, or give a longer one.",
        ),
        (
            {"at": "2017-01"},
            "weigh a change at place 0 over places 0 to 47: found 48 periods, of which none lies on one side of it; "
            "allowed: a place from 1 to 47; name a period within the series, or give a longer series.",
        ),
    ],
)
def test_a_date_without_two_sides_is_refused(options, message):
    with pytest.raises(ModelError) as refused:
        trends.EffectModel(series(1.0), **options).fit()
    assert str(refused.value) == message


def test_an_influence_with_a_hole_is_refused():
    hole = pd.DataFrame({"curfew": [np.nan, *np.zeros(47)]}, index=MONTHS)
    with pytest.raises(ModelError) as refused:
        trends.EffectModel(series(1.0), hole, at="2020-01")
    assert str(refused.value) == (
        "measure the effect of a change: found exog with a value that is no number in 2017-01; allowed: a number in "
        "every row and column; fill it in, or leave the column out."
    )
