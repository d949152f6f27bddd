"""Every row of a file is checked before one is counted, and the first that fails is told with its line."""

import pytest

from trends.counts.checking import check_each, check_rows, typed_events
from trends.counts.scanning import open_events
from trends.counts.typed_events import Filters
from trends.errors import InputError

HEAD = "id,date_start,date_end,country,adm_1,side_a,side_b,type_of_violence,best"
WANTED = ("key", "id", "day", "last", "province", "country", "deaths")


def line(number, day="2018-01-05", last="", country="Iraq", deaths="2"):
    return f"{number},{day},{last},{country},Anbar,G,IS,1,{deaths}"


@pytest.fixture
def checked(tmp_path):
    """A function from rows and filters to what they are counted as, once they are checked."""

    def of(*rows, check=check_rows, columns="ged", head=HEAD, **filters):
        path = tmp_path / "a.csv"
        path.write_text("\n".join([head, *rows]) + "\n")
        country = filters.pop("country", None)
        with open_events(path) as file:
            events = typed_events(file, columns, Filters(**filters), WANTED, country)
            tally = events.tally()
            check(events, tally)
            return int(tally.loc[tally["keep"], "n"].sum()), events.notes()

    return of


def test_sound_rows_are_counted_with_what_was_decided(checked):
    n, notes = checked(line(1), line(2, deaths="-9"), line(3, deaths="-99"))
    assert (n, notes) == (3, ("2 events have -9, -99 or -999 deaths: taken as not known",))


def test_a_country_is_found_under_every_name_that_the_file_gives_it(checked):
    rows = line(1), line(2, country="IRQ"), line(3, country="Syria")
    assert checked(*rows, country="IQ")[0] == 2
    with pytest.raises(InputError, match="found no event with the country 'Iran'; allowed: Iraq"):
        checked(*rows, country="Iran")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((line(1), line(2, day="2018-02-30")), "line 3: found '2018-02-30'; allowed: days such as"),
        ((line(1, last="2018-01-01"),), "found '2018-01-01' for an event that began on 2018-01-05;"),
        (
            (line(1), line(2), line(1, day="2018-03-01")),
            "line 4: found the id '1' again, first in line 2; allowed: one row an event;",
        ),
        ((line(1, deaths="many"),), "line 2: found 'many'; allowed: numbers from 0 up"),
        ((), "found no event in it; allowed: at least one; check the file."),
    ],
)
def test_the_first_row_that_fails_is_told(checked, rows, told):
    with pytest.raises(InputError) as refused:
        checked(*rows)
    assert told in str(refused.value)


def test_filters_that_leave_nothing_are_told_apart(checked):
    rows = line(1), line(2).replace(",G,IS,1,", ",A,B,3,")
    with pytest.raises(InputError, match="found no event with the actor 'ISS'; allowed: IS"):
        checked(*rows, actor="ISS")
    with pytest.raises(InputError, match="found no event that is all of actor, kind as asked, though each occurs;"):
        checked(*rows, actor="IS", kind="one-sided")
    assert checked(*rows, check=check_each, actor="ISS")[0] == 0


def test_counts_in_a_column_are_not_counted_by_row(checked):
    with pytest.raises(InputError, match="found 2 rows that hold 9 in EVENTS; allowed: a row for each event;"):
        checked("2018-01-05,4", "2018-01-06,5", columns={"date": "when"}, head="when,EVENTS")
