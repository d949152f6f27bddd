import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trends import periods
from trends.counts.panel import Panel
from trends.counts.panel_files import read_panel, write_panel
from trends.errors import InputError

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
HOSTILE = st.sampled_from(["=cmd|x", "+1", "-1", "@x", "\tx", "'=x", "'Ayn", "NA", "nan", "a,b", 'a"b', "a\nb", "a\rb"])


@st.composite
def panels(draw):
    names = draw(st.lists((TEXT | HOSTILE).filter(str.strip), min_size=1, max_size=3, unique=True))
    letter = draw(st.sampled_from("DWMQY"))
    start = draw(st.integers(0, 40))
    n = draw(st.integers(1, 4))
    index = pd.period_range(
        periods.period("2015-03-04", letter) + start, periods=n, freq=periods.span("2020", "2020", letter).freq
    )
    cell = st.tuples(st.integers(0, 10**6), st.sampled_from([0.0, 1.0]) | st.floats(0.0001, 1))
    cells = draw(st.lists(cell, min_size=n * len(names), max_size=n * len(names)))
    counts = np.array([np.nan if share == 0 else count for count, share in cells]).reshape(n, -1)
    exposure = np.array([share for _, share in cells]).reshape(n, -1)
    return Panel(
        pd.DataFrame(counts, index, names), pd.DataFrame(exposure, index, names), draw(TEXT | HOSTILE), draw(TEXT)
    )


@settings(derandomize=True, max_examples=50, deadline=None)
@given(panel=panels(), suffix=st.sampled_from([".csv", ".parquet"]))
def test_a_panel_written_and_read_is_the_same_panel(tmp_path_factory, panel, suffix):
    path = tmp_path_factory.getbasetemp() / f"panel{suffix}"
    assert read_panel(write_panel(panel, path)).equals(panel)


@pytest.fixture
def panel():
    index = periods.span("2020-01", "2020-02", "M")
    return Panel(pd.DataFrame({"=HYPERLINK(1)": [1, 0], "NA": [np.nan, 2]}, index=index), source="@list")


def test_no_cell_of_the_csv_begins_like_a_formula(panel, tmp_path):
    text = write_panel(panel, tmp_path / "counts.csv").read_text()
    assert text == (
        "period,province,count,exposure,source,unit\n"
        "2020-01,'=HYPERLINK(1),1,1,'@list,incidents\n"
        "2020-01,NA,,0,'@list,incidents\n"
        "2020-02,'=HYPERLINK(1),0,1,'@list,incidents\n"
        "2020-02,NA,2,1,'@list,incidents\n"
    )


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_beside_it(panel, tmp_path, monkeypatch):
    path = write_panel(panel, tmp_path / "counts.csv")
    before = path.read_bytes()
    (tmp_path / ".counts.csv.999999999.part").write_text("left by a killed writer")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_panel(panel.select(["NA"]), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["counts.csv"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("period,province,count\n2020-01,Diyala,1.5\n", "found a count 1.5 in Diyala 2020-01"),
        ("period,province,count\n2020-01,Diyala,-1\n", "found a count -1 in Diyala 2020-01"),
        ("period,province,count\n2020-01,Diyala,many\n", "line 2: found the count 'many'"),
        ("period,province,count\n2020-13,Diyala,1\n", "line 2: found the period '2020-13'"),
        ("period,province,count\n2020-01,Diyala,1\n2020-01,Diyala,1\n", "line 3: found Diyala 2020-01 a second time"),
        ("period,province,count\n2020-01,Diyala\n", "line 2: found 2 cells"),
        ('period,province,count\n2020-01,"Diy\nala",1\n2020-02,x\n', "line 4: found 2 cells"),
        ("period,province,count\n2020-01,Diyala,1\n2020-03,Diyala,1\n", "no row for Diyala 2020-02"),
        ("when,province,count\n2020-01,Diyala,1\n", "no column 'period' among when, province, count"),
        ("", "no column 'period'"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "counts.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_panel(path)
    assert message in str(error.value)


def test_a_file_that_is_no_panel_is_refused(tmp_path):
    (tmp_path / "latin.csv").write_bytes("period,province,count\n2020-01,Niño,1\n".encode("latin-1"))
    with pytest.raises(InputError, match="found the byte 0xf1; allowed: UTF-8"):
        read_panel(tmp_path / "latin.csv")
    (tmp_path / "text.parquet").write_text("not parquet at all")
    with pytest.raises(InputError, match="no Parquet file"):
        read_panel(tmp_path / "text.parquet")
    with pytest.raises(InputError, match="found no such file"):
        read_panel(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"found the suffix '.xls'"):
        read_panel(tmp_path / "counts.xls")
