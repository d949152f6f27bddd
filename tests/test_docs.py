"""The pages of the site: what they show runs, what they link to is there, and every public name has a place."""

import doctest
import importlib
import inspect
import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

import trends
from trends import cli
from trends.chance.evidence import Check, Evidence
from trends.claims.verdict import Asserted, Finding, Verdict
from trends.reports.tables import verdicts_csv

DOCS = Path(__file__).parents[1] / "docs"
MADE_BY_THE_BUILD = ("notebooks", "names")
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if not set(page.relative_to(DOCS).parts) & set(MADE_BY_THE_BUILD)]
FENCE = re.compile(r"^```\{?([\w-]+)\}? ?(\w*)\n(?::caption: ([^\n]+)\n\n?)?(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_CODE = [page for page in PAGES if re.search(r"^```(python|console)$", page.read_text("utf-8"), re.MULTILINE)]
# What makes environments, and the report on every claim of a study, which test_cli makes of a smaller one.
NOT_RUN = ("pip ", "python3 ", "source ", "trends report iraq", "trends report data/iraq", "trends archive")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: str(page.relative_to(DOCS)))
def test_what_a_page_shows_can_be_typed(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for kind, _, caption, body in FENCE.findall(page.read_text(encoding="utf-8")):
        if caption:
            Path(caption).parent.mkdir(parents=True, exist_ok=True)
            Path(caption).write_text(body, encoding="utf-8")
        elif kind == "python" and ">>>" in body:
            names = typed_into_python(body, names, page.name)
        elif kind == "python":
            exec(compile(body, page.name, "exec"), names)
        elif kind == "console":
            typed_into_a_shell(body, capsys)


def test_what_the_readme_shows_can_be_typed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(DOCS.parent / "data", target_is_directory=True)
    Path("events.csv").write_text(
        "id,date_start,adm_1,side_a,side_b,low,best,high,where_prec,type_of_violence\n"
        "1,2020-01-12,Diyala,Government of Iraq,IS,1,2,2,1,1\n"
    )
    blocks = FENCE.findall((DOCS.parent / "README.md").read_text(encoding="utf-8"))
    assert [kind for kind, *_ in blocks] == ["console", "python", "text", "console"]
    for kind, _, _, body in blocks:
        if kind == "python":
            assert len([line for line in body.splitlines() if line]) <= 12
            exec(compile(body, "README.md", "exec"), {})
        elif kind == "text":
            printed = capsys.readouterr().out
            assert doctest.OutputChecker().check_output(f"...{body}...", printed, FLAGS), printed
        else:
            typed_into_a_shell(body, capsys)
    made = {"diyala.png", "build/report/report.pdf", "counts.csv", "power.png", "mystudy/study.toml"}
    assert all((tmp_path / name).is_file() for name in made)


def typed_into_python(body, names, name):
    case = doctest.DocTestParser().get_doctest(body, names, name, name, 0)
    told = []
    doctest.DocTestRunner(optionflags=FLAGS).run(case, out=told.append, clear_globs=False)
    assert told == []
    return case.globs


def typed_into_a_shell(body, capsys):
    for command, shown in re.findall(r"^\$ (.+?)(?: +# .*)?\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
        if command.startswith(NOT_RUN):
            continue
        program, *arguments = shlex.split(command)
        assert program == "trends", command
        code = cli.main(arguments)
        out, err = capsys.readouterr()
        # The notes of a count and the sentence of an error come where a terminal would show them: first.
        assert code == (2 if shown.startswith("trends: ") and not out else 0), err
        if shown:
            assert doctest.OutputChecker().check_output(shown, err + out, FLAGS), err + out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_file_that_a_page_links_to_is_there(page):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []


def test_every_table_that_a_page_asks_for_can_be_made(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    tables = importlib.import_module("tables")
    asked = re.findall(r"^%table (\w+)%$", "\n".join(page.read_text(encoding="utf-8") for page in PAGES), re.MULTILINE)
    assert sorted(asked) == sorted(tables.TABLES)
    assert [name for name in asked if tables.TABLES[name]().count("\n") < 3] == []


def test_every_page_has_a_place_in_the_contents():
    listed = {DOCS / "index.md"}
    for page in PAGES:
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for entry in re.findall(r"^(?:.+ <)?([\w/*-]+)>?$", tree, re.MULTILINE):
                listed |= set(page.parent.glob(f"{entry}.md"))
    assert [page for page in PAGES if page not in listed] == []


def test_every_public_name_has_a_place_in_the_reference():
    text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    listed = re.findall(r"^   trends\.(\w+)$", text, re.MULTILINE)
    # A new name goes under the heading of docs/reference/python.md that fits it.
    assert sorted(listed) == trends.__all__


def told_in(section, text):
    found = re.search(rf"^{section}\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", text, re.MULTILINE | re.DOTALL)
    names = re.findall(r"^(\S[^\n:]*?)(?: :.*)?$", found[1], re.MULTILINE) if found else []
    return {name.strip().lstrip("*") for line in names for name in line.split(",")}


def test_a_public_function_that_tells_of_its_parameters_tells_of_every_one():
    lacking = {}
    for name in trends.__all__:
        thing = getattr(trends, name)
        told = told_in("Parameters", inspect.getdoc(thing) or "")
        if told and inspect.isfunction(thing) and (left := set(inspect.signature(thing).parameters) ^ told):
            lacking[name] = sorted(left)
    assert lacking == {}


def test_every_public_name_has_an_example_that_runs():
    lacking = [name for name in trends.__all__ if ">>>" not in (inspect.getdoc(getattr(trends, name)) or "")]
    # The suite runs the doctests of the package; a name without one shows nobody how it is used.
    assert lacking == []


def described(page):
    """The keys in the first columns of the tables of a page, by what stands before each table."""
    found = {}
    for section in re.split(r"\n## ", page):
        for before, table in re.findall(r"([^|\n]*)\n\n((?:\|.*\n)+)", section):
            name = (re.findall(r"^Of .*?`?(\w+)`?[,:]", before) or [section.split("\n")[0].strip("`# ")])[0]
            cells = (row.split("|")[1] for row in table.splitlines()[2:])
            found.setdefault(name, set()).update(key for cell in cells for key in re.findall(r"`([^`]+)`", cell))
    return found


def test_every_column_and_key_of_the_verdicts_is_described():
    keys = described((DOCS / "reference" / "report-files.md").read_text(encoding="utf-8"))
    columns = set(verdicts_csv([]).strip().split(","))
    assert keys["verdicts.csv"] == columns
    names = {kind: {field.name for field in fields(kind)} for kind in (Verdict, Finding, Evidence, Asserted, Check)}
    assert keys["verdicts.json"] == names[Verdict]
    assert keys["finding"] == names[Finding] - {"fit"}
    assert keys["evidence"] == names[Evidence] - columns | {"supported"}
    assert (keys["stand"], keys["checks"]) == (names[Asserted], names[Check] - {"fit"})
