"""Whether counters are apart enough to confirm each other."""

from trends.claims.checks.counted import Counted
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck
from trends.claims.rulings import Ruling


def judge(subject: Counted) -> tuple[str, str]:
    """Which pairs are more alike than independent counters are, and whether the ruling needs both of one."""
    if subject.together is None or not subject.without:
        return DOES_NOT_APPLY, "Only the counters of a ratio can be held against each other, and there must be two."
    if not subject.together.too_alike:
        return "passed", "No two are more alike than two counters that know nothing of each other."
    pairs = "; ".join(f"{one} and {other}" for one, other in subject.together.too_alike)
    needed = [pair for pair, ruling in subject.merged.items() if ruling is Ruling.CANNOT_TELL and subject.certain]
    told = f"More alike than two counters are in 98 of 100 cases: {pairs}."
    if needed:
        return "failed", f"{told} Taken for one, they leave the answer open."
    return "passed", f"{told} The answer does not need both."


CHECK = KnownCheck("counters apart", "Are the counters apart enough to confirm each other?", judge)
