import numpy as np
import pytest
from scipy.special import gammaln

from trends.chance.kernels import level_covariance
from trends.chance.prior import LevelPrior
from trends.chance.shapes import candidates
from trends.chance.weighing import working_level
from trends.chance.working import OUTLIER_SHARE, decompositions
from trends.errors import ModelError

ALWAYS = {"prior": LevelPrior(np.array([[0.1, 0.3, 0.5, 0.97]]), np.ones(1))}


def laplace(y, covariance):
    """Log marginal likelihood of Poisson counts at the mode of their log rates, by Newton's steps to the end."""
    f = np.log(y + 0.5)
    inverse = np.linalg.inv(covariance)
    for _ in range(100):
        f = f + np.clip(np.linalg.solve(inverse + np.diag(np.exp(f)), y - np.exp(f) - inverse @ f), -1, 1)
    log_det = np.linalg.slogdet(np.eye(len(y)) + covariance * np.exp(f))[1]
    return (y * f - np.exp(f) - gammaln(y + 1)).sum() - 0.5 * f @ inverse @ f - 0.5 * log_det, f


def test_the_marginal_likelihood_is_that_of_laplace():
    y = np.random.default_rng(2).poisson(9, 30).astype(float)
    level, weighed = working_level(y, candidates(30, ()), robust=False, **ALWAYS)
    exact, mode = laplace(y, level_covariance(30, ALWAYS["prior"].theta)[0])
    # Newton's steps are few and stop short of the mode by this much.
    no_outlier = 30 * np.log(1 - OUTLIER_SHARE)
    assert weighed.log_null[0] == pytest.approx(exact + no_outlier, abs=1e-3)
    np.testing.assert_allclose(level.mean, mode, atol=1e-3)


def test_a_disturbance_put_in_by_rank_one_is_the_same_as_one_on_the_diagonal():
    y = np.random.default_rng(3).poisson(5, 24).astype(float)
    level, _ = working_level(y, candidates(24), robust=False, **ALWAYS)
    block = next(decompositions(level)).with_disturbance(7, 2.0)
    shift = np.zeros((24, 24))
    shift[7, 7] = 2.0
    whole = next(decompositions(level, shift))
    np.testing.assert_allclose(block.precision, whole.precision, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(block.log_marginal, whole.log_marginal, rtol=1e-8)


def test_unwatched_periods_say_nothing(levels):
    y = np.random.default_rng(4).poisson(6, 40).astype(float)
    gap, none, wild = y.copy(), np.ones(40), y.copy()
    gap[10:14], none[10:14], wild[10:14] = np.nan, 0.0, 1e6
    _, first = working_level(gap, candidates(40), **levels)
    _, second = working_level(wild, candidates(40), exposure=none, **levels)
    assert first.log_bayes_factor == second.log_bayes_factor


def test_exposure_takes_the_place_of_counts(levels):
    y = np.random.default_rng(5).poisson(np.where(np.arange(40) < 20, 5, 15)).astype(float)
    exposure = np.where(np.arange(40) < 20, 1.0, 3.0)
    _, raw = working_level(y, candidates(40), **levels)
    _, rated = working_level(y, candidates(40), exposure=exposure, **levels)
    assert rated.log_bayes_factor < 0 < raw.log_bayes_factor


@pytest.mark.parametrize(
    ("counts", "exposure", "message"),
    [
        (np.ones(5), None, "found 5 watched periods; allowed: 8 or more; give more periods, or count by a finer one."),
        (np.zeros(20), None, "found no incident in any period; allowed: at least one incident; give more periods"),
        (
            np.full(20, -2.0),
            None,
            "found a count of -2; allowed: 0 or more; correct it, or leave the period unwatched.",
        ),
        (np.ones(20), np.ones(3), "found 20 counts and 3 values of exposure; allowed: one of each for every period"),
    ],
)
def test_counts_that_nothing_can_be_learned_from_are_refused(levels, counts, exposure, message):
    with pytest.raises(ModelError) as error:
        working_level(counts, candidates(20), exposure=exposure, **levels)
    assert message in str(error.value)
