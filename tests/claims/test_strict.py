import pytest

from trends.claims.strict import Where, check_id, read_toml
from trends.errors import StudyError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = " + "9" * 5000, "an endless number"),
        ("a = 0x" + "f" * 5000, "a whole number beyond 64 bits"),
        (".".join("a" * 1000) + " = 1", "a key of more than 40 parts"),
        ("x = {" + " . ".join(['"a b"'] * 1000) + " = 1}", "a key of more than 40 parts"),
        ("a = " + "[" * 30 + "]" * 30, "tables nested too deeply"),
        ("a = " + "[" * 50000, "tables nested too deeply"),
        ('a = "\\u001b[2J"', "the control character '\\x1b' in a text"),
        ("a = '" + "x" * 1_000_000 + "'", "1,000,006 bytes"),
    ],
)
def test_what_would_cost_time_or_fail_where_it_is_printed_is_refused(tmp_path, text, found):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(StudyError) as refused:
        read_toml(tmp_path / "a.toml")
    assert f"found {found}; allowed:" in str(refused.value)


def test_long_texts_and_many_dots_in_prose_are_read(tmp_path):
    text = 'a = """' + "." * 500 + " Mr. A. B. says: e.g. this. " * 100 + '"""\n'
    (tmp_path / "a.toml").write_text(text)
    assert len(read_toml(tmp_path / "a.toml")[1]["a"]) > 2000


def test_the_line_of_a_key_is_found_beside_lines_of_a_million_blanks():
    text = " " * 1_000_000 + "\n" + "{," * 100_000 + "\nkey = 1\nx = { deep = 1 }\n[a.table]"
    assert [Where("f", text).line(key) for key in ("key", "deep", "table", "none")] == [
        "line 3: ", "line 4: ", "line 5: ", "",
    ]  # fmt: skip


def test_the_line_of_a_key_is_that_in_its_own_table_and_with_its_value():
    text = 'first = "a"\n[[s.breaks]]\nfirst = "b"\n[[s.breaks]]\nfirst = "c"\n[s]\n'
    lines = [Where("f", text).line("first"), *(Where("f", text, "s.breaks").line("first", value) for value in "bca")]
    assert lines == ["line 1: ", "line 3: ", "line 5: ", "line 3: "]
    assert Where("f", text, "s").line("first") == "line 1: "


def test_an_id_is_of_plain_letters():
    assert check_id("a-1", "read it") == "a-1"
    assert check_id("A_1", "read it", letters="A-Za-z0-9_-") == "A_1"
    for id in ("", "-a", "a\n", "A", "a" * 81):
        with pytest.raises(StudyError, match="no mark first; rename it"):
            check_id(id, "read it")
