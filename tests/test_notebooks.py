import ast
import json
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from run_notebooks import METADATA, NOTEBOOKS, run  # noqa: E402 (it lies in no package)

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def path(request):
    return request.param


def shown(notebook):
    """What each cell shows: its figures by their number, and its text as words and numbers apart."""
    told = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        text = "\n".join(each.get("text") or each["data"]["text/plain"] for each in outputs if not is_figure(each))
        # A table that is a digit wider has more blanks and dashes in it.
        words = re.sub(r"\s+", " ", NUMBER.sub("#", text))
        told.append((sum(is_figure(each) for each in outputs), words, [float(n) for n in NUMBER.findall(text)]))
    return told


def is_figure(output):
    return "image/png" in output.get("data", {})


def test_there_are_nine_and_each_is_listed():
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{n}_" for n in range(1, 10)]
    for page in (ROOT / "README.md", ROOT / "docs" / "notebooks.md"):
        assert [path.name for path in NOTEBOOKS if path.stem not in page.read_text(encoding="utf-8")] == []


def test_prose_comes_first_and_no_function_is_defined(path):
    notebook = nbformat.read(path, 4)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith(f"# {path.name[0]}. ")
    code = "\n".join(re.sub(r";$", "", cell.source) for cell in notebook.cells if cell.cell_type == "code")
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    assert not [node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]


def test_what_was_saved_names_no_time_no_machine_and_no_other_word_for_sure(path):
    text = path.read_text(encoding="utf-8")
    saved = json.loads(text)
    assert saved["metadata"] == METADATA
    assert [cell["id"] for cell in saved["cells"]] == [f"cell-{n:02d}" for n in range(len(saved["cells"]))]
    told = "\n".join("".join(cell["source"]) for cell in saved["cells"]) + "\n".join(
        "".join(each.get("text") or each["data"].get("text/html", "")) for cell in saved["cells"]
        for each in cell.get("outputs", [])
    )  # fmt: skip
    assert not re.search(r"/tmp/|/home/|/root/|[Ss]ignifican|Warning", told)


# The kernel warns that it talks over TCP, on this machine and to us alone.
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_and_shows_what_it_showed_when_it_was_saved(path, monkeypatch):
    # The command line, tested in this process, asks for charts without a screen.
    monkeypatch.delenv("MPLBACKEND", raising=False)
    saved = shown(nbformat.read(path, 4))
    again = shown(run(path))
    assert sum(figures for figures, _, _ in saved) > 0
    for old, new in zip(saved, again, strict=True):
        assert old[:2] == new[:2], "python3 dev.py notebooks saves them anew; read the prose beside it again"
        # The prose quotes these numbers; the last digits may move with the versions of the libraries.
        assert new[2] == pytest.approx(old[2], rel=0.02, abs=0.011)
