"""The link of a claim that says that other sources say the same: its main link, refitted on each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, nan
from typing import TYPE_CHECKING

import numpy as np

from trends import periods
from trends.chance.change import change_evidence
from trends.chance.evidence import Evidence
from trends.claims.asked import break_of, places_of, source_of
from trends.claims.claim import Claim
from trends.claims.coefficient import ratio_table
from trends.claims.direction import stand_on_change
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, EXPECTED, Group, Kind, Named, no_side
from trends.claims.links import between, change, level, share, trend
from trends.claims.links.between import Between
from trends.claims.links.change import Change
from trends.claims.links.trend import Trend
from trends.claims.rungs import Rung
from trends.claims.source_words import Said, caveats_of, sentence_of
from trends.claims.verdict import Asserted, Finding, Ruling, rule
from trends.claims.words import span_in_words
from trends.errors import ModelError, TrendsError

if TYPE_CHECKING:
    from trends.claims.study import Study

#: What is written beside a source that is cut from the incidents of the claim's own.
SAME_FILE = "(same file)"
# Two figures may be held side by side as a rise or a fall where their spans differ by no more than this share.
_SIMILAR = 0.1
_OF_SERIES = {file.KIND.record: file.asked_by for file in (change, trend)}
_OF_TOTALS = {file.KIND.record: file.find for file in (between, level, share)}


@dataclass(frozen=True)
class Sources:
    """Other sources say the same: those named, or by default those of the same measure and the study's own.

    It is about the claim's main link: the first of ``change``, ``between``, ``level``, ``share`` and ``trend``.
    """

    names: tuple[str, ...] = ()


def other_sources(link: Sources, claim: Claim, study: "Study") -> list[str]:
    """The sources that a claim is held against: those it names, or those of its measure and the study's own."""
    own = source_of(claim, study)
    measure = study.sources[own].measure
    alike = [name for name, source in study.sources.items() if source.measure == measure]
    return [name for name in dict.fromkeys(link.names or (*alike, study.source)) if name != own]


def find(link: Sources, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on whether other sources say what a claim says, from the claim's main link refitted on each.

    Notes
    -----
    The evidence is the range of what the independent sources say. It is within the claimed values where every one of
    them agrees, and outside where every one of them speaks against; only sources of the claim's measure and actor can
    contradict. Sources cut from the incidents of the claim's own are shown and confirm nothing.
    """
    main = next((each for each in claim.asserts.values() if type(each) in {**_OF_SERIES, **_OF_TOTALS}), None)
    if main is None:
        raise ModelError(
            f"ask other sources about the claim {claim.id!r}",
            found=f"the links {', '.join(claim.asserts)}",
            allowed="a claim that asserts a change, a change between two spans, a level, a share or a trend",
            do="assert one of these, or leave the link out",
        )
    names = other_sources(link, claim, study)
    own, said, unit, stand, quantity = _asked(main, claim, study, names, effort)
    others = [each for each in said if each.independent]
    question = f"Do other sources than {study.sources[own].title} say the same?"
    table = ratio_table([_row(each, own) for each in said])
    silent = [study.sources[name].title for name in names if name not in {each.name for each in said}]
    caveats = caveats_of(said, silent, study)
    if not others:
        reason = "No independent source of the study has figures for this."
        nothing = Evidence(quantity=quantity, unit=unit, untestable=reason)
        return Finding(
            "sources",
            question,
            Ruling.UNTESTABLE,
            reason,
            nothing,
            caveats=caveats,
            table=table if len(table) else None,
        )
    evidence = _range_of(others, quantity, unit)
    stand = replace(stand, comparable=all(each.comparable for each in others))
    ruling = rule(evidence, stand)
    return Finding(
        "sources",
        question,
        ruling,
        sentence_of(own, said, stand, unit),
        evidence,
        stand,
        caveats=caveats,
        table=table,
    )


def _row(each: Said, own: str) -> tuple:
    mark = "" if each.independent or each.name == own else f" {SAME_FILE}"
    return f"{each.title}{mark}", each.count, each.estimate, each.lower, each.upper


def _asked(
    main: object, claim: Claim, study: "Study", names: list[str], effort: Effort
) -> tuple[str, list[Said], str, Asserted, str]:
    """The claim's own source, what each source says (the own one first), the unit, what is claimed, and of what."""
    own = source_of(claim, study)
    if isinstance(main, Change | Trend):
        spoken = (_of_series(name, main, claim, study, own, effort) for name in (own, *names))
        stand = stand_on_change(main.direction, main.at_least)
        what = "change at the event" if isinstance(main, Change) else "yearly growth of the rate"
        return own, [each for each in spoken if each], "ratio", stand, f"{what}, in other sources,"
    against = replace(claim, counts=replace(claim.counts, against=tuple(names)))
    finding = _OF_TOTALS[type(main)](main, against, study, effort)
    figures = finding.fit.figures if finding.fit else {}
    said = [
        _said(name, count, (e.estimate, e.lower, e.upper), study, own, _spans(main, name, count, claim, study), main)
        for name, (count, e) in figures.items()
        if name in (own, *names)
    ]
    if isinstance(main, Between):
        published = (_published_change(name, main, study, own) for name in names if name not in figures)
        said += [each for each in published if each]
    stand = finding.stand or Asserted((0.0, np.inf))
    said.sort(key=lambda each: (each.name != own, not each.independent))
    what = finding.evidence.quantity.rstrip(",") if finding.evidence else "figure"
    unit = finding.evidence.unit if finding.evidence else "count"
    return own, said, unit, stand, what if "other sources" in what else f"{what}, in other sources,"


def _spans(main: object, name: str, later: float, claim: Claim, study: "Study") -> str:
    """The counts of both spans as a source has them, where two spans are compared."""
    if not isinstance(main, Between):
        return ""
    return f"{study.total(name, *main.earlier, places_of(claim)):,.0f} to {later:,.0f}"


def _said(
    name: str, count: float, interval: Sequence[float], study: "Study", own: str, how: str = "", main: object = None
) -> Said:
    mine, its = study.sources[own], study.sources[name]
    independent = name != own and (its.origin or name) != (mine.origin or own)
    by_rule = isinstance(main, level.Level)
    comparable = (its.measure, its.actor) == (mine.measure, mine.actor) and (not by_rule or its.rule == mine.rule)
    estimate, lower, upper = map(float, interval)
    return Said(name, its.title, float(count), estimate, lower, upper, independent, comparable, how)


def _of_series(name: str, main: Change | Trend, claim: Claim, study: "Study", own: str, effort: Effort) -> Said | None:
    """A change or a trend as one source has it: refitted on its panel, or read off the totals on both sides."""
    its = replace(claim, counts=replace(claim.counts, source=name))
    if name not in study.panels:
        return _of_totals(name, main, its, study, own, effort) if isinstance(main, Change) else None
    try:
        asked = _OF_SERIES[type(main)](main, its, study)
        test = change_evidence(asked.counts, asked.design, asked.term)
    except TrendsError:
        # The source does not reach as far: it is named among those that are silent.
        return None
    return _said(name, asked.counts.sum(), (exp(test.estimate), exp(test.lower), exp(test.upper)), study, own)


def _of_totals(name: str, main: Change, claim: Claim, study: "Study", own: str, effort: Effort) -> Said | None:
    """The last published figure before a change against the first one after it."""
    spans = _on_both_sides(study, name, break_of(claim, study, study.panel().frequency).start_time.date())
    if spans is None:
        return None
    earlier, later = ((str(first), str(last)) for first, last in spans)
    link = Between(earlier, later, main.direction, main.at_least)
    try:
        (_, found) = between.find(link, claim, study, effort).fit.figures[name]
    except TrendsError:
        return None
    how = f"{span_in_words(*later)} against {span_in_words(*earlier)}"
    return _said(name, found.nobs, (found.estimate, found.lower, found.upper), study, own, how)


def _on_both_sides(study: "Study", name: str, at: date) -> tuple | None:
    """The spans of the figures next to a date on both sides, of one length; None where there are none."""
    figures, source = study.figures[name], study.sources[name]
    counted = figures[(figures["unit"] == "count") & (figures["measure"] == source.measure)]
    spans = {*zip(counted["first"], counted["last"], strict=True)}
    before = sorted((last, first) for first, last in spans if last < at)
    after = sorted((first, last) for first, last in spans if first >= at)
    for first, last in after:
        for end, start in reversed(before):
            length = (last - first).days + 1
            if (
                abs((end - start).days + 1 - length) <= _SIMILAR * length
                and max((at - end).days, (first - at).days) <= length
            ):
                return (start, end), (first, last)
    return None


def _published_change(name: str, main: Between, study: "Study", own: str) -> Said | None:
    """A change on the year before that a source publishes in percent, without the counts behind it."""
    if name not in study.figures:
        return None
    figures, source = study.figures[name], study.sources[name]
    later, earlier = (
        (periods.period(first).start_time.date(), periods.period(last).end_time.date())
        for first, last in (main.later, main.earlier)
    )
    if any(a.replace(year=a.year + 1) != b for a, b in zip(earlier, later, strict=True) if (a.month, a.day) != (2, 29)):
        return None
    rows = figures[(figures["unit"] == "percent") & (figures["first"] == later[0]) & (figures["last"] == later[1])]
    rows = rows[rows["measure"] == f"{source.measure}, change on the year before"]
    if rows.empty:
        return None
    value = float(rows["value"].iloc[0])
    return _said(name, nan, (1 + value / 100, nan, nan), study, own, f"published as {value:+.0f} percent")


def _range_of(others: list[Said], quantity: str, unit: str) -> Evidence:
    """What several sources say at once: from the lowest end of their intervals to the highest."""
    estimates = [each.estimate for each in others]
    middle = float(np.median(estimates))
    return Evidence(
        quantity=quantity,
        unit=unit,
        estimate=middle,
        lower=min(each.ends[0] for each in others),
        upper=max(each.ends[1] for each in others),
        null="The other sources say what the claim says.",
        alternative="At least one of them says something else.",
        method="The claim’s own test on each source; the middle of their estimates, and the range of their intervals.",
        # Sources may hold the same incidents: their counts are not added up.
        nobs=len(others),
    )


KIND = Kind(
    key="sources",
    rung=Rung.REALISED,
    record=Sources,
    find=find,
    heading="Sources",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=True,
    counted_in="source",
    group=Group.SOURCES,
    sought="change",
    multiple_of=EXPECTED,
    checks=(),
    survives_with="",
    on_its_counts=False,
    of_counts=True,
    adverse=no_side,
    names=lambda link: Named(sources=link.names),
)
