"""Whether a change is that of provinces in general."""

from trends.claims.checks.judged import Judged
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck
from trends.errors import ModelError


def judge(subject: Judged) -> tuple:
    """Whether the mean over provinces leads where the total does; three provinces are the fewest that can differ."""
    found = subject.provinces
    if isinstance(found, int):
        few = {1: "Only one province has incidents", 2: "Only two provinces have incidents"}[max(found, 1)]
        besides = ": what either does alone is asked by leaving out the other" if found == 2 else ""
        return DOES_NOT_APPLY, f"{few}, too few to show how provinces differ{besides}."
    if isinstance(found, ModelError):
        return "cannot tell", f"Not tested: {found.found}."
    mean = f"mean {found.mean:.2f}, 95 % interval {found.lower:.2f} to {found.upper:.2f}"
    if subject.reads == "open":
        return "cannot tell", f"The change of {len(found.table)} provinces: {mean}.", found
    if subject.reading(found.lower, found.upper) == subject.reads:
        says = f"The change of {len(found.table)} provinces leads where that of the total does ({mean})."
        return "passed", says, found
    if not found.between:
        return "cannot tell", f"The provinces show too little, one by one, to tell whether they agree ({mean}).", found
    low, high = found.table["ratio"].min(), found.table["ratio"].max()
    says = f"The change differs between provinces ({low:.2f} to {high:.2f}; {mean}): that of the total may be the"
    return "failed", f"{says} doing of a few.", found


CHECK = KnownCheck("provinces agree", "Is it the change of provinces in general?", judge)
