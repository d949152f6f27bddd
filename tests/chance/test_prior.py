import numpy as np
import pytest

from trends.chance.prior import CALM, FOLDS, LENGTHS, SEASONS, STATIONARY, fold_of, level_prior, mixed_prior
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


def test_a_country_that_nobody_knows_is_refused_since_it_would_bring_its_series_back():
    with pytest.raises(InputError) as error:
        level_prior(36, without="Irakk ")
    assert str(error.value).startswith(
        "name a country: found 'Irakk '; allowed: an ISO 3166 code or a name of a country"
    )


def test_every_country_of_the_world_has_a_fold_by_its_place():
    assert [fold_of(country) for country in world_months()] == [i % FOLDS for i in range(121)]


def test_the_prior_is_that_of_about_the_same_time_in_any_period():
    assert level_prior(8, "Q") is level_prior(24) is level_prior(104, "W") is level_prior(2, "Y")
    assert level_prior(600) is level_prior(LENGTHS[-1]) is level_prior(30, "Y")
    assert level_prior(20) is level_prior(24) is not level_prior(36)


def test_no_period_is_refused():
    with pytest.raises(ModelError) as told:
        level_prior(0)
    assert str(told.value) == (
        "find the prior of a level: found 0 periods; allowed: one or more; give the number of periods of the series."
    )


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
