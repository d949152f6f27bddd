"""A posterior held against what is claimed of a ratio: its probabilities, what it could have shown, and the ruling."""

from dataclasses import replace
from math import exp, inf, isfinite, log, nan

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from trends.chance.answers import ratio_found
from trends.chance.error_rates import error_rates
from trends.chance.evidence import Check, Evidence
from trends.chance.normals import Mixture
from trends.chance.questions import effect
from trends.claims.asked import Asked
from trends.claims.direction import stand_on_change
from trends.claims.effects import (
    METHOD,
    RatioRuling,
    effect_evidence,
    probability_of,
    rates_of,
    rates_of_effect,
    ratio_evidence,
    ratio_finding,
    ratio_table,
    ruled,
)
from trends.claims.verdict import Ruling
from trends.counts.series import checked_series

FAILED = (Check("specifications", "Do others agree?", "failed", "They do not."),)


def found_at(ratio, width=0.2):
    """A posterior that is normal on the log scale."""
    return ratio_found(Mixture(np.array([1.0]), np.array([log(ratio)]), np.array([width])))


def evidence_on(ratio, direction="rise", at_least=None, width=0.2):
    return ratio_evidence(
        found_at(ratio, width),
        stand_on_change(direction, at_least),
        direction,
        at_least,
        quantity="rate",
        null="It is 1.",
        nobs=48,
        rates=error_rates("effect", 36, 1.0, "M"),
    )


@pytest.mark.parametrize("values", [(1.1, inf), (0.0, 0.9), (0.8, 1.25), (0.0, inf)])
def test_the_probability_of_values_is_that_of_the_posterior(values):
    low, high = (norm.cdf(log(value) if value else -inf, log(1.2), 0.2) if value < inf else 1.0 for value in values)
    assert probability_of(found_at(1.2), values) == pytest.approx(high - low, abs=1e-6)


def test_evidence_has_what_is_claimed_what_would_not_matter_and_the_rates_of_like_series():
    evidence, like = evidence_on(1.5, at_least=1.2), error_rates("effect", 36, 1.0, "M")
    assert evidence.supported == pytest.approx(norm.sf(log(1.2), log(1.5), 0.2), abs=1e-6)
    within = norm.cdf(log(1.1), log(1.5), 0.2) - norm.cdf(-log(1.1), log(1.5), 0.2)
    assert evidence.immaterial == pytest.approx(within, abs=1e-6)
    assert (evidence.lower, evidence.upper) == pytest.approx([1.5 * exp(z * 0.2) for z in (-1.96, 1.96)], rel=1e-3)
    assert (evidence.false_alarms, evidence.coverage, evidence.power, evidence.runs) == (
        like.false_alarms, like.coverage[0], like.power[1], like.windows,
    )  # fmt: skip
    assert evidence_on(1.0, "none").immaterial is None
    assert (evidence.quantity, evidence.unit, evidence.level, evidence.nobs) == ("rate", "ratio", 0.95, 48)
    assert (evidence.null, evidence.alternative, evidence.method) == ("It is 1.", "It is not 1.", METHOD)
    assert evidence.pvalue == found_at(1.5).pvalue and evidence.estimate == pytest.approx(1.5, rel=1e-3)


def test_without_rates_evidence_has_none():
    evidence = ratio_evidence(found_at(1.0), stand_on_change("fall"), "fall", None, quantity="rate", null="", nobs=1)
    assert (evidence.false_alarms, evidence.coverage, evidence.power, evidence.runs) == (None, None, None, 0)


def test_a_rate_that_was_not_measured_is_none():
    rates = replace(error_rates("effect", 36, 1.0, "M"), false_alarms=nan, coverage=(nan, 1.0), power=(0.1, nan, 0.9))
    evidence = ratio_evidence(
        found_at(1.0), stand_on_change("rise"), "rise", None, quantity="rate", null="", nobs=1, rates=rates
    )
    assert evidence.false_alarms is evidence.coverage is evidence.power is None and evidence.runs == rates.windows


@pytest.mark.parametrize(
    ("direction", "at_least", "rises"),
    [
        ("rise", None, True),
        ("no rise", 1.2, True),
        ("fall", None, False),
        ("no fall", 2.0, False),
        ("none", None, True),
    ],
)
def test_what_could_have_been_shown_lies_beyond_the_bar_on_the_side_that_the_claim_has_to_fear(
    direction, at_least, rises
):
    detectable = evidence_on(1.0, direction, at_least).detectable
    bar = at_least or (1.0 if direction in ("rise", "fall") else 1.1)
    # As wide as this one, four in five posteriors around it are beyond the bar with a probability of .95.
    reach = exp((norm.ppf(0.95) + norm.ppf(0.8)) * 0.2)
    assert detectable == pytest.approx(bar * reach if rises else 1 / bar / reach, rel=1e-3)


@pytest.mark.parametrize(
    ("ratio", "width", "ruling"),
    [
        (2.0, 0.2, Ruling.SUPPORTED),
        (0.5, 0.2, Ruling.CONTRADICTED),
        (1.0, 0.04, Ruling.NO_MATERIAL_CHANGE),
        (1.2, 0.2, Ruling.CANNOT_TELL),
    ],
)
def test_the_ruling_is_that_of_the_posterior_and_its_sentence_says_so(ratio, width, ruling):
    told = ruled(evidence_on(ratio, width=width), stand_on_change("rise"), ())
    assert told.ruling is ruling
    assert told.sentence.startswith(f"The rate is {ratio:.2f} (95 % interval ")
    assert ("would show with 80 % power is a rise to" in told.sentence) == (ruling is Ruling.CANNOT_TELL)


def test_a_check_that_fails_withholds_certainty_and_says_so_where_there_is_any():
    told = ruled(evidence_on(2.0), stand_on_change("rise"), FAILED)
    assert told.ruling is Ruling.CANNOT_TELL
    assert "No ruling rests on it, because of the check specifications (failed)." in told.sentence
    assert (told.checks, told.stand, told.evidence.estimate) == (
        FAILED, stand_on_change("rise"), evidence_on(2.0).estimate,
    )  # fmt: skip
    open_anyway = ruled(evidence_on(1.2), stand_on_change("rise"), FAILED)
    assert open_anyway.ruling is Ruling.CANNOT_TELL and "check" not in open_anyway.sentence
    dose = ruled(evidence_on(1.2), stand_on_change("rise"), (), "difference", "that elsewhere")
    assert "difference" in dose.sentence and dose.sentence.endswith(" times that elsewhere.")
    assert open_anyway.sentence.endswith(" times what was to be expected.")


def test_the_rates_are_those_of_the_mean_of_the_periods_that_were_watched():
    counts = pd.Series([np.nan] * 18 + [3.0] * 18, index=pd.period_range("2017-01", periods=36, freq="M"))
    assert repr(rates_of("effect", checked_series(counts))) == repr(error_rates("effect", 36, 3.0, "M"))
    one_side = rates_of("effect", checked_series(counts), "rise")
    assert repr(one_side) == repr(error_rates("effect, rise", 36, 3.0, "M"))


def test_an_effect_is_told_of_what_was_asked_and_of_what_was_entered_besides():
    counts = pd.Series([9.0, 11.0] * 24, pd.period_range("2018-01", periods=48, freq="M"))
    series, at = checked_series(counts), pd.Period("2020-01", "M")
    asked = Asked(counts, series, at, at, pd.Period("2020-06", "M"), "fall", 2.0, "paper", "IQ")
    found = effect(series, at, asked.last, since=at, without="IQ")
    rates = error_rates("effect", 48, 10.0, "M")
    plain = effect_evidence(found, asked, rates, null="it went on")
    assert (plain.quantity, plain.null) == (asked.quantity, "It is 1: it went on.")
    assert (plain.nobs, plain.estimate, plain.power) == (found.nobs, found.ratio.estimate, rates.power[1])
    # A fall to a half or less is what the claim says.
    assert plain.supported == pytest.approx(1 - found.ratio.at_least(0.5))
    besides = effect_evidence(found, asked, rates, with_what="with the season", null="it went on")
    assert besides.quantity == f"{asked.quantity} with the season"


def test_a_finding_on_one_ratio_carries_its_table_and_its_checks():
    counts = pd.Series([2.0, 3.0])
    finding = ratio_finding("trend", "Did it rise?", ruled(evidence_on(2.0), stand_on_change("rise"), FAILED), counts)
    assert (finding.link, finding.ruling, finding.checks) == ("trend", Ruling.CANNOT_TELL, FAILED)
    (row,) = finding.table.to_dict("records")
    assert (row["what"], row["count"]) == ("estimated", 5.0) and isfinite(row["upper"])
    assert ratio_table([]).columns.tolist() == ["what", "count", "estimate", "lower", "upper"]
    assert isinstance(finding.evidence, Evidence) and finding.stand == stand_on_change("rise")
    assert (row["estimate"], row["lower"]) == (finding.evidence.estimate, finding.evidence.lower)
    tested = RatioRuling(finding.evidence, finding.stand, (), Ruling.CANNOT_TELL, "So.")
    other = ratio_finding("trend", "?", tested, counts, table=ratio_table([]), caveats=("As ever.",))
    assert other.table.empty and other.caveats == ("As ever.",) and (other.question, other.sentence) == ("?", "So.")


@pytest.mark.parametrize(("last", "question"), [("2020-05", "quarter, fall"), ("2020-06", "effect, fall")])
def test_the_error_rates_of_an_effect_are_those_of_spans_as_long_as_its_own(last, question):
    counts = pd.Series([9.0, 11.0] * 24, pd.period_range("2018-01", periods=48, freq="M"))
    at = pd.Period("2020-01", "M")
    asked = Asked(counts, checked_series(counts), at, at, pd.Period(last, "M"), "fall", None, "paper", "IQ")
    assert rates_of_effect(asked) == error_rates(question, 48, 10.0, "M")
