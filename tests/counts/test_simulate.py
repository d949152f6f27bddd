import numpy as np
import pytest

from trends.counts.panel import exposure_of
from trends.counts.simulate import break_shape, simulate_panel, simulate_series
from trends.errors import InputError


def test_the_same_seed_gives_the_same_counts_and_another_seed_others():
    one = simulate_series(60, dispersion=0.2, autocorrelation=0.5, sd=0.3, rng=4)
    assert one.equals(simulate_series(60, dispersion=0.2, autocorrelation=0.5, sd=0.3, rng=4))
    assert one.equals(simulate_series(60, dispersion=0.2, autocorrelation=0.5, sd=0.3, rng=np.random.default_rng(4)))
    assert not one.equals(simulate_series(60, dispersion=0.2, autocorrelation=0.5, sd=0.3, rng=5))


def moments(**options):
    """Mean, variance and autocorrelation of 4,000 periods, after 500 so that the start has no say."""
    counts = simulate_series(4500, freq="D", first="2000-01-01", base=10.0, rng=11, **options).to_numpy()[500:]
    away = counts - counts.mean()
    return counts.mean(), counts.var(), (away[1:] * away[:-1]).mean() / counts.var()


def test_poisson_counts_have_their_mean_for_a_variance():
    mean, variance, dependence = moments()
    assert mean == pytest.approx(10, abs=0.2) and variance == pytest.approx(10, rel=0.1)
    assert abs(dependence) < 0.05


def test_dispersion_is_that_of_nb2():
    mean, variance, dependence = moments(dispersion=0.5)
    # NB2: 10 + 0.5 * 100. Standard errors over 4,000 draws are about 0.12 and 2.3.
    assert mean == pytest.approx(10, abs=0.5) and variance == pytest.approx(60, abs=8)
    assert abs(dependence) < 0.05


def test_the_latent_process_has_its_variance_and_autocorrelation():
    mean, variance, dependence = moments(autocorrelation=0.6, sd=0.5)
    # Zeger (1988): Var(y) = mu + mu^2 s, Cov = mu^2 s_1, with s_k = exp(sd^2 rho^k) - 1 for a log-normal process.
    own, next_ = np.expm1(0.25), np.expm1(0.25 * 0.6)
    assert mean == pytest.approx(10, abs=0.7)
    assert variance == pytest.approx(10 + 100 * own, rel=0.2)
    assert dependence == pytest.approx(100 * next_ / (10 + 100 * own), abs=0.06)


def test_feedback_has_the_autocorrelation_of_an_ingarch():
    mean, variance, dependence = moments(feedback=(0.4, 0.3))
    # Fokianos, Rahbek & Tjostheim (2009): the autocovariance of an ARMA(1, 1) with a = .4, b = .3.
    a, b = 0.4, 0.3
    expected = a * (1 - b * (a + b)) / (1 - (a + b) ** 2 + a**2)
    assert mean == pytest.approx(10, abs=0.5)
    assert variance == pytest.approx(10 * (1 - (a + b) ** 2 + a**2) / (1 - (a + b) ** 2), rel=0.15)
    assert dependence == pytest.approx(expected, abs=0.06)


def test_the_mean_has_trend_season_and_break():
    truth = simulate_series(
        24, base=8, trend=2.0, season=[2.0] + [1.0] * 11, at="2016-01", rate_ratio=3.0, rng=1
    ).attrs["truth"]
    assert truth.mean[12] / truth.mean[0] == pytest.approx(2.0 * 3.0)
    assert truth.mean[0] / truth.mean[1] == pytest.approx(2.0 / 2 ** (1 / 12))
    assert np.prod(truth.season) == pytest.approx(1.0) and truth.at == "2016-01"


def test_a_break_begins_in_the_first_period_of_the_new_regime():
    assert break_shape(6, 2, "step", 3, "M").tolist() == [0, 0, 1, 1, 1, 1]
    assert break_shape(6, 2, "pulse", 3, "M").tolist() == [0, 0, 1, 1, 1, 0]
    assert break_shape(6, 2, "ramp", 2, "M").tolist() == [0, 0, 0.5, 1, 1, 1]
    assert break_shape(6, 2, "slope", 3, "M").tolist() == pytest.approx([0, 0, 1 / 12, 2 / 12, 3 / 12, 4 / 12])


def test_gaps_and_partly_watched_periods_are_carried():
    series = simulate_series(6, base=100, exposure={"2015-02": 0.25, "2015-04": 0}, rng=1)
    assert exposure_of(series).tolist() == [1, 0.25, 1, 0, 1, 1]
    assert series.iloc[1] < 50 and np.isnan(series.iloc[3])


def test_a_common_shock_moves_the_provinces_together():
    apart = simulate_panel(2, 3000, freq="D", base=50, sd=0.4, rng=2).counts.corr().iloc[0, 1]
    together = simulate_panel(2, 3000, freq="D", base=50, common_sd=0.4, rng=2).counts.corr().iloc[0, 1]
    assert abs(apart) < 0.06 and together > 0.7


def test_a_panel_knows_the_truth_of_each_province():
    panel = simulate_panel(
        ["Diyala", "Anbar"],
        24,
        base=[40, 10],
        at="2016-01",
        rate_ratio=[3.0, 1.0],
        exposure={"Anbar": {"2015-03": 0}},
        rng=3,
    )
    truth = panel.counts.attrs["truth"]
    assert truth["Diyala"].mean == (40.0,) * 12 + (120.0,) * 12 and truth["Anbar"].mean == (10.0,) * 24
    assert panel.exposure["Anbar"].iloc[2] == 0 and panel.provinces == ["Diyala", "Anbar"]
    assert panel["Diyala"].iloc[12:].mean() == pytest.approx(120, rel=0.1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rng": -1}, "found rng=-1; allowed: a whole number from 0 up"),
        ({"base": 0}, "found base=0; allowed: a number above 0"),
        ({"at": "2030-01"}, "found at='2030-01'; allowed: 2015-01 to 2019-12"),
        ({"shape": "wave"}, "found shape='wave'; allowed: step, slope, pulse, ramp"),
        ({"season": [1, 2]}, "found 2 seasonal factors from 1 up; allowed: 12 positive ones"),
        ({"feedback": (0.6, 0.5)}, "found the sum of feedback=1.1; allowed: 0 to 0.999"),
        ({"autocorrelation": 1.0}, "found autocorrelation=1; allowed: -0.999 to 0.999"),
        ({"exposure": {"2015-01": 2}}, "found the exposure of 2015-01=2; allowed: 0 to 1"),
        ({"exposure": {"2035-01": 1}}, "found an exposure of 2035-01; allowed: periods of the series"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(InputError) as error:
        simulate_series(60, **options)
    assert message in str(error.value)


def test_more_than_a_memory_holds_is_refused():
    with pytest.raises(InputError, match=r"found n=1e\+09; allowed: 1 to 100000; choose another one"):
        simulate_series(10**9)
    with pytest.raises(InputError, match=r"found n times provinces=6e\+10; allowed: 1 to 5e\+06; choose another one"):
        simulate_panel(10**9)


def test_a_panel_needs_one_value_a_province():
    with pytest.raises(InputError, match="found 2 values of base; allowed: one or 3"):
        simulate_panel(3, base=[1, 2])
    with pytest.raises(InputError, match="found 'Basra'; allowed: Diyala"):
        simulate_panel(["Diyala"], exposure={"Basra": {}})
