import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def reference():
    """The path of a published series to match numbers on; the test skips where the folder is not there."""

    def path(name):
        folder = Path(os.environ.get("TRENDS_REFERENCE", ROOT.parent / "shared" / "reference"))
        if not (folder / name).is_file():
            pytest.skip(f"no {name}: name the folder of reference series in TRENDS_REFERENCE")
        return folder / name

    return path
