"""What single verbs say and refuse, called as the command line calls them; whole commands are in test_cli.py."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from trends import cli, verbs
from trends.claims.study import read_study
from trends.errors import InputError, StudyError

ROOT = Path(__file__).parents[1]
IRAQ, SYRIA = str(ROOT / "data" / "iraq"), str(ROOT / "data" / "syria")
CLAIM = "deir-ez-zor-had-most-operations"
QUIET = {"quiet": True, "json": False, "sealed": False, "as_of": None, "over_time": None}


def test_a_verdict_is_printed_as_text_or_with_all_its_keys(capsys):
    verbs.assess(Namespace(study=SYRIA, claim=CLAIM, **QUIET))
    assert "SUPPORTED. It was recorded" in capsys.readouterr().out
    verbs.assess(Namespace(study=SYRIA, claim=CLAIM, **QUIET | {"json": True}))
    told = json.loads(capsys.readouterr().out)
    assert (told["claim"]["id"], told["ruling"]) == (CLAIM, "SUPPORTED")


def test_an_explanation_begins_with_the_claim_and_names_its_ruling(capsys):
    verbs.explain(Namespace(study=SYRIA, claim=CLAIM, **QUIET))
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first.endswith(".") and second.endswith("Ruling: SUPPORTED.")


def test_claims_are_listed_in_the_order_of_their_ids_without_rulings_where_no_report_is_named(capsys):
    verbs.claims(Namespace(study=SYRIA, report=None, **QUIET | {"json": True}))
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows) and {row["ruling"] for row in rows} == {
        None
    }


def test_a_claim_that_is_not_there_is_told_the_nearest():
    with pytest.raises(StudyError, match=rf"found the claim '{CLAIM[:-1]}'; .*the nearest being '{CLAIM}'\.$"):
        verbs.assess(Namespace(study=SYRIA, claim=CLAIM[:-1], **QUIET))


def test_the_main_claims_are_those_that_the_study_names():
    study, asked = read_study(IRAQ), Namespace(claims=[], only="main")
    assert {claim.id for claim in verbs._chosen(study, asked).claims} == set(study.masthead.main)
    assert verbs._chosen(study, Namespace(claims=[], only=None)) is study


def test_the_main_claims_of_a_study_that_names_none_are_refused():
    study = read_study(SYRIA)
    with pytest.raises(StudyError) as refusal:
        verbs._chosen(study, Namespace(claims=[], only="main"))
    assert str(refusal.value) == (
        f"report on the main claims of {study.path}: found no key main in study.toml; allowed: a study that names its "
        'main claims; add main = ["id of a claim"], or name the claims with --claims.'
    )


@pytest.mark.parametrize("verb", [verbs.power, verbs.specifications])
def test_a_chart_of_another_form_is_refused_before_anything_is_computed(verb, tmp_path):
    with pytest.raises(InputError) as refusal:
        verb(Namespace(study=IRAQ, claim="attacks-rose-after-drawdown", out="chart.bmp", ratio=None, **QUIET))
    assert str(refusal.value) == (
        "write the chart chart.bmp: found the suffix '.bmp'; allowed: .png, .pdf or .svg; give the file such a name."
    )


def test_a_new_study_has_schemas_that_its_files_name_and_reads(tmp_path, capsys):
    folder = tmp_path / "mine"
    verbs.new(Namespace(folder=str(folder), file=None, example=None, quiet=False, **_counting()))
    assert capsys.readouterr().out.startswith(f"{folder}: next, the four steps in ")
    for file in (folder / "study.toml", *folder.glob("claims/*.toml")):
        named = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("#:schema ")
        assert json.loads((file.parent / named).read_text(encoding="utf-8"))["$schema"].startswith(
            "https://json-schema.org"
        )


def _counting():
    """The options of counting, as they are where nothing is said."""
    typed = cli._parser().parse_args(["new", "x"])
    return {name: value for name, value in vars(typed).items() if name not in ("folder", "file", "example", "quiet")}
