"""The study's own counts in a report, whatever was claimed: their charts, their course, and where they were."""

from collections.abc import Callable
from functools import partial
from typing import Any

from trends.charts.panels import plot_counts, plot_heat_map, plot_provinces
from trends.claims.study import Study
from trends.reports.course import Aspect, course
from trends.reports.parts import Chart
from trends.reports.places import places


def charts_of_counts(study: Study | None) -> tuple[tuple[Chart, ...], dict[str, Callable[[], Any]]]:
    """Charts of the study's own panel, and how to draw each, by name; none where it has no panel.

    Parameters
    ----------
    study : Study or None
        What the verdicts were held against. A total is drawn where all provinces were watched alike.
    """
    if study is None or study.source not in study.panels:
        return (), {}
    panel, title = study.panel(), study.sources[study.source].title
    whole = (panel.exposure.nunique(axis=1) == 1).all()
    drawn: dict[str, tuple[Callable[[], Any], str, bool]] = {
        "counts-total": (partial(plot_counts, panel, title=title), "All provinces together", False),
        "counts-provinces": (partial(plot_provinces, panel), "Each province", False),
        "counts-heat-map": (partial(plot_heat_map, panel), "Every province and period", True),
    }
    charts, draw = [], {}
    for name, (plot, words, light) in drawn.items():
        if name != "counts-total" or whole:
            draw[name] = plot
            charts.append(Chart(name, f"Chart. {words}, {title}.", f"{words}, {title}", light))
    return tuple(charts), draw


def course_of_counts(study: Study | None) -> tuple[tuple[Aspect, ...], dict[str, Callable[[], Any]]]:
    """The course of the study's own counts and where they were, as aspects, and how to draw each, by name.

    Parameters
    ----------
    study : Study or None
        As in `charts_of_counts`. Maps need its outlines.
    """
    if study is None or study.source not in study.panels:
        return (), {}
    panel, title = study.panel(), study.sources[study.source].title
    aspects, draw = course(panel, title, study.windows())
    where, maps = places(panel, study.outlines, title) if study.outlines else ((), {})
    return aspects + where, draw | maps
