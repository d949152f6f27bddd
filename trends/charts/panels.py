"""Charts of counts: one series over time, provinces side by side, and a heat map of provinces by periods."""

import textwrap
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, FuncNorm, ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from trends import drawing, periods
from trends.arguments import checked_arguments
from trends.charts.wording import counts_caption, plain, sentence
from trends.claims.words import figure
from trends.counts.panel import Panel, exposure_of
from trends.counts.series import checked_series, one_column
from trends.fits.options import checked_whole
from trends.styling import pale_to_dark

#: Cells from which on a heat map is kept as an image inside a vector file.
_MANY_CELLS = 1500
_FEW_PERIODS = 48
_SMALL, _LETTERS = 7.5, 112
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@checked_arguments
def plot_counts(counts: Panel | pd.Series, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """A chart of counts over time; periods that were not watched are hatched, never drawn as zero.

    Parameters
    ----------
    counts : Panel or pandas.Series
        A series on a PeriodIndex, or a panel, of which the total is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default.
    title : str, optional
        By default the name of the series.

    Raises
    ------
    InputError
        Where a panel has periods in which some provinces were watched more than others: they have no total.

    Examples
    --------
    >>> index = periods.span("2020-01", "2020-06", "M")
    >>> ax = plot_counts(pd.Series([3, 0, np.nan, 4, 8, 2], index=index, name="Diyala"))
    >>> ax.get_title(loc="left")
    'Diyala'
    >>> drawing.close(ax)
    """
    column = counts.total() if isinstance(counts, Panel) else one_column(counts, "draw counts")
    checked = checked_series(column, asked="draw counts", numbered=False)
    series = pd.Series(checked.counts, index=checked.index, name=column.name)
    series.attrs = column.attrs
    ax = drawing.axes(ax)
    drawing.points(ax, series.index, series)
    drawing.unwatched(ax, series.index, exposure_of(series))
    name = "" if series.name is None else str(series.name)
    caption, y_label = plain(counts_caption(series)), plain(_per_period(series))
    return drawing.finish(ax, title=plain(title or name), caption=caption, y_label=y_label)


def _per_period(series: pd.Series) -> str:
    return f"{series.attrs.get('unit') or 'incidents'} a {periods.frequency_name(periods.frequency_of(series.index))}"


@checked_arguments
def plot_provinces(panel: Panel, *, columns: int = 4, share_y: bool = False) -> list[Axes]:
    """Small charts of the counts of every province, on one time axis.

    Parameters
    ----------
    panel : Panel
        What to draw, in the order of its provinces.
    columns : int
        Charts side by side; 4 keeps a province readable at the width of a page.
    share_y : bool
        Whether all have one vertical scale. By default each has its own, or the quiet provinces would be flat lines:
        read the numbers on the axes, not the heights.

    Returns
    -------
    list of matplotlib.axes.Axes
        One a province; the caption stands below the figure.

    Examples
    --------
    >>> index = periods.span("2020-01", "2020-06", "M")
    >>> panel = Panel(pd.DataFrame({"Diyala": [3, 0, 1, 4, 8, 2], "Anbar": [0, 0, 1, 0, 0, 2]}, index=index))
    >>> charts = plot_provinces(panel)
    >>> [ax.get_title(loc="left") for ax in charts]
    ['Diyala: 18', 'Anbar: 3']
    >>> drawing.close(charts[0])
    """
    n = len(panel.provinces)
    columns = min(checked_whole(columns, "draw the provinces of a panel", "columns", 1), n)
    charts = drawing.small_multiples(n, columns=columns, height=0.9 + 1.05 * -(-n // columns), share_y=share_y)
    for ax, name in zip(charts, panel.provinces, strict=True):
        series = panel[name]
        drawing.points(ax, series.index, series)
        drawing.unwatched(ax, series.index, exposure_of(series))
        watched = series.notna().any()
        title = f"{name}: {figure(float(series.sum()), 'count')}" if watched else f"{name}: not watched"
        drawing.finish(ax, legend=False)
        ax.set_title(plain(title), loc="left", fontsize=_SMALL + 0.5, fontweight="bold", pad=4)
        ax.tick_params(labelsize=_SMALL - 0.5)
        for line in ax.lines:
            line.set_markersize(1.6)
        ax.set_ylim(0, max(1.0, ax.get_ylim()[1]))
        cast(MaxNLocator, ax.yaxis.get_major_locator()).set_params(nbins=3, integer=True)
    scale = "one scale for all" if share_y else "each province on its own scale"
    text = f"{_source(panel)}{_unit(panel).capitalize()} a {periods.frequency_name(panel.frequency)}, {scale}; the "
    text = textwrap.fill(text + "number is the sum. Hatched: not watched, or watched in part.", _LETTERS)
    charts[0].figure.supxlabel(plain(text), x=0.01, ha="left", fontsize=_SMALL, color=drawing.COLOURS["muted"])
    return charts


def _source(panel: Panel) -> str:
    return f"{sentence(f'source: {panel.source}')} " if panel.source else ""


def _unit(panel: Panel) -> str:
    return panel.unit or "incidents"


@checked_arguments
def plot_heat_map(panel: Panel, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """A heat map of provinces by periods, in which zero, one and not watched look different.

    Zero is white, one is plainly tinted, and a cell that nobody watched is hatched grey (lightly where it was
    watched in part). The colours grow with ``log(1 + n)``, so that a month with 120 incidents does not drown one
    with 5; the scale runs from light to dark and is safe for the colour-blind and in grey print.

    Parameters
    ----------
    panel : Panel
        What to draw, the first province at the top.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default.
    title : str, optional
        By default what is counted.

    References
    ----------
    Nuñez, Anderton & Renslow (2018), Optimizing colormaps with consideration for color vision deficiency.

    Examples
    --------
    >>> index = periods.span("2020-01", "2020-06", "M")
    >>> panel = Panel(pd.DataFrame({"Diyala": [3, 0, 1, 4, 8, 2], "Anbar": [0, 0, np.nan, 0, 0, 2]}, index=index))
    >>> ax = plot_heat_map(panel)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Diyala', 'Anbar']
    >>> drawing.close(ax)
    """
    counts, exposure = panel.counts.to_numpy().T, panel.exposure.to_numpy().T
    ax = drawing.axes(ax, height=max(2.8, 1.25 + 0.2 * len(panel.provinces)))
    sides, rows = drawing.edges(panel.index), np.arange(len(panel.provinces) + 1) - 0.5
    drawing.time_axis(ax, panel.index)
    colours, norm = _scale(float(np.nanmax(counts)) if np.isfinite(counts).any() else 1.0)
    mesh = ax.pcolormesh(
        sides,
        rows,
        np.ma.masked_invalid(counts),
        cmap=colours,
        norm=norm,
        linewidth=0.2,
        # Between narrow cells white lines would be read as zeros.
        edgecolors="white" if len(panel.index) <= _FEW_PERIODS else "face",
        rasterized=counts.size > _MANY_CELLS,
    )
    ax.add_patch(
        Rectangle((sides[0], 0), 0, 0, facecolor="white", edgecolor=drawing.COLOURS["muted"], label="watched, none")
    )
    _hatch(ax, sides, exposure)
    ax.set_ylim(rows[-1], rows[0])
    ax.set_yticks(range(len(panel.provinces)), [plain(name) for name in panel.provinces])
    ax.tick_params(axis="y", length=0)
    bar = ax.figure.colorbar(mesh, ax=ax, fraction=0.035, pad=0.015)
    bar.set_ticks([tick for tick in _TICKS if tick <= norm.vmax])
    bar.ax.minorticks_off()
    bar.ax.yaxis.set_major_formatter("{x:,.0f}")
    bar.ax.tick_params(labelsize=_SMALL)
    bar.set_label(f"{_unit(panel)}; colours on a log scale", fontsize=_SMALL)
    bar.outline.set_linewidth(0.5)
    frequency, watched = periods.frequency_name(panel.frequency), int(np.isfinite(counts).sum())
    caption = f"{_source(panel)}n = {figure(watched, 'count')} watched of {figure(counts.size, 'count')} "
    caption += f"province-{frequency}s, {figure(float(np.nansum(counts)), 'count')} {_unit(panel)}."
    title = title or f"{_unit(panel).capitalize()} by province and {frequency}"
    return drawing.finish(ax, title=plain(title), caption=plain(caption))


def _scale(most: float) -> tuple[Colormap, Any]:
    """Colours from light to dark, white below one, and the norm that spreads them by log(1 + n)."""
    shades = pale_to_dark(256)
    colours = ListedColormap(shades).with_extremes(under="white", bad="none")
    return colours, FuncNorm((np.log1p, np.expm1), vmin=0.7, vmax=max(most, 2.0))


def _hatch(ax: Axes, sides: np.ndarray, exposure: np.ndarray) -> None:
    """Hatching over runs of cells that were not watched, or only in part."""
    named = set()
    for row, shares in enumerate(exposure):
        kinds = np.where(shares <= 0, 2, np.where(shares < 1, 1, 0))
        starts = np.flatnonzero(np.diff(kinds, prepend=-1))
        for start, stop in zip(starts, [*starts[1:], len(kinds)], strict=True):
            if not (kind := kinds[start]):
                continue
            name = "not watched" if kind == 2 else "watched in part"
            ax.add_patch(
                Rectangle(
                    (sides[start], row - 0.5),
                    sides[stop] - sides[start],
                    1,
                    facecolor=drawing.COLOURS["faint"] if kind == 2 else "none",
                    edgecolor=drawing.COLOURS["muted"],
                    hatch="/////" if kind == 2 else "////////",
                    linewidth=0,
                    label="_" if name in named else name,
                )
            )
            named.add(name)
