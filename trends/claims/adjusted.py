"""How sure a report is of each finding once it is counted how many tests it has made."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from trends.arguments import checked_arguments
from trends.chance.multiple import benjamini_hochberg, holm
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.verdict import Finding, Verdict
from trends.nouns import listed

_SMALL = 0.05
COLUMNS = ("claim", "link", "pvalue", "benjamini_hochberg", "holm")


@checked_arguments
def adjust(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """The p-values of all tests of a report, as they are and adjusted for how many there are.

    Parameters
    ----------
    verdicts : sequence of Verdict
        The report's; links without a p-value (totals, dates) are left out.

    Returns
    -------
    pandas.DataFrame
        A row a test: ``claim``, ``link``, ``pvalue``, ``benjamini_hochberg`` (the share of false finds to be expected
        among tests with a p-value this small) and ``holm`` (the most probable that any of the tests would bring one
        this small by chance).

    Notes
    -----
    Claims on the same counts, on totals and parts of them, and on overlapping spans are fewer tests than they are
    counted as here, which is the cautious side.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300. Holm, S. (1979). A
    simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> from trends.chance.evidence import Evidence
    >>> from trends.claims.claim import Claim
    >>> from trends.claims.rulings import Ruling
    >>> verdicts = [
    ...     Verdict(
    ...         Claim(id, "Attacks rose.", "paper", "A paper", "2020-06", "2026-01-01", {}),
    ...         Ruling.CANNOT_TELL,
    ...         "It is open.",
    ...         (Finding("dose", "?", Ruling.CANNOT_TELL, "Open.", Evidence(quantity="rate", pvalue=pvalue)),),
    ...         "A paper",
    ...         (),
    ...     )
    ...     for id, pvalue in (("first", 0.01), ("second", 0.04))
    ... ]
    >>> adjust(verdicts)["holm"].tolist()
    [0.02, 0.04]
    """
    tested = [
        (verdict.claim.id, finding.link, pvalue)
        for verdict in verdicts
        for finding in verdict.findings
        if (pvalue := _pvalue(finding)) is not None
    ]
    pvalues = [pvalue for *_, pvalue in tested]
    named = [[claim for claim, *_ in tested], [link for _, link, _ in tested]]
    columns = [*named, pvalues, benjamini_hochberg(pvalues), holm(pvalues)]
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def adjusted(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts with the adjusted p-values beside the raw ones, and a caveat where they change the impression."""
    table = adjust(verdicts)
    rows = iter(table[["benjamini_hochberg", "holm"]].to_numpy(float).tolist())
    return [_with_adjusted(verdict, rows, len(table)) for verdict in verdicts]


def _pvalue(finding: Finding) -> float | None:
    """The p-value of a finding that rests on one; None for totals, dates and what was not tested."""
    evidence = finding.evidence
    tested = evidence is not None and not evidence.untestable and evidence.pvalue is not None and evidence.pvalue >= 0
    return evidence.pvalue if evidence is not None and tested else None


def _with_adjusted(verdict: Verdict, rows: Iterator[list[float]], tests: int) -> Verdict:
    """A verdict whose next adjusted p-values stand beside its own; one caveat for all links that they weaken."""
    findings: list[Finding] = []
    weaker: dict[str, str] = {}
    for finding in verdict.findings:
        if finding.evidence is not None and (pvalue := _pvalue(finding)) is not None:
            discovery, family = next(rows)
            evidence = replace(finding.evidence, pvalue_discovery=discovery, pvalue_family=family)
            finding = replace(finding, evidence=evidence)
            if finding.ruling in (Ruling.SUPPORTED, Ruling.CONTRADICTED) and pvalue <= _SMALL < family:
                weaker[finding.link] = f"{100 * family:.0f} %"
        findings.append(finding)
    several = len(weaker) > 1
    shares = [f"{share} ({kind_of(link).heading.lower()})" if several else share for link, share in weaker.items()]
    for place, finding in enumerate(findings):
        if finding.link in weaker:
            # The same words with each of the links: a page that gathers their caveats has them once.
            caveat = (
                f"This report makes {tests} tests. That one of them would show so much by chance alone has a "
                f"probability of up to {listed(shares)}."
            )
            findings[place] = replace(finding, caveats=(*finding.caveats, caveat))
    return replace(verdict, findings=tuple(findings))
