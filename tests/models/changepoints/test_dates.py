import numpy as np
import pandas as pd
import pytest

from trends.models.changepoints.dates import argmax_distribution, bai_perron_intervals


def test_the_nile_broke_between_1896_and_1903(reference):
    # Zeileis et al. (2003) give 1895 to 1902 for the last old year.
    nile = pd.read_csv(reference("nile.csv"))
    found = bai_perron_intervals(nile["flow"].to_numpy(float), [28])
    assert [nile["year"][side[0]] for side in (found.at, found.lower, found.upper)] == [1899, 1896, 1903]


def test_real_interest_rates_have_the_published_intervals(reference):
    # Bai and Perron (2003): last old quarters 1970(3) to 1973(1) and 1980(1) to 1981(1).
    rates = pd.read_csv(reference("realint.csv"))
    found = bai_perron_intervals(rates["r"].to_numpy(float), [47, 79])
    assert rates["t"][found.lower - 1].tolist() == [1970.5, 1980.0]
    assert rates["t"][found.upper - 1].tolist() == [1973.0, 1981.0]
    assert not found.overlapping
    assert bai_perron_intervals(rates["r"].to_numpy(float), [24, 47, 79]).overlapping


@pytest.mark.parametrize("ratio", [0.4, 1.0, 3.0])
def test_the_limit_distribution_is_that_of_simulated_walks(ratio):
    rng = np.random.default_rng(11)
    step, length, paths = 0.02, 1500, 1500
    drift = np.arange(1, length + 1) * step / 2
    left = np.cumsum(rng.normal(0, np.sqrt(step), (paths, length)), axis=1) - drift
    right = np.cumsum(rng.normal(0, np.sqrt(ratio * step), (paths, length)), axis=1) - drift
    is_right = np.maximum(right.max(1), 0) > np.maximum(left.max(1), 0)
    where = np.where(is_right, right.argmax(1), -left.argmax(1)) * step
    for x in (-3.0, -1.0, 1.0, 4.0):
        # Four standard errors, and the shift that steps of .02 bring.
        assert argmax_distribution(x, ratio) == pytest.approx((where <= x).mean(), abs=0.065)


def test_the_distribution_has_no_jump_and_runs_from_nought_to_one():
    for ratio in (0.2, 1.0, 5.0):
        assert argmax_distribution(-1e-9, ratio) == pytest.approx(argmax_distribution(1e-9, ratio), abs=1e-4)
        assert argmax_distribution(-400 * max(1, ratio), ratio) == pytest.approx(0, abs=1e-6)
        assert argmax_distribution(400 * max(1, ratio), ratio) == pytest.approx(1, abs=1e-6)


def test_serial_dependence_widens_an_interval():
    values = np.random.default_rng(3).normal(np.repeat([0, 1], 40), 1)
    narrow, wide = (bai_perron_intervals(values, [40], serial=serial) for serial in (1, 4))
    assert wide.upper - wide.lower > narrow.upper - narrow.lower
