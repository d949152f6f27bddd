"""The link of a claim that says that a province had the most incidents."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trends.chance.rates import Shares, first_place_rates
from trends.chance.totals import first_place_evidence, share_spread
from trends.claims.asked import places_of, span_of
from trends.claims.checks import false_alarms
from trends.claims.claim import Claim
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, Group, Kind, Named, no_side
from trends.claims.rungs import Rung
from trends.claims.totals import (
    BySource,
    caveats_of,
    counts_alike,
    largest,
    length_of,
    nearby,
    ruled_total,
    sources_of,
    summed,
    table_of,
    unit_of,
)
from trends.claims.verdict import Asserted, Finding
from trends.claims.words import span_in_words

if TYPE_CHECKING:
    from trends.claims.study import Study

# Rivals of a first place that its error rates are simulated with: the strongest; the others are further off.
_RIVALS = 3


@dataclass(frozen=True)
class Rank:
    """A province had the most incidents of the provinces of ``[counts]``."""

    province: str


def find(link: Rank, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on the first place, by the source with the most incidents that is not the speaker's."""
    span, counted = span_of(claim, study), {}
    for name in sources_of(study, claim):
        panel = nearby(study.panels.get(name, study.panel()), *span)
        places = places_of(claim) or panel.provinces
        totals = {place: study.total(name, *span, [place]) for place in places}
        totals = {place: total for place, total in totals.items() if np.isfinite(total)}
        first = next((place for place in totals if panel.province(place) == panel.province(link.province)), None)
        if first is None or len(totals) < 2 or sum(totals.values()) == 0:
            continue
        n_periods, pairs = length_of(panel, *span), {}
        for rival in sorted((place for place in totals if place != first), key=lambda place: -totals[place]):
            series = summed(panel, [first]), summed(panel, [first, rival])
            both = totals[first] + totals[rival]
            pairs[rival] = Shares(totals[first], both, n_periods, *series, share_spread(*series))
        counted[name] = (first, totals, pairs)
    chosen = largest({name: sum(totals.values()) for name, (_, totals, _) in counted.items()}, claim, study, span)
    first, totals, pairs = counted[chosen]
    rates = first_place_rates(list(pairs.values())[:_RIVALS], rivals=len(pairs))
    said = {}
    for name, (place, each, two) in counted.items():
        spreads, n_periods = {rival: pair.spread for rival, pair in two.items()}, next(iter(two.values())).n_periods
        said[name] = first_place_evidence(each, place, spreads, n_periods, stretch=rates.stretch)
    stand = Asserted((1.0, np.inf), comparable=counts_alike(study, chosen, claim))
    figures = {name: (sum(counted[name][1].values()), each) for name, each in said.items()}
    tested = ruled_total(KIND, claim, replace(said[chosen], counted_in=unit_of(study, chosen)), rates, stand)
    order = sorted(totals, key=lambda place: -totals[place])[:4]
    return Finding(
        "rank",
        f"Had {link.province} the most incidents in {span_in_words(*span)}?",
        tested.ruling,
        f"In {study.sources[chosen].title}: {', '.join(f'{place} {totals[place]:,.0f}' for place in order)}. "
        + tested.sentence,
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=caveats_of(study, [chosen]),
        table=table_of(study, figures),
        fit=BySource(figures),
    )


KIND = Kind(
    key="rank",
    rung=Rung.RECORDED,
    record=Rank,
    find=find,
    heading="Rank",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=False,
    counted_in="incident",
    group=Group.RANKS,
    sought="lead",
    multiple_of="the next",
    checks=(false_alarms.CHECK,),
    survives_with="",
    on_its_counts=False,
    of_counts=True,
    adverse=no_side,
    names=lambda link: Named(provinces=(link.province,)),
)
