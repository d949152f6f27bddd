import pytest

from trends.chance.counter_checks import CounterCheck
from trends.claims.checks.counted import Counted
from trends.claims.checks.counters_apart import CHECK
from trends.claims.rulings import Ruling

YES, OPEN = Ruling.SUPPORTED, Ruling.CANNOT_TELL


def together(off=(), alike=(), one_kind=False):
    return CounterCheck((), tuple((name, 0.99) for name in off), alike, one_kind)


def outcome(*args, **more):
    return CHECK.of(Counted(*args, **more))


def test_counters_that_are_too_alike_withhold_a_ruling_that_needs_both():
    pair = ("A", "B")
    both = {"A": YES, "B": YES}
    needed = outcome(YES, both, (), together(alike=(pair,)), {pair: OPEN})
    assert needed.outcome == "failed" and needed.says.endswith("Taken for one, they leave the answer open.")
    assert outcome(YES, both, (), together(alike=(pair,)), {pair: YES}).outcome == "passed"
    assert outcome(YES, both, (), together()).outcome == "passed"
    # What is open already has nothing to lose.
    assert outcome(OPEN, both, (), together(alike=(pair,)), {pair: OPEN}).says == (
        "More alike than two counters are in 98 of 100 cases: A and B. The answer does not need both."
    )


@pytest.mark.parametrize("subject", [(YES, {}, (), together()), (YES, {"A": YES, "B": YES}, (), None)])
def test_only_two_counters_of_a_ratio_can_be_apart(subject):
    check = outcome(*subject)
    assert (check.outcome, check.says) == (
        "does not apply", "Only the counters of a ratio can be held against each other, and there must be two.",
    )  # fmt: skip
