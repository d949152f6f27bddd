import matplotlib
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from trends.errors import ModelError
from trends.fits.design import baseline, effect_column
from trends.models.regression import CountRegression
from trends.periods import span

matplotlib.use("Agg")
MONTHS = span("2015-01", "2020-12", "M")
STEP = "step 2018-07"


def simulated(seed=0, mean=12, ratio=2.0, size=None):
    rng = np.random.default_rng(seed)
    design = baseline(MONTHS, seasons=1).join(effect_column(MONTHS, "2018-07"))
    rate = mean * np.exp(np.log(ratio) * design[STEP] + 0.2 * design["sin 1"]).to_numpy()
    counts = rng.poisson(rate) if size is None else rng.negative_binomial(size, size / (size + rate))
    return pd.Series(counts, index=MONTHS), design


@pytest.fixture
def sicily(reference):
    table = pd.read_csv(reference("sicily.csv"))
    angle = 2 * np.pi * table["month"] / 12
    waves = {f"{wave.__name__} {k}": wave(k * angle) for k in (1, 2) for wave in (np.sin, np.cos)}
    return table, table[["smokban", "time"]], table[["smokban", "time"]].assign(**waves)


@pytest.mark.parametrize("family, size", [("poisson", None), ("quasipoisson", 8), ("negbin", 8)])
def test_a_step_of_two_is_recovered(family, size):
    # 30 series each: the mean log ratio is within three standard errors of the truth.
    steps = [CountRegression(*simulated(seed, size=size), family=family).fit().params[STEP] for seed in range(30)]
    assert abs(np.mean(steps) - np.log(2)) < 3 * np.std(steps) / np.sqrt(30)
    assert 0.02 < np.std(steps) < 0.3


def test_theta_is_recovered():
    thetas = [CountRegression(*simulated(seed, mean=30, size=5), family="negbin").fit().theta for seed in range(12)]
    assert 4.5 < np.median(thetas) < 7


# Reference numbers: R 4.2.2 with MASS 7.3-58.2 and sandwich 3.0-2, by tests/reference/regression.R; published in
# Lopez Bernal et al. (2017), corrected code. Deterministic fits, so 8 digits; 6 for standard errors.


def test_sicily_by_poisson_gives_the_numbers_of_r(sicily):
    table, design, _ = sicily
    fit = CountRegression(table["aces"], design, exposure=table["stdpop"]).fit()
    np.testing.assert_allclose(fit.params, [-6.24315091046742, -0.1116284425631, 0.00494499203225], rtol=1e-8)
    np.testing.assert_allclose(fit.bse, [0.011189363456, 0.017224781632, 0.000499230010], rtol=1e-6)
    assert fit.rate_ratio("smokban")["ratio"] == pytest.approx(0.8943765, abs=1e-7)
    assert fit.llf == pytest.approx(-351.016293265, rel=1e-9)
    assert fit.deviance == pytest.approx(197.309612512, rel=1e-9)
    assert fit.pvalues["smokban"] == pytest.approx(9.13050622812e-11, rel=1e-6)


def test_sicily_by_quasi_poisson_gives_the_numbers_of_r(sicily):
    table, design, seasonal = sicily
    fit = CountRegression(table["aces"], design, exposure=table["stdpop"], family="quasipoisson").fit()
    assert fit.dispersion == pytest.approx(3.55918676377, rel=1e-8)
    assert fit.bse["smokban"] == pytest.approx(0.03249594070836, rel=1e-7)
    assert fit.pvalues["smokban"] == pytest.approx(1.12213559068e-03, rel=1e-6)
    np.testing.assert_allclose(fit.conf_int().loc["smokban"], [-0.176725634187, -0.0465312509388], rtol=1e-7)
    fit = CountRegression(table["aces"], seasonal, exposure=table["stdpop"], family="quasipoisson").fit()
    assert fit.params["smokban"] == pytest.approx(-0.122086792899, rel=1e-8)
    assert fit.bse["smokban"] == pytest.approx(0.0270310987657, rel=1e-6)
    assert fit.dispersion == pytest.approx(2.2621826405, rel=1e-8)


def test_sicily_with_a_change_of_slope_gives_the_numbers_of_r(sicily):
    table, _, seasonal = sicily
    slope = seasonal.assign(slope=(table["time"] - 36) * table["smokban"])
    without, with_slope = (
        CountRegression(table["aces"], design, exposure=table["stdpop"], family="quasipoisson").fit()
        for design in (seasonal, slope)
    )
    assert with_slope.params["slope"] == pytest.approx(0.00148222799796, rel=1e-7)
    assert with_slope.bse["slope"] == pytest.approx(0.00185463086206, rel=1e-6)
    f_statistic = (without.deviance - with_slope.deviance) / with_slope.dispersion
    assert f_statistic == pytest.approx(0.638792649303, rel=1e-7)


def test_sicily_by_negative_binomial_gives_the_numbers_of_r(sicily):
    table, _, seasonal = sicily
    fit = CountRegression(table["aces"], seasonal, exposure=table["stdpop"], family="negbin").fit()
    # glm.nb stops once its alternation gains less than 1e-10, which leaves it 7 to 8 digits.
    assert fit.params["smokban"] == pytest.approx(-0.12308612536, rel=1e-7)
    assert fit.bse["smokban"] == pytest.approx(0.025429261547, rel=1e-6)
    assert fit.theta == pytest.approx(840.013818278, rel=1e-7)
    assert fit.llf == pytest.approx(-301.878932583, rel=1e-9)


@pytest.mark.parametrize(
    "options, errors",
    [
        ({"cov": "hac"}, [0.0192068823161, 0.0319959410355, 0.00077463488576]),
        ({"cov": "hac", "maxlags": 6}, [0.0179573109845, 0.030919081897, 0.000768901616912]),
        ({"cov": "cluster"}, [0.00829769331804, 0.0219715417, 0.000450519582985]),
    ],
)
def test_robust_errors_are_those_of_the_package_sandwich(sicily, options, errors):
    table, design, _ = sicily
    groups = table["year"] if options["cov"] == "cluster" else None
    fit = CountRegression(table["aces"], design, exposure=table["stdpop"], groups=groups, **options).fit()
    np.testing.assert_allclose(fit.bse, errors, rtol=1e-6)


def test_seatbelts_by_quasi_poisson_gives_the_numbers_of_r(reference):
    table = pd.read_csv(reference("seatbelts.csv"))
    months = pd.get_dummies(pd.Series(np.arange(len(table)) % 12 + 1), prefix="month", drop_first=True)
    design = months.assign(
        time=table["time"], petrol=np.log(table["PetrolPrice"]), km=np.log(table["kms"]), law=table["law"]
    )
    fit = CountRegression(table["DriversKilled"], design, family="quasipoisson").fit()
    assert fit.params["law"] == pytest.approx(-0.120466287715917, rel=1e-8)
    assert fit.bse["law"] == pytest.approx(0.035798082422, rel=1e-6)
    assert fit.dispersion == pytest.approx(1.84871453542, rel=1e-8)


def test_the_fit_is_that_of_statsmodels():
    counts, design = simulated(3)
    ours = CountRegression(counts, design).fit()
    theirs = sm.GLM(counts.to_numpy(), design.to_numpy(), family=sm.families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(ours.bse, theirs.bse, rtol=1e-7)
    frame = theirs.get_prediction().summary_frame()
    np.testing.assert_allclose(ours.predict(), frame[["mean", "mean_ci_lower", "mean_ci_upper"]], rtol=1e-7)
    np.testing.assert_allclose(ours.conf_int(0.1), theirs.conf_int(0.1), rtol=1e-7)
    np.testing.assert_allclose(ours.resid_pearson, theirs.resid_pearson, rtol=1e-7)
    robust = sm.GLM(counts.to_numpy(), design.to_numpy(), family=sm.families.Poisson()).fit(
        tol=1e-12, cov_type="HAC", cov_kwds={"maxlags": 3}
    )
    np.testing.assert_allclose(CountRegression(counts, design, cov="hac").fit().bse, robust.bse, rtol=1e-7)
    acf = sm.tsa.acf(theirs.resid_pearson, nlags=12)[1:]
    np.testing.assert_allclose(ours.residual_autocorrelation(), acf, rtol=1e-6)


def test_counts_in_proportion_to_their_exposure_give_the_same_rate():
    counts, design = simulated(5)
    whole = CountRegression(counts, design).fit()
    half = CountRegression(counts, design, exposure=np.full(72, 0.5)).fit()
    assert half.params["const"] - whole.params["const"] == pytest.approx(np.log(2), abs=1e-9)
    np.testing.assert_allclose(half.params[1:], whole.params[1:], atol=1e-9)
    carried = counts.copy()
    carried.attrs["exposure"] = {"2016-02": 0.25}
    explicit = np.where(MONTHS == pd.Period("2016-02"), 0.25, 1)
    assert CountRegression(carried).fit().params["const"] == pytest.approx(
        CountRegression(counts, exposure=explicit).fit().params["const"], abs=1e-12
    )
    assert CountRegression(carried, exposure=np.ones(72)).exposure.eq(1).all()


def test_periods_that_were_not_watched_are_left_out_and_stay_nan():
    counts, design = simulated(6)
    holes = counts.astype(float)
    holes.iloc[[3, 4, 40]] = np.nan
    fit = CountRegression(holes, design, family="quasipoisson").fit()
    without = CountRegression(
        holes.dropna().reset_index(drop=True), design[holes.notna()].reset_index(drop=True), family="quasipoisson"
    ).fit()
    pd.testing.assert_frame_equal(fit.summary(), without.summary())
    assert fit.nobs == 69 and len(fit.fittedvalues) == 72
    for values in (fit.fittedvalues, fit.resid_pearson, fit.predict()["mean"]):
        assert values.isna().to_numpy().nonzero()[0].tolist() == [3, 4, 40]


def test_periods_across_a_gap_are_no_neighbours():
    counts, design = simulated(7)
    holes = counts.astype(float)
    holes.iloc[1::2] = np.nan
    fit = CountRegression(holes, design[["const"]], cov="hac", maxlags=1).fit()
    independent = CountRegression(holes, design[["const"]], cov="hac", maxlags=0).fit()
    assert fit.residual_autocorrelation(1)[1] == 0
    np.testing.assert_allclose(fit.bse, independent.bse, rtol=1e-12)
    with pytest.raises(ModelError, match="found no period between 2015-01 and 2015-03"):
        CountRegression(holes.dropna())


def test_a_month_without_any_event_leaves_the_other_estimates_alone():
    rng = np.random.default_rng(8)
    counts = pd.Series(rng.poisson(4, 72) * (MONTHS.month != 2), index=MONTHS)
    design = baseline(MONTHS, seasons=True).join(effect_column(MONTHS, "2018-07"))
    rest = MONTHS.month != 2
    for options in ({"family": "quasipoisson"}, {"cov": "hac"}, {"family": "negbin"}):
        fit = CountRegression(counts, design, **options).fit()
        if "cov" not in options:
            other = CountRegression(counts.where(rest), design.drop(columns="february"), **options).fit()
            # The iteration stops once the rate of the empty months is of the order of 1e-9.
            np.testing.assert_allclose(fit.params.drop("february"), other.params, atol=1e-6)
            np.testing.assert_allclose(fit.bse.drop("february"), other.bse, rtol=1e-5)
            assert fit.dispersion == pytest.approx(other.dispersion, rel=1e-5) and fit.df_resid == other.df_resid
        assert fit.params["february"] == -np.inf and fit.bse["february"] == np.inf
        assert fit.rate_ratio("february").tolist() == [0, 0, np.inf] and np.isnan(fit.pvalues["february"])
        assert np.isfinite(fit.bse.drop("february")).all()
        assert fit.predict()["upper"].isna().to_numpy().tolist() == (~rest).tolist()
        assert fit.warnings[0] == (
            "Nothing was counted in any of the 6 periods (2015-02 to 2020-02) that only 'february' can set apart: no "
            "finite estimate of these exists, and no interval."
        )


def test_where_the_first_month_is_empty_the_step_is_still_estimated():
    rng = np.random.default_rng(9)
    counts = pd.Series(rng.poisson(4, 72) * (MONTHS.month != 1), index=MONTHS)
    design = baseline(MONTHS, seasons=True).join(effect_column(MONTHS, "2018-07"))
    fit = CountRegression(counts, design).fit()
    rest = MONTHS.month != 1
    other = CountRegression(counts.where(rest), design.drop(columns="february"), cov="model").fit()
    assert fit.params[STEP] == pytest.approx(other.params[STEP], abs=1e-6)
    assert fit.bse[STEP] == pytest.approx(other.bse[STEP], rel=1e-5)
    assert fit.params["const"] == -np.inf and fit.params["april"] == np.inf
    np.testing.assert_allclose(fit.predict()[rest], other.predict()[rest], rtol=1e-4)


def test_counts_that_vary_no_more_than_poisson_counts_have_the_poisson_limit():
    index = span("2018-01", "2019-12", "M")
    counts = pd.Series([4, 5] * 12, index=index)
    fit = CountRegression(counts, family="negbin").fit()
    assert fit.theta == np.inf
    assert fit.bse["const"] == CountRegression(counts).fit().bse["const"]
    assert fit.warnings == (
        "The counts vary no more than Poisson counts: the negative binomial fit is its Poisson limit.",
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_negative_binomial_likelihood_has_its_maximum_at_the_estimate(seed):
    counts, design = simulated(seed, mean=3, size=1)
    fit = CountRegression(counts, design, family="negbin").fit()

    def likelihood(point):
        mean, theta = np.exp(design.to_numpy() @ point[:-1]), np.exp(-point[-1])
        return stats.nbinom.logpmf(counts, theta, theta / (theta + mean)).sum()

    best = np.append(fit.params, -np.log(fit.theta))
    assert likelihood(best) == pytest.approx(fit.llf, rel=1e-10)
    for step in 1e-4 * np.eye(len(best)):
        above, below = likelihood(best + step), likelihood(best - step)
        # The third derivative alone leaves central differences of this width about 1e-5.
        assert abs(above - below) / 2e-4 < 1e-4
        assert max(above, below) < fit.llf


def test_too_much_variance_for_poisson_is_said_with_its_number():
    fit = CountRegression(*simulated(2, mean=30, size=3)).fit()
    expected = (
        f"The counts vary {fit.dispersion:.3g} times as much as Poisson counts: the intervals are too narrow by a "
        f"factor of {np.sqrt(fit.dispersion):.2f}; take the family quasipoisson or negbin."
    )
    assert expected in fit.warnings
    assert CountRegression(*simulated(2, mean=30, size=3), family="quasipoisson").fit().warnings == ()


def test_dependence_of_neighbours_is_said_with_its_number():
    rng = np.random.default_rng(1)
    level = np.zeros(72)
    for month in range(1, 72):
        level[month] = 0.8 * level[month - 1] + 0.3 * rng.normal()
    counts = pd.Series(rng.poisson(20 * np.exp(level)), index=MONTHS)
    fit = CountRegression(counts, family="quasipoisson").fit()
    (sentence,) = fit.warnings
    assert sentence == (
        f"Neighbouring residuals are correlated ({fit.residual_autocorrelation()[1]:.2f}; independent counts stay "
        "below 0.23 in 39 of 40 series): textbook intervals are too narrow."
    )


def test_a_constant_is_added_where_there_is_none_and_only_there():
    counts, design = simulated(4)
    dummies = pd.get_dummies(pd.Series(MONTHS.quarter, index=MONTHS), prefix="quarter")
    assert list(CountRegression(counts).exog) == ["const"]
    assert list(CountRegression(counts, design[["trend"]]).exog) == ["const", "trend"]
    assert list(CountRegression(counts, design).exog) == list(design)
    assert list(CountRegression(counts, sm.add_constant(design[["trend"]])).exog) == ["const", "trend"]
    assert list(CountRegression(counts, dummies).exog) == list(dummies)
    assert list(CountRegression(counts, design[[STEP]], constant=False).exog) == [STEP]


def test_predictions_for_new_periods_take_the_columns_by_name():
    counts, design = simulated(4)
    fit = CountRegression(counts, design[["trend", STEP]]).fit()
    later = pd.DataFrame({STEP: [1.0], "trend": [4.0]}, index=span("2021-12", "2021-12", "M"))
    mean = np.exp(fit.params @ [1, 4, 1])
    assert fit.predict(later)["mean"].iloc[0] == pytest.approx(mean)
    assert fit.predict(later, exposure=[0.5])["mean"].iloc[0] == pytest.approx(mean / 2)
    with pytest.raises(ModelError) as refusal:
        fit.predict(later, exposure=[1, 1])
    assert str(refusal.value) == (
        "predict counts: found an exposure of shape (2,) and type int64 for 1 rows; allowed: a number for every row, "
        "or one for all; hand over one exposure a row."
    )
    narrow, wide = fit.predict(later, level=0.5).iloc[0], fit.predict(later).iloc[0]
    assert wide["lower"] < narrow["lower"] < narrow["mean"] < narrow["upper"] < wide["upper"]
    with pytest.raises(ModelError) as refusal:
        fit.predict(later[["trend"]])
    assert str(refusal.value) == (
        f"predict counts: found a design without '{STEP}'; allowed: the columns 'const', 'trend' and '{STEP}'; build "
        "it as the fitted one was built."
    )


def test_the_results_keep_the_contract():
    counts, design = simulated(4)
    before = counts.copy(), design.copy()
    fit = CountRegression(counts, design, family="quasipoisson").fit()
    pd.testing.assert_series_equal(counts, before[0])
    pd.testing.assert_frame_equal(design, before[1])
    assert list(fit.conf_int()) == ["lower", "upper"]
    assert list(fit.summary()) == ["coefficient", "se", "pvalue", "rate_ratio", "lower", "upper"]
    assert fit.rate_ratio(STEP).tolist() == fit.summary().loc[STEP, ["rate_ratio", "lower", "upper"]].tolist()
    assert fit.params.index.equals(design.columns) and fit.fittedvalues.index.equals(MONTHS)
    assert "Quasi-Poisson regression, 72 months, dispersion" in fit._repr_html_()
    assert repr(fit).startswith("CountRegressionResults(Quasi-Poisson regression, 72 months, dispersion")
    with pytest.raises(AttributeError):
        fit.model = None


def test_the_chart_shows_counts_fit_and_interval():
    counts, design = simulated(4)
    holes = counts.astype(float)
    holes.iloc[5] = np.nan
    fit = CountRegression(holes, design).fit()
    ax = fit.plot_fit()
    drawn = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    np.testing.assert_array_equal(drawn["fitted"], fit.fittedvalues)
    np.testing.assert_array_equal(drawn["counted"], holes)
    named = {text.get_text() for text in ax.get_legend().get_texts()}
    assert named == {"fitted", "counted", "95 % interval of the mean", "not watched"}
    assert fit.plot_fit(ax) is ax
    matplotlib.pyplot.close(ax.figure)


def refusal(*arguments, **options):
    with pytest.raises(ModelError) as found:
        CountRegression(*arguments, **options)
    return str(found.value)


def test_unknown_options_are_refused():
    counts, _ = simulated()
    assert refusal(counts, family="normal") == (
        "fit a count regression: found family='normal'; allowed: poisson, quasipoisson, negbin; name one of these."
    )
    assert refusal(counts, cov="HC1") == (
        "fit a count regression: found cov='HC1'; allowed: model, hac, cluster; name one of these."
    )
    assert refusal(counts, cov="hac", maxlags=72) == (
        "take Newey-West standard errors: found maxlags=72; allowed: a whole number from 0 to 71; leave it out for the "
        "usual one."
    )
    for groups, found in (
        (None, "no groups"),
        (np.ones(72), "a single group"),
        (np.ones(5), "5 groups for 72 rows"),
        (np.r_[np.nan, np.arange(71)], "a row with a count and no group"),
    ):
        assert refusal(counts, cov="cluster", groups=groups) == (
            f"take clustered standard errors: found {found}; allowed: a group for every row, at least two in all; hand "
            "over groups=, for example the province or the year of each row."
        )


def test_rows_that_are_no_series_in_time_have_no_neighbours():
    twice = pd.PeriodIndex([*MONTHS, *MONTHS])
    counts = pd.Series(np.random.default_rng(0).poisson(5, 144), index=twice)
    assert refusal(counts, cov="hac") == (
        "take Newey-West standard errors: found the period 2015-01 more than once; allowed: rows that follow each "
        "other in time, each period once; fit one series at a time, or ask for cov='cluster' with groups."
    )
    fit = CountRegression(counts, cov="cluster", groups=np.repeat(["a", "b"], 72)).fit()
    assert fit.df_quantile == 1
    with pytest.raises(ModelError, match="read the autocorrelation of the residuals: found the period 2015-01 more"):
        fit.residual_autocorrelation()
    with pytest.raises(ModelError, match="plot a fit over time: found the period 2015-01 more than once"):
        fit.plot_fit()


def test_what_a_fit_cannot_answer_is_refused_with_the_way_out():
    fit = CountRegression([3, 4, 5, 6]).fit()
    with pytest.raises(ModelError) as found:
        fit.rate_ratio("step")
    assert str(found.value) == ("read a rate ratio: found the term 'step'; allowed: 'const'; name one of these.")
    with pytest.raises(ModelError) as found:
        fit.conf_int(95)
    assert str(found.value) == (
        "give an interval: found alpha=95; allowed: a number between 0 and 1; take 0.05 for 95 %."
    )
    with pytest.raises(ModelError) as found:
        fit.plot_fit()
    assert str(found.value) == (
        "plot a fit over time: found an index of type RangeIndex; allowed: a PeriodIndex; give the series periods, for "
        'example series.index.to_period("M").'
    )
