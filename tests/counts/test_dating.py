"""A column of days is read in the one form that it has, all of it."""

import pytest

from trends.counts.dating import month_only, read_days
from trends.counts.scanning import open_events
from trends.errors import InputError


@pytest.fixture
def days(tmp_path):
    """A function from the texts of a column to its days and what was decided."""

    def of(*cells):
        path = tmp_path / "a.csv"
        path.write_text("".join(f"{cell}\n" for cell in ("when,n", *(f'"{cell}",1' for cell in cells))))
        with open_events(path) as file:
            found = read_days(file, "when", '"when"')
            rows = file.query(f"SELECT {found.sql} FROM {file.relation}").fetchall()
            return [str(day) for (day,) in rows], found.notes

    return of


@pytest.mark.parametrize(
    "cell", ["2018-01-31", "2018/1/31", "2018.01.31", "20180131", "31 January 2018", "31-Jan-2018", "2018-01-31T23:00Z"]
)
def test_a_form_with_one_reading_is_read_without_a_word(days, cell):
    assert days(cell) == (["2018-01-31"], ())


def test_one_value_above_twelve_anywhere_tells_the_day_from_the_month(days):
    early = [f"0{month}/01/2018" for month in range(1, 10)] * 8
    read, notes = days(*early, "01/31/2018")
    assert (read[0], read[8], read[-1]) == ("2018-01-01", "2018-09-01", "2018-01-31")
    assert notes == ("month first, since 31 stands second in line 74",)
    read, notes = days(*early, "31/01/2018")
    assert (read[1], read[-1], notes) == (
        "2018-01-02", "2018-01-31", ("day first, since 31 stands first in line 74",),
    )  # fmt: skip


def test_two_readings_two_orders_and_numbers_of_excel_are_refused(days):
    for cells, found in (
        (("05/01/2018", "06/01/2018"), "found '05/01/2018', which has two readings;"),
        (("13/01/2018", "01/13/2018"), "found '13/01/2018', and 13 in first and 13 in second place;"),
        (("43105", "43106"), "found '43105', which looks like Excel's day number;"),
        (("2018-01-05T10:00+03:00", "2018-01-05T10:00Z"), "found the time zones +03:00 and Z;"),
    ):
        with pytest.raises(InputError) as refused:
            days(*cells)
        assert found in str(refused.value)


def test_a_day_of_a_month_alone_is_known_by_its_length(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("day,n\n2011-02,1\n2011-02-05,1\n")
    with open_events(path) as file:
        told = month_only("day")
        rows = file.query(f"SELECT {told} FROM {file.relation}").fetchall()
    assert rows == [(True,), (False,)]
