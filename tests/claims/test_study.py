import math
from dataclasses import replace

import pytest

from trends.claims import study as study_module
from trends.claims.study import panel_has, read_study
from trends.counts.provinces import find_provinces
from trends.errors import ModelError, StudyError


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


def test_the_calendar_holds_what_the_package_dates_and_what_events_date(study_folder, edit):
    assert read_study(study_folder).windows() == {}
    edit("study.toml", "country", 'calendar = ["ramadan", "drawdown"]\ncountry')
    windows = read_study(study_folder).windows()
    assert windows["ramadan"] is None
    assert [str(first) for first, _ in windows["drawdown"]] == ["2019-12-30", "2020-02-10"]


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
    assert math.isnan(study.total("events", "2020-11", "2021-01"))
    assert math.isnan(study.total("events", "2020-01-05", "2020-01-20"))
    assert math.isnan(study.total("events", "2020-01", "2020-02-10"))
    assert study.total("events", "2020-01-01", "2020-01-31") == study.panel().counts.loc["2020-01"].sum()
    # A place by another spelling, one that no source has, and several together.
    assert study.total("events", "2020-01", "2020-03", ["Diyālá"]) == counted["Diyala"].sum()
    assert math.isnan(study.total("events", "2020-01", "2020-03", ["Basra"]))
    assert math.isnan(study.total("paper", "2020Q1", "2020Q1", ["Basra"]))
    assert study.total("paper", "2020Q1", "2020Q1", ["Diyālá"]) == 120
    assert math.isnan(study.total("paper", "2020Q1", "2020Q1", ["Diyala", "Kirkuk"]))
    other = replace(study, sources={**study.sources, "paper": replace(study.sources["paper"], measure="deaths")})
    assert math.isnan(other.total("paper", "2020Q1", "2020Q1"))


def test_totals_asked_again_are_the_same_and_those_of_other_figures_are_their_own(study_folder, monkeypatch):
    study = read_study(study_folder)
    looked_up = []
    monkeypatch.setattr(
        study_module, "find_provinces", lambda *given: looked_up.append(given) or find_provinces(*given)
    )
    assert [study.total("paper", "2020Q1", "2020Q1", ["Diyala"]) for _ in range(2)] == [120, 120]
    assert [study.total("paper", "2020Q1", "2020Q1") for _ in range(2)] == [400, 400]
    # Those of the file once, and the one asked for each time.
    assert len(looked_up) == len(study.figures["paper"].query("measure == 'attacks'")) + 2
    doubled = study.figures["paper"].assign(value=study.figures["paper"]["value"] * 2)
    assert replace(study, figures=study.figures | {"paper": doubled}).total("paper", "2020Q1", "2020Q1") == 800


def test_what_was_watched_in_part_has_no_total(study_folder):
    study = read_study(study_folder)
    exposure = study.panel().exposure.copy()
    exposure.loc["2020-02", "Anbar"] = 0.5
    study = replace(study, panels={"events": replace(study.panel(), exposure=exposure)})
    assert math.isnan(study.total("events", "2020-01", "2020-03"))
    assert study.total("events", "2020-03", "2020-03") > 0
    assert study.total("events", "2020-01", "2020-03", ["Diyala"]) > 0


def test_a_panel_has_its_own_places_and_no_others(study_folder):
    panel = read_study(study_folder).panel()
    assert panel_has(panel, None) and panel_has(panel, []) and panel_has(panel, ["Anbar", "Diyala"])
    assert not panel_has(panel, ["Anbar", "Basra"])


def test_an_event_is_told_by_its_title_or_its_name_and_its_rows_stand_in_time(study_folder):
    study = read_study(study_folder)
    backward = replace(study, events=study.events.iloc[::-1])
    assert backward.event("drawdown")["what"].tolist() == ["first base handed over", "second base handed over"]
    assert study.event_title("drawdown") == "drawdown" and study.event_title("an_isf-raid") == "an isf raid"
    titled = replace(study, events=study.events.assign(title=["", "the drawdown"]))
    assert titled.event_title("drawdown") == "the drawdown"
    assert replace(study, events=study.events.drop(columns="title")).event_title("drawdown") == "drawdown"


def test_an_event_that_is_not_there_is_refused_and_one_that_had_not_begun_is_no_fault(study_folder):
    study = read_study(study_folder)
    with pytest.raises(StudyError) as refused:
        study.event("vote")
    assert str(refused.value) == (
        "find an event of the study: found the event 'vote'; allowed: drawdown; name one of these."
    )
    with pytest.raises(ModelError) as early:
        replace(study, as_of="2019-06").event("vote")
    assert str(early.value) == (
        "find the event 'vote' as of 2019-06: found none that had begun; allowed: events that had begun by then; ask "
        "as of a later month."
    )
    assert early.value.lacks == "By June 2019 it had not happened."


def test_a_study_is_told_by_its_title_and_what_it_holds(study_folder, add_claim):
    for name in ("b", "a"):
        add_claim(name, '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }')
    study = read_study(study_folder)
    assert repr(study) == "Study(A small study: 3 sources, 1 event, 2 claims)"
    page = study._repr_html_()
    assert page.startswith('<p><b>A small study</b>: 2017-01 to 2020-12</p><table class="dataframe">')
    assert "<td>events, again, paper</td>" in page and "<td>a, b</td>" in page and "<th>0</th>" not in page
    assert [claim.id for claim in study.claims] == ["a", "b"] and study.claim("a").event.title == "drawdown"
    assert study.published("paper")["id"].tolist()[0] == "p1" and study.panel("again") is study.panels["again"]


@pytest.mark.parametrize("key", ['source = "none"', 'source = "events"\ncounters = ["events", "none"]'])
def test_a_source_that_the_study_names_is_one_of_its_own(edit, refusal, key):
    edit("study.toml", 'source = "events"', key)
    assert refusal() == (
        "find a source of the study: found the source 'none'; allowed: events, again, paper; name one of these."
    )


REFUSED = [
    (
        "study.toml", 'title = "A small study"', 'titel = "A small study"',
        "read {f}/study.toml: found line 1: the key 'titel'; allowed: the keys title, country, first, last, source, "
        "about, licence, cite, names, provinces, calendar, counters, common, outlines, question, main, analyst, "
        "institution, dated, doi; correct the spelling or take the key out.",
    ),
    (
        "published.csv", "p1,paper,1200", "p1,paper,many",
        "read the published figures in {f}/published.csv: found line 2: value 'many'; allowed: a number; "
        "correct the cell.",
    ),
    (
        "published.csv", "p2,", "p1,",
        "read the published figures in {f}/published.csv: found line 3: id 'p1', 2019-01-01 to 2019-12-31; allowed: an "
        "id of its own and a first day that is not after the last; correct the line.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), REFUSED)
def test_a_faulty_study_is_refused_in_a_sentence(file, old, new, message, edit, refusal):
    edit(file, old, new)
    assert refusal() == message


def test_a_panel_and_published_figures_are_two_things(study_folder):
    study = read_study(study_folder)
    with pytest.raises(StudyError, match="published figures, which are totals and not a panel; allowed: events, again"):
        study.panel("paper")
    with pytest.raises(StudyError, match="found a panel; allowed: paper"):
        study.published("events")
    with pytest.raises(StudyError, match="found the claim 'none'"):
        study.claim("none")
