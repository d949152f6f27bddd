import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.changepoints.slopebreak import slope_break


def bent(seed, n=60, at=25.4, mean=20):
    x = np.arange(float(n))
    return np.random.default_rng(seed).poisson(mean * np.exp(-0.04 * np.maximum(x - at, 0))), x


def test_down_syndrome_bends_at_31(reference):
    births = pd.read_csv(reference("down_syndrome.csv"))
    found = slope_break(births["cases"], births["age"], trials=births["births"], inflation=1)
    # Muggeo (2003), table 2, in the digits published.
    assert found.at == pytest.approx(31.081, abs=5e-4)
    assert found.at_bse == pytest.approx(0.724, abs=5e-4)
    assert found.slopes == pytest.approx([-0.0134104, 0.2608109], abs=1e-6)
    assert found.pvalue < 1e-10


def test_a_bend_is_recovered_with_its_uncertainty():
    found = slope_break(*bent(1))
    assert abs(found.at - 25.4) < 3 * found.at_bse
    assert found.slopes == pytest.approx([0, -0.04], abs=0.02)
    table = found.summary()
    assert (table["lower"] < table["estimate"]).all() and (table["estimate"] < table["upper"]).all()
    assert found.deviance < found.deviance_straight


def test_intervals_hold_the_bend():
    hits = 0
    for seed in range(20):
        interval = slope_break(*bent(seed, n=40, at=18.3, mean=60)).conf_int().loc["at"]
        hits += interval["lower"] <= 18.3 <= interval["upper"]
    # 95 % wanted; 15 of 20 and fewer has a probability of .003 then.
    assert hits > 15


def test_straight_courses_seldom_bend():
    rng = np.random.default_rng(5)
    found = [slope_break(rng.poisson(8, 24), np.arange(24.0)).pvalue <= 0.05 for _ in range(25)]
    # 5 % wanted; 6 of 25 and more has a probability of .001 then.
    assert sum(found) < 6


def test_exposure_is_no_slope():
    counts, x = bent(2)
    exposure = np.exp(0.02 * x)
    plain = slope_break(counts, x)
    scaled = slope_break(counts, x, exposure=exposure)
    assert scaled.slopes == pytest.approx(plain.slopes - 0.02, abs=1e-4)
    assert scaled.fittedvalues.sum() == pytest.approx(counts.sum())


def test_the_chart_marks_the_bend():
    found = slope_break(*bent(1))
    lines = found.plot_fit().get_lines()
    assert lines[2].get_xdata()[0] == found.at


@pytest.mark.parametrize(
    ("counts", "x", "options", "found"),
    [
        (
            [1, 2, 3],
            [1, 2, 3],
            {},
            "3 distinct points; allowed: counts from 0 up at six distinct points and more; take",
        ),
        ([1, 2, 3], [1, 2], {}, "(3,) counts, (2,) points and (3,) exposures or trials"),
        ([1, -2, 3, 4, 5, 6], range(6), {}, "a negative or missing value"),
        ([1, 9, 3, 4, 5, 6], range(6), {"trials": [5] * 6}, "counts above their trials, or both exposure and trials"),
    ],
)
def test_what_cannot_bend_is_refused(counts, x, options, found):
    with pytest.raises(ModelError) as caught:
        slope_break(counts, list(x), **options)
    assert str(caught.value).startswith(f"look for a break in slope: found {found}")
