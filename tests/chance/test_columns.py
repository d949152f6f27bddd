import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, norm

from trends.chance.columns import ColumnsFound, ColumnTest, check_length, weigh_columns
from trends.chance.questions import influence_of
from trends.counts.series import checked_series
from trends.errors import ModelError
from trends.fits.design import baseline
from trends.periods import span

MONTHS = span("2014-01", "2019-12", "M")
DESIGN = baseline(MONTHS, trend=False, seasons=1, calendar=["ramadan"]).drop(columns="const")


def drawn(log_rate, seed=0, level=15.0):
    rng = np.random.default_rng(seed)
    return pd.Series(rng.poisson(level * np.exp(np.asarray(log_rate))).astype(float), index=MONTHS)


def weighed(counts, design=DESIGN):
    return weigh_columns(checked_series(counts), design)


FOUND = ColumnsFound(
    ("x", "y", "z"),
    np.array([0.25, 0.75]),
    np.array([[0.4, -0.2, 0.0], [0.8, 0.0, 0.1]]),
    np.array([np.diag([0.04, 0.01, 0.25]), [[0.09, 0.03, 0.0], [0.03, 0.04, 0.0], [0.0, 0.0, 0.25]]]),
    60,
)


def test_a_combination_of_columns_is_averaged_over_the_variances_of_the_level():
    assert FOUND.params.to_dict() == pytest.approx({"x": 0.7, "y": -0.05, "z": 0.075})
    found = FOUND.combination(np.array([1.0, -2.0, 0.0]))
    np.testing.assert_allclose(found.mean, [0.8, 0.8])
    np.testing.assert_allclose(found.sd**2, [0.04 + 4 * 0.01, 0.09 - 4 * 0.03 + 4 * 0.04])
    np.testing.assert_array_equal(found.weight, FOUND.weight)
    # A sum that is known for certain is told as one.
    assert (FOUND.combination(np.zeros(3)).sd == 1e-6).all()


def test_a_single_column_has_a_ratio_with_twice_the_smaller_tail_and_several_have_the_tail_of_chi_squared():
    ratio, one = FOUND.ratio("x"), FOUND.test(["x"], 0.8)
    below = 0.25 * norm.cdf(0, 0.4, 0.2) + 0.75 * norm.cdf(0, 0.8, 0.3)
    assert ratio.pvalue == one.pvalue == pytest.approx(2 * below)
    assert (ratio.estimate, ratio.low, ratio.high) == FOUND.test(["x"]).ratio
    middle = FOUND.combination(np.array([1.0, 0, 0]))
    assert one.ratio == pytest.approx(np.exp([middle.quantile(p) for p in (0.5, 0.1, 0.9)]))
    assert (one.terms, one.level, one.nobs) == (("x",), 0.8, 60) and FOUND.test(["x"]).level == 0.95
    both = FOUND.test(iter(["x", "y"]))
    distances = 0.4**2 / 0.04 + 0.2**2 / 0.01, 0.8**2 / (0.09 - 0.03**2 / 0.04)
    assert both.pvalue == pytest.approx(0.25 * chi2.sf(distances[0], 2) + 0.75 * chi2.sf(distances[1], 2))
    assert np.isnan(both.ratio).all() and both.terms == ("x", "y")
    assert FOUND.pvalue(["z"]) == pytest.approx(0.25 + 0.75 * chi2.sf(0.04, 1))


def test_a_test_of_columns_is_one_line():
    assert repr(FOUND) == "ColumnsFound(terms=('x', 'y', 'z'), nobs=60)"
    one = ColumnTest(terms=("x",), ratio=(1.5, 0.75, 3.0), pvalue=0.0312, level=0.95, nobs=60)
    assert repr(one) == "ColumnTest(x: rate ratio 1.5 (0.75 to 3), p 0.031)"
    both = ColumnTest(terms=("x", "y"), ratio=(np.nan,) * 3, pvalue=0.5, level=0.95, nobs=60)
    assert repr(both) == "ColumnTest(x, y: p 0.5)"


@pytest.mark.parametrize("terms", [["w", "x"], []])
@pytest.mark.parametrize("ask", [FOUND.pvalue, FOUND.test])
def test_columns_that_were_not_weighed_are_refused(ask, terms):
    with pytest.raises(ModelError) as error:
        ask(terms)
    assert str(error.value) == (
        f"weigh columns of a count regression: found terms {terms}; allowed: some of x, y, z; name columns beside the "
        "level."
    )


def test_a_column_that_nobody_watched_is_known_as_well_as_beforehand():
    """Three either way on the log scale, which is as good as nothing."""
    counts = drawn(np.zeros(72))
    counts.iloc[[5, 6]] = np.nan
    design = pd.DataFrame({"blind": np.isin(np.arange(72), [5, 6]) * 1.0, "seen": np.arange(72) % 2 * 1.0}, MONTHS)
    blind = weighed(counts, design).combination(np.array([1.0, 0.0]))
    np.testing.assert_allclose(blind.mean, 0, atol=1e-9)
    np.testing.assert_allclose(blind.sd, 3.0)
    # What was seen is there, and the months of a level keep the same small variance whatever the series has.
    found = weighed(counts, design)
    assert found.terms == ("blind", "seen") and found.nobs == 70
    assert found.mean.shape == (len(found.weight), 2) and found.covariance.shape == (len(found.weight), 2, 2)
    assert found.weight.sum() == pytest.approx(1) and np.ptp(found.combination(np.array([0, 1.0])).interval()) < 0.6


def test_without_a_column_there_is_a_level_alone():
    found = weighed(drawn(np.zeros(72)), DESIGN[[]])
    assert found.terms == () and found.mean.shape == (len(found.weight), 0) and found.params.empty


def test_years_of_many_counts_are_weighed_though_their_evidence_is_below_any_number():
    months = span("2000-01", "2012-06", "M")
    column = pd.DataFrame({"x": np.arange(150) % 2 * 1.0}, index=months)
    counts = pd.Series(np.random.default_rng(1).poisson(2e4 * np.exp(0.1 * column["x"])), index=months)
    found = weigh_columns(checked_series(counts), column)
    assert np.isfinite(found.weight).all() and found.ratio("x").estimate == pytest.approx(np.exp(0.1), rel=0.02)


@pytest.mark.parametrize(("freq", "first", "length"), [("Q", "2000-Q3", 60), ("W", "2018-07-02", 120)])
def test_a_season_goes_with_the_calendar_of_its_periods(freq, first, length):
    """The third quarter of each year, say, has twice the rate: from any first period on."""
    series = checked_series(np.ones(length), first=first, freq=freq)
    column = pd.DataFrame({"summer": (series.index.quarter == 3) * 1.0}, index=series.index)
    counts = np.random.default_rng(2).poisson(40 * 2 ** column["summer"].to_numpy())
    found = weigh_columns(checked_series(counts, first=first, freq=freq), column).ratio("summer")
    assert found.low < 2 < found.high and found.high / found.low < 1.6


def test_a_country_left_out_has_a_prior_of_its_own():
    counts = checked_series(drawn(0.3 * DESIGN["ramadan"]))
    low = [weigh_columns(counts, DESIGN, without=name).ratio("ramadan").low for name in ("IQ", "Iraq", None)]
    assert low[0] == low[1] != low[2]


def test_ten_thousand_periods_are_taken():
    days = checked_series(np.ones(10_000), first="1990-01-01", freq="D")
    check_length(days, "see how long it is")


def test_an_effect_is_recovered_and_the_interval_and_the_p_value_agree():
    for seed in range(4):
        found = weighed(drawn(0.6 * DESIGN["ramadan"], seed)).test(["ramadan"])
        assert found.ratio[1] < np.exp(0.6) < found.ratio[2]
        assert (found.ratio[1] > 1) == (found.pvalue < 0.05)


def test_one_column_alone_has_the_posterior_that_the_season_of_a_claim_asks_for():
    counts = drawn(0.6 * DESIGN["ramadan"])
    found = weighed(counts, DESIGN[["ramadan"]]).combination(np.ones(1))
    same = influence_of(checked_series(counts), DESIGN["ramadan"].to_numpy())
    # The link has rates of the months beside it, this a small one only: half a standard error apart at most.
    assert found.quantile(0.5) == pytest.approx(same.quantile(0.5), abs=0.1)
    assert found.interval() == pytest.approx(same.interval(), abs=0.1)


def test_p_values_of_several_columns_are_small_as_often_as_they_should_be_on_independent_counts():
    small = [weighed(drawn(np.zeros(72), seed)).pvalue(["sin 1", "cos 1"]) <= 0.05 for seed in range(40)]
    # Two of 40 are expected; seven or more has a chance of 1 in 300.
    assert sum(small) <= 6


def test_a_wave_is_found_by_its_two_columns_together():
    found = weighed(drawn(0.4 * DESIGN["sin 1"]))
    assert found.pvalue(["sin 1", "cos 1"]) < 0.001 < found.pvalue(["ramadan"])
    assert found.params["sin 1"] == pytest.approx(0.4, abs=0.12)


def test_counts_that_vanish_with_the_column_have_an_upper_end():
    counts = drawn(np.zeros(72))
    counts[DESIGN["ramadan"] > 0] = 0
    found = weighed(counts).test(["ramadan"])
    assert 0 < found.ratio[1] < found.ratio[2] < 0.5 and found.pvalue < 0.01


def test_unwatched_months_are_left_out_and_partly_watched_ones_count_for_less():
    counts = drawn(0.6 * DESIGN["ramadan"], level=200.0)
    counts.iloc[3:9] = np.nan
    counts.iloc[20] = round(counts.iloc[20] / 4)
    counts.attrs["exposure"] = {"2015-09": 0.25}
    found = weighed(counts).test(["ramadan"])
    assert found.nobs == 66 and found.ratio[1] < np.exp(0.6) < found.ratio[2]


def test_the_level_of_an_interval_is_that_asked_for():
    found = weighed(drawn(0.6 * DESIGN["ramadan"]))
    wide, narrow = found.test(["ramadan"], 0.99).ratio, found.test(["ramadan"], 0.5).ratio
    assert wide[0] == narrow[0] and wide[1] < narrow[1] < narrow[2] < wide[2]


def test_a_series_that_is_too_long_is_refused():
    days = span("1990-01-01", "2018-12-31", "D")
    series = checked_series(pd.Series(1.0, index=days))
    with pytest.raises(ModelError) as error:
        weigh_columns(series, pd.DataFrame({"x": np.arange(len(days))}, index=days))
    assert str(error.value) == (
        "weigh columns of a count regression: found 10,592 days; allowed: at most 10,000, because more take too long; "
        "count by longer periods, or take a shorter span."
    )
