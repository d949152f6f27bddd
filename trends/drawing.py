"""The house style: colours, new axes, and the primitives that every chart is made of.

Primitives take Axes and give Axes back. Time is handed over as a PeriodIndex and turned into dates here and nowhere
else: a value stands at the middle of its period, a break at the start of the first period of the new regime. Colours
are those of Okabe & Ito (2008), which readers with any of the common colour deficiencies tell apart; every series also
differs by line style or marker, so that a print in grey can be read.
"""

import io
import textwrap
import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends.loading import later
from trends.styling import COLOURS as COLOURS
from trends.styling import chart_width, looks, pale_to_dark, unset_letters

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

mpl = later("matplotlib")
mdates = later("matplotlib.dates")
mtext = later("matplotlib.text")
plt = later("matplotlib.pyplot")
PercentFormatter = later("matplotlib.ticker.PercentFormatter")
FigureCanvasAgg = later("matplotlib.backends.backend_agg.FigureCanvasAgg")
FigureCanvasSVG = later("matplotlib.backends.backend_svg.FigureCanvasSVG")

_SAVING = {"pdf.fonttype": 42, "svg.hashsalt": "trends"}
_HEIGHT, _LETTERS_PER_INCH = 3.3, 19


def axes(ax: "Axes | None" = None, *, width: float | None = None, height: float = _HEIGHT) -> "Axes":
    """The given Axes, or new ones in the house style; sizes in inches (the width of a text column)."""
    return ax if ax is not None else small_multiples(1, columns=1, width=width, height=height)[0]


def small_multiples(
    n: int, *, columns: int = 3, width: float | None = None, height: float | None = None, share_y: bool = False
) -> "list[Axes]":
    """``n`` Axes in one new figure, row by row, on a shared time axis; sizes in inches."""
    rows = -(-n // columns)
    figure = _figure(width, height or 0.5 + 1.35 * rows)
    with mpl.rc_context(looks()):
        grid = figure.subplots(rows, columns, sharex=n > 1, sharey=share_y, squeeze=False).ravel()
    for spare in grid[n:]:
        spare.remove()
    for above in grid[max(n - columns, 0) : n]:
        above.tick_params(labelbottom=True)
    return list(grid[:n])


def stacked(
    n: int, *, heights: Sequence[float], width: float | None = None, height: float = 4.6, share_x: bool = True
) -> "list[Axes]":
    """``n`` Axes one below the other, on one time axis by default, with the given relative heights; sizes in inches."""
    figure = _figure(width, height)
    with mpl.rc_context(looks()):
        return list(figure.subplots(n, 1, sharex=share_x, height_ratios=list(heights), squeeze=False).ravel())


def _figure(width: float | None, height: float) -> "Figure":
    # Outside of any rc_context: the first figure of a notebook turns the interactive mode on, and a context that it is
    # made in would turn it off again, with every later chart unseen.
    return plt.figure(figsize=(width or chart_width(), height), layout="constrained", facecolor="white")


def figure_of(chart: "Axes | Figure") -> "Figure":
    """The whole figure that Axes stand on, whatever part of it they are on; of a figure itself."""
    whole = chart.get_figure(root=True)
    assert whole is not None
    return whole


def positions(index: pd.PeriodIndex) -> np.ndarray:
    """Where the periods stand on a time axis: their middles, as matplotlib dates."""
    return (edges(index)[:-1] + edges(index)[1:]) / 2


def edges(index: pd.PeriodIndex) -> np.ndarray:
    """The starts of the periods and the end of the last, as matplotlib dates, shape ``(n_periods + 1,)``."""
    starts = index.start_time.append(pd.DatetimeIndex([(index[-1] + 1).start_time]))
    return mdates.date2num(starts.to_pydatetime())


def _day(when: Any) -> float:
    stamp = when.start_time if isinstance(when, pd.Period) else pd.Timestamp(when)
    return float(mdates.date2num(stamp.to_pydatetime()))


def _inches(ax: "Axes") -> float:
    return ax.get_position().width * figure_of(ax).get_size_inches()[0]


def _dated(ax: "Axes") -> "Axes":
    """Axes with as many dates below them as there is room for, short and unambiguous."""
    locator = mdates.AutoDateLocator(minticks=3, maxticks=max(4, int(1.6 * _inches(ax))))
    # Two to four years on narrow axes take a date a year.
    locator.intervald[mdates.MONTHLY] = [1, 2, 3, 4, 6, 12]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))
    return ax


def time_axis(ax: "Axes", index: pd.PeriodIndex) -> "Axes":
    """Axes whose horizontal axis runs over the periods of an index, with dates that are short and unambiguous."""
    low, high = edges(index)[[0, -1]]
    margin = 0.01 * (high - low)
    ax.set_xlim(low - margin, high + margin)
    return _dated(ax)


def points(
    ax: "Axes", index: pd.PeriodIndex, values: ArrayLike, *, label: str | None = None, colour: str = "counts"
) -> "Axes":
    """Counts as dots on a thin line that breaks where nothing was watched, on an axis that starts at zero."""
    ax.plot(positions(index), np.asarray(values, float), color=COLOURS["muted"], linewidth=0.6, zorder=2)
    (dots,) = ax.plot(
        positions(index),
        np.asarray(values, float),
        linestyle="none",
        marker="o",
        markersize=3,
        color=COLOURS[colour],
        label=label,
        zorder=3,
    )
    # A limit that is set would hold the top too, and cut off whatever is drawn later and is higher.
    dots.sticky_edges.y.append(0.0)
    ax.update_datalim([(positions(index)[0], 0.0)])
    ax.autoscale_view(scalex=False)
    cast("MaxNLocator", ax.yaxis.get_major_locator()).set_params(integer=True)
    return time_axis(ax, index)


def line(
    ax: "Axes",
    index: pd.PeriodIndex,
    values: ArrayLike,
    *,
    label: str | None = None,
    colour: str = "fit",
    style: str | tuple = "-",
) -> "Axes":
    """A fitted or expected course; of a single period a level line over its days."""
    ax.plot(
        *_course(index, values),
        color=COLOURS[colour],
        linestyle=style,
        linewidth=1.6,
        label=label,
        zorder=4,
    )
    return time_axis(ax, index)


def _course(index: pd.PeriodIndex, values: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Where a course stands: the middle of each period, or from end to end of the only one, or none would be seen."""
    known = np.asarray(values, float)
    return (edges(index), np.repeat(known, 2)) if len(index) == 1 else (positions(index), known)


def crowd(ax: "Axes", index: pd.PeriodIndex, table: pd.DataFrame, *, label: str | None = None) -> "Axes":
    """Many courses, a column each, as thin grey lines behind the one that matters."""
    named = [label] + [None] * (table.shape[1] - 1)
    for values, name in zip(table.to_numpy(float).T, named, strict=True):
        ax.plot(positions(index), values, color=COLOURS["muted"], linewidth=0.6, alpha=0.6, label=name, zorder=2)
    return time_axis(ax, index)


def band(
    ax: "Axes",
    index: pd.PeriodIndex,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    label: str | None = None,
    colour: str = "fit",
) -> "Axes":
    """An interval around a course; of a single period a box over its days."""
    places, low = _course(index, lower)
    ax.fill_between(
        places,
        low,
        _course(index, upper)[1],
        color=COLOURS[colour],
        alpha=0.18,
        linewidth=0,
        label=label,
        zorder=1,
    )
    return time_axis(ax, index)


def layers(ax: "Axes", index: pd.PeriodIndex, parts: Mapping[str, object]) -> "Axes":
    """Parts of a whole over time, one on the other, from the darkest below to the lightest; gaps stay empty."""
    base = np.zeros(len(index))
    for (name, values), shade in zip(parts.items(), pale_to_dark(len(parts))[::-1], strict=True):
        top = base + np.asarray(values, float)
        ax.fill_between(positions(index), base, top, color=shade, linewidth=0, label=name, zorder=1)
        base = top
    return time_axis(ax, index)


def share_bars(ax: "Axes", table: pd.DataFrame) -> "Axes":
    """A bar for every row of a table of shares, from the bottom up, its columns one after the other."""
    base = np.zeros(len(table))
    for name, shade in zip(table.columns, pale_to_dark(len(table.columns))[::-1], strict=True):
        ax.barh(range(len(table)), table[name], left=base, color=shade, height=0.75, label=name)
        base = base + table[name].to_numpy()
    ax.set_yticks(range(len(table)), table.index)
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    return ax


def event_mark(ax: "Axes", when: Any, label: str | None = None) -> "Axes":
    """A vertical mark at a day, or at the start of a period, with its name written beside it."""
    at = _day(when)
    ax.axvline(at, color=COLOURS["event"], linewidth=1.2, linestyle=(0, (4, 2)), zorder=2)
    if label:
        low, high = ax.get_xlim()
        left = at > low + 0.6 * (high - low)
        ax.annotate(
            label,
            xy=(at, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-3 if left else 3, -2),
            textcoords="offset points",
            ha="right" if left else "left",
            va="top",
            fontsize=8,
            color=COLOURS["ink"],
            bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
            zorder=6,
        )
    return ax


def window(ax: "Axes", first: Any, last: Any, *, label: str | None = None) -> "Axes":
    """A shaded span of time, from the first day of ``first`` to the end of ``last``."""
    end = (last + 1) if isinstance(last, pd.Period) else pd.Timestamp(last) + pd.Timedelta(days=1)
    ax.axvspan(_day(first), _day(end), color=COLOURS["window"], alpha=0.22, linewidth=0, label=label, zorder=0)
    return ax


def levels(
    ax: "Axes",
    windows: Iterable[tuple[Any, Any]],
    values: ArrayLike,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    *,
    label: str | None = None,
    colour: str = "fit",
) -> "Axes":
    """Values as level lines over the days of their windows, with a box for an interval where there is one."""
    starts, ends = np.array([(_day(first), _day(last) + 1) for first, last in windows]).T
    value = np.where(np.asarray(values, float) > 0, values, np.nan)
    ax.hlines(value, starts, ends, color=COLOURS[colour], linewidth=1.8, label=label or "", zorder=3)
    if lower is not None:
        sides = np.column_stack([starts, ends]).ravel()
        low, high = (np.repeat(np.asarray(bound, float), 2) for bound in (lower, upper))
        ax.fill_between(sides, low, high, color=COLOURS[colour], alpha=0.18, linewidth=0, zorder=1)
    return _dated(ax)


def lane(ax: "Axes", y: float, windows: Collection[tuple[Any, Any]], *, until: Any = None) -> "Axes":
    """The spells of an event as bars at a height; with ``until``, its dates as marks on a line that goes on to it."""
    starts, ends = [_day(first) for first, _ in windows], [_day(last) + 1 for _, last in windows]
    colour = COLOURS["window"]
    if until is None:
        ax.barh(y, np.subtract(ends, starts), left=starts, height=0.55, color=colour, zorder=2)
    else:
        ax.plot([min(starts), _day(until)], [y, y], color=colour, linewidth=1.2, zorder=2)
        ax.plot(starts, [y] * len(starts), linestyle="none", marker="|", markersize=7, color=colour, zorder=3)
    return ax


def unwatched(ax: "Axes", index: pd.PeriodIndex, exposure: ArrayLike) -> "Axes":
    """Hatching over the periods that were not watched, and a lighter one over those watched in part."""
    shares, sides = np.asarray(exposure, float), edges(index)
    named = set()
    for share, start, end in zip(shares, sides[:-1], sides[1:], strict=True):
        if share >= 1:
            continue
        name = "not watched" if share == 0 else "watched in part"
        ax.axvspan(
            start,
            end,
            facecolor="none",
            edgecolor=COLOURS["muted"],
            hatch="////" if share == 0 else "//",
            linewidth=0,
            label=None if name in named else name,
            zorder=0,
        )
        named.add(name)
    return ax


def ratio_axis(ax: "Axes", values: ArrayLike, which: str = "y", *, holds: Iterable[float] = ()) -> "Axes":
    """Axes whose ``which`` axis is one of ratios, on a log scale that holds the finite ones of some values and 1.

    It ends at a factor of 20, or at a tenth beyond the values: what reaches further is cut, but for what it ``holds``.
    """
    known = np.asarray(values, float)
    known = np.clip(known[np.isfinite(known) & (known > 0)], 0.05, 20)
    low, high = min([*known, *holds, 0.8]) / 1.1, max([*known, *holds, 1.25]) * 1.1
    sparse, dense = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20), (0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3)
    ticks = [tick for tick in sparse if low <= tick <= high]
    ticks = ticks if len(ticks) >= 4 else [tick for tick in dense if low <= tick <= high]
    (ax.set_yscale if which == "y" else ax.set_xscale)("log")
    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_ticks(ticks, [f"×{tick:g}" for tick in ticks])
    axis.set_ticks([], minor=True)
    (ax.set_ylim if which == "y" else ax.set_xlim)(low, high)
    return ax


def finish(
    ax: "Axes", *, title: str | None = None, caption: str | None = None, y_label: str | None = None, legend: bool = True
) -> "Axes":
    """Axes with their words: a title, a caption with the source and n below, the name of the vertical axis."""
    named = ax.get_legend_handles_labels()[1] if legend else []
    columns = min(len(named), 4)
    with mpl.rc_context(looks()):
        if named:
            place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
            ax.legend(ncols=columns, handlelength=1.6, columnspacing=1.2, **place)
        if title:
            ax.set_title(title, loc="left", pad=5 + 13 * (-(-len(named) // columns) if named else 0))
        if y_label:
            ax.set_ylabel(y_label)
        if caption:
            text = textwrap.fill(caption, max(40, int(_inches(ax) * _LETTERS_PER_INCH)))
            ax.set_xlabel(text, loc="left", fontsize=7.5, color=COLOURS["muted"])
    return ax


def render(chart: "Axes | Figure", form: str, *, outlines: bool = True) -> bytes:
    """The bytes of a chart as a ``"png"`` (200 dots an inch), ``"pdf"`` or ``"svg"`` file: same chart, same bytes.

    No date, no program version and no random names go into the file; fonts are embedded in the PDF and drawn as
    outlines in the SVG, or, without ``outlines``, left as text for a typesetter or a browser that has fonts.
    """
    figure = figure_of(chart)
    nothing = {
        "png": {"Software": None},
        "pdf": {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
        "svg": {"Date": None, "Creator": None},
    }[form]
    kept = io.BytesIO()
    if unset := unset_letters("".join(str(part.get_text()) for part in figure.findobj(mtext.Text))):
        warnings.warn(
            f"No font of charts has the letters {unset}: they are drawn as boxes; give the names in Latin letters.",
            stacklevel=2,
        )
    saved = mpl.rc_context(looks() | _SAVING | {"svg.fonttype": "path" if outlines else "none"})
    canvas, dpi = figure.canvas, figure.dpi
    with saved, warnings.catch_warnings():
        # Said above, once and not letter by letter.
        warnings.filterwarnings("ignore", r"Glyph \d+", UserWarning)
        # A constrained layout moves a little at every draw, and measures text as the backend at hand does: it is
        # settled once, at the figure's own resolution, by one backend.
        if (engine := figure.get_layout_engine()) is not None:
            FigureCanvasAgg(figure)
            engine.execute(figure)
            figure.set_layout_engine("none")
        if form == "svg":
            # `savefig` would draw all of it once more beforehand, for nothing but its extent.
            FigureCanvasSVG(figure).print_svg(kept, metadata=nothing)
        else:
            figure.savefig(kept, format=form, dpi=200, metadata=nothing)
        figure.set_canvas(canvas)
        figure.dpi = dpi
    return kept.getvalue()


def close(chart: "Axes | Figure") -> None:
    """Let go of a figure that has been rendered."""
    plt.close(figure_of(chart))
