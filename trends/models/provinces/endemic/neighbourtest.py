"""Do neighbours add anything to what a province's own past says? A likelihood ratio, its p-value simulated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trends.errors import ModelError
from trends.models.provinces.endemic.likelihood import EndemicFit, Responses, fit_cells

if TYPE_CHECKING:
    from trends.models.provinces.endemic.results import EndemicResults


@dataclass(frozen=True)
class NeighbourTest:
    """A likelihood-ratio test of the neighbours' part, with a simulated p-value.

    Attributes
    ----------
    statistic : float
        Twice the log likelihood that the neighbours' part adds.
    pvalue : float
        Share of the statistics, the actual one included, that are as large.
    draws : int
        Panels simulated, or maps dealt.
    failed : int
        How many of them could not be fitted; each counts as one as large as the actual one.
    null, alternative : str
        What is tested against what.
    """

    statistic: float
    pvalue: float
    draws: int
    failed: int
    null: str
    alternative: str

    def __str__(self) -> str:
        lost = f" ({self.failed} of them could not be fitted and count against it)" if self.failed else ""
        return (
            f"Null: {self.null} Likelihood ratio {self.statistic:.2f}, p {self.pvalue:.3f} from {self.draws} "
            f"draws{lost}. Alternative: {self.alternative}"
        )


def held_against_simulation(results: "EndemicResults", draws: int, rng: np.random.Generator) -> NeighbourTest:
    """The test against counts simulated from the model without neighbours."""
    null = "Neighbours add nothing: given its own past, a province's counts do not depend on theirs."
    return held_at_zero(
        results, 1, draws, rng, null, "They do; or all provinces moved together beyond their common course."
    )


def held_at_zero(
    results: "EndemicResults", place: int, draws: int, rng: np.random.Generator, null: str, alternative: str
) -> NeighbourTest:
    """The likelihood-ratio test that a parameter is 0, against counts simulated from the fit in which it is."""
    without = fit_cells(results.cells.holding(place), _start(results.fit))
    ratios = []
    for counts in results.drawn(without.params, draws, rng):
        cells = results.model.cells(counts=counts)
        ratios.append(_ratio(cells, without, results.fit, place))
    return _told(_statistic(results.fit, without), ratios, null, alternative)


def held_against_maps(results: "EndemicResults", draws: int, rng: np.random.Generator) -> NeighbourTest:
    """The test against the same counts with the provinces dealt to other places of the map."""
    model = results.model
    null = fit_cells(results.cells.holding(1), _start(results.fit))
    # Provinces that took part trade places with each other: a silent one next door says nothing on any map.
    active = np.flatnonzero(model.used.any(axis=0))
    if len(active) < 5:
        found = f"{len(active)} provinces with incidents, which leave few maps"
        allowed, do = "five provinces or more", 'ask with against="simulation"'
        raise ModelError("deal the provinces to other places of the map", found=found, allowed=allowed, do=do)
    ratios = []
    for _ in range(draws):
        order = np.arange(len(model.weights))
        order[active] = rng.permutation(active)
        cells = model.cells(borders=model.borders[np.ix_(order, order)])
        ratios.append(_ratio(cells, null, results.fit, 1, null))
    return _told(
        _statistic(results.fit, null),
        ratios,
        "The provinces next door say no more than provinces elsewhere do.",
        "They say more, by what passes over borders or by causes that a region shares.",
    )


def _start(fit: EndemicFit) -> np.ndarray:
    """Where a search begins: at a fit, off its bounds, for from a weight of exactly 0 the way up may look barred."""
    start = fit.params.copy()
    start[0] = max(start[0], 0.05)
    start[-1] = min(start[-1], 5.0)
    return start


def _ratio(cells: Responses, null: EndemicFit, full: EndemicFit, place: int, fitted: EndemicFit | None = None) -> float:
    """Twice the log likelihood that a parameter adds to some counts; infinite where they could not be fitted."""
    start = _start(null)
    start[place] = max(0.2 * full.params[1], 1e-3) if place == 1 else 0.0
    try:
        without = fitted or fit_cells(cells.holding(place), _start(null))
        return _statistic(fit_cells(cells, start), without)
    except ModelError:
        return np.inf


def _statistic(full: EndemicFit, null: EndemicFit) -> float:
    return max(0.0, 2 * (full.loglike - null.loglike))


def _told(statistic: float, ratios: list[float], null: str, alternative: str) -> NeighbourTest:
    as_large = sum(ratio >= statistic - 1e-7 for ratio in ratios)
    failed = int(np.isinf(ratios).sum())
    return NeighbourTest(statistic, (1 + as_large) / (1 + len(ratios)), len(ratios), failed, null, alternative)
