"""The link of a lasting change: a new level lasts, a pulse does not, nor what the change did not survive."""

from dataclasses import replace

import numpy as np
import pytest

from tests.claims.conftest import stepped
from trends.chance.evidence import Check
from trends.claims import assess as assessing
from trends.claims.links.lasting import Lasting
from trends.claims.verdict import Ruling
from trends.errors import ModelError

EVENT = '[event]\nat = "2019-01"\n[asserts]\n'
LATER = np.repeat([20.0, 60.0], [24, 24])
PULSE = np.repeat([20.0, 80.0, 20.0], [24, 3, 21])


@pytest.fixture
def lasting(planted):
    def of(means, link='lasting = { direction = "rise" }', **more):
        return planted(means, EVENT + link, **more).findings[-1]

    return of


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
