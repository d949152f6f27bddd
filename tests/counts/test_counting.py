import gzip
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.counts.conftest import only_province
from trends.counts.allocation import allocated
from trends.counts.counting import count_file, count_incidents
from trends.counts.incidents import read_incidents
from trends.counts.provinces import at_day
from trends.errors import InputError

HEADER = "id,date_start,date_end,adm_1,country,type_of_violence,side_a,side_b,best,low,high\n"


def event(number, day="2020-04-05", end=None, province="Diyala", kind=1, sides="Government of Iraq,IS", deaths=2):
    return f"{number},{day},{end or day},{province},Iraq,{kind},{sides},{deaths},0,9\n"


@pytest.fixture
def file(tmp_path):
    def write(*rows, name="events.csv", header=HEADER):
        path = tmp_path / name
        path.write_text(header + "".join(rows), encoding="utf-8")
        return path

    return write


def random_events(n=3000, seed=5):
    rng = np.random.default_rng(seed)
    day = pd.Timestamp("2012-11-20") + pd.to_timedelta(rng.integers(0, 900, n), unit="D")
    length = rng.choice([0, 0, 0, 1, 6, 30, 45, 365], n)
    names = ["Anbar", "Al Anbār province", "Ninewa", "IQ-DI", "Halabja", "Salahaddin", ""]
    return pd.DataFrame(
        {
            "id": np.arange(n) + 1,
            "date_start": day.strftime("%Y-%m-%d"),
            "date_end": (day + pd.to_timedelta(length, unit="D")).strftime("%Y-%m-%d"),
            "adm_1": rng.choice(names, n),
            "type_of_violence": rng.choice([1, 2, 3], n),
            "side_a": rng.choice(["Government of Iraq", "IS", "PKK, IS", "ISF"], n),
            "side_b": rng.choice(["IS", "Civilians"], n),
            "best": rng.choice([0, 1, 7, np.nan], n),
        }
    )


@pytest.mark.parametrize(
    ("by", "suffix"),
    [*((by, ".csv") for by in "DWMQY"), ("W", ".parquet"), ("D", ".parquet"), ("M", ".csv.gz"), ("Q", ".xlsx")],
)
def test_counting_from_disk_equals_counting_in_memory(tmp_path, by, suffix):
    path = tmp_path / f"events{suffix}"
    table = random_events(300 if suffix == ".xlsx" else 3000)
    if suffix == ".parquet":
        duckdb.from_df(table).write_parquet(str(path))
    elif suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        table.to_csv(path, index=False)
    for allocate in ("majority", "first"):
        for measure in ("events", "deaths"):
            options = {"by": by, "allocate": allocate, "measure": measure, "coverage": ("2012-11-20", "2016-12-31")}
            one = count_file(path, "ged", actor="IS", kind=["state-based", "non-state"], **options)
            incidents = read_incidents(path, "ged", actor="IS", kind=["state-based", "non-state"])
            other = count_incidents(incidents, **options)
            assert one.equals(other) and one.notes == other.notes


@pytest.mark.parametrize("by", ["D", "W", "M", "Q", "Y"])
def test_an_event_is_allocated_as_counting_its_days_would(by):
    table = random_events(400)
    day, end = pd.to_datetime(table["date_start"]), pd.to_datetime(table["date_end"])
    period, over = allocated(day, end, by)
    freq = {"D": "D", "W": "W-SUN", "M": "M", "Q": "Q-DEC", "Y": "Y-DEC"}[by]
    for first, last, found, straddles in zip(day, end, period, over, strict=True):
        days = pd.date_range(first, last).to_period(freq)
        middle = days[(len(days) - 1) // 2]
        assert straddles == (len(days.unique()) > 1)
        if 2 * (days == middle).sum() >= len(days):
            assert found == middle.start_time
        else:
            assert pd.isna(found)


def test_an_event_over_a_month_is_counted_whole_where_most_of_it_is_and_said(file):
    path = file(
        event(1, "2020-04-05"), event(2, "2020-04-28", "2020-05-27"), event(3, "2020-05-30", "2020-06-02"),
        event(4, "2020-01-01", "2020-12-31"),
    )  # fmt: skip
    panel = count_file(path, coverage=("2020-01", "2020-12"))
    assert panel["Diyala"].loc["2020-04":"2020-06"].tolist() == [1, 2, 0] and panel.counts.sum().sum() == 3
    assert panel.notes[1:] == (
        "2 of 3 events go on past the end of a month; each counts whole in one by the rule given.",
        "1 event lasts too long or is dated too coarsely for any one month, and is in none.",
    )
    by_first_day = count_file(path, coverage=("2020-01", "2020-12"), allocate="first")
    assert by_first_day["Diyala"].iloc[:5].tolist() == [1, 0, 0, 2, 1]
    assert count_file(path, by="Y")["Diyala"].tolist() == [4]


def test_quiet_is_not_the_same_as_not_watched(file):
    path = file(
        event(1, "2020-02-05"), event(2, "2020-04-05", province="Anbar"), event(3, "2020-03-03", sides="KDP,PKK")
    )
    panel = count_file(path, actor="IS", first="2020-01", last="2020-05")
    assert panel["Diyala"].fillna(-1).tolist() == [-1, 1, 0, 0, -1]
    assert panel.notes[1:] == (
        "No coverage was given: taken as watched is 2020-02 to 2020-04, from the first to the last event of the file.",
    )
    told = count_file(path, actor="IS", coverage=("2020-01-01", "2020-05-15"))
    assert told["Diyala"].tolist() == [0, 1, 0, 0, 0] and told.notes[1:] == ()
    assert told["Diyala"].attrs["exposure"] == {"2020-05": pytest.approx(15 / 31)}


def test_a_province_without_an_event_of_the_actor_is_a_column_of_zeros(file):
    path = file(event(1), event(2, province="Muthanna", sides="KDP,PKK"))
    assert count_file(path, actor="IS").counts.to_dict("list") == {"Diyala": [1.0], "Muthanna": [0.0]}


def test_a_coverage_by_province_gives_each_its_exposure(file):
    path = file(event(1, "2020-02-05"), event(2, "2020-02-05", province="Anbar"))
    table = pd.DataFrame(
        {"first": ["2020-01", "2020-02-01"], "last": ["2020-03", "2020-02-29"], "province": ["Diyālá", "IQ-AN"],
         "exposure": [1, 0.5]}
    )  # fmt: skip
    panel = count_file(path, coverage=table)
    assert panel.exposure.to_dict("list") == {"Anbar": [0.0, 0.5, 0.0], "Diyala": [1.0, 1.0, 1.0]}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"first": ["2020-03"], "last": ["2020-04"]}, "found 1 in Diyala 2020-02, which nobody watched"),
        (
            {"first": ["2020-01", "2020-02"], "last": ["2020-03", "2020-02"]},
            "row 2: found days that another row covers",
        ),
        (
            {"first": ["2020-01"], "last": ["2020-03"], "province": ["Basra"]},
            "found the province 'Basra'; allowed: Diyala",
        ),
        (
            {"first": ["2020-01"], "last": ["2020-03"], "exposure": [2]},
            "found the exposure 2; allowed: a share from 0 to 1",
        ),
        ({"first": ["2020-01"], "end": ["2020-03"]}, "found the column 'end'"),
        ({"first": ["2020-03"], "last": ["2020-01"]}, "found 2020-03 to 2020-01"),
        ({"first": ["Apr-14"], "last": ["2020-01"]}, "found 'Apr-14'"),
    ],
)
def test_a_coverage_that_cannot_be_is_refused(file, table, message):
    with pytest.raises(InputError) as error:
        count_file(file(event(1, "2020-02-05")), first="2020-01", last="2020-04", coverage=pd.DataFrame(table))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"date_end": None},
            "found no column 'date_end'; allowed: a table as read_incidents gives it, with date, date_end, province; "
            "add it (date_end is date for an event of one day).",
        ),
        (
            {"date": ["2020-04-05", "2020-04-06"]},
            "found the column 'date' of the type str; allowed: days as pandas has them, without a time zone; "
            "convert it, for example with pandas.to_datetime(incidents['date']).",
        ),
        (
            {"date": [pd.Timestamp("2020-04-05"), pd.NaT]},
            "found no date in row 2; allowed: a day in every row; fill it, or leave the row out and say so.",
        ),
    ],
)
def test_a_table_of_ones_own_lacks_nothing_that_counting_needs(change, message):
    day = pd.to_datetime(["2020-04-05", "2020-04-06"])
    table = pd.DataFrame({"date": day, "date_end": day, "province": "Diyala"}).assign(**change)
    with pytest.raises(InputError) as refused:
        count_incidents(table.drop(columns=[name for name, value in change.items() if value is None]))
    assert str(refused.value) == f"count incidents: {message}"


def test_halabja_counts_with_sulaymaniyah_before_2014_and_by_itself_after(file):
    path = file(event(1, "2013-12-31", province="Halabja"), event(2, "2014-01-01", province="Halabja"))
    panel = count_file(path, first="2013-12", last="2014-01")
    assert panel["Sulaymaniyah"].tolist() == [1, 0]
    assert np.isnan(panel["Halabja"].iloc[0]) and panel["Halabja"].iloc[1] == 1
    kept = count_file(path, aliases={"Halabja": "IQ-SU"})
    assert kept["Sulaymaniyah"].tolist() == [1, 1] and kept.provinces == ["Sulaymaniyah"]


def test_events_without_a_province_have_a_column_of_their_own(file):
    panel = count_file(file(event(1), event(2, province="")))
    assert panel.counts.to_dict("list") == {"Diyala": [1.0], "Iraq, no province": [1.0]}


def test_provinces_are_counted_in_the_order_and_spelling_asked_for(file):
    path = file(event(1), event(2, province="Nīnawá province"), event(3, province="Basra"))
    panel = count_file(path, provinces=["Ninewa", "IQ-DI", "Muthanna"])
    assert panel.counts.to_dict("list") == {"Ninewa": [1.0], "IQ-DI": [1.0], "Muthanna": [0.0]}
    assert panel.notes[1] == "1 events are in other provinces than those asked for."
    with pytest.raises(InputError, match="found 'Nowhere'; allowed: Basra, Diyala, Nineveh"):
        count_file(path, provinces=["Nowhere"])


def test_events_without_a_figure_of_deaths_are_said(file):
    path = file(event(1), event(2, deaths=""))
    panel = count_file(path, measure="deaths")
    assert panel["Diyala"].tolist() == [2] and panel.unit == "deaths"
    assert panel.notes[1] == "1 of 2 events give no figure of deaths and add none."


def test_the_quarters_of_the_reference_table_come_out(shared_data):
    panel = count_file(shared_data("ged211_iraq_where12.csv"), actor="IS", first="2018", last="2020")
    # UCDP GED 21.1 (Pettersson et al. 2021), located events with IS as a side.
    assert panel.total().loc["2020-04":"2020-06"].tolist() == [14, 17, 7]
    quarters = panel.to("Q")
    assert quarters.total().tolist() == [18, 42, 18, 29, 23, 10, 28, 15, 16, 38, 13, 21]
    rise = {
        "Diyala": (5, 16),
        "Kirkuk": (4, 8),
        "Salah al-Din": (2, 7),
        "Nineveh": (0, 2),
        "Baghdad": (2, 3),
        "Anbar": (1, 0),
    }
    for province, counts in rise.items():
        assert tuple(quarters[province].loc["2020Q1":"2020Q2"]) == counts


def test_the_flag_of_the_files_and_the_filter_by_actor_agree(shared_data):
    for name in ("ged211_iraq_where12.csv", "ged211_syria_where12.csv.gz"):
        by_actor, by_flag = (
            count_file(shared_data(name), **option) for option in ({"actor": "IS"}, {"where": {"is_involved": 1}})
        )
        assert by_actor.equals(by_flag)


def test_the_world_is_counted_by_country(shared_data):
    columns = {"like": "ged", "province": "country", "level": "country"}
    panel = count_file(
        shared_data("ged211_global_where12.parquet"), columns, actor="IS", by="Y", coverage=("1989", "2020")
    )
    assert (panel["Iraq"].sum(), panel["Syria"].sum()) == (5584, 11603)


def test_a_gzipped_file_is_read_like_a_plain_one(file, tmp_path):
    path = file(event(1), event(2, province="Anbar"))
    packed = tmp_path / "events.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert count_file(packed, source="").equals(count_file(path, source=""))


def test_a_province_counts_with_the_one_it_was_made_from_to_the_day_and_that_is_said(tmp_path):
    rows = [("2014-06-01", "Telangana"), ("2014-06-02", "Telangana"), ("2014-07-01", "Andhra Pradesh")]
    lines = [f"{n},{day},India,{place},G,IS" for n, (day, place) in enumerate(rows)]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["id,date_start,country,adm_1,side_a,side_b", *lines]) + "\n", encoding="utf-8")
    panel = count_file(path, "ged", coverage=("2014-05", "2014-07"))
    assert panel["Andhra Pradesh"].tolist() == [0, 1, 1]
    assert np.isnan(panel["Telangana"].iloc[0]) and panel["Telangana"].tolist()[1:] == [1, 0]
    assert panel.exposure["Telangana"].round(4).tolist() == [0, 0.9667, 1]
    assert panel.notes == (
        "Telangana is a province of its own from 2014-06-02 on: its events before count in Andhra Pradesh; to count "
        "both together throughout, give the alias Telangana=IN-AP",
    )
    together = count_file(path, "ged", coverage=("2014-05", "2014-07"), aliases={"Telangana": "IN-AP"})
    assert together.provinces == ["Andhra Pradesh"] and together.notes == ()
    same = count_incidents(read_incidents(path, "ged"), coverage=("2014-05", "2014-07"))
    assert same.equals(panel)


@pytest.mark.parametrize(
    ("country", "spelling", "since", "before"),
    [
        ("Sudan", "Central Darfur", "2012-01-11", "West Darfur"),
        ("Sudan", "East Darfur", "2012-01-11", "South Darfur"),
        ("India", "Ladakh", "2019-10-31", "Jammu and Kashmir"),
        ("Philippines", "Maguindanao del Sur", "2022-09-18", "Maguindanao"),
        ("Indonesia", "Papua Selatan", "2022-07-25", "Papua"),
    ],
)
def test_new_borders_are_told_by_the_day_of_the_event(country, spelling, since, before):
    found = only_province(spelling, country)
    start = date.fromisoformat(since)
    assert at_day(found, start) == found
    assert at_day(found, start - timedelta(days=1)).name == before


def test_events_are_counted_by_district_or_country_where_that_is_asked(tmp_path):
    head = "id,date_start,country,adm_1,adm_2,side_a,side_b"
    rows = ["2020-01-05,Iraq,Nineveh,Mosul", "2020-01-06,Iraq,Ninewa,Mosul", "2020-02-06,Iraq,Anbar,"]
    lines = [f"{n},{row},G,IS" for n, row in enumerate(rows)]
    path = tmp_path / "events.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    panel = count_file(path, "ged", level="district")
    assert panel.provinces == ["Mosul, Nineveh", "no district, Anbar"]
    assert panel["Mosul, Nineveh"].tolist() == [2, 0]
    assert set(panel.codes.values()) == {""}
    assert count_file(path, "ged", level="country").provinces == ["Iraq"]
    assert set(read_incidents(path, "ged", level="district")["province"]) == set(panel.provinces)


def test_a_level_that_a_map_has_no_column_for_is_refused(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("when,where\n2020-01-05,Anbar\n", encoding="utf-8")
    columns = {"date": "when", "province": "where"}
    for level, told in (
        ("district", "place the events by district: found a map of columns without the key district; allowed: a map "
                     'that names the column of the district; add it: district = "...".'),
        ("country", "place the events by country: found a map of columns without the key country; allowed: a map that "
                    'names the column of the country; add it: country = "...".'),
        ("town", "place the events: found 'town'; allowed: province, country, district; choose one of these."),
    ):  # fmt: skip
        with pytest.raises(InputError) as error:
            count_file(path, columns, level=level)
        assert str(error.value) == told


def test_a_name_of_two_columns_is_refused_wherever_a_province_is_asked_for(tmp_path):
    rows = ["1,2020-01-05,Ukraine,Kyiv oblast,G,IS", "2,2020-01-06,Ukraine,Kyiv City,G,IS"]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["id,date_start,country,adm_1,side_a,side_b", *rows]) + "\n", encoding="utf-8")
    panel = count_file(path, "ged")
    both = "'Kyiv', which names Kyiv City and Kyiv oblast; allowed: Kyiv City, Kyiv oblast; name one of these."
    table = pd.DataFrame({"first": ["2020-01"], "last": ["2020-01"], "province": ["Kyiv"]})
    for ask in (
        lambda: panel["Kyiv"],
        lambda: count_file(path, "ged", provinces=["Kyiv"]),
        lambda: count_file(path, "ged", coverage=table),
    ):
        with pytest.raises(InputError) as error:
            ask()
        assert str(error.value).endswith(both)
    assert panel["UA-30"].tolist() == panel["Kiev oblast"].tolist() == [1]


def test_deaths_that_are_split_between_linked_attacks_stop_no_count(tmp_path):
    head = "eventid,iyear,imonth,iday,country_txt,provstate,nkill,attacktype1_txt,gname\n"
    path = tmp_path / "gtd.csv"
    path.write_text(head + "1,2014,1,3,Iraq,Anbar,2.5,Bombing,X\n2,2014,1,4,France,Paris,1.33,Bombing,X\n")
    assert count_file(path, country="IQ").counts.to_numpy().tolist() == [[1]]
    deaths = count_file(path, country="IQ", measure="deaths")
    assert deaths.counts.to_numpy().tolist() == [[3]] and "1 cell holds fractions of deaths" in deaths.notes[-1]
