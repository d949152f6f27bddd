import numpy as np
import pytest

from trends.models.provinces.staggered.imputation import contrasts, fit_effects, null_of
from trends.models.provinces.staggered.twoway import fit_twoway


def test_effects_of_many_tables_are_those_of_newtons_method_one_by_one():
    rng = np.random.default_rng(4)
    counts, exposure = rng.poisson(3, (8, 12)).astype(float), rng.uniform(0.4, 1, (8, 12))
    left_out = np.arange(12) >= rng.choice([6, 9, 99], (30, 8))[:, :, None]
    left_out[:, 0] = False
    found = fit_effects(counts, exposure, left_out)
    for each, mask in zip(found.means(exposure), left_out, strict=True):
        fit = fit_twoway(counts, exposure=np.where(mask, 0.0, exposure))
        one = np.exp(fit.province_effects[:, None] + fit.period_effects) * exposure
        np.testing.assert_allclose(each, one, rtol=1e-8)


def test_a_province_or_period_without_any_cell_left_is_not_known():
    left_out = np.zeros((1, 3, 4), bool)
    left_out[0, 0], left_out[0, :, 3] = True, True
    means = fit_effects(np.ones((3, 4)), np.ones((3, 4)), left_out).means(np.ones((3, 4)))[0]
    assert np.isnan(means[0]).all() and np.isnan(means[:, 3]).all()
    np.testing.assert_allclose(means[1:, :3], 1.0)


def test_the_variance_of_a_contrast_is_that_of_simulated_counts():
    # 4,000 draws: the variance of a variance is then known to about 5 % (two standard errors).
    rng = np.random.default_rng(6)
    means = np.outer(np.linspace(2, 12, 10), np.linspace(0.8, 1.2, 24))
    reached = np.zeros((1, 10, 24))
    reached[0, :3, 16:] = 1
    ones = np.ones(means.shape)

    def cells(part):
        return reached[part] > 0, iter([reached[part]])

    found = [contrasts(null_of(rng.poisson(means).astype(float), ones), cells, 1) for _ in range(4000)]
    differences, variances = (np.array(side).ravel() for side in zip(*found, strict=True))
    assert abs(differences.mean()) < 4 * differences.std() / np.sqrt(4000)
    assert variances.mean() == pytest.approx(differences.var(), rel=0.08)


def test_zeros_that_push_an_effect_to_infinity_leave_the_means_near_their_limit():
    # Province 0 had incidents in period 0 only, when nobody else was watched: its other means tend to 0.
    counts, exposure = np.full((3, 5), 4.0), np.ones((3, 5))
    counts[0, 1:] = 0
    exposure[1:, 0] = counts[1:, 0] = 0
    rough, fine = (fit_effects(counts, exposure, np.zeros((1, 3, 5), bool), rounds) for rounds in (300, 20_000))
    assert fine.change[0] < rough.change[0] / 50
    assert fine.means(exposure)[0, 0, 1:].max() < 0.001
    np.testing.assert_allclose(rough.means(exposure), np.where(exposure > 0, counts, 0)[None], atol=0.05)
