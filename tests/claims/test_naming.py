import pytest

from trends.claims.study import read_study
from trends.errors import StudyError

REFUSED = [
    (
        "study.toml", 'source = "events"', 'source = "evnts"', "",
        "find a source of the study: found the source 'evnts'; allowed: events, again, paper; name one of these, "
        "the nearest being 'events'.",
    ),
    (
        "study.toml", 'title = "A small study"', 'title = "A small study"\ncalendar = ["ramadam"]', "",
        "read the calendar of {f}/study.toml: found the entry 'ramadam'; allowed: ramadan, ashura, arbaeen, "
        "eid_al_fitr, eid_al_adha, drawdown; name one of these, the nearest being 'ramadan'.",
    ),
    (
        "study.toml", "", "", '[event]\nname = "withdrawal"\n[asserts]\nchange = { direction = "rise" }',
        "read the claim 'it' in {f}/claims/it.toml: found the event 'withdrawal'; allowed: drawdown; "
        "name one of these.",
    ),
    (
        "study.toml", "", "", '[counts]\nsource = "papr"\n[asserts]\ntiming = true',
        "read the claim 'it' in {f}/claims/it.toml: found the source 'papr'; allowed: events, again, paper; "
        "name one of these, the nearest being 'paper'.",
    ),
    (
        "study.toml", "", "", 'conflicts_with = ["that"]\n[asserts]\ntiming = true',
        "read the claim 'it' in {f}/claims/it.toml: found a conflict with the claim 'that'; allowed: it; "
        "name one of these.",
    ),
    (
        "study.toml", "", "", '[event]\nat = "April 2020"\n[asserts]\ntiming = true',
        "read [event] of {f}/claims/it.toml: found line 8: at = 'April 2020'; allowed: a label such as 2020, 2020Q1, "
        "2020-03, 2020-W12 or 2020-03-17; correct the value.",
    ),
    (
        "study.toml", 'first = "2017-01"', 'first = "0000-01"', "",
        "read {f}/study.toml: found line 3: first = '0000-01'; allowed: a label such as 2020, 2020Q1, 2020-03, "
        "2020-W12 or 2020-03-17; correct the value.",
    ),
    (
        "study.toml", 'last = "2020-12"', 'last = "2016-12"', "",
        "read {f}/study.toml: found line 3: a span from 2017-01 to 2016-12, which ends before it begins; allowed: the "
        "first period, then the last; exchange the two.",
    ),
    (
        "study.toml", "[sources.again]", '[[sources.events.breaks]]\nfirst = "2018-01"\nwhat = "A"\n'
        '[[sources.events.breaks]]\nfirst = "2018-13"\nwhat = "B"\n[sources.again]', "",
        "read [sources.events.breaks] of {f}/study.toml: found line 19: first = '2018-13'; allowed: a label such as "
        "2020, 2020Q1, 2020-03, 2020-W12 or 2020-03-17; correct the value.",
    ),
    (
        "study.toml", 'citation = "Event file, 2022"', 'citation = "Event file, 2022"\nreleased = "3000-01"', "",
        "read [sources.again] of {f}/study.toml: found line 22: released = '3000-01'; allowed: the years 1678 to 2261; "
        "correct the value.",
    ),
    (
        "study.toml", "", "", '[asserts]\nrecorded = { span = ["2020-06", "2020-01"], at_least = 1 }',
        "read the claim 'it' in {f}/claims/it.toml: found a span from 2020-06 to 2020-01, which ends before it "
        "begins; allowed: the first period, then the last; exchange the two.",
    ),
    (
        "study.toml", "", "", '[event]\nat = "2020-01"\nwindow = ["2020-03", "2020-01"]\n[asserts]\ntiming = true',
        "read the claim 'it' in {f}/claims/it.toml: found a span from 2020-03 to 2020-01, which ends before it "
        "begins; allowed: the first period, then the last; exchange the two.",
    ),
    (
        "study.toml", "", "", '[asserts]\nrecorded = { span = "2019", against = "2019-06", direction = "rise" }',
        "read the claim 'it' in {f}/claims/it.toml: found against = '2019-06', which is not over when 2019 begins; "
        "allowed: an earlier span under against; exchange the two, or correct them.",
    ),
    (
        "study.toml", "", "", '[counts]\nprovinces = ["Kirkuk"]\n[asserts]\nrecorded = { most = "Diyala" }',
        "read the claim 'it' in {f}/claims/it.toml: found a part of the whole, 'Diyala'; allowed: Kirkuk; "
        "name one of these.",
    ),
    (
        "study.toml", "", "", '[asserts]\nrecorded = { most = "Atlantis" }',
        "read the claim 'it' in {f}/claims/it.toml: found 'Atlantis', which is none of its columns; "
        "allowed: Diyala, Kirkuk, Anbar; name one of these.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "claim", "message"), REFUSED)
def test_a_name_that_is_not_there_is_refused_with_those_that_are(
    add_claim, file, old, new, claim, message, edit, refusal
):
    if claim:
        add_claim("it", claim)
    else:
        edit(file, old, new)
    assert refusal() == message


def test_an_event_of_one_year_is_no_entry_of_a_calendar(study_folder, edit):
    edit("study.toml", "country", 'calendar = ["drawdown"]\ncountry')
    edit("events.csv", "2019-12-30", "2020-01-30")
    with pytest.raises(StudyError) as refusal:
        read_study(study_folder)
    assert str(refusal.value) == (
        f"read the calendar of {study_folder}/study.toml: found the event 'drawdown', whose rows are all of one year; "
        "allowed: events with a row for each of several years; add the other years to events.csv, or take the entry "
        "out."
    )


def test_a_day_on_which_nobody_can_have_spoken_is_refused_when_the_claim_is_read(add_claim):
    folder = add_claim("it", '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }')
    file = folder / "claims" / "it.toml"
    file.write_text(file.read_text().replace('said_on = "2020-06"', 'said_on = "June 2020"'))
    with pytest.raises(StudyError, match=r"it\.toml: found line \d+: said_on = 'June 2020'"):
        read_study(folder)
