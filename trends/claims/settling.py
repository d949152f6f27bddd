"""What would settle an open ruling, the cheapest first, and what would overturn a certain one."""

from math import exp, inf, isfinite, log
from typing import TYPE_CHECKING

from trends.claims.fitted import Fitted
from trends.claims.rates import TARGET, periods_needed, ratio_wanted
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.verdict import Finding
from trends.claims.words import needed_in_words
from trends.nouns import by_how_much

if TYPE_CHECKING:
    from trends.claims.claim import Claim
    from trends.claims.study import Study

# Of the interval of 95 % this share of its half lies on one side of the middle at a certainty of 95 %.
_ONE_SIDED = 1.6449 / 1.96


def what_would_settle(finding: Finding, claim: "Claim", study: "Study") -> str:
    """What would settle an open finding, as sentences: the cheapest of a further counter and of further periods.

    Empty where the finding is not open, or nothing of the kind is known of its link.
    """
    if finding.ruling is not Ruling.CANNOT_TELL or finding.stand is None:
        return ""
    change = claim.asserts.get("change")

    def wait(noun: str) -> tuple[int | None, str]:
        assert change is not None
        needed = periods_needed(claim, study)
        return needed, needed_in_words(needed, ratio_wanted(change.direction, change.at_least), TARGET, noun)

    return _fit_of(finding).would_settle(finding, finding.stand, study, wait if change is not None else None)


def _fit_of(finding: Finding) -> Fitted:
    return finding.fit if isinstance(finding.fit, Fitted) else Fitted()


def overturned_by(finding: Finding) -> float | None:
    """The change in reporting, as a factor, that would open a ruling that supports a claim on one side of a ratio."""
    stand, evidence = finding.stand, finding.evidence
    if finding.ruling is not Ruling.SUPPORTED or stand is None or evidence is None or evidence.unit != "ratio":
        return None
    low, high = stand.claimed
    if (low > 0) == (high < inf):
        return None
    bar, up = (low, True) if low > 0 else (high, False)
    certain = _fit_of(finding).certain_end(stand, up)
    if certain is not None:
        return certain / bar
    end = evidence.lower if up else evidence.upper
    if end <= 0 or not isfinite(end):
        return None
    if evidence.supported is not None:
        # The certainty that decides is one-sided, the interval has both sides.
        end = exp(log(evidence.estimate) + _ONE_SIDED * (log(end) - log(evidence.estimate)))
    return end / bar


def overturned_in_words(finding: Finding) -> str:
    """What would overturn a ruling that supports a claim, as a sentence; empty where none is to be had.

    A ratio of what was realised has its own, with the share of drift in common. A level overturns by its count alone,
    which may contradict a claim as well.
    """
    if finding.stand is None or finding.evidence is None:
        return ""
    a_count = finding.evidence.unit == "count" and finding.ruling is Ruling.CONTRADICTED
    if finding.ruling is not Ruling.SUPPORTED and not a_count:
        return ""
    told = _fit_of(finding).would_overturn(finding.stand, finding.evidence)
    if told is not None:
        return told
    clause, factor = kind_of(finding.link).bias, overturned_by(finding)
    if not clause or factor is None or abs(factor - 1) < 0.005:
        return ""
    way = "risen" if factor > 1 else "fallen"
    return f"It would be overturned if {clause.format(way=way, by=by_how_much(factor))}."
