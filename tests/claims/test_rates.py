import pytest

from trends.claims.rates import calibrate, periods_needed, power, power_table
from trends.claims.study import read_study
from trends.errors import StudyError

CHANGE = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise", seasons = false }'


@pytest.fixture
def study(study_folder, add_claim):
    add_claim("rose", CHANGE)
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_the_test_of_a_claim_keeps_its_error_rates_on_its_own_panel(study):
    trials = calibrate(study.claim("rose"), study, panels=100, draws=99)
    # Five percent and ninety-five, to three binomial standard errors of a hundred panels.
    assert trials.rejected <= 0.05 + 3 * trials.error(0.05)
    assert trials.coverage >= 0.95 - 3 * trials.error(0.05)


def test_power_grows_with_the_size_of_the_change(study):
    curve = power(study.claim("rose"), study, panels=100, draws=99)
    table = power_table(curve)
    assert table["rate_ratio"].round(2).tolist() == [0.2, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0]
    found = table["power"].tolist()
    assert found[-1] > 0.95 > found[6] > found[5]
    assert 1 < curve.detectable_rise < 2


def test_a_claim_without_a_change_has_no_such_rates(study):
    with pytest.raises(StudyError) as refused:
        power(study.claim("level"), study)
    assert str(refused.value) == (
        "simulate the test of the claim 'level': found the links recorded; allowed: a claim that asserts a change; "
        "choose such a claim."
    )


def test_the_periods_to_wait_for_grow_as_the_change_shrinks(study):
    claim, how = study.claim("rose"), {"years": 8, "panels": 100, "draws": 99}
    large, small = (periods_needed(claim, study, ratio=ratio, **how) for ratio in (4.0, 1.25))
    assert large == 0 and (small is None or small > 0)
    # The bar of the claim is a tenth.
    assert periods_needed(claim, study, years=1, panels=100, draws=99) is None


def test_trials_are_the_same_by_two_processes(study):
    alone, pair = (calibrate(study.claim("rose"), study, panels=60, draws=99, jobs=jobs) for jobs in (1, 2))
    assert alone.pvalues.tolist() == pair.pvalues.tolist()
