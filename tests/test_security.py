"""What docs/security.md promises is tested by tests that are there."""

import ast
import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.doors_before import tried
from benchmarks.doors_calls import CALLS
from benchmarks.doors_cases import study
from benchmarks.doors_files import FILES
from trends import cli
from trends.counts.panel_files import read_panel
from trends.errors import InputError

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(named):
    """Those of some tests that their files do not define."""
    found = {}
    for file in {file for file, _ in named}:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        found[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return [f"{file}::{name}" for file, name in named if name not in found[file]]


def test_every_test_that_the_page_names_is_there():
    page = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("security.md", "doors.csv"))
    named = NAMED.findall(page)
    # A name that is written in another way would pass unseen.
    assert len(named) == page.count("::") > 25 and missing(named) == []
    assert missing([("tests/test_security.py", "test_of_nothing")]) == ["tests/test_security.py::test_of_nothing"]


def test_the_table_of_doors_has_every_case_open_before_and_closed_now():
    with (ROOT / "docs/doors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    cases = (*FILES, *CALLS)
    assert [(row[0], row[3]) for row in rows] == [(case.what, f"`{case.test}`") for case in cases]
    assert [row for row, case in zip(rows, cases, strict=True) if row[1] in case.ends or row[2] not in case.ends] == []


def test_a_door_is_told_open_where_it_is():
    case = next(case for case in FILES if case.what == "counts above the folder")
    assert tried(ROOT, case) == "refused"
    # Nothing that is refused in the door is left in the study: the same way in is open.
    assert tried(ROOT, replace(case, make=study())) == "accepted"


@pytest.mark.parametrize(
    "words",
    [
        ["check", "a\0b"],
        ["report", "a\0b", "--out", "report"],
        ["report", "study", "--out", "a\0b"],
        ["count", "a\0b.csv", "--out", "counts.csv"],
        ["count", "x.csv", "--coverage", "a\0b", "--out", "counts.csv"],
        ["new", "a\0b", "--example", "syria"],
        ["archive", "a\0b", "--out", "a.zip"],
        ["seal", "a\0b", "--date", "2026-11-22"],
    ],
)
def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1 and ": found " in told[0] and "; allowed: " in told[0] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("other", ["IQ-DI", "diyala", "Diyala ", " DIYALA", "Diyālá"])
def test_one_province_under_two_names_is_not_counted_twice(tmp_path, other):
    file = tmp_path / "counts.csv"
    file.write_text(f"period,province,count\n2020-01,Diyala,3\n2020-01,{other},4\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"^read the counts of .*found .*Diyala.*; allowed: .*; "):
        read_panel(file)
