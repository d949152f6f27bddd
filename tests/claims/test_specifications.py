from math import inf

import pytest

from trends.claims.specifications import reading, specifications
from trends.claims.study import read_study
from trends.errors import ModelError

CHANGE = """[event]
name = "drawdown"
window = ["2019-12", "2020-03"]
[asserts]
change = { direction = "rise" }
"""


@pytest.fixture
def study(study_folder, add_claim):
    add_claim("rose", CHANGE)
    add_claim("diyala", '[counts]\nprovinces = ["Diyala"]\n' + CHANGE)
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_every_choice_that_the_study_allows_is_made(study):
    curve = specifications(study.claim("rose"), study)
    made = {name: set(curve.table[name]) for name in ("source", "frequency", "first", "without")}
    assert made["source"] == {"events", "again"}
    assert made["frequency"] == {"M", "Q"}
    assert {"2017-01", "2017-07", "2018-01"} <= made["first"]
    assert made["without"] == {"", "Diyala", "Kirkuk", "Anbar"}
    assert not curve.refused and curve.share["direction"] == 1.0
    assert curve.summary().loc["specifications", "value"] == len(curve.table)


def test_the_claims_own_row_comes_first_and_is_what_its_link_asks_for(study):
    row = specifications(study.claim("rose"), study, limit=4).table.iloc[0]
    assert tuple(row[["source", "frequency", "first", "without"]]) == ("events", "M", "2017-01", "")
    assert row["lower"] < 2 < row["upper"] and row["reads"] == "as claimed"


def test_a_round_that_does_not_fit_is_left_out_whole(study):
    own_and_provinces = specifications(study.claim("rose"), study, limit=5).table
    assert set(own_and_provinces["source"]) == {"events"} and len(own_and_provinces) == 4


def test_a_claim_on_one_province_leaves_none_out(study):
    curve = specifications(study.claim("diyala"), study)
    assert set(curve.table["without"]) == {""}
    assert "lowest without a province" not in curve.summary().index


def test_an_interval_reads_as_the_decision_table_has_it():
    claimed, immaterial = (1.0, inf), (1 / 1.1, 1.1)
    read = [reading(low, high, claimed, immaterial) for low, high in ((1.2, 3), (0.95, 1.05), (0.3, 0.8), (0.7, 1.6))]
    assert read == ["as claimed", "no material change", "otherwise", "open"]


def test_a_claim_without_a_change_has_no_curve(study):
    with pytest.raises(ModelError) as refused:
        specifications(study.claim("level"), study)
    assert str(refused.value) == (
        "draw the specification curve of the claim 'level': found the links recorded; allowed: a claim that asserts a "
        "change; choose such a claim."
    )
