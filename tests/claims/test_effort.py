import pytest

from tests.claims.conftest import stepped
from trends.claims.assess import assess
from trends.claims.effort import FULL, QUICK, Effort, effort_of
from trends.claims.study import read_study
from trends.errors import InputError

CHANGE = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise", checks = ["false alarms"] }'


def test_an_effort_is_named_or_given():
    assert (effort_of("full"), effort_of("quick"), effort_of(Effort(schedules=50))) == (
        FULL,
        QUICK,
        Effort(schedules=50),
    )
    for wrong, told in (("slow", "'slow'"), (None, "None")):
        with pytest.raises(InputError) as refused:
            effort_of(wrong)
        assert str(refused.value) == (
            f"assess a claim: found effort = {told}; allowed: 'quick', 'full' or an Effort; choose one of these."
        )


@pytest.mark.parametrize("value", [0, -1, 18, 2.5, True, "many", 10**9])
def test_an_effort_out_of_range_is_refused(value):
    with pytest.raises(InputError, match="a whole number from 19 to 100,000"):
        Effort(schedules=value)


@pytest.mark.parametrize(("name", "value"), [("schedules", 18), ("specifications", 100_001), ("specifications", True)])
def test_each_effort_is_refused_by_its_name(name, value):
    with pytest.raises(InputError) as refused:
        Effort(**{name: value})
    assert str(refused.value) == (
        f"set the effort {name!r}: found {value!r}; allowed: a whole number from 19 to 100,000; choose such a number."
    )


def test_the_efforts_have_their_numbers_and_the_bounds_are_taken():
    assert (FULL.schedules, FULL.specifications, QUICK.schedules, QUICK.specifications) == (499, 60, 99, 20)
    assert Effort(19, 100_000).specifications == 100_000


def test_a_change_is_asked_with_as_many_specifications_as_it_was_asked_to(planted):
    body = CHANGE.replace('["false alarms"]', '["specifications"]')
    body = body.replace("[asserts]", 'window = ["2019-12", "2020-03"]\n[asserts]')
    few = planted(stepped(3), body, effort=Effort(specifications=19)).findings[0].checks[-1].fit
    assert 1 < len(few.table) <= 19


def test_a_claim_and_a_study_in_the_wrong_order_or_of_the_wrong_kind_are_refused_in_a_sentence(add_claim):
    study = read_study(add_claim("it", CHANGE))
    claim = study.claim("it")
    for given, found in (
        (("it", study), "'it' and a study"),
        ((study, claim), "the study first and the claim second"),
        ((claim, None), "a claim and an object of type NoneType"),
    ):
        with pytest.raises(InputError) as refused:
            assess(*given)
        assert str(refused.value) == (
            f"assess a claim: found {found}; allowed: a claim and its study; write assess(study.claim(id), study)."
        )
