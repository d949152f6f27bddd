import pytest

from trends.claims.assess import assess
from trends.claims.links.needs import KIND
from trends.claims.study import read_study
from trends.claims.verdict import Ruling


@pytest.fixture
def verdict(study_folder, add_claim):
    def of(measure, more=""):
        asserts = f'[asserts]\n{more}needs = {{ measure = "{measure}", because = "nobody counts them here." }}'
        add_claim("it", asserts)
        study = read_study(study_folder)
        return assess(study.claim("it"), study, "quick")

    return of


def test_what_no_source_counts_is_untestable_and_says_what_it_takes(verdict):
    found = verdict("fighters")
    assert found.ruling is Ruling.UNTESTABLE
    assert (
        found.sentence
        == "Nobody counts them here. Figures on fighters would settle it, and no source of this study has any."
    )


def test_once_a_source_counts_it_the_claim_wants_another_link(verdict):
    found = verdict("Attacks")
    assert found.ruling is Ruling.NOT_ASSESSED
    assert "Event file" in found.sentence and "can be given a link that tests it" in found.sentence


def test_a_link_that_holds_does_not_carry_what_could_not_be_tested(verdict):
    found = verdict("fighters", 'events = { name = "drawdown", number = 2 }\n')
    assert [finding.ruling for finding in found.findings] == [Ruling.SUPPORTED, Ruling.UNTESTABLE]
    assert found.ruling is Ruling.CANNOT_TELL
    assert " But not all of it could be tested. Nobody counts them here." in found.sentence


def test_what_it_takes_is_asked_of_every_source_and_rests_on_no_counts(verdict, edit):
    (lacking,) = verdict("fighters").findings
    assert lacking.question == "Does the study count fighters?"
    assert (lacking.evidence.quantity, lacking.evidence.untestable) == ("fighters", lacking.sentence)
    edit("study.toml", 'series = "paper"\nmeasure = "attacks"', 'series = "paper"\nmeasure = "attacks by IS"')
    (held,) = verdict("ATTACKS").findings
    assert held.sentence == (
        "Event file; and Event file, again count ATTACKS: the claim can be given a link that tests it."
    )
    (alone,) = verdict("attacks by IS").findings
    assert alone.sentence == "The paper counts attacks by IS: the claim can be given a link that tests it."
    assert held.evidence is None and not KIND.of_counts and not KIND.cites_rows
