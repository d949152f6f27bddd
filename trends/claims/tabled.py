"""Verdicts as tables for other work: a DataFrame with every figure, and one for a text in Markdown or LaTeX."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from trends.arguments import checked_arguments
from trends.claims.words import figure

if TYPE_CHECKING:
    from trends.claims.verdict import Finding, Verdict

_FIGURES = ("quantity", "unit", "estimate", "lower", "upper", "level", "pvalue", "nobs", "counted_in", "detectable")
#: What the letters that LaTeX reads as commands are written as.
_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@checked_arguments
def verdict_table(verdicts: Sequence["Verdict"]) -> pd.DataFrame:
    """Verdicts as one table, a row for each link of each claim.

    Parameters
    ----------
    verdicts : sequence of Verdict
        From `trends.assess_all`, or a list of single ones.

    Returns
    -------
    pandas.DataFrame
        ``claim, says, ruling`` of the whole; ``rung, link, link_ruling, sentence`` of the link; and of its evidence
        ``quantity, unit, estimate, lower, upper, level, pvalue, nobs, counted_in, detectable``, missing where nothing
        was estimated.

    See Also
    --------
    Verdict.to_frame, Verdict.to_markdown, Verdict.to_latex : the same of one verdict.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> table = verdict_table([verdict])
    >>> table.loc[0, "claim"], table.loc[0, "ruling"]
    ('deir-ez-zor-had-most-operations', 'SUPPORTED')
    """
    rows = [_row(verdict, finding) for verdict in verdicts for finding in verdict.findings]
    heads = ("claim", "says", "ruling", "rung", "link", "link_ruling", "sentence", *_FIGURES)
    return pd.DataFrame(rows, columns=list(heads))


def _row(verdict: "Verdict", finding: "Finding") -> dict[str, object]:
    evidence = finding.evidence
    tested = evidence is not None and not evidence.untestable
    return {
        "claim": verdict.claim.id,
        "says": verdict.claim.says,
        "ruling": str(verdict.ruling),
        "rung": str(finding.rung),
        "link": finding.link,
        "link_ruling": str(finding.ruling),
        "sentence": finding.sentence,
        **{name: getattr(evidence, name) for name in _FIGURES if tested},
    }


def markdown(verdicts: Sequence["Verdict"]) -> str:
    """Verdicts as a table in Markdown, with the digits that the figures bear."""
    heads, rows = _printed(verdicts)
    lines = [heads, ["---" for _ in heads], *([markdown_cell(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown_cell(text: str) -> str:
    """A text as a cell shows it: no mark of a table, and no tag of a page that the table is set in."""
    return text.replace("\\", "\\\\").replace("|", r"\|").replace("<", "&lt;")


def latex(verdicts: Sequence["Verdict"]) -> str:
    """Verdicts as a tabular of LaTeX, which takes the package booktabs, with the digits that the figures bear."""
    heads, rows = _printed(verdicts)
    lines = [
        " & ".join("".join(_LATEX.get(letter, letter) for letter in cell) for cell in row) for row in (heads, *rows)
    ]
    head, *body = (rf"{line} \\" for line in lines)
    return (
        "\n".join([r"\begin{tabular}{lllrr}", r"\toprule", head, r"\midrule", *body, r"\bottomrule", r"\end{tabular}"])
        + "\n"
    )


def _printed(verdicts: Sequence["Verdict"]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The heads and the cells of a printed table: the claim stands at the first of its links."""
    rows: list[tuple[str, ...]] = []
    for verdict in verdicts:
        for n, finding in enumerate(verdict.findings):
            evidence, said = finding.evidence, f"{verdict.claim.says} {verdict.ruling}."
            told = ("–", "–")
            if evidence is not None and not evidence.untestable and evidence.unit not in ("date", "days"):
                ends = (figure(end, evidence.unit) for end in (evidence.lower, evidence.upper))
                told = (figure(evidence.estimate, evidence.unit), " to ".join(ends))
            rows.append(("" if n else " ".join(said.split()), str(finding.rung), str(finding.ruling), *told))
    return ("Claim", "Rung", "Ruling", "Estimate", "Interval"), rows
