import numpy as np
import pytest

from trends.claims.rates import periods_needed, power, power_table, ratio_wanted
from trends.claims.study import read_study
from trends.errors import ModelError

CHANGE = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }'


@pytest.fixture
def study(study_folder, add_claim):
    add_claim("rose", CHANGE)
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_power_grows_with_the_size_of_the_change_on_either_side(study):
    curve = power(study.claim("rose"), study)
    table = power_table(curve)
    assert table["rate_ratio"].iloc[[0, 8, 16]].round(2).tolist() == [0.2, 1.0, 5.0]
    found = table["power"].to_numpy()
    assert (np.diff(found[8:]) > -0.02).all() and (np.diff(found[:9]) < 0.02).all()
    assert found[-1] > 0.95 and found[0] > 0.95
    # Without a change a rise is found in one of twenty.
    assert found[8] == pytest.approx(0.05, abs=0.05)
    assert 1 < curve.detectable_rise < 3 and 1 / 3 < curve.detectable_fall < 1


def test_a_claim_without_a_change_has_no_such_curve(study):
    with pytest.raises(ModelError) as refused:
        power(study.claim("level"), study)
    assert str(refused.value) == (
        "tell the power of the claim 'level': found the links recorded; allowed: a claim that asserts a change; choose "
        "such a claim."
    )


def test_the_periods_to_wait_for_grow_as_the_change_shrinks(study):
    claim = study.claim("rose")
    large, small = (periods_needed(claim, study, ratio=ratio, years=8) for ratio in (4.0, 1.25))
    assert large == 0 and (small is None or small > 0)
    assert periods_needed(claim, study, ratio=1.02, years=1) is None


def test_a_claim_without_a_size_is_to_find_a_change_by_half():
    assert [ratio_wanted(*said) for said in (("rise", None), ("fall", None), ("rise", 2.0), ("no rise", 1.0))] == [
        1.5,
        pytest.approx(2 / 3),
        2.0,
        1.5,
    ]
