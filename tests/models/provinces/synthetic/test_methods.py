import numpy as np
import pytest

from trends.models.provinces.synthetic.methods import Outcome, effect, expected, method_weights, period_weights, scale

AFTER = np.arange(40) >= 30


def outcome(seed=0, ratio=1.0):
    rng = np.random.default_rng(seed)
    course = np.exp(np.cumsum(rng.normal(0, 0.15, (40, 2)), axis=0))
    donors = rng.poisson(40 * course @ np.array([[1.0, 0, 0.5, 0.2], [0, 1, 0.5, 0.8]]))
    treated = rng.poisson(10 * course @ np.array([0.5, 0.5]) * np.where(AFTER, ratio, 1.0))
    return Outcome(np.column_stack([treated, donors]).astype(float), np.ones((40, 5)), AFTER, True)


@pytest.mark.parametrize("method", ["poisson", "scaled", "augmented"])
def test_a_known_effect_is_recovered_whatever_the_sizes_of_the_donors(method):
    found = []
    for seed in range(20):
        made = outcome(seed, ratio=0.5)
        (weights,) = method_weights(made, method, [0], ~AFTER)
        assert weights[0] == 0 and weights.sum() == pytest.approx(1)
        found.append(effect(made, expected(made, method, weights)))
    assert np.mean(found) == pytest.approx(np.log(0.5), abs=0.08)


def test_taking_an_effect_away_leaves_none():
    made = outcome(1, ratio=0.5)
    course = expected(made, "scaled", method_weights(made, "scaled", [0], ~AFTER)[0])
    size = effect(made, course)
    assert effect(made.without(size), course) == pytest.approx(0, abs=1e-12)


def test_scales_are_from_the_fitted_periods_alone():
    made = outcome(2)
    assert scale(made, "scaled", ~AFTER).factor == pytest.approx(made.values[~AFTER].mean(axis=0))
    assert scale(made, "demeaned", ~AFTER).of(made.values[~AFTER]).mean(axis=0) == pytest.approx(np.zeros(5))
    assert scale(made, "classic", ~AFTER).factor.tolist() == [1] * 5


def test_quiet_periods_count_for_more_and_all_alike_where_noise_is_not_modelled():
    made = outcome(3)
    weights = period_weights(made, "poisson", ~AFTER)
    total = made.values[~AFTER].sum(axis=1)
    assert weights[total.argmin()] == weights.max() and weights[total.argmax()] == weights.min()
    assert (period_weights(made, "scaled", ~AFTER) == 1).all()


def test_an_outcome_of_which_nothing_is_expected_has_no_ratio():
    made = outcome(4)
    assert np.isnan(effect(made, np.zeros(40)))
    assert effect(Outcome(made.values, made.exposure, AFTER, False), made.values[:, 0] - 3) == pytest.approx(3)
