"""When did the level of a series change, how often, and how sure is each date."""

from numbers import Real
from sys import float_info
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends.errors import ModelError
from trends.fits.options import checked_choice, checked_flag, checked_number, checked_whole, shown
from trends.models.changepoints.beside import select_with_shape
from trends.models.changepoints.observed import observed
from trends.models.changepoints.posterior import BreakPrior
from trends.models.changepoints.results import ChangepointResults
from trends.models.changepoints.segmentation import FAMILIES
from trends.models.changepoints.selection import PENALTIES, Search

# Beyond this the tables and the posterior, whose time grows with the square, give way to pruning and local dates.
_LONG = 4000
_LEAST = 8
# A spell of so many periods between two longer regimes is an outlier and no regime.
_SHORT = 2


class ChangepointModel:
    """Breaks in the level of a series: how many, when, and with what certainty.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    family : str
        ``"poisson"`` (the default; overdispersion goes into ``inflation``), ``"negbin"`` or, for series that are
        no counts, ``"gaussian"``.
    max_breaks : int, optional
        The most breaks looked for; by default an eighth of the watched periods, and at most 10.
    penalty : str or float
        What a break must pay for: ``"calibrated"`` (the default; about one simulated series in twenty without a
        break shows one), ``"bic"``, ``"mbic"``, or the fall in deviance asked of each.
    prior : BreakPrior, optional
        Beliefs about rates and breaks, for the posterior.
    min_between : int
        The fewest watched periods of a regime; 1 by default.
    trend, seasons
        A trend and a season common to all regimes, as in `trends.fits.design.baseline`.
    outliers : bool
        Whether spells of one or two periods between longer regimes are taken for outliers: set aside, named in
        ``results.outliers``, and the rest searched again. True, because a month is no level; whether such a spell was
        a pulse, `EffectModel` tells. With False every placement stands.
    inflation : float, optional
        What the likelihood is divided by. By default it is estimated from dispersion and serial dependence; 1
        takes the counts for independent Poisson ones.

    Raises
    ------
    ModelError
        Where an option or the series is not what it must be.

    Notes
    -----
    The segmentation is the exact optimum for every number of breaks, the posterior an exact sum over all their
    placements. Both divide the log-likelihood by the same inflation, because dispersion and serial dependence make
    runs of high and low counts that a Poisson likelihood takes for regimes: at 96 months with mean 10 it finds
    a "break" in nearly all series with a latent autocorrelation of .3. Of real windows of 36, 60 and 96 months .40, .54
    and .76 have a break, because real levels move; that it lies within a month of a date picked beforehand has a
    probability of .8 in .015, .012 and none (``docs/model-nulls.md``).

    With trend or season the regimes and the common part are fitted in turn until neither moves, from two starts;
    the posterior takes the common part as known. Above 4,000 watched periods breaks are found by pruning (Poisson,
    constant penalty), each date's posterior is taken between its neighbours, and no posterior of the number is had.

    **Assumptions**: the rate is constant within a regime but for trend and season; dispersion and dependence are
    those of the whole series.

    References
    ----------
    Auger and Lawrence (1989). Bai and Perron (2003). Fearnhead (2006), Exact and efficient Bayesian inference for
    multiple changepoint problems. Zhang and Siegmund (2007), A modified Bayes information criterion.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> counts = np.concatenate([rng.poisson(12, 40), rng.poisson(5, 20)])
    >>> series = pd.Series(counts, index=pd.period_range("2015-01", periods=60, freq="M"))
    >>> results = ChangepointModel(series).fit()
    >>> [str(when) for when in results.breaks]
    ['2018-05']
    >>> bool(results.probability("2018-03", "2018-07") > 0.9)
    True
    """

    def __init__(
        self,
        endog: pd.Series,
        *,
        exposure: ArrayLike | None = None,
        family: str = "poisson",
        max_breaks: int | None = None,
        penalty: str | float = "calibrated",
        prior: BreakPrior | None = None,
        min_between: int = 1,
        trend: bool = False,
        seasons: bool | str | int | None = None,
        outliers: bool = True,
        inflation: float | None = None,
    ):
        asked = "look for breaks"
        checked_choice(family, asked, "family", FAMILIES)
        penalty = _checked_penalty(penalty)
        min_between = checked_whole(min_between, asked, "min_between", 1)
        if max_breaks is not None:
            max_breaks = checked_whole(max_breaks, asked, "max_breaks", 1)
        if inflation is not None:
            inflation = checked_number(inflation, asked, "inflation", above=0.0)
        self.data = observed(endog, exposure, least=_LEAST, asked=asked, counts=family != "gaussian")
        if prior is not None and not isinstance(prior, BreakPrior):
            allowed, do = "a BreakPrior", "make one with trends.BreakPrior, or leave it out"
            raise ModelError(asked, found=f"a prior of type {type(prior).__name__}", allowed=allowed, do=do)
        self.prior = prior or BreakPrior()
        checked_flag(trend, asked, "trend")
        self.trend, self.seasons, self.outliers = trend, seasons, checked_flag(outliers, asked, "outliers")
        n = len(self.data.counts)
        most = n // min_between - 1
        max_breaks = max(1, min(10, n // 8, most)) if max_breaks is None else max_breaks
        if not 1 <= max_breaks <= most:
            raise ModelError(
                asked,
                found=f"max_breaks={max_breaks}, min_between={min_between} and {n} watched periods",
                allowed="regimes of 1 period and more that fit into the series",
                do="lower max_breaks or min_between",
            )
        self.search = Search(family, max_breaks, min_between, penalty, inflation)
        self._check_combination(n)

    def _check_combination(self, n: int) -> None:
        plain = not self.trend and self.seasons is None
        search = self.search
        if search.family == "gaussian" and not (plain and np.ptp(self.data.exposure) == 0):
            raise ModelError(
                "look for breaks in a Gaussian series",
                found="a trend, a season or an exposure",
                allowed="none of these: they multiply a rate",
                do="choose the family poisson or negbin, or take them out of the series first",
            )
        short_only = search.family != "poisson" or search.min_between > 1 or search.penalty == "mbic" or not plain
        if n > _LONG and short_only:
            raise ModelError(
                f"look for breaks in {n} periods",
                found=f"family={search.family!r}, min_between={search.min_between}, penalty={search.penalty!r}, "
                f"trend={self.trend!r}, seasons={self.seasons!r}",
                allowed=f"beyond {_LONG} periods: poisson, regimes from 1 period, calibrated, bic or a number, neither "
                "trend nor season",
                do="choose these, or count by longer periods",
            )

    def fit(self) -> ChangepointResults:
        """The breaks, their dates and the posterior, as `ChangepointResults`."""
        data, aside = self.data, np.zeros(len(self.data.index), dtype=bool)
        exhaustive = len(data.counts) <= _LONG
        selection, exposure = select_with_shape(data, self.search, self.trend, self.seasons, exhaustive)
        while self.outliers and (short := short_regimes(selection.breaks, len(data.counts))).any():
            if (~short).sum() < max(_LEAST, (self.search.max_breaks + 1) * self.search.min_between):
                break
            aside[data.at[short]] = True
            data = data.without(short)
            selection, exposure = select_with_shape(data, self.search, self.trend, self.seasons, exhaustive)
        outliers = pd.Series(self.data.spread_counts(), index=data.index, name="count")[aside]
        return ChangepointResults(data, exposure, selection, self.search, self.prior, exhaustive, outliers)


def short_regimes(breaks: np.ndarray, n: int) -> np.ndarray:
    """Which of n watched periods lie in a regime of one or two periods between two longer ones, shape ``(n,)``.

    At either end of the series a short regime may be the beginning, or the rest, of a longer one: it stays.
    """
    edges = np.concatenate([[0], breaks, [n]])
    lengths = np.diff(edges)
    short = (lengths <= _SHORT) & (edges[:-1] > 0) & (edges[1:] < n)
    return np.repeat(short, lengths)


def _checked_penalty(penalty: Any) -> str | float:
    number: Any = penalty
    if isinstance(penalty, Real) and not isinstance(penalty, bool) and 0 < number <= float_info.max:
        return float(number)
    if isinstance(penalty, str) and penalty in PENALTIES:
        return penalty
    raise ModelError(
        "look for breaks",
        found=f"penalty={shown(penalty)}",
        allowed=", ".join(PENALTIES) + ", or a number above 0",
        do="name one of these",
    )
