from dataclasses import FrozenInstanceError
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import binom, norm, t

from trends.chance.counters import RealisedRatio
from trends.chance.drift import (
    GRID,
    STEP,
    DriftProcess,
    Span,
    below,
    learned_drift,
    quantile,
    smooth,
    t_kernel,
    thinning_likelihood,
)
from trends.errors import ModelError

SPANS = Span(0, 3), Span(3, 3)


def test_a_counter_that_sees_more_drifts_less():
    process = learned_drift()
    scales = [process.scale(Span(0, 3), Span(3, 3), rate) for rate in (3, 30, 300)]
    assert scales == sorted(scales, reverse=True)
    assert scales[0] > 2 * scales[2]


def test_the_scale_is_that_of_the_simulated_process():
    process, rng = DriftProcess(0.5, 12.0, 0.2, 4.0, 0.0, 30.0), np.random.default_rng(1)
    times = np.arange(6)
    covariance = 0.25 * np.exp(-np.abs(times[:, None] - times) / 12.0) + 0.04 * np.eye(6)
    paths = rng.multivariate_normal(np.zeros(6), covariance, 40_000)
    change = paths[:, 3:].mean(1) - paths[:, :3].mean(1)
    assert process.scale(Span(0, 3), Span(3, 3), 30.0) == pytest.approx(change.std(), rel=0.02)


def test_the_country_of_the_claim_is_left_out():
    assert learned_drift("Iraq") != learned_drift()
    assert learned_drift("Iceland") == learned_drift()


def test_smoothing_carries_a_flat_end_on():
    seen = smooth(thinning_likelihood(0, 5, 0.0), t_kernel(0.3, 4.0))
    assert seen.shape == GRID.shape
    assert seen[-1] == pytest.approx(1, abs=0.01)


def test_the_kernel_has_the_tails_of_t():
    kernel = t_kernel(0.3, 4.0)
    middle = len(kernel) // 2
    # Sixteen normals give the 95 % point of t within some per cent.
    inside = kernel[middle - round(0.3 * 2.776 / 0.005) : middle + round(0.3 * 2.776 / 0.005) + 1].sum()
    assert inside == pytest.approx(0.95, abs=0.01)


def test_an_empty_span_is_refused():
    with pytest.raises(ModelError, match=r"^compare two spans: found months=0; allowed: a whole number from 1 up; "):
        Span(0, 0)


@pytest.mark.parametrize("nu", [2.3, np.inf])
def test_the_kernel_is_the_distribution_that_it_is_named_after(nu):
    grid = np.arange(-1200, 1201) * STEP
    exact = (t(nu) if np.isfinite(nu) else norm).pdf(grid / 0.3)
    # The tails of the mixture are those of the middles of 64 quantiles of the variance.
    np.testing.assert_allclose(t_kernel(0.3, nu), exact / exact.sum(), atol=2e-5)


def test_the_grid_is_even_and_the_same_to_either_side():
    assert GRID[0] == -GRID[-1] == pytest.approx(-6) and GRID[len(GRID) // 2] == 0 and len(GRID) == 2401
    np.testing.assert_allclose(np.diff(GRID), STEP)


def test_the_drift_falls_by_its_exponent_between_one_and_a_thousand_a_month_and_is_level_beyond():
    process = DriftProcess(0.5, 12.0, 0.2, 4.0, 0.25, 30.0)
    ordinary = process.scale(*SPANS, 30.0)
    for monthly, factor in ((480.0, 0.5), (1.875, 2.0), (1.0, 30**0.25), (0.1, 30**0.25), (1000.0, 0.03**0.25)):
        assert process.scale(*SPANS, monthly) == pytest.approx(factor * ordinary)
    assert process.scale(*SPANS, 5000.0) == process.scale(*SPANS, 1000.0)


def test_spans_that_lie_apart_or_are_of_unlike_length_drift_as_the_covariance_of_their_means_has_it():
    process = DriftProcess(0.5, 12.0, 0.2, 4.0, 0.0, 30.0)

    def slow(*months):
        return 0.25 * np.exp(-np.abs(np.subtract.outer(*months)) / 12.0)

    for first, second in ((Span(0, 2), Span(9, 5)), (Span(4, 1), Span(0, 1)), (Span(0, 6), Span(3, 6))):
        one, two = (np.arange(each.start, each.start + each.months) for each in (first, second))
        noise = 0.04 * (1 / len(one) + 1 / len(two) - 2 * len(np.intersect1d(one, two)) / (len(one) * len(two)))
        variance = slow(one, one).mean() + slow(two, two).mean() - 2 * slow(one, two).mean() + noise
        assert process.scale(first, second, 30.0) == pytest.approx(np.sqrt(variance))
    assert process.scale(Span(2, 3), Span(2, 3), 30.0) == pytest.approx(0, abs=1e-7)


def test_the_likelihood_of_two_counts_is_binomial_in_the_later_one():
    for before, after, offset in ((10, 20, 0.0), (0, 7, 0.4), (5, 0, -1.0)):
        exact = binom.pmf(after, before + after, expit(GRID + offset))
        np.testing.assert_allclose(thinning_likelihood(before, after, offset), exact / exact.max(), atol=1e-12)


def test_smoothing_is_a_convolution_that_loses_nothing_in_the_middle():
    peak = np.where(GRID == 0, 1.0, 0.0)
    kernel = t_kernel(0.2, np.inf)
    np.testing.assert_allclose(smooth(peak, kernel), kernel, atol=1e-12)
    moved = smooth(np.roll(peak, 200), kernel)
    assert moved.argmax() == len(GRID) // 2 + 200 and moved.min() >= 0


def test_what_was_learned_is_read_as_it_stands():
    with (resources.files("trends.chance") / "counter_drift.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#", keep_default_na=False)
    for row in table.itertuples():
        expected = DriftProcess(row.sigma, row.length, row.month, row.nu, row.exponent, row.size)
        # Pairs of sources were left out too, to see how much hangs on them.
        if " and " not in row.without:
            assert learned_drift(row.without or None) == expected
    with pytest.raises(FrozenInstanceError):
        learned_drift().nu = 3.0


def test_the_probabilities_below_and_above_a_value_add_up_to_one():
    density = np.exp(-0.5 * ((GRID - 0.2) / 0.4) ** 2)
    density /= density.sum()
    assert below(density, 0.2) == pytest.approx(0.5, abs=1e-6)
    assert below(density, 0.2 + 1.96 * 0.4) == pytest.approx(0.975, abs=1e-4)
    assert below(density, quantile(density, 0.1)) == pytest.approx(0.1, abs=2e-3)
    found = RealisedRatio(density, (), 0.3)
    assert found.between(0.0, 1.0) + found.above(1.0) == pytest.approx(1.0)
    assert found.between(0.8, 1.0) + found.between(1.0, 1.25) == pytest.approx(found.between(0.8, 1.25))
