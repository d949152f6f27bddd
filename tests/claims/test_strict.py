import tomllib
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Literal

import pytest

from trends.claims.strict import Where, check_id, read_table, read_toml
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = " + "[" * 16 + "]" * 16, ""),
        ("a = " + "[" * 17 + "]" * 17, "found tables nested too deeply;"),
        (f"a = {2**63 - 1}\nb = -{2**63 - 1}", ""),
        (f"a = {2**63}", "found a whole number beyond 64 bits;"),
        (f"a = -{2**63}", "found a whole number beyond 64 bits;"),
        ("a = 1\na = 2", "found a fault in the TOML: Cannot overwrite a value"),
        ('"\\u0007" = 1', "found the control character '\\x07' in a text;"),
        ('a = ["b", { c = "\\u0007" }]', "found the control character '\\x07' in a text;"),
    ],
)
def test_the_bounds_of_what_is_read(tmp_path, text, found):
    file = tmp_path / "a.toml"
    if not found:
        assert read_toml(file, text.encode()) == (text, tomllib.loads(text))
        return
    with pytest.raises(StudyError) as refused:
        read_toml(file, text.encode())
    told = str(refused.value)
    assert told.startswith(f"read {file}: {found}")
    assert told.endswith("; allowed: a TOML file in UTF-8; mend the file, or name another.")


def test_a_key_of_40_parts_is_as_deep_as_it_is_and_one_of_41_is_not_looked_at(tmp_path):
    for parts, found in ((40, "tables nested too deeply"), (41, "a key of more than 40 parts")):
        with pytest.raises(StudyError, match=f"found {found}; allowed"):
            read_toml(tmp_path / "a.toml", (".".join("a" * parts) + " = 1").encode())


@dataclass(frozen=True)
class Part:
    """A table in a list of tables."""

    name: str


@dataclass(frozen=True)
class Kinds:
    """A record with a key of each kind of value."""

    number: float = 0.0
    whole: int = 0
    text: str = ""
    switch: bool = False
    word: Literal["a", "b"] = "a"
    pair: tuple[str, str] | None = None
    several: tuple[float, ...] = ()
    either: Literal["all"] | tuple[str, ...] = "all"
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Nothing:
    """A record without keys."""


TEXT = "[it]\nnumber = 1\nparts = [{ name = 3, size = 2 }]"
PLACE = Where("f.toml", TEXT, "it")


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("number", 3, 3.0), ("number", -0.5, -0.5), ("whole", 3, 3), ("text", 2020, "2020"),
        ("text", date(2020, 6, 1), "2020-06-01"), ("switch", True, True), ("switch", False, False), ("word", "b", "b"),
        ("pair", ["a", "b"], ("a", "b")), ("several", [], ()), ("several", [1, 2.5], (1.0, 2.5)),
        ("either", "all", "all"), ("either", ["a"], ("a",)), ("parts", [{"name": "a"}], (Part("a"),)),
        ("several", (1.0,), (1.0,)), ("parts", [], ()),
    ],
)  # fmt: skip
def test_a_value_is_read_in_the_form_that_its_key_wants(key, value, read):
    found = getattr(read_table(Kinds, {key: value}, PLACE), key)
    assert found == read and type(found) is type(read)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("number", True, "a number"), ("number", "3", "a number"), ("number", inf, "a number"),
        ("whole", 3.0, "a whole number"), ("whole", True, "a whole number"), ("text", True, "text"),
        ("text", 3.5, "text"), ("text", ["a"], "text"), ("text", {"a": 1}, "text"), ("switch", 1, "true or false"),
        ("word", "c", "'a' or 'b'"), ("pair", ["a"], "a list of 2 text"), ("pair", "ab", "a list of 2 text"),
        ("pair", ["a", "b", "c"], "a list of 2 text"), ("several", [1, "a"], "a list of any number of a number"),
        ("either", "none", "'all' or a list of any number of text"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_with_what_is_wanted(key, value, allowed):
    line = "line 2: " if key == "number" else ""
    with pytest.raises(StudyError) as refused:
        read_table(Kinds, {key: value}, PLACE)
    assert str(refused.value) == (
        f"read [it] of f.toml: found {line}{key} = {value!r}; allowed: {allowed}; correct the value."
    )


@pytest.mark.parametrize(
    ("record", "table", "message"),
    [
        (Kinds, {"parts": [{"name": "a", "size": 2}]}, "read [it.parts] of f.toml: found line 3: the key 'size'; "
         "allowed: the keys name; correct the spelling or take the key out."),
        (Kinds, {"parts": [{}]}, "read [it.parts] of f.toml: found no key 'name'; allowed: a table that has it; add "
         "'name'."),
        (Part, 3, "read [it] of f.toml: found 3; allowed: a table with the keys name; write it as a table."),
        (Nothing, 3, "read [it] of f.toml: found 3; allowed: true; write true, or take it out."),
    ],
)  # fmt: skip
def test_a_table_with_other_keys_than_its_own_is_refused(record, table, message):
    with pytest.raises(StudyError) as refused:
        read_table(record, table, PLACE)
    assert str(refused.value) == message
    assert read_table(Nothing, {}, PLACE) == Nothing()


def test_a_whole_file_is_named_without_a_table():
    with pytest.raises(StudyError, match=r"^read f\.toml: found the key 'size'; allowed"):
        read_table(Part, {"size": 1}, Where("f.toml", ""))
    with pytest.raises(StudyError, match=r"^read f\.toml: found name = 2\.5; allowed: text"):
        read_table(Part, {"name": 2.5}, Where("f.toml", ""))
    assert Where("f.toml", TEXT).inside("it") == PLACE


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
    assert check_id("a-1", "read it") == "a-1" and check_id("a" * 80, "read it") == "a" * 80
    assert check_id("A_1", "read it", letters="A-Za-z0-9_-") == "A_1"
    for id in ("", "-a", "a\n", "A", "a" * 81):
        with pytest.raises(StudyError, match="no mark first; rename it"):
            check_id(id, "read it")
