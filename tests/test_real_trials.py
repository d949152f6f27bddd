"""Questions put to real windows: by pseudo-years a real winter is no false alarm of the question on seasons."""

import numpy as np
import pytest

from benchmarks.real_trials import PSEUDO_YEARS, by_pseudo_year, seasons
from benchmarks.real_windows import RealWindow
from trends.chance.kernels import components
from trends.chance.prior import level_prior


def test_a_prior_by_pseudo_year_means_the_same_of_each_month():
    prior = level_prior(36)
    for length in PSEUDO_YEARS[12]:
        told = by_pseudo_year(prior, 12.0, length)
        here, there = components(told.theta, float(length)), components(prior.theta, 12.0)
        # The memory of the fast part is a constant: all else is as it was.
        assert np.delete(here, 2, axis=1) == pytest.approx(np.delete(there, 2, axis=1))
        assert told.weight is prior.weight


def test_a_real_winter_is_not_found_by_pseudo_years_and_what_is_put_in_is():
    winters = np.random.default_rng(3).poisson(np.where(np.arange(48) % 12 < 3, 45.0, 15.0)).astype(float)
    window = RealWindow("Iraq", 0, winters, level_prior(48, without="Iraq"))
    found = {
        ratio: [found for i in range(4) for name, found, *_ in seasons(window, i, ratio, 12.0) if name == "season"]
        for ratio in (1.0, 5.0)
    }
    assert len(found[1.0]) == 4 and sum(found[1.0]) == 0 and sum(found[5.0]) == 4
