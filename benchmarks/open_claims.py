"""What keeps each claim of a study from being decided, rung by rung: docs/open-claims.md.

python -m benchmarks.open_claims data/iraq [--write]
"""

import argparse
from math import isfinite
from pathlib import Path

import trends
from trends.chance.evidence import Evidence
from trends.claims.ladder import ladder
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import interval

PAGE = Path(__file__).parents[1] / "docs" / "open-claims.md"
SURE = (Ruling.SUPPORTED, Ruling.CONTRADICTED, Ruling.NO_MATERIAL_CHANGE)


def tested(verdict: Verdict) -> bool:
    """Whether anything was estimated."""
    return any(each.evidence and not each.evidence.untestable for each in verdict.findings)


def higher(verdict: Verdict) -> list[Finding]:
    """The findings on rungs above what was recorded."""
    return [each for each in verdict.findings if each.rung is not Rung.RECORDED]


def reason(finding: Finding) -> str:
    """The kind of thing that keeps a finding from being decided."""
    evidence, stand = finding.evidence, finding.stand
    if evidence is None or evidence.untestable or stand is None:
        return "not counted"
    if any(check.withholds for check in finding.checks):
        return "a check"
    low, high = stand.claimed
    if evidence.unit == "count":
        return "a level that what was missed leaves open"
    if low > 0 and isfinite(high) and not (evidence.unit == "share" and high >= 1):
        return "a narrow claim"
    if finding.rung is Rung.REALISED:
        return "one counter alone" if len(getattr(finding.fit, "records", ())) == 1 else "what counters miss"
    return "what such series do by themselves"


def blocks(finding: Finding) -> str:
    """What keeps a finding from being decided, in a clause."""
    kind, evidence = reason(finding), finding.evidence
    if evidence is None or evidence.untestable:
        return finding.sentence
    if kind == "a check":
        return f"the check {', '.join(check.name for check in finding.checks if check.withholds)}"
    return kind if evidence.unit == "count" else f"{kind}: {interval(evidence)}"


def recorded(verdict: Verdict) -> str:
    """What became of the claim on the rung below all others."""
    return next(step.word for step in ladder(verdict) if step.rung is Rung.RECORDED)


def probability(evidence: Evidence | None) -> str:
    """The probability of what is claimed, where there is one."""
    return "" if evidence is None or evidence.supported is None else f"{evidence.supported:.2f}"


def leanings(findings: list[Finding]) -> list[str]:
    """A row a reason: how many links it keeps open on each rung, and how many of all lean towards the claim."""
    rungs = [rung for rung in Rung if any(each.rung is rung for each in findings)]
    head = ["reason", *map(str, rungs), "towards the claim", "away from it"]
    rows = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for kind in dict.fromkeys(map(reason, findings)):
        found = [each for each in findings if reason(each) == kind]
        told = [each.evidence.supported for each in found if each.evidence and each.evidence.supported is not None]
        counts = [sum(each.rung is rung for each in found) for rung in rungs]
        towards = sum(each > 0.5 for each in told)
        rows.append(f"| {' | '.join(map(str, [kind, *counts, towards, len(told) - towards]))} |")
    return rows


def page(verdicts: list[Verdict], folder: str) -> str:
    """The table, with the sums above it."""
    asked = [verdict for verdict in verdicts if tested(verdict)]
    decided = [verdict for verdict in asked if any(each.ruling in SURE for each in higher(verdict))]
    alone = [verdict for verdict in asked if not higher(verdict)]
    left = [(verdict, each) for verdict in asked if verdict not in decided for each in higher(verdict)]
    rows = [
        f"| {verdict.claim.id} | {recorded(verdict)} | {each.link} | {probability(each.evidence)} | {blocks(each)} | "
        f"{each.settles} |"
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
            f"The {len(asked) - len(decided) - len(alone)} others stay open, on each rung that they assert above the "
            "record, by what keeps them so and which way the data lean:",
            "",
            *leanings([each for _, each in left]),
            "",
            "Link by link, with what became of the claim on the record and the probability of what is claimed:",
            "",
            "| claim | recorded | open on | probability | what keeps it open | what would settle it |",
            "|---|---|---|---|---|---|",
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
