import math

import pytest

from trends.claims.study import read_study
from trends.errors import InputError, StudyError


def edit(folder, name, old, new):
    file = folder / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_study_is_read_with_all_that_it_names(study_folder, add_claim):
    add_claim("rose", '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }')
    study = read_study(study_folder)
    assert list(study.sources) == ["events", "again", "paper"]
    assert study.panel().provinces == ["Diyala", "Kirkuk", "Anbar"]
    assert study.claim("rose").event.name == "drawdown"
    assert study.event("drawdown")["first"].dt.date.astype(str).tolist() == ["2019-12-30", "2020-02-10"]
    assert [name for name, _ in study.files] == [
        "claims/rose.toml", "counts/again.csv", "counts/events.csv", "events.csv", "published.csv", "study.toml",
    ]  # fmt: skip


def test_the_calendar_holds_what_the_package_dates_and_what_events_date(study_folder):
    assert read_study(study_folder).windows() == {}
    edit(study_folder, "study.toml", "country", 'calendar = ["ramadan", "drawdown"]\ncountry')
    windows = read_study(study_folder).windows()
    assert windows["ramadan"] is None
    assert [str(first) for first, _ in windows["drawdown"]] == ["2019-12-30", "2020-02-10"]


def test_an_event_of_one_year_is_no_entry_of_a_calendar(study_folder):
    edit(study_folder, "study.toml", "country", 'calendar = ["drawdown"]\ncountry')
    edit(study_folder, "events.csv", "2019-12-30", "2020-01-30")
    with pytest.raises(StudyError) as refusal:
        read_study(study_folder)
    assert str(refusal.value) == (
        f"read the calendar of {study_folder}/study.toml: found the event 'drawdown', whose rows are all of one year; "
        "allowed: events with a row for each of several years; add the other years to events.csv, or take the entry "
        "out."
    )


def test_totals_are_counted_or_published_and_never_invented(study_folder):
    study = read_study(study_folder)
    counted = study.panel().counts.loc["2020-01":"2020-03"]
    assert study.total("events", "2020Q1", "2020Q1") == counted.to_numpy().sum()
    assert study.total("events", "2020-01", "2020-03", ["Diyala"]) == counted["Diyala"].sum()
    assert study.total("paper", "2020Q1", "2020Q1") == 400
    assert study.total("paper", "2020Q1", "2020Q2") == 750
    assert study.total("paper", "2018", "2019") == 2700
    assert study.total("paper", "2020Q1", "2020Q1", ["Diyala"]) == 120
    assert math.isnan(study.total("paper", "2020-01", "2020-01"))
    assert math.isnan(study.total("paper", "2020Q3", "2020Q3"))
    assert math.isnan(study.total("events", "2016-12", "2017-02"))


REFUSED = [
    (
        "study.toml", 'source = "events"', 'source = "evnts"', "",
        "find a source of the study: found the source 'evnts'; allowed: events, again, paper; name one of these, "
        "the nearest being 'events'.",
    ),
    (
        "study.toml", "counts/again.csv", "counts/none.csv", "",
        "read the source 'again' of {f}/study.toml: found no file {f}/counts/none.csv; allowed: a file in the study's "
        "folder; write it with trends count --out {f}/counts/none.csv, or correct the name.",
    ),
    (
        "study.toml", 'series = "paper"', 'series = "papers"', "",
        "read the source 'paper' of {f}/study.toml: found the series 'papers'; allowed: paper; name one of these, the "
        "nearest being 'paper'.",
    ),
    (
        "study.toml", 'series = "paper"\n', "", "",
        "read [sources.paper] of {f}/study.toml: found counts = '', published = 'published.csv', series = ''; "
        "allowed: either counts, or published with series; name the one file that holds this source.",
    ),
    (
        "study.toml", 'title = "A small study"', 'titel = "A small study"', "",
        "read {f}/study.toml: found line 1: the key 'titel'; allowed: the keys title, country, first, last, source, "
        "about, licence, cite, provinces, calendar, counters, common, outlines, question, main, analyst, institution, "
        "dated, doi; correct the spelling or take the key out.",
    ),
    (
        "study.toml", 'title = "A small study"', 'title = "A small study"\ncalendar = ["ramadam"]', "",
        "read the calendar of {f}/study.toml: found the entry 'ramadam'; allowed: ramadan, ashura, arbaeen, "
        "eid_al_fitr, eid_al_adha, drawdown; name one of these, the nearest being 'ramadan'.",
    ),
    (
        "events.csv", "2019-12-30,,", "2019-13-30,,", "",
        "read {f}/events.csv: found line 2: first '2019-13-30', last '2019-13-30'; allowed: days such as 2020-03-17, "
        "the last not before the first, or an empty last; correct the dates.",
    ),
    (
        "published.csv", "p1,paper,1200", "p1,paper,many", "",
        "read the published figures in {f}/published.csv: found line 2: value 'many'; allowed: a number; "
        "correct the cell.",
    ),
    (
        "published.csv", "p2,", "p1,", "",
        "read the published figures in {f}/published.csv: found line 3: id 'p1', 2019-01-01 to 2019-12-31; allowed: an "
        "id of its own and a first day that is not after the last; correct the line.",
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
        "read the claim 'it' in {f}/claims/it.toml: found 'April 2020'; allowed: a label such as 2020, 2020Q1, "
        "2020-03, 2020-W12 or 2020-03-17; write it in this way.",
    ),
    (
        "study.toml", "", "", '[asserts]\nrecorded = { most = "Atlantis" }',
        "read the claim 'it' in {f}/claims/it.toml: found 'Atlantis', which is none of its columns; "
        "allowed: Diyala, Kirkuk, Anbar; name one of these.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "claim", "message"), REFUSED)
def test_a_faulty_study_is_refused_in_a_sentence(study_folder, add_claim, file, old, new, claim, message):
    if claim:
        add_claim("it", claim)
    else:
        edit(study_folder, file, old, new)
    with pytest.raises((StudyError, InputError)) as refused:
        read_study(study_folder)
    assert str(refused.value) == message.format(f=study_folder)


def test_a_file_that_was_altered_is_refused(study_folder):
    edit(study_folder, "study.toml", 'counts = "counts/events.csv"', 'counts = "counts/events.csv"\nsha256 = "0"')
    with pytest.raises(StudyError, match="allowed: the one the study was written for, 0; restore the file"):
        read_study(study_folder)


def test_a_panel_and_published_figures_are_two_things(study_folder):
    study = read_study(study_folder)
    with pytest.raises(StudyError, match="published figures, which are totals and not a panel; allowed: events, again"):
        study.panel("paper")
    with pytest.raises(StudyError, match="found a panel; allowed: paper"):
        study.published("events")
    with pytest.raises(StudyError, match="found the claim 'none'"):
        study.claim("none")


def test_a_day_on_which_nobody_can_have_spoken_is_refused_when_the_claim_is_read(add_claim):
    folder = add_claim("it", '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }')
    file = folder / "claims" / "it.toml"
    file.write_text(file.read_text().replace('said_on = "2020-06"', 'said_on = "June 2020"'))
    with pytest.raises(StudyError, match=r"read the claim 'it'.*found 'June 2020'"):
        read_study(folder)
