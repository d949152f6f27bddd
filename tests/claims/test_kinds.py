"""The contract of every kind of link, with the faults that it is there to find planted in it."""

from dataclasses import fields, replace
from types import SimpleNamespace

import pytest

from trends.charts.verdicts import DRAWN
from trends.claims.claim import Claim
from trends.claims.kinds import Group, Kind, Named
from trends.claims.registry import KINDS, kind_of

UNITS = {"period", "incident", "province-period", "event", "source"}


def faults(kind, drawn=DRAWN):
    """What is wrong with a kind of link, in words."""
    for name in ("key", "heading", "rows", "chart", "caption", "sought", "multiple_of"):
        if not getattr(kind, name):
            yield f"{kind.key} has no {name}"
    if not callable(kind.find):
        yield f"{kind.key} has no finding"
    if kind.chart not in drawn:
        yield f"{kind.key} has no drawing {kind.chart}"
    if kind.counted_in not in UNITS:
        yield f"{kind.key} counts {kind.counted_in}"
    if not isinstance(kind.group, Group):
        yield f"{kind.key} is in no group"
    names = [check.name for check in kind.checks]
    if len(set(names)) < len(names):
        yield f"{kind.key} has a check twice"
    if kind.survives_with and kind.survives_with not in KINDS:
        yield f"{kind.key} survives with {kind.survives_with}"


@pytest.mark.parametrize("key", KINDS)
def test_every_kind_of_link_is_whole(key):
    kind = KINDS[key]
    assert kind.key == key and kind_of(key) is kind
    assert list(faults(kind)) == []


@pytest.mark.parametrize("name", [each.name for each in fields(Kind)])
def test_a_kind_that_forgets_anything_fails_where_it_is_made(name):
    given = {each.name: getattr(KINDS["change"], each.name) for each in fields(Kind) if each.name != name}
    with pytest.raises(TypeError, match=name):
        Kind(**given)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"find": None}, "change has no finding"),
        ({"chart": "pie"}, "change has no drawing pie"),
        ({"heading": ""}, "change has no heading"),
        ({"counted_in": "month"}, "change counts month"),
        ({"group": "Changes"}, "change is in no group"),
        ({"checks": KINDS["change"].checks * 2}, "change has a check twice"),
        ({"survives_with": "chance"}, "change survives with chance"),
    ],
)
def test_a_planted_fault_is_found(changes, fault):
    assert fault in list(faults(replace(KINDS["change"], **changes)))


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_drawing_that_is_missing_is_found(name):
    left = {key: drawing for key, drawing in DRAWN.items() if key != name}
    assert any(f"no drawing {name}" in fault for kind in KINDS.values() for fault in faults(kind, left))


def test_what_a_link_names_is_looked_up_whatever_its_kind():
    assert KINDS["recorded"].names(KINDS["recorded"].record(most="Diyala", by="ucdp")) == Named(
        sources=("ucdp",), provinces=("Diyala",)
    )
    assert KINDS["dates"].names(KINDS["dates"].record("one", "two")) == Named(events=("one", "two"))
    assert KINDS["timing"].names(KINDS["timing"].record()) == Named()


@pytest.mark.parametrize(
    ("named", "required"),
    [
        ({}, ("false alarms", "one", "other")),
        ({"trend": ()}, ("false alarms", "one", "other")),
        ({"change": ()}, ("false alarms",)),
        ({"change": ("other",)}, ("false alarms", "other")),
    ],
)
def test_a_claim_names_its_checks_and_cannot_leave_out_that_of_the_error_rate(named, required):
    checks = tuple(SimpleNamespace(name=name) for name in ("false alarms", "one", "other"))
    kind = replace(KINDS["change"], checks=checks)
    claim = Claim("rise", "It rose.", "paper", "A. Author", "2020-06", "2020-07-01", {}, checks=named)
    assert tuple(check.name for check in kind.required(claim)) == required


def test_a_kind_is_told_without_its_functions():
    told = repr(KINDS["change"])
    assert told.startswith("Kind(key='change', rung=<Rung.ORDINARY: 'ordinary'>, record=")
    assert not any(f" {name}=" in told for name in ("find", "checks", "names")) and " 0x" not in told


def test_every_link_that_rules_on_counts_has_checks_of_its_own():
    without = {kind.key for kind in KINDS.values() if kind.of_counts and not kind.checks}
    # What was recorded is arithmetic: there is nothing in it to go wrong by chance.
    assert without == {"recorded"}
