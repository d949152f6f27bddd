"""Where a name fits on a map: inside its province, as large as there is room, or nowhere."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from trends.charts.maplabels import inches_a_degree, label_spot

SQUARE = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0.0]])
# A narrow neck in the west and a wide body in the east.
BOOT = np.array([[0, 1.9], [4, 1.9], [4, 0], [8, 0], [8, 4], [4, 4], [4, 2.1], [0, 2.1], [0, 1.9]])


def test_a_label_stands_in_the_middle_of_a_square():
    spot = label_spot((SQUARE,), ["Anbar"], (0.5, 0.5))
    assert spot.place == pytest.approx((2, 2), abs=2) and 0 < spot.place[0] < 4


def test_a_label_stands_where_the_room_is_and_not_in_the_middle_of_the_outline():
    assert label_spot((BOOT,), ["Diyala"], (0.2, 0.2)).place[0] > 4


def test_letters_shrink_before_a_label_is_given_up():
    sizes = [label_spot((SQUARE,), ["Salah al-Din"], (scale, 1.0)) for scale in (1.0, 0.14, 0.05)]
    assert [spot and spot.font for spot in sizes] == [6.5, 5.75, None]


def test_more_lines_take_more_height():
    flat = SQUARE * np.array([1, 0.05])
    fonts = [label_spot((flat,), ["Wasit", *more], (1, 1)).font for more in ([], ["12"])]
    assert fonts == [6.5, 5.75] and label_spot((flat,), ["Wasit", "12", "13"], (1, 1)) is None


def test_a_label_keeps_clear_of_a_hole_in_a_province():
    hole = SQUARE / 2 + 1
    spot = label_spot((SQUARE, hole), ["X"], (0.5, 0.5))
    x, y = spot.place
    assert not (1 < x < 3 and 1 < y < 3)


def test_a_degree_east_is_shorter_than_one_north_away_from_the_equator():
    figure, ax = plt.subplots(figsize=(5, 5))
    ax.set(xlim=(40, 44), ylim=(30, 34), aspect=1 / np.cos(np.radians(32)))
    east, north = inches_a_degree(ax)
    assert east / north == pytest.approx(np.cos(np.radians(32))) and 0 < north < 5 / 4
    plt.close(figure)
