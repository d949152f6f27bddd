"""The rows of an event file as typed SQL, and the filters that choose among them."""

import pytest

from trends.counts.columns import read_columns
from trends.counts.scanning import open_events
from trends.counts.typed_events import Filters, day_notes, found_columns, parsed_sql
from trends.errors import InputError

HEAD = "id,date_start,date_end,country,adm_1,side_a,side_b,type_of_violence,best,low,high"
ROWS = (
    "1,2018-01-05,,Iraq,Anbar,G,IS,1,2,1,3",
    "2.0,2018-01-06,2018-01-07,Iraq,NA,G,PKK,2,-9,,",
    "3,2018-02,,Iraq,Diyala,IS,Civilians,3.0,2.5,NA,x",
)


@pytest.fixture
def events(tmp_path):
    """The file above, opened, with the map of UCDP and the columns found."""
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEAD, *ROWS]) + "\n")
    columns = read_columns("ged")
    with open_events(path) as file:
        yield file, columns, found_columns(file, columns)


def rows(events, what, keep="true"):
    file, columns, used = events
    return file.query(f"SELECT {what} FROM ({parsed_sql(file, columns, used, keep)}) ORDER BY id").fetchall()


@pytest.mark.parametrize("mark", ["NA", "NaN", "NULL", "N/A", "n/a", "<NA>"])
def test_what_programs_write_where_nothing_is_known_is_nothing(tmp_path, mark):
    path = tmp_path / "a.csv"
    path.write_text(f"{HEAD}\n{ROWS[0].replace('Anbar', mark).replace('1,2,1,3', f'1,{mark},1,3')}\n{ROWS[1]}\n")
    columns = read_columns("ged")
    with open_events(path) as file:
        found = (file, columns, found_columns(file, columns))
        assert rows(found, "province, deaths_low, given_deaths")[0] == (None, 1.0, False)


def test_every_field_is_typed_and_null_where_it_cannot_be(events):
    assert rows(events, "id, CAST(day AS VARCHAR), CAST(last AS VARCHAR), province, kind") == [
        ("1", "2018-01-05", "2018-01-05", "Anbar", "state-based"),
        ("2", "2018-01-06", "2018-01-07", None, "non-state"),
        ("3", "2018-02-01", "2018-02-28", "Diyala", "one-sided"),
    ]
    assert rows(events, "deaths, deaths_low") == [(2.0, 1.0), (None, None), (2.5, None)]
    assert rows(events, "coded_deaths, given_deaths, given_deaths_high") == [
        (False, True, True), (True, False, False), (False, True, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (Filters(actor="IS"), ["1", "3"]),
        (Filters(actor=("PKK", "Civilians")), ["2", "3"]),
        (Filters(kind="one-sided"), ["3"]),
        (Filters(kind=("state-based", "non-state"), actor="IS"), ["1"]),
        (Filters(where={"SIDE_B": "PKK"}), ["2"]),
        (Filters(where={"type_of_violence": 3}), ["3"]),
    ],
)
def test_filters_keep_what_fits_any_of_the_names_and_all_of_the_fields(events, filters, kept):
    conditions = filters.conditions(*events)
    keep = " AND ".join(f"({condition})" for condition, *_ in conditions.values())
    assert [name for name, keep in rows(events, "id, keep", keep) if keep] == kept


def test_a_filter_by_a_column_that_is_not_there_names_the_nearest(events):
    with pytest.raises(InputError) as refused:
        Filters(where={"side": "IS"}).conditions(*events)
    assert "found no column 'side'; allowed: side_b, side_a" in str(refused.value)
    file, columns, used = events
    with pytest.raises(InputError, match="by located: found no column for it; allowed: id, date_start"):
        Filters(located="place").conditions(file, columns, {key: used[key] for key in used if key != "located"})


def test_a_column_that_is_required_is_looked_for_under_all_its_names(events, tmp_path):
    file, columns, used = events
    assert (used["date"], used["province"], used["actor.1"]) == ("date_start", "adm_1", "side_b")
    assert day_notes(file, columns, used) == ()
    with pytest.raises(InputError, match="find the column of the date"):
        found_columns(file, read_columns({"date": "when"}))


def test_a_bare_month_is_dated_to_the_month_beside_an_empty_last_day_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"{HEAD}\n9,2018-03-30,2018-04,Iraq,Anbar,G,IS,1,1,1,1\n8,2018-02,,Iraq,Anbar,G,IS,1,1,1,1\n")
    columns = read_columns("ged")
    with open_events(path) as file:
        found = rows((file, columns, found_columns(file, columns)), "CAST(day AS VARCHAR), CAST(last AS VARCHAR)")
    assert found == [("2018-02-01", "2018-02-28"), ("2018-03-30", "2018-04-30")]
