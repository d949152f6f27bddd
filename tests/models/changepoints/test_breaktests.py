import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.fits.design import baseline
from trends.models.changepoints.breaktests import break_tests


def months(values):
    return pd.Series(np.asarray(values, float), index=pd.period_range("2013-01", periods=len(values), freq="M"))


@pytest.fixture(scope="module")
def nile(reference):
    frame = pd.read_csv(reference("nile.csv"))
    return pd.Series(frame["flow"].to_numpy(float), index=pd.PeriodIndex(frame["year"].astype(str), freq="Y"))


def test_the_nile_has_the_published_statistics(nile):
    table = break_tests(nile, family="gaussian", method="asymptotic")
    # strucchange 1.5-3 (tests/reference/break_tests.R), all digits that it prints.
    expected = {"supF": 75.92976943, "expF": 33.75897496, "aveF": 21.21466678, "cusum": 2.9518, "mosum": 1.5309}
    for name, value in expected.items():
        assert table.loc[name, "statistic"] == pytest.approx(value, rel=1e-9 if value > 5 else 2e-5)
    assert str(table.loc["supF", "at"]) == str(table.loc["supLR", "at"]) == "1899"
    assert (table["pvalue"] < 0.001).all()
    later = break_tests(nile["1899":], family="gaussian", method="asymptotic")
    assert later["statistic"][["supF", "expF", "aveF"]].to_numpy() == pytest.approx(
        [2.938467297, 0.5294104623, 0.9127112387], rel=1e-9
    )


def test_asymptotic_pvalues_tend_to_those_of_hansen(nile):
    # strucchange's approximations for the Nile after 1898: .583, .423, .383, CUSUM .612, MOSUM .309. Its limit has
    # dates without end where this series has 53, which lowers the supremum and its p-value.
    table = break_tests(nile["1899":], family="gaussian", method="asymptotic")
    assert table["pvalue_asymptotic"][["expF", "aveF"]].to_numpy() == pytest.approx([0.423, 0.383], abs=0.02)
    assert 0.45 < table.loc["supF", "pvalue_asymptotic"] < 0.583
    assert 0.45 < table.loc["cusum", "pvalue_asymptotic"] < 0.612


def test_coal_has_the_published_likelihood_ratio(reference):
    coal = pd.read_csv(reference("coal_yearly.csv"))
    series = pd.Series(coal["disasters"].to_numpy(float), index=pd.PeriodIndex(coal["year"].astype(str), freq="Y"))
    table = break_tests(series, draws=99)
    assert table.loc["supLR", "statistic"] == pytest.approx(69.988345, abs=5e-7)
    assert str(table.loc["supLR", "at"]) == "1892"
    assert table.loc["supLR", "lower"] <= pd.Period("1892") <= table.loc["supLR", "upper"]
    assert table.loc["supLR", "pvalue"] == 0.01


def test_a_halving_beside_trend_and_season_is_found_and_dated():
    t = np.arange(96)
    rate = 20 * np.exp(0.3 * np.sin(2 * np.pi * t / 12) + 0.004 * t) * np.where(t < 60, 1, 0.5)
    series = months(np.random.default_rng(2).poisson(rate))
    table = break_tests(series, baseline(series.index, trend=True, seasons=True), draws=99)
    for name in ("supF", "supLR", "supscore"):
        assert abs(table.loc[name, "at"].ordinal - pd.Period("2018-01").ordinal) <= 2
        assert table.loc[name, "lower"] <= table.loc[name, "at"] <= table.loc[name, "upper"]
    assert (table["pvalue"][["supF", "supLR", "expF"]] <= 0.02).all()
    assert table["at"][["expF", "aveF"]].isna().all()


def test_the_bootstrap_is_not_taken_in_by_serial_dependence():
    rng = np.random.default_rng(4)
    bootstrap, asymptotic = [], []
    for _ in range(30):
        latent = np.zeros(48)
        for i, shock in enumerate(rng.normal(0, 0.4, 47), 1):
            latent[i] = 0.6 * latent[i - 1] + shock
        table = break_tests(months(rng.poisson(12 * np.exp(latent))), draws=39, rng=1)
        bootstrap.append(table.loc["supF", "pvalue"] <= 0.05)
        asymptotic.append(table.loc["supF", "pvalue_asymptotic"] <= 0.05)
    # With a rate of 5 % in 30 series, 7 and more has a probability of .001.
    assert sum(bootstrap) < 7
    assert sum(asymptotic) > 12


def test_the_same_seed_gives_the_same_table():
    series = months(np.random.default_rng(7).poisson(4, 48))
    first, second = (break_tests(series, draws=49, rng=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_unwatched_and_half_watched_periods_are_reckoned_with():
    rng = np.random.default_rng(10)
    series = months(rng.poisson(np.repeat([20, 10], 30)))
    series.iloc[10:13] = np.nan
    exposure = np.repeat([1.0, 0.5], 30)
    assert break_tests(series, draws=99).loc["supLR", "pvalue"] == 0.01
    assert break_tests(series, exposure=exposure, draws=99).loc["supLR", "pvalue"] > 0.05


def test_a_month_that_never_sees_an_event_does_no_harm():
    rng = np.random.default_rng(9)
    counts = rng.poisson(3, 48) * (np.arange(48) % 12 != 5)
    series = months(counts)
    table = break_tests(series, baseline(series.index, trend=False, seasons=True), draws=49)
    assert np.isfinite(table["statistic"]).all()
    assert table["pvalue"].between(0, 1).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"family": "negbin"},
            "test for a break: found family='negbin'; allowed: poisson, gaussian; name one of these.",
        ),
        (
            {"method": "exact"},
            "test for a break: found method='exact'; allowed: bootstrap, asymptotic; name one of these.",
        ),
        (
            {"trim": 0.5},
            "test for a break: found trim=0.5; allowed: a finite number above 0 and below 0.5; choose such a number.",
        ),
        (
            {"exog": pd.DataFrame({"x": [1.0]})},
            "test for a break: found exog of 1 rows, row 0 to row 0, and endog of 30, 2013-01 to 2015-06; allowed: a "
            "row for every row of endog, under the same label; reindex exog to endog.index.",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused(options, message):
    with pytest.raises(ModelError) as caught:
        break_tests(months(np.arange(30) % 5), **options)
    assert str(caught.value) == message
