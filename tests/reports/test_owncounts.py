from dataclasses import replace

import pytest

from tests.charts.made import made_study
from trends.reports.owncounts import charts_of_counts, course_of_counts


@pytest.fixture(scope="module")
def study():
    return made_study()


def test_every_chart_that_is_told_of_can_be_drawn_and_the_other_way_round(study):
    charts, draw = charts_of_counts(study)
    assert [chart.name for chart in charts] == list(draw) == ["counts-total", "counts-provinces", "counts-heat-map"]
    assert [chart.light for chart in charts] == [False, False, True]
    aspects, drawn = course_of_counts(study)
    assert {aspect.chart.name for aspect in aspects if aspect.chart} == set(drawn)
    assert "Trend" in [aspect.heading for aspect in aspects]


def test_a_total_of_provinces_that_were_not_watched_alike_is_not_drawn(study):
    panel = study.panel()
    exposure = panel.exposure.copy()
    exposure.iloc[-1, 0] = 0.5
    study = replace(study, panels=study.panels | {study.source: replace(panel, exposure=exposure)})
    charts, draw = charts_of_counts(study)
    assert [chart.name for chart in charts] == list(draw) == ["counts-provinces", "counts-heat-map"]


def test_maps_need_outlines_and_all_of_it_a_panel(study):
    headings = [aspect.heading for aspect in course_of_counts(replace(study, outlines=None))[0]]
    assert "Where" not in headings
    for without in (None, replace(study, panels={})):
        assert charts_of_counts(without) == ((), {}) == course_of_counts(without)
