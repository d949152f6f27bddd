import pytest

from trends.claims.adjusted import adjust, adjusted
from trends.claims.assess import assess, assess_all
from trends.claims.study import read_study
from trends.claims.verdict import Ruling

BODY = '[counts]\nprovinces = ["{place}"]\n[event]\nname = "drawdown"\n[asserts]\n{link}'
CHANGE = 'change = { direction = "rise" }'


@pytest.fixture
def study(study_folder, add_claim):
    for place in ("Diyala", "Anbar"):
        add_claim(place.lower(), BODY.format(place=place, link=CHANGE))
    add_claim("twice", BODY.format(place="Diyala", link=CHANGE))
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_every_link_with_a_p_value_has_it_adjusted_beside_it(study):
    verdicts = assess_all(study, jobs=1, effort="quick")
    table = adjust(verdicts)
    assert table[["claim", "link"]].to_numpy().tolist() == [[id, "change"] for id in ("anbar", "diyala", "twice")]
    assert (table["pvalue"] <= table["benjamini_hochberg"]).all() and (table["pvalue"] <= table["holm"]).all()
    evidence = {v.claim.id: v.findings[0].evidence for v in verdicts}
    for row in table.itertuples():
        found = evidence[row.claim]
        assert (found.pvalue, found.pvalue_discovery, found.pvalue_family) == row[3:]
    assert evidence["level"].pvalue_family is None


def test_a_find_that_many_tests_would_bring_says_so(study, monkeypatch):
    (claim,) = [claim for claim in study.claims if claim.id == "diyala"]
    verdict = assess(claim, study, "quick")
    assert verdict.ruling is Ruling.SUPPORTED
    (finding,) = adjusted([verdict])[0].findings
    assert finding.caveats == verdict.findings[0].caveats
    monkeypatch.setattr("trends.claims.adjusted.holm", lambda pvalues: [0.31])
    (finding,) = adjusted([verdict])[0].findings
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.caveats[-1] == (
        "This report makes 1 tests. That one of them would show so much by chance alone has a probability of up to 31 %."
    )
