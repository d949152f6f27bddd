import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from trends import drawing, periods
from trends.charts.panels import plot_counts, plot_heat_map, plot_provinces
from trends.counts.panel import Panel
from trends.errors import InputError

INDEX = periods.span("2020-01", "2020-12", "M")


@pytest.fixture
def panel():
    counts = pd.DataFrame({"Diyala": np.arange(12.0), "Anbar": np.zeros(12), "Wasit": np.ones(12)}, index=INDEX)
    counts.iloc[2:5, 1] = np.nan
    exposure = counts.notna().astype(float)
    exposure.iloc[7, 2] = 0.5
    return Panel(counts, exposure, source="UCDP at $5 & $6", unit="attacks")


def test_counts_are_drawn_where_they_were_watched_and_hatched_where_they_were_not(panel):
    ax = plot_counts(panel["Anbar"])
    drawn = ax.lines[1].get_ydata()
    assert np.isnan(drawn[2:5]).all()
    assert (np.delete(drawn, [2, 3, 4]) == 0).all()
    assert [patch.get_hatch() for patch in ax.patches] == ["////"] * 3
    assert ax.get_ylabel() == "attacks a month"
    assert "n = 9 months, 0 attacks; 3 months not watched." in ax.get_xlabel()


def test_the_total_of_a_panel_with_a_hole_is_refused_and_not_drawn(panel):
    with pytest.raises(InputError, match=r"2020-03.*Anbar"):
        plot_counts(panel)


@pytest.mark.parametrize("kind", ["category", "Int64", "object"])
def test_counts_of_any_kind_of_column_are_drawn_as_numbers(kind):
    ax = plot_counts(pd.Series(range(12), index=INDEX).astype(kind))
    assert ax.lines[1].get_ydata().tolist() == list(range(12))
    assert "n = 12 months, 66 incidents." in ax.get_xlabel()


def test_axes_that_are_given_are_drawn_on_and_given_back(panel):
    given = drawing.axes()
    assert plot_counts(panel["Diyala"], given, title="Mine") is given
    assert given.get_title(loc="left") == "Mine"


def test_every_province_gets_axes_of_its_own_on_one_time_axis(panel):
    charts = plot_provinces(panel)
    assert [ax.get_title(loc="left") for ax in charts] == ["Diyala: 66", "Anbar: 0", "Wasit: 12"]
    assert len({ax.get_xlim() for ax in charts}) == 1
    assert charts[0].get_ylim()[1] > 3 * charts[2].get_ylim()[1]
    assert len({ax.get_ylim() for ax in plot_provinces(panel, share_y=True)}) == 1


def test_nineteen_provinces_with_silent_and_unwatched_ones_are_laid_out():
    counts = pd.DataFrame({f"Province {n}": np.full(12, float(n)) for n in range(19)}, index=INDEX)
    counts["Province 3"] = np.nan
    charts = plot_provinces(Panel(counts))
    assert len(charts) == 19
    assert charts[3].get_title(loc="left") == "Province 3: not watched"
    assert charts[0].get_ylim() == (0, 1)


def test_the_heat_map_tells_nothing_watched_from_zero_and_zero_from_one(panel):
    ax = plot_heat_map(panel)
    mesh = ax.collections[0]
    colours = mesh.cmap(mesh.norm(np.array([0.0, 1.0, 11.0])))
    assert tuple(colours[0]) == (1, 1, 1, 1)
    assert np.abs(colours[1][:3] - colours[0][:3]).max() > 0.2
    # One is pale and many are dark.
    light = [np.dot(colour[:3], [0.299, 0.587, 0.114]) for colour in (colours[1], colours[-1])]
    assert light[0] > 0.8 > 0.4 > light[1]
    assert colours[2][:3].mean() < colours[1][:3].mean() < 1
    assert mesh.get_array().mask.reshape(3, 12)[1, 2:5].all()
    assert mesh.get_array().mask.sum() == 3
    hatched = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert [patch.get_label() for patch in hatched] == ["not watched", "watched in part"]
    sides = drawing.edges(INDEX)
    assert (hatched[0].get_x(), hatched[0].get_width(), hatched[0].get_y()) == (sides[2], sides[5] - sides[2], 0.5)


def test_the_scale_of_the_heat_map_is_logarithmic_and_says_so(panel):
    ax = plot_heat_map(panel)
    bar = ax.figure.axes[1]
    assert bar.get_ylabel() == "attacks; colours on a log scale"
    assert list(bar.get_yticks()) == [1, 2, 5, 10]
    norm = ax.collections[0].norm
    assert norm(3.0) - norm(1.0) == pytest.approx(norm(7.0) - norm(3.0))


def test_a_source_with_dollar_signs_is_printed_as_it_is(panel):
    ax = plot_heat_map(panel)
    drawing.render(ax, "svg")
    assert r"UCDP at \$5 & \$6" in ax.get_xlabel()


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_panel_of_nothing_but_zeros_or_holes_can_be_drawn(value):
    panel = Panel(pd.DataFrame({"Diyala": np.full(12, value)}, index=INDEX))
    for chart in (plot_heat_map(panel), plot_provinces(panel)[0], plot_counts(panel["Diyala"])):
        assert drawing.render(chart, "png").startswith(b"\x89PNG")
