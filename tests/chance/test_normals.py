import numpy as np
import pytest
from scipy.stats import norm

from trends.chance.normals import Mixture


def test_one_normal_has_the_quantiles_of_scipy():
    found = Mixture(np.array([2.0]), np.array([0.3]), np.array([0.7]))
    assert found.interval(0.9) == pytest.approx(norm(0.3, 0.7).interval(0.9))
    assert found.below(0.5) == pytest.approx(norm(0.3, 0.7).cdf(0.5))


def test_quantiles_and_probabilities_of_a_mixture_agree():
    found = Mixture(np.array([0.2, 0.8]), np.array([-1.0, 2.0]), np.array([0.1, 1.0]))
    for probability in (0.05, 0.2, 0.5, 0.975):
        assert found.below(found.quantile(probability)) == pytest.approx(probability, abs=1e-9)
