"""Marginal likelihood and posterior of a level with columns that have normal coefficients, and outliers, compiled.

The columns enter what `trends.chance.factoring` solved by one small system for each set of variances, outliers as
rank-one updates; moments of the log rate are pooled as the models go by.
"""

import numpy as np

from trends.fits.compiling import Compiled

# Models this much less likely (log) than the likeliest add nothing to a double-precision sum of their moments.
_NOTHING = 32.0
_LARGE = 1e100
_LOG_2PI = float(np.log(2 * np.pi))


@Compiled
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


@Compiled
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


@Compiled
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


@Compiled
def _gains(
    gram: np.ndarray, own: np.ndarray, y: np.ndarray, term: np.ndarray, variance: np.ndarray, log_prior: np.ndarray,
    marginal: float, log_change: np.ndarray, size: np.ndarray, spread: np.ndarray, part: np.ndarray,
    weights: np.ndarray,
) -> float:  # fmt: skip
    """Log marginal likelihood, mean and variance of each candidate; returns the log of the sum of likelihoods.

    ``weights`` has what each term adds on average, and the mean of its square; ``part`` is room to work in.
    """
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
    weights[:] = 0.0
    for c in range(len(term)):
        share = part[c] / total
        weights[0, term[c]] += share * size[c]
        weights[1, term[c]] += share * (size[c] * size[c] + spread[c])
    return most + np.log(total) if len(term) else most


@Compiled
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


@Compiled
def _beyond(
    level: np.ndarray, sd: np.ndarray, whole: np.ndarray, few: int, month: np.ndarray, watched: np.ndarray,
    of: np.ndarray, to: np.ndarray,
) -> None:  # fmt: skip
    """The covariance of the log rate times ``of`` as ``to``, at the periods that were not watched."""
    a1, p1, a2, p2 = level[1], level[2], level[3], level[4]
    n, loads = len(of), np.zeros(len(sd))
    for i in range(n):
        for j in range(few):
            loads[j] += whole[i, j] * of[i]
        if len(sd) > few:
            loads[few + month[i]] += of[i]
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


@Compiled
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


@Compiled
def _pool(peak: np.ndarray, pool: np.ndarray, log_weight: float, mean: np.ndarray, variance: np.ndarray) -> None:
    """Adds one model to the running moments of a mixture: ``peak`` has its largest log weight and their sum."""
    fade = 1.0
    if log_weight > peak[0]:
        fade = np.exp(peak[0] - log_weight)
        peak[0], peak[1] = log_weight, peak[1] * fade
    share = np.exp(log_weight - peak[0])
    peak[1] += share
    first, second = pool[0], pool[1]
    for i in range(len(mean)):
        first[i] = first[i] * fade + share * mean[i]
        second[i] = second[i] * fade + share * (variance[i] + mean[i] * mean[i])


@Compiled
def _stand_out(
    marginal: float, score: np.ndarray, left: np.ndarray, disturbance: float, peak: np.ndarray, total: np.ndarray,
    log: np.ndarray, root: np.ndarray,
) -> None:  # fmt: skip
    """Adds the evidence of a disturbance of each period to what other sets gave: the largest log, and the sum.

    ``log`` and ``root`` are room to work in.
    """
    for i in range(len(score)):
        scale = 1 + disturbance * left[i]
        log[i] = marginal + 0.5 * disturbance * score[i] * score[i] / scale
        root[i] = 1 / np.sqrt(scale)
    for i in range(len(score)):
        if log[i] > peak[i]:
            total[i] = total[i] * np.exp(peak[i] - log[i]) + root[i]
            peak[i] = log[i]
        elif log[i] > peak[i] - _NOTHING:
            total[i] += np.exp(log[i] - peak[i]) * root[i]


@Compiled
def _posterior(
    level: np.ndarray, whole: np.ndarray, few_fixed: int, month: np.ndarray, watched: np.ndarray, noise: np.ndarray,
    sd: np.ndarray, root: np.ndarray, y: np.ndarray, g: np.ndarray, diagonal: np.ndarray, loading: np.ndarray,
    weights: np.ndarray, marginal: float, each: float, few: bool, hopeless: bool, disturbance: float, seen: int,
    alone: np.ndarray, pool: np.ndarray, peaks: np.ndarray, kept: np.ndarray, drawn: np.ndarray, room: np.ndarray,
) -> None:  # fmt: skip
    """The posterior of the log rate under one model, pooled with those of others; of a hopeless one only ``alone``."""
    p, n, terms = len(sd), len(noise), weights.shape[1]
    first = len(g) - terms
    left, score, mean, spread, shift, more, reach = room[0], room[1], room[2], room[3], room[4], room[5], room[6]
    _take_out(g, root, sd, loading)
    score[:], left[:] = g[p], diagonal
    for a in range(p):
        drawn[a], row = y[a, p], loading[a]
        for i in range(n):
            left[i] -= row[i] * row[i]
    _less(score, drawn, loading, p)
    if len(alone):
        _stand_out(marginal, score, left, disturbance, alone[0], alone[1], shift, more)
    if hopeless:
        return
    for i in range(n):
        mean[i] = whole[i, p] - noise[i] * score[i]
        spread[i] = noise[i] - left[i] * noise[i] * noise[i]
    if seen < n:
        _beyond(level, sd, whole, few_fixed, month, watched, score, mean)
    _pool(peaks[0], pool[0], marginal, mean, spread)
    for i in range(len(kept)):
        kept[i, 0], kept[i, 1] = score, left
    if not terms:
        return
    shift[:], more[:] = 0.0, 0.0
    if few:
        _moved(g, loading, y, noise, weights, kept, shift, more, reach, drawn)
    else:
        # First the negative of it.
        _less(shift, weights[0], g[first:], terms)
        for a in range(p):
            drawn[a] = 0.0
            for c in range(terms):
                drawn[a] -= y[a, first + c] * weights[0, c]
        _less(shift, drawn, loading, p)
        for i in range(n):
            shift[i] = -shift[i]
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
        spread[i] += more[i]
    _pool(peaks[1], pool[1], each, mean, spread)


@Compiled
def sweep(
    noise: np.ndarray, watched: np.ndarray, whole: np.ndarray, few_fixed: int, month: np.ndarray, levels: np.ndarray,
    starts: np.ndarray, sd_months: np.ndarray, log_weight: np.ndarray, outliers: np.ndarray, disturbance: float,
    log_share: np.ndarray, term: np.ndarray, variance: np.ndarray, log_prior: np.ndarray, few: bool, keep: np.ndarray,
    log_det: np.ndarray, diagonal: np.ndarray, gram: np.ndarray, g: np.ndarray, own: np.ndarray, log_null: np.ndarray,
    log_any: np.ndarray, log_change: np.ndarray, size: np.ndarray, spread: np.ndarray, pool: np.ndarray,
    peaks: np.ndarray, alone: np.ndarray, kept: np.ndarray,
) -> None:  # fmt: skip
    """Marginal likelihoods of no change and of each candidate, by set of variances and by number of outliers set apart.

    What it takes and fills is told in `trends.chance.solving`, which makes the arrays, and in
    `trends.chance.factoring`; ``starts`` (n_levels + 1,) are the sets that each level serves.
    """
    n, m, p, terms = len(noise), whole.shape[1], gram.shape[1] - 1, own.shape[1]
    root, y, loading, sd = np.empty((p, p)), np.empty((p, m)), np.empty((p, n)), np.ones(p)
    part, weights, drawn, room = np.empty(len(term)), np.empty((2, terms)), np.empty(p), np.empty((7, n))
    seen = 0
    for i in range(n):
        seen += watched[i]
    constant = 0.5 * seen * _LOG_2PI
    for at in range(len(levels)):
        of, solved = gram[at], g[at]
        for k in range(len(log_null)):
            if k:
                log_det[at] += _set_apart(outliers[k - 1], p + k, disturbance, solved, of, own[at], diagonal[at])
            for j in range(starts[at], starts[at + 1]):
                sd[few_fixed:] = sd_months[j]
                half = _condition(of, sd, y, root)
                square = of[p, p]
                for a in range(p):
                    square -= y[a, p] * y[a, p]
                marginal = log_weight[j] + log_share[k] - half - constant - 0.5 * (log_det[at] + square)
                each = _gains(
                    of, own[at], y, term, variance, log_prior, marginal, log_change[k, j], size[k, j], spread[k, j],
                    part, weights,
                )  # fmt: skip
                log_null[k, j], log_any[k, j], place = marginal, each, keep[k, j]
                hopeless = marginal < peaks[0, 0] - _NOTHING and (each < peaks[1, 0] - _NOTHING or not terms)
                hopeless, asked = hopeless and place < 0, k == 0 and len(alone) > 0
                if asked or not hopeless:
                    _posterior(
                        levels[at], whole, few_fixed, month, watched, noise, sd, root, y, solved, diagonal[at], loading,
                        weights, marginal, each, few, hopeless, disturbance, seen, alone if asked else alone[:0], pool,
                        peaks, kept[max(place, 0) : place + 1], drawn, room,
                    )  # fmt: skip
