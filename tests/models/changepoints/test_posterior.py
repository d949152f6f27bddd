from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.special import logsumexp

from trends.models.changepoints.posterior import SegmentEvidence, break_posterior, none_inside
from trends.models.changepoints.segmentation import segment_sums

COUNTS = np.array([3.0, 0, 1, 7, 9, 4, 2, 2])
FAMILIES = [("poisson", np.inf, 1.7), ("negbin", 3.0, 1.0), ("gaussian", np.inf, 4.0)]


def placements(number, min_between):
    ways = [(0, *way, len(COUNTS)) for way in combinations(range(1, len(COUNTS)), number)]
    return [way for way in ways if min(np.diff(way)) >= min_between]


@pytest.mark.parametrize(("family", "size", "inflation"), FAMILIES)
@pytest.mark.parametrize("min_between", [1, 2])
def test_the_recursion_is_the_sum_over_all_placements(family, size, inflation, min_between):
    evidence = SegmentEvidence(segment_sums(COUNTS, family=family, size=size), 1.0, 0.25, inflation)
    posterior = break_posterior(evidence, 3, min_between, more=0.5)
    marginal, at, window = [], np.zeros(len(COUNTS)), 0.0
    for number in range(4):
        ways = placements(number, min_between)
        logs = [sum(evidence.log(a, b) for a, b in pairwise(way)) for way in ways]
        marginal.append(logsumexp(logs) - np.log(len(ways)) if ways else -np.inf)
    assert posterior.evidence == pytest.approx(marginal, abs=1e-9)
    weights = np.exp(marginal + np.arange(4) * np.log(0.5) - logsumexp(marginal + np.arange(4) * np.log(0.5)))
    assert posterior.number == pytest.approx(weights, abs=1e-9)
    for number in range(4):
        for way in placements(number, min_between):
            log = sum(evidence.log(a, b) for a, b in pairwise(way))
            mass = weights[number] * np.exp(log - marginal[number]) / len(placements(number, min_between))
            at[list(way[1:-1])] += mass
            window += mass * any(3 <= edge <= 4 for edge in way[1:-1])
    assert posterior.anywhere() == pytest.approx(at, abs=1e-9)
    inside = np.isin(np.arange(len(COUNTS)), [3, 4]).astype(float)
    assert 1 - none_inside(evidence, posterior, min_between, inside) == pytest.approx(window, abs=1e-9)


def test_coal_has_the_published_posterior(reference):
    # One break, Gamma(0.5, 1) on both rates, uniform date; four decimals are published.
    coal = pd.read_csv(reference("coal_yearly.csv"))
    sums = segment_sums(coal["disasters"].to_numpy(float))
    dates = break_posterior(SegmentEvidence(sums, 0.5, 1.0, 1.0), 1).dates(1)[0]
    last_old = pd.Series(dates, index=coal["year"] - 1)
    assert last_old.loc[[1891, 1890, 1889, 1892]].to_numpy() == pytest.approx(
        [0.2482, 0.1848, 0.1414, 0.1010], abs=5e-5
    )
    at = np.arange(1, sums.length)
    before = dates[1:] @ ((0.5 + sums.counts[at]) / (1 + at))
    after = dates[1:] @ ((0.5 + sums.counts[-1] - sums.counts[at]) / (1 + sums.length - at))
    assert (before, after) == pytest.approx((3.04996, 0.914711), abs=5e-6)


def test_evidence_too_small_for_a_double_is_still_weighed():
    counts = np.repeat([1.0, 4000.0, 1.0, 4000.0], 10)
    posterior = break_posterior(SegmentEvidence(segment_sums(counts), 1.0, 1 / 2000, 1.0), 2)
    assert posterior.number == pytest.approx([0, 0, 1], abs=1e-12)
    assert posterior.dates(1).sum() == pytest.approx(1)


@pytest.mark.parametrize("min_between", [1, 3])
def test_products_and_logarithms_give_the_same_sums(min_between, monkeypatch):
    counts = np.random.default_rng(4).poisson(np.repeat([4.0, 9.0], 20)).astype(float)
    evidence = SegmentEvidence(segment_sums(counts), 1.0, 0.2, 1.3)
    products = break_posterior(evidence, 5, min_between)
    monkeypatch.setattr("trends.models.changepoints.posterior._MATRIX", 0)
    logarithms = break_posterior(evidence, 5, min_between)
    assert products.number == pytest.approx(logarithms.number, abs=1e-12)
    for number in range(1, 6):
        assert products.dates(number) == pytest.approx(logarithms.dates(number), abs=1e-12)
