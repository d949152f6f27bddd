import numpy as np
import pytest

from tests.chance.dense import level_covariance
from trends.chance.kernels import (
    CONSTANT,
    DAYS_OF_WEEK,
    FAST,
    MONTHS,
    SLOPE,
    components,
    covariance_times,
    places_of_year,
    pooled,
    symmetric_root,
)

THETA = np.array([[0.3, 0.5, 2.0, 0.97, 0.04]])


def covariance(n, *theta, **kw):
    return covariance_times(np.array(theta), np.eye(n), **kw)


def test_each_variance_enters_where_it_belongs():
    none = covariance(5, 0.0, 0.0, 0.0, 0.0)
    np.testing.assert_allclose(covariance(5, 0.3, 0.0, 0.0, 0.0) - none, 0.3 * np.eye(5), atol=1e-12)
    fast, slow = covariance(5, 0.0, 0.5, 0.0, 0.0) - none, covariance(5, 0.0, 0.0, 2.0, 0.9) - none
    np.testing.assert_allclose(fast[0], 0.5 * FAST ** np.arange(5), atol=1e-12)
    np.testing.assert_allclose(slow[0], 2.0 * 0.9 ** np.arange(5), atol=1e-12)
    bare, months = covariance(5, 0.0, 0.0, 0.0, 0.0, per_year=1.0), covariance(26, 0.0, 0.0, 0.0, 0.0)
    assert np.isclose(bare[0, 4], CONSTANT - 4 * SLOPE**2)
    assert np.isclose(months[0, 12] - months[0, 13], MONTHS + SLOPE**2 * 12.5 / 144)
    season = covariance(26, 0.0, 0.0, 0.0, 0.0, 0.15)
    assert np.isclose(season[0, 12] - months[0, 12], 0.15 - MONTHS)


def test_a_quarter_is_the_mean_of_its_months():
    pool = np.kron(np.eye(5), np.full((1, 3), 1 / 3))
    months, quarters = covariance(15, 0.3, 0.5, 2.0, 0.97, 0.0), covariance(5, 0.3, 0.5, 2.0, 0.97, 0.0, per_year=4.0)
    np.testing.assert_allclose(pool @ months @ pool.T, quarters)


@pytest.mark.parametrize("per_year", [1.0, 4.0, 12.0, 365.25 / 7, 365.25])
def test_the_product_is_that_with_the_whole_matrix(per_year):
    columns = np.random.default_rng(1).normal(size=(30, 3))
    whole = level_covariance(30, THETA, first_month=2, per_year=per_year)[0]
    found = covariance_times(THETA[0], columns, first_month=2, per_year=per_year)
    np.testing.assert_allclose(found, whole @ columns, rtol=1e-11)


def test_periods_ahead_leave_the_covariance_of_those_before_them_as_it_is():
    for per_year in (1.0, 4.0, 12.0):
        options = {"first_month": 1, "per_year": per_year}
        alone = covariance(30, *THETA[0], **options)
        np.testing.assert_allclose(covariance(35, *THETA[0], **options, ahead=5)[:30, :30], alone, rtol=1e-12)


def test_a_slow_component_without_memory_is_noise():
    own, fast, _, slow, decay = components(np.array([[0.1, 0.0, 0.7, 0.0]]), 4.0)[0]
    # Of three months that have nothing to do with each other the mean has a third of the variance.
    assert (fast, slow, decay) == (0.0, 0.0, 0.0)
    assert own == pytest.approx(0.1 / 3 + 0.7 / 3)
    assert np.isfinite(pooled(np.array([1e-9]), 1.0)[0]).all()


def test_places_of_the_year_that_come_back_have_something_for_themselves():
    # In one year none does: what a place has for itself is then noise of its period.
    assert places_of_year(12, 5, 12.0)[1] == 0
    # Days share what their month has for itself.
    place, places = places_of_year(366, 31, 365.25)
    assert places == 12 and place[0] == 1 and place[-1] == 1 and np.bincount(place[:365]).min() >= 30
    place, places = places_of_year(14, 11, 12.0)
    assert places == 12 and place[:2].tolist() == [11, 0]
    assert np.isclose(
        np.diag(covariance(12, 0.0, 0.0, 0.0, 0.0, 0.15) - covariance(12, 0.0, 0.0, 0.0, 0.0, 0.0)), 0.15
    ).all()


def test_days_of_the_week_have_something_for_themselves_and_only_days_do():
    theta = np.array([0.0, 0.0, 0.0, 0.0])
    days, weeks = (covariance_times(theta, np.eye(60), per_year=each) for each in (365.25, 365.25 / 7))
    assert days[0, 7] - days[0, 6] == pytest.approx(DAYS_OF_WEEK, rel=0.05)
    assert days[0, 14] - days[0, 13] == pytest.approx(DAYS_OF_WEEK, rel=0.05)
    assert weeks[0, 7] - weeks[0, 6] == pytest.approx(0.0, abs=1e-2)


def test_the_root_of_a_covariance_is_symmetric_and_knows_no_sign_or_direction_of_eigenvectors(monkeypatch):
    whole = covariance(12, *THETA[0])
    root = symmetric_root(whole)
    np.testing.assert_allclose(root, root.T, atol=1e-10)
    np.testing.assert_allclose(root @ root, whole, rtol=1e-9)
    # Of equal eigenvalues any rotation is as good; of none below nothing is left what rounding made.
    twice = np.diag([2.0, 2.0, 2.0, -1e-18])
    eigh, turn = np.linalg.eigh, np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]

    def otherwise(matrix):
        values, vectors = eigh(matrix)
        vectors = vectors * np.where(np.arange(len(values)) % 2, -1.0, 1.0)
        if len(values) == 4:
            vectors[:, 1:] = vectors[:, 1:] @ turn
        return values, vectors

    own = symmetric_root(twice)
    monkeypatch.setattr(np.linalg, "eigh", otherwise)
    np.testing.assert_allclose(symmetric_root(whole), root, atol=1e-9)
    np.testing.assert_allclose(symmetric_root(twice), own, atol=1e-12)
    np.testing.assert_allclose(own, np.diag([2.0, 2.0, 2.0, 0.0]) ** 0.5, atol=1e-12)


def test_a_covariance_asked_again_is_the_same_and_that_of_another_start_or_prospect_its_own():
    theta = np.array([0.1, 0.2, 0.7, 0.9, 0.3])
    asked = [{"first_month": 0}, {"first_month": 5}, {"ahead": 3}, {"per_year": 4.0}, {"first_month": 0}]
    found = [covariance_times(theta, np.eye(16), **each) for each in asked]
    assert (found[0] == found[-1]).all()
    assert all((found[0] != other).any() for other in found[2:4])
    # Whatever the month it starts in, a series of a whole year and four months has four places of the year twice.
    assert (found[0] == found[1]).all()
    theta[4] = 0.0
    assert (covariance_times(theta, np.eye(16)) != found[0]).any()
