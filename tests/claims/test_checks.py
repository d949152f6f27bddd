from dataclasses import replace
from math import inf, nan
from types import SimpleNamespace

import pandas as pd
import pytest

from trends.chance.evidence import Check, Evidence
from trends.claims.assess import assess
from trends.claims.checks import change_to_date, false_alarms, no_single_province, specifications
from trends.claims.checks.judged import Judged, LeftOut, provinces_that_matter
from trends.claims.direction import stand_on_change
from trends.claims.reading import read_claim
from trends.claims.registry import KINDS
from trends.claims.specifications import SpecificationCurve
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.panel import Panel
from trends.errors import InputError, ModelError, StudyError
from trends.periods import span

CHANGE = '[event]\nname = "drawdown"\nwindow = ["2019-12", "2020-03"]\n[asserts]\nchange = {{ direction = "{}"{} }}'


def judged(ratios=(1.9, 2.1, 1.8, 2.2), without=(1.9, 2.1), lower=1.5, upper=2.7, supported=0.99):
    table = pd.DataFrame({"ratio": [2.0, *ratios], "refused": "", "reads": "as claimed"})
    left = LeftOut(2.0, pd.DataFrame({"ratio": without, "lower": 1.0, "upper": 4.0}, index=["A", "B"][: len(without)]))
    curve = SpecificationCurve(table, (1.0, inf), (1 / 1.1, 1.1))
    evidence = Evidence(quantity="rate", estimate=2.0, lower=lower, upper=upper, supported=supported)
    return Judged(evidence, stand_on_change("rise"), left, curve)


@pytest.mark.parametrize(
    ("check", "subject", "found"),
    [
        (no_single_province, judged(), "passed"),
        (no_single_province, judged(without=(1.9, 0.95)), "failed"),
        (no_single_province, judged(without=(1.9, nan)), "cannot tell"),
        (no_single_province, judged(without=()), "does not apply"),
        (no_single_province, judged(without=(1.9, 1.02), supported=0.8), "passed"),
        (specifications, judged(), "passed"),
        (specifications, judged(ratios=(1.9, 1.8, 1.7, 1.6, 0.8)), "passed"),
        (specifications, judged(ratios=(1.9, 1.8, 0.7, 0.8)), "failed"),
        (specifications, judged(ratios=()), "does not apply"),
        (specifications, replace(judged(), curve=None), "does not apply"),
    ],
)
def test_a_certain_ruling_must_hold_however_it_is_asked(check, subject, found):
    assert check.CHECK.of(subject).outcome == found


@pytest.mark.parametrize(
    ("rate", "windows", "found"),
    [(0.05, 400, "passed"), (0.085, 400, "passed"), (0.12, 400, "failed"), (nan, 400, "does not apply")],
)
def test_a_question_that_finds_too_much_where_there_is_nothing_carries_no_ruling(rate, windows, found):
    error = (rate * (1 - rate) / windows) ** 0.5
    rates = SimpleNamespace(false_alarms=rate, standard_error=error, sentence=lambda: "Measured on windows.")
    assert false_alarms.CHECK.of(rates).outcome == found


@pytest.mark.parametrize(("stands_out", "found"), [(True, "passed"), (False, "cannot tell")])
def test_a_date_that_does_not_stand_out_is_none(stands_out, found):
    dated = SimpleNamespace(turn_interval=("2020-01", "2020-06"), turn_stands_out=stands_out)
    check = change_to_date.CHECK.of(dated)
    assert check.outcome == found
    assert check.says.startswith("The shortest run of dates that holds 95 % is January 2020 to June 2020, ")


def test_provinces_with_next_to_no_incidents_are_not_left_out_in_turn():
    index = span("2020-01", "2020-12", "M")
    panel = Panel(pd.DataFrame({"A": 50, "B": 20, "C": 1, "D": 0}, index=index), source="file")
    assert provinces_that_matter(panel) == ["A", "B"]


def test_a_check_of_what_could_not_be_asked_stays_open():
    refused = ModelError("compare", found="no fit", allowed="a fit", do="read the total")
    assert no_single_province.CHECK.of(refused).outcome == "cannot tell"


def test_a_check_draws_what_it_rests_on_or_says_that_it_cannot():
    check = specifications.CHECK.of(judged())
    assert check.fit is not None and replace(check, fit=None) == check
    with pytest.raises(InputError) as refused:
        Check("false alarms", "Does it?", "passed", "It does.").plot()
    assert str(refused.value) == (
        "draw the check 'false alarms': found one that rests on a figure alone; allowed: a check with a fit; "
        "read what it says."
    )


def test_a_claim_of_change_survives_all_checks_of_its_link_unless_it_names_some(add_claim):
    study = read_study(add_claim("it", CHANGE.format("rise", "")))
    (finding,) = assess(study.claim("it"), study, "quick").findings
    assert finding.ruling is Ruling.SUPPORTED
    assert [check.name for check in finding.checks] == [check.name for check in KINDS["change"].checks]
    assert {check.outcome for check in finding.checks} == {"passed"}
    named = SimpleNamespace(checks={"change": ("specifications",)})
    assert [check.name for check in KINDS["change"].required(named)] == ["false alarms", "specifications"]


def test_an_unknown_check_is_refused_with_the_line_and_the_known_ones(add_claim, tmp_path):
    folder = add_claim("it", CHANGE.format("rise", ', checks = ["placebo date"]'))
    file = folder / "claims" / "it.toml"
    with pytest.raises(StudyError) as refused:
        read_claim(file)
    assert str(refused.value) == (
        f"read [asserts.change] of {file}: found line 11: checks with 'placebo date'; allowed: a list of false alarms, "
        "no single province, specifications; correct the name or take it out."
    )
