"""What keeps each claim of a study from being decided, rung by rung: docs/open-claims.md.

python -m benchmarks.open_claims data/iraq [--write]
"""

import argparse
from math import isfinite
from pathlib import Path

import trends
from trends.chance.evidence import Evidence
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding, Verdict

PAGE = Path(__file__).parents[1] / "docs" / "open-claims.md"
SURE = (Ruling.SUPPORTED, Ruling.CONTRADICTED, Ruling.NO_MATERIAL_CHANGE)


def tested(verdict: Verdict) -> bool:
    """Whether anything was estimated."""
    return any(each.evidence and not each.evidence.untestable for each in verdict.findings)


def higher(verdict: Verdict) -> list[Finding]:
    """The findings on rungs above what was recorded."""
    return [each for each in verdict.findings if each.rung is not Rung.RECORDED]


def blocks(finding: Finding) -> str:
    """What keeps a finding from being decided, in a clause."""
    evidence, stand = finding.evidence, finding.stand
    withheld = [check.name for check in finding.checks if check.withholds]
    if evidence is None or evidence.untestable or stand is None:
        return finding.sentence
    if withheld:
        return f"check {', '.join(withheld)}"
    low, high = stand.claimed
    if evidence.unit == "count":
        return "a level that an undercount leaves open"
    if low > 0 and isfinite(high) and not (evidence.unit == "share" and high >= 1):
        return f"a narrow claim, an interval of {evidence.lower:.2f} to {evidence.upper:.2f}"
    return f"an interval of {evidence.lower:.2f} to {evidence.upper:.2f}"


def probability(evidence: Evidence | None) -> str:
    """The probability of what is claimed, where there is one."""
    return "" if evidence is None or evidence.supported is None else f"{evidence.supported:.2f}"


def leanings(findings: list[Finding]) -> list[str]:
    """A row a rung: how many links are open there, and how many lean which way by their probability."""
    rows = []
    for rung in Rung:
        found = [each.evidence.supported if each.evidence else None for each in findings if each.rung is rung]
        told = [each for each in found if each is not None]
        towards = sum(each > 0.5 for each in told)
        if found:
            rows.append(f"| {rung} | {len(found)} | {towards} | {len(told) - towards} | {len(found) - len(told)} |")
    return rows


def page(verdicts: list[Verdict], folder: str) -> str:
    """The table, with the sums above it."""
    asked = [verdict for verdict in verdicts if tested(verdict)]
    decided = [verdict for verdict in asked if any(each.ruling in SURE for each in higher(verdict))]
    alone = [verdict for verdict in asked if not higher(verdict)]
    left = [(verdict, each) for verdict in asked if verdict not in decided for each in higher(verdict)]
    rows = [
        f"| {verdict.claim.id} | {each.rung} | {each.link} | {probability(each.evidence)} | {blocks(each)} |"
        for verdict, each in left
    ]
    names = ", ".join(verdict.claim.id for verdict in decided)
    only = ", ".join(verdict.claim.id for verdict in alone)
    return "\n".join(
        [
            "# What keeps claims open",
            "",
            f"Made by `python -m benchmarks.open_claims {folder} --write`.",
            f"Of {len(verdicts)} claims {len(asked)} can be tested, and {len(decided)} are decided on a rung above",
            f"what was recorded: {names}.",
            "",
            f"{len(alone)} assert nothing above what was recorded: {only}.",
            "",
            "By the rung on which they stay open, and which way the data lean:",
            "",
            "| rung | links | towards the claim | away from it | neither |",
            "|---|---|---|---|---|",
            *leanings([each for _, each in left]),
            "",
            "The others, link by link, with the probability of what is claimed:",
            "",
            "| claim | rung | link | probability | what blocks |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Assess and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study")
    parser.add_argument("--write", action="store_true", help="write docs/open-claims.md")
    chosen = parser.parse_args()
    study = trends.read_study(chosen.study)
    text = page([trends.assess(claim, study) for claim in study.claims], chosen.study)
    print(text)
    if chosen.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
