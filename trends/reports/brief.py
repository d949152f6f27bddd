"""The brief: what a study asked, what came of it, and what its data could have shown, in a few pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from trends import periods
from trends.charts.verdicts import has_chart
from trends.claims.rulings import Ruling
from trends.claims.rungs import ASKS
from trends.claims.rungs import Rung as Question
from trends.claims.study import Study
from trends.claims.sums import SUMS, sums_by_rung
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import span_in_words, when_in_words
from trends.reports import sentences
from trends.reports.counters import counters
from trends.reports.page import Page, main_finding, reach_of
from trends.reports.parts import Chart, Table, chart_of

# Without a list of main claims so many are chosen; events so many days from the claim's own may stand in for it.
_MAIN, _NEAR = 5, 45
_RECURRING = "season"


@dataclass(frozen=True)
class Strip:
    """A main claim on one line: where it stands, what came of it, and how far up its ladder it holds."""

    page: Page
    reach: str


@dataclass(frozen=True)
class Brief:
    """All that the brief tells, in its order."""

    question: str
    answer: tuple[str, ...]
    chart: Chart | None
    picked: str
    strips: tuple[Strip, ...]
    counters: Table | None
    differ: tuple[str, ...]
    rivals: tuple[str, ...]
    words: tuple[tuple[str, str, str], ...]
    rungs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    standing: tuple[tuple[str, str], ...]
    tally: str
    sums: Table


def brief(verdicts: Sequence[Verdict], pages: Sequence[Page], study: Study | None) -> Brief:
    """What the brief tells of some verdicts.

    Parameters
    ----------
    verdicts : sequence of Verdict
        All of them, in the order of the report.
    pages : sequence of Page
        The page of each.
    study : Study, optional
        What they were held against.
    """
    named = study.masthead.main if study else ()
    main = main_claims(verdicts, named)
    lead, first = verdicts[main[0]], pages[main[0]]
    question = study.masthead.question if study else ""
    table, told = counters(study) if study else (None, ())
    carried, chart = _carries(lead), next((pages[n].chart for n in main if pages[n].chart), None)
    if carried and has_chart(carried):
        chart = chart_of(carried, first.anchor)
    return Brief(
        question=question or f"Is it true? “{lead.claim.says}”",
        answer=sentences.answer(lead, carried.evidence if carried else None),
        chart=chart,
        picked=sentences.picked(len(main), named=bool(named)),
        strips=tuple(Strip(pages[n], reach_of(verdicts[n])) for n in main),
        counters=table,
        differ=told,
        rivals=tuple(_rivals([verdicts[n] for n in main], study)),
        words=sentences.legend(),
        rungs=tuple((str(rung), asks) for rung, asks in ASKS.items()),
        notes=(sentences.LADDER, sentences.INTERVAL),
        standing=_standing(study),
        tally=sentences.tally([verdict.ruling for verdict in verdicts]),
        sums=_sums(verdicts),
    )


def _sums(verdicts: Sequence[Verdict]) -> Table:
    """How many claims hold on each rung, fail there, stay open or say nothing of it."""
    table = sums_by_rung(verdicts)
    rows = [(str(rung), *(str(table.at[rung, name]) for name in SUMS)) for rung in table.index]
    return Table(sentences.SUMMED, ("Rung", *SUMS), tuple(rows), (False, *(True for _ in SUMS)))


def main_claims(verdicts: Sequence[Verdict], named: Sequence[str]) -> list[int]:
    """The places of the main claims among some verdicts: those named, or else by the rule that the brief states."""
    place = {verdict.claim.id: n for n, verdict in enumerate(verdicts)}
    found = [place[id] for id in named if id in place]
    return (
        found
        or sorted(place.values(), key=lambda n: (-_rungs(verdicts[n]), not verdicts[n].claim.conflicts_with, n))[:_MAIN]
    )


def _carries(verdict: Verdict) -> Finding | None:
    """The finding that carries a verdict: on the highest rung on which it holds with a ratio, or what decides."""
    held = [f for f in verdict.findings if f.ruling is Ruling.SUPPORTED and f.evidence and f.evidence.unit == "ratio"]
    order = [*Question]
    return max(held, key=lambda each: order.index(each.rung) if each.rung else -1) if held else main_finding(verdict)


def _rungs(verdict: Verdict) -> int:
    return len({each.rung for each in verdict.findings if each.evidence and not each.evidence.untestable})


def _rivals(verdicts: Sequence[Verdict], study: Study | None) -> Iterator[str]:
    """What else may account for what the main claims say: rivals that were tested, breaks in counting, and events."""
    told: dict[str, None] = {}
    for verdict in verdicts:
        told |= dict.fromkeys(f.sentence for f in verdict.findings if f.rung is Question.RIVALS)
    if study is not None:
        source = study.sources[study.source]
        for each in source.breaks:
            if study.first <= each.first <= study.last:
                told[sentences.rule_differs(source.title, when_in_words(each.first), each.what)] = None
        dated = next((verdict for verdict in verdicts if verdict.claim.event.name), None)
        happened = _near(study, dated.claim.event.name) if dated else []
        if happened:
            told[f"{sentences.FURTHER} {'; '.join(happened)}."] = None
    yield from told


def _near(study: Study, event: str) -> list[str]:
    """Events of the study that began about the time of one, each as people say it and with its month."""
    own, rows = study.event(event), study.events
    near = timedelta(days=_NEAR)
    around = rows["first"].between(own["first"].min() - near, own["first"].min() + near)
    others = rows[around & (rows["event"] != event) & (rows["category"] != _RECURRING)].drop_duplicates("event")
    ordered = others.sort_values("first", kind="stable").itertuples()
    return [f"{study.event_title(str(row.event))}, {_month(pd.Timestamp(str(row.first)))}" for row in ordered]


def _month(day: pd.Timestamp) -> str:
    return when_in_words(periods.label_of(day.to_period("M")))


def _standing(study: Study | None) -> tuple[tuple[str, str], ...]:
    """Who stands for the study, and of when its data are; what is not known is left out."""
    if study is None:
        return ()
    head = study.masthead
    pairs = (
        ("Analyst", head.analyst),
        ("Institution", head.institution),
        ("Period", span_in_words(study.first, study.last)),
        ("Counts", " ".join(study.sources[study.source].caveats[:1])),
        ("Data", head.dated),
        ("DOI", f"https://doi.org/{head.doi}" if head.doi else ""),
    )
    return tuple(pair for pair in pairs if pair[1])
