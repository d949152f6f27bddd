import numpy as np
import pandas as pd
import pytest

from trends import drawing

MONTHS = pd.period_range("2019-01", periods=24, freq="M")


@pytest.fixture
def ax():
    made = drawing.axes()
    yield made
    drawing.close(made)


def test_counts_stand_on_zero_and_what_is_drawn_over_them_is_not_cut_off(ax):
    drawing.points(ax, MONTHS, np.full(24, 7.0))
    assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] > 7
    drawing.line(ax, MONTHS, np.full(24, 90.0))
    drawing.band(ax, MONTHS, np.full(24, 40.0), np.full(24, 120.0))
    assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] >= 120


def test_a_line_breaks_where_nothing_was_watched(ax):
    counts = np.arange(24.0)
    counts[5] = np.nan
    drawing.points(ax, MONTHS, counts)
    assert all(np.isnan(line.get_ydata()[5]) for line in ax.get_lines())


def test_the_edges_of_periods_are_a_day_beyond_the_last(ax):
    sides = drawing.edges(MONTHS)
    assert len(sides) == 25 and sides[-1] - sides[-2] == 31


def test_levels_span_the_days_of_their_windows(ax):
    drawing.levels(ax, [(MONTHS[0].start_time, MONTHS[0].end_time.normalize())], [5.0], [4.0], [6.0], label="level")
    (line,) = ax.collections[:1]
    (start, end) = line.get_segments()[0][:, 0]
    assert end - start == 31
