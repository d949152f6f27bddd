import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.models.provinces.endemic.likelihood import fit_cells
from trends.models.provinces.endemic.model import EndemicModel
from trends.models.provinces.endemic.neighbourtest import (
    NeighbourTest,
    held_against_maps,
    held_against_simulation,
    held_at_zero,
)
from trends.periods import span

NAMES = ["Anbar", "Babil", "Diyala", "Kirkuk", "Nineveh", "Wasit"]
RING = pd.DataFrame(0, index=NAMES, columns=NAMES)
for _n in range(6):
    RING.iloc[_n, (_n + 1) % 6] = RING.iloc[(_n + 1) % 6, _n] = 1


def fitted(near, names=NAMES, n=96):
    """A fit to counts on a ring of provinces, each of which takes so much of its neighbours' past."""
    rng, ring = np.random.default_rng(0), RING.loc[names, names]
    counts = np.full((n, len(names)), 5.0)
    for t in range(1, n):
        counts[t] = rng.poisson(2 + 0.3 * counts[t - 1] + near * counts[t - 1] @ ring.to_numpy())
    panel = Panel(pd.DataFrame(counts, span("2010-01", "2030-12", "M")[:n], names))
    return EndemicModel(panel, ring, trend=False, relative=False).fit()


def test_contagion_is_found_against_simulation_and_against_other_maps():
    results = fitted(0.2)
    for held in (held_against_simulation, held_against_maps):
        found = held(results, 39, np.random.default_rng(1))
        # One map in sixty is the ring itself, as good as the actual one.
        assert found.pvalue <= 2 / 40 and (found.draws, found.failed) == (39, 0)
        assert found.statistic > 20


def test_where_nothing_passes_over_a_border_nothing_is_found():
    results = fitted(0.0)
    for held in (held_against_simulation, held_against_maps):
        assert held(results, 39, np.random.default_rng(1)).pvalue > 0.1


def test_the_statistic_is_twice_what_a_weight_adds_to_the_log_likelihood():
    results = fitted(0.2)
    for place in (0, 1):
        found = held_at_zero(results, place, 19, np.random.default_rng(1), "Nothing.", "Something.")
        without = fit_cells(results.cells.holding(place), results.fit.params)
        assert found.statistic == pytest.approx(2 * (results.llf - without.loglike), abs=1e-3)
        assert found.pvalue == 0.05


def test_a_test_says_what_it_tested_and_how_many_draws_failed():
    told = str(NeighbourTest(4.127, 0.0312, 99, 2, "Nothing.", "Something."))
    assert told == (
        "Null: Nothing. Likelihood ratio 4.13, p 0.031 from 99 draws (2 of them could not be fitted and count against "
        "it). "
        "Alternative: Something."
    )


def test_too_few_provinces_for_other_maps_are_refused():
    with pytest.raises(ModelError) as refusal:
        held_against_maps(fitted(0.1, NAMES[:4]), 9, np.random.default_rng(1))
    assert str(refusal.value) == (
        "deal the provinces to other places of the map: found 4 provinces with incidents, which leave few maps; "
        "allowed: "
        'five provinces or more; ask with against="simulation".'
    )
