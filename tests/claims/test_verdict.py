from dataclasses import FrozenInstanceError, replace

import pandas as pd
import pytest

from trends.chance.evidence import Check, Evidence
from trends.claims.claim import Claim
from trends.claims.rulings import Ruling
from trends.claims.tabled import latex, markdown, verdict_table
from trends.claims.verdict import DECISIONS, Asserted, Finding, Verdict, deciding_row, rule

INF = float("inf")
RISE = Asserted((1.1, INF), (1 / 1.1, 1.1))
FALL = Asserted((0.0, 1 / 1.1), (1 / 1.1, 1.1))
NONE = Asserted((1 / 1.1, 1.1))
PASSED = Check("a check", "Is it well?", "passed", "It is.")
FAILED = Check("a check", "Is it well?", "failed", "It is not.")
OPEN = Check("a check", "Is it well?", "cannot tell", "Nobody knows.")


def ratio(lower, upper, **more):
    return Evidence(quantity="rate", estimate=(lower * upper) ** 0.5, lower=lower, upper=upper, **more)


CASES = [
    (Evidence(quantity="rate", untestable="no data"), RISE, (), Ruling.UNTESTABLE),
    (Evidence(quantity="rate", untestable="no data"), RISE, (FAILED,), Ruling.UNTESTABLE),
    (ratio(1.2, 3), RISE, (FAILED,), Ruling.CANNOT_TELL),
    (ratio(1.2, 3), RISE, (PASSED, OPEN), Ruling.CANNOT_TELL),
    (ratio(0.2, 0.5), RISE, (FAILED,), Ruling.CANNOT_TELL),
    (ratio(1.2, 3), RISE, (PASSED,), Ruling.SUPPORTED),
    (ratio(1.1, 3), RISE, (), Ruling.SUPPORTED),
    (ratio(1.2, INF), RISE, (), Ruling.SUPPORTED),
    (ratio(0.95, 1.05), RISE, (), Ruling.NO_MATERIAL_CHANGE),
    (ratio(0.2, 0.5), RISE, (), Ruling.CONTRADICTED),
    (ratio(0.8, 1.05), RISE, (), Ruling.CONTRADICTED),
    (ratio(0.8, 1.3), RISE, (), Ruling.CANNOT_TELL),
    (ratio(1.05, 3), RISE, (), Ruling.CANNOT_TELL),
    (ratio(0.2, 0.5), FALL, (), Ruling.SUPPORTED),
    (ratio(0.0, 0.5), FALL, (), Ruling.SUPPORTED),
    (ratio(1.2, 3), FALL, (), Ruling.CONTRADICTED),
    (ratio(0.95, 1.05), NONE, (), Ruling.SUPPORTED),
    (ratio(1.2, 3), NONE, (), Ruling.CONTRADICTED),
    (ratio(0.95, 1.3), NONE, (), Ruling.CANNOT_TELL),
    (ratio(0.2, 0.5), Asserted((1.1, INF), comparable=False), (), Ruling.CANNOT_TELL),
    (ratio(1.2, 3), Asserted((1.1, INF), comparable=False), (), Ruling.SUPPORTED),
    # Where there is a posterior it rules, and not its interval.
    (ratio(1.05, 3, supported=0.95), RISE, (), Ruling.SUPPORTED),
    (ratio(1.2, 3, supported=0.94), RISE, (), Ruling.CANNOT_TELL),
    (ratio(1.2, 3, supported=0.99), RISE, (PASSED, FAILED), Ruling.CANNOT_TELL),
    (ratio(0.9, 1.2, supported=0.01, immaterial=0.96), RISE, (), Ruling.NO_MATERIAL_CHANGE),
    (ratio(0.95, 1.05, supported=0.2, immaterial=0.94), RISE, (), Ruling.CANNOT_TELL),
    (ratio(0.9, 1.2, supported=0.96, immaterial=0.96), RISE, (), Ruling.SUPPORTED),
    (ratio(0.9, 1.2, supported=0.05, immaterial=0.5), RISE, (), Ruling.CONTRADICTED),
    (ratio(0.2, 0.5, supported=0.06, immaterial=0.0), RISE, (), Ruling.CANNOT_TELL),
    (ratio(1.2, 3, supported=0.02), NONE, (), Ruling.CONTRADICTED),
    # A date is confirmed from .80 on, and refuted only where one can be compared.
    (ratio(2019, 2021, supported=0.81), Asserted((2020, 2020.2), sure=0.80), (), Ruling.SUPPORTED),
    (ratio(2019, 2021, supported=0.79), Asserted((2020, 2020.2), sure=0.80), (), Ruling.CANNOT_TELL),
    (ratio(2017, 2018, supported=0.01), Asserted((2020, 2020.2), sure=0.80), (), Ruling.CONTRADICTED),
    (ratio(2017, 2018, supported=0.01), Asserted((2020, 2020.2), sure=0.80, comparable=False), (), Ruling.CANNOT_TELL),
    # At the ends of what is claimed, of the interval and of the probability.
    (ratio(0.2, 1 / 1.1), FALL, (), Ruling.SUPPORTED),
    (ratio(0.8, 1.1), RISE, (), Ruling.CANNOT_TELL),
    (ratio(1 / 1.1, 3), FALL, (), Ruling.CANNOT_TELL),
    (ratio(0.9, 1.2, supported=1 - 0.95), RISE, (), Ruling.CONTRADICTED),
    (ratio(0.8, 3, supported=0.02), FALL, (), Ruling.CONTRADICTED),
    (ratio(0.8, 3, supported=0.02), Asserted((-1.0, 0.5)), (), Ruling.CONTRADICTED),
    (ratio(0.9, 1.2, supported=0.5, immaterial=0.95), RISE, (), Ruling.NO_MATERIAL_CHANGE),
    # A narrow span of values always has little of the probability.
    (ratio(0.9, 1.3, supported=0.02), NONE, (), Ruling.CANNOT_TELL),
    (ratio(2019, 2021, supported=0.01), Asserted((2020, 2020.2), sure=0.80), (), Ruling.CANNOT_TELL),
]


@pytest.mark.parametrize(("evidence", "stand", "checks", "ruling"), CASES)
def test_the_decision_table_row_by_row(evidence, stand, checks, ruling):
    assert rule(evidence, stand, checks) is ruling


def test_every_row_of_the_decision_table_decides_one_of_these_cases():
    assert {deciding_row(*case).when for *case, _ in CASES} == {row.when for row in DECISIONS}


def test_what_was_ruled_cannot_be_changed():
    finding = Finding("dose", "Does it hold?", Ruling.NOT_ASSESSED, "Not by this version.")
    for made, name in ((RISE, "sure"), (DECISIONS[0], "ruling"), (finding, "ruling"), (whole(finding), "ruling")):
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, None)


def test_fits_and_tables_are_no_part_of_what_a_finding_says():
    finding = Finding("dose", "Does it hold?", Ruling.NOT_ASSESSED, "Not by this version.")
    beside = replace(finding, fit=object(), table=pd.DataFrame({"estimate": [1.0]}))
    assert beside == finding and repr(beside) == repr(finding)


def test_a_verdict_is_a_table_in_three_forms():
    verdict = whole(Finding("dose", "Does it hold?", Ruling.NOT_ASSESSED, "Not by this version."))
    assert verdict.to_frame().equals(verdict_table([verdict])) and len(verdict.to_frame()) == 1
    assert verdict.to_markdown() == markdown([verdict]) and verdict.to_latex() == latex([verdict])
    assert repr(verdict) == "Verdict(it: NOT ASSESSED)"


def whole(finding):
    claim = Claim("it", "A < B & so on", "paper", "Somebody", "2020-06", "2020-07", {"dose": None})
    return Verdict(claim, finding.ruling, finding.sentence, (finding,), "A paper", ())


def test_a_verdict_shows_itself_in_a_notebook_and_escapes_what_was_said():
    verdict = whole(Finding("dose", "Does it hold?", Ruling.NOT_ASSESSED, "Not by this version."))
    page = verdict._repr_html_()
    assert "A &lt; B &amp; so on" in page and "<td>dose</td><td><b>NOT ASSESSED</b></td>" in page
    assert str(verdict).splitlines()[1:] == [
        "  NOT ASSESSED. Not by this version.",
        "  - dose: NOT ASSESSED. Not by this version.",
    ]
    later = replace(verdict, as_of="2020-08", findings=(replace(verdict.findings[0], settles="More counts."),))
    assert str(later).splitlines()[1:] == [
        "  As of August 2020, NOT ASSESSED. Not by this version.",
        "  - dose: NOT ASSESSED. Not by this version. What would settle it: More counts.",
    ]
