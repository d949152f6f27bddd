"""Regression for counts: Poisson, quasi-Poisson and negative binomial, with exposure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trends import drawing
from trends.counts.order import checked_periods
from trends.errors import ModelError
from trends.fits.countdata import (
    CountData,
    cluster_groups,
    count_data,
    design_like,
    newey_west_lags,
    time_slots,
)
from trends.fits.countfit import FAMILIES, CountFit, cluster_meat, fit_counts, hac_meat
from trends.fits.options import alpha_of, checked_choice, checked_flag, checked_level, checked_whole
from trends.fits.overlap import quoted
from trends.loading import later
from trends.models.caveats import caveats, spaced_autocorrelation
from trends.models.results import Results
from trends.periods import PER_YEAR, frequency_name, frequency_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

stats = later("scipy.stats")

_NAMES = {"poisson": "Poisson", "quasipoisson": "Quasi-Poisson", "negbin": "Negative binomial"}
_COVARIANCES = ("model", "hac", "cluster")


class CountRegression:
    """A log-linear regression of counts on a design, with exposure.

    Parameters
    ----------
    endog : pandas.Series or array_like
        Counts, shape ``(n_periods,)``. NaN was not watched: it is left out of the fit and stays NaN in the results.
    exog : pandas.DataFrame, pandas.Series or array_like, optional
        Columns of the design, shape ``(n_periods, n_columns)``, on the index of ``endog``; see
        `trends.fits.design`. By default the rate is constant.
    exposure : array_like, optional
        What each count is proportional to, shape ``(n_periods,)``: the share of the period that was watched, or a
        population. By default the share that a series out of a panel carries, otherwise 1.
    family : {"poisson", "quasipoisson", "negbin"}
        ``poisson`` takes the variance to equal the mean; ``quasipoisson`` to be a multiple of it, estimated;
        ``negbin`` to be ``mean + mean ** 2 / theta``, theta estimated (NB2).
    cov : {"model", "hac", "cluster"}
        Where the standard errors come from: the family; Newey & West (1987), for serial dependence over rows in
        order of time; or sums over ``groups``.
    maxlags : int, optional
        Lags for ``hac``; by default ``4 (n / 100) ** (2 / 9)``, rounded down.
    groups : array_like, optional
        The group of each row, for ``cluster``.
    constant : bool
        Add a column ``const`` where the columns of ``exog`` do not already make one up. True, because a regression
        without a level is almost never meant, and a design that has its constant is left as it is.

    Raises
    ------
    ModelError
        For counts that are negative, fractional or no numbers, or all 0; an ``exog`` that is not on the same
        periods, has gaps, or holds columns that cannot be told apart; no exposure where there is a count; fewer
        periods than coefficients; an unknown option.

    Notes
    -----
    **Assumptions**: given the design the counts are independent from period to period (``hac``: dependence dies out
    within ``maxlags``), and the logarithm of the rate is linear in the columns.

    These are the textbook intervals. Under serial dependence they are too narrow, those of ``hac`` on short series
    too, so no verdict on a claim ever rests on them: `trends.assess` asks `EffectModel`.

    Quantiles are those of the normal distribution; of Student's t with the residual degrees of freedom for
    ``quasipoisson``; with one less than the number of groups for ``cluster``. Standard errors of ``negbin`` take
    theta as known (Lawless 1987), which the independence of the two estimates allows.

    References
    ----------
    McCullagh, P. & Nelder, J. A. (1989). Generalized Linear Models. Lawless, J. F. (1987). Negative binomial and
    mixed Poisson regression. Canadian Journal of Statistics 15, 209-225.

    Examples
    --------
    >>> from trends.fits.design import baseline, effect_column
    >>> from trends.periods import span
    >>> months = span("2017-01", "2020-12", "M")
    >>> design = baseline(months).join(effect_column(months, "2019-01"))
    >>> rate = np.exp(3 + np.log(2) * design["step 2019-01"])
    >>> counts = pd.Series(np.random.default_rng(1).poisson(rate), index=months)
    >>> fit = CountRegression(counts, design, family="quasipoisson").fit()
    >>> fit.rate_ratio("step 2019-01").round(2).to_dict()
    {'ratio': 1.98, 'lower': 1.66, 'upper': 2.36}
    """

    def __init__(
        self,
        endog: Any,
        exog: Any = None,
        *,
        exposure: ArrayLike | None = None,
        family: str = "poisson",
        cov: str = "model",
        maxlags: int | None = None,
        groups: ArrayLike | None = None,
        constant: bool = True,
    ):
        checked_choice(family, "fit a count regression", "family", FAMILIES)
        checked_choice(cov, "fit a count regression", "cov", _COVARIANCES)
        constant = checked_flag(constant, "fit a count regression", "constant")
        self.data: CountData = count_data(endog, exog, exposure, constant=constant)
        self.family, self.cov = family, cov
        self.maxlags = self.groups = None
        if cov == "hac":
            self.maxlags = newey_west_lags(maxlags, self.data)
        if cov == "cluster":
            self.groups = cluster_groups(groups, self.data)

    @property
    def endog(self) -> pd.Series:
        """The counts, shape ``(n_periods,)``, NaN where nothing was watched."""
        return self.data.endog

    @property
    def exog(self) -> pd.DataFrame:
        """The design, shape ``(n_periods, n_columns)``, with its constant."""
        return self.data.exog

    @property
    def exposure(self) -> pd.Series:
        """The exposure, shape ``(n_periods,)``."""
        return self.data.exposure

    def fit(self) -> "CountRegressionResults":
        """The estimates, as `CountRegressionResults`."""
        data, meat = self.data, None
        watched = data.watched
        if self.maxlags is not None:
            meat = hac_meat(time_slots(data, "fit a count regression"), self.maxlags)
        elif self.groups is not None:
            meat = cluster_meat(self.groups[watched], data.exog.shape[1])
        counts, design, exposure = (part.to_numpy()[watched] for part in (data.endog, data.exog, data.exposure))
        return CountRegressionResults(self, fit_counts(counts, design, exposure, self.family, meat))


@dataclass(frozen=True, eq=False, repr=False)
class CountRegressionResults(Results):
    """The estimates of a `CountRegression`.

    Attributes
    ----------
    model : CountRegression
        What was fitted.
    estimate : CountFit
        The fit on arrays; ``estimate.sm_results`` is that of statsmodels.

    Notes
    -----
    A coefficient without a finite estimate (nothing was counted in any of the periods it sets apart) is infinite
    in ``params``, has an infinite standard error, and is named in ``warnings``.
    """

    model: CountRegression
    estimate: CountFit

    @property
    def _lost(self) -> np.ndarray:
        return (np.abs(self.estimate.endless) > 1e-9).any(axis=1)

    def _on_columns(self, values: np.ndarray, name: str) -> pd.Series:
        return pd.Series(values, index=self.model.exog.columns, name=name)

    def _on_periods(self, values: np.ndarray, name: str) -> pd.Series:
        everywhere = pd.Series(np.nan, index=self.model.endog.index, name=name)
        everywhere[self.model.data.watched] = values
        return everywhere

    @property
    def params(self) -> pd.Series:
        """The coefficients, log rate ratios per unit of each column, shape ``(n_columns,)``."""
        away = self.estimate.endless @ (self.estimate.endless.T @ self.estimate.params)
        values = np.where(self._lost, np.copysign(np.inf, away), self.estimate.params)
        return self._on_columns(values, "coefficient")

    @property
    def bse(self) -> pd.Series:
        """Their standard errors, shape ``(n_columns,)``."""
        return self._on_columns(np.where(self._lost, np.inf, np.sqrt(np.diag(self.estimate.cov))), "se")

    @property
    def df_quantile(self) -> float:
        """Degrees of freedom of the quantiles; infinite for the normal distribution."""
        if self.model.groups is not None:
            return float(len(np.unique(self.model.groups[self.model.data.watched])) - 1)
        return float(self.estimate.df_resid) if self.model.family == "quasipoisson" else np.inf

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided textbook p-values that a coefficient is 0, shape ``(n_columns,)``."""
        pvalues = 2 * stats.t.sf(np.abs(self.estimate.params / self.bse), self.df_quantile)
        return self._on_columns(np.where(self._lost, np.nan, pvalues), "pvalue")

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Intervals of the coefficients at level ``1 - alpha``: columns ``lower`` and ``upper``, a row a column."""
        reach = _reach(alpha, self.df_quantile) * self.bse
        middle = self.params.where(~self._lost, 0)
        return pd.DataFrame({"lower": middle - reach, "upper": middle + reach})

    def rate_ratio(self, term: str, level: float = 0.95) -> pd.Series:
        """The rate ratio of one unit of a column: ``ratio``, ``lower`` and ``upper`` at a level."""
        if term not in self.params.index:
            raise ModelError(
                "read a rate ratio",
                found=f"the term {term!r}",
                allowed=quoted(self.params.index),
                do="name one of these",
            )
        logs = [self.params[term], *self.conf_int(alpha_of(level, "give an interval")).loc[term]]
        return pd.Series(_exp(logs), index=["ratio", "lower", "upper"], name=term)

    @property
    def nobs(self) -> int:
        """Watched periods."""
        return int(self.model.data.watched.sum())

    @property
    def df_resid(self) -> int:
        """Watched periods less coefficients; periods that a coefficient without estimate sets apart are not counted."""
        return self.estimate.df_resid

    @property
    def dispersion(self) -> float:
        """Pearson's chi-square over ``df_resid``: how many times the variance is that of the family, ideally 1."""
        return self.estimate.dispersion

    @property
    def theta(self) -> float:
        """Size of the negative binomial (variance ``mean + mean ** 2 / theta``); infinite for Poisson counts."""
        return 1 / self.estimate.alpha if self.estimate.alpha else np.inf

    @property
    def llf(self) -> float:
        """The log-likelihood; NaN for ``quasipoisson``, which has none."""
        return np.nan if self.model.family == "quasipoisson" else float(self.estimate.sm_results.llf)

    @property
    def deviance(self) -> float:
        """Twice the log-likelihood that a perfect fit would gain."""
        return float(self.estimate.sm_results.deviance)

    @property
    def fittedvalues(self) -> pd.Series:
        """Fitted mean counts, shape ``(n_periods,)``, NaN where nothing was watched."""
        return self._on_periods(self.estimate.means, "fitted")

    @property
    def resid_pearson(self) -> pd.Series:
        """Residuals over the standard deviation of the family, shape ``(n_periods,)``, NaN where not watched."""
        return self._on_periods(self.estimate.residuals, "residual")

    def residual_autocorrelation(self, lags: int | None = None) -> pd.Series:
        """Autocorrelation of the Pearson residuals at lags 1, 2, ..., indexed by lag; gaps are left out.

        Parameters
        ----------
        lags : int, optional
            Highest lag; by default a year (of years four), at most a quarter of the series.

        Raises
        ------
        ModelError
            Where a period occurs more than once, so that the rows are no series in time.

        Notes
        -----
        Around ``1.96 / sqrt(nobs)`` is what independent counts show. In short series it is biased towards 0 and
        below, the more so the more coefficients: a small value is no proof of independence.
        """
        slots = time_slots(self.model.data, "read the autocorrelation of the residuals")
        index = self.model.endog.index
        year = round(PER_YEAR[frequency_of(index)]) if isinstance(index, pd.PeriodIndex) else 12
        highest = max(1, min(year if year > 1 else 4, int(slots.max() + 1) // 4))
        if lags is not None:
            highest = checked_whole(lags, "read the autocorrelation of the residuals", "lags", 1, int(slots.max()))
        values = spaced_autocorrelation(slots, self.estimate.residuals, highest)
        return pd.Series(values, index=pd.RangeIndex(1, highest + 1, name="lag"), name="autocorrelation")

    def predict(
        self, exog: pd.DataFrame | None = None, exposure: ArrayLike | None = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Mean counts with their interval: columns ``mean``, ``lower`` and ``upper``, a row a period.

        Parameters
        ----------
        exog : pandas.DataFrame, optional
            The design to predict at, with the columns of ``model.exog`` (``const`` may be left out). By default the
            one that was fitted, with its exposure.
        exposure : array_like, optional
            Exposure of each row; by default 1 for a new ``exog``. Rows without exposure are NaN.
        level : float
            Level of the interval, which is for the mean and not for a new count.
        """
        if exog is None:
            exog = self.model.exog
            exposure = self.model.exposure if exposure is None else exposure
        design = design_like(exog, self.model.exog.columns)
        shares = np.asarray(1.0 if exposure is None else exposure)
        if shares.dtype.kind not in "biuf" or shares.shape not in ((), (len(design),)):
            raise ModelError(
                "predict counts",
                found=f"an exposure of shape {shares.shape} and type {shares.dtype} for {len(design)} rows",
                allowed="a number for every row, or one for all",
                do="hand over one exposure a row",
            )
        offset = np.log(np.where(shares > 0, shares, np.nan))
        values, estimate = design.to_numpy(float), self.estimate
        known = (np.abs(values @ estimate.endless) <= 1e-8 * np.abs(values).max(axis=1, keepdims=True)).all(axis=1)
        middle = values @ estimate.params + offset
        se = np.sqrt(np.clip(((values @ estimate.cov) * values).sum(axis=1), 0, None))
        reach = np.where(known, _reach(alpha_of(level, "give an interval"), self.df_quantile) * se, np.nan)
        columns = {"mean": middle, "lower": middle - reach, "upper": middle + reach}
        return pd.DataFrame({name: _exp(column) for name, column in columns.items()}, index=design.index)

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """A row a column of the design: coefficient, standard error, p-value, rate ratio and its interval."""
        table = pd.DataFrame({"coefficient": self.params, "se": self.bse, "pvalue": self.pvalues})
        table["rate_ratio"] = _exp(self.params)
        return table.join(_exp(self.conf_int(alpha_of(level, "give an interval"))))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the estimates must know, in sentences: overlaps, dispersion, serial dependence."""
        return caveats(self.model.data, self.estimate, self.model.family, self.model.cov)

    @property
    def description(self) -> str:
        """What was fitted, in a line."""
        index = self.model.endog.index
        unit = f"{frequency_name(frequency_of(index))}s" if isinstance(index, pd.PeriodIndex) else "rows"
        left_out = len(index) - self.nobs
        missing = f" ({left_out} not watched)" if left_out else ""
        spread = f"theta {self.theta:.4g}" if self.model.family == "negbin" else f"dispersion {self.dispersion:.3g}"
        errors = {
            "model": "",
            "hac": f", Newey-West errors with {self.model.maxlags} lags",
            "cluster": ", clustered errors",
        }
        return f"{_NAMES[self.model.family]} regression, {self.nobs} {unit}{missing}, {spread}{errors[self.model.cov]}"

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The counts with the fitted course, as `plot_fit`."""
        return self.plot_fit(ax)

    def sentences(self) -> tuple[str, ...]:
        """What was fitted, what each column makes, and the warnings, a sentence each."""
        made = [
            f"One unit of {term!r} makes the rate {ratio:.3g} times as large ({lower:.3g} to {upper:.3g})."
            for term, ratio, lower, upper in self.summary()[["rate_ratio", "lower", "upper"]].itertuples()
            if term != "const"
        ]
        return (f"{self.description}.", *made, *self.warnings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.description})"

    def plot_fit(self, ax: "Axes | None" = None) -> "Axes":
        """The counts with the fitted course and the interval of its mean, as Axes; needs a series on periods."""
        time_slots(self.model.data, "plot a fit over time")
        index, fitted = checked_periods(self.model.endog.index, "plot a fit over time"), self.predict()
        ax = drawing.axes(ax)
        drawing.band(ax, index, fitted["lower"], fitted["upper"], label="95 % interval of the mean")
        drawing.line(ax, index, self.fittedvalues, label="fitted")
        drawing.unwatched(ax, index, self.model.data.share)
        drawing.points(ax, index, self.model.endog, label="counted")
        return drawing.finish(ax, y_label=f"events a {frequency_name(frequency_of(index))}")


def _exp(values: Any) -> Any:
    # A coefficient that is hardly known has a bound beyond the largest number: its ratio is infinite.
    with np.errstate(over="ignore"):
        return np.exp(values)


def _reach(alpha: float, df: float) -> float:
    return stats.t.ppf(1 - checked_level(alpha, "give an interval", "alpha") / 2, df)
