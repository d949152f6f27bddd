"""The chart of a change beside its rivals: when each was there, and what is left of the change with each entered."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.charts.intervals import SMALL, beside, from_the_left, quantity_axis, reach, whisker
from trends.charts.wording import finding_caption, plain
from trends.claims.checks.known import DOES_NOT_APPLY
from trends.claims.entered import Rival
from trends.claims.links.rivals import RivalFits
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import figure
from trends.counts.panel import exposure_of
from trends.errors import InputError
from trends.models.rivals import is_spell
from trends.nouns import plural
from trends.styling import chart_width

_TITLE_LETTERS, _LABEL_LETTERS = 76, 38
# Inches: height of the counts, of a lane and of an estimate; margins of the chart and the space between its parts.
_COUNTS, _LANE, _ROW, _LEFT, _RIGHT, _BELOW, _GAP = 1.1, 0.24, 0.26, 2.25, 1.3, 0.68, (0.1, 0.36)


def plot_rivals(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The counts, a lane for the days of each rival, and the change with none, each and all of them entered.

    On given Axes only the estimates are drawn.
    """
    fits, table = finding.fit, finding.table
    if not isinstance(fits, RivalFits) or table is None:
        raise InputError(
            f"draw the rivals of the claim {verdict.claim.id!r}",
            found=f"a finding without them ({finding.ruling})",
            allowed="a finding on rivals that were entered",
            do="draw another one",
        )
    rows = table.reset_index(drop=True)
    if ax is not None:
        return _estimates(verdict, finding, rows, ax)
    dated = [rival for rival in fits.rivals if rival.windows]
    above, lanes, below = _stacked(finding.question, _LANE * max(len(dated), 1), _ROW * max(len(rows), 1))
    drawing.points(above, fits.counts.index, fits.counts, label="counted")
    drawing.unwatched(above, fits.counts.index, exposure_of(fits.counts))
    noun = periods.frequency_name(periods.frequency_of(fits.counts.index))
    drawing.finish(above, y_label=f"{fits.counts.attrs.get('unit') or 'incidents'} a {noun}", legend=False)
    start = -(_LEFT - 0.05) / (chart_width() - _LEFT - _RIGHT)
    title = plain(textwrap.fill(finding.question, _TITLE_LETTERS))
    above.set_title(title, loc="left", x=start, fontsize=9.5, fontweight="bold")
    above.tick_params(labelbottom=False)
    _lanes(lanes, dated, fits.counts.index)
    if fits.at is not None:
        drawing.event_mark(above, fits.at, "the change")
        drawing.event_mark(lanes, fits.at)
    return _estimates(verdict, finding, rows, below)


def _stacked(title: str, lanes: float, rows: float) -> list[Axes]:
    """Three Axes of known heights in inches: a computed layout would not know of the words beside the estimates."""
    top = 0.12 + 0.17 * len(textwrap.wrap(title, _TITLE_LETTERS))
    parts = (_COUNTS, lanes, rows)
    height = top + sum(parts) + sum(_GAP) + _BELOW
    stack = drawing.stacked(3, heights=parts, height=height, share_x=False)
    drawing.figure_of(stack[0]).set_layout_engine("none")
    bottom = height - top
    for axes, part, gap in zip(stack, parts, (*_GAP, 0), strict=True):
        box = (_LEFT, bottom - part, chart_width() - _LEFT - _RIGHT, part)
        axes.set_position((box[0] / chart_width(), box[1] / height, box[2] / chart_width(), box[3] / height))
        bottom -= part + gap
    return stack


def _lanes(ax: Axes, rivals: list[Rival], index: pd.PeriodIndex) -> None:
    """A lane for each rival: its spells as bars, its dates as marks that go on."""
    for y, rival in enumerate(rivals):
        drawing.lane(ax, y, rival.windows, until=None if is_spell(list(rival.windows)) else index[-1] + 1)
    drawing.time_axis(ax, index)
    ax.set_ylim(max(len(rivals), 1) - 0.5, -0.5)
    ax.set_yticks(range(len(rivals)), [_label(rival.title) for rival in rivals], fontsize=SMALL)
    ax.tick_params(axis="y", length=0)


def _estimates(verdict: Verdict, finding: Finding, rows: pd.DataFrame, ax: Axes) -> Axes:
    evidence, stand, fits = finding.evidence, finding.stand, finding.fit
    assert evidence is not None and stand is not None and isinstance(fits, RivalFits)
    claimed = stand.claimed
    low, high = reach([*rows[["estimate", "lower", "upper"]].to_numpy(float).ravel(), *claimed], "ratio")
    quantity_axis(ax, low, high, "ratio")
    ax.axvspan(
        max(claimed[0], low), min(claimed[1], high), color=drawing.COLOURS["window"], alpha=0.22, linewidth=0, zorder=0
    )
    for y, row in rows.iterrows():
        if not np.isfinite(row["estimate"]):
            beside(ax, 1.02, y, f"–  {_why_not(finding, y)}")
            continue
        colour, marker = ("counts", "o") if 0 < y < len(rows) - 1 else ("fit", "D")
        whisker(ax, y, row["estimate"], row["lower"], row["upper"], drawing.COLOURS[colour], marker)
        low_end, high_end = (figure(row[end], "ratio") for end in ("lower", "upper"))
        beside(ax, 1.02, y, f"{figure(row['estimate'], 'ratio')}  ({low_end} – {high_end})")
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    entered = {"no rival": "no rival entered", "all together": "all entered"}
    ax.set_yticks(
        range(len(rows)), [_label(entered.get(what, f"with {what}")) for what in rows["what"]], fontsize=SMALL
    )
    ax.tick_params(axis="y", length=0)
    noun = periods.frequency_name(periods.frequency_of(fits.counts.index))
    n = f"n = {plural(evidence.nobs, noun)}. Shaded: the values for which the claim is true"
    return from_the_left(ax, _LEFT, caption=finding_caption(verdict, finding, n, [verdict.sources[0][0]]))


def _why_not(finding: Finding, row: int) -> str:
    """Why there is no estimate with a rival; the checks of the rivals stand in the order of their rows."""
    check = finding.checks[row - 1] if 0 < row <= len(finding.checks) else None
    return "does not vary here" if check is not None and check.outcome == DOES_NOT_APPLY else "cannot be separated"


def _label(text: str) -> str:
    return plain(textwrap.fill(text, _LABEL_LETTERS))
