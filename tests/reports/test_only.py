"""A report on some of the claims of a study, and the list of them."""

import json

import pytest

from trends.claims.examples import example_studies
from trends.cli import main

SYRIA = str(example_studies()["syria"])


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("only") / "report"
    assert main(["report", SYRIA, "--claims", "deir-ez-zor-had-most-operations", "--out", str(folder), "--quiet"]) == 0
    return folder


def test_a_report_on_some_claims_holds_these_alone(report):
    told = json.loads((report / "verdicts.json").read_text())["verdicts"]
    assert [verdict["claim"]["id"] for verdict in told] == ["deir-ez-zor-had-most-operations"]
    assert (report / "brief.pdf").is_file()


def test_the_claims_of_a_study_are_listed_with_what_a_report_ruled(report, capsys):
    assert main(["claims", SYRIA, "--report", str(report), "--json"]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    kept = json.loads((report / "verdicts.json").read_text())["verdicts"][0]
    assert rows[kept["claim"]["id"]]["ruling"] == kept["ruling"]
    assert [row["ruling"] for id, row in rows.items() if id != kept["claim"]["id"]].count(None) == len(rows) - 1
    assert main(["claims", SYRIA]) == 0
    assert kept["claim"]["says"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report", SYRIA, "--claims", "deir-ez-zor-had-most-operation", "--out", "new"],
         "the nearest being 'deir-ez-zor-had-most-operations'."),
        (["report", SYRIA, "--only", "main", "--out", "new"], "found no key main in study.toml; allowed: a study that "
         'names its main claims; add main = ["id of a claim"], or name the claims with --claims.'),
        (["claims", SYRIA, "--report", "nowhere"], "trends: read the rulings of the report nowhere: found no "
         "verdicts.json of a report; allowed: a folder that trends report wrote; name another, or make the report."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_in_a_sentence(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_no_verb_shows_the_help(capsys):
    assert main([]) == 0
    assert "list the claims of a study" in capsys.readouterr().out
