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


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("2020-03-14/2020-03-20", "2020-03-14", "2020-03-20"),
        ("2020-03-16/2020-03-22", "2020-03-16", "2020-03-22"),
        ("2020-02/2020-04", "2020-02-01", "2020-04-30"),
        ("2020-03/2020-05", "2020-03-01", "2020-05-31"),
        ("2020-04/2020-06", "2020-04-01", "2020-06-30"),
        ("2020Q4", "2020-10-01", "2020-12-31"),
        ("2020-q1", "2020-01-01", "2020-03-31"),
        ("2020W01", "2019-12-30", "2020-01-05"),
        ("2020", "2020-01-01", "2020-12-31"),
        (" 2020-02 ", "2020-02-01", "2020-02-29"),
        ("2020-02-29", "2020-02-29", "2020-02-29"),
        (2020, "2020-01-01", "2020-12-31"),
        (date(2020, 3, 17), "2020-03-17", "2020-03-17"),
        (np.datetime64("2020-03-17"), "2020-03-17", "2020-03-17"),
    ],
)
def test_a_label_stands_for_its_first_to_its_last_day(label, first, last):
    found = periods.period(label)
    assert (found.start_time, found.end_time.normalize()) == (pd.Timestamp(first), pd.Timestamp(last))


@pytest.mark.parametrize(
    "text",
    ["2020-03-14/2020-03-21", "2020-03-14/2020-03-19", "2020-02/2020-05", "2020-02/2020-04-30", "2020-03-14/2020-05"],
)
def test_two_ends_that_are_those_of_no_week_or_quarter_are_refused(text):
    with pytest.raises(InputError) as refusal:
        periods.period(text)
    assert str(refusal.value) == (
        f"read a period: found {text!r}; allowed: a label such as 2020, 2020Q1, 2020-03, 2020-W12 or 2020-03-17; write "
        "it in this way."
    )


def test_what_is_no_date_is_no_period():
    for nothing in (pd.NaT, None):
        with pytest.raises(InputError, match=f"read a period: found '{nothing}'; allowed: a label such as 2020"):
            periods.period(nothing)


@pytest.mark.parametrize(
    ("label", "freq", "found"),
    [
        ("2020-05-17", "Y", "2020"), ("2020-W01", "M", "2019-12"), ("2020-05", "month", "2020-05"),
        ("2020-05", "Q-JAN", "2020-05/2020-07"), (pd.Period("2020-03", "M"), None, "2020-03"),
    ],
)  # fmt: skip
def test_a_label_is_read_at_the_frequency_that_is_wanted(label, freq, found):
    assert periods.label_of(periods.period(label, freq)) == found


def test_quarters_and_years_are_counted_from_their_own_begin():
    assert [periods.label_of(each) for each in periods.span("2020-02", "2020-10", "Q-JAN")] == [
        "2020-02/2020-04", "2020-05/2020-07", "2020-08/2020-10",
    ]  # fmt: skip
    assert periods.labels(periods.span("2019-12-31", "2020-01-01", "D")) == ["2019-12-31", "2020-01-01"]
    assert periods.labels(periods.span("2020-01", "2020-01", "M")) == ["2020-01"]
    assert periods.span("2020", "2021", "Y").name == "period"
    assert periods.labels(periods.to_frequency(periods.span("2019-W52", "2020-W01", "W"), "Y")) == ["2019", "2019"]


def test_a_quarter_of_february_is_renamed_and_keeps_the_name_of_its_index():
    index = pd.period_range("2020-02", periods=3, freq="Q-OCT", name="when")
    found = periods.in_own_frequency(index)
    assert (found.freqstr, found.name) == ("Q-JAN", "when") and (found.start_time == index.start_time).all()
    own = periods.span("2020-01", "2020-03", "M")
    assert periods.in_own_frequency(own) is own
    assert [periods.pandas_frequency(each) for each in ("week", "W-FRI", "Q", "Q-SEP", "years")] == [
        "W-SUN", "W-FRI", "Q-DEC", "Q-DEC", "Y-DEC",
    ]  # fmt: skip


def test_windows_count_each_day_once_and_none_outside_of_the_index():
    index = periods.span("2020-02", "2020-03", "M")
    before, across, after = (
        (date(2020, 1, 1), date(2020, 2, 1)),
        (date(2020, 2, 29), date(2020, 3, 1)),
        (date(2020, 3, 31), date(2021, 1, 1)),
    )
    assert periods.day_shares(index, [before]).tolist() == [1 / 29, 0]
    assert periods.day_shares(index, [across, across]).tolist() == [1 / 29, 1 / 31]
    assert periods.day_shares(index, [after]).tolist() == [0, 1 / 31]
    assert periods.day_shares(index, [(date(2019, 12, 1), date(2020, 1, 31))]).tolist() == [0, 0]
    assert periods.day_shares(index, []).tolist() == [0, 0]


def test_windows_of_hijri_months_are_those_that_an_index_touches():
    index = periods.span("2020-04-24", "2020-05-23", "D")
    assert periods.hijri_windows(index, 9) == [(date(2020, 4, 24), date(2020, 5, 23))]
    assert periods.hijri_windows(index, 9, 29) == [(date(2020, 5, 22), date(2020, 5, 23))]
    assert periods.hijri_windows(index, 9, 1, 3) == [(date(2020, 4, 24), date(2020, 4, 26))]
    # A window that ends on the first day of an index, or begins on its last, is one of its.
    assert periods.hijri_windows(periods.span("2020-05-23", "2020-06-30", "D"), 9)
    assert periods.hijri_windows(periods.span("2020-01-01", "2020-04-24", "D"), 9)
    assert periods.hijri_windows(periods.span("2020-05-24", "2020-06-30", "D"), 9) == []
    years = [begin.year for begin, _ in periods.hijri_windows(periods.span("2015", "2030", "Y"), 9)]
    assert years == [*range(2015, 2030), 2030, 2030]
    assert periods.ramadan_shares(periods.span("2020-04", "2020-04", "M"), shift=1).tolist() == [6 / 30]


def test_hijri_months_are_known_for_a_hundred_and_fifty_years_and_no_others():
    for first, last in (("1925-08-01", "1926-07-31"), ("2075-01-01", "2075-11-16")):
        assert 29 <= periods.ramadan_shares(periods.span(first, last, "D")).sum() <= 30
    for first, last in (("1925-07-31", "1926-12-31"), ("2070-01-01", "2075-11-17")):
        with pytest.raises(InputError) as refusal:
            periods.hijri_windows(periods.span(first, last, "D"), 9)
        assert str(refusal.value) == (
            f"look up days of the Umm al-Qura calendar: found periods from {first} to {last}; allowed: days from "
            "1925-08-01 to 2075-11-16, for which it is known; take a part of the periods, or give the dates yourself."
        )


@pytest.mark.parametrize(
    ("day", "freq", "first"),
    [
        ("2020-03-01", "M", "2020-03"), ("2020-02-15", "M", "2020-02"), ("2020-02-16", "M", "2020-03"),
        ("2020-04-16", "M", "2020-04"), ("2020-04-17", "M", "2020-05"), ("2020-07-01", "Y", "2020"),
        ("2020-07-02", "Y", "2020"), ("2020-07-03", "Y", "2021"), ("2020-03", "Q", "2020Q2"),
    ],
)  # fmt: skip
def test_a_day_begins_the_period_of_which_at_least_half_is_still_to_come(day, freq, first):
    assert periods.label_of(periods.first_after(day, freq)) == first


@pytest.mark.parametrize(
    "label", ["9999-12", "2262", "1677Q4", "0001-01-01", date(2262, 1, 1), pd.Period("2262-01", "M")]
)
def test_a_year_whose_days_cannot_be_told_is_refused(label):
    for read in (periods.period, lambda label: periods.span(label, label, "D")):
        with pytest.raises(InputError) as refused:
            read(label)
        assert str(refused.value) == (
            f"read a period: found {str(label)!r}; allowed: the years 1678 to 2261; correct the year."
        )
    assert [str(periods.period(year)) for year in ("1678", "2261-12-31")] == ["1678", "2261-12-31"]
