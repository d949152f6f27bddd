import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trends.errors import ModelError
from trends.models.diagnostics import diagnose
from trends.models.regression import CountRegression
from trends.periods import span

MONTHS = span("2013-01", "2019-12", "M")


def fitted(counts, family="poisson"):
    return CountRegression(pd.Series(counts, index=MONTHS), family=family).fit()


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_nothing_is_said_against_a_model_that_fits(rng):
    found = diagnose(fitted(rng.poisson(4, 84)))
    assert found.warnings == ()
    assert found.checks.loc["dispersion", "found"] == pytest.approx(1, abs=0.3)
    assert "Nothing speaks against the model." in found._repr_html_()


def test_overdispersion_is_seen_by_poisson_and_allowed_for_by_the_negative_binomial(rng):
    wild = rng.poisson(6 * rng.gamma(1.5, 1 / 1.5, 84))
    assert diagnose(fitted(wild)).warnings[0].endswith("times as much as the model says.")
    assert diagnose(fitted(wild, "negbin")).checks.loc["dispersion", "pvalue"] > 0.05
    assert diagnose(fitted(wild, "quasipoisson")).checks.loc["calibration", "pvalue"] > 0.05


def test_too_many_quiet_months_are_counted(rng):
    quiet = np.where(rng.random(84) < 0.4, 0, rng.poisson(5, 84))
    found = diagnose(fitted(quiet))
    row = found.checks.loc["zeros"]
    assert row["found"] == (quiet == 0).sum() and row["expected"] == pytest.approx(84 * np.exp(-quiet.mean()))
    assert any("periods without an event where the model expects" in text for text in found.warnings)


def test_a_memory_in_the_residuals_is_named(rng):
    slow = np.convolve(rng.normal(size=95), np.ones(12) / np.sqrt(12), "valid")
    assert any(
        "Neighbouring residuals" in text for text in diagnose(fitted(rng.poisson(20 * np.exp(0.5 * slow)))).warnings
    )


def test_one_month_that_carries_the_slope_is_named(rng):
    counts = rng.poisson(5, 84)
    counts[-1] = 90
    exog = pd.DataFrame({"time": np.arange(84) / 12}, index=MONTHS)
    found = diagnose(CountRegression(pd.Series(counts, index=MONTHS), exog).fit())
    assert list(found.influential().index) == [pd.Period("2019-12", "M")]
    assert "2019-12" in found.warnings[-1]


def test_cooks_distance_is_that_of_statsmodels(rng):
    exog = pd.DataFrame({"time": np.arange(84) / 12}, index=MONTHS)
    counts = rng.poisson(9, 84)
    ours = diagnose(CountRegression(pd.Series(counts, index=MONTHS), exog).fit()).influence
    theirs = sm.GLM(counts, sm.add_constant(exog.to_numpy()), family=sm.families.Poisson()).fit(scale="X2")
    assert ours.to_numpy() == pytest.approx(theirs.get_influence().cooks_distance[0], rel=1e-6)


def test_the_rootogram_adds_up_to_the_periods(rng):
    counts = rng.poisson(3, 84)
    table = diagnose(fitted(counts)).rootogram
    assert table["observed"].sum() == 84 and table["expected"].sum() == pytest.approx(84, abs=3)


def test_the_same_seed_gives_the_same_pit_and_unwatched_periods_have_none(rng):
    series = pd.Series(rng.poisson(3, 84), index=MONTHS).astype(float)
    series.iloc[7] = np.nan
    fit = CountRegression(series).fit()
    pd.testing.assert_series_equal(diagnose(fit, rng=2).pit, diagnose(fit, rng=2).pit)
    assert diagnose(fit).pit.isna().sum() == 1


def test_the_four_charts_share_a_figure(rng):
    axes = diagnose(fitted(rng.poisson(4, 84))).plot_diagnostics()
    titles = ["Hanging rootogram", "Randomised PIT", "Residual autocorrelation", "Influence of each period"]
    assert [ax.get_title(loc="left") for ax in axes] == titles
    assert len({ax.figure for ax in axes}) == 1


def test_one_count_of_a_million_makes_no_million_bars():
    counts = pd.Series(np.r_[np.zeros(35), 1e6], index=pd.period_range("2015-01", periods=36, freq="M"))
    table = diagnose(CountRegression(counts).fit()).rootogram
    assert len(table) <= 200 and table["observed"].sum() == 36
    assert table.index[0] == 0 and table.index[-1] <= 1e6


def test_what_is_no_fit_is_refused():
    with pytest.raises(ModelError, match="diagnose a count regression: found a value of type list;"):
        diagnose([1, 2, 3])
