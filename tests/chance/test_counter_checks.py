import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom, norm

from trends.chance.counter_checks import check_counters, overturning_common, place_among_others
from trends.chance.counters import Counter, realised
from trends.chance.drift import DriftProcess, Span, learned_drift

QUARTERS = Span(0, 3), Span(3, 3)
IRAQ = learned_drift("Iraq")
SPRING = [
    Counter("Knights and Almeida", 566, 808, "military"),
    Counter("Inspector General", 250, 405, "government"),
    Counter("UCDP", 16, 38),
]
# What a counter sees does not drift; and it drifts as a normal, by as much whatever its size.
STILL = DriftProcess(0.0, 6.0, 0.0, 4.0, 0.0, 30.0)
NORMAL = DriftProcess(0.4, 6.0, 0.1, math.inf, 0.0, 30.0)


def test_a_larger_common_drift_overturns_the_answer_at_the_share_told():
    share = overturning_common(SPRING, *QUARTERS, process=IRAQ)
    assert realised(SPRING, *QUARTERS, process=IRAQ, common=share).overturned_by() is None
    assert realised(SPRING, *QUARTERS, process=IRAQ, common=share - 0.01).overturned_by() is not None
    assert overturning_common(SPRING, *QUARTERS, process=IRAQ, common=share - 0.005) == share
    assert overturning_common(SPRING, *QUARTERS, process=IRAQ, common=share) is None


def test_the_share_that_overturns_is_that_of_the_bar_and_of_the_level_asked():
    told = {}
    for ratio, level in ((1.0, 0.95), (0.95, 0.95), (1.0, 0.8)):
        share = told[ratio, level] = overturning_common(SPRING, *QUARTERS, ratio=ratio, process=IRAQ, level=level)
        for common, sure in ((share, False), (share - 0.01, True)):
            found = realised(SPRING, *QUARTERS, process=IRAQ, common=common)
            assert (found.overturned_by(ratio, level) is not None) is sure
    assert told[1.0, 0.95] < min(told[0.95, 0.95], told[1.0, 0.8])
    assert overturning_common(SPRING, *QUARTERS, ratio=1.1, process=IRAQ) is None
    assert told[1.0, 0.95] == overturning_common(SPRING, *QUARTERS, process=IRAQ, common=0.3)


def test_an_answer_that_is_open_or_stays_sure_is_overturned_by_no_share():
    assert overturning_common([Counter("A", 100, 101)], *QUARTERS) is None
    assert overturning_common([Counter("A", 100, 900)], *QUARTERS, process=STILL) is None


@pytest.mark.parametrize(("first", "second", "shift"), [((0, 3), (3, 3), 0.0), ((0, 12), (12, 3), 0.3)])
def test_without_drift_a_counter_falls_where_the_binomial_has_it(first, second, shift):
    """Others so large that they know the ratio: half the probability of the count itself, and all of a smaller one."""
    spans, ratio = (Span(*first), Span(*second)), 1.6
    others = [Counter(name, 1e7, 1e7 * ratio * second[1] / first[1]) for name in "AB"]
    chance = expit(math.log(ratio * second[1] / first[1]) + shift)
    for after in (12, 20, 31):
        found = place_among_others(Counter("C", 40 - after, after, shift=shift), others, *spans, process=STILL)
        expected = binom.cdf(after, 40, chance) - binom.pmf(after, 40, chance) / 2
        assert found == pytest.approx(expected, abs=2e-3)
        doubted = place_among_others(
            Counter("C", 40 - after, after, shift=shift, shift_sd=0.5), others, *spans, process=STILL
        )
        chances = expit(math.log(ratio * second[1] / first[1]) + shift + norm.ppf((np.arange(400) + 0.5) / 400, 0, 0.5))
        middle = (binom.cdf(after, 40, chances) - binom.pmf(after, 40, chances) / 2).mean()
        assert doubted == pytest.approx(middle, abs=2e-3)


@pytest.mark.parametrize("common", [None, 0.0, 0.6])
def test_what_a_kind_shares_is_no_surprise_within_it_and_one_to_another_kind(common):
    """Two counters that drift as normals do, so many incidents that nothing else is left: the sums of variances."""
    asked = {} if common is None else {"common": common}
    own = NORMAL.scale(*QUARTERS, 30.0) ** 2
    shared = own * (0.3 / 0.7 if common is None else common / (1 - common))
    for kind, own_part in (("media", own), ("military", own + shared)):
        # The ratio that the other counter leads to, given that ratios are about 1 within a factor of e.
        weight = 1 / (1 + own_part)
        sd = math.sqrt(own_part * weight + own_part)
        for ratio in (1.0, 2.5):
            place = place_among_others(
                Counter("B", 1e7, 1e7 * ratio, kind), [Counter("A", 1e7, 2e7)], *QUARTERS, process=NORMAL, **asked
            )
            expected = norm.cdf(math.log(ratio), math.log(2) * weight, sd)
            assert place == pytest.approx(expected, abs=0.01)


def test_a_counter_that_stands_off_is_named():
    odd = [Counter("A", 1000, 1500), Counter("B", 1100, 1700), Counter("C", 900, 1340), Counter("D", 2000, 60)]
    found = check_counters(odd, *QUARTERS).standing_off
    assert [name for name, _ in found] == ["D"] and found[0][1] == place_among_others(odd[3], odd[:3], *QUARTERS)
    odd[3] = Counter("D", 60, 6000)
    (name, place), *more = check_counters(odd, *QUARTERS).standing_off
    assert name == "D" and 0.975 < place <= 1 and not more


def test_a_counter_stands_off_beyond_nineteen_of_twenty_and_not_before():
    """Against one that knows the ratio to be 1: of 100 incidents 41 to 59 are within the middle of the binomial."""
    large = Counter("A", 1e7, 1e7)
    for after, off in ((41, False), (40, True), (59, False), (60, True)):
        counters = [large, Counter("B", 100 - after, after)]
        names = [name for name, _ in check_counters(counters, *QUARTERS, process=STILL).standing_off]
        assert ("B" in names) is off


def test_a_counter_of_the_same_origin_is_named_as_left_out():
    again = [*SPRING, Counter("GED 19.1", 10, 20, origin="UCDP")]
    found = check_counters(again, *QUARTERS, process=IRAQ)
    assert found.left_out == ("GED 19.1",) and not found.one_kind
    assert check_counters(SPRING, *QUARTERS, process=IRAQ) == replace(found, left_out=())


def test_one_counter_alone_stands_off_from_nobody():
    found = check_counters([Counter("A", 10, 90)], *QUARTERS)
    assert (found.left_out, found.standing_off, found.too_alike, found.one_kind) == ((), (), (), True)


@pytest.mark.parametrize(
    ("process", "shift", "shift_sd", "edge"),
    [
        # One in a hundred of each of four counts is a standard deviation of .2, and a fortieth of it .005.
        (STILL, 0.0, 0.0, 0.005),
        (STILL, 0.4, 0.0, 0.005),
        (STILL, 0.0, 0.3, 0.025 * math.sqrt(0.04 + 0.3**2)),
        (NORMAL, 0.0, 0.0, 0.025 * math.sqrt(0.04 + 2 * NORMAL.scale(*QUARTERS, 30.0) ** 2)),
    ],
)
def test_two_counters_are_too_alike_within_a_fortieth_of_their_standard_deviation(process, shift, shift_sd, edge):
    for apart, alike in ((0.97, True), (-0.97, True), (1.03, False), (-1.03, False)):
        after = 100 * math.exp(apart * edge + shift) - 0.5
        pair = [Counter("A", 99.5, 99.5), Counter("B", 99.5, after, shift=shift, shift_sd=shift_sd)]
        scale = math.exp(shift / 2)
        pair[1] = replace(pair[1], before=100 / scale - 0.5, after=(after + 0.5) / scale - 0.5)
        assert check_counters(pair, *QUARTERS, process=process).too_alike == ((("A", "B"),) if alike else ())


def test_a_declared_break_moves_what_is_expected_of_a_counter():
    others = SPRING[:2]
    plain = place_among_others(Counter("UCDP", 38, 38), others, *QUARTERS, process=IRAQ)
    fell = place_among_others(Counter("UCDP", 38, 38, shift=-0.5), others, *QUARTERS, process=IRAQ)
    assert plain < fell
