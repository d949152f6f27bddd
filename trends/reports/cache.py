"""Verdicts and charts of earlier reports, kept so that a report made again is made of what has not changed."""

import hashlib
import json
import os
import platform
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trends.chance.evidence import Check, Evidence
from trends.charts.pictures import Pictures
from trends.claims.claim import Claim
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.study import Study
from trends.claims.verdict import Asserted, Finding, Verdict
from trends.errors import InputError, TrendsError
from trends.fits.compiling import processor
from trends.reports.course import Aspect
from trends.reports.entries import is_ones_own, read_entry, sweep_entries, write_entry
from trends.reports.folder import code_hash, version_of, versions
from trends.reports.parts import Chart, Table
from trends.reports.tables import plain

#: The variable that names the folder; empty for none.
VARIABLE = "TRENDS_CACHE"
_CURVE, _OF_THE_STUDY, _FOREST = "-specifications", "charts of the study", "forest"
# What figures depend on beside the packages that a report names.
_PACKAGES = ("duckdb", "hijridate", "numba", "pycountry")
_UNUSABLE = (TrendsError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of the cache: what ``TRENDS_CACHE`` names, or the user's folder for caches; None where it is empty.

    Raises
    ------
    InputError
        Where the variable names no absolute path: a folder that lies where one happens to stand may be anybody's.

    Examples
    --------
    >>> cache_folder({"TRENDS_CACHE": "/home/kept"}).name, cache_folder({"TRENDS_CACHE": ""})
    ('kept', None)
    """
    named = environment.get(VARIABLE)
    if named and not Path(named).is_absolute():
        raise InputError(
            f"use the cache that {VARIABLE} names",
            found=f"the relative path {named!r}",
            allowed="an absolute path, or nothing for no cache",
            do="write the whole path",
        )
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "win32":
        home = environment.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        home = str(Path(environment.get("HOME", ""), "Library", "Caches")) if environment.get("HOME") else None
    else:
        home = environment.get("HOME") and f"{environment['HOME']}/.cache"
        # The rule for this variable is that a relative path counts as none.
        if Path(environment.get("XDG_CACHE_HOME", "")).is_absolute():
            home = environment["XDG_CACHE_HOME"]
    return Path(home, "trends") if home and Path(home).is_absolute() else None


def cache_of(study: Study, folder: Path | None) -> "Cache | None":
    """The cache for a study as it was read from its folder; None where there is none that only the user writes to.

    What lies inside of the study came with it, perhaps from somebody else.
    """
    if folder is None:
        return None
    inside = Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(study.path))
    return None if inside or not is_ones_own(folder) else Cache(folder, study, _inputs(study))


def _inputs(study: Study) -> str:
    """The SHA-256 of all that a verdict and its charts rest on beside the claim: files, program, versions, machine."""
    files = {name: found for name, found in study.files if not name.startswith("claims/")}
    packages = versions() | {name: version_of(name) for name in _PACKAGES}
    told = [files, code_hash(), packages, platform.platform(), processor(), study.as_of]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Cache:
    """Verdicts and their charts in a folder, an entry a claim, by the SHA-256 of all that they rest on.

    An entry is JSON behind the SHA-256 of its name and itself: nothing in it is run, one that was altered, cut off or
    put in the place of another is made anew, and all may be deleted at any time. One of another version of the program
    has another name and is never looked at.

    Parameters
    ----------
    folder : pathlib.Path
        Where the entries lie.
    study : Study
        As it was read, with all its claims.
    inputs : str
        The SHA-256 of what all its verdicts rest on.
    """

    folder: Path
    study: Study
    inputs: str
    fresh: dict[str, dict[str, Any]] = field(default_factory=dict)
    forests: dict[str, Path] = field(default_factory=dict)

    def recall(self, claim: Claim, effort: object) -> Verdict | None:
        """The verdict on a claim as it was reached before, its charts in the place of its fits; None where none is."""
        try:
            entry = read_entry(self._entry(claim, effort))
            return _with_charts(_verdict(entry["verdict"], claim), _pictures(entry["charts"]))
        except _UNUSABLE:
            return None

    def recall_study(self) -> tuple[tuple[Aspect, ...], dict[str, Pictures]] | None:
        """The course of the study's own counts and all its charts, by name, as they were before; None without them."""
        try:
            entry = read_entry(self._file(_OF_THE_STUDY))
            aspects, charts = tuple(map(_aspect, entry["course"])), _pictures(entry["charts"])
        except _UNUSABLE:
            return None
        return (aspects, charts) if all(each.chart.name in charts for each in aspects if each.chart) else None

    def recall_forest(self, name: str, verdicts: Sequence[Verdict], numbers: Sequence[int]) -> Pictures | None:
        """The forest of some verdicts as it was drawn before; None where it was not."""
        try:
            shown = [[self._claim_file(each.claim), _record(each)] for each in verdicts]
            file = self._file([_FOREST, [*numbers], shown])
        except TypeError:
            return None
        try:
            return _pictures(read_entry(file))[_FOREST]
        except _UNUSABLE:
            self.forests[name] = file
            return None

    def remember(self, verdict: Verdict, effort: object) -> None:
        """Take a verdict as `trends.assess` gave it; it is kept once its charts are drawn."""
        try:
            record = _record(verdict)
            again = _verdict(json.loads(json.dumps(record)), verdict.claim)
        except TypeError:
            # A table of things that JSON has no words for.
            return
        if _is_same(again, verdict):
            self.fresh[verdict.claim.id] = {"file": self._entry(verdict.claim, effort), "verdict": record}

    def keep(self, claim: Claim, anchor: str, charts: Mapping[str, str], folder: Path) -> None:
        """Write what was taken of a claim with its charts, whose files stand in a folder under names with an anchor."""
        taken = self.fresh.pop(claim.id, None)
        if taken is None:
            return
        names = [f"{each['link']}{end}" for each in taken["verdict"]["findings"] for end in ("", _CURVE)]
        drawn = {name: f"{anchor}-{name}" for name in names if f"{anchor}-{name}" in charts}
        write_entry(taken["file"], {"verdict": taken["verdict"], "charts": _told(drawn, charts, folder)})

    def keep_study(
        self, course: Sequence[Aspect], names: Iterable[str], charts: Mapping[str, str], folder: Path
    ) -> None:
        """Write the course of the study's own counts and its charts, which rest on no claim."""
        drawn = _told({name: name for name in names}, charts, folder)
        write_entry(self._file(_OF_THE_STUDY), {"course": [asdict(each) for each in course], "charts": drawn})

    def keep_forests(self, charts: Mapping[str, str], folder: Path) -> None:
        """Write the forests that `recall_forest` did not find, and sweep what was not used for longest."""
        for name, file in self.forests.items():
            write_entry(file, _told({_FOREST: name}, charts, folder))
        self.forests.clear()
        sweep_entries(self.folder)

    def _claim_file(self, claim: Claim) -> list[str]:
        return [claim.id, dict(self.study.files)[f"claims/{claim.path}"]]

    def _entry(self, claim: Claim, effort: object) -> Path:
        return self._file([*self._claim_file(claim), repr(effort)])

    def _file(self, named: object) -> Path:
        name = hashlib.sha256(json.dumps([self.inputs, named]).encode()).hexdigest()
        return self.folder / name[:2] / f"{name}.json"


def _told(names: Mapping[str, str], charts: Mapping[str, str], folder: Path) -> dict[str, dict[str, str]]:
    """Charts as JSON holds them, by their names in the cache and from their names in a report."""
    told = {}
    for name, drawn in names.items():
        made = {form: b64encode((folder / f"{drawn}.{form}").read_bytes()).decode() for form in ("png", "pdf")}
        told[name] = {"svg": charts[drawn]} | made
    return told


def _pictures(told: Mapping[str, Mapping[str, str]]) -> dict[str, Pictures]:
    return {
        name: Pictures(each["svg"], b64decode(each["png"], validate=True), b64decode(each["pdf"], validate=True))
        for name, each in told.items()
    }


def _aspect(record: Mapping[str, Any]) -> Aspect:
    table, chart = record["table"], record["chart"]
    return Aspect(
        record["heading"],
        tuple(record["text"]),
        table and Table(**{name: _tuples(value) for name, value in table.items()}),
        chart and Chart(**chart),
    )


def _record(verdict: Verdict) -> dict[str, Any]:
    """A verdict without its claim and fits as JSON holds it, to the last digit."""
    findings = [
        {
            "link": finding.link,
            "question": finding.question,
            "ruling": finding.ruling.value,
            "sentence": finding.sentence,
            "evidence": finding.evidence and _numbers(asdict(finding.evidence)),
            "stand": finding.stand and _numbers(asdict(finding.stand)),
            "checks": [[check.name, check.asks, check.outcome, check.says] for check in finding.checks],
            "caveats": list(finding.caveats),
            "table": None if finding.table is None else _table(finding.table),
            "rung": finding.rung and finding.rung.value,
            "settles": finding.settles,
        }
        for finding in verdict.findings
    ]
    told = {"ruling": verdict.ruling.value, "sentence": verdict.sentence, "citation": verdict.citation}
    return told | {"findings": findings, "sources": [*map(list, verdict.sources)], "as_of": verdict.as_of}


def _numbers(values: Any) -> Any:
    """The same with numbers as Python has them."""
    if isinstance(values, dict):
        return {name: _numbers(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [_numbers(value) for value in values]
    return values.item() if isinstance(values, np.generic) else values


def _table(table: pd.DataFrame) -> dict[str, Any]:
    plain_index = isinstance(table.index, pd.RangeIndex)
    columns = [[str(name), str(table[name].dtype), _numbers(table[name].tolist())] for name in table.columns]
    index = None if plain_index else [table.index.name, str(table.index.dtype), _numbers(table.index.tolist())]
    return {"columns": columns, "index": index}


def _verdict(record: Mapping[str, Any], claim: Claim) -> Verdict:
    findings = tuple(
        Finding(
            link=each["link"],
            question=each["question"],
            ruling=Ruling(each["ruling"]),
            sentence=each["sentence"],
            evidence=each["evidence"] and Evidence(**each["evidence"]),
            stand=each["stand"] and Asserted(**{name: _tuples(value) for name, value in each["stand"].items()}),
            checks=tuple(Check(*texts) for texts in each["checks"]),
            caveats=tuple(each["caveats"]),
            table=each["table"] and _frame(each["table"]),
            rung=each["rung"] and Rung(each["rung"]),
            settles=each["settles"],
        )
        for each in record["findings"]
    )
    sources = tuple((title, citation) for title, citation in record["sources"])
    told = (Ruling(record["ruling"]), record["sentence"], findings, record["citation"], sources, record["as_of"])
    return Verdict(claim, *told)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _frame(record: Mapping[str, Any]) -> pd.DataFrame:
    columns = {name: pd.Series(values, dtype=kind) for name, kind, values in record["columns"]}
    table = pd.DataFrame(columns)
    if record["index"] is None:
        return table
    name, kind, values = record["index"]
    return table.set_axis(pd.Index(values, dtype=kind, name=name))


def _is_same(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts tell the same, in every number and every cell."""
    tables = zip((each.table for each in one.findings), (each.table for each in other.findings), strict=True)
    return all(_is_same_table(a, b) for a, b in tables) and plain(one) == plain(other)


def _is_same_table(one: pd.DataFrame | None, other: pd.DataFrame | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.equals(other) and one.index.equals(other.index) and one.index.name == other.index.name


def _with_charts(verdict: Verdict, charts: Mapping[str, Pictures]) -> Verdict:
    """A verdict with its charts in the place of what they were drawn from."""
    findings = []
    for finding in verdict.findings:
        curve = charts.get(f"{finding.link}{_CURVE}")
        checks = tuple(
            replace(check, fit=curve) if check.name == "specifications" and curve else check for check in finding.checks
        )
        findings.append(replace(finding, fit=charts.get(finding.link), checks=checks))
    return replace(verdict, findings=tuple(findings))
