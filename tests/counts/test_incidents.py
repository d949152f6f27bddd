import gzip
import random
import zipfile

import duckdb
import pandas as pd
import pytest

from trends.counts.columns import read_columns
from trends.counts.counting import count_file, count_incidents
from trends.counts.incidents import read_incidents
from trends.errors import InputError

HEADER = "id,date_start,date_end,adm_1,type_of_violence,side_a,side_b,low,best,high\n"
GOOD = "1,2020-04-05,2020-04-05,Diyala,1,Government of Iraq,IS,1,2,3\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="events.csv", header=HEADER, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes((header + text).encode(encoding))
        return path

    return write


def test_a_ged_file_becomes_a_table_of_incidents(file):
    table = read_incidents(file(GOOD + '2.0,2020-05-01 00:00:00.000,,"Nīnawá province",3.0,IS,Civilians,0,1.0,1\n'))
    assert table.columns.tolist() == [
        "id", "date", "date_end", "province", "actor", "kind",
        "deaths_low", "deaths", "deaths_high", "source", "located",
    ]  # fmt: skip
    assert table["id"].tolist() == ["1", "2"] and table["province"].tolist() == ["Diyala", "Nineveh"]
    assert table["kind"].tolist() == ["state-based", "one-sided"] and table["deaths"].tolist() == [2, 1]
    assert table["date_end"].tolist() == [pd.Timestamp("2020-04-05"), pd.Timestamp("2020-05-01")]
    assert table["actor"].tolist() == ["Government of Iraq | IS", "IS | Civilians"]


def test_an_acled_file_is_read_by_its_map(file):
    header = "event_id_cnty,event_date,time_precision,event_type,actor1,assoc_actor_1,actor2,"
    header += "admin1,country,fatalities,source\n"
    rows = (
        "IRQ1,15 August 2019,1,Battles,Military Forces of Iraq,,Islamic State,Kirkuk,Iraq,3,Reuters\n"
        "IRQ2,2019-08-20,3,Riots,Rioters,Students; Labour Group,,Al Basrah,Iraq,0,AFP\n"
    )
    table = read_incidents(file(rows, header=header), "acled")
    assert table["province"].tolist() == ["Kirkuk", "Basra"] and table["source"].tolist() == ["Reuters", "AFP"]
    assert table["date"].tolist() == [pd.Timestamp("2019-08-15"), pd.Timestamp("2019-08-01")]
    assert table["date_end"].tolist() == [pd.Timestamp("2019-08-15"), pd.Timestamp("2019-08-31")]
    assert len(read_incidents(file(rows, header=header), "acled", actor="Labour Group")) == 1


def test_a_gtd_file_is_read_by_its_map(file):
    header = "eventid,iyear,imonth,iday,country_txt,provstate,attacktype1_txt,gname,nkill\n"
    rows = (
        "201901010001,2019,2,14,Iraq,Nineveh,Armed Assault,Islamic State,2\n"
        "201901010002,2019,2,0,Iraq,Saladin,Armed Assault,Unknown,\n"
        "201901010003,2019,0,0,Iraq,Anbar,Armed Assault,Unknown,1\n"
    )
    table = read_incidents(file(rows, header=header), "gtd")
    assert table["date"].dt.strftime("%Y-%m-%d").tolist() == ["2019-02-14", "2019-02-01", "2019-01-01"]
    assert table["date_end"].dt.strftime("%Y-%m-%d").tolist() == ["2019-02-14", "2019-02-28", "2019-12-31"]
    with pytest.raises(InputError, match="line 2: found '2019-2-30'"):
        read_incidents(file(rows.replace("2,14", "2,30"), header=header), "gtd")


def test_a_map_of_ones_own_may_be_a_toml_file_with_another_form_of_dates(file, tmp_path):
    (tmp_path / "mine.toml").write_text('id = "nr"\ndate = "day"\nprovince = "where"\ndate_format = "%d/%m/%Y"\n')
    path = file("1;03/04/2020;Diyala\n", header="nr;day;where\n")
    assert read_incidents(path, tmp_path / "mine.toml")["date"].tolist() == [pd.Timestamp("2020-04-03")]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("gde", "found 'gde'; allowed: acled, ged, gtd, a mapping, or a TOML file that is there"),
        ({"id": "id", "dat": "x"}, "read the map of columns: found the key 'dat'"),
        ({"like": "gde"}, "found like='gde'; allowed: acled, ged, gtd"),
        (
            {"id": "nr"},
            "read the map of columns: found no key 'date'; allowed: a map that names the column of the date",
        ),
        ({"date": 5}, "found date = 5; allowed: the name of a column, or a list of names; correct the value."),
        ({"date": {"year": "y"}}, "found date = {'year': 'y'}; allowed: the names of the columns year, month and day"),
        ({"date": "d", "actor": ["a", 2]}, "found actor = ['a', 2]; allowed: the name of a column, or a list"),
        ({"date": "d", "precision": "p"}, "found precision = 'p'; allowed: a table of column, month, year"),
        (
            {"date": "d", "kind": {"values": ["a"]}},
            "found kind = {'values': ['a']}; allowed: a table of column, values",
        ),
        ({"date": "d", "date_format": 3}, "found date_format = 3; allowed: a text"),
        ({"date": "d", "level": "town"}, "found level = 'town'; allowed: 'province', 'country' or 'district'"),
        (
            {"id": "id", "date": "d", "kind": {"columm": "x"}},
            "table kind: found the key 'columm'; allowed: column, values",
        ),
    ],
)
def test_a_map_that_cannot_be_is_refused(columns, message):
    with pytest.raises(InputError) as error:
        read_columns(columns)
    assert message in str(error.value)


def test_without_ids_every_row_is_an_event_and_repeated_rows_are_said(file):
    rows = "2020-04-05,Diyala\n2020-04-05,Diyala\n2020-05-05,Anbar\n"
    path, columns = file(rows, header="day,where\n"), {"date": "day", "province": "where"}
    incidents = read_incidents(path, columns)
    assert incidents["id"].tolist() == ["1", "2", "3"]
    panel = count_file(path, columns)
    assert panel["Diyala"].tolist() == [2, 0] and panel.equals(count_incidents(incidents))
    said = "The file has no column of ids: 1 of its 3 rows repeat another in every column, and each is counted."
    assert panel.notes[0] == count_incidents(incidents).notes[0] == said
    with pytest.raises(InputError, match="line 3: found 'soon'"):
        count_file(
            file(rows.replace("2020-04-05,Diyala\n2020-05", "soon,Diyala\n2020-05"), header="day,where\n"), columns
        )


def test_a_map_in_broken_toml_is_refused(tmp_path):
    (tmp_path / "mine.toml").write_text("id = \n")
    with pytest.raises(InputError, match=r"read the map of columns .*mine.toml: found Invalid value"):
        read_columns(tmp_path / "mine.toml")


def test_texts_that_look_like_nothing_survive(file):
    table = read_incidents(file(GOOD.replace("IS", "nan")), unresolved="keep")
    assert table.loc[0, "actor"] == "Government of Iraq | nan"


BAD_ROWS = [
    ("2,Apr-14,,Diyala,1,A,IS,1,2,3", "read the column 'date_start' of {file}, line 3: found 'Apr-14'"),
    ("2,2020-02-30,,Diyala,1,A,IS,1,2,3", "line 3: found '2020-02-30'"),
    ("2,14-04-01,,Diyala,1,A,IS,1,2,3", "line 3: found '14-04-01'"),
    ("2,04/05/2020,,Diyala,1,A,IS,1,2,3", "line 3: found '04/05/2020'"),
    ("2,,,Diyala,1,A,IS,1,2,3", "read the column 'date_start' of {file}, line 3: found nothing"),
    ("2,2020-04-05,2020-04-04,Diyala,1,A,IS,1,2,3", "found '2020-04-04' for an event that began on 2020-04-05"),
    ("2,2020-04-05,soon,Diyala,1,A,IS,1,2,3", "read the column 'date_end' of {file}, line 3: found 'soon'"),
    (
        "2,2020-04-05,,Diyala,1,A,IS,1,-2,3",
        "read the column 'best' of {file}, line 3: found '-2'; allowed: numbers from 0 up",
    ),
    ("2,2020-04-05,,Diyala,1,A,IS,1,many,3", "line 3: found 'many'"),
    ("2,2020-04-05,,Diyala,1,A,IS,1,2,inf", "read the column 'high' of {file}, line 3: found 'inf'"),
    ("2,2020-04-05,,Diyala,7,A,IS,1,2,3", "read the column 'type_of_violence' of {file}, line 3: found '7'"),
    (",2020-04-05,,Diyala,1,A,IS,1,2,3", "read the column 'id' of {file}, line 3: found nothing"),
    (
        "1,2020-04-05,,Diyala,1,A,IS,1,2,3",
        "read the column 'id' of {file}, line 3: found the id '1' again, first in line 2",
    ),
    ("1.0,2020-04-05,,Diyala,1,A,IS,1,2,3", "found the id '1' again"),
    ("2,2020-04-05,,Diyala", "read the events of {file}, line 3: found 4 cells; allowed: 10, as in line 1"),
    ("2,2020-04-05,,Diyala,1,A,IS,1,2,3,4", "line 3: found 11 cells"),
    ('2,2020-04-05,,"Diyala,1,A,IS,1,2,3', "line 3: found a quotation mark that is never closed"),
    ("2,2020-04-05,,Diyalla,1,A,IS,1,2,3", "found 'Diyalla' (1 event; perhaps Diyala"),
    (
        "2,2020-04-05,," + "x" * 1_000_000 + ",1,A,IS,1,2,3",
        "found a line without an end; allowed: lines of at most 500,000",
    ),
]


@pytest.mark.parametrize(("row", "message"), BAD_ROWS, ids=[message[-40:] for _, message in BAD_ROWS])
def test_a_bad_row_is_refused_with_file_line_and_value(file, row, message):
    path = file(GOOD + row + "\n3,2020-04-07,,Diyala,1,A,IS,1,2,3\n")
    measure = "deaths_high" if "inf" in message else "deaths"
    for read, option in ((read_incidents, {}), (count_file, {"measure": measure})):
        with pytest.raises(InputError) as error:
            read(path, **option)
        assert message.format(file=path) in str(error.value)
        assert len(str(error.value)) < 600


def test_a_bad_last_row_is_refused_too(file):
    with pytest.raises(InputError, match="line 3: found 4 cells"):
        count_file(file(GOOD + "2,2020-04-05,,Diy"))


def test_a_file_whose_name_is_a_pattern_is_read(file):
    assert len(read_incidents(file(GOOD, name="it's [1] of * events?.csv"))) == 1


def test_the_line_is_right_behind_cells_with_line_breaks(file):
    quoted = GOOD.replace("Government of Iraq", '"Government\nof\nIraq"')
    with pytest.raises(InputError, match="line 5: found 'Apr-14'"):
        read_incidents(file(quoted + "2,Apr-14,,Diyala,1,A,IS,1,2,3\n"))


def test_a_bad_row_is_refused_even_where_the_filter_leaves_it_out(file):
    with pytest.raises(InputError, match="line 3: found 'Apr-14'"):
        count_file(file(GOOD + "2,Apr-14,,Diyala,1,A,PKK,1,2,3\n"), actor="IS")


def test_files_that_are_none_are_refused(file, tmp_path):
    with pytest.raises(InputError, match="found no such file"):
        read_incidents(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"found the suffix '.doc'; allowed: .csv, .csv.gz, .tsv, .parquet, .xlsx"):
        read_incidents(file("", name="events.doc"))
    with pytest.raises(InputError, match="line 1: found nothing"):
        read_incidents(file("", header=""))
    with pytest.raises(InputError, match="line 1: found the column 'id'"):
        read_incidents(file("", header="id,id\n"))
    with pytest.raises(InputError, match="found no event in it"):
        read_incidents(file(""))
    with pytest.raises(InputError, match="read the events of"):
        read_incidents(file("not a book", name="events.xlsx"))
    with pytest.raises(InputError, match="read the events of"):
        read_incidents(file("not parquet", name="events.parquet"))


def test_a_wrong_encoding_is_refused_and_the_right_one_read(file):
    path = file(GOOD.replace("Diyala", "Diyālá".replace("ā", "â")), encoding="latin-1")
    with pytest.raises(InputError, match="line 2: found bytes that are no text; allowed: the encoding utf-8"):
        read_incidents(path)
    assert read_incidents(path, encoding="latin-1").loc[0, "province"] == "Diyala"
    # Its first two bytes say what it is.
    assert len(read_incidents(file(GOOD, encoding="utf-16"))) == len(read_incidents(file(GOOD)))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256", "cp1252"])
def test_a_file_is_read_in_any_encoding_that_python_knows(file, encoding):
    path = file(GOOD.replace("Government", "Gouvernement délégué"), encoding=encoding)
    assert read_incidents(path, encoding=encoding).loc[0, "actor"] == "Gouvernement délégué of Iraq | IS"
    with pytest.raises(InputError, match="line 3: found 'soon'"):
        read_incidents(file(GOOD + GOOD.replace("2020-04-05", "soon"), encoding=encoding), encoding=encoding)


def test_an_encoding_that_cannot_be_is_refused(file):
    with pytest.raises(InputError, match="found unknown encoding: klingon; allowed: an encoding such as utf-8"):
        read_incidents(file(GOOD), encoding="klingon")
    with pytest.raises(InputError, match="found the byte 0xe9; allowed: text in the encoding ascii"):
        read_incidents(file(GOOD.replace("Iraq", "é"), encoding="latin-1"), encoding="ascii")


def test_a_damaged_workbook_is_refused(tmp_path):
    pd.DataFrame({"id": [1]}).to_excel(tmp_path / "sound.xlsx", index=False)
    with zipfile.ZipFile(tmp_path / "sound.xlsx") as sound, zipfile.ZipFile(tmp_path / "events.xlsx", "w") as damaged:
        for name in sound.namelist():
            damaged.writestr(name, b"<worksheet" if name.endswith("sheet1.xml") else sound.read(name))
    with pytest.raises(InputError, match=r"events.xlsx: found .*; allowed: a sound Excel workbook; save it"):
        read_incidents(tmp_path / "events.xlsx")


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_parquet_file_is_refused(tmp_path, seed):
    path = tmp_path / "events.parquet"
    table = {"id": [1, 2], "date_start": "2020-04-05", "adm_1": "Diyala", "side_a": "KDP", "side_b": "IS"}
    duckdb.from_df(pd.DataFrame(table)).write_parquet(str(path))
    chance, content = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(20):
        content[chance.randrange(4, len(content) - 8)] = chance.randrange(256)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"events\.parquet"):
        read_incidents(path)


def test_a_packed_file_that_is_cut_off_is_refused(file, tmp_path):
    packed = tmp_path / "events.csv.gz"
    packed.write_bytes(gzip.compress(file(GOOD * 200).read_bytes())[:40])
    with pytest.raises(InputError, match=r"read the events of .*found compressed file ended before the end-of-stream"):
        read_incidents(packed)


def test_a_column_that_is_not_there_is_refused_with_the_nearest(file):
    with pytest.raises(InputError) as error:
        read_incidents(file(GOOD, header=HEADER.replace("date_start", "date_begin")), "ged")
    assert "find the column of the date in " in str(error.value)
    assert "found no 'date_start'; allowed: date_" in str(error.value)
    with pytest.raises(InputError, match="found no 'gouvernorat'"):
        read_incidents(file(GOOD), {"like": "ged", "province": "gouvernorat"})


def test_a_filter_that_leaves_nothing_lists_what_there_is(file):
    path = file(GOOD + "2,2020-04-07,,Anbar,3,IS,Civilians,1,2,3\n")
    with pytest.raises(InputError) as error:
        count_file(path, actor="ISIS")
    assert str(error.value) == (
        f"filter the events of {path}: found no event with the actor 'ISIS'; "
        "allowed: IS, Civilians, Government of Iraq; name one of these."
    )
    with pytest.raises(InputError, match="no event with the kind 'non-state'; allowed: one-sided, state-based"):
        count_file(path, kind="non-state")
    with pytest.raises(InputError, match="found no event that is all of actor, kind as asked, though each occurs"):
        count_file(path, actor="Civilians", kind="state-based")
    with pytest.raises(InputError, match="found no column 'side_c'"):
        count_file(path, where={"side_c": 1})
    with pytest.raises(InputError, match="by located: found no column for it"):
        count_file(path, located="place")


def test_unknown_provinces_are_all_listed_with_counts_and_suggestions(file):
    rows = "".join(f"{n},2020-04-05,,{name},1,A,IS,1,2,3\n" for n, name in enumerate(["Ninawah", "Ninawah", "Zzz"], 2))
    with pytest.raises(InputError) as error:
        count_file(file(GOOD + rows), country="Iraq")
    assert "found 'Ninawah' (2 events; perhaps Nineveh), 'Zzz' (1 event)" in str(error.value)
    kept = count_file(file(GOOD + rows), unresolved="keep", aliases={"Ninawah": "IQ-NI"})
    assert kept.counts.iloc[0].to_dict() == {"Diyala": 1, "Nineveh": 2, "Zzz": 1}


def test_provinces_of_two_countries_that_share_a_name_stay_apart(file):
    header = HEADER.replace("adm_1", "adm_1,country")
    rows = "1,2020-04-05,,Al Jawf,Yemen,1,A,IS,1,2,3\n2,2020-04-05,,Al Jawf,Saudi Arabia,1,A,IS,1,2,3\n"
    assert count_file(file(rows, header=header)).provinces == ["Al Jawf (SA)", "Al Jawf (YE)"]
    assert count_file(file(rows, header=header), country="YEM").provinces == ["Al Jawf"]


def test_a_text_id_is_read_and_its_double_found(file):
    rows = "".join(GOOD.replace("1,", f"IRQ{n},", 1) for n in (7, 8))
    assert read_incidents(file(rows))["id"].tolist() == ["IRQ7", "IRQ8"]
    with pytest.raises(InputError, match="line 4: found the id 'IRQ7' again, first in line 2"):
        read_incidents(file(rows + GOOD.replace("1,", "IRQ7,", 1)))


def test_ids_that_only_round_alike_are_two(file):
    rows = "".join(GOOD.replace("1,", f"{n},", 1) for n in ("1.2", "1.3"))
    assert read_incidents(file(rows))["id"].tolist() == ["1.2", "1.3"]


MINE = {"date": "day", "province": "place", "date_format": "%d/%m/%Y"}


def test_days_that_a_workbook_knows_as_such_need_no_format(tmp_path):
    days = pd.to_datetime(["2020-04-05", "2020-05-13"])
    pd.DataFrame({"day": days, "place": "Diyala"}).to_excel(tmp_path / "events.xlsx", index=False)
    table = read_incidents(tmp_path / "events.xlsx", MINE)
    assert table["date"].tolist() == days.tolist()


def test_a_column_of_days_and_texts_is_refused_since_some_may_be_turned_round(tmp_path):
    days = [pd.Timestamp("2020-04-05"), "13/05/2020", "14/05/2020"]
    pd.DataFrame({"day": days, "place": "Diyala"}).to_excel(tmp_path / "events.xlsx", index=False)
    with pytest.raises(InputError) as refused:
        read_incidents(tmp_path / "events.xlsx", MINE)
    assert str(refused.value) == (
        f"read the column 'day' of {tmp_path / 'events.xlsx'}: found 1 of 3 days known as such to the workbook and the "
        "others as text; allowed: days all of one kind, since a program that knew some may have taken the day for the "
        "month; format the whole column as text or as dates, and compare it with the original."
    )


def test_days_in_numbers_are_read_by_the_one_value_above_twelve_and_it_is_said(file):
    mine = file("05/04/2020,Diyala\n13/05/2020,Diyala\n", header="day,place\n")
    table = read_incidents(mine, {key: MINE[key] for key in ("date", "province")})
    assert table["date"].tolist() == [pd.Timestamp("2020-04-05"), pd.Timestamp("2020-05-13")]
    assert table.attrs["file_notes"][0] == "day first, since 13 stands first in line 3"


def test_days_of_two_readings_ask_for_their_format(file):
    mine = file("05/01/2018,Diyala\n", header="day,place\n")
    with pytest.raises(InputError) as refused:
        read_incidents(mine, {key: MINE[key] for key in ("date", "province")})
    assert str(refused.value) == (
        f"read the column 'day' of {mine}: found '05/01/2018', which has two readings; allowed: days of which one is "
        "above 12, always in the same place; say in the map of columns how days are written, as in date_format = "
        '"%d/%m/%Y".'
    )


@pytest.mark.parametrize(
    ("text", "day", "last"),
    [
        ("2018-01-05T13:45:00Z", "2018-01-05", "2018-01-05"),
        ("2018-01-05T23:45:00+03:00", "2018-01-05", "2018-01-05"),
        ("20180105", "2018-01-05", "2018-01-05"),
        ("2018/1/5", "2018-01-05", "2018-01-05"),
        ("01-January-2015", "2015-01-01", "2015-01-01"),
        ("05-Jan-18", "2018-01-05", "2018-01-05"),
        ("2011-02", "2011-02-01", "2011-02-28"),
    ],
)
def test_a_day_is_read_in_each_form_that_has_one_reading(file, text, day, last):
    table = read_incidents(file(f"{text},Diyala\n", header="day,place\n"), {"date": "day", "province": "place"})
    assert (table.loc[0, "date"], table.loc[0, "date_end"]) == (pd.Timestamp(day), pd.Timestamp(last))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "43105,Diyala\n",
            "found '43105', which looks like Excel's day number; allowed: days such as 2014-04-01; save",
        ),
        (
            "2018-01-05T13:45:00Z,Diyala\n2018-01-05T13:45:00+03:00,Diyala\n",
            "found the time zones +03:00 and Z; allowed: one time zone in a column; write all days in one.",
        ),
        ("NA,Diyala\n", "line 2: found 'NA'; allowed: days such as"),
    ],
)
def test_days_that_cannot_be_read_are_refused(file, rows, message):
    path = file(rows, header="day,place\n")
    with pytest.raises(InputError) as refused:
        read_incidents(path, {"date": "day", "province": "place"})
    assert message in str(refused.value)


def test_what_r_writes_for_nothing_is_nothing(file):
    path = file(GOOD + "2,2020-04-06,NA,NA,1,A,IS,NA,2.5,-9\n".replace(",NA,NA,", ",,NA,"))
    table = read_incidents(path, country="IQ")
    assert table.loc[1, "province"] == "Iraq, no province" and table.loc[1, "deaths"] == 2.5
    assert table.loc[1, ["deaths_low", "deaths_high"]].isna().all()
    assert "1 event has -9, -99 or -999 deaths, high: taken as not known" in table.attrs["file_notes"]


def test_row_names_tags_capitals_and_titles_are_read(file):
    tagged = HEADER.upper() + "#a,#b" + "," * 8 + "\n"
    plain = read_incidents(file(GOOD))
    for header, row, note in (
        ("," + HEADER, "0," + GOOD, "left out the first column, which has no name and numbers the rows"),
        (tagged, GOOD, "skipped the HXL tags in line 2"),
        ("," + HEADER + "0,#a,#b" + "," * 8 + "\n", "1," + GOOD, "skipped the HXL tags in line 2"),
        ("Events of Iraq" + "," * 9 + "\n" + HEADER, GOOD, "skipped 1 row above the header in line 2"),
        ("\ufeff" + HEADER, GOOD, "read as UCDP GED (10 columns)"),
    ):
        table = read_incidents(file(row, header=header))
        pd.testing.assert_frame_equal(table, plain)
        assert note in table.attrs["file_notes"]
    with pytest.raises(InputError, match="line 1: found the columns 'id' and 'ID', which differ in capitals alone"):
        read_incidents(file("", header="id,ID\n"))
    with pytest.raises(
        InputError, match="line 1: found column 2 without a name, which holds 'x'; allowed: the distinct"
    ):
        read_incidents(file("1,x\n", header="id,\n"), {"date": "id"})
    with pytest.raises(InputError, match="line 1: found tags and no header; allowed: the names of the columns above"):
        read_incidents(file("1,x\n", header="#date,#adm1\n"))


def test_a_table_of_counts_is_never_counted_by_row(file):
    path = file("2025-11-29,Homs,5\n", header="day,place,EVENTS\n")
    with pytest.raises(InputError) as refused:
        read_incidents(path, {"date": "day", "province": "place"})
    assert str(refused.value) == (
        f"count the events of {path}: found 1 rows that hold 5 in EVENTS; allowed: a row for each event; read it as a "
        "table of counts: --counts EVENTS."
    )


def test_the_sheet_with_a_known_header_is_found_and_others_are_named(file, tmp_path):
    path = tmp_path / "events.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"about": ["this"]}).to_excel(book, sheet_name="ReadMe", index=False)
        pd.read_csv(file(GOOD)).to_excel(book, sheet_name="Data", index=False)
    table = read_incidents(path)
    assert table["province"].tolist() == ["Diyala"]
    assert table.attrs["file_notes"][0] == "read the sheet Data, the only one of 2 with a header that is known"
    with pytest.raises(InputError) as refused:
        read_incidents(path, {"date": "nowhere"})
    assert "find the column of the date" in str(refused.value)


def test_a_coverage_of_one_period_is_told_how_two_are_written(file):
    with pytest.raises(InputError) as refused:
        count_file(file(GOOD), coverage="2020-01")
    assert str(refused.value) == (
        "read the coverage 2020-01: found no such file; allowed: a first and a last period such as 2018-01,2020-12, or "
        "a CSV table of what was watched; write one of these."
    )
