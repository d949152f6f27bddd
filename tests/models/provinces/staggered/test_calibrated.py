import numpy as np
import pytest

from trends.counts.simulate import simulate_panel
from trends.models.provinces.staggered.calibrated import ProvinceSpreads, calibrate_dose, calibrated_effect
from trends.models.provinces.staggered.imputation import contrasts, linearised, null_of
from trends.models.provinces.staggered.model import StaggeredModel
from trends.models.provinces.staggered.randomisation import Experiment, statistics, two_tails, two_tails_apart
from trends.models.provinces.staggered.schedules import rearranged

PERIODS = 36


def panel(rng, largest=True, own=(0.1, 0.7), common=0.3, effect=0.0, provinces=14, reached=4, draws=199):
    """Provinces with a shock of their own, AR(1) of .5, whose sd runs from the smallest province to the largest."""
    order = np.arange(provinces)[::-1] if largest else rng.permutation(provinces)
    levels = np.sort(np.exp(rng.normal(1.5, 0.8, provinces)))[order]
    dose = np.zeros((provinces, PERIODS))
    dose[:reached, 25:] = 1
    shocks = np.linspace(*own, provinces)[order, None] * walk(rng, provinces) + common * walk(rng, 1)
    counts = rng.poisson(levels[:, None] * np.exp(shocks + effect * dose)).astype(float)
    return Experiment(counts, np.ones(counts.shape), rearranged(dose, np.full(provinces, True), draws, rng))


def walk(rng, rows, rho=0.5):
    noise = rng.standard_normal((rows, PERIODS))
    for t in range(1, PERIODS):
        noise[:, t] = rho * noise[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return noise


def test_the_calibrated_test_holds_its_size_where_the_most_variable_provinces_were_reached():
    # 200 panels: .05 and three standard errors, .046; randomisation alone rejects far more (docs/staggered-size.md).
    rng, found = np.random.default_rng(3), []
    for _ in range(200):
        one = panel(rng)
        values = statistics(one, 0.0)
        found.append((two_tails(values), calibrate_dose(one, 199, rng).pvalue(values)))
    alone, calibrated = (np.array(found) <= 0.05).mean(axis=0)
    assert 0.004 <= calibrated <= 0.096 and alone > calibrated


@pytest.mark.parametrize("tall", [False, True])
def test_the_linearised_statistic_has_the_weights_and_the_variance_of_the_imputed_one(tall):
    rng = np.random.default_rng(1)
    one = panel(rng, own=(0.0, 0.0), common=0.0, draws=30)
    counts = one.counts.repeat(3, axis=0) if tall else one.counts
    doses = one.schedules.rows[one.schedules.assignments]
    doses = doses.repeat(3, axis=1) if tall else doses
    null = null_of(counts, np.ones(counts.shape))
    weights, variance = linearised(null, doses)
    differences, same = contrasts(null, lambda part: (doses[part] > 0, iter([doses[part]])), len(doses))
    assert variance == pytest.approx(same[:, 0], rel=1e-8)
    # To first order only: with Poisson counts the rest is a few hundredths of a standard error.
    linear = np.einsum("rit,it->r", weights, counts - null.means)
    assert np.abs(linear - differences[:, 0]).max() < 0.15 * np.sqrt(variance).max()


def test_variances_of_provinces_and_their_memory_are_recovered_from_short_panels():
    rng, found = np.random.default_rng(4), []
    for _ in range(150):
        one = panel(rng, own=(0.5, 0.5), common=0.0, largest=False)
        null = one.null(0.0)
        omega, rho = ProvinceSpreads(null).fit((null.counts - null.means)[None])
        found.append((np.average(omega[0], weights=null.means.sum(axis=1)), rho[0]))
    omega, rho = np.mean(found, axis=0)
    # A log-normal factor with sd .5 has variance exp(.25) - 1 = .28 and, at .5 on the log scale, autocorrelation .47.
    assert omega == pytest.approx(0.28, abs=0.03) and rho == pytest.approx(0.47, abs=0.06)


def test_provinces_without_more_than_counting_noise_have_next_to_no_variance():
    one = panel(np.random.default_rng(5), own=(0.0, 0.0), common=0.0)
    assert calibrate_dose(one, 99).omega.max() < 0.05


def results(rate_ratio, provinces=9):
    simulated = simulate_panel(provinces, 36, at="2017-01", rate_ratio=[rate_ratio] * 3 + [1] * (provinces - 3), rng=3)
    return StaggeredModel(simulated, {f"Province {i}": "2017-01" for i in (1, 2, 3)}).fit()


@pytest.mark.parametrize("ratio", [1.0, 1.2, 1.5, 2.5])
def test_interval_and_pvalue_agree(ratio):
    fitted = results(ratio)
    effect = calibrated_effect(fitted, calibrate_dose(fitted.experiment))
    assert (effect.lower <= 0 <= effect.upper) == (effect.pvalue > 0.05)
    assert effect.lower < effect.estimate < effect.upper and "simulated on 499 panels" in effect.method
    assert effect == calibrated_effect(fitted, calibrate_dose(fitted.experiment))


def test_no_pvalue_is_smaller_than_the_schedules_allow():
    fitted = results(8.0, provinces=5)
    effect = calibrated_effect(fitted, calibrate_dose(fitted.experiment))
    assert effect.schedules == 10 and effect.pvalue >= 0.2
    assert (effect.lower, effect.upper) == (-np.inf, np.inf)


def test_ties_between_few_schedules_are_set_apart_by_less_than_a_step():
    values = np.random.default_rng(2).normal(size=(50, 20))
    apart, plain = two_tails_apart(values), np.array([two_tails(row) for row in values])
    assert ((apart <= plain) & (apart > plain - 2 / 20)).all() and len(np.unique(apart)) == 50
