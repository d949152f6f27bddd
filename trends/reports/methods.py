"""What the report says of its methods: the prose, the decision table, and the error rates of every test."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from trends.chance.evidence import likelihood_words
from trends.charts.wording import pvalue
from trends.claims.verdict import DECISIONS, Verdict
from trends.reports.parts import Table, detectable, has_rates, link_name, rate
from trends.reports.typeset import TEMPLATES

# In a table of many tests what was not simulated is a dash, as in any table.
_DASHED = {"not simulated": "–"}


@dataclass(frozen=True)
class Section:
    """A section of prose, with a table where it has one."""

    heading: str
    text: tuple[str, ...]
    table: Table | None = None


def methods() -> tuple[Section, ...]:
    """The prose on methods that is the same for every study, with its tables."""
    tables = {"rulings": _rulings(), "likelihood": _likelihood()}
    prose = tomllib.loads((TEMPLATES / "methods.toml").read_text(encoding="utf-8"))["section"]
    return tuple(Section(each["heading"], tuple(each["text"]), tables.get(each.get("table"))) for each in prose)


def _rulings() -> Table:
    rows = tuple((row.when, str(row.ruling)) for row in DECISIONS)
    return Table("The decision table", ("If", "the ruling is"), rows, (False, False))


def _likelihood() -> Table:
    grouped = groupby(range(101), key=lambda percent: likelihood_words(percent / 100))
    spans = [(words, [*percents]) for words, percents in grouped]
    rows = tuple((words, f"{each[0]} to {each[-1]}\u00a0%") for words, each in spans)
    return Table("Words for probabilities (ICD 203)", ("Words", "Probability"), rows, (False, True))


def error_rates(verdicts: Sequence[Verdict]) -> Table | None:
    """The p-values and error rates of every test of a report, or None where there is none."""
    heads = (
        "Claim",
        "Link",
        "p",
        "p (BH)",
        "p (Holm)",
        "False alarms",
        "Coverage",
        "Power",
        "Detectable",
    )
    rows = []
    for n, verdict in enumerate(verdicts, 1):
        for finding in verdict.findings:
            e = finding.evidence
            if e and not e.untestable and (has_rates(e) or e.pvalue is not None):
                figures = [
                    _DASHED.get(each, each)
                    for each in (rate(e.false_alarms), rate(e.coverage), rate(e.power), detectable(e))
                ]
                values = (e.pvalue, e.pvalue_discovery, e.pvalue_family)
                shown = ("–" if value is None else pvalue(value) for value in values)
                rows.append((str(n), link_name(finding.link), *shown, *figures))
    return (
        Table("Every test and its error rates (– not simulated)", heads, tuple(rows), (True, False, *[True] * 7))
        if rows
        else None
    )
