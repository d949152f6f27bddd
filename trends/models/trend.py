"""Is a series going up or down? The growth of a level that drifts, and rank tests beside it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends.arguments import checked_arguments
from trends.chance.answers import ratio_found
from trends.chance.columns import check_length
from trends.chance.normals import Mixture
from trends.chance.questions import trend
from trends.counts.series import checked_series, one_column
from trends.errors import ModelError
from trends.fits.options import alpha_of, checked_choice, checked_level
from trends.loading import later
from trends.models.changepoints.observed import Observed, observed
from trends.models.ranks import (
    hamed_rao_factor,
    kendall_score,
    kendall_variance,
    seasonal_score,
    sen_slope,
)
from trends.nouns import listed
from trends.periods import PER_YEAR, frequency_of

stats = later("scipy.stats")

_ASKED = "test for a trend"


@dataclass(frozen=True, kw_only=True)
class RankTrend:
    """A rank test of a trend, with the slope that goes with it.

    Attributes
    ----------
    test : str
        Which test.
    tau : float
        Kendall's tau, -1 to 1: concordant less discordant pairs over all pairs.
    score, variance, statistic, pvalue : float
        Kendall's S, its variance without a trend, the normal statistic with continuity correction, and its two-sided
        p-value.
    slope, lower, upper : float
        Sen's slope in events a year for each period, with its interval.
    nobs : int
        Watched periods.
    """

    test: str
    tau: float
    score: float
    variance: float
    statistic: float
    pvalue: float
    slope: float
    lower: float
    upper: float
    nobs: int

    def __repr__(self) -> str:
        slope = f"slope {self.slope:.3g} ({self.lower:.3g} to {self.upper:.3g}) a year"
        return f"RankTrend({self.test}: tau {self.tau:.2f}, p {self.pvalue:.2g}, {slope})"


def mann_kendall(
    endog: pd.Series, *, exposure: ArrayLike | None = None, dependence: str = "hamed-rao", level: float = 0.95
) -> RankTrend:
    """The Mann-Kendall test of a monotone trend, with Sen's slope.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, NaN where nothing was watched.
    exposure : array_like, optional
        Share of each period that was watched; counts are divided by it.
    dependence : {"hamed-rao", "independent"}
        Whether the variance of S allows for the autocorrelation of the detrended ranks.
    level : float
        Level of the interval; an autocorrelation enters the variance where it is significant at one minus this.

    Raises
    ------
    ModelError
        Where the series is no series of counts or has fewer than four watched periods.

    Notes
    -----
    **Assumptions**: without a trend the values are stationary. There must be no season: see `seasonal_kendall`. The
    correction helps too little: counts of mean 10 with a latent autocorrelation of .5 and no trend are rejected at 5 %
    in .16 of series of 36 periods and .14 of 96 (.18 and .20 without it; 1,000 runs). No claim rests on it; use
    `count_trend`.

    References
    ----------
    Mann (1945). Econometrica 13. Kendall (1975). Rank Correlation Methods. Hamed & Rao (1998). A modified
    Mann-Kendall trend test for autocorrelated data. Journal of Hydrology 204, 182-196. Sen (1968). JASA 63.

    Examples
    --------
    >>> from trends.periods import span
    >>> counts = pd.Series([2, 4, 3, 6, 5, 9, 8, 9], index=span("2011", "2018", "Y"))
    >>> found = mann_kendall(counts, dependence="independent")
    >>> found.score, round(found.pvalue, 4), found.slope
    (21.0, 0.0126, 1.0)
    """
    checked_choice(dependence, _ASKED, "dependence", ("hamed-rao", "independent"))
    level = checked_level(level, _ASKED)
    data = observed(endog, exposure, least=4, asked=_ASKED)
    values = data.counts / data.exposure
    score, variance = kendall_score(values), kendall_variance(values)
    if dependence == "hamed-rao":
        variance *= hamed_rao_factor(values, data.at, level)
    return _ranked(f"Mann-Kendall ({dependence})", score, variance, values, data, np.zeros(len(values)), level)


def seasonal_kendall(endog: pd.Series, *, exposure: ArrayLike | None = None, level: float = 0.95) -> RankTrend:
    """The seasonal Kendall test: each month (or quarter) against itself in other years, with the seasonal Sen slope.

    Parameters
    ----------
    endog, exposure, level
        As in `mann_kendall`; a frequency of months or quarters.

    Raises
    ------
    ModelError
        Where the periods are no months or quarters, or there are fewer than two years.

    Notes
    -----
    The variance allows for dependence between the seasons of a year (Hirsch & Slack 1984), which covers dependence
    from month to month but not from year to year. Seasons that were not watched in a year leave the pairs out in
    which they take part.

    **Assumptions**: the trend has one direction in all seasons; years are independent. Fewer than ten years are few.

    References
    ----------
    Hirsch, Slack & Smith (1982). Water Resources Research 18. Hirsch & Slack (1984). Water Resources Research 20.

    Examples
    --------
    >>> from trends.periods import span
    >>> months = span("2010-01", "2019-12", "M")
    >>> rate = 30 * np.exp(-0.1 * np.arange(120) / 12)
    >>> found = seasonal_kendall(pd.Series(np.random.default_rng(0).poisson(rate), index=months))
    >>> bool(found.pvalue < 0.05), found.tau < 0
    (True, True)
    """
    level = checked_level(level, _ASKED)
    data = observed(endog, exposure, least=4, asked=_ASKED)
    letter = frequency_of(data.index)
    if letter not in "MQ":
        raise ModelError(
            _ASKED,
            found=f"a series by {letter}",
            allowed="months or quarters",
            do="count by month or quarter, or use mann_kendall",
        )
    values = data.counts / data.exposure
    when = data.index[data.at]
    season = when.month if letter == "M" else when.quarter
    table = pd.DataFrame({"year": when.year, "season": season, "value": values}).pivot(
        index="year", columns="season", values="value"
    )
    if len(table) < 2:
        raise ModelError(_ASKED, found="one year", allowed="two years or more", do="use a longer series")
    score, variance, _ = seasonal_score(table.to_numpy())
    return _ranked("seasonal Kendall (Hirsch-Slack)", score, variance, values, data, np.asarray(season), level)


def _ranked(
    test: str,
    score: float,
    variance: float,
    values: np.ndarray,
    data: Observed,
    season: np.ndarray,
    level: float,
) -> RankTrend:
    years = data.at / PER_YEAR[frequency_of(data.index)]
    slope, lower, upper, pairs = sen_slope(values, years, season, np.sqrt(variance), level)
    statistic = (score - np.sign(score)) / np.sqrt(variance) if variance > 0 else 0.0
    return RankTrend(
        test=test,
        tau=float(score / pairs),
        score=float(score),
        variance=float(variance),
        statistic=float(statistic),
        pvalue=float(2 * stats.norm.sf(abs(statistic))),
        slope=slope,
        lower=lower,
        upper=upper,
        nobs=len(values),
    )


@dataclass(frozen=True, kw_only=True)
class CountTrend:
    """The growth of a rate over the span of a series, as the factor by which it is multiplied a year.

    Attributes
    ----------
    ratio : tuple of float
        Growth of the level as it was, whatever the reason: the posterior median and the ends of the interval.
    beyond : tuple of float
        The same of the growth that the level does not have by itself, drifting as such series do.
    pvalue : float
        Twice the smaller posterior probability of a fall and of a rise beyond the level's own drift.
    rise : float
        Posterior probability that the level as it was rose.
    level : float
        Level of the intervals.
    nobs : int
        Watched periods.
    outliers : tuple of str
        Periods that stand out from all others by a million to one, and that no figure here follows.
    """

    ratio: tuple[float, float, float]
    beyond: tuple[float, float, float]
    pvalue: float
    rise: float
    level: float
    nobs: int
    outliers: tuple[str, ...] = ()

    def __repr__(self) -> str:
        told = (f"{middle:.3g} ({low:.3g} to {high:.3g})" for middle, low, high in (self.ratio, self.beyond))
        aside = f", apart from {listed(self.outliers)}" if self.outliers else ""
        return f"CountTrend({next(told)} a year, beyond drift {next(told)}, p {self.pvalue:.2g}{aside})"


@checked_arguments
def count_trend(
    endog: Any, *, exposure: ArrayLike | None = None, level: float = 0.95, country: str | None = None
) -> CountTrend:
    """The growth of the rate over the span of a series, realised and beyond what such series do by themselves.

    Parameters
    ----------
    endog, exposure
        As in `mann_kendall`.
    level : float
        Level of the intervals.
    country : str, optional
        Where the counts come from: the prior is then one that no series of this country was used for.

    Returns
    -------
    CountTrend

    Raises
    ------
    ModelError
        Where the series is no series of counts, has fewer than eight watched periods, or more than 10,000.

    Notes
    -----
    The link ``trend`` of a claim asks the same. That a level rose is one question, that it rose by more than its own
    drift another: of real windows nearly three in four have risen or fallen for certain, beyond drift one in twenty
    (``docs/model-nulls.md``). The months may have rates of their own.

    **Assumptions**: counts are Poisson around a log rate that drifts as the series of the world's countries do
    (``docs/decisions/prior.md``). Where the growth has regimes this is their average: look at `JoinpointModel`.

    References
    ----------
    Harvey (1989). Forecasting, Structural Time Series Models and the Kalman Filter. Cambridge University Press.

    Examples
    --------
    >>> from trends.periods import span
    >>> months = span("2014-01", "2019-12", "M")
    >>> rate = 30 * np.exp(-0.3 * np.arange(72) / 12)
    >>> counts = pd.Series(np.random.default_rng(0).poisson(rate), index=months)
    >>> [round(value, 2) for value in count_trend(counts).ratio]
    [0.75, 0.73, 0.78]
    """
    level = checked_level(level, _ASKED)
    series = checked_series(endog, exposure=exposure, asked=_ASKED, numbered=False)
    check_length(series, _ASKED)
    found = trend(series, without=country)
    realised = found.realised.log_ratio
    return CountTrend(
        ratio=_at_level(realised, level),
        beyond=_at_level(found.beyond.log_ratio, level),
        pvalue=found.beyond.pvalue,
        rise=1 - realised.below(0.0),
        level=level,
        nobs=int(series.watched.sum()),
        outliers=found.outliers,
    )


def _at_level(log_ratio: Mixture, level: float) -> tuple[float, float, float]:
    middle, (low, high) = ratio_found(log_ratio).estimate, log_ratio.interval(level)
    return middle, float(np.exp(low)), float(np.exp(high))


def trend_table(
    endog: pd.Series,
    *,
    exposure: ArrayLike | None = None,
    level: float = 0.95,
    country: str | None = None,
) -> pd.DataFrame:
    """All trend tests of a series side by side, with a column that says what each found.

    Parameters
    ----------
    endog, exposure, level, country
        As in `count_trend`.

    Returns
    -------
    pandas.DataFrame
        Rows are tests; columns ``slope`` (events a year for each period), ``ratio`` (a year to the year before),
        ``lower`` and ``upper`` (of whichever of the two the row has), ``pvalue`` and ``says``: rise, fall or nothing
        shown. A season is allowed for where the series holds two years of months or quarters.

    Examples
    --------
    >>> from trends.periods import span
    >>> rate = 30 * np.exp(-0.3 * np.arange(48) / 12)
    >>> counts = pd.Series(np.random.default_rng(0).poisson(rate), index=span("2014-01", "2017-12", "M"))
    >>> trend_table(counts)["says"].tolist()
    ['fall', 'fall', 'nothing shown', 'fall', 'nothing shown']
    """
    index = checked_series(endog, exposure=exposure, asked=_ASKED, numbered=False).index
    endog = one_column(endog, _ASKED).set_axis(index)
    seasonal = frequency_of(index) in "MQ" and len(endog) >= 2 * PER_YEAR[frequency_of(endog.index)]
    rows = {}
    for dependence in ("independent", "hamed-rao"):
        found = mann_kendall(endog, exposure=exposure, dependence=dependence, level=level)
        rows[found.test] = (found.slope, np.nan, found.lower, found.upper, found.pvalue, found.score)
    if seasonal:
        found = seasonal_kendall(endog, exposure=exposure, level=level)
        rows[found.test] = (found.slope, np.nan, found.lower, found.upper, found.pvalue, found.score)
    grown = count_trend(endog, exposure=exposure, level=level, country=country)
    for name, ratio, pvalue in (
        ("growth of the level, whatever the reason", grown.ratio, 2 * min(grown.rise, 1 - grown.rise)),
        ("growth beyond the level's own drift", grown.beyond, grown.pvalue),
    ):
        rows[name] = (np.nan, *ratio, pvalue, np.log(ratio[0]))
    names = ["slope", "ratio", "lower", "upper", "pvalue", "says"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    signs = np.where(table["says"] > 0, "rise", "fall")
    table["says"] = np.where(table["pvalue"] <= alpha_of(level, _ASKED), signs, "nothing shown")
    return table
