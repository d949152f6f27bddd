import pytest

from trends.claims.checks.counted import Counted
from trends.claims.checks.without_each_counter import CHECK
from trends.claims.rulings import Ruling

YES, NO, OPEN = Ruling.SUPPORTED, Ruling.CONTRADICTED, Ruling.CANNOT_TELL


@pytest.mark.parametrize(
    ("ruling", "without", "result", "says"),
    [
        (YES, {}, "does not apply", "There is one counter alone: nothing shows what another would have said."),
        (YES, {"A": YES, "B": YES}, "passed", "It stays SUPPORTED without any one of the 2 counters."),
        (
            YES,
            {"A": OPEN, "B": YES},
            "passed",
            "No counter that is left out turns it, but without A it would be open.",
        ),
        (YES, {"A": NO, "B": YES}, "failed", "Without A the ruling is another."),
        (OPEN, {"A": NO, "B": OPEN}, "passed", "It is open with all counters; without A it would be CONTRADICTED."),
        (OPEN, {"A": OPEN}, "passed", "It is open with all counters; it stays open without any one of them."),
    ],
)
def test_what_becomes_of_a_ruling_without_each_counter(ruling, without, result, says):
    check = CHECK.of(Counted(ruling, without))
    assert (check.outcome, check.says) == (result, says)
