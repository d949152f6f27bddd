from dataclasses import replace

import pytest

from trends.charts.intervals import MARKS as DRAWN
from trends.claims.claim import Claim
from trends.claims.explain import explain
from trends.claims.ladder import MARKS, how_far, ladder, strip, strip_html
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding, Verdict

CLAIM = Claim("rose", "Attacks rose.", "paper", "A paper", "2020-06", "2026-01-01", {})


def verdict(**rungs):
    """A verdict with a finding for each ruling named on each rung."""
    findings = tuple(
        Finding(f"{rung}{i}", "Is it so?", Ruling[name], f"{rung} is {name}.", rung=Rung(rung))
        for rung, names in rungs.items()
        for i, name in enumerate(names.split())
    )
    return Verdict(CLAIM, Ruling.CANNOT_TELL, "So it is.", findings, "A paper", ())


def test_every_rung_is_there_in_order_and_one_that_is_not_asserted_has_no_ruling():
    steps = ladder(verdict(realised="CANNOT_TELL", recorded="SUPPORTED"))
    assert [step.rung for step in steps] == list(Rung)
    assert [step.ruling for step in steps[:3]] == [Ruling.SUPPORTED, Ruling.CANNOT_TELL, None]
    assert steps[0].sentence == "recorded is SUPPORTED." and steps[2].sentence == "The claim says nothing on this."


def test_the_weakest_of_several_findings_rules_their_rung_and_gives_its_sentence():
    step = ladder(verdict(recorded="SUPPORTED CONTRADICTED"))[0]
    assert (step.ruling, step.sentence) == (Ruling.CONTRADICTED, "recorded is CONTRADICTED.")
    mixed = ladder(verdict(recorded="SUPPORTED UNTESTABLE"))[0]
    told = "recorded is SUPPORTED. But not all of it could be tested. recorded is UNTESTABLE."
    assert (mixed.ruling, mixed.sentence) == (Ruling.CANNOT_TELL, told)


def test_what_nobody_counts_does_not_stop_the_rest_of_a_claim():
    found = verdict(recorded="SUPPORTED", realised="SUPPORTED")
    needs = Finding("needs", "Is it counted?", Ruling.UNTESTABLE, "Nobody counts it.", rung=Rung.RECORDED)
    assert how_far(replace(found, findings=(*found.findings, needs))) == (
        "It was recorded and it holds whatever the counters missed. The rest of the claim cannot be tested. Nobody "
        "counts it."
    )
    assert how_far(replace(found, findings=(needs,))) == "Nothing in the study tells whether it was recorded."
    whole = replace(found, findings=(*found.findings, needs))
    assert [step.word for step in ladder(whole)[:2]] == ["holds", "holds"]
    assert ladder(replace(found, findings=(needs,)))[0].word == "untestable"
    assert str(whole).count("Nobody counts it.") == 1


def test_every_ruling_has_a_sign_and_a_word_of_its_own():
    assert set(MARKS) == {None, *Ruling}
    for column in zip(*MARKS.values(), strict=True):
        assert len(set(column)) == len(MARKS)
    assert {ruling: sign for ruling, (sign, _) in MARKS.items() if ruling} == {
        r: drawn[2] for r, drawn in DRAWN.items()
    }
    assert all(len(sign) == 1 for sign, _ in MARKS.values())
    assert all(" " not in word for ruling, (_, word) in MARKS.items() if ruling)


@pytest.mark.parametrize(
    ("rungs", "says"),
    [
        (
            {"recorded": "SUPPORTED", "realised": "SUPPORTED", "ordinary": "CANNOT_TELL", "dose": "CANNOT_TELL"},
            "It was recorded and it holds whatever the counters missed. The data leave open whether it holds beyond "
            "what such series do by themselves and whether it was greater where the cause was.",
        ),
        (
            {"recorded": "SUPPORTED", "realised": "CONTRADICTED"},
            "It was recorded. It fails whatever the counters missed.",
        ),
        (
            {"recorded": "CONTRADICTED", "lasting": "SUPPORTED", "rivals": "UNTESTABLE"},
            "It lasted. It was not recorded so. Nothing in the study tells whether it can be told apart from what else "
            "happened.",
        ),
        (
            {"recorded": "SUPPORTED", "realised": "SUPPORTED", "timing": "SUPPORTED"},
            "It was recorded, it holds whatever the counters missed and it began when it is said to. That is all that "
            "the claim says.",
        ),
        (
            {"ordinary": "NO_MATERIAL_CHANGE", "timing": "NOT_ASSESSED"},
            "Nothing changed that would matter. It was not assessed whether it began when it is said to.",
        ),
        ({}, "Nothing of the claim was assessed, so that nothing can be said of how far it holds."),
    ],
)
def test_what_holds_what_fails_and_what_stays_open_is_told_in_a_sentence_each(rungs, says):
    assert how_far(verdict(**rungs)) == says


def test_the_strip_is_one_line_with_a_sign_for_every_rung():
    told = strip(ladder(verdict(recorded="SUPPORTED", realised="CONTRADICTED")))
    assert told == "recorded ● holds   realised ■ fails   ordinary ·   timing ·   lasting ·   dose ·   rivals ·"
    assert strip(ladder(verdict())) == "" == strip_html(ladder(verdict()))


def test_a_row_of_a_table_has_a_cell_for_each_rung_with_its_question():
    told = strip_html(ladder(verdict(recorded="SUPPORTED", dose="NO_MATERIAL_CHANGE")))
    assert told.startswith(
        "<table><tr><td style='border:1px solid;text-align:center' title='What did each counter record?'>recorded<br>"
        "<b>●</b> holds</td><td "
    )
    assert told.count("<td ") == len(Rung) and "dose<br><b>◆</b> unchanged</td>" in told
    assert told.count("<b>·</b> not asserted</td>") == len(Rung) - 2 and told.endswith("</td></tr></table>")


def test_of_several_links_on_a_rung_the_first_that_decides_gives_the_sentence():
    both = ladder(verdict(recorded="CONTRADICTED SUPPORTED CONTRADICTED"))[0]
    assert (both.ruling, both.sentence, both.word) == (Ruling.CONTRADICTED, "recorded is CONTRADICTED.", "fails")
    # Nothing holds in part where nothing holds.
    none = ladder(verdict(recorded="UNTESTABLE NOT_ASSESSED"))[0]
    assert "But not all of it" not in none.sentence
    sure = ladder(verdict(recorded="SUPPORTED CANNOT_TELL"))[0]
    assert (sure.ruling, sure.sentence) == (Ruling.CANNOT_TELL, "recorded is CANNOT_TELL.")


def test_a_verdict_shows_its_ladder_at_a_prompt_in_a_notebook_and_where_it_is_explained():
    found = verdict(recorded="SUPPORTED", realised="CANNOT_TELL")
    line = "recorded ● holds   realised △ open   ordinary ·"
    assert f"  {line}" in str(found) and how_far(found) in str(found)
    page = found._repr_html_()
    assert "realised<br><b>△</b> open" in page and how_far(found).split(".")[0] in page
    assert line in explain(found) and how_far(found) in explain(found)
