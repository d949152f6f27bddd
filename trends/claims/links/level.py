"""The link of a claim that states a number of incidents."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trends.chance.rates import count_rates
from trends.chance.totals import count_evidence
from trends.claims.asked import places_of, span_of
from trends.claims.checks import false_alarms
from trends.claims.claim import Claim
from trends.claims.direction import Comparison, adverse_of_number
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, EXPECTED, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.totals import (
    BySource,
    caveats_of,
    number_in_words,
    others_of,
    ruled_total,
    same_as_own,
    stand_on_number,
    table_of,
    untestable,
)
from trends.claims.verdict import Finding
from trends.claims.words import figure, listed, span_in_words

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Level:
    """A number of incidents in the periods of ``[counts]``; ``within`` is the tolerance of "about" (0.10 is 10 %)."""

    number: float
    comparison: Comparison = "about"
    within: float = 0.10


def find(link: Level, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a number of incidents, by the sources that count the same thing and are not the speaker's own."""
    span, own, places = span_of(claim, study), claim.counts.source, places_of(claim)
    names = ([own] if own else []) + others_of(study, claim, own)
    totals = {name: study.total(name, *span, places) for name in names}
    counted = {name: total for name, total in totals.items() if np.isfinite(total)}
    figures = {n: (total, count_evidence({n: total})) for n, total in counted.items()}
    table = table_of(study, figures)
    actor = study.sources[own or study.source].actor
    others = {
        n: total
        for n, total in counted.items()
        if n != own and (n in claim.counts.against or study.sources[n].actor == actor)
    }
    where = listed(places) + " in " if places else ""
    asked = number_in_words(link.number, link.comparison, "count")
    question = f"Do other sources count {asked} in {where}{span_in_words(*span)}?"
    if not others:
        reason = (
            f"No source of the study{' but the speaker’s own' if own else ''} counts this in {span_in_words(*span)}"
        )
        return untestable("level", question, f"{reason}.", table)
    # Sources may hold the same incidents: their counts are not added up.
    evidence = replace(count_evidence(others), nobs=len(others))
    rises = KIND.adverse(link, claim) == "rise"
    rates = count_rates(link.number, len(others), evidence.estimate, within=link.within, rises=rises)
    comparable = all(same_as_own(study, n, own, "rule") for n in others)
    stand = stand_on_number(link.number, link.comparison, link.within * link.number, comparable)
    tested = ruled_total(KIND, claim, evidence, rates, stand)
    counts = "; ".join(
        f"{study.sources[n].title} counts {total:,.0f}"
        + (f", {figure(total / link.number, 'ratio')} times as many" if link.number > 1 else "")
        for n, total in others.items()
    )
    return Finding(
        "level",
        question,
        tested.ruling,
        f"{counts}. {tested.sentence}",
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=caveats_of(study, others),
        table=table,
        fit=BySource(figures),
    )


KIND = Kind(
    key="level",
    rung=Rung.RECORDED,
    record=Level,
    find=find,
    heading="Level",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=False,
    counted_in="source",
    group=Group.NUMBERS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK,),
    survives_with="",
    on_its_counts=False,
    of_counts=True,
    adverse=lambda link, claim: adverse_of_number(link.comparison),
    names=names_nothing,
)
