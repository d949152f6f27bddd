import numpy as np
import pytest

from trends.chance.predictive import Predictive, predict_total
from trends.chance.prior import LevelPrior

POISSON = {"prior": LevelPrior(np.zeros((1, 4)), np.ones(1))}


def test_the_next_total_is_predicted_as_poisson_counts_have_it():
    counts = np.random.default_rng(1).poisson(20, 120).astype(float)
    found = predict_total(counts, 3, np.random.default_rng(0), **POISSON)
    low, high = found.interval()
    # Twice the standard deviation of a Poisson total of 60, and some more for months and slope that are not known.
    assert 30 <= low <= 45 < 60 < 75 <= high <= 95
    assert found.below(low - 1) < 0.025 <= found.below(low)


def test_a_drifting_level_is_predicted_less_surely(levels):
    counts = np.random.default_rng(2).poisson(20, 60).astype(float)
    near = predict_total(counts, 12, np.random.default_rng(0), span=(0, 0), **levels)
    far = predict_total(counts, 12, np.random.default_rng(0), span=(11, 11), **levels)
    assert np.log(far.expected).std() > np.log(near.expected).std()


def test_places_and_probabilities_agree():
    found = Predictive(np.full(10, 8.0))
    assert found.place(8) == pytest.approx(0.5, abs=0.05)
    assert found.at_least(0) == 1
    assert found.quantile(0.5) == 8


def test_the_draws_are_the_same_whatever_signs_a_library_gives_to_eigenvectors(levels, monkeypatch):
    counts = np.random.default_rng(1).poisson(8, 36).astype(float)
    drawn, eigh = predict_total(counts, 4, np.random.default_rng(2), draws=50, **levels).expected, np.linalg.eigh

    def otherwise(matrix):
        values, vectors = eigh(matrix)
        return values, -vectors * np.sign(vectors[0])

    monkeypatch.setattr(np.linalg, "eigh", otherwise)
    found = predict_total(counts, 4, np.random.default_rng(2), draws=50, **levels).expected
    np.testing.assert_allclose(found, drawn, rtol=1e-8)
