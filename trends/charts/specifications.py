"""The chart of a specification curve: every estimate with its interval, and the choices that each was made with."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.arguments import checked_arguments
from trends.charts.pictures import Pictures
from trends.charts.wording import plain
from trends.claims.specifications import SpecificationCurve
from trends.claims.verdict import Finding
from trends.claims.words import figure, percent
from trends.errors import InputError
from trends.nouns import plural

# What each choice is called on the board, in its order there.
_TITLES = {
    "source": "source",
    "frequency": "counted by",
    "first": "counts from",
    "without": "without",
}
_PERIODS = {"D": "days", "W": "weeks", "M": "months", "Q": "quarters", "Y": "years"}
# How an interval that reads so is drawn: its colour, and the marker of its estimate.
_READS = {
    "as claimed": ("good", "o"),
    "otherwise": ("expected", "s"),
    "no material change": ("fit", "D"),
    "open": ("muted", "."),
}
_SIZE, _LETTERS = 6.8, 26
# Months and quarters write the same choice in two ways.
_ALIKE = {
    "first": lambda label: periods.label_of(periods.period(label).start_time.to_period("M")),
}


@checked_arguments
def plot_specifications(
    curve: SpecificationCurve, axes: Sequence[Axes] | None = None, *, title: str = "", names: Mapping | None = None
) -> Axes:
    """The specification curve: sorted rate ratios with their intervals above, and the choices of each below.

    Parameters
    ----------
    curve : SpecificationCurve
        From `trends.specifications`.
    axes : pair of matplotlib.axes.Axes, optional
        Where to draw the estimates and the choices; new Axes by default.
    title : str
        What stands above.
    names : mapping of str to str, optional
        Titles of the sources, by their names.

    Returns
    -------
    matplotlib.axes.Axes
        Those of the estimates. Only choices that vary have rows below.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.specifications import specifications
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["iraq"])
    >>> curve = specifications(study.claim("attacks-rose-after-drawdown"), study, limit=12)
    >>> axes = plot_specifications(curve)
    """
    shown = curve.fitted.dropna(subset="ratio").sort_values("ratio", kind="stable")
    rows = _rows(shown, names or {})
    if axes is not None and len(axes) != 2:
        do = "give those that drawing.stacked(2) makes"
        raise InputError("draw a specification curve", found=f"{len(axes)} axes", allowed="two", do=do)
    heights = (1.9, 0.115 * max(len(rows), 3))
    above, below = axes or drawing.stacked(2, heights=heights, height=2.7 + 0.125 * len(rows))
    _plot_estimates(above, shown, curve)
    drawing.finish(above, title=plain(textwrap.fill(title, 84)), y_label="rate ratio")
    _plot_choices(below, shown, rows)
    drawing.finish(below, caption=plain(_caption(curve, shown)), legend=False)
    return above


def curve_of(finding: Finding) -> SpecificationCurve | Pictures | None:
    """The specification curve that the checks of a finding rest on, or the chart of it, if any."""
    curves = (check.fit for check in finding.checks if isinstance(check.fit, SpecificationCurve | Pictures))
    return next(curves, None)


def _rows(shown: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[str, str, np.ndarray]]:
    """The rows of the board: choice, value and where it was made. A choice that never varies has none."""
    rows = []
    for choice, title in _TITLES.items():
        values = shown[choice].map(_ALIKE.get(choice, lambda value: value))
        order = sorted(values.unique(), key=lambda value: (-(values == value).sum(), str(value)))
        if choice == "without":
            # Each stands in one specification: a row for all of them tells as much as one for each.
            if (values != "").any():
                rows.append((title, "one province", (values != "").to_numpy()))
            continue
        if choice == "first":
            order = sorted(order)
        if len(order) > 1:
            rows += [(title, _named(choice, value, names), (values == value).to_numpy()) for value in order]
    return rows


def _named(choice: str, value: Any, names: Mapping[str, str]) -> str:
    if choice == "frequency":
        return _PERIODS[value]
    return textwrap.shorten(names.get(value, str(value)), _LETTERS, placeholder=" …")


def _plot_estimates(ax: Axes, shown: pd.DataFrame, curve: SpecificationCurve) -> None:
    places = np.arange(len(shown))
    drawing.ratio_axis(ax, shown[["lower", "upper"]].quantile([0.02, 0.98]).to_numpy().ravel(), "y")
    low, high = ax.get_ylim()
    ends = max(curve.claimed[0], low), min(curve.claimed[1], high)
    ax.axhspan(*ends, color=drawing.COLOURS["window"], alpha=0.16, linewidth=0, label="as claimed", zorder=0)
    for reads, (colour, marker) in _READS.items():
        here = (shown["reads"] == reads).to_numpy()
        if here.any():
            some, tint = shown[here], drawing.COLOURS[colour]
            ax.vlines(places[here], some["lower"], some["upper"], color=tint, alpha=0.35, linewidth=0.7, zorder=2)
            label = f"answer: {reads}"
            ax.plot(places[here], some["ratio"], marker, color=tint, markersize=3, label=label, zorder=3)
    own = np.flatnonzero(shown.index == 0)
    own_style: dict[str, Any] = {
        "color": drawing.COLOURS["event"],
        "markeredgecolor": drawing.COLOURS["ink"],
        "markersize": 6,
    }
    ax.plot(own, shown["ratio"].iloc[own], "D", label="the claim’s own", zorder=5, **own_style)
    ax.axhline(1, color=drawing.COLOURS["muted"], linewidth=0.8, zorder=1)
    ax.axhline(curve.median, color=drawing.COLOURS["ink"], linewidth=0.8, linestyle=(0, (4, 2)), label="median")
    ax.set_xlim(-0.01 * len(shown) - 1, 1.01 * len(shown))
    ax.set_xticks([])


def _plot_choices(ax: Axes, shown: pd.DataFrame, rows: list[tuple[str, str, np.ndarray]]) -> None:
    n, own, before = len(shown), np.flatnonzero(shown.index == 0), ""
    for y, (title, _, made) in enumerate(rows):
        if y and title != before:
            ax.axhline(y - 0.5, color=drawing.COLOURS["faint"], linewidth=0.8, zorder=0)
        before = title
        ax.vlines(np.flatnonzero(made), y - 0.36, y + 0.36, color=drawing.COLOURS["counts"],
                  linewidth=min(1.6, 330 / max(n, 1)), zorder=2)  # fmt: skip
    if len(own):
        ax.axvline(own[0], color=drawing.COLOURS["event"], linewidth=0.9, zorder=1)
    first = {title: y for y, (title, _, _) in reversed(list(enumerate(rows)))}
    labels = [f"{title}: {value}" if first[title] == y else value for y, (title, value, _) in enumerate(rows)]
    ax.set_yticks(range(len(rows)), [plain(label) for label in labels], fontsize=_SIZE)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def _caption(curve: SpecificationCurve, shown: pd.DataFrame) -> str:
    share = curve.share
    way = "inside the bar" if curve.claimed[0] < 1 < curve.claimed[1] else "on the claimed side of 1"
    words = [
        f"n = {plural(len(shown), 'specification')}, sorted by their rate ratio, each with its 95 % interval.",
        f"Median {figure(curve.median, 'ratio')}; {percent(share['direction'])} {way}, {percent(share['own'])} with "
        "the answer of the claim’s own.",
    ]
    if curve.refused:
        words.append(f"Not shown: {curve.refused} that could not be asked.")
    alone = shown[shown["without"] != ""]["ratio"]
    if len(alone):
        low, high = (figure(value, "ratio") for value in (alone.min(), alone.max()))
        words.append(f"Leaving out one province moves the claim’s own from {low} to {high}.")
    return " ".join(words).replace(" %", "\u00a0%")
