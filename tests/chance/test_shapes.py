import numpy as np
import pytest

from trends.chance.shapes import EDGE, SHAPES, candidates, columns_alone, possible_dates, shape_column


def test_columns_alone_are_weighed_as_they_are():
    columns = np.random.default_rng(1).normal(size=(12, 3))
    terms = columns_alone(columns, 4.0)
    assert terms.columns is columns
    assert terms.term.tolist() == [0, 1, 2]
    assert terms.variance.tolist() == [4.0] * 3
    # Each by itself, not as one of three that share the prior.
    assert terms.log_prior.tolist() == [0.0] * 3


def test_the_prior_of_shapes_dates_and_sizes_is_one():
    terms = candidates(48)
    assert np.exp(terms.log_prior).sum() == pytest.approx(1)
    few = candidates(48, dates=np.array([20]))
    assert np.exp(few.log_prior).sum() == pytest.approx(1)
    assert set(few.date) == {20}


def test_a_date_is_the_first_period_that_differs():
    for shape in SHAPES:
        column = shape_column(40, shape, 17)
        assert np.flatnonzero(column)[0] == 17
        assert shape.lasting == (column[-1] != 0)


def test_periods_are_left_on_either_side_of_every_date():
    for shape in SHAPES:
        dates = possible_dates(36, shape)
        assert dates[0] == EDGE
        assert all(shape_column(36, shape, d)[-2:].any() or not shape.lasting for d in dates)
        assert dates[-1] <= 36 - EDGE
