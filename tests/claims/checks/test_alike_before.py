from types import SimpleNamespace

import pytest

from trends.claims.checks.alike_before import CHECK, judge
from trends.errors import ModelError


def results(pvalue, leads=6.0):
    return SimpleNamespace(pretrends={"pvalue": pvalue, "leads": leads})


@pytest.mark.parametrize(("pvalue", "outcome"), [(0.05, "passed"), (0.63, "passed"), (0.049, "failed")])
def test_the_periods_before_are_judged_by_their_joint_test(pvalue, outcome):
    assert judge(results(pvalue)) == (
        outcome, f"Joint test of the 6 periods before, by randomisation: p = {pvalue:.2f}.",
    )  # fmt: skip


def test_without_periods_before_the_question_is_open():
    assert judge(results(float("nan"))) == ("cannot tell", "There are too few periods before.")


def test_what_cannot_be_fitted_is_open_and_says_why():
    class TooFew:
        @property
        def pretrends(self):
            raise ModelError("fit the months before", found="2 incidents", allowed="20", do="ask", lacks="Only 2 were.")

    assert judge(TooFew()) == ("cannot tell", "Not tested. Only 2 were.")


def test_the_check_is_called_by_what_it_asks():
    assert CHECK.name == "alike before" and CHECK.judge is judge
