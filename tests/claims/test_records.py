from dataclasses import replace
from datetime import date
from math import log, nan

import pandas as pd
import pytest

from trends.chance.counters import Counter, with_break
from trends.claims.claim import Claim, Counts
from trends.claims.examples import example_studies
from trends.claims.quantity import Quantity, asked_figure
from trends.claims.records import (
    Record,
    breaks_between,
    check_unit,
    counter_of,
    counters_for,
    drift_spans,
    kept_in,
    own_counter,
    record_of,
    records_of,
    unwatched_periods,
    why_not_counted,
)
from trends.claims.study import read_study
from trends.errors import ModelError


@pytest.fixture(scope="module")
def iraq():
    return read_study(example_studies()["iraq"])


def claim(**counts):
    return Claim("one", "It was so.", "paper", "A", "2020-06", "2020-07-01", {}, Counts(**counts))


def test_the_counter_is_the_one_named_or_the_speakers_or_the_studys(iraq):
    assert own_counter("gti", claim(source="lig_oir"), iraq) == ("gti", True)
    assert own_counter("", claim(source="lig_oir"), iraq) == ("lig_oir", True)
    assert own_counter("", claim(), iraq) == ("ucdp", False)


def test_a_figure_is_held_against_the_counters_of_the_study_or_those_of_one_measure_and_actor(iraq):
    assert counters_for("ctc_sigact", claim(), iraq) == [
        "ctc_sigact",
        "ucdp",
        "lig_oir",
        "gtd",
        "gti",
        "is_claims_year",
    ]
    # People killed are not attacks: the counters of the study are not theirs.
    assert counters_for("peshmerga_casualties", claim(), iraq) == ["peshmerga_casualties"]
    assert counters_for("wing", claim(), iraq) == ["wing", "wing_week", "constellis"]
    assert counters_for("ucdp", claim(against=("gtd",)), iraq) == ["ucdp", "gtd"]
    assert counters_for("ucdp", claim(), iraq, ("gti",)) == ["gti"]


def test_the_share_kept_is_that_of_the_breaks_that_hold_in_a_span(iraq):
    source = iraq.sources["ucdp"]
    kept = {span: kept_in(source, span) for span in (("2016", "2016"), ("2018", "2018"), ("2019", "2020"))}
    assert list(kept.values()) == [(0.82, 0.92), (0.61, 0.61), (0.5, 0.9)]
    assert kept_in(source, ("2017-07", "2018-06")) == (0.61, 0.92)
    assert kept_in(iraq.sources["accord_acled"], ("2019", "2019")) is None
    assert len(breaks_between(source, ("2017", "2017"), ("2019", "2019"))) == 2
    assert breaks_between(source, ("2019", "2019"), ("2020", "2020")) == []


def test_spans_of_days_are_compared_by_their_days(iraq):
    keys = {"span": ("2020-04-01", "2020-05-15"), "against": ("2020-01-01", "2020-01-30"), "direction": "rise"}
    asked = asked_figure(Quantity(**keys), claim(), iraq)
    first, second = drift_spans(*asked.spans)
    assert (first.months, second.months, second.start - first.start) == (1, 1, 3)
    record = replace(record_of("ctc_sigact", replace(asked, spans=(("2018",) * 2, ("2019",) * 2)), iraq))
    # 45 days against 30: half as much again would have been recorded at one rate.
    assert counter_of(record, 0, 1, asked, iraq).shift == pytest.approx(log(1.5))


def test_two_spans_within_one_month_do_not_coincide(iraq):
    first, second = drift_spans(("2020-05-01", "2020-05-07"), ("2020-05-08", "2020-05-14"))
    assert second.start == first.start + 1


def test_a_counter_with_one_place_alone_tells_nothing_of_the_first(iraq):
    asked = asked_figure(Quantity(span="2020Q1", most="Diyala"), claim(), iraq)
    assert record_of("lig_oir", asked, iraq) is None
    assert record_of("ucdp", asked, iraq).places[0] == "Diyala"


def ratio_of(study, second, first, **counts):
    return asked_figure(Quantity(span=second, against=first, direction="rise"), claim(**counts), study)


def test_what_a_source_recorded_is_its_total_in_each_span_or_nothing_where_one_is_lacking(iraq):
    asked = ratio_of(iraq, "2020Q2", "2020Q1")
    record = record_of("ucdp", asked, iraq)
    assert record == Record("ucdp", "UCDP GED 21.1", (16.0, 38.0), (), "ucdp")
    assert [each.name for each in records_of(("gtd", "lig_oir", "ucdp"), asked, iraq)] == ["lig_oir", "ucdp"]
    assert record_of("gtd", asked, iraq) is None
    diyala = record_of("ucdp", ratio_of(iraq, "2020Q2", "2020Q1", provinces=("Diyala",)), iraq)
    assert diyala.counts == tuple(iraq.total("ucdp", when, when, ["Diyala"]) for when in ("2020Q1", "2020Q2"))


def test_a_share_has_its_part_first_and_is_none_of_a_counter_of_the_part_alone(iraq):
    asked = asked_figure(Quantity(span="2020Q1", share_of=("Diyala",), more_than=0.3), claim(), iraq)
    assert record_of("ucdp", asked, iraq).counts == (5.0, 16.0)
    alone = replace(iraq, panels=iraq.panels | {"ucdp": iraq.panel("ucdp").select(["Diyala"])})
    assert record_of("ucdp", asked, alone) is None
    assert why_not_counted("ucdp", asked, ["ucdp"], alone) == (
        "UCDP GED 21.1 counts no other place than Diyala, so that it tells nothing of its share or rank."
    )
    # The whole may be some places, and the part all of them.
    within = asked_figure(
        Quantity(span="2020Q1", share_of=("Diyala", "Anbar"), more_than=0.3), claim(provinces=("Diyala", "Anbar")), iraq
    )
    assert record_of("ucdp", within, iraq) is None


def test_the_first_place_has_the_one_in_question_before_the_others_of_the_claim(iraq):
    asked = asked_figure(Quantity(span="2020Q1", most="Kirkuk"), claim(provinces=("Diyala", "Kirkuk", "Anbar")), iraq)
    record = record_of("ucdp", asked, iraq)
    assert record.places == ("Kirkuk", "Diyala", "Anbar") and record.counts == (4.0, 5.0, 1.0)


def test_why_a_figure_is_not_counted_is_said_by_what_is_lacking(iraq):
    asked = ratio_of(iraq, "2020Q2", "2020Q1")
    assert why_not_counted("gtd", asked, ["gtd", "lig_oir"], iraq) == (
        "GTD has no figure for the rate of the second quarter of 2020, against that of the first quarter of 2020, "
        "though Lead Inspector General has one."
    )
    assert why_not_counted("gtd", asked, ["lig_oir", "ctc_sigact"], iraq).endswith(
        "though Lead Inspector General and Knights & Almeida (CTC) have one."
    )
    assert why_not_counted("gtd", asked, ["gtd"], iraq) == (
        "No counter of the study has a figure for the rate of the second quarter of 2020, against that of the first "
        "quarter of 2020."
    )
    panel = iraq.panel("ucdp")
    counts, exposure = panel.counts.copy(), panel.exposure.copy()
    lost = panel.index[(panel.index >= "2020-01") & (panel.index <= "2020-02")]
    counts.loc[lost, "Diyala"], exposure.loc[lost, "Diyala"] = nan, 0.0
    holed = replace(iraq, panels=iraq.panels | {"ucdp": replace(panel, counts=counts, exposure=exposure)})
    assert unwatched_periods("ucdp", asked, iraq) == unwatched_periods("gtd", asked, iraq) == ""
    told = why_not_counted("ucdp", asked, ["ucdp"], holed)
    many = f"{len(lost)} of {len(panel.index[(panel.index >= '2020-01') & (panel.index <= '2020-06')])}"
    assert told.startswith("The whole of the first quarter of 2020 and the second quarter of 2020 cannot be counted: ")
    assert f"{many} " in told and "not wholly watched in UCDP GED 21.1: " in told
    # Of other places nothing is lacking.
    assert unwatched_periods("ucdp", ratio_of(iraq, "2020Q2", "2020Q1", provinces=("Anbar",)), holed) == ""


def test_a_figure_of_another_unit_than_its_counter_counts_in_is_refused(iraq):
    assert check_unit("", "ucdp", iraq) is check_unit("Fatal Events", "ucdp", iraq) is None
    with pytest.raises(ModelError) as refused:
        check_unit("people", "ucdp", iraq)
    assert str(refused.value) == (
        "read a number of people: found fatal events in UCDP GED 21.1; allowed: a counter of people: none in this "
        'study; name it by = "...", or state the number in what is counted.'
    )
    assert refused.value.lacks == "No source of the study that fits counts people. One that does would settle it."
    with pytest.raises(ModelError, match="a counter of fatal events: ucdp, ucdp_191;"):
        check_unit("fatal events", "gtd", iraq)


def test_a_break_counts_where_it_lies_after_the_beginning_and_before_the_end(iraq):
    source = iraq.sources["ucdp"]
    assert breaks_between(source, ("2018", "2018"), ("2018-07", "2018-12")) == []
    assert len(breaks_between(source, ("2017-12", "2017-12"), ("2018-01", "2018-01"))) == 1
    assert kept_in(source, ("2018-01", "2018-12")) == (0.61, 0.61)
    assert kept_in(source, ("2018-12", "2019-01")) == (0.5, 0.9)
    assert kept_in(source, ("2017-12", "2017-12")) == (0.82, 0.92)


def test_a_counter_carries_its_break_and_is_none_where_nobody_knows_what_was_kept(iraq):
    asked = ratio_of(iraq, "2019", "2018")
    record = record_of("ucdp", asked, iraq)
    bare = Counter("UCDP GED 21.1", 107, 76, kind="media", origin="ucdp")
    assert counter_of(record, 0, 1, asked, iraq) == with_break(bare, (0.61, 0.61), (0.5, 0.9))
    same = ratio_of(iraq, "2018Q2", "2018Q1")
    record = record_of("ucdp", same, iraq)
    assert counter_of(record, 0, 1, same, iraq).shift_sd == counter_of(record, 0, 1, same, iraq).shift == 0
    breaks = tuple(replace(each, kept=()) for each in iraq.sources["ucdp"].breaks)
    unknown = replace(iraq, sources=iraq.sources | {"ucdp": replace(iraq.sources["ucdp"], breaks=breaks)})
    assert counter_of(record_of("ucdp", asked, unknown), 0, 1, asked, unknown) is None


def test_spans_lie_in_months_and_the_second_begins_when_the_first_is_over():
    first, second = drift_spans(("2019", "2019"), ("2020Q1", "2020Q2"))
    assert (first.months, second.months, second.start - first.start) == (12, 6, 12)
    assert drift_spans(("2020-06", "2020-06"), ("2020-01", "2020-01"))[1].start == 12 * 2020 + 7
    assert drift_spans(("2020-01-01", "2020-03-31"), ("2020-04-01", "2020-04-03"))[1].months == 1


def test_two_places_are_enough_to_tell_a_first_one(iraq):
    asked = asked_figure(Quantity(span="2020Q1", most="Kirkuk"), claim(provinces=("Diyala", "Kirkuk")), iraq)
    assert record_of("ucdp", asked, iraq).counts == (4.0, 5.0)
    alone = asked_figure(Quantity(span="2020Q1", most="Kirkuk"), claim(provinces=("Kirkuk",)), iraq)
    assert record_of("ucdp", alone, iraq) is None


def test_places_of_published_figures_are_those_of_the_very_span_and_no_country(iraq):
    figures = iraq.figures["lig_oir"]
    row = figures[figures["place"] == "Iraq"].iloc[0]
    told = {"value": 7.0, "unit": "count", "first": date(2020, 1, 1), "last": date(2020, 3, 31)}
    rows = [
        {**row, **told, "place": place, **more}
        for place, more in (
            ("Iraq", {}),
            ("Diyala", {}),
            ("Kirkuk", {"value": 9.0}),
            ("Anbar", {"first": date(2019, 12, 31)}),
            ("Wasit", {"last": date(2020, 4, 1)}),
            ("Erbil", {"unit": "percent"}),
            ("Basra", {"measure": "others"}),
        )
    ]
    study = replace(iraq, figures=iraq.figures | {"lig_oir": pd.DataFrame(rows)})
    record = record_of("lig_oir", asked_figure(Quantity(span="2020Q1", most="Kirkuk"), claim(), study), study)
    assert (record.places, record.counts) == (("Kirkuk", "Diyala"), (9.0, 7.0))


@pytest.mark.parametrize(
    ("first", "second", "shift"),
    [
        # January against the 45 days that count as one month.
        ("2020-01", ("2020-04-01", "2020-05-15"), log(45 / 31)),
        # Seventy days, which count as two months, against 45; and against April, a month and its days.
        (("2020-01-01", "2020-03-10"), ("2020-04-01", "2020-05-15"), log(45 / 70 * 2)),
        (("2020-01-01", "2020-03-10"), "2020-04", log(30 / 70 * 2)),
        # Whole months are compared as months, whatever days they have.
        ("2020-02", "2020-03", 0.0),
    ],
)
def test_what_whole_months_get_wrong_of_spans_of_days_is_taken_into_the_share_seen(iraq, first, second, shift):
    asked = asked_figure(Quantity(span=second, against=first, direction="rise"), claim(), iraq)
    record = Record("ctc_sigact", "Knights & Almeida (CTC)", (30.0, 45.0), (), "ctc_sigact")
    assert counter_of(record, 0, 1, asked, iraq).shift == pytest.approx(shift)
