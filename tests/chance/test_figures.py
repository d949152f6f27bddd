from fractions import Fraction

import pytest

from trends.chance.figures import (
    every_step_moved,
    recorded_rank,
    recorded_ratio,
    recorded_share,
)
from trends.errors import ModelError


def test_spans_of_unlike_length_are_compared_by_rate():
    assert recorded_ratio(30, 10, lengths=(3, 1)) == 1
    assert recorded_ratio(0, 10) is None


def test_ratios_and_shares_are_exact_and_none_where_there_is_nothing_to_divide_by():
    assert recorded_ratio(3, 1) == Fraction(1, 3) and recorded_ratio(1, 0) == 0
    assert recorded_ratio(2, 3, lengths=(5, 7)) == Fraction(3, 2) * Fraction(5, 7)
    assert recorded_ratio(1, 1, lengths=(1, 1)) == 1 and recorded_ratio(0, 0) is None
    assert recorded_share(1, 3) == Fraction(1, 3) and recorded_share(3, 3) == 1 and recorded_share(0, 1) == 0
    assert recorded_share(0, 0) is None


@pytest.mark.parametrize(
    ("counts", "direction", "found"),
    [
        ([1, 2, 3], "rise", (True, ())),
        ([1, 2, 2, 3], "rise", (False, (2,))),
        ([3, 2, 1], "fall", (True, ())),
        ([3, 3, 4, 1], "fall", (False, (1, 2))),
        ([0, 1], "rise", (True, ())),
    ],
)
def test_a_run_moves_with_every_step_or_is_told_where_it_does_not(counts, direction, found):
    assert every_step_moved(counts, direction) == found


def test_the_largest_is_first_and_the_smallest_last():
    counts = {"Diyala": 16, "Kirkuk": 8, "Anbar": 8, "Basra": 0}
    assert [recorded_rank(counts, name) for name in counts] == [
        (1, ()), (2, ("Anbar",)), (2, ("Kirkuk",)), (4, ()),
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [float("inf"), float("nan"), -0.5])
def test_a_count_that_cannot_be_is_refused_on_either_side(bad):
    for counts in ((bad, 1), (1, bad)):
        with pytest.raises(ModelError, match="allowed: finite counts of 0 or more"):
            recorded_ratio(*counts)
    for lengths in ((0, 1), (1, 0)):
        with pytest.raises(ModelError, match=f"found spans of {lengths[0]} and {lengths[1]} periods; allowed: one"):
            recorded_ratio(1, 1, lengths=lengths)


def test_ranks_tell_of_ties_and_steps_of_their_failures():
    assert recorded_rank({"Diyala": 16, "Kirkuk": 8, "Anbar": 8}, "Anbar") == (2, ("Kirkuk",))
    assert every_step_moved([18, 42, 18, 29], "rise") == (False, (2,))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: recorded_ratio(-1, 2),
            "compare two recorded counts: found a count of -1; allowed: finite counts of 0 or more; "
            "give what was recorded.",
        ),
        (
            lambda: recorded_share(5, 3),
            "reckon a recorded share: found a part of 5 in a whole of 3; allowed: a part no larger than its whole; "
            "count both by one rule.",
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence(make, message):
    with pytest.raises(ModelError) as raised:
        make()
    assert str(raised.value) == message
