"""What a change did to one place beside another whose course it shares, though the ratio of the two may drift."""

from typing import Any

import numpy as np

from trends.chance.answers import EffectFound, ratio_found
from trends.chance.known_change import known_change
from trends.chance.prior import LevelPrior, ratio_prior
from trends.chance.questions import place_in_year, place_of
from trends.counts.series import CheckedSeries
from trends.errors import ModelError
from trends.periods import PER_YEAR, frequency, label_of


def contrast(
    series_a: CheckedSeries,
    series_b: CheckedSeries,
    date: Any,
    *,
    since: Any = None,
    without: str | None = None,
    prior: LevelPrior | None = None,
) -> EffectFound:
    """By how much a change at a known date moved one series more than another.

    Parameters
    ----------
    series_a, series_b : CheckedSeries
        The two places (or groups of places), on the same periods.
    date : period
        First period that differs.
    since : period, optional
        First period over which the effect is meant, up to the end of the series; by default the date.
    without : str, optional
        Country that the series come from, as in :func:`trends.chance.prior.ratio_prior`.
    prior : LevelPrior, optional
        What the log ratio of two places is like, in place of the shipped one.

    Returns
    -------
    EffectFound
        Its ratio is that of ``series_a`` to ``series_b``, with the change against without it.

    Raises
    ------
    trends.errors.ModelError
        Where the two are not on the same periods, a period lies outside of them, or too little was watched.

    Notes
    -----
    Given the incidents of both places in a period, those of one are binomial (Przyborowski & Wilenski 1940), whatever
    the level that the two share: only their ratio has to be followed, and it drifts as the ratios of parts of the
    world's countries do. Periods in which neither had an incident say nothing.

    Assumptions
    -----------
    Incidents of the two places are independent given their rates; an incident of one is not counted in the other.

    References
    ----------
    Przyborowski, J. & Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
    Biometrika 31.

    See Also
    --------
    trends.chance.questions.effect : the same for one series.

    Examples
    --------
    >>> from trends.counts.series import checked_series
    >>> war = [8, 30, 12, 41, 25, 9, 14, 50, 22, 31] * 3
    >>> one = checked_series([2 * y for y in war[:20]] + [6 * y for y in war[20:]], first="2019-01", freq="M")
    >>> two = checked_series(war, first="2019-01", freq="M")
    >>> found = contrast(one, two, "2020-09")
    >>> found.ratio.low > 2 and found.ratio.high < 4.5
    True
    """
    asked = "hold the change of one series against that of another"
    if not series_a.index.equals(series_b.index):
        raise ModelError(
            asked,
            found=f"{_span(series_a)} and {_span(series_b)}",
            allowed="two series on the same periods",
            do="cut both to the periods they share",
        )
    start = place_of(series_a, date, asked)
    first = start if since is None else place_of(series_a, since, asked)
    freq = frequency(series_a.index.freqstr)
    both = series_a.counts + series_b.counts
    # Where one place was not watched the sum is no number, and so no larger than 0 either.
    seen = both > 0
    found = known_change(
        np.where(seen, series_a.counts, np.nan),
        start,
        (first, len(series_a.counts) - 1),
        prior=ratio_prior(len(both), freq, without=without) if prior is None else prior,
        exposure=np.divide(series_a.exposure, series_b.exposure, out=np.zeros(len(both)), where=seen),
        trials=both,
        first_month=place_in_year(series_a, float(PER_YEAR[freq])),
        per_year=float(PER_YEAR[freq]),
    )
    outliers = tuple((label_of(series_a.index[t]), p) for t, p in found.outliers)
    return EffectFound(ratio_found(found.log_ratio), found.shapes, outliers, found.nobs, found, series_a)


def _span(series: CheckedSeries) -> str:
    return f"{label_of(series.index[0])} to {label_of(series.index[-1])}"
