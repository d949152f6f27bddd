"""Reference numbers: pyfixest 0.60 `fepois`, by tests/reference/twoway_fepois.py, which also made the counts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trends.errors import ModelError
from trends.models.provinces.staggered.twoway import fit_twoway

COUNTS = Path(__file__).parents[3] / "reference" / "twoway_fepois.csv"


@pytest.fixture(scope="module")
def cells():
    table = pd.read_csv(COUNTS)
    return {name: table[name].to_numpy(float).reshape(19, 40) for name in ("counts", "reached", "amount", "exposure")}


# Coefficients to 1e-8, as both are maxima found by Newton's method; standard errors rest on one matrix inverse more.
@pytest.mark.parametrize(
    ("columns", "exposed", "params", "bse"),
    [
        (["reached"], False, [0.3526252952762591], [0.1844408167576422]),
        (["amount"], False, [0.04732591466242482], [0.027238522021548674]),
        (
            ["reached", "amount"],
            True,
            [0.7146340153285411, -0.07728119259523061],
            [0.22711863546503847, 0.02159662024421149],
        ),
    ],
)
def test_the_twoway_fit_is_that_of_fepois(cells, columns, exposed, params, bse):
    design = np.array([cells[name] for name in columns])
    fit = fit_twoway(cells["counts"], design, cells["exposure"] if exposed else None)
    assert fit.nobs == 730 and fit.clusters == 19 and fit.converged
    np.testing.assert_allclose(fit.params, params, rtol=0, atol=1e-10)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), bse, rtol=1e-8)


@pytest.mark.parametrize("shape", [(9, 14), (14, 9)])
def test_either_long_side_gives_the_fit_with_dummies(shape):
    rng = np.random.default_rng(3)
    counts, column = rng.poisson(3, shape).astype(float), rng.normal(0, 1, shape)
    counts[rng.random(shape) < 0.1] = np.nan
    provinces = np.repeat(np.eye(shape[0]), shape[1], axis=0)
    periods = np.tile(np.eye(shape[1]), (shape[0], 1))[:, 1:]
    seen = np.isfinite(counts.ravel())
    design = np.column_stack([provinces, periods, column.ravel()])[seen]
    dummies = sm.GLM(counts.ravel()[seen], design, family=sm.families.Poisson()).fit(tol=1e-14, maxiter=200)
    fit = fit_twoway(counts, column[None])
    np.testing.assert_allclose(fit.params[0], dummies.params[-1], atol=1e-10)
    np.testing.assert_allclose(np.linalg.inv(fit.information), dummies.cov_params()[-1:, -1:], rtol=1e-7)
    np.testing.assert_allclose(np.diff(fit.province_effects), np.diff(dummies.params[: shape[0]]), atol=1e-9)


def test_what_was_not_watched_or_never_counted_changes_nothing():
    rng = np.random.default_rng(5)
    counts, column = rng.poisson(3, (10, 20)).astype(float), rng.normal(0, 1, (10, 20))
    plain = fit_twoway(counts, column[None])
    wider = np.pad(counts, ((0, 2), (0, 1)))
    wider[11] = np.nan
    fit = fit_twoway(wider, np.pad(column, ((0, 2), (0, 1)))[None])
    np.testing.assert_allclose([fit.params, fit.information[0]], [plain.params, plain.information[0]], rtol=1e-9)
    np.testing.assert_allclose(fit.covariance, plain.covariance, rtol=1e-8)
    assert fit.province_effects[[10, 11]].tolist() == [-np.inf, -np.inf] and fit.period_effects[20] == -np.inf
    assert fit.nobs == plain.nobs and fit.clusters == plain.clusters


def test_a_column_under_which_nothing_was_counted_is_minus_infinity():
    counts = np.random.default_rng(1).poisson(5, (8, 12)).astype(float)
    column = np.zeros((8, 12))
    column[:2, 6:] = 1
    counts[:2, 6:] = 0
    fit = fit_twoway(counts, column[None])
    assert fit.params.tolist() == [-np.inf] and not fit.converged


def test_scores_of_the_null_are_those_of_its_residuals():
    rng = np.random.default_rng(8)
    counts, column = rng.poisson(4, (6, 9)).astype(float), rng.normal(0, 1, (6, 9))
    null = fit_twoway(counts, column[None], restricted=True)
    means = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
    assert null.params.tolist() == [0.0]
    np.testing.assert_allclose(null.scores.sum(), ((counts - means) * column).sum(), rtol=1e-9)


def test_what_cannot_be_fitted_is_refused_in_words():
    counts = np.ones((4, 6))
    after = np.tile(np.arange(6) >= 3, (4, 1)) * 1.0
    with pytest.raises(ModelError) as raised:
        fit_twoway(counts, after[None])
    assert str(raised.value) == (
        "fit province and period effects: found columns that province and period effects, or other columns, already "
        "make up; allowed: columns that vary within provinces and, in a period, between them; take provinces that "
        "were not reached at the same time, or a schedule that differs between them."
    )
    apart = counts.copy()
    apart[:2, :3] = apart[2:, 3:] = np.nan
    with pytest.raises(ModelError) as raised:
        fit_twoway(apart)
    assert str(raised.value) == (
        "fit province and period effects: found provinces that fall into groups which share no watched period; "
        "allowed: provinces that are tied together by periods in which they were watched side by side; fit the groups "
        "one at a time."
    )
    with pytest.raises(ModelError, match="found no count above 0; allowed: a panel with incidents"):
        fit_twoway(np.zeros((3, 4)))
