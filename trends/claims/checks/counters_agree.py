"""Whether a counter stands off from what the others lead to expect of it."""

from trends.claims.checks.counted import Counted
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck
from trends.claims.rulings import Ruling
from trends.nouns import listed


def judge(subject: Counted) -> tuple[str, str]:
    """Which counters stand off, and whether one of them says the opposite of what is ruled."""
    if subject.together is None or not subject.without:
        return DOES_NOT_APPLY, "Only the counters of a ratio can be held against each other, and there must be two."
    off = [name for name, _ in subject.together.standing_off]
    kind = " All are of one kind: nothing shows what they may have in common." if subject.together.one_kind else ""
    if not off:
        against = f" Alone, {listed(subject.against)} would say otherwise." if subject.against else ""
        return "passed", f"None stands off from what the others lead to expect.{against}{kind}"
    told = f"{listed(off)} {'stand' if len(off) > 1 else 'stands'} off from what the others lead to expect.{kind}"
    opposed = subject.ruling is Ruling.SUPPORTED and any(name in subject.against for name in off)
    return "failed" if opposed else "passed", told


CHECK = KnownCheck("counters agree", "Does no counter stand off from the others?", judge)
