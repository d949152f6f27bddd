import pytest

from trends.claims.direction import adverse_ratio, adverse_side, stand_on_change
from trends.cli import main


@pytest.mark.parametrize("direction", ["rise", "fall", "none", "no rise", "no fall"])
def test_a_change_beyond_the_bar_on_the_adverse_side_speaks_on_the_claim(direction):
    low, high = stand_on_change(direction, 2.0).claimed
    beyond = adverse_ratio(direction, 2.0) * (1.01 if adverse_side(direction) == "rise" else 1 / 1.01)
    # It proves what is claimed, or disproves that there was none.
    assert (low <= beyond <= high) == (direction in ("rise", "fall"))


@pytest.mark.parametrize(("direction", "side"), [("no rise", "a rise"), ("no fall", "a fall")])
def test_the_shell_tells_how_long_to_wait_on_the_side_that_a_claim_has_to_fear(direction, side, add_claim, capsys):
    keys = f'direction = "{direction}", at_least = 3.0, seasons = false'
    folder = add_claim("it", f'[event]\nname = "drawdown"\n[asserts]\nchange = {{ {keys} }}')
    assert main(["power", str(folder), "it", "--panels", "20"]) == 0
    assert f"find {side} to " in capsys.readouterr().out
