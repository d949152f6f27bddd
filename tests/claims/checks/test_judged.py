"""What the checks of a ratio rest on: where an estimate would lead, and the estimate without each province."""

from math import inf, nan
from types import SimpleNamespace

import pandas as pd
import pytest

from trends.chance.evidence import Evidence
from trends.claims.checks.judged import Judged, LeftOut, provinces_that_matter, without_each
from trends.claims.checks.judged import judged as judged_of
from trends.claims.direction import BAR, stand_on_change
from trends.claims.specifications import SpecificationCurve
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.periods import span


def judged(supported, immaterial=0.0, estimate=2.0, direction="rise", at_least=1.1):
    evidence = Evidence(
        quantity="rate", estimate=estimate, lower=0.0, upper=inf, supported=supported, immaterial=immaterial
    )
    return Judged(evidence, stand_on_change(direction, at_least), LeftOut(estimate, pd.DataFrame()))


@pytest.mark.parametrize(
    ("subject", "leads_to", "holds", "turns"),
    [
        (judged(0.97), Ruling.SUPPORTED, (1.1, 3.0), (1.05, 0.5)),
        (judged(0.1, 0.96, 1.0), Ruling.NO_MATERIAL_CHANGE, (0.95, 1.09), (1.2, 0.8)),
        (judged(0.01, 0.0, 0.5), Ruling.CONTRADICTED, (1.05, 0.5), (1.2, 3.0)),
        (judged(0.6), Ruling.CANNOT_TELL, (1.01, 5.0), (0.99, 0.2)),
        (judged(0.4, estimate=0.8), Ruling.CANNOT_TELL, (0.99, 0.2), (1.01, 5.0)),
    ],
)
def test_an_estimate_holds_where_it_would_lead_where_the_posterior_does(subject, leads_to, holds, turns):
    assert subject.leads_to is leads_to
    assert all(subject.holds(ratio) for ratio in holds) and not any(subject.holds(ratio) for ratio in turns)


@pytest.mark.parametrize(
    ("subject", "holds", "turns"),
    [
        # The ends of what is claimed, and of what does not matter, are themselves within.
        (judged(0.97, direction="none", at_least=1.25), (0.8, 1.25), (0.79, 1.26)),
        (judged(0.01, 0.0, 0.5, at_least=1.25), (0.0, 1.24), (1.25, inf)),
        (judged(0.01, direction="fall", at_least=1.25), (0.81, inf), (0.0, 0.8)),
        (judged(0.1, 0.96, 1.0), (1 / BAR, BAR), (0.9, 1.11)),
        (judged(0.6), (1.01,), (1.0,)),
        (judged(0.6, estimate=1.0), (1.0, 0.9), (1.1,)),
    ],
)
def test_the_ends_of_what_is_claimed_are_within_and_no_change_is_no_rise(subject, holds, turns):
    assert all(subject.holds(ratio) for ratio in holds) and not any(subject.holds(ratio) for ratio in turns)


@pytest.mark.parametrize(
    ("ratios", "matters"),
    [((1.9, 0.7), "B"), ((2.6, 0.2), "B"), ((4.0, 2.1), "A"), ((nan, 2.1), "B"), ((nan, nan), "A"), ((), "")],
)
def test_the_province_that_matters_is_the_one_without_which_the_ratio_moves_most(ratios, matters):
    table = pd.DataFrame({"ratio": ratios}, index=list("AB")[: len(ratios)], dtype=float)
    assert LeftOut(2.0, table).matters == matters


def panel(**totals):
    index = span("2019", "2020", "Y")
    return Panel(
        pd.DataFrame(
            {name: [total // 2, total - total // 2] for name, total in totals.items()}, index=index, dtype=float
        )
    )


def test_provinces_of_next_to_nothing_are_not_left_out():
    assert provinces_that_matter(panel(Diyala=90, Anbar=4, Kirkuk=2, Nineveh=0)) == ["Diyala", "Anbar"]
    # Three in a hundred are enough, and one of one; nothing at all is not.
    assert provinces_that_matter(panel(Diyala=97, Anbar=3)) == ["Diyala", "Anbar"]
    assert provinces_that_matter(panel(Diyala=1, Anbar=0)) == ["Diyala"]
    assert provinces_that_matter(panel(Diyala=0, Anbar=0)) == []


def test_the_estimate_is_made_anew_without_each_and_one_that_cannot_be_is_nan():
    class Found:
        def __init__(self, counts):
            self.estimate, self.low, self.high = counts.sum() / 10, 0.1, 9.0

    def estimate(counts):
        if counts.sum() == 30:
            raise ModelError("estimate", found="too few", allowed="more", do="count them")
        return Found(counts)

    left = without_each(panel(Diyala=50, Anbar=30, Kirkuk=20), 10.0, estimate)
    assert left.table["ratio"].to_dict() == {"Anbar": 7.0, "Diyala": 5.0, "Kirkuk": 8.0}
    assert left.matters == "Diyala"
    bare = without_each(panel(Diyala=70, Anbar=30), 10.0, estimate)
    assert bare.table.loc["Diyala"].isna().all() and bare.table.loc["Anbar"].tolist() == [7.0, 0.1, 9.0]


def test_a_lone_province_leaves_none_out():
    left = without_each(panel(Diyala=50, Anbar=0), 2.0, lambda counts: nan)
    assert left.table.empty and left.matters == ""


class Question:
    """A question whose answer is the mean of the counts that it is put to."""

    stand = stand_on_change("rise", 1.1)

    def __init__(self, counts=None):
        self.counts = counts

    def of(self, counts):
        return Question(counts)

    def effect(self):
        mean = float(self.counts.mean())
        return SimpleNamespace(ratio=SimpleNamespace(estimate=mean, low=mean / 2, high=mean * 2))


def test_the_provinces_left_out_are_those_of_the_claim_where_no_other_way_of_asking_has_them(study_folder, add_claim):
    add_claim("it", '[counts]\nprovinces = ["Diyala", "Kirkuk"]\n[asserts]\nseason = "january"')
    study = read_study(study_folder)
    claim = study.claim("it")
    found = judged_of(judged(0.97).evidence, Question(), claim, study)
    counts = study.panels["events"].counts.mean()
    assert found.left_out.own == 2.0 and found.curve is None and found.stand is Question.stand
    assert found.left_out.table["ratio"].to_dict() == {"Diyala": counts["Kirkuk"], "Kirkuk": counts["Diyala"]}


def test_the_provinces_left_out_are_taken_from_the_other_ways_of_asking():
    rows = {"ratio": [2.0, 1.5, 1.8], "lower": 1.0, "upper": 3.0, "refused": "", "without": ["", "Anbar", ""]}
    curve = SpecificationCurve(pd.DataFrame(rows), (1.1, inf), None)
    found = judged_of(judged(0.97).evidence, Question(), None, None, curve)
    assert found.left_out.table["ratio"].to_dict() == {"Anbar": 1.5} and found.left_out.own == 2.0
    assert found.curve is curve and found.stand is Question.stand
