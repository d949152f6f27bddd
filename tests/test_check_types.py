from collections import Counter

from tests.check_types import complaints, errors_by_part

REPORT = """\
trends/models/trend.py:3: error: Incompatible return value type  [return-value]
trends/models/changepoints/scan.py:9:5: error: Name "x" is not defined  [name-defined]
trends/cli.py:1: error: Missing return statement  [return]
trends/cli.py:1: note: See the manual
Found 3 errors in 3 files (checked 9 source files)
"""


def test_errors_are_counted_by_the_part_of_the_package_that_has_them():
    assert errors_by_part(REPORT) == {"models": 2, "cli": 1}


def test_a_part_with_more_errors_than_allowed_is_named_and_one_without_allowance_may_have_none():
    found = Counter({"models": 2, "cli": 1, "counts": 4})
    assert complaints(found, {"models": 1, "counts": 4}) == [
        "cli: 1 type errors, allowed: 0; run mypy trends/cli and mend what is new",
        "models: 2 type errors, allowed: 1; run mypy trends/models and mend what is new",
    ]
