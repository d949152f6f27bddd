"""What is said of a probability, what evidence is before anything is known, and what a check withholds."""

from math import inf, isnan, nan

import numpy as np
import pytest

import trends
from trends.chance.evidence import Check, Evidence, likelihood_words
from trends.errors import InputError

# Intelligence Community Directive 203 (2015), section D.6.e.(2).(a), column by column.
SCALE = {
    "almost no chance": 0.05,
    "very unlikely": 0.20,
    "unlikely": 0.45,
    "roughly even chance": 0.55,
    "likely": 0.80,
    "very likely": 0.95,
    "almost certain": 1.00,
}


def test_every_probability_has_a_word():
    words = [likelihood_words(p) for p in np.linspace(0, 1, 201)]
    assert list(dict.fromkeys(words)) == list(SCALE)


def test_a_word_reaches_up_to_its_highest_probability_and_no_further():
    words = list(SCALE)
    for place, (word, highest) in enumerate(SCALE.items()):
        assert likelihood_words(highest) == likelihood_words(highest - 0.01) == word
        assert highest == 1 or likelihood_words(highest + 1e-9) == words[place + 1]


def test_evidence_of_nothing_yet_claims_nothing():
    found = Evidence(quantity="rate")
    assert (found.unit, found.level, found.nobs, found.runs) == ("ratio", 0.95, 0, 0)
    assert isnan(found.estimate) and isnan(found.lower) and isnan(found.upper)
    assert {found.null, found.alternative, found.method, found.counted_in, found.untestable} == {""}
    numbers = "pvalue pvalue_analytic pvalue_discovery pvalue_family false_alarms coverage power detectable supported"
    assert all(getattr(found, name) is None for name in [*numbers.split(), "immaterial"])


@pytest.mark.parametrize(
    ("outcome", "withheld"), [("passed", False), ("failed", True), ("cannot tell", True), ("does not apply", False)]
)
def test_a_check_withholds_certainty_where_it_failed_or_cannot_tell(outcome, withheld):
    assert Check("outliers", "Is it one month?", outcome, "None.").withholds is withheld


def test_what_a_check_rests_on_is_drawn_and_takes_no_part_in_its_name_or_likeness():
    class Fit:
        def plot(self, ax):
            return ["drawn on", ax]

    drawn, bare = (Check("outliers", "Is it one month?", "passed", "None.", *fit) for fit in ((Fit(),), ()))
    assert drawn.plot("axes") == ["drawn on", "axes"] and drawn.plot() == ["drawn on", None]
    assert drawn == bare and repr(drawn) == repr(bare) and "Fit" not in repr(drawn)


def test_a_check_with_nothing_to_draw_says_so():
    with pytest.raises(InputError) as refused:
        Check("false alarms", "Are they few?", "passed", "2 of 100.").plot()
    assert str(refused.value) == (
        "draw the check 'false alarms': found one that rests on a figure alone; allowed: a check with a fit; read what "
        "it says."
    )


_OF_THE_RATE = "state what the data say of the rate: found "
_IN_ORDER = "; allowed: lower, estimate and upper in this order; give the estimate with its own interval."


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"estimate": 5.0, "lower": 0.5, "upper": 2.0}, f"{_OF_THE_RATE}estimate=5 above upper=2{_IN_ORDER}"),
        ({"estimate": 0.1, "lower": 0.5, "upper": inf}, f"{_OF_THE_RATE}lower=0.5 above estimate=0.1{_IN_ORDER}"),
        ({"lower": 3.0, "upper": 2.0}, f"{_OF_THE_RATE}lower=3 above upper=2{_IN_ORDER}"),
        (
            {"unit": "date", "lower": 2021.0, "upper": 2020.0},
            f"{_OF_THE_RATE}lower=2021 above upper=2020{_IN_ORDER}",
        ),
        (
            {"unit": "furlong"},
            f"{_OF_THE_RATE}unit='furlong'; allowed: ratio, count, share, date, days; name one of these.",
        ),
        (
            {"quantity": " "},
            "state what the data say of one quantity: found quantity=' '; allowed: a noun phrase, such as 'rate of "
            "2020 to that of 2019'; name what was estimated.",
        ),
        (
            {"quantity": None},
            "state what the data say of one quantity: found quantity=None; allowed: a noun phrase, such as 'rate of "
            "2020 to that of 2019'; name what was estimated.",
        ),
        ({"estimate": "2"}, f"{_OF_THE_RATE}estimate='2'; allowed: a number; give one, or leave it out."),
        ({"pvalue": True}, f"{_OF_THE_RATE}pvalue=True; allowed: a number; give one, or leave it out."),
        (
            {"estimate": -1.0, "unit": "count"},
            f"{_OF_THE_RATE}estimate=-1.0; allowed: 0 or more, as a count is; give it on that scale.",
        ),
        (
            {"upper": 1.2, "unit": "share"},
            f"{_OF_THE_RATE}upper=1.2; allowed: a number from 0 to 1; give it on that scale.",
        ),
        (
            {"supported": 95.0},
            f"{_OF_THE_RATE}supported=95.0; allowed: a number from 0 to 1; give it on that scale.",
        ),
        ({"level": 95}, f"{_OF_THE_RATE}level=95; allowed: a number from 0 to 1; give it on that scale."),
    ],
)
def test_what_no_estimate_can_be_is_refused(given, told):
    with pytest.raises(InputError) as raised:
        trends.Evidence(**({"quantity": "rate"} | given))
    assert str(raised.value) == told


@pytest.mark.parametrize(
    "given",
    [
        {"estimate": 1.0, "lower": 1.0 + 1e-12, "upper": inf},
        {"estimate": nan, "lower": 0.5, "upper": 2.0},
        {"unit": "days", "estimate": -3.0, "lower": -5.0, "upper": -1.0},
        # The likeliest date may lie outside the shortest run of dates that holds 95 %.
        {"unit": "date", "estimate": 2021.5, "lower": 2018.0, "upper": 2020.0},
        {"unit": "share", "detectable": inf},
        {"estimate": np.float64(2.0), "lower": np.float32(1.0), "upper": 3},
    ],
)
def test_what_an_estimate_can_be_is_taken(given):
    assert Evidence(quantity="rate", **given).quantity == "rate"


@pytest.mark.parametrize("given", [1.5, -0.1, float("nan"), float("inf"), 97, True, "0.5", None])
def test_what_is_no_probability_has_no_words(given):
    with pytest.raises(InputError) as error:
        likelihood_words(given)
    assert str(error.value) == (
        f"say a probability in words: found probability={given!r}; allowed: a number from 0 to 1; give it as a share, "
        "0.97 for 97 %."
    )


def test_a_probability_that_misses_one_by_its_rounding_is_almost_certain():
    assert likelihood_words(1 + 1e-12) == "almost certain" and likelihood_words(-1e-12) == "almost no chance"
