"""What a claim asks of a study: its counts, its date, its span and its bar."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest

from tests.claims.conftest import stepped
from trends.claims.asked import (
    asked_change,
    asked_later,
    asserted,
    break_of,
    change_of,
    counted_panel,
    counts_of,
    panel_of,
    places_of,
    said_in,
    source_of,
    span_of,
)
from trends.claims.links.lasting import Lasting
from trends.claims.study import read_study
from trends.errors import ModelError

CHANGE = '[event]\n{}\n[asserts]\nchange = {{ direction = "fall", at_least = 2.0{} }}'


@pytest.fixture
def asking(study_folder, add_claim):
    def of(body):
        add_claim("it", body)
        study = read_study(study_folder)
        return study.claim("it"), study

    return of


def labels(asked):
    return tuple(str(when) for when in (asked.at, asked.first, asked.last))


@pytest.mark.parametrize(
    ("event", "more", "span"),
    [
        # Said in June 2020: the speaker could know no more.
        ('name = "drawdown"', "", ("2020-01", "2020-01", "2020-06")),
        ('at = "2019-06"', "", ("2019-06", "2019-06", "2020-06")),
        ('at = "2019-06"', ', last = "2019-12"', ("2019-06", "2019-06", "2019-12")),
        # Foretold: all that came.
        ('at = "2020-09"', "", ("2020-09", "2020-09", "2020-12")),
    ],
)
def test_a_change_is_asked_from_its_event_to_the_day_on_which_it_was_said(asking, event, more, span):
    asked = asked_change(*asking(CHANGE.format(event, more)), "assess the change")
    assert labels(asked) == span
    assert (asked.direction, asked.at_least, asked.source, asked.country) == ("fall", 2.0, "events", "IQ")
    assert asked.stand.claimed == (0.0, 0.5)


def test_an_event_changes_the_first_whole_period_after_it(asking):
    claim, study = asking(CHANGE.format('name = "drawdown"', ""))
    # The first row of the event is of 30 December 2019.
    assert str(break_of(claim, study, "M")) == "2020-01"
    assert str(break_of(claim, study, "Q")) == "2020Q1"


def test_counts_are_those_of_the_claims_provinces_span_and_frequency(asking):
    counts = '[counts]\nprovinces = ["Diyala", "Anbar"]\nfirst = "2018-01"\nlast = "2019-12"\nfrequency = "Q"\n'
    claim, study = asking(counts + CHANGE.format('at = "2019Q2"', ""))
    series = counts_of(claim, study)
    panel = study.panels["events"].counts
    assert len(series) == 8 and str(series.index[0]) == "2018Q1"
    assert series.iloc[0] == panel.loc["2018-01":"2018-03", ["Diyala", "Anbar"]].to_numpy().sum()
    assert str(said_in(claim, "Q-DEC")) == "2020Q2"
    # The counts end before the claim was made.
    assert str(asked_change(claim, study, "assess the change").last) == "2019Q4"


def test_the_same_is_asked_of_other_counts(asking):
    asked = asked_change(*asking(CHANGE.format('name = "drawdown"', "")), "assess the change")
    other = asked.of(asked.counts * 2)
    np.testing.assert_allclose(other.series.counts, 2 * asked.series.counts)
    assert labels(other) == labels(asked)


def test_later_is_two_years_at_most_and_no_longer_than_the_counts(asking):
    claim, study = asking(CHANGE.format('at = "2017-06"', ""))
    at, later = (pd.Period(label, "M") for label in ("2017-06", "2017-09"))
    assert labels(asked_later(claim, study, at, later, "rise", None)) == ("2017-06", "2017-09", "2019-08")
    assert str(asked_later(claim, study, at, pd.Period("2020-03", "M"), "rise", None).last) == "2020-12"


def test_a_pulse_before_a_later_span_is_none_of_its_effect(planted, study_folder):
    """The periods between are set aside: else the pulse would have to go on in the span."""
    means = np.repeat([20.0, 80.0, 20.0], [24, 3, 21])
    planted(means, CHANGE.format('at = "2019-01"', ""))
    study = read_study(study_folder)
    at, later = pd.Period("2019-01", "M"), pd.Period("2019-04", "M")
    found = asked_later(study.claim("it"), study, at, later, "rise", None).effect().ratio
    assert found.low < 1 < found.high < 1.6


def test_a_column_that_is_entered_takes_its_part_of_the_effect(planted, study_folder):
    planted(stepped(3), CHANGE.format('at = "2020-01"', ""))
    study = read_study(study_folder)
    asked = asked_change(study.claim("it"), study, "assess the change")
    step = np.asarray(asked.counts.index >= asked.at, float)
    alone, beside = asked.effect().ratio, asked.effect(((step, 1.0),)).ratio
    assert 2 < alone.low < 3 < alone.high
    # The change and its copy share the effect, and neither is certain.
    assert beside.high / beside.low > 2 * alone.high / alone.low


def test_direction_and_bar_are_the_links_own_or_those_of_the_change(asking):
    claim, _ = asking(CHANGE.format('name = "drawdown"', ""))
    assert asserted(Lasting(), claim) == ("fall", 2.0)
    assert asserted(Lasting(direction="rise", at_least=1.2), claim) == ("rise", 1.2)
    with pytest.raises(ModelError) as refused:
        asserted(Lasting(), replace(claim, asserts={"lasting": Lasting()}))
    assert str(refused.value) == (
        "rule on the claim 'it': found neither a link 'change' nor a direction; allowed: rise, fall or none; give the "
        'link a direction = "rise".'
    )
    with pytest.raises(ModelError) as refused:
        change_of(replace(claim, asserts={"lasting": Lasting()}), "tell the power")
    assert str(refused.value) == (
        "tell the power of the claim 'it': found the links lasting; allowed: a claim that asserts a change; choose "
        "such a claim."
    )
    assert refused.value.lacks == "The claim says nothing of a change, so that there is none to look into."


@pytest.mark.parametrize(("at", "whether"), [("2017-04", True), ("2017-03", False)])
def test_three_watched_periods_before_a_change_are_enough_and_fewer_are_not(asking, at, whether):
    claim, study = asking(CHANGE.format(f'at = "{at}"', ""))
    if whether:
        assert str(asked_change(claim, study, "assess the change").at) == at
        return
    with pytest.raises(ModelError) as refused:
        asked_change(claim, study, "assess the change")
    assert str(refused.value) == (
        "hold the change of the claim 'it' against its counts: found 2 watched months before 2017-03; allowed: 3 or "
        "more, so that there is something to expect; give the claim a longer span under [counts]."
    )
    assert refused.value.lacks == "Before the change 2 months were watched, of at least 3."


def test_one_period_before_a_change_is_told_in_the_singular(asking):
    with pytest.raises(ModelError) as refused:
        asked_change(*asking(CHANGE.format('at = "2017-02"', "")), "assess the change")
    assert refused.value.lacks == "Before the change 1 month was watched, of at least 3."


@pytest.mark.parametrize(("at", "whether"), [("2017-01", False), ("2020-12", True), ("2021-01", False)])
def test_a_change_lies_after_the_first_and_no_later_than_the_last_count(asking, at, whether):
    claim, study = asking(CHANGE.format(f'at = "{at}"', ""))
    if whether:
        assert labels(asked_change(claim, study, "assess the change")) == ("2020-12", "2020-12", "2020-12")
        return
    with pytest.raises(ModelError) as refused:
        asked_change(claim, study, "assess the change")
    assert f"found counts in January 2017 to December 2020 and a change in {at}; allowed: counts before" in str(
        refused.value
    )
    assert refused.value.lacks.endswith("one of its sides was not counted.")


def test_a_change_of_no_date_is_told_what_it_lacks(asking):
    claim, study = asking('[asserts]\nchange = { direction = "fall" }')
    with pytest.raises(ModelError) as refused:
        break_of(claim, study, "M")
    assert str(refused.value) == (
        "date the change of the claim 'it': found neither a name nor a period under [event]; allowed: an event of the "
        "study, or at = the first period of the new regime; add one of the two."
    )
    assert refused.value.lacks == (
        "The claim is tied to no date. A date that its speaker would accept would make it one to test."
    )


@pytest.mark.parametrize(
    ("last", "why"),
    [("2019-03", "began in June 2019."), ("2021-02", "December 2020 is the last that was counted.")],
)
def test_a_span_of_its_own_that_ends_before_the_change_or_after_the_counts_is_told(asking, last, why):
    with pytest.raises(ModelError) as refusal:
        asked_change(*asking(CHANGE.format('at = "2019-06"', f', last = "{last}"')), "assess the change")
    assert str(refusal.value) == (
        f"hold the change of the claim 'it' against its counts: found last = '{last}', a change in 2019-06 and "
        "counts to 2020-12; allowed: a last period between the two; correct last of the link change, or leave it out."
    )
    assert refusal.value.lacks.endswith(why)


def test_a_change_said_in_its_very_month_is_asked_of_that_month(asking):
    # Said in the very month of the change: that month is what the speaker knew.
    assert labels(asked_change(*asking(CHANGE.format('at = "2020-06"', "")), "assess the change"))[2] == "2020-06"


def test_source_places_and_span_are_the_claims_own_or_the_studys(asking):
    claim, study = asking(CHANGE.format('at = "2019-06"', ""))
    assert (source_of(claim, study), places_of(claim), span_of(claim, study)) == (
        "events",
        None,
        (study.first, study.last),
    )
    own = replace(claim, counts=replace(claim.counts, source="x", provinces=("Anbar",), first="2018", last="2019"))
    assert (source_of(own, study), places_of(own), span_of(own, study)) == ("x", ["Anbar"], ("2018", "2019"))
    assert counted_panel(claim, study).provinces == study.panels["events"].provinces
    few = replace(claim, counts=replace(claim.counts, provinces=("Anbar",)))
    assert counted_panel(few, study).provinces == ["Anbar"]


def test_published_totals_are_no_course_over_time(asking):
    claim, study = asking(CHANGE.format('at = "2019-06"', ""))
    (name, *_) = study.figures
    with pytest.raises(ModelError) as refused:
        panel_of(replace(claim, counts=replace(claim.counts, source=name)), study)
    assert "follow the counts over time: found published figures of " in str(refused.value)
    assert "allowed: a source with a panel: events, again; add such a source" in str(refused.value)
    assert refused.value.lacks.endswith("Such counts of the same thing would settle it.")


def test_as_of_some_month_a_span_ends_with_the_counts_and_one_that_had_not_begun_is_told(asking):
    claim, study = asking(CHANGE.format('at = "2019-06"', ""))
    panel = study.panels["events"]
    then = replace(study, as_of="2019-09", panels={"events": panel.span(None, "2019-09")})

    def of(**counts):
        return panel_of(replace(claim, counts=replace(claim.counts, **counts)), then)

    assert str(of(first="2018-01", last="2020-06").index[-1]) == "2019-09"
    assert str(of(first="2018-01", last="2019-03").index[-1]) == "2019-03"
    assert str(of(first="2019-09").index[0]) == "2019-09"
    # Of quarters and years those alone that were over.
    assert [str(when) for when in of(frequency="Q").index[[0, -1]]] == ["2017Q1", "2019Q3"]
    assert [str(when) for when in of(frequency="Y").index[[0, -1]]] == ["2017", "2018"]
    for counts, whole in (({"first": "2019-10"}, then), ({"frequency": "Y"}, None)):
        early = whole or replace(study, as_of="2017-09", panels={"events": panel.span(None, "2017-09")})
        with pytest.raises(ModelError) as refused:
            panel_of(replace(claim, counts=replace(claim.counts, **counts)), early)
        assert "follow the counts as of " in str(refused.value)
        assert refused.value.lacks.startswith("By September ") and refused.value.lacks.endswith("of this time.")


def test_what_is_asked_cannot_be_changed_and_says_its_quantity(asking):
    asked = asked_change(*asking(CHANGE.format('at = "2019-06"', "")), "assess the change")
    assert asked.quantity == "rate from June 2019 to June 2020, against what was to be expected,"
    with pytest.raises(FrozenInstanceError):
        asked.direction = "rise"
