from dataclasses import replace
from math import log

import pytest

from trends.claims.claim import Claim, Counts
from trends.claims.examples import example_studies
from trends.claims.quantity import Quantity, asked_figure
from trends.claims.records import (
    breaks_between,
    counter_of,
    counters_for,
    drift_spans,
    kept_in,
    own_counter,
    record_of,
)
from trends.claims.study import read_study


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
