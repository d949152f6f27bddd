import numpy as np
import pytest
from scipy import integrate
from scipy.stats import binom, norm, poisson

from trends.chance.sites import expanded_sites, log_ways, matched_sites, totals_of


def moments_by_integration(likelihood, centre, rest):
    def density(x, k):
        return x**k * likelihood(x) * norm.pdf(x, centre, rest**-0.5)

    whole, first, second = (integrate.quad(density, -40, 20, args=(k,), limit=400, points=[0.0])[0] for k in range(3))
    return whole, first / whole, second / whole - (first / whole) ** 2


@pytest.mark.parametrize(("count", "trials"), [(0.0, None), (1.0, None), (30.0, None), (0.0, 4.0), (3.0, 4.0)])
def test_a_site_has_the_moments_of_the_likelihood_given_the_rest(count, trials):
    def likelihood(x):
        return poisson.pmf(count, np.exp(x)) if trials is None else binom.pmf(count, trials, 1 / (1 + np.exp(-x)))

    # The rest says 0.4 with a precision of 0.7: a posterior and sites that leave just that.
    precision, response = 1.5, 0.1
    variance = 1 / (0.7 + precision)
    mean = variance * (0.7 * 0.4 + precision * response)
    site = matched_sites(
        np.array([count]),
        np.zeros(1),
        None if trials is None else np.array([trials]),
        *(np.array([v]) for v in (mean, variance, precision, response)),
    )
    whole, middle, spread = moments_by_integration(likelihood, 0.4, 0.7)
    left = 1 / (0.7 + site.precision[0])
    assert left == pytest.approx(spread, rel=2e-3)
    assert left * (0.7 * 0.4 + site.precision[0] * site.response[0]) == pytest.approx(middle, abs=2e-3)
    scale = norm.pdf(0.4, site.response[0], (1 / 0.7 + 1 / site.precision[0]) ** 0.5)
    assert np.exp(site.log_scale[0]) * scale == pytest.approx(whole, rel=2e-3)


def test_of_very_many_incidents_the_site_is_what_their_number_says():
    count = np.array([1e6])
    site = matched_sites(count, np.zeros(1), None, *(np.array([v]) for v in (13.8, 1e-6, 1e6, 13.8)))
    assert site.response[0] == pytest.approx(np.log(1e6), abs=1e-4)
    assert site.precision[0] == pytest.approx(1e6, rel=1e-3)


def test_an_expanded_site_has_the_height_of_the_likelihood_where_it_was_made():
    for trials in (None, np.array([9.0])):
        site = expanded_sites(np.array([3.0]), np.array([0.2]), trials, np.array([0.5]))
        exact = poisson.pmf(3, np.exp(0.7)) if trials is None else binom.pmf(3, 9, 1 / (1 + np.exp(-0.7)))
        height = np.exp(site.log_scale[0]) * norm.pdf(0.5, site.response[0], site.precision[0] ** -0.5)
        assert height == pytest.approx(exact)


@pytest.mark.parametrize("eta", [-3.0, 0.7, 12.0])
@pytest.mark.parametrize("trials", [None, 9.0])
def test_an_expanded_site_has_the_slope_and_the_curvature_of_the_likelihood(eta, trials):
    """The most likely log rate of a normal density is a step of Newton's away."""
    mean, exposure = eta - 0.2, 0.2
    site = expanded_sites(
        np.array([3.0]), np.array([exposure]), None if trials is None else np.array([trials]), np.array([mean])
    )
    share = 1 / (1 + np.exp(-eta))
    expected, curvature = (np.exp(eta),) * 2 if trials is None else (9 * share, 9 * share * (1 - share))
    assert site.precision[0] == pytest.approx(max(curvature, np.exp(-6)))
    assert site.response[0] == pytest.approx(mean + (3 - expected) / max(curvature, np.exp(-6)))


def test_where_hardly_an_incident_is_to_be_expected_a_site_is_no_flatter_than_of_one_in_four_hundred():
    for trials, eta in ((None, -9.0), (np.array([2.0]), -9.0), (np.array([2.0]), 9.0)):
        site = expanded_sites(np.zeros(1), np.zeros(1), trials, np.array([eta]))
        assert site.precision[0] == pytest.approx(np.exp(-6))
    # Nor is one steeper, or its likelihood out of bounds, where the first guess of the rate is far beyond any count.
    far = expanded_sites(np.zeros(1), np.zeros(1), None, np.array([24.0]))
    assert far.precision[0] == pytest.approx(np.exp(20)) and far.response[0] == pytest.approx(23.0)
    assert np.isfinite(expanded_sites(np.zeros(1), np.zeros(1), None, np.array([1000.0])).log_scale[0])
    almost = expanded_sites(np.array([1e9]), np.zeros(1), np.array([1e9]), np.array([15.0]))
    assert almost.precision[0] == pytest.approx(1e9 * np.exp(-15), rel=1e-5)


def test_the_ways_in_which_a_count_comes_about_are_what_its_distribution_has_beside_the_rate():
    counts, trials = np.array([0.0, 1.0, 4.0]), np.array([3.0, 1.0, 9.0])
    np.testing.assert_allclose(np.exp(log_ways(counts, None)), [1, 1, 1 / 24])
    np.testing.assert_allclose(np.exp(log_ways(counts, trials)), [1, 1, 126])
    assert totals_of(counts, None).tolist() == [-1, -1, -1] and totals_of(counts, trials) is trials


def test_exposure_moves_a_site_by_its_log_and_each_period_has_a_site_of_its_own():
    counts, shift = np.array([2.0, 30.0]), np.log([0.5, 8.0])
    mean, variance, precision, response = (np.array(v) for v in ([0.6, 3.3], [0.2, 0.03], [1.5, 20.0], [0.4, 3.4]))
    plain = matched_sites(counts, np.zeros(2), None, mean, variance, precision, response)
    moved = matched_sites(counts, shift, None, mean - shift, variance, precision, response - shift)
    np.testing.assert_allclose(moved.response, plain.response - shift, rtol=1e-9)
    np.testing.assert_allclose(moved.precision, plain.precision, rtol=1e-9)
    np.testing.assert_allclose(moved.log_scale, plain.log_scale, rtol=1e-9)
    one = matched_sites(
        *(v[1:] for v in (counts, np.zeros(2))), None, *(v[1:] for v in (mean, variance, precision, response))
    )
    assert (one.response[0], one.precision[0]) == (plain.response[1], plain.precision[1])
