import numpy as np
import pandas as pd
import pytest

from tests.claims.conftest import stepped
from trends.claims.specifications import CHOICES, SpecificationCurve, reading, specifications
from trends.claims.study import read_study
from trends.errors import ModelError

CHANGE = """[event]
name = "drawdown"
window = ["2019-12", "2020-03"]
[asserts]
change = { direction = "rise" }
"""


@pytest.fixture
def study(study_folder, add_claim, planted):
    planted(stepped(3), CHANGE, effort="quick")
    add_claim("rose", CHANGE)
    add_claim("diyala", '[counts]\nprovinces = ["Diyala"]\n' + CHANGE)
    add_claim("record", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_every_choice_that_the_study_allows_is_made(study):
    curve = specifications(study.claim("rose"), study)
    made = {name: set(curve.table[name]) for name in CHOICES}
    assert made["source"] == {"events", "again"}
    assert made["frequency"] == {"M", "Q"}
    assert {"2017-01", "2017-07", "2018-01"} <= made["first"]
    assert {"2019-12", "2020-01", "2020-02", "2020-03"} <= made["at"]
    assert {"2020-06", "2020-12"} <= made["last"]
    # Without a province of which enough were counted to matter.
    assert made["without"] == {"", "Diyala", "Kirkuk", "Anbar"}
    assert len(curve.table.drop_duplicates(list(CHOICES))) == len(curve.table) <= 350
    # A tripling is there whichever way one asks.
    assert curve.share["direction"] == 1 and 2 < curve.median < 4
    assert curve.refused == 0


def test_the_claims_own_row_comes_first_and_is_what_its_link_asks_for(study):
    curve = specifications(study.claim("rose"), study, limit=10)
    row = curve.table.iloc[0]
    made = tuple(row[name] for name in CHOICES)
    assert made == ("events", "M", "2017-01", "2020-01", "2020-06", "")
    assert row["reads"] == "as claimed" and row["lower"] < row["ratio"] < row["upper"]
    assert len(curve.table) <= 10


def test_a_claim_on_one_province_leaves_none_out(study):
    curve = specifications(study.claim("diyala"), study, limit=20)
    assert set(curve.table["without"]) == {""}
    assert not [row for row in curve.summary().index if "without a province" in row]


def test_a_source_that_ends_too_soon_is_set_aside_with_the_reason(study, study_folder):
    file = study_folder / "counts" / "again.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("2020-1")) + "\n")
    again = read_study(study_folder)
    curve = specifications(again.claim("rose"), again, limit=20)
    assert set(curve.table["source"]) == {"events"}
    assert curve.aside == ("Event file, again is left out: it has 2017-01 to 2020-09 only.",)


def test_a_claim_without_a_change_has_no_curve(study):
    with pytest.raises(ModelError) as refused:
        specifications(study.claim("record"), study)
    assert str(refused.value) == (
        "draw the specification curve of the claim 'record': found the links recorded; allowed: a claim that asserts a "
        "change; choose such a claim."
    )


@pytest.mark.parametrize(
    ("ends", "reads"),
    [
        ((1.2, 3.0), "as claimed"),
        ((0.95, 1.05), "no material change"),
        ((0.2, 0.8), "otherwise"),
        ((0.8, 1.3), "open"),
    ],
)
def test_an_interval_reads_as_the_decision_table_would_have_it(ends, reads):
    assert reading(*ends, (1.1, np.inf), (1 / 1.1, 1.1)) == reads


def test_the_shares_are_of_those_that_could_be_asked():
    table = pd.DataFrame(
        {"ratio": [2.0, 1.05, 0.8, np.nan], "reads": ["as claimed", "open", "open", ""], "without": ["", "", "A", ""],
         "refused": ["", "", "", "too few"]}
    )  # fmt: skip
    curve = SpecificationCurve(table, (1.1, np.inf), None)
    assert curve.refused == 1 and curve.median == 1.05
    assert curve.share.round(3).tolist() == [0.667, 0.333, 0.333]
    summary = curve.summary()["value"]
    assert summary["specifications"] == 3 and summary["lowest without a province"] == 0.8
