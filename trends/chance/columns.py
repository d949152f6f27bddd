"""Columns of a regression weighed beside a level that drifts: how large each is, and whether several matter at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from trends.chance.answers import RatioFound, ratio_found
from trends.chance.normals import Mixture
from trends.chance.prior import level_prior
from trends.chance.questions import place_in_year
from trends.chance.shapes import candidates
from trends.chance.solving import joint_posterior, likely_outliers, solved
from trends.chance.weighing import working_level
from trends.counts.series import CheckedSeries
from trends.errors import ModelError
from trends.loading import later
from trends.periods import PER_YEAR, frequency, frequency_name

chdtrc = later("scipy.special.chdtrc")

#: Variance of a coefficient (log rate a unit) beforehand: as good as flat.
FLAT = 9.0
#: Most periods: an answer for these takes about two seconds, for more it grows on.
LONGEST = 10_000
_ASKED = "weigh columns of a count regression"


@dataclass(frozen=True, kw_only=True)
class ColumnTest:
    """Whether some columns matter, and by how much a single one does.

    Attributes
    ----------
    terms : tuple of str
        The columns tested.
    ratio : tuple of float
        Rate ratio of one unit of a single column with the ends of its interval; NaN for several columns.
    pvalue : float
        That columns which do nothing would be found as far from 0; see `ColumnsFound.pvalue`.
    level : float
        Level of the interval.
    nobs : int
        Watched periods.
    """

    terms: tuple[str, ...]
    ratio: tuple[float, float, float]
    pvalue: float
    level: float
    nobs: int

    def __repr__(self) -> str:
        middle, lower, upper = self.ratio
        found = f"rate ratio {middle:.3g} ({lower:.3g} to {upper:.3g}), " if len(self.terms) == 1 else ""
        return f"ColumnTest({', '.join(self.terms)}: {found}p {self.pvalue:.2g})"


@dataclass(frozen=True, eq=False)
class ColumnsFound:
    """Posterior of the coefficients of some columns, under each set of variances that the level may have.

    Attributes
    ----------
    terms : tuple of str
        The columns.
    weight : numpy.ndarray, shape (n_sets,)
        Posterior probability of each set of variances.
    mean, covariance : numpy.ndarray, shapes (n_sets, n_terms) and (n_sets, n_terms, n_terms)
        Of the coefficients under each.
    nobs : int
        Watched periods.
    """

    terms: tuple[str, ...]
    weight: np.ndarray = field(repr=False)
    mean: np.ndarray = field(repr=False)
    covariance: np.ndarray = field(repr=False)
    nobs: int

    @property
    def params(self) -> pd.Series:
        """Posterior means of the coefficients (log rate a unit)."""
        return pd.Series(self.weight @ self.mean, index=list(self.terms))

    def combination(self, weights: np.ndarray) -> Mixture:
        """Posterior of a weighted sum of the coefficients, ``weights`` having shape (n_terms,)."""
        variance = np.einsum("i,gij,j->g", weights, self.covariance, weights)
        return Mixture(self.weight, self.mean @ weights, np.sqrt(np.maximum(variance, 1e-12)))

    def ratio(self, term: str) -> RatioFound:
        """Rate ratio of one unit of a column."""
        return ratio_found(self.combination(self._places((term,)) * 1.0))

    def pvalue(self, terms: Iterable[str]) -> float:
        """The chi-squared tail beyond the coefficients of some columns together, averaged over the variances.

        For one column about twice the smaller of the posterior probabilities of a rise and of a fall.
        """
        use = np.flatnonzero(self._places(terms))
        mean, covariance = self.mean[:, use], self.covariance[:, use[:, None], use]
        distance = (mean * np.linalg.solve(covariance, mean[..., None])[..., 0]).sum(1)
        return float(self.weight @ chdtrc(len(use), distance))

    def test(self, terms: Iterable[str], level: float = 0.95) -> ColumnTest:
        """The `ColumnTest` of some columns together."""
        terms = tuple(terms)
        ratio, pvalue = (np.nan, np.nan, np.nan), self.pvalue(terms)
        if len(terms) == 1:
            found = self.combination(self._places(terms) * 1.0)
            middle, (low, high) = found.quantile(0.5), found.interval(level)
            ratio, pvalue = (float(np.exp(middle)), float(np.exp(low)), float(np.exp(high))), ratio_found(found).pvalue
        return ColumnTest(terms=terms, ratio=ratio, pvalue=pvalue, level=level, nobs=self.nobs)

    def _places(self, terms: Iterable[str]) -> np.ndarray:
        terms = tuple(terms)
        unknown = [term for term in terms if term not in self.terms]
        if unknown or not terms:
            raise ModelError(
                _ASKED,
                found=f"terms {list(terms)}",
                allowed="some of " + ", ".join(self.terms),
                do="name columns beside the level",
            )
        return np.isin(self.terms, terms)


def check_length(series: CheckedSeries, asked: str) -> None:
    """Refuse a series so long that its level would take minutes to estimate."""
    freq = frequency(pd.PeriodIndex(series.index).freqstr)
    if len(series.counts) > LONGEST:
        raise ModelError(
            asked,
            found=f"{len(series.counts):,} {frequency_name(freq)}s",
            allowed=f"at most {LONGEST:,}, because more take too long",
            do="count by longer periods, or take a shorter span",
        )


def weigh_columns(series: CheckedSeries, columns: pd.DataFrame, *, without: str | None = None) -> ColumnsFound:
    """The posterior of the coefficients of some columns beside a level that drifts as those of real series do.

    Parameters
    ----------
    series : CheckedSeries
        The counts, on periods.
    columns : pandas.DataFrame
        Columns on the log rate, shape ``(n_periods, n_terms)``; the level has a constant, a slope and a drift.
    without : str, optional
        Country that the series comes from, as in `trends.chance.prior.level_prior`.

    Returns
    -------
    ColumnsFound

    Raises
    ------
    ModelError
        Where there are more than 10,000 periods, or fewer than eight watched ones.

    Notes
    -----
    Of the months the level keeps the small variance that every series has, so that a season among the columns is what
    goes beyond it. Likely outliers are set aside.

    Examples
    --------
    >>> from trends.counts.series import checked_series
    >>> from trends.fits.design import baseline
    >>> from trends.periods import span
    >>> months = span("2015-01", "2020-12", "M")
    >>> design = baseline(months, trend=False, calendar=["ramadan"]).drop(columns="const")
    >>> rate = 20 * np.exp(0.5 * design["ramadan"])
    >>> counts = pd.Series(np.random.default_rng(1).poisson(rate), index=months)
    >>> found = weigh_columns(checked_series(counts), design).ratio("ramadan")
    >>> [round(value, 2) for value in (found.estimate, found.low, found.high)], found.pvalue < 0.01
    ([1.59, 1.24, 2.04], True)
    """
    check_length(series, _ASKED)
    n = len(series.counts)
    freq = frequency(pd.PeriodIndex(series.index).freqstr)
    per_year = float(PER_YEAR[freq])
    level = working_level(
        series.counts,
        candidates(n, ()),
        prior=level_prior(n, freq, without=without),
        exposure=series.exposure,
        known=tuple((column, FLAT) for column in columns.to_numpy(float).T),
        first_month=place_in_year(series, per_year),
        per_year=per_year,
    )[0]
    # Without a season but the small one that every series has.
    bare, place = np.unique(level.theta[:, :4], axis=0, return_inverse=True)
    weights = np.log(np.bincount(place.ravel(), np.exp(level.log_weight), len(bare)))
    level = replace(level, theta=bare, log_weight=weights)
    apart, (n, k) = likely_outliers(level), columns.shape
    evidence = solved(level, candidates(n, ()), settled=apart).log_null[0]
    across, own = FLAT * columns.to_numpy(float), FLAT * np.eye(k)
    each = [joint_posterior(level, row, apart, across, own) for row in range(len(bare))] if k else []
    weight = np.exp(evidence - evidence.max())
    return ColumnsFound(
        tuple(columns.columns),
        weight / weight.sum(),
        np.reshape([found.mean for found in each], (len(bare), k)),
        np.reshape([found.covariance for found in each], (len(bare), k, k)),
        int(series.watched.sum()),
    )
