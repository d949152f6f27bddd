from math import inf

import pytest

from trends.claims.direction import (
    adverse_ratio,
    adverse_side,
    check_size,
    stand_on_change,
    stand_on_number,
)
from trends.claims.links.change import Change
from trends.claims.links.dose import Dose
from trends.claims.links.forecast import Forecast
from trends.claims.links.lasting import Lasting
from trends.claims.links.season import Season
from trends.claims.links.trend import Trend
from trends.cli import main
from trends.errors import ModelError


@pytest.mark.parametrize("direction", ["rise", "fall", "none", "no rise", "no fall"])
def test_a_change_beyond_the_bar_on_the_adverse_side_speaks_on_the_claim(direction):
    low, high = stand_on_change(direction, 2.0).claimed
    beyond = adverse_ratio(direction, 2.0) * (1.01 if adverse_side(direction) == "rise" else 1 / 1.01)
    # It proves what is claimed, or disproves that there was none.
    assert (low <= beyond <= high) == (direction in ("rise", "fall"))


@pytest.mark.parametrize(
    ("direction", "at_least", "claimed"),
    [
        ("rise", None, (1.0, inf)),
        ("fall", None, (0.0, 1.0)),
        ("rise", 2.0, (2.0, inf)),
        ("fall", 2.0, (0.0, 0.5)),
        ("none", None, (1 / 1.1, 1.1)),
        ("no rise", None, (0.0, 1.0)),
        ("no rise", 1.1, (0.0, 1.1)),
        ("none", None, (1 / 1.1, 1.1)),
        ("no fall", 2.0, (0.5, inf)),
    ],
)
def test_a_claim_of_no_size_has_its_direction_as_its_bar(direction, at_least, claimed):
    assert stand_on_change(direction, at_least).claimed == claimed


@pytest.mark.parametrize("at_least", [None, 1.05, 6.0])
def test_what_would_not_matter_is_a_tenth_whatever_is_claimed(at_least):
    """A tripling does matter, even where six times as many were claimed."""
    assert (
        stand_on_change("rise", at_least).immaterial == stand_on_change("fall", at_least).immaterial == (1 / 1.1, 1.1)
    )
    assert stand_on_change("none", at_least).immaterial is None


@pytest.mark.parametrize(("direction", "side"), [("no rise", "a rise"), ("no fall", "a fall")])
def test_the_shell_tells_how_long_to_wait_on_the_side_that_a_claim_has_to_fear(direction, side, add_claim, capsys):
    keys = f'direction = "{direction}", at_least = 3.0'
    folder = add_claim("it", f'[event]\nname = "drawdown"\n[asserts]\nchange = {{ {keys} }}')
    assert main(["power", str(folder), "it"]) == 0
    assert f"find {side} to " in capsys.readouterr().out


@pytest.mark.parametrize("made", [Change, Dose, Forecast, Lasting, Season, Trend])
def test_a_size_below_1_is_refused_in_one_sentence(made):
    more = {"event": "it"} if made is Dose else {"when": "ramadan"} if made is Season else {}
    with pytest.raises(ModelError) as refused:
        made(direction="fall", at_least=0.5, **more)
    assert str(refused.value) == (
        "read the size of a change: found at_least = 0.5; allowed: a factor of 1 or more, for a fall as for a rise: "
        "1.5 is by half; correct the table."
    )


@pytest.mark.parametrize(
    ("direction", "at_least", "ratio"),
    [
        ("rise", None, 1.0), ("fall", None, 1.0), ("none", None, 1.1), ("no rise", 2.0, 2.0), ("no fall", 2.0, 0.5),
        ("fall", 4.0, 0.25), ("none", 3.0, 3.0), ("no rise", None, 1.0), ("no fall", None, 1.0),
    ],
)  # fmt: skip
def test_the_bar_lies_on_the_side_that_a_claim_has_to_fear(direction, at_least, ratio):
    assert adverse_ratio(direction, at_least) == ratio
    assert adverse_side(direction) == ("fall" if direction in ("fall", "no fall") else "rise")


@pytest.mark.parametrize(
    ("comparison", "margin", "claimed"),
    [("at least", 5, (30, inf)), ("at most", 5, (0, 30)), ("about", 5, (25, 35)), ("about", 40, (0, 70))],
)
def test_a_number_is_claimed_with_all_beyond_it_or_about_it(comparison, margin, claimed):
    found = stand_on_number(30, comparison, margin)
    assert found.claimed == claimed and found.comparable and found.immaterial is None


def test_a_size_of_1_is_one():
    check_size(1.0)
    check_size(None)
