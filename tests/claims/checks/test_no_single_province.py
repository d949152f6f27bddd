from math import inf, nan

import numpy as np
import pandas as pd
import pytest

from trends.chance.evidence import Evidence
from trends.claims.checks.judged import Judged, LeftOut
from trends.claims.checks.no_single_province import CHECK
from trends.claims.direction import stand_on_change
from trends.claims.verdict import Ruling
from trends.errors import ModelError


def outcome(without, supported=0.99, immaterial=0.0, own=2.0):
    table = pd.DataFrame({"ratio": without, "lower": 1.0, "upper": 4.0}, index=["A", "B"][: len(without)])
    evidence = Evidence(quantity="rate", estimate=own, lower=0.1, upper=inf, supported=supported, immaterial=immaterial)
    return CHECK.of(Judged(evidence, stand_on_change("rise", 1.1), LeftOut(own, table)))


ONE_OUT = "With one left out at a time it lies"


@pytest.mark.parametrize(
    ("without", "more", "found", "says"),
    [
        ((1.9, 2.4), {}, "passed", f"{ONE_OUT} between 1.90 and 2.40; furthest from 2.00 without B."),
        (
            (1.9, 1.05), {}, "failed",
            f"Without B the answer is another. {ONE_OUT} between 1.05 and 1.90; furthest from 2.00 without B.",
        ),
        ((1.9, nan), {}, "cannot tell", "Without B there is no estimate."),
        ((), {}, "does not apply", "Only one province has incidents: there is none to leave out."),
        (
            (1.05, 1.5), {"supported": 0.2, "immaterial": 0.96, "own": 1.0}, "failed",
            f"Without B the answer is another. {ONE_OUT} between 1.05 and 1.50; furthest from 1.00 without B.",
        ),
        (
            (0.6, 0.85), {"supported": 0.01, "own": 0.7}, "passed",
            f"{ONE_OUT} between 0.60 and 0.85; furthest from 0.70 without B.",
        ),
    ],
)  # fmt: skip
def test_an_answer_must_hold_without_each_province(without, more, found, says):
    check = outcome(without, **more)
    assert (check.outcome, check.says) == (found, says)


def test_what_cannot_be_asked_is_open():
    refused = ModelError("compare", found="no fit", allowed="a fit", do="read the total")
    assert (CHECK.of(refused).outcome, CHECK.of(refused).says) == ("cannot tell", "Not tested: no fit.")


@pytest.mark.parametrize(
    "link",
    ['change = { direction = "rise" }', 'lasting = { direction = "rise" }',
     'forecast = { direction = "rise", first = "2020-01" }'],
)  # fmt: skip
def test_what_one_province_does_is_not_told_as_that_of_all(planted, link):
    rise = np.repeat([1.0, 5.0], [36, 12])
    flat = np.ones(48)
    # Diyala alone goes to five times; the others stay as they were.
    means = np.column_stack([8 * rise, 12 * flat, 12 * flat])
    (finding,) = planted_columns(planted, means, f'[event]\nat = "2020-01"\n[asserts]\n{link}').findings
    assert finding.evidence.lower > 1.1
    assert {check.name for check in finding.checks if check.withholds} >= {CHECK.name}
    assert finding.ruling is Ruling.CANNOT_TELL and "No ruling rests on it" in finding.sentence


def planted_columns(planted, means, body):
    total = means.sum(axis=1)
    return planted(total, body, shares=means / total[:, None])
