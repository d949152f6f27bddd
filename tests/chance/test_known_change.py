import numpy as np
import pytest

from trends.chance.known_change import known_change
from trends.errors import ModelError


def counts_with(rate, seed=1):
    return np.random.default_rng(seed).poisson(rate).astype(float)


def test_a_step_at_a_known_date_is_measured(levels):
    found = known_change(counts_with(np.where(np.arange(60) < 40, 10, 40)), 40, **levels)
    low, high = found.log_ratio.interval()
    assert 0 < low < np.log(4) < high < np.log(12)
    assert found.pvalue < 0.05
    assert found.at_least(1.1) > 0.95 > 0.05 > found.at_most(1 / 1.1)


def test_a_fall_by_and_by_is_a_fall(levels):
    rate = 40 * 0.08 ** np.clip((np.arange(60) - 35) / 12, 0, 1)
    found = known_change(counts_with(rate), 36, **levels)
    assert found.at_most(1.0) > 0.95
    assert found.shapes[0][0] in ("ramp of 12", "hinge", "ramp of 6")


def test_what_passes_is_told_from_what_lasts(levels):
    rate = np.full(60, 8.0)
    rate[30:33] = 60
    passing = known_change(counts_with(rate), 30, (30, 32), **levels)
    rate[30:] = 60
    lasting = known_change(counts_with(rate), 30, (30, 32), **levels)
    assert passing.lasting(40, 59) < 0.2 < 0.8 < lasting.lasting(40, 59)


def test_a_claimed_single_period_is_not_taken_for_an_outlier(levels):
    rate = np.full(48, 6.0)
    rate[30] = 60
    found = known_change(counts_with(rate), 30, (30, 30), **levels)
    assert found.outliers == ()
    assert found.at_least(1.0) > 0.95
    assert found.shapes[0][0] == "pulse of 1"


def test_months_of_the_claimed_span_are_not_taken_for_outliers():
    # A year of which two months stand out is a year of more: set apart, they would be no part of it.
    rate = np.full(60, 400.0)
    rate[48:], rate[[49, 50]] = 440, 1200
    found = known_change(counts_with(rate), 48, (48, 59))
    assert found.outliers == () and np.exp(found.log_ratio.interval()[0]) > 1.12
    rate[20] = 4000
    assert [t for t, _ in known_change(counts_with(rate), 48, (48, 59)).outliers] == [20]


def test_an_onset_has_an_interval_that_the_counts_bear_out(levels):
    counts = np.concatenate([np.zeros(33), counts_with(np.full(38, 16.0))])
    counts[[3, 9, 14, 20, 25, 31]] = 1
    low, high = np.exp(known_change(counts, 33, **levels).log_ratio.interval())
    assert 10 < low < 16 / (6 / 33) < high < 1000


@pytest.mark.parametrize(
    ("date", "span", "message"),
    [
        (0, (0, 9), "found 20 periods, of which none lies on one side of it; allowed: a place from 1 to 19"),
        (10, (5, 12), "found a span that is not within the series and after the change; allowed: first and last place"),
        (
            10,
            (12, 20),
            "found a span that is not within the series and after the change; allowed: first and last place",
        ),
    ],
)
def test_places_outside_the_series_are_refused(levels, date, span, message):
    with pytest.raises(ModelError) as error:
        known_change(np.ones(20), date, span, **levels)
    assert message in str(error.value)


def test_an_answer_does_not_depend_on_what_is_asked_beside_it():
    rng = np.random.default_rng(8)
    several = [rng.poisson(mean, n).astype(float) for mean, n in ((6, 36), (0.5, 60), (90, 24))]
    alone = [known_change(counts, 16).log_ratio.interval() for counts in several]
    assert [known_change(counts, 16).log_ratio.interval() for counts in reversed(several)] == alone[::-1]
