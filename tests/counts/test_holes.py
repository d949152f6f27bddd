"""A period at a fraction of its neighbours is named, and quiet ones among quiet ones are not."""

import numpy as np
import pandas as pd
import pytest

from trends import periods
from trends.counts.holes import common_jump, early_end, partial_ends, possible_holes, stopped_provinces
from trends.counts.panel import Panel

INDEX = periods.span("2018-01", "2019-12", "M")


def panel(counts):
    return Panel(pd.DataFrame({"Homs": counts}, INDEX[: len(counts)]))


def test_a_month_at_an_eighth_of_its_neighbours_is_named():
    counts = np.full(24, 80.0)
    counts[10] = 10
    assert possible_holes(panel(counts)) == [("2018-11", 10.0, 80.0)]


def test_poisson_counts_have_no_holes():
    rng = np.random.default_rng(1)
    assert not any(possible_holes(panel(rng.poisson(30, 24).astype(float))) for _ in range(200))


def test_what_was_not_watched_is_no_hole():
    counts = np.full(24, 80.0)
    counts[10] = np.nan
    assert possible_holes(panel(counts)) == []


def test_a_source_that_varies_much_has_no_holes_where_a_steady_one_has():
    steady, wild = [40, 44, 38, 5, 41, 39, 42] * 3, [40, 9, 70, 5, 41, 90, 12] * 3
    assert len(possible_holes(panel(steady))) == 3 and possible_holes(panel(wild)) == []


def test_a_source_that_ends_early_is_told_from_one_that_falls():
    assert early_end(panel([30] * 12 + [0, 0])) == ("2019-01", 2, 30.0)
    assert early_end(panel([30] * 12 + [4, 1])) is None
    assert early_end(panel([3] * 12 + [0, 0])) is None
    assert early_end(panel([0] * 12)) is None


def test_half_a_month_at_an_end_is_named_and_a_slow_rise_is_not():
    assert partial_ends(panel([52, 100, 96, 104, 99, 101, 98, 49])) == [
        ("first", "2018-01", 52.0, 99.5),
        ("last", "2018-08", 49.0, 99.5),
    ]
    assert partial_ends(panel([60, 68, 77, 86, 98, 110, 125, 140])) == []


def test_steady_counts_of_chance_alone_are_seldom_suspected():
    rng = np.random.default_rng(4)
    index = pd.period_range("2018-01", periods=60, freq="M")
    told = 0
    for _ in range(200):
        # Attacks vary more than chance alone: a negative binomial whose standard deviation is 30 % of its mean.
        counts = rng.poisson(rng.gamma(11, 1 / 11, (60, 1)) * rng.uniform(2, 20, 8))
        held = Panel(pd.DataFrame(counts, index, [f"P{place}" for place in range(8)]))
        told += bool(possible_holes(held)) + bool(partial_ends(held)) + bool(stopped_provinces(held))
        told += early_end(held) is not None
        told += common_jump(held) is not None
    assert told <= 20


def test_a_province_that_stops_while_all_do_is_no_fault_of_the_record():
    index = pd.period_range("2018-01", periods=24, freq="M")
    stops = [6] * 14 + [0] * 10
    assert stopped_provinces(Panel(pd.DataFrame({"Homs": stops, "Hama": [9] * 24}, index)))
    assert not stopped_provinces(Panel(pd.DataFrame({"Homs": stops, "Hama": stops}, index)))
    dwindles = [6] * 10 + [4, 2, 1, 1] + [0] * 10
    assert not stopped_provinces(Panel(pd.DataFrame({"Homs": dwindles, "Hama": [9] * 24}, index)))


def test_a_jump_that_all_provinces_share_is_named_and_one_of_some_is_not():
    index = pd.period_range("2018-01", periods=24, freq="M")
    rng = np.random.default_rng(1)
    before, names = np.array([8, 12, 20, 30, 9]), ["A", "B", "C", "D", "E"]
    shared = rng.poisson(np.vstack([np.tile(before, (12, 1)), np.tile(before * 2.5, (12, 1))]))
    label, factor, n = common_jump(Panel(pd.DataFrame(shared, index, names)))
    assert label == "2019-01" and factor == pytest.approx(2.5, abs=0.2) and n == 5
    some = rng.poisson(np.vstack([np.tile(before, (12, 1)), np.tile(before * [2.5, 2.5, 1, 1, 2.5], (12, 1))]))
    assert common_jump(Panel(pd.DataFrame(some, index, names))) is None
