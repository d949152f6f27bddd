import io
from importlib import resources

import numpy as np
import pandas as pd
import pytest

from trends.chance import learning
from trends.chance.learning import (
    GRID,
    LearnedWindows,
    learned_pairs,
    learned_prior,
    learned_windows,
    log_marginals,
    prior_rows,
    prior_text,
    ratio_text,
    table_text,
    windows_of,
    working_series,
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


def test_the_shipped_tables_have_every_slow_component_of_the_grid_and_no_set_beside_it():
    for name in ("level_prior.csv", "ratio_prior.csv"):
        with (resources.files("trends.chance") / name).open(encoding="utf-8") as file:
            table = pd.read_csv(file, comment="#").dropna(subset=["slow"])
        shipped = set(map(tuple, table[["white", "fast", "slow", "phi"]].to_numpy().tolist()))
        assert shipped <= set(map(tuple, GRID.tolist()))
        assert {each[2:] for each in shipped} == {tuple(each) for each in GRID[:, 2:].tolist()}
    # Twenty calm sets, and each of them with none or ten slow components.
    assert len(np.unique(GRID, axis=0)) == len(GRID) == 20 * 11


def test_a_window_that_has_just_enough_incidents_is_learned_from():
    """Two a period on average, and one at all in a quarter of the periods."""
    just, fewer = np.full(24, 2.0), np.r_[np.full(23, 2.0), 1.0]
    assert len(windows_of(just, 24)) == 1 and windows_of(fewer, 24) == []
    quarter = np.where(np.arange(24) % 4 == 0, 8.0, 0.0)
    assert len(windows_of(quarter, 24)) == 1 and windows_of(np.where(np.arange(24) == 0, 0.0, quarter), 24) == []
    # The same number of periods is left out on either side.
    (window,) = windows_of(np.arange(2.0, 15.0), 10)
    np.testing.assert_array_equal(window, np.arange(3.0, 13.0))
    assert len(windows_of(np.full(20, 5.0), 10)) == 2


def test_pairs_are_learned_from_where_either_part_and_half_of_the_periods_have_incidents():
    """A period without any says nothing of their ratio."""
    one, two = np.full(24, 1.0), np.tile([2.0, 0.0], 12)
    half = np.tile([2.0, 0.0], 12)
    for pair, enough in (
        ((one, two), True),
        ((two, one), True),
        ((half, half), True),
        ((one, np.r_[two[:-2], 1.0, 0.0]), False),
        ((np.r_[two[:-2], 1.0, 0.0], one), False),
        ((np.where(np.arange(24) == 0, 0.0, half + 2 * (np.arange(24) == 2)),) * 2, False),
    ):
        found = learned_pairs([(3, *pair), (1, one, one)], 24)
        assert found.group.tolist() == ([3, 1] if enough else [1])
        if enough:
            both = pair[0] + pair[1]
            level = working_series(np.where(both > 0, pair[0], np.nan), both)
            assert level.watched.sum() == (both > 0).sum()
            np.testing.assert_array_equal(found.levels[0], log_marginals(level))
    # Windows lie in the middle and side by side.
    longer = [np.r_[99.0, np.tile(each, 2), 99.0] for each in (one, two)]
    assert learned_pairs([(3, *longer)], 24).group.tolist() == [3, 3]
    np.testing.assert_array_equal(
        learned_pairs([(3, *longer)], 24).levels[1], learned_pairs([(3, one, two)], 24).levels[0]
    )


def test_a_series_is_weighed_under_every_set_with_every_season_and_nothing_set_apart():
    counts = np.where(np.arange(24) == 11, 300.0, 12.0)
    level = working_series(counts)
    assert level.outliers == () and len(level.theta) == len(GRID)
    np.testing.assert_allclose(level.log_weight, -np.log(len(GRID)))
    found = learned_windows(pd.DataFrame({"first": np.zeros(24), "second": counts}), 24)
    assert found.group.tolist() == [1] and found.levels.shape == (1, 220) and found.seasons.shape == (1, 220, 3)
    np.testing.assert_array_equal(found.levels[0], log_marginals(level, 0.005))
    np.testing.assert_array_equal(log_marginals(level), log_marginals(level, 0.005))
    for place, season in enumerate((0.005, 0.03, 0.15)):
        np.testing.assert_allclose(found.seasons[0, :, place], log_marginals(level, season) - found.levels[0])


def windows_that_know(*places):
    """Windows each of which is certain of one set of variances and one season, in a fold of its own."""
    levels, seasons = np.full((len(places), 220), -800.0), np.full((len(places), 220, 3), -800.0)
    for row, (level, season) in enumerate(places):
        levels[row, level], seasons[row, :, season] = -3.0, 5.0
    return LearnedWindows(np.arange(len(places)) % 5, levels, seasons)


def test_windows_that_know_their_level_are_counted():
    """Of a season one window more is counted in each, as one that nobody had is possible."""
    found = windows_that_know((4, 0), (4, 1), (90, 0), (4, 0))
    weight, shares = learned_prior(found, np.ones(4, bool))
    np.testing.assert_allclose(weight[[4, 90]], [0.75, 0.25])
    assert weight.sum() == pytest.approx(1) and np.count_nonzero(weight) == 2
    np.testing.assert_allclose(shares, [4 / 7, 2 / 7, 1 / 7])
    weight, shares = learned_prior(found, np.array([True, False, True, False]))
    np.testing.assert_allclose(weight[[4, 90]], [0.5, 0.5])
    np.testing.assert_allclose(shares, [3 / 5, 1 / 5, 1 / 5])


def test_windows_that_cannot_tell_two_sets_apart_leave_them_alike_and_others_decide():
    """Two for one and one for the other: p p (1 - p) is largest at two thirds."""
    found = windows_that_know((4, 0), (4, 0), (90, 0), (4, 0))
    found.levels[3, 90] = found.levels[3, 4]
    weight, _ = learned_prior(found, np.ones(4, bool))
    np.testing.assert_allclose(weight[[4, 90]], [2 / 3, 1 / 3], rtol=1e-6)


def test_rows_are_those_of_each_fold_left_out():
    found = windows_that_know((4, 0), (90, 0), (4, 1), (4, 0), (4, 2), (4, 0))
    rows = prior_rows(found, 36)
    assert {row[0] for row in rows} == {36} and [row[1] for row in rows] == sorted(row[1] for row in rows)
    of = {
        fold: {
            "levels": [(row[2:6], row[7]) for row in rows if row[1] == fold and row[6] is None],
            "seasons": [row[2:] for row in rows if row[1] == fold and row[6] is not None],
        }
        for fold in range(-1, 5)
    }
    assert of[-1]["levels"] == [(tuple(GRID[4]), pytest.approx(5 / 6)), (tuple(GRID[90]), pytest.approx(1 / 6))]
    # The first fold has two windows; without the second nobody drifts.
    assert of[0]["levels"][1][1] == pytest.approx(1 / 4) and of[1]["levels"] == [(tuple(GRID[4]), pytest.approx(1))]
    assert of[-1]["seasons"] == [
        (None, None, None, None, season, pytest.approx(share / 9))
        for season, share in ((0.005, 5), (0.03, 2), (0.15, 2))
    ]


def test_a_table_is_written_with_four_digits_under_its_head():
    rows = [(36, -1, 0.01, 0.12, 1.2, 0.97, None, 1 / 3), (36, 4, None, None, None, None, 0.03, 0.25)]
    assert table_text(rows, "# Head.\n") == (
        "# Head.\nmonths,fold,white,fast,slow,phi,season,weight\n36,-1,0.01,0.12,1.2,0.97,,0.3333\n36,4,,,,,0.03,0.25\n"
    )


def test_the_shipped_tables_are_made_length_by_length_of_the_world_and_of_pairs(monkeypatch):
    world = world_of(np.full(30, 6.0), 6)
    monkeypatch.setattr(learning, "world_months", lambda: world)
    monkeypatch.setattr(learning, "LENGTHS", (24, 30))
    monkeypatch.setattr(learning, "RATIO_LENGTHS", (24,))
    pairs = [(fold, world[f"c{fold}"].to_numpy(), world["c5"].to_numpy()) for fold in range(3)]
    for text, name, windows in (
        (prior_text(), "level_prior.csv", [(n, learned_windows(world, n)) for n in (24, 30)]),
        (ratio_text(pairs), "ratio_prior.csv", [(24, learned_pairs(pairs, 24))]),
    ):
        head, *_ = (resources.files("trends.chance") / name).read_text(encoding="utf-8").splitlines(keepends=True)
        assert text == table_text([row for n, found in windows for row in prior_rows(found, n)], head)


def test_a_set_of_one_window_in_more_than_five_hundred_is_left_out():
    weight, _ = learned_prior(windows_that_know(*[(4, 0)] * 510, (90, 0)), np.ones(511, bool))
    assert weight[90] == 0 and weight[4] == 1
