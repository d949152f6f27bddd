"""An event file is opened for SQL with its head read and every complaint told by its line."""

import gzip

import duckdb
import pytest

from trends.counts.scanning import named, open_events
from trends.errors import InputError


@pytest.fixture
def file(tmp_path):
    def write(text, name="a.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return write


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_text_is_read_whatever_stands_between_its_cells(file, mark):
    with open_events(file("n,when\n1,2018-01-05\n".replace(",", mark))) as events:
        assert events.is_text and events.types == {"n": "VARCHAR", "when": "VARCHAR"}
        assert events.row(f"SELECT * FROM {events.relation}") == ("1", "2018-01-05")


def test_packed_foreign_and_parquet_files_hold_the_same(file, tmp_path):
    text = "name,n\nNīnawá,1\n"
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    duckdb.sql(f"COPY (SELECT 'Nīnawá' AS name, '1' AS n) TO '{tmp_path / 'a.parquet'}' (FORMAT parquet)")
    for path, encoding in ((file(text), "utf-8"), (file(text, "b.csv", "utf-16"), "utf-16"),
                           (tmp_path / "a.csv.gz", "utf-8"), (tmp_path / "a.parquet", "utf-8")):  # fmt: skip
        with open_events(path, encoding) as events:
            assert events.row(f"SELECT * FROM {events.relation}") == ("Nīnawá", "1")


def test_a_row_is_called_by_the_line_it_begins_on(file):
    with open_events(file('Title\n\nn,what\n1,"two\nlines"\n2,x\n'), wanted=[("n",)]) as events:
        assert (events.line(1), events.line(2)) == ("line 4", "line 6")


def test_the_one_row_of_a_count_is_there_even_where_nothing_is(file):
    with open_events(file("n,m\n")) as events:
        assert events.row(f"SELECT count(*), sum(try_cast(n AS BIGINT)) FROM {events.relation}") == (0, None)


def test_the_names_of_rows_are_left_out_and_told(file):
    for header in (",n,m\n", "Unnamed: 0,n,m\n", "n,m\n"):
        with open_events(file(header + "1,5,6\n2,7,8\n")) as events:
            assert list(events.types) == ["n", "m"]
            assert events.notes == ("left out the first column, which has no name and numbers the rows",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("n,m\n1,2\n1,2,3\n", "line 3: found 3 cells; allowed: 2, as in line 1; correct the line."),
        ('n,m\n1,"2\n', "found a quotation mark that is never closed; allowed: quotation marks in pairs;"),
        ("", "line 1: found nothing; allowed: the distinct names of the columns; put them in the first line."),
        ("n,n\n1,2\n", "line 1: found the column 'n'; allowed: the distinct names of the columns; put them in"),
    ],
)
def test_a_damaged_text_is_refused_with_its_line(file, text, told):
    with pytest.raises(InputError) as refused, open_events(file(text)) as events:
        events.query(f"SELECT * FROM {events.relation}").fetchall()
    assert told in str(refused.value)


def test_bytes_of_another_encoding_are_told(file):
    with pytest.raises(InputError, match="found the byte 0xe9; allowed: text in the encoding utf-8; save the file as"):
        with open_events(file("né,m\n", encoding="latin-1")):
            pass


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_text_that_shows_by_its_first_bytes_that_it_is_utf_16_or_32_is_read_so(file, encoding, mark):
    mark = mark if encoding.endswith("e") else ""
    with open_events(file(f"{mark}provincé,m\nالأنبار,1\n", encoding=encoding)) as opened:
        assert opened.query(f"SELECT * FROM {opened.relation}").fetchall() == [("الأنبار", "1")]
        assert list(opened.types) == ["provincé", "m"]


def test_a_name_with_a_quotation_mark_is_one_name():
    assert named('a"b') == '"a""b"'


@pytest.mark.parametrize(("encoding", "found"), [("\0", "embedded null character"), ("none", "unknown encoding: none")])
def test_an_encoding_that_there_is_not_is_refused(file, encoding, found):
    with pytest.raises(InputError, match=f"found {found}; allowed: an encoding such as utf-8, latin-1 or cp1256; name"):
        with open_events(file("n,m\n"), encoding):
            pass
