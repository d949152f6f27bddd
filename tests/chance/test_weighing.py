import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, multivariate_t, poisson

from tests.chance.dense import level_covariance
from trends.chance.prior import LevelPrior
from trends.chance.shapes import SHAPES, Shape, candidates
from trends.chance.weighing import working_level


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
