"""What one counter recorded, by exact arithmetic: ratios, levels, shares, ranks, directions, and how figures round."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from trends.errors import ModelError

#: How a stated number is held against a counted one.
COMPARISONS = ("at least", "more than", "about", "at most", "less than", "exactly")
#: Directions of a change from one span to the next.
DIRECTIONS = ("rise", "fall", "no rise", "no fall")


def _counts(asked: str, *values: float) -> None:
    for each in values:
        if not 0 <= each < math.inf:
            raise ModelError(
                asked, found=f"a count of {each:g}", allowed="finite counts of 0 or more", do="give what was recorded"
            )


def recorded_ratio(before: float, after: float, *, lengths: tuple[int, int] = (1, 1)) -> Fraction | None:
    """Ratio of two recorded counts, of rates where the spans differ in length.

    Parameters
    ----------
    before, after : float
    lengths : (int, int)
        Of the two spans, in one unit.

    Returns
    -------
    fractions.Fraction or None
        Exact. None where nothing was recorded in the first span.

    Examples
    --------
    >>> round(float(recorded_ratio(1470, 1669)), 3)
    1.135
    """
    _counts("compare two recorded counts", before, after)
    if min(lengths) < 1:
        raise ModelError(
            "compare two recorded counts",
            found=f"spans of {lengths[0]} and {lengths[1]} periods",
            allowed="one period or more",
            do="give the length of each span",
        )
    return None if before == 0 else Fraction(after) / Fraction(before) * lengths[0] / lengths[1]


def moved(before: float, after: float, direction: str, *, lengths: tuple[int, int] = (1, 1)) -> bool:
    """Whether the recorded rate went in a direction.

    Examples
    --------
    >>> moved(566, 808, "rise"), moved(5, 5, "rise"), moved(5, 5, "no fall")
    (True, False, True)
    """
    _counts("compare two recorded counts", before, after)
    if direction not in DIRECTIONS:
        raise ModelError(
            "compare two recorded counts",
            found=f"direction={direction!r}",
            allowed=", ".join(DIRECTIONS),
            do="name one of these",
        )
    one, two = Fraction(before) * lengths[1], Fraction(after) * lengths[0]
    return {"rise": two > one, "fall": two < one, "no rise": two <= one, "no fall": two >= one}[direction]


def agrees_with_stated(value: Fraction, stated: str) -> bool:
    """Whether a value gives the stated figure when it is rounded, or cut, to the digits that were stated.

    Parameters
    ----------
    value : fractions.Fraction
    stated : str
        As written, so that 1.10 asks for two decimals and 1.1 for one.

    Examples
    --------
    >>> agrees_with_stated(Fraction(1669, 1470), "1.13"), agrees_with_stated(Fraction(1669, 1470), "1.14")
    (True, True)
    >>> agrees_with_stated(Fraction(1669, 1470), "1.2")
    False
    """
    try:
        figure = Decimal(stated)
    except InvalidOperation:
        figure = Decimal("NaN")
    if not figure.is_finite():
        raise ModelError(
            "hold a stated figure against a recorded one",
            found=f"the figure {stated!r}",
            allowed="a number in digits, such as 1.13",
            do="give the figure as the sentence has it",
        )
    step = Decimal(1).scaleb(int(figure.as_tuple().exponent))
    # The exact quotient in units of the last digit stated.
    units = value / Fraction(step)
    floor, ceiling = math.floor(units), math.ceil(units)
    nearest = math.floor(units + Fraction(1, 2)) if units >= 0 else math.ceil(units - Fraction(1, 2))
    return Fraction(figure) / Fraction(step) in (floor if units >= 0 else ceiling, nearest)


def recorded_level(count: float, number: float, comparison: str, *, within: float = 0.05) -> bool:
    """Whether a recorded count is at least, about or at most a number.

    Parameters
    ----------
    count, number : float
    comparison : str
        One of `COMPARISONS`.
    within : float
        What "about" allows, as a share of the number.

    Examples
    --------
    >>> recorded_level(566, 566, "at least"), recorded_level(590, 566, "about"), recorded_level(600, 566, "at most")
    (True, True, False)
    """
    _counts("compare a recorded count with a number", count, number)
    if comparison not in COMPARISONS:
        raise ModelError(
            "compare a recorded count with a number",
            found=f"comparison={comparison!r}",
            allowed=", ".join(COMPARISONS),
            do="name one of these",
        )
    about = abs(Fraction(count) - Fraction(number)) <= Fraction(str(within)) * Fraction(number)
    return {
        "at least": count >= number,
        "more than": count > number,
        "about": about,
        "at most": count <= number,
        "less than": count < number,
        "exactly": count == number,
    }[comparison]


def level_survives_undercount(count: float, number: float, comparison: str) -> bool | None:
    """What the record says of the realised number by the counter's own rule, when it can only have missed incidents.

    Returns
    -------
    bool or None
        True or False where a larger number would not change the answer, otherwise None.

    Assumptions
    -----------
    No entry is false, none is twice.

    Examples
    --------
    >>> level_survives_undercount(566, 566, "at least")
    True
    >>> level_survives_undercount(600, 566, "at most")
    False
    >>> level_survives_undercount(560, 566, "about") is None
    True
    """
    stands = recorded_level(count, number, comparison)
    if comparison in ("at least", "more than"):
        return True if stands else None
    if comparison in ("at most", "less than"):
        return None if stands else False
    # More incidents lead away from a number that the record exceeds already.
    return False if count > number and not stands else None


def recorded_share(part: float, whole: float) -> Fraction | None:
    """Share of a part in its whole, exact; None where the whole is empty.

    Examples
    --------
    >>> recorded_share(80, 250)
    Fraction(8, 25)
    """
    _counts("reckon a recorded share", part, whole)
    if part > whole:
        raise ModelError(
            "reckon a recorded share",
            found=f"a part of {part:g} in a whole of {whole:g}",
            allowed="a part no larger than its whole",
            do="count both by one rule",
        )
    return None if whole == 0 else Fraction(part) / Fraction(whole)


def recorded_rank(counts: Mapping[str, float], name: str) -> tuple[int, tuple[str, ...]]:
    """Rank of one among several, the largest count being first, and the names that tie with it.

    Examples
    --------
    >>> recorded_rank({"Diyala": 16, "Kirkuk": 8, "Anbar": 8}, "Kirkuk")
    (2, ('Anbar',))
    """
    _counts("rank recorded counts", *counts.values())
    if name not in counts:
        raise ModelError(
            "rank recorded counts", found=repr(name), allowed=", ".join(counts), do="name one that is counted"
        )
    own = counts[name]
    ties = tuple(other for other, count in counts.items() if count == own and other != name)
    return 1 + sum(count > own for count in counts.values()), ties


def every_step_moved(counts: Sequence[float], direction: str) -> tuple[bool, tuple[int, ...]]:
    """Whether each count moved from the one before, and the places of those that did not.

    Examples
    --------
    >>> every_step_moved([2, 3, 5, 4], "rise")
    (False, (3,))
    """
    if len(counts) < 2:
        raise ModelError(
            "follow recorded counts", found=f"{len(counts)} of them", allowed="two or more", do="give each span's count"
        )
    failed = tuple(i for i in range(1, len(counts)) if not moved(counts[i - 1], counts[i], direction))
    return not failed, failed
