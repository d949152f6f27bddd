import math

import pytest

from trends.chance.counters import (
    Counter,
    drift_of,
    one_per_origin,
    realised,
    shared_drift,
    with_break,
)
from trends.chance.drift import Span, learned_drift
from trends.errors import ModelError

QUARTERS = Span(0, 3), Span(3, 3)
YEARS = Span(0, 12), Span(12, 12)
IRAQ = learned_drift("Iraq")
SPRING = [
    Counter("Knights and Almeida", 566, 808, "military"),
    Counter("Inspector General", 250, 405, "government"),
    Counter("UCDP", 16, 38),
]


def test_attacks_rose_from_the_first_to_the_second_quarter_of_2020():
    result = realised(SPRING, *QUARTERS, process=IRAQ)
    assert result.above(1) >= 0.975
    assert result.interval()[1] == pytest.approx(1.6, abs=0.1)


def test_2018_to_2019_stays_open_because_the_counters_disagree_on_the_sign():
    counters = [Counter("Knights and Almeida", 1470, 1669, "military"), Counter("GTD", 1131, 495)]
    counters.append(with_break(Counter("UCDP", 107, 76), (0.61, 0.61), (0.5, 0.9)))
    low, middle, high = realised(counters, *YEARS, process=IRAQ).interval()
    # Published beside it: .75 (.37 to 1.51).
    assert (low, middle, high) == pytest.approx((0.37, 0.75, 1.51), rel=0.1)


def test_attacks_fell_from_june_2007_to_june_2008():
    # The ratio of the deaths list is .35; its months are taken at the size that it had, some hundreds.
    counters = [Counter("SIGACTs", 5736, 1331, "military"), Counter("IBC", 1000, 350), Counter("UCDP", 38, 18)]
    result = realised(counters, Span(0, 1), Span(12, 1), process=IRAQ)
    assert result.above(1) <= 0.025
    assert result.interval() == pytest.approx((0.15, 0.33, 0.75), rel=0.25)


def test_the_bound_is_the_rise_in_reporting_that_leaves_the_answer_open():
    result = realised(SPRING, *QUARTERS, process=IRAQ)
    bound = result.overturned_by()
    assert bound == pytest.approx(result.interval()[0])
    shifted = [Counter(c.name, c.before, c.after, c.kind, shift=math.log(bound * 1.1)) for c in SPRING]
    assert realised(shifted, *QUARTERS, process=IRAQ).overturned_by() is None


def test_counters_of_one_origin_are_one_and_the_largest_stays():
    again = [*SPRING, Counter("GED 19.1", 10, 20, origin="UCDP")]
    assert one_per_origin(again) == tuple(SPRING)
    assert realised(again, *QUARTERS, process=IRAQ).interval() == realised(SPRING, *QUARTERS, process=IRAQ).interval()


def test_spans_of_unlike_length_are_compared_by_their_rates():
    low, middle, high = realised([Counter("A", 3000, 1000)], Span(0, 3), Span(3, 1)).interval()
    assert middle == pytest.approx(1, abs=0.03)
    assert low < 1 < high


def test_a_count_of_none_leaves_a_finite_interval():
    low, _, high = realised([Counter("A", 0, 12)], *QUARTERS).interval()
    assert 0 < low < high < 400


def test_the_bound_is_held_against_the_bar_and_at_the_level_that_is_asked():
    rose = realised([Counter("A", 100, 900), Counter("B", 200, 1500, "military")], *QUARTERS)
    for bar, level in ((1.0, 0.95), (1.5, 0.95), (2.0, 0.8)):
        assert rose.overturned_by(bar, level) == pytest.approx(rose.interval(level)[0] / bar) and bar < 4
    fell = realised([Counter("A", 900, 100), Counter("B", 1500, 200, "military")], *QUARTERS)
    for bar, level in ((1.0, 0.95), (0.5, 0.8)):
        assert fell.overturned_by(bar, level) == pytest.approx(fell.interval(level)[2] / bar)
    assert rose.overturned_by(rose.interval()[1]) is None
    for bar in (0.5, 2.0):
        assert rose.above(bar) == pytest.approx(1 - fell.above(1 / bar), abs=0.01)


def test_what_counters_of_a_kind_share_is_the_odds_of_the_common_share():
    process = learned_drift()
    whole = process.scale(*QUARTERS, process.size)
    for common, factor in ((0.5, 1.0), (0.2, 0.5), (0.8, 2.0)):
        assert shared_drift(*QUARTERS, process, common) == pytest.approx(factor * whole)
    assert drift_of(Counter("A", 12, 30), Span(0, 3), Span(3, 4), process) == process.scale(Span(0, 3), Span(3, 4), 6)


def test_the_more_is_shared_the_less_two_counters_of_a_kind_say():
    pair = [Counter("A", 100, 300), Counter("B", 120, 340)]
    widths = []
    for common in (0.0, 0.3, 0.9):
        low, _, high = realised(pair, *QUARTERS, common=common).interval()
        widths.append(math.log(high / low))
    assert widths[0] < widths[1] < widths[2]


def test_the_larger_of_one_origin_stays_and_of_two_alike_the_first():
    small, large, alike = Counter("A", 1, 2, origin="X"), Counter("B", 2, 2, origin="X"), Counter("C", 3, 1, origin="X")
    assert one_per_origin([small, large, alike]) == (large,)


def test_a_break_has_the_middle_and_the_spread_of_its_shares():
    kept = with_break(Counter("A", 5, 5), (0.2, 0.4), (0.5, 1.0))
    middle = [(math.log(a) + math.log(b)) / 2 for a, b in ((0.2, 0.4), (0.5, 1.0))]
    assert kept.shift == pytest.approx(middle[1] - middle[0])
    assert kept.shift_sd == pytest.approx(math.log(2) * math.sqrt(2 / 12))
    assert with_break(Counter("A", 5, 5), (1.0, 1.0), (0.5, 0.5)).shift_sd == 0


@pytest.mark.parametrize(
    ("before", "after"), [((0.0, 0.5), (1, 1)), ((0.5, 1.1), (1, 1)), ((0.5, 0.4), (1, 1)), ((1, 1), (0.5, 0.4))]
)
def test_shares_that_cannot_be_are_refused(before, after):
    with pytest.raises(ModelError) as refused:
        with_break(Counter("A", 5, 5), before, after)
    assert str(refused.value) == (
        f"declare a break of measurement of 'A': found shares kept from {before[0]:g} to {before[1]:g}, then from "
        f"{after[0]:g} to {after[1]:g}; allowed: shares above 0 and up to 1, the lower one first; give the lowest and "
        "the highest share of each span."
    )


def test_a_break_moves_the_ratio_by_its_size_and_widens_it_by_its_doubt():
    plain, moved, doubted = (
        realised([Counter("A", 400, 900, shift=shift, shift_sd=sd)], *QUARTERS).interval()
        for shift, sd in ((0.0, 0.0), (math.log(1.5), 0.0), (0.0, 0.6))
    )
    assert moved == pytest.approx(realised([Counter("A", 400, 600)], *QUARTERS).interval(), rel=0.05)
    assert 1 < doubted[1] < plain[1]
    assert math.log(doubted[2] / doubted[0]) > 1.4 * math.log(plain[2] / plain[0])


@pytest.mark.parametrize("wrong", [{"before": math.inf}, {"after": math.nan}, {"after": -1}])
def test_counts_that_cannot_be_are_refused(wrong):
    with pytest.raises(ModelError, match="allowed: finite counts of 0 or more"):
        Counter(**({"name": "A", "before": 0, "after": 0} | wrong))


@pytest.mark.parametrize("wrong", [{"shift": math.inf}, {"shift_sd": math.inf}, {"shift_sd": -0.1}])
def test_breaks_that_cannot_be_are_refused(wrong):
    with pytest.raises(ModelError, match="allowed: finite log changes, the standard deviation 0 or more"):
        Counter("A", 1, 2, **wrong)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Counter("A", -1, 2),
            "compare two spans by the counter 'A': found counts of -1 and 2; allowed: finite counts of 0 or more; "
            "give what the counter recorded in each span.",
        ),
        (
            lambda: Counter("A", 1, 2, kind="press"),
            "compare two spans by the counter 'A': found kind='press'; allowed: media, military, insurgent, "
            "government; "
            "name one of these.",
        ),
        (
            lambda: realised([], *QUARTERS),
            "find what was realised: found no counter; allowed: one or more that have both spans; "
            "add a source that counts both spans.",
        ),
        (
            lambda: realised(SPRING, *QUARTERS, common=1.0),
            "find what was realised: found common=1; allowed: from 0 up to below 1; give such a share.",
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence(make, message):
    with pytest.raises(ModelError) as raised:
        make()
    assert str(raised.value) == message
