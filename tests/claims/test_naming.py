import pytest

from trends.claims.naming import check_common, not_one_of
from trends.claims.strict import Where
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


IT = "read the claim 'it' in {f}/claims/it.toml: found "
EVENTS_AND_RIVALS = "season, peak_before, ramadan, ashura, arbaeen, eid_al_fitr, eid_al_adha, drawdown, troops"
CLAIMS = [
    ('[counts]\nagainst = ["again", "papr"]\n[asserts]\ntiming = true',
     "the source 'papr'; allowed: events, again, paper; name one of these, the nearest being 'paper'."),
    ('[asserts]\nrecorded = { about = 3, by = "nobody" }',
     "the source 'nobody'; allowed: events, again, paper; name one of these."),
    ('[event]\nat = "2020-01"\n[asserts]\nchange = { direction = "rise" }\nrivals = ["troops", "ramadan", "snow"]',
     f"the rival 'snow'; allowed: {EVENTS_AND_RIVALS}; name one of these."),
    ('[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }\nrivals = ["season", "drawdown"]',
     "the claim's own event as a rival, 'drawdown'; allowed: none: the study has none; take the name out, or add it to "
     "the study."),
    ('[asserts]\ndates = { first = "drawdown", then = "vote", within = 9 }',
     "the event 'vote'; allowed: drawdown; name one of these."),
    ('[counts]\nprovinces = ["Kirkuk"]\n[asserts]\nrecorded = { share_of = ["Kirkuk", "Anbar"], at_least = 0.5 }',
     "a part of the whole, 'Anbar'; allowed: Kirkuk; name one of these."),
    ('[counts]\nprovinces = ["Kirkuk", "Atlantis"]\n[asserts]\nrecorded = { about = 3 }',
     "'Atlantis', which is none of its columns; allowed: Diyala, Kirkuk, Anbar; name one of these."),
    ('[counts]\nfirst = "2020-02"\nlast = "2020-01"\n[asserts]\nrecorded = { about = 3 }',
     "a span from 2020-02 to 2020-01, which ends before it begins; allowed: the first period, then the last; exchange "
     "the two."),
    ('[asserts]\nrecorded = { span = "2019", against = ["2018", "2019-01"], direction = "rise" }',
     "against = ('2018', '2019-01'), which is not over when 2019 begins; allowed: an earlier span under against; "
     "exchange the two, or correct them."),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "message"), CLAIMS)
def test_a_claim_that_names_what_is_not_there_is_refused(add_claim, refusal, claim, message):
    add_claim("it", claim)
    assert refusal() == IT + message


@pytest.mark.parametrize(
    "claim",
    [
        '[counts]\nfirst = "2020-01"\nlast = "2020-01"\n[asserts]\nrecorded = { about = 3 }',
        '[counts]\nfirst = "2020-02"\n[asserts]\nrecorded = { span = ["2020-03", "2020-03"], about = 3 }',
        '[counts]\nprovinces = ["Iraq"]\n[asserts]\nrecorded = { about = 3 }',
        '[asserts]\nrecorded = { span = "2019", against = "2018", direction = "rise" }',
        '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }\nrivals = ["troops", "ramadan"]',
        '[asserts]\nrecorded = { most = "Diyala" }',
    ],
)
def test_a_claim_that_names_what_is_there_is_read(add_claim, claim):
    assert read_study(add_claim("it", claim)).claim("it").id == "it"


def test_claims_are_in_conflict_with_each_other_and_have_each_an_id_of_its_own(add_claim, refusal, edit):
    add_claim("it", 'conflicts_with = ["that"]\n[asserts]\ntiming = true')
    folder = add_claim("that", "[asserts]\ntiming = true")
    assert refusal() == (
        IT + "a conflict with the claim 'that', which does not name this one; allowed: conflicts that both claims "
        "name; add 'it' to conflicts_with of 'that', or take this one out."
    )
    add_claim("that", 'conflicts_with = ["it"]\n[asserts]\ntiming = true')
    assert len(read_study(folder).claims) == 2
    edit("claims/it.toml", 'document = "paper"', 'document = "papers"')
    assert refusal() == IT + "the document 'papers'; allowed: paper; name one of these, the nearest being 'paper'."


def test_what_the_study_does_not_have_at_all_is_to_be_added_to_it():
    assert str(not_one_of("read it", "the event", "vote", [])) == (
        "read it: found the event 'vote'; allowed: none: the study has none; take the name out, or add it to the study."
    )


@pytest.mark.parametrize(("common", "taken"), [(0.0, True), (0.99, True), (1.0, False), (-0.1, False)])
def test_a_share_in_common_lies_from_0_up_to_below_1(common, taken):
    where = Where("study.toml", f'title = "A"\ncommon = {common}')
    if taken:
        check_common(common, where)
        return
    with pytest.raises(StudyError) as refused:
        check_common(common, where)
    assert str(refused.value) == (
        f"read study.toml: found line 2: common = {common:g}; allowed: a share from 0 up to below 1; correct the "
        "value, or take it out for the default."
    )


@pytest.mark.parametrize(("file", "old", "new", "claim", "message"), REFUSED)
def test_a_name_that_is_not_there_is_refused_with_those_that_are(
    add_claim, file, old, new, claim, message, edit, refusal
):
    if claim:
        add_claim("it", claim)
    else:
        edit(file, old, new)
    assert refusal() == message


def test_an_event_of_two_years_is_an_entry_of_a_calendar(study_folder, edit):
    edit("study.toml", "country", 'calendar = ["drawdown", "ramadan"]\ncountry')
    assert read_study(study_folder).calendar == ("drawdown", "ramadan")


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
