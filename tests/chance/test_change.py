"""The calibrated test of one coefficient: truth, outside references, agreement with its interval, refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trends.chance.change import ask, calibrate, change_evidence, hold, simulate_twice
from trends.errors import ModelError


def _exog(n=48):
    t = np.arange(n)
    index = pd.period_range("2017-01", periods=n, freq="M")
    columns = {
        "const": np.ones(n),
        "trend": (t - n / 2) / n,
        "sin": np.sin(2 * np.pi * t / 12),
        "cos": np.cos(2 * np.pi * t / 12),
        "step": (t >= 2 * n // 3).astype(float),
    }
    return pd.DataFrame(columns, index=index)


def _series(exog, effect=0.0, mean=10, size=8.0, seed=0):
    rng = np.random.default_rng(seed)
    mu = mean * np.exp(0.3 * exog["trend"] + 0.2 * exog["sin"] + effect * exog["step"])
    return pd.Series(rng.poisson(mu * rng.gamma(size, 1 / size, len(exog))).astype(float), index=exog.index)


def test_a_doubling_is_found_and_its_interval_holds_it():
    exog = _exog(96)
    found = [change_evidence(_series(exog, np.log(2), 20, seed=seed), exog, "step", draws=199) for seed in range(12)]
    assert sum(one.pvalue <= 0.05 for one in found) >= 8
    assert sum(one.lower < np.log(2) < one.upper for one in found) >= 10
    assert abs(np.mean([one.estimate for one in found]) - np.log(2)) < 0.15
    assert all(one.lower < one.estimate < one.upper and one.failed == 0 for one in found)


def test_estimate_and_analytic_p_are_those_of_a_quasi_poisson_regression():
    exog = _exog()
    counts = _series(exog, 0.5)
    found = change_evidence(counts, exog, "step", draws=99)
    fit = sm.GLM(counts, exog, family=sm.families.Poisson()).fit(scale="X2", use_t=True)
    np.testing.assert_allclose(found.estimate, fit.params["step"], rtol=1e-7)
    np.testing.assert_allclose(found.pvalue_analytic, fit.pvalues["step"], rtol=1e-5)
    np.testing.assert_allclose(found.dispersion, fit.scale, rtol=1e-7)


def test_an_estimate_of_maximum_likelihood_outside_of_its_interval_gives_way_to_the_middle_of_the_test():
    # Quiet, then war, then decline: a straight trend through the war is carried on far above all that followed.
    rate = np.r_[np.full(12, 1.0), np.full(12, 30.0), np.full(46, 220.0), 220 * 0.9 ** np.arange(38)]
    t = np.arange(108)
    exog = pd.DataFrame({"const": 1.0, "trend": t / 12, "step": (t >= 75).astype(float)})
    counts = np.random.default_rng(3).poisson(rate * np.random.default_rng(4).gamma(10, 0.1, 108)).astype(float)
    found = change_evidence(counts, exog, "step", draws=199)
    fit = sm.GLM(counts, exog, family=sm.families.Poisson()).fit()
    assert not found.lower <= fit.params["step"] <= found.upper
    assert found.lower < found.estimate < found.upper
    np.testing.assert_allclose(hold(ask(counts, exog, "step"), found.estimate).above, 0.5, atol=1e-4)
    assert f"maximum likelihood, {np.exp(fit.params['step']):.3g}, lies outside" in found.method


@pytest.mark.parametrize("alternative", ["two-sided", "larger", "smaller"])
def test_test_and_interval_never_disagree(alternative):
    exog = _exog(36)
    outcomes = set()
    for seed in range(25):
        counts = _series(exog, 0.5 * (seed % 3 - 1), 6, 4.0, seed)
        found = change_evidence(counts, exog, "step", alternative=alternative, level=0.8, draws=99, rng=seed)
        assert (found.pvalue > 0.2) == (found.lower <= 0 <= found.upper)
        outcomes.add(found.pvalue > 0.2)
    assert outcomes == {True, False}


def test_a_direction_leaves_the_other_end_open():
    exog = _exog()
    counts = _series(exog, 1.2)
    up, down = (change_evidence(counts, exog, "step", alternative=way, draws=199) for way in ("larger", "smaller"))
    assert up.upper == np.inf and np.isfinite(up.lower) and up.pvalue < 0.1
    assert down.lower == -np.inf and np.isfinite(down.upper) and down.pvalue > 0.9


def test_the_unit_of_the_term_does_not_matter():
    exog = _exog()
    counts = _series(exog, 0.4)
    one = change_evidence(counts, exog, "step", draws=199)
    ten = change_evidence(counts, exog.assign(step=-10 * exog["step"]), "step", draws=199)
    np.testing.assert_allclose([ten.estimate * -10, ten.bse * 10], [one.estimate, one.bse], rtol=1e-6)
    np.testing.assert_allclose([-10 * ten.upper, -10 * ten.lower], [one.lower, one.upper], rtol=1e-4)
    assert ten.pvalue == one.pvalue


def test_no_event_after_the_step_leaves_the_interval_open_below():
    exog = _exog()
    counts = _series(exog, mean=8)
    counts[exog["step"] == 1] = 0
    found = change_evidence(counts, exog, "step", draws=199)
    assert found.estimate == -np.inf and found.lower == -np.inf and found.bse == np.inf
    assert found.upper < 0 and found.pvalue <= 0.02 and np.isnan(found.pvalue_analytic)


def test_a_season_without_events_is_no_obstacle():
    exog = _exog()
    january = (exog.index.month == 1).astype(float)
    counts = _series(exog, 0.8)
    counts[january == 1] = 0
    found = change_evidence(counts, exog.assign(january=january), "step", draws=199)
    left_out = change_evidence(counts.where(january == 0), exog, "step", draws=199)
    np.testing.assert_allclose(found.estimate, left_out.estimate, rtol=1e-5)
    np.testing.assert_allclose(found.upper, left_out.upper, rtol=1e-3)


def test_unwatched_periods_keep_their_place_in_time():
    exog = _exog()
    counts = _series(exog, 0.4)
    counts.iloc[[5, 6, 20]] = np.nan
    found = change_evidence(counts, exog, "step", draws=99)
    watched = counts.notna().to_numpy()
    question = ask(counts, exog, "step")
    assert found.nobs == 45 and question.times.tolist() == np.flatnonzero(watched).tolist()
    closed = change_evidence(counts[watched].to_numpy(), exog[watched].to_numpy(), 4, draws=99)
    assert closed.estimate == found.estimate and closed.variance != found.variance
    with pytest.raises(ModelError, match="found no period between"):
        change_evidence(counts[watched], exog[watched], "step", draws=99)


def test_exposure_enters_as_an_offset_from_the_series_or_the_argument():
    exog = _exog()
    counts = _series(exog, 0.4)
    share = np.where(np.arange(48) == 40, 0.5, 1.0)
    given = change_evidence(counts, exog, "step", exposure=share, draws=99)
    counts.attrs["exposure"] = {"2020-05": 0.5}
    carried = change_evidence(counts, exog, "step", draws=99)
    fit = sm.GLM(counts, exog, family=sm.families.Poisson(), offset=np.log(share)).fit()
    assert given == carried
    np.testing.assert_allclose(given.estimate, fit.params["step"], rtol=1e-7)


def test_slopes_pulses_and_differences_between_periods_are_terms_like_any_other():
    exog = _exog().drop(columns="step")
    t = np.arange(48)
    terms = {
        "slope": np.maximum(t - 32, 0) / 12,
        "pulse": ((t >= 30) & (t < 34)).astype(float),
        "ramp": np.clip((t - 30) / 6, 0, 1),
    }
    for name, term in terms.items():
        design = exog.assign(**{name: term, "step": term})
        counts = _series(design, 0.9, 30, 50.0)
        found = change_evidence(counts, design.drop(columns="step"), name, draws=199)
        assert abs(found.estimate - 0.9) < 3 * found.bse < 0.6 and found.pvalue < 0.05


def test_the_same_seed_gives_the_same_answer_and_another_hardly_differs():
    exog = _exog()
    counts = _series(exog, 0.3)
    one, same = (change_evidence(counts, exog, "step", rng=1) for _ in range(2))
    other = change_evidence(counts, exog, "step", rng=2)
    assert one == same
    # Binomial error of two layers of 999 draws.
    assert abs(one.pvalue - other.pvalue) < 0.08


def test_the_double_bootstrap_p_value_follows_its_definition():
    rng = np.random.default_rng(0)
    tails, again = np.sort(rng.random(99)), np.sort(rng.random(99) ** 1.3)
    for tail in (0.003, 0.05, 0.4, 0.9):
        pvalue, critical = calibrate(tail, tails, again, 0.1)
        rank = (tails <= tail).sum()
        expected = (1 + (tails <= again[min(rank, 98)]).sum()) / 100
        assert pvalue == expected and (tail < critical) == (pvalue <= 0.1)


def test_dependence_makes_the_same_estimate_less_certain():
    exog = _exog(96)
    rng = np.random.default_rng(5)
    z = np.zeros(96)
    for t in range(1, 96):
        z[t] = 0.8 * z[t - 1] + 0.3 * rng.normal()
    dependent = pd.Series(rng.poisson(20 * np.exp(z)).astype(float), index=exog.index)
    shuffled = pd.Series(rng.permutation(dependent.to_numpy()), index=exog.index)
    wide, narrow = (change_evidence(counts, exog, "step", draws=199) for counts in (dependent, shuffled))
    assert wide.autocorrelation > 0.4 > narrow.autocorrelation
    assert wide.bse > 1.3 * narrow.bse


def test_a_simulated_series_without_a_statistic_is_counted_against_the_finding(monkeypatch):
    null = hold(ask(_series(_exog(36), 1.0), _exog(36), "step"))
    weigh = type(null.model).weigh

    def broken(self, residuals):
        answers = [np.array(part) for part in weigh(self, residuals)]
        answers[0][:5] = np.nan
        return answers

    monkeypatch.setattr(type(null.model), "weigh", broken)
    tails, _, failed = simulate_twice(null, "two-sided", 99, np.random.default_rng(0))
    assert failed == 10 and (tails[:5] == 0).all() and len(tails) == 99


@pytest.mark.parametrize(
    "change, message",
    [
        (
            {"term": "shift"},
            "test the coefficient 'shift': found the columns ['const', 'trend', 'sin', 'cos', 'step']; allowed: one of "
            "them; name a column of the design.",
        ),
        (
            {"alternative": "up"},
            "test the coefficient 'step': found alternative='up'; allowed: two-sided, larger, smaller; name one of "
            "these.",
        ),
        (
            {"draws": 10},
            "test the coefficient 'step': found level=0.95 and draws=10; allowed: a level from .5 to 1 and 99 draws or "
            "more; give such values.",
        ),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(change, message):
    exog = _exog()
    arguments = {"term": "step"} | change
    with pytest.raises(ModelError) as error:
        change_evidence(_series(exog), exog, **arguments)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "n, edit, message",
    [
        (14, None, "found 14 watched periods for 5 columns; allowed: at least 16 watched periods, and 8 more than"),
        (48, lambda c, x: x.update({"step": (np.arange(48) >= 46) * 1.0}), "found 46 watched periods with the value 0"),
        (48, lambda c, x: c.update(c * 0), "found no event in 48 watched periods; allowed: some events; widen the"),
        (48, lambda c, x: c.update(c * 0 - 1), "found the count -1 in 2017-01; allowed: whole numbers from 0 up"),
        (48, lambda c, x: c.update(c * 0 + 0.5), "found the count 0.5 in 2017-01; allowed: whole numbers from 0 up"),
        (48, lambda c, x: x.update({"step": x["const"]}), "found 1 in every watched period; allowed: a column with"),
        (48, lambda c, x: x.update({"step": x["trend"]}), "found a combination of the other columns; allowed: a"),
    ],
)
def test_a_series_that_cannot_answer_is_refused_in_words(n, edit, message):
    exog = _exog(n)
    counts = _series(exog)
    columns = dict(exog)
    if edit:
        edit(counts, columns)
    with pytest.raises(ModelError) as error:
        change_evidence(counts, pd.DataFrame(columns), "step")
    assert str(error.value).startswith("test the coefficient 'step': ") and message in str(error.value)


def test_counts_and_design_of_different_length_are_refused():
    exog = _exog()
    with pytest.raises(ModelError, match=r"found exog of 40 rows, .* and endog of 48"):
        change_evidence(_series(exog), exog[:40], "step")


def test_a_very_long_series_is_refused():
    n = 700
    exog = np.column_stack([np.ones(n), np.arange(n) >= 400])
    with pytest.raises(ModelError, match="found 700 watched periods; allowed: at most 600; count by a coarser period"):
        change_evidence(np.ones(n), exog, 1)
