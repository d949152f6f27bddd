import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.fits.design import baseline, effect_column
from trends.models.changepoints.shape import change_shape


def months(values):
    return pd.Series(np.asarray(values, float), index=pd.period_range("2016-01", periods=len(values), freq="M"))


def shaped(shape, length, seed, n=72, ratio=2.5):
    index = pd.period_range("2016-01", periods=n, freq="M")
    effect = effect_column(index, "2019-04", shape, length).iloc[:, 0]
    return months(np.random.default_rng(seed).poisson(15 * np.exp(np.log(ratio) * effect)))


@pytest.mark.parametrize(("shape", "length"), [("step", None), ("pulse", 3), ("ramp", 15)])
def test_the_true_shape_is_the_likeliest(shape, length):
    found = change_shape(shaped(shape, length, seed=4), first="2019-02", last="2019-06")
    assert found.table["probability"].idxmax() == shape
    assert found.table["probability"].sum() == pytest.approx(1)
    assert (found.lasting > 0.9) == (shape != "pulse")
    assert np.exp(found.table.loc[shape, "log_ratio"]) == pytest.approx(2.5, rel=0.25)


def test_a_pulse_is_dated_and_measured():
    row = change_shape(shaped("pulse", 4, seed=1), first="2019-02", last="2019-06").table.loc["pulse"]
    assert str(row["at"]) == "2019-04"
    assert row["length"] == 4


def test_no_change_is_the_likeliest_where_there_was_none():
    table = change_shape(shaped("step", None, seed=2, ratio=1.0), first="2019-04").table
    assert table["probability"].idxmax() == "none"


def test_a_season_is_told_apart():
    t = np.arange(72)
    index = pd.period_range("2016-01", periods=72, freq="M")
    rate = 15 * np.exp(0.7 * np.sin(2 * np.pi * t / 12)) * np.where(t < 39, 1, 2)
    series = months(np.random.default_rng(3).poisson(rate))
    found = change_shape(series, first="2019-04", exog=baseline(index, trend=False, seasons=True))
    assert found.table["probability"]["step"] > 0.8
    assert found.inflation < 1.6


def test_a_pulse_that_ends_in_a_gap_is_one_candidate_only():
    series = shaped("pulse", 3, seed=4)
    series["2019-07":"2019-09"] = np.nan
    found = change_shape(series, first="2019-04")
    assert found.table.loc["pulse", "length"] == 3
    assert found.expected.loc["2019-08"].isna().all()


def test_the_chart_draws_every_shape():
    ax = change_shape(shaped("step", None, seed=4), first="2019-04").plot_fit()
    names = [text.get_text().split()[0] for text in ax.get_legend().get_texts()]
    assert names == ["counted", "step", "pulse", "ramp"]


def test_a_change_at_the_very_end_has_no_shape_yet():
    with pytest.raises(ModelError) as caught:
        change_shape(shaped("step", None, seed=4), first="2021-10")
    assert str(caught.value) == (
        "weigh the shapes of a change: found a window from 2021-10 to 2021-10 with 69 watched periods before and 2 "
        "after it; allowed: a window in order, two watched periods before it and three after; wait for later periods, "
        "or move the window."
    )
