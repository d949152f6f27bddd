import numpy as np
import pytest

from trends.chance.shapes import EDGE, SHAPES, Shape, candidates, columns_alone, possible_dates, shape_column

STEP, HINGE = Shape("step", "step", 0, ((0.5, 0.3), (2.0, 0.1))), Shape("hinge", "hinge", 0, ((1.0, 0.4),))


def test_columns_alone_are_weighed_as_they_are():
    columns = np.random.default_rng(1).normal(size=(12, 3))
    terms = columns_alone(columns, 4.0)
    assert terms.columns is columns
    assert terms.term.tolist() == [0, 1, 2]
    assert terms.variance.tolist() == [4.0] * 3
    # Each by itself, not as one of three that share the prior.
    assert terms.log_prior.tolist() == [0.0] * 3
    assert columns_alone(columns).variance.tolist() == [1.0] * 3
    # Of no shape, and of no date.
    assert (terms.n, terms.shapes, terms.shape.tolist(), terms.date.tolist()) == (12, (), [0] * 3, [0] * 3)
    assert terms.only_steps() is terms


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


@pytest.mark.parametrize(
    ("kind", "length", "options", "column"),
    [
        ("step", 0, (), [0, 0, 1, 1, 1, 1, 1]),
        ("ramp", 4, (), [0, 0, 0.25, 0.5, 0.75, 1, 1]),
        ("ramp", 1, (), [0, 0, 1, 1, 1, 1, 1]),
        ("hinge", 0, (), [0, 0, 1 / 12, 2 / 12, 3 / 12, 4 / 12, 5 / 12]),
        ("hinge", 0, (4.0,), [0, 0, 0.25, 0.5, 0.75, 1, 1.25]),
        ("pulse", 1, (), [0, 0, 1, 0, 0, 0, 0]),
        ("pulse", 3, (4.0,), [0, 0, 1, 1, 1, 0, 0]),
    ],
)
def test_a_shape_runs_from_its_date_as_its_kind_has_it(kind, length, options, column):
    shape = Shape(kind, kind, length, ())
    np.testing.assert_allclose(shape_column(7, shape, 2, *options), column)
    assert shape.lasting is (kind != "pulse")


@pytest.mark.parametrize(
    ("kind", "length", "last"),
    [("step", 0, 17), ("ramp", 3, 17), ("ramp", 6, 15), ("ramp", 12, 12), ("hinge", 0, 15), ("pulse", 3, 16)],
)
def test_so_much_of_a_shape_must_be_seen_that_it_can_be_told_from_none(kind, length, last):
    """Three periods of a step, half of a ramp and more, five of a hinge, all of a pulse and one after it."""
    shape = Shape(kind, kind, length, ())
    assert possible_dates(20, shape).tolist() == list(range(3, last + 1))
    # A series too short for any has one date all the same.
    assert possible_dates(4, shape).tolist() == [3]


def test_a_change_of_unknown_date_is_a_step_in_two_of_five_and_twice_or_half_the_rate_more_often_than_tenfold():
    kinds, sizes = {}, {}
    for shape in SHAPES:
        for size, share in shape.sizes:
            kinds[shape.kind] = kinds.get(shape.kind, 0.0) + share
            sizes[size] = sizes.get(size, 0.0) + share
    assert kinds == pytest.approx({"step": 0.4, "ramp": 0.3, "hinge": 0.1, "pulse": 0.2})
    assert sizes == pytest.approx({0.5: 0.16, 0.8: 0.18, 1.0: 0.10, 1.2: 0.36, 2.0: 0.12, 3.0: 0.08})
    lengths = [(shape.kind, shape.length, sum(share for _, share in shape.sizes)) for shape in SHAPES]
    assert lengths == [
        ("step", 0, pytest.approx(0.4)),
        *(("ramp", length, pytest.approx(0.1)) for length in (3, 6, 12)),
        ("hinge", 0, 0.1),
        *(("pulse", length, 0.1) for length in (3, 6)),
    ]
    assert all(
        shape.name.split(" of ") == [shape.kind, str(shape.length)][: 1 + (shape.length > 0)] for shape in SHAPES
    )


def test_every_shape_at_every_date_in_every_size_is_a_candidate():
    """Dates of one shape share its prior evenly; a shape at a date is one column whatever its size."""
    found = candidates(10, (STEP, HINGE), year=4.0)
    dates = [*range(3, 8), *range(3, 6)]
    assert (found.n, found.shapes, found.year) == (10, (STEP, HINGE), 4.0)
    assert found.date.tolist() == dates and found.shape.tolist() == [0] * 5 + [1] * 3
    assert found.term.tolist() == [*range(5), *range(5), *range(5, 8)]
    assert found.variance.tolist() == [0.25] * 5 + [4.0] * 5 + [1.0] * 3
    np.testing.assert_allclose(np.exp(found.log_prior), [0.375 / 5] * 5 + [0.125 / 5] * 5 + [0.5 / 3] * 3)
    for column, shape, date in zip(found.columns.T, found.shape, dates, strict=True):
        np.testing.assert_array_equal(column, shape_column(10, (STEP, HINGE)[shape], date, 4.0))
    none = candidates(10, ())
    assert none.columns.shape == (10, 0) and none.term.size == none.log_prior.size == 0 and none.year == 12.0


def test_only_the_steps_of_many_candidates_are_kept_at_their_own_dates():
    found = candidates(10, (HINGE, STEP), year=4.0).only_steps()
    assert found.shapes == (STEP,) and found.date.tolist() == [3, 4, 5, 6, 7] and found.year == 4.0
    assert np.exp(found.log_prior).sum() == pytest.approx(1)
    # At two dates there are more terms than shapes, at one there are few, and without a step none would be left.
    two, one = (candidates(10, (HINGE, STEP), np.array(dates)) for dates in ([4, 6], [4]))
    assert two.only_steps().date.tolist() == [4, 6] and len(two.only_steps().term) == 4
    assert one.only_steps() is one
    hinges = candidates(10, (HINGE,))
    assert hinges.only_steps() is hinges
