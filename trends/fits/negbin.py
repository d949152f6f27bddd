"""Sums over periods of the negative binomial likelihood and its derivatives in alpha, of many responses, compiled.

The responses are last in memory, and each one's terms are added in the order of its periods: a sum is the same whatever
stands beside it.
"""

import numpy as np

from trends.fits.compiling import Compiled

# Below this, differences of the order of x**2 and x**3 come from their series, of which so many terms are taken.
_SMALL = 0.03
_LONGEST = 13
_M = np.arange(2.0, _LONGEST + 1)
# Of log(1 + x) - x / (1 + x), over x**2; and of its derivative in x, over x: coefficients from the last to the first.
_SLOPE = tuple(float(each) for each in ((-1.0) ** _M * (_M - 1) / _M)[::-1])
_BEND = tuple(float(each) for each in ((-1.0) ** _M * (_M - 1) / _M * (_M - 2))[:0:-1])


@Compiled
def add_exceedances(exceed: np.ndarray, alpha: np.ndarray, logged: np.ndarray, sums: np.ndarray) -> None:
    """Add the terms of ``sum(log(1 + alpha j) for j < y)``: to ``sums`` (3, R) the value and its two derivatives.

    ``exceed`` (J, R) is the weight of the counts above each j, and ``logged`` the logarithm of 1 + alpha j. Of the
    second derivative the negative is added.
    """
    for j in range(exceed.shape[0]):
        for r in range(exceed.shape[1]):
            ratio = j / (1.0 + alpha[r] * j)
            sums[0, r] += exceed[j, r] * logged[j, r]
            sums[1, r] += exceed[j, r] * ratio
            sums[2, r] += exceed[j, r] * ratio * ratio


@Compiled
def add_periods(
    y: np.ndarray, mu: np.ndarray, alpha: np.ndarray, logged: np.ndarray, weight: np.ndarray, sums: np.ndarray,
    terms: np.ndarray,
) -> None:  # fmt: skip
    """Add the terms in log(1 + alpha mu), given as ``logged`` (n, R), to ``sums``; fill ``terms`` (3, n, R).

    The terms are the residuals of the scores, these times ``mu / (1 + alpha mu)``, and the weights of the observed
    information of the coefficients.
    """
    for i in range(mu.shape[0]):
        for r in range(mu.shape[1]):
            a, m, w, count = alpha[r], mu[i, r], weight[i, r], y[i, r]
            x = a * m
            grown = 1.0 / (1.0 + x)
            share, log = m * grown, logged[i, r]
            s = x * grown
            if x < _SMALL:
                slope, bend = 0.0, 0.0
                for each in _SLOPE:
                    slope = slope * x + each
                for each in _BEND:
                    bend = bend * x + each
                # Divided by alpha**2 and alpha**3 at once, which keeps their digits as alpha tends to 0.
                slope, bend = slope * m * m, bend * m * m * m
                log = np.log1p(x)
            else:
                slope = (log - s) / (a * a)
                bend = (s * (s + 2.0) - 2.0 * log) / (a * a * a)
            residual = w * (count - m) * grown
            terms[0, i, r] = residual
            terms[1, i, r] = residual * share
            terms[2, i, r] = w * share * (1.0 + a * count) * grown
            sums[0, r] -= w * (count + 1.0 / a) * log
            sums[1, r] += w * (slope - count * share)
            sums[2, r] -= w * (bend + count * share * share)
