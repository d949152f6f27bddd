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
