"""What the tool that counts small changes changes, and what it leaves alone because nobody could see it."""

import pytest

from benchmarks.mutants import all_mutants, write_table

SOURCE = """from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import Series

def longer(one: int, two: "Series[1]" = None) -> tuple[int, 3]:
    if one < 2:
        return one + 1
"""


def test_conditions_of_the_types_and_annotations_are_left_alone_and_all_else_is_changed():
    found = all_mutants(SOURCE)
    assert sorted(line for line, _ in found) == [7, 7, 7, 8, 8, 8]
    assert all("if TYPE_CHECKING:\n" in text and "tuple[int, 3]" in text for _, text in found)
    changed = {text.splitlines()[-2 + (line == 8)].strip() for line, text in found}
    assert changed == {
        "if one <= 2:", "if one < 3:", "if not one < 2:", "return one - 1", "return one + 2", "return None",
    }  # fmt: skip


@pytest.mark.parametrize("test", ["if {}FAST", "while {}FAST", "if {}(TYPE_CHECKING and FAST)"])
def test_any_other_condition_is_negated(test):
    negated = [text for _, text in all_mutants(test.format("") + ":\n    pass\n")]
    assert any(text.startswith(test.format("not ") + ":") for text in negated)


def test_a_row_takes_the_place_of_the_older_one_of_its_file(tmp_path):
    table = tmp_path / "scores.csv"
    for score in ("50%", "90%"):
        write_table(table, {"b.py": ("b.py", 1, 2, 3, score, 7)})
    write_table(table, {"a.py": ("a.py", 4, 4, 4, "100%", 8)})
    assert table.read_text().splitlines() == [
        "File,Killed,Tried,Mutants,Score,Seed", "a.py,4,4,4,100%,8", "b.py,1,2,3,90%,7",
    ]  # fmt: skip
