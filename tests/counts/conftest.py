import pytest


@pytest.fixture
def file(tmp_path):
    """Writes a text to a file and gives its path."""

    def write(text, name="counts.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write
