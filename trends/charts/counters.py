"""The charts of counters: what each recorded, what they say together, and where a change stands among the world's."""

import textwrap
from math import inf, isfinite, isnan

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from trends import drawing
from trends.charts.intervals import SMALL, beside, from_the_left, quantity_axis, reach, rows_axes, whisker
from trends.charts.wording import finding_caption, plain
from trends.claims.links.ordinary import OrdinarySwing
from trends.claims.links.recorded import SAME_ORIGIN, value_of
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import figure
from trends.errors import InputError
from trends.nouns import plural

# Letters of a label, and inches that one of them takes.
_LETTERS, _INCH = 40, 0.064


def plot_recorded(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """The figure as each counter recorded it, a dot a counter over the values for which the claim is true."""
    return _rows(verdict, finding, ax, "Recorded by")


def plot_realised(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """What all counters say together, then each by itself with its interval, over the values that are claimed."""
    return _rows(verdict, finding, ax, "Counted by")


def _rows(verdict: Verdict, finding: Finding, ax: Axes | None, verb: str) -> Axes:
    table = finding.table
    if table is None:
        raise _nothing_to_draw(verdict, finding)
    rows = table[np.isfinite(table["estimate"].astype(float))].reset_index(drop=True)
    unit = finding.evidence.unit if finding.evidence else "count"
    claimed = finding.stand.claimed if finding.stand else (0.0, inf)
    labels: dict[float, str] = {
        y: textwrap.shorten(str(what), _LETTERS, placeholder=" …") for y, what in enumerate(rows["what"])
    }
    left = 0.35 + _INCH * max(map(len, labels.values()))
    ax = rows_axes(ax, len(rows), left=left, right=1.45, labels=labels, title=finding.question)
    low, high = reach([*rows[["estimate", "lower", "upper"]].to_numpy(float).ravel(), *claimed], unit)
    quantity_axis(ax, low, high, unit)
    window = max(claimed[0], low), min(claimed[1], high)
    ax.axvspan(*window, color=drawing.COLOURS["window"], alpha=0.22, linewidth=0, label="as claimed", zorder=0)
    for y, row in rows.iterrows():
        decides = y == 0
        same = str(row["what"]).endswith(SAME_ORIGIN)
        colour = drawing.COLOURS["fit" if decides else "muted" if same else "counts"]
        whisker(ax, y, row["estimate"], row["lower"], row["upper"], colour, "D" if decides else "o")
        beside(ax, 1.03, y, _told(row, unit))
    n = f"{verb} {plural(int(np.isfinite(rows['count'].astype(float)).sum()), 'counter')}"
    return from_the_left(
        ax, left, title=finding.question, caption=finding_caption(verdict, finding, n, [*rows["what"]])
    )


def _nothing_to_draw(verdict: Verdict, finding: Finding) -> InputError:
    return InputError(
        f"draw the link {finding.link!r} of the claim {verdict.claim.id!r}",
        found=f"a finding without figures ({finding.ruling})",
        allowed="a finding that rests on figures",
        do="draw another one",
    )


def _told(row: pd.Series, unit: str) -> str:
    """The figure of a row, with its interval where it has one, or else with the count it is of."""
    value = figure(row["estimate"], unit)
    if isnan(row["lower"]):
        return value if unit == "count" or isnan(row["count"]) else f"{value}  (n {figure(row['count'], 'count')})"
    upper = figure(row["upper"], unit) if isfinite(row["upper"]) else "∞"
    return f"{value}  ({figure(row['lower'], unit)} – {upper})"


def plot_ordinary(verdict: Verdict, finding: Finding, ax: Axes | None = None) -> Axes:
    """How often a change this large is seen: the world's pairs of spans like these, and the one in question.

    The curve is the share of like pairs that rose as much or more (fell as much or more, where a fall is claimed).
    """
    made = finding.fit
    if not isinstance(made, OrdinarySwing):
        raise _nothing_to_draw(verdict, finding)
    swing, falls = made.swing, made.asked.direction in ("fall", "no rise")
    ratios = np.array(swing.quantiles)
    shares = np.arange(1, 100) / 100
    shares = shares if falls else 1 - shares
    # Like pairs in which nothing was left would need an axis without an end.
    shown = ratios > 1e-2
    ax = drawing.axes(height=2.9) if ax is None else ax
    ax.plot(ratios[shown], shares[shown], color=drawing.COLOURS["counts"], linewidth=1.6, label="like pairs of spans")
    share = swing.fall if falls else swing.rise
    recorded = value_of(made.record, made.asked)
    # Where one of the counts is none, its place is that of the ratio with a half added to each.
    recorded = recorded if 0 < recorded < inf else swing.ratio
    ax.plot(
        [recorded],
        [share],
        color=drawing.COLOURS["fit"],
        marker="D",
        markersize=7,
        linestyle="none",
        label=f"recorded: {figure(recorded, 'ratio')} times",
        zorder=5,
    )
    ax.axhline(0.05, color=drawing.COLOURS["muted"], linewidth=0.8, linestyle=(0, (4, 2)), label="5 of 100")
    low, high = reach([*ratios[shown], recorded], "ratio")
    quantity_axis(ax, low, high, "ratio")
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    way = "fell" if falls else "rose"
    drawing.finish(ax, y_label=f"pairs that {way} as much", legend=False)
    ax.legend(loc="upper left" if falls else "upper right", fontsize=SMALL, frameon=False)
    ax.set_title(plain(textwrap.fill(finding.question, 72)), loc="left", fontsize=9.5, fontweight="bold")
    n = f"Like pairs of {swing.countries:.0f} countries"
    ax.set_xlabel(
        plain(textwrap.fill(finding_caption(verdict, finding, n, [made.record.title]), 100)),
        fontsize=SMALL,
        color=drawing.COLOURS["muted"],
        loc="left",
    )
    return ax
