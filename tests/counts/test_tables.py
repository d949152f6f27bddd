"""Tables of counts become panels whichever way round they are written, and nothing is made up."""

import sys
import warnings

import duckdb
import numpy as np
import pandas as pd
import pytest

import trends
from trends.counts.tables import panel_from_table
from trends.errors import InputError

LONG = "period,province,count\n2018-01,Diyala,5\n2018-01,Anbar,1\n2018-02,Diyala,0\n2018-02,Anbar,2\n"
COUNTS = [[5.0, 1.0], [0.0, 2.0]]
WIDE = pd.DataFrame({"Month": ["Jan 2018", "Feb 2018"], "Diyala": [5, 0], "Anbar": [1, 2]})


class Foreign:
    """A frame of another library, which can become one of pandas."""

    def __init__(self, table):
        self.table = table

    def to_pandas(self):
        return self.table


def shapes():
    """The same four counts, written in every way."""
    index = pd.date_range("2018-01-01", periods=2, freq="MS")
    dated = WIDE.drop(columns="Month").set_axis(index)
    yield dated
    yield dated.set_axis(index.to_period("M"))
    yield WIDE
    yield WIDE.set_index("Month")
    yield WIDE.set_index("Month").T.rename_axis("Governorate").reset_index()
    long = dated.set_axis(pd.Index(["2018-01", "2018-02"], name="period")).stack().astype(int)
    yield long
    yield long.to_frame("attacks")
    yield long.rename_axis([None, None])
    yield long.rename_axis(["when", "where"]).reorder_levels([1, 0]).to_frame()
    yield dated.T
    yield dated.set_axis(index.to_period("M")).T
    yield Foreign(WIDE)
    yield Foreign(Foreign(WIDE))


@pytest.mark.parametrize("table", list(shapes()), ids=lambda table: type(table).__name__)
def test_every_shape_gives_the_same_panel(table):
    panel = panel_from_table(table)
    assert panel.counts[["Diyala", "Anbar"]].to_numpy().tolist() == COUNTS
    assert panel.frequency == "M" and panel.index[0] == pd.Period("2018-01", "M")


def test_files_are_read_as_tables_in_memory_are(file, tmp_path):
    panel = panel_from_table(file(LONG))
    assert panel.counts.to_numpy().tolist() == COUNTS and panel.source == "counts.csv"
    WIDE.to_excel(tmp_path / "counts.xlsx", index=False)
    assert panel_from_table(tmp_path / "counts.xlsx").counts.to_numpy().tolist() == COUNTS


def test_a_series_is_one_province_by_its_name():
    series = pd.Series([5, 0], pd.period_range("2018-01", periods=2, freq="M"), name="Diyala")
    assert panel_from_table(series)["Diyala"].tolist() == [5, 0]


def test_an_aggregate_by_the_week_is_read_from_its_counts(file):
    rows = "2025-11-22,Syria,Homs,Battles,5\n2025-11-22,Syria,Homs,Riots,2\n2025-11-29,Syria,Aleppo,Battles,1\n"
    path = file("WEEK,COUNTRY,ADMIN1,EVENT_TYPE,EVENTS\n" + rows)
    panel = panel_from_table(path, absent="zero")
    assert panel["Homs"].tolist() == [7, 0] and panel.frequency == "W-FRI"
    assert panel.notes == (
        "read as ACLED's weekly aggregate (5 columns), its counts from EVENTS",
        "days seven apart taken as weeks from Saturday",
        "2 of 4 cells have no row or no count, and are taken as zero",
    )
    unwatched = panel_from_table(path, absent="unwatched")
    assert np.isnan(unwatched["Homs"].iloc[1]) and unwatched.exposure["Homs"].iloc[1] == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            LONG.replace("2018-02,Diyala,0\n", ""),
            "found no row for Diyala in 2018-02; allowed: a count for every period and province; give absent='zero' if "
            "the source lists only periods with incidents, absent='unwatched' if not (--absent zero, --absent "
            "unwatched).",
        ),
        (
            LONG + "2018-01,IQ-DI,3\n",
            "found 'Diyala' in line 2 and 'IQ-DI' in line 6, which are both Diyala in 2018-01; allowed: one row a "
            "period and province; take one of the two out.",
        ),
        (
            LONG + "2018-01,diyala ,3\n",
            "found 'Diyala' in line 2 and 'diyala ' in line 6, which are both Diyala in 2018-01; allowed: one row a",
        ),
        (
            LONG + "2018-02,Diyala,3\n",
            "found Diyala 2018-02 in line 4 and line 6; allowed: one row a period and province;",
        ),
        (
            LONG + "2018-02,Total,3\n",
            "line 6: found 'Total', which stands for a province; allowed: provinces and periods alone; remove it, or "
            "leave it out with drop=['Total'] (--drop Total).",
        ),
        (LONG + "Total,,8\n", "line 6: found 'Total', which stands for a province; allowed: provinces and periods"),
        ("month,Diyala,All\n2018-01,5,5\n", "column 'All': found 'All', which stands for a province; allowed: prov"),
        (
            LONG.replace(",5\n", ",2.5\n"),
            "line 2: found '2.5'; allowed: whole numbers from 0 up, or nothing; correct the",
        ),
        (
            LONG.replace(",5\n", ",-5\n"),
            "line 2: found '-5'; allowed: whole numbers from 0 up, or nothing; correct the",
        ),
        (
            LONG.replace(",5\n", ",1_000\n"),
            "line 2: found '1_000'; allowed: whole numbers from 0 up, or nothing; correct",
        ),
        (
            "a,b\nx,1\n",
            "found no periods in either the first column or the header; allowed: periods in one of the two:",
        ),
    ],
)
def test_what_a_table_does_not_say_is_not_made_up(file, text, message):
    with pytest.raises(InputError) as refused:
        panel_from_table(file(text))
    assert message in str(refused.value)


def test_what_is_no_table_is_refused():
    with pytest.raises(InputError) as refused:
        panel_from_table(3)
    assert str(refused.value) == (
        "read a table of counts: found a int; allowed: a path, a DataFrame or Series, or a frame of polars or pyarrow; "
        "convert it to one of these."
    )


def test_a_frame_of_polars_is_read_with_and_without_pyarrow(monkeypatch):
    polars = pytest.importorskip("polars")
    assert panel_from_table(polars.DataFrame(WIDE.to_dict("list"))).counts.to_numpy().tolist() == COUNTS
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert panel_from_table(polars.DataFrame(WIDE.to_dict("list"))).counts.to_numpy().tolist() == COUNTS


def test_a_frame_that_only_knows_the_interchange_protocol_is_read():
    class Interchanged:
        def __dataframe__(self, allow_copy=True):
            return WIDE.__dataframe__(allow_copy=allow_copy)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert panel_from_table(Interchanged()).counts.to_numpy().tolist() == COUNTS


def test_a_total_is_left_out_where_a_person_says_so(file):
    panel = panel_from_table(file(LONG + "2018-01,Total,6\n2018-02,Total,2\n"), drop=["total"])
    assert panel.counts.to_numpy().tolist() == COUNTS and panel.notes == ("left out 2 rows of Total",)
    wide = panel_from_table(file("month,Diyala,Anbar,Total\n2018-01,5,1,6\n2018-02,0,2,2\nTotal,5,3,8\n"), drop="Total")
    assert wide.counts.to_numpy().tolist() == COUNTS


def test_a_kind_called_all_is_no_total(file):
    table = file("period,province,kind,count\n2018-01,Diyala,all,5\n2018-01,Anbar,all,1\n")
    assert panel_from_table(table, kind="kind").counts.to_numpy().tolist() == [[5, 1]]


def test_titles_above_the_header_are_skipped_and_told(file, tmp_path):
    rows = [
        ["Attacks by month", None, None],
        [None] * 3,
        ["Month", "Diyala", "Anbar"],
        ["2018-01", 5, 1],
        ["2018-02", 0, 2],
    ]
    pd.DataFrame(rows).to_excel(tmp_path / "title.xlsx", index=False, header=False)
    written = file("Attacks by month\n\nMonth,Diyala,Anbar\n2018-01,5,1\n2018-02,0,2\n")
    for path in (tmp_path / "title.xlsx", written):
        panel = panel_from_table(path)
        assert panel.counts.to_numpy().tolist() == COUNTS
        assert panel.notes[0] == "skipped 2 rows above the header in line 3"


def test_a_column_without_names_of_provinces_is_no_title(file):
    with pytest.raises(InputError, match="found column 2 without a name, which holds '5'; allowed: the distinct names"):
        panel_from_table(file("2018-01,,\n2018-01,5,1\n"))


HAPI = (
    "location_code,admin1_name,admin2_name,admin_level,event_type,events,reference_period_start\n"
    "#country+code,#adm1+name,#adm2+name,#adm+level,#event+type,#affected+events,#date+start\n"
)


def test_the_events_of_hapi_are_counted_at_one_level(file):
    rows = (
        "SYR,Homs,,1,demonstration,5,2018-01-01T00:00:00\nSYR,Homs,,1,battle,2,2018-01-01T00:00:00\n"
        "SYR,Homs,Palmyra,2,battle,7,2018-01-01T00:00:00\nSYR,Homs,,1,battle,3,2018-02-01T00:00:00\n"
    )
    panel = panel_from_table(file(HAPI + rows))
    assert panel["Homs"].tolist() == [7, 3] and panel.frequency == "M"
    assert panel.notes == (
        "skipped the HXL tags in line 2",
        "counted the rows of admin_level 1 alone, which the other 1 rows repeat",
        "read as HDX HAPI conflict events (7 columns), its counts from events",
        "days taken as months, since all are the first of a month",
    )
    districts = panel_from_table(file(HAPI + rows.replace(",1,", ",2,")))
    assert districts["Homs"].tolist() == [14, 3]


def test_the_events_of_hapi_are_counted_once_and_countries_left_out_are_named(file):
    rows = (
        "SYR,Homs,Palmyra,2,political_violence,7,2018-01-01\nSYR,Homs,Palmyra,2,civilian_targeting,3,2018-01-01\n"
        "SYR,Homs,Palmyra,2,demonstration,1,2018-01-01\nDZA,,,0,political_violence,40,2018-01-01\n"
    )
    for head in (HAPI, HAPI.upper().replace("#", "#x")):
        panel = panel_from_table(file(head + rows))
        assert panel["Homs"].tolist() == [8]
        assert panel.notes[1:4] == (
            "left out 1 rows of civilian_targeting, whose events political_violence holds as well",
            "counted the rows of admin_level 2 alone",
            "left out 1 rows of DZA, which have no admin_level 2",
        )
    alone = panel_from_table(file(HAPI + rows.splitlines(keepends=True)[1]))
    assert alone["Homs"].tolist() == [3]


def test_the_monthly_tables_of_hdx_are_read_from_their_second_sheet(tmp_path):
    months, homs = ["January", "January", "March"], {"Country": "Syria", "Admin1": "Homs"}
    rows = {**homs, "Admin2": ["Homs", "Palmyra", "Homs"], "Month": months, "Year": 2018, "Events": [5, 2, 4]}
    with pd.ExcelWriter(tmp_path / "hdx.xlsx") as book:
        pd.DataFrame({"About": ["this file"]}).to_excel(book, sheet_name="ReadMe", index=False)
        pd.DataFrame(rows).to_excel(book, sheet_name="Data", index=False)
    panel = panel_from_table(tmp_path / "hdx.xlsx", absent="zero")
    assert panel["Homs"].tolist() == [7, 0, 4]
    assert panel.notes[0] == "read the sheet Data, the only one of 2 with a header that is known"
    assert panel_from_table(pd.DataFrame(rows), absent="zero").counts.equals(panel.counts)


def test_parquet_is_read_with_its_dates(tmp_path):
    dated = WIDE.assign(Month=pd.to_datetime(["2018-01-31", "2018-02-28"]))
    with duckdb.connect() as connection:
        connection.register("dated", dated)
        connection.execute(f"COPY dated TO '{tmp_path / 'counts.parquet'}' (FORMAT parquet)")
    assert panel_from_table(tmp_path / "counts.parquet").counts.to_numpy().tolist() == COUNTS


def test_a_map_of_columns_with_counts_reads_a_table(file, tmp_path):
    path = file("my table,,\nweek,place,events\n2025-11-29,Homs,5\n2025-12-06,Homs,2\n")
    (tmp_path / "map.toml").write_text('date = "week"\nprovince = "place"\ncount = "events"\n')
    panel = panel_from_table(path, tmp_path / "map.toml", week="Saturday")
    assert panel["Homs"].tolist() == [5, 2] and panel.frequency == "W-FRI"
    with pytest.raises(InputError) as refused:
        trends.count_file(path, tmp_path / "map.toml")
    assert str(refused.value) == (
        "count events: found a map of columns with count = 'events', so that each row is a count; allowed: a map of "
        "columns without the key count; read the file as a table of counts: trends.panel_from_table(file, columns)."
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (WIDE.set_axis([["a", "b", "c"], ["d", "e", "f"]], axis=1), "found a header of 2 rows; allowed: one row"),
        (WIDE.set_axis(["Month", "Diyala", "Diyala"], axis=1), "found two columns 'Diyala', of which one may"),
        (
            WIDE.assign(k="a").set_index(["k", "Month", "Diyala"]),
            "found an index of 3 levels; allowed: the levels period and province; take the others out, or make columns "
            "of them with reset_index.",
        ),
        (WIDE.iloc[:0], "found no row; allowed: at least one; check the table."),
        (WIDE.assign(Diyala=[True, False]), "row 1, column 'Diyala': found 'True'; allowed: whole numbers from 0 up"),
    ],
)  # fmt: skip
def test_frames_that_are_no_table_of_counts_are_refused(table, message):
    with pytest.raises(InputError) as refused:
        panel_from_table(table)
    assert message in str(refused.value)
