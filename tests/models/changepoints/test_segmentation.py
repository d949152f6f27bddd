from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trends.models.changepoints.segmentation import segment_means, segment_sums, segment_table


def brute(sums, number, min_between):
    ways = [(0, *way, sums.length) for way in combinations(range(1, sums.length), number)]
    ways = [way for way in ways if min(np.diff(way)) >= min_between]
    costs = [sum(sums.cost(a, b).item() for a, b in pairwise(way)) for way in ways]
    return min(costs, default=np.inf)


@given(
    st.lists(st.integers(0, 30), min_size=2, max_size=9),
    st.integers(1, 3),
    st.sampled_from([("poisson", np.inf), ("negbin", 2.5), ("gaussian", np.inf)]),
)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_table_is_the_best_of_all_placements(counts, min_between, family):
    exposure = None if family[0] == "gaussian" else np.linspace(0.3, 1, len(counts))
    sums = segment_sums(np.array(counts), exposure, *family)
    table = segment_table(sums, 3, min_between)
    for number in range(4):
        expected = brute(sums, number, min_between)
        assert table.cost[number] == pytest.approx(expected, abs=1e-9) or (table.cost[number] == expected == np.inf)


def test_a_negative_binomial_of_endless_size_is_a_poisson():
    counts = np.random.default_rng(2).poisson(4, 30)
    poisson, negbin = segment_sums(counts), segment_sums(counts, family="negbin", size=1e9)
    gain = poisson.cost(0, 30) - poisson.cost(0, 12) - poisson.cost(12, 30)
    assert negbin.cost(0, 30) - negbin.cost(0, 12) - negbin.cost(12, 30) == pytest.approx(gain, rel=1e-6)


def test_means_are_events_over_exposure_of_each_segment():
    means = segment_means(np.array([2.0, 4, 9, 0]), np.array([1.0, 0.5, 1, 1]), [2])
    assert means.tolist() == [4, 4, 4.5, 4.5]
