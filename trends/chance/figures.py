"""What one counter recorded, by exact arithmetic: ratios, levels, shares, ranks, and runs of steps."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import ge, gt, le, lt

from trends.errors import ModelError


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
    holds = {"rise": gt, "fall": lt, "no rise": le, "no fall": ge}[direction]
    failed = tuple(i for i in range(1, len(counts)) if not holds(counts[i], counts[i - 1]))
    return not failed, failed
