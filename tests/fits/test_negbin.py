"""The sums of the negative binomial likelihood: equal to its formula, whatever stands beside a response."""

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import nbinom

from trends.fits.negbin import add_exceedances, add_periods


def _case(rows=5, n=30):
    rng = np.random.default_rng(4)
    y, mu = rng.poisson(6.0, (n, rows)).astype(float), rng.uniform(0.5, 12, (n, rows))
    exceed = (y[None] > np.arange(y.max())[:, None, None]).sum(axis=1).astype(float)
    return y, mu, exceed


def _sums(y, mu, exceed, alpha, plain=False):
    """The sums at some alpha, by the compiled lines or by the same lines as plain Python."""
    both = [each.py_func if plain else each for each in (add_exceedances, add_periods)]
    sums, terms = np.zeros((3, len(alpha))), np.empty((3, *y.shape))
    both[0](exceed, alpha, np.log(1 + alpha * np.arange(float(len(exceed)))[:, None]), sums)
    both[1](y, mu, alpha, np.log(1 + alpha * mu), np.ones(y.shape), sums, terms)
    return sums, terms


@pytest.mark.parametrize("alpha", [1e-3, 0.02, 0.3, 4.0])
def test_the_value_is_that_of_the_distribution(alpha):
    y, mu, exceed = _case()
    sums, _ = _sums(y, mu, exceed, np.full(5, alpha))
    # Less what no alpha moves: the counts times their log means, and the factorials.
    whole = nbinom.logpmf(y, 1 / alpha, 1 / (1 + alpha * mu)) - y * np.log(mu) + gammaln(y + 1)
    np.testing.assert_allclose(sums[0], whole.sum(axis=0), rtol=1e-10)
    up, down = (_sums(y, mu, exceed, np.full(5, alpha * each))[0] for each in (1 + 1e-5, 1 - 1e-5))
    # Central differences keep about half of the digits.
    np.testing.assert_allclose((up[0] - down[0]) / (2e-5 * alpha), sums[1], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose((down[1] - up[1]) / (2e-5 * alpha), sums[2], rtol=1e-4, atol=1e-4)


def test_digits_are_kept_as_alpha_tends_to_zero_and_where_the_series_ends():
    y, mu, exceed = _case()
    near, nearer = (_sums(y, mu, exceed, np.full(5, alpha))[0] for alpha in (1e-6, 1e-9))
    np.testing.assert_allclose(near[1:], nearer[1:], rtol=1e-3)
    np.testing.assert_allclose(nearer[1], ((y - mu) ** 2 - y).sum(axis=0) / 2, rtol=1e-6)
    below, above = (_sums(y, np.full_like(mu, 2.0), exceed, np.full(5, alpha / 2))[0] for alpha in (0.029999, 0.030001))
    np.testing.assert_allclose(below, above, rtol=1e-3)


def test_compiled_lines_find_what_they_find_uncompiled_and_a_response_is_the_same_alone():
    y, mu, exceed = _case()
    alpha = np.array([1e-7, 1e-3, 0.05, 0.5, 3.0])
    sums, terms = _sums(y, mu, exceed, alpha)
    for plain, fast in zip(_sums(y, mu, exceed, alpha, plain=True), (sums, terms), strict=True):
        # A compiler may join a product and a sum, which rounds once in the place of twice.
        np.testing.assert_allclose(plain, fast, rtol=1e-12)
    for r in range(5):
        one, some = (np.ascontiguousarray(each[:, r : r + 1]) for each in (mu, y))
        alone = _sums(some, one, np.ascontiguousarray(exceed[:, r : r + 1]), alpha[r : r + 1])
        np.testing.assert_array_equal(alone[0][:, 0], sums[:, r])
        np.testing.assert_array_equal(alone[1][:, :, 0], terms[:, :, r])
