import pytest

from trends.counts.labelforms import days_at_ends, forms, is_year_after_year, plain_label, what_is_unread


def forms_of(label):
    return {kind for kind, form in forms() if form.fullmatch(plain_label(label))}


@pytest.mark.parametrize(
    "label", ["1396", "2561", "1439-04", "2018H1", "FY2018", "18-Jan", "01/18", "May", "Homs", "43101"]
)
def test_what_has_no_one_reading_has_no_form(label):
    assert forms_of(label) == set()


@pytest.mark.parametrize(
    "label", ["2018-01", "Jan 2018", "1Q2018", "W/2018-07", "T1 2018", "2018", "Jan-Mar 2018", "Jan 18"]
)
def test_every_label_names_periods_of_one_length(label):
    assert len(forms_of(label)) == 1


def test_signs_that_look_alike_and_digits_of_other_scripts_are_one():
    assert {plain_label(each) for each in ("2018–Q1", "2018_Q1", "2018-Q1", "٢٠١٨-Q1")} == {"2018-q1"}


def test_weeks_in_six_digits_are_told_by_those_that_are_no_months():
    assert what_is_unread(["201812", "201813"]) == ("which looks like a week", "write weeks as 2018-W13")
    assert what_is_unread(["201811", "201812"]) is None


def test_one_label_alone_is_a_month_and_no_year_that_ends_in_the_next():
    assert not is_year_after_year(["2011-12"]) and is_year_after_year(["2010-11", "2011-12"])


def test_the_days_of_a_week_take_the_month_and_the_year_that_stand_beside_one_of_them():
    held = {"d": "29", "n": None, "y1": None, "d2": "31", "n2": "dec", "y": "2018"}
    assert days_at_ends(held) == "2018-12-29/2018-12-31"
    assert days_at_ends({**held, "n": "dec", "n2": "jan", "d2": "4"}) == ""
    assert days_at_ends({**held, "n": "dec", "n2": "jan", "d2": "4", "y1": "2017"}) == "2017-12-29/2018-01-04"
