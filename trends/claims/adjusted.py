"""How sure a report is of each finding once it is counted how many tests it has made."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from trends.chance.multiple import Posed, benjamini_hochberg, family_pvalues
from trends.claims.asked import counted_panel, source_of
from trends.claims.claim import Claim
from trends.claims.registry import kind_of
from trends.claims.study import Study
from trends.claims.verdict import Finding, Ruling, Verdict

_SMALL = 0.05
COLUMNS = ("claim", "link", "pvalue", "benjamini_hochberg", "romano_wolf")


def adjust(verdicts: Sequence[Verdict], study: Study, *, draws: int = 999, rng=0) -> pd.DataFrame:
    """The p-values of all tests of a report, as they are and adjusted for how many there are.

    Parameters
    ----------
    verdicts : sequence of Verdict
        The report's; links without a p-value (totals, dates) are left out.
    study : Study
        What they were held against.
    draws : int
        Simulated panels; 999 give an adjusted p of .05 to within .007.
    rng : int or numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        A row a test: ``claim``, ``link``, ``pvalue``, ``benjamini_hochberg`` (the share of false finds to be expected
        among tests with a p-value this small) and ``romano_wolf`` (the probability that any of the tests would bring
        one this small by chance).

    Notes
    -----
    Romano and Wolf's step-down simulates all tests on the same panels without effects, so that claims on the same
    counts, on totals and parts of them, and on overlapping spans count as fewer tests than they are; see
    `trends.chance.multiple.family_pvalues`. Tests by randomisation (``dose``) and of other sources are taken as
    independent, which is the cautious side.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300. Romano, J. P. and
    Wolf, M. (2005). Stepwise multiple testing as formalized data snooping. Econometrica 73, 1237-1282.
    """
    tested = [(verdict.claim, finding) for verdict in verdicts for finding in verdict.findings if _has_pvalue(finding)]
    pvalues = [finding.evidence.pvalue for _, finding in tested]
    posed = [_placed(claim, finding, study) for claim, finding in tested]
    named = [[claim.id for claim, _ in tested], [finding.link for _, finding in tested]]
    columns = [*named, pvalues, benjamini_hochberg(pvalues), family_pvalues(pvalues, posed, draws=draws, rng=rng)]
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def adjusted(verdicts: Sequence[Verdict], study: Study) -> list[Verdict]:
    """The verdicts with the adjusted p-values beside the raw ones, and a caveat where they change the impression."""
    table = adjust(verdicts, study)
    rows = iter(table[["benjamini_hochberg", "romano_wolf"]].to_numpy(float).tolist())
    return [
        replace(
            verdict,
            findings=tuple(
                _with(finding, *next(rows), len(table)) if _has_pvalue(finding) else finding
                for finding in verdict.findings
            ),
        )
        for verdict in verdicts
    ]


def _has_pvalue(finding: Finding) -> bool:
    evidence = finding.evidence
    return evidence is not None and not evidence.untestable and evidence.pvalue is not None and evidence.pvalue >= 0


def _placed(claim: Claim, finding: Finding, study: Study) -> Posed | None:
    """The question behind a finding with the source and the provinces of its counts; None where it has none."""
    posed = finding.evidence.posed
    if posed is None or not kind_of(finding.link).on_its_counts:
        return None
    counted = counted_panel(claim, study).counts.sum()
    shares = {name: float(number) for name, number in counted.items() if number > 0}
    return replace(posed, source=source_of(claim, study), shares=shares)


def _with(finding: Finding, discovery: float, family: float, tests: int) -> Finding:
    evidence = replace(finding.evidence, pvalue_discovery=discovery, pvalue_family=family)
    caveats = finding.caveats
    if finding.ruling in (Ruling.SUPPORTED, Ruling.CONTRADICTED) and evidence.pvalue <= _SMALL < family:
        caveats += (
            f"This report makes {tests} tests. That one of them would show so much by chance alone has a probability "
            f"of {100 * family:.0f} %.",
        )
    return replace(finding, evidence=evidence, caveats=caveats)
