import numpy as np
import pytest
from scipy.special import logsumexp

from tests.chance.dense import level_covariance
from tests.chance.exact import drawn_courses
from trends.chance.prior import LevelPrior
from trends.chance.shapes import candidates
from trends.chance.sites import expanded_sites, matched_sites
from trends.chance.weighing import working_level
from trends.chance.working import OUTLIER_SHARE, OUTLIER_VARIANCE, WorkingLevel, checked_counts
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
    ("counts", "exposure", "message", "lacks"),
    [
        (
            np.ones(7),
            None,
            "found 7 watched periods; allowed: 8 or more; give more periods, or count by a finer one.",
            "Only 7 periods were watched, of at least 8 that a level is learned from.",
        ),
        (
            np.ones(20),
            np.r_[np.ones(7), np.zeros(12), np.nan],
            "found 7 watched periods; allowed: 8 or more; give more periods, or count by a finer one.",
            "Only 7 periods were watched, of at least 8 that a level is learned from.",
        ),
        (
            np.r_[np.ones(19), 100_000_001],
            None,
            "found a count of 100,000,001; allowed: at most 100,000,000 in a period; count in a larger unit, such as "
            "thousands.",
            "A period counts more than 100,000,000, beyond which chance cannot be told from arithmetic.",
        ),
        (
            np.zeros(20),
            None,
            "found no incident in any period; allowed: at least one incident; give more periods, or count by a finer "
            "one.",
            "No incident was counted in any of these periods, so that no rate can be compared with another.",
        ),
        (
            np.r_[np.ones(19), -2],
            None,
            "found a count of -2; allowed: 0 or more; correct it, or leave the period unwatched.",
            None,
        ),
        (
            np.ones(20),
            np.ones(3),
            "found 20 counts and 3 values of exposure; allowed: one of each for every period; give the exposure of "
            "every period.",
            None,
        ),
    ],
)
def test_counts_that_nothing_can_be_learned_from_are_refused(counts, exposure, message, lacks):
    for refuse in (checked_counts, lambda *given: working_level(given[0], candidates(20), exposure=given[1])):
        with pytest.raises(ModelError) as error:
            refuse(counts, exposure)
        assert str(error.value) == f"weigh changes of a series of counts: {message}"
        assert lacks is None or error.value.lacks == lacks


def test_counts_that_something_can_be_learned_from_are_told_with_what_was_watched():
    counts, size, watched = checked_counts([1, 0, np.nan, 0, 0, 0, 0, 0, 1e8, 7], [1, 1, 1, 1, 1, 1, 2, 1, 1, 0])
    assert watched.tolist() == [True, True, False, *[True] * 6, False]
    assert size[6] == 2 and counts[8] == 1e8 and counts[9] == 7
    assert checked_counts(np.ones(8))[1].tolist() == [1] * 8
    # What was not watched may be anything.
    assert checked_counts(np.r_[np.ones(8), -5, 1e9], np.r_[np.ones(8), 0, 0])[2].sum() == 8


def by_hand(**options):
    """Ten months, of which the third was not watched, around log rates that are given."""
    watched = np.arange(10) != 2
    counts = np.where(watched, np.arange(10.0), 0.0)
    return WorkingLevel(
        counts,
        np.where(watched, 0.1, 0.0),
        watched,
        np.array([[0.3, 0.1, 0.4, 0.9, 0.02], [0.0, 0.0, 0.0, 0.0, 0.0]]),
        np.log([0.5, 0.5]),
        np.linspace(0, 2, 10),
        **options,
    )


def test_a_level_begins_with_sites_around_its_mean_and_nothing_where_it_was_not_watched():
    level = by_hand()
    sites = expanded_sites(level.counts, level.log_exposure, None, level.mean)
    seen = level.watched
    assert level.n == 10 and (level.first_month, level.per_year, level.outliers, level.known) == (0, 12.0, (), ())
    np.testing.assert_array_equal(level.weight, np.where(seen, sites.precision, 0))
    np.testing.assert_allclose(level.noise, np.where(seen, 1 / sites.precision, 0))
    np.testing.assert_array_equal(level.response, np.where(seen, sites.response, 0))
    assert level.log_base == pytest.approx(sites.log_scale[seen].sum())


def test_a_known_course_is_taken_out_of_the_observations_alone():
    level, course = by_hand(), np.linspace(-1, 1, 10)
    less = level.less(course)
    np.testing.assert_allclose(less.response, np.where(level.watched, level.response - course, 0))
    np.testing.assert_array_equal(less.weight, level.weight)
    assert less.log_base == level.log_base


def test_the_covariance_has_known_influences_and_without_white_no_noise_of_single_periods():
    column = np.arange(10.0)
    bare, known = by_hand(first_month=4), by_hand(first_month=4, known=((column, 0.5), (column**2, 0.1)))
    whole = level_covariance(10, bare.theta, first_month=4)
    for row in (0, 1):
        found = bare.covariance_times(row, np.eye(10))
        np.testing.assert_allclose(found, whole[row], rtol=1e-10)
        more = known.covariance_times(row, np.eye(10)) - found
        np.testing.assert_allclose(more, 0.5 * np.outer(column, column) + 0.1 * np.outer(column**2, column**2))
        white = found - bare.covariance_times(row, np.eye(10), white=False)
        np.testing.assert_allclose(white, bare.theta[row, 0] * np.eye(10), atol=1e-12)


@pytest.mark.parametrize("trials", [None, np.full(10, 12.0)])
def test_sites_are_matched_where_something_was_watched_and_say_nothing_elsewhere(trials):
    level = by_hand(trials=trials)
    mean, variance, seen = level.mean + 0.1, np.full(10, 0.05), level.watched
    found = level.rematched(mean, variance)
    direct = matched_sites(
        level.counts[seen],
        level.log_exposure[seen],
        None if trials is None else trials[seen],
        mean[seen],
        variance[seen],
        level.weight[seen],
        level.response[seen],
    )
    assert found.mean is mean
    np.testing.assert_array_equal(found.weight[seen], direct.precision)
    np.testing.assert_array_equal(found.response[seen], direct.response)
    assert found.log_base == pytest.approx(direct.log_scale.sum())
    assert (found.weight[2], found.response[2], found.noise[2]) == (0, 0, 0)


def test_one_period_in_a_hundred_stands_out_by_itself_by_a_factor_of_four_and_a_half_or_so():
    assert OUTLIER_SHARE == 1 / 100 and np.exp(OUTLIER_VARIANCE**0.5) == pytest.approx(4.5, abs=0.05)
