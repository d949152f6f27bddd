"""Holding claims against a study: each link is ruled upon, and the claim is as good as its weakest link."""

from collections.abc import Callable
from dataclasses import replace

from joblib import delayed

from trends.chance.evidence import Evidence
from trends.chance.workers import shared
from trends.claims.adjusted import adjusted
from trends.claims.changed import change_finding
from trends.claims.claim import (
    Between,
    Change,
    Claim,
    Dates,
    Dose,
    Events,
    Forecast,
    Lasting,
    Level,
    Needs,
    Rank,
    Rivals,
    Season,
    Share,
    Sources,
    Timing,
    Trend,
)
from trends.claims.course import lasting_finding, season_finding, timing_finding, trend_finding
from trends.claims.dates import dates_finding, events_finding
from trends.claims.dose import dose_finding
from trends.claims.forecast import forecast_finding
from trends.claims.needs import needs_finding
from trends.claims.newest import newest_caveats
from trends.claims.rivals import rivals_finding
from trends.claims.sources import other_sources, sources_finding
from trends.claims.study import Study
from trends.claims.totals import between_finding, level_finding, rank_finding, share_finding
from trends.claims.verdict import Finding, Ruling, Verdict, weakest
from trends.errors import ModelError

_FINDING = {
    Change: change_finding,
    Timing: timing_finding,
    Lasting: lasting_finding,
    Dose: dose_finding,
    Rivals: rivals_finding,
    Sources: sources_finding,
    Trend: trend_finding,
    Season: season_finding,
    Between: between_finding,
    Level: level_finding,
    Share: share_finding,
    Rank: rank_finding,
    Forecast: forecast_finding,
    Dates: dates_finding,
    Events: events_finding,
    Needs: needs_finding,
}


def assess(claim: Claim, study: Study) -> Verdict:
    """The verdict on a claim: a ruling on each link that it asserts, and the weakest of them on the whole.

    Parameters
    ----------
    claim : Claim
        What was said; usually ``study.claim(id)``.
    study : Study
        The counts, published figures and events to hold it against.

    Returns
    -------
    Verdict
        A link that the data cannot test is ``UNTESTABLE`` with the reason, one that this version does not assess is
        ``NOT ASSESSED``; neither ever counts as passed.

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
    CANNOT TELL
    """
    findings = tuple(_find(name, link, claim, study) for name, link in claim.asserts.items())
    ruling = weakest(finding.ruling for finding in findings)
    return Verdict(
        claim=claim,
        ruling=ruling,
        sentence=_sentence(ruling, findings),
        findings=findings,
        citation=study.documents[claim.document],
        sources=tuple((source.title, source.citation) for source in _used(claim, study)),
    )


def assess_all(
    study: Study,
    jobs: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    cluster: str | None = None,
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
    """
    verdicts, calls = [], (delayed(assess)(claim, study) for claim in study.claims)
    for verdict in shared(calls, tasks=len(study.claims), jobs=jobs, cluster=cluster):
        verdicts.append(verdict)
        if progress:
            progress(len(verdicts), len(study.claims), verdict.claim.id)
    return adjusted(verdicts, study)


def _find(name: str, link, claim: Claim, study: Study) -> Finding:
    try:
        found = _FINDING[type(link)](link, claim, study)
        # What rests on no counts rests on no newest ones.
        newest = () if isinstance(link, Dates | Events | Needs) else newest_caveats(claim, study)
        return replace(found, caveats=(*found.caveats, *newest)) if newest else found
    except ModelError as error:
        # Data that cannot answer are a finding, not a fault of the book of claims they stand in.
        reason = str(error)[0].upper() + str(error)[1:]
        evidence = Evidence(quantity=name, untestable=reason)
        return Finding(name, f"Does the link {name!r} hold?", Ruling.UNTESTABLE, reason, evidence)


def _sentence(ruling: Ruling, findings: tuple[Finding, ...]) -> str:
    """The sentence of the link that decides, and what else stands open."""
    deciding = [finding for finding in findings if finding.ruling is ruling]
    if not deciding:
        deciding = [finding for finding in findings if finding.ruling is Ruling.SUPPORTED]
    open_links = [f.link for f in findings if f.ruling is Ruling.NOT_ASSESSED and f not in deciding]
    rest = f" Not assessed: {', '.join(open_links)}." if open_links else ""
    if ruling is Ruling.CANNOT_TELL and deciding[0].ruling is Ruling.SUPPORTED:
        # What holds does not decide: what could not be tested does.
        rest = "".join(f" But: {f.sentence}" for f in findings if f.ruling is Ruling.UNTESTABLE) + rest
    return f"{deciding[0].sentence}{rest}"


def _used(claim: Claim, study: Study):
    link = claim.asserts.get("sources")
    others = other_sources(link, claim, study) if link else ()
    names = dict.fromkeys([claim.counts.source or study.source, *claim.counts.against, study.source, *others])
    return [study.sources[name] for name in names]
