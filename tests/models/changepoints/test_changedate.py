import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.fits.design import baseline
from trends.models.changepoints.changedate import change_date, log_evidence
from trends.models.changepoints.posterior import SegmentEvidence, break_posterior
from trends.models.changepoints.segmentation import segment_sums


def months(values):
    return pd.Series(np.asarray(values, float), index=pd.period_range("2013-01", periods=len(values), freq="M"))


def stepped(seed, n=96, at=60, ratio=0.5):
    t = np.arange(n)
    rate = 20 * np.exp(0.3 * np.sin(2 * np.pi * t / 12)) * np.where(t < at, 1, ratio)
    return months(np.random.default_rng(seed).poisson(rate))


def test_a_change_beside_a_season_is_dated_and_sized():
    series = stepped(1)
    found = change_date(series, baseline(series.index, trend=False, seasons=True))
    assert abs(found.at.ordinal - pd.Period("2018-01").ordinal) <= 1
    assert found.posterior.sum() == pytest.approx(1)
    assert found.probability > 0.99
    assert np.exp(found.log_ratio) == pytest.approx(0.5, abs=0.08)
    first, last = found.interval()
    assert first <= pd.Period("2018-01") <= last
    assert found.place("2017-11", "2018-03")["inside"] > 0.7
    early = found.place("2015-01", "2015-12")
    assert early["after"] > 0.99
    assert early.sum() == pytest.approx(1)


def test_without_a_season_it_is_nearly_the_exact_sum_over_dates():
    counts = np.random.default_rng(3).poisson(np.repeat([14.0, 8.0], 30)).astype(float)
    approximate = change_date(months(counts), inflation=1).posterior.to_numpy()
    evidence = SegmentEvidence(segment_sums(counts), 1.0, 1 / counts.mean(), 1.0)
    exact = break_posterior(evidence, 1, 2).dates(1)[0]
    # Another prior (on the ratio, not on both rates) and Laplace's approximation.
    assert np.abs(approximate - exact).sum() / 2 < 0.06


def test_the_evidence_is_that_of_a_normal_likelihood():
    # One Normal observation of variance 1 / 4 at 0.9, prior Normal(0, 1): the ratio of two Normal densities.
    gain, information = 0.9**2 * 4, 4.0
    expected = -0.5 * np.log(1.25 / 0.25) - 0.5 * 0.9**2 * (1 / 1.25 - 1 / 0.25)
    assert log_evidence(gain, information, 1.0) == pytest.approx(expected)


def test_series_without_a_change_say_so():
    chance = [change_date(stepped(seed, ratio=1.0)).probability for seed in range(10, 16)]
    assert np.median(chance) < 0.5


def test_only_the_window_is_looked_at():
    found = change_date(stepped(1), first="2016-01", last="2016-12")
    assert found.posterior["2016-01":"2016-12"].sum() == pytest.approx(1)
    assert found.posterior[:"2015-12"].sum() == found.posterior["2017-01":].sum() == 0


def test_a_date_in_a_gap_is_as_likely_anywhere_in_it():
    series = stepped(3)
    series.iloc[57:60] = np.nan
    found = change_date(series, baseline(series.index, trend=False, seasons=True))
    gap = found.posterior.iloc[57:61].to_numpy()
    assert gap == pytest.approx(gap[0])
    assert gap.sum() > 0.4


def test_the_interval_holds_the_date_in_dependent_counts():
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(60):
        at = int(rng.integers(20, 76))
        latent = np.zeros(96)
        for i, shock in enumerate(rng.normal(0, 0.45, 95), 1):
            latent[i] = 0.4 * latent[i - 1] + shock
        series = months(rng.poisson(np.where(np.arange(96) < at, 15, 6) * np.exp(latent)))
        first, last = change_date(series).interval()
        hits += first <= series.index[at] <= last
    # 95 % wanted; 52 of 60 and fewer has a probability of .01 then.
    assert hits > 52


def test_the_chart_shows_the_posterior():
    found = change_date(stepped(1))
    assert sum(bar.get_height() for bar in found.plot_posterior().patches) == pytest.approx(1)


def test_what_cannot_be_dated_is_refused():
    with pytest.raises(ModelError) as caught:
        change_date(stepped(1), first="2013-01", last="2013-01")
    assert str(caught.value) == (
        "date a change: found 96 watched periods, 1 columns and 0 dates from 2013-01 to 2013-01; allowed: a date with "
        "2 watched periods on either side, and more periods than columns by four; widen the window or take a longer "
        "series."
    )
    with pytest.raises(ModelError, match="found a window from 2015-02 to 2015-01"):
        change_date(stepped(1)).place("2015-02", "2015-01")


@pytest.mark.parametrize("autocorrelation", [0.0, 0.5])
def test_a_change_is_seldom_all_but_certain_where_dependent_counts_have_none(autocorrelation):
    rng, runs, n = np.random.default_rng(11), 150, 36
    latent = rng.standard_normal((runs, n))
    for t in range(1, n):
        latent[:, t] = autocorrelation * latent[:, t - 1] + np.sqrt(1 - autocorrelation**2) * latent[:, t]
    counts = rng.poisson(10 * np.exp(0.5 * latent - 0.125))
    # The bar that a claim's timing has to clear before it is ruled upon; 6.5 % and two binomial standard errors.
    certain = np.mean([change_date(months(row), baseline(months(row).index)).probability >= 0.95 for row in counts])
    assert certain <= 0.065 + 2 * np.sqrt(0.065 * 0.935 / runs)
