"""A report read back from its folder: its verdicts as they were, and what it was made of."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from trends.chance.evidence import Check, Evidence
from trends.claims.claim import Claim, Counts, Event
from trends.claims.registry import KINDS
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding, Verdict
from trends.counts.opening import is_missing, plain_member, read_bytes
from trends.errors import InputError
from trends.reports.folder import MANIFEST

_VERDICTS = "verdicts.json"
_OPEN = {"inf": float("inf"), "-inf": float("-inf"), None: float("nan")}


class _OtherForm(ValueError):
    """A record of another version."""


@dataclass(frozen=True)
class WrittenReport:
    """A report as its folder has it.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    title : str
        Of the study.
    verdicts : tuple of Verdict
        In the order of the report, without tables and fitted models; the links of their claims are plain tables.
    inputs, outputs : dict of str to str
        The SHA-256 of each file that was read, and of each that was written.
    versions : dict of str to str
        Of Python, of this package and of what it needs.
    code : str
        The SHA-256 of the program.
    """

    path: Path
    title: str
    verdicts: tuple[Verdict, ...]
    inputs: dict[str, str]
    outputs: dict[str, str]
    versions: dict[str, str]
    code: str


def read_report(path: str | Path) -> WrittenReport:
    """The report in a folder that `trends.write_report` wrote.

    Parameters
    ----------
    path : str or path-like
        The folder.

    Raises
    ------
    InputError
        Where it holds no report, or one of another version whose verdicts have other keys.

    Examples
    --------
    >>> read_report("nowhere")
    Traceback (most recent call last):
    ...
    trends.errors.InputError: read the report nowhere: found no manifest.json; allowed: a folder that trends report \
wrote; name another, or make the report.
    """
    folder = Path(path)
    manifest = _parsed(folder, MANIFEST, dict)
    told = _parsed(folder, _VERDICTS, dict)
    try:
        verdicts = tuple(map(_verdict, told["verdicts"]))
        named = {name: _texts(manifest[name]) for name in ("inputs", "outputs", "versions")}
        return WrittenReport(folder, str(manifest["title"]), verdicts, code=str(manifest["code"]), **named)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found = f"a {_VERDICTS} or {MANIFEST} of another form ({error})"
        raise _no_report(folder, found) from None


def _parsed(folder: Path, name: str, kind: type) -> Any:
    asked = f"read the report {folder}"
    file = plain_member(folder, name, asked)
    if is_missing(file):
        raise _no_report(folder, f"no {name}")
    try:
        found = json.loads(read_bytes(file, asked))
    except (ValueError, RecursionError):
        raise _no_report(folder, f"a {name} that cannot be read") from None
    if not isinstance(found, kind):
        raise _no_report(folder, f"a {name} of another form")
    return found


def _no_report(folder: Path, found: str) -> InputError:
    return InputError(
        f"read the report {folder}",
        found=found,
        allowed="a folder that trends report wrote",
        do="name another, or make the report",
    )


def _texts(table: dict[str, str]) -> dict[str, str]:
    return {str(name): str(text) for name, text in table.items()}


def _verdict(record: dict[str, Any]) -> Verdict:
    return Verdict(
        claim=_claim(record["claim"]),
        ruling=Ruling(record["ruling"]),
        sentence=record["sentence"],
        findings=tuple(map(_finding, record["findings"])),
        citation=record["citation"],
        sources=tuple((title, citation) for title, citation in record["sources"]),
        as_of=record["as_of"],
    )


def _claim(record: dict[str, Any]) -> Claim:
    counts, event = _record(Counts, record["counts"]), _record(Event, record["event"])
    return _record(Claim, record | {"counts": counts, "event": event})


def _finding(record: dict[str, Any]) -> Finding:
    if record["link"] not in KINDS:
        raise _OtherForm(f"a link {record['link']!r}, which is none of {', '.join(KINDS)}")
    parts: dict[str, Callable[[Any], Any]] = {
        "ruling": Ruling,
        "evidence": lambda found: found and _evidence(found),
        "stand": lambda stand: stand and _record(Asserted, stand | {"claimed": tuple(map(_number, stand["claimed"]))}),
        "checks": lambda checks: tuple(_record(Check, check) for check in checks),
        "caveats": tuple,
        "rung": lambda rung: rung and Rung(rung),
        "table": lambda table: None,
    }
    return _record(Finding, {name: parts.get(name, lambda value: value)(value) for name, value in record.items()})


def _evidence(record: dict[str, Any]) -> Evidence:
    """Numbers as they were: an open end is written as a text, one that is not known as nothing."""
    numbers = {name: _number(record[name]) for name in ("estimate", "lower", "upper", "level")}
    detectable = record["detectable"]
    return _record(
        Evidence, record | numbers | {"detectable": _OPEN.get(detectable, detectable) if detectable else None}
    )


def _number(value: float | str | None) -> float:
    return _OPEN[value] if value is None or isinstance(value, str) else float(value)


def _record(kind: type, values: dict[str, Any]) -> Any:
    known = {entry.name for entry in fields(kind)}
    if unknown := set(values) - known:
        raise _OtherForm(f"the key {sorted(unknown)[0]!r} of {kind.__name__}")
    return kind(**values)
