import json
import shutil
from dataclasses import replace

import pytest

from tests.charts.made import made_verdicts
from trends.chance.evidence import Check
from trends.claims.rulings import Ruling
from trends.cli import main
from trends.errors import InputError
from trends.reports.book import write_report
from trends.reports.compare import Difference, compare_reports
from trends.reports.tables import verdicts_json

BEFORE = made_verdicts()[:3]


def changed(verdict):
    """A verdict whose first link was found out, with another estimate, a check that failed, and another reading."""
    first, *others = verdict.findings
    evidence = replace(first.evidence, estimate=1.6249, upper=2.0)
    checks = (replace(first.checks[0], outcome="failed"), Check("specifications", "?", "passed", "Yes."))
    finding = replace(first, ruling=Ruling.SUPPORTED, evidence=evidence, checks=checks)
    claim = replace(verdict.claim, said_on="2020-07")
    return replace(verdict, ruling=Ruling.SUPPORTED, claim=claim, findings=(finding, *others))


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """A report, and one of the same study in which a claim fares otherwise, another has gone and one is new."""
    folder = tmp_path_factory.mktemp("compare")
    before = write_report(BEFORE, folder / "before", jobs=1)
    after = shutil.copytree(before, folder / "after")
    verdicts = [changed(BEFORE[0]), BEFORE[1], replace(BEFORE[2], claim=replace(BEFORE[2].claim, id="a-new-one"))]
    (after / "verdicts.json").write_text(verdicts_json(verdicts))
    manifest = json.loads((after / "manifest.json").read_text())
    manifest["inputs"] = {"counts/a.csv": "f" * 64}
    manifest["versions"]["numpy"] = "9.9"
    manifest["code"] = "c" * 64
    (after / "manifest.json").write_text(json.dumps(manifest))
    return before, after


def test_a_report_is_the_same_as_itself(reports):
    found = compare_reports(reports[0], reports[0])
    assert found.differences == () and found.to_frame().empty
    assert str(found) == (
        "Claims and verdicts\n3 claims in both reports; a ruling differs in none of them. Figures, data and versions "
        "are "
        "the same too."
    )


def test_what_changed_is_told_by_claim_and_nothing_else_is(reports):
    found = compare_reports(*reports)
    id, gone = BEFORE[0].claim.id, BEFORE[2].claim.id
    numpy = json.loads((reports[0] / "manifest.json").read_text())["versions"]["numpy"]
    assert (found.both, found.only_before, found.only_after) == ((id, BEFORE[1].claim.id), (gone,), ("a-new-one",))
    assert found.changed_rulings == (id,)
    ruling = str(BEFORE[2].ruling)
    program = found.differences[2].before
    assert found.differences == (
        Difference("", "", "data counts/a.csv", None, "f" * 12),
        Difference("", "", "version numpy", numpy, "9.9"),
        Difference("", "", "program", program, "c" * 12),
        Difference(id, "", "reading said_on", BEFORE[0].claim.said_on, "2020-07"),
        Difference(id, "", "ruling", "CANNOT TELL", "SUPPORTED"),
        *found.differences[5:-8],
        Difference(id, "change", "ruling", "CANNOT TELL", "SUPPORTED"),
        Difference(id, "change", "estimate", 1.62, 1.6249, "ratio"),
        Difference(id, "change", "upper", 2.88, 2.0, "ratio"),
        Difference(id, "change", "check placebo dates", "passed", "failed"),
        Difference(id, "change", "check specifications", None, "passed"),
        Difference(id, "change", "check false alarms", "cannot tell", None),
        Difference("a-new-one", "", "claim", None, ruling),
        Difference(gone, "", "claim", ruling, None),
    )


def test_figures_that_differ_are_printed_apart_and_a_table_keeps_its_columns(reports):
    found = compare_reports(*reports)
    assert "  change, estimate: 1.620 → 1.625" in str(found).splitlines()
    assert f"| {BEFORE[0].claim.id} | change | estimate | 1.620 | 1.625 |" in found.to_markdown().splitlines()
    assert {line.count(" | ") for line in found.to_markdown().splitlines() if line.startswith("| ")} == {4}


def test_the_verb_prints_text_markdown_and_json(reports, capsys):
    names = [str(path) for path in reports]
    assert main(["compare", *names]) == 0
    assert capsys.readouterr().out.startswith(
        "Claims and verdicts\n2 claims in both reports, 1 in the first alone, 1 in "
    )
    assert main(["compare", *names, "--markdown"]) == 0
    assert "| Claim | Link | What | Before | After |" in capsys.readouterr().out
    assert main(["compare", *names, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["differences"][0]["what"] == "data counts/a.csv" and told["only_after"] == ["a-new-one"]


def test_reports_of_different_studies_are_refused(reports, tmp_path, capsys):
    other = shutil.copytree(reports[1], tmp_path / "other")
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(manifest | {"title": "Syria"}))
    with pytest.raises(InputError) as refused:
        compare_reports(reports[0], other)
    told = (
        f"compare the reports {reports[0]} and {other}: found reports of 'Claims and verdicts' and of 'Syria'; "
        f"allowed: "
        "two reports of one study; name two that have a title, or most of their files, in common."
    )
    assert str(refused.value) == told
    assert main(["compare", str(reports[0]), str(other)]) == 2
    assert capsys.readouterr().err == f"trends: {told}\n"


def test_a_study_under_another_title_is_known_by_its_files(reports, tmp_path):
    other = shutil.copytree(reports[1], tmp_path / "other")
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(manifest | {"title": "Another title"}))
    assert compare_reports(reports[1], other).title == "Another title"
