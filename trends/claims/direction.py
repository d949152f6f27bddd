"""Which way a claimed change goes: the values it claims, and the side that it has to fear."""

from math import inf
from typing import Literal

from trends.claims.verdict import Asserted
from trends.errors import ModelError

Direction = Literal["rise", "fall", "none", "no rise", "no fall"]
Comparison = Literal["at least", "at most", "about"]
Side = Literal["rise", "fall"]
#: A change by less than this does not matter to anybody: ten percent.
BAR = 1.10


def check_size(at_least: float | None) -> None:
    """Refuse a factor below 1 as the size of a change: a fall by half is one by 2."""
    if at_least is not None and at_least < 1:
        raise ModelError(
            "read the size of a change",
            found=f"at_least = {at_least:g}",
            allowed="a factor of 1 or more, for a fall as for a rise: 1.5 is by half",
            do="correct the table",
        )


def stand_on_change(direction: str, at_least: float | None = None) -> Asserted:
    """What a claimed change says of the rate ratio: beyond the bar, or between its two sides where none is claimed.

    A rise or a fall of no stated size is any, and "no rise" is the opposite of it: no value is claimed by both. What is
    to be no change at all may be one by less than ten percent.

    Examples
    --------
    >>> stand_on_change("fall").claimed, stand_on_change("rise", 1.5).claimed
    ((0.0, 1.0), (1.5, inf))
    >>> stand_on_change("no rise").claimed, stand_on_change("none").claimed[1]
    ((0.0, 1.0), 1.1)
    """
    moves = direction in ("rise", "fall")
    bar = at_least or (BAR if direction == "none" else 1.0)
    claimed = {
        "rise": (bar, inf),
        "fall": (0.0, 1 / bar),
        "none": (1 / bar, bar),
        "no rise": (0.0, bar),
        "no fall": (1 / bar, inf),
    }[direction]
    return Asserted(claimed, (1 / BAR, BAR) if moves else None)


def stand_on_number(number: float, comparison: str, margin: float) -> Asserted:
    """What a stated number says: at least, at most, or about it within a margin."""
    claimed = {
        "at least": (number, inf),
        "at most": (0.0, number),
        "about": (max(number - margin, 0.0), number + margin),
    }[comparison]
    return Asserted(claimed)


def adverse_side(direction: str) -> Side:
    """The side on which the data must be able to show a change for a claim of this direction to be put to the test.

    What a claim of "no fall" has to fear is a fall.

    Examples
    --------
    >>> [adverse_side(direction) for direction in ("rise", "no rise", "none", "fall", "no fall")]
    ['rise', 'rise', 'rise', 'fall', 'fall']
    """
    return "fall" if direction in ("fall", "no fall") else "rise"


def adverse_ratio(direction: str, at_least: float | None) -> float:
    """The bar on the side that a claim has to fear, as a rate ratio.

    Examples
    --------
    >>> adverse_ratio("no rise", 2.0), adverse_ratio("no fall", 2.0), adverse_ratio("rise", None)
    (2.0, 0.5, 1.0)
    """
    bar = at_least or (BAR if direction == "none" else 1.0)
    return 1 / bar if adverse_side(direction) == "fall" else bar
