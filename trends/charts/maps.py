"""Maps of provinces: counts, changes and what reached them; unwatched provinces are hatched, outlines credited."""

import textwrap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import FuncNorm, ListedColormap, LogNorm
from matplotlib.patches import Rectangle
from matplotlib.path import Path

from trends import drawing, periods
from trends.arguments import checked_arguments
from trends.charts.maplabels import inches_a_degree, label_spot
from trends.charts.wording import plain, sentence
from trends.claims.words import figure, span_in_words
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.errors import InputError
from trends.fits.options import checked_number, checked_whole, shown
from trends.styling import pale_to_dark

KINDS = ("level", "ratio", "reached")
_LARGEST = 4.0
_SMALL, _LETTERS_AN_INCH = 7.5, 17
_PARTLY, _TOO_FEW = "watched in part", "too few to say"
_TICKS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
_RATIO_TICKS = (0.25, 0.5, 1, 2, 4)


@dataclass(frozen=True)
class _Looks:
    """How a value becomes a colour, and what the numbers on the map and its scale say."""

    colours: ListedColormap
    norm: Any
    ticks: tuple[float, ...]
    extend: str = "neither"


@checked_arguments
def plot_map(
    values: Panel | pd.Series,
    outlines: Outlines,
    ax: Axes | None = None,
    *,
    kind: str = "level",
    title: str | None = None,
    caption: str = "",
    unit: str = "",
    notes: Mapping[str, str] | None = None,
    few: Collection[str] = (),
    most: float | None = None,
) -> Axes:
    """A map of provinces, each coloured by its value; what was not watched is hatched.

    Parameters
    ----------
    values : Panel or pandas.Series
        A number for each province, NaN where nobody watched. Of a panel, the sum of its counts.
    outlines : Outlines
        Where the provinces lie. Those without a value stay white with a dotted edge; values without an outline are
        named in the caption, never dropped in silence.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default.
    kind : {"level", "ratio", "reached"}
        ``level``: from 0 up, white at 0, colours by ``log(1 + value)``. ``ratio``: around 1, colours by the logarithm,
        the same for a half as for twice, cut at a factor of four. ``reached``: above 0 or not.
    title, caption, unit : str
        Words; the caption goes before what every map says of its source and outlines.
    notes : mapping of str to str, optional
        What stands below the name of a province; by default its number.
    few : collection of str
        Provinces whose values rest on too little to be given a colour: crossed.
    most : float, optional
        Where the scale of a level ends, for maps side by side.

    Raises
    ------
    InputError
        For another kind, values that are no numbers from 0 up, or of which none has an outline.
    ModelError
        For a scale that ends nowhere.

    Examples
    --------
    >>> square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0.0]])
    >>> outlines = Outlines({"West": (square,), "East": (square + [1, 0],)}, "nobody")
    >>> ax = plot_map(pd.Series({"West": 12, "East": np.nan}), outlines, title="A country")
    >>> [text.get_text() for text in ax.texts]
    ['West\\n12', 'East']
    >>> drawing.close(ax)
    """
    if kind not in KINDS:
        raise InputError("draw a map", found=f"kind={kind!r}", allowed=", ".join(KINDS), do="name one of these")
    most = None if most is None else checked_number(most, "draw a map", "most", above=0)
    partly: list[str] = []
    if isinstance(values, Panel):
        unit, caption = unit or values.unit, caption or _panel_caption(values)
        partly = [name for name in values.provinces if 0 < values.exposure[name].mean() < 1]
        values = values.counts.sum(min_count=1)
    placed, lost = _placed(values, outlines)
    looks = _looks(kind, placed, most)
    ax = drawing.axes(ax, height=5.0)
    marks = {outlines.find(name): _PARTLY for name in partly} | {outlines.find(name): _TOO_FEW for name in few}
    _draw_provinces(ax, outlines, placed, looks, marks)
    _frame(ax, outlines)
    noted = notes if notes is not None else _numbers(placed, kind)
    texts = {found: text for name, text in noted.items() if (found := outlines.find(name)) is not None}
    unlabelled = _label(ax, outlines, placed, texts, looks, {outlines.find(name) for name in few})
    if kind != "reached":
        # Beside the map, whose shape may fill but a part of its Axes.
        _scale(ax, ax.inset_axes((1.03, 0.12, 0.03, 0.76)), looks, unit)
    drawing.finish(ax, title=plain(title) if title else None)
    told, inches = _caption(caption, lost, unlabelled, outlines), _inches(ax)
    text = textwrap.fill(plain(told), int(_LETTERS_AN_INCH * inches))
    ax.set_xlabel(text, loc="left", fontsize=_SMALL, color=drawing.COLOURS["muted"])
    return ax


def _inches(ax: Axes) -> float:
    """The width of what Axes were given, which a map may not fill."""
    return ax.get_position(original=True).width * drawing.figure_of(ax).get_size_inches()[0]


def _panel_caption(panel: Panel) -> str:
    source = f"{sentence(f'source: {panel.source}')} " if panel.source else ""
    total = figure(float(np.nansum(panel.counts.to_numpy())), "count")
    return f"{source}n = {total} {panel.unit}, {span_in_words(*map(periods.label_of, panel.index[[0, -1]]))}."


def _placed(values: pd.Series, outlines: Outlines) -> tuple[dict[str, float], list[str]]:
    """Values by the name of the outline, and those that have none, with their number."""
    placed, lost = {}, []
    for name, told in values.items():
        value, found = _number(told, str(name)), outlines.find(str(name))
        if found is None:
            lost.append(f"{name} ({'not watched' if np.isnan(value) else f'{value:,.4g}'})")
        else:
            placed[found] = value
    if not placed:
        raise InputError(
            "draw a map",
            found=f"values for {', '.join(map(str, values.index)) or 'nothing'}",
            allowed=f"provinces with outlines: {', '.join(outlines.provinces)}",
            do="give the outlines of these provinces",
        )
    return placed, lost


def _number(value: Any, name: str) -> float:
    """The value of a province: from 0 up, NaN where nobody watched."""
    if value is None or value is pd.NA:
        return float("nan")
    try:
        number = -1.0 if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = -1.0
    if number < 0:
        raise InputError(
            "draw a map",
            found=f"{name}={shown(value)}",
            allowed="a number from 0 up for each province, NaN where nobody watched",
            do="correct it",
        )
    return number


def _looks(kind: str, placed: Mapping[str, float], most: float | None) -> _Looks:
    known = [value for value in placed.values() if np.isfinite(value)]
    if kind == "ratio":
        # Purple for a fall, orange for a rise: apart for readers with any of the common colour deficiencies.
        shades = ListedColormap(colormaps["PuOr_r"](np.linspace(0.08, 0.92, 256)))
        return _Looks(shades, LogNorm(1 / _LARGEST, _LARGEST, clip=True), _RATIO_TICKS, "both")
    if kind == "reached":
        return _Looks(ListedColormap(["white", drawing.COLOURS["window"]]), lambda value: float(value > 0), (0, 1))
    ramp = np.vstack([[1, 1, 1, 1], pale_to_dark(255)])
    top = max(most or max(known, default=1.0), 2.0)
    ticks = tuple(tick for tick in _TICKS if tick <= top)
    return _Looks(ListedColormap(ramp), FuncNorm((np.log1p, np.expm1), vmin=0, vmax=top), ticks)


def _draw_provinces(ax: Axes, outlines: Outlines, placed: Mapping[str, float], looks: _Looks, marks: Mapping) -> None:
    """One collection for each way in which provinces are drawn, each named once for the legend."""
    named: dict[tuple, list[Path]] = {}
    for name, rings in outlines.shapes.items():
        path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        value = placed.get(name)
        if value is None:
            look: tuple[str, Any, str | None, str] = ("no count", "white", None, ":")
        elif np.isnan(value):
            look = ("not watched", drawing.COLOURS["faint"], "/////", "-")
        elif marks.get(name) == _TOO_FEW:
            look = (_TOO_FEW, "white", "xx", "-")
        else:
            look = (marks.get(name, ""), _colour(looks, value), "//" if name in marks else None, "-")
        named.setdefault(look, []).append(path)
    corner, told = outlines.shapes[outlines.provinces[0]][0][0], set()
    for (label, colour, hatch, style), paths in named.items():
        drawn = {"edgecolor": drawing.COLOURS["muted"], "linewidth": 0.5, "linestyle": style, "hatch": hatch}
        ax.add_collection(PathCollection(paths, facecolor=colour, zorder=1, label="_", **drawn))
        if label and label not in told:
            told.add(label)
            # The legend shows the hatch, not the colour of whichever province came first.
            face = colour if label == "not watched" else "white"
            ax.add_patch(Rectangle(corner, 0, 0, facecolor=face, label=label, **drawn))


def _colour(looks: _Looks, value: float) -> tuple:
    return tuple(looks.colours(looks.norm(value)))


def _frame(ax: Axes, outlines: Outlines) -> None:
    points = np.vstack([ring for rings in outlines.shapes.values() for ring in rings])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    edge = 0.02 * max(east - west, north - south)
    ax.set_xlim(west - edge, east + edge)
    ax.set_ylim(south - edge, north + edge)
    ax.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    ax.set_anchor("NW")
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)


def _numbers(placed: Mapping[str, float], kind: str) -> dict[str, str]:
    unit = {"level": "count", "ratio": "ratio"}.get(kind)
    whole = all(value == round(value) for value in placed.values() if np.isfinite(value))
    unit = "number" if unit == "count" and not whole else unit
    return {name: figure(value, unit) for name, value in placed.items() if unit and np.isfinite(value)}


def _label(
    ax: Axes, outlines: Outlines, placed: Mapping[str, float], texts: Mapping[str, str], looks: _Looks, few: set
) -> list[str]:
    """Names, with what stands below them, where they fit; those that found no room, for the caption."""
    scale = inches_a_degree(ax)
    unlabelled = []
    for name, rings in outlines.shapes.items():
        text, value = texts.get(name, ""), placed.get(name, np.nan)
        spot = label_spot(rings, [name, *filter(None, text.split("\n"))], scale)
        if spot is None:
            if text:
                unlabelled.append(f"{name} {text}".replace("\n", " "))
            continue
        coloured = np.isfinite(value) and name not in few
        dark = coloured and np.dot(_colour(looks, value)[:3], [0.299, 0.587, 0.114]) < 0.5
        ax.annotate(
            plain(f"{name}\n{text}" if text else name),
            spot.place,
            ha="center",
            va="center",
            fontsize=spot.font,
            color="white" if dark else drawing.COLOURS["ink"],
            # Hatching makes letters hard to read.
            bbox=None if coloured else {"boxstyle": "square,pad=0.1", "facecolor": "white", "linewidth": 0},
            linespacing=1.05,
            zorder=3,
        )
    return unlabelled


def _scale(ax: Axes, place: Axes | None, looks: _Looks, unit: str, beside: list[Axes] | None = None) -> None:
    mapped = ScalarMappable(looks.norm, looks.colours)
    where = {"cax": place} if place is not None else {"ax": beside, "fraction": 0.035, "pad": 0.02, "shrink": 0.8}
    bar = ax.figure.colorbar(mapped, extend=looks.extend, **where)
    bar.set_ticks(list(looks.ticks))
    bar.ax.minorticks_off()
    bar.ax.yaxis.set_major_formatter("×{x:g}" if looks.extend == "both" else "{x:,.0f}")
    bar.ax.tick_params(labelsize=7)
    bar.set_label(unit, fontsize=7.5)
    bar.outline.set_linewidth(0.5)


def _caption(caption: str, lost: list[str], unlabelled: list[str], outlines: Outlines) -> str:
    parts = [caption]
    if unlabelled:
        parts.append(f"No room for: {', '.join(unlabelled)}.")
    if lost:
        parts.append(f"Without an outline, so not on the map: {', '.join(lost)}.")
    return " ".join(part for part in (*parts, f"{outlines.attribution}.") if part)


@checked_arguments
def plot_maps(panel: Panel, outlines: Outlines, *, by: str = "Y", columns: int = 4) -> list[Axes]:
    """Small maps of the counts of each year (or other period), on one scale.

    Parameters
    ----------
    panel : Panel
        The counts.
    outlines : Outlines
        Where the provinces lie.
    by : str
        The period that each map is of: a frequency letter not finer than the panel's.
    columns : int
        Maps side by side; 4 is what the width of a page can hold.

    Returns
    -------
    list of matplotlib.axes.Axes
        One a period. A province that was watched for a part of it is hatched lightly, its sum being too low.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> len(plot_maps(study.panel(), study.outlines))
    8
    """
    coarse = panel.to(by, partial="exposure")
    n = len(coarse.index)
    columns = min(checked_whole(columns, "draw maps of a panel", "columns", 1), n)
    charts = drawing.small_multiples(n, columns=columns, height=0.55 + 1.65 * -(-n // columns))
    most = float(np.nanmax(coarse.counts.to_numpy())) if coarse.counts.notna().any(axis=None) else 1.0
    for ax, when in zip(charts, coarse.index, strict=True):
        one = coarse.span(when, when)
        values = one.counts.iloc[0]
        placed, _ = _placed(values, outlines)
        looks = _looks("level", placed, most)
        partly = {outlines.find(name): _PARTLY for name in one.provinces if 0 < one.exposure[name].iloc[0] < 1}
        _draw_provinces(ax, outlines, placed, looks, partly)
        _frame(ax, outlines)
        title = f"{periods.label_of(when)}: {figure(float(values.sum()), 'count')}"
        ax.set_title(title, loc="left", fontsize=8, fontweight="bold", pad=3)
    _scale(charts[0], None, looks, panel.unit, beside=charts)
    lost = _placed(coarse.counts.sum(min_count=1), outlines)[1]
    hatched = "" if (coarse.exposure == 1).all(axis=None) else " Hatched: not watched; lightly: watched in part."
    text = _caption(_panel_caption(panel) + hatched, lost, [], outlines)
    footer(charts[0], plain(text))
    return charts


def footer(ax: Axes, text: str) -> None:
    """Write one caption below all maps of a figure."""
    text = textwrap.fill(text, int(_LETTERS_AN_INCH * drawing.figure_of(ax).get_size_inches()[0]))
    ax.figure.supxlabel(text, x=0.01, ha="left", fontsize=_SMALL, color=drawing.COLOURS["muted"])
