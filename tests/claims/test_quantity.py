from math import inf

import pytest

from trends.claims.claim import Claim, Counts, Event
from trends.claims.links.change import Change
from trends.claims.links.ordinary import Ordinary
from trends.claims.links.realised import Realised
from trends.claims.links.recorded import Recorded
from trends.claims.quantity import Quantity, asked_figure, days_of, filled, months_of
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


def test_true_is_the_figure_recorded_whoever_counted(study):
    about = claim({"recorded": Recorded(span="2019", against="2018", direction="rise", about=1.13)})
    assert asked_figure(Realised(), about, study) == asked_figure(about.asserts["recorded"], about, study)
    assert filled(Realised(direction="rise"), about).about is None
    assert filled(Ordinary(span="2020", against="2019"), about).span == "2020"


FAULTS = [
    ({"share_of": ("A",), "most": "A"}, "found both share_of and most; allowed: one of the two"),
    ({"most": "A", "against": "2018"}, "found a share or a first place of two spans; allowed: one span"),
    ({"share_of": ("A",)}, "found share_of without a number; allowed: a number such as at_least = 0.5"),
    ({"share_of": ("A",), "at_least": 32.0}, "found a share above 1; allowed: 0 to 1"),
    ({"every": "month"}, "found every; allowed: every with a direction"),
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
    ],
)
def test_a_figure_without_its_spans_or_its_number_is_refused(study, keys, says):
    with pytest.raises(ModelError) as refused:
        asked(study, **keys)
    assert str(refused.value) == says


def test_spans_are_measured_in_whole_months_or_in_days():
    assert months_of(("2019", "2020")) == 24 and months_of(("2020Q1", "2020Q1")) == 3
    assert months_of(("2020-05-07", "2020-05-13")) is None and days_of(("2020-05-07", "2020-05-13")) == 7


@pytest.mark.parametrize(
    ("change", "claimed"),
    [(Change("rise"), (1, inf)), (Change("rise", 1.5), (1.5, inf)), (Change("fall", 2.0), (0, 0.5))],
)
def test_what_says_nothing_itself_is_the_change_that_the_claim_asserts(study, change, claimed):
    told = claim({"change": change, "realised": Realised()}, event=Event(at="2020-04"))
    figure = asked_figure(Realised(), told, study)
    assert figure.form == "ratio" and figure.spans == (("2020-01", "2020-03"), ("2020-04", "2020-06"))
    assert figure.stand.claimed == pytest.approx(claimed)
