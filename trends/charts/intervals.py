"""Estimates with intervals: the looks of a ruling, the axis of a quantity, a marker with its whisker."""

import textwrap
from collections.abc import Iterable
from math import isfinite, isnan
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine as Placed
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from trends import drawing
from trends.charts.wording import plain
from trends.claims.ladder import MARKS as RUNG_MARKS
from trends.claims.rulings import Ruling
from trends.styling import chart_width

#: How a ruling looks: its colour in `drawing.COLOURS`, its marker in a chart, and its sign in a text.
MARKS = {
    ruling: (colour, marker, RUNG_MARKS[ruling][0])
    for ruling, colour, marker in (
        (Ruling.SUPPORTED, "good", "o"),
        (Ruling.CONTRADICTED, "expected", "s"),
        (Ruling.NO_MATERIAL_CHANGE, "fit", "D"),
        (Ruling.CANNOT_TELL, "muted", "^"),
        (Ruling.UNTESTABLE, "muted", "x"),
        (Ruling.NOT_ASSESSED, "muted", "_"),
    )
}
# Ratios to mark on a log axis, from sparse to dense, each with the fewest marks that make it worth its while.
_TICKS = (
    (tuple(base * 10.0**power for power in range(-3, 4) for base in (1, 3)), 5),
    (tuple(base * 10.0**power for power in range(-3, 4) for base in (1, 2, 5)), 3),
    ((0.25, 0.33, 0.5, 0.75, 1, 1.5, 2, 3, 4), 3),
    ((0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.6), 0),
)
#: The size of small print in points.
SMALL = 7.5
_BOTTOM, _MARGIN = 0.64, 0.05
# Lines of a caption that the room at the bottom holds, and the height in inches of one more.
_CAPTION_LINES, _LINE = 3, 0.13
_TITLE_LETTERS, _CAPTION_LETTERS = 76, 122


def rows_axes(
    ax: Axes | None,
    lines: float,
    *,
    left: float,
    right: float,
    labels: dict[float, str],
    title: str = "",
    row: float = 0.34,
) -> Axes:
    """Axes for rows of estimates, with labels on the left and room for words on the right.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        Where to draw; where None, new Axes whose height follows from ``lines`` (rows counted from the top, 0 first).
    left, right : float
        Inches kept free for the labels and for the words.
    labels : dict of float to str
        The label of each row.
    title : str
        The title that `from_the_left` will write, for which room is kept.
    row : float
        Height of a row in inches; room for two lines by default.
    """
    if ax is None:
        top = 0.1 + (0.2 + 0.16 * len(textwrap.wrap(title, _TITLE_LETTERS)) if title else 0)
        height = top + _BOTTOM + row * lines
        ax, width = drawing.axes(height=height), chart_width()
        # The layout is fixed: words beside the rows would make a computed one chase its own tail.
        drawing.figure_of(ax).set_layout_engine("none")
        ax.set_position((left / width, _BOTTOM / height, 1 - (left + right) / width, row * lines / height))
    ax.set_ylim(lines - 0.5, -0.5)
    ax.set_yticks(list(labels), [plain(label) for label in labels.values()], fontsize=SMALL, ha="left")
    ax.tick_params(axis="y", length=0, pad=72 * (left - _MARGIN))
    ax.tick_params(axis="x", labelsize=SMALL + 0.5)
    ax.spines["left"].set_visible(False)
    return ax


def from_the_left(ax: Axes, left: float, *, title: str = "", caption: str = "") -> Axes:
    """Axes of rows with a title and a caption that begin where the labels do, and a legend between."""
    width = ax.get_position().width * drawing.figure_of(ax).get_size_inches()[0]
    start = -(left - _MARGIN) / width
    drawing.finish(ax)
    named = bool(ax.get_legend_handles_labels()[1])
    if title:
        ax.set_title(plain(textwrap.fill(title, _TITLE_LETTERS)), loc="left", x=start, fontsize=9.5, fontweight="bold",
                     pad=18 if named else 5)  # fmt: skip
    lines = textwrap.wrap(caption, _CAPTION_LETTERS)
    ax.set_xlabel(plain("\n".join(lines)), fontsize=SMALL, color=drawing.COLOURS["muted"], ha="left")
    ax.xaxis.label.set_x(start)
    _make_room(ax, max(0, len(lines) - _CAPTION_LINES) * _LINE)
    return ax


def _make_room(ax: Axes, inches: float) -> None:
    """Make a figure of `rows_axes` higher below its axes; that of somebody else stays as it is."""
    figure = ax.figure
    if not inches or not isinstance(figure, Figure) or not isinstance(figure.get_layout_engine(), Placed):
        return
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + inches)
    for each in figure.axes:
        box = each.get_position()
        bottom, tall = (box.y0 * height + inches) / (height + inches), box.height * height / (height + inches)
        each.set_position((box.x0, bottom, box.width, tall))


def reach(values: Iterable[float | None], unit: str) -> tuple[float, float]:
    """The ends of an axis that shows the values: a little beyond the finite ones."""
    known = np.array([value for value in values if value is not None and isfinite(value)], float)
    if unit == "share":
        return 0.0, min(1.0, 1.15 * max(known.max(), 0.2))
    if unit == "count":
        return 0.0, 1.12 * max(known.max(), 1.0)
    known = known[known > 0]
    known = np.clip([*known, 0.8, 1.25], 1 / 64, 64)
    return known.min() / 1.25, known.max() * 1.25


def quantity_axis(ax: Axes, low: float, high: float, unit: str) -> None:
    """Draw the horizontal axis of a quantity: ratios on a log scale with a line at 1, shares in percent."""
    if unit == "ratio":
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_locator(FixedLocator(_spaced(low, high)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"×{value:g}"))
        ax.axvline(1, color=drawing.COLOURS["muted"], linewidth=0.8, zorder=1)
    elif unit == "share":
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))
    else:
        ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.set_xlim(low, high)


def _spaced(low: float, high: float) -> list[float]:
    shown = ([tick for tick in ticks if low <= tick <= high] for ticks, _ in _TICKS)
    return next(ticks for ticks, (_, fewest) in zip(shown, _TICKS, strict=True) if len(ticks) >= fewest)


def whisker(ax: Axes, y: float, estimate: float, lower: float, upper: float, colour: str, marker: str) -> None:
    """Draw a marker with its interval; an end beyond the axis, or an open one, is drawn as an arrow."""
    low, high = ax.get_xlim()
    least = low if ax.get_xscale() == "linear" else low * (1 + 1e-9)
    if not isnan(lower):
        left, right = (min(max(end, least), high) for end in (lower, upper))
        ax.plot([left, right], [y, y], color=colour, linewidth=1.4, solid_capstyle="butt", zorder=3)
        for end, at in ((lower, left), (upper, right)):
            form = "<" if end < least else ">" if end > high else "|"
            ax.plot([at], [y], color=colour, marker=form, markersize=6, clip_on=False, zorder=4)
    if low <= estimate <= high:
        ax.plot([estimate], [y], color=colour, marker=marker, markersize=5.5, linestyle="none", zorder=5)


def beside(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> None:
    """Write small print at a height in data and a width in shares of the axes, also outside them."""
    style: dict[str, Any] = {"fontsize": SMALL, "color": drawing.COLOURS["ink"], "va": "center", "ha": "left"} | kwargs
    ax.annotate(plain(text), xy=(x, y), xycoords=("axes fraction", "data"), annotation_clip=False, **style)
