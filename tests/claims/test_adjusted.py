from dataclasses import replace

import pytest

from trends.chance.evidence import Evidence
from trends.chance.multiple import benjamini_hochberg, holm
from trends.claims.adjusted import COLUMNS, adjust, adjusted
from trends.claims.assess import assess, assess_all
from trends.claims.claim import Claim
from trends.claims.study import read_study
from trends.claims.verdict import Finding, Ruling, Verdict

BODY = (
    '[counts]\nprovinces = ["{place}"]\n[event]\nname = "drawdown"\nwindow = ["2019-12", "2020-03"]\n[asserts]\n{link}'
)
CHANGE = 'change = {{ direction = "{}", checks = [] }}'


@pytest.fixture
def study(study_folder, add_claim):
    for place in ("Diyala", "Anbar"):
        add_claim(place.lower(), BODY.format(place=place, link=CHANGE.format("rise")))
    add_claim("other", BODY.format(place="Kirkuk", link=CHANGE.format("fall") + "\ntiming = true"))
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def verdict_with(*pvalues, ruling=Ruling.SUPPORTED, untestable="", caveats=()):
    links = ("change", "ordinary", "dose")
    findings = tuple(
        Finding(
            link, "?", ruling, "So.", Evidence(quantity="rate", pvalue=each, untestable=untestable), None, (), caveats
        )
        for link, each in zip(links, pvalues, strict=False)
    )
    claim = Claim("one", "It rose.", "paper", "A. Author", "2020-06", "2020-07-01", {})
    return Verdict(claim, ruling, "So.", findings, "A paper", ())


@pytest.mark.parametrize(
    ("pvalue", "others", "ruling", "says"),
    [
        (0.05, 0, Ruling.SUPPORTED, ""),
        (0.05, 1, Ruling.SUPPORTED, "This report makes 2 tests. That one of them would show so much by chance alone "
         "has a probability of up to 10 %."),
        (0.05, 18, Ruling.CONTRADICTED, "This report makes 19 tests. That one of them would show so much by chance "
         "alone has a probability of up to 95 %."),
        (0.05, 1, Ruling.CANNOT_TELL, ""),
        (0.05, 1, Ruling.NO_MATERIAL_CHANGE, ""),
        (0.051, 1, Ruling.SUPPORTED, ""),
        (0.025, 1, Ruling.SUPPORTED, ""),
    ],
)  # fmt: skip
def test_only_a_certain_ruling_that_is_no_longer_rare_among_all_tests_says_so(pvalue, others, ruling, says):
    other = verdict_with(0.9)
    (told, *_) = adjusted([verdict_with(pvalue, ruling=ruling, caveats=("As ever.",)), *[other] * others])
    assert told.findings[0].caveats == ("As ever.", *([says] if says else []))
    assert told.findings[0].evidence.pvalue_family == pytest.approx(pvalue * (1 + others))


def test_a_p_value_of_nothing_counts_and_one_that_is_none_or_not_tested_does_not():
    tested, none, open_ = (
        verdict_with(0.0, None, 0.03),
        verdict_with(float("nan")),
        verdict_with(0.01, untestable="No."),
    )
    bare = replace(tested, findings=(replace(tested.findings[0], evidence=None),))
    table = adjust([tested, none, open_, bare])
    assert table[["link", "pvalue"]].to_numpy().tolist() == [["change", 0.0], ["dose", 0.03]]
    told = adjusted([none, tested, open_, bare])
    assert [told[0], *told[2:]] == [none, open_, bare]
    family = [finding.evidence.pvalue_family for finding in told[1].findings]
    assert family == [0.0, None, 0.03] and [finding.link for finding in told[1].findings] == [
        "change",
        "ordinary",
        "dose",
    ]


def test_every_link_with_a_p_value_has_it_adjusted_beside_it(study):
    verdicts = assess_all(study, jobs=1, effort="quick")
    table = adjust(verdicts)
    assert tuple(table.columns) == COLUMNS
    # A date and a number on the record have no p-value.
    assert table[["claim", "link"]].to_numpy().tolist() == [[id, "change"] for id in ("anbar", "diyala", "other")]
    assert table["benjamini_hochberg"].tolist() == benjamini_hochberg(table["pvalue"]).tolist()
    assert table["holm"].tolist() == holm(table["pvalue"]).tolist()
    evidence = {verdict.claim.id: verdict.findings[0].evidence for verdict in verdicts}
    for row in table.itertuples():
        found = evidence[row.claim]
        assert (found.pvalue, found.pvalue_discovery, found.pvalue_family) == row[3:]
    assert evidence["level"].pvalue_family is None


def test_a_find_that_many_tests_would_bring_says_so(study):
    verdict = assess(study.claim("diyala"), study, "quick")
    assert verdict.ruling is Ruling.SUPPORTED
    (alone,) = adjusted([verdict])
    assert alone.findings[0].caveats == verdict.findings[0].caveats
    weak = replace(verdict.findings[0], evidence=replace(verdict.findings[0].evidence, pvalue=0.04))
    many = adjusted([replace(verdict, findings=(weak,))] * 7)
    assert {each.ruling for each in many} == {Ruling.SUPPORTED}
    assert many[0].findings[0].caveats[-1] == (
        "This report makes 7 tests. That one of them would show so much by chance alone has a probability of up to "
        "28 %."
    )


def test_links_of_one_claim_that_many_tests_would_bring_share_a_sentence(study):
    verdict = assess(study.claim("diyala"), study, "quick")
    weak = replace(verdict.findings[0], evidence=replace(verdict.findings[0].evidence, pvalue=0.04))
    weaker = replace(weak, link="ordinary", evidence=replace(weak.evidence, pvalue=0.045))
    (told, *_) = adjusted([replace(verdict, findings=(weak, weaker))] * 4)
    one, other = (finding.caveats[-1] for finding in told.findings)
    assert one == other
    assert one.endswith("has a probability of up to 32 % (change at the event) and 32 % (more than ordinary).")


def test_no_verdict_and_none_with_a_p_value_leave_an_empty_table(study):
    assert adjust([]).empty and adjusted([]) == []
    level = assess(study.claim("level"), study, "quick")
    assert adjust([level]).empty and adjusted([level]) == [level]
