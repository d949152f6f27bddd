"""Every file of the package has its test file at the same place."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def without_test(root):
    """The files of the package that no test file mirrors."""
    package = root / "trends"
    files = (file.relative_to(package) for file in package.rglob("*.py") if file.name != "__init__.py")
    return {each.as_posix() for each in files if not (root / "tests" / each.parent / f"test_{each.name}").is_file()}


def test_every_file_has_its_test():
    assert sorted(without_test(ROOT)) == []


def test_a_file_without_a_test_would_be_seen(tmp_path):
    (tmp_path / "trends" / "models").mkdir(parents=True)
    (tmp_path / "tests" / "models").mkdir(parents=True)
    there = (
        "trends/models/__init__.py",
        "trends/models/trend.py",
        "trends/models/new.py",
        "tests/models/test_trend.py",
    )
    for name in there:
        (tmp_path / name).write_text("", encoding="utf-8")
    assert without_test(tmp_path) == {"models/new.py"}
