"""Maps of change: rates and not counts, what is too little to say, and what reached a province beside it."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from tests.charts.test_maps import OUTLINES, chart, colours, hatches, legend
from trends import drawing
from trends.charts.changemaps import plot_change_map, plot_dose_maps, short_span
from trends.counts.panel import Panel
from trends.errors import InputError
from trends.periods import span

__all__ = ["chart"]


def test_a_change_map_compares_rates_and_leaves_small_numbers_open(chart):
    index = span("2019-01", "2020-12", "M")
    counts = pd.DataFrame({"Anbar": 1.0, "Diyala": 2.0, "Wasit": 0.0}, index)
    counts.loc["2020-01":, "Diyala"] = 4
    counts.loc["2020-07":, "Anbar"] = np.nan
    counts.loc["2020-01", "Wasit"] = 3
    ax = chart(plot_change_map, Panel(counts), OUTLINES, ("2019-01", "2019-12"), ("2020-01", "2020-12"))
    anbar, diyala, wasit = colours(ax)
    # Half the months with half the count are the same rate.
    assert min(anbar[:3]) > 0.95 and diyala[0] > diyala[2] and wasit == (1, 1, 1, 1)
    assert "too few to say" in legend(ax) and "xx" in hatches(ax)
    assert [text.get_text().replace("\xa0", " ") for text in ax.texts] == [
        "Anbar\n12 → 6",
        "Diyala\n24 → 48",
        "Wasit\n0 → 3",
    ]
    assert ax.get_title(loc="left") == "Change from 2019 to 2020"


def test_a_rise_from_nothing_has_the_last_colour(chart):
    index = span("2019-01", "2020-12", "M")
    counts = pd.DataFrame({"Anbar": 0.0, "Diyala": 1.0, "Wasit": 1.0}, index)
    counts.loc["2020-01":, ["Anbar", "Diyala"]] = 9
    ax = chart(plot_change_map, Panel(counts), OUTLINES, ("2019-01", "2019-12"), ("2020-01", "2020-12"))
    assert colours(ax)[0] == colours(ax)[1]


def test_a_dose_is_shown_beside_the_change(chart):
    counts = pd.DataFrame({"Anbar": 2.0, "Diyala": 2.0, "Wasit": 2.0}, span("2019-01", "2020-12", "M"))
    left, right = chart(plot_dose_maps, Panel(counts), OUTLINES, {"Diyala": "2020-04"}, "handovers")
    assert left.get_title(loc="left") == "Reached by handovers"
    assert colours(left) == [(1, 1, 1, 1), to_rgba(drawing.COLOURS["window"]), (1, 1, 1, 1)]
    words = left.figure.get_supxlabel().replace("\n", " ")
    assert "Incidents of 2019-07 to 2020-03 → 2020-04 to 2020-12" in words and words.endswith("Outlines: us.")
    assert left.get_xlabel() == right.get_xlabel() == ""


def test_a_dose_from_the_first_period_on_has_no_change_to_show():
    counts = pd.DataFrame({"Anbar": 2.0, "Diyala": 2.0}, span("2019-01", "2020-12", "M"))
    with pytest.raises(InputError) as error:
        plot_dose_maps(Panel(counts), OUTLINES, {"Diyala": "2019-01"})
    assert "found 2019-01, the first period of the panel; allowed: a date with periods before it" in str(error.value)


def test_a_schedule_of_no_province_is_refused():
    counts = pd.DataFrame({"Anbar": 2.0, "Diyala": 2.0}, span("2019-01", "2020-12", "M"))
    with pytest.raises(InputError) as error:
        plot_dose_maps(Panel(counts), OUTLINES, {})
    assert str(error.value) == (
        "map a dose: found a schedule without a province; allowed: the first period of each province that it reached; "
        "name one or more."
    )


def test_a_fall_to_nothing_has_the_first_colour_and_none_in_either_span_no_count(chart):
    counts = pd.DataFrame({"Anbar": 9.0, "Diyala": 0.0, "Wasit": 9.0}, span("2019-01", "2020-12", "M"))
    counts.loc["2020-01":, "Anbar"] = 0
    ax = chart(plot_change_map, Panel(counts), OUTLINES, ("2019-01", "2019-12"), ("2020-01", "2020-12"))
    fallen, _, even = colours(ax)
    assert sum(fallen[:3]) < sum(even[:3])
    assert [text.get_text().replace("\xa0", " ") for text in ax.texts] == [
        "Anbar\n108 → 0",
        "Diyala",
        "Wasit\n108 → 108",
    ]


@pytest.mark.parametrize(
    "first, last, words",
    [("2019-01", "2019-12", "2019"), ("2020-05", "2020-05", "2020-05"), ("2019-12", "2020-11", "2019-12 to 2020-11")],
)
def test_a_span_is_told_by_its_years_only_where_it_is_whole_years(first, last, words):
    assert short_span(span(first, last, "M")) == words
