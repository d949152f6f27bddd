import numpy as np
import pytest
from scipy.stats import norm

from trends.chance import normals
from trends.chance.normals import Mixture, log_sum_exp


def test_one_normal_has_the_quantiles_of_scipy():
    found = Mixture(np.array([2.0]), np.array([0.3]), np.array([0.7]))
    assert found.interval(0.9) == pytest.approx(norm(0.3, 0.7).interval(0.9))
    assert found.below(0.5) == pytest.approx(norm(0.3, 0.7).cdf(0.5))
    wide = Mixture(np.array([1.0]), np.array([-4.0]), np.array([5.0]))
    assert wide.interval() == wide.interval(0.95) == pytest.approx(norm(-4.0, 5.0).interval(0.95))


def test_even_an_interval_of_all_the_probability_has_ends():
    """Ten standard deviations beyond the outermost normals, or where the rest of a normal is none in a computer."""
    found = Mixture(np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.array([0.1, 2.0]))
    assert found.quantile(0.0) == pytest.approx(3 - 10 * 2.0)
    assert 3 + 8 * 2.0 < found.quantile(1.0) <= 3 + 10 * 2.0
    other = Mixture(found.weight, np.array([-9.0, 3.0]), np.array([2.0, 0.1]))
    assert other.quantile(0.0) == pytest.approx(-9 - 10 * 2.0)


def test_quantiles_and_probabilities_of_a_mixture_agree():
    found = Mixture(np.array([0.2, 0.8]), np.array([-1.0, 2.0]), np.array([0.1, 1.0]))
    for probability in (0.05, 0.2, 0.5, 0.975):
        assert found.below(found.quantile(probability)) == pytest.approx(probability, abs=1e-9)


def test_quantiles_beside_a_needle_are_those_of_a_search_by_halves():
    # No change counts as a needle at 0: Newton's steps from its flank would lead far off.
    rng = np.random.default_rng(1)
    for share in (0.001, 0.3, 0.9):
        weight, mean, sd = rng.gamma(0.3, size=30), rng.normal(size=30), rng.uniform(0.01, 2, 30)
        found = Mixture(np.append(weight / weight.sum(), share), np.append(mean, 0.0), np.append(sd, 1e-6))
        for probability in (1e-6, 0.025, 0.4, 0.5, 0.975):
            low, high = -30.0, 30.0
            for _ in range(70):
                middle = (low + high) / 2
                low, high = (middle, high) if found.below(middle) < probability else (low, middle)
            assert found.quantile(probability) == pytest.approx(low, abs=1e-11)


def test_a_sum_of_exponentials_holds_where_the_numbers_themselves_would_not():
    table = np.array([[1000.0, 1000.0], [-1000.0, -1000.0 + np.log(3)]])
    assert log_sum_exp(table, axis=1) == pytest.approx([1000 + np.log(2), -1000 + np.log(4)])
    assert log_sum_exp(table, axis=0).shape == (2,) and log_sum_exp(table) == pytest.approx(1000 + np.log(2))
    # Where nothing has any probability the sum is less than any other, and no number that is none.
    assert -np.inf < log_sum_exp(np.full(3, -np.inf)) < -1e299
    assert log_sum_exp(np.array([-np.inf, 0.0])) == 0.0


def test_weights_need_not_sum_to_one_and_the_tails_are_those_of_the_widest():
    found, same = (
        Mixture(np.array(w), np.array([0.0, 50.0]), np.array([1.0, 0.1])) for w in ([3.0, 1.0], [0.75, 0.25])
    )
    for probability in (0.001, 0.3, 0.75, 0.9, 0.999):
        assert found.quantile(probability) == same.quantile(probability)
    assert found.below(25.0) == 0.75 and found.quantile(0.75 / 2) == pytest.approx(0, abs=1e-12)
    assert found.quantile(0.75 + 0.125) == pytest.approx(50, abs=1e-9)


def test_a_quantile_takes_half_the_looks_at_the_distribution_that_halves_would(monkeypatch):
    looks, ndtr = [], normals.ndtr
    monkeypatch.setattr(normals, "ndtr", lambda u: looks.append(1) or ndtr(u))
    rng = np.random.default_rng(1)
    weight, mean, sd = rng.gamma(0.3, size=30), rng.normal(size=30), rng.uniform(0.01, 2, 30)
    needle = Mixture(np.append(weight / weight.sum(), 0.3), np.append(mean, 0.0), np.append(sd, 1e-6))
    for found in (Mixture(np.array([1.0]), np.array([0.3]), np.array([0.7])), needle):
        for probability in (0.025, 0.4, 0.5, 0.9, 0.975):
            looks.clear()
            found.quantile(probability)
            # A distance of 40 halved 60 times is what the numbers of a computer hold apart.
            assert len(looks) <= 30
    # What is hit is not looked for again.
    looks.clear()
    assert Mixture(np.array([1.0]), np.array([7.0]), np.array([2.0])).quantile(0.5) == 7.0 and len(looks) == 1
