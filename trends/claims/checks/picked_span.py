"""Whether a change stands out among all the spans that it was picked from."""

from dataclasses import dataclass

from trends.chance.swings import cost_of_picking
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck

# The share of like pairs beyond which a change is more than ordinary, on the side that is claimed.
_TAIL = 0.05


@dataclass(frozen=True)
class Picked:
    """The share of like pairs with a change as large, and from how many spans it was picked."""

    share: float
    spans: int


def judge(subject: Picked) -> tuple[str, str]:
    """What the search for the largest change costs."""
    if subject.spans <= 1:
        return DOES_NOT_APPLY, "The span was not picked for its change."
    paid = cost_of_picking(subject.share, subject.spans)
    says = f"The largest of {subject.spans} changes is as large as this one in {100 * paid:.0f} of 100 such series."
    return "passed" if paid <= _TAIL else "failed", says


CHECK = KnownCheck("picked span", "Is it larger than the largest of all the spans that it was picked from?", judge)
