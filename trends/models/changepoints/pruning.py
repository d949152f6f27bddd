"""Exact penalised segmentation of long series of counts in about linear time, by functional pruning.

A break costs a constant. For every rate that the current segment could have, the cheapest start of that segment is
kept; a start that is cheapest for no rate can never be again, and is dropped. A handful is left at any time.

Compiled, because a step depends on the one before it: see docs/decisions/numba.md.
"""

import numpy as np

from trends.fits.compiling import Compiled

# Left edges of the log rate, their exponentials, starts and levels.
_Pieces = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def best_breaks(counts: np.ndarray, exposure: np.ndarray, penalty: float) -> np.ndarray:
    """Positions of the breaks that minimise the Poisson deviance plus ``penalty`` for each, shape ``(n_breaks,)``.

    Parameters
    ----------
    counts, exposure : numpy.ndarray
        Counts of the watched periods and their exposure, above 0, shape ``(n,)``.
    penalty : float
        The fall in deviance that one break more must bring.

    References
    ----------
    Maidstone, Hocking, Rigaill and Fearnhead (2017), On optimal multiple changepoint algorithms for large data.
    Rigaill (2015), A pruned dynamic programming algorithm to recover the best segmentations.

    Examples
    --------
    >>> best_breaks(np.array([2, 3, 2, 9, 8, 9, 2, 1]), np.ones(8), penalty=4.0).tolist()
    [3, 6]
    """
    counts, exposure = np.ascontiguousarray(counts, float), np.ascontiguousarray(exposure, float)
    starts = cheapest_starts(counts, exposure, float(penalty) / 2)
    stop, found = int(starts[-1]), []
    while stop > 0:
        found.append(stop)
        stop = int(starts[stop - 1])
    return np.array(found[::-1], int)


@Compiled
def _below(a: float, b: float, gap: float, first: float, last: float, left: float, right: float) -> tuple[float, float]:
    """Where ``a exp(x) - b x + gap`` is not above 0 within [first, last]; ``first >= last`` where it is nowhere."""
    lowest = min(left, right)
    if b > 0:
        valley = np.log(b / a)
        if first < valley < last:
            lowest = b - b * valley + gap
    if lowest >= 0:
        return last, first
    # The function is convex: from a point above 0, Newton's steps go straight to the nearer root. They
    # converge quadratically: the step after one of 1e-7 would be of the order of 1e-14.
    if left > 0:
        for _ in range(60):
            power = a * np.exp(first)
            step = (power - b * first + gap) / (power - b)
            first -= step
            if abs(step) < 1e-7:
                break
    if right > 0:
        for _ in range(60):
            power = a * np.exp(last)
            step = (power - b * last + gap) / (power - b)
            last -= step
            if abs(step) < 1e-7:
                break
    return first, last


@Compiled
def _prune(old: _Pieces, new: _Pieces, pieces: int, i: int, seen: np.ndarray, watched: np.ndarray, rival: float) -> int:
    """The number of pieces after the start ``i``, which costs ``rival`` at any rate, took what it is cheapest for."""
    edges, powers, start, level = old
    new_edges, new_powers, new_start, new_level = new
    kept = 0
    for j in range(pieces):
        a, b, gap = watched[i] - watched[start[j]], seen[i] - seen[start[j]], level[j] - rival
        first, last = edges[j], edges[j + 1]
        left, right = a * powers[j] - b * first + gap, a * powers[j + 1] - b * last + gap
        if left > 0 or right > 0:
            first, last = _below(a, b, gap, first, last, left, right)
        if (first >= last or first > edges[j]) and (kept == 0 or new_start[kept - 1] != i):
            new_start[kept], new_level[kept], new_edges[kept], new_powers[kept] = i, rival, edges[j], powers[j]
            kept += 1
        if first < last:
            new_start[kept], new_level[kept], new_edges[kept] = start[j], level[j], first
            new_powers[kept] = powers[j] if first == edges[j] else np.exp(first)
            kept += 1
            if last < edges[j + 1]:
                new_start[kept], new_level[kept], new_edges[kept], new_powers[kept] = i, rival, last, np.exp(last)
                kept += 1
    new_edges[kept], new_powers[kept] = edges[pieces], powers[pieces]
    return kept


@Compiled
def _cheapest(old: _Pieces, pieces: int, i: int, seen: np.ndarray, watched: np.ndarray) -> tuple[float, int]:
    """The lowest cost of the first ``i + 1`` periods at any rate, and the start that has it."""
    edges, powers, start, level = old
    lowest, chosen = np.inf, 0
    for j in range(pieces):
        a, b = watched[i + 1] - watched[start[j]], seen[i + 1] - seen[start[j]]
        if a * powers[j] >= b:
            cost = a * powers[j] - b * edges[j]
        elif a * powers[j + 1] <= b:
            cost = a * powers[j + 1] - b * edges[j + 1]
        else:
            cost = b - b * np.log(b / a)
        if cost + level[j] < lowest:
            lowest, chosen = cost + level[j], start[j]
    return lowest, chosen


@Compiled
def _pieces(room: int) -> _Pieces:
    return np.empty(room + 1), np.empty(room + 1), np.empty(room, np.int64), np.empty(room)


@Compiled
def _moved(old: _Pieces, pieces: int, room: int) -> _Pieces:
    new = _pieces(room)
    for k in range(pieces + 1):
        new[0][k], new[1][k] = old[0][k], old[1][k]
    for k in range(pieces):
        new[2][k], new[3][k] = old[2][k], old[3][k]
    return new


@Compiled
def cheapest_starts(counts: np.ndarray, exposure: np.ndarray, penalty: float) -> np.ndarray:
    """Start of the last segment in the best segmentation of the first 1, 2, ... n periods.

    ``penalty`` is in units of half a deviance. The cost of a start at log rate x is
    ``exposure * exp(x) - count * x + level`` over the periods since.
    """
    n = counts.shape[0]
    seen, watched = np.zeros(n + 1), np.zeros(n + 1)
    for i in range(n):
        seen[i + 1], watched[i + 1] = seen[i] + counts[i], watched[i] + exposure[i]
    starts, room, pieces = np.zeros(n, np.int64), 64, 1
    old, new = _pieces(room), _pieces(room)
    # A rate this low costs a segment without an event less than 1e-10.
    old[0][0], old[0][1] = np.log(1e-10 / watched[n]), np.log(max(np.max(counts / exposure), 1e-9))
    old[1][0], old[1][1], old[2][0], old[3][0] = np.exp(old[0][0]), np.exp(old[0][1]), 0, 0.0
    lowest, starts[0] = _cheapest(old, pieces, 0, seen, watched)
    for i in range(1, n):
        # A piece can fall apart into three.
        if 3 * pieces + 2 > room:
            room *= 2
            old, new = _moved(old, pieces, room), _pieces(room)
        pieces = _prune(old, new, pieces, i, seen, watched, lowest + penalty)
        old, new = new, old
        lowest, starts[i] = _cheapest(old, pieces, i, seen, watched)
    return starts
