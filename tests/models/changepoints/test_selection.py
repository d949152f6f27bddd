import numpy as np
import pytest

from trends.counts.simulate import simulate_series
from trends.models.changepoints.selection import Search, negbin_size, pearson_residuals, select_breaks

DEFAULT = Search("poisson", 4, 1, "calibrated", None)


def found(counts, search=DEFAULT):
    return len(select_breaks(counts, np.ones(len(counts)), search).breaks)


def without_a_break(n, **options):
    rng = np.random.default_rng(4)
    return [simulate_series(36, base=10, **options, rng=rng).to_numpy(float) for _ in range(n)]


# Latent deviations of .51 make the variance four times the mean; autocorrelation .5 makes that of counts .35.
@pytest.mark.parametrize(("sd", "autocorrelation"), [(0.0, 0.0), (0.51, 0.0), (0.51, 0.5)])
def test_series_without_a_break_seldom_show_one(sd, autocorrelation):
    # At most 8 % is promised here: 22 of 150 and more has a probability of .005 then.
    null = without_a_break(150, sd=sd, autocorrelation=autocorrelation)
    assert sum(found(row) > 0 for row in null) < 22


def test_a_plain_poisson_penalty_is_taken_in_by_dispersion():
    null = without_a_break(50, sd=0.51)
    assert sum(found(row, Search("poisson", 4, 1, "bic", 1.0)) > 0 for row in null) > 35


def test_the_size_of_a_negative_binomial_is_found_around_a_break():
    rng = np.random.default_rng(6)
    rates = np.repeat([30.0, 10.0], 1000)
    counts = rng.poisson(rates * rng.gamma(4, 1 / 4, 2000)).astype(float)
    assert negbin_size(counts, np.ones(2000), Search("negbin", 2, 1, "bic", None)) == pytest.approx(4, rel=0.15)
    plain = rng.poisson(rates).astype(float)
    assert negbin_size(plain, np.ones(2000), Search("negbin", 2, 1, "bic", None)) > 100


def test_pearson_residuals_have_unit_variance():
    rng = np.random.default_rng(7)
    exposure = rng.uniform(0.2, 1, 4000)
    counts = rng.poisson(15 * exposure * rng.gamma(3 * exposure, 1 / (3 * exposure))).astype(float)
    residuals = pearson_residuals(counts, exposure, np.array([], int), "negbin", 3.0)
    assert residuals.var() == pytest.approx(1, rel=0.1)


def test_a_number_as_penalty_buys_breaks_that_bring_more():
    counts = np.random.default_rng(8).poisson(np.repeat([10.0, 20.0, 5.0], 20)).astype(float)
    numbers = [found(counts, Search("poisson", 6, 1, price, 1.0)) for price in (1000.0, 15.0, 0.5)]
    assert numbers[0] == 0
    assert numbers[1] == 2
    assert numbers[2] == 6
