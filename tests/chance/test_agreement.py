from datetime import date

import numpy as np
import pytest

from trends.chance.agreement import best_tiles, direction_agreement, level_ratio
from trends.errors import ModelError


def test_the_ratio_of_two_totals_is_the_exact_one_and_its_interval_that_of_independent_counts():
    found = level_ratio([566], [250], [2020.1], drift=False)
    # Log ratio with standard error sqrt(1/566 + 1/250), as in any textbook of rates.
    half = 1.959964 * (1 / 566 + 1 / 250) ** 0.5
    assert found.ratio == pytest.approx((2.264, 2.264 * np.exp(-half), 2.264 * np.exp(half)), rel=1e-6)


def test_a_drift_is_recovered_beneath_the_ups_and_downs_that_both_see():
    rng, years = np.random.default_rng(4), np.arange(72) / 12
    violence = np.exp(3 + rng.normal(0, 0.8, 72))
    found = level_ratio(rng.poisson(2 * violence * 1.3 ** (years - years.mean())), rng.poisson(violence), years)
    assert found.drift[1] < 1.3 < found.drift[2] and found.ratio[1] < 2 < found.ratio[2]
    assert found.ratio[2] / found.ratio[1] < 1.5
    turned = found.inverse()
    assert turned.ratio[0] == pytest.approx(1 / found.ratio[0]) and turned.drift[1] == pytest.approx(1 / found.drift[2])
    assert turned.course == pytest.approx(1 / found.course[:, [0, 2, 1]])


def test_a_step_in_the_share_of_a_part_is_a_ratio_of_shares():
    rng, after = np.random.default_rng(5), np.arange(72) >= 60
    whole = rng.poisson(50, 72)
    part = rng.binomial(whole, np.where(after, 0.6, 0.9))
    found = level_ratio(part, whole, np.arange(72) / 12, nested=True, drift=False, step=after)
    assert found.step[1] < 0.6 / 0.9 < found.step[2]
    assert found.step[0] == pytest.approx(
        (part[after].sum() / whole[after].sum()) / (part[~after].sum() / whole[~after].sum())
    )


def test_the_drift_keeps_its_size_where_the_ratio_wanders():
    rng, years, found = np.random.default_rng(6), np.arange(60) / 12, 0
    for _ in range(200):
        noise = rng.normal(0, 0.2 * 0.75**0.5, 60)
        wander = np.zeros(60)
        for t in range(1, 60):
            wander[t] = 0.5 * wander[t - 1] + noise[t]
        low, high = level_ratio(rng.poisson(20 * np.exp(wander)), rng.poisson(10, 60), years).drift[1:]
        found += not low < 1 < high
    # Nominal 5 %; the inflation is cautious, and 200 runs tell a rate to within 1.5 points.
    assert found <= 0.08 * 200


@pytest.mark.parametrize(
    ("first", "second", "drift", "found"),
    [
        ([3.0] * 5, [2.0] * 5, True, "5 common spans with 15 and 10 incidents"),
        ([0.0], [2.0], False, "1 common spans with 0 and 2 incidents"),
        ([np.nan], [2.0], False, "0 common spans with 0 and 0 incidents"),
    ],
)
def test_too_little_in_common_is_refused(first, second, drift, found):
    with pytest.raises(ModelError) as refusal:
        level_ratio(first, second, np.arange(len(first)), drift=drift)
    assert str(refusal.value) == (
        f"compare the levels of two sources: found {found}; allowed: incidents in both, and 8 spans for a drift or a "
        "step; leave the drift out, or compare sources that overlap for longer."
    )


def test_directions_of_unrelated_series_agree_by_chance_only():
    rng, small = np.random.default_rng(7), 0
    for _ in range(200):
        a, b = rng.normal(size=(2, 48)).cumsum(axis=1)
        small += direction_agreement(a, b, lag=12).pvalue <= 0.05
    assert small <= 0.08 * 200
    found = direction_agreement([1, 2, 2, np.nan, 3, 4], [1, 2, 3, 4, 5, 6])
    assert (found.same, found.moves) == (2, 2) and np.isnan(found.pvalue)


def test_tiles_cover_the_most_days():
    q = [(date(2020, 3 * k + 1, 1), date(2020, 3 * k + 3, (31, 30, 30, 31)[k])) for k in range(4)]
    ten = (date(2020, 1, 1), date(2020, 10, 31))
    assert best_tiles([ten, *q[:2]]) == [ten]
    assert best_tiles([ten, *q]) == q
    assert best_tiles([]) == []
