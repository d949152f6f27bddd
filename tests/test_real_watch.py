"""Alarms on real series: what was promised, and what a negative binomial of the periods before would have raised."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from benchmarks.real_watch import rates, usual_pvalue


def test_the_usual_probability_is_that_of_the_moments_before():
    before = np.array([0, 2, 9, 1, 3, 15, 0, 2], float)
    mean, size = before.mean(), before.mean() ** 2 / (before.var(ddof=1) - before.mean())
    exact = nbinom.pmf(np.arange(12, 3000), size, size / (size + mean)).sum()
    assert usual_pvalue(np.r_[before, 12.0]) == pytest.approx(exact)
    # Counts less scattered than chance have no such distribution: that of Poisson stands in.
    assert usual_pvalue(np.array([4.0, 4.0, 4.0, 0.0])) == 1.0


def test_alarms_are_counted_a_year_and_their_error_by_countries():
    found = pd.DataFrame(
        [("A", 1, 0.01, 0.5), ("A", 1, 0.5, 0.01), ("B", 1, 0.5, 0.5), ("B", 1, 0.5, 0.5)]
        + [("A", ratio, 0.01, 0.5) for ratio in (2, 3, 5)],
        columns=["country", "ratio", "pvalue", "usual"],
    )
    row = rates(found, 1.0, 12)
    assert (row["measured"], row["negative binomial"], row["2 times found"]) == (3.0, 3.0, 1.0)
    # One country with half of its windows, one with none: residuals of .5 and -.5 over four windows.
    assert row["standard error"] == pytest.approx(12 * np.sqrt(0.5) / 4)
