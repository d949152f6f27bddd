"""Reporting triangles from incidents with the day of their report."""

import numpy as np
import pandas as pd
import pytest

from trends.counts.incidents import read_incidents
from trends.counts.triangle import reporting_triangle
from trends.errors import InputError

COLUMNS = {"id": "id", "date": "day", "reported": "seen", "province": "place"}
EVENTS = """id,day,seen,place
1,2020-01-05,2020-01-06,Diyala
2,2020-01-20,2020-02-10,Diyala
3,2020-02-03,2020-02-04,Anbar
4,2020-02-28,2020-03-31,Anbar
5,2020-03-02,2020-03-31,Diyala
6,2020-03-30,2020-04-02,Diyala
"""


@pytest.fixture
def events(tmp_path):
    def write(text=EVENTS):
        (tmp_path / "events.csv").write_text(text)
        return tmp_path / "events.csv"

    return write


def test_the_column_of_report_dates_is_read(events):
    incidents = read_incidents(events(), COLUMNS, country="IQ")
    assert incidents["reported"].dt.strftime("%m-%d").tolist() == ["01-06", "02-10", "02-04", "03-31", "03-31", "04-02"]
    assert "reported" not in read_incidents(events(), {"id": "id", "date": "day", "province": "place"}, country="IQ")


def test_incidents_are_counted_by_period_and_delay_as_far_as_reports_are_whole(events):
    triangle = reporting_triangle(read_incidents(events(), COLUMNS, country="IQ"), "M")
    # The last report is of 2 April: April is not over, and neither it nor its report is counted.
    assert list(map(str, triangle.index)) == ["2020-01", "2020-02", "2020-03"]
    np.testing.assert_array_equal(triangle, [[1, 1, 0], [1, 1, np.nan], [1, np.nan, np.nan]])
    assert triangle.attrs["notes"] == ("1 incidents are of, or were reported in, no month from 2020-01 to 2020-03.",)


def test_the_day_up_to_which_reports_are_there_can_be_given(events):
    triangle = reporting_triangle(read_incidents(events(), COLUMNS, country="IQ"), "M", until="2020-04-30", longest=1)
    np.testing.assert_array_equal(triangle, [[1, 1], [1, 1], [1, 1], [0, np.nan]])
    assert triangle.attrs["left_out"] == 0


def test_reports_beyond_the_longest_delay_are_left_out_and_counted(events):
    triangle = reporting_triangle(read_incidents(events(), COLUMNS, country="IQ"), "M", until="2020-04-30", longest=0)
    assert triangle[0].tolist() == [1, 1, 1, 0]
    assert triangle.attrs["notes"] == ("3 incidents were reported more than 0 months later and are left out.",)


def test_a_long_incident_stands_where_counting_puts_it():
    days = pd.to_datetime(["2020-01-30", "2020-01-02"])
    incidents = pd.DataFrame(
        {
            "date": days,
            "date_end": pd.to_datetime(["2020-02-20", "2020-01-02"]),
            "reported": pd.to_datetime(["2020-01-31", "2020-02-29"]),
        }
    )
    np.testing.assert_array_equal(reporting_triangle(incidents), [[0, 1], [1, np.nan]])


def test_a_report_before_its_event_is_refused_with_the_line(events):
    path = events(EVENTS.replace("2020-02-04", "2020-01-04"))
    with pytest.raises(InputError) as told:
        read_incidents(path, COLUMNS, country="IQ")
    assert str(told.value) == (
        f"read the column 'seen' of {path}, line 4: found '2020-01-04' for an event that began on 2020-02-03; allowed: "
        "days that are not before the one on which the event began, or nothing; correct the file, or leave the row out "
        "of it."
    )


def test_incidents_without_a_day_of_report_are_refused(events):
    incidents = read_incidents(events(EVENTS.replace("2020-02-04", "")), COLUMNS, country="IQ")
    with pytest.raises(InputError) as told:
        reporting_triangle(incidents)
    assert str(told.value) == (
        "build a reporting triangle: found row 3: date 2020-02-03, date_end 2020-02-03, no reported; allowed: "
        "incidents that were reported on the day they began or later; correct the row, or leave it out and say so."
    )
    with pytest.raises(InputError) as told:
        reporting_triangle(incidents.drop(columns="reported"))
    assert str(told.value) == (
        "build a reporting triangle: found no column 'reported'; allowed: days in the columns date, date_end and "
        'reported; name the column of the report dates in the map of columns: reported = "...".'
    )


def test_a_table_without_a_whole_period_is_refused(events):
    incidents = read_incidents(events(), COLUMNS, country="IQ")
    with pytest.raises(InputError) as told:
        reporting_triangle(incidents, "Y")
    assert str(told.value) == (
        "build a reporting triangle: found the first period 2020, and reports up to 2020-04-02; allowed: a year that "
        "ended by then; begin earlier, give until=, or count by shorter periods."
    )
    with pytest.raises(InputError, match="longest=7; allowed: a whole number from 0 to 2"):
        reporting_triangle(incidents, longest=7)
