import pytest

from trends.claims.verdict import Ruling
from trends.errors import StudyError


@pytest.fixture
def finding(dated):
    return lambda body: dated(body).findings[0]


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
