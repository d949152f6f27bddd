"""A map of columns says which column holds what, and refuses what no column can."""

import pytest

from trends.counts.columns import at_level, header_names, read_columns
from trends.errors import InputError

OWN = {"date": "when", "province": ["where", "place"]}


def refused(call, *arguments):
    with pytest.raises(InputError) as error:
        call(*arguments)
    return str(error.value)


@pytest.mark.parametrize("name", ["ged", "acled", "gtd"])
def test_the_built_in_maps_name_a_day_and_a_province(name):
    columns = read_columns(name)
    assert columns.province and (columns.date or columns.date_parts)


def test_a_map_of_ones_own_begins_with_a_built_in_one_where_it_says_so():
    base, like = read_columns("ged"), read_columns({"like": "ged", "date": "when"})
    assert like.date == ("when",) and (like.actor, like.kind) == (base.actor, base.kind)
    assert set(base.required) <= set(like.required)


def test_a_map_in_a_file_is_the_map_in_memory(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text('date = "when"\nprovince = ["where", "place"]\n')
    assert read_columns(str(path)) == read_columns(path) == read_columns(OWN)
    assert read_columns(read_columns(OWN)) == read_columns(OWN)


def test_a_header_has_each_column_that_a_map_cannot_do_without():
    assert header_names(read_columns(OWN)) == (("when",), ("where", "place"))
    parts = read_columns({"date": {"year": "y", "month": "m", "day": "d"}})
    assert set(header_names(parts)) == {("y",), ("m",), ("d",)}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({}, "found no key 'date'; allowed: a map that names the column of the date; add it: date = \"...\"."),
        ({"date": "d", "provinze": "p"}, "found the key 'provinze'; allowed: "),
        ({"date": "d", "like": "mine"}, "found like='mine'; allowed: "),
        ({"date": 7}, "found date = 7; allowed: the name of a column, or a list of names; correct the value."),
        ({"date": "d", "level": "town"}, "found level = 'town'; allowed: 'province', 'country' or 'district'; correct"),
        ({"date": {"year": "y"}}, "allowed: the names of the columns year, month and day; correct the value."),
        ({"date": "d\x00"}, r"found date with the control character '\x00'; allowed: text; take it out."),
    ],
)
def test_a_map_that_cannot_be_is_refused(table, told):
    assert told in refused(read_columns, table)


def test_a_level_needs_the_column_of_its_places():
    columns = read_columns({"date": "d", "province": "p", "country": "c"})
    assert at_level(columns, None) == columns
    assert at_level(columns, "country").province == ("c",)
    assert refused(at_level, columns, "district") == (
        "place the events by district: found a map of columns without the key district; allowed: a map that names the "
        'column of the district; add it: district = "...".'
    )
    assert refused(at_level, columns, "town") == (
        "place the events: found 'town'; allowed: province, country, district; choose one of these."
    )
