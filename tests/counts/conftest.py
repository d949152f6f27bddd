import pytest

from trends.counts.provinces import find_provinces


@pytest.fixture
def file(tmp_path):
    """Writes a text to a file and gives its path."""

    def write(text, name="counts.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def only_province(name, country=None):
    """The one province that a spelling names, or None where none or several answer to it."""
    found = find_provinces(name, country)
    return found[0] if len(found) == 1 else None
