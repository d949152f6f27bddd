import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.seasonality import SeasonalModel
from trends.periods import ramadan_shares, span


def counts(index, log_rate, seed=0, level=25):
    return pd.Series(np.random.default_rng(seed).poisson(level * np.exp(log_rate)), index=index, name="attacks")


@pytest.fixture(scope="module")
def months():
    return span("2009-01", "2020-12", "M")


@pytest.fixture(scope="module")
def fitted(months):
    wave = 0.5 * np.cos(2 * np.pi * (months.month - 7) / 12)
    series = counts(months, wave + 0.5 * ramadan_shares(months))
    return SeasonalModel(series, calendar=["ramadan"]).fit()


# Generalised linear model of the data on seat belts in R (glm, quasipoisson), printed to seven digits.
def test_the_effect_of_the_seat_belt_law_is_the_published_one(reference):
    table = pd.read_csv(reference("seatbelts.csv"))
    index = span("1969-01", "1984-12", "M")
    logs = {"petrol": np.log(table["PetrolPrice"]), "km": np.log(table["kms"]), "law": table["law"]}
    exog = pd.DataFrame({name: column.to_numpy() for name, column in logs.items()}, index=index)
    fit = SeasonalModel(pd.Series(table["DriversKilled"].to_numpy(), index=index), exog).fit()
    assert fit.regression.params["law"] == pytest.approx(-0.1204663, abs=5e-8)
    assert fit.regression.bse["law"] == pytest.approx(0.0357981, abs=5e-7)
    assert fit.regression.dispersion == pytest.approx(1.848715, abs=5e-6)
    assert fit.season_test.pvalue < 0.001
    assert fit.indices["index"].idxmax() == "december"
    assert fit.conf_int().loc["law", "lower"] < -0.1204663 < fit.conf_int().loc["law", "upper"] < 0


def test_a_season_and_ramadan_are_recovered_together(fitted, months):
    assert fitted.season_test.pvalue < 0.001
    row = fitted.calendar.loc["ramadan"]
    assert row["lower"] < np.exp(0.5) < row["upper"] and row["pvalue"] < 0.001
    true = np.exp(0.5 * np.cos(2 * np.pi * (np.arange(1, 13) - 7) / 12))
    inside = (fitted.indices["lower"] < true) & (true < fitted.indices["upper"])
    # Of twelve 95 % intervals one may miss.
    assert inside.sum() >= 11


def test_adjusted_counts_lose_the_season_and_keep_the_level(fitted):
    table = fitted.adjusted()
    by_month = table["adjusted"].groupby(table.index.month).mean()
    assert by_month.max() / by_month.min() < 1.4
    assert table["adjusted"].mean() == pytest.approx(25, rel=0.06)
    assert ((table["lower"] <= table["adjusted"]) & (table["adjusted"] <= table["upper"])).all()


def test_no_season_is_of_no_strength(months):
    flat = SeasonalModel(counts(months, np.zeros(144), seed=1)).fit()
    assert flat.strength < 0.1 and flat.season_test.pvalue > 0.05


def test_in_quarters_of_six_years_ramadan_is_the_second_quarter_and_the_model_says_so():
    quarters = span("2017Q1", "2022Q4", "Q")
    fit = SeasonalModel(counts(quarters, np.zeros(24)), calendar=["ramadan"]).fit()
    assert fit.warnings[0] == (
        "'quarter 2' and 'ramadan' can hardly be told apart in the 24 quarters from 2017Q1 to 2022Q4: "
        "correlation 1.000, variance inflated 3288 times."
    )
    assert np.isnan(fit.calendar.loc["ramadan", "ratio"])
    assert fit.calendar.loc["ramadan", "untestable"] == fit.warnings[0]
    assert fit.untestable("quarter 3") == ""


def test_a_harvest_with_dates_of_its_own_enters_beside_the_built_in_names(months):
    dates = [(f"{year}-05-15", f"{year}-06-30") for year in range(2009, 2021)]
    fit = SeasonalModel(counts(months, np.zeros(144)), seasons=1, calendar={"arbaeen": None, "harvest": dates}).fit()
    assert list(fit.calendar.index) == ["arbaeen", "harvest"]
    assert fit.calendar.loc["arbaeen", "largest_share"] == pytest.approx(1 / 28, abs=0.005)
    assert fit.calendar.loc["harvest", "largest_share"] == 1


def test_a_season_that_grows_is_told_from_one_that_stays(months):
    wave = np.cos(2 * np.pi * (months.month - 7) / 12) * np.linspace(-0.5, 0.9, 144)
    fit = SeasonalModel(counts(months, wave), seasons=1, evolving=True).fit()
    assert fit.evolution_test.pvalue <= 0.02
    assert "change of season" in fit.summary().index


def test_weeks_take_waves_and_unwatched_weeks_stay_unwatched():
    weeks = span("2016", "2019", "W")
    series = counts(weeks, 0.4 * np.sin(2 * np.pi * np.arange(len(weeks)) / 52.18)).astype(float)
    series.iloc[20:40] = np.nan
    fit = SeasonalModel(series, seasons=1).fit()
    assert len(fit.indices) == 12 and fit.season_test.pvalue <= 0.02
    assert fit.adjusted()["adjusted"].isna().sum() == 20


def test_the_indices_are_drawn_around_one_with_a_label_each(fitted):
    ax = fitted.plot_indices()
    assert [label.get_text() for label in ax.get_xticklabels()][:3] == ["Jan", "Feb", "Mar"]
    assert ax.lines[1].get_ydata() == pytest.approx(fitted.indices["index"].to_numpy())


def test_adjusted_counts_are_drawn_over_those_counted(fitted):
    ax = fitted.plot_adjusted()
    assert ax.lines[0].get_ydata() == pytest.approx(fitted.model.endog.to_numpy())
    assert "adjusted for season and calendar" in ax.get_legend_handles_labels()[1]
    assert "Test that there is no season: p" in fitted._repr_html_() and "january" in fitted._repr_html_()


def test_an_entry_without_dates_is_refused(months):
    with pytest.raises(ModelError) as error:
        SeasonalModel(counts(months, np.zeros(144)), calendar=["harvest"])
    assert str(error.value) == (
        "read a calendar: found the entry 'harvest' without dates; "
        "allowed: ramadan, ashura, arbaeen, eid_al_fitr, eid_al_adha, or any name with its dates; "
        "give a mapping from the name to a list of (first, last)."
    )


def test_counts_without_periods_are_refused():
    with pytest.raises(ModelError) as error:
        SeasonalModel([1, 2, 3])
    assert str(error.value) == (
        "fit a seasonal model: found a column without periods; allowed: a pandas Series on a PeriodIndex, or on dates "
        'of a plain frequency; give it periods, for example pandas.Series(counts, pandas.period_range("2020-01", '
        'periods=36, freq="M")).'
    )


def test_standard_errors_hold_dispersion_and_dependence(months):
    latent = np.convolve(np.random.default_rng(8).normal(size=155), np.ones(12) / np.sqrt(12), "valid")
    law = pd.DataFrame({"law": np.arange(144) >= 70}, index=months).astype(float)
    fit = SeasonalModel(counts(months, 0.5 * latent), law, seasons=1).fit()
    assert fit.bse["law"] > 1.3 * fit.regression.bse["law"]
    table = fit.conf_int()
    assert list(table.index) == ["sin 1", "cos 1", "law"]
    assert ((table["lower"] > 0) | (table["upper"] < 0)).equals(fit.pvalues < 0.05)


def test_further_columns_are_tested_together_or_one_by_one(months):
    rng = np.random.default_rng(2)
    exog = pd.DataFrame(rng.normal(size=(144, 2)), index=months, columns=["heat", "rain"])
    fit = SeasonalModel(counts(months, 0.3 * exog["heat"]), exog).fit()
    alone, both = fit.test("heat"), fit.test(["heat", "rain"])
    assert alone.ratio[1] < np.exp(0.3) < alone.ratio[2] and alone.pvalue < 0.001
    assert both.pvalue < 0.001 and np.isnan(both.ratio[0]) and fit.test("rain").pvalue > 0.05
    assert repr(alone).startswith("ColumnTest(heat: rate ratio 1.3")
    with pytest.raises(ModelError) as error:
        fit.test("trend")
    assert str(error.value).startswith("weigh columns of a count regression: found terms ['trend']; allowed: some of ")


def test_fitted_counts_follow_course_season_and_exposure(months):
    series = counts(months, 0.5 * np.cos(2 * np.pi * (months.month - 7) / 12)).astype(float)
    series.iloc[5] = np.nan
    fit = SeasonalModel(series).fit()
    assert np.isnan(fit.fittedvalues.iloc[5]) and fit.nobs == 143
    assert fit.fittedvalues.sum() == pytest.approx(series.sum(), rel=1e-6)
    assert fit.fittedvalues.corr(fit.regression.fittedvalues) > 0.99


def test_a_year_of_days_says_that_one_year_is_no_season_and_names_no_months():
    fit = SeasonalModel(counts(span("2020-01-01", "2020-12-15", "D"), 0.0)).fit()
    assert fit.warnings == (
        "Season and trend can hardly be told apart: variance inflated 136 times.",
        "The series holds no more than a year: what comes back every year cannot be told from what came once.",
    )


@pytest.mark.parametrize(
    ("first", "last", "freq", "seen", "noun"),
    [
        ("2020-01-01", "2020-04-18", "D", "January, February, March and April", "month"),
        ("2020-11-20", "2021-01-31", "D", "January, November and December", "month"),
        ("2020-03-01", "2020-10-31", "M", "March, April, May, June, July, August, September and October", "month"),
    ],
)
def test_a_season_of_months_that_were_not_seen_is_refused_and_those_seen_are_named(first, last, freq, seen, noun):
    index = span(first, last, freq)
    with pytest.raises(ModelError) as refused:
        SeasonalModel(counts(index, 0.0))
    assert str(refused.value) == (
        f"fit a seasonal model: found periods in {seen} alone; allowed: counts in each {noun} of the year; watch "
        "longer, or ask for no season by seasons=False."
    )
    assert refused.value.lacks.startswith(f"No {noun} beside {seen} was watched")


def test_months_that_nobody_watched_are_not_seen_either(months):
    values = counts(months, 0.0).astype(float).where(months.month != 1)
    with pytest.raises(ModelError, match="found periods in February, March"):
        SeasonalModel(values)
