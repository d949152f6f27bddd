import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.signal import lfilter

from trends.models import ranks
from trends.models.ranks import hamed_rao_factor, kendall_score, kendall_variance, seasonal_score, sen_slope
from trends.models.trend import mann_kendall


def test_the_score_and_tau_are_those_of_scipy():
    values = np.random.default_rng(1).poisson(4, 50).astype(float)
    ties = np.array([np.sum(values == each) for each in np.unique(values)])
    pairs, tied = 50 * 49 / 2, (ties * (ties - 1) / 2).sum()
    expected = stats.kendalltau(np.arange(50), values).statistic * np.sqrt(pairs * (pairs - tied))
    assert kendall_score(values) == pytest.approx(expected)


def test_the_variance_without_ties_is_the_textbooks():
    assert kendall_variance(np.arange(10.0)) == pytest.approx(10 * 9 * 25 / 18)


def test_independent_values_are_hardly_widened_and_dependent_ones_are():
    rng, at = np.random.default_rng(2), np.arange(400)
    noise = rng.normal(size=400)
    assert hamed_rao_factor(lfilter([1], [1, -0.8], noise), at) > 2 > hamed_rao_factor(noise, at)


def test_the_seasonal_score_is_the_sum_over_columns():
    table = np.random.default_rng(3).normal(size=(8, 4))
    assert seasonal_score(table)[0] == sum(kendall_score(column) for column in table.T)


def test_sens_slope_of_a_line_is_its_slope():
    values, times = 3.0 + 2.0 * np.arange(12), np.arange(12.0)
    assert sen_slope(values, times, np.zeros(12), kendall_variance(values), 0.95) == pytest.approx((2, 2, 2, 66))


def test_a_long_series_takes_little_memory_and_the_same_answer(monkeypatch):
    values = np.random.default_rng(5).poisson(6.0, 400).astype(float)
    series = pd.Series(values, index=pd.period_range("1950-01", periods=400, freq="M"))
    pairs = mann_kendall(series)
    monkeypatch.setattr(ranks, "_LONG", 100)
    found = mann_kendall(series)
    assert found.score == pairs.score and found.pvalue == pairs.pvalue
    assert [found.slope, found.lower, found.upper] == pytest.approx([pairs.slope, pairs.lower, pairs.upper], abs=1e-6)
    days = pd.Series(np.resize(values, 10_000), index=pd.period_range("1950-01-01", periods=10_000, freq="D"))
    tracemalloc.start()
    mann_kendall(days)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000
