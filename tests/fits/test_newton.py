import numpy as np
import pytest

from trends.fits.newton import Block, Evaluation, cholesky, climb, solve


def stack(k, rows, seed):
    factors = np.random.default_rng(seed).normal(size=(rows, k, k))
    return np.moveaxis(factors @ np.swapaxes(factors, 1, 2) + 0.1 * np.eye(k), 0, -1)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_triangles_and_solutions_are_those_of_numpy(k):
    gram = stack(k, 7, k)
    right = np.random.default_rng(0).normal(size=(k, 7))
    lower, fine = cholesky(gram)
    assert fine.all()
    for row in range(7):
        assert lower[..., row] == pytest.approx(np.linalg.cholesky(gram[..., row]))
        assert solve(lower, right)[:, row] == pytest.approx(np.linalg.solve(gram[..., row], right[:, row]))


def test_a_matrix_that_is_not_positive_definite_is_told_apart_from_the_others():
    gram = stack(2, 3, 1)
    gram[..., 1] = [[1.0, 1.0], [1.0, 1.0]]
    assert cholesky(gram)[1].tolist() == [True, False, True]


def poisson(block, beta):
    rate = block.rate(beta) * block.multiplier
    value = block.weighted(block.y * np.log(rate) - rate).sum(axis=0)
    _, fitted, gram = block.moments(block.weighted(rate))
    return Evaluation(value, block.xy - fitted, gram, block.scale)


def block_of(counts, column=None):
    x = np.column_stack([np.ones(len(counts)), np.linspace(-1, 1, len(counts))])
    ones = np.ones((len(counts), 1))
    return Block(counts, x, ones, ones, column)


def test_many_poisson_regressions_climb_to_the_zero_of_their_scores():
    counts = np.random.default_rng(2).poisson(6, (40, 9)).astype(float)
    block = block_of(counts)
    beta, converged = climb(block, np.vstack([np.log(counts.mean(axis=0)), np.zeros(9)]), poisson, counts=True)
    assert converged.all()
    assert np.abs(poisson(block, beta)[1]).max() < 1e-6 * counts.sum()


def test_a_row_without_a_finite_maximum_leaves_the_climb_and_does_not_hold_up_the_others():
    counts = np.random.default_rng(3).poisson(6, (40, 2)).astype(float)
    counts[20:, 0] = 0
    step = (np.arange(40) >= 20) * 1.0
    column = np.repeat(step[:, None], 2, axis=1)
    beta, converged = climb(
        block_of(counts, column), np.vstack([np.log(counts.mean(axis=0)), np.zeros((2, 2))]), poisson, counts=True
    )
    assert converged.tolist() == [False, True]
    assert beta[2, 0] < -5 < beta[2, 1]


def test_a_costly_function_of_counts_is_looked_up_and_not_for_fractions():
    whole, part = block_of(np.arange(40.0)[:, None]), block_of(np.arange(40.0)[:, None] + 0.5)
    assert whole.whole is not None and part.whole is None
    for block in (whole, part):
        assert block.of_counts(np.sqrt, start=1) == pytest.approx(np.sqrt(block.y + 1))
