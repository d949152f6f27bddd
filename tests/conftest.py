import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A test that asks for the cache names a folder of its own.
os.environ["TRENDS_CACHE"] = ""
# A process takes longer to start than the work of most tests; those that ask for two get them.
os.environ["LOKY_MAX_CPU_COUNT"] = "1"
# The scripts that made the reference numbers need what the tests do not: R, pyfixest.
collect_ignore = ["reference"]


@pytest.fixture(autouse=True)
def charts_are_closed():
    """No test leaves a figure open: pyplot keeps each, and warns of more than twenty."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def path_in(variable, folder):
    """A function from a file's name to its path, which skips the test where the file is not there."""

    def path(name):
        file = Path(os.environ.get(variable, ROOT.parent / "shared" / folder)) / name
        if not file.is_file():
            pytest.skip(f"no {name}: name its folder in {variable}")
        return file

    return path


@pytest.fixture(scope="session")
def reference():
    """The path of a published series to match numbers on."""
    return path_in("TRENDS_REFERENCE", "reference")


@pytest.fixture(scope="session")
def name_tables():
    """The path of a table of names and headers as sources write them."""
    return path_in("TRENDS_NAMES", "names")


@pytest.fixture(scope="session")
def shared_data():
    """The path of an event file that is not ours to publish."""
    return path_in("TRENDS_DATA", "data")
