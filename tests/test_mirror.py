"""Every file of the package has its test file at the same place; those that have none yet are named, and get fewer."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
LATER = ROOT / "tests" / "unmirrored.txt"


def without_test(root):
    """The files of the package that no test file mirrors."""
    package = root / "trends"
    files = (file.relative_to(package) for file in package.rglob("*.py") if file.name != "__init__.py")
    return {each.as_posix() for each in files if not (root / "tests" / each.parent / f"test_{each.name}").is_file()}


def allowed(text):
    """The files that a list names, a line each."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_every_file_has_its_test_or_is_on_the_list():
    listed = allowed(LATER.read_text(encoding="utf-8"))
    assert sorted(without_test(ROOT) - set(listed)) == []


def test_the_list_only_gets_shorter_and_is_in_order():
    listed = allowed(LATER.read_text(encoding="utf-8"))
    assert listed == sorted(set(listed))
    # A file that has a test by now, or is gone, is taken off.
    gone = [name for name in listed if not (ROOT / "trends" / name).is_file()]
    assert [name for name in listed if name not in without_test(ROOT) and name not in gone] == []


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
