"""A ratio as its posterior has it."""

from math import exp, log

import numpy as np
import pytest
from scipy.stats import norm

from trends.chance.answers import ratio_found
from trends.chance.normals import Mixture


def normal(ratio, width):
    return ratio_found(Mixture(np.array([1.0]), np.array([log(ratio)]), np.array([width])))


def test_one_normal_gives_its_own_quantiles_and_tails():
    found = normal(1.5, 0.2)
    assert found.estimate == pytest.approx(1.5, rel=1e-6)
    assert (found.low, found.high) == pytest.approx([1.5 * exp(z * 0.2) for z in norm.ppf([0.025, 0.975])], rel=1e-4)
    assert found.pvalue == pytest.approx(2 * norm.sf(log(1.5) / 0.2), rel=1e-4)
    assert normal(1 / 1.5, 0.2).pvalue == pytest.approx(found.pvalue)
    assert found.at_least(2.0) == pytest.approx(norm.sf(log(2 / 1.5) / 0.2), rel=1e-4)
    assert found.at_least(2.0) + found.at_most(2.0) == pytest.approx(1)


def test_a_change_within_a_ratio_is_one_up_or_down():
    found = normal(1.0, 0.1)
    assert found.within(1.1) == pytest.approx(1 - 2 * norm.sf(log(1.1) / 0.1), rel=1e-4)
    assert found.pvalue == pytest.approx(1) and found.within(1.0) == pytest.approx(0)
    up, down = (normal(ratio, 0.1).within(1.1) for ratio in (1.05, 1 / 1.05))
    assert up == pytest.approx(down) and up < found.within(1.1)


def test_two_readings_are_averaged_by_their_weights():
    found = ratio_found(Mixture(np.array([0.9, 0.1]), np.array([0.0, log(8.0)]), np.array([0.05, 0.05])))
    assert found.at_least(4.0) == pytest.approx(0.1, abs=1e-6)
    assert found.estimate == pytest.approx(1, abs=0.05) and found.high == pytest.approx(8, rel=0.1)
