"""The rulings that a claim or a part of it can get, and how those of several parts make that of the whole."""

from collections.abc import Iterable
from enum import StrEnum


class Ruling(StrEnum):
    """What can be ruled on a link of a claim, or on the whole of it.

    Examples
    --------
    >>> print(Ruling.CANNOT_TELL)
    CANNOT TELL
    """

    SUPPORTED = "SUPPORTED"
    CONTRADICTED = "CONTRADICTED"
    NO_MATERIAL_CHANGE = "NO MATERIAL CHANGE"
    CANNOT_TELL = "CANNOT TELL"
    UNTESTABLE = "UNTESTABLE"
    NOT_ASSESSED = "NOT ASSESSED"


def weakest(rulings: Iterable[Ruling]) -> Ruling:
    """The ruling on a chain of links, which is no better than its weakest.

    One link that fails fails the claim. A claim of which some links hold and others could not be tested, or were not
    assessed, cannot be told; where no link could be tested at all, neither could the claim.

    Examples
    --------
    >>> print(weakest([Ruling.SUPPORTED, Ruling.NOT_ASSESSED]))
    CANNOT TELL
    """
    found = set(rulings)
    for ruling in (Ruling.CONTRADICTED, Ruling.NO_MATERIAL_CHANGE, Ruling.CANNOT_TELL):
        if ruling in found:
            return ruling
    if found == {Ruling.SUPPORTED}:
        return Ruling.SUPPORTED
    if Ruling.SUPPORTED in found:
        return Ruling.CANNOT_TELL
    return Ruling.UNTESTABLE if Ruling.UNTESTABLE in found else Ruling.NOT_ASSESSED
