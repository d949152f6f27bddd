import numpy as np
import pytest
from scipy.signal import lfilter

from trends.models.joinpoints import autocorrelation
from trends.models.joinpoints.autocorrelation import Dependence, ar1_correlation, estimate_dependence, lag_one


def test_the_whitener_makes_the_correlation_white():
    positions = np.array([0, 1, 2, 5, 6, 9])
    found = Dependence(2.0, 0.7, 0.6)
    whitener = found.whitener(positions)
    assert whitener @ found.correlation(positions) @ whitener.T == pytest.approx(np.eye(6), abs=1e-12)


def test_an_ar1_seen_with_gaps_forgets_by_distance_not_by_row():
    assert ar1_correlation(np.array([0, 1, 4]), 0.5)[0].tolist() == [1, 0.5, 0.0625]


def test_pairs_across_a_gap_do_not_count():
    assert lag_one(np.array([1.0, 1.0, 1.0]), np.array([0, 1, 3])) == pytest.approx(1 / 3)


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.8])
def test_the_memory_of_a_latent_course_is_recovered_under_noise_and_a_fitted_trend(rho):
    rng, time = np.random.default_rng(0), np.arange(240)
    latent = lfilter([1], [1, -rho], rng.normal(size=(400, 340)), axis=1)[:, 100:] * np.sqrt(1 - rho**2) * 1.5
    design = np.column_stack([np.ones(240), time])
    values = latent + rng.normal(size=latent.shape)
    found = estimate_dependence(values - values @ design @ np.linalg.pinv(design), design, time, margin=0)
    assert np.median(found.rho) == pytest.approx(rho, abs=0.04)
    assert np.mean(found.dispersion) == pytest.approx(1 + 1.5**2, rel=0.04)


def test_counts_no_wilder_than_poisson_have_no_memory():
    rng = np.random.default_rng(0)
    found = estimate_dependence(0.8 * rng.normal(size=80), np.ones((80, 1)), np.arange(80))
    assert (found.dispersion, found.share) == (1, 0)


@pytest.mark.parametrize("counts", [True, False])
def test_a_long_series_is_weighed_in_parts_to_the_same_last_bit(counts, monkeypatch):
    residuals = 2 * lfilter([1], [1, -0.6], np.random.default_rng(0).normal(size=90))
    weighed, founds = [], []
    correlation = autocorrelation.ar1_correlation
    monkeypatch.setattr(autocorrelation, "ar1_correlation", lambda *of: weighed.append(of[1]) or correlation(*of))
    for cells in (10**9, 7 * 90**2, 1):
        monkeypatch.setattr(autocorrelation, "_CELLS", cells)
        founds.append(estimate_dependence(residuals, np.ones((90, 1)), np.arange(90), counts=counts))
    assert founds[0] == founds[1] == founds[2] and founds[0].rho > 0.3
    assert weighed == [*autocorrelation._GRID] * 3
