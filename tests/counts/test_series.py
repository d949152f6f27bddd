import tracemalloc
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.counts.series import aligned, checked_series
from trends.errors import ModelError
from trends.periods import span

MONTHS = span("2020-01", "2020-06", "M")
COUNTS = pd.Series([3, 0, 4, 1, 5, 9], index=MONTHS)
ORDER = "; allowed: every period from the first to the last, each once, in order; "
WHOLE = (
    "; allowed: whole numbers from 0 up, and NaN where nothing was watched; correct the value, or make it NaN where "
    "the period was not watched."
)


def refusal(endog, **options):
    with pytest.raises(ModelError) as found:
        checked_series(endog, asked="fit", **options)
    return str(found.value)


def with_value(value):
    values = COUNTS.astype(object)
    values.iloc[1] = value
    return values


@pytest.mark.parametrize(
    "endog, options",
    [
        (COUNTS, {}),
        (COUNTS.to_frame("Diyala"), {}),
        (Panel(COUNTS.to_frame("Diyala")), {}),
        (Panel(pd.DataFrame({"Diyala": COUNTS, "Anbar": COUNTS + 1}))["Diyala"], {}),
        (COUNTS.set_axis(pd.date_range("2020-01-01", periods=6, freq="MS")), {}),
        (COUNTS.set_axis(pd.DatetimeIndex(pd.date_range("2020-01-31", periods=6, freq="ME").to_numpy())), {}),
        (COUNTS.tolist(), {"first": "2020-01", "freq": "M"}),
        (tuple(COUNTS), {"first": "2020-01"}),
        (COUNTS.to_numpy(), {"first": "2020-01", "freq": "month"}),
        (COUNTS.reset_index(drop=True), {"first": "2020-01-15", "freq": "M"}),
        ([Decimal(value) for value in COUNTS], {"first": "2020-01"}),
    ],
)
def test_every_way_to_hand_over_a_series_gives_the_same_one(endog, options):
    found = checked_series(endog, **options)
    assert found.index.equals(MONTHS)
    assert found.counts.tolist() == COUNTS.tolist() and found.exposure.tolist() == [1.0] * 6
    assert found.places.tolist() == list(range(6))


def test_a_column_of_another_library_is_read_by_its_own_list():
    class Column:
        def to_pylist(self):
            return [3, None, 4]

    found = checked_series(Column())
    assert found.index.equals(pd.RangeIndex(3)) and found.places.tolist() == [0, 2]


@pytest.mark.parametrize(
    "value, shown",
    [
        (-1, "-1"),
        (2.5, "2.5"),
        ("3", "'3'"),
        (np.inf, "inf"),
        (True, "True"),
        (1j, "1j"),
        (date(2020, 1, 1), "datetime.date(2020, 1, 1)"),
        (pd.Timestamp("2020-01-01"), "Timestamp('2020-01-01 00:00:00')"),
        (10**400, "1" + "0" * 56 + "..."),
        pytest.param(10**5000, "of thousands of digits", id="5000 digits"),
    ],
)
def test_what_is_no_count_is_refused_with_its_value_and_period(value, shown):
    assert refusal(with_value(value)) == f"fit: found the count {shown} in 2020-02{WHOLE}"


@pytest.mark.parametrize("dtype", ["bool", "complex", "datetime64[ns]", "str", "category"])
def test_a_column_of_another_type_is_refused_as_a_whole(dtype):
    column = COUNTS.astype(str).astype("category") if dtype == "category" else COUNTS.astype(dtype)
    assert refusal(column).startswith("fit: found the count ") and refusal(column).endswith(f" in 2020-01{WHOLE}")


@pytest.mark.parametrize(
    "series, found, do",
    [
        (
            COUNTS.iloc[[0, 2, 1, 3, 4, 5]],
            "2020-02 after 2020-03",
            "sort the rows, series.sort_index(), and what goes with them",
        ),
        (COUNTS[::-1], "2020-05 after 2020-06", "sort the rows, series.sort_index(), and what goes with them"),
        (COUNTS.iloc[[0, 1, 1, 2]], "2020-02 twice", "add the two rows up, or drop one"),
        (
            COUNTS.drop(MONTHS[2]),
            "no period between 2020-02 and 2020-04",
            "reindex the series; a period that was not watched is NaN",
        ),
        (COUNTS.set_axis(MONTHS.insert(0, pd.NaT)[:6]), "a row without a period", "give every row its period"),
    ],
)
def test_rows_out_of_order_twice_or_missing_are_refused(series, found, do):
    assert refusal(series) == f"fit: found {found}{ORDER}{do}."


def test_dates_without_a_plain_frequency_are_refused():
    dates = pd.DatetimeIndex(["2020-01-01", "2020-01-02", "2020-01-05", "2020-01-06", "2020-01-07", "2020-01-08"])
    assert refusal(COUNTS.set_axis(dates)) == (
        "fit: found dates of frequency none; allowed: a date for each day, week from Monday to Sunday, month, quarter "
        'or year, without a hole; give the series periods, for example series.index.to_period("M"), and every period a '
        "row."
    )


@pytest.mark.parametrize("thing", [None, 5, "Diyala", list.append, {"a": 1}, pd.Series, 3.5, object()])
def test_what_is_no_series_at_all_is_refused_by_its_type(thing):
    assert refusal(thing).startswith(
        f"fit: found a value of type {type(thing).__name__}; allowed: one series of counts"
    )


def test_tables_of_several_columns_say_what_to_take():
    table = pd.DataFrame({"Diyala": COUNTS, "Anbar": COUNTS})
    assert "found a table of 2 columns;" in refusal(table)
    assert refusal(Panel(table)).endswith("take one of them, panel[name], or panel.total().")
    assert "found rows that are themselves lists;" in refusal(table.to_numpy())


def test_periods_given_twice_over_or_halfway_are_refused():
    assert "found first= or freq= beside a series that has periods;" in refusal(COUNTS, first="2020-01")
    assert "found freq= without first=;" in refusal([1, 2], freq="M")
    assert "found a column without periods;" in refusal([1, 2], numbered=False)


def test_an_exposure_is_taken_by_label_and_refused_where_it_does_not_fit():
    shares = pd.Series([1, 0.5, 1, 1, 0, 1], index=MONTHS)
    found = checked_series(COUNTS, exposure=shares[::-1])
    assert found.exposure.tolist() == shares.tolist() and np.isnan(found.counts[4])
    assert "found an exposure of 5 rows, 2020-01 to 2020-05, and endog of 6" in refusal(COUNTS, exposure=shares[:5])
    assert "found an exposure of -0.5 in 2020-02;" in refusal(COUNTS, exposure=[1, -0.5, 1, 1, 1, 1])
    assert "found an exposure of inf in 2020-02;" in refusal(COUNTS, exposure=[1, np.inf, 1, 1, 1, 1])
    assert "for 6 counts;" in refusal(COUNTS, exposure=["x"] * 6)


def test_a_design_of_other_periods_is_refused_and_one_in_another_order_is_put_right():
    design = pd.DataFrame({"x": range(6)}, index=MONTHS)
    assert aligned(design[::-1], MONTHS, "fit").equals(design)
    dated = design.set_axis(pd.date_range("2020-01-01", periods=6, freq="MS"))
    assert aligned(dated, MONTHS, "fit").equals(design)
    with pytest.raises(ModelError) as found:
        aligned(design.set_axis(MONTHS + 12), MONTHS, "fit")
    assert str(found.value) == (
        "fit: found exog of 6 rows, 2021-01 to 2021-06, and endog of 6, 2020-01 to 2020-06; allowed: a row for every "
        "row of endog, under the same label; reindex exog to endog.index."
    )


def test_ten_thousand_periods_take_no_more_memory_than_they_need():
    tracemalloc.start()
    found = checked_series(list(range(10_000)), first="1980-01-01", freq="D")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.index) == 10_000 and peak < 20_000_000
