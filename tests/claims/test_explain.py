from dataclasses import replace
from types import SimpleNamespace

import pytest

from trends.chance.evidence import Check, Evidence
from trends.claims.assess import assess
from trends.claims.claim import Claim
from trends.claims.examples import example_studies
from trends.claims.explain import explain
from trends.claims.rungs import Rung
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


FOUND = "Found: 1.90 (95 % interval 1.20 to 3.00), from 36 observations."
HELD = "The link holds where the rate is 1.10 or more."
ROW = "The first row of the decision table that applies: {}. So the ruling is {}."
CERTAIN = "what is claimed has a probability of 95 % or more, or the interval lies wholly in it"
ROSE, DATE = finding(1.2, 3.0), finding(2019.0, 2021.0, stand=Asserted((2020.1, 2020.4)), unit="date", method="By us.")


@pytest.mark.parametrize(
    ("found", "steps"),
    [
        (replace(ROSE, evidence=None, stand=None), ["It is so."]),
        (replace(ROSE, evidence=replace(ROSE.evidence, untestable="It is so.")), ["It is so."]),
        (replace(ROSE, evidence=replace(ROSE.evidence, untestable="No counts.")), ["It is so.", "No counts."]),
        (replace(ROSE, fit=SimpleNamespace(asked="figure"), settles="More."),
         ["Told: It is so.", HELD, "Between 0.91 and 1.10 it would not matter.", FOUND,
          ROW.format(CERTAIN, "SUPPORTED"), "What would settle it: More."]),
        (replace(ROSE, fit=SimpleNamespace(asked=None), stand=Asserted((1.1, float("inf")), None, False)),
         [HELD, "These counts were made by another rule than the speaker's: they may support, not contradict.", FOUND,
          ROW.format(CERTAIN, "SUPPORTED")]),
        (replace(ROSE, stand=None, evidence=replace(ROSE.evidence, counted_in="month", nobs=1, method="By hand.")),
         ["Found: 1.90 (95 % interval 1.20 to 3.00), from 1 month. By hand.", "It is so."]),
        # What was ruled otherwise than by the table is told by its sentence.
        (replace(ROSE, ruling=Ruling.NOT_ASSESSED), [HELD, "Between 0.91 and 1.10 it would not matter.", FOUND,
                                                     "It is so."]),
        (finding(0.5, 3.0, stand=Asserted((1.1, float("inf"))), detectable=2.0),
         [HELD, "Found: 1.22 (95 % interval 0.50 to 3.00), from 36 observations.",
          ROW.format("anything else", "CANNOT TELL"), "The smallest change that these data would show with 80 % power "
          "is a rise to 2.00 times what was to be expected."]),
        (replace(ROSE, evidence=replace(ROSE.evidence, detectable=2.0), stand=None), [FOUND, "It is so."]),
        (DATE, ["It is so. By us.", ROW.format("anything else", "CANNOT TELL")]),
        (replace(DATE, ruling=Ruling.SUPPORTED), ["It is so. By us."]),
    ],
)  # fmt: skip
def test_each_step_of_a_ruling_is_told_and_no_other(found, steps):
    told = explain(verdict(replace(found, caveats=())))
    assert told == "\n\n".join([
        f"Attacks rose.\n  A paper, 2020-06. Ruling: {found.ruling}.",
        "\n".join([f"1. The link 'change': {found.ruling}.", *(f"   - {s}" for s in ["Asked: Did it rise?", *steps])]),
        f"The claim has this one link: its ruling, {found.ruling}, is that of the claim.",
    ])  # fmt: skip


def test_the_ladder_stands_before_the_links_which_are_numbered():
    told = explain(verdict(replace(ROSE, rung=Rung.ORDINARY), replace(ROSE, link="dose", caveats=("Another.",))))
    paragraphs = told.split("\n\n")
    assert paragraphs[1] == (
        "recorded ·   realised ·   ordinary ● holds   timing ·   lasting ·   dose ·   rivals ·\n  It holds beyond what "
        "such series do by themselves. That is all that the claim says."
    )
    assert [each.splitlines()[0] for each in paragraphs[2:4]] == [
        "1. The link 'change': SUPPORTED.", "2. The link 'dose': SUPPORTED.",
    ]  # fmt: skip
    assert paragraphs[4:] == [
        "A claim is as good as its weakest link. Here that is 'change' and 'dose': the claim is SUPPORTED.",
        "To be known besides:\n   - Few were counted.\n   - Another.",
    ]


def test_a_whole_that_is_the_ruling_of_none_of_its_links_is_named():
    mixed = [replace(ROSE, ruling=each) for each in (Ruling.SUPPORTED, Ruling.UNTESTABLE)]
    start = "Some links hold, and others could not be tested or were not assessed: of the claim as a whole one "
    assert f"{start}NO MATERIAL CHANGE." in explain(verdict(*mixed, ruling=Ruling.NO_MATERIAL_CHANGE))
    assert f"{start}cannot tell." in explain(verdict(*mixed, ruling=Ruling.CANNOT_TELL))


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
