import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import acf

from trends.fits.countdata import count_data
from trends.fits.countfit import fit_counts
from trends.models.caveats import caveats, spaced_autocorrelation
from trends.periods import span

MONTHS = span("2015-01", "2020-12", "M")


def fitted(counts, family="quasipoisson"):
    data = count_data(pd.Series(counts, index=MONTHS))
    watched = data.watched
    arrays = (part.to_numpy()[watched] for part in (data.endog, data.exog, data.exposure))
    return data, fit_counts(*arrays, family, None)


def test_the_autocorrelation_is_that_of_statsmodels_where_there_is_no_gap():
    residuals = np.random.default_rng(0).normal(size=60)
    expected = acf(residuals, nlags=6)[1:]
    np.testing.assert_allclose(spaced_autocorrelation(np.arange(60), residuals, 6), expected, rtol=1e-12)


def test_pairs_across_a_gap_do_not_count():
    slots = np.array([0, 1, 5, 6])
    residuals = np.array([1.0, 2, -1, -2])
    np.testing.assert_allclose(spaced_autocorrelation(slots, residuals, 2), [4 / 10, 0])


def test_independent_counts_are_seldom_called_dependent_and_dependent_ones_often():
    rng = np.random.default_rng(0)
    alarms = {0.0: 0, 0.7: 0}
    for rho in alarms:
        for _ in range(100):
            level = np.zeros(72)
            for month in range(1, 72):
                level[month] = rho * level[month - 1] + 0.4 * rng.normal()
            found = caveats(*fitted(rng.poisson(20 * np.exp(level))), "quasipoisson", "model")
            alarms[rho] += any(sentence.startswith("Neighbouring") for sentence in found)
    # One-sided at 2.5 %: 8 or more of 100 have probability 0.4 %.
    assert alarms[0.0] < 8 and alarms[0.7] > 90


@pytest.mark.parametrize("family, cov, said", [("poisson", "model", 1), ("poisson", "hac", 0), ("negbin", "model", 0)])
def test_dispersion_is_a_caveat_of_poisson_errors_only(family, cov, said):
    counts = np.random.default_rng(5).negative_binomial(2, 0.1, 72)
    found = caveats(*fitted(counts, family), family, cov)
    assert sum("times as much as Poisson counts" in sentence for sentence in found) == said


def test_a_single_empty_period_is_named():
    counts = np.random.default_rng(1).poisson(8, 72)
    counts[-1] = 0
    data = count_data(pd.Series(counts, index=MONTHS), pd.DataFrame({"last": np.arange(72) == 71}, index=MONTHS))
    arrays = (part.to_numpy() for part in (data.endog, data.exog, data.exposure))
    (sentence,) = caveats(data, fit_counts(*arrays, "quasipoisson", None), "quasipoisson", "model")
    assert sentence == (
        "Nothing was counted in any of the 1 periods (2020-12) that only 'last' can set apart: no finite estimate of "
        "these exists, and no interval."
    )
