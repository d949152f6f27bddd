"""Tables of counts become panels whichever way round they are written, and nothing is made up."""

import numpy as np
import pandas as pd
import pytest

from trends.counts.tables import panel_from_table
from trends.errors import InputError

LONG = "period,province,count\n2018-01,Diyala,5\n2018-01,Anbar,1\n2018-02,Diyala,0\n2018-02,Anbar,2\n"
COUNTS = [[5.0, 1.0], [0.0, 2.0]]
WIDE = pd.DataFrame({"Month": ["Jan 2018", "Feb 2018"], "Diyala": [5, 0], "Anbar": [1, 2]})


@pytest.fixture
def file(tmp_path):
    def write(text, name="counts.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def shapes():
    """The same four counts, written in every way."""
    index = pd.date_range("2018-01-01", periods=2, freq="MS")
    dated = WIDE.drop(columns="Month").set_axis(index)
    yield dated
    yield dated.set_axis(index.to_period("M"))
    yield WIDE
    yield WIDE.set_index("Month")
    yield WIDE.set_index("Month").T.rename_axis("Governorate").reset_index()
    yield dated.set_axis(pd.Index(["2018-01", "2018-02"], name="period")).stack().astype(int)


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
            "found 'Diyala' and 'IQ-DI' in 2018-01, which are both Diyala; allowed: one row a",
        ),
        (
            LONG + "2018-01,diyala,3\n",
            "found 'Diyala' and 'diyala' in 2018-01, which are both Diyala; allowed: one row a",
        ),
        (
            LONG + "2018-02,Diyala,3\n",
            "found Diyala 2018-02 in line 4 and line 6; allowed: one row a period and province;",
        ),
        (LONG + "2018-02,Total,3\n", "line 6: found 'Total', which stands for a province; allowed: provinces and"),
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
            "found no periods both in the first column and in the header; allowed: periods in one of the two:",
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
