import numpy as np
import pytest
from scipy.stats import chi2, kstwobign

from trends.models.changepoints.gaussianlimit import correlation_of, limit_sample, log_mean_exp


def bridge(n, trim):
    steps = (np.arange(n) >= np.arange(int(trim * n), n - int(trim * n) + 1)[:, None]).astype(float)
    return correlation_of(steps, np.ones((n, 1)))[0]


def test_one_component_has_a_chi_square_to_any_depth():
    for value in (1.0, 10.0, 40.0, 80.0):
        draws, weights = limit_sample(np.ones((1, 1)), value, np.random.default_rng(1))
        # Four standard errors of 8,000 weighted draws.
        assert (weights * (draws[:, 0] ** 2 >= value)).mean() == pytest.approx(chi2.sf(value, 1), rel=0.2)


def test_a_dense_grid_has_hansens_pvalues():
    # Approximate p-values of Hansen (1997) by strucchange (tests/reference/break_tests.R), trim .15, one parameter.
    draws, weights = limit_sample(bridge(600, 0.15), 8.0, np.random.default_rng(2))
    squares = draws**2
    for statistic, cases in (
        (squares.max(1), {6: 0.1608, 8: 0.0659, 8.85: 0.0448, 12.5: 0.00818}),
        (log_mean_exp(squares / 2), {1: 0.1967, 2.06: 0.0489, 3: 0.0152}),
        (squares.mean(1), {1: 0.3418, 2.88: 0.0495, 4: 0.0190}),
    ):
        for value, pvalue in cases.items():
            # His polynomials are good to about a tenth; 421 dates lie a little below the continuum.
            assert (weights * (statistic >= value)).mean() == pytest.approx(pvalue, rel=0.13)


def test_a_cusum_has_the_kolmogorov_distribution():
    n = 200
    upto = (np.arange(n) < np.arange(1, n)[:, None]).astype(float)
    correlation, deviations = correlation_of(upto, np.ones((n, 1)))
    draws, weights = limit_sample(correlation, 8.0, np.random.default_rng(3))
    largest = np.abs(draws * deviations / np.sqrt(n)).max(1)
    for value in (0.9, 1.36, 1.8):
        # A walk stays .58 / sqrt(n) below the continuous bridge (Siegmund 1985).
        assert (weights * (largest >= value)).mean() == pytest.approx(kstwobign.sf(value + 0.58 / np.sqrt(n)), rel=0.2)


def test_a_log_mean_of_exponentials_does_not_overflow():
    assert log_mean_exp(np.array([[1000.0, 1000.0], [0.0, np.log(3)]])) == pytest.approx([1000, np.log(2)])
