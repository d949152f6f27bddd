"""The link of a claim that says that a change was more than such series do by themselves, by the world's series."""

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from trends.chance.drift import Span
from trends.chance.evidence import Check, Evidence
from trends.chance.swings import Swing, ordinary_swing, ordinary_swing_of_figures
from trends.claims.checks import picked_span
from trends.claims.checks.picked_span import Picked
from trends.claims.claim import Claim
from trends.claims.effects import ratio_table
from trends.claims.effort import Effort
from trends.claims.kinds import JUST_THEN, Group, Kind
from trends.claims.links.recorded import caveats_of, counts_in_words, named_in, not_counted
from trends.claims.quantity import AskedFigure, Quantity, asked_figure, bounds_of, filled, months_of
from trends.claims.records import (
    Record,
    breaks_between,
    check_unit,
    counters_for,
    drift_spans,
    own_counter,
    record_of,
    why_not_counted,
)
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding, rule
from trends.claims.words import capital, figure, titled
from trends.errors import ModelError
from trends.fits.options import checked_whole
from trends.nouns import listed, one, plural

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Ordinary(Quantity):
    """A change is more than such series show by themselves; `true` is the one recorded.

    ``picked_from`` is the number of spans that it was picked from as the largest.
    """

    by: str = ""
    picked_from: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_whole(self.picked_from, "read what a change was picked from", "picked_from", 1)


@dataclass(frozen=True, eq=False)
class OrdinarySwing:
    """A change and its place among the world's, for the chart."""

    asked: AskedFigure
    record: Record
    swing: Swing
    picked_from: int


def find(link: Ordinary, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on whether a recorded change is larger than it is in 95 of 100 like pairs of spans.

    Notes
    -----
    Like pairs are of like length, distance and size, in the world's countries without the study's own.
    """
    link = filled(link, claim)
    base = claim.asserts.get("recorded")
    own, named = own_counter(link.by or getattr(base, "by", ""), claim, study)
    check_unit(link.of, own, study)
    asked = asked_figure(link, claim, study, study.sources[own].measure)
    if asked.form != "ratio":
        raise ModelError(
            f"ask whether {asked.statement} is more than ordinary",
            found="a figure that is no change from one span to another",
            allowed="a figure with against, the earlier span",
            do="name it, or take the link out",
            lacks="What such series do by themselves is known of changes, and the sentence is about none. An earlier "
            "span that it is held against would make it one.",
        )
    if not all(months_of(span) for span in asked.spans):
        raise ModelError(
            f"ask whether {asked.statement} is more than ordinary",
            found="spans that are not of whole months",
            allowed="whole months, which the world's series have",
            do="name such spans, or take the link out",
            lacks="The spans are not whole months, and what is ordinary is known by the month. Such would settle it.",
        )
    record = record_of(own, asked, study)
    if record is None:
        reason = why_not_counted(own, asked, counters_for(own, claim, study), study)
        return not_counted("ordinary", f"Is {asked.statement} more than such series do by themselves?", asked, reason)
    swing = swing_of(record, asked, study)
    stand = _stand(asked)
    evidence = Evidence(
        quantity=f"{asked.what.rstrip(',')}, as a multiple of what such series do by themselves,",
        estimate=swing.ratio / swing.quantiles[49],
        lower=swing.ratio / swing.quantiles[94],
        upper=swing.ratio / swing.quantiles[4],
        level=0.90,
        pvalue=swing.either(),
        null="It is a change as such series show by themselves.",
        alternative="It is larger.",
        method="Rank among the world's pairs of spans of like length, distance and size, the study's country left out.",
        nobs=int(sum(record.counts)),
        counted_in=one(asked.counted) or "incident",
    )
    share = swing.fall if asked.direction in ("fall", "no rise") else swing.rise
    checks = tuple(check.of(Picked(share, link.picked_from)) for check in KIND.required(claim))
    ruling = rule(evidence, stand, checks)
    broken = breaks_between(study.sources[own], *asked.spans)
    caveats = [f"Between the spans {listed(broken)}."] if broken else []
    row = (record.title, record.counts[1], evidence.estimate, evidence.lower, evidence.upper)
    return Finding(
        "ordinary",
        f"Is {asked.statement} more than such series do by themselves?",
        ruling,
        _sentence(asked, record, swing, ruling, checks),
        evidence,
        stand,
        checks=checks,
        caveats=(*caveats, *caveats_of(study, [own], named)),
        table=ratio_table([row]),
        fit=OrdinarySwing(asked, record, swing, link.picked_from),
    )


def _stand(asked: AskedFigure) -> Asserted:
    """More than ordinary is beyond 1; that there was no rise is contradicted by one that is more than ordinary."""
    low, high = asked.stand.claimed
    falls = asked.direction in ("fall", "no rise") or (asked.direction is None and low <= 0 and high <= 1)
    return Asserted((0.0, 1.0) if falls else (1.0, inf))


def swing_of(record: Record, asked: AskedFigure, study: "Study") -> Swing:
    """The place of a recorded change among the world's, with the past of the series where there is one by the month."""
    first, second = drift_spans(*asked.spans)
    months = _months(record.name, asked, study)
    if months is not None:
        start = len(months) - (second.start + second.months - first.start)
        moved = Span(start, first.months), Span(start + second.start - first.start, second.months)
        return ordinary_swing(months, *moved, without=study.country)
    before, after = record.counts
    return ordinary_swing_of_figures(before, after, first, second, without=study.country)


def _months(name: str, asked: AskedFigure, study: "Study") -> np.ndarray | None:
    """The monthly counts of a source from its last hole up to the end of the second span; None where it has none."""
    if name not in study.panels or study.panels[name].frequency not in ("M", "W", "D"):
        return None
    panel = study.panels[name]
    part = (panel.select(asked.whole) if asked.whole else panel).to("M")
    begin, end = bounds_of(asked.spans[0])[0], bounds_of(asked.spans[1])[1]
    inside = part.index.end_time.normalize() <= end
    counts = part.counts[inside].sum(axis=1, skipna=False).where((part.exposure[inside] >= 1).all(axis=1))
    before = counts.index[counts.isna() & (counts.index.start_time < begin)]
    counts = counts[counts.index > before[-1]] if len(before) else counts
    return counts.to_numpy(float) if counts.notna().all() and len(counts) else None


def _sentence(asked: AskedFigure, record: Record, swing: Swing, ruling: Ruling, checks: tuple[Check, ...]) -> str:
    falls = asked.direction in ("fall", "no rise") or (asked.direction is None and swing.ratio < 1)
    share, way = (swing.fall, "fall") if falls else (swing.rise, "rise")
    seen = 100 * share
    rank = f"{seen:.0f} of 100" if seen >= 1 else "fewer than 1 of 100"
    told = f"{capital(titled(record.title))} recorded {counts_in_words(record, asked)}."
    went = swing.ratio < 1 if falls else swing.ratio > 1
    what = f"A {way} this large" if went else f"A {way}, or a smaller {'rise' if falls else 'fall'} than this,"
    told += f" {what} is seen in {rank} such pairs of spans; 90 of 100 lie between "
    told += f"{figure(swing.quantiles[4], 'ratio')} and {figure(swing.quantiles[94], 'ratio')}."
    if swing.own_pairs:
        own = plural(swing.own_pairs, "earlier pair")
        told += f" Of {own} of its own, {swing.own_as_large} moved as much."
    withheld = [check for check in checks if check.withholds]
    if withheld:
        return f"{told} {' '.join(check.says for check in withheld)}"
    if ruling is Ruling.SUPPORTED:
        return f"{told} It is more than such series do by themselves."
    if ruling is Ruling.CONTRADICTED:
        return f"{told} It is more than such series do by themselves, and the other way."
    return f"{told} Such series do this by themselves."


KIND = Kind(
    key="ordinary",
    rung=Rung.ORDINARY,
    record=Ordinary,
    find=find,
    heading="More than ordinary",
    rows="Counter",
    chart="ordinary",
    caption="The change that was recorded, among those of the world's pairs of spans like these",
    cites_rows=False,
    counted_in="incident",
    group=Group.ORDINARY,
    sought="change",
    multiple_of="what such series do by themselves",
    checks=(picked_span.CHECK,),
    survives_with="",
    bias=JUST_THEN,
    settled_by="Only a larger change, or one over longer spans, would stand out from what such series do.",
    of_counts=True,
    names=lambda link: named_in(link, (link.by,) if link.by else ()),
)
