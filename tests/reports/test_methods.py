"""What the report says of its methods: the table that rules, the words of probabilities, every test with its rates."""

from dataclasses import replace

from tests.charts.made import made_verdicts
from trends.claims.rulings import Ruling
from trends.claims.verdict import DECISIONS
from trends.reports.methods import error_rates, methods


def test_the_decision_table_is_the_one_that_rules():
    table = next(each.table for each in methods() if each.table and "decision" in each.table.caption.lower())
    assert table.rows == tuple((row.when, str(row.ruling)) for row in DECISIONS)
    assert {ruling for _, ruling in table.rows} <= {str(ruling) for ruling in Ruling}


def test_the_words_of_probabilities_cover_every_percent_once():
    table = next(each.table for each in methods() if each.table and "ICD 203" in each.table.caption)
    spans = [row[1].removesuffix("\u00a0%").split(" to ") for row in table.rows]
    covered = [percent for low, high in spans for percent in range(int(low), int(high) + 1)]
    assert covered == [*range(101)]


def test_every_section_has_prose_of_whole_sentences_without_a_name_of_the_program():
    for section in methods():
        assert section.heading and section.text
        for text in section.text:
            assert text.endswith(".") and "_" not in text and "`" not in text and "  " not in text


def test_every_test_stands_in_one_row_with_its_pvalues_and_what_was_not_simulated_said_so():
    verdict = made_verdicts()[0]
    finding = verdict.findings[0]
    evidence = replace(finding.evidence, pvalue=0.0321, pvalue_discovery=0.2, pvalue_family=None, false_alarms=None)
    made = replace(verdict, findings=(replace(finding, evidence=evidence),))
    table = error_rates([made, replace(made, findings=())])
    assert len(table.rows) == 1 and len(table.rows[0]) == len(table.columns) == len(table.numeric)
    told = dict(zip(table.columns, table.rows[0], strict=True))
    assert (told["Claim"], told["p"], told["p (BH)"], told["p (Holm)"]) == ("1", "0.032", "0.20", "–")
    assert told["False alarms"] == "–"


def test_a_report_without_a_test_has_no_table():
    verdict = made_verdicts()[0]
    assert error_rates([replace(verdict, findings=())]) is None
