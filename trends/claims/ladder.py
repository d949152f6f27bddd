"""A verdict as a ladder: what was ruled on each rung, how far up the claim holds, and where it stops."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    None: ("·", "unsaid"),
}
# What a claim holds on.
_HOLDS = {
    Rung.RECORDED: "on what was recorded",
    Rung.REALISED: "on what happened whoever counted",
    Rung.ORDINARY: "on being more than such series do by themselves",
    Rung.TIMING: "on when it began",
    Rung.LASTING: "on its lasting",
    Rung.DOSE: "on where it was greatest",
    Rung.RIVALS: "on being told apart from what else happened then",
}
_STOPS = {
    Ruling.CONTRADICTED: "the data contradict it",
    Ruling.NO_MATERIAL_CHANGE: "nothing changed there that would matter",
    Ruling.CANNOT_TELL: "the data cannot tell",
    Ruling.UNTESTABLE: "the study has nothing to test it with",
    Ruling.NOT_ASSESSED: "it was not assessed",
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
        ruling = weakest(finding.ruling for finding in findings) if findings else None
        # The weakest of several that partly hold may be none of them: then what does not hold decides.
        open_ones = [each for each in findings if each.ruling is not Ruling.SUPPORTED] or findings
        deciding = [finding for finding in findings if finding.ruling is ruling] or open_ones
        sentence = deciding[0].sentence if deciding else "The claim says nothing on this."
        steps.append(Step(rung, ruling, *MARKS[ruling], sentence))
    return tuple(steps)


@checked_arguments
def how_far(verdict: "Verdict") -> str:
    """How far up its ladder a claim holds and where it stops, in two sentences.

    Examples
    --------
    >>> import trends
    >>> from trends.claims.verdict import Finding
    >>> claim = trends.Claim("rose", "Attacks rose.", "paper", "A paper", "2020-06", "2026-01-01", {})
    >>> found = Finding("events", "Were there any?", Ruling.SUPPORTED, "There were.", rung=Rung.RECORDED)
    >>> how_far(trends.Verdict(claim, Ruling.SUPPORTED, "There were.", (found,), "A paper", ()))
    'The claim holds on what was recorded. That is all that it asserts.'
    """
    said = [step for step in ladder(verdict) if step.ruling]
    if not said:
        return "Nothing of the claim was assessed. So nothing can be said of how far it holds."
    stop = next((i for i, step in enumerate(said) if step.ruling is not Ruling.SUPPORTED), len(said))
    reached = _joined([_HOLDS[step.rung] for step in said[:stop]])
    if not reached:
        opened = said[0].ruling in (Ruling.CANNOT_TELL, Ruling.UNTESTABLE, Ruling.NOT_ASSESSED)
        first = f"The claim is {'open' if opened else 'refuted'} on the first rung that it asserts."
    else:
        first = f"The claim holds {reached}."
    if stop == len(said):
        return f"{first} That is all that it asserts."
    asks, above = said[stop].asks, [step for step in said[stop + 1 :] if step.ruling is Ruling.SUPPORTED]
    ruling = said[stop].ruling
    second = f"It stops at the question “{asks}”: {_STOPS[ruling] if ruling else ''}"
    higher = f", though it holds {_joined([_HOLDS[step.rung] for step in above])}" if above else ""
    return f"{first} {second}{higher}."


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
        f"<td style='border:1px solid;text-align:center' title='{escape(step.asks, quote=True)}'>{step.rung}<br>"
        f"<b>{step.mark}</b> {escape(step.word)}</td>"
        for step in steps
    )
    return f"<table><tr>{cells}</tr></table>"


def _joined(parts: Sequence[str]) -> str:
    *rest, last = parts or ("",)
    return f"{', '.join(rest)} and {last}" if rest else last
