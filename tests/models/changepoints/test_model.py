import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.changepoints.model import ChangepointModel
from trends.models.changepoints.posterior import BreakPrior


def months(values, first="2013-01"):
    return pd.Series(np.asarray(values, float), index=pd.period_range(first, periods=len(values), freq="M"))


def yearly(frame, name):
    return pd.Series(frame[name].to_numpy(float), index=pd.PeriodIndex(frame["year"].astype(str), freq="Y"))


def two_regimes(seed=5):
    rng = np.random.default_rng(seed)
    return months(np.concatenate([rng.poisson(12, 40), rng.poisson(5, 20)]))


@pytest.fixture
def coal(reference):
    return yearly(pd.read_csv(reference("coal_yearly.csv")), "disasters")


def test_coal_breaks_in_1892_and_by_bic_again_in_1948(coal):
    results = ChangepointModel(coal, penalty="bic", inflation=1).fit()
    assert [str(when) for when in results.breaks] == ["1892", "1948"]
    # Twice the gain in log-likelihood of the one break, to all published digits.
    gain = 2 * (results.criteria["loglik"][1] - results.criteria["loglik"][0])
    assert gain == pytest.approx(69.988345, abs=5e-7)
    one = ChangepointModel(coal, max_breaks=1, inflation=1).fit().segments
    assert one["rate"].to_numpy() == pytest.approx([3.097561, 0.901408], abs=5e-7)


def test_criteria_that_disagree_are_all_shown(coal):
    choices = ChangepointModel(coal, inflation=1).fit().choices
    assert choices["bic"] == 2
    assert choices["mbic"] == 1


def test_a_gaussian_search_dates_coal_five_years_earlier_than_the_poisson_one(coal):
    # The variance of the first regime is thrice that of the second, which squared errors do not know.
    found = [
        ChangepointModel(coal, family=family, inflation=1, penalty="mbic").fit() for family in ("poisson", "gaussian")
    ]
    assert [[str(when) for when in results.breaks] for results in found] == [["1892"], ["1887"]]


def test_coal_has_the_published_interval(coal):
    results = ChangepointModel(coal, max_breaks=1, inflation=1, prior=BreakPrior(0.5, 1.0)).fit()
    # Published for the last old year: 1886 to 1896.
    assert [str(when) for when in results.interval().iloc[0]] == ["1887", "1897"]
    assert results.dates(1)[1]["1892"] == pytest.approx(0.2482, abs=5e-5)


def test_the_nile_has_the_published_break_interval_and_criterion(reference):
    nile = yearly(pd.read_csv(reference("nile.csv")), "flow")
    results = ChangepointModel(nile, family="gaussian", min_between=15, penalty="bic", inflation=1).fit()
    assert [str(when) for when in results.breaks] == ["1899"]
    assert [str(when) for when in results.interval().iloc[0]] == ["1896", "1903"]
    # Zeileis et al. (2003), three decimals.
    assert results.criteria["bic"][:4].to_numpy() == pytest.approx([1318.242, 1270.084, 1276.467, 1284.718], abs=5e-4)
    assert [str(when) for when in ChangepointModel(nile, family="gaussian").fit().breaks] == ["1899"]


def test_real_interest_rates_break_twice_and_a_third_break_warns(reference):
    rates = pd.read_csv(reference("realint.csv"))["r"]
    series = pd.Series(rates.to_numpy(), index=pd.period_range("1961Q1", periods=len(rates), freq="Q"))
    results = ChangepointModel(series, family="gaussian", min_between=15, penalty="bic", inflation=1).fit()
    assert [str(when) for when in results.breaks] == ["1972Q4", "1980Q4"]
    assert results.interval().astype(str).to_numpy().tolist() == [["1970Q4", "1973Q2"], ["1980Q2", "1981Q2"]]
    with pytest.warns(UserWarning, match="the breaks at 1967Q1 and 1972Q4 overlap"):
        results.interval(number=3)


def test_a_halving_is_found_dated_and_sized():
    results = ChangepointModel(two_regimes()).fit()
    assert [str(when) for when in results.breaks] == ["2016-05"]
    assert results.segments["rate"].round(1).tolist() == [12.2, 4.5]
    interval = results.interval().iloc[0]
    assert interval["lower"] <= pd.Period("2016-05") <= interval["upper"]
    assert results.number.sum() == pytest.approx(1)
    assert results.number[0] < 0.01


@pytest.mark.parametrize("family", ["poisson", "negbin", "gaussian"])
def test_every_family_finds_a_plain_step(family):
    rng = np.random.default_rng(8)
    results = ChangepointModel(months(rng.poisson(np.repeat([20, 8], 30))), family=family).fit()
    assert len(results.breaks) == 1
    assert abs(results.breaks[0].ordinal - pd.Period("2015-07").ordinal) <= 1
    assert (results.segments["lower"] < results.segments["rate"]).all()
    assert results.probability("2015-05", "2015-09") > 0.95


def test_probability_of_a_span_counts_a_gap_in_parts():
    series = two_regimes()
    series["2016-03":"2016-04"] = np.nan
    results = ChangepointModel(series).fit()
    assert [str(when) for when in results.breaks] == ["2016-05"]
    spread = results.posterior["2016-03":"2016-05"]
    assert spread.to_numpy() == pytest.approx(spread.iloc[0])
    # With little chance of two breaks, a span has about the sum of its periods' probabilities.
    assert results.probability("2016-04", "2016-05") == pytest.approx(spread.iloc[1:].sum(), abs=0.02)
    assert results.probability("2013-01", "2017-12") == pytest.approx(1 - results.number[0])
    assert np.isnan(results.fittedvalues["2016-03"])


def test_half_watched_periods_are_no_break():
    rng = np.random.default_rng(3)
    series = months(rng.poisson(np.repeat([20, 10], 24)))
    assert len(ChangepointModel(series).fit().breaks) == 1
    series.attrs["exposure"] = {str(when): 0.5 for when in series.index[24:]}
    results = ChangepointModel(series).fit()
    assert len(results.breaks) == 0
    assert results.segments["rate"][0] == pytest.approx(20, abs=2)


def test_a_season_is_no_row_of_breaks_and_a_trend_no_step():
    t = np.arange(96)
    rng = np.random.default_rng(6)
    season = months(rng.poisson(25 * np.exp(0.8 * np.sin(2 * np.pi * t / 12))))
    assert len(ChangepointModel(season, inflation=1).fit().breaks) > 3
    assert len(ChangepointModel(season, inflation=1, seasons=True).fit().breaks) == 0
    trend = months(rng.poisson(25 * np.exp(0.02 * (t - 48))))
    assert len(ChangepointModel(trend, inflation=1).fit().breaks) > 1
    assert len(ChangepointModel(trend, inflation=1, trend=True).fit().breaks) == 0


def test_a_step_beside_trend_and_season_is_dated():
    t = np.arange(96)
    rate = 25 * np.exp(0.3 * np.sin(2 * np.pi * t / 12) + 0.004 * t) * np.where(t < 60, 1, 0.5)
    results = ChangepointModel(months(np.random.default_rng(9).poisson(rate)), trend=True, seasons=True).fit()
    assert len(results.breaks) == 1
    assert abs(results.breaks[0].ordinal - pd.Period("2018-01").ordinal) <= 1


def test_a_long_series_is_read_as_a_short_one_where_both_can_be():
    rng = np.random.default_rng(10)
    n = 4200
    counts = rng.poisson(np.repeat([5.0, 7.0, 4.0], [1400, 1700, 1100]))
    series = pd.Series(counts.astype(float), index=pd.period_range("1990-01-01", periods=n, freq="D"))
    results = ChangepointModel(series).fit()
    assert np.abs(results.selection.breaks - [1400, 3100]).max() < 12
    interval = results.interval()
    assert (interval["lower"] <= results.breaks).all() and (results.breaks <= interval["upper"]).all()
    short = series.iloc[:2400]
    exact = ChangepointModel(short, max_breaks=1).fit()
    assert exact.dates(1)[1].to_numpy() == pytest.approx(results.dates()[1].iloc[:2400].to_numpy(), abs=0.02)
    with pytest.raises(ModelError) as caught:
        _ = results.number
    assert str(caught.value) == (
        "weigh every number of breaks: found 4200 watched periods; allowed: at most 4000, because the time grows with "
        "the square; count by longer periods, or read breaks and interval, which are there for any length."
    )


def test_a_level_that_rises_and_falls_back_is_found():
    rng = np.random.default_rng(12)
    results = ChangepointModel(months(rng.poisson(np.repeat([10.0, 25.0, 10.0], 16)))).fit()
    assert len(results.breaks) == 2
    assert np.abs(results.selection.breaks - [16, 32]).max() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_one_outlying_month_is_set_aside_and_makes_no_break(seed):
    counts = np.random.default_rng(seed).poisson(8, 60)
    counts[30] = 32
    series = months(counts)
    results = ChangepointModel(series).fit()
    assert len(results.breaks) == 0 and results.outliers.to_dict() == {series.index[30]: 32.0}
    assert results.number[0] > 0.5 and results.nobs == 59
    assert f"set aside: {series.index[30]}" in repr(results)
    assert len(ChangepointModel(series, outliers=False).fit().breaks) == 2


def test_an_outlier_after_a_step_does_not_hide_the_step():
    counts = np.random.default_rng(1).poisson(np.where(np.arange(140) < 84, 20, 10))
    counts[100] = 60
    results = ChangepointModel(months(counts)).fit()
    assert len(results.breaks) == 1 and abs(results.selection.breaks[0] - 84) <= 1
    assert results.outliers.tolist() == [60.0]


def test_a_level_that_began_with_the_last_two_months_is_no_outlier():
    counts = np.random.default_rng(2).poisson(np.where(np.arange(60) < 58, 8, 60))
    results = ChangepointModel(months(counts)).fit()
    assert results.selection.breaks.tolist() == [58] and not len(results.outliers)


def test_charts_show_counts_regimes_breaks_and_the_posterior():
    results = ChangepointModel(two_regimes()).fit()
    ax = results.plot_fit()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "counted",
        "mean rate of the regime, 95 %",
        "expected count",
    ]
    assert "2016-05" in [text.get_text() for text in ax.texts]
    bars = results.plot_posterior().patches
    assert sum(bar.get_height() for bar in bars) == pytest.approx(results.posterior.sum())


def test_the_summary_tells_regimes_and_dates():
    summary = ChangepointModel(two_regimes()).fit().summary()
    assert summary["first"].tolist() == ["2013-01", "2016-05"]
    assert summary.columns.tolist() == ["first", "last", "rate", "lower", "upper", "began_lower", "began_upper"]
    assert summary["began_lower"][0] == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"family": "binomial"},
            "look for breaks: found family='binomial'; allowed: poisson, negbin, gaussian; name one of these.",
        ),
        (
            {"penalty": 10**400},
            f"look for breaks: found penalty=1{'0' * 56}...; allowed: calibrated, bic, mbic, or a number above 0; name "
            "one of these.",
        ),
        (
            {"penalty": "aic"},
            "look for breaks: found penalty='aic'; allowed: calibrated, bic, mbic, or a number above 0; name one "
            "of these.",
        ),
        (
            {"max_breaks": 70},
            "look for breaks: found max_breaks=70, min_between=1 and 60 watched periods; allowed: regimes of 1 period "
            "and more that fit into the series; lower max_breaks or min_between.",
        ),
        (
            {"family": "gaussian", "trend": True},
            "look for breaks in a Gaussian series: found a trend, a season or an exposure; allowed: none of these: "
            "they multiply a rate; choose the family poisson or negbin, or take them out of the series first.",
        ),
    ],
)
def test_options_that_do_not_exist_are_refused(options, message):
    with pytest.raises(ModelError) as caught:
        ChangepointModel(two_regimes(), **options)
    assert str(caught.value) == message


def test_questions_outside_the_series_are_refused():
    results = ChangepointModel(two_regimes(), max_breaks=2).fit()
    with pytest.raises(ModelError, match="found 2020-01; allowed: a period from 2013-01 to 2017-12"):
        results.probability("2020-01", "2020-03")
    with pytest.raises(ModelError, match="found a span from 2016-05 to 2016-01"):
        results.probability("2016-05", "2016-01")
    with pytest.raises(ModelError, match="found number=3; allowed: 0 to 2"):
        results.dates(3)
    with pytest.raises(ModelError, match="method='bootstrap'"):
        results.interval(method="bootstrap")


@pytest.mark.parametrize("penalty", [-1, 0, np.nan])
def test_a_penalty_that_is_none_is_refused(penalty):
    with pytest.raises(ModelError) as refused:
        ChangepointModel(months(np.arange(48) % 5), penalty=penalty)
    assert str(refused.value) == (
        f"look for breaks: found penalty={penalty}; allowed: calibrated, bic, mbic, or a number above 0; "
        "name one of these."
    )
