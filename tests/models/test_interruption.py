import matplotlib
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trends.errors import InputError, ModelError
from trends.fits.countdata import count_data
from trends.fits.design import effect_column, season_columns
from trends.models.interruption import InterruptionModel
from trends.models.regression import CountRegression
from trends.periods import label_of, ramadan_shares, span

matplotlib.use("Agg")
MONTHS = span("2016-01", "2020-12", "M")


def simulated(seed, shape="step", ratio=2.0, length=None, index=MONTHS, at="2019-04", mean=15, size=10):
    """Counts with trend, season, Ramadan and a break of known size, overdispersed."""
    rng = np.random.default_rng(seed)
    years = np.arange(len(index)) / len(index)
    season = 0 if len(set(index.year)) == len(index) else season_columns(index, 1)["sin 1"].to_numpy()
    change = effect_column(index, at, shape, length).iloc[:, 0].to_numpy()
    rate = mean * np.exp(0.3 * years + 0.2 * season + 0.4 * ramadan_shares(index) + np.log(ratio) * change)
    return pd.Series(rng.negative_binomial(size, size / (size + rate)), index=index, name="Diyala")


@pytest.mark.parametrize("shape, length", [("step", None), ("slope", None), ("pulse", 6), ("ramp", 5)])
def test_a_break_of_known_size_is_recovered_in_every_shape(shape, length):
    logs, covered = [], 0
    for seed in range(40):
        fit = InterruptionModel(
            simulated(seed, shape, 1.8, length),
            at="2019-04",
            shape=shape,
            length=length,
            seasons=1,
            calendar=["ramadan"],
        ).fit()
        ratio = fit.rate_ratio()
        logs.append(np.log(ratio["ratio"]))
        covered += ratio["lower"] < 1.8 < ratio["upper"]
    # Three standard errors of the mean of 40. The counts are independent, so the textbook interval holds here: fewer
    # than 33 of 40 have probability 0.1 %.
    assert abs(np.mean(logs) - np.log(1.8)) < 3 * np.std(logs) / np.sqrt(40)
    assert covered >= 33


@pytest.mark.parametrize("freq, at", [("W", "2019-W14"), ("Q", "2019Q2"), ("Y", "2015")])
def test_a_step_is_recovered_at_every_frequency(freq, at):
    first = {"W": "2017", "Q": "2005", "Y": "1991"}[freq]
    counts = simulated(1, index=span(first, "2020", freq), at=at, mean=60, size=80)
    fit = InterruptionModel(counts, at=at, seasons=None if freq == "Y" else 1).fit()
    assert fit.effect == f"step {at}"
    ratio = fit.rate_ratio()
    assert ratio["lower"] < 2 < ratio["upper"] and 1.3 < ratio["lower"]


def test_sicily_gives_the_numbers_of_r(reference):
    # R 4.2.2, tests/reference/regression.R: the waves span the same space, and the trend runs in years here.
    table = pd.read_csv(reference("sicily.csv"))
    index = span("2002-01", "2006-11", "M")
    counts = pd.Series(table["aces"].to_numpy(), index=index)
    fit = InterruptionModel(counts, at="2005-01", seasons=2, exposure=table["stdpop"].to_numpy()).fit()
    assert fit.design["step 2005-01"].tolist() == table["smokban"].tolist()
    assert fit.params["step 2005-01"] == pytest.approx(-0.122086792899, rel=1e-8)
    assert fit.bse["step 2005-01"] == pytest.approx(0.0270310987657, rel=1e-6)
    assert fit.dispersion == pytest.approx(2.2621826405, rel=1e-8)
    # The paper's interval has normal quantiles; ours those of t with 52 degrees of freedom, 2.0066468.
    reach = np.log(fit.rate_ratio()["upper"] / fit.rate_ratio()["ratio"]) * 1.959963985 / 2.0066468
    bounds = fit.rate_ratio()["ratio"] * np.exp([0, -reach, reach])
    np.testing.assert_allclose(bounds, [0.885072, 0.839401, 0.933227], atol=1e-6)


def test_it_is_the_regression_on_its_design():
    counts = simulated(3)
    fit = InterruptionModel(counts, at="2019-04", seasons=True, calendar=["ramadan"], family="negbin").fit()
    plain = CountRegression(counts, fit.design, family="negbin").fit()
    pd.testing.assert_frame_equal(fit.summary(), plain.summary())
    assert list(fit.design)[-2:] == ["ramadan", "step 2019-04"] and fit.theta == plain.theta
    hac = InterruptionModel(counts, at="2019-04", cov="hac").fit()
    assert hac.description.endswith("Newey-West errors with 3 lags")


def test_what_was_to_be_expected_is_the_fit_without_the_break():
    counts = simulated(4).astype(float)
    counts.iloc[[10, 50]] = np.nan
    counts.attrs["exposure"] = {"2019-08": 0.5}
    fit = InterruptionModel(counts, at="2019-04", seasons=1).fit()
    expected, before = fit.expected, MONTHS < pd.Period("2019-04")
    assert list(expected) == ["expected", "lower", "upper"] and expected.index.equals(MONTHS)
    np.testing.assert_allclose(expected["expected"][before], fit.fittedvalues[before], rtol=1e-12)
    ratio = fit.rate_ratio()["ratio"]
    np.testing.assert_allclose(expected["expected"][~before] * ratio, fit.fittedvalues[~before], rtol=1e-9)
    watched = counts.notna()
    assert expected.isna().all(axis=1).tolist() == (~watched).tolist()
    assert (expected["lower"] < expected["expected"])[watched].all()
    assert (expected["expected"] < expected["upper"])[watched].all()
    assert fit.exposure[pd.Period("2019-08")] == 0.5
    # The interval by hand: the variance of x'b in a month after the break.
    row = fit.design.iloc[55].to_numpy().copy()
    row[-1] = 0
    reach = 2.005 * np.sqrt(row @ fit.estimate.cov @ row)
    assert np.log(expected["upper"] / expected["expected"]).iloc[55] == pytest.approx(reach, rel=1e-3)


def test_a_partly_watched_period_is_judged_by_its_share():
    counts = simulated(5, size=1e6)
    halved = counts.copy()
    after = MONTHS >= pd.Period("2020-01")
    halved[after] = np.random.default_rng(0).binomial(counts[after], 0.5)
    blind = InterruptionModel(halved, at="2020-01").fit().rate_ratio()
    halved.attrs["exposure"] = {label_of(month): 0.5 for month in MONTHS[after]}
    seeing = InterruptionModel(halved, at="2020-01").fit().rate_ratio()
    assert seeing["ratio"] == pytest.approx(2 * blind["ratio"], rel=1e-9)


def test_a_rival_that_begins_with_the_break_is_named_or_refused():
    counts = simulated(6)
    near = InterruptionModel(counts, at="2019-04", calendar={"curfew": [("2019-03-20", "2020-12-31")]}).fit()
    assert any(
        sentence.startswith("'curfew' and 'step 2019-04' can hardly be told apart in the 60 months from 2016-01 to ")
        for sentence in near.warnings
    )
    with pytest.raises(ModelError, match="'curfew' and 'step 2019-04' cannot be told apart in the 60 months"):
        InterruptionModel(counts, at="2019-04", calendar={"curfew": [("2019-04", "2020-12")]})


def test_quarters_say_that_ramadan_and_the_second_quarter_are_one():
    index = span("2017Q1", "2022Q4", "Q")
    counts = simulated(7, index=index, at="2020Q2")
    fit = InterruptionModel(counts, at="2020Q2", seasons=True, calendar=["ramadan"]).fit()
    assert fit.warnings[0].startswith("'quarter 2' and 'ramadan' can hardly be told apart in the 24 quarters")


def test_nothing_after_the_break_is_a_ratio_of_zero_without_certainty():
    counts = simulated(8) * (MONTHS < pd.Period("2019-04"))
    for cov in ("model", "hac"):
        fit = InterruptionModel(counts, at="2019-04", cov=cov).fit()
        assert fit.rate_ratio().tolist() == [0, 0, np.inf]
        assert "Nothing was counted in any of the 21 periods (2019-04 to 2020-12)" in fit.warnings[0]


def test_the_chart_shows_counts_fit_expectation_and_event():
    counts = simulated(9).astype(float)
    counts.iloc[7] = np.nan
    fit = InterruptionModel(counts, at="2019-04").fit()
    ax = fit.plot_fit()
    drawn = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    np.testing.assert_array_equal(drawn["counted"], counts)
    np.testing.assert_array_equal(drawn["fitted"], fit.fittedvalues)
    from_break = MONTHS >= pd.Period("2019-03")
    np.testing.assert_array_equal(drawn["had nothing changed"], fit.expected["expected"].where(from_break))
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {
        *("fitted", "had nothing changed", "its 95 % interval", "counted", "not watched"),
    }
    assert [text.get_text() for text in ax.texts] == ["2019-04"] and ax.get_ylabel() == "events a month"
    assert fit.plot_fit(ax) is ax
    matplotlib.pyplot.close(ax.figure)


def test_the_results_keep_the_contract():
    counts = simulated(9)
    before = counts.copy()
    fit = InterruptionModel(counts, at="2019-04").fit()
    pd.testing.assert_series_equal(counts, before)
    assert fit.at == pd.Period("2019-04") and fit.effect == "step 2019-04"
    assert fit.endog.equals(count_data(counts).endog) and fit.nobs == 60
    assert fit.rate_ratio("trend").name == "trend" and fit.rate_ratio().name == fit.effect
    assert fit.rate_ratio(level=0.5)["lower"] > fit.rate_ratio()["lower"]
    assert repr(fit).startswith("InterruptionResults(") and "step 2019-04" in fit._repr_html_()


def refusal(error, *arguments, **options):
    with pytest.raises(error) as found:
        InterruptionModel(*arguments, **options)
    return str(found.value)


def test_a_break_outside_of_the_series_is_refused():
    for at in ("2021-01", "2016-01", "2010-05"):
        assert refusal(ModelError, simulated(0), at=at) == (
            f"look for a step at {at}: found counts from 2016-01 to 2020-12; allowed: a month after the first and not "
            "after the last of them; move the break, or take a longer series."
        )
    assert "read a month: found '2020', which is a year" in refusal(InputError, simulated(0), at="2020")


def test_too_few_watched_periods_on_a_side_are_refused():
    counts = simulated(0).astype(float)
    counts.iloc[-9:-2] = np.nan
    assert refusal(ModelError, counts, at="2020-04") == (
        "look for a step at 2020-04: found 51 watched months before it and 2 from it on; allowed: at least 3 before "
        "and 3 after, so that something is left to judge the noise by; take a longer series or finer periods."
    )
    assert refusal(ModelError, counts, at="2020-05", shape="pulse", length=3) == (
        "look for a pulse at 2020-05: found 51 watched months before it and 0 within; allowed: at least 3 before and 1 "
        "after, so that something is left to judge the noise by; take a longer series or finer periods."
    )
    assert "found 2 watched months before it and 51 from it on" in refusal(ModelError, counts, at="2016-03")
    assert InterruptionModel(counts, at="2020-11", shape="pulse").fit().effect == "pulse 2020-11"


def test_what_is_no_series_on_periods_is_refused():
    counts = simulated(0)
    assert "found a column without periods; allowed: a pandas Series on a PeriodIndex" in refusal(
        ModelError, counts.tolist(), at="2019-04"
    )
    assert "found no period between 2016-04 and 2016-06;" in refusal(ModelError, counts.drop(MONTHS[4]), at="2019-04")


def test_dates_of_the_first_of_each_month_are_read_as_months():
    counts = simulated(0)
    dated = InterruptionModel(counts.to_timestamp(), at="2019-04").fit()
    assert dated.params.equals(InterruptionModel(counts, at="2019-04").fit().params)


def test_bad_counts_and_options_are_refused_as_in_any_regression():
    assert "found the count -1 in 2016-05" in refusal(
        ModelError, simulated(0).astype(float).where(MONTHS != pd.Period("2016-05"), -1), at="2019-04"
    )
    assert "found 0 in each of the 60 watched periods" in refusal(ModelError, simulated(0) * 0, at="2019-04")
    assert "found family='gaussian'" in refusal(ModelError, simulated(0), at="2019-04", family="gaussian")
    years = span("2000", "2020", "Y")
    assert "a year holds every season" in refusal(
        ModelError, pd.Series(range(21), index=years), at="2010", seasons=True
    )


def two_steps(seed=3):
    months = pd.period_range("2014-01", periods=96, freq="M")
    level = np.where(months < pd.Period("2016-05"), 10.0, np.where(months < pd.Period("2019-03"), 25.0, 12.5))
    return pd.Series(np.random.default_rng(seed).poisson(level), index=months)


def test_several_known_interruptions_each_have_an_effect_against_the_regime_before():
    fit = InterruptionModel(two_steps(), at=["2016-05", "2019-03"], trend=False).fit()
    assert fit.effects == ("step 2016-05", "step 2019-03") and fit.effect == "step 2016-05"
    for term, true in (("step 2016-05", 2.5), ("step 2019-03", 0.5)):
        ratio = fit.rate_ratio(term, level=0.99)
        assert ratio["lower"] < true < ratio["upper"]
        assert abs(np.log(ratio["ratio"] / true)) < 0.25
    # What was to be expected had nothing changed is the first regime throughout.
    assert np.ptp(fit.expected["expected"]) < 1e-9
    assert abs(fit.expected["expected"].iloc[0] / two_steps()[:28].mean() - 1) < 1e-6


def test_several_interruptions_are_those_of_the_regression_with_both_columns():
    counts = two_steps()
    fit = InterruptionModel(counts, at=["2016-05", "2019-03"], trend=False).fit()
    months = counts.index
    design = np.column_stack(
        [np.ones(96), months >= pd.Period("2016-05"), months >= pd.Period("2019-03")]
    ).astype(float)  # fmt: skip
    own = sm.GLM(counts.to_numpy(float), design, family=sm.families.Poisson()).fit()
    np.testing.assert_allclose(fit.params.to_numpy(), own.params, rtol=1e-6)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (["2019-03", "2016-05"], "found 2019-03, 2016-05; allowed: at least one date, each later than the one before"),
        (["2016-05", "2016-05"], "found 2016-05, 2016-05; allowed: at least one date, each later"),
        ([], "found none; allowed: at least one date"),
        (["2016-05", "2016-07"], "look for a step at 2016-05: found 28 watched months before it and 2 from it on; "),
        (["2016-05", "2031-01"], "look for a step at 2031-01: found counts from 2016-05 to 2021-12; "),
    ],
)
def test_several_interruptions_that_cannot_be_told_apart_are_refused(at, told):
    with pytest.raises(ModelError) as error:
        InterruptionModel(two_steps(), at=at)
    assert told in str(error.value)


def test_of_several_interruptions_the_ratio_of_one_must_be_named():
    fit = InterruptionModel(two_steps(), at=["2016-05", "2019-03"]).fit()
    with pytest.raises(ModelError) as error:
        fit.rate_ratio()
    assert str(error.value) == (
        "read a rate ratio: found 2 breaks; allowed: step 2016-05, step 2019-03; name one of these."
    )
    texts = [text.get_text() for text in fit.plot_fit().texts]
    assert {"2016-05", "2019-03"} <= set(texts)
