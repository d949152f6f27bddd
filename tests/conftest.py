import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# The scripts that made the reference numbers need what the tests do not: R, pyfixest.
collect_ignore = ["reference"]


@pytest.fixture(scope="session")
def reference():
    """The path of a published series to match numbers on; the test skips where the folder is not there."""

    def path(name):
        folder = Path(os.environ.get("TRENDS_REFERENCE", ROOT.parent / "shared" / "reference"))
        if not (folder / name).is_file():
            pytest.skip(f"no {name}: name the folder of reference series in TRENDS_REFERENCE")
        return folder / name

    return path


@pytest.fixture(scope="session")
def shared_data():
    """The path of an event file that is not ours to publish; the test skips where the folder is not there."""

    def path(name):
        folder = Path(os.environ.get("TRENDS_DATA", ROOT.parent / "shared" / "data"))
        if not (folder / name).is_file():
            pytest.skip(f"no {name}: name the folder of event files in TRENDS_DATA")
        return folder / name

    return path
