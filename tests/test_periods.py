from datetime import date

import numpy as np
import pandas as pd
import pytest

from trends import periods
from trends.errors import InputError


@pytest.mark.parametrize("freq", ["D", "W", "M", "Q", "Y", "W-FRI", "Q-JAN"])
def test_a_label_is_read_back_as_the_period_that_it_was_made_of(freq):
    index = periods.span("2019-11", "2020-03", freq) if freq != "Y" else periods.span("2019", "2021", "Y")
    assert [periods.period(label) for label in periods.labels(index)] == list(index)


@pytest.mark.parametrize(
    ("written", "letter"),
    [("month", "M"), ("monthly", "M"), ("MS", None), ("W-SUN", "W"), ("Q-DEC", "Q"), ("Q-OCT", "Q-JAN"), ("h", None)],
)
def test_a_frequency_has_one_name_or_is_refused(written, letter):
    if letter:
        assert periods.frequency(written) == letter
    else:
        with pytest.raises(InputError, match=f"read a frequency: found '{written}'; allowed: D, W, M, Q or Y"):
            periods.frequency(written)


def test_the_iso_week_at_the_turn_of_a_year_is_that_of_its_thursday():
    assert periods.label_of(periods.period("2021-01-03", "W")) == "2020-W53"
    assert periods.period("2020-W53").start_time == pd.Timestamp("2020-12-28")


def test_a_finer_label_names_the_period_that_holds_it_and_a_coarser_one_is_refused():
    assert periods.label_of(periods.period("2020-05-17", "Q")) == "2020Q2"
    with pytest.raises(InputError) as refusal:
        periods.period("2020", "M")
    assert str(refusal.value) == (
        "read a month: found '2020', which is a year; allowed: one month or a day in it; name the month."
    )


@pytest.mark.parametrize("text", ["2020-13", "2020-02-30", "Jan-18", "2020Q5", "", "2020-W54"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(InputError, match="read a period: found "):
        periods.period(text)


def test_a_span_includes_both_its_ends_and_is_in_order():
    assert periods.labels(periods.span("2018", "2018Q2", "M"))[-1] == "2018-06"
    with pytest.raises(InputError, match="found a first period 2019-01 after the last, 2018-12"):
        periods.span("2019", "2018", "M")


def test_days_and_shares_of_days_agree_with_the_calendar():
    index = periods.span("2020-01", "2020-12", "M")
    assert periods.days(index).tolist() == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    shares = periods.day_shares(index, [(date(2020, 2, 10), date(2020, 3, 15)), (date(2020, 3, 1), date(2020, 3, 31))])
    assert shares[:4] == pytest.approx([0, 20 / 29, 1, 0])
    assert periods.day_shares(index, [(date(1990, 1, 1), date(1990, 2, 1))]).sum() == 0


def test_ramadan_falls_where_the_calendar_has_it():
    index = periods.span("2020-04", "2020-06", "M")
    assert periods.hijri_windows(index, 9) == [(date(2020, 4, 24), date(2020, 5, 23))]
    assert periods.ramadan_shares(index) == pytest.approx([7 / 30, 23 / 31, 0])
    assert periods.hijri_windows(index, 9, shift=1)[0][0] == date(2020, 4, 25)


def test_quarters_under_another_name_are_those_of_the_calendar():
    index = pd.period_range("2020Q1", periods=4, freq="Q-SEP")
    found = periods.in_own_frequency(index)
    assert found.freqstr == "Q-DEC" and (found.start_time == index.start_time).all()
    assert periods.labels(periods.to_frequency(periods.span("2020-01", "2020-06", "M"), "Q"))[::3] == [
        "2020Q1",
        "2020Q2",
    ]


def test_there_are_as_many_periods_a_year_as_a_long_index_has():
    for freq in ("D", "W", "M", "Q", "Y"):
        number = len(periods.span("1981", "2020", freq)) / 40
        assert periods.PER_YEAR[freq] == pytest.approx(number, rel=0.002)
    assert (
        periods.frequency_name("Q-JAN") == "quarter" and periods.frequency_of(periods.span("2020", "2020", "W")) == "W"
    )
    assert np.isclose(periods.PER_YEAR["W-FRI"], periods.PER_YEAR["W"])
