import numpy as np
import pandas as pd
import pytest

from trends.fits.design import baseline
from trends.models.changepoints.beside import common_shape, select_with_shape
from trends.models.changepoints.observed import observed
from trends.models.changepoints.selection import Search

INDEX = pd.period_range("2013-01", periods=96, freq="M")
SEARCH = Search("poisson", 4, 1, "calibrated", None)
SEASON = np.exp(0.6 * np.cos(2 * np.pi * np.arange(96) / 12))


def data(rate, seed=0):
    counts = pd.Series(np.random.default_rng(seed).poisson(rate), index=INDEX)
    return observed(counts, None, least=12, asked="look for breaks")


def test_without_trend_and_season_the_exposure_is_as_it_was():
    made = data(np.full(96, 10.0))
    selection, exposure = select_with_shape(made, SEARCH, False, None, True)
    assert exposure is made.exposure and len(selection.breaks) == 0


def test_a_break_under_a_season_is_found_and_the_season_with_it():
    made = data(20 * SEASON * np.where(np.arange(96) >= 50, 0.4, 1.0))
    selection, exposure = select_with_shape(made, SEARCH, False, True, True)
    assert len(selection.breaks) == 1 and abs(int(selection.breaks[0]) - 50) <= 1
    assert np.corrcoef(np.log(exposure), np.log(SEASON))[0, 1] > 0.95


def test_the_common_shape_has_mean_one_and_forgets_regimes_without_an_event():
    rate = 20 * SEASON
    rate[:24] = 0
    made = data(rate)
    columns = baseline(INDEX, trend=False, seasons=True).drop(columns="const").to_numpy()
    shape = common_shape(made, columns, np.array([24]))
    assert shape.mean() == pytest.approx(1)
    assert np.corrcoef(np.log(shape), np.log(SEASON))[0, 1] > 0.95
