import io

import numpy as np
import pandas as pd

from trends.chance.learning import (
    GRID,
    learned_pairs,
    learned_prior,
    learned_windows,
    prior_rows,
    table_text,
    windows_of,
)
from trends.chance.prior import SEASONS, fold_of
from trends.chance.swings import world_months


def world_of(rate, countries, seed=1):
    """Counts of some countries around a common course of the rate."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({f"c{i}": rng.poisson(rate).astype(float) for i in range(countries)})


def test_windows_do_not_overlap_and_thin_ones_are_left_out():
    counts = np.arange(100.0)
    np.testing.assert_array_equal(np.concatenate(windows_of(counts, 24)), np.arange(2.0, 98.0))
    assert windows_of(np.full(48, 1.0), 24) == []
    assert windows_of(np.where(np.arange(48) % 6 == 0, 60.0, 0.0), 24) == []


def test_levels_that_do_not_drift_are_learned_to_be_calm():
    windows = learned_windows(world_of(np.full(48, 40.0), 6), 48)
    weight, _ = learned_prior(windows, np.ones(len(windows.group), bool))
    assert weight[GRID[:, :3].sum(1) <= 0.12].sum() > 0.9


def test_strong_seasons_are_learned_where_series_have_them():
    of_year = 0.5 * np.cos(2 * np.pi * np.arange(48) / 12)
    with_season = learned_windows(world_of(60 * np.exp(of_year), 4), 48)
    without = learned_windows(world_of(np.full(48, 60.0), 4), 48)
    everything = np.ones(4, bool)
    assert learned_prior(with_season, everything)[1][1:].sum() > 0.6 > learned_prior(without, everything)[1][1:].sum()
    assert learned_prior(without, everything)[1].min() > 0


def test_a_table_has_a_prior_of_all_and_one_without_each_fold():
    rows = prior_rows(learned_windows(world_of(np.full(24, 10.0), 6), 24), 24)
    table = pd.read_csv(io.StringIO(table_text(rows, "# Head.\n")), comment="#")
    assert sorted(table["fold"].unique()) == [-1, 0, 1, 2, 3, 4]
    sums = table.assign(kind=table["season"].isna()).groupby(["fold", "kind"])["weight"].sum()
    np.testing.assert_allclose(sums, 1.0, atol=1e-3)
    assert set(table["season"].dropna()) == set(SEASONS)


def test_a_level_that_two_places_share_is_not_learned_as_drift_of_their_ratio():
    rng = np.random.default_rng(5)
    pairs = []
    for fold in range(6):
        shared = 30 * np.exp(np.cumsum(rng.normal(0, 0.3, 36)))
        pairs.append((fold % 5, rng.poisson(shared).astype(float), rng.poisson(0.5 * shared).astype(float)))
    weight, _ = learned_prior(learned_pairs(pairs, 36), np.ones(6, bool))
    assert weight[GRID[:, :3].sum(1) <= 0.12].sum() > 0.8


def test_the_fold_left_out_of_a_country_is_that_of_its_windows():
    world = world_months()[["Afghanistan", "Albania", "Algeria"]].copy()
    windows = learned_windows(world.iloc[:72], 24)
    assert set(windows.group) <= {0, 1, 2}
    assert [fold_of(country) for country in world] == [0, 1, 2]
