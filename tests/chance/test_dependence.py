"""Simulated counts against their own description."""

import numpy as np

from trends.chance.dependence import simulate_counts


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
