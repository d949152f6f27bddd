from itertools import combinations, pairwise

import numpy as np
import pytest
import statsmodels.api as sm

from trends.models.joinpoints.search import best_lack, hinges, least_squares, placements, poisson


@pytest.fixture
def design():
    times = np.arange(26) / 12
    return np.column_stack([np.ones(26), times]), hinges(times)


@pytest.mark.parametrize("k", [0, 1, 2, 3])
@pytest.mark.parametrize("between", [0, 1, 2, 5])
def test_placements_are_those_with_enough_rows_before_between_and_after(k, between):
    allowed = [
        chosen
        for chosen in combinations(range(between, 14 - between), k)
        if all(later - earlier > between for earlier, later in pairwise(chosen))
    ]
    assert placements(14, k, between).tolist() == [list(chosen) for chosen in allowed]


def test_every_least_squares_fit_is_the_one_statsmodels_finds(design):
    base, hinge = design
    y = np.random.default_rng(1).normal(size=26)
    placed = least_squares(base, hinge, y, placements(26, 2, 2))
    for rows, lack, coefficients in zip(placed.rows, placed.lack, placed.coefficients, strict=True):
        fit = sm.OLS(y, np.column_stack([base, hinge[:, rows]])).fit()
        assert lack == pytest.approx(fit.ssr, rel=1e-9)
        assert coefficients == pytest.approx(fit.params, rel=1e-6, abs=1e-9)


def test_the_best_of_many_responses_is_the_best_of_all_their_fits(design):
    base, hinge = design
    y = np.random.default_rng(2).normal(size=(26, 7))
    found = best_lack(base, hinge, y, 3, 2)
    for column in range(7):
        for k in range(4):
            every = least_squares(base, hinge, y[:, column], placements(26, k, 2)).lack
            assert found[k, column] == pytest.approx(every.min(), rel=1e-9)


@pytest.mark.parametrize("level", [0.3, 2, 40])
def test_every_poisson_fit_is_at_least_as_good_as_that_of_statsmodels(design, level):
    base, hinge = design
    rng = np.random.default_rng(3)
    offset = np.log(rng.uniform(0.5, 1, 26))
    y = rng.poisson(level * np.exp(offset + np.sin(9 * base[:, 1]))).astype(float)
    family = sm.families.Poisson()
    start = sm.GLM(y, base, family=family, offset=offset).fit().params
    rows = placements(26, 2, 2)
    placed = poisson(base, hinge, y, offset, rows, start)
    theirs = [sm.GLM(y, np.column_stack([base, hinge[:, r]]), family=family, offset=offset).fit() for r in rows]
    deviances = np.array([fit.deviance for fit in theirs])
    # statsmodels stops at a change of 1e-8; ours is never worse by more than that.
    assert (placed.lack - deviances).max() < 1e-6
    best = int(np.argmin(placed.lack))
    # At .3 events a period some slopes run off to infinity, and only the deviance has a limit.
    if level >= 2:
        assert np.median(np.abs(placed.lack - deviances)) < 1e-9
        assert placed.coefficients[best] == pytest.approx(theirs[best].params, rel=1e-4, abs=1e-4)


def test_a_run_of_zeros_does_not_stop_the_poisson_search(design):
    base, hinge = design
    y = np.r_[np.random.default_rng(4).poisson(9, 10), np.zeros(16)].astype(float)
    start = np.array([np.log(y.mean()), 0.0])
    placed = poisson(base, hinge, y, np.zeros(26), placements(26, 1, 2), start)
    assert np.isfinite(placed.lack).all()
    assert 6 <= placed.best[0] <= 12
