import pytest

from trends.chance.evidence import Check, Evidence
from trends.claims.assess import assess
from trends.claims.claim import Claim
from trends.claims.examples import example_studies
from trends.claims.explain import explain
from trends.claims.study import read_study
from trends.claims.verdict import Asserted, Finding, Ruling, Verdict, rule

CLAIM = Claim("rose", "Attacks rose.", "paper", "A paper", "2020-06", "2026-01-01", {"change": None})
RISE = Asserted((1.1, float("inf")), (1 / 1.1, 1.1))


def finding(lower, upper, checks=(), link="change", stand=RISE, **more):
    evidence = Evidence(quantity="rate", estimate=(lower * upper) ** 0.5, lower=lower, upper=upper, nobs=36, **more)
    ruling = rule(evidence, stand, checks)
    return Finding(link, "Did it rise?", ruling, "It is so.", evidence, stand, checks, ("Few were counted.",))


def verdict(*findings, ruling=None):
    return Verdict(CLAIM, ruling or findings[0].ruling, "So it is.", findings, "A paper", ())


def test_the_row_of_the_decision_table_that_ruled_is_told():
    told = explain(verdict(finding(1.2, 3.0)))
    assert "the link holds where the rate is 1.10 or more" in told.lower()
    assert "Found: 1.90 (95 % interval 1.20 to 3.00), from 36 observations." in told
    assert "the interval lies wholly in it. So the ruling is SUPPORTED." in told
    assert told.endswith("To be known besides:\n   - Few were counted.")


def test_a_failed_check_and_what_could_have_been_found_are_told():
    check = Check("false alarms", "Does it hold its size?", "failed", "It found one in 20 %.")
    told = explain(verdict(finding(1.2, 3.0, (check,), detectable=2.5)))
    assert "Check 'false alarms': failed. It found one in 20 %." in told
    assert "a required check did not pass. So the ruling is CANNOT TELL." in told
    assert "with 80 % power is a rise to 2.50 times" in told


def test_the_weakest_links_are_named_and_a_caveat_stands_once():
    told = explain(
        verdict(finding(1.2, 3.0), finding(0.5, 3.0, link="lasting"), ruling=Ruling.CANNOT_TELL),
    )
    assert "A claim is as good as its weakest link. Here that is 'lasting': the claim is CANNOT TELL." in told
    assert told.count("Few were counted.") == 1


def test_a_date_is_told_by_its_sentence_and_not_as_a_number():
    stand = Asserted((2020.1, 2020.4))
    told = explain(verdict(finding(2019.0, 2021.0, link="timing", stand=stand, unit="date", method="Posterior.")))
    assert "It is so. Posterior." in told
    assert "2,0" not in told


@pytest.mark.parametrize(
    ("links", "ruling", "says"),
    [
        (["SUPPORTED", "NOT_ASSESSED"], Ruling.CANNOT_TELL, "of the claim as a whole one cannot tell"),
        (["UNTESTABLE"], Ruling.UNTESTABLE, "The claim has this one link: its ruling, UNTESTABLE"),
    ],
)
def test_links_without_evidence_are_told_by_their_reason(links, ruling, says):
    findings = [Finding(name, "Is it?", Ruling[name], f"Because of {name}.") for name in links]
    told = explain(verdict(*findings, ruling=ruling))
    assert all(f"Because of {name}." in told for name in links)
    assert says in told


def test_what_each_counter_recorded_is_told_where_it_is_explained():
    study = read_study(example_studies()["iraq"])
    told = explain(assess(study.claim("attacks-rose-13-percent-in-2019"), study))
    assert "Told: Knights & Almeida (CTC) recorded 1,470 attacks in 2018 and 1,669 in 2019" in told
