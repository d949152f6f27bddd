from math import inf

import pytest

from trends.claims.kinds import Named
from trends.claims.links.events import KIND, Events
from trends.claims.verdict import Ruling


@pytest.fixture
def finding(dated):
    return lambda body: dated(body).findings[0]


@pytest.mark.parametrize(
    "keys, ruling",
    [
        ('name = "drawdown", number = 2', Ruling.SUPPORTED),
        ('name = "drawdown", number = 3', Ruling.CANNOT_TELL),
        ('name = "drawdown", number = 1, comparison = "at most"', Ruling.CONTRADICTED),
        ('name = "troops", number = 5000, comparison = "about", unit = "US troops"', Ruling.SUPPORTED),
        ('name = "troops", number = 4000, comparison = "at most", unit = "US troops"', Ruling.CONTRADICTED),
        ('name = "troops", number = 4000, unit = "tanks"', Ruling.UNTESTABLE),
    ],
)
def test_a_list_of_events_supports_what_it_holds_and_leaves_open_what_it_may_lack(finding, keys, ruling):
    assert finding(f"[asserts]\nevents = {{ {keys} }}").ruling is ruling


def test_events_out_of_the_span_are_not_counted(finding):
    counts = '[counts]\nfirst = "2020-02"\nlast = "2020-03"\n'
    found = finding(counts + '[asserts]\nevents = { name = "drawdown", number = 1, comparison = "at least" }')
    assert found.evidence.estimate == 1
    assert found.sentence == (
        "The calendar has 1 date of drawdown for February to March 2020: second base handed over."
    )


def test_a_list_is_told_with_what_it_holds_and_that_it_may_lack_some(finding):
    found = finding('[asserts]\nevents = { name = "drawdown", number = 1 }')
    evidence = found.evidence
    assert (evidence.estimate, evidence.lower, evidence.upper, evidence.nobs, evidence.level) == (2, 2, inf, 2, 1.0)
    assert evidence.method == "The calendar of the study, which may lack events."
    assert evidence.quantity == "number of dates of drawdown from January 2017 to December 2020"
    assert found.question == "Was there at least 1 date of drawdown from January 2017 to December 2020?"
    assert found.sentence == (
        "The calendar has 2 dates of drawdown for January 2017 to December 2020: first base handed over and "
        "second base handed over."
    )


def test_a_number_of_the_calendar_is_exact_and_told_with_its_unit(finding, study_folder):
    with (study_folder / "events.csv").open("a") as file:
        file.write("troops,2020-07-01,2020-12-31,day,troops,,fewer,3000,US troops,true,another paper,,\n")
    found = finding('[asserts]\nevents = { name = "troops", number = 2, unit = "US troops" }')
    evidence = found.evidence
    assert (evidence.estimate, evidence.lower, evidence.upper, evidence.nobs) == (4100, 3000, 5200, 2)
    assert evidence.quantity == "US troops" and evidence.method == "The calendar of the study, its numbers."
    assert found.question == "Were there at least 2 US troops from January 2017 to December 2020?"
    assert found.sentence == "The calendar has 4,100 US troops for January 2017 to December 2020."
    assert found.caveats == ("Troops in the country: another paper.", "Fewer: another paper.")


@pytest.mark.parametrize(
    ("number", "comparison", "ruling"),
    [
        (5200, "at least", "SUPPORTED"), (5201, "at least", "CONTRADICTED"), (5200, "at most", "SUPPORTED"),
        # Ten in a hundred of what is claimed either way.
        (4728, "about", "SUPPORTED"), (4700, "about", "CONTRADICTED"), (5777, "about", "SUPPORTED"),
    ],
)  # fmt: skip
def test_about_is_within_a_tenth_unless_the_link_says_otherwise(finding, number, comparison, ruling):
    keys = f'name = "troops", number = {number}, comparison = "{comparison}", unit = "US troops"'
    assert finding(f"[asserts]\nevents = {{ {keys} }}").ruling == ruling


def test_a_number_that_the_calendar_has_not_is_told_with_what_would_settle_it(finding):
    found = finding('[asserts]\nevents = { name = "troops", number = 4000, unit = "tanks" }')
    assert found.evidence.untestable == (
        "Read the numbers of 'troops' from January 2017 to December 2020: found none in 'tanks'; "
        "allowed: an event with such a number in events.csv; add it with its source, or name another span."
    )
    assert found.sentence == (
        "The calendar of the study has no number of tanks from January 2017 to December 2020. One, with its source, "
        "would settle it."
    )


@pytest.mark.parametrize(
    ("first", "last", "known"),
    [
        # Its first day is the last of the span; its last day the first of it; it is over, or not yet begun.
        ("2020-01", "2020-02", "1 date of truce"), ("2020-03", "2020-04", "1 date of truce"),
        ("2019-01", "2020-01", "no date of truce"), ("2020-04", "2020-05", "no date of truce"),
    ],
)  # fmt: skip
def test_an_event_counts_where_one_of_its_days_lies_in_the_span(finding, study_folder, first, last, known):
    with (study_folder / "events.csv").open("a") as file:
        file.write("truce,2020-02-29,2020-03-01,day,politics,,a truce,,,true,,,\n")
    counts = f'[counts]\nfirst = "{first}"\nlast = "{last}"\n'
    found = finding(f'{counts}[asserts]\nevents = {{ name = "truce", number = 1, comparison = "at most" }}')
    assert found.sentence.startswith(f"The calendar has {known} for ")
    assert found.sentence.endswith(": a truce.") == known.startswith("1")


def test_a_list_of_events_rests_on_the_calendar_alone():
    assert not KIND.of_counts and not KIND.cites_rows
    assert KIND.names(Events("truce", 1)) == Named(events=("truce",))
