from dataclasses import replace
from math import inf, nextafter

import pytest

from trends.claims.claim import Claim, Counts, Event
from trends.claims.links.change import Change
from trends.claims.links.ordinary import Ordinary
from trends.claims.links.realised import Realised
from trends.claims.links.recorded import Recorded
from trends.claims.quantity import (
    Quantity,
    asked_figure,
    bounds_of,
    days_of,
    ends_of,
    filled,
    months_of,
    named_periods,
)
from trends.claims.study import read_study
from trends.errors import ModelError


@pytest.fixture
def study(add_claim):
    return read_study(add_claim("none", '[asserts]\nneeds = { measure = "fighters", because = "nobody counts" }'))


def claim(asserts=None, said_on="2020-06", **more):
    return Claim("one", "It was so.", "paper", "A. Author", said_on, "2020-07-01", asserts or {}, **more)


def asked(study, **keys):
    return asked_figure(Quantity(**keys), claim(), study)


@pytest.mark.parametrize(
    ("keys", "unit", "claimed"),
    [
        ({"at_least": 566.0}, "count", (566, inf)),
        ({"at_most": 3.0}, "count", (0, 3)),
        ({"exactly": 42.0}, "count", (42, 42)),
        ({"about": 250.0}, "count", (225, 275)),
        ({"about": 250.0, "within": 0.02}, "count", (245, 255)),
        ({"about": 1.2}, "ratio", (1.14, 1.26)),
        ({"about": 0.33}, "share", (0.28, 0.38)),
        ({"at_least": 0.5}, "share", (0.5, 1.0)),
        ({"direction": "rise"}, "ratio", (1, inf)),
        ({"direction": "fall", "at_most": 0.5}, "ratio", (0, 0.5)),
        ({"direction": "none"}, "ratio", (1 / 1.1, 1.1)),
        ({"direction": "no rise"}, "ratio", (0, 1)),
        ({"direction": "no fall"}, "ratio", (1, inf)),
        ({"direction": "fall"}, "ratio", (0, 1)),
        ({"about": 0.03}, "share", (0, 0.08)),
        ({"about": 0.97}, "share", (0.92, 1)),
        ({"about": 0.5, "within": 0.0}, "share", (0.5, 0.5)),
        ({"at_most": 0.2}, "share", (0, 0.2)),
        ({"at_least": 2.0, "more_than": 3.0, "at_most": 9.0, "less_than": 8.0}, "count", (3, 8)),
        ({"at_least": 4.0, "more_than": 3.0, "at_most": 7.0, "less_than": 8.0}, "count", (4, 7)),
        ({"about": 100.0, "at_least": 95.0, "exactly": 100.0}, "count", (100, 100)),
        ({"about": 100.0, "at_most": 105.0}, "count", (90, 105)),
        ({"direction": "rise", "at_least": 1.5}, "ratio", (1.5, inf)),
        ({}, "count", (0, inf)),
    ],
)
def test_the_claimed_values_are_those_of_the_words(keys, unit, claimed):
    assert Quantity(**keys).claimed(unit) == pytest.approx(claimed)


@pytest.mark.parametrize(("one", "other"), [("rise", "no rise"), ("fall", "no fall"), ("rise", "fall")])
def test_opposite_directions_claim_values_that_have_none_in_common(one, other):
    first, second = (Quantity(direction=each).claimed("ratio") for each in (one, other))
    assert first[1] < second[0] or second[1] < first[0]


def test_a_stricter_word_leaves_the_number_itself_out():
    assert Quantity(more_than=4500.0).claimed("count")[0] > 4500
    assert Quantity(less_than=0.5).claimed("ratio")[1] < 0.5
    assert Quantity(direction="rise").claimed("ratio") == (nextafter(1, inf), inf)
    assert Quantity(direction="fall").claimed("ratio") == (0.0, nextafter(1, 0))
    # What is about a number takes in its ends, whatever the rounding.
    assert Quantity(about=0.3).claimed("share")[0] <= 0.25 and Quantity(about=0.3).claimed("share")[1] >= 0.35


@pytest.mark.parametrize(
    ("keys", "unit", "words"),
    [
        ({"direction": "rise", "about": 1.13}, "ratio", "a rise to about 1.13 times"),
        ({"direction": "fall", "at_most": 0.5}, "ratio", "a fall to at most 0.50 times"),
        ({"direction": "rise", "at_least": 1.5, "at_most": 3.0}, "ratio", "a rise, at least 1.50, at most 3.00"),
        ({"direction": "none", "about": 1.0}, "ratio", "no change beyond a tenth, about 1.00"),
        ({"direction": "no fall"}, "ratio", "no fall"),
        ({"against": "2018", "about": 1.2}, "ratio", "about 1.20"),
        ({"at_most": 0.0}, "count", "none"),
        ({"exactly": 0.0}, "count", "none"),
        ({"less_than": 1.0}, "count", "less than 1"),
        ({"at_most": 1.0}, "count", "at most 1"),
        ({"more_than": 4.0, "less_than": 9.0}, "count", "more than 4, less than 9"),
        ({"share_of": ("A",), "at_most": 0.0}, "share", "at most 0 %"),
        ({"every": "month", "direction": "rise"}, "ratio", "a rise"),
        ({}, "count", ""),
    ],
)
def test_a_figure_is_told_in_the_words_of_its_keys(keys, unit, words):
    assert Quantity(**keys).in_words(unit) == words


@pytest.mark.parametrize(
    ("keys", "form", "number"),
    [
        ({}, "level", None),
        ({"at_most": 3.0}, "level", 3.0),
        ({"at_least": 0.0}, "level", 0.0),
        ({"share_of": ("A",), "about": 0.4}, "share", 0.4),
        ({"most": "A"}, "first", None),
        ({"every": "year", "direction": "fall"}, "every", None),
        ({"direction": "rise", "about": 1.2}, "ratio", None),
        ({"against": "2018", "about": 1.2}, "ratio", None),
    ],
)
def test_the_form_follows_from_the_keys_and_a_level_or_share_has_a_number(keys, form, number):
    assert (Quantity(**keys).form, Quantity(**keys).number) == (form, number)


@pytest.mark.parametrize(
    ("keys", "form", "spans", "statement"),
    [
        (
            {"span": "2019", "against": "2018", "direction": "rise"},
            "ratio",
            (("2018", "2018"), ("2019", "2019")),
            "a rise in 2019 against 2018",
        ),
        ({"span": ("2020-01", "2020-03"), "at_least": 400.0}, "level", (("2020-01", "2020-03"),),
         "at least 400 incidents in the first quarter of 2020"),
        ({"span": "2019", "share_of": ("Diyala",), "at_least": 0.5}, "share", (("2019", "2019"),),
         "at least 50 % of the incidents in Diyala in 2019"),
        ({"span": "2019", "most": "Diyala"}, "first", (("2019", "2019"),), "the most incidents in Diyala in 2019"),
        (
            {"span": ("2019-01", "2019-09"), "every": "quarter", "direction": "fall"},
            "every",
            (("2019Q1",) * 2, ("2019Q2",) * 2, ("2019Q3",) * 2),
            "a fall in every quarter from the first quarter of 2019 to the third quarter of 2019",
        ),
    ],
)  # fmt: skip
def test_a_figure_is_read_with_its_form_its_spans_and_its_words(study, keys, form, spans, statement):
    found = asked(study, **keys)
    assert (found.form, found.spans, found.statement) == (form, spans, statement)
    assert found.places == () and found.whole is None and found.in_places == ""


ANBAR = {"counts": Counts(first="2019", last="2019", provinces=("Anbar", "Diyala"))}
WHERE = " in Anbar and Diyala"


@pytest.mark.parametrize(
    ("keys", "unit", "what", "statement", "question"),
    [
        ({"against": "2018", "direction": "rise"}, "ratio",
         f"rate of 2019, against that of 2018,{WHERE},",
         f"a rise in 2019 against 2018{WHERE}",
         f"Was there a rise in 2019 against 2018{WHERE}"),
        ({"every": "quarter", "direction": "fall"}, "ratio",
         f"weakest step of the 4 quarters from the first quarter of 2019 on{WHERE}",
         f"a fall in every quarter from the first quarter of 2019 to the fourth quarter of 2019{WHERE}",
         f"Was there a fall in every quarter from the first quarter of 2019 to the fourth quarter of 2019{WHERE}"),
        ({"share_of": ("Anbar",), "at_least": 0.5}, "share", "share of Anbar in 2019",
         "at least 50 % of the people killed in Anbar in 2019",
         "Did Anbar have at least 50 % of the people killed in 2019"),
        ({"most": "Anbar"}, "ratio", "ratio of Anbar to the next in 2019",
         "the most people killed in Anbar in 2019",
         "Did Anbar have the most people killed in 2019"),
        ({"at_least": 2.0}, "count", f"number of people killed in 2019{WHERE}",
         f"at least 2 people killed in 2019{WHERE}",
         f"Were there at least 2 people killed in 2019{WHERE}"),
        ({"at_least": 1.0}, "count", f"number of people killed in 2019{WHERE}",
         f"at least 1 person killed in 2019{WHERE}",
         f"Was there at least 1 person killed in 2019{WHERE}"),
        ({"exactly": 0.0}, "count", f"number of people killed in 2019{WHERE}",
         f"no people killed in 2019{WHERE}",
         f"Were there no people killed in 2019{WHERE}"),
    ],
)  # fmt: skip
def test_a_figure_of_some_places_is_asked_of_them_in_what_is_counted(study, keys, unit, what, statement, question):
    found = asked_figure(Quantity(**keys), claim(**ANBAR), study, "people killed")
    assert (found.unit, found.what, found.statement, found.question) == (unit, what, statement, question)
    assert found.whole == ["Anbar", "Diyala"] and found.in_places == WHERE and found.counted == "people killed"
    assert found.part == (() if unit == "count" or "direction" in keys else ("Anbar",))


def test_a_first_place_claims_more_than_the_next_has(study):
    assert asked(study, span="2019", most="Diyala").stand.claimed == (nextafter(1, inf), inf)


@pytest.mark.parametrize(
    ("keys", "lengths"),
    [
        ({"span": "2020", "against": ("2018", "2019"), "direction": "rise"}, (24, 12)),
        ({"span": "2020-02", "against": ("2020-01-06", "2020-01-12"), "direction": "rise"}, (7, 29)),
        ({"span": ("2020-05-07", "2020-05-13"), "at_least": 1.0}, (7,)),
    ],
)
def test_spans_are_as_long_as_their_months_or_else_all_in_days(study, keys, lengths):
    assert asked(study, **keys).lengths == lengths


def test_a_span_that_is_not_named_is_that_of_the_counts(study):
    found = asked_figure(Quantity(at_least=1.0), claim(counts=Counts(first="2019-01", last="2019-06")), study)
    assert found.spans == (("2019-01", "2019-06"),)


@pytest.mark.parametrize(
    ("said_on", "last"), [("2020-06", "2020-06"), ("2020-06-13", "2020-05"), ("2020-05-31", "2020-05")]
)
def test_the_span_of_a_change_at_an_event_ends_with_what_the_speaker_could_know(study, said_on, last):
    about = claim({}, said_on=said_on, event=Event(at="2020-04"))
    (before, after) = asked_figure(Quantity(direction="rise"), about, study).spans
    assert after == ("2020-04", last)
    assert months_of(before) == months_of(after) and before[1] == "2020-03"


@pytest.mark.parametrize(
    ("said_on", "counts", "spans"),
    [
        ("2020-04", {}, (("2020-03", "2020-03"), ("2020-04", "2020-04"))),
        ("2020-06", {"last": "2020-05"}, (("2020-02", "2020-03"), ("2020-04", "2020-05"))),
        ("2020-06", {"last": "2020-08"}, (("2020-01", "2020-03"), ("2020-04", "2020-06"))),
        ("2020-06", {"frequency": "Q"}, (("2020Q1", "2020Q1"), ("2020Q2", "2020Q2"))),
    ],
)
def test_the_spans_around_an_event_keep_to_the_counts_of_the_claim(study, said_on, counts, spans):
    about = claim({}, said_on=said_on, event=Event(at="2020-04"), counts=Counts(**counts))
    assert asked_figure(Quantity(direction="rise"), about, study).spans == spans


def test_without_a_panel_the_periods_around_an_event_are_months(study):
    published = replace(study, panels={}, figures={})
    about = claim({}, event=Event(at="2020-04"))
    assert asked_figure(Quantity(direction="rise"), about, published).spans[1] == ("2020-04", "2020-06")


@pytest.mark.parametrize("said_on", ["2020-03", "2020-04-29"])
def test_an_event_and_a_sentence_without_a_whole_period_between_them_are_refused(study, said_on):
    about = claim({}, said_on=said_on, event=Event(at="2020-04"))
    with pytest.raises(ModelError) as refused:
        asked_figure(Quantity(direction="rise"), about, study)
    assert str(refused.value) == (
        f"find the spans of the claim 'one': found an event of 2020-04 and a sentence of {said_on}; allowed: a whole "
        "period between the two; name span and against."
    )
    assert refused.value.lacks == (
        "No whole period lies between the event and the claim. Counts by finer periods would settle it."
    )


def test_true_is_the_figure_recorded_whoever_counted(study):
    about = claim({"recorded": Recorded(span="2019", against="2018", direction="rise", about=1.13)})
    assert asked_figure(Realised(), about, study) == asked_figure(about.asserts["recorded"], about, study)
    assert filled(Realised(direction="rise"), about).about is None
    assert filled(Ordinary(span="2020", against="2019"), about).span == "2020"
    # Where a link says when, or how much, it says all of it anew.
    assert filled(Realised(span="2020"), about) == Realised(span="2020", direction="rise", about=1.13)
    assert filled(Realised(at_least=1.2), about) == Realised(span="2019", against="2018", at_least=1.2)
    whole = Recorded(span="2019", share_of=("Diyala",), about=0.3, of="attacks")
    assert filled(Realised(most="Anbar"), claim({"recorded": whole})) == Realised(
        span="2019", most="Anbar", of="attacks"
    )
    # None at all is a number, too.
    level = claim({"recorded": Recorded(span="2019", at_most=5.0)})
    assert filled(Realised(exactly=0.0), level) == Realised(span="2019", exactly=0.0)
    assert filled(Realised(), claim({"recorded": whole})).of == "attacks"
    assert filled(Realised(of="deaths"), claim({"recorded": whole})) == Realised(
        span="2019", share_of=("Diyala",), about=0.3, of="deaths"
    )
    assert filled(whole, claim({"recorded": whole})) is whole
    assert filled(Realised(at_least=3.0), claim()) == Realised(at_least=3.0)


FAULTS = [
    ({"share_of": ("A",), "most": "A"}, "found both share_of and most; allowed: one of the two"),
    ({"most": "A", "against": "2018"}, "found a share or a first place of two spans; allowed: one span"),
    ({"share_of": ("A",)}, "found share_of without a number; allowed: a number such as at_least = 0.5"),
    ({"share_of": ("A",), "at_least": 32.0}, "found a share above 1; allowed: 0 to 1"),
    ({"every": "month"}, "found every; allowed: every with a direction"),
    ({"every": "month", "direction": "rise", "against": "2018"}, "found every; allowed: every with a direction"),
    ({"every": "month", "direction": "rise", "about": 2.0}, "found every; allowed: every with a direction"),
    (
        {"most": "A", "every": "month", "direction": "rise"},
        "found a share or a first place of two spans; allowed: one span",
    ),
    (
        {"share_of": ("A",), "direction": "rise", "about": 0.2},
        "found a share or a first place with a direction; allowed: a number, or most",
    ),
    ({"most": "A", "about": 3.0, "at_most": 4.0}, "found most and about and at_most; allowed: most alone"),
    ({"about": 1.0, "within": -0.1}, "found a number below 0; allowed: 0 and more"),
    (
        {"at_least": 3.0, "less_than": 3.0},
        "found at_least, less_than and direction = None, which no number fulfils; allowed: numbers and a direction "
        "that can hold together",
    ),
    ({"within": 0.1}, "found within without about; allowed: within beside about"),
    ({"at_least": -1.0}, "found a number below 0; allowed: 0 and more"),
    (
        {"direction": "rise", "at_most": 0.5},
        "found at_most and direction = 'rise', which no number fulfils; allowed: numbers and a direction that can "
        "hold together",
    ),
]


@pytest.mark.parametrize(("keys", "says"), FAULTS)
def test_a_figure_that_no_sentence_could_mean_is_refused(keys, says):
    with pytest.raises(ModelError) as refused:
        Quantity(**keys)
    assert str(refused.value) == f"read the figure of a claim: {says}; correct the table."


@pytest.mark.parametrize(
    "keys",
    [
        {"share_of": ("A",), "at_most": 1.0},
        {"share_of": ("A",), "at_least": 0.0},
        {"at_least": 3.0, "at_most": 3.0},
        {"about": 2.0, "within": 0.0},
        {"at_least": 32.0},
        {"most": "A"},
    ],
)
def test_figures_at_the_bounds_of_what_can_be_meant_are_taken(keys):
    assert Quantity(**keys) == Quantity(**keys)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (
            {"span": "2019"},
            "read the figure of the claim 'one': found neither a number nor a direction; allowed: about, at_least, "
            "at_most, more_than, less_than, exactly, direction or most; say what the sentence says.",
        ),
        (
            {"span": "2018", "against": "2019", "direction": "rise"},
            "hold 2018 against 2019: found a span that is not over when the other begins; allowed: an earlier span "
            "under against; exchange the two, or correct them.",
        ),
        (
            {"direction": "rise"},
            "find the spans of the claim 'one': found direction = 'rise', neither against nor an event; allowed: an "
            'earlier span, or an [event] that the change followed; add against = "2018".',
        ),
        (
            {"span": "2019", "every": "year", "direction": "rise"},
            "follow every year of 2019: found 1 of them; allowed: two or more; name a longer span.",
        ),
        (
            {"span": "2019", "against": ("2018", "2019-01"), "direction": "rise"},
            "hold 2019 against 2018 to January 2019: found a span that is not over when the other begins; allowed: an "
            "earlier span under against; exchange the two, or correct them.",
        ),
    ],
)
def test_a_figure_without_its_spans_or_its_number_is_refused(study, keys, says):
    with pytest.raises(ModelError) as refused:
        asked(study, **keys)
    assert str(refused.value) == says


def test_spans_are_measured_in_whole_months_or_in_days():
    assert months_of(("2019", "2020")) == 24 and months_of(("2020Q1", "2020Q1")) == 3
    assert months_of(("2020-05", "2020-05-30")) is months_of(("2020-05-02", "2020-05")) is None
    assert months_of(("2019-12", "2020-02")) == 3 and days_of(("2020-02-28", "2020-03-01")) == 3
    assert days_of(("2020-05-07", "2020-05-07")) == 1 and ends_of("2020") == ("2020", "2020")
    assert [str(day) for day in bounds_of(("2020", "2020Q2"))] == ["2020-01-01 00:00:00", "2020-06-30 00:00:00"]
    assert named_periods(Quantity(span="2020", against=("2018", "2019"), direction="rise")) == (
        "2020", "2020", "2018", "2019",
    )  # fmt: skip
    assert named_periods(Quantity(at_least=1.0)) == ()
    assert months_of(("2020-05-07", "2020-05-13")) is None and days_of(("2020-05-07", "2020-05-13")) == 7


@pytest.mark.parametrize(
    ("change", "claimed"),
    [
        (Change("rise"), (1, inf)),
        (Change("rise", 1.5), (1.5, inf)),
        (Change("fall", 2.0), (0, 0.5)),
        (Change("no rise", 2.0), (0, 1)),
    ],
)
def test_what_says_nothing_itself_is_the_change_that_the_claim_asserts(study, change, claimed):
    told = claim({"change": change, "realised": Realised()}, event=Event(at="2020-04"))
    figure = asked_figure(Realised(), told, study)
    assert figure.form == "ratio" and figure.spans == (("2020-01", "2020-03"), ("2020-04", "2020-06"))
    assert figure.stand.claimed == pytest.approx(claimed)
    # A number of its own is another figure than the change.
    assert filled(Realised(at_least=3.0), told).form == "level"
