import pytest

from trends.counts.counting import count_file
from trends.counts.incidents import read_incidents
from trends.errors import InputError

HEAD = "id,date_start,country,adm_1,side_a,side_b,longitude,latitude,where_prec"
MOSUL, BAGHDAD = "43.13,36.34", "44.36,33.31"
ROWS = [
    f"1,2020-01-05,Iraq,,G,IS,{MOSUL},1",
    f"2,2020-01-06,Iraq,Nineveh,G,IS,{MOSUL},1",
    f"3,2020-01-07,Iraq,Nineveh,G,IS,{BAGHDAD},1",
    f"4,2020-01-08,Iraq,,G,IS,{MOSUL},6",
    f"5,2020-01-09,Iraq,Somewhere,G,IS,{BAGHDAD},2",
    "6,2020-01-10,Iraq,,G,IS,,,1",
    "7,2020-01-11,Iraq,,G,IS,999,36,1",
]


@pytest.fixture
def file(tmp_path):
    def write(rows=ROWS, head=HEAD):
        path = tmp_path / "events.csv"
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def test_precise_points_place_what_no_name_does_and_never_what_a_name_does(file):
    panel = count_file(file(), "ged", place=True)
    assert panel.counts.iloc[0].to_dict() == {"Baghdad": 1, "Nineveh": 3, "Iraq, no province": 3}
    assert panel.notes[:2] == (
        "2 events placed by their coordinates (Natural Earth 10m); where the file also names a province the two agree "
        "on 50.0 % of 2",
        "of these, some name what is no one province, which gave way: 'Somewhere' (1)",
    )


def test_the_table_of_incidents_is_placed_as_the_panel_is(file):
    table = read_incidents(file(), "ged", place=True)
    assert table["id"].tolist() == ["1", "2", "3", "4", "5", "6", "7"]
    assert table["province"].tolist() == [
        "Nineveh", "Nineveh", "Nineveh", "Iraq, no province", "Baghdad", "Iraq, no province", "Iraq, no province",
    ]  # fmt: skip
    assert "longitude" not in table


def test_off_by_default_a_name_that_nobody_knows_is_refused(file):
    with pytest.raises(InputError, match="'Somewhere'"):
        count_file(file(), "ged")


def test_an_alias_is_a_name(file):
    panel = count_file(file(), "ged", place=True, aliases={"Somewhere": "IQ-AN"})
    assert panel.counts.iloc[0].to_dict() == {"Anbar": 1, "Nineveh": 3, "Iraq, no province": 3}


def test_an_ambiguous_name_is_decided_by_the_point(file):
    rows = ["1,2020-01-05,Ukraine,Kyiv,G,IS,30.52,50.45,1", "2,2020-01-05,Ukraine,Kyiv,G,IS,30.1,49.8,1"]
    panel = count_file(file(rows), "ged", place=True)
    assert panel.counts.iloc[0].to_dict() == {"Kyiv City": 1, "Kyiv oblast": 1}


def test_points_are_told_by_the_divisions_that_the_file_names(file):
    # The outlines of Sri Lanka are those of districts; this file names provinces.
    rows = ["1,2020-01-05,Sri Lanka,Northern,G,IS,80.02,9.66,1", "2,2020-01-05,Sri Lanka,,G,IS,81.7,7.7,1"]
    assert count_file(file(rows), "ged", place=True).provinces == ["Eastern", "Northern"]


@pytest.mark.parametrize(
    ("columns", "options", "told"),
    [
        ({"date": "date_start", "province": "adm_1"}, {}, "found no column of the longitude; allowed: id, date_start"),
        (
            {"date": "date_start", "longitude": "longitude", "latitude": "latitude"}, {},
            "found no column of the country; allowed: points of a country that is named; name the country, for example",
        ),
        ("ged", {"level": "country"}, "found events counted by country; allowed: provinces, which the outlines are of"),
    ],
)  # fmt: skip
def test_what_cannot_be_placed_is_refused(file, columns, options, told):
    with pytest.raises(InputError) as error:
        count_file(file(), columns, place=True, **options)
    assert told in str(error.value)


def test_a_file_without_provinces_is_placed_by_its_points(file):
    rows = [f"2020-01-05,{MOSUL}", f"2020-02-05,{BAGHDAD}"]
    path = file(rows, "day,lon,lat")
    panel = count_file(
        path,
        {"date": "day", "longitude": "lon", "latitude": "lat"},
        country="Iraq",
        place=True,
        coverage=("2020-01", "2020-02"),
    )
    assert panel.counts.to_dict("list") == {"Baghdad": [0, 1], "Nineveh": [1, 0]}
