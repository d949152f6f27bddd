"""Levels that are the sum of two autoregressions, factorised in time linear in the periods, compiled.

The covariance of the observations is a diagonal and two autoregressions: it is factorised and solved period by period,
as a Kalman filter does. What has coefficients or stands out is added by `trends.chance.filtering`.

References
----------
Foreman-Mackey, D., Agol, E., Ambikasaran, S. & Angus, R. (2017). Fast and scalable Gaussian process modeling with
applications to astronomical time series. AJ 154.
"""

import numpy as np

from trends.fits.compiling import Compiled

# Factors whose product is kept within these need one logarithm together.
_SMALL, _LARGE = 1e-100, 1e100


@Compiled
def _factor(noise: np.ndarray, watched: np.ndarray, level: np.ndarray, pivots: np.ndarray, w: np.ndarray) -> float:
    """Cholesky factor of the covariance of the observations, by a Kalman filter; returns the log determinant.

    ``level`` has the variance of one period, and amplitude and autocorrelation of the two components. Filled are
    the inverse ``pivots`` (0 where unwatched) and the weights, the columns of ``w``.
    """
    own, a1, p1, a2, p2 = level[0], level[1], level[2], level[3], level[4]
    s11 = s12 = s22 = log_det = 0.0
    product = 1.0
    for i in range(len(noise)):
        s11, s12, s22 = s11 * p1 * p1, s12 * p1 * p2, s22 * p2 * p2
        pivots[i] = w[i, 0] = w[i, 1] = 0.0
        if not watched[i]:
            continue
        u1, u2 = a1 * s11 + a2 * s12, a1 * s12 + a2 * s22
        pivot = own + noise[i] - a1 * u1 - a2 * u2
        inverse = 1 / pivot
        w1, w2 = (1 - u1) * inverse, (1 - u2) * inverse
        s11, s12, s22 = s11 + pivot * w1 * w1, s12 + pivot * w1 * w2, s22 + pivot * w2 * w2
        pivots[i], w[i, 0], w[i, 1] = inverse, w1, w2
        product *= pivot
        if not _SMALL < product < _LARGE:
            log_det, product = log_det + np.log(product), 1.0
    return log_det + np.log(product)


@Compiled
def _solve(level: np.ndarray, pivots: np.ndarray, w: np.ndarray, whole: np.ndarray, b: np.ndarray) -> None:
    """The inverse times the columns ``whole`` (n, m), as ``b``: two periods in one go, n being even."""
    a1, p1, a2, p2 = level[1], level[2], level[3], level[4]
    n, m = b.shape
    f, g = np.zeros(m), np.zeros(m)
    for i in range(0, n, 2):
        w1, w2, w3, w4 = w[i, 0], w[i, 1], w[i + 1, 0], w[i + 1, 1]
        of, to, next_of, next_to = whole[i], b[i], whole[i + 1], b[i + 1]
        for c in range(m):
            f1, f2 = p1 * f[c], p2 * g[c]
            z = of[c] - a1 * f1 - a2 * f2
            f1, f2 = p1 * (f1 + w1 * z), p2 * (f2 + w2 * z)
            y = next_of[c] - a1 * f1 - a2 * f2
            to[c], next_to[c], f[c], g[c] = z, y, f1 + w3 * y, f2 + w4 * y
    f[:], g[:] = 0.0, 0.0
    for i in range(n - 2, -1, -2):
        w1, w2, w3, w4 = w[i, 0], w[i, 1], w[i + 1, 0], w[i + 1, 1]
        to, next_to, own, next_own = b[i], b[i + 1], pivots[i], pivots[i + 1]
        for c in range(m):
            f1, f2 = p1 * f[c], p2 * g[c]
            y = next_to[c] * next_own - w3 * f1 - w4 * f2
            f1, f2 = p1 * (f1 + a1 * y), p2 * (f2 + a2 * y)
            z = to[c] * own - w1 * f1 - w2 * f2
            to[c], next_to[c], f[c], g[c] = z, y, f1 + a1 * z, f2 + a2 * z


@Compiled
def _diagonal(level: np.ndarray, pivots: np.ndarray, w: np.ndarray, found: np.ndarray) -> None:
    """The diagonal of the inverse."""
    a1, p1, a2, p2 = level[1], level[2], level[3], level[4]
    r11 = r12 = r22 = 0.0
    for i in range(len(found) - 1, -1, -1):
        r11, r12, r22 = r11 * p1 * p1, r12 * p1 * p2, r22 * p2 * p2
        own = 0.0
        if pivots[i] > 0:
            v1, v2 = r11 * w[i, 0] + r12 * w[i, 1], r12 * w[i, 0] + r22 * w[i, 1]
            own = pivots[i] + w[i, 0] * v1 + w[i, 1] * v2
            r11 += a1 * (a1 * own - 2 * v1)
            r12 += a1 * (a2 * own - v2) - a2 * v1
            r22 += a2 * (a2 * own - 2 * v2)
        found[i] = own


@Compiled
def _gram(
    b: np.ndarray, whole: np.ndarray, few: int, month: np.ndarray, gram: np.ndarray, g: np.ndarray, own: np.ndarray
) -> None:
    """Products of the fixed columns, the months and the response with the solved columns ``b``, in rows.

    ``g`` has the solved columns as rows, ``own`` the product of each term with what it was solved to.
    """
    last, (m, n), first = len(gram) - 1, g.shape, len(g) - len(own)
    gram[:], own[:] = 0.0, 0.0
    for i in range(0, len(b), 2):
        one, two = b[i], b[i + 1]
        for j in range(few + 1):
            at = j if j < few else last
            row, x, y = gram[at], whole[i, at], whole[i + 1, at]
            for c in range(m):
                row[c] += x * one[c] + y * two[c]
    for i in range(n):
        row, one, of = gram[few + month[i]], b[i], whole[i]
        if last > few:
            for c in range(m):
                row[c] += one[c]
        for c in range(m):
            g[c, i] = one[c]
        for c in range(len(own)):
            own[c] += of[first + c] * one[first + c]


@Compiled
def factorise(
    noise: np.ndarray, watched: np.ndarray, whole: np.ndarray, few: int, month: np.ndarray, levels: np.ndarray,
    log_det: np.ndarray, diagonal: np.ndarray, gram: np.ndarray, g: np.ndarray, own: np.ndarray,
) -> None:  # fmt: skip
    """Factorise the covariances of some levels, and apply their inverses to columns.

    Parameters
    ----------
    noise, watched, month : numpy.ndarray, shape (n,)
        Variance of each observation, whether there is one, and the place of its period in the year.
    whole : numpy.ndarray, shape (n_even, m)
        ``few`` fixed columns, those of the months, the response, others, and at the end the terms; n_even is even.
    levels : numpy.ndarray, shape (n_levels, 5)
        Variance of one period, and amplitude and autocorrelation of the two components.
    log_det, diagonal : numpy.ndarray, shapes (n_levels,) and (n_levels, n)
        Filled with the log determinant of the covariance and the diagonal of its inverse.
    gram : numpy.ndarray, shape (n_levels, p + 1, m)
        Filled with products of the fixed columns, the months and the response with the solved columns.
    g, own : numpy.ndarray, shapes (n_levels, m, n) and (n_levels, n_terms)
        Filled with the solved columns, and the product of each term with its own.
    """
    even, m = whole.shape
    b, w, pivots = np.empty((even, m)), np.zeros((even, 2)), np.zeros(even)
    for at in range(len(levels)):
        log_det[at] = _factor(noise, watched, levels[at], pivots, w)
        _solve(levels[at], pivots, w, whole, b)
        _diagonal(levels[at], pivots, w, diagonal[at])
        _gram(b, whole, few, month, gram[at], g[at], own[at])
