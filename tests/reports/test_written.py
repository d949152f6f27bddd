import json

import pytest

from tests.charts.made import made_verdicts
from trends.errors import InputError
from trends.reports.book import write_report
from trends.reports.tables import verdicts_json
from trends.reports.written import read_report


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A report on claims of every sort."""
    return write_report(made_verdicts()[:3], tmp_path_factory.mktemp("written") / "report", jobs=1)


def test_a_report_read_back_says_what_was_written(written):
    report = read_report(written)
    record, again = (
        json.loads(text) for text in ((written / "verdicts.json").read_text(), verdicts_json(report.verdicts))
    )
    for verdict in record["verdicts"]:
        for finding in verdict["findings"]:
            # The table of a finding is for readers, and is not read back.
            finding["table"] = None
    assert again == record
    assert report.title == "Claims and verdicts" and report.versions["trends"] == "0.1.0"
    assert set(report.outputs) >= {"verdicts.json", "report.pdf"} and report.inputs == {}


def no_manifest(folder):
    (folder / "manifest.json").unlink()


def torn_verdicts(folder):
    (folder / "verdicts.json").write_text('[{"claim"')


def a_list_for_a_manifest(folder):
    (folder / "manifest.json").write_text("[]")


def another_link(folder):
    text = (folder / "verdicts.json").read_text()
    (folder / "verdicts.json").write_text(text.replace('"link": "change"', '"link": "between"'))


def another_key(folder):
    text = (folder / "verdicts.json").read_text()
    (folder / "verdicts.json").write_text(text.replace('"nobs"', '"observations"'))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (no_manifest, "no manifest.json"),
        (torn_verdicts, "a verdicts.json that cannot be read"),
        (a_list_for_a_manifest, "a manifest.json of another form"),
        (
            another_link,
            "a verdicts.json or manifest.json of another form (a link 'between', which is none of recorded, "
            "realised, ordinary, change, timing, lasting, dose, rivals, trend, season, forecast, dates, events, needs)",
        ),
        (
            another_key,
            "a verdicts.json or manifest.json of another form (the key 'observations' of Evidence)",
        ),
    ],
)
def test_a_folder_that_is_no_report_of_this_version_is_refused(written, tmp_path, spoil, found):
    folder = tmp_path / "report"
    folder.mkdir()
    for name in ("manifest.json", "verdicts.json"):
        (folder / name).write_bytes((written / name).read_bytes())
    spoil(folder)
    with pytest.raises(InputError) as refused:
        read_report(folder)
    assert str(refused.value) == (
        f"read the report {folder}: found {found}; allowed: a folder that trends report wrote; name another, or make "
        "the report."
    )
