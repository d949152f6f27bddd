"""The link of a claim that nobody has counted yet: what would have to be counted, and whether the study has it."""

from trends.chance.evidence import Evidence
from trends.claims.claim import Claim, Needs
from trends.claims.study import Study
from trends.claims.verdict import Finding, Ruling
from trends.claims.words import listed


def needs_finding(link: Needs, claim: Claim, study: Study) -> Finding:
    """Untestable for as long as no source of the study counts the measure; from then on the claim wants a link.

    The study is asked, so that the ruling changes when the study does.
    """
    question = f"Does the study count {link.measure}?"
    holding = [
        source.title for source in study.sources.values() if source.measure.casefold() == link.measure.casefold()
    ]
    because = link.because.rstrip(".")
    if holding:
        told = f"{listed(holding)} counts {link.measure}: the claim can be given a link that tests it."
        return Finding("needs", question, Ruling.NOT_ASSESSED, told)
    reason = f"{because[0].upper()}{because[1:]}. It takes {link.measure}, which no source of this study counts."
    return Finding("needs", question, Ruling.UNTESTABLE, reason, Evidence(quantity=link.measure, untestable=reason))
