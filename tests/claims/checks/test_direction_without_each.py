from types import SimpleNamespace

import pandas as pd

from trends.claims.checks.direction_without_each import CHECK, judge
from trends.claims.checks.known import DOES_NOT_APPLY


def results(estimate, **without):
    table = pd.DataFrame({"imputation": pd.Series(without, dtype=float)})
    return SimpleNamespace(estimate=estimate, leave_one_out=table)


def test_a_direction_that_one_province_carries_fails():
    assert judge(results(0.4, Anbar=0.5, Diyala=-0.1)) == ("failed", "Without Diyala the direction turns.")
    # No effect at all is no direction either.
    assert judge(results(-0.4, Anbar=0.0, Diyala=0.2))[1] == "Without Anbar and Diyala the direction turns."
    assert judge(results(0.0, Anbar=0.5, Diyala=-0.1))[1] == "Without Anbar and Diyala the direction turns."


def test_a_direction_that_holds_tells_its_weakest():
    assert judge(results(0.7, Anbar=0.9, Diyala=0.6931)) == (
        "passed", "With one left out at a time the weakest is 2.00.",
    )  # fmt: skip


def test_one_province_alone_cannot_be_left_out():
    assert judge(results(0.7)) == (DOES_NOT_APPLY, "There is no province that could be left out.")
    assert CHECK.name == "no single province"
