"""Charts of findings on a course in time: a change with what was to be expected, its date, and its shape."""

import textwrap
from math import isfinite

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.chance.forecast import FAN
from trends.charts.wording import finding_caption, percent, plain
from trends.claims.claim import Event
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import plural
from trends.counts.panel import exposure_of

_TITLE_LETTERS = 76
# How each shape that a change may have had is drawn: its colour and its line.
_SHAPES = {"step": ("fit", "-"), "pulse": ("expected", "--"), "ramp": ("good", ":")}


def plot_change(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts, the fit, and what was to be expected had nothing changed, with the event and its window."""
    fit, event = finding.fit, verdict.claim.event
    counts, expected = fit.endog, fit.expected
    ax = drawing.axes(ax, height=2.55)
    drawing.points(ax, counts.index, counts, label="counted")
    drawing.line(ax, counts.index, fit.fittedvalues.reindex(counts.index), label="fitted")
    after, found = expected.loc[expected.index >= fit.at, "expected"], finding.evidence
    words = "expected, had nothing changed"
    drawing.line(ax, after.index, after, label=words, colour="expected", style=(0, (4, 1.5)))
    # The band is that of the ruling: what was expected, times either end of the interval that it rests on.
    ends = [np.nan_to_num(end * after, posinf=1e9) for end in (found.lower, found.upper)]
    drawing.band(ax, after.index, *ends, label="what the ruling leaves open", colour="fit")
    drawing.unwatched(ax, counts.index, exposure_of(counts) if fit.exposure is None else fit.exposure)
    _window(ax, event)
    drawing.time_axis(ax, counts.index)
    # The band may reach far beyond all counts; it is cut rather than the counts made small.
    top = [counts.max(), fit.fittedvalues.max(), 1.15 * after.max()]
    ax.set_ylim(0, 1.08 * max(value for value in (*map(float, top), 1.0) if isfinite(value)))
    drawing.event_mark(ax, fit.at, plain(event.title or _named(event.name)) or f"from {periods.label_of(fit.at)}")
    return _finished(ax, verdict, finding, counts)


def plot_timing(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts above the probability of each date of the change, with the claimed window across both.

    On given Axes only the probabilities are drawn.
    """
    dated, event = finding.fit, verdict.claim.event
    index = dated.posterior.index
    counts = pd.Series(np.nan, index=index)
    counts[dated.data.index[dated.data.at]] = dated.data.counts
    if ax is None:
        above, ax = drawing.stacked(2, heights=(1.5, 1), height=3.4)
        drawing.points(above, index, counts, label="counted")
        drawing.unwatched(above, index, counts.notna().to_numpy() * 1.0)
        _window(above, event)
        title = plain(textwrap.fill(finding.question, _TITLE_LETTERS))
        drawing.finish(above, title=title, y_label=f"counts a {_noun(index)}")
    dated.plot_posterior(ax)
    for bar in ax.patches:
        bar.set_alpha(0.7)
    _window(ax, event)
    n = f"n = {plural(int(counts.notna().sum()), _noun(index))}"
    return drawing.finish(
        ax, caption=plain(finding_caption(verdict, finding, n)), y_label="probability\nof the date", legend=False
    )


def plot_lasting(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts with each shape that the change may have had, and how probable each is."""
    shape = finding.fit
    ax = drawing.axes(ax, height=2.55)
    drawing.points(ax, shape.counts.index, shape.counts, label="counted")
    for name, (colour, style) in _SHAPES.items():
        label = f"{name}, {percent(shape.table.loc[name, 'probability'], 0)}"
        drawing.line(ax, shape.counts.index, shape.expected[name], label=label, colour=colour, style=style)
    drawing.unwatched(ax, shape.counts.index, exposure_of(shape.counts))
    return _finished(ax, verdict, finding, shape.counts)


def plot_forecast(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts, what the periods before led to expect, and the fan that holds half, 80 % and 95 % of forecasts."""
    counts, made = finding.fit.counts, finding.fit.made
    ax = drawing.axes(ax, height=2.55)
    drawing.points(ax, counts.index, counts, label="counted")
    before, ahead = made.mean[made.mean.index < made.first], made.mean[made.mean.index >= made.first]
    drawing.line(ax, before.index, before, label="fitted to the periods before")
    drawing.line(ax, ahead.index, ahead, label="forecast", colour="expected", style=(0, (4, 1.5)))
    for share in sorted(FAN, reverse=True):
        name = f"holds {', '.join(percent(s, 0) for s in FAN)} of forecasts" if share == max(FAN) else None
        low, high = made.fan[f"lower {share}"], made.fan[f"upper {share}"]
        drawing.band(ax, made.fan.index, low, high, label=name, colour="expected")
    drawing.unwatched(ax, counts.index, exposure_of(counts))
    drawing.time_axis(ax, counts.index)
    top = [counts.max(), made.fan["upper 0.8"].max(), made.mean.max()]
    ax.set_ylim(0, 1.08 * max(value for value in (*map(float, top), 1.0) if isfinite(value)))
    drawing.event_mark(ax, made.first, f"forecast from {periods.label_of(made.first)}")
    return _finished(ax, verdict, finding, counts)


#: How the finding on each link that is a course in time is drawn.
COURSES = {"change": plot_change, "timing": plot_timing, "lasting": plot_lasting, "forecast": plot_forecast}


def _finished(ax: Axes, verdict: Verdict, finding: Finding, counts: pd.Series) -> Axes:
    noun = _noun(counts.index)
    caption = finding_caption(verdict, finding, f"n = {plural(int(counts.notna().sum()), noun)}")
    title = plain(textwrap.fill(finding.question, _TITLE_LETTERS))
    y_label = f"{counts.attrs.get('unit') or 'incidents'} a {noun}"
    return drawing.finish(ax, title=title, caption=plain(caption), y_label=plain(y_label))


def _window(ax: Axes, event: Event) -> None:
    if event.window:
        first, last = (periods.period(label) for label in event.window)
        drawing.window(ax, first, last, label="claimed window")


def _noun(index: pd.PeriodIndex) -> str:
    return periods.frequency_name(periods.frequency_of(index))


def _named(event: str) -> str:
    return event.replace("_", " ").replace("-", " ")
