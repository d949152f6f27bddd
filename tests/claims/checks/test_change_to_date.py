from types import SimpleNamespace

import pytest

from trends.claims.checks.change_to_date import CHECK


@pytest.mark.parametrize(
    ("stands_out", "outcome", "ending"),
    [
        (True, "passed", "and less than half of those looked at hold 80 %."),
        (
            False,
            "cannot tell",
            "and 80 % take more than half of those looked at, or no one change tells what it did.",
        ),
    ],
)
def test_a_date_must_stand_out_among_those_looked_at(stands_out, outcome, ending):
    found = SimpleNamespace(turn_interval=("2019-04", "2020-01"), turn_stands_out=stands_out)
    check = CHECK.of(found)
    assert (check.name, check.outcome) == ("a date stands out", outcome)
    assert check.says == f"The shortest run of dates that holds 95 % is April 2019 to January 2020, {ending}"
    assert check.withholds == (not stands_out)
