"""Whether an answer holds without each counter in turn."""

from trends.claims.checks.counted import Counted
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck
from trends.claims.rulings import Ruling
from trends.nouns import listed


def judge(subject: Counted) -> tuple[str, str]:
    """Without which counters the ruling would be open, and without which another."""
    if not subject.without:
        return DOES_NOT_APPLY, "There is one counter alone: nothing shows what another would have said."
    if not subject.certain:
        sure = [title for title, ruling in subject.without.items() if ruling is not Ruling.CANNOT_TELL]
        told = "; ".join(f"without {title} it would be {subject.without[title]}" for title in sure)
        return "passed", f"It is open with all counters; {told or 'it stays open without any one of them'}."
    turned = [title for title, ruling in subject.without.items() if ruling not in (subject.ruling, Ruling.CANNOT_TELL)]
    if turned:
        return "failed", f"Without {listed(turned)} the ruling is another."
    opened = [title for title, ruling in subject.without.items() if ruling is Ruling.CANNOT_TELL]
    if opened:
        return "passed", f"No counter that is left out turns it, but without {listed(opened)} it would be open."
    return "passed", f"It stays {subject.ruling} without any one of the {len(subject.without)} counters."


CHECK = KnownCheck("without each counter", "Does the answer hold without each counter in turn?", judge)
