"""Charts of findings on a course in time: a change with what was to be expected, its date, and its shape."""

import textwrap
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.charts.wording import finding_caption, percent, plain
from trends.claims.claim import Event
from trends.claims.links.forecast import FAN
from trends.claims.verdict import Finding, Verdict
from trends.counts.panel import exposure_of
from trends.nouns import plural

_TITLE_LETTERS = 76


def plot_change(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts, the level, and what was to be expected had nothing changed, with the event and its window."""
    fit: Any = finding.fit
    event = verdict.claim.event
    asked, course = fit.asked, fit.course
    counts = asked.counts
    ax = drawing.axes(ax, height=2.55)
    drawing.points(ax, counts.index, counts, label="counted")
    drawing.line(ax, course.index, course["fitted"], label="fitted")
    after = course.loc[asked.first : asked.last]
    words = "expected, had nothing changed"
    drawing.line(ax, after.index, after["expected"], label=words, colour="expected", style=(0, (4, 1.5)))
    drawing.band(ax, after.index, after["lower"], after["upper"], label="its 95 % interval", colour="expected")
    drawing.unwatched(ax, counts.index, exposure_of(counts))
    _window(ax, event)
    drawing.time_axis(ax, counts.index)
    # The band may reach far beyond all counts; it is cut rather than the counts made small.
    top = [counts.max(), course["fitted"].max(), 1.15 * after["expected"].max()]
    ax.set_ylim(0, 1.08 * max(value for value in (*map(float, top), 1.0) if isfinite(value)))
    drawing.event_mark(ax, asked.at, plain(event.title or _named(event.name)) or f"from {periods.label_of(asked.at)}")
    return _finished(ax, verdict, finding, counts)


def plot_timing(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts above the probability of each date of the change, with the claimed window across both.

    On given Axes only the probabilities are drawn.
    """
    dated: Any = finding.fit
    event = verdict.claim.event
    counts, index = dated.counts, dated.counts.index
    if ax is None:
        above, ax = drawing.stacked(2, heights=(1.5, 1), height=3.4)
        drawing.points(above, index, counts, label="counted")
        drawing.unwatched(above, index, counts.notna().to_numpy() * 1.0)
        _window(above, event)
        title = plain(textwrap.fill(finding.question, _TITLE_LETTERS))
        drawing.finish(above, title=title, y_label=plain(_unit_of(counts)))
    sides = drawing.edges(index)
    colour = drawing.COLOURS["fit"]
    ax.bar(sides[:-1], dated.posterior, width=np.diff(sides), align="edge", color=colour, alpha=0.7)
    drawing.time_axis(ax, index).set_ylim(bottom=0)
    _window(ax, event)
    n = f"n = {plural(int(counts.notna().sum()), _noun(index))}"
    return drawing.finish(
        ax, caption=plain(finding_caption(verdict, finding, n)), y_label="probability\nof the date", legend=False
    )


def plot_forecast(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts, what the periods before led to expect, and the fan that holds half, 80 % and 95 % of forecasts."""
    fit: Any = finding.fit
    counts, first, fan = fit.counts, fit.first, fit.fan
    ax = drawing.axes(ax, height=2.55)
    drawing.points(ax, counts.index, counts, label="counted")
    drawing.line(ax, fan.index, fan["median"], label="forecast", colour="expected", style=(0, (4, 1.5)))
    for share in sorted(FAN, reverse=True):
        name = f"holds {', '.join(percent(s, 0) for s in FAN)} of forecasts" if share == max(FAN) else None
        drawing.band(ax, fan.index, fan[f"lower {share}"], fan[f"upper {share}"], label=name, colour="expected")
    drawing.unwatched(ax, counts.index, exposure_of(counts))
    drawing.time_axis(ax, counts.index)
    top = [counts.max(), fan["upper 0.8"].max()]
    ax.set_ylim(0, 1.08 * max(value for value in (*map(float, top), 1.0) if isfinite(value)))
    drawing.event_mark(ax, first, f"forecast from {periods.label_of(first)}")
    return _finished(ax, verdict, finding, counts)


#: How the finding on each link that is a course in time is drawn.
COURSES = {"change": plot_change, "timing": plot_timing, "forecast": plot_forecast}


def _finished(ax: Axes, verdict: Verdict, finding: Finding, counts: pd.Series) -> Axes:
    noun = _noun(counts.index)
    caption = finding_caption(verdict, finding, f"n = {plural(int(counts.notna().sum()), noun)}")
    title = plain(textwrap.fill(finding.question, _TITLE_LETTERS))
    return drawing.finish(ax, title=title, caption=plain(caption), y_label=plain(_unit_of(counts)))


def _unit_of(counts: pd.Series) -> str:
    return f"{counts.attrs.get('unit') or 'incidents'} a {_noun(counts.index)}"


def _window(ax: Axes, event: Event) -> None:
    if event.window:
        first, last = (periods.period(label) for label in event.window)
        drawing.window(ax, first, last, label="claimed window")


def _noun(index: pd.PeriodIndex) -> str:
    return periods.frequency_name(periods.frequency_of(index))


def _named(event: str) -> str:
    return event.replace("_", " ").replace("-", " ")
