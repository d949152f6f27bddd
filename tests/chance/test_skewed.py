"""The corrected posterior of an effect against the same correction by whole matrices and scipy's distributions."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logsumexp
from scipy.stats import binom, norm, poisson

from tests.chance.dense import apart
from trends.chance.prior import LevelPrior
from trends.chance.shapes import Shape, candidates
from trends.chance.skewed import skewed_log_ratio
from trends.chance.weighing import working_level

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(25)
LOG_SHARE = np.log(WEIGHTS / WEIGHTS.sum())
STEP = Shape("step", "step", 0, ((1.2, 1.0),))
PRIOR = LevelPrior(np.array([[0.05, 0.12, 0.0, 0.0], [0.0, 0.1, 0.3, 0.97]]), np.array([0.5, 0.5]))


def made(n=16, dates=(8,), trials=None, robust=False):
    """A level of a few incidents, one period of which nobody watched and one stands out, and steps weighed on it."""
    counts = np.where(np.arange(n) < 8, 1.0, 0.0) + (np.arange(n) % 5 == 0)
    counts[3], counts[5] = np.nan, 9.0
    exposure = 0.5 + np.arange(n) % 3
    changes = candidates(n, (STEP,), np.array(dates))
    return working_level(counts, changes, prior=PRIOR, exposure=exposure, trials=trials, robust=robust)


def corrected(level, weighed, reach, quantiles):
    """Quantiles of the mixture of all models, each with the density that its coefficient has."""
    terms, seen, places = weighed.candidates, level.watched, np.linspace(-6, 6, 241)
    mass = np.exp(weighed.log_change - logsumexp(weighed.log_change))
    values, weights = [], []
    blocks = [(block, i) for _, block in apart(level) for i in range(len(level.theta))]
    for row, (block, i) in enumerate(blocks):
        inverse, whole = block.precision[i], block.covariance[i]
        sd = np.sqrt(np.maximum(np.diag(whole - whole @ inverse @ whole), 0))[seen]
        for c in range(len(terms.term)):
            column = terms.columns[:, terms.term[c]]
            size = weighed.mean[row, c] + np.sqrt(weighed.variance[row, c]) * places
            left = level.response - size[:, None] * column
            mean = (size[:, None] * column + left @ (whole @ inverse).T)[:, seen]
            eta = mean[:, :, None] + sd[:, None] * NODES
            rate, count = eta + level.log_exposure[seen][:, None], level.counts[seen][:, None]
            if level.trials is None:
                exact = poisson.logpmf(count, np.exp(rate))
            else:
                exact = binom.logpmf(count, level.trials[seen][:, None], expit(rate))
            site = norm.logpdf(level.response[seen][:, None], eta, level.weight[seen][:, None] ** -0.5)
            log = logsumexp(exact - site + LOG_SHARE, axis=2).sum(1) + norm.logpdf(places)
            density = np.exp(log - log.max())
            values.append(size * reach[c])
            weights.append(mass[row, c] * density / density.sum())
    order = np.argsort(np.concatenate(values))
    values, weights = np.concatenate(values)[order], np.concatenate(weights)[order]
    return np.interp(quantiles, np.cumsum(weights) - weights / 2, values)


@pytest.mark.parametrize(
    "given",
    [{}, {"dates": (7, 9)}, {"trials": np.full(16, 12.0)}, {"n": 90, "dates": (70,)}, {"robust": True}],
    ids=["step", "two dates", "parts of totals", "ninety periods", "an outlier"],
)
def test_the_posterior_is_that_of_likelihood_over_sites_by_whole_matrices(given):
    level, weighed = made(**given)
    # All models are likely enough to be corrected.
    weighed = replace(weighed, log_change=np.zeros(weighed.log_change.shape))
    reach, quantiles = np.linspace(1.3, 0.9, len(weighed.candidates.term)), np.array([0.025, 0.25, 0.5, 0.75, 0.975])
    told = skewed_log_ratio(level, weighed, reach)
    exact = corrected(level, weighed, reach, quantiles)
    found = np.array([told.quantile(q) for q in quantiles])
    np.testing.assert_allclose(found, exact, atol=0.015)
    assert told.weight.sum() == pytest.approx(1) and (level.outliers == (5,)) is bool(given.get("robust"))


def given_mass(*mass):
    """One set of variances, and steps at so many dates with a probability each."""
    calm = LevelPrior(np.zeros((1, 4)), np.ones(1))
    n = len(mass) + 8
    changes = candidates(n, (STEP,), np.arange(4, 4 + len(mass)))
    level, weighed = working_level(np.full(n, 6.0), changes, prior=calm, robust=False)
    return level, replace(weighed, log_change=np.log(np.array([mass])) - 700)


@pytest.mark.parametrize(
    ("mass", "left"),
    [
        ((0.96, 0.04), [1]),
        ((0.94, 0.06), []),
        ((0.04, 0.96), [0]),
        ((0.97, 0.03 - 1e-8, 1e-8), [1]),
        ((0.5, 0.44, 0.06), []),
    ],
)
def test_models_that_hold_all_but_a_twentieth_are_corrected_and_the_others_that_say_anything_kept_normal(mass, left):
    level, weighed = given_mass(*mass)
    told = skewed_log_ratio(level, weighed, np.full(len(mass), 2.0))
    assert told.weight[240:].tolist() == pytest.approx([mass[k] for k in left])
    assert told.mean[240:].tolist() == pytest.approx(list(2 * weighed.mean[0, left]))
    assert told.sd[240:].tolist() == pytest.approx(list(2 * weighed.variance[0, left] ** 0.5))
    many = [k for k in range(len(mass)) if k not in left and mass[k] > 1e-7]
    mean, sd = 2 * weighed.mean[0, many], 2 * weighed.variance[0, many] ** 0.5
    # The others are told by narrow normals on a grid of six standard deviations on either side.
    grid = np.linspace((mean - 6 * sd).min(), (mean + 6 * sd).max(), 240)
    np.testing.assert_allclose(told.mean[:240], grid)
    np.testing.assert_allclose(told.sd[:240], 0.6 * (grid[1] - grid[0]))
    assert told.weight[:240].sum() == pytest.approx(sum(mass[k] for k in many))


def test_at_most_a_hundred_and_fifty_models_are_corrected():
    told = skewed_log_ratio(*given_mass(*np.full(170, 1 / 170)), np.ones(170))
    assert len(told.weight) == 240 + 20


def test_a_span_that_a_change_does_not_reach_has_no_effect():
    told = skewed_log_ratio(*given_mass(1.0), np.zeros(1))
    assert np.abs(told.mean).max() == pytest.approx(6e-6) and told.quantile(0.5) == pytest.approx(0, abs=1e-6)
