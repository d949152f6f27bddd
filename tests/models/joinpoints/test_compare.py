import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.joinpoints.compare import compare_joinpoints
from trends.periods import span

INDEX = span("2014-01", "2018-12", "M")
YEARS = np.arange(60) / 12


def counts(level, slope, seed, common=0.0):
    return pd.Series(np.random.default_rng(seed).poisson(level * np.exp(slope * YEARS + common)), index=INDEX)


def test_two_trends_that_part_are_told_apart():
    table = compare_joinpoints(counts(20, 0.3, 1), counts(20, -0.3, 2), max_joinpoints=1, draws=199)
    assert (table["pvalue"] < 0.02).all()


def test_two_levels_of_one_trend_are_parallel_but_not_coincident():
    table = compare_joinpoints(counts(40, 0.3, 1), counts(15, 0.3, 2), max_joinpoints=1, draws=199)
    assert table.loc["coincident", "pvalue"] < 0.02 and table.loc["parallel", "pvalue"] > 0.1


def test_a_shock_common_to_both_series_costs_no_size():
    rejected = 0
    for seed in range(40):
        shock = 0.4 * np.random.default_rng(1000 + seed).normal(size=60)
        pair = counts(30, 0.1, seed, shock), counts(20, 0.1, 500 + seed, shock)
        table = compare_joinpoints(*pair, joinpoints=0, max_joinpoints=1, draws=99, rng=seed)
        rejected += table.loc["parallel", "pvalue"] <= 0.05
    # Two of 40 are expected; more than six has a chance of 1 in 300.
    assert rejected <= 6


def test_series_on_different_periods_are_refused():
    with pytest.raises(ModelError) as error:
        compare_joinpoints(counts(20, 0, 1), counts(20, 0, 2).iloc[1:])
    assert str(error.value) == (
        "compare two trends: found series on different periods; "
        "allowed: two Series on the same PeriodIndex; cut both to their common span."
    )
