"""Verdicts in words: what stands in a sentence whatever the number."""

from math import inf, nan, nextafter

import pytest

from trends.chance.evidence import Check, Evidence
from trends.claims.direction import stand_on_change
from trends.claims.verdict import Asserted, Ruling
from trends.claims.words import (
    between_in_words,
    capital,
    chance,
    claimed_in_words,
    detectable_in_words,
    during,
    figure,
    interval,
    needed_in_words,
    percent,
    ruling_in_words,
    span_in_words,
    titled,
    when_in_words,
)
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
    ("label", "told"),
    [
        ("2020-01", "January 2020"), ("2020-12", "December 2020"), ("2020Q1", "the first quarter of 2020"),
        ("2020Q3", "the third quarter of 2020"), ("2020Q4", "the fourth quarter of 2020"), ("2020", "2020"),
        ("2020-W01", "week 1 of 2020"), ("2021-01-01", "1 January 2021"), ("2020-12-31", "31 December 2020"),
    ],
)  # fmt: skip
def test_a_period_is_told_by_its_own_name(label, told):
    assert when_in_words(label) == told


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2020-01-01", "2020-01-31", "January 2020"), ("2020-04", "2020-06", "the second quarter of 2020"),
        ("2020-04-01", "2020-06-30", "the second quarter of 2020"), ("2020Q1", "2020Q4", "2020"),
        ("2020-05-30", "2020-06-02", "30 May to 2 June 2020"), ("2020-01-02", "2020-01-31", "2 to 31 January 2020"),
        ("2019-12-30", "2020-01-02", "30 December 2019 to 2 January 2020"),
        ("2019-12-30", "2020-12-30", "30 December 2019 to 30 December 2020"),
        ("2019Q4", "2020Q1", "October 2019 to March 2020"), ("2020-W10", "2020-W12", "week 10 to week 12 of 2020"),
        ("2018", "2020", "2018 to 2020"), ("2020-01", "2020-02", "January to February 2020"),
        ("2020-04-01", "2020-06-29", "1 April to 29 June 2020"),
        ("2020Q2", "2020-07", "April to July 2020"),
        ("2020-05", "2020Q4", "May to December 2020"),
        ("2019", "2020Q2", "2019 to June 2020"),
    ],
)  # fmt: skip
def test_what_both_ends_of_a_span_have_in_common_is_said_once(first, last, told):
    assert span_in_words(first, last) == told


def test_a_beginning_lies_in_a_period_or_between_two():
    assert between_in_words("2019-12", "2020-01") == "between December 2019 and January 2020"
    assert between_in_words("2020-01", "2020-03") == "in the first quarter of 2020"
    assert (titled("GTD, 2021"), titled("GTD"), capital("")) == ("the series “GTD, 2021”", "GTD", "")


def test_a_probability_is_never_told_as_certain():
    told = {value: chance(value) for value in (0.0, 0.0099, 0.01, 0.5, 0.99, 0.9901, 1.0)}
    assert list(told.values()) == [
        "less than 1 %", "less than 1 %", "1 %", "50 %", "99 %", "more than 99 %", "more than 99 %",
    ]  # fmt: skip
    assert (percent(0.317), percent(1.0)) == ("32 %", "100 %")


@pytest.mark.parametrize(
    ("value", "unit", "apart", "told"),
    [
        (nan, "ratio", (), "not known"), (inf, "ratio", (), "no limit"), (-inf, "count", (), "no limit"),
        (9.876, "ratio", (), "9.88"), (10.0, "ratio", (), "10.0"), (99.94, "ratio", (), "99.9"),
        (100.0, "ratio", (), "100"), (1234.5, "ratio", (), "1,234"), (0.5, "share", (), "50 %"),
        (1669.4, "count", (), "1,669"), (2.4, "days", (), "2"), (1.004, "ratio", (1.0, inf, nan), "1.004"),
        (0.501, "share", (0.502,), "50.1 %"), (1.00000004, "ratio", (1.00000008,), "1.000000"),
        (1.5, "ratio", (1.5, 3.0), "1.50"), (2.1, "count", (2.0,), "2.1"),
    ],
)  # fmt: skip
def test_a_figure_has_the_digits_that_it_deserves(value, unit, apart, told):
    assert figure(value, unit, apart) == told


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({"estimate": 2.0, "lower": 1.0, "upper": inf, "level": 0.9}, "2.00 (90 % interval 1.00 or more)"),
        ({"estimate": 2.0, "lower": 2.0, "upper": 2.0, "level": 1.0}, "2.00"),
        ({"estimate": 2.0, "lower": 2.0, "upper": inf, "level": 1.0}, "2.00 (for certain 2.00 or more)"),
        ({"estimate": 2.0, "lower": 2.0, "upper": 2.0}, "2.00 (95 % interval 2.00 to 2.00)"),
    ],
)
def test_an_estimate_stands_with_its_interval_where_it_has_one(numbers, told):
    assert interval(Evidence(quantity="rate", **numbers)) == told


ABOVE, BELOW = nextafter(1, inf), nextafter(1, 0)


@pytest.mark.parametrize(
    ("claimed", "unit", "told"),
    [
        ((ABOVE, inf), "ratio", "above 1"), ((0.0, BELOW), "ratio", "below 1"), ((1.0, inf), "ratio", "above 1"),
        ((0.0, 1.0), "ratio", "below 1"), ((nextafter(2, inf), inf), "ratio", "more than 2.00"),
        ((0.0, nextafter(0.5, 0)), "ratio", "less than 0.50"), ((1.1, inf), "ratio", "1.10 or more"),
        ((0.0, 0.9), "ratio", "0.90 or less"), ((0.9, 1.1), "ratio", "0.90 to 1.10"),
        ((ABOVE, 3.0), "ratio", "1.00 to 3.00"),
        ((0.5, 1.0), "share", "50 % or more"), ((0.0, 0.4), "share", "40 % or less"),
        ((0.3, 0.4), "share", "30 % to 40 %"),
        ((1.0, inf), "count", "1 or more"), ((0.0, 1.0), "count", "1 or less"), ((566.0, inf), "count", "566 or more"),
        ((1.0, 3.0), "count", "1 to 3"), ((0.5, BELOW), "ratio", "0.50 to 1.00"),
    ],
)  # fmt: skip
def test_what_is_claimed_is_told_by_its_ends(claimed, unit, told):
    assert claimed_in_words(Asserted(claimed), unit) == told


RATE = Evidence(quantity="rate", estimate=2.0, lower=1.5, upper=3.0)
SURE = Evidence(quantity="rate", estimate=2.0, lower=1.5, upper=3.0, supported=0.97, immaterial=0.96)
START = "The rate is 2.00 (95 % interval 1.50 to 3.00)"
RISE = Asserted((1.1, inf), (1 / 1.1, 1.1))
LEANS = f"{START}. The data lean towards 1.10 or more, and are compatible with anything from 1.50 to 3.00: no ruling."


@pytest.mark.parametrize(
    ("ruling", "evidence", "stand", "told"),
    [
        (Ruling.SUPPORTED, RATE, RISE, f"{START}, wholly within what the claim says: 1.10 or more."),
        (Ruling.SUPPORTED, SURE, RISE, f"{START}. That it is 1.10 or more has a probability of 97 %."),
        (Ruling.CONTRADICTED, RATE, RISE, f"{START}, wholly outside what the claim says: 1.10 or more."),
        (Ruling.CONTRADICTED, SURE, RISE, f"{START}. That it is 1.10 or more has a probability of 97 %."),
        (Ruling.NO_MATERIAL_CHANGE, RATE, RISE, f"{START}, wholly within the 0.91 to 1.10 that would not matter."),
        (Ruling.NO_MATERIAL_CHANGE, SURE, RISE, f"{START}. That it lies between 0.91 and 1.10, which would not "
         "matter, has a probability of 96 %."),
        (Ruling.NO_MATERIAL_CHANGE, RATE, Asserted((1.1, inf)), LEANS),
        (Ruling.CANNOT_TELL, RATE, RISE, LEANS),
        # What another rule counted is not against the claim where it lies outside; where it reaches in, it is open.
        (Ruling.CANNOT_TELL, RATE, Asserted((3.5, inf), comparable=False), f"{START}, outside what the claim says "
         "(3.50 or more), but it was counted by another rule, so that it does not contradict the claim."),
        (Ruling.CANNOT_TELL, RATE, Asserted((0.0, 1.2), comparable=False), f"{START}, outside what the claim says "
         "(1.20 or less), but it was counted by another rule, so that it does not contradict the claim."),
        (Ruling.CANNOT_TELL, RATE, Asserted((3.0, inf), comparable=False), f"{START}. The data lean away from 3.00 or "
         "more, and are compatible with anything from 1.50 to 3.00: no ruling."),
        (Ruling.CANNOT_TELL, RATE, Asserted((0.0, 1.5), comparable=False), f"{START}. The data lean away from 1.50 or "
         "less, and are compatible with anything from 1.50 to 3.00: no ruling."),
        (Ruling.CANNOT_TELL, RATE, Asserted((2.0, inf)), f"{START}. The data lean towards 2.00 or more, and are "
         "compatible with anything from 1.50 to 3.00: no ruling."),
        (Ruling.CANNOT_TELL, RATE, Asserted((0.0, 2.0)), f"{START}. The data lean towards 2.00 or less, and are "
         "compatible with anything from 1.50 to 3.00: no ruling."),
    ],
)  # fmt: skip
def test_a_ruling_is_told_with_what_it_rests_on(ruling, evidence, stand, told):
    assert ruling_in_words(ruling, evidence, stand) == told


def test_the_checks_that_withhold_a_ruling_are_named_and_no_others():
    checks = tuple(
        Check(name, "?", outcome, "So.")
        for name, outcome in (
            ("size", "passed"),
            ("places", "failed"),
            ("ways", "cannot tell"),
            ("none", "does not apply"),
        )
    )
    assert ruling_in_words(Ruling.CANNOT_TELL, RATE, RISE, checks) == (
        f"{START}. What the claim says is 1.10 or more. No ruling rests on it, because of the check places (failed) "
        "and ways (cannot tell)."
    )
    assert ruling_in_words(Ruling.CANNOT_TELL, RATE, RISE, checks[::3]) == LEANS


@pytest.mark.parametrize(
    ("needed", "ratio", "word", "told"),
    [
        (None, 1.5, "month", "Not even ten more years would find a rise to 1.50 times with 80 % power."),
        (0, 0.5, "month", "The months watched suffice to find a fall to 0.50 times with 80 % power."),
        (1, 1.5, "week", "About 1 more week would have to be watched to find a rise to 1.50 times with 80 % power."),
        (2, 1.5, "week", "About 2 more weeks would have to be watched to find a rise to 1.50 times with 80 % power."),
    ],
)
def test_how_long_to_wait_is_told_in_the_periods_of_the_counts(needed, ratio, word, told):
    assert needed_in_words(needed, ratio, word=word) == told


SMALLEST = "The smallest change that these data would show with 80 % power is "


@pytest.mark.parametrize(
    ("detectable", "unit", "told"),
    [
        (None, "ratio", ""),
        (1.5, "ratio", f"{SMALLEST}a rise to 1.50 times what was to be expected."),
        (0.5, "ratio", f"{SMALLEST}a fall to 0.50 times what was to be expected."),
        (inf, "ratio", "With these data no change of a plausible size would be found with 80 % power."),
        (nan, "ratio", "With these data no change of a plausible size would be found with 80 % power."),
        (0.0, "ratio", "With these data no change of a plausible size would be found with 80 % power."),
        (inf, "count", "With these data no difference of a plausible size would be found with 80 % power."),
        (0.0, "share", "With these data no difference of a plausible size would be found with 80 % power."),
        (0.4, "share", "The nearest share that these data would tell from the stated one with 80 % power is 40 %."),
        (7.0, "count", "The nearest count that these data would tell from the stated one with 80 % power is 7."),
    ],
)
def test_what_the_data_could_have_shown_is_told_in_their_unit(detectable, unit, told):
    assert detectable_in_words(Evidence(quantity="rate", unit=unit, detectable=detectable)) == told


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
