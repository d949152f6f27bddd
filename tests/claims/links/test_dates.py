import pytest

from trends.claims.kinds import Named
from trends.claims.links.dates import KIND, Dates
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


@pytest.mark.parametrize(
    ("precision", "lower", "upper"),
    [("day", 88, 90), ("month", 88, 119), ("quarter", 88, 180), ("year", -3, 364), ("week", 88, 90), ("", 88, 90)],
)
def test_a_date_lies_anywhere_in_the_period_that_its_precision_names(finding, study_folder, precision, lower, upper):
    with (study_folder / "events.csv").open("a") as file:
        file.write(f"spring,2020-04-01,2020-04-01,{precision},politics,,spring comes,,,true,,,\n")
    evidence = finding('[asserts]\ndates = { first = "strike", then = "spring" }').evidence
    assert (evidence.lower, evidence.estimate, evidence.upper) == (lower, (lower + upper) / 2, upper)
    assert (evidence.quantity, evidence.unit) == ("number of days from strike to spring", "days")
    assert (evidence.level, evidence.nobs) == (1.0, 2)


@pytest.mark.parametrize(
    ("within", "ruling", "sentence"),
    [
        (3, Ruling.SUPPORTED, "The order is the claimed one, within 3 days: "),
        (2, Ruling.CANNOT_TELL, "The dates do not tell the order: "),
        (1, Ruling.CANNOT_TELL, "The dates do not tell the order: "),
        (0, Ruling.CONTRADICTED, "The order is not the claimed one, within 0 days: "),
    ],
)
def test_within_so_many_days_counts_the_last_of_them(finding, within, ruling, sentence):
    found = finding(f'[asserts]\ndates = {{ first = "strike", then = "vote", within = {within} }}')
    assert found.ruling is ruling
    assert found.sentence == f"{sentence}3 January 2020 for strike, 5 January 2020 for vote."
    assert found.question == f"Did strike come before vote, within {within} day{'' if within == 1 else 's'}?"


def test_an_order_without_a_limit_rests_on_the_calendar_alone(finding):
    found = finding('[asserts]\ndates = { first = "strike", then = "vote" }')
    assert found.question == "Did strike come before vote?"
    assert found.sentence == "The order is the claimed one: 3 January 2020 for strike, 5 January 2020 for vote."
    assert not KIND.of_counts and not KIND.cites_rows
    assert KIND.names(Dates("strike", "vote")) == Named(events=("strike", "vote"))


def test_an_event_that_the_study_does_not_have_is_refused(finding):
    with pytest.raises(StudyError, match="the event 'flood'"):
        finding('[asserts]\ndates = { first = "flood", then = "strike" }')
