import numpy as np
import pytest

from trends.models.provinces.synthetic.placebos import Gaps, date_pvalue, invert_dates, invert_ranks, shifted_sums


def gaps(seed, noise=0.0, units=24):
    rng = np.random.default_rng(seed)
    after = np.arange(20) >= 14
    fixed, moved = rng.normal(size=(20, units)), np.zeros((20, units))
    moved[after] = -0.05 * rng.random((6, units))
    moved[after, 0] = 1.0 + 0.2 * rng.random(6)
    return Gaps(fixed, moved, after, noise)


@pytest.mark.parametrize("noise", [0.0, 0.6])
@pytest.mark.parametrize("seed", range(4))
def test_the_interval_by_rank_ends_where_a_fine_grid_says(seed, noise):
    found = gaps(seed, noise)
    low, high = invert_ranks(found, 0.1, -np.inf)
    grid = np.linspace(-8, 8, 6401)
    values = np.array([found.pvalue(x) for x in grid])
    own, moved = found.fixed[found.after, 0], found.moved[found.after, 0]
    rejected, best = np.flatnonzero(values <= 0.1), np.argmin([((own + x * moved) ** 2).sum() for x in grid])
    kept = grid[[rejected[rejected < best].max() + 1, rejected[rejected > best].min() - 1]]
    assert -8 < low < high < 8
    # To the spacing of the grid.
    assert (low, high) == pytest.approx(tuple(kept), abs=0.0026)


def test_a_bound_below_what_is_possible_is_the_lowest_effect():
    low, _ = invert_ranks(gaps(0), 0.1, 0.0)
    assert low == 0.0


def test_the_pvalue_is_the_share_of_units_at_least_as_far_off():
    after = np.array([False, False, True])
    fixed = np.array([[1.0, 1, 1, 1], [1, 1, 1, 1], [3, 2, 4, -3]])
    assert Gaps(fixed, np.zeros((3, 4)), after).pvalue(0.0) == 0.75


def test_a_perfect_match_before_counts_as_far_off_and_no_gap_at_all_does_not():
    after = np.array([False, True])
    fixed = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    assert Gaps(fixed, np.zeros((2, 3)), after).ratios(0.0).tolist() == [np.inf, 1, 0]


def test_the_windows_go_round_the_end_and_the_first_is_the_actual_one():
    gaps, after = np.arange(1.0, 7.0), np.array([0, 0, 0, 0, 1, 1], bool)
    assert shifted_sums(gaps, after).tolist() == [11, 7, 3, 5, 7, 9]
    assert date_pvalue(gaps, after) == pytest.approx(1 / 6)
    assert date_pvalue(np.ones(6), after) == 1


def test_the_interval_over_dates_is_exact_where_the_test_is_known():
    assert invert_dates(lambda x: float(abs(x - 1) < 0.3), 0.05, 1.0, 5.0) == pytest.approx((0.7, 1.3), abs=1e-6)
    assert invert_dates(lambda x: 1.0, 0.05, 0.0, 5.0) == (-np.inf, np.inf)
    assert np.isnan(invert_dates(lambda x: 0.0, 0.05, 0.0, 5.0)).all()
