"""Likelihood and posterior of a level that is the sum of two autoregressions, in time linear in the periods, compiled.

The covariance of the observations is a diagonal, two autoregressions, and a few columns with normal coefficients. The
first two are factorised period by period, as a Kalman filter does; the columns enter by one small system.

References
----------
Foreman-Mackey, D., Agol, E., Ambikasaran, S. & Angus, R. (2017). Fast and scalable Gaussian process modeling with
applications to astronomical time series. AJ 154.
"""

import numpy as np

from trends.fits.compiling import Compiled

# Models this much less likely (log) than the likeliest add nothing to a double-precision sum of their moments.
_NOTHING = 45.0
_TOGETHER = 64
_LOG_2PI = float(np.log(2 * np.pi))


@Compiled
def _factor(noise: np.ndarray, watched: np.ndarray, level: np.ndarray, room: np.ndarray, w: np.ndarray) -> float:
    """Cholesky factor of the covariance of the observations, by a Kalman filter; returns the log determinant.

    ``level`` has the variance of one period, and amplitude and autocorrelation of the two components. The
    inverse pivots (0 where unwatched) are row 8 of ``room``, the weights the columns of ``w``.
    """
    own, a1, p1, a2, p2 = level[0], level[1], level[2], level[3], level[4]
    s11 = s12 = s22 = log_det = 0.0
    for i in range(len(noise)):
        s11, s12, s22 = s11 * p1 * p1, s12 * p1 * p2, s22 * p2 * p2
        room[8, i] = w[i, 0] = w[i, 1] = 0.0
        if not watched[i]:
            continue
        u1, u2 = a1 * s11 + a2 * s12, a1 * s12 + a2 * s22
        pivot = own + noise[i] - a1 * u1 - a2 * u2
        w1, w2 = (1 - u1) / pivot, (1 - u2) / pivot
        s11, s12, s22 = s11 + pivot * w1 * w1, s12 + pivot * w1 * w2, s22 + pivot * w2 * w2
        room[8, i], w[i, 0], w[i, 1] = 1 / pivot, w1, w2
        log_det += np.log(pivot)
    return log_det


@Compiled
def _solve(level: np.ndarray, room: np.ndarray, w: np.ndarray, whole: np.ndarray, b: np.ndarray, f: np.ndarray) -> None:
    """The inverse times the columns ``whole`` (n, m), as ``b``; ``f`` (2, m) is room to work in."""
    a1, p1, a2, p2 = level[1], level[2], level[3], level[4]
    n, m = b.shape
    f[:] = 0.0
    for i in range(n):
        w1, w2 = w[i, 0], w[i, 1]
        for c in range(m):
            f1, f2 = p1 * f[0, c], p2 * f[1, c]
            z = whole[i, c] - a1 * f1 - a2 * f2
            b[i, c], f[0, c], f[1, c] = z, f1 + w1 * z, f2 + w2 * z
    f[:] = 0.0
    for i in range(n - 1, -1, -1):
        w1, w2, own = w[i, 0], w[i, 1], room[8, i]
        for c in range(m):
            f1, f2 = p1 * f[0, c], p2 * f[1, c]
            x = b[i, c] * own - w1 * f1 - w2 * f2
            b[i, c], f[0, c], f[1, c] = x, f1 + a1 * x, f2 + a2 * x


@Compiled
def _diagonal(level: np.ndarray, room: np.ndarray, w: np.ndarray) -> None:
    """The diagonal of the inverse, as row 9 of ``room``."""
    a1, p1, a2, p2 = level[1], level[2], level[3], level[4]
    r11 = r12 = r22 = 0.0
    for i in range(len(w) - 1, -1, -1):
        r11, r12, r22 = r11 * p1 * p1, r12 * p1 * p2, r22 * p2 * p2
        own = 0.0
        if room[8, i] > 0:
            v1, v2 = r11 * w[i, 0] + r12 * w[i, 1], r12 * w[i, 0] + r22 * w[i, 1]
            own = room[8, i] + w[i, 0] * v1 + w[i, 1] * v2
            r11 += a1 * (a1 * own - 2 * v1)
            r12 += a1 * (a2 * own - v2) - a2 * v1
            r22 += a2 * (a2 * own - 2 * v2)
        room[9, i] = own


@Compiled
def _gram(b: np.ndarray, fixed: np.ndarray, month: np.ndarray, response: np.ndarray, gram: np.ndarray) -> None:
    """Products of the fixed columns, the months and the response with the solved columns ``b``, in rows."""
    n, m = b.shape
    few, last = fixed.shape[1], len(gram) - 1
    gram[:] = 0.0
    for i in range(n):
        for j in range(few):
            x = fixed[i, j]
            for c in range(m):
                gram[j, c] += x * b[i, c]
        y = response[i]
        for c in range(m):
            gram[last, c] += y * b[i, c]
        if last > few:
            j = few + month[i]
            for c in range(m):
                gram[j, c] += b[i, c]


@Compiled
def _condition(gram: np.ndarray, sd: np.ndarray, first: int, y: np.ndarray, root: np.ndarray) -> float:
    """Integrate the coefficients of fixed columns out: the root of their system, applied to response and candidates.

    ``gram`` holds the fixed columns, the response and what comes after ``first``; returns half the log determinant.
    """
    p, wanted = len(sd), y.shape[1]
    half = 0.0
    for a in range(p):
        for b in range(a + 1):
            x = sd[a] * sd[b] * gram[a, b] + (1.0 if a == b else 0.0)
            for k in range(b):
                x -= root[a, k] * root[b, k]
            root[a, b] = np.sqrt(x) if a == b else x / root[b, b]
        half += np.log(root[a, a])
        y[a, 0] = sd[a] * gram[a, p]
        for c in range(1, wanted):
            y[a, c] = sd[a] * gram[a, first + c - 1]
        for k in range(a):
            x = root[a, k]
            for c in range(wanted):
                y[a, c] -= x * y[k, c]
        x = 1 / root[a, a]
        for c in range(wanted):
            y[a, c] *= x
    return half


@Compiled
def _set_apart(
    t: int, at: int, variance: float, g: np.ndarray, gram: np.ndarray, own: np.ndarray, row: np.ndarray,
    room: np.ndarray,
) -> float:  # fmt: skip
    """Add an outlier in the period ``t``, with its column in the row ``at`` of ``g``, to all that was solved.

    Returns by how much the log determinant grows.
    """
    m, n = g.shape
    row[:], room[0] = g[:, t], g[at]
    grows = np.log1p(variance * g[at, t])
    scale = 1 / (1 / variance + g[at, t])
    for a in range(len(gram)):
        x = scale * row[a]
        for c in range(m):
            gram[a, c] -= x * row[c]
    for c in range(len(own)):
        own[c] -= scale * row[m - len(own) + c] * row[m - len(own) + c]
    for b in range(m):
        x = scale * row[b]
        for i in range(n):
            g[b, i] -= x * room[0, i]
    for i in range(n):
        room[9, i] -= scale * room[0, i] * room[0, i]
    return grows


@Compiled
def _gains(
    gram: np.ndarray, own: np.ndarray, y: np.ndarray, term: np.ndarray, variance: np.ndarray, log_prior: np.ndarray,
    marginal: float, log_change: np.ndarray, size: np.ndarray, spread: np.ndarray, k: int, j: int, part: np.ndarray,
    scores: np.ndarray,
) -> float:  # fmt: skip
    """Log marginal likelihood, mean and variance of each candidate, and its share; returns the log of their sum."""
    terms, first, p = len(own), gram.shape[1] - len(own), len(y)
    scores[0], scores[1] = own, gram[p, first:]
    for a in range(p):
        x = y[a, 0]
        for c in range(terms):
            scores[0, c] -= y[a, 1 + c] * y[a, 1 + c]
            scores[1, c] -= x * y[a, 1 + c]
    most = -np.inf
    for c in range(len(term)):
        information, score = max(scores[0, term[c]], 0.0), scores[1, term[c]]
        total = information + 1 / variance[c]
        size[k, j, c], spread[k, j, c] = score / total, 1 / total
        gain = 0.5 * score * score / total - 0.5 * np.log1p(variance[c] * information)
        log_change[k, j, c] = marginal + gain + log_prior[c]
        most = max(most, log_change[k, j, c])
    total = 0.0
    for c in range(len(term)):
        part[c] = np.exp(log_change[k, j, c] - most)
        total += part[c]
    part /= total
    return most + np.log(total) if len(term) else most


@Compiled
def _take_out(g: np.ndarray, root: np.ndarray, sd: np.ndarray, loading: np.ndarray) -> None:
    """What the columns with coefficients take from the inverse covariance: ``loading'loading``."""
    # Some periods at a time, so that what is worked on stays in the processor's cache.
    for start in range(0, g.shape[1], _TOGETHER):
        stop = min(start + _TOGETHER, g.shape[1])
        for a in range(len(sd)):
            for i in range(start, stop):
                loading[a, i] = sd[a] * g[a, i]
            for k in range(a):
                x = root[a, k]
                for i in range(start, stop):
                    loading[a, i] -= x * loading[k, i]
            x = 1 / root[a, a]
            for i in range(start, stop):
                loading[a, i] *= x


@Compiled
def _less(g: np.ndarray, at: int, loading: np.ndarray, y: np.ndarray, c: int, room: np.ndarray, to: int) -> None:
    """The inverse times one column: what it was before the coefficients (row ``at``), less what they take."""
    room[to] = g[at]
    for a in range(len(loading)):
        x = y[a, c]
        for i in range(g.shape[1]):
            room[to, i] -= x * loading[a, i]


@Compiled
def _beyond(
    level: np.ndarray, sd: np.ndarray, fixed: np.ndarray, month: np.ndarray, watched: np.ndarray, room: np.ndarray,
    of: int, to: int,
) -> None:  # fmt: skip
    """The covariance of the log rate times the row ``of`` of ``room``, at the periods that were not watched."""
    a1, p1, a2, p2 = level[1], level[2], level[3], level[4]
    n, few = fixed.shape
    loads = np.zeros(len(sd))
    for i in range(n):
        for j in range(few):
            loads[j] += fixed[i, j] * room[of, i]
        if len(sd) > few:
            loads[few + month[i]] += sd[few + month[i]] ** 2 * room[of, i]
    f1 = f2 = 0.0
    for i in range(n):
        f1, f2 = f1 * p1, f2 * p2
        if not watched[i]:
            room[to, i] = a1 * f1 + a2 * f2
            for j in range(few):
                room[to, i] += fixed[i, j] * loads[j]
            if len(sd) > few:
                room[to, i] += loads[few + month[i]]
        f1, f2 = f1 + room[of, i], f2 + room[of, i]
    f1 = f2 = 0.0
    for i in range(n - 1, -1, -1):
        f1, f2 = f1 * p1, f2 * p2
        if not watched[i]:
            room[to, i] += a1 * f1 + a2 * f2
        f1, f2 = f1 + room[of, i], f2 + room[of, i]


@Compiled
def _moved(
    g: np.ndarray, loading: np.ndarray, y: np.ndarray, noise: np.ndarray, term: np.ndarray, part: np.ndarray,
    size: np.ndarray, spread: np.ndarray, k: int, j: int, few: bool, kept: np.ndarray, place: int, room: np.ndarray,
    weights: np.ndarray,
) -> None:  # fmt: skip
    """What the candidates add to the mean of the log rate (second row of ``room``) and to its variance (third).

    The first row is the inverse times the change, the last was worked in. ``weights`` has what each term adds on
    average, and the mean of its square.
    """
    terms, n = weights.shape[1], g.shape[1]
    first = len(g) - terms
    weights[:] = 0.0
    for c in range(len(term)):
        x = size[k, j, c]
        weights[0, term[c]] += part[c] * x
        weights[1, term[c]] += part[c] * (x * x + spread[k, j, c])
    room[0], room[2] = 0.0, 0.0
    for c in range(terms):
        x = weights[0, c]
        if few:
            _less(g, first + c, loading, y, 1 + c, room, 3)
            for i in range(n):
                reach = noise[i] * room[3, i]
                room[0, i] += x * room[3, i]
                room[2, i] += weights[1, c] * reach * reach
            if place >= 0:
                kept[place, 2 + c] = room[3]
        else:
            for i in range(n):
                room[0, i] += x * g[first + c, i]
    if not few:
        for a in range(len(loading)):
            x = 0.0
            for c in range(terms):
                x += y[a, 1 + c] * weights[0, c]
            for i in range(n):
                room[0, i] -= x * loading[a, i]
    for i in range(n):
        room[1, i] = noise[i] * room[0, i]
        room[2, i] = max(room[2, i] - room[1, i] * room[1, i], 0.0) if few else 0.0


@Compiled
def _pool(kind: int, weights: np.ndarray, pool: np.ndarray, log_weight: float, room: np.ndarray) -> None:
    """Adds one model to the running moments of a mixture: ``weights`` has its largest log weight and their sum."""
    if log_weight > weights[kind, 0]:
        fade = np.exp(weights[kind, 0] - log_weight)
        weights[kind, 0], weights[kind, 1] = log_weight, weights[kind, 1] * fade
        pool[kind] *= fade
    share = np.exp(log_weight - weights[kind, 0])
    weights[kind, 1] += share
    for i in range(pool.shape[2]):
        pool[kind, 0, i] += share * room[4, i]
        pool[kind, 1, i] += share * (room[5, i] + room[4, i] * room[4, i])


@Compiled
def _course(
    g: np.ndarray, loading: np.ndarray, y: np.ndarray, response: np.ndarray, noise: np.ndarray, room: np.ndarray
) -> None:
    """Rows 4 and 5 of ``room``: mean and variance of the log rate; 6 and 7: inverse times response, its diagonal."""
    _less(g, len(loading), loading, y, 0, room, 6)
    room[7] = room[9]
    for a in range(len(loading)):
        for i in range(len(noise)):
            room[7, i] -= loading[a, i] * loading[a, i]
    for i in range(len(noise)):
        room[4, i] = response[i] - noise[i] * room[6, i]
        room[5, i] = noise[i] - room[7, i] * noise[i] * noise[i]


@Compiled
def _sums(b: np.ndarray, columns: np.ndarray, first: int, g: np.ndarray, own: np.ndarray) -> None:
    """The solved columns as rows, and the product of each term with what it was solved to."""
    n, m = b.shape
    own[:] = 0.0
    for i in range(n):
        for c in range(m):
            g[c, i] = b[i, c]
        for c in range(len(own)):
            own[c] += columns[i, c] * b[i, first + c]


@Compiled
def sweep(
    response: np.ndarray, noise: np.ndarray, watched: np.ndarray, seen: int, fixed: np.ndarray, month: np.ndarray,
    levels: np.ndarray, starts: np.ndarray, sd_months: np.ndarray, log_weight: np.ndarray, outliers: np.ndarray,
    disturbance: float, log_share: np.ndarray, columns: np.ndarray, term: np.ndarray, variance: np.ndarray,
    log_prior: np.ndarray, few: bool, keep: np.ndarray, whole: np.ndarray, log_null: np.ndarray, log_any: np.ndarray,
    log_change: np.ndarray, size: np.ndarray, spread: np.ndarray, pool: np.ndarray, peaks: np.ndarray,
    alone: np.ndarray, kept: np.ndarray,
    b: np.ndarray, f: np.ndarray, g: np.ndarray, w: np.ndarray, gram: np.ndarray, root: np.ndarray, y: np.ndarray,
    loading: np.ndarray, sd: np.ndarray, own: np.ndarray, part: np.ndarray, weights: np.ndarray, row: np.ndarray,
    room: np.ndarray,
) -> None:  # fmt: skip
    """Marginal likelihoods of no change and of each candidate, by set of variances and by number of outliers set apart.

    What it takes and fills is told in `trends.chance.solving`, which makes the arrays.
    """
    n, p, terms, few_fixed = len(noise), len(sd), columns.shape[1], fixed.shape[1]
    first = p + 1 + len(outliers)
    for at in range(len(levels)):
        level = levels[at]
        log_det = _factor(noise, watched, level, room, w)
        _solve(level, room, w, whole, b, f)
        _diagonal(level, room, w)
        _gram(b, fixed, month, response, gram)
        _sums(b, columns, first, g, own)
        for k in range(len(log_null)):
            if k:
                log_det += _set_apart(outliers[k - 1], p + k, disturbance, g, gram, own, row, room)
            for j in range(starts[at], starts[at + 1]):
                sd[few_fixed:] = sd_months[j]
                half = _condition(gram, sd, first, y, root)
                square = gram[p, p]
                for a in range(p):
                    square -= y[a, 0] * y[a, 0]
                marginal = log_weight[j] + log_share[k] - half - 0.5 * (seen * _LOG_2PI + log_det + square)
                each = _gains(
                    gram, own, y, term, variance, log_prior, marginal, log_change, size, spread, k, j, part, weights
                )
                log_null[k, j], log_any[k, j] = marginal, each
                hopeless = marginal < peaks[0, 0] - _NOTHING and each < peaks[1, 0] - _NOTHING
                if hopeless and keep[k, j] < 0 and not len(alone):
                    continue
                _take_out(g, root, sd, loading)
                _course(g, loading, y, response, noise, room)
                if seen < n:
                    _beyond(level, sd, fixed, month, watched, room, 6, 4)
                _pool(0, peaks, pool, marginal, room)
                if len(alone) and not k:
                    for i in range(n):
                        gain = 0.5 * room[6, i] ** 2 / (room[7, i] + 1 / disturbance)
                        alone[j, i] = marginal + gain - 0.5 * np.log1p(disturbance * room[7, i])
                if keep[k, j] >= 0:
                    kept[keep[k, j], :2] = room[6:8]
                if len(term):
                    _moved(g, loading, y, noise, term, part, size, spread, k, j, few, kept, keep[k, j], room, weights)
                    if seen < n:
                        _beyond(level, sd, fixed, month, watched, room, 0, 3)
                        for i in range(n):
                            if not watched[i]:
                                room[1, i] = -room[3, i]
                                for c in range(terms):
                                    room[1, i] += columns[i, c] * weights[0, c]
                    room[4:6] += room[1:3]
                    _pool(1, peaks, pool, each, room)
