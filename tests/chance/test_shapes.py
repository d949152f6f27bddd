import numpy as np
import pytest

from trends.chance.shapes import EDGE, SHAPES, candidates, column_scores, possible_dates, shape_column


@pytest.mark.parametrize("n", [36, 61])
def test_sums_of_sums_give_what_the_columns_themselves_give(n):
    rng = np.random.default_rng(1)
    root = rng.normal(size=(3, n, n))
    precision, score = root @ np.swapaxes(root, 1, 2), rng.normal(size=(3, n))
    terms = candidates(n)
    information, scores = column_scores(precision, score, terms)
    np.testing.assert_allclose(
        information, np.einsum("nm,gnk,km->gm", terms.columns, precision, terms.columns, optimize=True), rtol=1e-8
    )
    np.testing.assert_allclose(scores, score @ terms.columns, rtol=1e-8, atol=1e-8)


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
