"""A verdict as a ladder: what was ruled on each rung, how far up the claim holds, and where it stops."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from trends.arguments import checked_arguments
from trends.claims.rulings import Ruling, weakest
from trends.claims.rungs import ASKS, Rung

if TYPE_CHECKING:
    from trends.claims.verdict import Verdict

#: The sign and the word of each ruling, the signs as charts have them; None is a rung that a claim is silent on.
MARKS: dict[Ruling | None, tuple[str, str]] = {
    Ruling.SUPPORTED: ("●", "holds"),
    Ruling.CONTRADICTED: ("■", "fails"),
    Ruling.NO_MATERIAL_CHANGE: ("◆", "unchanged"),
    Ruling.CANNOT_TELL: ("△", "open"),
    Ruling.UNTESTABLE: ("×", "untestable"),
    Ruling.NOT_ASSESSED: ("–", "unassessed"),
    None: ("·", "not asserted"),
}
# The link that names what must be counted first.
_UNCOUNTED = "needs"
_ALL = "That is all that the claim says."
# What is so where a rung holds, and what is so where it fails.
_TOLD = {
    Rung.RECORDED: ("it was recorded", "it was not recorded so"),
    Rung.REALISED: ("it holds whatever the counters missed", "it fails whatever the counters missed"),
    Rung.ORDINARY: (
        "it holds beyond what such series do by themselves",
        "it fails by more than such series move by themselves",
    ),
    Rung.TIMING: ("it began when it is said to", "it did not begin when it is said to"),
    Rung.LASTING: ("it lasted", "it did not last"),
    Rung.DOSE: ("it was greater where the cause was", "it was not greater where the cause was"),
    Rung.RIVALS: ("it can be told apart from what else happened", "what else happened accounts for it"),
}
# How a sentence on some rungs begins, by their ruling, and which of the clauses above go on from it, if any.
_BEGINS: dict[Ruling, tuple[str, int | None, str]] = {
    Ruling.SUPPORTED: ("", 0, ""),
    Ruling.CONTRADICTED: ("", 1, ""),
    Ruling.NO_MATERIAL_CHANGE: ("Nothing changed that would matter", None, ""),
    Ruling.CANNOT_TELL: ("The data leave open ", 0, "whether "),
    Ruling.UNTESTABLE: ("Nothing in the study tells ", 0, "whether "),
    Ruling.NOT_ASSESSED: ("It was not assessed ", 0, "whether "),
}


@dataclass(frozen=True)
class Step:
    """One rung of a claim and what was ruled on it.

    Parameters
    ----------
    rung : Rung
        Which one.
    ruling : Ruling or None
        That of its weakest link; None where the claim asserts nothing on it.
    mark, word : str
        A sign whose shape tells the ruling, and one word for it: ``"△", "open"``.
    sentence : str
        What decided, in plain words.

    Examples
    --------
    >>> Step(Rung.LASTING, Ruling.CANNOT_TELL, "△", "open", "It may have passed.").asks
    'Did it last?'
    """

    rung: Rung
    ruling: Ruling | None
    mark: str
    word: str
    sentence: str

    @property
    def asks(self) -> str:
        """What the rung asks."""
        return ASKS[self.rung]


@checked_arguments
def ladder(verdict: "Verdict") -> tuple[Step, ...]:
    """The rungs of a verdict from the lowest to the highest, those on which the claim asserts nothing among them.

    Parameters
    ----------
    verdict : Verdict
        From `trends.assess`.

    Returns
    -------
    tuple of Step
        One for each `Rung`.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> [step.rung.value for step in trends.ladder(verdict)][0]
    'recorded'
    """
    steps = []
    for rung in Rung:
        findings = [finding for finding in verdict.findings if finding.rung is rung]
        # What nobody counts is no part of what a counter recorded: beside other findings it says nothing of their rung.
        findings = [finding for finding in findings if finding.link != _UNCOUNTED] or findings
        ruling = weakest(finding.ruling for finding in findings) if findings else None
        # The weakest of several that partly hold may be none of them: then what does not hold decides.
        open_ones = [each for each in findings if each.ruling is not Ruling.SUPPORTED] or findings
        deciding = [finding for finding in findings if finding.ruling is ruling] or open_ones
        sentence = deciding[0].sentence if deciding else "The claim says nothing on this."
        if ruling is Ruling.CANNOT_TELL and deciding is open_ones and len(open_ones) < len(findings):
            # Of a rung that holds in part it is told what holds, before what nothing tests.
            held = next(finding for finding in findings if finding.ruling is Ruling.SUPPORTED)
            sentence = f"{held.sentence} But not all of it could be tested. {sentence}"
        steps.append(Step(rung, ruling, *MARKS[ruling], sentence))
    return tuple(steps)


@checked_arguments
def how_far(verdict: "Verdict") -> str:
    """On which rungs a claim holds, on which it fails, and what stays open, in a sentence for each ruling.

    Examples
    --------
    >>> import trends
    >>> from trends.claims.verdict import Finding
    >>> claim = trends.Claim("rose", "Attacks rose.", "paper", "A paper", "2020-06", "2026-01-01", {})
    >>> found = Finding("events", "Were there any?", Ruling.SUPPORTED, "There were.", rung=Rung.RECORDED)
    >>> how_far(trends.Verdict(claim, Ruling.SUPPORTED, "There were.", (found,), "A paper", ()))
    'It was recorded. That is all that the claim says.'
    """
    return " ".join(far(verdict))


def far(verdict: "Verdict") -> tuple[str, ...]:
    """The sentences of `how_far`, that on what holds first."""
    counted = tuple(finding for finding in verdict.findings if finding.link != _UNCOUNTED)
    if counted and len(counted) < len(verdict.findings):
        # What nobody counts is no rung on which the rest of the claim could stop.
        rest = next(finding.sentence for finding in verdict.findings if finding.link == _UNCOUNTED)
        held = (each for each in far(replace(verdict, findings=counted)) if each != _ALL)
        return (*held, f"The rest of the claim cannot be tested. {rest}")
    said = [step for step in ladder(verdict) if step.ruling]
    if not said:
        return ("Nothing of the claim was assessed, so that nothing can be said of how far it holds.",)
    told = []
    for ruling, (start, which, before) in _BEGINS.items():
        rungs = [step.rung for step in said if step.ruling is ruling]
        if rungs:
            clauses = [] if which is None else [f"{before}{_TOLD[rung][which]}" for rung in rungs]
            words = f"{start}{_joined(clauses)}."
            told.append(f"{words[0].upper()}{words[1:]}")
    if all(step.ruling is Ruling.SUPPORTED for step in said):
        told.append(_ALL)
    return tuple(told)


def strip(steps: Sequence[Step]) -> str:
    """The rungs of a verdict in one line of text, each with its sign and word; empty where nothing was asserted.

    Examples
    --------
    >>> strip([Step(Rung.RECORDED, Ruling.SUPPORTED, "●", "holds", "So it is."), Step(Rung.DOSE, None, "·", "", "")])
    'recorded ● holds   dose ·'
    """
    if not any(step.ruling for step in steps):
        return ""
    return "   ".join(
        f"{step.rung} {step.mark} {step.word}" if step.ruling else f"{step.rung} {step.mark}" for step in steps
    )


def strip_html(steps: Sequence[Step]) -> str:
    """The same as a row of a table, for notebooks."""
    if not any(step.ruling for step in steps):
        return ""
    cells = "".join(
        f"<td style='border:1px solid;text-align:center' title='{escape(step.asks)}'>{step.rung}<br>"
        f"<b>{step.mark}</b> {escape(step.word)}</td>"
        for step in steps
    )
    return f"<table><tr>{cells}</tr></table>"


def _joined(parts: Sequence[str]) -> str:
    *rest, last = parts or ("",)
    return f"{', '.join(rest)} and {last}" if rest else last
