import numpy as np
import pytest
from scipy.stats import binomtest

from trends.chance.totals import (
    Spread,
    count_evidence,
    count_interval,
    first_place_evidence,
    rate_spread,
    ratio_evidence,
    share_evidence,
    share_interval,
    share_spread,
)
from trends.errors import ModelError

NO_SPREAD = Spread(0.0, 0.0, 48)


def deviations(rng, runs, n, autocorrelation):
    """Standard normal AR(1) series, shape (runs, n)."""
    z = rng.standard_normal((runs, n))
    for t in range(1, n):
        z[:, t] = autocorrelation * z[:, t - 1] + np.sqrt(1 - autocorrelation**2) * z[:, t]
    return z


def test_share_interval_is_clopper_and_pearsons_where_incidents_are_independent():
    exact = binomtest(80, 250).proportion_ci(0.95, method="exact")
    assert share_interval(80, 250, 0) == pytest.approx((exact.low, exact.high), rel=1e-10)


def test_count_interval_is_garwoods():
    # Garwood (1936), table for a count of 10 at 95 %: 4.80 to 18.39.
    assert count_interval(10) == pytest.approx((4.795, 18.390), abs=0.001)
    assert count_interval(0) == pytest.approx((0, 3.689), abs=0.001)


def test_several_counts_span_a_range():
    evidence = count_evidence({"one": 250, "two": 400})
    assert (evidence.lower, evidence.upper) == (count_interval(250)[0], count_interval(400)[1])


def test_the_spread_of_rates_is_recovered():
    rng = np.random.default_rng(1)
    rates = 20 * np.exp(0.5 * deviations(rng, 300, 96, 0.6) - 0.125)
    spreads = [rate_spread(counts, np.full(96, 20.0)) for counts in rng.poisson(rates)]
    assert np.mean([spread.variance for spread in spreads]) == pytest.approx(np.exp(0.25) - 1, rel=0.1)
    assert np.mean([spread.autocorrelation for spread in spreads]) == pytest.approx(0.57, abs=0.08)


def test_the_mean_of_periods_in_a_row_varies_as_their_dependence_says():
    assert Spread(1.0, 0.5, 48).over(2) == pytest.approx((1 + 1 + 2 * 0.5) / 4)
    assert Spread(1.0, 0.0, 48).over(4) == pytest.approx(0.25)


@pytest.mark.parametrize("mean", [2, 10, 50])
@pytest.mark.parametrize(("scale", "autocorrelation"), [(0.0, 0.0), (0.5, 0.5), (1.0, 0.3)])
def test_intervals_of_shares_and_ratios_cover(mean, scale, autocorrelation):
    rng, runs, n = np.random.default_rng(7), 400, 48
    shares = 1 / (1 + np.exp(-(-1.0 + scale * deviations(rng, runs, n, autocorrelation))))
    wholes = rng.poisson(mean, (runs, n))
    parts = rng.binomial(wholes, shares)
    rates = mean * np.exp(scale * deviations(rng, runs, n, autocorrelation) - scale**2 / 2)
    held_share, held_ratio = [], []
    for part, whole, counts in zip(parts, wholes, rng.poisson(rates), strict=True):
        now = slice(24, 27)
        if whole[now].sum():
            found = share_evidence(part[now].sum(), whole[now].sum(), share_spread(part, whole), 3, "share")
            held_share.append(found.lower <= shares.mean() <= found.upper)
        years = counts[24:36].sum(), counts[12:24].sum()
        if sum(years):
            spread = rate_spread(counts, np.full(n, counts.mean()))
            found = ratio_evidence(*years, days=(365, 365), n_periods=(12, 12), spread=spread, quantity="rate")
            held_ratio.append(found.lower <= 1 <= found.upper)
    # 400 runs: 2.5 standard errors below 95 % is 92.3 %.
    assert np.mean(held_share) >= 0.923
    assert np.mean(held_ratio) >= 0.923


def test_a_first_place_holds_only_against_every_rival():
    counts = {"Diyala": 80.0, "Kirkuk": 30.0, "Anbar": 78.0}
    spreads = dict.fromkeys(("Kirkuk", "Anbar"), NO_SPREAD)
    close = first_place_evidence(counts, "Diyala", spreads, 3)
    assert close.lower < 1 < close.upper and close.estimate == pytest.approx(80 / 78)
    clear = first_place_evidence(counts | {"Anbar": 20.0}, "Diyala", spreads, 3)
    assert clear.lower > 1
    behind = first_place_evidence(counts, "Kirkuk", dict.fromkeys(("Diyala", "Anbar"), NO_SPREAD), 3)
    assert behind.upper < 1


def test_a_ratio_to_no_incident_at_all_has_an_open_end():
    found = ratio_evidence(12, 0, days=(365, 365), n_periods=(12, 12), spread=NO_SPREAD, quantity="rate")
    assert found.upper == np.inf and found.lower > 1


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(ModelError) as refused:
        share_spread([1, 0, 2], [3, 0, 4])
    assert str(refused.value) == (
        "measure how much a share varies: found 2 periods with incidents; allowed: 8 or more: fewer do not show how "
        "much the counts vary; use a longer span or a finer frequency."
    )
    with pytest.raises(ModelError) as refused:
        ratio_evidence(0, 0, days=(365, 365), n_periods=(12, 12), spread=NO_SPREAD, quantity="rate")
    assert str(refused.value) == (
        "compare two spans: found no incident in either; allowed: at least one; choose a longer span or another source."
    )
