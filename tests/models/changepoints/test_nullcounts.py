import numpy as np
import pytest

from trends.chance.inflation import Inflation
from trends.models.changepoints.nullcounts import simulate_null


def moments(counts):
    centred = counts - counts.mean(0)
    variance = (centred**2).mean()
    return counts.mean(), variance / counts.mean(), (centred[:, 1:] * centred[:, :-1]).mean() / variance


@pytest.mark.parametrize(("dispersion", "lag"), [(1.0, 0.0), (2.0, 0.0), (3.0, 0.3), (6.0, 0.5)])
def test_counts_have_the_dispersion_and_dependence_asked_for(dispersion, lag):
    n = 400
    # The lag is taken one standard error above what is handed over.
    inflation = Inflation(np.array(dispersion), np.array(lag - 1 / np.sqrt(n)), np.array(1.0))
    counts = simulate_null(np.full(n, 12.0), inflation, 400, np.random.default_rng(1))
    assert moments(counts) == pytest.approx((12, dispersion, lag), rel=0.06, abs=0.03)


def test_they_follow_the_fit():
    fitted = np.repeat([2.0, 20.0], 50)
    counts = simulate_null(
        fitted, Inflation(np.array(2.0), np.array(0.0), np.array(2.0)), 800, np.random.default_rng(2)
    )
    assert counts[:, :50].mean() == pytest.approx(2, rel=0.06)
    assert counts[:, 50:].mean() == pytest.approx(20, rel=0.06)


def test_a_gaussian_null_has_the_variance_that_was_left():
    inflation = Inflation(np.array(1.0), np.array(0.2), np.array(1.0))
    values = simulate_null(np.full(200, 5.0), inflation, 400, np.random.default_rng(3), "gaussian", squares=200 * 9.0)
    assert values.mean() == pytest.approx(5, abs=0.1)
    assert values.var() == pytest.approx(9, rel=0.05)
