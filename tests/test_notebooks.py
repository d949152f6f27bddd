import ast
import re
from pathlib import Path

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return nbformat.read(request.param, 4)


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_prose_comes_first_and_no_function_is_defined(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    code = "\n".join(re.sub(r";$", "", cell.source) for cell in notebook.cells if cell.cell_type == "code")
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    assert not [node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]


def figures(notebook):
    return [
        sum("image/png" in output.get("data", {}) for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


# The kernel warns that it talks over TCP, on this machine and to us alone.
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_and_shows_what_it_showed_when_it_was_saved(notebook, monkeypatch):
    # The command line, tested in this process, asks for charts without a screen.
    monkeypatch.delenv("MPLBACKEND", raising=False)
    saved = figures(notebook)
    folder = str(NOTEBOOKS[0].parent)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    assert figures(notebook) == saved
    assert sum(saved) > 0
