import numpy as np
import pytest

from trends.errors import ModelError
from trends.models.seasonal_design import checked_pieces, spline_columns
from trends.periods import span

MONTHS = span("2015-01", "2020-12", "M")


def test_one_piece_is_a_straight_line():
    columns = spline_columns(MONTHS, 1)
    assert list(columns) == ["trend"] and np.ptp(np.diff(columns["trend"])) < 1e-12


@pytest.mark.parametrize("pieces", [2, 3, 6])
def test_a_natural_spline_is_a_line_beyond_its_ends_and_has_as_many_columns_as_pieces(pieces):
    columns = spline_columns(MONTHS, pieces)
    assert columns.shape == (72, pieces) and np.linalg.matrix_rank(columns) == pieces
    bends = np.diff(columns.to_numpy(), n=2, axis=0)
    # The second derivative is 0 at both ends and continuous between.
    assert np.abs(bends[[0, -1]]).max() < 0.2 * max(np.abs(bends).max(), 1e-12)


def test_a_single_period_has_no_bend_and_no_warning():
    assert (spline_columns(MONTHS[:1], 4).to_numpy() == 0).all()


def test_a_trend_is_no_column_a_line_or_a_number_of_pieces():
    assert [checked_pieces(trend, "fit") for trend in (False, True, 4)] == [0, 1, 4]
    with pytest.raises(ModelError, match="fit: found trend=-1"):
        checked_pieces(-1, "fit")
