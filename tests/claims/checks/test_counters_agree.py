import pytest

from trends.chance.counter_checks import CounterCheck
from trends.claims.checks.counted import Counted
from trends.claims.checks.counters_agree import CHECK
from trends.claims.rulings import Ruling

YES, OPEN = Ruling.SUPPORTED, Ruling.CANNOT_TELL


def together(off=(), alike=(), one_kind=False):
    return CounterCheck((), tuple((name, 0.99) for name in off), alike, one_kind)


def outcome(*args, **more):
    return CHECK.of(Counted(*args, **more))


def test_a_counter_that_stands_off_is_named_and_withholds_a_ruling_that_it_opposes():
    both = {"A": YES, "B": YES}
    named = outcome(YES, both, (), together(off=["B"]))
    assert (named.outcome, named.says) == ("passed", "B stands off from what the others lead to expect.")
    assert outcome(YES, both, ("B",), together(off=["B"])).outcome == "failed"
    assert outcome(OPEN, both, ("B",), together(off=["B"])).outcome == "passed"
    kind = outcome(YES, both, ("A",), together(one_kind=True))
    assert kind.says == (
        "None stands off from what the others lead to expect. Alone, A would say otherwise. All are of one kind: "
        "nothing shows what they may have in common."
    )
    pair = outcome(YES, both, ("A",), together(off=["B", "C"], one_kind=True))
    assert (pair.outcome, pair.says) == (
        "passed", "B and C stand off from what the others lead to expect. All are of one kind: nothing shows what they "
        "may have in common.",
    )  # fmt: skip


@pytest.mark.parametrize("subject", [(YES, {}, (), together()), (YES, {"A": YES, "B": YES}, (), None)])
def test_only_two_counters_of_a_ratio_can_agree(subject):
    check = outcome(*subject)
    assert (check.outcome, check.says) == (
        "does not apply", "Only the counters of a ratio can be held against each other, and there must be two.",
    )  # fmt: skip
