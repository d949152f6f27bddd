"""The link of a claim that says what was recorded: arithmetic on what the speaker's counter has, exact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, nan
from typing import TYPE_CHECKING

import pandas as pd

from trends.chance.evidence import Evidence
from trends.chance.figures import every_step_moved, recorded_rank, recorded_ratio, recorded_share
from trends.claims.claim import Claim
from trends.claims.effects import ratio_table
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, Group, Kind, Named
from trends.claims.quantity import AskedFigure, Quantity, asked_figure, filled, named_periods
from trends.claims.records import (
    Record,
    check_unit,
    counters_for,
    own_counter,
    record_of,
    records_of,
    why_not_counted,
)
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding, rule
from trends.claims.words import capital, during, figure, titled
from trends.nouns import listed, one, plural

if TYPE_CHECKING:
    from trends.claims.study import Study

#: What is written beside a source that goes back to the same list as one above it.
SAME_ORIGIN = "(same origin)"


@dataclass(frozen=True)
class Recorded(Quantity):
    """A figure as one counter recorded it: ``by``, or the speaker's own, or the study's."""

    by: str = ""


@dataclass(frozen=True, eq=False)
class RecordedFigures:
    """What each counter recorded, for the chart: the figure that was asked for, and a record of each, the own first."""

    asked: AskedFigure
    records: tuple[Record, ...]


# Why a record that is not the speaker's own contradicts no number of his.
_OPEN = " It leans against the claim, which names no counter: counted by another rule it may still be so."


def value_of(record: Record, asked: AskedFigure) -> float:
    """The figure as a record has it: a ratio may be infinite, and is 1 where nothing was recorded in either span.

    Examples
    --------
    >>> from trends.claims.verdict import Asserted
    >>> spans = (("2018", "2018"), ("2019", "2019"))
    >>> asked = AskedFigure("ratio", spans, (), (), "ratio", Asserted((1.0, 2.0)), "a rise", "ratio", "a rise", "rise")
    >>> round(value_of(Record("ctc", "CTC", (1470.0, 1669.0)), asked), 3)
    1.135
    """
    counts = record.counts
    if asked.form == "level":
        return counts[0]
    if asked.form == "share":
        share = recorded_share(*counts)
        return nan if share is None else float(share)
    if asked.form == "first":
        return _ratio(max(counts[1:]), counts[0])
    lengths = asked.lengths
    steps = [
        _ratio(counts[i - 1], counts[i], (lengths[i - 1], lengths[i]) if asked.form == "ratio" else (1, 1))
        for i in range(1, len(counts))
    ]
    return max(steps) if asked.direction in ("fall", "no rise") else min(steps)


def _ratio(before: float, after: float, lengths: tuple[int, int] = (1, 1)) -> float:
    found = recorded_ratio(before, after, lengths=lengths)
    if found is None:
        return inf if after else 1.0
    return float(found)


def find(link: Recorded, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on what was recorded, by arithmetic on the counter in question; the others stand beside it.

    Notes
    -----
    Of a counter that the claim does not name nobody knows whether the speaker counted by its rule: a level that it has
    not cannot contradict "at least", "about" or "exactly".
    """
    link = filled(link, claim)
    own, named = own_counter(link.by, claim, study)
    check_unit(link.of, own, study)
    asked = asked_figure(link, claim, study, study.sources[own].measure)
    names = counters_for(own, claim, study)
    record = record_of(own, asked, study)
    if record is None:
        reason = why_not_counted(own, asked, names, study)
        return not_counted(
            "recorded", f"Did {titled(study.sources[own].title)} record {asked.statement}?", asked, reason
        )
    records = (record, *(each for each in records_of(names, asked, study) if each.name != own))
    value = value_of(record, asked)
    upper_bound = asked.stand.claimed[0] <= 0
    stand = replace(asked.stand, comparable=named or asked.form != "level" or upper_bound)
    evidence = Evidence(
        quantity=asked.what,
        unit=asked.unit,
        estimate=value,
        lower=value,
        upper=value,
        level=1.0,
        null="It was recorded as the claim says.",
        alternative="It was recorded otherwise.",
        method=f"Arithmetic on what {titled(record.title)} recorded.",
        nobs=int(sum(record.counts[1:] if asked.form == "share" else record.counts)),
        counted_in=_unit(study, own),
    )
    if value != value:
        evidence = replace(evidence, untestable=f"{capital(titled(record.title))} recorded nothing in the whole.")
    ruling = rule(evidence, stand)
    return Finding(
        "recorded",
        f"Did {titled(record.title)} record {asked.statement}?",
        ruling,
        f"{_sentence(asked, records)}{_OPEN if ruling is Ruling.CANNOT_TELL else ''}",
        evidence,
        stand,
        caveats=caveats_of(study, [own], named),
        table=table_of(asked, records),
        fit=RecordedFigures(asked, records),
    )


def not_counted(link: str, question: str, asked: AskedFigure, reason: str) -> Finding:
    """The finding on a figure that no counter in question has, for a reason that readers are told."""
    nothing = Evidence(quantity=asked.what, unit=asked.unit, untestable=reason)
    return Finding(link, question, Ruling.UNTESTABLE, reason, nothing)


def _unit(study: "Study", name: str) -> str:
    unit = study.panels[name].unit if name in study.panels else study.sources[name].measure
    return one(unit) or "incident"


def counts_in_words(record: Record, asked: AskedFigure, apart_from: Sequence[float] = ()) -> str:
    """What a counter recorded, as a clause: ``"1,470 in 2018 and 1,669 in 2019: 1.14 times as many"``."""
    value = value_of(record, asked)
    counts = [f"{count:,.0f}" for count in record.counts]
    if asked.form == "level":
        return f"{_of(record.counts[0], asked)} {during(*asked.spans[0])}{asked.in_places}"
    if asked.form == "share":
        told = "none at all" if value != value else figure(value, "share", apart_from)
        return f"{counts[0]} of {_of(record.counts[1], asked)} in {listed(asked.part)}: {told}"
    if asked.form == "first":
        place, ranked = _ranked(record)
        return f"these {asked.counted}: {ranked}. By them {record.places[0]} is {place}"
    if asked.form == "every":
        holds, failed = every_step_moved(record.counts, asked.direction or "rise") if _moves(asked) else (True, ())
        told = "in every one" if holds else f"not {listed([during(*asked.spans[i]) for i in failed])}"
        return f"{', '.join(counts)}: {told}"
    spans = [during(*span) for span in asked.spans]
    rate = " a month" if len(set(asked.lengths)) > 1 else ""
    times = f"{figure(value, 'ratio', apart_from)} times as many{rate}"
    if value in (1, inf):
        times = "none before" if value == inf else f"as many{rate}"
    return f"{_of(record.counts[0], asked)} {spans[0]} and {counts[1]} {spans[1]}{asked.in_places}: {times}"


def _ranked(record: Record) -> tuple[str, str]:
    """The rank of the first place of a counter, in words, and its places with the most, the first four of them."""
    rank, ties = recorded_rank(dict(zip(record.places, record.counts, strict=True)), record.places[0])
    order = sorted(zip(record.places, record.counts, strict=True), key=lambda each: -each[1])[:4]
    ranked = ", ".join(f"{name} {count:,.0f}" for name, count in order)
    return f"number {rank}{f', level with {listed(ties)}' if ties else ''}", ranked


def _of(count: float, asked: AskedFigure) -> str:
    return plural(count, one(asked.counted))


def _moves(asked: AskedFigure) -> bool:
    return asked.direction in ("rise", "fall", "no rise", "no fall")


def _sentence(asked: AskedFigure, records: Sequence[Record]) -> str:
    own, *others = records
    ends = [end for end in asked.stand.claimed if 0 < end < inf]
    # The counts decide; the figure in the sentence is never rounded across what is claimed.
    told = f"{capital(titled(own.title))} recorded {counts_in_words(own, asked, ends)}. The claim says {asked.said}."
    if not others:
        return told
    shown = [f"{_short(each, asked)} by {titled(each.title)}" for each in others]
    rules = "rules of their own" if len(others) > 1 else "a rule of its own"
    beside = f"Beside it, by {rules}" if asked.form == "level" else "Beside it"
    return f"{told} {beside}: {'; '.join(shown)}."


def _short(record: Record, asked: AskedFigure) -> str:
    if asked.form == "level":
        return f"{record.counts[0]:,.0f}"
    if asked.form in ("ratio", "every"):
        value = value_of(record, asked)
        return f"{record.counts[0]:,.0f} to {record.counts[-1]:,.0f} ({figure(value, 'ratio')})"
    if asked.form == "share":
        value = value_of(record, asked)
        share = "" if value != value else f" ({figure(value, 'share')})"
        return f"{record.counts[0]:,.0f} of {record.counts[1]:,.0f}{share}"
    # By another rule it counts something else, which the words for the first counter are not those of.
    place, ranked = _ranked(record)
    return f"{place} ({ranked})"


def table_of(asked: AskedFigure, records: Sequence[Record]) -> pd.DataFrame:
    """A row a counter with its count and figure, those of an origin that stands above marked so."""
    rows, seen = [], set()
    for each in records:
        mark = f" {SAME_ORIGIN}" if each.origin in seen else ""
        seen.add(each.origin)
        rows.append((f"{each.title}{mark}", count_of(each, asked), value_of(each, asked), nan, nan))
    return ratio_table(rows)


def count_of(record: Record, asked: AskedFigure) -> float:
    """What stands beside a figure in a table: the count of its part, of its first place, or of its last span."""
    return record.counts[0] if asked.form in ("share", "first") else record.counts[-1]


def caveats_of(study: "Study", names: Sequence[str], named: bool = True) -> tuple[str, ...]:
    """By which rule each counter counts, and what else a reader must know of it."""
    counted = [study.sources[name] for name in names]
    rules = [f"{source.title}: {source.counts_as}" for source in counted if source.counts_as]
    whose = () if named else (f"The claim names no counter: it is read as one about {titled(counted[0].title)}.",)
    return tuple(dict.fromkeys([*whose, *rules, *(caveat for source in counted for caveat in source.caveats)]))


def named_in(link: Quantity, sources: tuple[str, ...]) -> Named:
    """What a figure names, to be looked up."""
    part = (link.most,) if link.most else link.share_of
    return Named(sources=sources, provinces=part, periods=named_periods(link))


KIND = Kind(
    key="recorded",
    rung=Rung.RECORDED,
    record=Recorded,
    find=find,
    heading="What was recorded",
    rows="Counter",
    chart="recorded",
    caption="What each counter recorded, over the values for which the claim is true",
    cites_rows=True,
    counted_in="incident",
    group=Group.RECORDED,
    sought="change",
    multiple_of=EXPECTED,
    checks=(),
    survives_with="",
    bias="",
    settled_by="A count by the rule that the speaker meant.",
    of_counts=True,
    names=lambda link: named_in(link, (link.by,) if link.by else ()),
)
