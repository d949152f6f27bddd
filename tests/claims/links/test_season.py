"""The link of a season: a month, a season and a moving month with a rate of its own are found, others are not."""

import numpy as np
import pytest

from trends.claims.verdict import Ruling
from trends.periods import ramadan_shares, span

INDEX = span("2017-01", "2020-12", "M")
JANUARY = np.where(INDEX.month == 1, 90.0, 30.0)
FLAT = np.full(48, 30.0)


@pytest.fixture
def season(planted):
    def of(means, keys, **more):
        (finding,) = planted(means, f"[asserts]\nseason = {keys}", **more).findings
        return finding

    return of


def test_a_month_at_three_times_the_others_is_found(season):
    finding = season(JANUARY, '{ when = "january", direction = "rise", at_least = 1.5 }')
    evidence = finding.evidence
    assert finding.ruling is Ruling.SUPPORTED and evidence.false_alarms < 0.065
    assert evidence.quantity == "rate of a month that is all January, against one that is not,"
    assert 1.5 < evidence.lower < 3 < evidence.upper
    told = "That the months have rates of their own at all has a probability of more than 99 % (25 % beforehand)."
    assert told in finding.sentence
    assert [(check.name, check.outcome) for check in finding.checks] == [
        ("false alarms", "passed"),
        ("no single province", "passed"),
    ]


@pytest.mark.parametrize(
    ("means", "keys", "ruling"),
    [
        (JANUARY, '{ when = "january", direction = "fall" }', Ruling.CONTRADICTED),
        (JANUARY, '{ when = "january", direction = "none" }', Ruling.CONTRADICTED),
        (90 - JANUARY / 1.5, '{ when = "january", direction = "fall" }', Ruling.SUPPORTED),
        (np.where(INDEX.month.isin([6, 7, 8]), 80.0, 30.0), '{ when = "summer", at_least = 1.2 }', Ruling.SUPPORTED),
        (30 * np.exp(1.2 * ramadan_shares(INDEX)), '"ramadan"', Ruling.SUPPORTED),
        (FLAT, '{ when = "january", direction = "rise" }', Ruling.CANNOT_TELL),
        (FLAT, '{ when = "january", direction = "rise", at_least = 2.0 }', Ruling.CONTRADICTED),
    ],
)
def test_a_time_of_the_year_is_ruled_by_what_was_planted(season, means, keys, ruling):
    assert season(means, keys).ruling is ruling


def test_months_and_seasons_take_months(season, planted):
    body = '[counts]\nfrequency = "Q"\n[asserts]\nseason = "january"'
    (finding,) = planted(FLAT, body).findings
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.sentence == "The counts are too coarse to show a season. Counts by the month would settle it."
    assert finding.evidence.untestable == (
        "Find the season of the claim 'it': found 'january' in counts by the quarter; allowed: months or finer "
        "periods; take a panel of months."
    )


def test_what_all_periods_share_is_no_season(planted):
    body = '[counts]\nfirst = "2018-02"\nlast = "2018-12"\n[asserts]\nseason = "january"'
    (finding,) = planted(FLAT, body).findings
    assert finding.evidence.untestable == (
        "Find the season of the claim 'it': found that all 11 periods have the same share of january; allowed: periods "
        "that are in it and periods that are not; give the claim a longer span under [counts]."
    )
