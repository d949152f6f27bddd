"""Labels of periods are read in every form that has one reading, and in no other."""

import pytest

from trends.counts.labels import read_labels
from trends.errors import InputError
from trends.periods import label_of, period


@pytest.mark.parametrize(
    ("labels", "options", "read"),
    [
        (["2018-01", "2018-02"], {}, "2018-01"),
        (["2018/1"], {}, "2018-01"),
        (["01/2018"], {}, "2018-01"),
        (["2018M01"], {}, "2018-01"),
        (["201801"], {}, "2018-01"),
        (["Jan 2018"], {}, "2018-01"),
        (["January 2018"], {}, "2018-01"),
        (["Jan-18", "Feb-18"], {}, "2018-01"),
        (["2018Q1"], {}, "2018Q1"),
        (["2018-Q1"], {}, "2018Q1"),
        (["Q1 2018"], {}, "2018Q1"),
        (["2018 Q1"], {}, "2018Q1"),
        (["2018-W01"], {}, "2018-W01"),
        (["2018"], {}, "2018"),
        (["2018-01-31", "2018-02-28"], {}, "2018-01"),
        (["2018-01-06", "2018-01-13"], {"week": "Saturday"}, "2018-01-06/2018-01-12"),
        (["FY2018 Q1"], {"fiscal": "October"}, "2017Q4"),
        (["FY18Q1"], {"fiscal": "February"}, "2017-02/2017-04"),
        (["13/01/2018", "01/02/2018"], {"by": "D"}, "2018-01-13"),
        (["01/02/2018", "01/03/2018"], {"date_format": "%d/%m/%Y"}, "2018-02"),
        *[
            ([label], {}, "2018Q1")
            for label in (
                "1Q2018",
                "1Q18",
                "Q1-18",
                "Q1'18",
                "2018/Q1",
                "2018.Q1",
                "2018_Q1",
                "2018 q 1",
                "Qtr 1 2018",
                "Quarter 1 2018",
                "1st quarter 2018",
                "T1 2018",
                "2018T1",
                "1er trimestre 2018",
                "Jan-Mar 2018",
                "January to March 2018",
                "X2018.Q1",
            )
        ],
        *[
            ([label], {}, "2018-W07")
            for label in (
                "W/2018-07",
                "2018w7",
                "W07-2018",
                "Week 7, 2018",
                "KW 7/2018",
                "2018 week 7",
                "Semaine 7 2018",
                "2018-02-12 – 2018-02-18",
            )
        ],
        *[
            ([label], {}, "2018-02")
            for label in (
                "Feb. 2018",
                "Feb, 2018",
                "FEB2018",
                "Feb18",
                "2018/Feb",
                "2018-M02",
                "M2 2018",
                "2018_02",
                "2018. 02",
                "X2018.02",
                "02 2018",
                "2018年2月",
                "٢٠١٨-٠٢",
                "févr. 2018",
                "Février 2018",
                "fev/2018",
                "febrero de 2018",
                "Februar 2018",
                "Şubat 2018",
                "февраль 2018",
                "февраля 2018",
                "лютий 2018",
                "فبراير 2018",
                "شباط 2018",
                "فيفري 2018",
            )
        ],
        *[
            ([label], {"by": "D"}, "2018-02-01")
            for label in (
                "Thu 1 Feb 2018",
                "Thursday, February 1, 2018",
                "February 1st, 2018",
                "1er février 2018",
                "2018-Feb-01",
                "2018-02-01T00:00:00.000Z",
                "2018 02 01",
            )
        ],
        (["Q1 FY2018/19"], {"fiscal": "October"}, "2018Q4"),
        (["CY2018"], {}, "2018"),
    ],
)
def test_a_column_of_labels_is_read_in_its_one_form(labels, options, read):
    found = read_labels(labels, **options).periods[0]
    assert label_of(found) == read
    assert period(read, found.freqstr) == found


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            ["2018-01", "2018-02", "2018-13x"],
            "found row 3 reads '2018-13x', the others are months; allowed: one form in",
        ),
        (["2018-01", "2018-13"], "found row 2 reads '2018-13', which is no month; allowed: months, quarters, weeks"),
        (["43105"], "found '43105', which looks like Excel's day number; allowed: months, quarters, weeks, years or"),
        (["05/01/2018"], "found '05/01/2018', which has two readings; allowed: days written year first"),
        (
            ["2018-01-06", "2018-01-13"],
            "found weeks from Saturday; allowed: with week='Saturday'; say so (--week Saturday), since counts "
            "cannot be moved to other weeks.",
        ),
        (
            ["FY2018 Q1"],
            "found fiscal quarters; allowed: quarters of a year whose first month is known; say in which month",
        ),
        (
            ["2009/10", "2010/11", "2011/12"],
            "found '2009/10', which has two readings: a month, or a year that ends in the next one; allowed: months",
        ),
        (["FY2018", "FY2019"], "found 'FY2018', which is a year that begins in another month than January; allowed:"),
        (["2018H1", "2018H2"], "found '2018H1', which is a half of a year; allowed: months, quarters, weeks, years"),
        (["S7 2018"], "found 'S7 2018', which is a week or a half of a year; allowed: months, quarters, weeks"),
        (["201812", "201813"], "found '201812', which looks like a week; allowed: months, quarters, weeks, years"),
        (["18-Jan"], "found '18-Jan', which has two readings: a day of a month, or a month of a year; allowed:"),
        (["Jan", "Feb"], "found 'Jan', which names no year; allowed: months, quarters, weeks, years or days, such"),
        (["01/18"], "found '01/18', which has its year in two digits; allowed: months, quarters, weeks, years or"),
        (["1439-04", "1439-05"], "found '1439-04', which is of another calendar than the Gregorian one; allowed:"),
        (["1514764800"], "found '1514764800', which looks like seconds since 1970; allowed: months, quarters,"),
        (["Q1 FY2018/20"], "found fiscal quarters; allowed: quarters of a year whose first month is known; say in"),
        (["2018-01-02", "2018-01-03"], "found days such as 2018-01-02, which are neither the first or last of months"),
    ],
)
def test_labels_of_no_or_two_readings_are_refused(labels, message):
    with pytest.raises(InputError) as refused:
        read_labels(labels)
    assert f"read the periods of the table: {message}" in str(refused.value)


def test_days_that_are_not_written_as_a_person_says_are_refused():
    with pytest.raises(InputError) as refused:
        read_labels(["01/02/2018", "2018-03-01"], date_format="%d/%m/%Y")
    assert str(refused.value) == (
        "read the periods of the table: found row 2 reads '2018-03-01'; allowed: days written as %d/%m/%Y, as in "
        "31/01/2018; correct the label, or date_format."
    )


def test_a_year_of_two_years_that_do_not_follow_each_other_is_refused():
    with pytest.raises(InputError, match="row 1 reads 'Q1 FY2018/20', which is no quarter"):
        read_labels(["Q1 FY2018/20"], fiscal="October")


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        (["1-7 Jan 2018", "8–14 January 2018", "29 Jan - 4 Feb 2018"], ["2018-W01", "2018-W02", "2018-W05"]),
        (["1 - 7 Jan 2018", "8 to 14 Jan 2018"], ["2018-W01", "2018-W02"]),
        (["January 1-7, 2018", "Jan 29 - Feb 4, 2018"], ["2018-W01", "2018-W05"]),
        (["25 Dec 2017 - 31 Dec 2017", "1 Jan 2018 - 7 Jan 2018"], ["2017-W52", "2018-W01"]),
        (["1.-7. Januar 2018", "1er-7 janvier 2018"], ["2018-W01", "2018-W01"]),
        # The days say which weeks they are, whatever day these begin on.
        (["6-12 Jan 2018", "27 Jan - 2 Feb 2018"], ["2018-01-06/2018-01-12", "2018-01-27/2018-02-02"]),
        (["30 Dec 2017 - 5 Jan 2018"], ["2017-12-30/2018-01-05"]),
    ],
)
def test_a_week_is_read_by_its_first_and_last_day_in_words(labels, read):
    assert [label_of(each) for each in read_labels(labels).periods] == read


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("1-8 Jan 2018", "row 1 reads '1-8 Jan 2018', which is no week"),
        ("7-1 Jan 2018", "row 1 reads '7-1 Jan 2018', which is no week"),
        ("31 Apr - 6 May 2018", "row 1 reads '31 Apr - 6 May 2018', which is no week"),
        ("29 Dec - 4 Jan 2018", "row 1 reads '29 Dec - 4 Jan 2018', whose days lie in two years of which one is named"),
        ("1-7 Jan", "'1-7 Jan', which names no year"),
        ("Jan 1-7", "'Jan 1-7', which names no year"),
    ],
)
def test_days_that_bound_no_one_week_are_refused(label, found):
    with pytest.raises(InputError) as error:
        read_labels([label])
    assert error.value.found == found


@pytest.mark.parametrize(
    ("labels", "second"),
    [
        (["1-7 Jan 2018", "3-9 Jan 2018"], "3-9 Jan 2018"),
        (["2018-01-01/2018-01-07", "2018-01-09/2018-01-15"], "2018-01-09/2018-01-15"),
        (["2018-01/2018-03", "2018-02/2018-04"], "2018-02/2018-04"),
    ],
)
def test_periods_that_are_counted_from_several_days_or_months_are_refused(labels, second):
    with pytest.raises(InputError) as error:
        read_labels(labels)
    assert error.value.found == (
        f"row 2 reads {second!r} beside {labels[0]!r}, of another length, or counted from another day or month"
    )
