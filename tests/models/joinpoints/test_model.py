import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trends.errors import ModelError
from trends.models.joinpoints.model import JoinpointModel
from trends.periods import span


@pytest.fixture
def cancer(reference):
    table = pd.read_csv(reference("nih_sample_data.csv"))
    both = table[table["sex"] == "Both"]
    years = span(str(both["year"].min()), str(both["year"].max()), "Y")
    return pd.Series(both["rate"].to_numpy(), index=years), both["se"].to_numpy()


def kinked(slopes=(0.6, -1.4), level=20, years=6, at=3.0, freq="M", seed=0):
    index = span("2013", str(2012 + years), freq)
    time = np.arange(len(index)) / {"M": 12, "Q": 4}[freq]
    rate = level * np.exp(slopes[0] * time + slopes[1] * np.maximum(time - at, 0))
    return pd.Series(np.random.default_rng(seed).poisson(rate), index=index, name="attacks")


# Values of the NCI Joinpoint program for its sample data, printed to two decimals (rates) or seven digits (errors).
def test_the_published_joinpoints_of_the_nih_sample_data_are_found(cancer):
    fit = JoinpointModel(cancer[0], se=cancer[1], draws=199).fit()
    assert [str(at) for at in fit.joinpoints] == ["1985", "1995", "1998"]
    assert fit.apc["apc"].round(2).tolist() == [0.81, -1.82, 1.60, -2.50]
    assert fit.criterion["sse"].to_numpy() == pytest.approx([1095.814, 308.498, 138.193, 47.6273], rel=1e-5)
    assert fit.aapc()["aapc"] == pytest.approx(-0.9779, abs=5e-5)


def test_every_criterion_of_the_nih_sample_data_follows_from_its_published_error(cancer):
    n = len(cancer[0])
    table = JoinpointModel(cancer[0], se=cancer[1], select="bic").fit().criterion
    for k, sse in enumerate([1095.814, 308.498, 138.193, 47.6273]):
        assert table["bic"][k] == pytest.approx(np.log(sse / n) + (2 * k + 2) * np.log(n) / n, abs=1e-5)
        assert table["bic3"][k] == pytest.approx(np.log(sse / n) + (3 * k + 2) * np.log(n) / n, abs=1e-5)
    mixed = table["bic"] * (1 - table["weight"]) + table["bic3"] * table["weight"]
    assert table["wbic"].to_numpy() == pytest.approx(mixed.to_numpy(), abs=1e-12)


def test_a_kink_in_monthly_counts_is_found_where_it_is():
    fit = JoinpointModel(kinked(), max_joinpoints=2, draws=199).fit()
    assert fit.number == 1
    row = fit.intervals().loc[1]
    assert row["lower"] <= pd.Period("2016-01", "M") <= row["upper"]
    true = 100 * np.expm1([0.6, 0.6 - 1.4])
    assert ((fit.apc["lower"] < true) & (true < fit.apc["upper"])).all()


def test_percent_a_year_means_the_same_in_months_and_in_quarters():
    months = kinked(level=200, slopes=(0.4, 0))
    quarters = months.groupby(months.index.asfreq("Q")).sum()
    found = [JoinpointModel(each, max_joinpoints=0).fit().apc.loc[1, "apc"] for each in (months, quarters)]
    assert found[0] == pytest.approx(100 * np.expm1(0.4), abs=2)
    assert found[0] == pytest.approx(found[1], abs=0.5)


def test_the_reported_fit_of_counts_is_that_of_statsmodels():
    series = kinked()
    fit = JoinpointModel(series, max_joinpoints=1, select="bic", errors="independent").fit()
    time = np.arange(72) / 12
    hinge = np.maximum(time - time[series.index.get_loc(fit.joinpoints[0])], 0)
    design = np.column_stack([np.ones(72), time, hinge])
    theirs = sm.GLM(series.to_numpy(), design, family=sm.families.Poisson()).fit(scale=fit.dispersion)
    assert fit.params.to_numpy() == pytest.approx(theirs.params, rel=1e-6)
    assert fit.bse.to_numpy() == pytest.approx(theirs.bse, rel=1e-6)
    assert fit.criterion["deviance"][1] == pytest.approx(theirs.deviance, rel=1e-8)


def test_partly_watched_and_unwatched_periods_leave_the_trend_where_it_is():
    series = kinked(slopes=(0.5, 0), level=300).astype(float)
    series.iloc[10:14] = np.nan
    series.iloc[20] = round(series.iloc[20] * 0.5)
    series.attrs["exposure"] = {"2014-09": 0.5}
    fit = JoinpointModel(series, max_joinpoints=1, draws=199).fit()
    assert fit.number == 0 and fit.nobs == 68
    assert fit.apc.loc[1, "apc"] == pytest.approx(100 * np.expm1(0.5), abs=2.5)
    assert fit.fittedvalues.notna().all()


def test_counts_that_repeat_year_by_year_are_fitted_without_a_warning():
    series = pd.Series([2.0, 4, 6, 8, 0, 2, 4, 6, 8, 0, 2, 4] * 2, index=span("2019-01", "2020-12", "M"))
    fit = JoinpointModel(series, seasons=True, max_joinpoints=1, draws=99).fit()
    assert fit.number == 0 and fit.apc["apc"].abs().max() < 1e-6


def test_a_season_is_no_joinpoint():
    index = span("2013", "2018", "M")
    rate = 60 * np.exp(0.9 * np.sin(2 * np.pi * index.month / 12))
    series = pd.Series(np.random.default_rng(3).poisson(rate), index=index)
    assert JoinpointModel(series, seasons="month", max_joinpoints=1, draws=199).fit().number == 0


def test_dependent_counts_show_joinpoints_to_those_who_take_them_for_independent():
    found = {"ar1": 0, "independent": 0}
    for seed in range(40):
        rng = np.random.default_rng(seed)
        latent = np.zeros(60)
        for t in range(1, 60):
            latent[t] = 0.6 * latent[t - 1] + 0.4 * rng.normal()
        series = pd.Series(rng.poisson(20 * np.exp(latent)), index=span("2013-01", "2017-12", "M"))
        for errors in found:
            fit = JoinpointModel(series, errors=errors, max_joinpoints=1, draws=99, rng=seed).fit()
            found[errors] += fit.number
    # Of 40 series without a joinpoint, two are expected by chance.
    assert found["ar1"] <= 7 < 10 <= found["independent"]


def test_a_fit_that_ignores_dependence_says_so():
    rng = np.random.default_rng(5)
    latent = np.convolve(rng.normal(size=70), np.ones(9) / 3, "valid")[:60]
    series = pd.Series(rng.poisson(20 * np.exp(0.5 * latent)), index=span("2013-01", "2017-12", "M"))
    fit = JoinpointModel(series, errors="independent", max_joinpoints=0).fit()
    assert "Residuals are autocorrelated" in fit.warnings[0]
    assert "fit with errors='ar1'" in fit._repr_html_()


def test_the_same_seed_gives_the_same_tests_and_fitting_changes_nothing():
    model = JoinpointModel(kinked(), max_joinpoints=1, draws=99, rng=3)
    once, again = model.fit(), model.fit()
    pd.testing.assert_frame_equal(once.tests, again.tests)
    pd.testing.assert_frame_equal(once.apc, again.apc)


def test_an_average_over_one_segment_is_the_change_of_that_segment():
    fit = JoinpointModel(kinked(), max_joinpoints=1, draws=99).fit()
    average = fit.aapc(last=fit.joinpoints[0])
    assert average["aapc"] == pytest.approx(fit.apc.loc[1, "apc"])


def test_the_chart_marks_each_joinpoint_and_shows_rates_as_if_fully_watched():
    series = kinked().astype(float)
    series.attrs["exposure"] = {"2013-02": 0.5}
    fit = JoinpointModel(series, max_joinpoints=1, draws=99).fit()
    ax = fit.plot_fit()
    assert [text.get_text() for text in ax.texts] == [str(at) for at in fit.joinpoints]
    assert ax.lines[0].get_ydata()[1] == 2 * series.iloc[1]
    assert ax.get_ylabel() == "events a month"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"select": "aic"},
            "fit a joinpoint model: found select='aic'; allowed: permutation, bic, bic3, wbic; name one of these.",
        ),
        (
            {"max_joinpoints": 40},
            "fit a joinpoint model: found max_joinpoints=40 and min_between=2 with 72 watched periods; "
            "allowed: at least 122 periods for these; lower max_joinpoints or take a longer series.",
        ),
        (
            {"max_joinpoints": 9},
            "fit a joinpoint model: found 3,679,075,400 placements of 9 joinpoints in 72 periods; "
            "allowed: 2,300,000; count by a coarser period, or lower max_joinpoints.",
        ),
        (
            {"se": np.ones(3)},
            "fit a joinpoint model: found se of shape (3,) for 72 periods; "
            "allowed: one standard error a period; give them as long as the series.",
        ),
        (
            {"se": 10**400},
            "fit a joinpoint model: found se of shape (0,) for 72 periods; "
            "allowed: one standard error a period; give them as long as the series.",
        ),
        (
            {"se": np.zeros(72)},
            "fit a joinpoint model: found rate 22 with standard error 0 in 2013-01; allowed: rates and standard errors "
            "above 0, because a logarithm is taken; give counts with their exposure instead of rates.",
        ),
    ],
)
def test_bad_options_are_refused_in_words(options, message):
    with pytest.raises(ModelError) as error:
        JoinpointModel(kinked(), **options)
    assert str(error.value) == message


def test_an_average_over_a_single_period_is_refused():
    fit = JoinpointModel(kinked(), max_joinpoints=0).fit()
    with pytest.raises(ModelError, match="found first=2014-01, last=2014-01; allowed: a first period before the last"):
        fit.aapc("2014-01", "2014-01")


def test_intervals_and_p_values_of_the_coefficients_agree():
    fit = JoinpointModel(kinked(), max_joinpoints=1, draws=99).fit()
    table = fit.conf_int()
    assert list(table.columns) == ["lower", "upper"]
    outside = (table["lower"] > 0) | (table["upper"] < 0)
    assert (outside == (fit.pvalues < 0.05)).all()
