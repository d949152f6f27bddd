import numpy as np
import pytest
from scipy import integrate
from scipy.stats import binom, norm, poisson

from trends.chance.sites import expanded_sites, matched_sites


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
