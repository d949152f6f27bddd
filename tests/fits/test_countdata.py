from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.fits.countdata import count_data, newey_west_lags
from trends.fits.design import baseline
from trends.periods import span

MONTHS = span("2019-01", "2020-12", "M")
COUNTS = pd.Series(np.arange(24) % 5, index=MONTHS)


def refusal(*arguments, **options):
    with pytest.raises(ModelError) as found:
        count_data(*arguments, **options)
    return str(found.value)


def changed(row, value):
    values = COUNTS.astype(object)
    values.iloc[row] = value
    return values


@pytest.mark.parametrize(
    "value, shown",
    [(-1, "-1"), (2.5, "2.5"), ("3", "'3'"), ("x", "'x'"), (np.inf, "inf"), (True, "True"), (1j, "1j")],
)
def test_what_is_no_count_is_refused_with_its_value_and_period(value, shown):
    assert refusal(changed(3, value)) == (
        f"fit a count regression: found the count {shown} in 2019-04; allowed: whole numbers from 0 up, and NaN where "
        "nothing was watched; correct the value, or make it NaN where the period was not watched."
    )


def test_counts_of_any_type_of_number_are_read():
    for values in (
        changed(3, Decimal(3)),
        changed(3, None),
        COUNTS.astype("Int64").where(COUNTS != 2),
        COUNTS.tolist(),
        COUNTS.to_numpy(float),
    ):
        data = count_data(values)
        assert data.endog.dtype == float and list(data.exog) == ["const"]
        assert data.watched.sum() == pd.Series(values).notna().sum()


def test_a_table_of_one_column_is_a_series_and_one_of_two_is_none():
    assert count_data(COUNTS.to_frame()).endog.tolist() == COUNTS.tolist()
    assert "fit a count regression: found a table of 2 columns;" in refusal(pd.DataFrame({"a": COUNTS, "b": COUNTS}))


def test_rows_out_of_order_are_refused():
    assert "found 2020-11 after 2020-12;" in refusal(COUNTS[::-1])


def test_an_exog_on_other_periods_is_refused():
    later = baseline(MONTHS + 1)
    assert refusal(COUNTS, later) == (
        "fit a count regression: found exog of 24 rows, 2019-02 to 2021-01, and endog of 24, 2019-01 to 2020-12; "
        "allowed: a row for every row of endog, under the same label; reindex exog to endog.index."
    )
    assert "found exog of 23 rows, row 0 to row 22, and endog of 24" in refusal(COUNTS, np.ones((23, 1)))


def test_a_gap_in_exog_is_refused_where_there_is_a_count_and_only_there():
    exog = pd.DataFrame({"price": np.arange(24.0)}, index=MONTHS)
    exog.iloc[5] = np.nan
    assert refusal(COUNTS, exog) == (
        "fit a count regression: found nan in the column 'price' of exog in 2019-06; allowed: a number in every period "
        "that has a count; fill it, or make the count NaN there."
    )
    assert count_data(COUNTS.astype(float).where(exog["price"].notna()), exog).watched.sum() == 23


def test_columns_that_are_no_numbers_or_share_a_name_are_refused():
    exog = pd.DataFrame({"province": ["Diyala"] * 24}, index=MONTHS)
    assert refusal(COUNTS, exog) == (
        "fit a count regression: found the column 'province' of type str; allowed: numbers; code it in numbers, for "
        "example with pandas.get_dummies."
    )
    exog = pd.DataFrame(np.random.default_rng(0).normal(size=(24, 2)), columns=["a", "a"], index=MONTHS)
    assert refusal(COUNTS, exog) == (
        "fit a count regression: found two columns named 'a'; allowed: a name for each column of exog; rename one of "
        "them."
    )


def test_columns_that_cannot_be_told_apart_are_named():
    exog = baseline(MONTHS, calendar={"curfew": [("2020-04", "2020-12")], "handover": [("2020-04", "2020-12")]})
    assert refusal(COUNTS, exog) == (
        "fit a count regression: found 'curfew' and 'handover' cannot be told apart in the 24 months from 2019-01 to "
        "2020-12: one is a multiple of the other; allowed: columns that can be told apart; leave one of them out, or "
        "take periods in which they differ."
    )


def test_a_design_is_judged_by_the_watched_periods_alone():
    exog = baseline(MONTHS, trend=False, calendar={"curfew": [("2020-04", "2020-05")]})
    counts = COUNTS.astype(float).where(exog["curfew"] == 0)
    assert "'curfew' is 0 in all of the 22 months" in refusal(counts, exog)


def test_no_event_at_all_is_no_series_to_model():
    assert refusal(COUNTS * 0) == (
        "fit a count regression: found 0 in each of the 24 watched periods; allowed: a series with at least one event; "
        "take another series: with no event at all there is no rate to compare."
    )


def test_fewer_periods_than_coefficients_are_refused():
    assert refusal(COUNTS[:12], baseline(MONTHS[:12], seasons=True)) == (
        "fit a count regression: found 12 watched periods for 13 coefficients; allowed: more periods than "
        "coefficients, here 14 and more; take a longer series or finer periods, or ask for less (no season, no trend)."
    )
    assert "found 0 watched periods for 1 coefficients" in refusal(COUNTS * np.nan)
    assert "found 0 watched periods" in refusal([])


def test_no_exposure_where_there_is_a_count_is_refused():
    exposure = np.ones(24)
    for bad, shown in ((0, "0"), (np.nan, "nan")):
        exposure[2] = bad
        assert refusal(COUNTS, exposure=exposure) == (
            f"fit a count regression: found an exposure of {shown} with a count of 2 in 2019-03; allowed: an exposure "
            "above 0 wherever there is a count; correct the exposure, or make the count NaN where nothing was watched."
        )
    assert count_data(COUNTS.astype(float).where(COUNTS != 2), exposure=np.where(COUNTS == 2, 0, 1)).watched.sum() == 19


def test_an_exposure_that_does_not_fit_is_refused():
    assert refusal(COUNTS, exposure=np.ones(23)) == (
        "fit a count regression: found an exposure of shape (23,) and type float64 for 24 counts; allowed: a "
        "finite number from 0 up for every row of endog, in the same order; correct the exposure."
    )
    assert "found an exposure of 24 rows, 2019-02 to 2021-01" in refusal(
        COUNTS, exposure=pd.Series(1.0, index=MONTHS + 1)
    )
    assert "of shape (24,) and type <U" in refusal(COUNTS, exposure=["a"] * 24)


def test_a_column_named_as_the_constant_that_varies_is_refused():
    with pytest.raises(
        ModelError, match="found a column named 'const' that varies; allowed: a constant under this name"
    ):
        count_data(COUNTS, pd.DataFrame({"const": np.arange(24.0)}, index=MONTHS))


def test_rows_that_were_not_watched_keep_their_places_in_time():
    data = count_data(COUNTS.where(MONTHS != MONTHS[3]))
    assert data.slots.tolist() == [*range(3), *range(4, 24)]
    assert count_data(pd.Series([1, 2], index=pd.PeriodIndex(["2020-01", "2020-01"], freq="M"))).slots is None


def test_the_lags_of_newey_and_west_grow_with_the_series():
    assert newey_west_lags(None, count_data(COUNTS)) == 2
    assert newey_west_lags(0, count_data(COUNTS)) == 0
