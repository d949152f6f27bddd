from dataclasses import replace

import numpy as np
import pytest

from trends.claims.examples import example_studies
from trends.claims.rates import RATIOS, periods_needed, power, power_table, ratio_wanted
from trends.claims.study import read_study
from trends.errors import ModelError

CHANGE = '[event]\nname = "drawdown"\n[asserts]\nchange = {{ {} }}'


@pytest.fixture
def study(study_folder, add_claim):
    add_claim("rose", CHANGE.format('direction = "rise"'))
    add_claim("fell", CHANGE.format('direction = "no fall", at_least = 2.0'))
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_power_grows_with_the_size_of_the_change_on_both_sides(study):
    curve = power(study.claim("rose"), study)
    table = power_table(curve)
    np.testing.assert_allclose(table["rate_ratio"], RATIOS)
    found, one = table["power"].to_numpy(), len(RATIOS) // 2
    # A change of none is found as often as a test that is sure from .95 on is wrong.
    assert found[one] == pytest.approx(0.05, abs=0.04)
    assert (np.diff(found[one:]) > -0.02).all() and (np.diff(found[: one + 1]) < 0.02).all()
    assert found[0] > 0.95 and found[-1] > 0.95


def test_the_detectable_change_lies_where_the_curve_reaches_its_target(study):
    curve = power(study.claim("rose"), study)
    assert 1.1 < curve.detectable_rise < 2.5 and 1 / 2.5 < curve.detectable_fall < 1 / 1.1
    rises = curve.ratios > 1
    reached = np.interp(np.log(curve.detectable_rise), np.log(curve.ratios[rises]), curve.power[rises])
    assert reached == pytest.approx(curve.target, abs=0.02)


def test_a_claim_without_a_change_has_no_such_rates(study):
    for asked, what in ((power, "tell the power"), (periods_needed, "tell how long to wait")):
        with pytest.raises(ModelError) as refused:
            asked(study.claim("level"), study)
        assert str(refused.value) == (
            f"{what} of the claim 'level': found the links recorded; allowed: a claim that asserts a change; choose "
            "such a claim."
        )


def test_the_periods_to_wait_for_grow_as_the_change_shrinks(study):
    claim = study.claim("rose")
    large, small = (periods_needed(claim, study, ratio=ratio, years=4) for ratio in (4.0, 1.15))
    assert large == 0 and (small is None or small > 0)
    assert periods_needed(claim, study, ratio=1.01, years=1) is None


def of_level(study, levels):
    """The study with so many incidents in each month, all of them in the first province."""
    counts = study.panel().counts * 0 + np.outer(np.broadcast_to(levels, 48), [1.0, 0.0, 0.0])
    return replace(study, panels={name: replace(panel, counts=counts) for name, panel in study.panels.items()})


def test_where_next_to_nothing_is_counted_no_change_would_be_found(study):
    curve = power(study.claim("rose"), of_level(study, np.eye(48)[5]))
    assert (curve.detectable_rise, curve.detectable_fall) == (np.inf, 0.0) and curve.target == 0.8


def test_the_wait_is_the_shortest_that_suffices_and_no_longer_than_one_looks_ahead(study):
    rare = of_level(study, np.tile([0.0, 1.0], 24))
    claim = rare.claim("rose")
    needed = periods_needed(claim, rare, ratio=4.0)
    assert 24 < needed <= 36
    # From wherever the search sets out, the least is found.
    assert [periods_needed(claim, rare, ratio=4.0, years=years) for years in (2, 3, 5)] == [None, needed, needed]
    assert periods_needed(claim, rare, ratio=8.0) < needed and periods_needed(claim, rare, ratio=2.0) is None


def test_periods_that_nobody_watched_are_none_without_incidents(study):
    whole = of_level(study, 2.0)
    panel = whole.panel()
    exposure = panel.exposure.copy()
    exposure.loc["2020-07":] = 0.0
    panel = replace(panel, exposure=exposure, counts=panel.counts.where(exposure > 0))
    lost = replace(whole, panels={**whole.panels, "events": panel})
    claim = whole.claim("rose")
    needed, later = (periods_needed(claim, each, ratio=2.0) for each in (whole, lost))
    # Half a year less was watched; the level that is expected to go on is the same.
    assert needed < later < needed + 24


def test_the_bounds_of_the_ratios_that_one_waits_for_are_taken(study):
    for ratio in (0.0011, 999.0):
        assert periods_needed(study.claim("rose"), study, ratio=ratio, years=1) in (0, 1)


@pytest.mark.parametrize("ratio", [0.001, 1000.0, -1.0, float("nan")])
def test_ratios_that_no_series_shows_are_refused(study, ratio):
    with pytest.raises(ModelError, match=r"^tell how many periods a change needs: found ratio="):
        periods_needed(study.claim("rose"), study, ratio=ratio)


@pytest.mark.parametrize(
    ("direction", "at_least", "ratio"),
    [("rise", None, 1.5), ("fall", None, 1 / 1.5), ("no fall", 2.0, 0.5), ("rise", 1.0, 1.5), ("none", 1.2, 1.2)],
)
def test_what_a_claim_should_be_able_to_show_is_its_bar_or_a_change_by_half(direction, at_least, ratio):
    assert ratio_wanted(direction, at_least) == pytest.approx(ratio)


@pytest.mark.parametrize("years", [-1, 0, 101])
def test_years_that_nobody_waits_are_refused(years):
    study = read_study(example_studies()["iraq"])
    claim = next(each for each in study.claims if "change" in each.asserts)
    with pytest.raises(ModelError, match=f"found years={years}; allowed: a whole number from 1 to 100; choose"):
        periods_needed(claim, study, years=years)
