"""The link of a claim that says what the incidents did, whoever counted: all counters, with their measurement error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, nan
from typing import TYPE_CHECKING

import pandas as pd

from trends.chance.counter_checks import check_counters, overturning_common
from trends.chance.drift import learned_drift
from trends.chance.evidence import Check, Evidence
from trends.claims.checks import counters_agree, counters_apart, without_each_counter
from trends.claims.checks.counted import Counted
from trends.claims.claim import Claim
from trends.claims.effects import ratio_table
from trends.claims.effort import Effort
from trends.claims.fitted import Fitted, Waiting, by_counters, figure_overturned
from trends.claims.kinds import EXPECTED, Group, Kind
from trends.claims.links.recorded import (
    SAME_ORIGIN,
    caveats_of,
    count_of,
    named_in,
    not_counted,
    value_of,
)
from trends.claims.quantity import AskedFigure, Quantity, asked_figure, filled
from trends.claims.records import (
    Record,
    breaks_between,
    check_unit,
    counters_for,
    drift_spans,
    own_counter,
    records_of,
    why_not_counted,
)
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.together import Weighing, entered_records
from trends.claims.verdict import Asserted, Finding, rule
from trends.claims.words import capital, chance, claimed_in_words, figure, interval, leaning_in_words, percent, titled
from trends.nouns import by_how_much, listed

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Realised(Quantity):
    """A figure of what happened, by all counters of it or those named under ``by``; `true` is the one recorded."""

    by: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RealisedFigure(Fitted):
    """What several counters say together, for the chart.

    Attributes
    ----------
    asked : AskedFigure
    records : tuple of Record
        One of each origin, as they entered.
    without : dict of str to Evidence
        The same figure without each counter, by its title.
    common : float
        The share of drift in common that was assumed.
    overturned_by : float or None
        The change in all reporting that would undo a certain ruling, as a factor.
    overturning_common : float or None
        The share of drift in common that would.
    """

    asked: AskedFigure
    records: tuple[Record, ...]
    without: dict[str, Evidence]
    common: float
    overturned_by: float | None = None
    overturning_common: float | None = None

    def would_settle(self, finding: Finding, stand: Asserted, study: "Study", wait: Waiting | None) -> str:
        """How many more counters would settle it."""
        return by_counters(self.asked, self.records, self.common, stand, study)

    def would_overturn(self, stand: Asserted, evidence: Evidence) -> str:
        """What would overturn it; a ratio says so in its own sentence."""
        return figure_overturned(self.asked, stand, evidence)


def find(link: Realised, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on what was realised, from every counter that has the figure, one of each origin.

    Notes
    -----
    **Assumptions**: each counter's share seen drifts by what was learned from pairs of counters, the study's country
    left out; counters of one kind have the share ``common`` of study.toml of it in common. If all reporting collapsed
    at once, no counter saw it.
    """
    link = filled(link, claim)
    own, _ = own_counter(getattr(claim.asserts.get("recorded"), "by", ""), claim, study)
    check_unit(link.of, link.by[0] if link.by else own, study)
    asked = asked_figure(link, claim, study, study.sources[own].measure)
    names = counters_for(own, claim, study, link.by)
    weighing = Weighing(asked, study, learned_drift(study.country), study.common)
    records = records_of(names, asked, study)
    if not records:
        reason = why_not_counted(own, asked, names, study)
        return not_counted("realised", _question(asked), asked, reason)
    entered, excluded = entered_records(records, weighing, own)
    if not entered:
        return not_counted("realised", _question(asked), asked, _why_none_entered(excluded))
    evidence = weighing.evidence(entered)
    stand = replace(asked.stand, comparable=True)
    ruling = rule(evidence, stand)
    without = {}
    if len(entered) > 1 and asked.form != "level":
        without = {each.title: weighing.evidence([other for other in entered if other is not each]) for each in entered}
    checks = _checks(weighing, entered, evidence, stand, without, claim)
    ruling = rule(evidence, stand, checks)
    fit = _with_bounds(RealisedFigure(asked, tuple(entered), without, study.common), weighing, ruling)
    sentence = _sentence(asked, entered, evidence, stand, ruling, fit, checks)
    return Finding(
        "realised",
        _question(asked),
        ruling,
        sentence,
        evidence,
        stand,
        checks=checks,
        caveats=(*_caveats(records, entered, excluded, weighing), *caveats_of(study, [e.name for e in entered])),
        table=_table(weighing, evidence, entered, records),
        fit=fit,
    )


def _why_none_entered(excluded: Sequence[Record]) -> str:
    """Why no counter tells anything of a figure that was asked of it."""
    titles = [titled(each.title) for each in excluded]
    counted = [title for title, each in zip(titles, excluded, strict=True) if sum(each.counts) > 0]
    if not counted:
        return f"{capital(listed(titles))} recorded nothing of it at all, so that no rate can be told."
    return f"Between the spans it changed how {listed(counted)} counts, and by how much is not known."


def _question(asked: AskedFigure) -> str:
    return f"{asked.question}, whoever counted?"


def _checks(
    weighing: Weighing,
    records: Sequence[Record],
    evidence: Evidence,
    stand: Asserted,
    without: dict[str, Evidence],
    claim: Claim,
) -> tuple[Check, ...]:
    if weighing.asked.form == "level":
        return ()
    ruling = rule(evidence, stand)
    outside = tuple(
        each.title for each in records if not stand.claimed[0] <= value_of(each, weighing.asked) <= stand.claimed[1]
    )
    together, merged = None, {}
    if weighing.asked.form == "ratio" and len(records) > 1:
        counters = weighing.counters(records)
        spans = drift_spans(*weighing.asked.spans)
        together = check_counters(counters, *spans, process=weighing.process, common=weighing.common)
        merged = {
            pair: rule(
                weighing.evidence([each for each in records if each.title != min(pair, key=_size(records))]), stand
            )
            for pair in together.too_alike
        }
    subject = Counted(ruling, {title: rule(each, stand) for title, each in without.items()}, outside, together, merged)
    return tuple(check.of(subject) for check in KIND.required(claim))


def _size(records: Sequence[Record]) -> Callable[[str], float]:
    sums = {each.title: sum(each.counts) for each in records}
    return lambda title: sums[title]


def _with_bounds(fit: RealisedFigure, weighing: Weighing, ruling: Ruling) -> RealisedFigure:
    """What would overturn a certain ruling on a ratio that is claimed on one side."""
    low, high = fit.asked.stand.claimed
    bar = low if high == inf else high if low <= 0 else None
    if fit.asked.form != "ratio" or bar is None or ruling not in (Ruling.SUPPORTED, Ruling.CONTRADICTED):
        return fit
    records, spans = fit.records, drift_spans(*fit.asked.spans)
    common = overturning_common(
        weighing.counters(records),
        *spans,
        ratio=bar,
        process=weighing.process,
        common=weighing.common,
        level=weighing.level,
    )
    by = weighing.ratio(records).overturned_by(bar, weighing.level)
    return replace(fit, overturned_by=by, overturning_common=common)


def overturned_in_words(fit: RealisedFigure) -> str:
    """What would undo the ruling, as a sentence; empty where nothing is to be said.

    Examples
    --------
    >>> spans = (("2020Q1", "2020Q1"), ("2020Q2", "2020Q2"))
    >>> asked = AskedFigure("ratio", spans, (), (), "ratio", Asserted((1.0, inf)), "a rise", "ratio", "a rise", "rise")
    >>> overturned_in_words(RealisedFigure(asked, (), {}, 0.3, overturned_by=1.23))
    'It would be overturned if all reporting had risen by 23 % just then.'
    """
    if fit.overturned_by is None:
        return ""
    way = "risen" if fit.overturned_by > 1 else "fallen"
    told = f"It would be overturned if all reporting had {way} by {by_how_much(fit.overturned_by)} just then"
    if fit.overturning_common is not None:
        told += f", or if counters of a kind had {percent(fit.overturning_common)} or more of their drift in common"
    elif len(fit.records) > 1:
        told += "; no larger share of drift in common would do it"
    return f"{told}."


def _sentence(
    asked: AskedFigure,
    records: Sequence[Record],
    evidence: Evidence,
    stand: Asserted,
    ruling: Ruling,
    fit: RealisedFigure,
    checks: tuple[Check, ...],
) -> str:
    claimed = claimed_in_words(stand, evidence.unit, (evidence.lower, evidence.upper))
    by = f"By {titled(records[0].title)} alone" if len(records) == 1 else f"By {len(records)} counters together"
    if asked.form == "level":
        start = f"{by}, the {asked.what} was {figure(evidence.estimate, 'count', stand.claimed)} or more"
        why = {
            Ruling.SUPPORTED: f": what was missed can only add to it, and the claim says {asked.said}",
            Ruling.CONTRADICTED: f", which is more than the claim says: {asked.said}",
        }.get(ruling, _missed(asked, evidence, stand))
        return f"{start}{why}."
    start = f"{by}, the {evidence.quantity} is {interval(evidence, stand.claimed)}"
    withheld = [check for check in checks if check.withholds]
    if withheld and ruling is Ruling.CANNOT_TELL:
        return f"{start}. No ruling rests on it: {' '.join(check.says for check in withheld)}"
    if ruling in (Ruling.SUPPORTED, Ruling.CONTRADICTED):
        return f"{start}{_decided(evidence, stand, ruling, claimed)}. {overturned_in_words(fit)}".rstrip()
    # Of a number that was stated its own words are clearer than the values that "about" allows.
    low, high = asked.stand.claimed
    return f"{start}. {leaning_in_words(evidence, stand, asked.said if low > 0 and high < inf else claimed)}"


def _decided(evidence: Evidence, stand: Asserted, ruling: Ruling, claimed: str) -> str:
    """Where the interval lies, or the probability where that decides: all steps hold less surely than the weakest."""
    (low, high), inside = stand.claimed, ruling is Ruling.SUPPORTED
    wholly = low <= evidence.lower and evidence.upper <= high
    if wholly if inside else evidence.upper < low or high < evidence.lower:
        return f", wholly {'within' if inside else 'outside'} what the claim says: {claimed}"
    assert evidence.supported is not None
    return f". That what the claim says is so, {claimed}, has a probability of {chance(evidence.supported)}"


def _missed(asked: AskedFigure, evidence: Evidence, stand: Asserted) -> str:
    """What an undercount leaves open."""
    if stand.claimed[0] <= evidence.estimate <= stand.claimed[1]:
        return f"; how many were missed nobody counted, so that {asked.said} holds for the record alone"
    return f"; whether it was {asked.said} depends on what was missed, which nobody counted"


def _caveats(
    records: Sequence[Record], entered: Sequence[Record], excluded: Sequence[Record], weighing: Weighing
) -> tuple[str, ...]:
    said, asked = [], weighing.asked
    for each in records:
        same = [titled(other.title) for other in entered if other.origin == each.origin and other.name != each.name]
        if same and all(each.name != other.name for other in entered) and each not in excluded:
            said.append(
                f"{capital(titled(each.title))} goes back to the same list as {same[0]} and counts as one with it."
            )
    for each in excluded:
        source = weighing.study.sources[each.name]
        crossed = breaks_between(source, asked.spans[0], asked.spans[-1]) if len(asked.spans) > 1 else []
        if crossed:
            said.append(f"{capital(titled(each.title))} is left out: between the spans {listed(crossed)}.")
    if asked.form in ("ratio", "every"):
        said.append(
            f"Assumed: counters of a kind have {percent(weighing.common)} of the drift in what they see in common. "
            "That all reporting rose or fell at once, no counter would show."
        )
    return tuple(said)


def _table(
    weighing: Weighing, evidence: Evidence, entered: Sequence[Record], records: Sequence[Record]
) -> pd.DataFrame:
    """All counters together, then a row for each: by itself with its interval, those that did not enter as recorded."""
    rows = []
    if len(entered) > 1 and weighing.asked.form != "level":
        rows.append(("together", nan, evidence.estimate, evidence.lower, evidence.upper))
    names = {each.name for each in entered}
    for each in entered:
        alone = weighing.evidence([each])
        rows.append((each.title, count_of(each, weighing.asked), alone.estimate, alone.lower, alone.upper))
    for each in records:
        if each.name not in names:
            same = any(each.origin == other.origin for other in entered)
            title = f"{each.title} {SAME_ORIGIN}" if same else each.title
            rows.append((title, count_of(each, weighing.asked), value_of(each, weighing.asked), nan, nan))
    return ratio_table(rows)


KIND = Kind(
    key="realised",
    rung=Rung.REALISED,
    record=Realised,
    find=find,
    heading="What happened, whoever counted",
    rows="Counter",
    chart="realised",
    caption="All counters together and each by itself, over the values for which the claim is true",
    cites_rows=True,
    counted_in="source",
    group=Group.REALISED,
    sought="change",
    multiple_of=EXPECTED,
    checks=(without_each_counter.CHECK, counters_agree.CHECK, counters_apart.CHECK),
    survives_with="",
    bias="",
    settled_by="A further counter.",
    of_counts=True,
    names=lambda link: named_in(link, link.by),
)
