"""Rank statistics of a trend on arrays: Kendall's S, its variance under dependence and by season, Sen's slope."""

import numpy as np

from trends.loading import later

stats = later("scipy.stats")

# More periods than this have more pairs than are worth a list.
_LONG = 1_500


def kendall_score(values: np.ndarray) -> float:
    """Kendall's S: pairs that rise less pairs that fall."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1]
    untied = n * (n - 1) / 2 - float(np.sum(ties * (ties - 1) / 2))
    if not untied:
        return 0.0
    # Tau-b in n log n steps, times what it was divided by; S is a whole number.
    return float(np.round(stats.kendalltau(np.arange(n), values).statistic * np.sqrt(n * (n - 1) / 2 * untied)))


def kendall_variance(values: np.ndarray) -> float:
    """The variance of S for independent values, with ties."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1]
    return float((n * (n - 1) * (2 * n + 5) - np.sum(ties * (ties - 1) * (2 * ties + 5))) / 18)


def hamed_rao_factor(values: np.ndarray, positions: np.ndarray, level: float = 0.95) -> float:
    """What significant autocorrelations of the detrended ranks multiply the variance of S by.

    Never below 1 here: where the published formula would shrink the variance, the series is too short for it.
    """
    n = len(values)
    slope = sen_slope(values, positions.astype(float), np.zeros(n), 1.0, level)[0]
    # Rounded, so that values which detrending leaves equal stay tied.
    ranks = stats.rankdata(np.round(values - slope * positions, 9))
    rest = ranks - ranks.mean()
    lags = np.arange(1, n)
    raw = np.array([rest[lag:] @ rest[:-lag] for lag in lags]) / (rest @ rest)
    kept = np.where(np.abs(raw) > stats.norm.ppf((1 + level) / 2) / np.sqrt(n), raw, 0.0)
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    return max(1.0, 1 + 2 / (n * (n - 1) * (n - 2)) * float(weights @ kept))


def seasonal_score(table: np.ndarray) -> tuple[float, float, float]:
    """S summed over seasons, its variance with dependence between seasons, and without.

    Parameters
    ----------
    table : numpy.ndarray
        Values, a year a row, a season a column, NaN where nothing was watched.
    """
    years, seasons = table.shape
    signs = np.sign(table[:, None, :] - table[None, :, :])
    signs = np.where(np.isnan(signs), 0.0, signs)
    lower = np.tril(np.ones((years, years)), -1)[:, :, None]
    scores = (signs * lower).sum(axis=(0, 1))
    watched = (~np.isnan(table)).sum(axis=0)
    ranks = (watched + 1 + signs.sum(axis=1)) / 2
    ranks = np.where(np.isnan(table), ((watched + 1) / 2), ranks)
    covariance = np.empty((seasons, seasons))
    for g in range(seasons):
        for h in range(seasons):
            if g == h:
                covariance[g, g] = kendall_variance(table[~np.isnan(table[:, g]), g])
                continue
            together = (signs[:, :, g] * signs[:, :, h] * lower[:, :, 0]).sum()
            spread = 4 * (ranks[:, g] @ ranks[:, h]) - years * (watched[g] + 1) * (watched[h] + 1)
            covariance[g, h] = (together + spread) / 3
    own = float(np.trace(covariance))
    # Few years can make the estimate smaller than independence would, or negative: it then says nothing.
    return float(scores.sum()), max(float(covariance.sum()), own), own


def sen_slope(
    values: np.ndarray, times: np.ndarray, season: np.ndarray, deviation: float, level: float
) -> tuple[float, float, float, int]:
    """Sen's slope with its interval, and the number of pairs within seasons.

    Parameters
    ----------
    values, times, season : numpy.ndarray
        Shape ``(n,)``; only pairs of the same season are compared.
    deviation : float
        Standard deviation of Kendall's S.
    level : float
        Level of the interval.
    """
    if len(values) > _LONG:
        return _sen_slope_of_many(values, times, season, deviation, level)
    later, earlier = np.tril_indices(len(values), -1)
    same = season[later] == season[earlier]
    slopes = np.sort((values[later] - values[earlier])[same] / (times[later] - times[earlier])[same])
    reach = stats.norm.ppf((1 + level) / 2) * deviation
    places = np.clip([(len(slopes) - reach) / 2 - 1, (len(slopes) + reach) / 2], 0, len(slopes) - 1)
    lower, upper = np.interp(places, np.arange(len(slopes)), slopes)
    return float(np.median(slopes)), float(lower), float(upper), len(slopes)


def _sen_slope_of_many(
    values: np.ndarray, times: np.ndarray, season: np.ndarray, deviation: float, level: float
) -> tuple[float, float, float, int]:
    """`sen_slope` without a list of all pairs: order statistics by bisection on the number of pairs below a slope."""
    parts = [np.flatnonzero(season == one) for one in np.unique(season)]
    pairs = sum(len(part) * (len(part) - 1) // 2 for part in parts)
    furthest = float(np.ptp(values)) / float(np.diff(np.sort(times)).min()) + 1e-12

    def at_place(place: float) -> float:
        low, high = -furthest, furthest
        while high - low > 1e-10 * furthest:
            middle = (low + high) / 2
            score = sum(kendall_score(values[part] - middle * times[part]) for part in parts)
            # Falling pairs are those with a slope below the middle.
            low, high = (middle, high) if (pairs - score) / 2 <= place else (low, middle)
        # The slope of a pair itself, so that values which detrending leaves equal stay tied.
        for part in parts:
            for row in range(len(part) - 1):
                later, own = part[row + 1 :], part[row]
                slopes = (values[later] - values[own]) / (times[later] - times[own])
                inside = slopes[(slopes >= low) & (slopes <= high)]
                if inside.size:
                    return float(inside[0])
        return (low + high) / 2

    reach = stats.norm.ppf((1 + level) / 2) * deviation
    places = np.clip([(pairs - 1) / 2, (pairs - reach) / 2 - 1, (pairs + reach) / 2], 0, pairs - 1)
    slope, lower, upper = (at_place(place) for place in places)
    return slope, lower, upper, pairs
