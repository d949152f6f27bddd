"""The page of one claim, as texts and tables: what a reader is told, before any layout."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isinf, isnan

from trends import periods
from trends.chance.evidence import Evidence
from trends.charts.verdicts import has_chart
from trends.charts.wording import pvalue
from trends.claims.claim import Claim
from trends.claims.ladder import Step, how_far, ladder
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import detectable_in_words, figure, percent, span_in_words, when_in_words
from trends.errors import InputError
from trends.nouns import plural
from trends.reports.parts import Chart, Part, Table, chart_of, part_of
from trends.reports.sentences import reach, survived

# Estimates that are dates or days, and the level of an interval that goes without saying.
_DATED, _LEVEL = ("date", "days"), 0.95


@dataclass(frozen=True)
class Rung:
    """What was ruled on one rung of a claim's ladder, with the estimate of each of its links and what that rests on."""

    rung: str
    asks: str
    mark: str
    word: str
    ruling: str
    sentence: str
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Conflict:
    """Another claim: where it stands in this report (0 where it does not), and what became of it."""

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
    verdict: str
    in_brief: str
    tested: bool
    rungs: tuple[Rung, ...]
    chart: Chart | None
    figures: Table | None
    survived: tuple[tuple[str, str], ...]
    settles: tuple[str, ...]
    caveats: tuple[str, ...]
    parts: tuple[Part, ...]
    conflicts: tuple[Conflict, ...]
    note: str


def is_tested(verdict: Verdict) -> bool:
    """Whether anything was estimated for a claim."""
    return any(finding.evidence and not finding.evidence.untestable for finding in verdict.findings)


def anchors(verdicts: Iterable[Verdict]) -> list[str]:
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


def claim_page(
    verdict: Verdict, number: int, anchor: str, conflicts: Iterable[Conflict], sources: dict, written: str = ""
) -> Page:
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
        The study's sources by name: what is to be known of one stands with it, and not on every page. May be empty.
    written : str
        When it was written down and sealed, in words; by default what the claim says.
    """
    claim, tested = verdict.claim, is_tested(verdict)
    rungs = tuple(_rung(step, verdict) for step in ladder(verdict))
    with_source = [(source.title, text) for source in sources.values() for text in (source.counts_as, *source.caveats)]
    told = {form for title, text in with_source for form in (text, f"{title}: {text}")}
    caveats = dict.fromkeys(c for finding in verdict.findings for c in finding.caveats if c not in told)
    shown = main_finding(verdict)
    return Page(
        number=number,
        anchor=anchor,
        id=claim.id,
        says=claim.says,
        who=who(claim),
        facts=tuple(_facts(verdict, written)),
        ruling=verdict.ruling,
        verdict=how_far(verdict) if tested else " ".join(dict.fromkeys(f.sentence for f in verdict.findings)),
        in_brief=first_sentence(verdict.sentence),
        tested=tested,
        rungs=rungs,
        chart=chart_of(shown, anchor) if shown else None,
        figures=_estimates(verdict),
        survived=survived([(c.name, c.outcome, c.says) for f in verdict.findings for c in f.checks]),
        settles=tuple(filter(None, (reach_of(verdict),))),
        caveats=tuple(caveats),
        parts=tuple(part_of(finding, anchor) for finding in verdict.findings),
        conflicts=tuple(conflicts),
        note=claim.note,
    )


def _rung(step: Step, verdict: Verdict) -> Rung:
    """A rung with its figures; what the data could have shown is told of the claim as a whole, and not here again."""
    links = [finding for finding in verdict.findings if finding.rung is step.rung]
    sentence = step.sentence
    for finding in links:
        sentence = sentence.replace(_power(finding), "")
    figures = tuple(row for row in map(_figure, links) if row)
    word = str(step.ruling or "")
    return Rung(str(step.rung), step.asks, step.mark, step.word, word, " ".join(sentence.split()), figures)


def _power(finding: Finding) -> str:
    kind, evidence = kind_of(finding.link), finding.evidence
    return detectable_in_words(evidence, kind.sought, kind.multiple_of) if evidence else ""


def _figure(finding: Finding) -> tuple[str, str] | None:
    """The estimate of a link with its interval, and what it rests on; None where it has none that is a number."""
    evidence = finding.evidence
    if evidence is None or evidence.untestable or evidence.unit in _DATED or isnan(evidence.estimate):
        return None
    estimate, bounds = figure(evidence.estimate, evidence.unit), _bounds(evidence)
    return f"{estimate} ({bounds})" if bounds else estimate, _rests_on(finding, evidence)


def main_finding(verdict: Verdict) -> Finding | None:
    """The finding whose chart carries a verdict: one of those that decide, or else the first that has a chart."""
    drawn = [finding for finding in verdict.findings if has_chart(finding) and not _one_figure(finding)]
    return next((finding for finding in drawn if finding.ruling is verdict.ruling), drawn[0] if drawn else None)


def _one_figure(finding: Finding) -> bool:
    """Whether a chart would show one exact figure and no more, which a sentence tells better."""
    evidence, table = finding.evidence, finding.table
    return evidence is not None and evidence.level >= 1 and table is not None and len(table) == 1


def _reach(finding: Finding) -> str:
    kind = kind_of(finding.link)
    certain = finding.ruling in (Ruling.SUPPORTED, Ruling.CONTRADICTED)
    told = "" if certain else reach(finding.evidence, kind.sought, kind.multiple_of)
    return f"{told} {finding.settles}".strip()


def reach_of(verdict: Verdict) -> str:
    """What the data could have shown of a claim, by the finding that decides; empty where that is not known."""
    deciding = [finding for finding in verdict.findings if finding.ruling is verdict.ruling]
    return next(filter(None, map(_reach, deciding or verdict.findings)), "")


def _estimates(verdict: Verdict) -> Table | None:
    """The figures that matter: a row for each quantity that was estimated."""
    rows = []
    for finding in verdict.findings:
        evidence = finding.evidence
        if evidence is None or evidence.untestable or evidence.unit in _DATED or isnan(evidence.estimate):
            continue
        quantity = evidence.quantity.rstrip(",")
        p = "–" if evidence.pvalue is None else pvalue(evidence.pvalue)
        estimate = figure(evidence.estimate, evidence.unit)
        row = (estimate, _bounds(evidence) or "–", p, _rests_on(finding, evidence) or "–")
        rows.append((quantity[:1].upper() + quantity[1:], *row))
    heads = ("What was estimated", "Estimate", "Interval (95 %)", "p", "Rests on")
    numeric = (False, True, True, True, False)
    return Table("The figures", heads, tuple(dict.fromkeys(rows)), numeric) if rows else None


def _bounds(evidence: Evidence) -> str:
    """The interval of an estimate, its level where that is not 95 %; empty of a number that is known."""
    if evidence.level >= 1:
        return ""
    low, high = (figure(end, evidence.unit) for end in (evidence.lower, evidence.upper))
    level = "" if evidence.level == _LEVEL else f", at {percent(evidence.level)}"
    return f"{low} or more{level}" if isinf(evidence.upper) else f"{low} to {high}{level}"


def _rests_on(finding: Finding, evidence: Evidence) -> str:
    counted_in = evidence.counted_in or kind_of(finding.link).counted_in
    return plural(evidence.nobs, counted_in) if evidence.nobs else ""


def who(claim: Claim) -> str:
    """Who said a claim, and when."""
    return f"{claim.speaker}, {_when(claim.said_on)}"


def _when(label: str) -> str:
    try:
        return when_in_words(label)
    except InputError:
        return label


def _facts(verdict: Verdict, written: str) -> Iterator[tuple[str, str]]:
    claim = verdict.claim
    yield "Said by", f"{claim.speaker}, {_when(claim.said_on)}"
    yield "Where", verdict.citation
    yield "About", _about(claim)
    yield "Counts", "; ".join(dict.fromkeys(title for title, _ in verdict.sources)) or "none"
    if claim.event.name or claim.event.at:
        yield "Event", _event(claim)
    yield "Written down", written or f"{_when(claim.written)}, by the study's own account"


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
    title = event.title or event.name.replace("_", " ").replace("-", " ")
    words = [title] if title else []
    words += [f"the new regime from {_when(event.at)}"] if event.at else []
    words += [f"the change to begin in {_span(*event.window)}"] if event.window else []
    return "; ".join(words)
