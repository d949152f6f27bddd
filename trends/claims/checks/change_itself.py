"""Whether the change that a link goes on from survived its own checks."""

from trends.claims.checks.known import KnownCheck
from trends.claims.verdict import Finding


def judge(change: Finding) -> tuple[str, str]:
    """Which checks of the change itself did not pass."""
    open_checks = [f"{check.name} ({check.outcome})" for check in change.checks if check.withholds]
    if open_checks:
        return "cannot tell", f"The change itself did not survive: {', '.join(open_checks)}."
    return "passed", "The change itself survived all its checks."


CHECK = KnownCheck("the change itself", "Did the change survive its own checks?", judge)
