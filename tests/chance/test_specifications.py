import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trends.chance.curve import specification_curve
from trends.chance.dependence import simulate_counts
from trends.chance.nullpanels import dependence_factors, source_nulls
from trends.chance.specifications import Specification, Ways, expected_design, fit_all, specifications_around
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.fits.batch import fit_negbin
from trends.fits.design import effect_column
from trends.periods import span

PROVINCES, SHARES = list("ABCDE"), np.array([0.4, 0.25, 0.2, 0.1, 0.05])


def made_panels(rng, n=36, mean=10.0, omega=0.0, rho=0.0, ratio=1.0):
    """Three sources of one world: all events, and a split of them into two kinds."""
    index = span("2017-01", str(pd.Period("2017-01", "M") + n - 1), "M")
    factor = simulate_counts(np.full(n, 1e6), np.array([omega]), np.array([rho]), np.arange(n), rng)[0] / 1e6
    rate = mean * factor * np.where(np.arange(n) >= 2 * n // 3, ratio, 1.0)
    every = rng.poisson(rate[:, None] * SHARES)
    first = rng.binomial(every, 0.7)
    tables = {"all": every, "first kind": first, "second kind": every - first}
    return {name: Panel(pd.DataFrame(table * 1.0, index, PROVINCES)) for name, table in tables.items()}


def own(panels, **choices):
    index = panels["all"].index
    usual = {"family": "quasi-Poisson", "season": "calendar", "ramadan": False, "trend": True}
    return Specification("all", "M", index[0], at=index[2 * len(index) // 3], **(usual | choices))


def others(main):
    return {
        "source": ("first kind", "second kind"),
        "frequency": ("Q",),
        "first": (main.first + 6,),
        "family": ("NB2",),
        "season": (None, 2),
        "ramadan": (True,),
        "trend": (False,),
        "at": (main.at - 1, main.at + 1),
        "without": tuple(PROVINCES),
    }


def curve_of(panels, rng=0, **kwargs):
    main = own(panels)
    usual = {"claimed": (1.1, np.inf), "immaterial": (1 / 1.1, 1.1), "limit": 150, "draws": 199, "rng": rng}
    return specification_curve(Ways(panels), main, others(main), **(usual | kwargs))


@pytest.fixture(scope="module")
def doubled():
    return curve_of(made_panels(np.random.default_rng(1), n=48, ratio=2.0))


def test_a_doubling_is_found_in_nearly_every_specification(doubled):
    assert doubled.share["direction"] > 0.95 and doubled.share["bar"] > 0.9
    assert 1.6 < doubled.median < 2.6
    assert doubled.pvalue <= 0.01
    assert doubled.joint.lower < 1 < doubled.joint.upper < doubled.joint.median
    assert doubled.placebos.rank == 1
    assert doubled.left_out.table["ratio"].between(1.3, 3.0).all() and len(doubled.left_out.table) == 5


def test_the_claims_own_specification_comes_first_and_no_row_is_lost(doubled):
    table = doubled.table
    assert table.loc[0, ["source", "frequency", "family", "season", "without"]].tolist() == [
        "all", "M", "quasi-Poisson", "months", ""
    ]  # fmt: skip
    assert len(doubled.fitted) + doubled.refused == len(table)
    assert table.loc[table["refused"] != "", "ratio"].isna().all()
    assert not table.duplicated(subset=list(table.columns[:9])).any()
    assert set(doubled.fitted["reads"]) <= {"as claimed", "otherwise", "no material change", "open"}


def test_each_row_is_the_fit_that_statsmodels_makes(doubled):
    panels = made_panels(np.random.default_rng(1), n=48, ratio=2.0)
    ways, main = Ways(panels), own(panels)
    specs = specifications_around(main, others(main), 150)
    fitted = fit_all(ways, specs)
    for number in range(0, len(fitted.specs), 9):
        spec = fitted.specs[number]
        series = ways.series(spec.source, spec.frequency, spec.without)
        series = series[series.index >= spec.first]
        design = expected_design(series.index, spec).join(effect_column(series.index, spec.at))
        if spec.family == "NB2":
            family = sm.families.NegativeBinomial(alpha=max(_alpha(series, design), 1e-8))
        else:
            family = sm.families.Poisson()
        fit = sm.GLM(series.to_numpy(), design.to_numpy(), family=family).fit(tol=1e-12, maxiter=200)
        # Both are maxima of the same likelihood, to the tolerance that Newton's method stops at.
        assert fitted.estimate[number] == pytest.approx(fit.params[-1], abs=1e-6)
        if spec.family != "NB2":
            dispersion = max(fit.pearson_chi2 / fit.df_resid, 1.0)
            assert fitted.bse[number] == pytest.approx(fit.bse[-1] * np.sqrt(dispersion), rel=1e-6)


def _alpha(series, design):
    return float(fit_negbin(series.to_numpy(float), design.to_numpy()).alpha[0])


def test_the_score_is_one_newton_step_from_no_change():
    panels = made_panels(np.random.default_rng(2), ratio=1.1)
    fitted = fit_all(Ways(panels), [own(panels, season=None)])
    # Near no change one step is all but the estimate.
    assert fitted.score[0] == pytest.approx(fitted.estimate[0], abs=0.1 * abs(fitted.estimate[0]) + 0.01)


def test_rounds_that_do_not_fit_are_left_out_whole():
    panels = made_panels(np.random.default_rng(3))
    main = own(panels)
    choices = others(main)
    one = specifications_around(main, choices, 20)
    assert len(one) == 1 + 5 + 11
    assert all(
        sum(getattr(each, name) != getattr(main, name) for name in ("trend", "ramadan", "family")) < 2 for each in one
    )
    assert len(specifications_around(main, choices, 10_000)) > 300


def test_a_season_that_nobody_could_miss_is_never_left_out():
    rng, index = np.random.default_rng(4), span("2015-01", "2019-12", "M")
    rate = 12 * np.exp(1.2 * np.sin(2 * np.pi * np.arange(60) / 12))
    panels = {"all": Panel(pd.DataFrame(rng.poisson(rate[:, None] * SHARES) * 1.0, index, PROVINCES))}
    curve = curve_of(panels)
    assert "none" not in set(curve.table["season"])
    assert any("leaves the season out" in note for note in curve.aside)


def test_serial_dependence_widens_intervals_and_independence_does_not():
    rng = np.random.default_rng(5)
    widened = {}
    for rho in (0.0, 0.8):
        panels = made_panels(rng, n=120, mean=30.0, omega=0.4 if rho else 0.0, rho=rho)
        main, ways = own(panels), Ways(panels)
        nulls, _ = source_nulls(ways, main)
        widened[rho] = dependence_factors(ways, fit_all(ways, [main]), nulls)[0]
    assert 1.0 <= widened[0.0] < 1.15 < 1.3 < widened[0.8]


def test_a_source_without_events_is_set_aside_with_the_reason():
    panels = made_panels(np.random.default_rng(6))
    empty = panels["all"].counts * 0.0
    curve = curve_of(panels | {"second kind": Panel(empty)})
    assert "second kind" not in set(curve.table["source"])
    assert curve.aside[0].startswith("The source second kind is left out: no event in 36 watched periods")


def test_a_claim_whose_own_specification_cannot_be_fitted_has_no_curve():
    panels = {name: panel.span(None, "2017-12") for name, panel in made_panels(np.random.default_rng(7)).items()}
    with pytest.raises(ModelError, match="12 watched periods for 14 columns"):
        curve_of(panels)


def test_the_curve_does_not_depend_on_anything_but_its_seed(doubled):
    again = curve_of(made_panels(np.random.default_rng(1), n=48, ratio=2.0))
    pd.testing.assert_frame_equal(again.table, doubled.table)
    assert again.pvalue == doubled.pvalue


@pytest.mark.parametrize(("omega", "rho"), [(0.0, 0.0), (0.3, 0.5)])
def test_the_joint_test_keeps_its_size_where_counts_are_dispersed_and_dependent(omega, rho):
    rng, found, runs = np.random.default_rng(8), [], 100
    for _ in range(runs):
        panels = made_panels(rng, omega=omega, rho=rho)
        main = own(panels)
        choices = {"source": ("first kind",), "season": (None,), "trend": (False,), "at": (main.at + 1,)}
        curve = specification_curve(Ways(panels), main, choices, claimed=(1.1, np.inf), limit=20, draws=99, rng=rng)
        found.append(curve.pvalue <= 0.05)
    # Nominal 5 %, to three binomial standard errors of a hundred panels.
    assert np.mean(found) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_what_can_draw_itself_names_its_n(doubled):
    for drawn, n in (
        (doubled, len(doubled.fitted)),
        (doubled.placebos, len(doubled.placebos.table)),
        (doubled.left_out, 5),
    ):
        assert f"n = {n} " in drawn.plot().get_xlabel()
