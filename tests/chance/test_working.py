import numpy as np
import pytest
from scipy.special import logsumexp

from tests.chance.exact import drawn_courses
from trends.chance.prior import LevelPrior
from trends.chance.shapes import candidates
from trends.chance.weighing import working_level
from trends.errors import ModelError

ALWAYS = {"prior": LevelPrior(np.array([[0.1, 0.3, 0.5, 0.97]]), np.ones(1))}


def test_the_marginal_likelihood_and_the_mean_are_those_of_importance_sampling():
    y = np.random.default_rng(2).poisson(3, 30).astype(float)
    level, weighed = working_level(y, candidates(30, ()), robust=False, **ALWAYS)
    courses, log_weight = drawn_courses(level, 40_000, np.random.default_rng(3))
    # The mean weight is the exact marginal likelihood over that of the sites.
    assert logsumexp(log_weight) - np.log(len(log_weight)) == pytest.approx(0.0, abs=0.01)
    share = np.exp(log_weight - logsumexp(log_weight))
    np.testing.assert_allclose(weighed.null_mean, share @ courses, atol=0.02)
    np.testing.assert_allclose(weighed.null_variance**0.5, (share @ (courses - share @ courses) ** 2) ** 0.5, rtol=0.03)


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
        (
            np.full(20, 3e8),
            None,
            "found a count of 300,000,000; allowed: at most 100,000,000 in a period; count in a larger unit, such as "
            "thousands.",
        ),
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
