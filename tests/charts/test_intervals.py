"""Estimates with intervals: every ruling has a look of its own, an axis fits what it shows, an open end is an arrow."""

from math import inf, nan

import pytest

from trends import drawing
from trends.charts.intervals import MARKS, beside, from_the_left, quantity_axis, reach, rows_axes, whisker
from trends.claims.rulings import Ruling


@pytest.fixture
def rows():
    """Axes for three rows."""
    ax = rows_axes(None, 3, left=1.0, right=1.0, labels={0: "One", 1: "Costs $5", 2: "Three"}, title="Title")
    yield ax
    drawing.close(ax)


def heads(ax, y):
    return [line.get_marker() for line in ax.lines if line.get_ydata()[0] == y and line.get_marker() != "None"]


def test_every_ruling_has_a_marker_and_a_sign_of_its_own():
    assert set(MARKS) == {*Ruling}
    for column in ([look[1] for look in MARKS.values()], [look[2] for look in MARKS.values()]):
        assert len(set(column)) == len(MARKS)


@pytest.mark.parametrize(
    "values, unit, ends",
    [
        ([0.5, 2.0, inf, None], "ratio", (0.4, 2.5)),
        ([1.0], "ratio", (0.64, 1.5625)),
        ([1e-9, 1e9], "ratio", (1 / 80, 80.0)),
        ([0.9], "share", (0.0, 1.0)),
        ([0.01], "share", (0.0, 0.23)),
        ([50, nan], "count", (0.0, 56.0)),
        ([0.0], "count", (0.0, 1.12)),
    ],
)
def test_an_axis_reaches_a_little_beyond_what_it_shows(values, unit, ends):
    assert reach(values, unit) == pytest.approx(ends)


@pytest.mark.parametrize("low, high", [(0.9, 1.12), (0.4, 2.5), (0.05, 20.0), (0.01, 64.0)])
def test_ticks_of_ratios_are_few_and_enough(rows, low, high):
    quantity_axis(rows, low, high, "ratio")
    ticks = rows.get_xticks()
    assert 2 <= len(ticks) <= 9 and 1 in ticks and low <= min(ticks) and max(ticks) <= high
    assert rows.get_xscale() == "log" and rows.get_xlim() == pytest.approx((low, high))


def test_shares_are_percents_and_counts_are_whole(rows):
    quantity_axis(rows, 0, 0.5, "share")
    assert rows.xaxis.get_major_formatter()(0.25) == "25 %"
    quantity_axis(rows, 0, 5000, "count")
    assert rows.xaxis.get_major_formatter()(1669) == "1,669"


def test_an_end_beyond_the_axis_is_an_arrow_and_one_within_it_a_stop(rows):
    quantity_axis(rows, 0.5, 2, "ratio")
    whisker(rows, 0, 1.0, 0.8, 1.5, "black", "o")
    whisker(rows, 1, 1.0, 0.1, inf, "black", "o")
    whisker(rows, 2, 3.0, nan, nan, "black", "o")
    assert heads(rows, 0) == ["|", "|", "o"] and heads(rows, 1) == ["<", ">", "o"] and heads(rows, 2) == []


def test_titles_labels_and_captions_begin_at_one_place_and_no_dollar_begins_a_formula(rows):
    rows.plot([0, 1], [0, 0], label="as claimed")
    from_the_left(rows, 1.0, title="A question", caption="Source: " + "a citation; " * 60)
    beside(rows, 1.03, 1, "$5")
    assert [label.get_text() for label in rows.get_yticklabels()][1] == r"Costs \$5" == "Costs \\$5"
    assert rows.texts[0].get_text() == r"\$5"
    drawing.render(rows, "svg")
    box, page = rows.figure.get_tightbbox(), rows.figure.bbox_inches
    assert page.y0 - 0.02 <= box.y0 and box.y1 <= page.y1 + 0.02
