import numpy as np
import pytest

from trends.models.changepoints.inflation import calibrated_penalty, variance_inflation


def autoregression(rng, rho, shape):
    errors = rng.standard_normal(shape)
    for t in range(1, shape[1]):
        errors[:, t] = rho * errors[:, t - 1] + np.sqrt(1 - rho**2) * errors[:, t]
    return errors


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_long_residuals_give_dispersion_and_dependence_back(rho):
    residuals = 1.5 * autoregression(np.random.default_rng(1), rho, (40, 3000))
    found = [variance_inflation(row, number=0) for row in residuals]
    assert np.mean([each.dispersion for each in found]) == pytest.approx(2.25, rel=0.03)
    assert np.mean([each.autocorrelation for each in found]) == pytest.approx(rho, abs=0.02)
    assert np.mean([each.factor for each in found]) == pytest.approx(2.25 * (1 + rho) / (1 - rho), rel=0.1)


def test_what_a_search_took_away_is_given_back():
    # White noise around its best single break, found by hand, at 36 periods.
    values = np.random.default_rng(2).standard_normal((3000, 36))
    upto = np.cumsum(values, 1)[:, :-1]
    k = np.arange(1, 36)
    total = values.sum(1, keepdims=True)
    gain = upto**2 / k + (total - upto) ** 2 / (36 - k)
    at = gain.argmax(1) + 1
    before = np.arange(36) < at[:, None]
    means = np.where(before, (upto[np.arange(3000), at - 1] / at)[:, None], 0.0)
    means += np.where(before, 0.0, ((total[:, 0] - upto[np.arange(3000), at - 1]) / (36 - at))[:, None])
    found = [variance_inflation(row, number=1) for row in values - means]
    assert np.mean([each.dispersion for each in found]) == pytest.approx(1, abs=0.03)
    assert np.mean([each.autocorrelation for each in found]) == pytest.approx(0, abs=0.03)


def test_a_gaussian_scale_is_not_counted_twice():
    residuals = 5 * autoregression(np.random.default_rng(3), 0.3, (1, 2000))[0]
    assert variance_inflation(residuals, 0, gaussian=True).factor < 2.2


def test_the_penalty_is_the_one_simulated():
    # 95 % points over 1,000 independent Poisson series at each length.
    simulated = {24: 8.3, 36: 9.1, 96: 9.8, 240: 10.5}
    for n, value in simulated.items():
        assert calibrated_penalty(n) == pytest.approx(value, abs=0.5)
