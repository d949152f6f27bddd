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
        (["2018-01-02", "2018-01-03"], "found days such as 2018-01-02, which are neither the first or last of months"),
    ],
)
def test_labels_of_no_or_two_readings_are_refused(labels, message):
    with pytest.raises(InputError) as refused:
        read_labels(labels)
    assert f"read the periods of the table: {message}" in str(refused.value)
