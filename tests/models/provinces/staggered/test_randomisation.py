from dataclasses import replace

import numpy as np
import pytest

from trends.errors import ModelError
from trends.models.provinces.staggered import imputation, randomisation
from trends.models.provinces.staggered.randomisation import (
    Experiment,
    dose_effect,
    event_study,
    expected_without,
    holes,
    invert,
    is_rejected,
    score_bootstrap,
    statistics,
    two_tails,
    upper_tail,
)
from trends.models.provinces.staggered.schedules import rearranged

PERIODS = 24


def experiment(rng, effect=0.0, provinces=9, reached=3, shocks=False, largest=False, draws=199):
    """Provinces of unequal size; with shocks an AR(1) common to all and one of their own, each with sd .5 and .3."""
    dose = np.zeros((provinces, PERIODS))
    dose[:reached, 16:] = 1
    base = np.sort(np.exp(rng.normal(1.5, 0.8, provinces)))[::-1]
    base = base if largest else rng.permutation(base)
    log_rate = np.log(base)[:, None] + effect * dose
    if shocks:
        log_rate = log_rate + 0.5 * walk(rng, 1) + 0.3 * walk(rng, provinces)
    counts = rng.poisson(np.exp(log_rate)).astype(float)
    schedules = rearranged(dose, np.full(provinces, True), draws, rng)
    return Experiment(counts, np.ones(counts.shape), schedules)


def walk(rng, rows, rho=0.5):
    noise = rng.standard_normal((rows, PERIODS))
    for t in range(1, PERIODS):
        noise[:, t] = rho * noise[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return noise


# 250 panels: three standard errors around .0476 (of 84 schedules, the two outermost on either side) are .007 to .088.
@pytest.mark.parametrize("largest", [False, True])
def test_the_size_holds_under_a_common_shock_and_serial_dependence(largest):
    rng = np.random.default_rng(11)
    pvalues = [two_tails(statistics(experiment(rng, shocks=True, largest=largest), 0.0)) for _ in range(250)]
    assert 0.007 <= np.mean(np.array(pvalues) <= 0.05) <= 0.088


def test_under_the_null_every_schedule_is_as_good_as_the_actual_one():
    # Exactness: over all schedules taken in turn as the actual one, p-values are uniform on their own grid.
    base = experiment(np.random.default_rng(2), provinces=6, reached=2)
    values = statistics(base, 0.0)
    pvalues = np.array([two_tails(np.roll(values, -place)) for place in range(len(values))])
    assert len(values) == 15 and (pvalues <= 0.14).sum() <= 2 and (pvalues <= 0.3).sum() <= 4


def test_an_answer_block_by_block_is_that_of_all_schedules_and_asks_no_more_than_it_needs(monkeypatch):
    one = experiment(np.random.default_rng(4), effect=0.7)
    whole = {effect: two_tails(statistics(one, effect)) for effect in (-0.6 + np.arange(27) * 0.1).round(1).tolist()}
    monkeypatch.setattr(imputation, "_CELLS", 4 * one.counts.size)
    asked = []
    block = imputation.contrast_block
    monkeypatch.setattr(randomisation, "contrast_block", lambda *given: asked.append(1) or block(*given))
    for alpha in (0.05, 0.1, whole[0.7], 0.999, 1.0):
        assert [is_rejected(one, effect, alpha) for effect in whole] == [each <= alpha for each in whole.values()]
    asked.clear()
    assert not is_rejected(one, max(whole, key=whole.get), 0.05) and len(asked) < len(one.schedules) // 4


def test_an_interval_from_schedules_outermost_first_is_that_of_all_of_them_at_every_effect(monkeypatch):
    one = experiment(np.random.default_rng(5), effect=0.7, provinces=14, draws=399)
    monkeypatch.setattr(imputation, "_CELLS", 20 * one.counts.size)
    estimate = dose_effect(one.counts, expected_without(one.counts, one.exposure, one.dose), one.dose)
    asked = []
    block = imputation.contrast_block
    monkeypatch.setattr(randomisation, "contrast_block", lambda *given: asked.append(1) or block(*given))
    bounds, taken = invert(one, estimate, 0.1), len(asked)
    # Every schedule at every effect.
    tried = []
    whole = lambda of, effect, alpha: tried.append(1) or two_tails(statistics(of, effect)) <= alpha  # noqa: E731
    monkeypatch.setattr(randomisation, "is_rejected", whole)
    assert invert(one, estimate, 0.1) == bounds and np.isfinite(bounds).all()
    assert taken < 0.75 * len(tried) * len(one.schedules) / 20


def test_the_interval_holds_the_truth_and_the_estimate_and_ends_where_the_test_rejects():
    rng = np.random.default_rng(3)
    held = []
    for _ in range(30):
        one = experiment(rng, effect=0.7)
        estimate = dose_effect(one.counts, expected_without(one.counts, one.exposure, one.dose), one.dose)
        lower, upper = invert(one, estimate, 0.1)
        assert lower < estimate < upper
        assert max(two_tails(statistics(one, bound)) for bound in (lower, upper)) <= 0.1
        held.append(lower <= 0.7 <= upper)
    assert np.mean(held) >= 0.75


def test_expected_counts_that_do_not_settle_are_refused(monkeypatch):
    monkeypatch.setattr(randomisation, "_ROUNDS", 2)
    one = experiment(np.random.default_rng(3))
    with pytest.raises(ModelError) as raised:
        expected_without(one.counts, one.exposure, one.dose)
    assert str(raised.value) == (
        "impute what was to be expected: found effects of provinces and periods that do not settle in 2 rounds; "
        "allowed: provinces that are tied together by periods in which they were watched and not reached; take "
        "more periods before the first date, or provinces that were never reached."
    )


def test_no_interval_where_the_schedules_are_too_few():
    one = experiment(np.random.default_rng(3), effect=0.7, reached=1)
    assert len(one.schedules) == 9
    assert invert(one, 0.7, 0.05) == (-np.inf, np.inf)
    assert np.isfinite(invert(one, 0.7, 0.25)).any()


def test_amounts_have_the_effect_of_a_poisson_regression_on_what_was_expected():
    rng = np.random.default_rng(1)
    dose = rng.integers(0, 4, (6, 10)).astype(float)
    expected = rng.uniform(2, 9, dose.shape)
    counts = rng.poisson(expected * np.exp(0.3 * dose)).astype(float)
    found = dose_effect(counts, expected, dose)
    used = dose > 0
    assert found == pytest.approx(0.3, abs=0.1)
    assert (dose * (counts - expected * np.exp(found * dose)))[used].sum() == pytest.approx(0, abs=1e-8)
    assert dose_effect(counts * 0, expected, dose) == -np.inf and dose_effect(counts, expected * 0, dose) == np.inf


def test_an_event_study_follows_the_effect_and_is_flat_before():
    rng = np.random.default_rng(9)
    one = experiment(rng, provinces=12, reached=4)
    rate = 40 * np.exp(np.where(one.dose > 0, 0.2 * (np.arange(PERIODS) - 15), 0.0))
    one = replace(one, counts=rng.poisson(rate).astype(float))
    before, after = event_study(one, 0.0, np.arange(-4, 0), 0.05), event_study(one, 0.9, np.arange(8), 0.05)
    np.testing.assert_allclose(np.log(after.observed / after.expected), 0.2 * np.arange(1, 9), atol=0.3)
    assert ((before.lower < 0) & (0 < before.upper)).all()
    assert upper_tail(before.joint) > 0.05
    assert after.lower[-1] > 0 and (after.lower < np.log(after.observed / after.expected)).all()


def test_a_trend_that_was_there_before_is_found_by_the_joint_test():
    rng = np.random.default_rng(9)
    one = experiment(rng, provinces=12, reached=3)
    drift = (one.dose.max(axis=1) > 0)[:, None] * np.clip(np.arange(PERIODS) - 11, 0, None) * 0.2
    one = replace(one, counts=rng.poisson(15 * np.exp(drift)).astype(float))
    assert upper_tail(event_study(one, 0.0, np.arange(-4, 0), 0.05).joint) < 0.02


def test_signs_of_scores_are_listed_where_they_are_few():
    scores = np.array([4.0, 3.0, 2.0, 1.0, 0.0])
    assert score_bootstrap(scores, 99, np.random.default_rng(0)) == 2 / 16
    drawn = score_bootstrap(np.full(12, 1.0), 999, np.random.default_rng(0))
    assert drawn < 0.01 and np.isnan(score_bootstrap(np.array([1.0, 0]), 99, np.random.default_rng(0)))


def test_effects_inside_an_interval_that_are_rejected_are_told_as_holes(monkeypatch):
    base = experiment(np.random.default_rng(3))
    # Rejected are effects from -1.5 to -.5, those further below are not: the interval from -4 to 1 has a hole.
    monkeypatch.setattr(randomisation, "is_rejected", lambda _, effect, alpha: -1.5 <= effect <= -0.5)
    ((low, high),) = holes(base, -4.0, 1.0, 0.05)
    assert low == pytest.approx(-1.5, abs=0.2) and high == pytest.approx(-0.5, abs=0.2)
    assert holes(base, -0.4, 1.0, 0.05) == () and holes(base, -np.inf, np.inf, 0.05) == ()
