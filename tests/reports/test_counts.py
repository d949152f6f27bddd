"""What a report of a shipped study comes to, counted: pages, gaps, what stands twice, and what no reader would say."""

from pathlib import Path

import pytest

from benchmarks import report_counts
from trends.claims.assess import assess_all
from trends.claims.examples import example_studies
from trends.claims.study import read_study
from trends.reports.book import write_report


@pytest.fixture(scope="module")
def study():
    return read_study(example_studies()["syria"])


@pytest.fixture(scope="module")
def report(study, tmp_path_factory):
    return write_report(assess_all(study), tmp_path_factory.mktemp("made") / "report", study=study, jobs=1)


@pytest.fixture(scope="module")
def counted(report, study):
    return report_counts.counts(report, study)


def test_the_brief_has_two_to_four_pages_and_the_book_sixteen_and_at_most_one_more_a_claim(counted):
    assert 2 <= counted["pages of the brief"] <= 4
    assert 0 < counted["pages of the book before its annex"] <= 16
    assert 0 <= counted["pages of the annex"] <= counted["claims"]


def test_no_page_is_under_a_third_full(counted):
    assert counted["pages under a third full"] == {"brief.pdf": [], "report.pdf": []}


def test_no_caveat_is_printed_twice_in_the_book(counted, study):
    assert any(source.caveats for source in study.sources.values())
    assert counted["caveats printed more than once"] == []


def test_no_sentence_has_an_identifier_or_a_program_message(counted):
    assert counted["identifiers and program messages"] == []


def test_no_sentence_of_a_finding_has_a_fault(counted):
    assert counted["sentences with a fault"] == []
    faults = ["It has some_name.", "1 months", "a claim..", "the the", "Ministry of Peshmerga, casualties recorded 3"]
    assert all(report_counts.FAULTS.search(text) for text in faults)


def test_the_page_is_small_and_fetches_nothing(counted, report):
    page = (report / "index.html").read_bytes()
    assert counted["bytes of the page"] < 3_000_000
    assert b'<link rel="stylesheet"' not in page and b"<script src" not in page


def test_brief_book_and_page_tell_the_numbers_of_the_verdicts_and_the_brief_no_other(counted):
    assert counted["numbers of verdicts.json not told"] == []
    assert counted["numbers of the brief not in verdicts.json"] == []


def test_what_is_counted_is_found_where_it_is(report, study, tmp_path):
    """Counts that could find nothing would be worth nothing: a report with faults in it has them all told."""
    made = tmp_path / "report"
    made.mkdir()
    for file in report.iterdir():
        if file.is_file():
            (made / file.name).write_bytes(file.read_bytes())
    claim = study.claims[0]
    page = (made / "index.html").read_text()
    (made / "index.html").write_text(page.replace("</main>", f"<p>{claim.id} found 3; allowed: 4</p></main>"))
    told = (made / "verdicts.json").read_text()
    (made / "verdicts.json").write_text(told.replace('"ruling": "', '"ruling": "NOT '))
    assert report_counts.unsayable(made, study) == [f"index.html: {claim.id}", "index.html: found 3; allowed"]
    assert report_counts.lost_numbers(made, study)
    assert report_counts.thin(Path(made), "brief.pdf") == []
