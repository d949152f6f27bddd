"""What the checks of a ratio rest on: where an estimate would lead, and the estimate without each province."""

from math import inf, nan

import numpy as np
import pandas as pd
import pytest

from trends.chance.evidence import Evidence
from trends.claims.checks.judged import Judged, LeftOut, provinces_that_matter, without_each
from trends.claims.direction import stand_on_change
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


def panel(**totals):
    index = span("2019", "2020", "Y")
    return Panel(pd.DataFrame({name: [total / 2] * 2 for name, total in totals.items()}, index=index, dtype=float))


def test_provinces_of_next_to_nothing_are_not_left_out():
    assert provinces_that_matter(panel(Diyala=90, Anbar=4, Kirkuk=2, Nineveh=0)) == ["Diyala", "Anbar"]


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
    assert np.isnan(bare.table.loc["Diyala", "ratio"]) and bare.table.loc["Anbar", "ratio"] == 7.0


def test_a_lone_province_leaves_none_out():
    left = without_each(panel(Diyala=50, Anbar=0), 2.0, lambda counts: nan)
    assert left.table.empty and left.matters == ""
