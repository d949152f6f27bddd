from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from trends.chance.drift import Span
from trends.chance.swings import cost_of_picking, ordinary_swing, ordinary_swing_of_figures, world_months
from trends.errors import ModelError


def test_few_changes_of_held_out_countries_are_called_rare():
    rare, of = 0, 0
    for country in world_months():
        counts = world_months()[country].to_numpy()
        for start in range(60, 370, 37):
            if counts[start - 60 : start + 3].mean() >= 2:
                swing = ordinary_swing(counts[: start + 6], Span(start, 3), Span(start + 3, 3), without=country)
                rare, of = rare + (swing.either() <= 0.05), of + 1
    # 350 or so windows, 5 % at most and some of them; a doubled rate would be 10 %.
    assert of > 200
    assert rare / of < 0.07


def test_a_jump_by_ten_is_rare_and_no_change_is_not():
    steady = np.tile([9.0, 11.0, 10.0], 20)
    jump = ordinary_swing(np.r_[steady, 100.0, 100.0, 100.0], Span(57, 3), Span(60, 3))
    assert jump.rise <= 0.025
    assert jump.own_as_large == 0
    assert ordinary_swing(steady, Span(54, 3), Span(57, 3)).either() > 0.5
    assert jump.low < 1 < jump.high


def test_figures_without_a_past_get_the_spread_of_their_size():
    swing = ordinary_swing_of_figures(566, 808, Span(0, 3), Span(3, 3), without="Iraq")
    assert 0.025 < swing.rise < 0.5
    assert swing.own_pairs == 0


def test_a_picked_span_pays_for_the_choice():
    assert cost_of_picking(0.02, 1) == pytest.approx(0.02)
    assert cost_of_picking(0.02, 12) == pytest.approx(1 - 0.98**12)
    assert (cost_of_picking(0, 1), cost_of_picking(1, 5)) == (0, 1)


def pairs_of(counts, starts, first, second, apart):
    """Pairs of spans of a series: the change of each, and what was known of it before the second."""
    one, two = (np.convolve(counts, np.ones(months), "valid") for months in (first, second))
    last = len(counts) - apart - second
    changes = np.log((two[apart : apart + last + 1] + 0.5) / second) - np.log((one[: last + 1] + 0.5) / first)
    for start in starts:
        if start < 24:
            yield changes[start], np.log((one[start] + 0.25) / first * second), None, None
            continue
        begin = max(0, start - 120)
        mean = counts[begin:start].sum() / (start - begin)
        size = np.log(second * np.sqrt((mean + 0.25 / first) * (one[start] + 0.25) / first))
        lead = min(max(np.log((mean * first + 0.5) / (one[start] + 0.5)), -2), 2)
        # Those that ended before the second span began; what they would have done by chance alone is taken off.
        ended = changes[begin : max(start - second + 1, begin)]
        noise = np.log(0.3 + 2.5 / (np.exp(size) + 0.5))
        weight = len(ended) / max(apart, second)
        past = np.log(min(max(ended @ ended / len(ended), 0.03), 9)) - noise if len(ended) else 0.0
        yield changes[start], size, lead, weight / (weight + 4) * past


@cache
def world_pairs(first, second, apart):
    rows = []
    for unit, country in enumerate(world_months()):
        starts = range(24, 384 - apart - second + 1, max(1, min(first, second) // 2))
        found = pairs_of(world_months()[country].to_numpy(), starts, first, second, apart)
        rows += [(unit, country, *each) for each in found]
    pairs = pd.DataFrame(rows, columns=["unit", "country", "change", "size", "lead", "past"])
    return pairs[pairs["size"] >= 0]


def expected_swing(this, first, second, apart, without=""):
    """The rank of a change among the world's pairs, found pair by pair; None where what was before is not known."""
    (change, size, lead, past), pairs = this, world_pairs(first, second, apart)
    low, high = pairs["size"].quantile([0.02, 0.98])
    far = ((pairs["size"].clip(low, high) - np.clip(size, low, high)) / 0.5) ** 2
    if lead is not None:
        far += ((pairs["lead"] - lead) / 0.5) ** 2 + ((pairs["past"] - past) / 0.7) ** 2
    for width in (1, 1.5, 2, 3):
        weight = np.exp(-(far - far.min()) / (2 * width**2)) * (pairs["country"] != without)
        each = weight.groupby(pairs["unit"]).transform("sum")
        if np.sqrt(each.groupby(pairs["unit"]).first()).sum() ** 2 >= 25 * weight.sum():
            break
    weight = weight / np.sqrt(np.maximum(each, 1e-12))
    pairs = pairs.assign(weight=weight / weight.sum())
    countries = 1 / (pairs.groupby("unit")["weight"].sum() ** 2).sum()
    ordered = pairs.sort_values("change", kind="stable")
    below = ordered["weight"].cumsum().to_numpy()

    def quantile(share):
        return np.exp(ordered["change"].iloc[min((below < share).sum(), len(below) - 1)])

    return {
        "ratio": np.exp(change),
        "rise": max(pairs["weight"][pairs["change"] > change - 1e-9].sum(), 0.5 / (countries + 1)),
        "fall": max(pairs["weight"][pairs["change"] < change + 1e-9].sum(), 0.5 / (countries + 1)),
        "low": quantile(0.025),
        "high": quantile(0.975),
        "countries": countries,
        "quantiles": [quantile(share / 100) for share in range(1, 100)],
    }


def assert_swing(found, expected):
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-6), name


@pytest.mark.parametrize(
    ("country", "first", "second", "without"),
    [
        ("Iraq", Span(200, 12), Span(212, 12), "Iraq"),
        ("Algeria", Span(130, 24), Span(180, 12), None),
        ("Thailand", Span(30, 12), Span(60, 24), None),
        # No past to speak of, and one more month, from which on there is one.
        ("Colombia", Span(23, 12), Span(35, 12), None),
        ("Colombia", Span(24, 12), Span(36, 12), None),
    ],
)
def test_a_change_has_its_rank_among_like_pairs_of_all_countries(country, first, second, without):
    counts = world_months()[country].to_numpy()
    apart = second.start - first.start
    (this,) = pairs_of(counts, [first.start], first.months, second.months, apart)
    found = ordinary_swing(counts, first, second, without=without)
    assert_swing(found, expected_swing(this, first.months, second.months, apart, without))
    # What came after the second span, and a month beyond ten years before the first, is not known or forgotten.
    known = counts[: second.start + second.months]
    assert ordinary_swing(known, first, second, without=without) == found


@pytest.mark.parametrize(("before", "after"), [(60.0, 30.0), (4.0, 11.0), (50_000.0, 90_000.0), (0.0, 3.0)])
def test_two_figures_have_their_rank_among_pairs_of_their_size(before, after):
    """The size of the largest wars, and of the smallest, is that which enough countries have."""
    found = ordinary_swing_of_figures(before, after, Span(5, 12), Span(20, 24), without="Syria")
    this = (np.log((after + 0.5) / (before + 0.5) / 2), np.log((before + 0.25) * 2), None, None)
    assert_swing(found, expected_swing(this, 12, 24, 15, "Syria"))
    assert (found.own_as_large, found.own_pairs) == (0, 0)


def test_of_its_own_earlier_pairs_those_count_that_ended_before_the_second_span():
    """A level that doubles or halves every sixth month, and a change by three from there."""
    counts = np.tile([10.0] * 6 + [20.0] * 6, 4)
    counts[42:48] = 60.0
    found = ordinary_swing(counts, Span(36, 6), Span(42, 6))
    assert found.ratio == pytest.approx(360.5 / 60.5) and (found.own_as_large, found.own_pairs) == (0, 31)
    counts[42:48] = 20.0
    same = ordinary_swing(counts, Span(36, 6), Span(42, 6))
    # From the first months of a level of either kind, up and down alike.
    assert same.ratio == pytest.approx(120.5 / 60.5) and (same.own_as_large, same.own_pairs) == (6, 31)
    assert ordinary_swing(counts, Span(2, 6), Span(8, 6)).own_pairs == 0
    assert ordinary_swing(counts, Span(6, 6), Span(12, 6)).own_pairs == 1


def test_either_way_is_twice_the_rarer_side_and_never_more_than_certain():
    swing = ordinary_swing_of_figures(566, 808, Span(0, 3), Span(3, 3))
    assert replace(swing, rise=0.04, fall=0.97).either() == replace(swing, rise=0.97, fall=0.04).either() == 0.08
    assert replace(swing, rise=0.6, fall=0.7).either() == 1.0


def test_the_world_is_that_of_its_months():
    world = world_months()
    assert (str(world.index[0]), str(world.index[-1]), world.index.name) == ("1989-01", "2020-12", "period")
    assert ((world >= 0) & (world % 1 == 0)).all(axis=None) and world.shape == (384, 121)


SPANS = "find ordinary swings: found spans from months {0} of 40; allowed: a second span after the first, both within "
COUNTS = (
    "find ordinary swings: found counts of {0}; allowed: finite counts of 0 or more; give what was recorded in each "
)


@pytest.mark.parametrize(
    ("first", "second"),
    [(Span(27, 3), Span(29, 3)), (Span(27, 3), Span(38, 3)), (Span(-1, 3), Span(20, 3)), (Span(30, 3), Span(2, 3))],
)
def test_spans_that_overlap_or_lie_outside_are_refused(first, second):
    with pytest.raises(ModelError) as raised:
        ordinary_swing(np.ones(40), first, second)
    assert str(raised.value) == SPANS.format(f"{first.start} and {second.start}") + "the series; give two such spans."


def test_spans_that_touch_each_other_and_the_ends_are_taken():
    assert ordinary_swing(np.ones(40), Span(34, 3), Span(37, 3)).own_pairs == 32
    assert ordinary_swing(np.ones(40), Span(0, 3), Span(3, 3)).ratio == 1


@pytest.mark.parametrize(
    "counts", [np.r_[np.ones(40), np.nan], np.r_[np.ones(40), -1], np.ones((40, 1)), np.r_[np.inf]]
)
def test_a_series_with_holes_or_impossible_counts_is_refused(counts):
    with pytest.raises(ModelError) as raised:
        ordinary_swing(counts, Span(27, 3), Span(30, 3))
    assert str(raised.value) == (
        "find ordinary swings: found counts that are negative, missing or not one row of months; allowed: a monthly "
        "count of 0 or more in each month; give a series without holes."
    )


@pytest.mark.parametrize(("before", "after"), [(-1, 3), (3, -1), (np.inf, 3), (3, np.nan)])
def test_figures_that_cannot_be_are_refused(before, after):
    with pytest.raises(ModelError) as raised:
        ordinary_swing_of_figures(before, after, Span(0, 3), Span(3, 3))
    assert str(raised.value) == COUNTS.format(f"{before:g} and {after:g}") + "span."


def test_spans_further_apart_than_the_world_has_months_are_refused():
    """Two years before the first, and a month of the second, have to fit."""
    assert ordinary_swing_of_figures(50, 60, Span(0, 1), Span(359, 1)).countries > 1
    with pytest.raises(ModelError) as raised:
        ordinary_swing_of_figures(50, 60, Span(0, 1), Span(360, 1))
    assert str(raised.value) == (
        "find ordinary swings: found spans that begin 360 months apart; allowed: two spans within 360 months; compare "
        "spans that lie nearer to each other."
    )
    assert raised.value.lacks == (
        "The spans lie further apart than series of the world are long. Nearer ones would settle it."
    )


@pytest.mark.parametrize(("share", "spans"), [(-0.1, 3), (1.1, 3), (np.nan, 3), (0.5, 0)])
def test_a_pick_that_cannot_be_is_refused(share, spans):
    with pytest.raises(ModelError) as raised:
        cost_of_picking(share, spans)
    assert str(raised.value) == (
        f"reckon the cost of a picked span: found a share of {share:g} and {spans} spans; allowed: a share from 0 to "
        "1, and one span or more; say from how many spans it was picked."
    )
