"""How much less a series says than independent Poisson counts would: its dispersion and its serial dependence.

Both are read off the residuals around a segmentation, not around one level, because a break looks like dispersion and
like dependence. A search for breaks in turn takes some of both away; the corrections here give it back.
"""

from dataclasses import dataclass

import numpy as np

# Beyond .8 the inflation (1 + r) / (1 - r) is above 9 and its estimate worthless at the lengths met here.
_MOST = 0.8


@dataclass(frozen=True)
class Inflation:
    """What the variance of a sum of counts is multiplied by, against independent Poisson counts.

    Attributes
    ----------
    dispersion : float
        Pearson's chi-square over its degrees of freedom, those spent by the search for breaks included.
    autocorrelation : float
        Autocorrelation of the residuals at one period's distance, corrected for short series and for the search.
    factor : float
        The inflation itself: ``dispersion * (1 + r) / (1 - r)``, at least 1, with r one standard error above the
        autocorrelation and between 0 and .8.
    """

    dispersion: float
    autocorrelation: float
    factor: float


def variance_inflation(residuals: np.ndarray, number: int = 1, spent: int = 1, gaussian: bool = False) -> Inflation:
    """The `Inflation` of a series, from its residuals around a segmentation.

    Parameters
    ----------
    residuals : numpy.ndarray
        Pearson residuals, shape ``(n,)``.
    number : int
        Number of breaks of the segmentation that was searched out.
    spent : int
        Coefficients besides the breaks: 1 for the level, more with trend and season.
    gaussian : bool
        The scale was estimated, so that only the dependence is left to inflate the variance.

    Notes
    -----
    A search for k breaks in white noise lowers the sum of squares by about ``k * (3.8 + 0.6 log(n / 24))`` and the
    autocorrelation by about ``(1 + 2 k + 0.7 k log(n / 24)) / n`` (means of 1,000 simulated series at each n from
    24 to 240 and means of 2, 10 and 50 counts). The autocorrelation is taken one standard error, ``1 / sqrt(n)``,
    above its estimate: at the estimate itself one null series in seven with a latent autocorrelation of .5 still
    showed a break at 24 periods. ``docs/model-nulls.md`` has the table.

    **Assumptions**: dispersion and dependence are the same in all regimes, and die out within a regime.

    Examples
    --------
    >>> found = variance_inflation(1.5 * np.random.default_rng(0).standard_normal(2000), number=0)
    >>> 2.1 < found.dispersion < 2.4, found.dispersion < found.factor < 2.7
    (True, True)
    """
    n, squares = len(residuals), float((residuals**2).sum())
    beyond = np.log(max(n, 24) / 24)
    # The search cannot have spent more than half of a very short series.
    free = max(n - spent - number * (3.8 + 0.6 * beyond), n / 2)
    dispersion = squares / free
    lagged = (residuals[1:] * residuals[:-1]).sum() / (squares or 1.0)
    lost = (1 + 2 * number + 0.7 * number * beyond) / n
    autocorrelation = lagged * (1 + 2.5 * lost) + lost
    safe = min(max(autocorrelation + 1 / np.sqrt(n), 0.0), _MOST)
    scale = 1.0 if gaussian else max(dispersion, 1.0)
    return Inflation(float(dispersion), float(autocorrelation), float(scale * (1 + safe) / (1 - safe)))


def calibrated_penalty(n: int) -> float:
    """The fall in deviance that a break must bring so that one null series in twenty shows any.

    Notes
    -----
    The 95 % point, over independent Poisson series without a break, of the largest fall per break of any number of
    breaks: 8.3, 9.1, 9.8 and 10.5 at 24, 36, 96 and 240 periods, hardly dependent on the mean. It grows with
    log n, as the theory of such maxima has it (Yao 1988). The deviance is to be divided by the inflation first.

    References
    ----------
    Yao (1988), Estimating the number of change-points via Schwarz' criterion.
    """
    return 5.25 + 0.96 * np.log(n)
