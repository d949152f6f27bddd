import numpy as np
import pandas as pd
import pytest

from trends.counts.simulate import simulate_panel
from trends.errors import InputError
from trends.models.provinces.endemic.spread import aligned_weights, level_weights, past_of

LINE = np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]])


def test_the_past_of_a_cell_is_the_month_before_there_and_next_door():
    counts = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    past = past_of(counts, np.ones((3, 3)), LINE, LINE)
    assert not past.used[0].any() and past.used[1:].all()
    assert past.own[1].tolist() == [1, 2, 3] and past.near[1].tolist() == [2, 4, 2]


def test_a_neighbour_that_was_not_watched_is_stood_for_by_the_others_and_a_lone_one_is_missed():
    counts, exposure = np.array([[1.0, 2, np.nan], [4, 5, 6]]), np.array([[1.0, 1, 0], [1, 1, 1]])
    past = past_of(counts, exposure, LINE, LINE)
    assert past.near[1, 1] == 2 * 1 and past.scale[1, 1] == 2
    assert past.used[1].tolist() == [True, True, False]


def test_a_half_watched_month_counts_as_the_rate_that_it_shows():
    past = past_of(np.array([[3.0, 2], [1, 1]]), np.array([[0.5, 1], [1, 1]]), LINE[:2, :2], LINE[:2, :2])
    assert past.own[1].tolist() == [6, 2] and past.near[1].tolist() == [2, 6]


def test_relative_weights_pass_on_the_mean_of_the_neighbours_at_ones_own_level():
    counts = np.array([[10.0, 100, 1], [10, 100, 1]])
    weights = level_weights(counts, np.ones((2, 3)), LINE)
    # At their usual levels all neighbours together send each province its own usual level.
    assert counts[0] @ weights == pytest.approx(counts[0])


def test_weights_are_put_in_the_order_of_the_panel_and_what_makes_no_sense_is_refused():
    panel = simulate_panel(3, 12, rng=1)
    table = pd.DataFrame(LINE, panel.provinces, panel.provinces)
    found, beyond = aligned_weights(panel, table.iloc[::-1, ::-1])
    assert (found == LINE).all() and beyond == []
    with pytest.raises(InputError, match="a weight that is below 0, or missing, or of a province for itself"):
        aligned_weights(panel, table + np.eye(3))
