import numpy as np
import pandas as pd
import pytest

from trends.chance.calibration import trials_of
from trends.chance.change import calibrate, hold, simulate_twice, tail_of
from trends.chance.dependence import WorkingModel, simulate_counts
from trends.chance.forecast import forecast, forecast_question
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.design import baseline
from trends.periods import span

MONTHS = span("2016-01", "2020-12", "M")


def series(mean, rng=0, months=MONTHS):
    return pd.Series(np.random.default_rng(rng).poisson(mean, len(months)).astype(float), index=months)


def test_a_doubling_after_the_date_is_recovered():
    counts = series(np.where(MONTHS < pd.Period("2020-04"), 20.0, 40.0))
    found = forecast(counts, baseline(MONTHS), "2020-04", draws=199)
    assert found.test.lower < np.log(2) < found.test.upper
    assert found.test.pvalue < 0.05
    assert found.observed == counts.loc["2020-04":].sum()


def test_the_expectation_is_that_of_a_fit_to_the_periods_before_alone():
    counts = series(np.where(MONTHS < pd.Period("2020-04"), 20.0, 60.0))
    design = baseline(MONTHS, seasons=True)
    before = np.asarray(MONTHS < pd.Period("2020-04"))
    params = fit_poisson(counts[before], design[before]).params[0]
    found = forecast(counts, design, "2020-04", draws=199)
    assert found.expected == pytest.approx(np.exp(design[~before] @ params).sum(), rel=1e-10)
    # Newton's method stops at 1e-8 of the deviance, and the test fits the total beside the past.
    assert np.exp(found.test.estimate) == pytest.approx(found.observed / found.expected, rel=1e-6)


def test_what_comes_after_changes_nothing_but_the_total():
    counts = series(20.0)
    other = counts.copy()
    other.loc["2020-07":] = [0, 0, counts.loc["2020-07":].sum(), 0, 0, 0]
    one, two = (forecast(each, baseline(MONTHS), "2020-07", draws=199) for each in (counts, other))
    assert one.test == two.test
    pd.testing.assert_frame_equal(one.fan, two.fan)


def test_a_total_over_periods_has_the_likelihood_of_their_sum():
    """Rows pooled by hand give the covariance that the sum of the factors has."""
    mean, shares, rho = np.array([5.0, 5.0, 30.0]), np.array([0.5, 0.3, 0.2]), 0.5
    pool = np.zeros((3, 5))
    pool[0, 0] = pool[1, 1] = 1.0
    pool[2, 2:] = shares
    drawn = simulate_counts(
        mean, np.full(200_000, 0.4), np.full(200_000, rho), np.arange(5), np.random.default_rng(1), pool
    )
    lags = np.abs(np.arange(5)[:, None] - np.arange(5))
    # The log-normal factor has nearly the autocorrelation asked for at lag one, and its powers beyond.
    inner = np.log1p(0.4 * rho) / np.log1p(0.4)
    latent = np.exp(inner**lags * np.log1p(0.4)) - 1
    expected = pool @ latent @ pool.T * mean[:, None] * mean + np.diag(mean)
    # The error of a covariance of 200,000 draws, three standard errors.
    assert np.cov(drawn.T) == pytest.approx(expected, rel=0.05)
    model = WorkingModel(mean, np.ones((3, 1)), np.array([0.0, 0.0, 1.0]), np.arange(5), pool)
    assert np.isfinite(model.bse).all()


@pytest.mark.parametrize(
    "n, ahead, mean, omega, rho, seasons",
    [
        (48, 6, 10, 0.2, 0.0, True),
        (48, 6, 10, 0.4, 0.5, True),
        (60, 12, 50, 0.2, 0.3, None),
        (36, 9, 5, 0.2, 0.5, None),
    ],
)
def test_the_forecast_holds_its_size(n, ahead, mean, omega, rho, seasons):
    """Nominal 5 % within 3.5 to 6.5 %, to the three standard errors of 400 panels."""
    months = MONTHS[-(n + ahead) :] if n + ahead <= 60 else span("2014-01", "2019-12", "M")
    design, rng, panels, found = baseline(months, seasons=seasons), np.random.default_rng(11), 400, 0
    drawn = simulate_counts(
        np.full(n + ahead, float(mean)), np.full(panels, omega), np.full(panels, rho), np.arange(n + ahead), rng
    )
    for counts, stream in zip(drawn, rng.spawn(panels), strict=True):
        null = hold(forecast_question(pd.Series(counts, index=months), design, months[n])[0])
        tails, again, _ = simulate_twice(null, "two-sided", 99, stream)
        found += calibrate(tail_of(null.above, "two-sided"), tails, again, 0.05)[0] <= 0.05 + 1e-12
    assert 0.035 - 0.028 <= found / panels <= 0.065 + 0.037


def test_the_error_rates_on_the_same_counts_are_those_of_the_question():
    question, _ = forecast_question(series(9.0), baseline(MONTHS), MONTHS[48])
    trials = trials_of(question, panels=300, draws=99)
    assert trials.rejected < 0.05 + 3 * trials.error(0.05)
    assert trials.coverage > 0.95 - 3 * trials.error(0.05)


def test_the_fan_holds_its_share_of_what_comes():
    rng, inside, periods = np.random.default_rng(3), 0, 0
    for counts in simulate_counts(np.full(60, 12.0), np.full(40, 0.2), np.full(40, 0.3), np.arange(60), rng):
        found = forecast(pd.Series(counts, index=MONTHS), baseline(MONTHS), "2020-01", draws=199)
        ahead = counts[48:]
        inside += ((found.fan["lower 0.8"] <= ahead) & (ahead <= found.fan["upper 0.8"])).sum()
        periods += len(ahead)
    assert 0.74 < inside / periods < 0.92


def test_unwatched_periods_are_no_zeros():
    counts = series(20.0)
    counts.loc["2020-08":"2020-10"] = np.nan
    found = forecast(counts, baseline(MONTHS), "2020-07", draws=199)
    assert found.observed == counts.loc["2020-07":].sum()
    assert found.expected == pytest.approx(60, rel=0.3)
    assert found.mean["2020-09"] != found.mean["2020-09"]


def test_no_incident_at_all_leaves_the_interval_open_below():
    counts = series(20.0)
    counts.loc["2020-07":] = 0
    test = forecast(counts, baseline(MONTHS), "2020-07", draws=199).test
    assert test.estimate == test.lower == -np.inf
    assert test.upper < 0


@pytest.mark.parametrize(
    "first, change, message",
    [
        ("2021-01", {}, "no watched period from it on"),
        ("2016-06", {}, "5 watched periods before it"),
        ("2020-07", {"zero": True}, "no event before it"),
    ],
)
def test_what_cannot_be_forecast_is_refused(first, change, message):
    counts = series(20.0)
    if change:
        counts.loc[:"2020-06"] = 0
    with pytest.raises(ModelError, match=message):
        forecast(counts, baseline(MONTHS), first)
