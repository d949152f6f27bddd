"""Many regressions at once: equal to statsmodels one by one, and no failure lost."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

from trends.errors import ModelError
from trends.fits import batch
from trends.fits.batch import fit_negbin, fit_poisson


def _design(n=40):
    t = np.arange(n)
    waves = [wave(2 * np.pi * t * j / 12) for j in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(n), np.linspace(-1, 1, n), t >= 2 * n // 3, *waves])[:, :6].astype(float)


def _counts(rows, exog, size=3, seed=0, mean=7):
    rng = np.random.default_rng(seed)
    mu = mean * np.exp(exog[:, 1:] @ np.r_[0.3, 0.4, 0.2, 0.1, 0.1][: exog.shape[1] - 1])
    return rng.poisson(mu * rng.gamma(size, 1 / size, (rows, len(exog))))


def _glm(y, exog, **options):
    return sm.GLM(y, exog, family=sm.families.Poisson(), **options).fit(tol=1e-14, maxiter=200)


def _same(fit, others):
    np.testing.assert_allclose(fit.params, [other.params for other in others], atol=1e-10)
    np.testing.assert_allclose(fit.llf, [other.llf for other in others], rtol=1e-10)


@pytest.mark.parametrize("n", [24, 40, 240])
def test_poisson_fits_equal_statsmodels(n):
    exog = _design(n)
    counts = _counts(30, exog)
    fit = fit_poisson(counts, exog)
    others = [_glm(y, exog) for y in counts]
    assert fit.converged.all()
    _same(fit, others)


def test_exposure_weights_and_unwatched_periods_equal_statsmodels():
    exog, rng = _design(), np.random.default_rng(3)
    counts = _counts(20, exog).astype(float)
    exposure, weights = rng.uniform(0.2, 1, (20, 40)), rng.uniform(0.5, 2, 40)
    counts[rng.random(counts.shape) < 0.1] = np.nan
    fit = fit_poisson(counts, exog, exposure=exposure, weights=weights)
    for row, (y, share) in enumerate(zip(counts, exposure, strict=True)):
        on = np.isfinite(y)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = _glm(y[on], exog[on], offset=np.log(share[on]), freq_weights=weights[on])
        np.testing.assert_allclose(fit.params[row], other.params, atol=1e-9)
        np.testing.assert_allclose(fit.llf[row], other.llf, rtol=1e-10)


def test_a_period_without_exposure_is_a_period_not_watched():
    exog = _design()
    counts = _counts(5, exog).astype(float)
    exposure = np.r_[np.zeros(3), np.ones(37)]
    missing = counts.copy()
    missing[:, :3] = np.nan
    np.testing.assert_allclose(fit_poisson(counts, exog, exposure=exposure).llf, fit_poisson(missing, exog).llf)


def test_designs_that_differ_by_a_column_equal_fits_one_by_one():
    exog = _design()[:, [0, 1, 3, 4]]
    counts = _counts(1, _design())
    steps = np.array([np.arange(40) >= at for at in range(8, 33)], dtype=float)
    fit = fit_poisson(counts, exog, columns=steps)
    for row, step in enumerate(steps):
        one = fit_poisson(counts, np.column_stack([exog, step]))
        np.testing.assert_allclose(fit.params[row], one.params[0], atol=1e-9)
        np.testing.assert_allclose(fit.llf[row], one.llf[0], rtol=1e-11)


def test_negative_binomial_fits_equal_statsmodels_at_its_maximum():
    exog = _design(60)
    counts = _counts(12, exog)
    fit = fit_negbin(counts, exog)
    for row, y in enumerate(counts):
        # From the same place, with Newton's method: its own default stops after six digits.
        start = np.r_[fit.params[row], fit.alpha[row]]
        other = sm.NegativeBinomial(y, exog).fit(start_params=start, method="newton", tol=1e-14, maxiter=100, disp=0)
        np.testing.assert_allclose(np.r_[fit.params[row], fit.alpha[row]], other.params, atol=1e-9)
        np.testing.assert_allclose(fit.llf[row], other.llf, rtol=1e-12)


@pytest.mark.parametrize("size, mean", [(0.5, 2), (2, 20), (200, 5)])
def test_the_negative_binomial_likelihood_is_never_below_statsmodels(size, mean):
    exog = _design(36)
    counts = _counts(25, exog, size, seed=7, mean=mean)
    fit = fit_negbin(counts, exog)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        others = [sm.NegativeBinomial(y, exog).fit(disp=0, maxiter=200) for y in counts]
    # Without overdispersion statsmodels ends at an alpha of 1e-7 (or just below zero), where its own log-likelihood, a
    # difference of log-gammas of 1e7, is right to five decimals only.
    slack = np.where(fit.alpha > 0, 1e-9, 1e-4)
    assert fit.converged.all()
    assert (fit.llf >= np.array([other.llf for other in others]) - slack).all()
    assert (fit.llf >= fit_poisson(counts, exog).llf - 1e-9).all()


def test_the_negative_binomial_scores_vanish_at_the_estimate_and_match_differences():
    exog = _design(48)
    data = batch._Data(_counts(6, exog), exog, None, None, None)
    block = next(data.blocks())
    block.exceed = batch._exceedances(block)
    beta = np.vstack([np.full((6, 6), 0.1), np.log([[1e-7, 1e-3, 0.1, 0.5, 2, 9]])])
    _, score, information, _ = batch._negbin_evaluate(block, beta)
    for j in range(7):
        step = np.zeros((7, 1))
        step[j] = 1e-5
        up, down = (batch._negbin_evaluate(block, beta + sign * step) for sign in (1, -1))
        # Central differences: about half of the digits of the value itself.
        np.testing.assert_allclose((up[0] - down[0]) / 2e-5, score[j], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose((down[1] - up[1]) / 2e-5, information[j], rtol=1e-5, atol=1e-4)


def test_counts_that_are_not_overdispersed_give_the_poisson_fit():
    exog = _design()[:, :3]
    counts = np.tile([3, 4, 3, 4], (1, 10))
    fit, poisson = fit_negbin(counts, exog), fit_poisson(counts, exog)
    assert fit.alpha[0] == 0 and fit.converged[0]
    np.testing.assert_allclose(fit.params, poisson.params)
    np.testing.assert_allclose(fit.llf, poisson.llf)


@pytest.mark.parametrize("fitter", [fit_poisson, fit_negbin])
def test_a_fit_without_a_finite_maximum_is_kept_and_counted(fitter):
    exog = _design()[:, :3]
    counts = _counts(4, exog)
    counts[1] = 0
    counts[2, 26:] = 0
    fit = fitter(counts, exog)
    assert fit.converged.tolist() == [True, False, False, True]
    # The likelihood of the separated row tends to that of the periods before the step.
    before = fitter(counts[2:3, :26], exog[:26, :2])
    np.testing.assert_allclose(fit.llf[2], before.llf[0], atol=1e-6)
    np.testing.assert_allclose(fit.llf[1], 0, atol=1e-6)


def test_an_answer_does_not_depend_on_the_blocks(monkeypatch):
    exog = _design()
    counts = _counts(50, exog)
    whole = fit_poisson(counts, exog)
    monkeypatch.setattr(batch, "_CELLS", 300)
    small = fit_poisson(counts, exog)
    np.testing.assert_allclose(whole.params, small.params, rtol=1e-12)
    np.testing.assert_allclose(whole.llf, small.llf, rtol=1e-12)


def test_rows_without_counts_and_bad_input_are_refused():
    exog = _design()
    with pytest.raises(ModelError) as error:
        fit_poisson(_counts(1, exog), exog[:30])
    assert str(error.value) == (
        "fit count regressions: found a design of shape (30, 6) for 40 periods; allowed: finite numbers, a row for "
        "each period; build the design on the index of the counts."
    )
    with pytest.raises(ModelError, match=r"found a count of -1\.0"):
        fit_poisson(-np.ones((1, 40)), exog)
    with pytest.raises(ModelError, match="7 columns of which only 6 are independent"):
        fit_poisson(_counts(1, exog), np.column_stack([exog, exog[:, 1]]))
    with pytest.raises(ModelError, match=r"found a count of 0\.5; allowed: whole numbers"):
        fit_negbin(np.full((1, 40), 0.5), exog)
    with pytest.raises(ModelError, match="found no response at all"):
        fit_poisson(np.empty((0, 40)), exog)


def test_the_sicily_regression_is_that_of_the_paper(reference):
    """Lopez Bernal, Cummins & Gasparrini 2017, corrected code."""
    table = np.genfromtxt(reference("sicily.csv"), delimiter=",", names=True)
    exog = np.column_stack([np.ones(59), table["smokban"], table["time"]])
    fit = fit_poisson(table["aces"], exog, exposure=table["stdpop"])
    np.testing.assert_allclose(fit.params[0, 1], -0.1116284, atol=5e-8)
    waves = [wave(2 * np.pi * j * table["month"] / 12) for j in (1, 2) for wave in (np.sin, np.cos)]
    negbin = fit_negbin(table["aces"], np.column_stack([exog, *waves]), exposure=table["stdpop"])
    np.testing.assert_allclose(negbin.params[0, 1], -0.1230861, atol=5e-7)
    np.testing.assert_allclose(1 / negbin.alpha[0], 840.014, rtol=1e-5)
