import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.fits.countfit import fit_counts, hac_meat
from trends.fits.design import baseline, effect_column
from trends.models.regression import CountRegression
from trends.periods import span

MONTHS = span("2015-01", "2020-12", "M")
DESIGN = baseline(MONTHS, seasons=True).join(effect_column(MONTHS, "2018-07")).to_numpy()


def counts_without(months, seed=0, mean=5.0):
    return np.random.default_rng(seed).negative_binomial(3, 3 / (3 + mean), 72) * ~MONTHS.month.isin(months)


@pytest.mark.parametrize("family", ["poisson", "quasipoisson", "negbin"])
@pytest.mark.parametrize("empty", [[2], [1], [2, 5], [1, 11, 12]])
def test_months_without_any_event_weigh_nothing_in_the_rest(family, empty):
    counts = counts_without(empty).astype(float)
    fit = fit_counts(counts, DESIGN, np.ones(72), family, None)
    rest = ~MONTHS.month.isin(empty)
    # January is the first month: without it another has to be the one that the others are compared with.
    first = [2] if 1 in empty else []
    columns = [0, 1, *(m for m in range(2, 13) if m not in empty and m not in first), 13]
    other = fit_counts(counts[rest], DESIGN[np.ix_(rest, columns)], np.ones(rest.sum()), family, None)
    assert fit.endless.shape[1] == len(empty) and fit.nothing.tolist() == (~rest).tolist()
    assert fit.params[-1] == pytest.approx(other.params[-1], rel=1e-6)
    assert fit.cov[-1, -1] == pytest.approx(other.cov[-1, -1], rel=1e-6)
    assert fit.dispersion == pytest.approx(other.dispersion, rel=1e-6) and fit.df_resid == other.df_resid
    np.testing.assert_allclose(fit.means[rest], other.means, rtol=1e-6)
    assert (fit.means[~rest] == 0).all()


def test_nothing_set_apart_leaves_the_covariance_of_statsmodels():
    counts = counts_without([]).astype(float)
    fit = fit_counts(counts, DESIGN, np.ones(72), "poisson", None)
    assert fit.endless.size == 0 and not fit.nothing.any()
    np.testing.assert_allclose(fit.cov, fit.sm_results.cov_params(), rtol=1e-8, atol=1e-12)


def test_newey_west_with_no_lag_is_the_plain_sandwich():
    counts = counts_without([]).astype(float)
    fit = fit_counts(counts, DESIGN, np.ones(72), "poisson", hac_meat(np.arange(72), 0))
    scores = DESIGN * (counts - fit.means)[:, None]
    bread = np.linalg.inv((DESIGN * fit.means[:, None]).T @ DESIGN)
    np.testing.assert_allclose(fit.cov, bread @ scores.T @ scores @ bread, rtol=1e-7, atol=1e-12)


def test_columns_of_very_unequal_size_change_nothing():
    counts = counts_without([]).astype(float)
    plain = fit_counts(counts, DESIGN, np.ones(72), "negbin", None)
    sizes = 10.0 ** np.linspace(-4, 4, DESIGN.shape[1])
    scaled = fit_counts(counts, DESIGN * sizes, np.ones(72), "negbin", None)
    np.testing.assert_allclose(scaled.params * sizes, plain.params, rtol=1e-6)
    np.testing.assert_allclose(scaled.means, plain.means, rtol=1e-7)


def refusal(*arguments, **options):
    with pytest.raises(ModelError) as found:
        CountRegression(*arguments, **options).fit()
    return str(found.value)


def test_a_single_event_among_seasons_is_too_little():
    counts = pd.Series(np.arange(72) == 30, index=MONTHS).astype(int)
    assert refusal(counts, pd.DataFrame(DESIGN, index=MONTHS).rename(columns=str)) == (
        "fit a count regression: found 1 coefficients for 1 of the periods, once those are left out in which nothing "
        "was counted and that a column sets apart; allowed: more periods than coefficients; take a longer series or "
        "finer periods, or ask for less (no season, no trend)."
    )


def test_what_is_beyond_the_arithmetic_is_said():
    rng = np.random.default_rng(0)
    counts = pd.Series(rng.poisson(5, 72), index=MONTHS)
    counts.iloc[40] = 10**15
    assert refusal(counts, exposure=np.exp(rng.normal(size=72) * 100)) == (
        "fit a count regression: found no maximum of the likelihood within reach of the arithmetic; allowed: counts, "
        "columns and exposures of less unequal size; bring the columns to a like scale, and look for a count or an "
        "exposure that is a slip."
    )
    assert refusal(counts, family="negbin") == (
        "fit a count regression: found a count of 1000000000000000; allowed: counts up to 1000000; take the family "
        "quasipoisson, or count in thousands."
    )
