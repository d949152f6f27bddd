"""Two series compared: is it one trend (coincident), or two levels of one trend (parallel)?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends.counts.series import checked_series
from trends.errors import ModelError
from trends.fits.options import checked_draws, checked_rng, checked_whole
from trends.loading import later
from trends.models.joinpoints.model import JoinpointModel
from trends.models.joinpoints.results import JoinpointResults
from trends.models.joinpoints.search import best_lack
from trends.models.joinpoints.selection import Segmented

block_diag = later("scipy.linalg.block_diag")

_ASKED = "compare two trends"
_NULLS = {
    "coincident": "Both series follow one trend, at one level.",
    "parallel": "Both series follow one trend, each at a level of its own.",
}


def compare_joinpoints(
    first: pd.Series,
    second: pd.Series,
    *,
    joinpoints: int | None = None,
    max_joinpoints: int = 3,
    min_between: int = 2,
    se: Sequence[ArrayLike] | None = None,
    errors: str | None = None,
    draws: int = 4499,
    rng: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Tests of whether two series share one segmented trend, at one level or at two.

    Parameters
    ----------
    first, second : pandas.Series
        Counts (or rates, with ``se``) on the same PeriodIndex; only periods watched in both are used.
    joinpoints : int, optional
        The number of joinpoints of every trend in the comparison. By default the larger of the numbers that WBIC
        chooses for the two series on their own.
    max_joinpoints, min_between, errors, draws, rng
        As in `JoinpointModel`.
    se : pair of array_like, optional
        Standard errors of the two series of rates.

    Returns
    -------
    pandas.DataFrame
        Rows ``coincident`` and ``parallel``; columns ``statistic`` (lack of fit of the shared trend over that of two
        trends), ``pvalue``, ``joinpoints`` (their number) and ``null`` (what the p-value is about, in words).

    Raises
    ------
    ModelError
        Where the series stand on different periods, or either cannot be fitted.

    Notes
    -----
    Under the null the joinpoints are shared and searched for; under the alternative each series has its own. Both
    residuals of a period are permuted together, so that a shock common to both series costs no size; for one common
    level they are exchanged with each other at random as well.

    **Assumptions**: as in `JoinpointModel`.

    References
    ----------
    Kim, Fay, Yu, Barrett & Feuer (2004). Comparability of segmented line regression models. Biometrics 60, 1005-1014.

    Examples
    --------
    >>> from trends.periods import span
    >>> rng, years = np.random.default_rng(7), np.arange(60) / 12
    >>> make = lambda rate: pd.Series(rng.poisson(rate), index=span("2015-01", "2019-12", "M"))
    >>> rising, twice = make(10 * np.exp(0.3 * years)), make(20 * np.exp(0.3 * years))
    >>> compare_joinpoints(rising, twice, max_joinpoints=1, draws=199)["pvalue"].round(3).to_dict()
    {'coincident': 0.005, 'parallel': 0.895}
    """
    checked = [checked_series(each, asked=_ASKED, counts=se is None, numbered=False) for each in (first, second)]
    first, second = (pd.Series(each.counts, index=each.index, name=each.name) for each in checked)
    if not first.index.equals(second.index):
        raise ModelError(
            _ASKED,
            found="series on different periods",
            allowed="two Series on the same PeriodIndex",
            do="cut both to their common span",
        )
    draws, rng = checked_draws(draws, _ASKED), checked_rng(rng, _ASKED)
    if joinpoints is not None:
        joinpoints = checked_whole(joinpoints, _ASKED, "joinpoints", 0, max_joinpoints)
    both = first.notna() & second.notna()
    if se is not None and (not isinstance(se, tuple | list) or len(se) != 2):
        allowed, do = "a pair of columns, one for each series", "give the standard errors of both"
        raise ModelError(_ASKED, found=f"se of type {type(se).__name__}", allowed=allowed, do=do)
    fits = []
    for series, errors_of_rates in zip((first, second), se or (None, None), strict=True):
        model = JoinpointModel(
            series.where(both),
            se=errors_of_rates,
            max_joinpoints=max_joinpoints,
            min_between=min_between,
            errors=errors,
            select="wbic",
        )
        fits.append(model.fit())
    number = max(fit.number for fit in fits) if joinpoints is None else joinpoints
    rows = []
    for name, null in _NULLS.items():
        statistic, pvalue = _shared_against_own(fits, number, name == "parallel", draws, rng)
        rows.append((statistic, pvalue, number, null))
    return pd.DataFrame(rows, columns=["statistic", "pvalue", "joinpoints", "null"], index=list(_NULLS))


def _stacked(problems: list[Segmented], parallel: bool) -> Segmented:
    base = np.vstack([problem.base[:, :2] for problem in problems])
    n = len(problems[0].y)
    if parallel:
        base = np.column_stack([base, np.repeat([0.0, 1.0], n)])
    return Segmented(
        positions=np.tile(problems[0].positions, 2),
        base=base,
        hinge=np.vstack([problem.hinge for problem in problems]),
        y=np.concatenate([problem.y for problem in problems]),
        offset=np.concatenate([problem.offset for problem in problems]),
        root=None if problems[0].counts else np.concatenate([problem.root for problem in problems]),
        min_between=problems[0].min_between,
    )


def _shared_against_own(
    fits: list[JoinpointResults], number: int, parallel: bool, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    problems = [fit.problem for fit in fits]
    n, between = len(problems[0].y), problems[0].min_between
    shared = _stacked(problems, parallel)
    placed = shared.search(number)
    best = int(np.argmin(placed.lack))
    rows, coefficients = placed.rows[best], placed.coefficients[best]
    residuals, root = shared.residuals(rows, coefficients)
    white = [problem.whitener() / np.sqrt(fit.dispersion) for fit, problem in zip(fits, problems, strict=True)]
    whiten = block_diag(*white) * root
    fitted = whiten @ shared.columns(rows) @ coefficients
    basis = np.linalg.qr(whiten @ shared.columns(rows))[0]
    rest = block_diag(*white) @ residuals
    spread = np.sqrt(np.maximum(1 - np.square(basis).sum(axis=1), 1e-3))
    # One order for both series, so that what they have in common within a period stays together.
    orders = rng.permuted(np.tile(np.arange(n), (draws, 1)), axis=1)
    permuted = (rest / spread).reshape(2, n)[:, orders]
    if not parallel:
        # Of one level too: the two residuals of a period may as well have been the other way round.
        swapped = rng.random((draws, n)) < 0.5
        permuted = np.where(swapped, permuted[::-1], permuted)
    permuted = permuted.transpose(0, 2, 1).reshape(2 * n, -1)
    y = fitted[:, None] + np.column_stack([rest, permuted])
    lack = best_lack(whiten @ shared.base, whiten @ shared.hinge, y, number, between)[number]
    own = np.zeros_like(lack)
    for part, problem in zip((slice(0, n), slice(n, None)), problems, strict=True):
        block = whiten[part, part]
        own += best_lack(block @ problem.base, block @ problem.hinge, y[part], number, between)[number]
    ratio = lack / np.maximum(own, np.finfo(float).tiny)
    return float(ratio[0]), float((1 + np.sum(ratio[1:] >= ratio[0] * (1 - 1e-12))) / (1 + draws))
