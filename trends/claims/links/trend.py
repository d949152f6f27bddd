"""The link of a claim that says that the rate rose or fell over a span."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trends.claims.asked import Asked, counts_of, season_of, source_of
from trends.claims.checks import false_alarms, no_single_province, provinces_agree
from trends.claims.claim import Claim
from trends.claims.coefficient import column_finding, survived, tested_coefficient
from trends.claims.direction import BAR, Direction, adverse_side
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, ONE_ESTIMATE, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.claims.words import span_in_words
from trends.fits.design import baseline

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Trend:
    """The rate rose or fell over the span of ``[counts]``, by a factor of ``at_least`` a year."""

    direction: Direction
    at_least: float = BAR
    seasons: bool | int = True


def asked_by(link: Trend, claim: Claim, study: "Study") -> Asked:
    """What a claimed trend asks of the counts."""
    counts = counts_of(claim, study)
    design = baseline(counts.index, trend=True, seasons=season_of(counts, link.seasons))
    quantity = f"yearly growth of the rate over {span_in_words(counts.index[0], counts.index[-1])}"
    return Asked(counts, None, design, "trend", None, link.direction, link.at_least, quantity, source_of(claim, study))


def find(link: Trend, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a trend over the span of the claim, a year at a time."""
    asked = asked_by(link, claim, study)
    tested = survived(tested_coefficient(asked, effort), asked, claim, study, KIND.required(claim))
    span = span_in_words(asked.counts.index[0], asked.counts.index[-1])
    question = f"Did the rate have a trend over {span}, beyond the season?"
    return column_finding("trend", question, tested, asked.counts)


KIND = Kind(
    key="trend",
    rung=Rung.ORDINARY,
    record=Trend,
    find=find,
    heading="Trend",
    rows="Interval",
    chart="intervals",
    caption=ONE_ESTIMATE,
    cites_rows=False,
    counted_in="period",
    group=Group.TRENDS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, no_single_province.CHECK, provinces_agree.CHECK),
    survives_with="",
    on_its_counts=True,
    of_counts=True,
    adverse=lambda link, claim: adverse_side(link.direction),
    names=names_nothing,
)
