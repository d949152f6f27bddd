from dataclasses import replace

import pypdf

from tests.charts.made import made_study, made_verdicts
from trends.claims.masthead import Masthead
from trends.claims.rungs import Rung
from trends.reports.brief import brief, main_claims
from trends.reports.page import claim_page

VERDICTS = made_verdicts()


def told(study=None):
    pages = [claim_page(each, n, each.claim.id, (), {}) for n, each in enumerate(VERDICTS, 1)]
    return brief(VERDICTS, pages, study)


def test_the_study_names_its_question_and_its_main_claims():
    head = Masthead(question="Did it rise?", main=("year-on-year", "attacks-2019"), analyst="A. Nalyst")
    found = told(replace(made_study(), masthead=head))
    assert found.question == "Did it rise?"
    assert [strip.page.id for strip in found.strips] == ["year-on-year", "attacks-2019"]
    assert found.picked == "The study names these as its main claims."
    assert ("Analyst", "A. Nalyst") in found.standing and "Institution" not in dict(found.standing)
    assert found.answer[0].startswith(
        "“2019 was 13 per cent above 2018” is not borne out: nothing changed that would matter."
    )
    assert found.answer[-1].startswith("The rate of 2019, against that of 2018, comes out at 1.02 times, and anything")


def test_without_main_claims_a_stated_rule_picks_those_tested_on_the_most_rungs():
    more = tuple(replace(each, rung=rung) for each, rung in zip(VERDICTS[0].findings, Rung, strict=False))
    verdicts = [*VERDICTS[1:4], replace(VERDICTS[0], findings=(more[0], replace(more[0], rung=Rung.DOSE)))]
    assert main_claims(verdicts, ())[0] == 3
    # Of claims tested on as many rungs the disputed one comes first.
    assert main_claims(VERDICTS, ())[0] == 0
    assert told().picked.startswith("Chosen by a rule")


def test_claims_that_are_not_in_a_report_on_some_are_left_out_of_its_brief():
    assert main_claims(VERDICTS[:2], ("year-on-year", "attacks-2019")) == [1]


def test_every_strip_has_every_rung_with_a_sign_and_a_word():
    for strip in told().strips:
        assert [rung.rung for rung in strip.page.rungs] == [str(rung) for rung in Rung]
        assert all(rung.mark and rung.word for rung in strip.page.rungs)


def test_the_words_of_every_ruling_are_explained():
    assert len({sign for sign, _, _ in told().words}) == 6


def test_the_brief_has_no_more_than_four_pages(made_report):
    sheets = pypdf.PdfReader(made_report[0] / "brief.pdf").pages
    assert 1 < len(sheets) <= 4
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    order = [
        "Attacks rose as the coalition pared back its presence”",
        "how far it holds",
        "could and could not",
        "How to read the words",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
