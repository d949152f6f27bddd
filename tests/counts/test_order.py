import numpy as np
import pandas as pd
import pytest

from trends.counts.order import aligned, check_order, checked_periods, periods_of_dates, row_name
from trends.errors import InputError, ModelError
from trends.periods import span

MONTHS = span("2020-01", "2020-06", "M")


@pytest.mark.parametrize(
    ("index", "found"),
    [
        (MONTHS[::-1], "2020-05 after 2020-06"),
        (MONTHS[[0, 0, 1]], "2020-01 twice"),
        (MONTHS[[0, 2]], "no period between 2020-01 and 2020-03"),
        (pd.PeriodIndex(["2020-01", None], freq="M"), "a row without a period"),
    ],
)
def test_periods_out_of_order_twice_or_with_a_hole_are_refused(index, found):
    with pytest.raises(ModelError) as refusal:
        check_order(index, "count", holes=True)
    assert str(refusal.value).startswith(
        f"count: found {found}; allowed: every period from the first to the last, each once, in order; "
    )
    with pytest.raises(InputError):
        check_order(index, "count", holes=True, error=InputError)


def test_a_hole_is_allowed_where_rows_are_not_neighbours():
    check_order(MONTHS[[0, 2]], "count")
    check_order(MONTHS, "count", holes=True)


def test_periods_that_the_package_does_not_count_by_are_refused():
    with pytest.raises(ModelError, match="count: found periods of frequency "):
        check_order(pd.period_range("2020-01-01", periods=4, freq="h"), "count")


def test_numbered_rows_are_no_periods():
    assert checked_periods(MONTHS, "plot").equals(MONTHS)
    with pytest.raises(
        ModelError, match="plot: found an index of type RangeIndex; allowed: a PeriodIndex; give the series"
    ):
        checked_periods(pd.RangeIndex(3), "plot")


@pytest.mark.parametrize(
    ("freq", "letter"), [("MS", "M"), ("ME", "M"), ("QS", "Q"), ("YE", "Y"), ("W-SUN", "W"), ("D", "D")]
)
def test_dates_of_a_plain_frequency_are_periods(freq, letter):
    found = periods_of_dates(pd.date_range("2020-01-01", periods=5, freq=freq), "count")
    assert found.freqstr[0] == letter and len(found) == 5


def test_a_day_with_a_time_zone_is_the_day_of_its_own_place():
    days = pd.date_range("2020-01-01", periods=5, freq="D", tz="Asia/Baghdad")
    assert periods_of_dates(days, "count").equals(pd.period_range("2020-01-01", periods=5, freq="D"))


def test_dates_without_a_frequency_are_refused():
    with pytest.raises(ModelError, match="count: found dates of frequency none"):
        periods_of_dates(pd.DatetimeIndex(["2020-01-01", "2020-01-05", "2020-03-01", "2020-03-02"]), "count")


def test_a_design_is_taken_by_label_and_refused_where_one_lacks():
    table = pd.DataFrame({"x": np.arange(6.0)}, index=MONTHS)
    assert aligned(table.iloc[::-1], MONTHS, "fit").equals(table)
    with pytest.raises(ModelError) as refusal:
        aligned(table.iloc[:4], MONTHS, "fit")
    assert str(refusal.value) == (
        "fit: found exog of 4 rows, 2020-01 to 2020-04, and endog of 6, 2020-01 to 2020-06; allowed: a row for every "
        "row of endog, under the same label; reindex exog to endog.index."
    )
    with pytest.raises(ModelError, match="fit: found exog of type list"):
        aligned([1, 2], MONTHS, "fit")


def test_a_row_is_named_by_its_period_its_day_or_its_label():
    assert [row_name(MONTHS, 1), row_name(pd.date_range("2020-01-01", periods=1), 0), row_name(pd.Index(["a"]), 0)] == [
        "2020-02", "2020-01-01", "row a",
    ]  # fmt: skip
