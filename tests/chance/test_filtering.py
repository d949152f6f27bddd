import numpy as np
import pytest
from scipy.special import logsumexp

from tests.chance.dense import apart, decomposed
from tests.chance.test_solving import expected, level, pooled
from trends.chance import factoring, filtering, solving
from trends.chance.shapes import SHAPES, candidates
from trends.chance.working import OUTLIER_SHARE

PLACE = np.arange(15)
CASES = {
    "months": {"gaps": (0, 3, 8, 14), "outliers": (6, 9), "known": ((np.cos(PLACE), 0.3), (PLACE / 9.0, 2.0))},
    "years": {"per_year": 1.0, "gaps": (2,), "outliers": (4,), "mean": 40.0},
    "all watched": {"mean": 0.4},
}


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_a_sweep_finds_what_whole_matrices_find(case, few):
    made = level(n=15, **CASES[case])
    terms, models = candidates(15, SHAPES[:2], np.array([5, 7])), len(made.theta) * (1 + len(made.outliers))
    keep = np.zeros((1 + len(made.outliers), len(made.theta)), bool)
    keep[-1, 3] = True
    found = solving.solved(made, terms, few=few, keep=keep if few else None)
    nulls, changes, sizes, spreads, courses, moved = expected(made, terms)
    for one, two in (
        (found.log_null, nulls),
        (found.log_change, changes),
        (found.log_any, logsumexp(changes, axis=2)),
        (found.mean, sizes),
        (found.variance, spreads),
    ):
        np.testing.assert_allclose(one, two, rtol=1e-7, atol=1e-8)
    mean, left = (np.concatenate([each[i] for each in courses]) for i in (0, 1))
    np.testing.assert_allclose(found.moments[0], pooled(np.array(nulls), mean, left), rtol=1e-7, atol=1e-8)
    share = np.exp(changes - logsumexp(changes, axis=2)[:, :, None]).reshape(models, -1)
    shift = np.einsum("gc,gci->gi", share, np.concatenate([each[0] for each in moved]))
    more = np.einsum("gc,gci->gi", share, np.concatenate([each[1] for each in moved])) - shift**2
    more = np.where(made.watched, np.maximum(more, 0.0), 0.0) * few
    some = pooled(logsumexp(changes, axis=2), mean + shift, left + more)
    np.testing.assert_allclose(found.moments[1], some, rtol=1e-7, atol=1e-8)
    alone = solving.solved(made, terms, few=few, alone=True).log_alone
    for period in np.flatnonzero(made.watched):
        whole = logsumexp(decomposed(made, (int(period),)).log_marginal) + 15 * np.log(1 - OUTLIER_SHARE)
        assert alone[period] == pytest.approx(whole, rel=1e-8)
    if few:
        block = [block for _, block in apart(made)][-1]
        np.testing.assert_allclose(found.kept[0, 0], block.score[3], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(found.kept[0, 1], np.diag(block.precision[3]), rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose(found.kept[0, 2:], (block.precision[3] @ terms.columns).T, rtol=1e-6, atol=1e-8)


def test_without_a_change_the_moments_are_those_of_none():
    found = solving.solved(level(n=15), candidates(15, ()))
    nulls, _, _, _, courses, _ = expected(level(n=15), candidates(15, SHAPES[:1], np.array([5])))
    np.testing.assert_allclose(found.moments[0], pooled(np.array(nulls), *courses[0]), rtol=1e-7, atol=1e-8)
    assert np.isneginf(found.log_any).all()


def test_compiled_lines_find_what_the_same_lines_of_python_find(monkeypatch):
    made = level(n=14, gaps=(3,), outliers=(6,))
    terms = candidates(14, dates=np.array([6]))
    keep = np.ones((2, len(made.theta)), bool)
    arguments = [{"few": True, "keep": keep}, {"few": True, "alone": True}, {"few": False}]
    compiled = [solving.solved(made, terms, **each) for each in arguments]
    plain = {}
    for module in (factoring, filtering):
        own = {name: each.py_func for name, each in vars(module).items() if hasattr(each, "py_func")}
        for name, function in own.items():
            monkeypatch.setattr(module, name, function)
        plain |= own
    monkeypatch.setattr(solving, "factorise", plain["factorise"])
    monkeypatch.setattr(solving, "sweep", plain["sweep"])
    for one, each in zip(compiled, arguments, strict=True):
        two = solving.solved(made, terms, **each)
        for name in one.__dataclass_fields__:
            if getattr(one, name) is None:
                assert getattr(two, name) is None
                continue
            # The two take logarithms from different libraries: the last digit may differ.
            np.testing.assert_allclose(getattr(two, name), getattr(one, name), rtol=1e-10, atol=1e-12)
    assert len(plain) > 10
