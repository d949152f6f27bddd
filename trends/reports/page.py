"""The page of one claim, as texts and tables: what a reader is told, before any layout."""

import re
from dataclasses import dataclass

import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.charts.specifications import curve_of
from trends.charts.verdicts import has_chart
from trends.charts.wording import percent, pvalue
from trends.claims.claim import Claim
from trends.claims.registry import kind_of
from trends.claims.verdict import Finding, Ruling, Verdict
from trends.claims.words import figure, interval, plural, span_in_words, when_in_words
from trends.errors import InputError

_COLUMN_NAMES = {
    "count": "Counted",
    "estimate": "Estimate",
    "lower": "Lower",
    "upper": "Upper",
    "carries": "Takes from the change",
}


@dataclass(frozen=True)
class Table:
    """A table of texts: a caption, the heads of its columns, its rows, and which columns hold numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True)
class Chart:
    """A chart by the name of its files, with the words that stand for it and below it.

    ``light`` marks one whose colours mean something on white only.
    """

    name: str
    alt: str
    caption: str
    light: bool = False


@dataclass(frozen=True)
class Part:
    """What is told of one link of a claim."""

    heading: str
    question: str
    ruling: Ruling
    sentence: str
    tested: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    chart: Chart | None = None
    curve: Chart | None = None
    where: Chart | None = None
    rates: Table | None = None
    checks: Table | None = None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A claim that says otherwise: where it stands in this report (0 where it does not), and what became of it."""

    number: int
    anchor: str
    says: str
    ruling: str
    who: str = ""
    in_brief: str = ""


@dataclass(frozen=True)
class Page:
    """What is told of one claim."""

    number: int
    anchor: str
    id: str
    says: str
    who: str
    facts: tuple[tuple[str, str], ...]
    ruling: Ruling
    sentence: str
    in_brief: str
    tested: bool
    parts: tuple[Part, ...]
    conflicts: tuple[Conflict, ...]
    note: str


def is_tested(verdict: Verdict) -> bool:
    """Whether anything was estimated for a claim."""
    return any(finding.evidence and not finding.evidence.untestable for finding in verdict.findings)


def anchors(verdicts) -> list[str]:
    """A name for each claim that is safe in a file name and an address, and its own.

    Examples
    --------
    >>> from types import SimpleNamespace as Of
    >>> anchors([Of(claim=Of(id=id)) for id in ("attacks-2019", "../Şalāḩ", "??", "Attacks 2019")])
    ['attacks-2019', 'al', 'claim-3', 'attacks-2019-4']
    """
    names = []
    for n, verdict in enumerate(verdicts, 1):
        name = re.sub(r"[^a-z0-9]+", "-", verdict.claim.id.lower()).strip("-")[:60] or f"claim-{n}"
        names.append(f"{name}-{n}" if name in names else name)
    return names


def first_sentence(text: str) -> str:
    """The first sentence of a text.

    Examples
    --------
    >>> first_sentence("GTD counts 3.5 times as many. The count is 350.")
    'GTD counts 3.5 times as many.'
    """
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", text, maxsplit=1)[0]


def claim_page(verdict: Verdict, number: int, anchor: str, conflicts, sources: dict, written: str = "") -> Page:
    """The page of a claim.

    Parameters
    ----------
    verdict : Verdict
        What became of the claim.
    number, anchor : int, str
        Its place in the report and the name of its files.
    conflicts : iterable of Conflict
        The claims that say otherwise.
    sources : dict
        The study's sources by name, for their titles; may be empty.
    written : str
        When it was written down and sealed, in words; by default what the claim says.
    """
    claim = verdict.claim
    return Page(
        number=number,
        anchor=anchor,
        id=claim.id,
        says=claim.says,
        who=who(claim),
        facts=tuple(_facts(verdict, sources, written)),
        ruling=verdict.ruling,
        sentence=verdict.sentence,
        in_brief=first_sentence(verdict.sentence),
        tested=is_tested(verdict),
        parts=tuple(_part(finding, anchor, told=verdict.sentence) for finding in verdict.findings),
        conflicts=tuple(conflicts),
        note=claim.note,
    )


def who(claim: Claim) -> str:
    """Who said a claim, and when."""
    return f"{claim.speaker}, {_when(claim.said_on)}"


def _when(label: str) -> str:
    try:
        return when_in_words(label)
    except InputError:
        return label


def _facts(verdict: Verdict, sources: dict, written: str):
    claim = verdict.claim
    yield "Said by", f"{claim.speaker}, {_when(claim.said_on)}"
    yield "Where", verdict.citation
    yield "About", _about(claim)
    yield "Counts", "; ".join(dict.fromkeys(title for title, _ in verdict.sources)) or "none"
    if claim.event.name or claim.event.at:
        yield "Event", _event(claim)
    yield "Written down", written or f"{_when(claim.written)}, by the study's own account"
    if claim.counts.source in sources:
        yield "Own count", sources[claim.counts.source].title
    if claim.answers:
        yield "Register", f"statement {', '.join(claim.answers)}"


def _about(claim: Claim) -> str:
    counts = claim.counts
    places = "all provinces" if counts.provinces == "all" else ", ".join(counts.provinces)
    words = [f"incidents of {counts.actor}" if counts.actor else "incidents", places]
    if counts.first and counts.last:
        words.append(_span(counts.first, counts.last))
    if counts.frequency:
        words.append(f"by the {periods.frequency_name(counts.frequency)}")
    return ", ".join(words)


def _span(first: str, last: str) -> str:
    try:
        return span_in_words(first, last)
    except InputError:
        return f"{first} to {last}"


def _event(claim: Claim) -> str:
    event = claim.event
    words = [event.name.replace("_", " ").replace("-", " ")] if event.name else []
    words += [f"the new regime from {_when(event.at)}"] if event.at else []
    words += [f"the change to begin in {_span(*event.window)}"] if event.window else []
    return "; ".join(words)


def _part(finding: Finding, anchor: str, told: str) -> Part:
    evidence = finding.evidence
    tested = evidence is not None and not evidence.untestable
    chart = None
    if has_chart(finding):
        words = f"{finding.question} {finding.sentence}"
        chart = Chart(f"{anchor}-{finding.link}", f"Chart. {words}", kind_of(finding.link).caption)
    return Part(
        heading=link_name(finding.link),
        question=finding.question,
        ruling=finding.ruling,
        # The verdict often begins with the sentence of the link that decides, and stands above.
        sentence="" if told.startswith(finding.sentence) else finding.sentence,
        tested=tuple(_tested(finding)) if tested else (),
        table=_figures(finding),
        chart=chart,
        curve=_curve(finding, anchor),
        rates=_rates(evidence) if tested and has_rates(evidence) else None,
        checks=_checks(finding),
        caveats=finding.caveats,
    )


def _curve(finding: Finding, anchor: str) -> Chart | None:
    check = next((check for check in finding.checks if check.name == "specifications"), None)
    if check is None or curve_of(finding) is None:
        return None
    told = "Every defensible specification of this change, and the choices that each was made with"
    return Chart(f"{anchor}-{finding.link}-specifications", f"Chart. {check.asks} {check.says}", told)


def link_name(link: str) -> str:
    """What a link is called in a heading."""
    return kind_of(link).heading


def _tested(finding: Finding):
    evidence = finding.evidence
    if evidence.unit not in ("date", "days"):
        yield "Estimate", f"{interval(evidence)}: {evidence.quantity.rstrip(',')}"
    if evidence.null:
        yield "Null hypothesis", evidence.null
    if evidence.alternative:
        yield "Alternative", evidence.alternative
    if evidence.method:
        yield "Method", evidence.method
    if evidence.pvalue is not None:
        beside = f"; {pvalue(evidence.pvalue_analytic)} by the textbook" if evidence.pvalue_analytic is not None else ""
        if evidence.pvalue_family is not None:
            beside += f"; {pvalue(evidence.pvalue_family)} allowing for every test of this report"
        yield "p-value", f"{pvalue(evidence.pvalue)}{beside}"
    if evidence.nobs:
        kind = kind_of(finding.link)
        watched = "watched " if kind.counted_in == "period" else ""
        yield "Rests on", plural(evidence.nobs, f"{watched}{evidence.counted_in or kind.counted_in}")
    if not has_rates(evidence):
        yield "Error rates", "not simulated for this test"


def has_rates(evidence: Evidence) -> bool:
    """Whether any error rate of a test was simulated."""
    rates = (evidence.false_alarms, evidence.coverage, evidence.power, evidence.detectable)
    return any(rate is not None for rate in rates)


def _rates(evidence: Evidence) -> Table:
    """The error rates of the very test, each with what it means."""
    nominal = percent(1 - evidence.level, 0)
    runs = f"{evidence.runs:,} simulated panels" if evidence.runs else "not simulated"
    return Table(
        f"Error rates of this test on this panel ({runs})",
        ("Rate", "What it is", "Value"),
        (
            ("False alarms", f"rejects where nothing changed; {nominal} is nominal", rate(evidence.false_alarms)),
            ("Coverage", f"its {percent(evidence.level, 0)} interval holds the truth", rate(evidence.coverage)),
            ("Power", "finds a change as large as the claim’s bar", rate(evidence.power)),
            ("Detectable", "the smallest change found with 80 % power", detectable(evidence)),
        ),
        (False, False, True),
    )


def rate(value: float | None) -> str:
    """An error rate as it stands in a table."""
    return "not simulated" if value is None else percent(value)


def detectable(evidence: Evidence) -> str:
    """The smallest change that would be found, as it stands in a table."""
    if evidence.detectable is None:
        return "not simulated"
    if not 0 < evidence.detectable < float("inf"):
        return "none"
    # How large a change must be to be dated is a ratio too.
    unit = "ratio" if evidence.unit == "date" else evidence.unit
    return f"{figure(evidence.detectable, unit)}{' times' if unit == 'ratio' else ''}"


def _checks(finding: Finding) -> Table | None:
    if not finding.checks:
        return None
    rows = tuple((check.name, check.asks, check.outcome, check.says) for check in finding.checks)
    return Table("What the ruling had to survive", ("Check", "Asks", "Outcome", "Figures"), rows, (False,) * 4)


def _figures(finding: Finding) -> Table | None:
    """The figures behind a finding, as texts with the digits that they deserve."""
    table = finding.table
    if table is None or table.empty:
        return None
    if not isinstance(table.index, pd.RangeIndex):
        table = table.rename_axis(index=table.index.name or "what").reset_index()
    unit = finding.evidence.unit if finding.evidence else "ratio"
    columns, numeric = [], []
    for name in table.columns:
        numbers = pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name])
        columns.append([_number(value, name, unit) if numbers else _text(value) for value in table[name]])
        numeric.append(numbers)
    named = _COLUMN_NAMES | {"what": kind_of(finding.link).rows}
    heads = tuple(named.get(str(name), str(name).replace("_", " ").capitalize()) for name in table.columns)
    return Table("The figures behind it", heads, tuple(zip(*columns, strict=True)), tuple(numeric))


def _text(value) -> str:
    return "–" if pd.isna(value) else str(value)


def _number(value: float, name, unit: str) -> str:
    if pd.isna(value):
        return "–"
    if name in ("pvalue", "p-value", "p"):
        return pvalue(float(value))
    if name == "probability":
        return percent(float(value), 0)
    if name in ("estimate", "lower", "upper"):
        return figure(float(value), unit)
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
