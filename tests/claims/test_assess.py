import pytest
from trends.claims.coefficient import panels_for

from trends.chance.evidence import Evidence
from trends.claims.assess import assess, assess_all
from trends.claims.direction import stand_on_change
from trends.claims.effort import Effort
from trends.claims.registry import KINDS
from trends.claims.study import read_study
from trends.claims.verdict import Ruling

EVENT = '[event]\nname = "drawdown"\nwindow = ["2019-12", "2020-03"]\n'


@pytest.fixture
def verdict(study_folder, add_claim):
    def of(body):
        add_claim("it", body)
        study = read_study(study_folder)
        return assess(study.claim("it"), study, effort="quick")

    return of


def only(verdict):
    (finding,) = verdict.findings
    assert verdict.ruling is finding.ruling
    return finding


def test_a_doubling_at_the_event_is_found_with_its_error_rates(verdict):
    finding = only(verdict(EVENT + '[asserts]\nchange = { direction = "rise", at_least = 1.10, seasons = false }'))
    assert finding.ruling is Ruling.SUPPORTED
    evidence = finding.evidence
    assert 1.1 < evidence.lower < 2.0 < evidence.upper < 3.5
    assert evidence.pvalue < 0.05 and evidence.pvalue_analytic < 0.05
    assert evidence.runs == 60 and evidence.false_alarms < 0.1 and evidence.coverage > 0.9
    assert [check.outcome for check in finding.checks] == ["passed"] * 5
    assert finding.sentence.startswith(
        "The rate from January 2020, against what was to be expected, is 1.97 (95 % interval "
    )
    assert finding.sentence.endswith("wholly within what the claim says: 1.10 or more.")


def test_a_fall_is_contradicted_by_a_doubling(verdict):
    finding = only(verdict(EVENT + '[asserts]\nchange = { direction = "fall", seasons = false }'))
    assert finding.ruling is Ruling.CONTRADICTED


def test_the_change_is_dated_in_its_window_and_lasted(verdict):
    found = verdict(
        EVENT + '[asserts]\nchange = { direction = "rise", seasons = false }\ntiming = true\nlasting = true'
    )
    assert [finding.ruling for finding in found.findings] == [Ruling.SUPPORTED] * 3
    assert found.ruling is Ruling.SUPPORTED
    timing = found.findings[1]
    assert timing.table.set_index("the change began")["probability"]["inside"] > 0.95
    assert "it began with January 2020" in timing.sentence


def test_a_break_that_came_first_contradicts_the_timing(verdict):
    body = '[event]\nname = "drawdown"\nwindow = ["2020-06", "2020-09"]\n[asserts]\ntiming = true'
    finding = only(verdict(body))
    assert finding.ruling is Ruling.CONTRADICTED
    assert finding.sentence.startswith("The break came first: ")


def test_a_trend_and_a_season_are_ruled_upon(verdict):
    body = '[counts]\nlast = "2019-12"\n[asserts]\ntrend = { direction = "rise", at_least = 1.5, seasons = 1 }\n'
    found = verdict(body + 'season = { when = "january", direction = "rise", at_least = 3.0 }')
    # Nothing happens before 2020, and changes below the bar would not matter.
    assert [finding.ruling for finding in found.findings] == [Ruling.NO_MATERIAL_CHANGE] * 2


def test_what_is_not_assessed_never_counts_as_passed(verdict):
    # What the study has come to count since: the claim wants a link, and has none.
    needs = 'needs = { measure = "attacks", because = "nobody counts it" }'
    found = verdict(EVENT + f'[asserts]\nchange = {{ direction = "rise", seasons = false }}\n{needs}')
    assert [finding.ruling for finding in found.findings] == [Ruling.SUPPORTED, Ruling.NOT_ASSESSED]
    assert found.ruling is Ruling.CANNOT_TELL
    assert found.sentence.endswith("Not assessed: needs.")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('[event]\nat = "2021-06"\n[asserts]\nchange = { direction = "rise" }', "counts from 2017-01 to 2020-12"),
        ('[event]\nat = "2020-12"\n[asserts]\nchange = { direction = "rise" }', "1 from it on"),
        ('[asserts]\nchange = { direction = "rise" }', "neither a name nor a period under [event]"),
        ("[asserts]\ntiming = true", "no window under [event]"),
        ('[asserts]\nseason = "harvest"', "'harvest'"),
        ('[counts]\nsource = "paper"\n[asserts]\ntrend = { direction = "rise" }', "totals and not a series"),
    ],
)
def test_data_that_cannot_answer_give_a_reason_and_no_error(verdict, body, reason):
    finding = only(verdict(body))
    assert finding.ruling is Ruling.UNTESTABLE
    assert reason in finding.evidence.untestable
    assert "found" not in finding.sentence and finding.sentence.endswith(("settle it.", "one to test."))


def test_verdicts_do_not_depend_on_the_number_of_processes(study_folder, add_claim):
    add_claim("one", EVENT + '[asserts]\nchange = { direction = "rise" }')
    add_claim("two", EVENT + "[asserts]\ntiming = true")
    study, seen = read_study(study_folder), []
    alone = assess_all(study, 1, lambda *done: seen.append(done), effort="quick")
    assert assess_all(study, jobs=2, effort="quick") == alone
    assert seen == [(1, 2, "one"), (2, 2, "two")]


def test_every_link_that_can_be_asserted_is_assessed(verdict):
    counted = {"recorded", "realised", "ordinary", "change", "timing", "lasting", "dose", "trend", "season"}
    assert counted | {"rivals", "forecast", "dates", "events", "needs"} <= set(KINDS)


@pytest.mark.parametrize(("lower", "runs"), [(1.2, 50), (0.8, 30)])
def test_false_alarms_are_told_from_more_panels_where_a_certain_ruling_rests_on_them(lower, runs):
    evidence = Evidence(quantity="rate", estimate=2.0, lower=lower, upper=3.0)
    assert panels_for(evidence, stand_on_change("rise", 1.1), Effort(panels=30, certain=50)) == runs
