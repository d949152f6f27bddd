"""What a report of a shipped study comes to, counted: pages, gaps, what stands twice, and what no reader would say."""

import json
import re
from collections import Counter
from html.parser import HTMLParser

import pypdf
import pytest

from trends.claims.assess import assess_all
from trends.claims.examples import example_studies
from trends.claims.study import read_study
from trends.claims.words import figure
from trends.reports.book import write_report

# A page holds text from 17 to 19 millimetres from its ends; points from its lower end.
_TOP, _BOTTOM = (297 - 17) * 72 / 25.4, 19 * 72 / 25.4


class _Words(HTMLParser):
    """The words of a page, without its style and script."""

    def __init__(self):
        super().__init__()
        self.words, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        self.inside.append(tag)

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"style", "script", "code"} & {*self.inside}:
            self.words.append(data)


@pytest.fixture(scope="module")
def study():
    return read_study(example_studies()["syria"])


@pytest.fixture(scope="module")
def report(study, tmp_path_factory):
    return write_report(assess_all(study), tmp_path_factory.mktemp("made") / "report", study=study, jobs=1)


@pytest.fixture(scope="module")
def texts(report):
    """Brief, book and page, in words."""
    told = [squeezed(" ".join(s.extract_text() for s in sheets(report, name))) for name in ("brief.pdf", "report.pdf")]
    page = _Words()
    page.feed((report / "index.html").read_text())
    return [*told, squeezed(" ".join(page.words))]


def sheets(report, name):
    return pypdf.PdfReader(report / name).pages


def squeezed(text):
    return " ".join(text.replace("\u00a0", " ").split())


def filled(sheet):
    """The share of a sheet above its lowest words, those of the foot left out."""
    heights = []
    sheet.extract_text(visitor_text=lambda text, cm, tm, *_: text.strip() and heights.append(placed(cm, tm)))
    lowest = min(height for height in heights if height > _BOTTOM)
    return (_TOP - lowest) / (_TOP - _BOTTOM)


def placed(cm, tm):
    return tm[4] * cm[1] + tm[5] * cm[3] + cm[5]


def test_the_brief_has_two_to_four_pages_and_the_book_sixteen_and_at_most_one_more_a_claim(report, study):
    assert 2 <= len(sheets(report, "brief.pdf")) <= 4
    assert len(sheets(report, "report.pdf")) <= 16 + len(study.claims)
    outline = pypdf.PdfReader(report / "report.pdf")
    first = next(each for each in outline.outline if not isinstance(each, list) and each.title.startswith("Annex"))
    assert outline.get_destination_page_number(first) < 16


@pytest.mark.parametrize("name", ["brief.pdf", "report.pdf"])
def test_no_page_is_under_a_third_full(report, name):
    assert [round(share, 2) for share in map(filled, sheets(report, name)) if share < 1 / 3] == []


def test_no_caveat_is_printed_twice_in_the_book(texts, study):
    book = texts[1]
    known = {caveat for source in study.sources.values() for caveat in source.caveats}
    assert known and Counter({caveat: book.count(squeezed(caveat)) for caveat in known}).most_common(1)[0][1] == 1


def test_no_sentence_has_an_identifier_or_a_program_message(texts, study):
    ids = [claim.id for claim in study.claims if "-" in claim.id]
    ids += [name for name in [*study.sources, *study.events["event"]] if "_" in name]
    for text in texts:
        assert [id for id in ids if re.search(rf"(?<![\w/]){re.escape(id)}(?![\w/.])", text)] == []
        assert not re.search(r"found [^.;]*; allowed|\bNone\b|\bnan\b|\(\[\{|peak_before", text)


def test_the_page_is_small_and_fetches_nothing(report):
    page = (report / "index.html").read_bytes()
    assert len(page) < 3_000_000 and b'<link rel="stylesheet"' not in page and b"<script src" not in page


def test_brief_book_and_page_tell_the_numbers_of_the_verdicts(report, texts, study):
    main = set(study.masthead.main)
    for verdict in json.loads((report / "verdicts.json").read_text())["verdicts"]:
        for finding in verdict["findings"]:
            evidence = finding["evidence"]
            if evidence and not evidence["untestable"] and evidence["unit"] in ("ratio", "count", "share"):
                told = figure(float(evidence["estimate"]), evidence["unit"])
                assert all(told in text for text in texts[1:]), (verdict["claim"]["id"], told)
        assert all(verdict["ruling"] in text for text in texts[1:])
        if verdict["claim"]["id"] in main:
            assert squeezed(verdict["claim"]["says"]) in texts[0] and verdict["ruling"] in texts[0]
