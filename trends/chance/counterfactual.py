"""The course of a series as a change has it, and what was to be expected had nothing changed."""

import numpy as np
import pandas as pd

from trends.chance.answers import EffectFound
from trends.chance.normals import Mixture

# A log rate or an end beyond this says no more than that it is without bounds.
_MOST = 30.0


def counterfactual(found: EffectFound) -> pd.DataFrame:
    """Expected counts with the change and without it, by period.

    Parameters
    ----------
    found : EffectFound
        The effect, from `trends.chance.questions.effect`.

    Returns
    -------
    pandas.DataFrame
        ``fitted``, the expected count of each period; ``expected`` with ``lower`` and ``upper``, what it was to be had
        nothing changed, with the interval that the ruling has: that of the effect. Before the change all are equal. The
        periods are those that were looked at.

    Examples
    --------
    >>> from trends.chance.questions import effect
    >>> from trends.counts.series import checked_series
    >>> counts = checked_series([4, 6, 5, 7, 3, 5] * 4 + [40, 45, 38, 50, 42, 47], first="2019-01", freq="M")
    >>> course = counterfactual(effect(counts, "2021-01"))
    >>> bool(course["upper"].iloc[-1] < course["fitted"].iloc[-1])
    True
    """
    change, series = found.change, found.series
    terms, weighed = change.weighed.candidates, change.weighed
    given = np.exp(weighed.log_change - weighed.log_change.max())
    fitted = np.exp(np.minimum(weighed.change_mean, _MOST)) * np.where(series.watched, series.exposure, 1.0)
    rows = []
    for place, rate in enumerate(fitted):
        reach = terms.columns[place, terms.term]
        if place < change.date or not reach.any():
            rows.append((rate, rate, rate, rate))
            continue
        effect = change.widening.of(
            Mixture(
                given.ravel(),
                (weighed.mean * reach).ravel(),
                np.maximum(np.sqrt(weighed.variance) * reach, 1e-6).ravel(),
            )
        )
        low, high = effect.interval()
        middle = effect.quantile(0.5)
        rows.append((rate, *(rate / np.exp(np.clip(end, -_MOST, _MOST)) for end in (middle, high, low))))
    return pd.DataFrame(rows, columns=["fitted", "expected", "lower", "upper"], index=pd.PeriodIndex(series.index))
