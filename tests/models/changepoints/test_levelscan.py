import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trends.fits.design import baseline
from trends.models.changepoints.levelscan import level_scan


def replicates(rng, mean, n=36, rows=6):
    return rng.poisson(mean * rng.gamma(3, 1 / 3, (rows, n))).astype(float)


@pytest.mark.parametrize("mean", [1.0, 12.0, 400.0])
def test_every_fit_equals_that_of_statsmodels(mean):
    rng = np.random.default_rng(1)
    index = pd.period_range("2010Q1", periods=36, freq="Q")
    design = baseline(index, trend=True, seasons=True).to_numpy()
    counts, exposure, at = replicates(rng, mean), rng.uniform(0.5, 1, 36), np.arange(6, 31, 4)
    scan = level_scan(counts, design, exposure, at)
    for row, series in enumerate(counts):
        null = sm.GLM(series, design, family=sm.families.Poisson(), exposure=exposure).fit(tol=1e-12)
        assert scan.fitted[row] == pytest.approx(null.fittedvalues, rel=1e-6)
        for j, first in enumerate(at):
            step = np.column_stack([design, np.arange(36) >= first])
            fit = sm.GLM(series, step, family=sm.families.Poisson(), exposure=exposure).fit(tol=1e-12)
            # The scan stops where Newton's decrement promises less than 1e-8 of deviance.
            assert scan.gain[row, j] == pytest.approx(null.deviance - fit.deviance, abs=1e-6)
            assert scan.spread[row, j] == pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-3)
            test = fit.model.score_test(np.append(null.params, 0), k_constraints=1)[0]
            dispersion = null.pearson_chi2 / null.df_resid
            assert scan.score[row, j] == pytest.approx(float(np.ravel(test)[0]) / dispersion, rel=1e-4, abs=1e-6)


def test_two_plain_rates_need_no_iterations():
    rng = np.random.default_rng(2)
    counts, exposure, at = replicates(rng, 6.0), rng.uniform(0.3, 1, 36), np.arange(4, 33)
    plain = level_scan(counts, np.ones((36, 1)), exposure, at)
    for row, series in enumerate(counts):
        null = sm.GLM(series, np.ones(36), family=sm.families.Poisson(), exposure=exposure).fit()
        assert plain.deviance[row] == pytest.approx(null.deviance)
        fit = sm.GLM(
            series, sm.add_constant((np.arange(36) >= 10) * 1.0), family=sm.families.Poisson(), exposure=exposure
        ).fit()
        assert plain.gain[row, 6] == pytest.approx(null.deviance - fit.deviance, abs=1e-6)
        assert plain.spread[row, 6] == pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-6)


def test_a_gaussian_scan_equals_least_squares():
    rng = np.random.default_rng(3)
    values, design = rng.normal(0, 1, (3, 30)), np.column_stack([np.ones(30), np.arange(30.0)])
    scan = level_scan(values, design, np.ones(30), np.array([8, 15]), "gaussian")
    step = np.column_stack([design, np.arange(30) >= 15])
    for row, series in enumerate(values):
        left = sm.OLS(series, step).fit()
        assert scan.gain[row, 1] == pytest.approx(sm.OLS(series, design).fit().ssr - left.ssr)
        assert scan.ratio[row, 1] == pytest.approx(left.tvalues[-1] ** 2)


def test_counts_that_are_all_on_one_side_have_the_gain_they_tend_to():
    counts = np.concatenate([np.zeros(15), np.random.default_rng(4).poisson(4, 15)])
    design = np.column_stack([np.ones(30), np.sin(np.arange(30.0))])
    scan = level_scan(counts, design, np.ones(30), np.array([15]))
    half = sm.GLM(counts[15:], design[15:], family=sm.families.Poisson()).fit()
    assert scan.gain[0, 0] == pytest.approx(scan.deviance[0] - half.deviance, abs=1e-4)
