import numpy as np
import pandas as pd
import pytest

from trends.chance.columns import weigh_columns
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
