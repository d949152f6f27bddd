"""Where the name of a province fits on a map, and in what size."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from trends import drawing

_FONT, _LEAST_FONT = 6.5, 5.0
# DejaVu Sans: the mean width of a letter and the height of a line, as shares of the size of the font.
_LETTER, _LINE = 0.53, 1.15


@dataclass(frozen=True)
class Spot:
    """The middle of a label, in degrees, and its size of letters, in points."""

    place: tuple[float, float]
    font: float


def inches_a_degree(ax: Axes) -> tuple[float, float]:
    """Inches that a degree east and one north have on a map, from the place that its Axes were given."""
    box, (width, height) = ax.get_position(original=True), drawing.figure_of(ax).get_size_inches()
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    # What stands around the map takes about a seventh of its place; the layout is settled only when it is drawn.
    north_inch = 0.86 * min(box.height * height / (north - south), box.width * width / (east - west) * ax.get_aspect())
    return north_inch / ax.get_aspect(), north_inch


def label_spot(rings: tuple[np.ndarray, ...], lines: list[str], scale: tuple[float, float]) -> Spot | None:
    """Where some lines of text have the most room between the borders of a province; None where they have too little.

    Parameters
    ----------
    rings : tuple of numpy.ndarray
        The rings of the province, in degrees.
    lines : list of str
        What is to stand there.
    scale : (float, float)
        Inches that a degree east and one north have.

    Examples
    --------
    >>> square = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0.0]])
    >>> label_spot((square,), ["Anbar"], (0.5, 0.5)).font
    6.5
    >>> label_spot((square / 40,), ["Anbar"], (0.5, 0.5)) is None
    True
    """
    longest, y = max(map(len, lines)), np.concatenate([ring[:, 1] for ring in rings])
    best, font = None, 0.0
    for size in (_FONT, (_FONT + _LEAST_FONT) / 2, _LEAST_FONT):
        half = size * _LINE * len(lines) / 2 / 72 / scale[1]
        needed, most = size * _LETTER * longest / 72 / scale[0], 0.0
        for level in np.linspace(y.min() + half, y.max() - half, 25):
            for left, right in _strips(rings, level):
                low, high = _clear(rings, level, half, left, right)
                if high - low > max(most, needed):
                    best, font, most = ((low + high) / 2, float(level)), size, high - low
        if best is not None:
            return Spot((float(best[0]), best[1]), font)
    return None


def _clear(rings: tuple[np.ndarray, ...], level: float, half: float, left: float, right: float) -> tuple[float, float]:
    """The part of a strip that is inside the province at the top and at the bottom of the lines too."""
    for other in (level - half, level + half):
        parts = [(max(left, a), min(right, b)) for a, b in _strips(rings, other)]
        left, right = max(parts, key=lambda part: part[1] - part[0], default=(left, left))
    return left, right


def _strips(rings: tuple[np.ndarray, ...], level: float) -> list[tuple[float, float]]:
    """The stretches of a circle of latitude that lie within a province."""
    crossed = sorted(
        a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for ring in rings
        for a, b in pairwise(ring.tolist())
        if (a[1] <= level) != (b[1] <= level)
    )
    return list(zip(crossed[::2], crossed[1::2], strict=False))
