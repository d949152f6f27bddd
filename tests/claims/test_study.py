import math

import pytest

from trends.claims.study import read_study
from trends.errors import StudyError


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
