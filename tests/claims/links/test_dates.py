import pytest

from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.errors import StudyError

MORE = """vote,2020-01-05,,day,politics,,parliament votes,,,false,a paper,,
strike,2020-01-03,,day,strike,,a strike,,,true,a paper,,
same_day,2020-01-03,,day,politics,,a speech,,,true,,,
some_time_in_january,2020-01-01,2020-01-31,month,politics,,a meeting,,,true,,,
troops,2020-01-01,2020-06-30,day,troops,,troops in the country,5200,US troops,true,another paper,,
"""


@pytest.fixture
def finding(study_folder, add_claim):
    with (study_folder / "events.csv").open("a") as file:
        file.write(MORE)

    def of(body):
        add_claim("it", body)
        study = read_study(study_folder)
        (found,) = assess(study.claim("it"), study, "quick").findings
        return found

    return of


@pytest.mark.parametrize(
    "first, then, within, ruling",
    [
        ("strike", "vote", "", Ruling.SUPPORTED),
        ("strike", "vote", ", within = 7", Ruling.SUPPORTED),
        ("strike", "vote", ", within = 1", Ruling.CANNOT_TELL),
        ("strike", "drawdown", ", within = 7", Ruling.CONTRADICTED),
        ("vote", "strike", "", Ruling.CONTRADICTED),
        ("strike", "same_day", "", Ruling.CANNOT_TELL),
        ("strike", "some_time_in_january", "", Ruling.CANNOT_TELL),
        ("drawdown", "some_time_in_january", "", Ruling.SUPPORTED),
    ],
)
def test_the_order_of_two_events_is_told_as_far_as_their_dates_are_precise(finding, first, then, within, ruling):
    assert finding(f'[asserts]\ndates = {{ first = "{first}", then = "{then}"{within} }}').ruling is ruling


def test_the_sentence_names_both_days_and_what_was_dated_from_memory(finding):
    found = finding('[asserts]\ndates = { first = "vote", then = "strike" }')
    assert found.sentence == ("The order is not the claimed one: 5 January 2020 for vote, 3 January 2020 for strike.")
    assert (found.evidence.lower, found.evidence.upper) == (-3.0, -1.0)
    assert "Dated from memory, not from a source: parliament votes." in found.caveats


def test_an_event_that_the_study_does_not_have_is_refused(finding):
    with pytest.raises(StudyError, match="the event 'flood'"):
        finding('[asserts]\ndates = { first = "flood", then = "strike" }')
