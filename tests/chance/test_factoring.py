import numpy as np
import pytest

from trends.chance.factoring import factorise
from trends.chance.kernels import components

THETA = np.array([(0.05, 0.4, 0.0, 0.0), (0.0, 0.12, 1.2, 0.97), (0.2, 0.0, 12.0, 0.99)])


@pytest.mark.parametrize("gaps", [(), (0, 4, 5, 12)])
@pytest.mark.parametrize("n", [12, 13])
def test_levels_are_factorised_and_solved_as_whole_matrices_are(n, gaps):
    rng, few, places, terms = np.random.default_rng(1), 2, 3, 2
    watched, month, levels = ~np.isin(np.arange(n), gaps), np.arange(n) % places, components(THETA, 12.0)
    noise = np.where(watched, 10.0 ** rng.uniform(-6, 2, n), 0.0)
    p, m = few + places, 12
    # Two columns of zeros stand before the terms, and a period of zeros at the end where their number is odd.
    whole = np.zeros((n + n % 2, m))
    whole[:n, :few], whole[np.arange(n), few + month] = rng.normal(size=(n, few)), 1.0
    whole[:n, p], whole[:n, m - terms :] = rng.normal(size=n), rng.normal(size=(n, terms))
    log_det, diagonal, gram = np.empty(3), np.empty((3, n)), np.empty((3, p + 1, m))
    g, own = np.empty((3, m, n)), np.empty((3, terms))
    factorise(noise, watched, whole, few, month, levels, log_det, diagonal, gram, g, own)
    apart = np.abs(np.arange(n)[:, None] - np.arange(n))
    for at, (single, a1, p1, a2, p2) in enumerate(levels):
        covariance = np.diag(noise + single - a1 - a2) + a1 * p1**apart + a2 * p2**apart
        covariance = covariance[np.ix_(watched, watched)]
        inverse = np.zeros((n, n))
        inverse[np.ix_(watched, watched)] = np.linalg.inv(covariance)
        solved = inverse @ whole[:n]
        np.testing.assert_allclose(log_det[at], np.linalg.slogdet(covariance)[1], rtol=1e-10)
        np.testing.assert_allclose(diagonal[at], np.diag(inverse), rtol=1e-8)
        np.testing.assert_allclose(g[at], solved.T, rtol=1e-6, atol=1e-8 * np.abs(solved).max())
        expected = whole[:n, : p + 1].T @ solved
        np.testing.assert_allclose(gram[at], expected, rtol=1e-6, atol=1e-8 * np.abs(expected).max())
        products = (whole[:n] * solved).sum(0)[m - terms :]
        np.testing.assert_allclose(own[at], products, rtol=1e-6)
