"""What intervals of totals, dates and doses are worth: held against loops over the whole test, and against reason."""

import numpy as np
import pandas as pd
import pytest

from trends.chance.dependence import simulate_counts
from trends.chance.evidence import Evidence
from trends.chance.rates import (
    RUNS,
    Reference,
    Shares,
    count_rates,
    first_place_rates,
    ratio_rates,
    reached,
    share_outside,
    share_rates,
    simulate_parts,
    with_rates,
)
from trends.chance.totals import (
    Spread,
    count_interval,
    rate_spread,
    ratio_evidence,
    share_evidence,
    share_interval,
    share_spread,
)
from trends.counts.simulate import simulate_panel
from trends.fits.design import baseline
from trends.models.changepoints.changedate import change_date
from trends.models.changepoints.timing_rates import timing_rates
from trends.models.provinces.dose_evidence import calibrate_dose, dose_rates
from trends.models.provinces.staggered.model import StaggeredModel

# Three binomial standard errors of a rate of 5 % over the runs, on both sides of a comparison.
NEAR = 3 * np.sqrt(2 * 0.05 * 0.95 / RUNS)


def reference(mean=20.0, variance=0.15, autocorrelation=0.5, n=24):
    design = np.column_stack([np.ones(n), np.arange(n) - n / 2])
    return Reference(np.full(n, mean), design, Spread(variance, autocorrelation, n))


def test_an_interval_asked_by_its_tails_is_the_interval():
    rng = np.random.default_rng(0)
    whole = rng.integers(1, 60, 500)
    part, excess, share = rng.integers(0, whole + 1), rng.gamma(1, 1, 500), rng.uniform(0.02, 0.98, 500)
    above, below = share_outside(part, whole, excess, share)
    bounds = np.array([share_interval(*each) for each in zip(part, whole, excess, strict=True)])
    np.testing.assert_array_equal(above, bounds[:, 0] > share)
    np.testing.assert_array_equal(below, bounds[:, 1] < share)


def test_the_stretched_ratio_keeps_its_error_rate_where_the_plain_one_does_not():
    """The whole way by the public functions, one series at a time, on the process that the rates are for."""
    source, spans = reference(variance=0.25, autocorrelation=0.7), (12, 12)
    rates = ratio_rates((240, 240), (360, 360), spans, source, bar=1.5, rises=True)
    assert rates.stretch > 1.2
    rng, plain, stretched = np.random.default_rng(1), 0, 0
    one = (np.array([source.spread.variance]), np.array([source.spread.autocorrelation]))
    for _ in range(300):
        drawn = simulate_counts(source.expected, *one, np.arange(24), rng)[0]
        spread = rate_spread(drawn, np.full(24, drawn.mean()), 1)
        counts = simulate_counts(np.full(24, 20.0), *one, np.arange(24), rng)[0]
        totals = counts[12:].sum(), counts[:12].sum()
        for stretch in (1.0, rates.stretch):
            found = ratio_evidence(*totals, (360, 360), spans, spread, "rate", stretch)
            wrong = not found.lower <= 1 <= found.upper
            plain, stretched = plain + (stretch == 1 and wrong), stretched + (stretch > 1 and wrong)
    assert plain / 300 > 0.065 and stretched / 300 < plain / 300
    assert rates.false_alarms == pytest.approx(0.05, abs=NEAR) and rates.coverage > 0.93 - NEAR


def test_more_counts_and_less_spread_show_smaller_changes():
    few, many, swinging = (
        ratio_rates((total, total), (365, 365), (12, 12), each, bar=1.5, rises=True)
        for total, each in (
            (60, reference(5, 0.0, 0.0)),
            (2400, reference(200, 0.0, 0.0)),
            (2400, reference(200, 0.3, 0.5)),
        )
    )
    assert 1 < many.detectable < few.detectable and many.detectable < swinging.detectable
    assert many.power > few.power and many.power > 0.9
    fall = ratio_rates((60, 60), (365, 365), (12, 12), reference(5, 0.0, 0.0), bar=1.5, rises=False)
    assert 1 / fall.detectable == pytest.approx(few.detectable, rel=0.3)


def test_parts_have_the_share_the_spread_and_the_dependence_asked_for():
    parts = simulate_parts(0.3, np.full(48, 30), Spread(2.0, 0.4, 48), np.random.default_rng(2))
    assert parts.mean() / 30 == pytest.approx(0.3, abs=0.01)
    spreads = [share_spread(row, np.full(48, 30)) for row in parts]
    # Means over 400 series; a share estimated from 48 clustered periods takes a little of its own spread away.
    assert np.mean([each.variance for each in spreads]) == pytest.approx(2.0, abs=0.25)
    assert np.mean([each.autocorrelation for each in spreads]) == pytest.approx(0.4, abs=0.08)


def test_a_share_keeps_its_error_rate_and_tells_what_it_could_tell():
    rng = np.random.default_rng(3)
    wholes = np.full(24, 25)
    parts = simulate_parts(0.4, wholes, Spread(1.5, 0.3, 24), rng)[0]
    total = Shares(parts[-12:].sum(), 300, 12, parts, wholes, share_spread(parts, wholes))
    rates = share_rates(total, 0.4, within=0.05, rises=True)
    assert rates.false_alarms == pytest.approx(0.05, abs=NEAR) and rates.coverage > 0.93 - NEAR
    assert 0.4 < rates.detectable < 0.8
    assert share_rates(total, 0.4, within=0.05, rises=False).detectable < 0.4
    assert share_rates(total, 1.0, within=0.05, rises=True) is None
    evidence = with_rates(share_evidence(100, 300, total.spread, 12, "share"), rates)
    assert (evidence.false_alarms, evidence.detectable, evidence.runs) == (rates.false_alarms, rates.detectable, RUNS)
    assert with_rates(evidence, None) is evidence


def test_a_tie_is_called_a_first_place_no_more_often_than_nominal():
    rng = np.random.default_rng(4)
    parts = simulate_parts(0.5, np.full(36, 20), Spread(0.8, 0.2, 36), rng)[:2]
    pairs = [Shares(120, whole, 12, row, np.full(36, 20), share_spread(row, np.full(36, 20))) for whole, row in
             zip((220, 170), parts, strict=True)]  # fmt: skip
    rates = first_place_rates(pairs, rivals=5)
    assert rates.false_alarms <= 0.05 + NEAR and rates.power is None
    assert 1 < rates.detectable < 6 and rates.coverage > 0.93 - NEAR


def test_a_count_is_poisson_and_large_numbers_are_told_apart_by_less():
    rates = count_rates(250, 1, 250, within=0.2, rises=True)
    assert rates.false_alarms == pytest.approx(0.05, abs=NEAR)
    # Garwood's interval of a count at the detectable mean excludes 250 in four of five draws.
    draws = np.random.default_rng(5).poisson(rates.detectable, 400)
    assert np.mean([count_interval(count)[0] > 250 for count in draws]) == pytest.approx(0.8, abs=0.08)
    assert count_rates(25, 1, 25, within=0.2, rises=True).detectable / 25 > rates.detectable / 250 > 1
    assert count_rates(250, 1, 250, within=0.2, rises=False).detectable < 250
    assert count_rates(0, 1, 3, within=0.2, rises=True) is None


def test_the_size_that_reaches_the_target_lies_between_those_tried():
    sizes = np.array([1.5, 2.0, 4.0])
    assert reached([0.1, 0.6, 1.0], sizes) == pytest.approx(np.exp(np.log(2) + 0.5 * np.log(2)))
    assert reached([0.1, 0.3, 0.79], sizes) == np.inf
    assert 1 < reached([0.9, 0.95, 1.0], sizes) < 1.5


def test_a_change_is_dated_where_there_are_counts_to_see_it():
    index = pd.period_range("2017-01", periods=48, freq="M")
    exog = baseline(index)
    for mean, large in ((40, True), (3, False)):
        counts = pd.Series(np.random.default_rng(6).poisson(mean * np.where(np.arange(48) < 30, 1, 2.0)), index=index)
        rates = timing_rates(change_date(counts, exog), exog, "2019-07", bar=1.1, rises=True)
        # The bar of the link is reached by 0 to 6 % of null series (tests/models/changepoints); 100 runs here.
        assert rates.false_alarms <= 0.06 + 3 * rates.error(0.06)
        assert (1 < rates.detectable < 2.2) if large else (rates.detectable > 2)
    falls = timing_rates(change_date(counts, exog), exog, "2019-07", bar=1.1, rises=False)
    assert 0 <= falls.detectable < 1


def test_a_dose_keeps_its_rate_and_finds_what_is_large():
    panel = simulate_panel(8, 30, rng=7)
    schedule = {f"Province {i}": panel.index[18] for i in (1, 2, 3)}
    experiment = StaggeredModel(panel, schedule).fit().experiment
    calibration = calibrate_dose(experiment)
    rates = dose_rates(calibration, bar=3.0, rises=True)
    assert rates == dose_rates(calibration, bar=3.0, rises=True)
    assert rates.false_alarms <= 0.05 + 3 * rates.error(0.05) and rates.coverage == 1 - rates.false_alarms
    assert rates.power > 0.7 and 1 < rates.detectable < 3.5


def test_rates_are_those_of_evidence():
    plain = Evidence(quantity="rate")
    rates = ratio_rates((40, 40), (90, 90), (3, 3), reference(), bar=1.1, rises=True)
    told = with_rates(plain, rates)
    assert (told.false_alarms, told.coverage, told.power, told.detectable, told.runs) == (
        rates.false_alarms, rates.coverage, rates.power, rates.detectable, RUNS,
    )  # fmt: skip
