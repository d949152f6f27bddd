import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from trends.models.provinces.synthetic.simplex import simplex_weights, unit_weights


def by_slsqp(target, donors):
    start = np.full(donors.shape[1], 1 / donors.shape[1])
    found = minimize(
        lambda w: ((target - donors @ w) ** 2).mean(),
        start,
        jac=lambda w: 2 * donors.T @ (donors @ w - target) / len(target),
        bounds=[(0, 1)] * len(start),
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1}],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return found.x


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(1, 25), st.sampled_from([1e-4, 1.0, 1e5]))
def test_the_weights_obey_the_conditions_of_an_optimum(seed, donors, rows, size):
    rng = np.random.default_rng(seed)
    table, target = size * rng.normal(1, 1, (rows, donors)), size * rng.normal(1, 1, rows)
    weights = simplex_weights(target, table)
    slope = table.T @ (table @ weights - target)
    # At an optimum on the simplex no donor has a slope below those that carry weight.
    assert weights.min() >= 0 and weights.sum() == pytest.approx(1, abs=1e-12)
    tolerance = 1e-8 * np.abs(table).max() ** 2 * rows
    assert slope @ weights <= slope.min() + tolerance


def test_the_weights_are_those_of_a_general_solver():
    rng = np.random.default_rng(1)
    table, target = rng.poisson(10, (30, 6)).astype(float), rng.poisson(10, 30).astype(float)
    # The stopping rule of SLSQP leaves weights good to about six digits.
    assert simplex_weights(target, table) == pytest.approx(by_slsqp(target, table), abs=1e-5)


def test_a_donor_that_is_the_target_itself_gets_all_weight():
    table = np.random.default_rng(2).normal(size=(8, 4))
    assert simplex_weights(table[:, 2], table).tolist() == [0, 0, 1, 0]
    assert simplex_weights(np.ones(5), np.ones((5, 3))).tolist() == [1, 0, 0]


def test_all_units_in_turn_are_each_matched_by_the_others():
    values = np.random.default_rng(3).poisson(8, (40, 7)).astype(float)
    weights = unit_weights(values, range(7))
    assert (np.diag(weights) == 0).all()
    for unit in range(7):
        others = np.arange(7) != unit
        alone = simplex_weights(values[:, unit], values[:, others])
        assert weights[unit, others] == pytest.approx(alone, abs=1e-10)


def test_the_ridge_correction_is_that_of_the_formula_and_sums_to_one():
    rng = np.random.default_rng(4)
    factor = rng.normal(size=30)
    values = np.column_stack([3 * factor, *(share * factor for share in (0.2, 0.5, 1.0, 1.4))])
    values += 0.1 * rng.normal(size=values.shape)
    plain, corrected = unit_weights(values, [0])[0], unit_weights(values, [0], ridge=True)[0]
    assert corrected.sum() == pytest.approx(1, abs=1e-10) and corrected.min() < -0.1
    missed = [np.abs(values[:, 0] - values @ weights).mean() for weights in (plain, corrected)]
    assert missed[1] < 0.3 * missed[0]
    donors = values[:, 1:] - values[:, 1:].mean(axis=1, keepdims=True)
    size = (np.linalg.svd(donors, compute_uv=False) ** 2).mean()
    # Ben-Michael et al. (2021), lemma 1, in its primal form, with one of the penalties that are tried.
    candidates = [
        np.linalg.solve(donors.T @ donors + penalty * size * np.eye(4), donors.T @ (values @ (np.eye(5)[0] - plain)))
        for penalty in np.geomspace(1e-3, 1e3, 13)
    ]
    assert min(np.abs(corrected[1:] - plain[1:] - each).max() for each in candidates) < 1e-8
