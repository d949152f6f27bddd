import numpy as np

from trends.chance.shapes import SHAPES, candidates
from trends.chance.weighing import working_level


def series(seed, rate):
    return np.random.default_rng(seed).poisson(rate).astype(float)


def test_without_candidates_the_level_is_weighed_alone(levels):
    level, weighed = working_level(series(1, np.full(40, 6.0)), candidates(40, ()), **levels)
    assert weighed.log_change.shape == (len(weighed.log_null), 0)
    assert np.abs(level.mean - np.log(6)).max() < 0.5


def test_a_change_that_is_certain_leaves_the_variances_of_no_change_in_place(levels):
    counts = series(2, np.where(np.arange(40) < 20, 1e3, 3e3))
    level, _ = working_level(counts, candidates(40), **levels)
    # Calm variances for those who allow the step, drifting ones for those who ask without it.
    assert level.theta[:, 2].min() == 0 < level.theta[:, 2].max()


def test_a_protected_period_is_no_outlier(levels):
    counts = series(3, np.full(40, 5.0))
    counts[12] = 50
    protect = np.arange(40) == 12
    free, _ = working_level(counts, candidates(40), **levels)
    kept, _ = working_level(counts, candidates(40), protect=protect, **levels)
    assert free.outliers[0] == 12
    assert 12 not in kept.outliers


def test_steps_alone_pick_the_variances(levels):
    changes = candidates(40)
    assert {shape.kind for shape in changes.only_steps().shapes} == {"step"}
    assert len(changes.only_steps().date) == (changes.shape == SHAPES.index(SHAPES[0])).sum()
