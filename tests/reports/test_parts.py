"""What stands behind one link of a claim, as texts and tables."""

from dataclasses import replace
from math import inf, nan

import pandas as pd
import pytest

from tests.charts.made import made_verdicts
from trends.chance.evidence import Evidence
from trends.claims.rulings import Ruling
from trends.reports.parts import chart_of, detectable, link_name, part_of, rate

VERDICT = made_verdicts()[0]
FINDING = VERDICT.findings[0]


@pytest.mark.parametrize(
    "unit, value, told",
    [
        ("ratio", 2.4, "2.40 times"), ("date", 2.4, "2.40 times"), ("share", 0.1, "10 %"), ("count", 12.0, "12"),
        ("ratio", inf, "none"), ("ratio", 0.0, "none"), ("ratio", None, "not simulated"),
    ],
)  # fmt: skip
def test_the_smallest_change_that_would_be_found_has_its_unit(unit, value, told):
    assert detectable(Evidence(quantity="rate", unit=unit, detectable=value)) == told


def test_an_error_rate_that_was_not_simulated_is_no_zero():
    assert rate(None) == "not simulated" and rate(0.0).replace("\u00a0", " ") == "0.0 %"


def test_a_test_tells_its_null_its_alternative_its_method_and_every_pvalue():
    evidence = replace(
        FINDING.evidence, null="Nothing changed.", alternative="It did.", method="By a scan.", pvalue=0.03,
        pvalue_analytic=0.02, pvalue_family=0.4,
    )  # fmt: skip
    told = dict(part_of(replace(FINDING, evidence=evidence), "a").tested)
    assert (told["Null hypothesis"], told["Alternative"], told["Method"]) == (
        "Nothing changed.",
        "It did.",
        "By a scan.",
    )
    assert told["p-value"] == "0.030; 0.020 by the textbook; 0.40 allowing for every test of this report"


def test_what_could_not_be_tested_has_no_figures_of_a_test():
    untestable = replace(
        FINDING, ruling=Ruling.UNTESTABLE, evidence=Evidence(quantity="rate", untestable="Nobody counted."), table=None,
        fit=None, checks=(),
    )  # fmt: skip
    part = part_of(untestable, "a")
    assert part.tested == () and part.table is part.rates is part.chart is part.checks is None
    assert part.ruling is Ruling.UNTESTABLE and part.heading == link_name(FINDING.link)


def test_a_table_has_heads_in_words_and_numbers_with_the_digits_that_they_deserve():
    table = pd.DataFrame(
        {"what": ["A", "B"], "count": [1669.0, nan], "pvalue": [0.00001, 0.5], "probability": [0.25, 1]}
    )
    shown = part_of(replace(FINDING, table=table, fit=None), "a").table
    assert shown.columns[1] == "Counted" and shown.numeric == (False, True, True, True)
    assert [cell.replace("\u00a0", " ") for cell in shown.rows[0]] == ["A", "1,669", "below 0.001", "25 %"]
    assert shown.rows[1][1] == "–"


def test_an_index_with_names_becomes_the_first_column():
    table = pd.DataFrame({"estimate": [1.5]}, index=pd.Index(["step"], name="what"))
    shown = part_of(replace(FINDING, table=table, fit=None), "a").table
    assert shown.rows == (("step", "1.50"),)


def test_the_alt_text_of_a_chart_carries_the_finding():
    chart = chart_of(FINDING, "claim")
    assert chart.name == f"claim-{FINDING.link}"
    assert FINDING.question in chart.alt and FINDING.sentence in chart.alt and chart.caption
