"""Size, coverage and power of the test of change; the full table is docs/calibration.md."""

import numpy as np
import pandas as pd
import pytest

from trends.chance.calibration import coverage, false_alarms, power, try_panels
from trends.chance.change import ask, change_evidence
from trends.chance.dependence import simulate_counts


def _exog(n):
    t = np.arange(n)
    season = [t % 4 == quarter for quarter in (1, 2, 3)]
    return np.column_stack([np.ones(n), (t - n / 2) / n, *season, t >= 2 * n // 3]).astype(float)


def _negbin(rng, mean, runs, n):
    return rng.poisson(mean * rng.gamma(2, 0.5, (runs, n)))


def _dependent(rho):
    def family(rng, mean, runs, n):
        return simulate_counts(np.full(n, float(mean)), np.full(runs, 0.28), np.full(runs, rho), np.arange(n), rng)

    return family


def _hidden_states(rng, mean, runs, n):
    high = np.empty((runs, n), dtype=bool)
    high[:, 0] = rng.random(runs) < 0.3
    for t in range(1, n):
        turn = rng.random(runs)
        high[:, t] = np.where(high[:, t - 1], turn > 0.3, turn < 0.3 * 0.3 / 0.7)
    return rng.poisson(mean * np.where(high, 2, 4 / 7))


CELLS = {
    "Poisson": (lambda rng, mean, runs, n: rng.poisson(mean, (runs, n)), 36, 10),
    "Poisson, few": (lambda rng, mean, runs, n: rng.poisson(mean, (runs, n)), 24, 2),
    "negative binomial": (_negbin, 24, 10),
    "dependence .5": (_dependent(0.5), 36, 10),
    "hidden states": (_hidden_states, 36, 10),
}


@pytest.mark.parametrize("name", CELLS)
def test_the_test_keeps_its_size(name):
    """Nominal 5 % within 3.5 to 6.5 %, give or take two binomial standard errors of these few runs."""
    family, n, mean = CELLS[name]
    runs = 250
    exog = _exog(n)
    counts = family(np.random.default_rng(11), mean, runs, n)
    trials = try_panels(ask(np.ones(n), exog, 5), counts, draws=99, rng=5)
    assert 0.035 - 2 * trials.error(0.035) <= trials.rejected <= 0.065 + 2 * trials.error(0.065)
    assert trials.refused == 0
    assert trials.coverage == pytest.approx(1 - trials.rejected)


def test_the_interval_covers_a_real_change():
    exog = _exog(36)
    counts = 10 * np.exp(0.7 * exog[:, 5])
    series = np.random.default_rng(3).poisson(counts * np.random.default_rng(4).gamma(5, 0.2, 36))
    trials = coverage(series, exog, 5, ratio=2.0, panels=200, draws=99)
    # At least 93 %, less two standard errors of 200 runs.
    assert trials.coverage >= 0.93 - 2 * trials.error(0.93)


def test_false_alarms_come_from_the_fitted_null_of_this_very_panel():
    exog = _exog(36)
    rng = np.random.default_rng(8)
    counts = rng.poisson(8 * rng.gamma(4, 0.25, 36)).astype(float)
    counts[[4, 5]] = np.nan
    trials = false_alarms(counts, exog, 5, panels=200, draws=99, rng=1)
    assert len(trials.pvalues) == 200 and trials.rejected <= 0.065 + 2 * trials.error(0.065)
    again = false_alarms(counts, exog, 5, panels=200, draws=99, rng=1)
    np.testing.assert_array_equal(trials.pvalues, again.pvalues)


def test_a_panel_gets_the_same_answer_whoever_works_on_it():
    exog = _exog(36)
    question = ask(np.ones(36), exog, 5)
    counts = np.random.default_rng(0).poisson(9, (6, 36))
    whole = try_panels(question, counts, draws=99, rng=3)
    children = np.random.default_rng(3).spawn(6)
    from_a_worker = change_evidence(counts[4], exog, 5, draws=99, rng=children[4])
    assert from_a_worker.pvalue == whole.pvalues[4]


def test_trials_do_not_depend_on_the_number_of_processes():
    question = ask(np.ones(36), _exog(36), 5)
    counts = np.random.default_rng(0).poisson(9, (120, 36))
    alone, pair = (try_panels(question, counts, draws=99, rng=3, jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(alone.pvalues, pair.pvalues)
    np.testing.assert_array_equal(alone.covered, pair.covered)


def test_panels_that_the_test_refuses_are_counted_and_find_nothing():
    exog = _exog(24)
    counts = np.vstack([np.zeros(24), np.random.default_rng(0).poisson(5, (3, 24))])
    trials = try_panels(ask(np.ones(24), exog, 5), counts, draws=99)
    assert trials.refused == 1 and trials.covered[0] and np.isfinite(trials.pvalues[1:]).all()


def test_power_rises_with_the_change_and_with_the_counts():
    exog = _exog(36)
    few, many = (
        power(np.random.default_rng(2).poisson(mean, 36), exog, 5, ratios=(1.5, 2, 4), panels=300, draws=99)
        for mean in (3, 40)
    )
    assert few.ratios.tolist() == pytest.approx([0.25, 0.5, 1 / 1.5, 1, 1.5, 2, 4])
    assert many.power[3] < 0.1 and many.power[-1] > 0.9 and (np.diff(many.power[3:]) > -0.03).all()
    assert 1 < many.detectable_rise < few.detectable_rise
    assert few.detectable_fall < many.detectable_fall < 1


def test_the_quick_power_is_that_of_the_full_test():
    exog = _exog(36)
    counts = np.random.default_rng(2).poisson(12, 36)
    quick = power(counts, exog, 5, ratios=(1.8,), panels=1000)
    for ratio, found in zip(quick.ratios[[0, 2]], quick.power[[0, 2]], strict=True):
        full = coverage(counts, exog, 5, ratio=ratio, panels=200, rng=7)
        # Three standard errors of 200 runs, and three points for its two economies.
        assert abs(full.rejected - found) < 0.03 + 3 * full.error(found)


def test_a_change_that_no_tried_ratio_reveals_is_out_of_reach():
    exog = _exog(24)
    counts = pd.Series(np.random.default_rng(1).poisson(2, 24))
    curve = power(counts, exog, 5, ratios=(1.1,), panels=100, draws=99)
    assert curve.detectable_rise == np.inf and curve.detectable_fall == 0
