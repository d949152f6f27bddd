from dataclasses import replace
from types import SimpleNamespace

import pytest

from trends.chance.evidence import Check
from trends.claims.checks.known import KnownCheck, read_checks
from trends.claims.reading import read_claim
from trends.claims.registry import KINDS
from trends.claims.strict import Where
from trends.errors import InputError, ModelError, StudyError

CHANGE = '[event]\nname = "drawdown"\n[asserts]\nchange = {{ direction = "rise", {} }}'
KNOWN = KnownCheck("larger", "Is it larger?", lambda number: ("passed" if number > 2 else "failed", f"It is {number}."))


def test_a_check_is_judged_on_what_it_rests_on():
    assert KNOWN.of(3) == Check("larger", "Is it larger?", "passed", "It is 3.")
    assert KNOWN.of(1).withholds and not KNOWN.of(3).withholds
    refused = ModelError("compare", found="two rows", allowed="three", do="add one")
    assert KNOWN.of(refused) == Check("larger", "Is it larger?", "cannot tell", "Not tested: two rows.")
    assert KNOWN.of(refused).withholds


def test_a_check_is_told_apart_by_its_name_and_not_by_its_function():
    assert repr(KNOWN) == "KnownCheck(name='larger', asks='Is it larger?')"


@pytest.mark.parametrize(
    ("checks", "found"), [(["other", 3], "line 2: checks with 3"), ("other", "line 2: checks with 'other'")]
)
def test_checks_are_a_list_of_known_names(checks, found):
    known, values = (replace(KNOWN, name="other"), KNOWN), {"at_least": 2}
    where = Where("it.toml", '[asserts.change]\nchecks = ["other"]')
    assert read_checks("change", known, values, where) is None
    with pytest.raises(StudyError) as refused:
        read_checks("change", known, values | {"checks": checks}, where)
    assert refused.value.found == found
    named = values | {"checks": ["other", "larger"]}
    assert read_checks("change", known, named, where) == ("other", "larger") and named == values


def test_a_check_without_a_picture_says_so():
    with pytest.raises(InputError) as refused:
        KNOWN.of(3).plot()
    assert str(refused.value) == (
        "draw the check 'larger': found one that rests on a figure alone; allowed: a check with a fit; read what it "
        "says."
    )


def test_a_claim_requires_all_checks_of_its_link_unless_it_names_some():
    change = KINDS["change"]
    every = ["false alarms", "no single province", "specifications"]
    assert [check.name for check in change.required(SimpleNamespace(checks={}))] == every
    named = SimpleNamespace(checks={"change": ("no single province",)})
    # Whatever is named, a question that does not keep its error rate rules on nothing.
    assert [check.name for check in change.required(named)] == ["false alarms", "no single province"]


@pytest.mark.parametrize("wrong", ["provinces agree", "placebo dates"])
def test_an_unknown_check_is_refused_with_the_line_and_the_known_ones(add_claim, wrong):
    folder = add_claim("it", CHANGE.format(f'checks = ["{wrong}"]'))
    file = folder / "claims" / "it.toml"
    with pytest.raises(StudyError) as refused:
        read_claim(file)
    assert str(refused.value) == (
        f"read [asserts.change] of {file}: found line 10: checks with '{wrong}'; allowed: a list of false alarms, "
        "no single province, specifications; correct the name or take it out."
    )


def test_a_link_without_checks_takes_none(add_claim):
    folder = add_claim("it", '[asserts]\nrecorded = { at_least = 1, checks = ["false alarms"] }')
    with pytest.raises(StudyError, match="allowed: no checks: none belongs to this link"):
        read_claim(folder / "claims" / "it.toml")
