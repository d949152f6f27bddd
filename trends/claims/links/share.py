"""The link of a claim that states the share of some provinces."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trends.chance.rates import Shares, share_rates
from trends.chance.totals import share_evidence, share_spread
from trends.claims.asked import places_of, span_of
from trends.claims.checks import false_alarms
from trends.claims.claim import Claim
from trends.claims.direction import Comparison, adverse_of_number
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, EXPECTED, Group, Kind, Named
from trends.claims.rungs import Rung
from trends.claims.totals import (
    BySource,
    caveats_of,
    counts_alike,
    largest,
    length_of,
    nearby,
    number_in_words,
    ruled_total,
    sources_of,
    stand_on_number,
    summed,
    table_of,
    unit_of,
)
from trends.claims.verdict import Finding
from trends.claims.words import listed, span_in_words

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Share:
    """The share of one or more provinces in the periods of ``[counts]``; ``within`` is in points of the share."""

    provinces: tuple[str, ...]
    number: float
    comparison: Comparison = "about"
    within: float = 0.05


def find(link: Share, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on the share of some provinces, by the source with the most incidents that is not the speaker's."""
    span, where = span_of(claim, study), listed(link.provinces)
    counted = {}
    for name in sources_of(study, claim):
        part, whole = study.total(name, *span, list(link.provinces)), study.total(name, *span, places_of(claim))
        if np.isfinite(part) and whole > 0:
            panel = nearby(study.panels.get(name, study.panel()), *span)
            series = summed(panel, link.provinces), summed(panel, places_of(claim))
            counted[name] = Shares(part, whole, length_of(panel, *span), *series, share_spread(*series))
    chosen = largest({name: total.whole for name, total in counted.items()}, claim, study, span)
    total = counted[chosen]
    rates = share_rates(total, link.number, within=link.within, rises=KIND.adverse(link, claim) == "rise")
    stand = stand_on_number(link.number, link.comparison, link.within, counts_alike(study, chosen, claim), highest=1.0)
    said = {
        name: share_evidence(
            each.part, each.whole, each.spread, each.n_periods, f"share of {where}", rates.stretch if rates else 1.0
        )
        for name, each in counted.items()
    }
    figures = {name: (counted[name].part, each) for name, each in said.items()}
    tested = ruled_total(KIND, claim, replace(said[chosen], counted_in=unit_of(study, chosen)), rates, stand)
    return Finding(
        "share",
        f"Was the share of {where} in {span_in_words(*span)} {number_in_words(link.number, link.comparison, 'share')}?",
        tested.ruling,
        f"{total.part:,.0f} of {total.whole:,.0f} {study.sources[chosen].measure} in {study.sources[chosen].title}. "
        + tested.sentence,
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=caveats_of(study, [chosen]),
        table=table_of(study, figures),
        fit=BySource(figures),
    )


KIND = Kind(
    key="share",
    rung=Rung.RECORDED,
    record=Share,
    find=find,
    heading="Share",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=False,
    counted_in="incident",
    group=Group.NUMBERS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK,),
    survives_with="",
    on_its_counts=False,
    of_counts=True,
    adverse=lambda link, claim: adverse_of_number(link.comparison),
    names=lambda link: Named(provinces=link.provinces),
)
