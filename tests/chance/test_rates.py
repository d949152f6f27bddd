"""What intervals of totals, dates and doses are worth: held against loops over the whole test, and against reason."""

import numpy as np
import pandas as pd
import pytest

from trends.chance.evidence import Evidence
from trends.chance.rates import Rates, reached, with_rates
from trends.counts.simulate import simulate_panel
from trends.fits.design import baseline
from trends.models.changepoints.changedate import change_date
from trends.models.changepoints.timing_rates import timing_rates
from trends.models.provinces.dose_evidence import calibrate_dose, dose_rates
from trends.models.provinces.staggered import StaggeredModel


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
    rates = Rates(0.04, 0.96, 0.8, 1.7, 400)
    told = with_rates(plain, rates)
    assert (told.false_alarms, told.coverage, told.power, told.detectable, told.runs) == (
        rates.false_alarms, rates.coverage, rates.power, rates.detectable, 400,
    )  # fmt: skip
