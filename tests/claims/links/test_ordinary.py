from dataclasses import replace

import numpy as np
import pytest

from trends.chance.drift import Span
from trends.chance.swings import Swing, ordinary_swing, ordinary_swing_of_figures
from trends.claims.assess import assess
from trends.claims.claim import Claim, Counts
from trends.claims.examples import example_studies
from trends.claims.links.ordinary import KIND, Ordinary
from trends.claims.records import drift_spans
from trends.claims.rulings import Ruling
from trends.claims.study import read_study
from trends.errors import ModelError


@pytest.fixture(scope="module")
def iraq():
    return read_study(example_studies()["iraq"])


def found(study, link, **counts):
    asserts = {"ordinary": link}
    claim = Claim("one", "It was so.", "paper", "A", "2020-06", "2020-07-01", asserts, Counts(**counts))
    return assess(replace(claim, document=next(iter(study.documents))), study).findings[-1]


def counted(study, name, months, value):
    """The study with other counts in some months of its panel."""
    panel = study.panels["ucdp"]
    counts = panel.counts.copy()
    counts.loc[months[0] : months[1]] = 0.0
    counts.loc[months[0] : months[1], name] = value
    return replace(study, panels=study.panels | {"ucdp": replace(panel, counts=counts)})


def test_a_rise_as_such_series_show_is_told_with_how_often_they_do(iraq):
    finding = found(iraq, Ordinary(span="2020Q2", against="2020Q1", direction="rise"))
    share = finding.fit.swing.rise
    assert finding.ruling is Ruling.CANNOT_TELL
    assert f"A rise this large is seen in {100 * share:.0f} of 100 such pairs of spans" in finding.sentence
    assert finding.sentence.endswith("Such series do this by themselves.")
    assert finding.fit.swing.own_pairs > 50 and "earlier pairs of its own" in finding.sentence


@pytest.mark.parametrize(
    ("value", "direction", "ruling"),
    [(150.0, "rise", "SUPPORTED"), (150.0, "fall", "CONTRADICTED"), (7.0, "rise", "CANNOT TELL")],
)
def test_what_is_beyond_nearly_all_like_pairs_is_more_than_ordinary(iraq, value, direction, ruling):
    study = counted(iraq, "Diyala", ("2020-04", "2020-06"), value)
    finding = found(study, Ordinary(span="2020Q2", against="2020Q1", direction=direction))
    assert finding.ruling == ruling


def test_a_span_that_was_picked_as_the_largest_pays_for_it(iraq):
    study = counted(iraq, "Diyala", ("2020-04", "2020-06"), 50.0)
    keys = {"span": "2020Q2", "against": "2020Q1", "direction": "rise"}
    assert found(study, Ordinary(**keys)).ruling is Ruling.SUPPORTED
    picked = found(study, Ordinary(**keys, picked_from=28))
    assert picked.ruling is Ruling.CANNOT_TELL
    assert "The largest of 28 changes is as large as this one in" in picked.sentence


def swing(ratio, rise, fall, own=(0, 0)):
    """A place among pairs whose ratios lie evenly from 0.02 to 1.98, so that 90 of 100 lie from 0.1 to 1.9."""
    return Swing(ratio, rise, fall, 0.05, 1.95, 50.0, *own, tuple(place / 50 for place in range(1, 100)))


@pytest.mark.parametrize(
    ("place", "keys", "ruling", "told"),
    [
        (
            swing(2.0, 0.004, 0.99, (3, 50)), {"direction": "rise"}, "SUPPORTED",
            "A rise this large is seen in fewer than 1 of 100 such pairs of spans; 90 of 100 lie between 0.10 and "
            "1.90. Of 50 earlier pairs of its own, 3 moved as much. It is more than such series do by themselves.",
        ),
        (
            swing(1.5, 0.01, 0.99), {"direction": "rise"}, "CANNOT TELL",
            "A rise this large is seen in 1 of 100 such pairs of spans; 90 of 100 lie between 0.10 and 1.90. Such "
            "series do this by themselves.",
        ),
        (
            swing(0.05, 0.99, 0.01, (1, 1)), {"direction": "rise"}, "CONTRADICTED",
            "A rise, or a smaller fall than this, is seen in 99 of 100 such pairs of spans; 90 of 100 lie between "
            "0.10 and 1.90. Of 1 earlier pair of its own, 1 moved as much. It is more than such series do by "
            "themselves, and the other way.",
        ),
        (swing(0.05, 0.99, 0.02), {"direction": "fall"}, "SUPPORTED", "A fall this large is seen in 2 of 100 "),
        (swing(2.0, 0.02, 0.98), {"direction": "no rise"}, "CONTRADICTED", "A fall, or a smaller rise than this, is "),
        (swing(0.05, 0.98, 0.02), {"at_most": 0.9}, "SUPPORTED", "A fall this large is seen in 2 of 100 "),
        (swing(2.0, 0.02, 0.98), {"at_least": 1.2}, "SUPPORTED", "A rise this large is seen in 2 of 100 "),
        (swing(1.0, 0.5, 0.6), {"direction": "rise"}, "CANNOT TELL", "A rise, or a smaller fall than this, is "),
        (swing(1.0, 0.5, 0.6), {"direction": "fall"}, "CANNOT TELL", "A fall, or a smaller rise than this, is "),
        (
            swing(2.0, 0.02, 0.98), {"direction": "rise", "picked_from": 10}, "CANNOT TELL",
            "1.90. The largest of 10 changes is as large as this one in 18 of 100 such series.",
        ),
        # The share of pairs on the claimed side is what was picked from.
        (swing(0.05, 0.98, 0.001), {"direction": "fall", "picked_from": 10}, "SUPPORTED", "in fewer than 1 of 100 "),
        (swing(2.0, 0.001, 0.98), {"direction": "no rise", "picked_from": 10}, "CANNOT TELL", "The largest of 10 "),
    ],
)  # fmt: skip
def test_a_change_is_told_by_its_place_among_like_pairs(iraq, monkeypatch, place, keys, ruling, told):
    monkeypatch.setattr("trends.claims.links.ordinary.swing_of", lambda *args: place)
    finding = found(iraq, Ordinary(span="2020Q2", against="2020Q1", **keys))
    assert finding.ruling == ruling and told in finding.sentence
    assert finding.sentence.startswith("UCDP GED 21.1 recorded 16 fatal events in the first quarter of 2020 and 38 ")
    evidence = finding.evidence
    assert evidence.estimate == pytest.approx(place.ratio) and evidence.lower == pytest.approx(place.ratio / 1.9)
    assert evidence.upper == pytest.approx(place.ratio / 0.1) and evidence.pvalue == place.either()
    assert (evidence.level, evidence.nobs, evidence.counted_in) == (0.90, 54, "fatal event")
    assert finding.table.iloc[0].tolist() == ["UCDP GED 21.1", 38, evidence.estimate, evidence.lower, evidence.upper]
    assert finding.fit.picked_from == keys.get("picked_from", 1)


def holed(study, *months, share=0.0):
    panel = study.panels["ucdp"]
    exposure, counts = panel.exposure.copy(), panel.counts.copy()
    for month in months:
        exposure.loc[month] = share
        if share == 0:
            counts.loc[month] = np.nan
    return replace(study, panels=study.panels | {"ucdp": replace(panel, counts=counts, exposure=exposure)})


@pytest.mark.parametrize(
    ("spans", "places", "holes", "share", "begin"),
    [
        (("2020Q2", "2020Q1"), (-6, -3), (), 0.0, None),
        (("2020Q2", "2019Q1"), (-18, -3), (), 0.0, None),
        # What lies before a hole is not looked at, nor is a period that was watched in part.
        (("2020Q2", "2020Q1"), (-6, -3), ("2014-05", "2015-06"), 0.0, "2015-07"),
        (("2020Q2", "2020Q1"), (-6, -3), ("2015-06",), 0.5, "2015-07"),
    ],
)
def test_a_change_is_placed_with_the_past_of_its_own_series(iraq, spans, places, holes, share, begin):
    study = holed(iraq, *holes, share=share)
    placed = found(study, Ordinary(span=spans[0], against=spans[1], direction="rise")).fit.swing
    months = iraq.panels["ucdp"].total().loc[begin:"2020-06"].to_numpy(float)
    moved = (Span(len(months) + place, 3) for place in places)
    assert placed == ordinary_swing(months, *moved, without=iraq.country)


def test_with_a_hole_between_its_spans_a_change_is_placed_by_its_size_alone(iraq):
    link = Ordinary(span="2020Q2", against="2019Q1", direction="rise")
    finding = found(holed(iraq, "2019-06"), link)
    before, after = finding.fit.record.counts
    first, second = drift_spans(*finding.fit.asked.spans)
    assert finding.fit.swing == ordinary_swing_of_figures(before, after, first, second, without=iraq.country)


def test_what_is_ordinary_rests_on_counts_and_names_its_counter():
    link = Ordinary(span="2019", against="2018", direction="rise", by="ucdp")
    assert KIND.of_counts and not KIND.cites_rows and KIND.names(link).sources == ("ucdp",)
    assert KIND.names(replace(link, by="")).sources == () and link.picked_from == 1


def test_published_totals_are_placed_by_their_size_alone(iraq):
    finding = found(iraq, Ordinary(span="2019", against="2018", direction="rise"), source="ctc_sigact")
    assert finding.fit.swing.own_pairs == 0 and finding.ruling is Ruling.CANNOT_TELL


def test_the_studys_own_country_is_left_out_of_the_world(iraq):
    keys = {"span": "2020Q2", "against": "2020Q1", "direction": "rise"}
    own, other = (found(replace(iraq, country=code), Ordinary(**keys)).fit.swing for code in ("IQ", "FR"))
    assert own.rise != other.rise


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (
            {"span": "2019", "at_least": 1.0},
            "Ask whether at least 1 fatal event in 2019 is more than ordinary: found a figure that is no change from "
            "one span to another; allowed: a figure with against, the earlier span; name it, or take the link out.",
        ),
        (
            {"span": ("2020-05-08", "2020-05-14"), "against": ("2020-05-01", "2020-05-07"), "direction": "rise"},
            "Ask whether a rise from 8 to 14 May 2020 against 1 to 7 May 2020 is more than ordinary: "
            "found spans that are not of whole months; allowed: whole months, which the world's series have; name "
            "such spans, or take the link out.",
        ),
    ],
)
def test_what_the_worlds_series_cannot_answer_is_untestable_in_one_sentence(iraq, keys, says):
    finding = found(iraq, Ordinary(**keys))
    assert (finding.ruling, finding.evidence.untestable) == (Ruling.UNTESTABLE, says)


@pytest.mark.parametrize("which", [{"at_least": 5.0}, {"most": "Diyala"}, {"share_of": ("Diyala",), "at_least": 0.5}])
def test_what_is_no_change_is_told_to_be_none(iraq, which):
    finding = found(iraq, Ordinary(span="2019", **which))
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.sentence.startswith(
        "What such series do by themselves is known of changes, and the sentence is about"
    )


def test_a_change_is_picked_from_one_span_at_least():
    with pytest.raises(ModelError, match="found picked_from=0; allowed: a whole number from 1 up; "):
        Ordinary(span="2019", against="2018", direction="rise", picked_from=0)
