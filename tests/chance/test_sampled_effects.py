from dataclasses import replace

import numpy as np
import pytest

from tests.chance.exact import drawn_changes, weighed_quantiles
from trends.chance.contrast import contrast
from trends.chance.known_change import known_change
from trends.chance.prior import level_prior, ratio_prior
from trends.chance.swings import world_months
from trends.counts.series import checked_series

TAILS = np.array([0.025, 0.5, 0.975])


def off_by(found, draws=200_000):
    """By how much the engine's quantiles of the log ratio differ from the exact ones."""
    ratios, log_weight = drawn_changes(found, draws, np.random.default_rng(7))
    exact = weighed_quantiles(ratios, log_weight, TAILS)
    return np.array([found.log_ratio.quantile(q) for q in TAILS]) - exact


def bare(counts, date):
    """A change weighed by what is computed here, told no wider than that."""
    return known_change(counts, date, prior=replace(level_prior(len(counts)), calibration=None))


def real(country, first, n=36):
    counts = world_months()[country]
    place = list(counts.index.astype(str)).index(first)
    return counts.to_numpy(float)[place : place + n]


# Twenty incidents or more on either side of the date; sampling has a standard error of .005 to .01.
@pytest.mark.parametrize(
    ("country", "first"),
    [("Iraq", "2018-01"), ("Colombia", "2000-01"), ("Turkey", "1994-01"), ("Syria", "2013-01"), ("India", "1996-01")],
)
def test_on_real_series_the_quantiles_are_those_of_importance_sampling(country, first):
    assert np.abs(off_by(bare(real(country, first), 24))).max() < 0.02


@pytest.mark.parametrize("mean", [3.0, 20.0, 1e5])
def test_on_simulated_series_the_quantiles_are_those_of_importance_sampling(mean):
    rng = np.random.default_rng(3)
    counts = rng.poisson(mean * np.exp(rng.normal(0, 0.3, 36))).astype(float)
    assert np.abs(off_by(bare(counts, 27))).max() < 0.02


# Where next to nothing was seen the interval spans a factor of a hundred: what is held is a sixth of its width at most.
@pytest.mark.parametrize("places", [(3, 9, 15, 30), (20,), (0, 5, 28, 29, 35)])
def test_of_a_handful_of_incidents_the_quantiles_are_near_those_of_importance_sampling(places):
    counts = np.zeros(36)
    counts[list(places)] = 1
    found = bare(counts, 27)
    low, high = found.log_ratio.interval()
    assert np.abs(off_by(found)).max() < (high - low) / 6


def test_where_nothing_was_seen_after_the_date_a_fall_is_sure_and_its_least_size_exact():
    counts = np.random.default_rng(4).poisson(3, 36).astype(float)
    counts[27:] = 0
    found = bare(counts, 27)
    assert found.at_most(1.0) > 0.999
    # How far it fell at most cannot be known: the lower end is held loosely.
    low, middle, high = off_by(found)
    assert abs(high) < 0.05 and abs(middle) < 0.1 and abs(low) < 1.0


def test_of_six_hundred_periods_the_quantiles_are_those_of_importance_sampling():
    rng = np.random.default_rng(5)
    counts = rng.poisson(np.where(np.arange(600) < 400, 4, 7)).astype(float)
    assert np.abs(off_by(bare(counts, 400), 20_000)).max() < 0.02


def test_the_ratio_of_two_places_is_that_of_importance_sampling():
    rng = np.random.default_rng(6)
    one, two = (
        checked_series(rng.poisson(rate, 36).astype(float).tolist(), first="2018-01", freq="M") for rate in (4, 9)
    )
    prior = replace(ratio_prior(36), calibration=None)
    assert np.abs(off_by(contrast(one, two, "2020-01", prior=prior).change)).max() < 0.02
