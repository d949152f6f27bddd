"""Do two sources agree: the direction of their changes, the ratio of their levels and its drift, and common spans."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import statsmodels.api as sm
from scipy.stats import t as student

from trends.chance.inflation import variance_inflation
from trends.errors import ModelError

_FEWEST = 8


@dataclass(frozen=True)
class Direction:
    """How often two series move the same way.

    Attributes
    ----------
    same, moves : int
        Changes in the same direction, and changes at all: those in which neither series stood still.
    chance : float
        The share that would agree if the one had nothing to do with the other.
    pvalue : float
        How often the one, shifted against the other by any number of periods, agrees as well; NaN below eight moves.
    """

    same: int
    moves: int
    chance: float
    pvalue: float

    @property
    def share(self) -> float:
        """The share of changes in the same direction; NaN without any."""
        return self.same / self.moves if self.moves else float("nan")


def direction_agreement(first, second, lag: int = 1) -> Direction:
    """How often two series of counts change in the same direction, against what chance would give.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Counts of the same periods; NaN where one was not watched.
    lag : int
        Periods between the two ends of a change: 1 for period on period, 12 for months year on year.

    Notes
    -----
    Every circular shift of one series against the other is as likely as the one that happened if the two had nothing
    in common, and keeps the dependence within each, overlapping years included (up to its two ends).

    Examples
    --------
    >>> common = np.random.default_rng(1).normal(size=60).cumsum()
    >>> found = direction_agreement(common + 0.1, 2 * common)
    >>> found.share, round(found.chance, 1), round(found.pvalue, 3)
    (1.0, 0.5, 0.017)
    """
    signs = [np.sign(each[lag:] - each[:-lag]) for each in (np.asarray(first, float), np.asarray(second, float))]
    if len(signs[0]) < 1:
        return Direction(0, 0, float("nan"), float("nan"))
    products = np.array([signs[0] * np.roll(signs[1], shift) for shift in range(len(signs[0]))])
    moves = (np.nan_to_num(products) != 0).sum(axis=1)
    shares = np.divide((products > 0).sum(axis=1), moves, out=np.zeros(len(moves)), where=moves > 0)
    both = np.isfinite(products[0]) & (products[0] != 0)
    up = [(each[both] > 0).mean() if both.any() else np.nan for each in signs]
    return Direction(
        same=int((products[0] > 0).sum()),
        moves=int(moves[0]),
        chance=float(up[0] * up[1] + (1 - up[0]) * (1 - up[1])),
        pvalue=float((shares >= shares[0] - 1e-12).mean()) if moves[0] >= _FEWEST else float("nan"),
    )


@dataclass(frozen=True)
class LevelRatio:
    """The ratio of the levels of two sources, its drift, and a step in it.

    Attributes
    ----------
    ratio, drift, step : tuple of (float, float, float)
        Estimate and interval: the ratio in mid-span, the factor by which it changes in a year there, and the factor
        of a step at a date. NaN for a drift or a step that was not fitted.
    course : numpy.ndarray, shape (n, 3)
        The fitted ratio of each span with its interval; NaN where neither source counted anything.
    inflation : float
        By what the variance exceeds that of independent incidents, serial dependence included.
    nobs : int
        Spans with an incident in either.
    nested : bool
        Whether the first is a part of the second.
    """

    ratio: tuple[float, float, float]
    drift: tuple[float, float, float]
    step: tuple[float, float, float]
    course: np.ndarray
    inflation: float
    nobs: int
    nested: bool

    def inverse(self) -> "LevelRatio":
        """The same, the second over the first."""

        def turned(three):
            return (1 / three[0], 1 / three[2], 1 / three[1])

        return replace(
            self,
            ratio=turned(self.ratio),
            drift=turned(self.drift),
            step=turned(self.step),
            course=1 / self.course[:, [0, 2, 1]],
        )


def level_ratio(first, second, years, *, nested: bool = False, drift: bool = True, step=None, level=0.95) -> LevelRatio:
    r"""The ratio of two sources' counts by spans, with its drift in time.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Counts of the same spans; NaN where one does not say.
    years : array_like, shape (n,)
        Where each span stands, in years.
    nested : bool
        Whether every incident of the first is one of the second.
    drift : bool
        Whether the log ratio may have a trend.
    step : array_like of bool, shape (n,), optional
        Spans after a break in measurement.
    level : float
        Coverage of the intervals.

    Raises
    ------
    ModelError
        With fewer than eight spans for a drift or a step, fewer than one for a ratio, or without any incident of
        one of the two.

    Notes
    -----
    Given the sum of two independent Poisson counts the first is binomial, and the log odds are the log ratio, whatever
    the level they share: the ups and downs of violence drop out. Of nested lists the part is binomial in the
    whole. The variance is inflated by what Pearson's residuals show of dispersion and serial dependence
    (`trends.chance.inflation.variance_inflation`), and intervals use Student's t. With fewer than eight spans the
    inflation cannot be estimated: it is 1, and the interval holds for independent incidents only.

    **Assumptions**: apart from trend and step, the ratio varies around one value.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, sections 4.5 and 6.4.

    Examples
    --------
    >>> found = level_ratio([566, 808], [250, 405], [2020.0, 2020.25], drift=False)
    >>> [round(float(end), 2) for end in found.ratio]
    [2.1, 1.91, 2.3]
    """
    a, b, when = (np.asarray(each, float) for each in (first, second, years))
    rest = b - a if nested else b
    seen = np.isfinite(a) & np.isfinite(rest) & (a + np.where(np.isfinite(rest), rest, 0) > 0)
    columns = [np.ones(seen.sum()), *([when[seen] - (when.min() + when.max()) / 2] if drift else [])]
    columns += [] if step is None else [np.asarray(step, float)[seen]]
    _check(a[seen], rest[seen], len(columns))
    exog = np.column_stack(columns)
    # With as many coefficients as spans the scale is 0 / 0, and nothing here uses it.
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = sm.GLM(np.column_stack([a[seen], rest[seen]]), exog, family=sm.families.Binomial()).fit()
    n, k = exog.shape
    free = n - k
    factor = 1.0
    if n >= _FEWEST:
        factor = max(float(variance_inflation(fit.resid_pearson, 0, k).factor), 1.0)
    reach = student.ppf(0.5 + level / 2, free) if n >= _FEWEST else student.ppf(0.5 + level / 2, np.inf)
    covariance = np.asarray(fit.cov_params()) * factor
    course = np.full((len(a), 3), np.nan)
    course[seen] = _back(exog @ fit.params, np.sqrt(np.einsum("ij,jk,ik->i", exog, covariance, exog)), reach, nested)
    one, nothing = np.eye(k), (float("nan"),) * 3
    middle = one[0] if step is None else exog.mean(axis=0)
    middle_error = np.array([(middle @ covariance @ middle) ** 0.5])
    return LevelRatio(
        ratio=tuple(_back(np.array([middle @ fit.params]), middle_error, reach, nested)[0]),
        drift=_factor(fit.params, covariance, one[0] + one[1] / 2, one[0] - one[1] / 2, reach, nested)
        if drift
        else nothing,
        step=nothing if step is None else _factor(fit.params, covariance, one[0] + one[-1], one[0], reach, nested),
        course=course,
        inflation=factor,
        nobs=n,
        nested=nested,
    )


def _back(log_odds, errors, reach: float, nested: bool) -> np.ndarray:
    """Log odds with their errors as ratios with intervals: odds of two lists, shares of a part in the whole."""
    odds = np.exp(log_odds[:, None] + np.array([0, -1, 1]) * reach * errors[:, None])
    return odds / (1 + odds) if nested else odds


def _factor(params, covariance, to, start, reach: float, nested: bool) -> tuple[float, float, float]:
    """The ratio at one place over that at another, with its interval (by the delta method for a part in the whole)."""
    odds = [place @ params for place in (to, start)]
    slopes = [1 / (1 + np.exp(value)) if nested else 1.0 for value in odds]
    logs = [-np.log1p(np.exp(-value)) if nested else value for value in odds]
    gradient = slopes[0] * to - slopes[1] * start
    half = reach * float(gradient @ covariance @ gradient) ** 0.5
    centre = logs[0] - logs[1]
    return tuple(float(np.exp(centre + side * half)) for side in (0, -1, 1))


def _check(a, rest, k: int) -> None:
    n = len(a)
    if n < k or (k > 1 and n < _FEWEST) or a.sum() == 0 or rest.sum() == 0:
        raise ModelError(
            "compare the levels of two sources",
            found=f"{n} common spans with {a.sum():.0f} and {rest.sum():.0f} incidents",
            allowed=f"incidents in both, and {_FEWEST} spans for a drift or a step",
            do="leave the drift out, or compare sources that overlap for longer",
        )


def best_tiles(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """Of spans of days that overlap, those that do not and cover the most days; of equal covers the finest.

    Examples
    --------
    >>> year, half = (date(2020, 1, 1), date(2020, 12, 31)), (date(2020, 1, 1), date(2020, 6, 30))
    >>> other = (date(2020, 7, 1), date(2020, 12, 31))
    >>> best_tiles([year, half, other]) == [half, other]
    True
    >>> best_tiles([year, half]) == [year]
    True
    """
    ordered = sorted(set(spans), key=lambda span: (span[1], span[0]))
    best = [((0, 0), [])]
    for number, (first, last) in enumerate(ordered):
        before = sum(end < first for _, end in ordered[:number])
        (covered, parts), chosen = best[before]
        taken = ((covered + (last - first).days + 1, parts + 1), [*chosen, (first, last)])
        best.append(max(best[-1], taken, key=lambda each: each[0]))
    return best[-1][1]
