"""Joinpoint regression: the periods in which a log-linear trend changes its slope, and the percent a year between."""

import warnings
from dataclasses import replace
from math import comb
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends.counts.order import aligned
from trends.errors import ModelError
from trends.fits.design import season_columns
from trends.fits.options import alpha_of, checked_choice, checked_draws, checked_level, checked_rng, checked_whole
from trends.loading import later
from trends.models.changepoints.observed import Observed, observed
from trends.models.joinpoints.results import JoinpointResults
from trends.models.joinpoints.search import MOST_PLACEMENTS, FittedPlacements, hinges
from trends.models.joinpoints.selection import (
    PermutationStep,
    Segmented,
    choose_by_permutation,
    criteria,
    date_intervals,
    dependence_of,
    design_effect,
    dispersion,
    slopes,
)
from trends.periods import PER_YEAR, frequency_of, label_of

Poisson = later("statsmodels.genmod.families.Poisson")
GLM = later("statsmodels.genmod.generalized_linear_model.GLM")
OLS = later("statsmodels.regression.linear_model.OLS")
sm_exceptions = later("statsmodels.tools.sm_exceptions")

_ASKED = "fit a joinpoint model"
_SELECT = ("permutation", "bic", "bic3", "wbic")
# Beyond this the matrix of the dependence between all periods is too large.
_LONGEST = 2000


class JoinpointModel:
    """Segmented log-linear trend of counts, or of rates with standard errors.

    Parameters
    ----------
    endog : pandas.Series
        Counts, or rates where ``se`` is given, on a PeriodIndex; NaN was not watched. Shape ``(n_periods,)``.
    se : array_like, optional
        Standard error of each rate. With it the model is weighted least squares of log rates, weights
        ``(rate / se)**2``, as in NCI Joinpoint; without it a Poisson regression whose variance is scaled by the
        Pearson dispersion, never below 1.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    max_joinpoints : int
        Most joinpoints considered. All placements are searched; three in 96 months are 110,000 models.
    min_between : int
        Least number of watched periods before the first joinpoint, between two and after the last.
    select : {"permutation", "bic", "bic3", "wbic"}
        How the number of joinpoints is chosen. Permutation tests by default: they hold their error rate.
    errors : {"ar1", "independent"}, optional
        Whether errors are serially dependent. By default ``"ar1"`` for counts, because conflict counts are, and
        ``"independent"`` for rates, as NCI Joinpoint has it.
    seasons : bool, str or int, optional
        A season that is fitted together with the trend; see `season_columns`.
    level : float
        Level of all intervals; one minus it is that of the whole sequence of permutation tests.
    draws : int
        Random orders of the residuals for each test; 4,499 as in NCI Joinpoint.
    rng : int or numpy.random.Generator
        What they are drawn with.

    Raises
    ------
    ModelError
        Where the series is no series of counts (or rates), is too short, or an option is not one of those allowed.

    Notes
    -----
    ``log(rate(t)) = a + b t + d_1 max(t - t_1, 0) + ... + season``: lines that meet at the joinpoints ``t_j``, which
    lie on periods. A joinpoint is the first period from which the new slope runs. The slope in percent a year, the
    annual percent change (APC), is ``100 (exp(slope) - 1)`` whatever the frequency.

    Intervals of an APC are those of a mixture over all placements of the chosen number of joinpoints, weighted by
    likelihood, so that they hold what is not known of the dates; those of the number itself are not in them.

    Of real windows of 36, 60 and 96 months, whose levels drift, .15, .27 and .35 have a joinpoint by permutation, and
    about twice as many by WBIC (``docs/model-nulls.md``): they tell how a series went.

    **Assumptions**: the log rate is continuous and piecewise linear (a sudden step is no joinpoint: use
    `ChangepointModel`); the dispersion and the autocorrelation are the same throughout; permuted residuals are
    exchangeable once scaled, freed of their leverage and, with ``"ar1"``, whitened.

    References
    ----------
    Kim, Fay, Feuer & Midthune (2000). Permutation tests for joinpoint regression. Statistics in Medicine 19, 335-351.
    Clegg, Hankey, Tiwari, Feuer & Edwards (2009). Estimating average annual per cent change. Stat. Med. 28, 3670-3682.
    Lerman (1980). Fitting segmented regression models by grid search. Applied Statistics 29, 77-84.

    Examples
    --------
    >>> from trends.periods import span
    >>> years = np.arange(72) / 12
    >>> rate = 20 * np.exp(0.35 * years - 0.9 * np.maximum(years - 3, 0))
    >>> counts = pd.Series(np.random.default_rng(4).poisson(rate), index=span("2013-01", "2018-12", "M"))
    >>> fit = JoinpointModel(counts, max_joinpoints=2, draws=199).fit()
    >>> fit.joinpoints
    [Period('2016-04', 'M')]
    >>> fit.apc.round(1)
         first     last   apc  lower  upper  pvalue
    1  2013-01  2016-04  24.4   17.9   32.2     0.0
    2  2016-04  2018-12 -41.1  -46.2  -35.3     0.0
    """

    def __init__(
        self,
        endog: pd.Series,
        *,
        se: ArrayLike | None = None,
        exposure: ArrayLike | None = None,
        max_joinpoints: int = 3,
        min_between: int = 2,
        select: str = "permutation",
        errors: str | None = None,
        seasons: bool | str | int | None = None,
        level: float = 0.95,
        draws: int = 4499,
        rng: int | np.random.Generator = 0,
    ):
        checked_choice(select, _ASKED, "select", _SELECT)
        if errors is None:
            errors = "ar1" if se is None else "independent"
        checked_choice(errors, _ASKED, "errors", ("ar1", "independent"))
        max_joinpoints = checked_whole(max_joinpoints, _ASKED, "max_joinpoints", 0)
        min_between = checked_whole(min_between, _ASKED, "min_between", 0)
        draws, level = checked_draws(draws, _ASKED), checked_level(level, _ASKED)
        checked_rng(rng, _ASKED)
        self.select, self.errors, self.seasons = select, errors, seasons
        self.max_joinpoints, self.min_between = max_joinpoints, min_between
        self.level, self.draws, self.rng = level, draws, rng
        self.name = str(endog.name) if getattr(endog, "name", None) is not None else "counts"
        self.data = observed(endog, exposure, least=4, asked=_ASKED, counts=se is None)
        self.base = _base(self.data.index, seasons)
        _check_size(len(self.data.at), max_joinpoints, min_between, self.base.shape[1])
        self.problem = _problem(self.data, self.base, _root(self.data, se), min_between)

    def fit(self) -> JoinpointResults:
        """The best placement of the chosen number of joinpoints, with its intervals and tests."""
        searched = [self.problem.search(k) for k in range(self.max_joinpoints + 1)]
        problem = tested = self.problem
        if self.errors == "ar1":
            problem = replace(problem, dependence=dependence_of(problem, searched[-1], margin=0.0))
            # A test that takes too little dependence for granted finds joinpoints in noise; see the decision record.
            tested = replace(problem, dependence=dependence_of(tested, searched[-1], margin=1.0))
            if not problem.counts:
                searched = [problem.search(k) for k in range(self.max_joinpoints + 1)]
        table = criteria(problem, searched)
        chosen = int(np.argmin(table.get(self.select, [0])))
        steps: list[PermutationStep] = []
        if self.select == "permutation":
            rng = np.random.default_rng(self.rng)
            chosen, steps = choose_by_permutation(tested, searched, self.draws, alpha_of(self.level, _ASKED), rng)
        placed = searched[chosen]
        freedom = len(problem.y) - self.base.shape[1] - 2 * chosen
        scale, cautious = dispersion(problem, placed), dispersion(tested, placed)
        # Least squares is done on whitened errors; the Poisson likelihood knows nothing of dependence.
        inflation, most = (design_effect(each, placed) if each.counts else 1.0 for each in (problem, tested))
        return JoinpointResults(
            name=self.name,
            data=self.data,
            base=self.base,
            terms=["const", "trend", *season_columns(self.data.index, self.seasons)],
            select=self.select,
            errors=self.errors,
            level=self.level,
            problem=problem,
            number=chosen,
            criterion=_criterion_table(searched, table, self.data, problem.counts),
            tests=_test_table(steps),
            dispersion=scale,
            dependence=problem.dependence,
            regression=_regression(problem, placed.best, scale),
            slopes=slopes(problem, placed, scale, inflation, freedom),
            date_rows=date_intervals(placed, cautious * most, freedom, self.level),
        )


def _check_size(n: int, most: int, min_between: int, columns: int) -> None:
    if n > _LONGEST:
        found, allowed = f"{n} watched periods", f"at most {_LONGEST}, because time and memory grow with the square"
        do = "count by longer periods, or take a shorter span"
        raise ModelError(_ASKED, found=found, allowed=allowed, do=do)
    needed = max(2 * min_between + max(most - 1, 0) * min_between + most, columns + 2 * most + 1)
    count = comb(max(n - 2 * min_between - max(most - 1, 0) * min_between, 0), max(most, 0))
    if n < needed:
        found = f"max_joinpoints={most} and min_between={min_between} with {n} watched periods"
        allowed = f"at least {needed} periods for these"
        raise ModelError(_ASKED, found=found, allowed=allowed, do="lower max_joinpoints or take a longer series")
    if count > MOST_PLACEMENTS:
        raise ModelError(
            _ASKED,
            found=f"{count:,} placements of {most} joinpoints in {n} periods",
            allowed=f"{MOST_PLACEMENTS:,}",
            do="count by a coarser period, or lower max_joinpoints",
        )


def _base(index: pd.PeriodIndex, seasons: bool | str | int | None) -> np.ndarray:
    years = (index.asi8 - index.asi8[0]) / PER_YEAR[frequency_of(index)]
    return np.column_stack([np.ones(len(index)), years, season_columns(index, seasons).to_numpy(float)])


def _root(data: Observed, se: ArrayLike | None) -> np.ndarray | None:
    if se is None:
        return None
    try:
        errors = np.asarray(aligned(se, data.index, _ASKED, "se") if isinstance(se, pd.Series) else se, dtype=float)
    except (TypeError, ValueError, OverflowError):
        errors = np.empty(0)
    if errors.shape != (len(data.index),):
        found = f"se of shape {errors.shape} for {len(data.index)} periods"
        raise ModelError(
            _ASKED, found=found, allowed="one standard error a period", do="give them as long as the series"
        )
    errors = errors[data.at]
    bad = ~(errors > 0) | ~(data.counts > 0)
    if bad.any():
        at = int(np.argmax(bad))
        raise ModelError(
            _ASKED,
            found=f"rate {data.counts[at]:g} with standard error {errors[at]:g} in {label_of(data.index[data.at][at])}",
            allowed="rates and standard errors above 0, because a logarithm is taken",
            do="give counts with their exposure instead of rates",
        )
    return data.counts / errors


def _problem(data: Observed, base: np.ndarray, root: np.ndarray | None, min_between: int) -> Segmented:
    base = base[data.at]
    return Segmented(
        positions=data.at,
        base=base,
        hinge=hinges(base[:, 1]),
        y=data.counts if root is None else np.log(data.counts / data.exposure),
        offset=np.log(data.exposure) if root is None else np.zeros(len(data.at)),
        root=root,
        min_between=min_between,
    )


def _regression(problem: Segmented, rows: np.ndarray, scale: float) -> Any:
    """The fit of statsmodels, given the joinpoints."""
    design = problem.columns(rows)
    if problem.counts:
        with warnings.catch_warnings():
            # Counts that repeat year by year are fitted without a remainder, which is no fault of the fit.
            warnings.simplefilter("ignore", sm_exceptions.ModelWarning)
            return GLM(problem.y, design, family=Poisson(), offset=problem.offset).fit(scale=scale)
    white = problem.whitener() * problem.root
    return OLS(white @ problem.y, white @ design).fit()


def _criterion_table(
    searched: list[FittedPlacements], table: dict[str, np.ndarray], data: Observed, counts: bool
) -> pd.DataFrame:
    index = data.index[data.at]
    dates = [", ".join(label_of(index[row]) for row in placed.best) for placed in searched]
    lack = {"deviance" if counts else "sse": [placed.lack.min() for placed in searched]}
    return pd.DataFrame({"joinpoints": dates, **lack, **table}, index=pd.RangeIndex(len(searched), name="number"))


def _test_table(steps: list[PermutationStep]) -> pd.DataFrame:
    rows = [(step.null, step.alternative, step.pvalue, step.level, step.rejected) for step in steps]
    return pd.DataFrame(rows, columns=["null", "alternative", "pvalue", "level", "rejected"])
