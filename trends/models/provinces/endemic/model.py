"""Counts from a province's own past, its neighbours' past and what arises by itself: the endemic-epidemic model."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from trends.arguments import checked_arguments
from trends.counts.order import aligned
from trends.counts.panel import Panel
from trends.counts.series import checked_table
from trends.errors import InputError, ModelError
from trends.fits.design import baseline
from trends.fits.options import checked_choice, checked_flag
from trends.fits.overlap import quoted
from trends.models.provinces.endemic.likelihood import Responses, fit_cells
from trends.models.provinces.endemic.results import EndemicResults
from trends.models.provinces.endemic.spread import Past, aligned_weights, level_weights, past_of
from trends.models.seasonal_design import spline_columns
from trends.periods import PER_YEAR

_ASKED = "fit the endemic-epidemic model"
_YEARS_A_PIECE = 2
_FAMILIES = ("negbin", "poisson")


class EndemicModel:
    """An endemic-epidemic model: counts from a province's own past, its neighbours' past, and what arises by itself.

    Parameters
    ----------
    panel : Panel
        Counts by period and province.
    neighbours : pandas.DataFrame
        Weights of 0 or more: row, where from; column, where to; 0 and 1 as `trends.neighbours` gives them, or others.
        Every province of the panel needs a row and a column.
    trend : "smooth", True, int, or False
        Course of the endemic part, the same for all provinces: ``"smooth"`` is a natural spline with a piece for every
        two years, a number one with so many pieces, ``True`` a straight line (of the logarithm). A course that is too
        stiff makes neighbours look infectious that merely rose at the same time.
    seasons, calendar
        Of the endemic part, as in `InterruptionModel`.
    exog : pandas.DataFrame, optional
        Further columns of the endemic part, shape ``(n_periods, k)``, on the panel's periods.
    relative : bool
        Whether a neighbour's past counts relative to its own level (its mean over the panel): twice its usual in all
        neighbours adds ``near`` times a province's own usual. True, because levels differ a hundredfold between
        provinces, and one incident in the capital does not send the same to every place around it. False takes counts
        as they are and weights as given, as in the papers.
    population : pandas.Series, optional
        What the endemic part of each province is in proportion to, by province; by default the same for all.
    intercepts : bool
        Whether each province has an endemic level of its own. True, because without the right ``population`` provinces
        would otherwise differ by nothing but their neighbours.
    steps : mapping of str to pandas.DataFrame, optional
        What multiplies all three parts: for each name a table of periods by provinces (an operation: 1 where and when
        it ran). Provinces and periods that a table lacks are 0.
    family : {"negbin", "poisson"}
        Negative binomial by default: the variance is ``mean (1 + overdispersion * mean)``.

    Raises
    ------
    InputError, ModelError
        Where neighbours, population or a design do not fit the panel, or leave nothing to estimate.

    Notes
    -----
    The expected count of province i in period t, given the period before, is::

        exposure[i, t] * (own * past[i] + near * sum over j of weight[j, i] * past[j]
                          + population[i] * exp(level[i] + course[t]))

    with ``past`` the count of the period before over the share of it that was watched, and weights that hold levels
    where ``relative``. A cell is a response where it,
    its own past and at least one neighbour's past were watched. A neighbour that was not watched is left out together
    with its weight: the others' mean stands for it. How many cells dropped out is in ``results.warnings``.

    Newton's method with analytic first and second derivatives; standard errors from the observed information. Both
    weights are bounded by 0; there the usual standard errors and chi-squared tests fail, so the neighbours' part has a
    test of its own, `EndemicResults.neighbour_test`.

    **Assumptions**: what passes from one province to another takes one period; all provinces share the weights of
    past and neighbours and the course of the endemic part; given the past, cells are independent. A cause that moves
    neighbours one after the other looks like contagion.

    References
    ----------
    Held, L., Höhle, M. & Hofmann, M. (2005). A statistical framework for the analysis of multivariate infectious
    disease surveillance counts. Statistical Modelling 5(3), 187-199. Paul, M. & Held, L. (2011). Predictive assessment
    of a non-linear random effects model for multivariate time series of infectious disease counts. Statistics in
    Medicine 30(10), 1118-1136. Meyer, S., Held, L. & Höhle, M. (2017). Spatio-temporal analysis of epidemic phenomena
    using the R package surveillance. Journal of Statistical Software 77(11).

    Examples
    --------
    >>> from trends.periods import span
    >>> names = ["Diyala", "Kirkuk", "Nineveh"]
    >>> line = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], index=names, columns=names)
    >>> rng = np.random.default_rng(4)
    >>> counts = np.full((96, 3), 4.0)
    >>> for t in range(1, 96):
    ...     counts[t] = rng.poisson(2 + 0.4 * counts[t - 1] + 0.1 * counts[t - 1] @ line.to_numpy())
    >>> panel = Panel(pd.DataFrame(counts, index=span("2013-01", "2020-12", "M"), columns=names))
    >>> results = EndemicModel(panel, line, trend=False, intercepts=False, relative=False).fit()
    >>> results.rate_ratio("own past").round(2).to_dict()
    {'ratio': 0.5, 'lower': 0.39, 'upper': 0.61}
    >>> results.shares().loc["all"].round(2).to_dict()
    {'own past': 0.5, 'neighbours': 0.13, 'endemic': 0.37, 'expected': 1322.0}
    """

    @checked_arguments
    def __init__(
        self,
        panel: Panel,
        neighbours: pd.DataFrame,
        *,
        trend: bool | int | str = "smooth",
        seasons: bool | str | int | None = None,
        calendar: Iterable[str] | Mapping[str, Any] = (),
        exog: pd.DataFrame | None = None,
        relative: bool = True,
        population: pd.Series | None = None,
        intercepts: bool = True,
        steps: Mapping[str, pd.DataFrame] | None = None,
        family: str = "negbin",
    ):
        checked_choice(family, _ASKED, "family", _FAMILIES)
        self.panel, self.family = panel, family
        #: The neighbours as given, in the panel's order; and provinces among them that the panel lacks.
        self.borders, self.outside = aligned_weights(panel, neighbours)
        self.relative = checked_flag(relative, _ASKED, "relative")
        intercepts = checked_flag(intercepts, _ASKED, "intercepts")
        self.weights = self.weigh(self.borders)
        #: What the panel's cells feed on, by period and province.
        self.past: Past = past_of(panel.counts.to_numpy(), panel.exposure.to_numpy(), self.weights, self.borders)
        silent = self.past.used.any(axis=0) & (np.where(self.past.used, panel.counts, 0).sum(axis=0) == 0)
        #: Provinces without an incident in any response: without a population they have no level to estimate.
        self.silent = [name for name, quiet in zip(panel.provinces, silent, strict=True) if quiet and intercepts]
        #: Which cells are responses, shape ``(n_periods, n_provinces)``.
        self.used = self.past.used & ~np.isin(panel.provinces, self.silent)
        self.population = _population(panel, population)
        # The period after the last is laid out too, for predictions.
        extended = panel.index.append(pd.PeriodIndex([panel.index[-1] + 1]))
        self.course = _course(extended, trend, seasons, calendar)
        self.exog = _exog(panel, exog)
        used = np.asarray(self.used.any(axis=0))
        self.intercepts = [name for name, any_ in zip(panel.provinces, used, strict=True) if any_]
        if not intercepts:
            self.intercepts = []
        #: The steps by name, each of the panel's shape.
        self.steps = {name: _step(panel, name, table) for name, table in (steps or {}).items()}
        self._check()

    def weigh(self, borders: np.ndarray) -> np.ndarray:
        """The weights that neighbours have on a map, levels allowed for where the model is ``relative``."""
        counts, exposure = self.panel.counts.to_numpy(), self.panel.exposure.to_numpy()
        return level_weights(counts, exposure, borders) if self.relative else borders

    @property
    def terms(self) -> list[str]:
        """The names of the parameters, in order."""
        levels = self.intercepts or ["const"]
        return ["own past", "neighbours", *levels, *self.course, *self.exog, *self.steps, "overdispersion"]

    def design(self, course: pd.DataFrame, exog: pd.DataFrame) -> np.ndarray:
        """The endemic design for periods, shape ``(n_periods, n_provinces, k)``."""
        names = self.panel.provinces
        levels = np.eye(len(names))[:, [names.index(name) for name in self.intercepts]]
        levels = levels if self.intercepts else np.ones((len(names), 1))
        shared = np.column_stack([course.to_numpy(), exog.to_numpy()])
        shape = (len(course), len(names))
        return np.concatenate(
            [
                np.broadcast_to(levels, (*shape, levels.shape[1])),
                np.broadcast_to(shared[:, None], (*shape, shared.shape[1])),
            ],
            axis=2,
        )

    @cached_property
    def _designed(self) -> np.ndarray:
        return self.design(self.course.iloc[:-1], self.exog)

    def endemic(self, params: np.ndarray) -> np.ndarray:
        """The endemic part of every cell with given parameters, 0 where a province has no level."""
        columns = self._designed.shape[2]
        found = self.population * np.exp(self._designed @ params[2 : 2 + columns])
        found[:, ~self.used.any(axis=0)] = 0.0
        return found

    def step_table(self) -> np.ndarray:
        """The steps side by side, shape ``(n_periods, n_provinces, n_steps)``."""
        return np.stack([*self.steps.values(), np.zeros(self.used.shape)], axis=2)[:, :, :-1]

    def cells(self, counts: np.ndarray | None = None, borders: np.ndarray | None = None) -> Responses:
        """The responses as flat arrays; with other counts, or on another map, on request."""
        exposure, past = self.panel.exposure.to_numpy(), self.past
        if counts is not None:
            past = past_of(counts, exposure, self.weights, self.borders)
        counts = self.panel.counts.to_numpy() if counts is None else counts
        if borders is not None:
            past = past_of(counts, exposure, self.weigh(borders), borders)
        used = self.used
        return Responses(
            counts=counts[used],
            own=past.own[used],
            # On another map all neighbours may be unwatched where on the real one they were not.
            near=np.nan_to_num(past.near[used]),
            exposure=exposure[used],
            size=np.broadcast_to(self.population, used.shape)[used],
            endemic=self._designed[used],
            steps=self.step_table()[used],
            poisson=self.family == "poisson",
        )

    def _check(self) -> None:
        cells = self.cells()
        free, n = len(self.terms), len(cells.counts)
        if not n or not cells.counts.any():
            found = f"{n} cells with {int(cells.counts.sum())} incidents"
            allowed = "cells whose own past and neighbours' past were watched too, with incidents"
            raise ModelError(_ASKED, found=found, allowed=allowed, do="take a longer panel, or one watched throughout")
        if n <= 2 * free:
            allowed = f"more than two cells for each of the {free} parameters"
            do = "take a longer panel, fewer pieces of the trend, or intercepts=False with a population"
            raise ModelError(_ASKED, found=f"{n} cells", allowed=allowed, do=do)
        design = np.column_stack([cells.endemic, cells.steps])
        names = [*self.terms[2:-1]]
        kept = _independent(design)
        if not kept.all():
            lost = [name for name, keep in zip(names, kept, strict=True) if not keep]
            found = f"{quoted(lost)}, which follow from the other columns in the cells that are responses"
            raise ModelError(_ASKED, found=found, allowed="columns that differ", do="leave them out")
        if not cells.near.any():
            found = "no incident in any neighbour in any period before"
            do = "give neighbours that are in the panel and had incidents"
            raise ModelError(_ASKED, found=found, allowed="neighbours with incidents", do=do)

    def fit(self) -> "EndemicResults":
        """The fitted model, as `trends.models.provinces.endemic.results.EndemicResults`."""
        cells = self.cells()
        return EndemicResults(self, cells, fit_cells(cells))


def _population(panel: Panel, population: pd.Series | None) -> np.ndarray:
    if population is None:
        return np.ones(len(panel.provinces))
    asked = "read the population of the provinces"
    named = {panel.province(name): float(size) for name, size in population.items() if _in(panel, name)}
    for name in panel.provinces:
        size = named.get(name, np.nan)
        if not (np.isfinite(size) and size > 0):
            found = f"no number for {name}" if np.isnan(size) else f"{size:g} for {name}"
            allowed = "a number above 0 for every province of the panel"
            raise InputError(asked, found=found, allowed=allowed, do="add it, or leave the province out of the panel")
    return np.array([named[name] for name in panel.provinces])


def _in(panel: Panel, name: Any) -> bool:
    try:
        panel.province(str(name))
    except InputError:
        return False
    return True


def _course(
    index: pd.PeriodIndex,
    trend: bool | int | str,
    seasons: bool | str | int | None,
    calendar: Iterable[str] | Mapping[str, Any],
) -> pd.DataFrame:
    per_year = PER_YEAR[index.freqstr[0]]
    columns = baseline(index, trend=trend is True, seasons=seasons, calendar=calendar).drop(columns="const")
    if isinstance(trend, bool):
        return columns
    pieces = max(1, round(len(index) / per_year / _YEARS_A_PIECE)) if trend == "smooth" else trend
    if not isinstance(pieces, int | np.integer) or not 1 <= pieces <= len(index) // 3:
        allowed = f'"smooth", True, False, or a number of pieces from 1 to {len(index) // 3}'
        raise ModelError(_ASKED, found=f"trend={trend!r}", allowed=allowed, do="choose one of these")
    smooth = spline_columns(index, int(pieces))
    # Bends at right angles to the line and to each other keep the normal equations well conditioned.
    turned = np.linalg.qr(np.column_stack([np.ones(len(index)), smooth]))[0][:, 2:]
    smooth.iloc[:, 1:] = turned * np.sqrt(len(index))
    return smooth.join(columns)


def _exog(panel: Panel, exog: pd.DataFrame | None) -> pd.DataFrame:
    if exog is None:
        return pd.DataFrame(index=panel.index)
    return _numbers(panel, exog, "read exog")


def _step(panel: Panel, name: str, table: pd.DataFrame) -> np.ndarray:
    asked = f"read the step {name!r}"
    found = _numbers(panel, table, asked, holes=0.0).rename(columns=panel.province)
    values = found.reindex(columns=panel.provinces, fill_value=0.0).to_numpy(float)
    if not values.any():
        found, do = "nothing but zeros in the panel's span", "correct the table"
        raise ModelError(asked, found=found, allowed="numbers, some of them not 0", do=do)
    return values


def _numbers(panel: Panel, table: pd.DataFrame, asked: str, holes: float | None = None) -> pd.DataFrame:
    """A table of numbers on the panel's periods; with ``holes``, periods that it lacks have that value."""
    checked = checked_table(table, asked=asked, counts=False)[0]
    if holes is not None:
        checked = checked.reindex(panel.index, fill_value=holes)
    checked = aligned(checked, panel.index, asked, "a table")
    empty = checked.isna().any()
    if empty.any():
        found, do = f"a hole in {checked.columns[empty][0]!r}", "fill it"
        raise ModelError(asked, found=found, allowed="a number in every period of the panel", do=do)
    return checked


def _independent(design: np.ndarray) -> np.ndarray:
    """Which columns do not follow from those before them."""
    scaled = design / np.maximum(np.linalg.norm(design, axis=0), 1e-300)
    diagonal = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    return diagonal > 1e-8
