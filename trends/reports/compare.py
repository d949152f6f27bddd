"""What changed between two reports of one study: rulings, rungs, estimates, claims, data and versions."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from math import isnan
from pathlib import Path

import pandas as pd

from trends.arguments import checked_arguments
from trends.claims.claim import Claim
from trends.claims.ladder import ladder
from trends.claims.tabled import markdown_cell
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import figure
from trends.errors import InputError
from trends.nouns import plural
from trends.reports.written import WrittenReport, read_report

# Digits beyond these differ between builds of a library, and nobody asks of them.
_DIGITS = 6
_FIGURES = ("estimate", "lower", "upper", "level", "supported")
#: How much of the files of two reports must be the same for them to be of one study under two titles.
_SAME_FILES = 0.5
_NAMES = {"supported": "probability"}
_NOTHING = "–"

Value = str | float | None


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in two reports.

    Parameters
    ----------
    claim : str
        The id of the claim; empty for what is of the whole report.
    link : str
        The link of the claim; empty for what is of the whole claim.
    what : str
        ``ruling``, ``estimate``, ``lower``, ``upper``, ``level``, ``probability``; ``rung`` or ``check`` with its name;
        ``reading`` with a key of the claim; ``claim`` or ``link`` where only one report has it; ``data`` with a file,
        ``version`` with a package, ``program``.
    before, after : str, float or None
        As the one and the other report have it; None where it does not.
    unit : str
        Of a figure.
    """

    claim: str
    link: str
    what: str
    before: Value
    after: Value
    unit: str = ""


@dataclass(frozen=True)
class ReportComparison:
    """What changed from one report to another.

    Parameters
    ----------
    title : str
        Of the later report.
    both, only_before, only_after : tuple of str
        The claims that both have, and those that only the one or the other has.
    differences : tuple of Difference
        First those of the data and of the versions, then claim by claim.
    """

    title: str
    both: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def changed_rulings(self) -> tuple[str, ...]:
        """The claims whose ruling is another, or differs on one of their links."""
        return tuple(dict.fromkeys(each.claim for each in self.differences if each.what == "ruling"))

    def to_frame(self) -> pd.DataFrame:
        """A row for each difference: ``claim, link, what, before, after, unit``."""
        return pd.DataFrame([asdict(each) for each in self.differences], columns=[f.name for f in fields(Difference)])

    def to_markdown(self) -> str:
        """The same as text, its differences as a table."""
        cells = [(each.claim, each.link, each.what, *_printed(each)) for each in self.differences]
        rows = ["| " + " | ".join(map(markdown_cell, row)) + " |" for row in cells]
        heads = ["| Claim | Link | What | Before | After |", "|---|---|---|---|---|"] if rows else []
        return (
            "\n".join([f"**{markdown_cell(self.title)}**. {self._opening()}", *([""] if rows else []), *heads, *rows])
            + "\n"
        )

    def __str__(self) -> str:
        lines, last = [self.title, self._opening()], ""
        for each in self.differences:
            if each.claim != last:
                lines += ["", each.claim]
            before, after = _printed(each)
            lines += [f"  {f'{each.link}, ' if each.link else ''}{each.what}: {before} → {after}"]
            last = each.claim
        return "\n".join(lines)

    def _opening(self) -> str:
        """How much there is in all, in a sentence or two."""
        told = [f"{plural(len(self.both), 'claim')} in both reports"]
        told += [f"{len(ids)} in the {which} alone" for ids, which in self._alone() if ids]
        ruled = len(self.changed_rulings)
        words = f"{', '.join(told)}; a ruling differs in {ruled or 'none'} of them."
        return words if self.differences else f"{words} Figures, data and versions are the same too."

    def _alone(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return ((self.only_before, "first"), (self.only_after, "second"))


@checked_arguments
def compare_reports(before: str | Path, after: str | Path) -> ReportComparison:
    """What changed from one report of a study to another: by claim, and in the data and versions behind them.

    Parameters
    ----------
    before, after : str or path-like
        The folders of two reports, the earlier first.

    Returns
    -------
    ReportComparison
        With ``differences``, ``to_frame()`` and ``to_markdown()``; its text is what the command line prints.

    Raises
    ------
    InputError
        Where a folder holds no report, or the two are of different studies: they have neither one title nor more than
        half of the files that the smaller was made of in common.

    Notes
    -----
    **Assumptions**: a claim is the same where its id is. Figures are the same where six digits are.

    See Also
    --------
    trends.compare_vintages : the rulings of one study by two releases of a source.

    Examples
    --------
    >>> import tempfile, trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("spring", "summer"):
    ...         made = trends.write_report([verdict], f"{folder}/{name}", jobs=1)
    ...     found = compare_reports(f"{folder}/spring", f"{folder}/summer")
    >>> len(found.differences), found.both
    (0, ('deir-ez-zor-had-most-operations',))
    """
    old, new = read_report(before), read_report(after)
    _check_same_study(old, new)
    earlier, later = ({verdict.claim.id: verdict for verdict in report.verdicts} for report in (old, new))
    differences = [*_of_the_whole(old, new)]
    for id in [*later, *(id for id in earlier if id not in later)]:
        if id in earlier and id in later:
            differences += _of_claim(earlier[id], later[id])
        else:
            was, now = (str(each[id].ruling) if id in each else None for each in (earlier, later))
            differences.append(Difference(id, "", "claim", was, now))
    return ReportComparison(
        title=new.title,
        both=tuple(id for id in later if id in earlier),
        only_before=tuple(id for id in earlier if id not in later),
        only_after=tuple(id for id in later if id not in earlier),
        differences=tuple(differences),
    )


def _check_same_study(old: WrittenReport, new: WrittenReport) -> None:
    same = set(old.inputs.items()) & set(new.inputs.items())
    if old.title == new.title or len(same) > _SAME_FILES * min(len(old.inputs), len(new.inputs)):
        return
    raise InputError(
        f"compare the reports {old.path} and {new.path}",
        found=f"reports of {old.title!r} and of {new.title!r}",
        allowed="two reports of one study",
        do="name two that have a title, or most of their files, in common",
    )


def _of_the_whole(old: WrittenReport, new: WrittenReport) -> Iterator[Difference]:
    """What the reports were made of: files of the study, program and versions."""
    for what, before, after in (("data", old.inputs, new.inputs), ("version", old.versions, new.versions)):
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                was, now = (_short(each.get(name), what) for each in (before, after))
                yield Difference("", "", f"{what} {name}", was, now)
    if old.code != new.code:
        yield Difference("", "", "program", _short(old.code, "data"), _short(new.code, "data"))


def _short(text: str | None, what: str) -> str | None:
    """A hash by its first letters, as people tell them apart."""
    return text[:12] if text and what == "data" else text


def _of_claim(old: Verdict, new: Verdict) -> Iterator[Difference]:
    id = new.claim.id
    for name, before, after in _readings(old.claim, new.claim):
        yield Difference(id, "", f"reading {name}", before, after)
    if old.ruling is not new.ruling:
        yield Difference(id, "", "ruling", str(old.ruling), str(new.ruling))
    for below, step in zip(ladder(old), ladder(new), strict=True):
        if below.ruling is not step.ruling:
            yield Difference(id, "", f"rung {step.rung}", below.word, step.word)
    earlier, later = ({finding.link: finding for finding in each.findings} for each in (old, new))
    for link in [*later, *(link for link in earlier if link not in later)]:
        if link in earlier and link in later:
            yield from _of_link(id, earlier[link], later[link])
        else:
            was, now = (str(each[link].ruling) if link in each else None for each in (earlier, later))
            yield Difference(id, link, "link", was, now)


def _readings(old: Claim, new: Claim) -> Iterator[tuple[str, str, str]]:
    """The keys of a claim that are not the same, each as text."""
    for entry in fields(Claim):
        before, after = getattr(old, entry.name), getattr(new, entry.name)
        if entry.compare and before != after:
            yield entry.name, str(before), str(after)


def _of_link(id: str, old: Finding, new: Finding) -> Iterator[Difference]:
    if old.ruling is not new.ruling:
        yield Difference(id, new.link, "ruling", str(old.ruling), str(new.ruling))
    unit = next((each.evidence.unit for each in (new, old) if each.evidence), "")
    for name in _FIGURES:
        before, after = (_figure(each, name) for each in (old, new))
        if before != after:
            yield Difference(
                id, new.link, _NAMES.get(name, name), before, after, "share" if name not in _FIGURES[:3] else unit
            )
    passed, passes = ({check.name: check.outcome for check in each.checks} for each in (old, new))
    for name in dict.fromkeys([*passes, *passed]):
        if passed.get(name) != passes.get(name):
            yield Difference(id, new.link, f"check {name}", passed.get(name), passes.get(name))


def _figure(finding: Finding, name: str) -> float | None:
    value = getattr(finding.evidence, name, None)
    return None if value is None or isnan(value) else float(f"{value:.{_DIGITS}g}")


def _printed(each: Difference) -> tuple[str, str]:
    """What was and what is as a reader sees them, with as many digits as show that they differ."""
    was, now = (
        _text(value, each.unit, other) for value, other in ((each.before, each.after), (each.after, each.before))
    )
    if was != now or not isinstance(each.before, float) or not isinstance(each.after, float):
        return was, now
    return f"{each.before:.{_DIGITS}g}", f"{each.after:.{_DIGITS}g}"


def _text(value: Value, unit: str, other: Value) -> str:
    if not isinstance(value, float):
        return value or _NOTHING
    apart_from = (other,) if isinstance(other, float) else ()
    return figure(value, unit, apart_from) if unit in ("ratio", "count", "share") else f"{value:.{_DIGITS}g}"
