"""The chart of a finding: what the ruling on one link of a claim rests on."""

import textwrap
from dataclasses import replace
from math import isfinite, isnan

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing
from trends.arguments import checked_arguments
from trends.charts.counters import plot_ordinary, plot_realised, plot_recorded
from trends.charts.courses import COURSES
from trends.charts.intervals import beside, from_the_left, quantity_axis, reach, rows_axes, whisker
from trends.charts.rivals import plot_rivals
from trends.charts.wording import finding_caption
from trends.claims.links.recorded import SAME_ORIGIN
from trends.claims.registry import kind_of
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import figure
from trends.errors import InputError
from trends.nouns import plural


@checked_arguments
def plot_finding(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The chart of what one link of a claim rests on.

    A ``change`` is shown as the counts, the fit, and what was to be expected had nothing changed, with the event and
    its window; ``timing`` as the counts above the probability of each date; ``lasting`` as the counts with each shape
    that the change may have had; ``rivals`` as the days of each rival and the change with it entered; any other link
    as a dot with its interval for each source, over the values that the
    claim asserts.

    Parameters
    ----------
    verdict : Verdict
        The verdict that the finding belongs to.
    finding : Finding
        One of its findings, with a ``fit`` or a ``table``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default. Of ``timing``, only the dates are drawn on given Axes.

    Raises
    ------
    InputError
        Where the finding has neither a fit nor a table: there is nothing to draw. Ask `has_chart` first.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> ax = plot_finding(verdict, verdict.findings[0])
    >>> len(ax.lines) > 0
    True
    """
    if _has_course(finding):
        return DRAWN[kind_of(finding.link).chart](verdict, finding, ax)
    if has_chart(finding):
        return plot_intervals(verdict, finding, ax)
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
    return kind_of(finding.link).chart != _INTERVALS and finding.fit is not None


def plot_intervals(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """Each row of a finding's table as a dot with its interval, over the values for which the claim is true."""
    table = finding.table
    assert table is not None
    rows = table[np.isfinite(table["estimate"].astype(float))].reset_index(drop=True)
    unit, link = finding.evidence.unit if finding.evidence else "count", verdict.claim.asserts.get(finding.link)
    claimed = finding.stand.claimed if finding.stand else None
    stated = getattr(link, "number", None) or getattr(link, "about", None)
    labels: dict[float, str] = {
        y: textwrap.shorten(str(what), 40, placeholder=" …") for y, what in enumerate(rows["what"])
    }
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
        colour, marker = ("fit", "D") if y == 0 else ("muted" if row["what"].endswith(SAME_ORIGIN) else "counts", "o")
        whisker(ax, y, row["estimate"], row["lower"], row["upper"], drawing.COLOURS[colour], marker)
        beside(ax, 1.03, y, _figures(row, unit))
    evidence = finding.evidence
    nobs = evidence.nobs if evidence else 0
    # A row a source names them all; their citations would not fit below.
    caption = finding_caption(
        replace(verdict, sources=(("", "as named in the rows"),)) if kind_of(finding.link).cites_rows else verdict,
        finding,
        f"n = {plural(nobs, evidence.counted_in or 'incident')}" if evidence and nobs else "n as in the rows",
        [*rows["what"]],
    )
    return from_the_left(ax, left, title=finding.question, caption=caption)


def _figures(row: pd.Series, unit: str) -> str:
    if isnan(row["lower"]):
        return figure(row["estimate"], unit)
    upper = figure(row["upper"], unit) if isfinite(row["upper"]) else "∞"
    return f"{figure(row['estimate'], unit)}  ({figure(row['lower'], unit)} – {upper})"


_INTERVALS = "intervals"
#: The drawing functions, by the name that a kind of link has under ``chart``.
DRAWN = COURSES | {
    "recorded": plot_recorded,
    "realised": plot_realised,
    "ordinary": plot_ordinary,
    "rivals": plot_rivals,
    _INTERVALS: plot_intervals,
}
