"""Verdicts in words: what stands in a sentence whatever the number."""

import pytest

from trends.chance.evidence import Evidence
from trends.claims.direction import stand_on_change
from trends.claims.verdict import Ruling
from trends.claims.words import ruling_in_words


@pytest.mark.parametrize(
    ("estimate", "lower", "upper", "ending"),
    [
        (1.1, 0.6, 2.0, "That it is 1.10 or more has a roughly even chance (50 %): no ruling."),
        (1.6, 0.9, 2.7, "That it is 1.10 or more is very likely (90 %): no ruling."),
        (0.7, 0.45, 1.12, "That it is 1.10 or more has almost no chance (3 %): no ruling."),
    ],
)
def test_a_likelihood_is_told_as_one_would_say_it(estimate, lower, upper, ending):
    evidence = Evidence(
        quantity="rate",
        estimate=estimate,
        lower=lower,
        upper=upper,
        pvalue=0.3,
        null="",
        alternative="",
        method="",
        nobs=36,
    )
    told = ruling_in_words(Ruling.CANNOT_TELL, evidence, stand_on_change("rise", 1.1), ())
    assert told.endswith(ending)


def test_rounding_does_not_contradict_what_is_said_of_an_interval():
    """An end at 0.6702 is not within 0.67 or less, where that is two thirds."""
    stand = stand_on_change("fall", 1.5)
    evidence = Evidence(quantity="rate", estimate=0.33, lower=0.2613, upper=0.6702)
    told = ruling_in_words(Ruling.CANNOT_TELL, evidence, stand, ())
    assert told.startswith("The rate is 0.33 (95 % interval 0.26 to 0.670). That it is 0.667 or less ")
