"""Maps of change: how the rate of each province moved from one span to another, and beside it what reached it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.arguments import checked_arguments
from trends.charts.maps import footer, plot_map
from trends.charts.wording import sentence
from trends.claims.words import figure
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.errors import InputError
from trends.nouns import plural

#: Below so many incidents in both spans a ratio of counts is left uncoloured: its interval is wider than the scale.
FEW = 10


@checked_arguments
def plot_change_map(
    panel: Panel,
    outlines: Outlines,
    before: tuple[Any, Any],
    after: tuple[Any, Any],
    ax: Axes | None = None,
    *,
    title: str | None = None,
) -> Axes:
    """A map of how the rate of each province changed from one span to another, as a ratio.

    Parameters
    ----------
    panel : Panel
        The counts.
    outlines : Outlines
        Where the provinces lie.
    before, after : (period, period)
        First and last period of each span, both included.
    ax, title
        As in `plot_map`.

    Notes
    -----
    Rates are counts a watched period. Provinces with fewer than ten incidents in both spans together are left grey,
    their ratios being chance; each label shows both counts. A map shows where to look: whether a change is more than
    chance is for `trends.InterruptionModel` or a claim to say.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> ax = plot_change_map(study.panel(), study.outlines, ("2016-01", "2016-12"), ("2017-01", "2017-12"))
    >>> [text.get_text().split()[1:] for text in ax.texts if "Raqqa" in text.get_text()]
    [['250', '→', '980']]
    """
    spans = [panel.span(*each) for each in (before, after)]
    sums = [part.counts.sum(min_count=1) for part in spans]
    rates = [total / part.exposure.sum().where(lambda days: days > 0) for total, part in zip(sums, spans, strict=True)]
    few = (sums[0] + sums[1]) < FEW
    ratio = (rates[1] / rates[0].where(rates[0] > 0, np.nan)).where(rates[0] != 0, np.inf)
    known = sums[0].notna() & sums[1].notna()
    counted = known & (sums[0] + sums[1] > 0)
    notes = {
        n: f"{figure(sums[0][n], 'count')}\u00a0→\u00a0{figure(sums[1][n], 'count')}"
        for n in panel.provinces
        if counted[n]
    }
    words = [short_span(part.index) for part in spans]
    source = f"{sentence(f'source: {panel.source}')} " if panel.source else ""
    caption = f"{source}{panel.unit.capitalize()} of {words[0]} → {words[1]}; colours by the ratio of the rates, n = "
    caption += f"{plural(sums[0].sum() + sums[1].sum(), panel.unit.removesuffix('s'))}. "
    caption += f"Too few: fewer than {FEW} in both spans together."
    return plot_map(
        ratio.where(known).replace(np.inf, 1e6),
        outlines,
        ax,
        kind="ratio",
        title=title or f"Change from {words[0]} to {words[1]}",
        caption=caption,
        unit="ratio of rates",
        notes=notes,
        few=[name for name in panel.provinces if known[name] and few[name]],
    )


def short_span(index: pd.PeriodIndex) -> str:
    """A span in few letters: whole years by their numbers.

    Examples
    --------
    >>> short_span(periods.span("2017", "2018", "M")), short_span(periods.span("2020-03", "2020-05", "M"))
    ('2017\u20132018', '2020-03 to 2020-05')
    """
    first, last = index[0], index[-1]
    if (first.start_time.month, last.end_time.month) == (1, 12) and first.start_time.day == 1:
        years = first.start_time.year, last.end_time.year
        return f"{years[0]}" if years[0] == years[1] else f"{years[0]}\u2013{years[1]}"
    labels = periods.label_of(first), periods.label_of(last)
    return labels[0] if labels[0] == labels[1] else f"{labels[0]} to {labels[1]}"


@checked_arguments
def plot_dose_maps(panel: Panel, outlines: Outlines, schedule: Mapping[str, pd.Period], event: str = "") -> list[Axes]:
    """Two maps side by side: the provinces that an event reached, with the dates; and how counts changed everywhere.

    Parameters
    ----------
    panel : Panel
        The counts.
    outlines : Outlines
        Where the provinces lie.
    schedule : mapping of str to period
        The first period in which the event had reached each province.
    event : str
        What reached them, for the title.

    Notes
    -----
    The change is from as many periods before the first date as the panel has from it on (at most a year of each) to
    those from it on.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> left, right = plot_dose_maps(study.panel(), study.outlines, {"Raqqa": "2017-06"}, event="The siege of Raqqa")
    >>> [text.get_text().split() for text in left.texts if "2017" in text.get_text()]
    [['Raqqa', '2017-06']]
    """
    reached = {panel.province(name): periods.period(when, panel.frequency) for name, when in schedule.items()}
    if not reached:
        raise InputError(
            "map a dose",
            found="a schedule without a province",
            allowed="the first period of each province that it reached",
            do="name one or more",
        )
    start = panel.index.get_loc(min(reached.values()))
    n = min(start, len(panel.index) - start, round(periods.PER_YEAR[panel.frequency]))
    if n < 1:
        first = periods.label_of(min(reached.values()))
        found, allowed = f"{first}, the first period of the panel", "a date with periods before it"
        raise InputError("map a dose", found=found, allowed=allowed, do="take a longer panel")
    left, right = drawing.small_multiples(2, columns=2, height=3.4)
    doses = pd.Series({name: float(name in reached) for name in panel.provinces})
    dates = {name: periods.label_of(when) for name, when in reached.items()}
    caption = "Coloured: reached, with the first period after it."
    title = "Reached" if not event else f"Reached by {event}"
    plot_map(doses, outlines, left, kind="reached", title=title, caption=caption, notes=dates)
    before, after = (panel.index[start - n], panel.index[start - 1]), (panel.index[start], panel.index[start + n - 1])
    plot_change_map(panel, outlines, before, after, right, title="How counts changed")
    # Two captions below two small maps would squeeze them: they are told as one.
    told = [ax.get_xlabel().replace("\n", " ").removesuffix(f" {outlines.attribution}.") for ax in (left, right)]
    for ax in (left, right):
        ax.set_xlabel("")
    footer(left, f"Left: {told[0]} Right: {told[1]} {outlines.attribution}.")
    return [left, right]
