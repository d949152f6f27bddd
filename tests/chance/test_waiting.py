import numpy as np

from trends.chance.waiting import periods_needed
from trends.models.regression import CountRegression


def _exog(n, at):
    t = np.arange(n)
    return np.column_stack([np.ones(n), (t - n / 2) / n, t >= at]).astype(float)


def test_fewer_periods_are_needed_to_find_a_larger_change():
    exog = _exog(96, 20)
    counts = np.random.default_rng(6).poisson(3, 28)
    small, large, none = (
        periods_needed(counts, exog[:28], 2, future=exog[28:last], ratio=ratio, panels=200, draws=99)
        for ratio, last in ((2.5, 96), (3, 96), (1.02, 36))
    )
    assert 0 < large < small <= 68 and none is None
    assert periods_needed(counts, exog[:28], 2, future=exog[28:32], ratio=30, panels=200, draws=99) == 0


def test_the_rates_to_come_are_those_of_the_fit_unless_others_are_given():
    exog, counts = _exog(96, 20), np.random.default_rng(6).poisson(3, 28)
    how = {"future": exog[28:], "ratio": 2.5, "panels": 200, "draws": 99}
    fitted = CountRegression(counts, exog[:28, :2], constant=False, family="poisson").fit().params.to_numpy()
    own = periods_needed(counts, exog[:28], 2, **how)
    assert own == periods_needed(counts, exog[:28], 2, rates=np.exp(exog[28:, :2] @ fitted), **how)
    # Where next to nothing happens any more, next to nothing can be learned.
    assert periods_needed(counts, exog[:28], 2, rates=np.full(68, 1e-3), **how) is None
