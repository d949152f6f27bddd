from trends.chance.counter_checks import check_counters, overturning_common, place_among_others
from trends.chance.counters import Counter, realised
from trends.chance.drift import Span, learned_drift

QUARTERS = Span(0, 3), Span(3, 3)
IRAQ = learned_drift("Iraq")
SPRING = [
    Counter("Knights and Almeida", 566, 808, "military"),
    Counter("Inspector General", 250, 405, "government"),
    Counter("UCDP", 16, 38),
]


def test_a_larger_common_drift_overturns_the_answer_at_the_share_told():
    share = overturning_common(SPRING, *QUARTERS, process=IRAQ)
    assert realised(SPRING, *QUARTERS, process=IRAQ, common=share).overturned_by() is None
    assert realised(SPRING, *QUARTERS, process=IRAQ, common=share - 0.02).overturned_by() is not None


def test_a_counter_that_stands_off_is_named():
    odd = [Counter("A", 1000, 1500), Counter("B", 1100, 1700), Counter("C", 900, 1340), Counter("D", 2000, 60)]
    assert [name for name, _ in check_counters(odd, *QUARTERS).standing_off] == ["D"]


def test_a_counter_of_the_same_origin_is_named_as_left_out():
    again = [*SPRING, Counter("GED 19.1", 10, 20, origin="UCDP")]
    assert check_counters(again, *QUARTERS, process=IRAQ).left_out == ("GED 19.1",)


def test_a_declared_break_moves_what_is_expected_of_a_counter():
    others = SPRING[:2]
    plain = place_among_others(Counter("UCDP", 38, 38), others, *QUARTERS, process=IRAQ)
    fell = place_among_others(Counter("UCDP", 38, 38, shift=-0.5), others, *QUARTERS, process=IRAQ)
    assert plain < fell
