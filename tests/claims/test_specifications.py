import pytest

from trends.claims.specifications import specifications
from trends.claims.study import read_study
from trends.errors import StudyError

CHANGE = """[event]
name = "drawdown"
window = ["2019-12", "2020-03"]
[asserts]
change = { direction = "rise", seasons = 2 }
"""


@pytest.fixture
def study(study_folder, add_claim):
    add_claim("rose", CHANGE)
    add_claim("diyala", '[counts]\nprovinces = ["Diyala"]\n' + CHANGE)
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_every_choice_that_the_study_allows_is_made(study):
    curve = specifications(study.claim("rose"), study, limit=500, draws=99)
    made = {name: set(curve.table[name]) for name in curve.table.columns[:9]}
    assert made["source"] == {"events", "again"}
    assert made["frequency"] == {"M", "Q"}
    assert {"2017-01", "2017-07", "2018-01"} <= made["first"]
    assert made["family"] == {"quasi-Poisson", "NB2"}
    assert {"none", "months", "2 waves", "quarters"} <= made["season"]
    assert made["ramadan"] == made["trend"] == {True, False}
    assert {"2019-12", "2020-01", "2020-02", "2020-03"} <= made["at"]
    assert made["without"] == {"", "Diyala", "Kirkuk", "Anbar"}
    assert curve.share["direction"] > 0.95 and curve.pvalue < 0.05
    # Dates in the window are no placebos.
    assert not {"2019-12", "2020-01", "2020-02", "2020-03"} & set(map(str, curve.placebos.table.index))


def test_the_claims_own_row_is_what_its_link_asks_for(study):
    row = specifications(study.claim("rose"), study, draws=99).table.iloc[0]
    assert (row["source"], row["frequency"], row["season"], row["at"]) == ("events", "M", "2 waves", "2020-01")
    assert row["trend"] and not row["ramadan"]


def test_a_claim_on_one_province_leaves_none_out(study):
    curve = specifications(study.claim("diyala"), study, draws=99)
    assert set(curve.table["without"]) == {""}
    assert curve.left_out.matters == ""
    assert "province that matters most" not in curve.summary().index


def test_a_claim_without_a_change_has_no_curve(study):
    with pytest.raises(StudyError) as refused:
        specifications(study.claim("level"), study)
    assert str(refused.value) == (
        "draw the specification curve of the claim 'level': found the links recorded; allowed: a claim that asserts a "
        "change; choose such a claim."
    )
