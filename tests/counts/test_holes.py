"""A period at a fraction of its neighbours is named, and quiet ones among quiet ones are not."""

import numpy as np
import pandas as pd

from trends import periods
from trends.counts.holes import possible_holes
from trends.counts.panel import Panel

INDEX = periods.span("2018-01", "2019-12", "M")


def panel(counts):
    return Panel(pd.DataFrame({"Homs": counts}, INDEX))


def test_a_month_at_an_eighth_of_its_neighbours_is_named():
    counts = np.full(24, 80.0)
    counts[10] = 10
    assert possible_holes(panel(counts)) == [("2018-11", 10.0, 80.0)]


def test_poisson_counts_have_no_holes():
    rng = np.random.default_rng(1)
    assert not any(possible_holes(panel(rng.poisson(30, 24).astype(float))) for _ in range(200))


def test_what_was_not_watched_is_no_hole():
    counts = np.full(24, 80.0)
    counts[10] = np.nan
    assert possible_holes(panel(counts)) == []
