"""Likelihood and posterior of a level that is the sum of two autoregressions, in time linear in the periods, compiled.

The covariance of the observations is a diagonal, two autoregressions, and a few columns with normal coefficients. The
first two are factorised period by period, as a Kalman filter does; the columns enter by one small system.

References
----------
Foreman-Mackey, D., Agol, E., Ambikasaran, S. & Angus, R. (2017). Fast and scalable Gaussian process modeling with
applications to astronomical time series. AJ 154.
"""

import numpy as np

from trends.fits.compiling import compiled

# Models this much less likely (log) than the likeliest add nothing to a double-precision sum of their moments.
_NOTHING = 32.0
# Factors whose product is kept within these need one logarithm together.
_SMALL, _LARGE = 1e-100, 1e100
_LOG_2PI = float(np.log(2 * np.pi))


@compiled
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


@compiled
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


@compiled
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


@compiled
def _gram(b: np.ndarray, whole: np.ndarray, few: int, month: np.ndarray, gram: np.ndarray) -> None:
    """Products of the fixed columns, the months and the response with the solved columns ``b``, in rows."""
    last = len(gram) - 1
    gram[:] = 0.0
    for i in range(0, len(b), 2):
        one, two = b[i], b[i + 1]
        for j in range(few + 1):
            at = j if j < few else last
            row, x, y = gram[at], whole[i, at], whole[i + 1, at]
            for c in range(len(row)):
                row[c] += x * one[c] + y * two[c]
    if last > few:
        for i in range(len(month)):
            row, one = gram[few + month[i]], b[i]
            for c in range(len(row)):
                row[c] += one[c]


@compiled
def _less(row: np.ndarray, weights: np.ndarray, rows: np.ndarray, count: int) -> None:
    """Take the first ``count`` rows, each times its weight, from a row: four at a time, as storing it takes longest."""
    k = 0
    while k + 4 <= count:
        x0, x1, x2, x3 = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        r0, r1, r2, r3 = rows[k], rows[k + 1], rows[k + 2], rows[k + 3]
        for i in range(len(row)):
            row[i] -= (x0 * r0[i] + x1 * r1[i]) + (x2 * r2[i] + x3 * r3[i])
        k += 4
    while k < count:
        x0, r0 = weights[k], rows[k]
        for i in range(len(row)):
            row[i] -= x0 * r0[i]
        k += 1


@compiled
def _condition(gram: np.ndarray, sd: np.ndarray, y: np.ndarray, root: np.ndarray) -> float:
    """Integrate the coefficients of fixed columns out: the root of their system, applied to all columns of ``gram``.

    ``root`` has the inverse of the root's diagonal in its own; returns half the log determinant.
    """
    p, m = y.shape
    half, product = 0.0, 1.0
    for a in range(p):
        row, of, x = y[a], gram[a], sd[a]
        for c in range(p):
            row[c] = x * sd[c] * of[c]
        for c in range(p, m):
            row[c] = x * of[c]
        row[a] += 1.0
        _less(row, root[a], y, a)
        pivot = np.sqrt(row[a])
        product *= pivot
        if product > _LARGE:
            half, product = half + np.log(product), 1.0
        x = 1 / pivot
        for c in range(m):
            row[c] *= x
        root[a, a] = x
        for k in range(a + 1, p):
            root[k, a] = row[k]
    return half + np.log(product)


@compiled
def _set_apart(
    t: int, at: int, variance: float, g: np.ndarray, gram: np.ndarray, own: np.ndarray, diagonal: np.ndarray
) -> float:
    """Add an outlier in the period ``t``, with its column in the row ``at`` of ``g``, to all that was solved.

    Returns by how much the log determinant grows.
    """
    m = len(g)
    row, column = g[:, t].copy(), g[at].copy()
    grows = np.log1p(variance * row[at])
    scale = 1 / (1 / variance + row[at])
    for a in range(len(gram)):
        x, to = scale * row[a], gram[a]
        for c in range(m):
            to[c] -= x * row[c]
    for c in range(len(own)):
        own[c] -= scale * row[m - len(own) + c] * row[m - len(own) + c]
    for k in range(m):
        x, to = scale * row[k], g[k]
        for i in range(len(column)):
            to[i] -= x * column[i]
    for i in range(len(column)):
        diagonal[i] -= scale * column[i] * column[i]
    return grows


@compiled
def _gains(
    gram: np.ndarray, own: np.ndarray, y: np.ndarray, term: np.ndarray, variance: np.ndarray, log_prior: np.ndarray,
    marginal: float, log_change: np.ndarray, size: np.ndarray, spread: np.ndarray, part: np.ndarray,
) -> float:  # fmt: skip
    """Log marginal likelihood, mean and variance of each candidate, and its share; returns the log of their sum."""
    (p, m), terms = y.shape, len(own)
    first = m - terms
    information, score = own.copy(), gram[p, first:].copy()
    for a in range(p):
        row, x = y[a], y[a, p]
        for c in range(terms):
            information[c] -= row[first + c] * row[first + c]
            score[c] -= x * row[first + c]
    most = -np.inf
    for c in range(len(term)):
        known, found = max(information[term[c]], 0.0), score[term[c]]
        total = known + 1 / variance[c]
        size[c], spread[c] = found / total, 1 / total
        gain = 0.5 * found * found / total - 0.5 * np.log1p(variance[c] * known)
        log_change[c] = marginal + gain + log_prior[c]
        most = max(most, log_change[c])
    total = 0.0
    for c in range(len(term)):
        part[c] = np.exp(log_change[c] - most)
        total += part[c]
    part /= total
    return most + np.log(total) if len(term) else most


@compiled
def _take_out(g: np.ndarray, root: np.ndarray, sd: np.ndarray, loading: np.ndarray) -> None:
    """What the columns with coefficients take from the inverse covariance: ``loading'loading``."""
    for a in range(len(sd)):
        row, of, x = loading[a], g[a], sd[a]
        for i in range(len(row)):
            row[i] = x * of[i]
        _less(row, root[a], loading, a)
        x = root[a, a]
        for i in range(len(row)):
            row[i] *= x


@compiled
def _loads(whole: np.ndarray, few: int, month: np.ndarray, of: np.ndarray, p: int) -> np.ndarray:
    """Products of the fixed columns and the months with a row."""
    loads = np.zeros(p)
    for i in range(len(of)):
        for j in range(few):
            loads[j] += whole[i, j] * of[i]
        if p > few:
            loads[few + month[i]] += of[i]
    return loads


@compiled
def _beyond(
    level: np.ndarray, sd: np.ndarray, whole: np.ndarray, few: int, month: np.ndarray, watched: np.ndarray,
    of: np.ndarray, to: np.ndarray,
) -> None:  # fmt: skip
    """The covariance of the log rate times ``of`` as ``to``, at the periods that were not watched."""
    a1, p1, a2, p2 = level[1], level[2], level[3], level[4]
    n, loads = len(of), _loads(whole, few, month, of, len(sd))
    f1 = f2 = 0.0
    for i in range(n):
        f1, f2 = f1 * p1, f2 * p2
        if not watched[i]:
            to[i] = a1 * f1 + a2 * f2
            for j in range(few):
                to[i] += whole[i, j] * loads[j]
            if len(sd) > few:
                to[i] += loads[few + month[i]] * sd[few + month[i]] ** 2
        f1, f2 = f1 + of[i], f2 + of[i]
    f1 = f2 = 0.0
    for i in range(n - 1, -1, -1):
        f1, f2 = f1 * p1, f2 * p2
        if not watched[i]:
            to[i] += a1 * f1 + a2 * f2
        f1, f2 = f1 + of[i], f2 + of[i]


@compiled
def _squares(left: np.ndarray, rows: np.ndarray) -> None:
    """Take the squares of rows from a row."""
    last = len(rows) - len(rows) % 2
    for k in range(0, last, 2):
        one, two = rows[k], rows[k + 1]
        for i in range(len(left)):
            left[i] -= one[i] * one[i] + two[i] * two[i]
    for k in range(last, len(rows)):
        one = rows[k]
        for i in range(len(left)):
            left[i] -= one[i] * one[i]


@compiled
def _moved(
    g: np.ndarray, loading: np.ndarray, y: np.ndarray, noise: np.ndarray, weights: np.ndarray, kept: np.ndarray,
    shift: np.ndarray, more: np.ndarray, row: np.ndarray, drawn: np.ndarray,
) -> None:  # fmt: skip
    """The inverse times the change that the candidates make on average, as ``shift``, from 0.

    ``more`` is the variance that their sizes add to the log rate. ``weights`` has what each term adds on average, and
    the mean of its square; ``kept`` (1 or 0 models) is filled. ``row`` and ``drawn`` are room to work in.
    """
    first = len(g) - weights.shape[1]
    for c in range(weights.shape[1]):
        for a in range(len(drawn)):
            drawn[a] = y[a, first + c]
        row[:] = g[first + c]
        _less(row, drawn, loading, len(drawn))
        x, z = weights[0, c], weights[1, c]
        for i in range(len(noise)):
            reach = noise[i] * row[i]
            shift[i] += x * row[i]
            more[i] += z * reach * reach
        for i in range(len(kept)):
            kept[i, 2 + c] = row
    for i in range(len(noise)):
        reach = noise[i] * shift[i]
        more[i] = max(more[i] - reach * reach, 0.0)


@compiled
def _forward(root: np.ndarray, sd: np.ndarray, loads: np.ndarray) -> np.ndarray:
    """The root of the system of the coefficients applied to the products of their columns with a row."""
    for a in range(len(loads)):
        loads[a] *= sd[a]
        for k in range(a):
            loads[a] -= root[a, k] * loads[k]
        loads[a] *= root[a, a]
    return loads


@compiled
def _pool(peak: np.ndarray, pool: np.ndarray, log_weight: float, mean: np.ndarray, variance: np.ndarray) -> None:
    """Adds one model to the running moments of a mixture: ``peak`` has its largest log weight and their sum."""
    if log_weight > peak[0]:
        fade = np.exp(peak[0] - log_weight)
        peak[0], peak[1] = log_weight, peak[1] * fade
        pool *= fade
    share = np.exp(log_weight - peak[0])
    peak[1] += share
    first, second = pool[0], pool[1]
    for i in range(len(mean)):
        first[i] += share * mean[i]
        second[i] += share * (variance[i] + mean[i] * mean[i])


@compiled
def _sums(b: np.ndarray, whole: np.ndarray, g: np.ndarray, own: np.ndarray) -> None:
    """The solved columns as rows, and the product of each term with what it was solved to."""
    m, n = g.shape
    first = m - len(own)
    own[:] = 0.0
    for i in range(n):
        row, of = b[i], whole[i]
        for c in range(m):
            g[c, i] = row[c]
        for c in range(len(own)):
            own[c] += of[first + c] * row[first + c]


@compiled
def _average(term: np.ndarray, part: np.ndarray, size: np.ndarray, spread: np.ndarray, weights: np.ndarray) -> None:
    """What each term adds on average, and the mean of its square, over the candidates."""
    weights[:] = 0.0
    for c in range(len(term)):
        x = size[c]
        weights[0, term[c]] += part[c] * x
        weights[1, term[c]] += part[c] * (x * x + spread[c])


@compiled
def _stand_out(
    marginal: float, score: np.ndarray, left: np.ndarray, disturbance: float, peak: np.ndarray, total: np.ndarray
) -> None:
    """Adds the evidence of a disturbance of each period to what other sets gave: the largest log, and the sum."""
    for i in range(len(score)):
        scale = 1 + disturbance * left[i]
        log = marginal + 0.5 * disturbance * score[i] * score[i] / scale
        if log > peak[i]:
            total[i] = total[i] * np.exp(peak[i] - log) + 1 / np.sqrt(scale)
            peak[i] = log
        elif log > peak[i] - _NOTHING:
            total[i] += np.exp(log - peak[i]) / np.sqrt(scale)


@compiled
def sweep(
    noise: np.ndarray, watched: np.ndarray, whole: np.ndarray, few_fixed: int, month: np.ndarray, places: int,
    levels: np.ndarray, sd_months: np.ndarray, log_weight: np.ndarray, log_base: float, outliers: np.ndarray,
    disturbance: float, log_share: np.ndarray, terms: int, term: np.ndarray, variance: np.ndarray,
    log_prior: np.ndarray, few: bool, keep: np.ndarray, log_null: np.ndarray, log_any: np.ndarray,
    log_change: np.ndarray, size: np.ndarray, spread: np.ndarray, pool: np.ndarray, alone: np.ndarray,
    kept: np.ndarray,
) -> None:  # fmt: skip
    """Marginal likelihoods of no change and of each candidate, by set of variances and by number of outliers set apart.

    What it takes and fills is told in `trends.chance.solving`, which makes the arrays. Sets that follow each other and
    differ in the variance of the months alone share one factorisation.
    """
    n, (even, m), p, seen = len(noise), whole.shape, few_fixed + places, watched.sum()
    first, response = m - terms, whole[:n, p].copy()
    b, g, w, pivots = np.empty((even, m)), np.empty((m, n)), np.zeros((even, 2)), np.zeros(even)
    gram, root, y, loading, sd = np.empty((p + 1, m)), np.empty((p, p)), np.empty((p, m)), np.empty((p, n)), np.ones(p)
    own, part, weights, drawn = np.empty(terms), np.empty(len(term)), np.empty((2, terms)), np.empty(p)
    diagonal, left, score, mean = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    room, shift, more, reach = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    # Largest log weight and sum of weights of the running moments.
    peaks = np.zeros((2, 2))
    peaks[:, 0] = -np.inf
    start = 0
    while start < len(levels):
        level, stop = levels[start], start + 1
        while stop < len(levels) and (levels[stop] == level).all():
            stop += 1
        log_det = _factor(noise, watched, level, pivots, w)
        _solve(level, pivots, w, whole, b)
        _diagonal(level, pivots, w, diagonal)
        _gram(b, whole, few_fixed, month, gram)
        _sums(b, whole, g, own)
        for k in range(len(log_null)):
            if k:
                log_det += _set_apart(outliers[k - 1], p + k, disturbance, g, gram, own, diagonal)
            for j in range(start, stop):
                sd[few_fixed:] = sd_months[j]
                half = _condition(gram, sd, y, root)
                square = gram[p, p]
                for a in range(p):
                    drawn[a] = y[a, p]
                    square -= drawn[a] * drawn[a]
                marginal = log_weight[j] + log_base + log_share[k] - half - 0.5 * (seen * _LOG_2PI + log_det + square)
                each = _gains(
                    gram, own, y, term, variance, log_prior, marginal, log_change[k, j], size[k, j], spread[k, j], part
                )
                log_null[k, j], log_any[k, j], place = marginal, each, keep[k, j]
                hopeless = marginal < peaks[0, 0] - _NOTHING and (each < peaks[1, 0] - _NOTHING or not terms)
                hopeless, asked = hopeless and place < 0, k == 0 and len(alone) > 0
                if hopeless and not asked:
                    continue
                _take_out(g, root, sd, loading)
                score[:], left[:] = g[p], diagonal
                _less(score, drawn, loading, p)
                _squares(left, loading)
                if asked:
                    _stand_out(marginal, score, left, disturbance, alone[0], alone[1])
                if hopeless:
                    continue
                for i in range(n):
                    mean[i] = response[i] - noise[i] * score[i]
                    room[i] = noise[i] - left[i] * noise[i] * noise[i]
                if seen < n:
                    _beyond(level, sd, whole, few_fixed, month, watched, score, mean)
                _pool(peaks[0], pool[0], marginal, mean, room)
                if place >= 0:
                    kept[place, 0], kept[place, 1] = score, left
                if not terms:
                    continue
                _average(term, part, size[k, j], spread[k, j], weights)
                shift[:], more[:] = 0.0, 0.0
                if few:
                    _moved(g, loading, y, noise, weights, kept[max(place, 0) : place + 1], shift, more, reach, drawn)
                else:
                    _less(shift, -weights[0], g[first:], terms)
                    _less(shift, _forward(root, sd, _loads(whole, few_fixed, month, shift, p)), loading, p)
                for i in range(n):
                    reach[i] = noise[i] * shift[i]
                if seen < n:
                    _beyond(level, sd, whole, few_fixed, month, watched, shift, reach)
                    for i in range(n):
                        if not watched[i]:
                            reach[i] = -reach[i]
                            for c in range(terms):
                                reach[i] += whole[i, first + c] * weights[0, c]
                for i in range(n):
                    mean[i] += reach[i]
                    room[i] += more[i]
                _pool(peaks[1], pool[1], each, mean, room)
        start = stop
    for kind in range(2):
        total, middle, square = max(peaks[kind, 1], 1e-300), pool[kind, 0], pool[kind, 1]
        for i in range(n):
            middle[i] /= total
            square[i] = square[i] / total - middle[i] * middle[i]
