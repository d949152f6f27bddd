"""What stands behind one link of a claim: its figures, its error rates and its checks, as texts and tables."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trends.chance.evidence import Evidence
from trends.charts.specifications import curve_of
from trends.charts.verdicts import has_chart
from trends.charts.wording import percent, pvalue
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.verdict import Finding
from trends.claims.words import figure, interval
from trends.nouns import plural

_COLUMN_NAMES = {
    "count": "Counted",
    "gain": "Gain in fit",
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
    """What stands behind one link of a claim, for whoever looks further than its page."""

    heading: str
    question: str
    ruling: Ruling
    tested: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    chart: Chart | None = None
    curve: Chart | None = None
    rates: Table | None = None
    checks: Table | None = None


def part_of(finding: Finding, anchor: str) -> Part:
    """What stands behind a finding."""
    evidence = finding.evidence if finding.evidence and not finding.evidence.untestable else None
    return Part(
        heading=link_name(finding.link),
        question=finding.question,
        ruling=finding.ruling,
        tested=tuple(_tested(finding, evidence)) if evidence else (),
        table=_figures(finding),
        chart=chart_of(finding, anchor) if has_chart(finding) else None,
        curve=_curve(finding, anchor),
        rates=_rates(evidence) if evidence and has_rates(evidence) else None,
        checks=_checks(finding),
    )


def chart_of(finding: Finding, anchor: str) -> Chart:
    """The chart of a finding, by the name of its files."""
    words = f"{finding.question} {finding.sentence}"
    return Chart(f"{anchor}-{finding.link}", f"Chart. {words}", kind_of(finding.link).caption)


def _curve(finding: Finding, anchor: str) -> Chart | None:
    check = next((check for check in finding.checks if check.name == "specifications"), None)
    if check is None or curve_of(finding) is None:
        return None
    told = "Every defensible specification of this change, and the choices that each was made with"
    return Chart(f"{anchor}-{finding.link}-specifications", f"Chart. {check.asks} {check.says}", told)


def link_name(link: str) -> str:
    """What a link is called in a heading."""
    return kind_of(link).heading


def _tested(finding: Finding, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What a test asked and found, as pairs of a name and a text."""
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


def _text(value: Any) -> str:
    return "–" if pd.isna(value) else str(value)


def _number(value: float, name: Hashable, unit: str) -> str:
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
