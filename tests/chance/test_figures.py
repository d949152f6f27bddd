from fractions import Fraction

import pytest

from trends.chance.figures import (
    agrees_with_stated,
    every_step_moved,
    level_survives_undercount,
    moved,
    recorded_level,
    recorded_rank,
    recorded_ratio,
    recorded_share,
)
from trends.errors import ModelError


def test_thirteen_and_fourteen_per_cent_are_both_the_speakers_own_figure_but_not_sixteen():
    ratio = recorded_ratio(1470, 1669)
    assert [agrees_with_stated(ratio, each) for each in ("1.13", "1.14", "1.135", "1.16")] == [True, True, True, False]


def test_at_least_566_stands_by_its_own_rule_whatever_was_missed():
    assert recorded_level(566, 566, "at least")
    assert level_survives_undercount(566, 566, "at least") is True
    assert level_survives_undercount(250, 566, "at least") is None


def test_eighty_of_250_is_the_recorded_share_of_diyala():
    assert agrees_with_stated(recorded_share(80, 250) * 100, "32")
    assert not agrees_with_stated(recorded_share(80, 250) * 100, "33.3")


def test_the_ministrys_own_record_contradicts_a_rise():
    assert not moved(1742, 1058, "rise")
    assert moved(1742, 1058, "fall")


def test_spans_of_unlike_length_are_compared_by_rate():
    assert recorded_ratio(30, 10, lengths=(3, 1)) == 1
    assert moved(30, 10, "no rise", lengths=(3, 1))
    assert recorded_ratio(0, 10) is None


def test_ranks_tell_of_ties_and_steps_of_their_failures():
    assert recorded_rank({"Diyala": 16, "Kirkuk": 8, "Anbar": 8}, "Anbar") == (2, ("Kirkuk",))
    assert every_step_moved([18, 42, 18, 29], "rise") == (False, (2,))


def test_negative_values_are_cut_towards_zero():
    assert agrees_with_stated(Fraction(-537, 10), "-53")
    assert agrees_with_stated(Fraction(-537, 10), "-54")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: recorded_ratio(-1, 2),
            "compare two recorded counts: found a count of -1; allowed: finite counts of 0 or more; "
            "give what was recorded.",
        ),
        (
            lambda: agrees_with_stated(Fraction(1), "many"),
            "hold a stated figure against a recorded one: found the figure 'many'; allowed: a number in "
            "digits, such as "
            "1.13; give the figure as the sentence has it.",
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
