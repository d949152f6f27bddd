"""The search behind a joinpoint model: every admissible placement of the kinks, for one response or for thousands.

A model with kinks at ``t_1 < ... < t_k`` has the columns ``base`` (a constant, time, anything else that is always
in) and one hinge ``max(t - t_j, 0)`` for each kink. All placements share these columns, so nothing is fitted twice:

- *Least squares, many responses.* The base is projected out once. What a placement explains is then a quadratic
  form in ``H'Y``, one matrix product for all hinges and all responses, and adding a kink is one elimination step.
- *Poisson, one response.* Newton's method on a stack of placements; the Gram matrices of a block are matrix products.

Both are exhaustive, so neither can miss the best placement.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from trends.loading import later

xlogy = later("scipy.special.xlogy")

_BLOCK = 2048
# Newton steps of a Poisson fit at most, and the relative change of the deviance at which one has settled.
_STEPS, _SETTLED = 60, 1e-10
#: Placements a search may hold: three kinks in 240 periods, four in 90.
MOST_PLACEMENTS = 2_300_000


@dataclass(frozen=True)
class FittedPlacements:
    """Placements of the same number of kinks, and how well each fits.

    Parameters
    ----------
    rows : numpy.ndarray
        The row of each kink, shape ``(n_placements, k)``.
    lack : numpy.ndarray
        Residual sum of squares, or Poisson deviance, shape ``(n_placements,)``.
    coefficients : numpy.ndarray
        Of the base and then of the kinks, shape ``(n_placements, b + k)``.
    """

    rows: np.ndarray
    lack: np.ndarray
    coefficients: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The rows of the kinks of the placement that fits best (the earliest of equals)."""
        return self.rows[np.argmin(self.lack)]


def hinges(times: np.ndarray) -> np.ndarray:
    """The hinge ``max(t - t_j, 0)`` of every row's time, one a column, shape ``(n, n)``."""
    return np.maximum(times[:, None] - times[None, :], 0.0)


def placements(n: int, k: int, min_between: int) -> np.ndarray:
    """Every admissible placement of ``k`` kinks on ``n`` rows, shape ``(n_placements, k)``.

    At least ``min_between`` rows lie before the first kink, after the last, and between neighbours.
    """
    gap = min_between + 1
    # Taking k - 1 gaps out turns the placements into plain combinations.
    free = n - 2 * min_between - (k - 1) * (gap - 1)
    if k == 0:
        return np.zeros((1, 0), dtype=int)
    flat = np.fromiter((row for chosen in combinations(range(max(free, 0)), k) for row in chosen), dtype=int)
    return flat.reshape(-1, k) + min_between + np.arange(k) * (gap - 1)


def _projected(base: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    orthonormal = np.linalg.qr(base)[0]
    return [other - orthonormal @ (orthonormal.T @ other) for other in others]


def least_squares(base: np.ndarray, hinge: np.ndarray, y: np.ndarray, rows: np.ndarray) -> FittedPlacements:
    """The least-squares fit of each placement to one response; weights are already in the arrays.

    Parameters
    ----------
    base, hinge : numpy.ndarray
        Columns that are always in, shape ``(n, b)``, and the hinge of every period, shape ``(n, n_periods)``; two
        series on the same periods may be stacked, so that n is twice their number.
    y : numpy.ndarray
        The response, shape ``(n,)``.
    rows : numpy.ndarray
        The placements, as `placements` gives them.
    """
    orthonormal, triangle = np.linalg.qr(base)
    shared, own = orthonormal.T @ hinge, orthonormal.T @ y
    hinge, y = hinge - orthonormal @ shared, y - orthonormal @ own
    gram, cross = hinge.T @ hinge, hinge.T @ y
    kinks = np.zeros(rows.shape)
    for start in range(0, len(rows), 64 * _BLOCK):
        chosen = rows[start : start + 64 * _BLOCK]
        if rows.shape[1]:
            system = gram[chosen[:, :, None], chosen[:, None, :]]
            kinks[start : start + len(chosen)] = np.linalg.solve(system, cross[chosen][:, :, None])[:, :, 0]
    lack = y @ y - np.einsum("dk,dk->d", cross[rows], kinks)
    rest = own - np.einsum("bdk,dk->db", shared[:, rows], kinks)
    return FittedPlacements(rows, lack, np.hstack([np.linalg.solve(triangle, rest.T).T, kinks]))


def best_lack(base: np.ndarray, hinge: np.ndarray, y: np.ndarray, most: int, min_between: int) -> np.ndarray:
    """The smallest residual sum of squares over all placements of 0 to ``most`` kinks, for many responses at once.

    Parameters
    ----------
    base, hinge : numpy.ndarray
        As in `least_squares`.
    y : numpy.ndarray
        The responses, one a column, shape ``(n, n_responses)``.
    most, min_between : int
        The largest number of kinks, and the least number of rows before, between and after them.

    Returns
    -------
    numpy.ndarray
        Shape ``(most + 1, n_responses)``.
    """
    n = hinge.shape[1]
    hinge, y = _projected(base, hinge, y)
    allowed = np.arange(min_between, n - min_between)
    hinge = hinge[:, allowed]
    gram = hinge.T @ hinge
    lack = np.empty((most + 1, y.shape[1]))
    # Blocks of responses keep the innermost arrays inside the processor's cache.
    for start in range(0, y.shape[1], 512):
        block = y[:, start : start + 512]
        gains = np.zeros((most + 1, block.shape[1]))
        if most:
            _eliminate(gram, hinge.T @ block, np.zeros(block.shape[1]), gains, 1, min_between + 1)
        lack[:, start : start + 512] = np.einsum("nr,nr->r", block, block) - gains
    # A kink more never fits worse; a short series may have no room for one more.
    return np.minimum.accumulate(lack, axis=0)


def _eliminate(
    gram: np.ndarray, cross: np.ndarray, explained: np.ndarray, gains: np.ndarray, depth: int, gap: int
) -> None:
    """Raise ``gains[depth:]`` to the best over the kinks still allowed, given what those before have explained."""
    pivots = np.diag(gram)
    last = np.square(cross)
    last /= pivots[:, None]
    np.maximum(gains[depth], explained + last.max(axis=0), out=gains[depth])
    if depth + 1 == len(gains):
        return
    for j in range(len(pivots) - gap):
        later = slice(j + gap, None)
        ratio = gram[later, j] / pivots[j]
        left = cross[later] - ratio[:, None] * cross[j]
        _eliminate(
            gram[later, later] - np.outer(ratio, gram[j, later]), left, explained + last[j], gains, depth + 1, gap
        )


def poisson(
    base: np.ndarray, hinge: np.ndarray, y: np.ndarray, offset: np.ndarray, rows: np.ndarray, start: np.ndarray
) -> FittedPlacements:
    """The Poisson deviance of each placement for one series of counts, log link.

    Parameters
    ----------
    base, hinge, rows : numpy.ndarray
        As in `least_squares`, unweighted.
    y, offset : numpy.ndarray
        Counts and the logarithm of their exposure, shape ``(n,)``.
    start : numpy.ndarray
        Coefficients of the base to start from, shape ``(b,)``.
    """
    parts = [
        _poisson_block(base, hinge, y, offset, rows[first : first + _BLOCK], start)
        for first in range(0, len(rows), _BLOCK)
    ]
    return FittedPlacements(rows, *(np.concatenate(part) for part in zip(*parts, strict=True)))


def information(base: np.ndarray, columns: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The weighted Gram matrix of each placement, shape ``(n_placements, b + k, b + k)``.

    Parameters
    ----------
    base : numpy.ndarray
        Shape ``(n, b)``.
    columns : numpy.ndarray
        The hinges of each placement, shape ``(k, n_placements, n)``.
    weight : numpy.ndarray
        Weights of the rows, shape ``(n_placements, n)``.
    """
    b, k = base.shape[1], len(columns)
    gram = np.empty((len(weight), b + k, b + k))
    products = (base[:, :, None] * base[:, None, :]).reshape(len(base), b * b)
    gram[:, :b, :b] = (weight @ products).reshape(-1, b, b)
    for j in range(k):
        weighted = weight * columns[j]
        gram[:, b + j, :b] = gram[:, :b, b + j] = weighted @ base
        for i in range(j, k):
            gram[:, b + j, b + i] = gram[:, b + i, b + j] = np.einsum("dn,dn->d", weighted, columns[i])
    return gram


def _poisson_block(
    base: np.ndarray, hinge: np.ndarray, y: np.ndarray, offset: np.ndarray, rows: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    # Columns as (k, placements, n): the products then run over contiguous memory.
    columns = np.ascontiguousarray(hinge.T[rows.T])
    b, size = base.shape[1], len(rows)
    current = np.hstack([np.tile(start, (size, 1)), np.zeros(rows.shape)])
    saturated = 2 * (xlogy(y, y) - y).sum()
    eta = np.tile(base @ start + offset, (size, 1))
    kept, lack, coefficients, left = eta, np.full(size, np.inf), current.copy(), np.arange(size)
    for _ in range(_STEPS):
        mu = np.exp(np.clip(eta, -40.0, 40.0))
        deviance = saturated - 2 * (eta @ y - mu.sum(axis=1))
        better = deviance < lack[left]
        moving = np.abs(lack[left] - deviance) > _SETTLED * (1 + np.abs(deviance))
        lack[left[better]], coefficients[left[better]] = deviance[better], current[better]
        if not moving.any():
            break
        kept = np.where(better[:, None], eta, kept)[moving]
        left, better, current, columns = left[moving], better[moving], current[moving], columns[:, moving]
        eta, mu = eta[moving], mu[moving]
        rest = y - mu
        score = np.hstack([rest @ base, np.einsum("kdn,dn->dk", columns, rest)])
        gram = information(base, columns, mu)
        # A run of zeros sends a slope to minus infinity: the ridge keeps the system solvable, the deviance converges.
        diagonal = np.einsum("dii->di", gram)
        diagonal += 1e-10 * diagonal + 1e-12
        step = np.linalg.solve(gram, score[:, :, None])[:, :, 0]
        change = step[:, :b] @ base.T + np.einsum("kdn,dk->dn", columns, step[:, b:])
        damping = np.minimum(1.0, 4.0 / np.maximum(np.abs(change).max(axis=1), 1e-12))[:, None]
        # A step too far is halved until the deviance falls.
        step = np.where(better[:, None], damping * step, (coefficients[left] - current) / 2)
        eta = eta + np.where(better[:, None], damping * change, (kept - eta) / 2)
        current = current + step
    return lack, coefficients
