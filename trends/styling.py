"""How charts look: the colours, matplotlib's settings, and a style of one's own that reaches every chart."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from trends.loading import later

mpl, font_manager = later("matplotlib"), later("matplotlib.font_manager")

#: Fonts that come with matplotlib and set the same on every machine.
FONTS = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "STIXGeneral")


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
        The width of a chart in inches; 0 for that of a text column.
    """

    font: str = ""
    accent: str = ""
    width: float = 0.0


_HOUSE = Style()
_IN_USE: ContextVar[Style] = ContextVar("style", default=_HOUSE)


@contextmanager
def style(*, font: str = "", accent: str = "", width: float = 0.0) -> Iterator[Style]:
    """A context in which every new chart has another font, accent or width; matplotlib's own settings stay as they are.

    Parameters
    ----------
    font, accent, width : str, str, float
        As in `Style`.

    Examples
    --------
    >>> with style(accent="#0b4f7d"):
    ...     COLOURS["fit"]
    '#0b4f7d'
    >>> COLOURS["fit"]
    '#0072B2'
    """
    before = _IN_USE.set(Style(font, accent, width))
    try:
        yield _IN_USE.get()
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
