from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from trends.models.provinces.endemic.likelihood import Responses, derivatives, draw_counts, fit_cells, loglike, parts


def made(poisson, n=300, seed=1):
    rng = np.random.default_rng(seed)
    cells = Responses(
        counts=np.zeros(n),
        own=rng.poisson(6, n).astype(float),
        near=rng.poisson(4, n).astype(float),
        endemic=np.column_stack([np.ones(n), rng.normal(size=n)]),
        steps=(np.arange(n) >= n // 2)[:, None] * 1.0,
        size=np.ones(n),
        exposure=rng.uniform(0.3, 1, n),
        poisson=poisson,
    )
    truth = np.array([0.4, 0.1, 0.7, 0.3, -0.5, np.log(4.0)])
    mean = parts(truth, cells).sum(axis=0)
    return replace(cells, counts=draw_counts(mean, 0.0 if poisson else 0.25, rng).astype(float)), truth


@pytest.mark.parametrize("poisson", [True, False])
def test_the_likelihood_is_that_of_scipy(poisson):
    cells, truth = made(poisson)
    mean = parts(truth, cells).sum(axis=0)
    size = np.exp(truth[-1])
    law = stats.poisson(mean) if poisson else stats.nbinom(size, size / (size + mean))
    assert loglike(truth, cells) == pytest.approx(law.logpmf(cells.counts).sum())


@pytest.mark.parametrize("poisson", [True, False])
def test_the_derivatives_are_those_of_differences(poisson):
    cells, truth = made(poisson)
    gradient, observed, _ = derivatives(truth, cells)
    last = len(truth) - poisson
    for place in range(last):
        ahead, behind = (truth + sign * 1e-5 * np.eye(len(truth))[place] for sign in (1, -1))
        assert gradient[place] == pytest.approx(
            (loglike(ahead, cells) - loglike(behind, cells)) / 2e-5, rel=1e-4, abs=1e-3
        )
        slope = (derivatives(ahead, cells)[0] - derivatives(behind, cells)[0]) / 2e-5
        assert observed[place, :last] == pytest.approx(-slope[:last], rel=1e-3, abs=1e-2)


def test_the_fit_is_where_the_gradient_is_zero_and_near_the_truth():
    cells, truth = made(False, n=3000)
    fit = fit_cells(cells)
    assert np.abs(derivatives(fit.params, cells)[0]).max() < 0.01
    assert np.abs(fit.params - truth)[:5].max() < 0.2
