import numpy as np
import pandas as pd
import pytest

from trends.chance.autocorrelation import Dependence
from trends.chance.jointtest import joint_test, simulated_counts
from trends.errors import ModelError
from trends.fits.design import baseline
from trends.models.regression import CountRegression
from trends.periods import span

MONTHS = span("2014-01", "2019-12", "M")
DESIGN = baseline(MONTHS, seasons=1, calendar=["ramadan"])


def drawn(log_rate, seed=0, dependence=None, level=15.0):
    means, rng = level * np.exp(log_rate), np.random.default_rng(seed)
    found = simulated_counts(means, dependence or Dependence(), np.arange(len(means)), 1, rng)[0]
    return pd.Series(found, index=MONTHS[: len(means)])


def test_an_effect_is_recovered_and_its_estimate_is_that_of_the_regression():
    counts = drawn(0.6 * DESIGN["ramadan"].to_numpy())
    found = joint_test(counts, DESIGN, "ramadan", draws=199)
    assert found.lower < 0.6 < found.upper and found.pvalue == 0.005
    assert found.estimate == pytest.approx(CountRegression(counts, DESIGN).fit().params["ramadan"], abs=1e-7)


def test_the_interval_and_the_p_value_agree():
    for seed in range(6):
        found = joint_test(drawn(0.25 * DESIGN["ramadan"].to_numpy(), seed), DESIGN, "ramadan", draws=199)
        # The interval ends at the quantile between two simulated values, the p-value counts whole ones.
        assert (found.lower > 0 or found.upper < 0) == (found.pvalue < 0.05) or abs(found.pvalue - 0.05) < 0.01


@pytest.mark.parametrize("wild", [Dependence(), Dependence(2.5, 1.0, 0.0), Dependence(2.5, 1.0, 0.5)])
def test_a_trend_that_is_not_there_is_found_as_rarely_as_it_should_be(wild):
    design = baseline(MONTHS[:30])
    rejected = [
        joint_test(drawn(np.zeros(30), seed, wild), design, "trend", draws=99, rng=seed).pvalue <= 0.05
        for seed in range(30)
    ]
    # One or two of 30 are expected; six or more has a chance of 1 in 300.
    assert sum(rejected) <= 5


def test_simulated_counts_have_the_dispersion_and_the_memory_asked_for():
    counts = simulated_counts(
        np.full(60, 20.0), Dependence(3.0, 2 / 3, 0.6), np.arange(60), 4000, np.random.default_rng(0)
    )
    rest = (counts - 20) / np.sqrt(20)
    assert counts.mean() == pytest.approx(20, rel=0.01)
    assert rest.var() == pytest.approx(3.0, rel=0.05)
    assert np.mean(rest[:, 1:] * rest[:, :-1]) == pytest.approx(2 * 0.6, rel=0.06)


def test_counts_that_vanish_with_the_column_leave_one_end_of_the_interval_open():
    counts = drawn(np.zeros(72))
    counts[DESIGN["ramadan"] > 0] = 0
    found = joint_test(counts, DESIGN, "ramadan", draws=99)
    assert found.estimate == found.lower == -np.inf and found.upper < 0 and found.pvalue == 0.01


def test_unwatched_months_are_left_out_and_partly_watched_ones_count_for_less():
    counts = drawn(0.6 * DESIGN["ramadan"].to_numpy(), level=200.0)
    counts.iloc[3:9] = np.nan
    counts.iloc[20] = round(counts.iloc[20] / 4)
    counts.attrs["exposure"] = {"2015-09": 0.25}
    found = joint_test(counts, DESIGN, "ramadan", draws=99)
    assert found.nobs == 66 and found.lower < 0.6 < found.upper
    assert found.dispersion < 1.5


def test_the_same_seed_gives_the_same_p_value():
    counts = drawn(np.zeros(72))
    first, again = (joint_test(counts, DESIGN, ["sin 1", "cos 1"], draws=99, rng=4) for _ in range(2))
    assert first.pvalue == again.pvalue and np.isnan(first.estimate)


def test_a_term_that_is_no_column_is_refused():
    with pytest.raises(ModelError) as error:
        joint_test(drawn(np.zeros(72)), DESIGN, "curfew")
    assert str(error.value) == (
        "test columns of a count regression: found terms ['curfew']; "
        "allowed: some, but not all, of const, trend, sin 1, cos 1, ramadan; name columns of the design."
    )
