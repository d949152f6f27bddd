import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from trends.chance.questions import trend
from trends.counts.series import checked_series
from trends.errors import ModelError
from trends.models.trend import count_trend, mann_kendall, seasonal_kendall, trend_table
from trends.periods import span

# Drawn once with numpy's default_rng(1), Poisson, means 10 exp(.15 years); the expected numbers below are those of
# pymannkendall 1.4.3 (Hussain & Mahmud 2019, JOSS 4, 1556) on it: exact but for the last digit of floating point.
INDEX = span("2014-01", "2018-12", "M")
SERIES = pd.Series(np.random.default_rng(1).poisson(10 * np.exp(0.15 * np.arange(60) / 12)), index=INDEX)
NOISE = lfilter([1], [1, -0.7], np.random.default_rng(1).normal(size=60))
DEPENDENT = pd.Series(np.round(5000 + 1000 * NOISE), index=INDEX)


def test_mann_kendall_is_that_of_pymannkendall():
    found = mann_kendall(SERIES, dependence="independent")
    assert (found.score, found.variance) == (822, pytest.approx(24420.666667))
    assert found.statistic == pytest.approx(5.2536894690, abs=1e-9)
    assert found.tau == pytest.approx(0.4644067797, abs=1e-9)
    assert found.slope / 12 == pytest.approx(1 / 6, abs=1e-9)


def test_seasonal_kendall_is_that_of_pymannkendall():
    found = seasonal_kendall(SERIES)
    assert (found.score, found.variance) == (65, pytest.approx(1091))
    assert found.tau == pytest.approx(0.5416666667, abs=1e-9)
    # Theirs has no continuity correction (1.967891).
    assert (found.score / found.variance**0.5) == pytest.approx(1.9678907364, abs=1e-9)
    assert found.statistic == pytest.approx(64 / 1091**0.5)


def test_hamed_rao_is_that_of_pymannkendall_where_it_widens():
    found = mann_kendall(DEPENDENT)
    assert found.variance == pytest.approx(31418.3249811, abs=1e-6)
    assert found.pvalue == pytest.approx(0.1551123490, abs=1e-9)


def test_hamed_rao_never_makes_a_test_surer_than_independence_would():
    assert mann_kendall(SERIES).variance >= mann_kendall(SERIES, dependence="independent").variance


def test_the_rate_ratio_a_year_is_recovered():
    rate = 20 * np.exp(-0.25 * np.arange(72) / 12)
    counts = pd.Series(np.random.default_rng(3).poisson(rate), index=span("2013-01", "2018-12", "M"))
    found = count_trend(counts)
    ratio, lower, upper = found.ratio
    assert lower < np.exp(-0.25) < upper and found.rise < 0.001
    assert ratio == pytest.approx(np.exp(-0.25), abs=0.06)


def test_growth_beyond_drift_is_less_sure_than_growth_and_open_ends_follow_the_level():
    rate = 20 * np.exp(0.2 * np.arange(72) / 12)
    counts = pd.Series(np.random.default_rng(5).poisson(rate), index=span("2013-01", "2018-12", "M"))
    found, narrow = count_trend(counts), count_trend(counts, level=0.5)
    assert found.beyond[1] < found.ratio[1] < found.ratio[2] < found.beyond[2]
    assert found.ratio[1] < narrow.ratio[1] < narrow.ratio[2] < found.ratio[2]
    assert found.nobs == 72 and repr(found).startswith("CountTrend(1.2")


def test_a_month_of_zero_among_thousands_is_told_apart_from_the_growth_of_the_others():
    counts = SERIES * 100.0
    counts.iloc[-1] = 0.0
    found, missing = count_trend(counts), count_trend(counts.where(counts > 0))
    assert found.ratio == pytest.approx(missing.ratio, rel=0.003)
    label = str(counts.index[-1])
    assert found.outliers == (label,) and repr(found).endswith(f", apart from {label})")


def test_the_trend_of_a_claim_and_count_trend_are_one_answer():
    claimed = trend(checked_series(SERIES), without="IQ")
    found = count_trend(SERIES, country="IQ")
    assert found.ratio[0] == claimed.realised.estimate
    assert found.pvalue == claimed.beyond.pvalue


def test_the_table_says_what_each_test_found_and_where_they_part():
    table = trend_table(SERIES)
    assert table["says"].tolist() == ["rise", "rise", "nothing shown", "rise", "nothing shown"]
    assert table["pvalue"].between(0, 1).all()


def test_a_year_of_months_has_no_seasonal_test():
    assert "seasonal" not in " ".join(trend_table(SERIES.iloc[:12]).index)


def test_rates_of_partly_watched_periods_are_compared_as_rates():
    series = SERIES.astype(float)
    series.iloc[5] = 1
    halved = mann_kendall(series, exposure=np.where(np.arange(60) == 5, 0.1, 1.0), dependence="independent")
    series.iloc[5] = 10
    assert halved.score == mann_kendall(series, dependence="independent").score


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: mann_kendall(SERIES, dependence="yue"),
            "test for a trend: found dependence='yue'; allowed: hamed-rao, independent; name one of these.",
        ),
        (
            lambda: seasonal_kendall(pd.Series([1, 2, 3, 4], index=span("2001", "2004", "Y"))),
            "test for a trend: found a series by Y; allowed: months or quarters; "
            "count by month or quarter, or use mann_kendall.",
        ),
        (
            lambda: count_trend(pd.Series(1, index=span("1990-01-01", "2018-12-31", "D"))),
            "test for a trend: found 10,592 days; allowed: at most 10,000, because more take too long; count "
            "by longer periods, or take a shorter span.",
        ),
        (
            lambda: seasonal_kendall(SERIES.iloc[:12]),
            "test for a trend: found one year; allowed: two years or more; use a longer series.",
        ),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ModelError) as error:
        call()
    assert str(error.value) == message
