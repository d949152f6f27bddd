"""Which records enter a figure, and how sure a ruling on it has to be."""

from math import inf
from types import SimpleNamespace

import pytest

from trends.claims.records import Record
from trends.claims.together import Weighing, entered_records
from trends.claims.verdict import Asserted


def weighing(form, claimed=(0.5, inf), unit="ratio", rules=()):
    asked = SimpleNamespace(form=form, stand=Asserted(claimed), unit=unit)
    sources = {name: SimpleNamespace(rule=rule) for name, rule in rules}
    return Weighing(asked, SimpleNamespace(sources=sources), None, 0.0)


def record(name, *counts, origin="", places=()):
    return Record(name, name.title(), counts, places, origin or name)


@pytest.mark.parametrize(
    ("claimed", "unit", "level"),
    [
        ((1.1, inf), "ratio", 0.90),
        ((0.0, 0.9), "ratio", 0.90),
        ((0.9, 1.1), "ratio", 0.95),
        ((0.5, 1.0), "share", 0.90),
        ((0.3, 0.4), "share", 0.95),
    ],
)
def test_what_is_claimed_on_one_side_is_ruled_on_that_side(claimed, unit, level):
    assert weighing("share", claimed, unit).level == level


def test_of_each_origin_the_largest_enters_and_one_that_counted_nothing_does_not():
    small, large, other, none = (
        record("a", 3.0, 10.0, origin="list"),
        record("b", 9.0, 30.0, origin="list"),
        record("c", 1.0, 4.0),
        record("d", 0.0, 0.0),
    )
    entered, left = entered_records([small, large, other, none], weighing("share", unit="share"), "a")
    assert entered == [large, other] and left == [none]


def test_places_are_compared_in_the_order_of_the_first():
    own = record("a", 5.0, 2.0, places=("Diyala", "Anbar"))
    wider = record("b", 1.0, 7.0, 9.0, places=("Kirkuk", "Anbar", "Diyala"))
    without = record("c", 4.0, 4.0, places=("Kirkuk", "Diyala"))
    entered, _ = entered_records([own, wider, without], weighing("first"), "a")
    assert [each.counts for each in entered] == [(5.0, 2.0), (9.0, 7.0)]


def test_a_level_is_held_against_counters_of_its_own_rule():
    records = [record("a", 5.0), record("b", 50.0), record("c", 8.0)]
    rules = (("a", "deaths"), ("b", "attacks"), ("c", "deaths"))
    entered, left = entered_records(records, weighing("level", rules=rules), "a")
    assert entered == [records[0], records[2]] and left == [records[1]]
    # Where none has it, what there is stands.
    alone, _ = entered_records(records[1:2], weighing("level", rules=rules), "a")
    assert alone == [records[1]]
