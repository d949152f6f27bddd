import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import binom, norm, poisson

from trends.chance import likelihoods, sites, skewed
from trends.chance.likelihoods import correct

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
LOG_SHARE = np.log(WEIGHTS / WEIGHTS.sum())
COUNTS = np.array([0.0, 3.0, 40.0])
EXPOSURE = np.array([0.0, 0.3, -0.2])


def corrected(trials, function=correct):
    """The correction at three sizes, and the same by scipy's distributions at the same nodes."""
    precision, response = np.array([0.5, 2.0, 30.0]), np.array([-1.0, 1.2, 3.8])
    base, spread, slope = np.array([-0.5, 1.0, 3.7]), np.array([0.8, 0.4, 0.1]), np.array([0.0, 0.9, 0.2])
    sizes, found = np.array([-2.0, 0.0, 1.5]), np.zeros((2, 3))
    totals, ways = sites.totals_of(COUNTS, trials), sites.log_ways(COUNTS, trials)
    # Two models: the one that is asked is the second term of the second row.
    bases, spreads, slopes = np.stack([1 + base, base]), np.stack([2 * spread, spread]), np.zeros((2, 2, 3))
    slopes[1, 1] = slope
    function(
        COUNTS, EXPOSURE, totals, ways, precision, response, bases, spreads, slopes, np.array([0, 1]), np.array([0, 1]),
        np.stack([2 * sizes, sizes]), NODES, LOG_SHARE, found,
    )  # fmt: skip
    eta = (base + slope * sizes[:, None])[:, :, None] + spread[:, None] * NODES
    rate = eta + EXPOSURE[:, None]
    y = COUNTS[:, None]
    exact = (
        poisson.logpmf(y, np.exp(rate)) if trials is None else binom.logpmf(y, trials[:, None], 1 / (1 + np.exp(-rate)))
    )
    working = norm.logpdf(response[:, None], eta, precision[:, None] ** -0.5)
    density = working - 0.5 * np.log(precision[:, None]) + 0.5 * np.log(2 * np.pi)
    return found[1], logsumexp(exact - density + LOG_SHARE, axis=-1).sum(-1)


@pytest.mark.parametrize("trials", [None, np.array([5.0, 3.0, 90.0])])
def test_the_mean_of_likelihood_over_site_is_that_of_the_distributions(trials):
    found, exact = corrected(trials)
    np.testing.assert_allclose(found, exact, rtol=1e-12)


def test_a_rate_beyond_all_bounds_has_no_likelihood_and_no_overflow():
    one, row, found = np.ones(1), np.ones((1, 1)), np.zeros((1, 1))
    first = np.zeros(1, int)
    correct(
        one, 0 * one, -one, 0 * one, one, 0 * one, 400 * row, row, row[None], first, first, row, NODES, LOG_SHARE, found
    )  # fmt: skip
    assert found[0, 0] == pytest.approx(-np.exp(50.0), rel=1e-6)


def test_exponentials_are_those_of_longer_numbers_to_the_last_digit_but_one():
    # Also where what is rounded to an integer lies halfway between two.
    halves = (np.arange(-1400, 600) + 0.5) * np.log(2) / 2
    x = np.concatenate([[0.0, -0.0, 1e-300, 300.0, -707.9], halves, np.random.default_rng(1).normal(0, 20, 10_000)])
    found = x.copy()
    likelihoods._exponentials(found)
    exact = np.exp(x.astype(np.longdouble))
    assert np.abs((found - exact) / np.spacing(exact.astype(float))).max() < 1
    beyond = np.array([-709.0, -1e9, -np.inf])
    likelihoods._exponentials(beyond)
    assert (beyond > 0).all() and (beyond < 1e-307).all()
    plain = x[:300].copy()
    likelihoods._exponentials.py_func(plain)
    assert (plain == found[:300]).all()


def test_densities_times_exponentials_of_polynomials_are_blended_by_their_mass(function=likelihoods.blend):
    mean, sd, mass = np.array([0.0, 1.0]), np.array([0.5, 2.0]), np.array([0.3, 0.7])
    grid, line, found = np.linspace(-12, 12, 97), np.array([[0.2, -0.4, 0.1], [0.0, 0.3, 0.0]]), np.zeros(97)
    function(mean, sd, mass, line, 5.0, grid, found)
    u = (grid[:, None] - mean) / sd
    bent = np.exp([np.polyval(each, np.clip(v / 5.0, -1, 1)) for each, v in zip(line, u.T, strict=True)])
    density = norm.pdf(u.T) * bent
    np.testing.assert_allclose(found, mass @ (density / density.sum(1, keepdims=True)), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("trials", [None, np.array([5.0, 3.0, 90.0])])
def test_compiled_lines_find_what_the_same_lines_of_python_find(monkeypatch, trials):
    arguments = [COUNTS, EXPOSURE, trials, *(np.array(v) for v in ([0.1, 1.0, 3.6], [0.5, 0.2, 0.03]))]
    arguments += [np.array(v) for v in ([1.0, 3.0, 25.0], [0.0, 1.1, 3.7])]

    def found():
        expanded = sites.expanded_sites(*arguments[:4])
        matched = sites.matched_sites(*arguments)
        return [getattr(each, name) for each in (expanded, matched) for name in ("precision", "response", "log_scale")]

    fast, (corrections, _) = found(), corrected(trials)
    plain = {name: each.py_func for name, each in vars(likelihoods).items() if hasattr(each, "py_func")}
    for name, function in plain.items():
        monkeypatch.setattr(likelihoods, name, function)
    for name in ("expand", "match"):
        monkeypatch.setattr(sites, name, plain[name])
    for one, two in zip(fast, found(), strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-10)
    np.testing.assert_allclose(corrected(trials, plain["correct"])[0], corrections, rtol=1e-10)
    test_densities_times_exponentials_of_polynomials_are_blended_by_their_mass(plain["blend"])
    assert skewed.correct is correct and len(plain) == 8


def test_what_says_next_to_nothing_is_a_normal_density_all_the_same():
    """Of a period with hardly a chance of an incident no precision is left, and of the rest a fiftieth is kept."""
    quiet = sites.matched_sites(np.zeros(1), np.full(1, -14.0), None, *(np.array([v]) for v in (0.0, 0.5, 0.01, 0.0)))
    assert quiet.precision[0] == 1e-4
    # Sites that claim more than the posterior has leave it a rest of .02.
    mean, precision, response = 0.7, 1.5, 0.69
    found = sites.matched_sites(
        np.full(1, 5.0), np.zeros(1), None, *(np.array([v]) for v in (mean, 1.0, precision, response))
    )
    place = np.linspace(-5, 6, 20_001)
    density = poisson.pmf(5, np.exp(place)) * norm.pdf(place, mean + precision * (mean - response) / 0.02, 0.02**-0.5)
    middle = place @ density / density.sum()
    left = (place - middle) ** 2 @ density / density.sum()
    assert 1 / (0.02 + found.precision[0]) == pytest.approx(left, rel=2e-3)
    centre = mean + precision * (mean - response) / 0.02
    assert left * (0.02 * centre + found.precision[0] * found.response[0]) == pytest.approx(middle, abs=2e-3)
