"""Where it happened, told by maps: the counts of each year, and the latest change."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from trends import periods
from trends.charts.changemaps import FEW, plot_change_map, short_span
from trends.charts.maps import plot_maps
from trends.claims.words import figure
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.nouns import listed
from trends.reports.course import Aspect
from trends.reports.parts import Chart

#: Years that the latest change is between: so many, against as many before.
_YEARS = 2


def places(panel: Panel, outlines: Outlines, title: str) -> tuple[tuple[Aspect, ...], dict[str, Callable]]:
    """Where the counts of a panel were, as aspects with maps, and how to draw each, by name.

    Parameters
    ----------
    panel : Panel
        The counts.
    outlines : Outlines
        Where the provinces lie.
    title : str
        What the counts are called.
    """
    sums = panel.counts.sum().sort_values(ascending=False, kind="stable")
    most = sums[sums > 0].head(3)
    if most.empty:
        return (), {}
    shares = listed([f"{name} ({figure(n / sums.sum(), 'share')})" for name, n in most.items()])
    words = f"Most {panel.unit} of the whole span were counted in {shares}."
    chart = Chart("course-places", f"Maps. {title} by province and year. {words}", f"Where, {title}", True)
    told = [Aspect("Where", (words,), None, chart)]
    draw: dict[str, Callable] = {chart.name: partial(plot_maps, panel, outlines)}
    n = round(_YEARS * periods.PER_YEAR[panel.frequency])
    if len(panel.index) >= 2 * n:
        spans = (panel.index[-2 * n], panel.index[-n - 1]), (panel.index[-n], panel.index[-1])
        changes = _changes(panel, *spans)
        named = f"Where the counts changed, {title}"
        chart = Chart("course-change-map", f"Map. {named}. {' '.join(changes)}", named, True)
        draw[chart.name] = partial(plot_change_map, panel, outlines, *spans)
        told.append(Aspect("Where it changed lately", changes, None, chart))
    return tuple(told), draw


def _changes(panel: Panel, before: tuple[Any, Any], after: tuple[Any, Any]) -> tuple[str, ...]:
    old, new = (panel.span(*each).counts.sum(min_count=1) for each in (before, after))
    enough = (old + new) >= FEW
    rose, fell = (
        [name for name in panel.provinces if enough[name] and way(new[name], old[name])] for way in (_up, _down)
    )
    dates = [short_span(panel.span(*each).index) for each in (before, after)]
    told = [
        f"{listed([_counted(name, old, new) for name in names])} had {verb}"
        for names, verb in ((rose, "more"), (fell, "fewer"))
        if names
    ] or ["none changed"]
    told[0] += f" in {dates[1]} {'than' if rose or fell else 'from what it had'} in {dates[0]}"
    opening = f"Of the {int(enough.sum())} provinces with {FEW} {panel.unit} or more in these years"
    return (
        f"{opening}, {', and '.join(told)}.",
        "A map shows where to look; whether a change is more than chance is for the claims and the trend to say.",
    )


def _up(new: float, old: float) -> bool:
    return new > old


def _down(new: float, old: float) -> bool:
    return new < old


def _counted(name: str, old: pd.Series, new: pd.Series) -> str:
    return f"{name} ({figure(old[name], 'count')} to {figure(new[name], 'count')})"
