"""The ruling on a rate ratio by its posterior, and the checks that it goes on from."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from trends.chance.answers import ratio_found
from trends.chance.evidence import Check
from trends.chance.normals import Mixture
from trends.claims import assess as assessing
from trends.claims.assess import assess
from trends.claims.direction import stand_on_change
from trends.claims.effects import probability_of, rates_of, ratio_evidence, ruled
from trends.claims.registry import KINDS
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.series import checked_series

SERIES = checked_series([8, 9, 7, 10] * 9, first="2018-01", freq="M")


def posterior(ratio, sd):
    return ratio_found(Mixture(np.ones(1), np.array([np.log(ratio)]), np.array([sd])))


def on(direction, ratio, sd, at_least=None):
    stand = stand_on_change(direction, at_least)
    found = posterior(ratio, sd)
    words = {"quantity": "rate", "null": "It is 1.", "nobs": 36, "rates": rates_of("effect", SERIES)}
    return ruled(ratio_evidence(found, stand, direction, at_least, **words), stand, ())


def test_the_probability_between_two_values_is_that_of_the_normal():
    assert probability_of(posterior(2.0, 0.5), (1.0, inf)) == pytest.approx(0.917, abs=0.001)
    assert probability_of(posterior(2.0, 0.5), (0.0, 2.0)) == pytest.approx(0.5)
    assert probability_of(posterior(1.0, 0.05), (1 / 1.1, 1.1)) == pytest.approx(0.943, abs=0.001)


@pytest.mark.parametrize(
    ("direction", "ratio", "sd", "at_least", "ruling"),
    [
        ("rise", 2.0, 0.4, None, Ruling.SUPPORTED),
        ("rise", 2.0, 0.5, None, Ruling.CANNOT_TELL),
        ("rise", 2.0, 0.4, 2.0, Ruling.CANNOT_TELL),
        ("rise", 0.5, 0.4, None, Ruling.CONTRADICTED),
        ("rise", 1.005, 0.03, None, Ruling.NO_MATERIAL_CHANGE),
        ("fall", 0.5, 0.4, None, Ruling.SUPPORTED),
        ("no rise", 0.6, 0.3, None, Ruling.SUPPORTED),
        ("no rise", 2.0, 0.3, None, Ruling.CONTRADICTED),
        ("none", 1.0, 0.03, None, Ruling.SUPPORTED),
        ("none", 1.0, 0.5, None, Ruling.CANNOT_TELL),
        ("none", 3.0, 0.3, None, Ruling.CONTRADICTED),
    ],
)
def test_a_posterior_rules_as_the_decision_table_says(direction, ratio, sd, at_least, ruling):
    assert on(direction, ratio, sd, at_least).ruling is ruling


def test_the_words_have_the_probability_and_what_would_have_been_found():
    assert on("rise", 2.0, 0.3).sentence.endswith("That it is above 1 has a probability of 99 %.")
    told = on("fall", 0.8, 0.4)
    assert "That it is below 1 is likely (71 %): no ruling." in told.sentence
    # Beyond one by 1.64 and .84 standard deviations.
    assert told.evidence.detectable == pytest.approx(np.exp(-2.486 * 0.4), rel=0.001)
    assert told.evidence.false_alarms is not None and told.evidence.runs > 0


def test_a_check_that_fails_withholds_certainty_and_says_so_where_there_is_any():
    failed = (Check("specifications", "Do they?", "failed", "They do not."),)
    sure, open_one = on("rise", 2.0, 0.3), on("rise", 1.2, 0.5)
    told = ruled(sure.evidence, sure.stand, failed)
    assert told.ruling is Ruling.CANNOT_TELL
    assert "No ruling rests on it, because of the check specifications (failed)." in told.sentence
    assert "check" not in ruled(open_one.evidence, open_one.stand, failed).sentence


@pytest.mark.parametrize("key", ["lasting", "season", "forecast"])
def test_links_on_one_series_have_checks_of_their_own(key):
    assert {"false alarms", "no single province"} <= {check.name for check in KINDS[key].checks}


def test_a_change_that_did_not_survive_withholds_that_it_lasted(study_folder, add_claim):
    links = 'change = { direction = "fall" }\nlasting = true'
    study = read_study(add_claim("it", '[event]\nname = "drawdown"\n[asserts]\n' + links))
    change, lasting = assess(study.claim("it"), study, "quick").findings
    assert lasting.ruling is Ruling.CONTRADICTED
    assert lasting.checks[-1].name == "the change itself" and lasting.checks[-1].outcome == "passed"
    failed = replace(change, checks=(*change.checks, Check("specifications", "Is it?", "failed", "It is not.")))
    alone = replace(lasting, checks=lasting.checks[:-1])
    withheld = assessing._survived(alone, {"change": failed, "lasting": alone})
    assert withheld.ruling is Ruling.CANNOT_TELL
    assert "because of the check the change itself (cannot tell)" in withheld.sentence
    assert withheld.checks[-1].says == "The change itself did not survive: specifications (failed)."


def test_evidence_says_what_it_counts(study_folder, add_claim):
    spans = 'recorded = { span = "2020", against = "2019", direction = "rise" }'
    event = '[event]\nat = "2020-01"\n[asserts]\n'
    body = f'{event}trend = {{ direction = "rise" }}\n{spans}\nrealised = true\nordinary = true'
    study = read_study(add_claim("it", body))
    findings = {f.link: f.evidence for f in assess(study.claim("it"), study, "quick").findings}
    assert {link: evidence.counted_in for link, evidence in findings.items()} == {
        "trend": "month",
        "recorded": "incident",
        "realised": "source",
        "ordinary": "incident",
    }
    assert findings["trend"].nobs == 48
