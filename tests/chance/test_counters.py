import math

import pytest

from trends.chance.counters import (
    Counter,
    one_per_origin,
    realised,
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
