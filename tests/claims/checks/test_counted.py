import pytest

from trends.claims.checks.counted import Counted
from trends.claims.rulings import Ruling


@pytest.mark.parametrize("ruling", list(Ruling))
def test_only_what_is_certain_can_be_lost(ruling):
    assert Counted(ruling, {}).certain == (ruling not in (Ruling.CANNOT_TELL, Ruling.UNTESTABLE))
