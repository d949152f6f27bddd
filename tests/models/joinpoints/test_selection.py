import numpy as np
import pytest

from trends.models.joinpoints.selection import (
    PermutationStep,
    Segmented,
    choose_by_permutation,
    criteria,
    date_intervals,
    dispersion,
    permutation_pvalue,
    permuted,
    slopes,
)

N = 60
TIME = np.arange(N) / 12


def problem(y, root=None):
    """Counts, or log rates, of sixty months."""
    return Segmented(
        positions=np.arange(N),
        base=np.column_stack([np.ones(N), TIME]),
        hinge=np.maximum(TIME[:, None] - TIME, 0),
        y=np.asarray(y, float),
        offset=np.zeros(N),
        root=root,
        min_between=4,
    )


def bent(rng=0, kink=-1.2):
    """A log rate that turns after two and a half years."""
    return np.random.default_rng(rng).poisson(50 * np.exp(0.4 * TIME + kink * np.maximum(TIME - 2.5, 0)))


def searched(asked, most=2):
    return [asked.search(k) for k in range(most + 1)]


def test_a_log_rate_without_noise_is_met_exactly_with_its_kink_where_it_is():
    log_rate = 1 + 0.4 * TIME - 1.2 * np.maximum(TIME - TIME[30], 0)
    asked = problem(log_rate, root=np.full(N, 10.0))
    placed = asked.search(1)
    best = int(np.argmin(placed.lack))
    assert placed.rows[best].tolist() == [30]
    assert placed.coefficients[best] == pytest.approx([1, 0.4, -1.2])
    residuals, root = asked.residuals(placed.rows[best], placed.coefficients[best])
    assert residuals == pytest.approx(np.zeros(N), abs=1e-9) and root.tolist() == [10.0] * N


def test_the_criteria_choose_one_kink_where_one_is_and_none_where_none_is():
    for counts, number in ((bent(), 1), (bent(kink=0.0), 0)):
        asked = problem(counts)
        table = criteria(asked, searched(asked))
        assert {name: int(np.argmin(table[name])) for name in ("bic", "bic3", "wbic")} == dict.fromkeys(
            ("bic", "bic3", "wbic"), number
        )
        # A kink costs two parameters by the one and three by the other, and the weighted lies between.
        assert (table["bic3"] >= table["wbic"] - 1e-12).all() and (table["wbic"] >= table["bic"] - 1e-12).all()


def test_independent_counts_have_a_dispersion_near_one_and_overdispersed_ones_theirs():
    rng = np.random.default_rng(2)
    plain = problem(rng.poisson(50, N))
    assert 1 <= dispersion(plain, plain.search(0)) < 1.4
    wide = problem(rng.negative_binomial(10, 10 / 60, N))
    # The variance of such counts is 1 + 50 / 10 times their mean.
    assert 3.5 < dispersion(wide, wide.search(0)) < 9


def test_permuted_residuals_are_the_same_ones_in_another_order():
    found = permuted(np.arange(5.0), 3, np.random.default_rng(1))
    assert found.shape == (5, 4) and found[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert (np.sort(found, axis=0) == np.arange(5.0)[:, None]).all()


def test_the_permutation_test_rejects_a_kink_and_not_a_line_and_counts_itself():
    rng = np.random.default_rng(3)
    asked, line = problem(bent()), problem(bent(kink=0.0))
    assert permutation_pvalue(asked, asked.search(0), 1, 99, rng) == 0.01
    assert permutation_pvalue(line, line.search(0), 1, 99, rng) > 0.1


def test_the_sequence_of_tests_ends_at_one_kink_and_shares_the_level():
    asked = problem(bent())
    number, steps = choose_by_permutation(asked, searched(asked), 199, 0.05, np.random.default_rng(4))
    assert number == 1
    assert [(step.null, step.alternative, step.level) for step in steps] == [(0, 2, 0.025), (1, 2, 0.05)]
    assert [step.rejected for step in steps] == [True, False]
    assert PermutationStep(0, 1, 0.05, 0.05).rejected and not PermutationStep(0, 1, 0.051, 0.05).rejected


def test_the_interval_of_a_date_holds_it_and_widens_with_the_level():
    placed = problem(bent()).search(1)
    narrow, wide = (date_intervals(placed, 1.0, N - 4, level)[0] for level in (0.5, 0.99))
    assert wide[0] <= 30 <= wide[1] and wide[0] <= narrow[0] <= narrow[1] <= wide[1]


def test_a_contrast_allows_for_what_is_not_known_of_the_date():
    asked = problem(bent())
    placed = asked.search(1)
    found = slopes(asked, placed, 1.0, 1.0, N - 4)
    assert found.weight.sum() == pytest.approx(1) and found.weight[0] == found.weight.max()
    each = np.tile([0.0, 0.0, 1.0], (len(found.rows), 1))
    estimate, lower, upper, pvalue = found.contrast(each[0], each, 0.95)
    assert lower < -1.2 < upper and lower <= estimate <= upper and pvalue < 0.001
    alone = 1.96 * np.sqrt(found.covariance[0][2, 2])
    assert upper - lower > 2 * alone
