import numpy as np
import pytest

from trends.counts.simulate import simulate_panel
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.models.provinces.staggered import saturated
from trends.models.provinces.staggered.model import StaggeredModel
from trends.models.provinces.staggered.randomisation import dose_effect, expected_without
from trends.models.provinces.staggered.saturated import imputation_error, saturated_effects
from trends.periods import span

INDEX = span("2019-01", "2020-12", "M")
FIRST = np.repeat([12, 18, 99], [4, 3, 5])
DOSE = (np.arange(24) >= FIRST[:, None]) * 1.0


def made(rng, effect=0.5):
    return rng.poisson(np.exp(rng.normal(2, 0.4, (12, 1)) + rng.normal(0, 0.2, 24) + effect * DOSE)).astype(float)


def test_the_average_is_that_of_imputation_where_all_was_watched_alike():
    # Wooldridge (2023), proposition for linear exponential families with their canonical link.
    counts, ones = made(np.random.default_rng(1)), np.ones((12, 24))
    table = saturated_effects(counts, ones, DOSE, INDEX)
    imputed = dose_effect(counts, expected_without(counts, ones, DOSE), DOSE)
    assert table.attrs["coefficient"] == pytest.approx(imputed, abs=1e-9)
    assert len(table) == 12 + 6 and table["observed"].sum() == counts[DOSE > 0].sum()


def test_each_effect_is_that_of_a_regression_with_all_dummies():
    counts = made(np.random.default_rng(2))
    table = saturated_effects(counts, np.ones((12, 24)), DOSE, INDEX)
    cells = [(FIRST == first)[:, None] & (np.arange(24) == t) for first in (12, 18) for t in range(first, 24)]
    provinces, periods = np.repeat(np.eye(12), 24, axis=0), np.tile(np.eye(24), (12, 1))[:, 1:]
    dummies = np.column_stack([provinces, periods, *(cell.ravel() * 1.0 for cell in cells)])
    np.testing.assert_allclose(table["coefficient"], fit_poisson(counts.ravel(), dummies).params[0, 35:], atol=1e-8)


def test_cells_without_a_finite_estimate_do_not_spoil_the_others():
    counts = made(np.random.default_rng(3))
    counts[:4, 20] = 0
    counts[7:, 22] = 0
    counts[:, 23] = np.where(FIRST == 99, 0, counts[:, 23])
    table = saturated_effects(counts, np.ones((12, 24)), DOSE, INDEX).set_index(["cohort", "period"])
    assert table.loc[("2020-01", "2020-09"), "coefficient"] == -np.inf
    assert (
        table.loc[("2020-07", "2020-11"), "coefficient"] == table.loc[("2020-01", "2020-12"), "coefficient"] == np.inf
    )
    rest = table[np.isfinite(table["coefficient"])]
    assert len(rest) == 18 - 5 and rest["se"].between(0.05, 0.6).all()
    imputed = dose_effect(counts, expected_without(counts, np.ones((12, 24)), DOSE), DOSE)
    assert table.attrs["coefficient"] == pytest.approx(imputed, abs=1e-8)


def test_clustered_errors_are_the_spread_of_the_estimate():
    # 400 panels: the spread is known to about 7 % (two standard errors); clustered errors of 12 provinces lean low.
    rng = np.random.default_rng(4)
    estimates, imputed, averaged = [], [], []
    for _ in range(400):
        counts, ones = made(rng), np.ones((12, 24))
        estimates.append(dose_effect(counts, expected_without(counts, ones, DOSE), DOSE))
        imputed.append(imputation_error(counts, ones, DOSE, estimates[-1]))
        if len(averaged) < 60:
            averaged.append(saturated_effects(counts, ones, DOSE, INDEX).attrs["se"])
    assert np.mean(estimates) == pytest.approx(0.5, abs=0.02)
    assert np.sqrt(np.mean(np.square(imputed))) == pytest.approx(np.std(estimates), rel=0.2)
    assert np.sqrt(np.mean(np.square(averaged))) == pytest.approx(np.std(estimates), rel=0.35)


def test_one_reached_province_has_no_clustered_error():
    counts, dose = made(np.random.default_rng(5)), DOSE * (np.arange(12) == 0)[:, None]
    assert np.isnan(imputation_error(counts, np.ones((12, 24)), dose, 0.5))


def test_a_design_that_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(saturated, "_CELLS", 1000)
    with pytest.raises(ModelError) as raised:
        saturated_effects(made(np.random.default_rng(1)), np.ones((12, 24)), DOSE, INDEX)
    assert str(raised.value) == (
        "fit an effect for every cohort and period: found 18 of them in 288 cells; allowed: at most 3; read the "
        "estimate by imputation, which needs no such design, or count by longer periods."
    )


def test_where_residuals_cancel_out_there_is_no_error_and_no_warning():
    dose = (np.arange(24) >= np.array([[8], [16], [99]])) * 1.0
    counts = np.random.default_rng(5).poisson(20, (3, 24)).astype(float)
    table = saturated_effects(counts, np.ones((3, 24)), dose, INDEX)
    assert np.isfinite(table["coefficient"]).all()
    # From month 16 on both reached provinces are, and each cohort is one of them.
    assert table["se"].isna().sum() == 8 and table["se"].min() > 0.01


@pytest.mark.parametrize("schedule", [{"Province 1": "2020-04"}, {"Province 1": "2019-04", "Province 2": "2020-04"}])
def test_two_provinces_are_compared_without_a_warning(schedule):
    for seed in range(3):
        panel = simulate_panel(2, 36, first="2018-01", base=1, at="2020-04", rate_ratio=[2.2, 1], rng=seed)
        found = StaggeredModel(panel, schedule, draws=19).fit()
        assert found.bse["imputation"] != 0 and len(found.summary()) == len(found.pvalues)
