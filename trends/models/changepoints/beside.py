"""Breaks beside a trend and a season that all regimes share: each is fitted given the other, until neither moves."""

from dataclasses import replace

import numpy as np

from trends.fits.batch import fit_poisson
from trends.fits.design import baseline
from trends.models.changepoints.observed import Observed
from trends.models.changepoints.selection import Search, Selection, select_breaks


def select_with_shape(
    data: Observed, search: Search, trend: bool, seasons: bool | str | int | None, exhaustive: bool
) -> tuple[Selection, np.ndarray]:
    """The selected breaks, and the exposure times trend and season (mean 1) that they were found with.

    A trend can stand in for a step and a step for a trend, so that taking turns may end in either: it is begun both
    without a break and at the best single break beside trend and season, and the better end is kept.
    """
    columns = baseline(data.index, trend=trend, seasons=seasons).drop(columns="const").to_numpy()[data.at]
    if columns.shape[1] == 0:
        return select_breaks(data.counts, data.exposure, search, exhaustive), data.exposure
    search = replace(search, spent=1 + columns.shape[1])
    starts = np.array([], int), _best_single(data, columns, search.min_between)
    ends = [_take_turns(data, columns, search, breaks) for breaks in starts]
    inflation = min(selection.inflation.factor for selection, _ in ends)
    return min(ends, key=lambda end: _lack(end[0], search, inflation))


def _take_turns(
    data: Observed, columns: np.ndarray, search: Search, breaks: np.ndarray
) -> tuple[Selection, np.ndarray]:
    seen: list[list[int]] = []
    while breaks.tolist() not in seen:
        seen.append(breaks.tolist())
        shape = common_shape(data, columns, breaks)
        exposure = data.exposure * shape
        selection = select_breaks(data.counts, exposure, search)
        breaks = selection.breaks
    return selection, exposure


def common_shape(data: Observed, columns: np.ndarray, breaks: np.ndarray) -> np.ndarray:
    """What trend and season multiply the rate of each watched period by, given the breaks; its mean is 1."""
    regime = np.searchsorted(breaks, np.arange(len(data.counts)), side="right")
    levels = (regime[:, None] == np.arange(len(breaks) + 1)).astype(float)
    # A regime without an event says nothing about trend and season, and has no finite level.
    quiet = (levels.T @ data.counts) == 0
    used = ~quiet[regime]
    design = np.column_stack([levels[:, ~quiet], columns])
    fit = fit_poisson(data.counts, design, exposure=data.exposure, weights=used.astype(float))
    shape = np.exp(columns @ fit.params[0, -columns.shape[1] :]) if fit.converged[0] else np.ones(len(columns))
    return shape / shape.mean()


def _best_single(data: Observed, columns: np.ndarray, min_between: int) -> np.ndarray:
    n = len(data.counts)
    at = np.arange(min_between, n - min_between + 1)
    steps = (np.arange(n) >= at[:, None]).astype(float)
    design = np.column_stack([np.ones(n), columns])
    fits = fit_poisson(data.counts, design, exposure=data.exposure, columns=steps)
    return at[[int(np.nanargmax(fits.llf))]]


def _lack(selection: Selection, search: Search, inflation: float) -> float:
    criteria, number = selection.criteria, len(selection.breaks)
    column = search.penalty if isinstance(search.penalty, str) else "penalised"
    penalty = criteria[column] + 2 * criteria["loglik"] / selection.inflation.factor
    return float(-2 * criteria["loglik"][number] / inflation + penalty[number])
