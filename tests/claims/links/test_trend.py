"""The link of a trend: growth that was planted is recovered, a flat level has none that matters."""

import numpy as np
import pytest

from trends.claims.verdict import Ruling


@pytest.fixture
def trend(planted):
    def of(means, keys, **more):
        (finding,) = planted(means, f"[asserts]\ntrend = {{ {keys} }}", **more).findings
        return finding

    return of


GROWING = 10 * 1.5 ** (np.arange(48) / 12)


def test_growth_a_year_is_recovered_and_told_apart_from_the_levels_own_drift(trend):
    finding = trend(GROWING, 'direction = "rise", at_least = 1.2')
    assert finding.ruling is Ruling.SUPPORTED
    evidence = finding.evidence
    assert evidence.quantity == "yearly growth of the rate over January 2017 to December 2020"
    assert evidence.lower < 1.5 < evidence.upper and evidence.upper < 1.3 * evidence.lower
    assert (evidence.nobs, evidence.counted_in) == (48, "month")
    assert "Beyond what such series do by themselves it is " in finding.sentence


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
