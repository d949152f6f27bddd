"""How charts look: the colours, matplotlib's settings, and a style of one's own that reaches every chart."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from trends.errors import InputError, nearest
from trends.loading import later

mpl, font_manager = later("matplotlib"), later("matplotlib.font_manager")

#: Fonts that come with matplotlib and set the same on every machine.
FONTS = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "STIXGeneral")
_NARROWEST, _WIDEST = 4.0, 12.0


@dataclass(frozen=True)
class Style:
    """How charts look, where they are not to look as the house has them.

    Parameters
    ----------
    font : str
        One of `FONTS`; empty for DejaVu Sans.
    accent : str
        The colour of what was fitted, as ``"#0b4f7d"``; empty for blue.
    width : float
        The width of a chart in inches, from 4 to 12; 0 for that of a text column.

    Raises
    ------
    InputError
        Where a font, a colour or a width is none of these.
    """

    font: str = ""
    accent: str = ""
    width: float = 0.0

    def __post_init__(self) -> None:
        asked, font, accent, width = "draw charts in a style of one's own", self.font, self.accent, self.width
        if font != "" and font not in FONTS:
            near = nearest(font, FONTS) if isinstance(font, str) else ""
            do = f"name one of these, the nearest being {near!r}" if near else "name one of these"
            raise InputError(asked, found=f"the font {font!r:.60}", allowed=", ".join(FONTS), do=do)
        if not isinstance(accent, str) or not re.fullmatch(r"(#[0-9a-fA-F]{6})?", accent):
            found = f"the accent {accent!r:.60}"
            raise InputError(asked, found=found, allowed="a colour such as #0B4F7D", do="write it so")
        numeric = isinstance(width, Real) and not isinstance(width, bool)
        if not numeric or (width != 0 and not _NARROWEST <= width <= _WIDEST):
            found = f"the width {width:g}" if numeric else f"the width {width!r:.60}"
            allowed = f"{_NARROWEST:g} to {_WIDEST:g} inches"
            raise InputError(asked, found=found, allowed=allowed, do="choose one of these, or take it out")


_HOUSE = Style()
_IN_USE: ContextVar[Style] = ContextVar("style", default=_HOUSE)


def style(*, font: str = "", accent: str = "", width: float = 0.0) -> AbstractContextManager[Style]:
    """A context in which every new chart has another font, accent or width; matplotlib's own settings stay as they are.

    Parameters
    ----------
    font, accent, width : str, str, float
        As in `Style`.

    Raises
    ------
    InputError
        At once, where a font, a colour or a width is none that can be used.

    Examples
    --------
    >>> with style(accent="#0b4f7d"):
    ...     COLOURS["fit"]
    '#0b4f7d'
    >>> COLOURS["fit"]
    '#0072B2'
    """
    return _used(Style(font, accent, width))


@contextmanager
def _used(look: Style) -> Iterator[Style]:
    before = _IN_USE.set(look)
    try:
        yield look
    finally:
        _IN_USE.reset(before)


class _Palette(dict[str, str]):
    """Colours by what they are for, that of a fit being the accent in use."""

    def __getitem__(self, name: str) -> str:
        return _IN_USE.get().accent or super().__getitem__(name) if name == "fit" else super().__getitem__(name)


#: What each colour is for.
COLOURS = _Palette(
    {
        "ink": "#222222",
        "counts": "#444444",
        "fit": "#0072B2",
        "expected": "#D55E00",
        "event": "#CC79A7",
        "window": "#E69F00",
        "good": "#009E73",
        "muted": "#767676",
        "faint": "#E6E6E6",
    }
)
_LOOKS = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 8.5,
    "axes.edgecolor": COLOURS["muted"],
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": COLOURS["ink"],
    "ytick.color": COLOURS["ink"],
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "hatch.linewidth": 0.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}
_WIDTH, _BEHIND_LATIN = 6.7, "\u0250"


def looks() -> dict[Any, Any]:
    """The settings of matplotlib for the style in use."""
    font = _IN_USE.get().font
    # DejaVu Sans alone of them has Arabic letters: a font that lacks one takes it from there.
    return _LOOKS | ({"font.family": [font, _LOOKS["font.family"]]} if font else {})


def unset_letters(text: str) -> str:
    """The letters of a text that no font of charts has, each once: they would be drawn as boxes.

    Examples
    --------
    >>> unset_letters("Nineveh, نينوى, 北京市")
    '北京市'
    """
    # Latin letters are all there: what only names places in them loads no fonts.
    if max(text, default="") < _BEHIND_LATIN:
        return ""
    known = font_manager.get_font(font_manager.findfont("DejaVu Sans")).get_charmap()
    return "".join(dict.fromkeys(letter for letter in text if letter.isprintable() and ord(letter) not in known))


def chart_width() -> float:
    """The width of a chart in inches, in the style in use."""
    return _IN_USE.get().width or _WIDTH


def pale_to_dark(n: int) -> np.ndarray:
    """``n`` colours of one hue for counts from few to many: the first a pale tint, the last nearly black.

    Lightness falls all the way, so that the scale reads in grey print and with any colour deficiency.
    """
    return mpl.colormaps["Blues"](np.linspace(0.22, 1, n))
