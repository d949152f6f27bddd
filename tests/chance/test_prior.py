from itertools import pairwise

import numpy as np
import pytest

from trends.chance.calibration import calibration
from trends.chance.prior import (
    CALM,
    FOLDS,
    LENGTHS,
    SEASONS,
    STATIONARY,
    dealt,
    fold_of,
    level_prior,
    mixed_prior,
    prior_by_length,
    ratio_prior,
)
from trends.chance.shapes import candidates
from trends.chance.swings import world_months
from trends.chance.weighing import working_level
from trends.errors import InputError, ModelError


@pytest.mark.parametrize("length", LENGTHS)
def test_every_length_and_country_has_a_prior_that_sums_to_one(length):
    whole = level_prior(length)
    assert np.isclose(whole.weight.sum(), 1.0) and (whole.weight > 0).all()
    assert set(np.unique(whole.theta[:, 4])) == set(SEASONS)
    for country in list(world_months())[:FOLDS]:
        held = level_prior(length, without=country)
        assert np.isclose(held.weight.sum(), 1.0)
        assert held.weight.shape != whole.weight.shape or not np.allclose(held.weight, whole.weight)


def test_a_share_is_kept_for_levels_that_do_not_drift():
    for length in LENGTHS:
        prior = level_prior(length)
        assert prior.weight[prior.theta[:, 2] == 0].sum() >= STATIONARY[length] - 1e-9
    calm = np.array(CALM)
    mixed = mixed_prior(np.array([[0.0, 0.0, 4.0, 0.97]]), np.ones(1), np.array(SEASONS), np.ones(3), 0.2)
    assert len(mixed.weight) == 3 * (len(calm) + 1)
    assert np.isclose(mixed.weight[mixed.theta[:, 2] == 4.0].sum(), 0.8)


def test_a_country_is_named_by_code_or_as_the_table_spells_it():
    for country, two, three in (("Iraq", "IQ", "IRQ"), ("Namibia", "na", "NAM"), ("Yemen (North Yemen)", "YE", "yem")):
        assert fold_of(country) == fold_of(two) == fold_of(three) >= 0
        assert level_prior(36, without=two) is level_prior(36, without=country)
    assert level_prior(36, without="Iceland") is level_prior(36)


@pytest.mark.parametrize("prior", [level_prior, ratio_prior])
def test_a_country_that_nobody_knows_is_refused_since_it_would_bring_its_series_back(prior):
    with pytest.raises(InputError) as error:
        prior(36, without="Irakk ")
    assert str(error.value).startswith(
        "name a country: found 'Irakk '; allowed: an ISO 3166 code or a name of a country"
    )


def test_every_country_of_the_world_has_a_fold_by_its_place():
    assert [fold_of(country) for country in world_months()] == [i % FOLDS for i in range(121)]


def test_the_prior_is_that_of_about_the_same_time_in_any_period():
    assert level_prior(8, "Q") is level_prior(24) is level_prior(104, "W") is level_prior(2, "Y")
    assert level_prior(600) is level_prior(LENGTHS[-1]) is level_prior(30, "Y")
    assert level_prior(20) is level_prior(24) is not level_prior(36)


@pytest.mark.parametrize(("prior", "of"), [(level_prior, "level"), (ratio_prior, "ratio")])
@pytest.mark.parametrize("periods", [0, -3])
def test_no_period_is_refused(prior, of, periods):
    with pytest.raises(ModelError) as told:
        prior(periods)
    assert str(told.value) == (
        f"find the prior of a {of}: found {periods} periods; allowed: one or more; give the number of periods of the "
        "series."
    )


def test_the_table_of_the_nearest_length_by_ratio_is_taken():
    """From one length to the next at the root of their product."""
    for prior, lengths in ((level_prior, (24, 36, 60, 96, 120)), (ratio_prior, (36, 96))):
        assert prior(1) is prior(lengths[0]) and prior(5000) is prior(lengths[-1])
        for short, long in pairwise(lengths):
            middle = int((short * long) ** 0.5)
            assert prior(middle) is prior(short) is not prior(long) and prior(middle + 1) is prior(long)
    assert ratio_prior(12, "Q") is ratio_prior(156, "W") is ratio_prior(36)
    assert prior_by_length(156, 365.25 / 7) is prior_by_length(12, 4.0) is level_prior(36)


def test_a_level_that_does_nothing_keeps_a_twentieth_of_the_share_of_those_that_do_not_drift():
    for prior, shares in (
        (level_prior, {24: 0.3, 36: 0.3, 60: 0.15, 96: 0.15, 120: 0.15}),
        (ratio_prior, {36: 0.3, 96: 0.15}),
    ):
        for length, share in shares.items():
            found = prior(length)
            still = found.theta[:, :3].sum(1) == 0
            assert still.sum() == 3 and found.weight[still].sum() == pytest.approx(share / 20)
            calm = found.theta[found.theta[:, 2] == 0]
            assert [np.unique(calm[:, k]).tolist() for k in (0, 1, 3)] == [
                [0, 0.01, 0.05, 0.2, 0.6],
                [0, 0.12, 0.4, 1.2],
                [0],
            ]


def test_learned_weights_and_calm_ones_are_added_up_and_each_meets_every_season():
    learned = np.array([[0.0, 0.0, 4.0, 0.97], [0.05, 0.12, 0.0, 0.0]])
    mixed = mixed_prior(learned, np.array([6.0, 2.0]), np.array([0.005, 0.03]), np.array([3.0, 1.0]), 0.2)
    for level, share in ((learned[0], 0.8 * 0.75), (learned[1], 0.8 * 0.25 + 0.01), ([0, 0, 0, 0], 0.01)):
        same = (mixed.theta[:, :4] == level).all(1)
        assert dict(zip(mixed.theta[same, 4], mixed.weight[same], strict=True)) == {
            0.005: pytest.approx(0.75 * share),
            0.03: pytest.approx(0.25 * share),
        }
    assert mixed.weight.sum() == pytest.approx(1) and mixed.calibration is None


def test_each_prior_is_calibrated_without_the_fold_that_it_was_made_without():
    for prior, of in ((level_prior, "level"), (ratio_prior, "ratio")):
        assert prior(36).calibration == calibration(of, -1)
        assert prior(36, without="Iraq").calibration == calibration(of, fold_of("Iraq")) != calibration(of, -1)
        assert prior(36, without="Iceland") is prior(36)
    assert fold_of("Iceland") == -1 and [dealt(place) for place in (0, 4, 5, 11)] == [0, 4, 0, 1]


def test_the_prior_by_length_is_what_a_level_takes_where_none_is_given():
    counts = np.random.default_rng(1).poisson(9, 36).astype(float)
    none, _ = working_level(counts, candidates(36, ()))
    named, _ = working_level(counts, candidates(36, ()), prior=level_prior(36))
    np.testing.assert_array_equal(none.theta, named.theta)
    np.testing.assert_array_equal(none.mean, named.mean)


def test_a_strong_season_is_read_as_one_and_not_as_noise():
    of_year = 0.4 * np.cos(2 * np.pi * np.arange(72) / 12)
    counts = np.random.default_rng(2).poisson(120 * np.exp(of_year)).astype(float)
    level, weighed = working_level(counts, candidates(72, ()), prune=False)
    mass = np.exp(weighed.log_null - weighed.log_null.max())
    theta = np.resize(level.theta, (len(mass) // len(level.theta) * len(level.theta), 5))
    assert mass[theta[:, 4] > SEASONS[0]].sum() / mass.sum() > 0.9
