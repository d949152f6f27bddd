import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from trends.chance.differing import differing_changes, mean_of_differing
from trends.errors import ModelError

STEP = (np.arange(36) >= 24) * 1.0


def counted(rng, differ, ratio=1.0, provinces=9):
    """Provinces of unequal size whose log rate ratios differ with a standard deviation."""
    level = np.exp(rng.normal(1.5, 0.8, provinces))
    counts = rng.poisson(level * np.exp(STEP[:, None] * (np.log(ratio) + rng.normal(0, differ, provinces))))
    table = pd.DataFrame(counts.astype(float), columns=[f"Province {i + 1}" for i in range(provinces)])
    return table, pd.DataFrame(1.0, table.index, table.columns)


def changes(counts, exposure=None, course=None):
    exposure = pd.DataFrame(1.0, counts.index, counts.columns) if exposure is None else exposure
    return differing_changes(counts, exposure, np.ones(len(counts)) if course is None else course, STEP)


def test_the_mean_is_that_of_statsmodels():
    # statsmodels.stats.meta_analysis, Paule and Mandel ("iterated"); its own iteration stops at 1e-5 of the total.
    estimates, variances = np.array([0.9, 0.1, 0.5, -0.2, 0.3]), np.array([0.04, 0.05, 0.04, 0.06, 0.02])
    theirs = combine_effects(estimates, variances, method_re="iterated", use_t=True)
    mean, lower, upper, between = mean_of_differing(estimates, variances)
    assert between == pytest.approx(theirs.tau2, rel=1e-5) and between > 0
    assert mean == pytest.approx(theirs.mean_effect_re, rel=1e-6)
    # At this variance the factor of Hartung and Knapp is 1, so that both of their intervals are ours.
    assert (lower, upper) == pytest.approx(theirs.conf_int(alpha=0.05, use_t=True)[1], rel=1e-5)
    assert (lower, upper) == pytest.approx(theirs.conf_int(alpha=0.05, use_t=True)[3], rel=1e-4)


def test_equal_estimates_do_not_narrow_the_interval():
    mean, lower, upper, between = mean_of_differing([0.5, 0.5, 0.5], [0.09, 0.09, 0.09])
    assert between == 0 and mean == pytest.approx(0.5)
    # Student's t on 2 degrees of freedom, 4.3027, times sqrt(.09 / 3).
    assert upper - mean == pytest.approx(4.3027 * 0.3 / 3**0.5, rel=1e-4) == mean - lower


@pytest.mark.parametrize("provinces", [4, 9])
def test_where_provinces_differ_around_no_change_the_interval_holds_its_size(provinces):
    # 1,500 panels: .05, and 6.5 % lies 2.7 standard errors above it; the Poisson test of the total rejects over half.
    rng, found = np.random.default_rng(7), []
    for _ in range(1500):
        counts, exposure = counted(rng, 0.6, provinces=provinces)
        each = differing_changes(counts, exposure, np.ones(36), STEP)
        after, before = counts[STEP > 0].to_numpy().sum(), counts[STEP == 0].to_numpy().sum()
        total = abs(np.log(after / before * 2)) / np.sqrt(1 / after + 1 / before)
        found.append((each.lower > 1 or each.upper < 1, total > 1.96))
    differing, alone = np.mean(found, axis=0)
    assert differing <= 0.065 and alone > 0.4


def test_a_change_that_provinces_share_is_recovered():
    counts, _ = counted(np.random.default_rng(1), 0.0, ratio=2.0)
    found = changes(counts)
    assert found.lower < 2 < found.upper < 2.6 and found.between < 0.2
    assert found.table.index.tolist() == counts.columns.tolist()
    assert found.table.loc["Province 1", "lower"] < found.table.loc["Province 1", "ratio"]


def test_the_change_of_a_province_is_the_ratio_of_its_rates_with_half_a_count_on_either_side():
    counts, _ = counted(np.random.default_rng(2), 0.3)
    counts.loc[STEP > 0, "Province 2"] = 0
    course = np.linspace(1, 3, 36)
    found = changes(counts, course=course)
    shape = course[STEP > 0].sum() / course[STEP == 0].sum()
    for name in ("Province 1", "Province 2"):
        after, before = counts.loc[STEP > 0, name].sum() + 0.5, counts.loc[STEP == 0, name].sum() + 0.5
        ratio, error = after / before / shape, np.sqrt(1 / after + 1 / before)
        assert found.table.loc[name, "ratio"] == pytest.approx(ratio, rel=1e-8)
        assert found.table.loc[name, "upper"] == pytest.approx(ratio * np.exp(1.96 * error), rel=1e-8)


def test_what_was_not_watched_is_left_out_and_not_read_as_a_fall():
    counts, exposure = counted(np.random.default_rng(3), 0.0, provinces=5)
    whole = changes(counts)
    counts.iloc[30:, 0], exposure.iloc[30:, 0] = np.nan, 0.0
    exposure.iloc[28:, 1] = 0.5
    halved = counts.copy()
    halved.iloc[28:, 1] = np.rint(counts.iloc[28:, 1] / 2)
    found = changes(halved, exposure)
    assert (found.table["ratio"] > whole.table["lower"]).all() and (found.table["ratio"] < whole.table["upper"]).all()
    assert found.table["ratio"].iloc[2:].tolist() == pytest.approx(whole.table["ratio"].iloc[2:].tolist())
    assert found.table.loc["Province 1", "upper"] > whole.table.loc["Province 1", "upper"]


def test_two_provinces_do_not_say_how_provinces_differ():
    counts, exposure = counted(np.random.default_rng(4), 0.0, provinces=4)
    counts.iloc[:, 2:] = 0
    with pytest.raises(ModelError) as refused:
        changes(counts, exposure)
    assert str(refused.value) == (
        "compare the changes of provinces: found 2 with incidents; allowed: 3 or more; read the change of the total as "
        "that of these provinces alone."
    )


def test_the_chart_has_a_row_for_each_province_and_their_mean():
    counts, exposure = counted(np.random.default_rng(5), 0.6)
    found = changes(counts, exposure)
    ax = found.plot()
    rows = ax.lines[0].get_xdata()
    assert rows.tolist() == sorted(found.table["ratio"]) and len(ax.get_yticklabels()) == 9
    assert any(line.get_label() == "their mean and its interval" for line in ax.lines)
