from math import inf, nan

import numpy as np
import pytest

import trends
from trends.chance.evidence import Evidence, likelihood_words
from trends.errors import InputError


def test_every_probability_has_a_word():
    words = [likelihood_words(p) for p in np.linspace(0, 1, 201)]
    assert words[0] == "almost no chance" and words[-1] == "almost certain"
    assert len(set(words)) == 7


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
