from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, multivariate_t, poisson

from tests.chance.dense import level_covariance
from trends.chance.prior import LevelPrior, level_prior
from trends.chance.shapes import SHAPES, Shape, candidates
from trends.chance.solving import solved
from trends.chance.weighing import Weighed, weigh, with_outliers, working_level

CALM = LevelPrior(np.zeros((1, 4)), np.ones(1))


def series(seed, rate):
    return np.random.default_rng(seed).poisson(rate).astype(float)


def by_importance(counts, covariance, rng, draws=40_000):
    """Log marginal likelihood of Poisson counts whose log rates have this covariance, by importance sampling."""
    inverse, mode = np.linalg.inv(covariance), np.log(counts + 0.5)
    for _ in range(50):
        slope = counts - np.exp(mode) - inverse @ mode
        mode = mode + np.clip(np.linalg.solve(inverse + np.diag(np.exp(mode)), slope), -1, 1)
    # A proposal that is wider than the posterior, with the tails of Student's t.
    spread = multivariate_t(mode, 1.2 * np.linalg.inv(inverse + np.diag(np.exp(mode))), df=8)
    rates = spread.rvs(draws, random_state=rng)
    joint = poisson.logpmf(counts, np.exp(rates)).sum(1) + multivariate_normal(cov=covariance).logpdf(rates)
    return logsumexp(joint - spread.logpdf(rates)) - np.log(draws)


@pytest.mark.parametrize("rates", [(6.0, 6.0), (3.0, 12.0), (0.3, 4.0)])
def test_the_bayes_factor_of_a_step_is_that_of_importance_sampling(rates):
    theta, step = np.array([[0.05, 0.12, 0.3, 0.97]]), Shape("step", "step", 0, ((1.2, 1.0),))
    changes = candidates(24, (step,), np.array([12]))
    counts = series(4, np.repeat(rates, 12))
    _, weighed = working_level(counts, changes, prior=LevelPrior(theta, np.ones(1)), robust=False)
    none, column = level_covariance(24, theta)[0], changes.columns[:, 0]
    rng = np.random.default_rng(5)
    exact = [by_importance(counts, k, rng) for k in (none, none + 1.44 * np.outer(column, column))]
    # Laplace's error is a tenth where months have next to nothing; the sampling has a standard error of .01.
    assert weighed.log_bayes_factor == pytest.approx(exact[1] - exact[0], abs=0.15)


def test_without_candidates_the_level_is_weighed_alone(levels):
    level, weighed = working_level(series(1, np.full(40, 6.0)), candidates(40, ()), **levels)
    assert weighed.log_change.shape == (len(weighed.log_null), 0)
    assert np.abs(level.mean - np.log(6)).max() < 0.5


def test_a_change_that_is_certain_leaves_the_variances_of_no_change_in_place(levels):
    counts = series(2, np.where(np.arange(40) < 20, 1e3, 3e3))
    level, _ = working_level(counts, candidates(40), **levels)
    # Calm variances for those who allow the step, drifting ones for those who ask without it.
    assert level.theta[:, 2].min() == 0 < level.theta[:, 2].max()
    assert len(level.theta) < len(levels["prior"].theta)
    # Where it is sure to have been, nobody asks without it.
    sure, _ = working_level(counts, candidates(40), null=False, **levels)
    assert len(sure.theta) < len(level.theta)


@pytest.mark.parametrize("null", [True, False])
def test_no_change_is_weighed_around_its_own_mean_where_there_may_have_been_none(null, levels):
    changes = candidates(40, SHAPES[:1], np.array([20]))
    counts = series(2, np.where(np.arange(40) < 20, 3, 30))
    level, found = working_level(counts, changes, null=null, robust=False, **levels)
    again = weigh(level, changes)
    np.testing.assert_array_equal(found.log_change, again.log_change)
    assert np.array_equal(found.log_null, again.log_null) is not null


def test_a_protected_period_is_no_outlier(levels):
    counts = series(3, np.full(40, 5.0))
    counts[12] = 50
    protect = np.arange(40) == 12
    free, _ = working_level(counts, candidates(40), **levels)
    kept, _ = working_level(counts, candidates(40), protect=protect, **levels)
    assert free.outliers[0] == 12
    assert 12 not in kept.outliers


def test_steps_alone_pick_the_variances(levels):
    changes = candidates(40)
    assert {shape.kind for shape in changes.only_steps().shapes} == {"step"}
    assert len(changes.only_steps().date) == (changes.shape == SHAPES.index(SHAPES[0])).sum()


def made(log_null, log_change):
    """Two models, none and one outlier, of a level of three places, and two candidates."""
    return Weighed(
        candidates(12, (Shape("step", "step", 0, ((1.0, 1.0),)),), np.array([4, 5])),
        np.array(log_null),
        np.array(log_change),
        logsumexp(log_change, axis=1),
        *(np.zeros((2, 2)) for _ in range(2)),
        np.array([0, 1]),
        np.array([0.0, 1.0, 2.0]),
        np.array([1.0, 1.0, 4.0]),
        np.array([0.1, 0.2, 0.3]),
        np.array([0.5, 0.6, 0.7]),
    )


def test_the_bayes_factor_is_all_that_speaks_for_a_change_over_all_that_speaks_for_none():
    found = made(np.log([0.1, 0.3]) - 900, np.log([[0.1, 0.2], [0.4, 0.5]]) - 900)
    assert found.log_bayes_factor == pytest.approx(np.log(1.2 / 0.4))
    assert replace(found, log_change=np.zeros((2, 0))).log_bayes_factor == -np.inf


def test_a_level_is_averaged_at_even_odds_of_a_change_with_what_the_two_differ_by():
    found = made(np.log([0.05, 0.2]), np.log([[0.1, 0.2], [0.25, 0.2]]))
    share = 0.75
    for given, (mean, variance) in (
        (False, (found.change_mean, found.change_variance)),
        (True, found.level_moments(True)),
    ):
        assert [each.tolist() for each in found.level_moments(given)] == [mean.tolist(), variance.tolist()]
    np.testing.assert_allclose(mean, share * found.change_mean + (1 - share) * found.null_mean)
    within = share * found.change_variance + (1 - share) * found.null_variance
    np.testing.assert_allclose(variance, within + share * (1 - share) * np.array([1.0, 0.0, 4.0]))
    for far, certain in ((5000.0, found.change_mean), (-5000.0, found.null_mean)):
        np.testing.assert_allclose(
            replace(found, log_any=found.log_any + far).level_moments(True)[0], certain, atol=1e-12
        )


def test_a_period_that_is_likelier_an_outlier_than_not_is_named_with_its_probability():
    level = replace(working_level(series(1, np.full(12, 9.0)), candidates(12, ()), prior=CALM)[0], outliers=(7,))
    found = made(np.log([0.9, 0.1]), np.log([[0.1, 0.1], [0.4, 0.4]]))
    assert found.outliers(level) == ((7, pytest.approx(0.8)),)
    # At odds of one to three of a change, which has no evidence of its own, it is an outlier in .25 x .8 + .75 x .1.
    assert found.outliers(level, 1 / 3) == ()
    (only,) = replace(found, log_null=np.log([0.3, 0.7])).outliers(level, 1 / 3)
    assert only == (7, pytest.approx(0.25 * 0.8 + 0.75 * 0.7))
    # With twice the evidence of a change, at even odds: two thirds of one and a third of the other.
    (only,) = replace(found, log_null=np.log([0.15, 0.35])).outliers(level, 1.0)
    assert only == (7, pytest.approx(2 / 3 * 0.8 + 1 / 3 * 0.7))
    assert made(found.log_null, np.log([[0.25, 0.25], [0.25, 0.25]])).outliers(level) == ()


def set_apart(level, protect=None):
    """The level with its possible outliers, as no change finds them."""
    return with_outliers(level, solved(level, candidates(level.n, ()), alone=True), protect)


def test_at_most_three_periods_are_taken_for_outliers_the_likeliest_first():
    counts = np.full(40, 20.0)
    counts[[5, 12, 20, 33]] = 300, 900, 600, 150
    plain = working_level(counts, candidates(40, ()), prior=CALM, robust=False)[0]
    level = set_apart(plain)
    assert level.outliers == (12, 20, 5) and plain.outliers == ()
    assert list(level.outlier_odds) == sorted(level.outlier_odds, reverse=True) and level.outlier_odds[2] > 1
    protected = set_apart(plain, np.isin(np.arange(40), [12, 5]))
    assert protected.outliers[0] == 20 and 33 in protected.outliers and not {5, 12} & set(protected.outliers)
    assert set_apart(working_level(np.full(40, 20.0), candidates(40, ()), prior=CALM)[0]).outliers == ()


@pytest.mark.parametrize(("count", "named"), [(32.0, False), (40.0, True)])
def test_a_period_is_a_possible_outlier_from_odds_of_one_to_twenty_on(count, named):
    """One in a hundred has a variance of its own; what a period says of that by whole matrices of one calm set."""
    counts = np.full(24, 20.0)
    counts[9] = count
    level = working_level(counts, candidates(24, ()), prior=CALM, robust=False)[0]
    precision = np.linalg.inv(level_covariance(24, np.zeros((1, 4)))[0] + np.diag(1 / level.weight))
    score, own = (precision @ level.response)[9], 1 + 2.25 * precision[9, 9]
    odds = np.exp(0.5 * 2.25 * score**2 / own) / own**0.5 / 99
    found = set_apart(level)
    assert bool(odds > 0.05) is named and found.outliers == ((9,) if named else ())
    assert not named or found.outlier_odds[0] == pytest.approx(odds, rel=1e-4)


def test_a_level_is_weighed_with_none_to_all_of_its_outliers_under_every_set_of_variances(levels):
    level = working_level(series(2, np.where(np.arange(30) < 15, 40, 160)), candidates(30), prune=False, **levels)[0]
    changes = candidates(30).only_steps()
    both, none = weigh(level, changes), weigh(level, candidates(30, ()))
    np.testing.assert_allclose(both.log_any, logsumexp(both.log_change, axis=1), rtol=1e-12)
    np.testing.assert_allclose(none.log_null, both.log_null, rtol=1e-12)
    np.testing.assert_array_equal(none.change_mean, none.null_mean)
    np.testing.assert_array_equal(none.change_variance, none.null_variance)
    assert len(both.disturbed) == len(both.log_null) and set(both.disturbed) == set(range(len(level.outliers) + 1))
    # Forty incidents know their log rate to a sixth, a hundred and sixty to a twelfth.
    for variance in (both.change_variance, both.null_variance):
        assert (variance[:15] < 1 / 36).all() and (variance[15:] < 1 / 100).all() and (variance > 0).all()


def test_sets_of_variances_that_hold_next_to_nothing_are_left_out_and_none_is_where_all_are_kept(levels):
    counts = series(1, np.full(60, 200.0))
    whole, weighed = working_level(counts, candidates(60, ()), prune=False, **levels)
    kept, _ = working_level(counts, candidates(60, ()), **levels)
    assert len(whole.theta) == len(levels["prior"].theta) > len(kept.theta)
    held = (whole.theta[:, None] == kept.theta).all(2).any(1)
    share = np.exp(weighed.log_null - logsumexp(weighed.log_null)).reshape(-1, len(whole.theta)).sum(0)
    assert share[held].sum() > 0.998 and share[~held].max() < 1e-3
    np.testing.assert_allclose(logsumexp(whole.log_weight), 0, atol=1e-12)


def test_a_prior_is_used_by_the_sets_that_have_a_weight_and_by_the_length_of_the_series_where_none_is_given():
    counts = series(3, np.full(36, 9.0))
    some = LevelPrior(np.array([[0.0, 0, 0, 0], [0.05, 0, 0, 0], [0.2, 0, 0, 0]]), np.array([2.0, 0.0, 6.0]))
    level, _ = working_level(counts, candidates(36, ()), prior=some, prune=False)
    assert level.theta[:, 0].tolist() == [0.0, 0.2] and np.exp(level.log_weight).tolist() == pytest.approx([0.25, 0.75])
    default = working_level(counts, candidates(36, ()), prune=False)[0]
    np.testing.assert_array_equal(default.theta, level_prior(36).theta)
    quarters = working_level(counts, candidates(36, ()), prune=False, per_year=4.0, first_month=3)[0]
    np.testing.assert_array_equal(quarters.theta, level_prior(36, "Q").theta)
    assert (quarters.per_year, quarters.first_month) == (4.0, 3)


def test_a_part_of_none_says_nothing(levels):
    counts, trials = series(4, np.full(30, 5.0)), np.full(30, 40.0)
    trials[[3, 8]] = 0, np.nan
    level, weighed = working_level(counts, candidates(30), trials=trials, **levels)
    assert np.flatnonzero(~level.watched).tolist() == [3, 8] and level.trials[[3, 8]].tolist() == [0, 0]
    assert level.mean[level.watched].mean() == pytest.approx(np.log(counts.mean() / (40 - counts.mean())), abs=0.1)
    assert not level.counts[[3, 8]].any() and not level.log_exposure.any()
    other = counts.copy()
    other[[3, 8]] = 17.0
    assert working_level(other, candidates(30), trials=trials, **levels)[1].log_bayes_factor == weighed.log_bayes_factor


def test_what_nobody_watched_has_neither_incidents_nor_exposure():
    counts, exposure = series(4, np.full(20, 5.0)), np.full(20, 3.0)
    counts[4], exposure[9] = np.nan, 0.0
    level, _ = working_level(counts, candidates(20, ()), prior=CALM, exposure=exposure, known=((np.arange(20.0), 0.5),))
    assert np.flatnonzero(~level.watched).tolist() == [4, 9] and level.trials is None
    assert level.counts[[4, 9]].tolist() == level.log_exposure[[4, 9]].tolist() == [0, 0]
    np.testing.assert_allclose(level.log_exposure[level.watched], np.log(3))
    assert len(level.known) == 1 and level.known[0][1] == 0.5


@pytest.mark.parametrize(("evidence", "odds"), [(3.0, np.exp(3) / 99), (9e9, np.exp(600) / 99), (1.599, None)])
def test_odds_of_an_outlier_are_those_of_its_evidence_and_as_large_as_numbers_are(evidence, odds):
    """One period in a hundred has a variance of its own, and odds of one to twenty make it possible."""
    level = working_level(np.full(12, 20.0), candidates(12, ()), prior=CALM, robust=False)[0]
    found = SimpleNamespace(
        log_alone=np.where(np.arange(12) == 7, evidence, -9.0) - 50, log_null=np.full((1, 1), -50.0)
    )
    named = with_outliers(replace(level, outliers=(2,), outlier_odds=(1.0,)), found)
    assert named.outliers == (() if odds is None else (7,))
    assert named.outlier_odds == (() if odds is None else (pytest.approx(odds),))
    assert with_outliers(level, found, np.arange(12) == 7).outliers == ()


@pytest.mark.parametrize("many", [24, 25])
def test_up_to_twenty_four_terms_the_variance_takes_in_what_their_sizes_add(many):
    """With more of them it is told without: of a level that has no moves of its own that is all there is to see."""
    changes = candidates(40, (Shape("step", "step", 0, ((1.2, 1.0),)),), np.arange(5, 5 + many))
    level, found = working_level(np.where(np.arange(40) < 20, 9.0, 14.0), changes, prior=CALM, robust=False)
    few = solved(level, changes, few=True).moments[1, 1]
    assert np.allclose(found.change_variance, few) is (many == 24)


def test_what_was_weighed_is_shown_without_the_moments_of_the_level():
    shown = repr(made(np.zeros(2), np.zeros((2, 2))))
    assert "log_null" in shown and "variance" in shown
    assert not any(f"{name}=" in shown for name in ("null_mean", "change_mean", "null_variance", "change_variance"))
