from dataclasses import replace
from math import inf, isnan

import numpy as np
import pytest

from trends.claims.assess import assess
from trends.claims.claim import Claim, Counts
from trends.claims.kinds import Named
from trends.claims.links.recorded import KIND, SAME_ORIGIN, Recorded, counts_in_words, table_of, value_of
from trends.claims.quantity import AskedFigure
from trends.claims.records import Record
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.study import read_study
from trends.claims.verdict import Asserted

YEARS = (("2018", "2018"), ("2019", "2019"), ("2020", "2020"))
# A quarter, and the two quarters after it.
UNEQUAL = (("2018-01", "2018-03"), ("2018-04", "2018-09"))


def figure_asked(form, direction="rise", spans=YEARS[:2], places=(), part=()):
    return AskedFigure(form, spans, places, part, "ratio", Asserted((1.0, inf)), "", "", "", direction, "attacks")


@pytest.mark.parametrize(
    ("form", "more", "counts", "value"),
    [
        ("level", {}, (7.0,), 7.0),
        ("share", {}, (3.0, 12.0), 0.25),
        ("first", {}, (10.0, 4.0, 8.0), 1.25),
        ("first", {}, (3.0, 0.0, 0.0), inf),
        ("ratio", {}, (10.0, 40.0), 4.0),
        ("ratio", {"spans": UNEQUAL}, (10.0, 40.0), 2.0),
        ("ratio", {}, (0.0, 1.0), inf),
        ("ratio", {}, (1.0, 0.0), 0.0),
        # Step by step it is the count that moves, and the weakest step that decides.
        ("every", {"spans": UNEQUAL}, (10.0, 40.0), 4.0),
        ("every", {"direction": "rise"}, (10.0, 20.0, 30.0), 1.5),
        ("every", {"direction": "no fall"}, (10.0, 20.0, 30.0), 1.5),
        ("every", {"direction": "fall"}, (10.0, 20.0, 30.0), 2.0),
        ("every", {"direction": "no rise"}, (10.0, 20.0, 30.0), 2.0),
    ],
)  # fmt: skip
def test_each_form_of_figure_is_arithmetic_on_the_counts(form, more, counts, value):
    assert value_of(Record("a", "A", counts), figure_asked(form, **more)) == value


@pytest.mark.parametrize(
    ("form", "more", "counts", "words"),
    [
        ("level", {"places": ("Anbar",)}, (1.0,), "1 attack in 2018 in Anbar"),
        ("level", {}, (1200.0,), "1,200 attacks in 2018"),
        ("share", {"part": ("Diyala",)}, (3.0, 12.0), "3 of 12 attacks in Diyala: 25 %"),
        ("share", {"part": ("Diyala",)}, (0.0, 0.0), "0 of 0 attacks in Diyala: none at all"),
        (
            "first", {}, (10.0, 12.0, 10.0, 3.0, 1.0),
            "these attacks: Basra 12, Anbar 10, Erbil 10, Kirkuk 3. By them Anbar is number 2, level with Erbil",
        ),
        ("first", {}, (13.0, 12.0), "these attacks: Anbar 13, Basra 12. By them Anbar is number 1"),
        ("every", {"spans": YEARS}, (10.0, 20.0, 30.0), "10, 20, 30: in every one"),
        ("every", {"spans": YEARS}, (10.0, 20.0, 20.0), "10, 20, 20: not in 2020"),
        ("every", {"spans": YEARS, "direction": "no fall"}, (10.0, 20.0, 20.0), "10, 20, 20: in every one"),
        ("every", {"spans": YEARS, "direction": "fall"}, (10.0, 20.0, 20.0), "10, 20, 20: not in 2019 and in 2020"),
        ("every", {"spans": YEARS, "direction": "no rise"}, (30.0, 20.0, 20.0), "30, 20, 20: in every one"),
        ("ratio", {}, (8.0, 12.0), "8 attacks in 2018 and 12 in 2019: 1.50 times as many"),
        ("ratio", {}, (8.0, 8.0), "8 attacks in 2018 and 8 in 2019: as many"),
        ("ratio", {}, (0.0, 8.0), "0 attacks in 2018 and 8 in 2019: none before"),
        (
            "ratio", {"spans": UNEQUAL, "places": ("Anbar",)}, (1.0, 4.0),
            "1 attack in the first quarter of 2018 and 4 from April to September 2018 in Anbar: 2.00 times as many a "
            "month",
        ),
        (
            "ratio", {"spans": UNEQUAL}, (1.0, 2.0),
            "1 attack in the first quarter of 2018 and 2 from April to September 2018: as many a month",
        ),
    ],
)  # fmt: skip
def test_what_was_recorded_is_told_in_the_words_of_its_form(form, more, counts, words):
    places = ("Anbar", "Basra", "Erbil", "Kirkuk", "Wasit")[: len(counts)]
    assert counts_in_words(Record("a", "A", counts, places), figure_asked(form, **more)) == words


def test_a_figure_is_not_rounded_across_what_is_claimed():
    told = counts_in_words(Record("a", "A", (1000.0, 1249.0)), figure_asked("ratio"), (1.25,))
    assert told.endswith(": 1.249 times as many")


@pytest.mark.parametrize(
    ("form", "counts", "count"),
    [("level", (7.0,), 7), ("share", (3.0, 12.0), 3), ("first", (10.0, 4.0), 10), ("ratio", (8.0, 12.0), 12)],
)
def test_a_table_has_the_count_of_the_part_the_first_place_or_the_last_span(form, counts, count):
    table = table_of(figure_asked(form), [Record("a", "A", counts, origin="x"), Record("b", "B", counts, origin="x")])
    assert table["what"].tolist() == ["A", f"B {SAME_ORIGIN}"]
    assert table["count"].tolist() == [count, count] and table["lower"].isna().all()


@pytest.fixture
def study(add_claim):
    return read_study(add_claim("none", '[asserts]\nneeds = { measure = "fighters", because = "nobody counts" }'))


def found(study, link, **counts):
    claim = Claim("one", "It was so.", "paper", "A", "2020-06", "2020-07-01", {"recorded": link}, Counts(**counts))
    return assess(claim, study).findings[0]


@pytest.mark.parametrize(
    ("keys", "ruling"),
    [
        ({"span": "2019", "against": "2018", "direction": "rise"}, "SUPPORTED"),
        ({"span": "2019", "against": "2018", "direction": "fall"}, "CONTRADICTED"),
        ({"span": "2019", "against": "2018", "direction": "rise", "about": 1.25}, "SUPPORTED"),
        ({"span": "2019", "against": "2018", "direction": "rise", "about": 1.5}, "CONTRADICTED"),
        ({"span": "2020Q1", "exactly": 400.0}, "SUPPORTED"),
        ({"span": "2020Q1", "at_least": 401.0}, "CONTRADICTED"),
        ({"span": "2020Q1", "share_of": ("Diyala",), "exactly": 0.3}, "SUPPORTED"),
        ({"span": ("2020-01", "2020-06"), "every": "quarter", "direction": "fall"}, "SUPPORTED"),
        ({"span": ("2020-01", "2020-06"), "every": "quarter", "direction": "rise"}, "CONTRADICTED"),
    ],
)
def test_what_the_named_counter_recorded_is_never_open(study, keys, ruling):
    finding = found(study, Recorded(**keys), source="paper")
    assert (finding.ruling.value, finding.rung) == (ruling, Rung.RECORDED)
    assert finding.evidence.level == 1 and finding.evidence.lower == finding.evidence.upper


def test_the_sentence_has_the_counts_and_what_the_others_have_beside_them(study):
    link = Recorded(span="2019", against="2018", direction="rise", about=1.25)
    said = found(replace(study, counters=("paper", "events")), link, source="paper").sentence
    assert said.startswith("The paper recorded 1,200 attacks in 2018 and 1,500 in 2019: 1.25 times as many.")
    assert "The claim says a rise to about 1.25 times. Beside it: 236 to 231 (0.98) by Event file." in said


def test_the_ruling_is_that_of_the_exact_arithmetic_on_whatever_counts():
    rng = np.random.default_rng(7)
    for before, after in rng.integers(1, 9, (60, 2)):
        spans = (("2018", "2018"), ("2019", "2019"))
        moved = {"rise": after > before, "fall": after < before, "no rise": after <= before, "no fall": after >= before}
        for direction in moved:
            stand = Recorded(direction=direction, against="2018").claimed("ratio")
            asked = AskedFigure("ratio", spans, (), (), "ratio", Asserted(stand), "", "", "", direction)
            value = value_of(Record("a", "A", (float(before), float(after))), asked)
            assert (stand[0] <= value <= stand[1]) == moved[direction]
        stands = {"at_least": after >= before, "at_most": after <= before, "more_than": after > before}
        for key in stands:
            low, high = Recorded(**{key: float(before)}).claimed("count")
            assert (low <= after <= high) == stands[key]


def test_a_span_after_nothing_is_a_rise_without_a_ratio():
    spans = (("2018", "2018"), ("2019", "2019"))
    asked = AskedFigure("ratio", spans, (), (), "ratio", Asserted((1, 2)), "", "", "", "rise")
    assert value_of(Record("a", "A", (0.0, 3.0)), asked) == float("inf")
    assert value_of(Record("a", "A", (0.0, 0.0)), asked) == 1.0
    share = replace(asked, form="share", spans=spans[:1])
    assert isnan(value_of(Record("a", "A", (0.0, 0.0)), share))


def test_a_level_that_a_counter_whom_nobody_named_has_not_does_not_contradict(study):
    count = study.total("events", "2020-01", "2020-03")
    finding = found(study, Recorded(span=("2020-01", "2020-03"), at_least=count + 1))
    assert finding.ruling is Ruling.CANNOT_TELL
    assert "The claim names no counter: it is read as one about Event file." in finding.caveats
    assert found(study, Recorded(span="2020Q1", at_least=count + 1, by="events")).ruling is Ruling.CONTRADICTED
    assert found(study, Recorded(span="2020Q1", at_most=count - 1)).ruling is Ruling.CONTRADICTED


def test_the_first_place_is_told_with_those_behind_it(study):
    finding = found(study, Recorded(span="2019", most="Diyala"))
    assert finding.ruling is Ruling.SUPPORTED and "By them Diyala is number 1" in finding.sentence
    assert found(study, Recorded(span="2019", most="Anbar")).ruling is Ruling.CONTRADICTED


def test_a_counter_of_the_same_origin_is_marked_in_the_table(study):
    sources = study.sources | {"again": replace(study.sources["again"], origin="file")}
    sources["events"] = replace(sources["events"], origin="file")
    table = found(replace(study, sources=sources), Recorded(span="2019", at_least=1.0, by="events")).table
    assert [SAME_ORIGIN in what for what in table["what"]] == [False, True, False]


@pytest.mark.parametrize(
    ("keys", "counts", "says"),
    [
        (
            {"span": "2015", "against": "2014", "direction": "rise"},
            {},
            "No counter of the study has a figure for the rate of 2015, against that of 2014.",
        ),
        (
            {"span": "2017", "at_least": 1.0, "by": "paper"},
            {},
            "The paper has no figure for the number of attacks in 2017, though Event file and the series “Event file, "
            "again” have one.",
        ),
        (
            {"span": "2019", "at_least": 19.0, "of": "deaths"},
            {},
            "No source of the study that fits counts deaths. One that does would settle it.",
        ),
        (
            {"span": "2031", "at_least": 1.0},
            {},
            "No counter of the study has a figure for the number of attacks in 2031.",
        ),
    ],
)
def test_what_cannot_be_read_off_the_record_is_untestable_in_one_sentence(study, keys, counts, says):
    finding = found(study, Recorded(**keys), **counts)
    assert (finding.ruling, finding.sentence) == (Ruling.UNTESTABLE, says)
    assert "allowed:" not in finding.sentence


def test_months_that_were_not_watched_are_named(study):
    panel = study.panels["events"]
    exposure, counts = panel.exposure.copy(), panel.counts.copy()
    for month in ("2018-02", "2018-11"):
        exposure.loc[month], counts.loc[month] = 0.0, np.nan
    holed = replace(panel, counts=counts, exposure=exposure)
    study = replace(study, panels=study.panels | {"events": holed, "again": holed})
    for keys in ({"most": "Diyala"}, {"share_of": ("Diyala",), "at_least": 0.5}):
        said = found(study, Recorded(span=("2018-01", "2019-12"), **keys)).sentence
        assert said == (
            "The whole of 2018 to 2019 cannot be counted: 2 of 24 months were not wholly watched in Event file: "
            "February 2018 and November 2018."
        ) or said.startswith("The whole of January 2018 to December 2019 cannot be counted: 2 of 24 months were not")


def test_what_stayed_as_it_was_is_as_many(study):
    panel = study.panels["events"]
    counts = panel.counts.assign(Kirkuk=2.0)
    kept = replace(study, panels=study.panels | {"events": replace(panel, counts=counts)})
    finding = found(kept, Recorded(span="2019", against="2018", direction="rise"), provinces=("Kirkuk",))
    assert finding.ruling is Ruling.CONTRADICTED
    assert finding.sentence.startswith("Event file recorded 24 attacks in 2018 and 24 in 2019 in Kirkuk: as many. The")


def test_a_number_that_a_counter_of_no_name_has_not_stays_open_and_says_why(study):
    finding = found(study, Recorded(span="2019", at_least=5000.0))
    assert finding.ruling is Ruling.CANNOT_TELL
    assert finding.sentence.endswith(
        "It leans against the claim, which names no counter: counted by another rule it may still be so."
    )


BOTH = ("events", "again")


@pytest.mark.parametrize(
    ("keys", "counters", "ending"),
    [
        ({"span": "2019", "at_least": 100.0}, BOTH, "Beside it, by a rule of its own: 231 by X."),
        ({"span": "2019", "at_least": 1}, (*BOTH, "paper"), "Beside it, by rules of their own: 231 by X; 1,500 by Y."),
        ({"span": "2019", "share_of": ("Anbar",), "at_least": 0.01}, BOTH, "Beside it: 18 of 231 (8 %) by X."),
        ({"span": "2019", "most": "Diyala"}, BOTH, "Beside it: number 1 (Diyala 144, Kirkuk 69, Anbar 18) by X."),
        (
            {"span": ("2018", "2020"), "every": "year", "direction": "rise"}, BOTH,
            "Beside it: 236 to 440 (0.98) by X.",
        ),
    ],
)  # fmt: skip
def test_what_the_others_recorded_stands_beside_it_in_short(study, keys, counters, ending):
    finding = found(replace(study, counters=counters), Recorded(**keys, by="events"))
    said = finding.sentence.replace("the series “Event file, again”", "X").replace("the paper", "Y")
    assert said.endswith(f" {ending}")


def test_a_share_of_nothing_is_untestable_and_told_with_what_was_counted(study):
    panel = study.panels["events"]
    counts = panel.counts.copy()
    counts.loc["2019"] = 0.0
    empty = replace(
        study, panels=study.panels | {"events": replace(panel, counts=counts)}, counters=("again", "events")
    )
    share = {"span": "2019", "share_of": ("Anbar",), "at_least": 0.01}
    finding = found(empty, Recorded(**share, by="events"))
    assert (finding.ruling, finding.evidence.untestable) == (
        Ruling.UNTESTABLE, "Event file recorded nothing in the whole.",
    )  # fmt: skip
    beside = found(empty, Recorded(**share, by="again"))
    assert beside.evidence.nobs == 231 and beside.sentence.endswith("Beside it: 0 of 0 by Event file.")


def test_an_exact_figure_counts_all_that_it_was_made_of_in_the_units_of_its_counter(study):
    finding = found(study, Recorded(span="2019", against="2018", direction="rise"), source="paper")
    assert (finding.evidence.nobs, finding.evidence.counted_in, finding.evidence.unit) == (2700, "attack", "ratio")
    assert finding.question == "Did the paper record a rise in 2019 against 2018?"
    assert finding.evidence.method == "Arithmetic on what the paper recorded."
    assert finding.fit.records[0].name == "paper"


def test_only_a_level_of_no_named_counter_stays_open(study):
    """A rate is the same by any rule; a level may be more by another, and so is no more than a bound from below."""
    fall = found(study, Recorded(span="2019", against="2018", direction="rise", at_least=2.0))
    assert fall.ruling is Ruling.CONTRADICTED and fall.stand.comparable
    about = found(study, Recorded(span="2019", about=5000.0))
    assert about.ruling is Ruling.CANNOT_TELL and not about.stand.comparable
    assert found(study, Recorded(span="2019", at_most=1.0)).stand.comparable


def test_what_was_recorded_rests_on_counts_and_its_chart_names_them():
    assert KIND.of_counts and KIND.cites_rows
    link = Recorded(span="2019", against="2018", direction="rise", by="paper")
    assert KIND.names(link) == Named(sources=("paper",), periods=("2019", "2019", "2018", "2018"))
    assert KIND.names(Recorded(span="2019", most="Anbar")) == Named(provinces=("Anbar",), periods=("2019", "2019"))
    assert KIND.names(Recorded(span="2019", share_of=("Anbar", "Erbil"), at_least=0.1)).provinces == ("Anbar", "Erbil")
