"""The link of a trend: growth that was planted is recovered, a flat level has none that matters."""

import numpy as np
import pytest

from trends.chance.questions import trend as question
from trends.claims.kinds import Named
from trends.claims.links.trend import KIND, Trend
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.series import checked_series


@pytest.fixture
def trend(planted):
    def of(means, keys, **more):
        (finding,) = planted(means, f"[asserts]\ntrend = {{ {keys} }}", **more).findings
        return finding

    return of


GROWING = 10 * 1.5 ** (np.arange(48) / 12)


@pytest.mark.parametrize("means", [GROWING, 30 + 20 * (np.arange(48) % 7 == 0)])
def test_a_trend_is_what_the_level_did_with_what_it_did_beyond_its_drift_beside(trend, study_folder, means):
    finding = trend(means, 'direction = "rise"')
    panel = read_study(study_folder).panels["events"]
    known = question(checked_series(panel.total()), without="IQ")
    evidence, real, beyond = finding.evidence, known.realised, known.beyond
    assert (evidence.estimate, evidence.lower, evidence.upper) == (real.estimate, real.low, real.high)
    assert evidence.supported == pytest.approx(real.at_least(1.0))
    interval = f"{beyond.estimate:.2f} (95 % interval {beyond.low:.2f} to {beyond.high:.2f})."
    assert f"Beyond what such series do by themselves it is {interval}" in finding.sentence
    without = [
        question(checked_series(panel.total([p for p in panel.provinces if p != name])), without="IQ").realised.estimate
        for name in panel.provinces
    ]
    (check,) = finding.checks
    assert f"it lies between {min(without):.2f} and {max(without):.2f}; furthest from {real.estimate:.2f}" in check.says
    assert finding.question == "Did the rate have a trend over January 2017 to December 2020?"
    assert KIND.of_counts and not KIND.cites_rows and KIND.names(Trend("rise")) == Named()


def test_growth_a_year_is_recovered_and_told_apart_from_the_levels_own_drift(trend):
    finding = trend(GROWING, 'direction = "rise", at_least = 1.2')
    assert finding.ruling is Ruling.SUPPORTED
    evidence = finding.evidence
    assert evidence.quantity == "yearly growth of the rate over January 2017 to December 2020"
    assert evidence.lower < 1.5 < evidence.upper and evidence.upper < 1.3 * evidence.lower
    assert (evidence.nobs, evidence.counted_in) == (48, "month")
    assert "Beyond what such series do by themselves it is " in finding.sentence


def test_a_month_that_stands_out_from_all_else_is_named_and_left_out(trend):
    means = np.full(48, 3000.0)
    means[47] = 0.0
    finding = trend(means, 'direction = "rise"')
    assert finding.evidence.estimate == pytest.approx(1.0, abs=0.03)
    told = "What was counted in December 2020 is left out, as it stands out from all else."
    assert finding.sentence.endswith(told)


@pytest.mark.parametrize(
    ("means", "keys", "ruling"),
    [
        (GROWING, 'direction = "fall"', Ruling.CONTRADICTED),
        (GROWING, 'direction = "rise", at_least = 3.0', Ruling.CONTRADICTED),
        (GROWING, 'direction = "no rise"', Ruling.CONTRADICTED),
        (GROWING[::-1], 'direction = "fall", at_least = 1.2', Ruling.SUPPORTED),
        (GROWING[::-1], 'direction = "rise"', Ruling.CONTRADICTED),
        (np.full(48, 60.0), 'direction = "rise", at_least = 1.2', Ruling.NO_MATERIAL_CHANGE),
        (np.full(48, 60.0), 'direction = "none"', Ruling.SUPPORTED),
    ],
)
def test_a_trend_is_ruled_by_what_was_planted(trend, means, keys, ruling):
    assert trend(means, keys).ruling is ruling


def test_a_single_month_that_stands_out_makes_no_trend(trend):
    means = np.full(48, 30.0)
    means[46] = 300.0
    assert trend(means, 'direction = "rise", at_least = 1.1').ruling is not Ruling.SUPPORTED
