from math import inf

import pandas as pd
import pytest

from trends.chance.evidence import Evidence
from trends.claims.checks.judged import Judged, LeftOut
from trends.claims.checks.specifications import CHECK
from trends.claims.direction import stand_on_change
from trends.claims.specifications import SpecificationCurve


def outcome(ratios, supported=0.99, immaterial=0.0, refused=()):
    table = pd.DataFrame({"ratio": ratios, "lower": 0.5, "upper": 9.0, "reads": "open", "refused": "", "without": ""})
    table.loc[list(refused), "refused"] = "too few"
    curve = SpecificationCurve(table, (1.1, inf), (1 / 1.1, 1.1))
    own = ratios[0]
    evidence = Evidence(quantity="rate", estimate=own, lower=0.1, upper=inf, supported=supported, immaterial=immaterial)
    left = LeftOut(own, pd.DataFrame())
    return CHECK.of(Judged(evidence, stand_on_change("rise", 1.1), left, curve))


@pytest.mark.parametrize(
    ("ratios", "more", "found"),
    [
        ((2.0, 1.9, 2.1, 1.8, 2.2, 1.2), {}, "passed"),
        ((2.0, 1.9, 1.2, 1.3, 1.5, 0.9), {}, "passed"),
        ((2.0, 1.9, 1.2, 1.3, 0.8, 0.9), {}, "failed"),
        ((2.0, 1.9, 1.2, 1.3, 0.8, 0.9), {"refused": (4, 5)}, "passed"),
        ((1.0, 1.05, 0.95), {"supported": 0.1, "immaterial": 0.96}, "passed"),
        ((1.0, 1.5, 1.6), {"supported": 0.1, "immaterial": 0.96}, "failed"),
        ((0.5, 0.6, 0.7), {"supported": 0.01}, "passed"),
        ((0.5, 1.6, 0.7), {"supported": 0.01}, "failed"),
    ],
)
def test_four_in_five_of_the_others_must_lead_where_the_claims_own_does(ratios, more, found):
    assert outcome(ratios, **more).outcome == found


def test_the_share_and_the_median_are_told_and_the_curve_can_be_drawn():
    check = outcome((2.0, 1.9, 1.2, 0.8))
    assert check.says == "Of 3 other ways of asking 67 % lead the same way; their median is 1.20."
    assert check.plot().get_xlabel() == "n = 4 specifications, by their rate ratio; lines are 95 % intervals."


def test_one_other_way_of_asking_is_enough():
    assert outcome((2.0, 1.1)).says == "Of 1 other way of asking 100 % lead the same way; their median is 1.10."


def test_where_there_is_no_other_way_of_asking_there_is_nothing_to_survive():
    for check in (outcome((2.0,)), outcome((2.0, 1.0), refused=(1,))):
        assert (check.outcome, check.says) == ("does not apply", "There is no other way of asking.")
        assert not check.withholds
