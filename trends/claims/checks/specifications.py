"""Whether other defensible ways of asking give the same answer."""

from trends.claims.checks.judged import Judged
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck

# Four in five of the specifications must be on the side that the ruling takes, and chance must not explain the median.
_AGREE, _JOINT = 0.80, 0.05


def judge(subject: Judged) -> tuple:
    """On which side the specifications lie, and whether chance explains their median."""
    curve = subject.curve
    if curve is None:
        return DOES_NOT_APPLY, "There is no other way of asking."
    ratio = curve.fitted["ratio"]
    says = f"{len(ratio)} specifications, median {curve.median:.2f}"
    if subject.found:
        side = ((ratio > 1) == (subject.evidence.estimate > 1)) & ratio.notna()
        passed = side.mean() >= _AGREE and curve.pvalue <= _JOINT
        way = "above" if subject.evidence.estimate > 1 else "below"
        says = f"{says}, {100 * side.mean():.0f} % of them {way} 1"
    else:
        passed = subject.holds(curve.median) and curve.pvalue > _JOINT
    outcome = "cannot tell" if not subject.found and subject.reads == "open" else "passed" if passed else "failed"
    return outcome, f"{says}; p of no change in any of them {curve.pvalue:.2g}.", curve


CHECK = KnownCheck("specifications", "Do other defensible ways of asking give the same answer?", judge)
