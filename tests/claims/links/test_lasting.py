"""The link of a lasting change: a new level lasts, a pulse does not, nor what the change did not survive."""

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd
import pytest

from tests.claims.conftest import stepped
from trends.chance.evidence import Check
from trends.chance.questions import lasting as probability_lasting
from trends.claims import assess as assessing
from trends.claims.links.lasting import KIND, Lasting
from trends.claims.verdict import Ruling
from trends.claims.words import chance
from trends.errors import ModelError

EVENT = '[event]\nat = "2019-01"\n[asserts]\n'
LATER = np.repeat([20.0, 60.0], [24, 24])
PULSE = np.repeat([20.0, 80.0, 20.0], [24, 3, 21])


@pytest.fixture
def lasting(planted):
    def of(means, link='lasting = { direction = "rise" }', **more):
        return planted(means, EVENT + link, **more).findings[-1]

    return of


def test_what_is_left_later_is_asked_apart_from_the_first_periods(lasting):
    finding = lasting(LATER, 'lasting = { direction = "rise", at_least = 1.2 }')
    asked = finding.fit.asked
    assert [str(each) for each in (asked.at, asked.first, asked.last)] == ["2019-01", "2019-04", "2020-12"]
    known = asked.effect().ratio
    evidence = finding.evidence
    assert (evidence.estimate, evidence.lower, evidence.upper) == (known.estimate, known.low, known.high)
    assert finding.stand.claimed == (1.2, inf)
    early = replace(asked, first=asked.at, last=pd.Period("2019-03", "M")).effect()
    kept = probability_lasting(early, asked.first, early.series.index[-1])
    still = "That half or more of its first 3 months was still there from April 2019 to March 2020"
    assert f"{still} has a probability of {chance(kept)}." in finding.sentence
    assert finding.question == "Was the change of January 2019 a new level, and not a pulse?"
    assert finding.table["count"].tolist() == [asked.counts.loc["2019-04":].sum()]


@pytest.mark.parametrize(
    ("at", "after", "untestable"),
    [("2020-09", 3, False), ("2020-10", 3, True), ("2020-11", 1, False), ("2020-12", 1, True), ("2017-01", 3, True)],
)
def test_counts_before_the_change_and_one_later_period_are_enough_to_ask(planted, at, after, untestable):
    body = f'[event]\nat = "{at}"\n[asserts]\nlasting = {{ direction = "rise", after = {after} }}'
    (finding,) = planted(np.full(48, 20.0), body).findings
    assert (finding.ruling is Ruling.UNTESTABLE) == untestable
    if at == "2020-10":
        assert finding.evidence.untestable == (
            "Rule on whether the change of October 2020 lasted: found counts in January 2017 to December 2020; "
            "allowed: counts before it and beyond January 2021; wait for later periods, or ask after fewer."
        )
        assert finding.sentence == (
            "The counts end too soon after the change to see whether it lasted. Later ones would settle it."
        )
    if at == "2020-09":
        assert "was still there in December 2020 has a probability of" in finding.sentence


def test_a_lasting_change_is_asked_after_three_periods_of_counts():
    assert Lasting().after == 3 and KIND.of_counts and not KIND.cites_rows
    assert Lasting(after=1).after == 1


def test_a_new_level_lasts_beyond_its_first_months(lasting):
    finding = lasting(LATER)
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.evidence.quantity == "rate from April 2019 to December 2020, against what was to be expected,"
    assert finding.evidence.lower < 3 < finding.evidence.upper
    kept = "half or more of its first 3 months was still there from April 2019 to March 2020 has a probability of 88 %."
    assert f"That {kept}" in finding.sentence and finding.sentence.endswith("in the later periods.")
    assert lasting(LATER, 'lasting = { direction = "fall" }').ruling is Ruling.CONTRADICTED


def test_a_pulse_does_not_last(lasting):
    finding = lasting(PULSE, 'lasting = { direction = "rise", at_least = 1.5 }')
    assert finding.ruling is Ruling.CONTRADICTED
    assert finding.evidence.lower < 1 < finding.evidence.upper < 1.5
    assert finding.sentence.endswith("has a probability of 12 %.")


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("months", [1, 3, 4])
def test_a_pulse_of_any_length_is_not_taken_for_a_new_level(lasting, months, seed):
    means = np.repeat([20.0, 80.0, 20.0], [24, months, 24 - months])
    assert lasting(means, 'lasting = { direction = "rise", at_least = 1.5 }', seed=seed).ruling is not Ruling.SUPPORTED


def test_a_level_that_did_not_change_does_not_last(lasting):
    assert lasting(np.full(48, 20.0)).ruling is not Ruling.SUPPORTED


def test_the_first_periods_are_set_aside_as_the_link_says(lasting):
    finding = lasting(LATER, 'lasting = { direction = "rise", after = 6 }')
    assert finding.evidence.quantity.startswith("rate from July 2019 to December 2020")
    assert finding.ruling is Ruling.SUPPORTED


def test_a_change_that_did_not_survive_withholds_that_it_lasted(planted):
    links = 'change = { direction = "fall" }\nlasting = true'
    change, lasting = planted(stepped(3), f'[event]\nat = "2020-01"\n[asserts]\n{links}').findings
    # Direction and bar are those of the change.
    assert lasting.ruling is Ruling.CONTRADICTED and lasting.stand.claimed == (0.0, 1.0)
    assert lasting.checks[-1].name == "the change itself" and lasting.checks[-1].outcome == "passed"
    failed = replace(change, checks=(*change.checks, Check("specifications", "Is it?", "failed", "It is not.")))
    alone = replace(lasting, checks=lasting.checks[:-1])
    withheld = assessing._survived(alone, {"change": failed, "lasting": alone})
    assert withheld.ruling is Ruling.CANNOT_TELL
    assert "because of the check the change itself (cannot tell)" in withheld.sentence
    assert withheld.checks[-1].says == "The change itself did not survive: specifications (failed)."
    # What is told besides stays.
    assert withheld.sentence.endswith(lasting.sentence.split(". ")[-1])


def test_nothing_lasts_from_the_change_itself_on():
    with pytest.raises(ModelError, match="found after=0; allowed: a whole number from 1 up; choose such a number"):
        Lasting(after=0)
