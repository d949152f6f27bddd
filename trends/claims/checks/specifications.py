"""Whether other defensible ways of asking give the same answer."""

from typing import Any

from trends.claims.checks.judged import Judged
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck
from trends.claims.words import figure, percent
from trends.nouns import plural

# Four in five of the specifications must lead where the claim's own does.
_AGREE = 0.80


def judge(subject: Judged) -> tuple[Any, ...]:
    """Where the estimates of all other specifications lead."""
    curve = subject.curve
    if curve is None or len(curve.fitted) < 2:
        return DOES_NOT_APPLY, "There is no other way of asking."
    ratios = curve.fitted["ratio"].iloc[1:]
    share = ratios.map(subject.holds).mean()
    says = f"Of {plural(len(ratios), 'other way')} of asking {percent(share)} lead the same way; their median is "
    says += f"{figure(ratios.median(), 'ratio')}."
    return "passed" if share >= _AGREE else "failed", says, curve


CHECK = KnownCheck("specifications", "Do other defensible ways of asking give the same answer?", judge)
