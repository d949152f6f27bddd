"""A study of some month: nothing later is seen, a delay and releases are kept to, months without an answer refused."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from trends import periods
from trends.claims.as_of import end_of_data, event_of, released_after, stand_ins, start_of_data, study_as_of
from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.errors import InputError

RISE = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }'


@pytest.fixture
def made(study_folder, add_claim):
    def of(body=RISE):
        add_claim("it", body)
        study = read_study(study_folder)
        return study, study.claim("it")

    return of


def test_no_count_figure_or_event_of_later_is_seen(made):
    study, _ = made()
    cut = study_as_of(study, "2020-02")
    assert {str(panel.index[-1]) for panel in cut.panels.values()} == {"2020-02"}
    assert list(cut.figures["paper"]["id"]) == ["p1", "p2"]
    assert list(study_as_of(study, "2020-03").figures["paper"]["id"]) == ["p1", "p2", "p3", "p4"]
    assert len(study_as_of(study, "2020-01").event("drawdown")) == 1
    assert len(cut.event("drawdown")) == 2
    assert study.as_of == "" and str(study.panel().index[-1]) == "2020-12"


LEVEL = "[asserts]\nrecorded = { at_least = 1 }"


def with_sources(study, **changes):
    """A study whose sources of a name are changed so, one that it does not hold yet made of ``events``."""
    made = {
        name: replace(study.sources.get(name, study.sources["events"]), name=name, **change)
        for name, change in changes.items()
    }
    panels = {name: study.panels["events"] for name in changes if name not in study.sources}
    return replace(study, sources={**study.sources, **made}, panels={**study.panels, **panels})


@pytest.mark.parametrize(
    ("as_of", "last"),
    [("2017-01", "2017-01"), ("2019-07-31", "2019-07"), ("2019-07-30", "2019-06"), ("2020Q1", "2020-03"),
     ("2019", "2019-12"), ("2020-12", "2020-12")],
)  # fmt: skip
def test_a_day_a_quarter_and_a_year_are_periods_too(made, as_of, last):
    cut = study_as_of(made(LEVEL)[0], as_of)
    assert (cut.as_of, str(cut.panel().index[-1])) == (as_of, last)


def test_before_the_first_period_was_over_nothing_was_counted(made):
    study, _ = made(LEVEL)
    cut = study_as_of(study, "2017-01-01")
    assert not cut.panels and len(cut.events) == 0 and cut.sources.keys() == study.sources.keys()
    assert np.isnan(cut.total("events", "2017-01", "2017-01"))
    assert all(len(figures) == 0 for figures in cut.figures.values())


def test_an_event_has_happened_on_its_first_day(made):
    study, claim = made()
    assert len(study_as_of(study, "2020-02-10").event("drawdown")) == 2
    assert len(study_as_of(study, "2020-02-09").event("drawdown")) == 1
    # A claim can be held against what was known on the day of its event itself.
    assert study_as_of(study, "2019-12-30", claim).as_of == "2019-12-30"
    later = replace(study, events=study.events.iloc[::-1])
    assert list(study_as_of(later, "2020-03").events.index) == [0, 1]


def test_a_delay_holds_back_published_figures_too(made):
    study = with_sources(made()[0], paper={"delay": "3M"})
    assert list(study_as_of(study, "2020-06").figures["paper"]["id"]) == ["p1", "p2", "p3", "p4"]


SAME = {"released": "2020-01", "origin": "list"}


@pytest.mark.parametrize(
    ("earlier", "taken"),
    [
        ({}, True),
        ({"released": "2020-06"}, True),
        ({"released": "2020-07"}, False),
        ({"released": ""}, False),
        ({"origin": "another"}, False),
        ({"measure": "deaths"}, False),
        ({"actor": "others"}, False),
        ({"rule": "another"}, False),
    ],
)
def test_a_release_of_later_gives_way_to_an_earlier_one_of_its_kind_that_was_out(made, earlier, taken):
    study = with_sources(made()[0], events={"released": "2021", "origin": "list"}, again=SAME | earlier)
    used = study_as_of(study, "2020-06").sources["events"]
    assert (used.name, used.title) == ("events", "Event file, again" if taken else "Event file")


def test_of_several_earlier_releases_the_newest_stands_in_and_a_release_of_the_month_for_itself(made):
    study = with_sources(
        made()[0],
        first={"title": "First", **SAME},
        second={"title": "Second", **SAME, "released": "2020-05"},
        events={"released": "2020-07", "origin": "list"},
    )
    assert study_as_of(study, "2020-06").sources["events"].title == "Second"
    assert study_as_of(study, "2020-04").sources["events"].title == "First"
    assert study_as_of(study, "2020-07").sources["events"].title == "Event file"


def test_what_is_published_in_figures_stands_in_for_no_counts(made):
    study = made()[0]
    kind = {name: getattr(study.sources["events"], name) for name in ("measure", "actor", "rule")}
    study = with_sources(study, paper=kind | SAME, events={"released": "2021", "origin": "list"})
    assert study_as_of(study, "2020-06").sources["events"].title == "Event file"


def test_several_that_came_out_later_are_named_in_one_sentence_each_title_once(made):
    study, _ = made()
    study = with_sources(study, events={"released": "2021"}, again={"released": "2020-07"}, paper={"released": "2022"})
    assert stand_ins(study_as_of(study, "2020-06"), ("events", "again", "events", "paper")) == (
        "Event file; and Event file, again came out after June 2020. Their counts of the time until then stand in for "
        "what was known of it.",
    )
    assert released_after(study, ("events", "again"), date(2020, 7, 30)) == ["Event file", "Event file, again"]
    assert released_after(study, ("events", "again"), date(2020, 7, 31)) == ["Event file"]


def test_the_data_reach_from_the_first_day_of_any_source_to_the_last_of_any(made):
    study, _ = made()
    assert (start_of_data(study), end_of_data(study)) == (date(2017, 1, 1), date(2020, 12, 31))
    wider = study.figures["paper"].assign(first=date(2016, 5, 1), last=date(2021, 2, 28))
    wide = replace(study, figures={"paper": wider})
    assert (start_of_data(wide), end_of_data(wide)) == (date(2016, 5, 1), date(2021, 2, 28))


def test_the_event_of_a_claim_is_its_own_day_or_the_first_of_the_rows_or_none(made):
    study, claim = made()
    assert event_of(claim, study) == date(2019, 12, 30)
    assert event_of(replace(claim, event=replace(claim.event, at="2020-02")), study) == date(2020, 2, 1)
    assert event_of(replace(claim, event=replace(claim.event, name="")), study) is None


@pytest.mark.parametrize(
    ("event", "month", "told"),
    [
        ("2016-05", "2016-12", "found data that begin with 2017-01-01; allowed: a month from 2017-01 to 2020-12"),
        ("2017-01", "2016-12", "found an event that began on 2017-01-01; allowed: a month from 2017-01 to 2020-12"),
    ],
)
def test_an_event_before_the_data_leaves_it_to_them(made, event, month, told):
    study, claim = made()
    with pytest.raises(InputError) as error:
        study_as_of(study, month, replace(claim, event=replace(claim.event, at=event)))
    assert str(error.value) == f"assess as of {month}: {told}; name a later one."


@pytest.mark.parametrize("month", [None, 202006, "x" * 90])
def test_what_is_no_period_is_refused_and_told_in_short(made, month):
    with pytest.raises(InputError) as error:
        study_as_of(made()[0], month)
    assert str(error.value) == (
        f"assess as of {str(month)[:80]}: found no period; allowed: a month from 2017-01 to 2020-12; write it as "
        "2020-06."
    )


def test_what_came_later_changes_no_ruling_of_a_month(made):
    study, claim = made()
    later = study.panels["events"]
    counts = later.counts.copy()
    counts.loc[pd.Period("2020-05", "M") :] *= 7
    other = replace(study, panels={**study.panels, "events": replace(later, counts=counts)})
    found = [assess(claim, each, "quick", as_of="2020-04") for each in (study, other)]
    assert found[0] == found[1] and found[0].as_of == "2020-04"
    assert str(found[0]).splitlines()[1].startswith("  As of April 2020, ")
    assert assess(claim, other, "quick") != assess(claim, study, "quick")


def test_of_the_last_month_the_verdict_is_that_of_all_the_data(made):
    study, claim = made()
    assert replace(assess(claim, study, "quick", as_of="2020-12"), as_of="") == assess(claim, study, "quick")


def test_a_delay_holds_back_the_newest_periods(made):
    study, _ = made()
    slow = replace(study.sources["events"], delay="3M")
    cut = study_as_of(replace(study, sources={**study.sources, "events": slow}), "2020-06")
    assert str(cut.panels["events"].index[-1]) == "2020-03" and str(cut.panels["again"].index[-1]) == "2020-06"


def test_the_release_of_the_time_is_taken_where_the_study_holds_it(made):
    study, _ = made()
    early = replace(study.sources["again"], released="2020-03", origin="list")
    late = replace(study.sources["events"], released="2021", origin="list")
    panel = study.panels["again"].span(None, "2020-02")
    study = replace(
        study,
        sources={**study.sources, "again": early, "events": late},
        panels={**study.panels, "again": replace(panel, counts=panel.counts + 1)},
    )
    cut = study_as_of(study, "2020-06")
    assert cut.sources["events"].title == "Event file, again"
    assert cut.total("events", "2020-01", "2020-02") == cut.total("again", "2020-01", "2020-02")
    assert not np.isfinite(cut.total("events", "2020-03", "2020-03"))
    # Before it was out there was none: the counts of the newer one stand in, and a verdict says so.
    before = study_as_of(study, "2020-02")
    assert before.sources["events"].title == "Event file"
    assert stand_ins(before, ("events", "paper")) == (
        "Event file came out after February 2020. Its counts of the time until then stand in for what was known of it.",
    )
    assert stand_ins(cut, ("events",)) == () == stand_ins(study, ("events",))


def test_published_figures_of_a_later_release_are_not_seen(made):
    study, _ = made()
    paper = replace(study.sources["paper"], released="2020-07")
    study = replace(study, sources={**study.sources, "paper": paper})
    assert len(study_as_of(study, "2020-06").figures["paper"]) == 0
    assert len(study_as_of(study, "2020-07").figures["paper"]) == 5


def test_what_was_not_counted_yet_is_untestable_and_says_since_when(made):
    body = '[counts]\nfirst = "2020-06"\nlast = "2020-09"\n[asserts]\ntrend = { direction = "rise" }'
    study, claim = made(body)
    (finding,) = assess(claim, study, as_of="2020-03").findings
    assert finding.sentence == "By March 2020 Event file had no counts of this time."


def test_an_event_of_later_has_not_happened(study_folder, add_claim):
    with open(study_folder / "events.csv", "a") as file:
        file.write("later,2020-09-01,,day,troops,,a later one,,,true,,,\n")
    add_claim("it", '[asserts]\ndates = { first = "drawdown", then = "later", within = 400 }')
    study = read_study(study_folder)
    (finding,) = assess(study.claim("it"), study, as_of="2020-06").findings
    assert finding.ruling == "UNTESTABLE" and finding.sentence == "By June 2020 it had not happened."
    assert assess(study.claim("it"), study, as_of="2020-09").ruling == "SUPPORTED"


def test_coarse_claims_end_with_the_last_period_that_was_over(made):
    study, claim = made('[counts]\nfrequency = "Q"\n' + RISE)
    finding = assess(claim, study, "quick", as_of="2020-08").findings[0]
    assert str(finding.fit.asked.counts.index[-1]) == "2020Q2"
    assert periods.frequency_of(finding.fit.asked.counts.index) == "Q"


@pytest.mark.parametrize(
    ("month", "told"),
    [
        ("2019-11", "found an event that began on 2019-12-30; allowed: a month from 2019-12 to 2020-12; name a later "
         "one."),
        ("2021-01", "found data that end with 2020-12; allowed: a month from 2019-12 to 2020-12; name an earlier one, "
         "or leave it out."),
        ("soon", "found no period; allowed: a month from 2019-12 to 2020-12; write it as 2020-06."),
        ("2020-13", "found no period; allowed: a month from 2019-12 to 2020-12; write it as 2020-06."),
    ],
)  # fmt: skip
def test_months_that_cannot_be_asked_of_are_refused(made, month, told):
    study, claim = made()
    with pytest.raises(InputError) as error:
        assess(claim, study, as_of=month)
    assert str(error.value) == f"assess as of {month}: {told}"


def test_without_an_event_the_data_must_have_begun(made):
    study, claim = made("[asserts]\nrecorded = { at_least = 1 }")
    with pytest.raises(InputError, match="found data that begin with 2017-01-01; allowed: a month from 2017-01 to"):
        assess(claim, study, as_of="2016-12")
