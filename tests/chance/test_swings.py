import numpy as np
import pytest

from trends.chance.drift import Span
from trends.chance.swings import cost_of_picking, ordinary_swing, ordinary_swing_of_figures, world_months
from trends.errors import ModelError


def test_few_changes_of_held_out_countries_are_called_rare():
    rare, of = 0, 0
    for country in world_months():
        counts = world_months()[country].to_numpy()
        for start in range(60, 370, 37):
            if counts[start - 60 : start + 3].mean() >= 2:
                swing = ordinary_swing(counts[: start + 6], Span(start, 3), Span(start + 3, 3), without=country)
                rare, of = rare + (swing.either() <= 0.05), of + 1
    # 350 or so windows, 5 % at most and some of them; a doubled rate would be 10 %.
    assert of > 200
    assert rare / of < 0.07


def test_a_jump_by_ten_is_rare_and_no_change_is_not():
    steady = np.tile([9.0, 11.0, 10.0], 20)
    jump = ordinary_swing(np.r_[steady, 100.0, 100.0, 100.0], Span(57, 3), Span(60, 3))
    assert jump.rise <= 0.025
    assert jump.own_as_large == 0
    assert ordinary_swing(steady, Span(54, 3), Span(57, 3)).either() > 0.5
    assert jump.low < 1 < jump.high


def test_figures_without_a_past_get_the_spread_of_their_size():
    swing = ordinary_swing_of_figures(566, 808, Span(0, 3), Span(3, 3), without="Iraq")
    assert 0.025 < swing.rise < 0.5
    assert swing.own_pairs == 0


def test_a_picked_span_pays_for_the_choice():
    assert cost_of_picking(0.02, 1) == pytest.approx(0.02)
    assert cost_of_picking(0.02, 12) == pytest.approx(1 - 0.98**12)


@pytest.mark.parametrize(
    ("counts", "second", "message"),
    [
        (
            np.r_[np.ones(40), np.nan],
            Span(30, 3),
            "find ordinary swings: found counts that are negative, missing or not one row of months; allowed: "
            "a monthly "
            "count of 0 or more in each month; give a series without holes.",
        ),
        (
            np.ones(40),
            Span(39, 3),
            "find ordinary swings: found spans from months 27 and 39 of 40; allowed: a second span after the "
            "first, both "
            "within the series; give two such spans.",
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence(counts, second, message):
    with pytest.raises(ModelError) as raised:
        ordinary_swing(counts, Span(27, 3), second)
    assert str(raised.value) == message
