import pytest

from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.claims.verdict import Ruling

SPANS = 'earlier = ["2018", "2018"], later = ["2019", "2019"]'
FIGURES = """q1,paper,600,count,attacks,IS,Iraq,2019-10-01,2019-12-31,true,false,high,A. Author,,
o1,other,900,count,attacks,IS,Iraq,2018-01-01,2018-12-31,true,false,high,B. Author,,
o2,other,300,count,attacks,IS,Iraq,2019-01-01,2019-12-31,true,false,high,B. Author,,
r1,rates,-53,percent,"attacks, change on the year before",IS,Iraq,2019-01-01,2019-12-31,true,false,high,C. Author,,
"""
OTHERS = """[sources.other]
title = "The other paper"
published = "published.csv"
series = "other"
measure = "attacks"
actor = "IS"
rule = "other"
citation = "B. Author, 2020"
[sources.rates]
title = "The rates"
published = "published.csv"
series = "rates"
measure = "attacks"
actor = "IS"
rule = "rates"
citation = "C. Author, 2020"
"""


@pytest.fixture
def finding(study_folder, add_claim):
    """The finding on the sources of a claim, with further published sources that fall where the paper rises."""
    (study_folder / "published.csv").write_text((study_folder / "published.csv").read_text() + FIGURES)
    text = (study_folder / "study.toml").read_text()
    same = text.replace('rule = "file"\n', 'rule = "file"\norigin = "file"\n')
    (study_folder / "study.toml").write_text(same + OTHERS)

    def of(body):
        add_claim("it", body)
        study = read_study(study_folder)
        found = assess(study.claim("it"), study, "quick").findings[-1]
        assert found.link == "sources"
        return found

    return of


def test_sources_that_differ_in_sign_are_told_with_their_figures(finding):
    own = '[counts]\nsource = "paper"\n[asserts]\n'
    found = finding(f'{own}between = {{ {SPANS}, direction = "rise", stated = 1.25 }}\nsources = ["other", "rates"]')
    assert found.ruling is Ruling.CONTRADICTED
    assert "The other paper 0.33 (" in found.sentence and "; 900 to 300)" in found.sentence
    assert "The rates 0.47 (published as -53 percent)" in found.sentence
    assert "The other paper and The rates point the other way than The paper 1.25 (" in found.sentence
    assert found.table["what"].tolist() == ["The paper", "The other paper", "The rates"]


def test_a_source_of_something_else_does_not_contradict(finding, study_folder):
    text = (study_folder / "study.toml").read_text()
    (study_folder / "study.toml").write_text(text.replace('rule = "other"', 'rule = "other"\n').replace(
        'series = "other"\nmeasure = "attacks"\nactor = "IS"', 'series = "other"\nmeasure = "attacks"\nactor = "all"'
    ))  # fmt: skip
    own = '[counts]\nsource = "paper"\n[asserts]\n'
    found = finding(f'{own}between = {{ {SPANS}, direction = "rise" }}\nsources = ["other"]')
    assert found.ruling is Ruling.CANNOT_TELL
    assert "do not contradict the claim" in found.sentence


def test_a_source_that_agrees_supports(finding):
    own = '[counts]\nsource = "rates"\n[asserts]\n'
    found = finding(
        '[counts]\nsource = "other"\n[asserts]\n' + f'between = {{ {SPANS}, direction = "fall" }}\nsources = ["rates"]'
    )
    assert found.ruling is Ruling.SUPPORTED
    # One that publishes only a rate of change has nothing of its own for the spans.
    silent = finding(f'{own}between = {{ {SPANS}, direction = "fall" }}\nsources = ["other"]')
    assert silent.ruling is Ruling.UNTESTABLE and "nothing for" in silent.sentence


def test_sources_of_the_same_incidents_confirm_nothing(finding):
    found = finding('[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }\nsources = ["again"]')
    assert found.ruling is Ruling.UNTESTABLE
    assert found.sentence == "No independent source of the study has figures for this."
    assert found.table["what"].tolist() == ["Event file", "Event file, again (same file)"]
    assert found.caveats[0].startswith("Event file, again is cut from the incidents of Event file")


def test_a_change_is_held_against_published_totals_on_both_sides(finding):
    body = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }\nsources = ["paper", "rates"]'
    found = finding(body)
    row = found.table.set_index("what").loc["The paper"]
    # 400 in 91 days against 600 in 92.
    assert row["estimate"] == pytest.approx(400 / 91 / (600 / 92))
    assert "The paper 0.67 (" in found.sentence and "against the fourth quarter of 2019)" in found.sentence
    assert "neither trend nor season is taken out" in " ".join(found.caveats)
    assert "No figures for this: The rates." in found.caveats


def test_a_level_says_how_many_times_the_one_is_of_the_other(finding):
    counts = '[counts]\nsource = "paper"\nfirst = "2019"\nlast = "2019"\n[asserts]\n'
    found = finding(counts + 'level = { number = 1500, comparison = "at least" }\nsources = ["other"]')
    assert "The paper counts 1,500, 5.00 times The other paper." in found.sentence
    # Another rule never contradicts a level.
    assert found.ruling is Ruling.CANNOT_TELL


def test_a_claim_without_a_main_link_has_a_reason(finding):
    found = finding('[asserts]\nrank = { province = "Diyala" }\nsources = true')
    assert found.ruling is Ruling.UNTESTABLE and "found the links rank, sources" in found.evidence.untestable
