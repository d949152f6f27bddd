"""The link of a claim that nobody has counted yet: what would have to be counted, and whether the study has it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trends.chance.evidence import Evidence
from trends.claims.claim import Claim
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, EXPECTED, Group, Kind, names_nothing
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.nouns import listed

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Needs:
    """The claim is about a ``measure`` that must be counted before anybody can test it, ``because`` of what it says."""

    measure: str
    because: str


def find(link: Needs, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """Untestable for as long as no source of the study counts the measure; from then on the claim wants a link.

    The study is asked, so that the ruling changes when the study does.
    """
    question = f"Does the study count {link.measure}?"
    holding = [
        source.title for source in study.sources.values() if source.measure.casefold() == link.measure.casefold()
    ]
    because = link.because.rstrip(".")
    if holding:
        counts = "counts" if len(holding) == 1 else "count"
        told = f"{listed(holding)} {counts} {link.measure}: the claim can be given a link that tests it."
        return Finding("needs", question, Ruling.NOT_ASSESSED, told)
    wanted = f"Figures on {link.measure} would settle it, and no source of this study has any."
    reason = f"{because[0].upper()}{because[1:]}. {wanted}"
    return Finding("needs", question, Ruling.UNTESTABLE, reason, Evidence(quantity=link.measure, untestable=reason))


KIND = Kind(
    key="needs",
    rung=Rung.RECORDED,
    record=Needs,
    find=find,
    heading="What it takes",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=False,
    counted_in="event",
    group=Group.OTHER,
    sought="change",
    multiple_of=EXPECTED,
    checks=(),
    survives_with="",
    bias="",
    settled_by="",
    of_counts=False,
    names=names_nothing,
)
