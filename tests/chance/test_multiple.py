"""Adjusted p-values: by hand, on simulated families, and what they refuse."""

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from trends.chance.multiple import benjamini_hochberg, holm
from trends.errors import InputError


def test_benjamini_hochberg_is_that_of_the_hand():
    # .005 * 4, .01 * 4 / 2, .03 * 4 / 3, and no more than what stands above them.
    np.testing.assert_allclose(benjamini_hochberg([0.03, 0.005, 0.5, 0.01]), [0.04, 0.02, 0.5, 0.02])


def test_holm_is_that_of_the_hand():
    # .005 * 4, .01 * 3, .03 * 2, .5 * 1, and no less than what stands below them; never above 1.
    np.testing.assert_allclose(holm([0.03, 0.005, 0.5, 0.01]), [0.06, 0.02, 0.5, 0.03])
    np.testing.assert_allclose(holm([0.02, 0.019, 0.9]), [0.057, 0.057, 0.9])
    np.testing.assert_allclose(holm([0.6, 0.7]), [1.0, 1.0])


@pytest.mark.parametrize(("adjusted", "method"), [(benjamini_hochberg, "fdr_bh"), (holm, "holm")])
def test_they_are_those_of_statsmodels(adjusted, method):
    rng = np.random.default_rng(1)
    for pvalues in (rng.uniform(size=30) ** 3, np.round(rng.uniform(size=30), 1), np.ones(3), np.array([0.2])):
        np.testing.assert_allclose(adjusted(pvalues), multipletests(pvalues, method=method)[1], rtol=1e-12)


@pytest.mark.parametrize("adjusted", [benjamini_hochberg, holm])
def test_nothing_is_made_surer_and_the_order_is_kept(adjusted):
    pvalues = np.random.default_rng(0).uniform(size=40) ** 2
    more = adjusted(pvalues)
    assert (more >= pvalues).all() and (more <= 1).all()
    assert (np.diff(more[np.argsort(pvalues)]) >= 0).all()
    assert adjusted([0.03]).tolist() == [0.03] and adjusted([]).shape == (0,)


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_the_family_wise_error_rate_of_holm_is_held_whatever_the_dependence(correlation):
    rng, tests, runs = np.random.default_rng(4), 12, 600
    shared, own = rng.standard_normal((runs, 1)), rng.standard_normal((runs, tests))
    pvalues = 2 * norm.sf(np.abs(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own))
    wrong = np.mean([holm(family).min() <= 0.05 for family in pvalues])
    # Three standard errors of 600 families; a doubled rate would be seen.
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert np.mean(pvalues.min(axis=1) <= 0.05) > 0.1


def test_the_false_share_of_what_is_found_is_held():
    rng, tests, null, runs = np.random.default_rng(5), 20, 14, 300
    statistics = rng.standard_normal((runs, tests)) + 3.0 * (np.arange(tests) >= null)
    shares = []
    for family in 2 * norm.sf(np.abs(statistics)):
        found = benjamini_hochberg(family) <= 0.1
        shares.append(found[:null].sum() / max(found.sum(), 1))
    # The exact rate under independence is .1 times the share of true nulls; three standard errors.
    assert np.mean(shares) == pytest.approx(0.1 * null / tests, abs=3 * np.std(shares) / np.sqrt(runs))


@pytest.mark.parametrize(
    ("pvalues", "found"),
    [([0.2, 1.2], "[0.2, 1.2]"), ([-0.1], "[-0.1]"), ([float("nan")], "[nan]"), ([[0.1, 0.2]], "[[0.1, 0.2]]")],
)
def test_what_is_no_list_of_p_values_is_refused(pvalues, found):
    for adjusted in (benjamini_hochberg, holm):
        with pytest.raises(InputError) as refused:
            adjusted(pvalues)
        assert str(refused.value) == (
            f"adjust p-values: found {found}; allowed: one list of numbers from 0 to 1; leave out tests that have none."
        )
