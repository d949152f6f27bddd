"""The filter against whole matrices: both compute the same in a different order, so that they agree to rounding."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp

from tests.chance.dense import apart, decomposed
from trends.chance.shapes import SHAPES, candidates, columns_alone
from trends.chance.solving import joint_posterior, likely_outliers, solved, starting_mean
from trends.chance.working import OUTLIER_SHARE, OUTLIER_VARIANCE, WorkingLevel

THETA = np.array(
    [
        (0.0, 0.4, 0.0, 0.0, 0.005),
        (0.0, 0.4, 0.0, 0.0, 0.15),
        (0.2, 0.0, 0.0, 0.0, 0.03),
        (0.05, 0.12, 1.2, 0.97, 0.005),
        (0.05, 0.12, 1.2, 0.97, 0.0),
        (0.01, 0.0, 12.0, 0.99, 0.03),
    ]
)


def level(n=40, mean=6.0, *, gaps=(), per_year=12.0, known=(), outliers=(), trials=None, seed=1):
    rng = np.random.default_rng(seed)
    watched = ~np.isin(np.arange(n), gaps)
    counts = np.where(watched, rng.poisson(mean * np.exp(rng.normal(0, 0.4, n))), 0).astype(float)
    made = WorkingLevel(
        counts,
        np.where(watched, np.log(rng.uniform(0.5, 1, n)), 0.0),
        watched,
        THETA,
        np.log(np.array([0.1, 0.2, 0.1, 0.3, 0.2, 0.1])),
        np.full(n, np.log(mean)),
        outliers=outliers,
        outlier_odds=(2.0,) * len(outliers),
        known=known,
        first_month=4,
        per_year=per_year,
        trials=None if trials is None else counts + trials,
    )
    return made.rematched(made.mean, np.full(n, 0.1))


CASES = {
    "plain": {},
    "gaps": {"gaps": (0, 7, 8, 21, 39)},
    "years": {"n": 15, "per_year": 1.0},
    "one year": {"n": 12, "gaps": (3,), "outliers": (5,)},
    "quarters": {"per_year": 4.0, "gaps": (3,)},
    "days": {"per_year": 365.25},
    "outliers": {"outliers": (5, 20, 33), "gaps": (34,)},
    "known": {"known": ((np.cos(np.arange(40)), 0.3), (np.arange(40) / 9.0, 2.0)), "outliers": (11,)},
    "trials": {"trials": 5.0, "outliers": (2,)},
    "dense counts": {"mean": 1e5},
    "hardly any": {"mean": 0.3},
}


def expected(made, terms):
    """Evidence, coefficients and pooled moments of the log rate, by whole matrices."""
    nulls, changes, sizes, spreads, courses, moved = [], [], [], [], [], []
    noise = np.where(made.watched, 1 / np.where(made.watched, made.weight, 1.0), 0.0)
    for k, block in apart(made):
        share = k * np.log(OUTLIER_SHARE) + (made.n - k) * np.log(1 - OUTLIER_SHARE)
        information = np.einsum("nc,gnm,mc->gc", terms.columns, block.precision, terms.columns, optimize=True)
        score = (block.score @ terms.columns)[:, terms.term]
        total = information[:, terms.term] + 1 / terms.variance
        gain = 0.5 * score**2 / total - 0.5 * np.log(total * terms.variance) + terms.log_prior
        nulls.append(block.log_marginal + share)
        changes.append(nulls[-1][:, None] + gain)
        sizes.append(score / total)
        spreads.append(1 / total)
        mean = np.einsum("gij,gj->gi", block.covariance, block.score)
        left = noise - np.einsum("gii->gi", block.precision) * noise**2
        courses.append((mean, left))
        columns = terms.columns[:, terms.term]
        back = np.eye(made.n) - np.einsum("gij,gjk->gik", block.covariance, block.precision)
        reach = np.swapaxes(back @ columns, 1, 2)
        seen = np.where(made.watched, reach, 0.0)
        moved.append((sizes[-1][:, :, None] * reach, seen**2 * (sizes[-1] ** 2 + spreads[-1])[:, :, None]))
    return nulls, changes, sizes, spreads, courses, moved


def pooled(log_weight, mean, variance):
    share = np.exp(log_weight - logsumexp(log_weight)).ravel()
    middle = share @ mean
    return middle, share @ (variance + mean**2) - middle**2


@pytest.mark.parametrize("case", CASES)
def test_evidence_and_coefficients_are_those_of_whole_matrices(case):
    made = level(**CASES[case])
    terms = candidates(made.n, dates=np.array([6, 9]))
    found = solved(made, terms, few=True)
    nulls, changes, sizes, spreads, *_ = expected(made, terms)
    np.testing.assert_allclose(found.log_null, nulls, rtol=1e-9)
    np.testing.assert_allclose(found.log_change, changes, rtol=1e-9)
    np.testing.assert_allclose(found.mean, sizes, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found.variance, spreads, rtol=1e-7)
    np.testing.assert_allclose(found.log_any, logsumexp(changes, axis=2), rtol=1e-9)


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_moments_of_the_log_rate_are_those_of_whole_matrices(case, few):
    made = level(**CASES[case])
    terms = candidates(made.n, SHAPES[:2], np.array([6, 9]))
    found = solved(made, terms, few=few).moments
    nulls, changes, _, _, courses, moved = expected(made, terms)
    mean, left = (np.concatenate([each[i] for each in courses]) for i in (0, 1))
    none = pooled(np.array(nulls), mean, left)
    np.testing.assert_allclose(found[0], none, rtol=1e-7, atol=1e-8)
    share = np.exp(changes - logsumexp(changes, axis=2)[:, :, None]).reshape(len(mean), -1)
    shift = np.einsum("gc,gci->gi", share, np.concatenate([each[0] for each in moved]))
    more = np.einsum("gc,gci->gi", share, np.concatenate([each[1] for each in moved])) - shift**2
    # Of many terms only the mean takes in what they add; of few, none where nobody watched.
    more = np.where(made.watched, np.maximum(more, 0.0), 0.0) * few
    some = pooled(logsumexp(changes, axis=2), mean + shift, left + more)
    np.testing.assert_allclose(found[1], some, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_a_disturbance_of_each_period_is_weighed_as_whole_matrices_weigh_it(case):
    made = replace(level(**CASES[case]), outliers=(), outlier_odds=())
    found = solved(made, candidates(made.n, ()), alone=True).log_alone
    for period in np.flatnonzero(made.watched)[[0, 5, -1]]:
        whole = decomposed(made, (int(period),)).log_marginal
        share = made.n * np.log(1 - OUTLIER_SHARE)
        np.testing.assert_allclose(found[period], logsumexp(whole) + share, rtol=1e-8)


def test_of_what_is_kept_the_inverse_is_that_of_whole_matrices():
    made = level(gaps=(4, 5), outliers=(9, 30))
    columns = np.random.default_rng(2).normal(size=(made.n, 2))
    keep = np.zeros((3, len(THETA)), bool)
    keep[0, 1] = keep[2, 4] = keep[2, 0] = True
    found = solved(made, columns_alone(columns), few=True, keep=keep).kept
    blocks = [block for _, block in apart(made)]
    for kept, (k, row) in zip(found, [(0, 1), (2, 0), (2, 4)], strict=True):
        block = blocks[k]
        np.testing.assert_allclose(kept[0], block.score[row], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(kept[1], np.diag(block.precision[row]), rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose(kept[2:], (block.precision[row] @ columns).T, rtol=1e-6, atol=1e-8)


def test_periods_that_are_settled_as_outliers_are_set_apart_for_certain():
    made = level(outliers=(9, 30))
    found = solved(made, candidates(made.n, ()), settled=(9,))
    np.testing.assert_allclose(found.log_null[0], decomposed(made, (9,)).log_marginal, rtol=1e-9)
    assert likely_outliers(made) == (9, 30)
    assert likely_outliers(replace(made, outlier_odds=(1.0, 0.5))) == ()


def test_weighted_sums_have_the_posterior_that_whole_matrices_give_them():
    made = level(gaps=(12,), outliers=(9,))
    sums = np.random.default_rng(3).normal(size=(made.n, 2))
    whole = decomposed(made, (9,))
    covariance = whole.covariance[3].copy()
    covariance[9, 9] -= OUTLIER_VARIANCE
    found = joint_posterior(made, 3, (9,), covariance @ sums, sums.T @ covariance @ sums)
    across = covariance @ sums
    np.testing.assert_allclose(found.mean, across.T @ whole.score[3], rtol=1e-8)
    np.testing.assert_allclose(found.gain, whole.precision[3] @ across, rtol=1e-6, atol=1e-9)
    left = sums.T @ across - across.T @ whole.precision[3] @ across
    np.testing.assert_allclose(found.covariance, left, rtol=1e-6, atol=1e-9)


def test_models_that_are_far_from_likely_add_nothing_and_are_weighed_all_the_same():
    # A level that no calm set of variances can take: the evidence of these is hundreds lower, and stays in the answer.
    theta = np.array([(0.05, 0.12, 1.2, 0.97, 0.03), (0.0, 0.0, 0.0, 0.0, 0.03)])
    made = replace(level(mean=2e3), theta=theta, log_weight=np.log([0.5, 0.5]))
    found = solved(made, candidates(made.n, ()))
    blocks = decomposed(made)
    assert np.ptp(found.log_null) > 100
    np.testing.assert_allclose(found.log_null[0], blocks.log_marginal + made.n * np.log(1 - OUTLIER_SHARE), rtol=1e-9)
    mean = np.einsum("gij,gj->gi", blocks.covariance, blocks.score)
    np.testing.assert_allclose(found.moments[0, 0], pooled(found.log_null, mean, mean * 0)[0], rtol=1e-9)


def test_the_first_mean_is_the_mode_of_the_counts_under_a_middling_level():
    made = replace(level(seed=5), sites=None)
    mode = starting_mean(made)
    middle = int(np.argmin(np.abs(np.log(THETA[:, :3].sum(1) + 0.05) - np.log(1.5))))
    one = replace(made, theta=THETA[[middle]], log_weight=np.zeros(1), mean=mode)
    covariance = decomposed(one).covariance[0] + 0.1 * np.eye(made.n)
    slope = made.counts - np.exp(mode + made.log_exposure) - np.linalg.solve(covariance, mode)
    np.testing.assert_allclose(slope, 0.0, atol=1e-3)


def test_ten_thousand_periods_take_memory_that_grows_with_them_alone():
    made = level(n=10_000)
    found = solved(made, candidates(made.n, ()), alone=True)
    arrays = [getattr(found, name).nbytes for name in found.__dataclass_fields__]
    # What is found does not grow with the sets of variances.
    assert max(arrays) == 2 * 2 * 10_000 * 8
    assert np.isfinite(found.log_null).all()
