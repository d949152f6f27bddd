import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.fits.design import baseline
from trends.models.changepoints.monitoring import run_length, watch
from trends.models.changepoints.posterior import SegmentEvidence
from trends.models.changepoints.segmentation import segment_sums


def months(values):
    return pd.Series(np.asarray(values, float), index=pd.period_range("2013-01", periods=len(values), freq="M"))


def test_an_outbreak_raises_an_alarm_and_the_season_does_not():
    t = np.arange(72)
    rate = 15 * np.exp(0.7 * np.sin(2 * np.pi * (t - 8) / 12))
    series = months(np.random.default_rng(1).poisson(rate))
    design = baseline(series.index, trend=False, seasons=True)
    assert not watch(series, design, draws=199).table["alarm"].any()
    series.iloc[-1] = np.round(2.2 * rate[-1])
    found = watch(series, design, draws=199)
    assert found.table["alarm"].all()
    assert found.table["count"].iloc[0] > found.table["threshold"].iloc[0] > found.table["expected"].iloc[0]
    assert found.false_alarms_per_year == pytest.approx(1)


def test_the_rate_of_false_alarms_is_the_one_asked_for():
    rng = np.random.default_rng(2)
    alarms = 0
    for seed in range(120):
        latent = np.zeros(60)
        for i, shock in enumerate(rng.normal(0, 0.35, 59), 1):
            latent[i] = 0.3 * latent[i - 1] + shock
        series = months(rng.poisson(8 * np.exp(latent)))
        alarms += watch(series, per_year=1.2, draws=99, rng=seed).table["alarm"].iloc[0]
    # 10 % wanted: 12 of 120, and with a probability of .99 from 5 to 21.
    assert 4 <= alarms <= 21


def test_an_old_outbreak_does_not_hide_a_new_one():
    counts = np.random.default_rng(3).poisson(6.0, 60).astype(float)
    counts[20:22], counts[-1] = 40, 25
    assert watch(months(counts), draws=199).table["alarm"].iloc[0]


def test_the_run_length_is_the_sum_over_all_last_breaks():
    counts = np.random.default_rng(4).poisson(np.repeat([4.0, 9.0], 6)).astype(float)
    hazard = 1 / 20
    evidence = SegmentEvidence(segment_sums(counts), 1.0, 1.0, 1.0)
    n = len(counts)
    forward = np.zeros(n + 1)
    forward[0] = 1
    last = np.zeros(n)
    for stop in range(1, n + 1):
        begins = np.array([forward[s] * (hazard if s else 1) for s in range(stop)])
        stays = (1 - hazard) ** (stop - np.arange(stop) - 1)
        terms = begins * stays * np.exp(evidence.log(np.arange(stop), stop))
        forward[stop] = terms.sum()
        last[:stop] = terms / terms.sum()
    assert run_length(counts, np.ones(n), 20.0) == pytest.approx(last, abs=1e-12)


def test_a_new_regime_is_seen_in_the_run_length():
    series = months(np.random.default_rng(5).poisson(np.repeat([5.0, 16.0], [60, 6])))
    found = watch(series, newest=6, draws=199)
    assert found.began_since("2017-11") > 0.9
    assert found.run_length.sum() == pytest.approx(1)
    names = [text.get_text() for text in found.plot_fit().get_legend().get_texts()]
    assert names == ["counted", "expected", "no alarm up to here"]


def test_what_cannot_be_watched_is_refused():
    series = months(np.random.default_rng(6).poisson(5.0, 20))
    with pytest.raises(ModelError) as caught:
        watch(series, baseline(series.index, seasons=True))
    assert str(caught.value) == (
        "watch the newest periods: found newest=1, 19 watched periods before and 13 columns; allowed: one newest "
        "period and more, and before them twice the columns and eight; take a longer series or fewer columns."
    )
    with pytest.raises(ModelError, match=r"found 0.000833 false alarms a period with 999 draws; allowed: from 0.00501"):
        watch(series, per_year=0.01)
