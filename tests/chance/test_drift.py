import numpy as np
import pytest
from scipy.stats import norm, t

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
    with pytest.raises(ModelError, match=r"^compare two spans: found a span of 0 months; allowed: one month or more; "):
        Span(0, 0)


@pytest.mark.parametrize("nu", [2.3, np.inf])
def test_the_kernel_is_the_distribution_that_it_is_named_after(nu):
    grid = np.arange(-1200, 1201) * STEP
    exact = (t(nu) if np.isfinite(nu) else norm).pdf(grid / 0.3)
    # The tails of the mixture are those of the middles of 64 quantiles of the variance.
    np.testing.assert_allclose(t_kernel(0.3, nu), exact / exact.sum(), atol=2e-5)


def test_the_probabilities_below_and_above_a_value_add_up_to_one():
    density = np.exp(-0.5 * ((GRID - 0.2) / 0.4) ** 2)
    density /= density.sum()
    assert below(density, 0.2) == pytest.approx(0.5, abs=1e-6)
    assert below(density, 0.2 + 1.96 * 0.4) == pytest.approx(0.975, abs=1e-4)
    assert below(density, quantile(density, 0.1)) == pytest.approx(0.1, abs=2e-3)
    found = RealisedRatio(density, (), 0.3)
    assert found.between(0.0, 1.0) + found.above(1.0) == pytest.approx(1.0)
    assert found.between(0.8, 1.0) + found.between(1.0, 1.25) == pytest.approx(found.between(0.8, 1.25))
