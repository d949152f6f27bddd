"""The working model against plain linear algebra, and the simulated counts against their own description."""

import numpy as np
import pytest
import statsmodels.api as sm

from trends.chance.dependence import RHO, WorkingModel, simulate_counts


def _setting(n=30, seed=0):
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    others = np.column_stack([np.ones(n), (t - n / 2) / n, np.sin(2 * np.pi * t / 12)])
    term = (t >= 20).astype(float)
    mean = np.exp(1.5 + others[:, 2] * 0.5)
    times = np.delete(np.arange(n + 2), [7, 8])
    return others, term, mean, times, rng


def test_every_point_of_the_grid_is_generalised_least_squares():
    others, term, mean, times, rng = _setting()
    model = WorkingModel(mean, others, term, times)
    residual = rng.normal(size=30)
    rotated = residual @ model.rotation
    estimate = residual @ model.direction - (rotated[:, None] @ model.adjust)[:, 0].T
    for g in range(len(RHO)):
        for w in (0, 3, len(model.omega) - 1):
            covariance = np.diag(1 / mean) + model.omega[w] * RHO[g] ** np.abs(np.subtract.outer(times, times))
            fit = sm.GLS(residual / np.sqrt(mean), np.column_stack([others, term]), sigma=covariance).fit()
            np.testing.assert_allclose(estimate[w, g], fit.params[-1], rtol=1e-7, atol=1e-9)
            error = np.sqrt(fit.normalized_cov_params[-1, -1])
            np.testing.assert_allclose(model.bse[g, w], error, rtol=1e-7)


def test_the_weights_follow_the_restricted_likelihood():
    others, term, mean, times, rng = _setting(seed=2)
    model = WorkingModel(mean, others, term, times)
    exog = np.column_stack([others, term])
    residual = rng.normal(size=30)
    loglik = model.logdet - 0.5 * np.einsum("gj,gjw->gw", (residual @ model.rotation) ** 2, model.precision)
    expected = np.empty_like(loglik)
    for g in range(len(RHO)):
        for w in range(len(model.omega)):
            covariance = np.diag(1 / mean) + model.omega[w] * RHO[g] ** np.abs(np.subtract.outer(times, times))
            inverse = np.linalg.inv(covariance)
            gram = exog.T @ inverse @ exog
            z = residual / np.sqrt(mean)
            left = z - exog @ np.linalg.solve(gram, exog.T @ inverse @ z)
            expected[g, w] = -0.5 * (
                np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(gram)[1] + left @ inverse @ left
            )
    np.testing.assert_allclose(loglik - loglik[1, 0], expected - expected[1, 0], atol=1e-6)


def test_a_column_without_information_changes_nothing():
    others, term, mean, times, rng = _setting()
    doubled = np.column_stack([others, others[:, 0] + others[:, 1]])
    residuals = rng.normal(size=(4, 30))
    plain = WorkingModel(mean, others, term, times).weigh(residuals)
    more = WorkingModel(mean, doubled, term, times).weigh(residuals)
    for one, two in zip(plain, more, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-8)


def test_a_term_that_the_others_determine_is_refused():
    others, _, mean, times, _ = _setting()
    with pytest.raises(np.linalg.LinAlgError, match="combination of the other columns"):
        WorkingModel(mean, others, others[:, 0] - 2 * others[:, 1], times)


def test_variance_and_autocorrelation_are_recovered_from_long_series():
    n, times = 400, np.arange(400)
    mean = np.full(n, 20.0)
    rng = np.random.default_rng(4)
    model = WorkingModel(mean, np.ones((n, 1)), (times >= 200).astype(float), times)
    for omega, rho in ((0.3, 0.6), (0.1, 0.0), (0.0, 0.0)):
        counts = simulate_counts(mean, np.full(60, omega), np.full(60, rho), times, rng)
        above, found, dependence, _, _ = model.weigh((counts - mean) / model.root)
        # Sixty series: the mean estimate is known to about a fiftieth.
        assert abs(found.mean() - omega) < 0.05
        assert abs((found * dependence).mean() - omega * rho) < 0.03
        assert 0.3 < above.mean() < 0.7


def test_simulated_counts_have_the_moments_asked_for_and_keep_gaps():
    times = np.delete(np.arange(60), np.arange(20, 30))
    mean = np.linspace(40, 80, len(times))
    counts = simulate_counts(mean, np.full(40_000, 0.4), np.full(40_000, 0.5), times, np.random.default_rng(1))
    ratio = counts / mean
    np.testing.assert_allclose(ratio.mean(axis=0), 1, atol=0.02)
    np.testing.assert_allclose(ratio.var(axis=0), 0.4 + 1 / mean, rtol=0.15)
    one_apart = np.mean((ratio[:, 5] - 1) * (ratio[:, 6] - 1))
    across_the_gap = np.mean((ratio[:, 19] - 1) * (ratio[:, 20] - 1))
    assert abs(one_apart - 0.2) < 0.02 and abs(across_the_gap) < 0.01


def test_negative_autocorrelation_and_no_variance_are_simulated_too():
    times, rng = np.arange(30), np.random.default_rng(2)
    swing = simulate_counts(np.full(30, 50.0), np.full(5000, 0.3), np.full(5000, -0.3), times, rng) / 50 - 1
    assert np.mean(swing[:, 1:] * swing[:, :-1]) < -0.05
    plain = simulate_counts(np.full(30, 50.0), np.zeros(5000), np.zeros(5000), times, rng)
    assert abs(plain.var() / 50 - 1) < 0.03
