"""Evidence from totals: one count, a share, the first place, and the ratio of two spans.

A total has no spread of its own to be judged by. It is given that of a reference series of the same kind: how much
more the counts (or the shares) of its periods vary than independent incidents would, and for how long a deviation
lasts. Dividing a total by that factor gives the number of independent incidents it is worth, and exact binomial and
Poisson intervals are read at that number. The spread of a few dozen periods is itself uncertain: `stretch` is what
`trends.chance.rates` finds the factor must be multiplied by for the interval to keep its error rate.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, chi2

from trends.chance.evidence import Evidence
from trends.errors import ModelError

# A residual autocorrelation above this is not to be told from a drift in a series of a few dozen periods.
_MOST_AUTOCORRELATION = 0.8
_FEWEST = 8


@dataclass(frozen=True)
class Spread:
    """How much more than independent incidents some counts or shares vary, and how long a deviation lasts.

    Parameters
    ----------
    variance : float
        For counts, the variance of the rate of a period relative to its square; for shares, the factor by which
        the variance of a period's share exceeds the binomial one, less one. Not negative.
    autocorrelation : float
        Of the deviations, from one period to the next; 0 to 0.8. This and the variance may be arrays, shape (R,), of
        many series alike.
    nobs : int
        Periods they were estimated from.
    """

    variance: float
    autocorrelation: float
    nobs: int

    def over(self, n_periods: int) -> float:
        """The variance of the mean of so many periods in a row."""
        return self.variance * self.lasting(n_periods) / n_periods

    def lasting(self, n_periods: int) -> float:
        """By what serial dependence multiplies the variance of that mean."""
        lags = np.arange(1, n_periods)
        return 1 + 2 * (np.power.outer(self.autocorrelation, lags) * (1 - lags / n_periods)).sum(axis=-1)


def rate_spread(counts, expected, n_params: int = 1) -> Spread:
    """How much more the rates behind some counts vary than a fitted mean says.

    Parameters
    ----------
    counts, expected : array_like of float, shape (n_periods,)
        Counts in the order of time, NaN where nobody watched, and what a model of them expects.
    n_params : int
        Parameters of that model, for the degrees of freedom.

    Raises
    ------
    ModelError
        With fewer than 8 watched periods.

    Notes
    -----
    Moments: the squared deviations less the Poisson variance, over the squared means. **Assumption**: the relative
    variance is the same in all periods.

    Examples
    --------
    >>> round(rate_spread([4, 16, 4, 16, 4, 16, 4, 16], np.full(8, 10.0)).variance, 2)
    0.31
    """
    counts, expected = np.asarray(counts, float), np.asarray(expected, float)
    n = int((np.isfinite(counts) & (expected > 0)).sum())
    _enough(n - n_params + 1, "measure how much a rate varies")
    return _first(rate_spreads(counts[None], expected[None], n_params))


def rate_spreads(counts, expected, n_params: int = 1) -> Spread:
    """The same as `rate_spread` for many series, shape (R, n_periods): a `Spread` of arrays."""
    seen = np.isfinite(counts) & (expected > 0)
    y, mean, n = np.where(seen, counts, 0), np.where(seen, expected, 0), seen.sum(axis=1)
    excess = (n / (n - n_params) * ((y - mean) ** 2).sum(axis=1) - mean.sum(axis=1)) / (mean**2).sum(axis=1)
    excess = np.maximum(excess, 0.0)
    deviations = np.divide(y, mean, out=np.full(y.shape, np.nan), where=seen) - 1
    return Spread(excess, _autocorrelation(deviations, excess), n)


def _first(spread: Spread) -> Spread:
    return Spread(float(spread.variance[0]), float(spread.autocorrelation[0]), int(spread.nobs[0]))


def share_spread(parts, wholes) -> Spread:
    """How much more the share of some places varies from period to period than independent incidents would make it.

    Parameters
    ----------
    parts, wholes : array_like of float, shape (n_periods,)
        Counts of the places and of all places, in the order of time; NaN where nobody watched.

    Raises
    ------
    ModelError
        With fewer than 8 periods that have any incident.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, section 4.5.
    """
    parts, wholes = np.asarray(parts, float), np.asarray(wholes, float)
    seen = np.isfinite(parts) & (np.nan_to_num(wholes) > 0)
    _enough(int(seen.sum()), "measure how much a share varies")
    return _first(share_spreads(parts[None], wholes[None]))


def share_spreads(parts, wholes) -> Spread:
    """The same as `share_spread` for many series, shape (R, n_periods): a `Spread` of arrays."""
    seen = np.isfinite(parts) & (np.nan_to_num(wholes) > 0)
    y, whole, n = np.where(seen, parts, 0.0), np.where(seen, wholes, 0.0), seen.sum(axis=1)
    share = (y.sum(axis=1) / whole.sum(axis=1))[:, None]
    # A share of 0 or 1 has no spread.
    noise = np.sqrt(whole * share * (1 - share))
    pearson = np.divide(y - share * whole, noise, out=np.where(seen, 0.0, np.nan), where=noise > 0)
    squares = np.nansum(pearson**2, axis=1)
    variance = squares / n - (np.nansum(pearson, axis=1) / n) ** 2
    return Spread(np.maximum(squares / (n - 1) - 1, 0.0), _autocorrelation(pearson, variance), n)


def _enough(n: int, asked: str) -> None:
    if n < _FEWEST:
        raise ModelError(
            asked,
            found=f"{n} periods with incidents",
            allowed=f"{_FEWEST} or more: fewer do not show how much the counts vary",
            do="use a longer span or a finer frequency",
        )


def _autocorrelation(deviations: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Lag-1 autocorrelation over adjacent watched periods, its small-sample bias mended (Kendall 1954); shape (R,).

    Where ``variance`` is that of the rates alone, the noise of counting is taken out of the denominator.
    """
    seen = np.isfinite(deviations)
    n = seen.sum(axis=1)
    centred = np.where(seen, deviations - np.nansum(deviations, axis=1, keepdims=True) / n[:, None], 0.0)
    adjacent = (seen[:, 1:] & seen[:, :-1]).sum(axis=1)
    told = (adjacent > 0) & (variance > 0)
    pairs = (centred[:, 1:] * centred[:, :-1]).sum(axis=1)
    raw = np.divide(pairs, adjacent * variance, out=np.zeros(len(n)), where=told)
    return np.where(told, np.clip(raw + (1 + 3 * np.maximum(raw, 0)) / n, 0, _MOST_AUTOCORRELATION), 0.0)


def count_interval(count: float, level: float = 0.95) -> tuple[float, float]:
    """The exact interval for a Poisson mean of which one count is known (Garwood 1936).

    Examples
    --------
    >>> [round(bound, 1) for bound in count_interval(250)]
    [220.0, 283.0]
    """
    tail = (1 - level) / 2
    lower = chi2.ppf(tail, 2 * count) / 2 if count > 0 else 0.0
    return float(lower), float(chi2.ppf(1 - tail, 2 * count + 2) / 2)


def share_interval(part: float, whole: float, excess: float, level: float = 0.95) -> tuple[float, float]:
    """The Clopper-Pearson interval of a share, at the number of independent incidents that the total is worth.

    Parameters
    ----------
    part, whole : float
        Incidents of the part and of the whole.
    excess : float
        The factor by which the variance exceeds the binomial one, less one.

    Examples
    --------
    >>> [round(bound, 3) for bound in share_interval(80, 250, 0)]
    [0.263, 0.382]
    """
    worth = 1 + excess
    hits, misses, tail = part / worth, (whole - part) / worth, (1 - level) / 2
    lower = beta.ppf(tail, hits, misses + 1) if part > 0 else 0.0
    upper = beta.ppf(1 - tail, hits + 1, misses) if part < whole else 1.0
    return float(lower), float(upper)


def count_evidence(counts: dict[str, float], level: float = 0.95) -> Evidence:
    """What one or more counts of the same thing say about its level: the range that their intervals span.

    Parameters
    ----------
    counts : dict of str to float
        The count of each source.
    """
    ranges = [count_interval(count, level) for count in counts.values()]
    return Evidence(
        quantity="count by other sources",
        unit="count",
        estimate=float(np.exp(np.mean(np.log(np.maximum(list(counts.values()), 0.5))))),
        lower=min(low for low, _ in ranges),
        upper=max(high for _, high in ranges),
        level=level,
        null="The other sources count as many as was said.",
        alternative="They count more, or fewer.",
        method="Exact Poisson interval of each source (Garwood); the range spans them all.",
        nobs=int(sum(counts.values())),
    )


def share_evidence(
    part: float, whole: float, spread: Spread, n_periods: int, quantity: str, stretch: float = 1.0
) -> Evidence:
    """What a count says about the share of some places in it.

    Parameters
    ----------
    part, whole : float
        Incidents of the places and of all.
    spread : Spread
        Of the shares of single periods in a reference series.
    n_periods : int
        How many such periods the total covers.
    stretch : float
        What the factor is multiplied by, because the spread is an estimate.
    """
    excess = stretch * (1 + excess_of(spread, n_periods)) - 1
    lower, upper = share_interval(part, whole, excess)
    return Evidence(
        quantity=quantity,
        unit="share",
        estimate=part / whole,
        lower=lower,
        upper=upper,
        null="The share is the stated one.",
        alternative="The share is another.",
        method=f"Clopper-Pearson interval at {whole / (1 + excess):.3g} independent incidents: incidents cluster, and "
        f"the {whole:,.0f} counted vary {1 + excess:.2g} times as much as independent ones.",
        nobs=int(whole),
    )


def excess_of(spread: Spread, n_periods: int) -> float:
    """The excess of a share's variance over the binomial, for a total of so many periods."""
    return np.where(spread.variance > 0, (1 + spread.variance) * spread.lasting(n_periods) - 1, 0.0)[()]


def ratio_excess(later, earlier, n_periods: tuple[int, int], spread: Spread) -> float:
    """The excess of the variance of a log ratio of two totals over that of independent incidents."""
    a, b = np.maximum(later, 0.5), np.maximum(earlier, 0.5)
    return (spread.over(n_periods[0]) + spread.over(n_periods[1])) / (1 / a + 1 / b)


def first_place_evidence(
    counts: dict[str, float],
    province: str,
    spreads: dict[str, Spread],
    n_periods: int,
    level: float = 0.95,
    stretch: float = 1.0,
) -> Evidence:
    """What counts say about a province having the most incidents: its ratio to the strongest of the others.

    Parameters
    ----------
    counts : dict of str to float
        Incidents by province.
    province : str
        The one said to be first.
    spreads : dict of str to Spread
        Of the province's share in the incidents of it and each rival.
    n_periods : int
        Periods that the counts cover.
    stretch : float
        As in `share_evidence`.

    Notes
    -----
    To be first is to be ahead of every rival, so each may be tested at the full level (Berger 1982); to be behind is
    to be behind one of them, picked after the fact, so that the upper bound is Bonferroni's.
    """
    own, rivals = counts[province], [name for name in counts if name != province]
    strict = 1 - (1 - level) / len(rivals)
    bounds = {}
    for rival in rivals:
        both, excess = own + counts[rival], stretch * (1 + excess_of(spreads[rival], n_periods)) - 1
        if both > 0:
            low = share_interval(own, both, excess, level)[0]
            high = share_interval(own, both, excess, strict)[1]
            bounds[rival] = (low / (1 - low) if low < 1 else np.inf, high / (1 - high) if high < 1 else np.inf)
    strongest = max(bounds, key=lambda rival: counts[rival])
    return Evidence(
        quantity=f"ratio of incidents in {province} to those in {strongest}, the next,",
        unit="ratio",
        estimate=own / counts[strongest] if counts[strongest] else float("inf"),
        lower=float(min(low for low, _ in bounds.values())),
        upper=float(min(high for _, high in bounds.values())),
        level=level,
        null="Another province has at least as many.",
        alternative=f"{province} has the most.",
        method="Clopper-Pearson intervals of the province's share against each rival, at the number of independent "
        "incidents they are worth; the lower bound holds against every rival, the upper one allows for the choice.",
        nobs=int(sum(counts.values())),
    )


def ratio_evidence(
    later: float,
    earlier: float,
    days: tuple[int, int],
    n_periods: tuple[int, int],
    spread: Spread,
    quantity: str,
    stretch: float = 1.0,
) -> Evidence:
    """What two totals say about the ratio of the rates behind them.

    Parameters
    ----------
    later, earlier : float
        The two counts.
    days, n_periods : (int, int)
        Days, and periods of the reference series, that the later and the earlier cover.
    spread : Spread
        Of the rates of single periods in the reference series.
    stretch : float
        As in `share_evidence`.

    Raises
    ------
    ModelError
        Where neither span has an incident.
    """
    both = later + earlier
    if both == 0:
        raise ModelError(
            "compare two spans",
            found="no incident in either",
            allowed="at least one",
            do="choose a longer span or another source",
        )
    excess = stretch * (1 + ratio_excess(later, earlier, n_periods, spread)) - 1
    per_day = days[1] / days[0]
    low, high = share_interval(later, both, excess)
    return Evidence(
        quantity=quantity,
        unit="ratio",
        estimate=later / earlier * per_day if earlier else float("inf"),
        lower=low / (1 - low) * per_day,
        upper=high / (1 - high) * per_day if high < 1 else float("inf"),
        null="The rate is the same in both spans.",
        alternative="The rate differs.",
        method=f"Conditional binomial interval at {both / (1 + excess):.3g} independent incidents: with the swings of "
        f"the reference series, the ratio varies {1 + excess:.2g} times as much as that of independent incidents.",
        nobs=int(both),
    )
