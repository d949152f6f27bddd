import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.changepoints.commonbreaks import common_breaks
from trends.models.changepoints.model import ChangepointModel


def panel(rates, seed=1):
    rates = np.asarray(rates, float)
    index = pd.period_range("2016-01", periods=len(rates), freq="M")
    names = [f"P{number}" for number in range(rates.shape[1])]
    return pd.DataFrame(np.random.default_rng(seed).poisson(rates).astype(float), index=index, columns=names)


def test_small_breaks_add_up_over_provinces():
    rates = np.r_[np.full((36, 8), 4.0), np.full((36, 8), 2.2)]
    counts = panel(rates)
    found = common_breaks(counts)
    assert found.number[0] < 0.05
    assert abs(found.breaks[0].ordinal - pd.Period("2019-01").ordinal) <= 2
    alone = [len(ChangepointModel(counts[name]).fit().breaks) for name in counts]
    assert sum(alone) < 8


def test_it_tells_which_provinces_broke():
    rates = np.full((60, 5), 8.0)
    rates[30:, 2:] = 2.5
    table = common_breaks(panel(rates)).provinces
    chance = table.loc[table.index.get_level_values("break")[0], "probability"]
    assert (chance[["P0", "P1"]] < 0.5).all()
    assert (chance[["P2", "P3", "P4"]] > 0.95).all()
    assert table["ratio"].iloc[3] == pytest.approx(2.5 / 8, rel=0.4)


def test_a_common_shock_is_one_witness_and_not_many():
    rng = np.random.default_rng(3)
    alarms, shocks = 0, []
    for seed in range(15):
        shared = np.exp(rng.normal(0, 0.5, 48))
        found = common_breaks(panel(10 * shared[:, None] * np.ones(10), seed))
        alarms += found.number[0] < 0.5
        shocks.append(found.inflation.mean())
    # 5 % wanted; 4 of 15 and more has a probability of .005 then.
    assert alarms < 4
    assert np.median(shocks) > 5


def test_unwatched_and_empty_panels_are_refused():
    counts = panel(np.full((24, 2), 5.0))
    counts.iloc[3, 0] = np.nan
    with pytest.raises(ModelError) as caught:
        common_breaks(counts)
    assert str(caught.value) == (
        "look for breaks that provinces share: found a period that was not watched; allowed: provinces that were "
        "watched throughout; take the span or the provinces without gaps."
    )
    with pytest.raises(ModelError, match="found 1 with an event"):
        common_breaks(panel(np.full((24, 2), [5.0, 0.0])))
