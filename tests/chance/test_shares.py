import pytest

from trends.chance.shares import chance_of_every, chance_of_most, realised_share
from trends.errors import ModelError


def test_a_third_in_diyala_is_what_two_counters_lead_to():
    # The Inspector General's quarter, the group's own claims of the year. Told elsewhere as 33 % (21 to 46).
    low, middle, high = realised_share({"Inspector General": (80, 250), "Islamic State": (499, 1422)}).interval()
    assert (low, middle, high) == pytest.approx((0.21, 0.33, 0.46), abs=0.04)


def test_equal_provinces_share_the_chance_and_a_lead_raises_it():
    assert chance_of_most({"A": (30, 30)}) == pytest.approx((0.5, 0.5))
    three = chance_of_most({"A": (90, 30)})[0]
    assert 0.85 < three < 0.97
    assert chance_of_most({"A": (90, 30), "B": (45, 15)})[0] > three


def test_every_is_bounded_however_the_parts_hang_together():
    assert chance_of_every([0.99, 0.98]) == pytest.approx((0.97, 0.98))
    assert chance_of_every([0.2, 0.3])[0] == 0


def test_bad_input_is_refused_in_one_sentence():
    with pytest.raises(ModelError) as raised:
        realised_share({"A": (5, 3)})
    assert str(raised.value) == (
        "find a realised share by 'A': found a part of 5 in a whole of 3; allowed: a part from 0 up to its whole; "
        "count both by one rule."
    )
    with pytest.raises(ModelError, match=r"^rank provinces: found counters without incidents"):
        chance_of_most({"A": (0, 0)})
