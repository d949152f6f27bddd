"""Verdicts as records for other programs: JSON with everything, CSV with a row for each link."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from math import isinf, isnan
from numbers import Integral, Real
from typing import Any

import pandas as pd

from trends.claims.specifications import SpecificationCurve
from trends.claims.sums import sums_record
from trends.claims.verdict import Verdict
from trends.counts.writing import guarded

# Estimates differ by some 1e-15 between builds of numpy: digits beyond these would break equality for nothing.
_DIGITS = 10
_LEFT_OUT = ("fit",)
_OF_EVIDENCE = (
    "quantity", "unit", "estimate", "lower", "upper", "level", "pvalue", "pvalue_analytic",
    "pvalue_discovery", "pvalue_family", "supported", "nobs", "counted_in", "false_alarms", "coverage", "power",
    "detectable", "runs", "untestable",
)  # fmt: skip


def verdict_record(verdict: Verdict) -> dict:
    """A verdict as plain dictionaries, lists, texts and numbers, ready for JSON.

    Numbers have at most 10 significant digits; one that is not known is None, an open bound is ``"inf"``.
    The fitted models are left out.

    Examples
    --------
    >>> plain({"lower": 1 / 3, "upper": float("inf"), "pvalue": float("nan")})
    {'lower': 0.3333333333, 'upper': 'inf', 'pvalue': None}
    """
    return plain(verdict)


def plain(value: Any) -> Any:
    """Anything that is made of records, tables, texts and numbers as what JSON can hold."""
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in _LEFT_OUT}
    if isinstance(value, pd.DataFrame):
        named = value if isinstance(value.index, pd.RangeIndex) else value.reset_index()
        return [{str(key): plain(cell) for key, cell in row.items()} for row in named.to_dict("records")]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return None if isnan(value) else _sign(float(value)) if isinf(value) else float(f"{value:.{_DIGITS}g}")
    return str(value)


def _sign(value: float) -> str:
    return "inf" if value > 0 else "-inf"


def verdicts_json(verdicts: Sequence[Verdict]) -> str:
    """All verdicts as one JSON text, with how many of them hold on each rung."""
    told = {"rungs": sums_record(verdicts), "verdicts": [verdict_record(verdict) for verdict in verdicts]}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def verdicts_csv(verdicts: Iterable[Verdict]) -> str:
    """All verdicts as one CSV text, a row for each link; no cell is run by a spreadsheet as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    claim = ("id", "says", "document", "speaker", "said_on", "written")
    writer.writerow([*claim, "ruling", "sentence", "link", "link_ruling", "link_sentence", *_OF_EVIDENCE, "checks"])
    for verdict in verdicts:
        for finding in verdict.findings:
            row = [getattr(verdict.claim, name) for name in claim]
            row += [verdict.ruling, verdict.sentence, finding.link, finding.ruling, finding.sentence]
            row += [getattr(finding.evidence, name, None) for name in _OF_EVIDENCE]
            row += ["; ".join(f"{check.name}: {check.outcome}" for check in finding.checks)]
            writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Any) -> Any:
    told = plain(value)
    return guarded(told) if isinstance(told, str) else told


def curve_record(curve: SpecificationCurve) -> dict:
    """A specification curve as plain dictionaries, lists, texts and numbers, ready for JSON."""
    return {
        "summary": plain(curve.summary()["value"].to_dict()),
        "specifications": plain(curve.table),
        "aside": list(curve.aside),
    }


def curve_csv(curve: SpecificationCurve) -> str:
    """The specifications of a curve as one CSV text, a row each; no cell is run by a spreadsheet as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(curve.table.columns)
    writer.writerows([_cell(value) for value in row] for row in curve.table.itertuples(index=False))
    return out.getvalue()
