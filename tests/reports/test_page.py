from dataclasses import replace

import pytest

from tests.charts.made import made_study, made_verdicts
from trends.claims.rungs import Rung
from trends.claims.verdict import Ruling
from trends.reports.page import Conflict, anchors, claim_page, is_tested, main_finding

VERDICTS = {verdict.claim.id: verdict for verdict in made_verdicts()}


def page(id, **kwargs):
    return claim_page(VERDICTS[id], 1, "name", **({"conflicts": (), "sources": {}} | kwargs))


def test_a_page_says_who_said_what_where_and_when_and_when_it_was_read():
    told = page("attacks-rose-after-drawdown", sources=made_study().sources)
    facts = dict(told.facts)
    assert facts["Said by"] == "Knights & Almeida, June 2020"
    assert facts["Where"].startswith("Financial Times")
    assert facts["About"] == "incidents of IS, all provinces, January 2018 to December 2020"
    assert facts["Event"] == "coalition drawdown; the change to begin in March to June 2020"
    assert facts["Written down"] == "21 November 2026, by the study's own account"
    assert told.note == "The 566 attacks came almost wholly before it."


def test_what_was_tested_is_told_with_null_alternative_method_and_both_p_values():
    tested = dict(page("attacks-rose-after-drawdown").parts[0].tested)
    assert tested["Estimate"].startswith("1.62 (95 % interval 0.91 to 2.88)")
    assert tested["Null hypothesis"] == "The rate is what it would have been."
    assert tested["p-value"] == "0.093; 0.021 by the textbook"
    assert tested["Rests on"] == "35 watched periods"
    assert "Method" in tested
    assert "Alternative" in tested


def test_the_error_rates_of_the_very_test_are_told():
    rates = page("attacks-rose-after-drawdown").parts[0].rates
    assert rates.caption == "Error rates of this test on this panel (2,000 simulated panels)"
    told = {row[0]: row[2].replace("\u00a0", " ") for row in rates.rows}
    assert told == {"False alarms": "4.8 %", "Coverage": "94.6 %", "Power": "31.0 %", "Detectable": "2.40 times"}


def test_rates_that_were_not_simulated_are_said_not_to_be():
    part = page("attacks-2019").parts[0]
    assert part.rates is None
    assert dict(part.tested)["Error rates"] == "not simulated for this test"


def test_a_link_that_was_not_assessed_is_shown_as_such():
    told = page("attacks-rose-after-drawdown")
    part = told.parts[1]
    assert (part.heading, part.ruling) == ("Timing", Ruling.NOT_ASSESSED)
    assert part.tested == ()
    assert part.chart is part.table is part.rates is None
    assert "Timing" not in (*dict(told.survived), *told.settles)


def test_the_ladder_has_every_rung_and_says_what_was_found_on_those_that_are_asserted():
    told = page("attacks-2019")
    assert [rung.rung for rung in told.rungs] == [str(rung) for rung in Rung]
    said = [rung for rung in told.rungs if rung.ruling]
    assert all(rung.mark and rung.word and rung.asks.endswith("?") and rung.sentence for rung in said)


def test_what_failed_is_told_with_its_figures_and_what_passed_by_name():
    told = page("attacks-rose-after-drawdown")
    assert told.survived == (("Open", "false alarms."), ("Passed", "placebo dates."))


def test_what_holds_for_a_source_is_left_to_the_source():
    told = page("attacks-rose-after-drawdown")
    assert told.caveats == ("UCDP counts only events with a death.", "Ramadan falls into the window.")
    source = made_study().sources["ucdp"]
    known = {"ucdp": replace(source, caveats=("UCDP counts only events with a death.",))}
    assert page("attacks-rose-after-drawdown", sources=known).caveats == ("Ramadan falls into the window.",)


def test_one_chart_carries_a_claim_that_of_the_link_that_decides():
    verdict = VERDICTS["attacks-2019"]
    assert main_finding(verdict) is verdict.findings[0]
    assert page("attacks-2019").chart.name == f"name-{verdict.findings[0].link}"


def test_what_would_settle_it_is_told_of_what_is_not_certain():
    assert page("attacks-rose-after-drawdown").settles[0].startswith("These data would show a rise to 2.4 times")
    assert page("attacks-2019").settles == ()


def test_the_figures_that_matter_are_a_row_for_each_estimate():
    table = page("attacks-rose-after-drawdown").figures
    quantity = "Rate from April 2020, against what was to be expected"
    assert table.rows == ((quantity, "1.62", "0.91 to 2.88", "0.093", "35 periods"),)
    assert page("diyala-first").figures.rows[0][2] == "1.10 or more"


def test_checks_are_told():
    part = page("attacks-rose-after-drawdown").parts[0]
    assert [row[2] for row in part.checks.rows] == ["passed", "cannot tell"]


@pytest.mark.parametrize(
    "id, columns, row",
    [
        ("attacks-2019", ("Counter", "Counted", "Estimate", "Lower", "Upper"), ("UCDP GED", "76", "76", "60", "95")),
        ("diyala-share", ("Counter", "Counted", "Estimate", "Lower", "Upper"), ("UCDP", "5", "31 %", "11 %", "59 %")),
        ("year-on-year", ("Counter", "Counted", "Estimate", "Lower", "Upper"), ("UCDP", "76", "0.71", "–", "–")),
        ("attacks-rose-after-drawdown", ("Term", "Rate ratio", "Lower", "Upper"), ("step", "1.62", "0.91", "2.88")),
    ],
)
def test_tables_have_the_digits_that_their_numbers_deserve(id, columns, row):
    table = page(id).parts[0].table
    assert table.columns == columns
    assert row in table.rows
    assert table.numeric == (False, *[True] * (len(columns) - 1))


def test_conflicts_are_told_with_what_became_of_them():
    conflict = Conflict(7, "other", "It fell.", Ruling.CONTRADICTED)
    assert page("attacks-2019", conflicts=[conflict]).conflicts == (conflict,)


def test_a_claim_without_an_estimate_is_not_tested():
    assert [id for id, verdict in VERDICTS.items() if not is_tested(verdict)] == ["at-least-566", "forecast-only"]


def test_names_of_files_are_safe_and_differ():
    names = anchors(list(VERDICTS.values()))
    assert len(set(names)) == len(names)
    assert "evil-id" in names
