"""Which way a claimed change goes: the values it claims, and the side that it has to fear."""

from math import inf
from typing import Literal

from trends.claims.verdict import Asserted

Direction = Literal["rise", "fall", "none", "no rise", "no fall"]
Comparison = Literal["at least", "at most", "about"]
Side = Literal["rise", "fall"]
#: The bar of a change that names none: ten percent.
BAR = 1.10


def stand_on_change(direction: str, at_least: float, stated: float | None = None) -> Asserted:
    """What a claimed change says of the rate ratio: beyond the bar, or between its two sides where none is claimed."""
    claimed = {
        "rise": (at_least, inf),
        "fall": (0.0, 1 / at_least),
        "none": (1 / at_least, at_least),
        "no rise": (0.0, at_least),
        "no fall": (1 / at_least, inf),
    }[direction]
    return Asserted(claimed, (1 / at_least, at_least) if direction in ("rise", "fall") else None, stated)


def stand_on_number(number: float, comparison: str, margin: float, comparable: bool, highest: float = inf) -> Asserted:
    """What a stated number says: at least, at most, or about it within a margin; nothing lies above ``highest``."""
    claimed = {
        "at least": (number, highest),
        "at most": (0.0, number),
        "about": (max(number - margin, 0.0), min(number + margin, highest)),
    }[comparison]
    return Asserted(claimed, comparable=comparable)


def adverse_side(direction: str) -> Side:
    """The side on which the data must be able to show a change for a claim of this direction to be put to the test.

    What a claim of "no fall" has to fear is a fall.

    Examples
    --------
    >>> [adverse_side(direction) for direction in ("rise", "no rise", "none", "fall", "no fall")]
    ['rise', 'rise', 'rise', 'fall', 'fall']
    """
    return "fall" if direction in ("fall", "no fall") else "rise"


def adverse_ratio(direction: str, at_least: float) -> float:
    """The bar on the side that a claim has to fear, as a rate ratio.

    Examples
    --------
    >>> adverse_ratio("no rise", 2.0), adverse_ratio("no fall", 2.0)
    (2.0, 0.5)
    """
    return 1 / at_least if adverse_side(direction) == "fall" else at_least


def adverse_of_number(comparison: str) -> Side:
    """The side of a stated number on which truths are looked for: those above prove "at least", those below "at most".

    Examples
    --------
    >>> [adverse_of_number(comparison) for comparison in ("at least", "about", "at most")]
    ['rise', 'rise', 'fall']
    """
    return "fall" if comparison == "at most" else "rise"
