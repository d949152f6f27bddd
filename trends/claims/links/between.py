"""The link of a claim that compares the rates of two spans."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trends import periods
from trends.chance.rates import ratio_rates
from trends.chance.totals import ratio_evidence
from trends.claims.asked import Asked, counts_of, places_of, source_of
from trends.claims.checks import false_alarms
from trends.claims.claim import Claim
from trends.claims.direction import BAR, Direction, adverse_side, stand_on_change
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.totals import (
    BySource,
    days_of,
    length_of,
    no_figure,
    others_of,
    reference_of,
    ruled_total,
    table_of,
    unit_of,
)
from trends.claims.verdict import Finding
from trends.claims.words import figure, span_in_words
from trends.fits.design import baseline

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Between:
    """The rate of one span of periods against that of an earlier one; ``stated`` is the ratio that was named."""

    earlier: tuple[str, str]
    later: tuple[str, str]
    direction: Direction
    at_least: float = BAR
    stated: float | None = None


def find(link: Between, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a change between two spans, by the claim's own source, with the other sources beside it."""
    own, places = source_of(claim, study), places_of(claim)
    panel = study.panels.get(own, study.panel())
    reference = reference_of(panel, link.earlier[0], link.later, claim, places)
    names = [span_in_words(*span) for span in (link.earlier, link.later)]
    spans = (link.later, link.earlier)
    covered = {"days": [days_of(*span) for span in spans], "n_periods": [length_of(panel, *span) for span in spans]}
    totals = [study.total(own, *span, places) for span in spans]
    if np.isnan(totals).any():
        raise no_figure(study, own, names[0] if np.isnan(totals[1]) else names[1])
    rises = KIND.adverse(link, claim) == "rise"
    rates = ratio_rates(totals, **covered, reference=reference, bar=link.at_least, rises=rises)
    counted = {}
    for source in [own, *others_of(study, claim, own)]:
        totals = [study.total(source, *span, places) for span in spans]
        if np.isfinite(totals).all() and sum(totals) > 0:
            counted[source] = ratio_evidence(
                *totals,
                **covered,
                spread=reference.spread,
                stretch=rates.stretch,
                quantity=f"rate of {names[1]}, against that of {names[0]},",
            )
    if own not in counted:
        raise no_figure(study, own, f"{names[0]} and {names[1]} but 0")
    figures = {n: (study.total(n, *link.later, places), e) for n, e in counted.items()}
    stand = stand_on_change(link.direction, link.at_least, link.stated)
    tested = ruled_total(KIND, claim, replace(counted[own], counted_in=unit_of(study, own)), rates, stand)
    caveats = [*study.sources[own].caveats]
    if own not in study.panels:
        caveats.append(
            f"{study.sources[own].title} publishes totals, which do not show how much they vary; the swings of "
            f"{study.sources[study.source].title} were taken for theirs."
        )
    against = [n for n, e in counted.items() if (e.estimate - 1) * (counted[own].estimate - 1) < 0]
    if against:
        told = ", ".join(f"{study.sources[n].title} {figure(counted[n].estimate, 'ratio')}" for n in against)
        caveats.append(f"Other sources point the other way: {told}.")
    return Finding(
        "between",
        f"Was the rate of {names[1]} other than that of {names[0]}?",
        tested.ruling,
        tested.sentence,
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=tuple(caveats),
        table=table_of(study, figures),
        fit=BySource(figures),
    )


def asked_by(link: Between, claim: Claim, study: "Study") -> Asked:
    """Two spans as one step, the periods outside of both left out."""
    ends = [periods.period(label) for span in (link.earlier, link.later) for label in span]
    first, last = min(ends, key=lambda e: e.start_time), max(ends, key=lambda e: e.end_time)
    counts = counts_of(replace(claim, counts=replace(claim.counts, first=str(first), last=str(last))), study)
    letter = periods.frequency_of(counts.index)
    spans = [counts.index.isin(periods.span(*span, letter)) for span in (link.earlier, link.later)]
    kept = counts.where(spans[0] | spans[1])
    kept.attrs = counts.attrs
    design = baseline(counts.index, trend=False).assign(later=spans[1] * 1.0)
    at = periods.span(*link.later, letter)[0]
    what = "change between the two spans"
    return Asked(kept, None, design, "later", at, link.direction, link.at_least, what, source_of(claim, study))


KIND = Kind(
    key="between",
    rung=Rung.ORDINARY,
    record=Between,
    find=find,
    heading="Change between two spans",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=False,
    counted_in="incident",
    group=Group.CHANGES,
    sought="change",
    multiple_of="the rate of the earlier span",
    checks=(false_alarms.CHECK,),
    survives_with="",
    on_its_counts=False,
    of_counts=True,
    adverse=lambda link, claim: adverse_side(link.direction),
    names=names_nothing,
)
