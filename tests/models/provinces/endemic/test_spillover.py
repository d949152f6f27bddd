import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.models.provinces.endemic.model import EndemicModel
from trends.models.provinces.endemic.spread import level_weights, origins, past_of
from trends.periods import span

NAMES = ["Anbar", "Diyala", "Kirkuk", "Wasit", "Babil"]
CHAIN = pd.DataFrame(np.eye(5, k=1) + np.eye(5, k=-1), NAMES, NAMES)


def burst(where, n=120, rng=0):
    """Counts on a chain of five provinces that pass on what happens; one has a burst of its own from period 80."""
    rng = np.random.default_rng(rng)
    counts = np.full((n, 5), 4.0)
    for t in range(1, n):
        endemic = np.full(5, 2.0)
        endemic[where] += 20.0 * (80 <= t < 90)
        counts[t] = rng.poisson(endemic + 0.3 * counts[t - 1] + 0.15 * counts[t - 1] @ CHAIN.to_numpy())
    return Panel(pd.DataFrame(counts, span("2010-01", "2030-12", "M")[:n], NAMES))


def fitted(where, **options):
    return EndemicModel(burst(where), CHAIN, trend=False, relative=False, **options).fit()


def test_a_rise_that_came_from_next_door_is_told_so():
    told = fitted(0).spill_over("Diyala", "2016-10", "2017-05")
    assert told.answer == "spill-over" and "most of the rise came from next door" in str(told)
    assert told.table.loc["elsewhere", "lower"] > told.table.loc["own", "change"]


def test_a_rise_of_its_own_is_told_so():
    told = fitted(0).spill_over("Anbar", "2016-10", "2017-05")
    assert told.answer == "its own" and "most of the rise is its own" in str(told)


def test_what_began_here_and_elsewhere_adds_up():
    table = fitted(0).spill_over("Diyala", "2016-10", "2017-05").table
    assert (table.loc["own"] + table.loc["elsewhere"])[["before", "span", "change"]].to_numpy() == pytest.approx(
        table.loc["all", ["before", "span", "change"]].to_numpy()
    )


def test_no_rise_is_told_so():
    told = fitted(0).spill_over("Diyala", "2018-01", "2018-06", before=("2016-10", "2017-05"))
    assert told.answer == "no rise" and "no rise to trace" in str(told)


def test_a_rise_from_the_first_period_on_is_refused():
    with pytest.raises(ModelError) as error:
        fitted(0).spill_over("Diyala", "2010-01", "2010-05")
    assert "found a rise that begins with 2010-01, the first period; allowed: periods before it" in str(error.value)


def test_the_origins_of_all_provinces_add_up_to_one():
    rng = np.random.default_rng(3)
    counts, weights = rng.poisson(4, (20, 5)) * 1.0, CHAIN.to_numpy()
    past = past_of(counts, np.ones((20, 5)), weights, weights)
    parts = np.stack([0.3 * past.own, 0.15 * past.near, np.full((20, 5), 2.0)])[None]
    shares = [origins(parts, past, weights, place, np.full((1, 20, 5), 0.15)) for place in range(5)]
    assert sum(shares) == pytest.approx(np.ones((1, 20, 5)))


def test_without_borders_all_began_here():
    counts = np.full((5, 2), 4.0)
    nothing = np.zeros((2, 2))
    past = past_of(counts, np.ones((5, 2)), nothing, nothing)
    parts = np.stack([0.3 * past.own, 0 * past.own, np.ones((5, 2))])[None]
    shares = origins(parts, past, nothing, 0, np.zeros((1, 5, 2)))
    assert shares[0, :, 0] == pytest.approx(1) and shares[0, :, 1] == pytest.approx(0)


def test_levels_are_passed_on_in_proportion():
    counts = np.array([[10.0, 1.0, 0.0], [10.0, 1.0, 0.0]])
    borders = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0.0]])
    weights = level_weights(counts, np.ones((2, 3)), borders)
    # The second hears from the first alone (the third is silent): at the first's usual, its own usual.
    assert counts[0] @ weights == pytest.approx([10.0, 1.0, 0.0])
