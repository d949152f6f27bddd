"""Newton's method for many regressions with concave log-likelihoods side by side, the regressions last in memory."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from trends.loading import later

gammaln = later("scipy.special.gammaln")

# A Newton step of relative size 1e-6 leaves an error of about its square. A row that still takes steps of a tenth and
# more, and gains nothing by them, is on its way to infinity.
_STEP, _ITERATIONS = 1e-6, 60
_DRIFT, _GAIN = 0.1, 1e-13


class Block:
    """Some responses, laid out (n, R), with the products that every iteration needs."""

    def __init__(
        self, y: np.ndarray, x: np.ndarray, multiplier: np.ndarray, weight: np.ndarray, column: np.ndarray | None
    ) -> None:
        self.y, self.x, self.column = y, x, column
        self.multiplier, self.weight = multiplier, weight
        self.plain = bool((weight == 1).all())
        self.factor = None if self.plain and (multiplier == 1).all() else multiplier * weight
        whole = y.astype(np.intp)
        self.whole = None if y.max(initial=0) > 100_000 or np.any(whole != y) else whole
        self.k = x.shape[1] + (column is not None)
        self.upper = np.triu_indices(x.shape[1])
        self.products = np.column_stack([np.ones(len(x)), x, x[:, self.upper[0]] * x[:, self.upper[1]]]).T
        self.scale = np.abs(x).max(axis=0)[:, None] * np.ones(y.shape[1])
        wy = self.weighted(y)
        self.xy = x.T @ wy
        if column is not None:
            self.xy = np.vstack([self.xy, (column * wy).sum(axis=0)])
            self.scale = np.vstack([self.scale, np.abs(column).max(axis=0)])
        #: The weight of the counts above each number, where a likelihood needs them: shape (J, R).
        self.exceed = np.empty((0, y.shape[1]))

    def take(self, rows: np.ndarray, counts: bool) -> "Block":
        """The same for some of the responses. Counts are copied only where an iteration reads them."""
        new = object.__new__(Block)
        new.__dict__ = dict(self.__dict__)
        for name in ("column", "multiplier", "weight", "factor", "xy", "scale", "exceed") + ("y",) * counts:
            values = getattr(self, name)
            if values is not None and values.shape[-1] == self.xy.shape[1]:
                setattr(new, name, values[..., rows])
        return new

    def weighted(self, values: np.ndarray) -> np.ndarray:
        """The values times the weights of their periods."""
        return values if self.plain else values * self.weight

    def of_counts(self, function: Callable[[np.ndarray], np.ndarray], start: int = 0) -> np.ndarray:
        """A costly function of the counts; whole ones of ordinary size are looked up."""
        if self.whole is None:
            return function(self.y + start)
        return np.take(function(np.arange(start, self.whole.max(initial=0) + start + 1)), self.whole)

    def constant(self) -> np.ndarray:
        """The part of the log-likelihood that no parameter moves."""
        return self.weighted(self.of_counts(gammaln, start=1)).sum(axis=0)

    def rate(self, beta: np.ndarray) -> np.ndarray:
        """exp(x'b), before exposure: shape (n, R)."""
        eta = self.x @ beta[: self.x.shape[1]]
        if self.column is not None:
            eta += self.column * beta[-1]
        return np.exp(eta, out=eta)

    def against(self, values: np.ndarray) -> np.ndarray:
        """X'v of some v (n, R): shape (k, R)."""
        first = self.x.T @ values
        return first if self.column is None else np.vstack([first, (self.column * values).sum(axis=0)])

    def gram(self, weighted: np.ndarray) -> np.ndarray:
        """X' diag(v) X of some v (n, R), for a design without a column by row: shape (k, k, R)."""
        gram = np.empty((self.k, self.k, weighted.shape[1]))
        gram[self.upper] = gram[self.upper[::-1]] = self.products[1 + self.k :] @ weighted
        return gram

    def moments(self, weighted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sum, X'v and X' diag(v) X of some v (n, R): shapes (R,), (k, R), (k, k, R)."""
        width = self.x.shape[1]
        products = self.products @ weighted
        gram = np.empty((self.k, self.k, weighted.shape[1]))
        gram[self.upper] = gram[self.upper[::-1]] = products[1 + width :]
        first = products[1 : 1 + width]
        if self.column is not None:
            scaled = weighted * self.column
            cross = self.products[: 1 + width] @ scaled
            first = np.vstack([first, cross[:1]])
            gram[-1, :-1] = gram[:-1, -1] = cross[1:]
            gram[-1, -1] = (scaled * self.column).sum(axis=0)
        return products[0], first, gram


class Evaluation(NamedTuple):
    """A log-likelihood with its scores and information at some coefficients, a problem a row."""

    value: np.ndarray
    score: np.ndarray
    gram: np.ndarray
    #: The largest size of each column: what a step in its coefficient moves at most, shape (k, R).
    scale: np.ndarray


def cholesky(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower triangles of a stack (k, k, R), and which rows are positive definite to working precision."""
    lower, fine = np.zeros_like(gram), np.ones(gram.shape[2], dtype=bool)
    for j in range(len(gram)):
        column = gram[j:, j] - np.einsum("ipr,pr->ir", lower[j:, :j], lower[j, :j])
        fine &= column[0] > 1e-11 * np.abs(gram[j, j])
        lower[j:, j] = column / np.sqrt(np.where(fine, column[0], 1.0))
    return lower, fine


def solve(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solutions (k, R) of L L' x = right."""
    x = np.array(right)
    for j in range(len(x)):
        x[j] = (x[j] - np.einsum("pr,pr->r", lower[j, :j], x[:j])) / lower[j, j]
    for j in reversed(range(len(x))):
        x[j] = (x[j] - np.einsum("pr,pr->r", lower[j + 1 :, j], x[j + 1 :])) / lower[j, j]
    return x


def climb(
    block: Block,
    beta: np.ndarray,
    evaluate: Callable[[Block, np.ndarray], Evaluation],
    rescue: Callable[[Block, np.ndarray], np.ndarray] | None = None,
    counts: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """The coefficients of greatest likelihood of many problems, and which of these have a maximum.

    Newton's method with halving; problems leave as they finish. ``rescue`` gives a positive definite matrix in place
    of an information that is none; ``counts`` says whether evaluating reads the counts themselves.
    """
    beta, rows = beta.copy(), np.arange(beta.shape[1])
    converged = np.zeros(len(rows), dtype=bool)
    tried, kept, best = beta, beta, np.full(len(rows), -np.inf)
    for _ in range(_ITERATIONS):
        value, score, gram, scale = evaluate(block, tried)
        better = value >= best - 1e-9 * (1 + np.abs(best))
        lower, fine = cholesky(gram)
        if rescue is not None and not fine.all():
            lower, fine = cholesky(np.where(fine, gram, rescue(block, tried)))
        step = solve(lower, score)
        moved = tried + step
        if not better.all():
            moved = np.where(better, moved, (tried + kept) / 2)
            tried, value = np.where(better, tried, kept), np.where(better, value, best)
        size = np.abs(step * scale).max(axis=0)
        drifts = better & (size > _DRIFT) & (value - best < _GAIN * (1 + np.abs(value)))
        kept, best = tried, value
        done = better & fine & (size < _STEP)
        beta[:, rows] = np.where(done, moved, kept)
        converged[rows] = done
        stay = np.flatnonzero(~done & ~drifts & (fine | ~better))
        if not len(stay):
            break
        if len(stay) < len(rows):
            block, rows = block.take(stay, counts), rows[stay]
            moved, kept, best = moved[:, stay], kept[:, stay], best[stay]
        tried = moved
    return beta, converged
