import pytest

from trends.counts.textfiles import read_texts
from trends.errors import InputError


def test_every_cell_is_a_text_on_the_line_it_begins_on(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text('\ufefffirst,note\n2020-01,"two\nlines"\n\nNA,\n', encoding="utf-8")
    table = read_texts(file, "read it")
    assert table.to_dict("index") == {2: {"first": "2020-01", "note": "two\nlines"}, 5: {"first": "NA", "note": ""}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "read it: found no such file; allowed: a file that can be read; check its name."),
        (b"a,b\n1,2,3\n", "read it, line 2: found 3 cells; allowed: 2 cells, as in the first line; correct the line."),
        (b"a,b\n\n1\n", "read it, line 3: found 1 cells; allowed: 2 cells, as in the first line; correct the line."),
        (b"a,a\n1,2\n", "read it, line 1: found the column 'a' twice; allowed: distinct names of columns; rename one "
         "of the two."),
        (b"a,b\n1,Ni\xf1o\n", "read it: found the byte 0xf1; allowed: UTF-8; save the file as UTF-8."),
        (b'a,b\n1,"2\n', "read it, line 2: found unexpected end of data; allowed: comma-separated cells; correct the "
         "line."),
        (b"a,b\n1," + b"x" * 1_000_000, "read it, line 2: found field larger than field limit (131072); allowed: "
         "comma-separated cells; correct the line."),
    ],
    ids=["missing", "too many", "too few", "twice", "encoding", "quote", "long"],
)  # fmt: skip
def test_a_damaged_table_is_refused_with_its_line(tmp_path, content, message):
    file = tmp_path / "table.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_texts(file, "read it")
    assert str(refused.value) == message
