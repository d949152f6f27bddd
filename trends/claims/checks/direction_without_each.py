"""Whether the direction of a dose holds without each province in turn."""

from math import exp

from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck
from trends.claims.words import figure
from trends.models.provinces.staggered.results import StaggeredResults
from trends.nouns import listed


def judge(results: StaggeredResults) -> tuple[str, str]:
    """Whether the sign of the estimate is the same without each province in turn."""
    estimates = results.leave_one_out["imputation"]
    if not len(estimates):
        return DOES_NOT_APPLY, "There is no province that could be left out."
    other = estimates[estimates * results.estimate <= 0]
    if len(other):
        return "failed", f"Without {listed(other.index)} the direction turns."
    return (
        "passed",
        f"With one left out at a time the weakest is {figure(exp(estimates.loc[estimates.abs().idxmin()]), 'ratio')}.",
    )


CHECK = KnownCheck("no single province", "Does the direction hold without each province in turn?", judge)
