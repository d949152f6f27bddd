from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.provinces.synthetic.words import (
    _disagreement,
    _fit,
    _leaning,
    _level,
    _parted,
    _smallest,
    described,
    interval_sentence,
    refusal,
)

MONTHS = pd.period_range("2015-01", periods=48, freq="M")


def model(**told):
    """A model of which only what a sentence asks is there."""
    known = {
        "treated": "Anbar", "donors": ["Babil", "Diyala", "Kirkuk"], "at": MONTHS[36], "method": "poisson",
        "predictors": None, "values": pd.DataFrame(0.0, MONTHS, ["Anbar"]), "outcome": "attacks", "counts": True,
        "data": SimpleNamespace(after=np.arange(48) >= 36),
    }  # fmt: skip
    return SimpleNamespace(**known | told)


def results(**told):
    known = {"model": model(), "estimate": np.log(0.5), "importance": None, "match": SimpleNamespace(mean_gap=0.0)}
    return SimpleNamespace(**known | told)


def test_what_was_compared_is_told_in_a_line():
    assert described(results()) == (
        "Anbar from 2018-01 on against 3 donors, 36 months before and 12 after, attacks; matched on counts relative to "
        "their own mean before, periods weighted by Poisson noise"
    )
    with_predictors = results(model=model(predictors=pd.DataFrame(index=["income", "trade"])))
    assert described(with_predictors).endswith("matched on 2 predictors")


def test_a_treated_one_beyond_its_donors_is_refused_with_the_way_out():
    matched = SimpleNamespace(off_level=True, mean_gap=0.4, constant=0.93)
    found = refusal(model(method="classic"), matched)
    assert isinstance(found, ModelError)
    assert str(found) == (
        "make a synthetic Anbar of 3 donors: found that it lies above every mean of them that follows it: by 40% on "
        "average "
        "before 2018-01, a constant that makes up 93% of the mean squared prediction error; allowed: a unit within "
        "the reach of its donors; give method='poisson', which compares courses and not levels, or other donors."
    )


def test_donors_that_follow_no_better_than_a_flat_line_are_refused():
    matched = SimpleNamespace(off_level=False, rmspe=3.21, flat=3.0, noise=1.5)
    assert str(refusal(model(), matched)) == (
        "make a synthetic Anbar of 3 donors: found a prediction error (RMSPE) of 3.21 a month before 2018-01, where "
        "a flat line at its own mean has one of 3 and Poisson noise one of 1.5; allowed: donors that follow it better "
        "than a flat line does; choose donors that moved with it, or hold it against its own past with "
        "InterruptionModel."
    )


def test_the_least_p_value_that_so_few_provinces_can_give_is_said():
    assert _smallest(results()) == (
        "With 3 donors the p-value over provinces cannot fall below 0.250: however large the effect, the comparison "
        "with "
        "other provinces is no stronger evidence than that."
    )


@pytest.mark.parametrize(
    ("dates", "provinces", "says"),
    [
        (0.02, 0.4, "It stands out over dates (p = 0.020) but not over provinces (p = 0.400)."),
        (0.4, 0.05, "It stands out over provinces (p = 0.050) but not over dates (p = 0.400)."),
        (0.02, 0.05, ""),
        (0.2, 0.4, ""),
    ],
)
def test_where_the_two_tests_part_it_is_said(dates, provinces, says):
    assert _disagreement(results(pvalue_dates=dates, pvalue_provinces=provinces)) == says


def test_earlier_dates_that_show_as_much_are_counted_and_the_worst_is_named():
    earlier = pd.DataFrame({"effect": np.log([0.4, 0.9, 1.1])}, index=MONTHS[10:13])
    assert _parted(results(placebo_dates=earlier)) == (
        "Of 3 earlier dates, with 12 months that all lie before the event, 1 shows as much: 2015-11 a rate ratio of "
        "0.4, "
        "where 2018-01 shows 0.5."
    )
    assert _parted(results(placebo_dates=earlier.iloc[1:])) == ""
    assert _parted(results(placebo_dates=earlier.iloc[:0])).startswith("There are too few periods before the event")


def test_a_level_that_the_effect_carries_on_is_said_beyond_a_twentieth():
    assert _level(results(match=SimpleNamespace(mean_gap=0.05))) == ""
    assert _level(results(match=SimpleNamespace(mean_gap=-0.12))) == (
        "Before, it lay below its counterpart by 12% on average, which the effect carries on; method='poisson' "
        "compares "
        "courses and not levels."
    )


@pytest.mark.parametrize(
    ("flat", "told"),
    [
        (5.0, "Before, it differs from its counterpart by 3 a month (RMSPE), 60% of what a flat line does."),
        (
            2.5,
            "Before, it differs from its counterpart by 3 a month (RMSPE), more than a flat line does (2.5), which "
            "Poisson noise can explain.",
        ),
        (10.0, ""),
    ],
)
def test_a_loose_fit_before_is_told_by_its_prediction_error(flat, told):
    assert _fit(results(match=SimpleNamespace(rmspe=3.0, flat=flat))) == told


def test_a_donor_that_turns_the_effect_is_named():
    table = pd.DataFrame({"effect": {"Babil": 0.1, "Diyala": -0.6}})
    assert _leaning(results(leave_one_out=table)) == "Without Babil the effect changes sign."
    assert _leaning(results(leave_one_out=table.iloc[1:])) == ""


def test_an_interval_that_so_few_cannot_give_is_said():
    assert interval_sentence(results(), 0.95, "provinces") == (
        "4 provinces are too few for an interval at 95 %: no p-value over them can fall below 0.250, so that no "
        "effect can "
        "be rejected."
    )
    whole = pd.DataFrame({"lower": [0.1, np.nan], "upper": [0.9, np.nan]}, index=["dates", "provinces"])
    found = results(conf_int=lambda alpha: whole)
    assert interval_sentence(found, 0.95, "dates") == ""
    assert interval_sentence(found, 0.5, "provinces") == (
        "No effect that is the same in all periods agrees with these data over provinces."
    )
