from dataclasses import replace

import pytest

from trends.claims.examples import example_studies
from trends.claims.study import read_study
from trends.reports.counters import counters


@pytest.fixture(scope="module")
def iraq():
    return read_study(example_studies()["iraq"])


def test_counters_of_one_thing_by_two_rules_are_told_by_how_much_they_differ(iraq):
    _, told = counters(iraq)
    ctc, gtd = iraq.total("ctc_sigact", "2019", "2019"), iraq.total("gtd", "2019", "2019")
    assert (ctc, gtd) == (1669, 350)
    words = "4.8 times as many by the one rule as by the other."
    assert told[0] == f"For 2019 Knights & Almeida (CTC) has 1,669 attacks and GTD 350: {words}"
    assert len(told) == len(set(told)) <= 3


def test_the_table_has_each_source_beside_what_it_counts_and_no_guess(iraq):
    table, _ = counters(iraq)
    rows = {row[0]: dict(zip(table.columns[1:], row[1:], strict=True)) for row in table.rows}
    assert rows["Knights & Almeida (CTC): attacks"]["First quarter of 2020"] == "566"
    assert rows["Lead Inspector General: attacks"]["First quarter of 2020"] == "250"
    assert {row[year] for row in rows.values() for year in row} > {"–", "1,669"}
    assert len(table.columns) <= 7


def test_sources_of_one_origin_do_not_disagree(iraq):
    same = {name: replace(source, origin="one", actor="IS") for name, source in iraq.sources.items()}
    assert counters(replace(iraq, sources=same))[1] == (
        "No two sources of this study count the same thing for the same time, so that none checks another.",
    )
