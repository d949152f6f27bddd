import numpy as np
import pytest
from scipy.stats import poisson

from trends.chance.predictive import DRAWS, Predictive, predict_total
from trends.chance.prior import LevelPrior

POISSON = {"prior": LevelPrior(np.zeros((1, 4)), np.ones(1))}


def test_the_next_total_is_predicted_as_poisson_counts_have_it():
    counts = np.random.default_rng(1).poisson(20, 120).astype(float)
    found = predict_total(counts, 3, np.random.default_rng(0), **POISSON)
    low, high = found.interval()
    # What a Poisson total of 60 has, and a little for months and slope that are not known.
    assert (low, high) == pytest.approx(poisson(60).interval(0.95), abs=5)
    assert found.below(low - 1) < 0.025 <= found.below(low)


def test_a_drifting_level_is_predicted_less_surely(levels):
    counts = np.random.default_rng(2).poisson(20, 60).astype(float)
    near = predict_total(counts, 12, np.random.default_rng(0), span=(0, 0), **levels)
    far = predict_total(counts, 12, np.random.default_rng(0), span=(11, 11), **levels)
    assert np.log(far.expected).std() > np.log(near.expected).std()


def test_totals_around_one_course_are_poisson():
    found, exact = Predictive(np.full(10, 8.0)), poisson(8.0)
    for count in (0, 7, 8, 15):
        assert found.below(count) == found.below(count + 0.9) == pytest.approx(exact.cdf(count))
        assert found.at_least(count) == pytest.approx(exact.sf(count - 1))
        assert found.place(count) == pytest.approx(exact.cdf(count) - exact.pmf(count) / 2)
    for probability in (1e-5, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999):
        assert found.quantile(probability) == exact.ppf(probability)
    assert found.interval() == found.interval(0.95) == exact.interval(0.95)
    assert found.interval(0.5) == exact.interval(0.5)


def test_courses_of_the_level_are_averaged():
    found = Predictive(np.array([0.0, 0.0, 0.0, 1000.0]))
    assert found.below(0) == 0.75 and found.below(500) == pytest.approx(0.75)
    # A probability that a total has exactly is reached by it, and one above it only beyond.
    assert found.quantile(0.75) == 0 and found.quantile(0.7501) > 800
    assert found.quantile(0.875) == pytest.approx(1000, abs=1)


MANY = np.full(36, 1e5)
STILL = {"prior": LevelPrior(np.zeros((1, 5)), np.ones(1))}


@pytest.mark.parametrize(
    ("options", "months"),
    [
        ({}, 4.0),
        ({"span": (1, 2)}, 2.0),
        ({"span": (3, 3)}, 1.0),
        ({"exposure_ahead": np.array([1.0, 2.0, 4.0, 8.0])}, 15.0),
        ({"exposure_ahead": np.array([1.0, 2.0, 4.0, 8.0]), "span": (1, 2)}, 6.0),
        ({"exposure": np.full(36, 0.5)}, 8.0),
        ({"per_year": 4.0}, 4.0),
    ],
)
def test_a_level_that_is_known_goes_on_in_the_periods_that_are_asked_at_the_exposure_they_have(options, months):
    """Without noise, drift or season all that is left to know is the slope of the level."""
    found = predict_total(MANY, 4, np.random.default_rng(0), draws=200, **STILL, **options)
    np.testing.assert_allclose(found.expected, months * 1e5, rtol=0.02)


def test_what_lies_ahead_is_as_sure_as_a_line_through_the_counts_has_it():
    """The slope beforehand, a fifth a year either way, says next to nothing beside five years of many counts."""
    counts, line = np.full(60, 400.0), np.column_stack([np.ones(72), np.arange(72)])
    found = predict_total(counts, 12, np.random.default_rng(0), span=(11, 11), draws=2000, **STILL)
    covariance = np.linalg.inv(line[:60].T @ line[:60]) / 400
    assert np.log(found.expected).std() == pytest.approx(np.sqrt(line[71] @ covariance @ line[71]), rel=0.1)


def test_so_many_courses_are_drawn_as_are_asked_for():
    draw = {"rng": np.random.default_rng(0), **STILL}
    assert predict_total(MANY, 1, draws=7, **draw).expected.shape == (7,)
    assert predict_total(MANY, 1, **draw).expected.shape == (DRAWS,) == (4000,)


@pytest.mark.parametrize(("first_month", "per_year"), [(0, 12.0), (5, 12.0), (1, 4.0)])
def test_the_season_goes_on_from_the_place_in_the_year_that_the_series_begins_at(first_month, per_year):
    """Each third place of the year has four times the rate: the next such place comes when the series has it come."""
    seasonal = LevelPrior(np.array([[0.0, 0.0, 0.0, 0.0, 1.0]]), np.ones(1))
    length, n = round(per_year), 38
    place = (first_month + np.arange(n + length)) % length
    rate = np.where(place == 2, 4000.0, 1000.0)
    for ahead in range(length):
        found = predict_total(
            rate[:n],
            length,
            np.random.default_rng(0),
            prior=seasonal,
            span=(ahead, ahead),
            first_month=first_month,
            per_year=per_year,
            draws=50,
        )
        assert found.expected.mean() == pytest.approx(rate[n + ahead], rel=0.05)


def test_what_was_not_watched_is_not_counted_as_none():
    holed = np.where(np.isin(np.arange(36), (4, 20, 35)), np.nan, 1e5)
    found = predict_total(holed, 2, np.random.default_rng(0), draws=200, **STILL)
    np.testing.assert_allclose(found.expected, 2e5, rtol=0.02)


def test_a_month_that_stood_out_does_not_make_the_next_one_uncertain():
    counts = np.random.default_rng(5).poisson(100, 48).astype(float)
    counts[20] = 3000.0
    low, high = predict_total(counts, 1, np.random.default_rng(0), **POISSON).interval()
    assert 60 < low < 100 < high < 150


def test_sets_of_variances_are_drawn_by_what_the_series_says_of_them():
    """A level that did not move for five years, and two that could have: one calm, one wild."""
    calm_and_wild = LevelPrior(np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]), np.array([0.5, 0.5]))
    counts = np.random.default_rng(3).poisson(100, 60).astype(float)
    found = predict_total(counts, 1, np.random.default_rng(0), prior=calm_and_wild, draws=400)
    assert np.log(found.expected).std() < 0.15
    wild = predict_total(counts, 1, np.random.default_rng(0), prior=LevelPrior(calm_and_wild.theta[1:], np.ones(1)))
    assert np.log(wild.expected).std() == pytest.approx(1.0, rel=0.1)


def test_the_draws_are_the_same_whatever_signs_a_library_gives_to_eigenvectors(levels, monkeypatch):
    counts = np.random.default_rng(1).poisson(8, 36).astype(float)
    drawn, eigh = predict_total(counts, 4, np.random.default_rng(2), draws=50, **levels).expected, np.linalg.eigh

    def otherwise(matrix):
        values, vectors = eigh(matrix)
        return values, -vectors * np.sign(vectors[0])

    monkeypatch.setattr(np.linalg, "eigh", otherwise)
    found = predict_total(counts, 4, np.random.default_rng(2), draws=50, **levels).expected
    np.testing.assert_allclose(found, drawn, rtol=1e-8)
