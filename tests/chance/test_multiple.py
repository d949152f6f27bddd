"""Adjusted p-values: by hand, against statsmodels, and on simulated families with and without dependence."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, poisson
from statsmodels.stats.multitest import multipletests
from trends.chance.change import ask, change_evidence

from trends.chance.multiple import Posed, benjamini_hochberg, family_pvalues, poisson_quantiles, romano_wolf
from trends.errors import InputError


def test_benjamini_hochberg_is_that_of_statsmodels_and_of_the_hand():
    pvalues = np.random.default_rng(0).uniform(size=40) ** 2
    np.testing.assert_array_equal(benjamini_hochberg(pvalues), multipletests(pvalues, method="fdr_bh")[1])
    # .005 * 4, .01 * 4 / 2, .03 * 4 / 3, and no less than what stands above them.
    np.testing.assert_allclose(benjamini_hochberg([0.03, 0.005, 0.5, 0.01]), [0.04, 0.02, 0.5, 0.02])
    assert benjamini_hochberg([]).shape == (0,)


def test_the_step_down_is_that_of_the_hand():
    null = np.tile([[0.0, 0.0], [3.0, 0.0], [0.0, 2.0], [1.0, 1.0]], (5, 1))
    # The largest of both is 0, 3, 2, 1 in turn: 10 of 20 reach 1.5, so (1 + 10) / 21 for the first. The second is then
    # alone with 0, 0, 2, 1: 10 of 20 reach .5.
    np.testing.assert_allclose(romano_wolf([1.5, 0.5], null), [11 / 21, 11 / 21])
    np.testing.assert_allclose(romano_wolf([0.5, 3.5], null), [11 / 21, 1 / 21])
    # Alone the second would have 6 / 21; it cannot have less than the first.
    np.testing.assert_allclose(romano_wolf([1.5, 1.2], null), [11 / 21, 11 / 21])


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_the_family_wise_error_rate_is_nominal_whatever_the_dependence(correlation):
    rng, tests, runs = np.random.default_rng(4), 12, 600

    def families(number):
        shared, own = rng.standard_normal((number, 1)), rng.standard_normal((number, tests))
        return np.abs(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)

    null = families(1999)
    wrong = np.mean([romano_wolf(observed, null).min() <= 0.05 for observed in families(runs)])
    # Three standard errors of 600 families and of the 1,999 panels.
    assert wrong == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 * (1 / runs + 1 / 1999)))


def test_under_strong_dependence_it_finds_more_than_holm():
    rng, tests = np.random.default_rng(5), 20

    def families(number):
        shared, own = rng.standard_normal((number, 1)), rng.standard_normal((number, tests))
        return np.sqrt(0.9) * shared + np.sqrt(0.1) * own

    null, found = np.abs(families(999)), {"romano_wolf": 0, "holm": 0}
    for observed in np.abs(families(60) + 3.0 * (np.arange(tests) < 5)):
        found["romano_wolf"] += (romano_wolf(observed, null)[:5] <= 0.05).sum()
        found["holm"] += (_holm(2 * norm.sf(observed))[:5] <= 0.05).sum()
    assert found["romano_wolf"] > 1.2 * found["holm"] > 60


def _holm(pvalues):
    order = np.argsort(pvalues)
    steps = np.maximum.accumulate(pvalues[order] * np.arange(len(order), 0, -1))
    return steps[np.argsort(order)]


def test_poisson_quantiles_are_exact_at_every_mean():
    rng = np.random.default_rng(1)
    normal, mean = rng.standard_normal(20_000), np.exp(rng.normal(1, 2.5, 20_000))
    np.testing.assert_array_equal(poisson_quantiles(normal, mean), poisson.ppf(norm.cdf(normal), mean))


@pytest.fixture
def question():
    """A function from counts to a step at two thirds, put to them."""

    def put(counts, start="2017-01", freq="M", shares=None, source="file"):
        index = pd.period_range(start, periods=len(counts), freq=freq)
        design = pd.DataFrame({"const": 1.0, "step": (np.arange(len(counts)) >= 2 * len(counts) // 3) * 1.0}, index)
        series = pd.Series(counts, index=index, dtype=float)
        return Posed(ask(series, design, "step"), index[0], source, shares or {"A": 1.0})

    return put


def test_tests_on_the_same_counts_count_as_one(question):
    counts = np.random.default_rng(2).poisson(6, 48)
    one = question(counts)
    alike = family_pvalues([0.01] * 6, [one] * 6)
    apart = family_pvalues([0.01] * 6, [question(counts, source=str(k)) for k in range(6)])
    unknown = family_pvalues([0.01] * 6, [None] * 6)
    assert alike == pytest.approx([0.01] * 6, abs=0.002)
    # One less (1 - .01) to the sixth, within the error of 999 panels.
    assert apart == pytest.approx([0.0585] * 6, abs=0.02) and unknown == pytest.approx([0.0585] * 6, abs=0.02)
    assert family_pvalues([], []).shape == (0,)


def test_totals_quarters_and_later_spans_share_what_they_share(question):
    rng = np.random.default_rng(3)
    a, b = rng.poisson(9, 48), rng.poisson(3, 48)
    total = question(a + b, shares={"A": 9.0, "B": 3.0})
    quarters = question((a + b).reshape(-1, 3).sum(axis=1), freq="Q", shares={"A": 9.0, "B": 3.0})

    def familywise(*posed):
        return family_pvalues([0.02, 0.02], posed, draws=1999)[0]

    alone = familywise(total, None)
    nested = familywise(total, question(a))
    same = familywise(total, quarters)
    assert 0.02 <= min(same, nested) and max(same, nested) < alone
    assert alone == pytest.approx(1 - 0.98**2, abs=0.01)


def test_the_family_of_one_series_holds_its_rate(question):
    """Whole path: series without a change, three spans of each tested, the least adjusted p-value held against 5 %."""
    rng, wrong, runs = np.random.default_rng(6), 0, 40
    for _ in range(runs):
        counts = rng.poisson(8 * rng.gamma(6, 1 / 6, 48))
        posed = [question(counts), question(counts[12:], start="2018-01"), question(counts[24:], start="2019-01")]
        raw = [change_evidence(each.question.counts, each.question.exog, 1, draws=99, rng=rng).pvalue for each in posed]
        wrong += family_pvalues(raw, posed, draws=199, rng=rng).min() <= 0.05
    assert wrong / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(InputError) as refused:
        romano_wolf([1.0, 2.0], np.zeros((99, 3)))
    assert str(refused.value) == (
        "adjust the p-values of several tests: found (2,) statistics and (99, 3) simulated ones; allowed: K numbers, "
        "and at least 19 rows of K numbers; give a column of simulated statistics for each test."
    )
