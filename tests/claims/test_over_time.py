"""The course of a verdict: the same as month by month, told in sentences, and spans that cannot be followed."""

from dataclasses import replace

import pytest

from trends.claims.assess import assess
from trends.claims.claim import Event
from trends.claims.over_time import assess_over_time
from trends.claims.rulings import Ruling
from trends.claims.study import read_study
from trends.errors import InputError

BODY = '[event]\nname = "drawdown"\n[asserts]\nrecorded = { span = "2020Q1", against = "2019Q1", direction = "rise" }'


@pytest.fixture
def made(study_folder, add_claim):
    add_claim("it", BODY)
    study = read_study(study_folder)
    return study.claim("it"), study


def test_each_month_has_the_verdict_of_what_was_known_at_its_end(made):
    found = assess_over_time(*made)
    labels = [str(when) for when in found.rulings.index]
    assert labels[0] == "2019-12" and labels[-1] == "2020-12" and len(labels) == 13
    assert list(found.rulings.columns) == ["recorded", "the claim"]
    assert list(found.rulings["the claim"]) == ["UNTESTABLE"] * 3 + ["SUPPORTED"] * 10
    assert found.verdicts[5] == assess(*made, as_of="2020-05")
    assert found.sentences() == (
        "Recorded: UNTESTABLE at first, SUPPORTED from March 2020 on.",
        "The claim: UNTESTABLE at first, SUPPORTED from March 2020 on.",
    )
    assert "2020-03  ● holds" in str(found) and "× untestable" in found._repr_html_()
    assert found.to_frame().equals(found.rulings) and repr(found) == "VerdictsOverTime(it: 13 periods)"


def test_a_long_course_is_followed_by_coarser_periods(made):
    claim, study = made
    assert [str(each) for each in assess_over_time(claim, study, every="Q").rulings.index][-1] == "2020Q4"
    by = assess_over_time(claim, study, first="2020-01", last="2020-12", every="Y")
    assert [str(each) for each in by.rulings.index] == ["2020"]
    assert by.sentences()[0] == "Recorded: SUPPORTED throughout."


NOBODY = '[asserts]\nneeds = { measure = "leaflets", because = "nobody counts them" }'


@pytest.fixture
def steps(study_folder, add_claim):
    """A function from options to the periods that a claim which costs nothing is followed at."""
    add_claim("it", NOBODY)
    study = read_study(study_folder)

    def of(claim=(), **options):
        found = assess_over_time(replace(study.claim("it"), **dict(claim)), study, **options)
        return [str(when) for when in found.rulings.index]

    return of


@pytest.mark.parametrize(
    ("options", "first", "last", "number"),
    [
        # From the month in which it was said to the last of the study.
        ({}, "2020-06", "2020-12", 7),
        ({"first": "2018-01"}, "2018-01", "2020-12", 36),
        ({"first": "2017-12"}, "2017Q4", "2020Q4", 13),
        ({"first": "2017-01", "last": "2019-12"}, "2017-01", "2019-12", 36),
        ({"first": "2017-01", "every": "M"}, "2017-01", "2020-12", 48),
        ({"first": "2017-01", "every": "Y"}, "2017", "2020", 4),
        ({"first": "2020-06", "last": "2020-06"}, "2020-06", "2020-06", 1),
        # What lies beyond the data was not yet over.
        ({"last": "2024-12"}, "2020-06", "2020-12", 7),
        ({"claim": {"said_on": "2023-05"}.items()}, "2020-12", "2020-12", 1),
        ({"claim": {"said_on": "2016-05"}.items()}, "2017Q1", "2020Q4", 16),
        ({"claim": {"event": Event(at="2020-03")}.items()}, "2020-03", "2020-12", 10),
    ],
)
def test_a_course_begins_where_it_is_asked_to_or_with_the_event_or_the_claim(steps, options, first, last, number):
    found = steps(**options)
    assert (found[0], found[-1], len(found)) == (first, last, number)


def test_the_course_tells_how_far_it_is_and_each_ruling_as_it_turns(made):
    told = []
    found = assess_over_time(*made, first="2020-02", last="2020-04", progress=lambda *each: told.append(each))
    assert told == [(1, 3, "2020-02"), (2, 3, "2020-03"), (3, 3, "2020-04")]
    open_, holds = Ruling.UNTESTABLE, Ruling.SUPPORTED
    assert found.to_record() == {
        "claim": "it",
        "rulings": [
            {"as of": "2020-02", "recorded": open_, "the claim": open_},
            {"as of": "2020-03", "recorded": holds, "the claim": holds},
            {"as of": "2020-04", "recorded": holds, "the claim": holds},
        ],
        "sentences": list(found.sentences()),
    }
    assert str(found).splitlines() == [
        "It was so.",
        "         recorded      the claim   ",
        "2020-02  × untestable  × untestable",
        "2020-03  ● holds       ● holds",
        "2020-04  ● holds       ● holds",
        *found.sentences(),
    ]
    page = found._repr_html_()
    assert page.startswith('<p>It was so.</p><table class="dataframe">')
    assert page.endswith("<li>The claim: UNTESTABLE at first, SUPPORTED from March 2020 on.</li></ul>")
    turns = replace(found, rulings=found.rulings.assign(recorded=["UNTESTABLE", "SUPPORTED", "UNTESTABLE"]))
    assert turns.sentences()[0] == (
        "Recorded: UNTESTABLE at first, SUPPORTED from March 2020 on and UNTESTABLE from April 2020 on."
    )


def test_the_claim_comes_first_and_the_study_second(made):
    with pytest.raises(InputError, match=r"^call assess_over_time: found claim=Study.*; allowed: a Claim; give that"):
        assess_over_time(*reversed(made))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"first": "2020-09", "last": "2020-06"}, "found a last month, 2020-06, before the first, 2020-09; allowed: a "
         "first month and a later one; exchange them."),
        ({"first": "2021-05"}, "found a last month, 2020-12-31, before the first, 2021-05; allowed: a first month and "
         "a later one; exchange them."),
        ({"last": "2019-11"}, "found a last month, 2019-11, before the first, 2019-12-30; allowed: a first month and "
         "a later one; exchange them."),
        ({"first": "then"}, "found 'then' to None; allowed: months such as 2020-06; write them so."),
    ],
)  # fmt: skip
def test_spans_that_cannot_be_followed_are_refused(made, options, told):
    with pytest.raises(InputError) as error:
        assess_over_time(*made, **options)
    assert str(error.value) == f"follow the verdict on the claim 'it': {told}"


def test_weeks_are_too_many_verdicts(made):
    with pytest.raises(InputError, match="call assess_over_time: found every='W'; allowed: 'M' or 'Q' or 'Y' or None"):
        assess_over_time(*made, every="W")


def test_a_rival_that_had_not_happened_yet_is_none(study_folder, add_claim):
    body = '[event]\nat = "2019-06"\n[asserts]\nchange = { direction = "rise" }\nrivals = ["drawdown"]'
    add_claim("it", body)
    study = read_study(study_folder)
    found = assess_over_time(study.claim("it"), study, first="2019-10", last="2020-04")
    early, late = found.verdicts[0].findings[-1], found.verdicts[-1].findings[-1]
    assert early.sentence == "By October 2019 none of what it is to be told apart from had happened."
    assert late.evidence.untestable == "" and "drawdown" in late.question


def test_what_came_out_later_is_said_to_stand_in_for_what_was_known(study_folder, add_claim):
    add_claim("it", BODY)
    toml = study_folder / "study.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("[sources.events]", '[sources.events]\nreleased = "2021-06"', 1), encoding="utf-8")
    study = read_study(study_folder)
    told = "Event file came out later: its counts stand in for what was known at the end of each period."
    found = assess_over_time(study.claim("it"), study, first="2020-03")
    assert found.notes == (told,) and found.sentences()[-1] == told and told in str(found)
