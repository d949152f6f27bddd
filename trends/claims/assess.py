"""Holding claims against a study: each link is ruled upon, and the claim is as good as its weakest link."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, Protocol, runtime_checkable

from trends.arguments import checked_arguments
from trends.chance.evidence import Evidence
from trends.chance.workers import shared
from trends.claims.adjusted import adjusted
from trends.claims.as_of import stand_ins, study_as_of
from trends.claims.asked import panel_of, source_of
from trends.claims.checks import change_itself
from trends.claims.claim import Claim
from trends.claims.effects import ruled
from trends.claims.effort import Effort, effort_of
from trends.claims.kinds import Kind
from trends.claims.newest import newest_caveats
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling, weakest
from trends.claims.rungs import ASKS, Rung
from trends.claims.settling import overturned_in_words, what_would_settle
from trends.claims.study import Study
from trends.claims.verdict import Finding, Verdict
from trends.counts.sources import Source
from trends.errors import InputError, ModelError
from trends.loading import later
from trends.periods import frequency_name

delayed = later("joblib.delayed")

_SHOWN = {Rung.ORDINARY: 2, Rung.REALISED: 1}


@runtime_checkable
class Memory(Protocol):
    """Verdicts that were reached before, by the claim and the effort."""

    def recall(self, claim: Claim, effort: Effort) -> Verdict | None:
        """The verdict on a claim; None where it is not known."""

    def remember(self, verdict: Verdict, effort: Effort) -> None:
        """Take a verdict that was just reached."""


def assess(
    claim: Claim, study: Study, effort: Literal["quick", "full"] | Effort = "full", *, as_of: str | None = None
) -> Verdict:
    """The verdict on a claim: a ruling on each link that it asserts, and the weakest of them on the whole.

    Parameters
    ----------
    claim : Claim
        What was said; usually ``study.claim(id)``.
    study : Study
        The counts, published figures and events to hold it against.
    effort : {"quick", "full"} or Effort
        How much is simulated: ``"full"`` for what a ruling is published on, ``"quick"`` for a first look.
    as_of : str, optional
        A month, such as ``"2020-06"``: nothing later is seen. By default all there is.

    Returns
    -------
    Verdict
        A link that the data cannot test is ``UNTESTABLE`` with the reason, one that this version does not assess is
        ``NOT ASSESSED``; neither ever counts as passed.

    Raises
    ------
    InputError
        Where one of the three is something else, or the month is no period, before the event or after the data.

    Notes
    -----
    Nothing is drawn at random but from generators seeded with fixed numbers: the same claim and the same study give
    the same verdict.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["syria"])
    >>> verdict = assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> print(verdict.ruling)
    SUPPORTED
    """
    check_kinds(claim, study)
    if as_of is not None:
        study = study_as_of(study, as_of, claim)
    findings = tuple(_told(finding, claim, study) for finding in rulings(claim, study, effort))
    ruling = weakest(finding.ruling for finding in findings)
    return Verdict(
        claim=claim,
        ruling=ruling,
        sentence=_sentence(ruling, findings),
        findings=findings,
        citation=study.documents[claim.document],
        sources=tuple((source.title, source.citation) for source in _used(claim, study, findings)),
        as_of=study.as_of,
    )


def rulings(claim: Claim, study: Study, effort: Literal["quick", "full"] | Effort = "full") -> tuple[Finding, ...]:
    """The findings on a claim as `assess` has them, without what would settle or overturn them.

    Parameters
    ----------
    claim, study, effort
        As in `assess`.
    """
    found = {name: _find(link, claim, study, effort_of(effort)) for name, link in claim.asserts.items()}
    return tuple(_survived(finding, found) for finding in found.values())


@checked_arguments
def assess_all(
    study: Study,
    jobs: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    cluster: str | None = None,
    effort: Literal["quick", "full"] | Effort = "full",
    memory: Memory | None = None,
) -> list[Verdict]:
    """The verdicts on all claims of a study, in the order of their ids, with p-values adjusted for their number.

    Parameters
    ----------
    study : Study
        The study.
    jobs : int, optional
        Processes to share the work; by default one a core. The verdicts do not depend on it.
    progress : callable, optional
        Called with the claims done, their number and the id of the one just done.
    cluster : str, optional
        The address of the scheduler of a Dask cluster, such as ``tcp://127.0.0.1:8786``, whose workers then do the
        work. The verdicts do not depend on it.
    effort : {"quick", "full"} or Effort
        As in `assess`.
    memory : Memory, optional
        Verdicts that were reached before, which takes the others. The verdicts do not depend on it.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["syria"])
    >>> first = replace(study, claims=(study.claim("deir-ez-zor-had-most-operations"),))
    >>> [str(verdict.ruling) for verdict in assess_all(first, jobs=1)]
    ['SUPPORTED']
    """
    asked = effort_of(effort)
    known = {claim.id: memory.recall(claim, asked) for claim in study.claims} if memory else {}
    missing = [claim for claim in study.claims if known.get(claim.id) is None]
    calls = (delayed(assess)(claim, study, effort) for claim in missing)
    reached, verdicts = shared(calls, tasks=len(missing), jobs=jobs, cluster=cluster), []
    for claim in study.claims:
        verdict = known.get(claim.id)
        if verdict is None:
            verdict = next(reached)
            if memory:
                memory.remember(verdict, asked)
        verdicts.append(verdict)
        if progress:
            progress(len(verdicts), len(study.claims), claim.id)
    return adjusted(verdicts)


def check_kinds(claim: object, study: object) -> None:
    """Refuse anything but a claim and a study, in this order."""
    if isinstance(claim, Claim) and isinstance(study, Study):
        return
    swapped = isinstance(claim, Study) and isinstance(study, Claim)
    raise InputError(
        "assess a claim",
        found="the study first and the claim second" if swapped else f"{_article(claim)} and {_article(study)}",
        allowed="a claim and its study",
        do="write assess(study.claim(id), study)",
    )


def _article(value: object) -> str:
    """What a value is, in words that name it."""
    if isinstance(value, str):
        return repr(value) if len(value) <= 40 else "a long text"
    if isinstance(value, Claim | Study):
        return "a claim" if isinstance(value, Claim) else "a study"
    return f"an object of type {type(value).__name__}"


def _find(link: object, claim: Claim, study: Study, effort: Effort) -> Finding:
    kind = kind_of(link)
    try:
        found = kind.find(link, claim, study, effort)
        # What rests on no counts rests on no newest ones.
        newest = (*newest_caveats(claim, study), *_stand_ins(claim, study)) if kind.of_counts else ()
        evidence = found.evidence
        if evidence is not None and not evidence.untestable and not evidence.counted_in:
            evidence = replace(evidence, counted_in=_counted_in(kind, claim, study))
        return replace(found, evidence=evidence, caveats=(*found.caveats, *newest), rung=kind.rung)
    except ModelError as error:
        # Data that cannot answer are a finding, not a fault of the book of claims they stand in.
        # Whoever reads a report is told what the data lack; whoever made the study also what to mend.
        evidence = Evidence(quantity=kind.heading.lower(), untestable=f"{str(error)[0].upper()}{str(error)[1:]}")
        return Finding(kind.key, ASKS[kind.rung], Ruling.UNTESTABLE, error.lacks, evidence, rung=kind.rung)


def _stand_ins(claim: Claim, study: Study) -> tuple[str, ...]:
    return stand_ins(study, tuple(dict.fromkeys([source_of(claim, study), *claim.counts.against])))


def _counted_in(kind: Kind, claim: Claim, study: Study) -> str:
    """What the evidence of a kind of link counts, in the singular, with its periods by their name."""
    if kind.counted_in in ("period", "province-period"):
        return kind.counted_in.replace("period", frequency_name(panel_of(claim, study).frequency))
    return kind.counted_in


def _survived(finding: Finding, found: dict[str, Finding]) -> Finding:
    """A finding that goes on from that of another link must survive what the other had to survive as well."""
    kind = kind_of(finding.link)
    other, evidence, stand = found.get(kind.survives_with), finding.evidence, finding.stand
    if other is None or not other.checks or evidence is None or stand is None or evidence.untestable:
        return finding
    checks = (*finding.checks, change_itself.CHECK.of(other))
    before = ruled(evidence, stand, finding.checks, kind.sought, kind.multiple_of)
    after = ruled(evidence, stand, checks, kind.sought, kind.multiple_of)
    sentence = finding.sentence.replace(before.sentence, after.sentence)
    return replace(finding, checks=checks, ruling=after.ruling, sentence=sentence)


def _told(finding: Finding, claim: Claim, study: Study) -> Finding:
    """A finding with what would settle it, or overturn it."""
    sentence = f"{finding.sentence} {overturned_in_words(finding)}".rstrip()
    settles = what_would_settle(finding, claim, study)
    if finding.ruling is Ruling.CANNOT_TELL and not settles:
        settles = kind_of(finding.link).settled_by
    return replace(finding, sentence=sentence, settles=settles)


def _sentence(ruling: Ruling, findings: tuple[Finding, ...]) -> str:
    """The sentence of the link that decides, and what else stands open."""
    deciding = [finding for finding in findings if finding.ruling is ruling]
    if ruling is Ruling.SUPPORTED:
        # Of what holds, the most that was shown is told first: that it was recorded is the least of it.
        deciding = sorted(deciding, key=lambda finding: _SHOWN.get(finding.rung or Rung.TIMING, 0), reverse=True)
    if not deciding:
        deciding = [finding for finding in findings if finding.ruling is Ruling.SUPPORTED]
    open_links = [f.link for f in findings if f.ruling is Ruling.NOT_ASSESSED and f not in deciding]
    rest = f" Not assessed: {', '.join(open_links)}." if open_links else ""
    if ruling is Ruling.CANNOT_TELL and deciding[0].ruling is Ruling.SUPPORTED:
        # What holds does not decide: what could not be tested does.
        lacking = dict.fromkeys(f.sentence for f in findings if f.ruling is Ruling.UNTESTABLE)
        rest = f" But not all of it could be tested. {' '.join(lacking)}{rest}"
    return f"{deciding[0].sentence}{rest}"


def _used(claim: Claim, study: Study, findings: tuple[Finding, ...]) -> list[Source]:
    """The sources of a verdict: the claim's own, those that it names, and those that its findings rest on."""
    records = [record.name for finding in findings for record in getattr(finding.fit, "records", ())]
    names = dict.fromkeys([claim.counts.source or study.source, *claim.counts.against, study.source, *records])
    return [study.sources[name] for name in names]
