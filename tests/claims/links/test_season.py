"""The link of a season: a month, a season and a moving month with a rate of its own are found, others are not."""

from math import inf

import numpy as np
import pytest

from trends.chance.answers import ratio_found
from trends.chance.questions import influence_of, season_of_year
from trends.claims.effects import rates_of
from trends.claims.links.season import KIND
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.claims.words import chance, percent
from trends.counts.series import checked_series
from trends.fits.calendar import HIJRI
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


@pytest.mark.parametrize(
    ("when", "months"),
    [
        ("january", [1]), ("December", [12]), ("winter", [12, 1, 2]), ("spring", [3, 4, 5]), ("summer", [6, 7, 8]),
        ("autumn", [9, 10, 11]),
    ],
)  # fmt: skip
def test_a_time_of_the_year_is_a_column_beside_the_level(season, study_folder, when, months):
    finding = season(JANUARY, f'{{ when = "{when}", direction = "rise" }}')
    column = np.asarray(INDEX.month.isin(months), float)
    series = checked_series(read_study(study_folder).panels["events"].total())
    known = ratio_found(influence_of(series, column, without="IQ"))
    evidence = finding.evidence
    assert (evidence.estimate, evidence.lower, evidence.upper) == (known.estimate, known.low, known.high)
    rates = rates_of("season", series)
    assert (evidence.nobs, evidence.false_alarms, evidence.runs) == (48, rates.false_alarms, rates.windows)
    told = season_of_year(series, without="IQ")
    assert (
        f"That the months have rates of their own at all has a probability of {chance(told.probability)} "
        f"({percent(told.prior)} beforehand)."
    ) in finding.sentence
    name = "January" if when == "january" else when
    assert finding.question == f"Is the rate other in {name}?"


def test_an_event_that_comes_every_year_is_a_season_of_its_own(season, study_folder):
    with (study_folder / "events.csv").open("a") as file:
        for year in range(2017, 2021):
            file.write(f"harvest,{year}-05-01,{year}-06-15,day,farming,,a harvest,,,true,,,\n")
    share = np.select([INDEX.month == 5, INDEX.month == 6], [1.0, 0.5], 0.0)
    finding = season(30 * 3**share, '"harvest"')
    assert finding.ruling is Ruling.SUPPORTED and finding.question == "Is the rate other in harvest?"
    assert 1.5 < finding.evidence.lower < 3 < finding.evidence.upper and "months have rates" not in finding.sentence


def test_a_time_that_nobody_dated_is_untestable_with_those_that_are_known(season):
    finding = season(FLAT, '"harvest"')
    assert finding.evidence.untestable == (
        f"Find the season of the claim 'it': found 'harvest'; allowed: {', '.join(HIJRI)}, a month, winter, spring, "
        "summer, autumn, or an event of the study: drawdown; name one of these, or add its dates to events.csv."
    )
    assert finding.sentence == (
        "When harvest is, nothing in the study tells. Its dates of several years would settle it."
    )


def test_a_moving_month_can_be_asked_of_quarters_and_a_rise_is_meant(planted):
    (finding,) = planted(FLAT, '[counts]\nfrequency = "Q"\n[asserts]\nseason = "ramadan"').findings
    assert finding.evidence.quantity == "rate of a quarter that is all Ramadan, against one that is not,"
    assert finding.stand.claimed == (1.0, inf) and KIND.of_counts and not KIND.cites_rows


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
