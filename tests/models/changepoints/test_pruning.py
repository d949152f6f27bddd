import numpy as np
import pytest

from trends.models.changepoints.pruning import best_breaks, cheapest_starts
from trends.models.changepoints.segmentation import segment_sums


def full_search(counts, exposure, penalty):
    sums, best = segment_sums(counts, exposure), np.full(len(counts) + 1, np.inf)
    best[0] = -penalty
    for stop in range(1, len(counts) + 1):
        best[stop] = (best[:stop] + sums.cost(np.arange(stop), stop) + penalty).min()
    return best[-1]


def cost_of(counts, exposure, breaks, penalty):
    edges = np.concatenate([[0], breaks, [len(counts)]]).astype(int)
    return segment_sums(counts, exposure).cost(edges[:-1], edges[1:]).sum() + penalty * len(breaks)


@pytest.mark.parametrize("mean", [0.05, 0.4, 3, 40, 2000])
@pytest.mark.parametrize("penalty", [0.5, 4.0, 25.0])
def test_pruning_loses_no_optimum(mean, penalty):
    rng = np.random.default_rng(int(10 * mean + penalty))
    for _ in range(15):
        n = int(rng.integers(2, 120))
        rates = mean * np.exp(rng.normal(0, 1.5, 6))[np.sort(rng.integers(0, 6, n))]
        counts, exposure = rng.poisson(rates).astype(float), rng.uniform(0.1, 1, n)
        found = best_breaks(counts, exposure, penalty)
        # Costs are sums of up to 1e6 in double precision.
        assert cost_of(counts, exposure, found, penalty) == pytest.approx(
            full_search(counts, exposure, penalty), abs=1e-7
        )


def test_counts_that_are_all_zero_have_no_break():
    assert best_breaks(np.zeros(50), np.ones(50), 3.0).size == 0


def test_the_compiled_search_finds_what_the_same_lines_of_python_find():
    rng = np.random.default_rng(5)
    counts = rng.poisson(np.repeat([2.0, 6, 1], 100)).astype(float)
    plain = cheapest_starts.py_func(counts, np.ones(300), 5.0)
    assert np.array_equal(plain, cheapest_starts(counts, np.ones(300), 5.0))


def test_many_pieces_at_once_fit_in():
    # Falling counts keep many starts alive: each is the cheapest at a rate of its own.
    counts = np.round(2000 * np.exp(-np.arange(400) / 60))
    found = best_breaks(counts, np.ones(400), 12.0)
    assert cost_of(counts, np.ones(400), found, 12.0) == pytest.approx(
        full_search(counts, np.ones(400), 12.0), abs=1e-7
    )
