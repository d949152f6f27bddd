from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from trends.models.changepoints.changedate import change_date
from trends.models.changepoints.shape import change_shape

from tests.charts.made import made_verdicts
from trends import drawing, periods
from trends.charts.verdicts import has_chart, plot_finding

INDEX = periods.span("2017-01", "2020-12", "M")


@pytest.fixture(autouse=True)
def closing():
    yield
    drawing.plt.close("all")


@pytest.fixture
def counts():
    values = np.random.default_rng(1).poisson(np.repeat([4.0, 12.0], [39, 9])).astype(float)
    values[5] = np.nan
    return pd.Series(values, index=INDEX)


def with_finding(link, fit):
    verdict = made_verdicts()[0]
    finding = replace(verdict.findings[0], link=link, fit=fit, table=None)
    return replace(verdict, findings=(finding,)), finding


def test_the_timing_shows_the_counts_above_the_dates_and_the_window_across_both(counts):
    dated = change_date(counts)
    verdict, finding = with_finding("timing", dated)
    assert has_chart(finding)
    below = plot_finding(verdict, finding)
    above = below.figure.axes[0]
    np.testing.assert_array_equal(above.lines[0].get_ydata(), counts)
    bars = [patch.get_height() for patch in below.containers[0]]
    np.testing.assert_allclose(bars, dated.posterior)
    sides = drawing.edges(periods.span("2020-03", "2020-06", "M"))[[0, -1]]
    for ax in (above, below):
        box = ax.patches[-1].get_extents().transformed(ax.transData.inverted())
        np.testing.assert_allclose([box.x0, box.x1], sides)
    assert above.get_xlim() == below.get_xlim()
    assert "n = 47 months" in below.get_xlabel()
    assert [patch.get_hatch() for patch in above.patches][:1] == ["////"]


def test_on_given_axes_only_the_dates_are_drawn(counts):
    verdict, finding = with_finding("timing", change_date(counts))
    given = drawing.axes()
    assert plot_finding(verdict, finding, given) is given
    assert len(given.figure.axes) == 1


def test_each_shape_of_a_change_is_drawn_with_its_probability_and_a_line_of_its_own(counts):
    shape = change_shape(counts, first="2020-04")
    verdict, finding = with_finding("lasting", shape)
    ax = plot_finding(verdict, finding)
    handles, labels = ax.get_legend_handles_labels()
    drawn = {label.split(",")[0]: handle for handle, label in zip(handles, labels, strict=True)}
    assert set(drawn) == {"counted", "step", "pulse", "ramp", "not watched"}
    assert len({drawn[name].get_linestyle() for name in ("step", "pulse", "ramp")}) == 3
    np.testing.assert_array_equal(drawn["step"].get_ydata(), shape.expected["step"])
    percent = round(100 * shape.table.loc["step", "probability"])
    assert f"step, {percent}\u00a0%" in labels
