"""Verdicts in words: what stands in a sentence whatever the number."""

from math import inf

import pytest

from trends.chance.evidence import Evidence
from trends.claims.direction import stand_on_change
from trends.claims.verdict import Asserted, Ruling
from trends.claims.words import during, figure, interval, ruling_in_words
from trends.nouns import listed


@pytest.mark.parametrize(
    ("supported", "ending"),
    [
        (0.5, "That it is 1.10 or more has a roughly even chance (50 %): no ruling."),
        (0.9, "That it is 1.10 or more is very likely (90 %): no ruling."),
        (0.03, "That it is 1.10 or more has almost no chance (3 %): no ruling."),
    ],
)
def test_a_likelihood_is_told_as_one_would_say_it(supported, ending):
    evidence = Evidence(quantity="rate", estimate=1.2, lower=0.6, upper=2.0, supported=supported)
    told = ruling_in_words(Ruling.CANNOT_TELL, evidence, stand_on_change("rise", 1.1), ())
    assert told.endswith(ending)


@pytest.mark.parametrize(
    ("numbers", "direction", "ending"),
    [
        (
            (1.6, 0.9, 2.7),
            "rise",
            "The data lean towards 1.10 or more, and are compatible with anything from 0.90 to 2.70: no ruling.",
        ),
        (
            (0.7, 0.45, 1.12),
            "rise",
            "The data lean away from 1.10 or more, and are compatible with anything from 0.45 to 1.12: no ruling.",
        ),
        (
            (0.5, 0.1, inf),
            "rise",
            "The data lean away from 1.10 or more, and are compatible with 0.10 or more: no ruling.",
        ),
        (
            (0.7, 0.45, 1.12),
            "none",
            "The data are compatible with 0.91 to 1.10, and with anything from 0.45 to 1.12: no ruling.",
        ),
    ],
)
def test_an_interval_alone_is_given_no_probability(numbers, direction, ending):
    evidence = Evidence(quantity="rate", **dict(zip(("estimate", "lower", "upper"), numbers, strict=True)))
    told = ruling_in_words(Ruling.CANNOT_TELL, evidence, stand_on_change(direction, 1.1), ())
    assert told.endswith(ending) and "likely" not in told


def test_a_narrow_claim_on_weak_data_is_compatible_and_not_unlikely():
    """A share of 31 % (3 to 80 %) against a claim of 32 %."""
    evidence = Evidence(quantity="share", unit="share", estimate=0.31, lower=0.03, upper=0.80, supported=0.15)
    told = ruling_in_words(Ruling.CANNOT_TELL, evidence, Asserted((0.27, 0.37)), ())
    assert told.endswith("compatible with 27 % to 37 %, and with anything from 3 % to 80 %: no ruling.")


def test_rounding_does_not_contradict_what_is_said_of_an_interval():
    """An end at 0.6702 is not within 0.67 or less, where that is two thirds."""
    stand = stand_on_change("fall", 1.5)
    evidence = Evidence(quantity="rate", estimate=0.33, lower=0.2613, upper=0.6702)
    told = ruling_in_words(Ruling.CANNOT_TELL, evidence, stand, ())
    assert told == (
        "The rate is 0.33 (95 % interval 0.26 to 0.670). The data lean towards 0.667 or less, and are compatible with "
        "anything from 0.26 to 0.670: no ruling."
    )


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (("2020", "2020"), "in 2020"), (("2018", "2019"), "from 2018 to 2019"),
        (("2020-W12", "2020-W12"), "in week 12 of 2020"),
        (("2020-01-03", "2020-01-03"), "on 3 January 2020"), (("2020-01-01", "2020-12-31"), "in 2020"),
        (("2020Q1", "2020Q1"), "in the first quarter of 2020"), (("2020-04", "2020-05"), "from April to May 2020"),
    ],
)  # fmt: skip
def test_a_span_takes_the_preposition_that_it_has_in_a_sentence(ends, told):
    assert during(*ends) == told


def test_a_probability_just_short_of_a_ruling_is_not_rounded_to_one():
    evidence = Evidence(quantity="rate", estimate=0.6, lower=0.4, upper=1.01, supported=0.947)
    told = ruling_in_words(Ruling.CANNOT_TELL, evidence, stand_on_change("fall"), ())
    assert told.endswith("That it is below 1 is very likely (94.7 %): no ruling.")


def test_names_with_a_comma_of_their_own_are_parted_by_semicolons():
    assert listed(["a base, the old one", "a camp"]) == "a base, the old one; and a camp"
    assert listed(["GTD", "the series “Wing, recount”"]) == "GTD and the series “Wing, recount”"


def test_what_is_known_for_certain_has_no_interval_of_100_percent():
    days = Evidence(quantity="number of days", unit="days", estimate=2.0, lower=1.0, upper=3.0, level=1.0)
    assert interval(days) == "2 (for certain 1 to 3)"


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.004, "ratio", "0.0040"),
        (0.0312, "ratio", "0.031"),
        (0.0996, "ratio", "0.10"),
        (3e-8, "ratio", "less than 0.000001"),
        (0.0, "ratio", "0.00"),
        (0.0049, "share", "0.5 %"),
        (0.00003, "share", "less than 0.01 %"),
        (0.9968, "share", "99.7 %"),
        (0.99999, "share", "more than 99.99 %"),
        (0.0, "share", "0 %"),
        (1.0, "share", "100 %"),
        (1 - 1e-16, "share", "100 %"),
    ],
)
def test_only_what_is_none_reads_as_none_and_only_what_is_all_as_all(value, unit, told):
    assert figure(value, unit) == told


def test_the_ends_of_an_interval_near_zero_are_told_apart():
    fell = Evidence(quantity="rate", estimate=0.0083, lower=0.0021, upper=0.0338)
    assert interval(fell) == "0.0083 (95 % interval 0.0021 to 0.034)"
