import numpy as np
import pandas as pd

from trends.fits.design import baseline, effect_column
from trends.fits.overlap import overlaps
from trends.periods import span

MONTHS = span("2017-01", "2020-12", "M")


def test_ramadan_and_the_second_quarter_overlap_in_the_quarters_of_these_years_only():
    (found,) = overlaps(baseline(span("2017Q1", "2022Q4", "Q"), seasons=True, calendar=["ramadan"]))
    assert found.columns == ("quarter 2", "ramadan") and not found.exact and found.inflation > 1000
    assert overlaps(baseline(span("2017-01", "2022-12", "M"), seasons=True, calendar=["ramadan"])) == ()
    assert overlaps(baseline(span("2005Q1", "2022Q4", "Q"), seasons=True, calendar=["ramadan"])) == ()


def test_two_things_that_begin_in_the_same_month_are_named_with_their_sentence():
    design = baseline(MONTHS, calendar={"curfew": [("2020-04", "2020-12")]}).join(effect_column(MONTHS, "2020-04"))
    (found,) = overlaps(design)
    assert found.exact and found.columns == ("curfew", "step 2020-04")
    assert str(found) == (
        "'curfew' and 'step 2020-04' cannot be told apart in the 48 months from 2017-01 to 2020-12: one is a "
        "multiple of the other."
    )


def test_two_things_that_begin_a_fortnight_apart_can_hardly_be_told_apart():
    design = baseline(MONTHS, calendar={"curfew": [("2020-03-17", "2020-12-31")]})
    (found,) = overlaps(design.join(effect_column(MONTHS, "2020-04")))
    assert not found.exact and found.columns == ("curfew", "step 2020-04")
    correlation = np.corrcoef(design["curfew"], effect_column(MONTHS, "2020-04")["step 2020-04"])[0, 1]
    assert f"correlation {correlation:.3f}" in str(found)


def test_the_inflation_is_the_textbook_one():
    rng = np.random.default_rng(3)
    common = rng.normal(size=60)
    design = pd.DataFrame({"const": 1.0, "a": common, "b": common + 0.1 * rng.normal(size=60)})
    design["c"] = rng.normal(size=60)
    (found,) = overlaps(design)
    inverse = np.linalg.inv(np.corrcoef(design[["a", "b", "c"]].T))
    assert found.columns == ("a", "b")
    np.testing.assert_allclose(found.inflation, inverse.diagonal().max(), rtol=1e-10)


def test_a_column_made_of_several_others_names_them():
    design = baseline(MONTHS, seasons=True)
    design["spring"] = MONTHS.month.isin([3, 4, 5]) * 1.0
    (found,) = overlaps(design)
    assert found.columns == ("march", "april", "may", "spring")
    assert str(found) == (
        "'spring' cannot be told apart in the 48 months from 2017-01 to 2020-12 from 'march', 'april' and 'may': "
        "together these make it up exactly."
    )


def test_a_column_that_never_varies_says_nothing():
    design = baseline(MONTHS, calendar={"curfew": [("2021-01", "2021-02")]})
    design["law"] = 2.0
    assert [str(found) for found in overlaps(design)] == [
        "'curfew' is 0 in all of the 48 months from 2017-01 to 2020-12: they say nothing about it.",
        "'law' is the same in all of the 48 months from 2017-01 to 2020-12: they say nothing about it.",
    ]


def test_a_design_of_columns_that_stand_on_their_own_has_no_overlap():
    assert overlaps(baseline(MONTHS, seasons=True).join(effect_column(MONTHS, "2019-05"))) == ()
