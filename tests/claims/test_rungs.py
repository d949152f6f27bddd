from trends.claims.registry import KINDS
from trends.claims.rungs import ASKS, Rung


def test_the_rungs_stand_in_the_order_in_which_a_reader_wants_the_answers():
    assert list(Rung) == ["recorded", "realised", "ordinary", "timing", "lasting", "dose", "rivals"]


def test_each_rung_asks_one_question_and_some_kind_of_link_answers_it():
    assert list(ASKS) == list(Rung)
    assert all(question.endswith("?") for question in ASKS.values())
    assert {kind.rung for kind in KINDS.values()} == set(Rung)
