"""The page on what keeps claims open: each finding has its reason, and the sums are of the links that it lists."""

from dataclasses import dataclass
from math import inf

import pytest

from benchmarks.open_claims import blocks, leanings, page, reason
from trends.chance.evidence import Check, Evidence
from trends.claims.claim import Claim
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding, Verdict

CLAIM = Claim("rose", "Attacks rose.", "paper", "A paper", "2020-06", "2026-01-01", {})
WITHHELD = (Check("specifications", "Do others agree?", "failed", "They do not."),)


@dataclass
class Fit:
    records: tuple[str, ...]


def finding(rung=Rung.REALISED, claimed=(1.0, inf), checks=(), records=("one",), ruling=Ruling.CANNOT_TELL, **evidence):
    numbers = {"quantity": "rate", "estimate": 1.2, "lower": 0.7, "upper": 2.0, "supported": 0.8} | evidence
    return Finding(
        "realised", "Was there?", ruling, "It may be.", Evidence(**numbers), Asserted(claimed), checks,
        fit=Fit(records), rung=rung, settles="Another counter.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({}, "one counter alone"),
        ({"records": ("one", "two")}, "what counters miss"), ({"checks": WITHHELD}, "a check"),
        ({"claimed": (0.9, 1.1)}, "a narrow claim"), ({"rung": Rung.ORDINARY}, "what such series do by themselves"),
        ({"unit": "count"}, "a level that what was missed leaves open"), ({"untestable": "None."}, "not counted"),
    ],
)  # fmt: skip
def test_each_open_link_has_the_kind_of_thing_that_keeps_it_open(made, why):
    assert reason(finding(**made)) == why


def test_a_link_is_told_with_its_interval_or_the_checks_that_withhold():
    assert blocks(finding()) == "one counter alone: 1.20 (95 % interval 0.70 to 2.00)"
    assert blocks(finding(checks=WITHHELD)) == "the check specifications"
    assert blocks(finding(untestable="None.")) == "It may be."


def test_the_sums_are_of_the_links_and_decided_claims_are_not_among_them():
    open_ones = [finding(), finding(supported=0.2), finding(rung=Rung.ORDINARY)]
    assert leanings(open_ones)[2:] == [
        "| one counter alone | 2 | 0 | 1 | 1 |",
        "| what such series do by themselves | 0 | 1 | 1 | 0 |",
    ]
    made = [
        Verdict(CLAIM, Ruling.CANNOT_TELL, "So.", tuple(open_ones), "A paper", ()),
        Verdict(CLAIM, Ruling.SUPPORTED, "So.", (finding(ruling=Ruling.SUPPORTED),), "A paper", ()),
        Verdict(CLAIM, Ruling.SUPPORTED, "So.", (finding(rung=Rung.RECORDED),), "A paper", ()),
    ]
    told = page(made, "data/some")
    assert "Of 3 claims 3 can be tested, and 1 are decided on a rung above" in told and "The 1 others stay open" in told
    assert told.count("| Another counter. |") == 3 and "| rose | not asserted | realised | 0.80 |" in told
