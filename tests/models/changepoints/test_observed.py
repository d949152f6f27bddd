import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.changepoints.observed import observed


def months(values):
    return pd.Series(np.asarray(values, float), index=pd.period_range("2020-01", periods=len(values), freq="M"))


def read(series, exposure=None, counts=True):
    return observed(series, exposure, least=3, asked="look for breaks", counts=counts)


def test_unwatched_periods_are_left_out_and_shares_kept():
    series = months([3, np.nan, 0, 2])
    series.attrs["exposure"] = {"2020-03": 0.5}
    data = read(series)
    assert data.at.tolist() == [0, 2, 3]
    assert data.counts.tolist() == [3, 0, 2]
    assert data.exposure.tolist() == [1, 0.5, 1]
    assert read(series, exposure=[1, 1, 1, 0.2]).exposure.tolist() == [1, 1, 0.2]


def test_a_date_after_a_gap_is_spread_over_the_gap():
    data = read(months([3, np.nan, np.nan, 2, 1]))
    assert data.spread(np.array([0, 0.6, 0.4])) == pytest.approx([0, 0.2, 0.2, 0.2, 0.4])


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (
            pd.Series([1, 2, 3, 4]),
            "look for breaks: found a column without periods; allowed: a pandas Series on a PeriodIndex, or on dates "
            'of a plain frequency; give it periods, for example pandas.Series(counts, pandas.period_range("2020-01", '
            'periods=36, freq="M")).',
        ),
        (
            months([1, 2, 3, 4]).drop(pd.Period("2020-02")),
            "look for breaks: found no period between 2020-01 and 2020-03; allowed: every period from the "
            "first to the last, each once, in order; reindex the series; a period that was not watched is NaN.",
        ),
        (
            months([1, np.nan, 3]),
            "look for breaks: found 2 watched periods; allowed: 3 and more; take a longer series, or finer periods.",
        ),
        (
            months([1, 2.5, 3]),
            "look for breaks: found the count 2.5 in 2020-02; allowed: whole numbers from 0 up, and NaN where nothing "
            "was watched; correct the value, or make it NaN where the period was not watched.",
        ),
        (
            months([1, -1, 3]),
            "look for breaks: found the count -1 in 2020-02; allowed: whole numbers from 0 up, and NaN where nothing "
            "was watched; correct the value, or make it NaN where the period was not watched.",
        ),
        (
            months([0, 0, 0]),
            "look for breaks: found 0 in every watched period; allowed: a series with at least one event; there is "
            "nothing to date here: take another series.",
        ),
    ],
)
def test_what_is_no_series_of_counts_is_refused(series, message):
    with pytest.raises(ModelError) as caught:
        read(series)
    assert str(caught.value) == message


def test_a_measured_series_may_have_fractions_but_must_vary():
    assert read(months([1.5, -2, 3]), counts=False).counts.tolist() == [1.5, -2, 3]
    with pytest.raises(ModelError, match="a series that varies"):
        read(months([2, 2, 2]), counts=False)
