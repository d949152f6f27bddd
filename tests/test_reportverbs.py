import json
from argparse import Namespace

import pytest

from tests.charts.made import made_verdicts
from trends import reportverbs
from trends.claims.schema import schema
from trends.errors import InputError
from trends.reports.book import write_report


def test_a_schema_is_printed_or_written_the_same(tmp_path, capsys):
    file = tmp_path / "schemas" / "claim.json"
    reportverbs.schema(Namespace(of="claim", out=None))
    printed = capsys.readouterr().out
    reportverbs.schema(Namespace(of="claim", out=str(file)))
    assert capsys.readouterr().out == ""
    assert file.read_text(encoding="utf-8") == printed and json.loads(printed) == schema("claim")


def test_a_schema_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(InputError, match="found a folder"):
        reportverbs.schema(Namespace(of="claim", out=str(tmp_path)))


def test_a_comparison_is_told_in_the_form_that_was_asked_for(tmp_path, capsys):
    report = write_report(made_verdicts()[:1], tmp_path / "report", jobs=1)
    asked = {"before": str(report), "after": str(report), "quiet": False}
    reportverbs.compare(Namespace(**asked, json=False, markdown=False))
    assert capsys.readouterr().out.startswith("Claims and verdicts\n1 claim in both reports; a ruling differs in none")
    reportverbs.compare(Namespace(**asked, json=False, markdown=True))
    assert capsys.readouterr().out.startswith("**Claims and verdicts**. 1 claim in both reports;")
    reportverbs.compare(Namespace(**asked, json=True, markdown=False))
    assert json.loads(capsys.readouterr().out)["differences"] == []


def test_an_export_says_where_it_went_unless_it_is_to_be_quiet(tmp_path, capsys):
    pytest.importorskip("docx")
    report = write_report(made_verdicts()[:1], tmp_path / "report", jobs=1)
    for quiet in (False, True):
        out = str(tmp_path / "verdicts.docx")
        reportverbs.export(Namespace(report=str(report), out=out, claims=[], quiet=quiet))
        assert capsys.readouterr().out == ("" if quiet else f"{out}\n")
