import pytest

from trends.chance.counter_checks import CounterCheck
from trends.claims.checks import counters_agree, counters_apart, picked_span, without_each_counter
from trends.claims.checks.counted import Counted
from trends.claims.checks.picked_span import Picked
from trends.claims.rulings import Ruling

YES, NO, OPEN = Ruling.SUPPORTED, Ruling.CONTRADICTED, Ruling.CANNOT_TELL


def together(off=(), alike=(), one_kind=False):
    return CounterCheck((), tuple((name, 0.99) for name in off), alike, one_kind)


def outcome(check, *args, **more):
    return check.CHECK.of(Counted(*args, **more))


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
    check = outcome(without_each_counter, ruling, without)
    assert (check.outcome, check.says) == (result, says)


def test_a_counter_that_stands_off_is_named_and_withholds_a_ruling_that_it_opposes():
    both = {"A": YES, "B": YES}
    named = outcome(counters_agree, YES, both, (), together(off=["B"]))
    assert (named.outcome, named.says) == ("passed", "B stands off from what the others lead to expect.")
    assert outcome(counters_agree, YES, both, ("B",), together(off=["B"])).outcome == "failed"
    assert outcome(counters_agree, OPEN, both, ("B",), together(off=["B"])).outcome == "passed"
    kind = outcome(counters_agree, YES, both, ("A",), together(one_kind=True))
    assert kind.says == (
        "None stands off from what the others lead to expect. On its own A would say otherwise. All are of one kind: "
        "nothing shows what they may have in common."
    )
    assert outcome(counters_agree, YES, {}).outcome == "does not apply"


def test_counters_that_are_too_alike_withhold_a_ruling_that_needs_both():
    pair = ("A", "B")
    both = {"A": YES, "B": YES}
    needed = outcome(counters_apart, YES, both, (), together(alike=(pair,)), {pair: OPEN})
    assert needed.outcome == "failed" and needed.says.endswith("Taken for one, they leave the answer open.")
    assert outcome(counters_apart, YES, both, (), together(alike=(pair,)), {pair: YES}).outcome == "passed"
    assert outcome(counters_apart, YES, both, (), together()).outcome == "passed"
    assert outcome(counters_apart, YES, {}).outcome == "does not apply"


def test_a_picked_span_pays_for_all_that_it_was_picked_from():
    assert picked_span.CHECK.of(Picked(0.01, 1)).outcome == "does not apply"
    assert picked_span.CHECK.of(Picked(0.001, 12)).outcome == "passed"
    failed = picked_span.CHECK.of(Picked(0.02, 12))
    assert failed.outcome == "failed" and "in 22 of 100 such series" in failed.says
