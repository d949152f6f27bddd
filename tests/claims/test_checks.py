from dataclasses import replace
from math import inf, nan
from types import SimpleNamespace

import pandas as pd
import pytest

from trends.chance.curve import LeftOut, SpecificationCurve
from trends.chance.differing import DifferingChanges
from trends.chance.evidence import Check, Evidence
from trends.chance.nullpanels import JointTest
from trends.chance.placebo import Placebos
from trends.claims.assess import assess
from trends.claims.checks import no_single_province, placebo_dates, provinces_agree, specifications
from trends.claims.checks.judged import Judged
from trends.claims.coefficient import ruled
from trends.claims.direction import stand_on_change
from trends.claims.reading import read_claim
from trends.claims.registry import KINDS
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.errors import InputError, ModelError, StudyError
from trends.periods import period, span

CHANGE = '[event]\nname = "drawdown"\nwindow = ["2019-12", "2020-03"]\n[asserts]\nchange = {{ direction = "{}", {} }}'


CHECKS = {file.CHECK.name: file.CHECK for file in (no_single_province, placebo_dates, provinces_agree, specifications)}


def made_curve(ratios=(2.0, 1.9, 2.1, 1.8, 2.2), without=(1.9, 2.1), pvalue=0.01, rank=1, dates=20):
    table = pd.DataFrame({"ratio": ratios, "refused": "", "reads": "as claimed", "converged": True})
    beyond = [3.0] * (rank - 1) + [0.5] * (dates - rank + 1)
    months = span("2017-01", "2020-12", "M")[:dates]
    placebos = Placebos(period("2020-01"), 2.0, pd.DataFrame({"ratio": 1.0, "statistic": beyond}, index=months))
    left = pd.DataFrame({"ratio": without, "lower": 1.0, "upper": 4.0}, index=["A", "B"][: len(without)])
    joint = JointTest(2.0, 0.6, 1.7, pvalue, 99, None)
    return SpecificationCurve(table, joint, placebos, LeftOut(ratios[0], left), (1.1, inf), (1 / 1.1, 1.1))


def outcome(name, curve, lower=1.5, upper=2.7, estimate=2.0):
    evidence = Evidence(quantity="rate", estimate=estimate, lower=lower, upper=upper)
    return CHECKS[name].of(Judged(evidence, stand_on_change("rise", 1.1), curve.left_out, 1, curve))


@pytest.mark.parametrize(
    ("name", "changes", "found"),
    [
        ("placebo dates", {"rank": 1}, "passed"),
        ("placebo dates", {"rank": 2}, "passed"),
        ("placebo dates", {"rank": 3}, "failed"),
        ("placebo dates", {"dates": 8}, "cannot tell"),
        ("no single province", {}, "passed"),
        ("no single province", {"without": (1.9, 1.05)}, "failed"),
        ("no single province", {"without": (1.9, nan)}, "cannot tell"),
        ("no single province", {"without": ()}, "does not apply"),
        ("specifications", {}, "passed"),
        ("specifications", {"pvalue": 0.06}, "failed"),
        ("specifications", {"ratios": (2.0, 1.9, 1.2, 1.1, 0.9)}, "passed"),
        ("specifications", {"ratios": (2.0, 1.9, 1.2, 0.8, 0.9)}, "failed"),
        ("specifications", {"ratios": (2.0, 1.9, 1.2, nan, nan)}, "failed"),
    ],
)
def test_a_change_that_is_found_must_survive(name, changes, found):
    assert outcome(name, made_curve(**changes)).outcome == found


@pytest.mark.parametrize(
    ("name", "changes", "found"),
    [
        ("placebo dates", {"rank": 9}, "does not apply"),
        ("no single province", {"without": (1.0, 1.05)}, "passed"),
        ("no single province", {"without": (1.0, 1.5)}, "failed"),
        ("specifications", {"ratios": (1.0, 1.05, 0.95), "pvalue": 0.6}, "passed"),
        ("specifications", {"ratios": (1.0, 1.5, 1.6), "pvalue": 0.6}, "failed"),
        ("specifications", {"ratios": (1.0, 1.05, 0.95), "pvalue": 0.02}, "failed"),
    ],
)
def test_that_nothing_changed_must_survive(name, changes, found):
    assert outcome(name, made_curve(**changes), lower=0.95, upper=1.05, estimate=1.0).outcome == found


def test_where_an_interval_is_open_there_is_nothing_to_survive():
    found = {name: outcome(name, made_curve(), lower=0.6, upper=3.0).outcome for name in CHECKS}
    assert (found["placebo dates"], found["specifications"]) == ("does not apply", "cannot tell")


def test_a_check_draws_what_it_rests_on_or_says_that_it_cannot():
    check = outcome("placebo dates", made_curve())
    assert check.plot().get_xlabel() == "n = 20 other dates, among which the claimed one ranks 1."
    assert replace(check, fit=None) == check
    with pytest.raises(InputError) as refused:
        Check("false alarms", "Does it?", "passed", "It does.").plot()
    assert str(refused.value) == (
        "draw the check 'false alarms': found one that rests on a figure alone; allowed: a check with a fit; "
        "read what it says."
    )


def agreeing(lower, upper, between=0.4, reads=(1.5, 2.7)):
    table = pd.DataFrame({"ratio": [0.5, 2.0, 4.0], "lower": 0.2, "upper": 6.0}, index=["A", "B", "C"])
    provinces = DifferingChanges(table, 2.0, lower, upper, between)
    evidence = Evidence(quantity="rate", estimate=sum(reads) / 2, lower=reads[0], upper=reads[1])
    return provinces_agree.CHECK.of(Judged(evidence, stand_on_change("rise", 1.1), made_curve().left_out, provinces))


@pytest.mark.parametrize(
    ("lower", "upper", "more", "found"),
    [
        (1.2, 3.0, {}, "passed"),
        (1.05, 3.0, {}, "failed"),
        (0.8, 4.0, {}, "failed"),
        (0.8, 4.0, {"between": 0.0}, "cannot tell"),
        (0.4, 0.9, {"reads": (0.5, 0.8)}, "passed"),
        (0.4, 1.3, {"reads": (0.5, 0.8)}, "failed"),
        (0.93, 1.08, {"reads": (0.95, 1.05)}, "passed"),
        (0.80, 1.25, {"reads": (0.95, 1.05)}, "failed"),
        (1.2, 3.0, {"reads": (0.6, 3.0)}, "cannot tell"),
    ],
)
def test_the_mean_over_provinces_must_lead_where_the_total_does(lower, upper, more, found):
    check = agreeing(lower, upper, **more)
    assert check.outcome == found
    if found == "failed":
        said = f"mean 2.00, 95 % interval {lower:.2f} to {upper:.2f}"
        assert check.says == (
            f"The change differs between provinces (0.50 to 4.00; {said}): that of the total may be the doing of a few."
        )


def test_provinces_that_cannot_be_compared_leave_the_change_open_and_a_lone_one_does_not():
    evidence = Evidence(quantity="rate", estimate=2.0, lower=1.5, upper=2.7)
    judged = Judged(evidence, stand_on_change("rise", 1.1), made_curve().left_out, 1)
    refused = ModelError("compare", found="no fit", allowed="a fit", do="read the total")
    assert provinces_agree.CHECK.of(replace(judged, provinces=refused)).outcome == "cannot tell"
    for few, told in ((1, "Only one province has incidents"), (2, "Only two provinces have incidents")):
        check = provinces_agree.CHECK.of(replace(judged, provinces=few))
        assert check.outcome == "does not apply" and not check.withholds and check.says.startswith(told)


@pytest.fixture
def judged(add_claim):
    def of(direction):
        study = read_study(add_claim("it", CHANGE.format(direction, "seasons = false")))
        (finding,) = assess(study.claim("it"), study, "quick").findings
        return finding

    return of


def test_a_claim_of_change_survives_all_checks_of_its_link_unless_it_names_some(judged):
    finding = judged("rise")
    assert finding.ruling is Ruling.SUPPORTED
    assert [check.name for check in finding.checks] == [check.name for check in KINDS["change"].checks]
    assert {check.outcome for check in finding.checks} == {"passed"}
    assert [check.fit is not None for check in finding.checks] == [False, True, True, True, True]
    named = SimpleNamespace(checks={"change": ("placebo dates",)})
    assert [check.name for check in KINDS["change"].required(named)] == ["false alarms", "placebo dates"]


def test_a_check_that_fails_withholds_certainty_and_says_so_where_there_is_any():
    failed = (outcome("specifications", made_curve(pvalue=0.06)),)
    sure = Evidence(quantity="rate", estimate=2.0, lower=1.5, upper=2.7)
    told = ruled(sure, stand_on_change("rise", 1.1), failed)
    assert told.ruling is Ruling.CANNOT_TELL
    assert "No ruling rests on it, because of the check 'specifications' (failed)." in told.sentence
    told = ruled(replace(sure, lower=0.9), stand_on_change("rise", 1.1), failed)
    assert told.ruling is Ruling.CANNOT_TELL
    assert "check" not in told.sentence


def test_an_unknown_check_is_refused_with_the_line_and_the_known_ones(add_claim, tmp_path):
    folder = add_claim("it", CHANGE.format("rise", 'checks = ["placebo date"]'))
    file = folder / "claims" / "it.toml"
    with pytest.raises(StudyError) as refused:
        read_claim(file)
    assert str(refused.value) == (
        f"read [asserts.change] of {file}: found line 11: checks with 'placebo date'; allowed: a list of false alarms, "
        "placebo dates, no single province, provinces agree, specifications; correct the name or take it out."
    )
    add_claim("it", '[asserts]\nrecorded = { at_least = 1, checks = ["false alarms"] }')
    with pytest.raises(StudyError, match="allowed: no checks: none belongs to this link"):
        read_claim(file)
