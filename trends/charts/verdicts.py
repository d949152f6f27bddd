"""The chart of a finding: what the ruling on one link of a claim rests on."""

import textwrap
from math import isfinite, isnan

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.charts.intervals import beside, from_the_left, quantity_axis, reach, rows_axes, whisker
from trends.charts.wording import plain, plural, sentence
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import figure
from trends.counts.panel import exposure_of
from trends.errors import InputError


def plot_finding(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The chart of what one link of a claim rests on.

    A ``change`` is shown as the counts, the fit, and what was to be expected had nothing changed, with the event and
    its window; any other link as a dot with its interval for each source, over the values that the claim asserts.

    Parameters
    ----------
    verdict : Verdict
        The verdict that the finding belongs to.
    finding : Finding
        One of its findings, with a ``fit`` or a ``table``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default.

    Raises
    ------
    InputError
        Where the finding has neither a fit nor a table: there is nothing to draw. Ask `has_chart` first.
    """
    if _has_course(finding):
        return _plot_change(verdict, finding, ax)
    if has_chart(finding):
        return _plot_intervals(verdict, finding, ax)
    raise InputError(
        f"draw the link {finding.link!r} of the claim {verdict.claim.id!r}",
        found=f"a finding without a fit or a table ({finding.ruling})",
        allowed="a finding that rests on figures",
        do="draw another one",
    )


def has_chart(finding: Finding) -> bool:
    """Whether there is anything to draw for a finding."""
    table = finding.table
    if table is None or not {"what", "estimate", "lower", "upper"} <= set(table.columns):
        return _has_course(finding)
    return _has_course(finding) or bool(np.isfinite(table["estimate"].astype(float)).any())


def _has_course(finding: Finding) -> bool:
    return finding.link == "change" and finding.fit is not None


def _plot_change(verdict: Verdict, finding: Finding, ax: Axes | None) -> Axes:
    fit, claim = finding.fit, verdict.claim
    counts, expected = fit.endog, fit.expected
    ax = drawing.axes(ax, height=2.55)
    drawing.points(ax, counts.index, counts, label="counted")
    drawing.line(ax, counts.index, fit.fittedvalues.reindex(counts.index), label="fitted")
    after = expected.loc[expected.index >= fit.at]
    words = "expected, had nothing changed"
    drawing.line(ax, after.index, after["expected"], label=words, colour="expected", style=(0, (4, 1.5)))
    drawing.band(ax, after.index, after["lower"], after["upper"], label="its 95 % interval", colour="expected")
    drawing.unwatched(ax, counts.index, exposure_of(counts) if fit.exposure is None else fit.exposure)
    if claim.event.window:
        first, last = (periods.period(label) for label in claim.event.window)
        drawing.window(ax, first, last, label="claimed window")
    drawing.time_axis(ax, counts.index)
    top = [counts.max(), fit.fittedvalues.max(), 1.15 * after["expected"].max()]
    ax.set_ylim(0, 1.08 * max(value for value in (*map(float, top), 1.0) if isfinite(value)))
    drawing.event_mark(ax, fit.at, plain(_named(claim.event.name)) or f"from {periods.label_of(fit.at)}")
    unit = counts.attrs.get("unit") or "incidents"
    y_label = f"{unit} a {periods.frequency_name(periods.frequency_of(counts.index))}"
    caption = _caption(verdict, finding, f"n = {plural(int(counts.notna().sum()), _noun(counts))}")
    title = plain(textwrap.fill(finding.question, 84))
    return drawing.finish(ax, title=title, caption=plain(caption), y_label=plain(y_label))


def _noun(counts: pd.Series) -> str:
    return periods.frequency_name(periods.frequency_of(counts.index))


def _named(event: str) -> str:
    return event.replace("_", " ").replace("-", " ")


def _caption(verdict: Verdict, finding: Finding, n: str, rows=()) -> str:
    cited = [pair for pair in verdict.sources if pair[0] in rows] or verdict.sources
    sources = "; ".join(dict.fromkeys(citation.rstrip(".") for _, citation in cited))
    text = f"{sentence(f'source: {sources}')} " if sources else ""
    return f"{text}{n}. Claim {verdict.claim.id}, {finding.link}: {finding.ruling}."


def _plot_intervals(verdict: Verdict, finding: Finding, ax: Axes | None) -> Axes:
    rows = finding.table[np.isfinite(finding.table["estimate"].astype(float))].reset_index(drop=True)
    unit, link = finding.evidence.unit if finding.evidence else "count", verdict.claim.asserts.get(finding.link)
    claimed = finding.stand.claimed if finding.stand else None
    stated = getattr(link, "number", None) or getattr(link, "stated", None)
    labels = {y: textwrap.shorten(str(what), 33, placeholder=" …") for y, what in enumerate(rows["what"])}
    left = 0.35 + 0.064 * max(map(len, labels.values()))
    ax = rows_axes(ax, len(rows), left=left, right=1.35, labels=labels, title=finding.question)
    low, high = reach([*rows[["estimate", "lower", "upper"]].to_numpy(float).ravel(), *(claimed or ()), stated], unit)
    quantity_axis(ax, low, high, unit)
    if claimed:
        span = max(claimed[0], low), min(claimed[1], high)
        ax.axvspan(*span, color=drawing.COLOURS["window"], alpha=0.22, linewidth=0, label="as claimed", zorder=0)
    if stated:
        dashes = (0, (4, 2))
        ax.axvline(stated, color=drawing.COLOURS["event"], linewidth=1.2, linestyle=dashes, label="as stated", zorder=1)
    for y, row in rows.iterrows():
        colour, marker = ("fit", "D") if y == 0 else ("counts", "o")
        whisker(ax, y, row["estimate"], row["lower"], row["upper"], drawing.COLOURS[colour], marker)
        beside(ax, 1.03, y, _figures(row, unit))
    nobs = finding.evidence.nobs if finding.evidence else 0
    caption = _caption(
        verdict, finding, f"n = {plural(nobs, 'incident')}" if nobs else "n as in the rows", [*rows["what"]]
    )
    return from_the_left(ax, left, title=finding.question, caption=caption)


def _figures(row: pd.Series, unit: str) -> str:
    if isnan(row["lower"]):
        return figure(row["estimate"], unit)
    upper = figure(row["upper"], unit) if isfinite(row["upper"]) else "∞"
    return f"{figure(row['estimate'], unit)}  ({figure(row['lower'], unit)} – {upper})"
