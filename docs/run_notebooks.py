"""Run every notebook and save what it shows: ``python3 dev.py notebooks`` calls it.

The same notebook gives the same file: cells are named by their place, and neither times nor versions are kept.
"""

from pathlib import Path

import nbclient
import nbformat

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path: Path) -> nbformat.NotebookNode:
    """The notebook in a file, run from its first cell to its last in the folder where it lies."""
    notebook = nbformat.read(path, 4)
    notebook.cells = [{**cell, "id": f"cell-{place:02d}", "metadata": {}} for place, cell in enumerate(notebook.cells)]
    notebook = nbformat.from_dict(notebook)
    resources = {"metadata": {"path": str(path.parent)}}
    nbclient.NotebookClient(notebook, timeout=300, record_timing=False, resources=resources).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


if __name__ == "__main__":
    for path in NOTEBOOKS:
        print(path.name, flush=True)
        nbformat.write(run(path), path)
