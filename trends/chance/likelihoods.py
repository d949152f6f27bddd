"""Normal approximations to the likelihoods of counts (expectation propagation), matched and corrected, compiled.

A count has a total of which it is a part (binomial, by its log odds), or a total below 0 (Poisson, by its log rate).
"""

import numpy as np

from trends.fits.compiling import Compiled

_LOG_2PI = float(np.log(2 * np.pi))
# Newton's steps towards a mode, the last of them, and the longest that one may be.
_NEWTON, _STILL, _LONGEST = 30, 1e-6, 2.0
# Where a rate is beyond this the likelihood is 0 for all that counts here.
_MOST_EXPECTED = float(np.exp(50.0))
# Bounds that keep a site a normal density: its precision, and the share of the rest in that of the posterior.
_LEAST_PRECISION, _LEAST_REST = 1e-4, 0.02
# Smallest precision of a site that is not matched: a period with hardly a chance of an incident says next to nothing.
_LEAST_EXPANDED = float(np.exp(-6.0))
# The logarithm of 2 in two parts, of which products of the first with small integers are exact, and one over it.
_LOG_2_HIGH, _LOG_2_LOW, _PER_LOG_2 = 0.693147180369123816490, 1.90821492927058770002e-10, 1.44269504088896338700
# Added to a number it leaves the nearest integer as the last bits.
_INTEGERS = 1.5 * 2.0**52
# The nodes of the quadrature are spread a little wider than the normal density at the mode.
_WIDER = 1.3


@Compiled
def _log_likelihood(count: float, total: float, eta: float) -> float:
    """Log probability of a count, but for the number of ways in which it can come about."""
    if total < 0:
        return count * eta - min(np.exp(min(eta, 300.0)), _MOST_EXPECTED)
    return count * eta - total * (max(eta, 0.0) + np.log1p(np.exp(-abs(eta))))


@Compiled
def _moments(total: float, eta: float) -> tuple[float, float]:
    """Expected count and its variance."""
    if total < 0:
        expected = np.exp(min(max(eta, -50.0), 25.0))
        return expected, expected
    share = 1 / (1 + np.exp(-min(max(eta, -50.0), 50.0)))
    return total * share, total * share * (1 - share)


@Compiled
def match(
    counts: np.ndarray, log_exposure: np.ndarray, totals: np.ndarray, log_ways: np.ndarray, mean: np.ndarray,
    variance: np.ndarray, precision: np.ndarray, response: np.ndarray, nodes: np.ndarray, log_weight: np.ndarray,
    found: np.ndarray,
) -> None:  # fmt: skip
    """Normal approximations with the moments of likelihoods, from what `trends.chance.sites.matched_sites` is given.

    ``found`` (3, n) is filled with their precision, response and log scale.
    """
    density = np.empty(len(nodes))
    for i in range(len(counts)):
        rest = max(1 / variance[i] - precision[i], _LEAST_REST / variance[i])
        centre = mean[i] + precision[i] * (mean[i] - response[i]) / rest
        mode = mean[i]
        for _ in range(_NEWTON):
            expected, curvature = _moments(totals[i], mode + log_exposure[i])
            step = (counts[i] - expected - rest * (mode - centre)) / (curvature + rest)
            mode += min(max(step, -_LONGEST), _LONGEST)
            if abs(step) < _STILL:
                break
        spread = _WIDER * (_moments(totals[i], mode + log_exposure[i])[1] + rest) ** -0.5
        most = -np.inf
        for k in range(len(nodes)):
            place = mode + spread * nodes[k]
            density[k] = _log_likelihood(counts[i], totals[i], place + log_exposure[i]) + log_weight[k]
            density[k] -= 0.5 * rest * (place - centre) ** 2
            most = max(most, density[k])
        total = first = second = 0.0
        for k in range(len(nodes)):
            density[k] = share = np.exp(density[k] - most)
            total += share
            first += share * nodes[k]
        for k in range(len(nodes)):
            second += density[k] * (nodes[k] - first / total) ** 2
        middle, left = mode + spread * first / total, spread * spread * second / total
        new = max(1 / left - rest, _LEAST_PRECISION)
        at = (middle / left - rest * centre) / new
        both = 1 / rest + 1 / new
        scale = np.log(total) + most + log_ways[i] + np.log(spread) - 0.5 * (_LOG_2PI - np.log(rest))
        found[0, i], found[1, i] = new, at
        found[2, i] = scale + 0.5 * (_LOG_2PI + np.log(both) + (at - centre) ** 2 / both)


@Compiled
def expand(
    counts: np.ndarray, log_exposure: np.ndarray, totals: np.ndarray, log_ways: np.ndarray, mean: np.ndarray,
    found: np.ndarray,
) -> None:  # fmt: skip
    """Normal approximations with height, slope and curvature of likelihoods, as `trends.chance.sites.expanded_sites`.

    ``found`` (3, n) is filled with their precision, response and log scale.
    """
    for i in range(len(counts)):
        eta = mean[i] + log_exposure[i]
        expected, curvature = _moments(totals[i], min(max(eta, -6.0 if totals[i] < 0 else -20.0), 20.0))
        precision, off = max(curvature, _LEAST_EXPANDED), counts[i] - expected
        scale = _log_likelihood(counts[i], totals[i], eta) + log_ways[i] + 0.5 * off * off / precision
        found[0, i], found[1, i] = precision, mean[i] + off / precision
        found[2, i] = scale + 0.5 * (_LOG_2PI - np.log(precision))


@Compiled
def _exponentials(x: np.ndarray) -> None:
    """Puts the exponential of each value in its place, to the last digit but one; below -708 that of -708.

    Steps of the same kind for all values at once, so that the compiler takes several in one instruction, and of plain
    arithmetic alone, which every machine rounds alike: ``exp(x) = 2**k exp(r)`` with ``r`` within half of log 2 of 0.
    """
    power = np.empty(len(x))
    whole = power.view(np.int64)
    for i in range(len(x)):
        x[i] = max(x[i], -708.0)
        power[i] = x[i] * _PER_LOG_2 + _INTEGERS
    for i in range(len(x)):
        k = power[i] - _INTEGERS
        r = (x[i] - k * _LOG_2_HIGH) - k * _LOG_2_LOW
        q = r * r
        s = q * q
        low = (1 / 2 + r * (1 / 6)) + q * (1 / 24 + r * (1 / 120))
        middle = (1 / 720 + r * (1 / 5040)) + q * (1 / 40320 + r * (1 / 362880))
        high = (1 / 3628800 + r * (1 / 39916800)) + q * (1 / 479001600 + r * (1 / 6227020800))
        x[i] = 1.0 + (r + q * (low + s * (middle + s * high)))
    # The last bits of a number of this size are k: moved to where the exponent stands they are 2**k.
    for i in range(len(x)):
        whole[i] = (whole[i] + 1023) << 52
    for i in range(len(x)):
        x[i] *= power[i]


@Compiled
def _summed(ratio: np.ndarray, total: np.ndarray, most: np.ndarray) -> None:
    """Logs of the sums over nodes of exponentials of ``ratio`` (nodes, sizes times n), summed over n.

    Left in the first column of ``most`` (sizes, n), for each size; ``ratio`` and ``total`` are overwritten.
    """
    peak, sums = most.reshape(-1), total.reshape(-1)
    peak[:] = ratio[0]
    for k in range(1, len(ratio)):
        row = ratio[k]
        for i in range(len(peak)):
            peak[i] = max(peak[i], row[i])
    for k in range(len(ratio)):
        row = ratio[k]
        for i in range(len(peak)):
            row[i] -= peak[i]
    _exponentials(ratio.reshape(-1))
    sums[:] = ratio[0]
    for k in range(1, len(ratio)):
        row = ratio[k]
        for i in range(len(sums)):
            sums[i] += row[i]
    for j in range(len(most)):
        # Sums and products of halves: what each adds does not wait for the one before. Of 64 factors from 1 to the
        # number of nodes the product is a number still.
        log, factor, left = most[j], total[j], most.shape[1]
        while left > 1:
            half = (left + 1) // 2
            for i in range(left - half):
                log[i] += log[half + i]
                factor[i] *= factor[half + i]
            left = half
        log[0] += np.log(factor[0])


@Compiled
def correct(
    counts: np.ndarray, log_exposure: np.ndarray, totals: np.ndarray, log_ways: np.ndarray, precision: np.ndarray,
    response: np.ndarray, base: np.ndarray, spread: np.ndarray, slope: np.ndarray, row: np.ndarray, term: np.ndarray,
    sizes: np.ndarray, nodes: np.ndarray, log_share: np.ndarray, found: np.ndarray,
) -> None:  # fmt: skip
    """Log of the mean ratio of likelihood to normal approximation, summed over periods, at every size of a change.

    ``base`` and ``spread`` (n_rows, n) are mean and standard deviation of the log rate given a size of 0, ``slope``
    (n_rows, n_terms, n) is how far a size of 1 moves it. Of each of the models (its ``row`` and ``term``) it is
    added to ``found`` (n_models, n_sizes) at its ``sizes``. At most 64 periods at a time, the totals of all or of
    none below 0.
    """
    n, many, deep, poisson = len(counts), sizes.shape[1], len(nodes), totals[0] < 0
    ratio, apart, grown = np.empty((deep, many, n)), np.empty((deep, n)), np.empty((deep, n))
    curve, rate, tilt = np.empty((deep, n)), np.empty((many, n)), np.empty((many, n))
    total, most = np.empty((many, n)), np.empty((many, n))
    before = -1
    for c in range(len(row)):
        at, move = base[row[c]], slope[row[c], term[c]]
        if row[c] != before:
            before = row[c]
            wide = spread[before]
            for k in range(deep):
                for i in range(n):
                    apart[k, i] = grown[k, i] = wide[i] * nodes[k]
                    curve[k, i] = 0.5 * precision[i] * apart[k, i] * apart[k, i] + log_share[k]
            _exponentials(grown.reshape(-1))
        # The part that is the same at all nodes is a parabola in the size.
        height = steep = bend = 0.0
        for i in range(n):
            off = response[i] - at[i]
            height += log_ways[i] + counts[i] * (at[i] + log_exposure[i]) + 0.5 * precision[i] * off * off
            steep += (counts[i] - precision[i] * off) * move[i]
            bend += 0.5 * precision[i] * move[i] * move[i]
        for j in range(many):
            size, one, two = sizes[c, j], rate[j], tilt[j]
            for i in range(n):
                eta = at[i] + move[i] * size
                one[i] = min(eta + log_exposure[i], 300.0)
                two[i] = counts[i] - precision[i] * (response[i] - eta)
        if poisson:
            # One exponential serves the rates at all nodes.
            _exponentials(rate.reshape(-1))
        for k in range(deep):
            off, factor, more = apart[k], grown[k], curve[k]
            for j in range(many):
                to, one, two = ratio[k, j], rate[j], tilt[j]
                if poisson:
                    for i in range(n):
                        to[i] = more[i] + two[i] * off[i] - min(one[i] * factor[i], _MOST_EXPECTED)
                else:
                    for i in range(n):
                        eta = one[i] + off[i]
                        less = totals[i] * (max(eta, 0.0) + np.log1p(np.exp(-abs(eta))))
                        to[i] = more[i] + two[i] * off[i] - less
        _summed(ratio.reshape(deep, many * n), total, most)
        for j in range(many):
            size = sizes[c, j]
            found[c, j] += height + size * (steep + size * bend) + most[j, 0]


@Compiled
def blend(
    mean: np.ndarray, sd: np.ndarray, mass: np.ndarray, line: np.ndarray, reach: float, grid: np.ndarray,
    found: np.ndarray,
) -> None:  # fmt: skip
    """Sum over models of normal densities, each times the exponential of a polynomial and with its ``mass`` on a grid.

    ``line`` (n_models, n_powers) has the coefficients, highest power first, of standard deviations from the mean over
    ``reach``, beyond which the polynomial is level. They are added to ``found`` (n_grid,).
    """
    inside, density = np.empty(len(grid)), np.empty(len(grid))
    for c in range(len(mean)):
        most = -np.inf
        for i in range(len(grid)):
            inside[i] = min(max((grid[i] - mean[c]) / (sd[c] * reach), -1.0), 1.0)
            density[i] = line[c, 0]
        for k in range(1, line.shape[1]):
            x = line[c, k]
            for i in range(len(grid)):
                density[i] = density[i] * inside[i] + x
        for i in range(len(grid)):
            u = (grid[i] - mean[c]) / sd[c]
            density[i] -= 0.5 * u * u
        for i in range(len(grid)):
            most = max(most, density[i])
        for i in range(len(grid)):
            density[i] -= most
        _exponentials(density)
        total = 0.0
        for i in range(len(grid)):
            total += density[i]
        x = mass[c] / total
        for i in range(len(grid)):
            found[i] += x * density[i]
