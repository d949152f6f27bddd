"""The rules of a panel, each refused with the cell that breaks it."""

import numpy as np
import pandas as pd
import pytest

from trends import periods
from trends.counts.tidy import checked_axes, checked_numbers, locked_table, one_province_twice, parsed_tidy
from trends.errors import InputError

INDEX = periods.span("2020-01", "2020-03", "M")
TIDY = pd.DataFrame({"period": ["2020-01", "2020-02"], "province": ["Homs"] * 2, "count": [1, 2]})


def refused(call, *arguments):
    with pytest.raises(InputError) as error:
        call(*arguments)
    return str(error.value)


def table(**columns):
    return pd.DataFrame(columns, INDEX)


@pytest.mark.parametrize(
    ("counts", "exposure", "told"),
    [
        ([1, -2, 3], None, "found a count -2 in Homs 2020-02; allowed: whole numbers from 0 up, or NaN where not"),
        ([1, 2.5, 3], None, "found a count 2.5 in Homs 2020-02; allowed: whole numbers from 0 up, or NaN where not"),
        ([1, np.inf, 3], None, "found a count inf in Homs 2020-02; allowed: whole numbers"),
        ([1, 2, 3], [1, 1.5, 1], "found an exposure 1.5 in Homs 2020-02; allowed: shares from 0 to 1"),
        ([1, 2, 3], [1, 0, 1], "found a count where the exposure is 0, 2 in Homs 2020-02; allowed: NaN where nobody"),
        ([1, np.nan, 3], [1, 1, 1], "found a count of NaN with an exposure of 1 in Homs 2020-02; allowed: 0 where"),
        (["1", "x", "3"], None, "found a count that is no number ("),
    ],
)
def test_a_cell_that_cannot_be_is_named(counts, exposure, told):
    counts = table(Homs=counts)
    exposure = None if exposure is None else table(Homs=exposure)
    assert told in refused(checked_numbers, counts, exposure, *checked_axes(counts))


def test_an_exposure_is_one_where_there_is_a_count():
    counts = table(Homs=[1, np.nan, 0])
    numbers, exposure = checked_numbers(counts, None, *checked_axes(counts))
    assert exposure[:, 0].tolist() == [1, 0, 1] and np.isnan(numbers[1, 0])
    assert "an exposure table whose periods" in refused(checked_numbers, counts, table(Hama=[1, 0, 1]), INDEX, ["Homs"])


def test_axes_are_periods_without_gaps_and_distinct_names():
    assert "found the column ' '; allowed: distinct names" in refused(
        checked_axes, pd.DataFrame({" ": [1, 2, 3]}, INDEX)
    )
    assert "PeriodIndex" in refused(checked_axes, pd.DataFrame({"Homs": [1]}))
    assert "no period between 2020-01 and 2020-03" in refused(checked_axes, table(Homs=[1, 2, 3]).iloc[[0, 2]])


def test_a_locked_table_refuses_to_be_written_to():
    locked = locked_table(np.zeros((3, 1)), INDEX, ["Homs"])
    with pytest.raises(ValueError, match="read-only"):
        locked.to_numpy()[0, 0] = 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"period": ["2020-01", "2020-01"]}, "row 2: found Homs 2020-01 a second time; allowed: one row a period and"),
        ({"period": ["2020-01", "2020Q2"]}, "row 2: found '2020Q2' among months; allowed: periods of one length;"),
        ({"period": ["2020-01", "soon"]}, "row 2: found the period 'soon'; allowed: "),
        ({"period": ["2020-01", "2020-03"]}, "found no row for Homs 2020-02; allowed: a row for every period and"),
        ({"province": ["Homs", "SY-HI"]}, "row 2: found the province 'SY-HI', which is 'Homs' of row 1 in another"),
        ({"source": ["a", "b"]}, "row 2: found a second source, 'b'; allowed: one source a panel; split the table"),
    ],
)
def test_a_tidy_table_is_refused_with_its_row(change, told):
    assert told in refused(parsed_tidy, TIDY.assign(**change), "it")


def test_a_tidy_table_becomes_the_arguments_of_a_panel():
    found = parsed_tidy(TIDY.assign(source="us", unit="raids"), "it")
    assert found["counts"]["Homs"].tolist() == [1, 2] and (found["source"], found["unit"]) == ("us", "raids")
    assert one_province_twice(["Homs", "Hama"]) is None and one_province_twice(["Homs", " HOMS"]) == ("Homs", " HOMS")
