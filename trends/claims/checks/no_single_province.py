"""Whether an answer holds without each province in turn."""

from math import isfinite
from typing import Any

from trends.claims.checks.judged import Judged
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck
from trends.claims.words import figure
from trends.nouns import listed


def judge(subject: Judged) -> tuple[Any, ...]:
    """Where the estimate lies without each province, and without which it would lead elsewhere."""
    left = subject.left_out
    if left.table.empty:
        return DOES_NOT_APPLY, "Only one province has incidents: there is none to leave out."
    ratios, matters = left.table["ratio"], left.matters
    if not ratios.map(isfinite).all():
        empty = listed(ratios.index[~ratios.map(isfinite)])
        return "cannot tell", f"Without {empty} there is no estimate.", left
    turned = [name for name, ratio in ratios.items() if not subject.holds(ratio)]
    low, high, own = (figure(each, "ratio") for each in (ratios.min(), ratios.max(), left.own))
    says = f"With one left out at a time it lies between {low} and {high}; furthest from {own} without {matters}."
    if not turned:
        return "passed", says, left
    return "failed", f"Without {listed(turned)} the answer is another. {says}", left


CHECK = KnownCheck("no single province", "Does the answer hold without each province in turn?", judge)
