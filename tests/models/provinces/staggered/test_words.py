from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trends.counts.simulate import simulate_panel
from trends.models.provinces.staggered.model import StaggeredModel
from trends.models.provinces.staggered.words import (
    _one_province,
    _pretrend,
    _smallest,
    caveats,
    described,
    interval_sentence,
    method_sentence,
    reached_provinces,
)


@pytest.fixture(scope="module")
def results():
    """Three of eight provinces doubled from January 2017 on; in the eighth nothing happened at all."""
    panel = simulate_panel(8, 48, first="2015-01", at="2017-01", rate_ratio=[2.0] * 3 + [1.0] * 5, base=20.0, rng=3)
    panel = replace(panel, counts=panel.counts.assign(**{"Province 8": 0.0}))
    return StaggeredModel(panel, dict.fromkeys(panel.provinces[:3], "2017-01")).fit()


def test_what_was_compared_is_told_in_a_line(results):
    assert reached_provinces(results) == ["Province 1", "Province 2", "Province 3"]
    assert described(results) == "3 of 7 provinces reached, 48 months from 2015-01 to 2018-12, incidents"


def test_few_reached_provinces_and_silent_ones_are_caveats(results):
    told = caveats(results)
    assert (
        "Only 3 provinces were reached: clustered standard errors are far too small for so few; read the interval by "
        "randomisation." in told
    )
    assert "Nothing was counted in Province 8: they say nothing about ratios and took no part." in told


def test_the_method_names_the_schedules_that_were_dealt(results):
    assert f"under all {results.n_schedules:,} admissible schedules." in method_sentence(results)
    assert "The rate ratio of being reached holds" in method_sentence(results)


def made(**told):
    """Results of which only what a sentence asks is there."""
    index = pd.period_range("2015-01", periods=4, freq="M")
    panel = SimpleNamespace(frequency="M", index=index)
    return SimpleNamespace(
        **{"n_schedules": 500, "estimate": 0.5, "holes": (), "model": SimpleNamespace(panel=panel)} | told
    )


def test_an_interval_that_few_schedules_cannot_give_is_refused_in_words():
    assert interval_sentence(made(n_schedules=20), 0.95) == (
        "With 20 schedules no p-value can fall below 0.100: there is no 95 % interval: at this level any effect is "
        "compatible with these data."
    )
    assert interval_sentence(made(n_schedules=40), 0.95).startswith("The 95 % interval holds the effects")
    assert _smallest(made(n_schedules=39)) == (
        "There are only 39 admissible schedules: no p-value can fall below 0.051."
    )
    assert _smallest(made(n_schedules=40)) == ""


@pytest.mark.parametrize(
    ("pvalue", "says"),
    [
        (np.nan, "There are too few periods before the first date to test for different trends."),
        (
            0.016,
            "Reached provinces already differed before they were reached (p = 0.016 over 6 months): the estimate may "
            "carry "
            "that on.",
        ),
        (0.1, ""),
    ],
)
def test_what_was_before_is_told_where_it_matters(pvalue, says):
    assert _pretrend(made(pretrends={"pvalue": pvalue, "leads": 6.0})) == says


def test_a_province_that_turns_the_estimate_is_named():
    table = pd.DataFrame({"imputation": {"Anbar": -0.1234, "Diyala": 0.4}})
    found = made(leave_one_out=table)
    assert _one_province(found, ["Anbar", "Diyala"]) == "Without Anbar the estimate has another sign (-0.123)."
    assert _one_province(found, ["Anbar"]) == ""
