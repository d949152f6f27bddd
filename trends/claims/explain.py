"""How a ruling came about, step by step, in plain words."""

from collections.abc import Iterator

from trends.arguments import checked_arguments
from trends.claims.ladder import how_far, ladder, strip
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.verdict import Finding, Verdict, deciding_row
from trends.claims.words import claimed_in_words, detectable_in_words, figure, interval
from trends.nouns import listed, plural


@checked_arguments
def explain(verdict: Verdict) -> str:
    """How a verdict came about: what each link asked, what was found, which row of the decision table ruled, and why.

    Parameters
    ----------
    verdict : Verdict
        From `assess`.

    Returns
    -------
    str
        One paragraph a link, and one on the whole.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["iraq"])
    >>> verdict = trends.assess(study.claim("attacks-rose-13-percent-in-2019"), study)
    >>> print(trends.explain(verdict).splitlines()[0])
    There were 13 per cent more attacks in 2019 than in 2018.
    """
    claim = verdict.claim
    paragraphs = [f"{claim.says}\n  {claim.speaker}, {claim.said_on}. Ruling: {verdict.ruling}."]
    if rungs := strip(ladder(verdict)):
        paragraphs += [f"{rungs}\n  {how_far(verdict)}"]
    paragraphs += [
        "\n".join([f"{n}. The link {finding.link!r}: {finding.ruling}.", *(f"   - {step}" for step in _steps(finding))])
        for n, finding in enumerate(verdict.findings, 1)
    ]
    known = dict.fromkeys(caveat for finding in verdict.findings for caveat in finding.caveats)
    besides = ["\n".join(["To be known besides:", *(f"   - {caveat}" for caveat in known)])] if known else []
    return "\n\n".join([*paragraphs, _whole(verdict), *besides])


def _steps(finding: Finding) -> Iterator[str]:
    yield f"Asked: {finding.question}"
    evidence, stand = finding.evidence, finding.stand
    claimed = stand.claimed if stand else ()
    if evidence is None or evidence.untestable:
        yield finding.sentence
        if evidence is not None and evidence.untestable != finding.sentence:
            yield evidence.untestable
        return
    if getattr(finding.fit, "asked", None):
        # What each counter has stands in the sentence alone.
        yield f"Told: {finding.sentence}"
    if evidence.unit == "date":
        yield f"{finding.sentence} {evidence.method}"
    elif stand is not None:
        ends = (evidence.lower, evidence.upper)
        yield f"The link holds where the {evidence.quantity} is {claimed_in_words(stand, evidence.unit, ends)}."
        if stand.immaterial:
            low, high = (figure(value, evidence.unit) for value in stand.immaterial)
            yield f"Between {low} and {high} it would not matter."
        if not stand.comparable:
            yield "These counts were made by another rule than the speaker's: they may support, not contradict."
    if evidence.unit != "date":
        rests_on = plural(evidence.nobs, evidence.counted_in or "observation")
        yield f"Found: {interval(evidence, claimed)}, from {rests_on}. {evidence.method}".rstrip()
    yield from (f"Check {check.name!r}: {check.outcome}. {check.says}" for check in finding.checks)
    row = stand and deciding_row(evidence, stand, finding.checks)
    if row and row.ruling is finding.ruling:
        yield f"The first row of the decision table that applies: {row.when}. So the ruling is {row.ruling}."
    elif evidence.unit != "date":
        yield finding.sentence
    if finding.ruling is Ruling.CANNOT_TELL and evidence.detectable is not None:
        kind = kind_of(finding.link)
        yield detectable_in_words(evidence, kind.sought, kind.multiple_of)
    if finding.settles:
        yield f"What would settle it: {finding.settles}"


def _whole(verdict: Verdict) -> str:
    if len(verdict.findings) == 1:
        return f"The claim has this one link: its ruling, {verdict.ruling}, is that of the claim."
    same = [repr(finding.link) for finding in verdict.findings if finding.ruling is verdict.ruling]
    if same:
        return f"A claim is as good as its weakest link. Here that is {listed(same)}: the claim is {verdict.ruling}."
    return (
        "Some links hold, and others could not be tested or were not assessed: "
        f"of the claim as a whole one {'cannot tell' if verdict.ruling is Ruling.CANNOT_TELL else verdict.ruling}."
    )
