import pytest

from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.errors import StudyError


@pytest.fixture
def finding(study_folder, add_claim):
    def of(body):
        add_claim("it", body)
        study = read_study(study_folder)
        (found,) = assess(study.claim("it"), study, effort="quick").findings
        return found

    return of


def test_a_doubling_lies_outside_of_what_was_to_be_expected(finding):
    keys = 'first = "2020-01", trend = false, seasons = false'
    found = finding(f'[asserts]\nforecast = {{ direction = "rise", {keys} }}')
    assert found.ruling is Ruling.SUPPORTED
    assert 1.1 < found.evidence.lower < 2 < found.evidence.upper
    assert found.evidence.runs == 60 and found.evidence.false_alarms < 0.15
    counted = int(found.fit.made.observed)
    assert f"were to be expected, and {counted:,} were counted." in found.sentence
    assert found.evidence.estimate == pytest.approx(counted / found.fit.made.expected, rel=1e-6)
    other = finding(f'[asserts]\nforecast = {{ direction = "no rise", {keys} }}')
    assert other.ruling is Ruling.CONTRADICTED


def test_the_forecast_begins_with_the_event_and_ends_where_it_is_told_to(finding):
    found = finding(
        '[event]\nname = "drawdown"\n[asserts]\nforecast = { direction = "rise", last = "2020-06", seasons = false }'
    )
    assert found.question == "Was the total of January 2020 to June 2020 outside what was to be expected?"
    assert str(found.fit.counts.index[-1]) == "2020-06"


def test_too_little_to_forecast_from_is_untestable(finding):
    found = finding('[asserts]\nforecast = { direction = "rise", first = "2017-08" }')
    assert found.ruling is Ruling.UNTESTABLE
    assert "7 watched periods before it" in found.evidence.untestable


def test_a_period_that_is_none_is_refused(finding):
    with pytest.raises(StudyError, match="2020-13"):
        finding('[asserts]\nforecast = { direction = "rise", first = "2020-13" }')
