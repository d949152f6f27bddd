"""Thousands of count regressions at once: many responses on one design, or on designs that differ by a column.

One Newton step of a Poisson regression needs X'y, X'mu and X' diag(mu) X only. For R responses on one design these
are three matrix products, and the R small systems that remain are solved side by side, the responses last in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike

from trends.errors import ModelError
from trends.fits.negbin import add_exceedances, add_periods
from trends.fits.newton import Block, Evaluation, climb

# Cells of a block: a few such arrays stay near the processor and bound the memory.
_CELLS = 300_000
# Once an array of this many bytes was freed, glibc takes memory from the system no longer page by page.
_AT_HAND = 31 * 2**20


@dataclass(frozen=True)
class BatchFit:
    """Many fitted count regressions, one a row.

    Attributes
    ----------
    params : numpy.ndarray, shape (R, k)
        Coefficients.
    llf : numpy.ndarray, shape (R,)
        Log-likelihood. Of a fit that drifts to infinity (counts all zero on one side of a step) this is the value that
        it tends to, so that a likelihood ratio stays meaningful.
    alpha : numpy.ndarray, shape (R,)
        The NB2 parameter: variance ``mu + alpha * mu**2``. Zero for Poisson, and where counts are not overdispersed.
    converged : numpy.ndarray of bool, shape (R,)
        False where no finite maximum was found (all zeros, separation, a singular design).
    """

    params: np.ndarray
    llf: np.ndarray
    alpha: np.ndarray
    converged: np.ndarray


def fit_poisson(
    endog: ArrayLike,
    exog: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    columns: ArrayLike | None = None,
) -> BatchFit:
    """Poisson regressions with log link of many responses on one design, by Newton's method.

    Parameters
    ----------
    endog : array_like, shape (R, n) or (n,)
        Counts, a response a row. NaN is a period not watched: it takes no part in that row.
    exog : array_like, shape (n, k)
        The design, with its constant.
    exposure : array_like, shape (n,) or (R, n), optional
        Share of each period that was watched (or any multiplier of the mean); zero is a period not watched.
    weights : array_like, shape (n,) or (R, n), optional
        Weights of the log-likelihood; zero leaves a period out.
    columns : array_like, shape (R, n), optional
        One more column of the design for each row, whose coefficient comes last: designs that differ by one column,
        such as a step at each admissible date. A response or a set of columns with a single row is paired with
        every row of the other.

    Returns
    -------
    BatchFit
        A row for each response, in order. A row that fails is kept and says so in ``converged``.

    Raises
    ------
    ModelError
        Where shapes do not match, a count or exposure is negative or infinite, or columns of ``exog`` are collinear.

    Notes
    -----
    **Assumptions**: the mean is log-linear in the design, the variance equals it, and periods are independent. The
    coefficients are consistent without the last two; standard errors are the caller's.

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> exog = np.column_stack([np.ones(60), np.arange(60) >= 40])
    >>> fit = fit_poisson(rng.poisson(np.exp(exog @ [2.0, 0.7]), (1000, 60)), exog)
    >>> fit.params.mean(axis=0).round(2), fit.converged.all()
    (array([2. , 0.7]), np.True_)
    """
    data = _Data(endog, exog, exposure, weights, columns)
    return _join([_poisson_block(block) for block in data.blocks()])


def fit_negbin(endog: ArrayLike, exog: ArrayLike, *, exposure: ArrayLike | None = None) -> BatchFit:
    """Negative binomial (NB2) regressions of many responses on one design, by Newton's method from the Poisson fit.

    Parameters, errors and layout are those of `fit_poisson`; counts must be whole numbers.

    Returns
    -------
    BatchFit
        Where counts are no more dispersed than Poisson, the maximum lies at ``alpha = 0`` and the row is the Poisson
        fit.

    Notes
    -----
    **Assumptions**: variance ``mu + alpha * mu**2``, independent periods.

    The likelihood is written with ``sum(log(1 + alpha * j) for j < y)`` in place of differences of log-gamma
    functions: it needs only how many counts exceed each j, and keeps its digits as ``alpha`` tends to zero.

    References
    ----------
    Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. Canadian Journal of Statistics 15, 209-225.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> counts = rng.poisson(20 * rng.gamma(2, 1 / 2, (500, 80)))
    >>> fit_negbin(counts, np.ones((80, 1))).alpha.mean().round(2)
    np.float64(0.5)
    """
    data = _Data(endog, exog, exposure, None, None)
    if np.any(data.endog != np.rint(data.endog)):
        bad = data.endog[data.endog != np.rint(data.endog)][0]
        _refuse("fit negative binomial regressions", f"a count of {bad}", "whole numbers", "use fit_poisson for others")
    largest = int(data.endog.max(initial=0))
    return _join([_negbin_block(block) for block in data.blocks(extra=largest)])


class _Data:
    """Checked inputs: ``endog`` (R, n) without NaN; a multiplier of the mean and a weight, shared or by row."""

    def __init__(
        self,
        endog: ArrayLike,
        exog: ArrayLike,
        exposure: ArrayLike | None,
        weights: ArrayLike | None,
        columns: ArrayLike | None,
    ) -> None:
        asked = "fit count regressions"
        self.endog = np.atleast_2d(np.asarray(endog, dtype=float))
        self.exog = np.asarray(exog, dtype=float)
        n = self.endog.shape[1]
        if self.exog.ndim != 2 or len(self.exog) != n or not np.isfinite(self.exog).all():
            found = f"a design of shape {self.exog.shape} for {n} periods"
            do = "build the design on the index of the counts"
            _refuse(asked, found, "finite numbers, a row for each period", do)
        self.columns = None if columns is None else np.atleast_2d(np.asarray(columns, dtype=float))
        if self.columns is not None:
            rows = np.broadcast_shapes((len(self.endog),), (len(self.columns),))[0]
            self.columns = np.broadcast_to(self.columns, (rows, n))
            self.endog = np.broadcast_to(self.endog, (rows, n))
        multiplier = np.ones(n) if exposure is None else np.asarray(exposure, dtype=float)
        weight = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
        for name, values in (("count", self.endog), ("exposure", multiplier), ("weight", weight)):
            if values.size and values.min() >= 0 and values.max() < np.inf:
                continue
            bad = values[(values < 0) | np.isinf(values)]
            if bad.size:
                _refuse(asked, f"a {name} of {bad[0]}", "finite numbers from 0 up", "correct it, or mark it as NaN")
        # A sum is NaN as soon as one of its terms is.
        if np.isnan(self.endog.sum()) or not (multiplier > 0).all():
            off = np.isnan(self.endog) | ~(multiplier > 0)
            weight = np.where(off, 0.0, weight)
            multiplier = np.where(multiplier > 0, multiplier, 1.0)
            self.endog = np.where(off, 0.0, self.endog)
            if (weight == weight[:1]).all() and weight.ndim == 2:
                weight = weight[0]
        self.multiplier, self.weight = multiplier, weight
        used = self.exog[np.any(np.atleast_2d(weight) > 0, axis=0)]
        rank = np.linalg.matrix_rank(used) if used.size else 0
        if rank < self.exog.shape[1]:
            found = f"{self.exog.shape[1]} columns of which only {rank} are independent in the periods watched"
            _refuse(asked, found, "a design of full rank", "leave out a column that the others already determine")

    def blocks(self, extra: int = 0) -> Iterator[Block]:
        rows, n = self.endog.shape
        size = max(1, _CELLS // max(n, extra))
        np.empty(_AT_HAND, dtype=np.uint8)
        for start in range(0, rows, size):
            part = slice(start, start + size)
            yield Block(
                np.ascontiguousarray(self.endog[part].T),
                self.exog,
                _part(self.multiplier, part),
                _part(self.weight, part),
                None if self.columns is None else np.ascontiguousarray(self.columns[part].T),
            )


def _part(values: np.ndarray, part: slice) -> np.ndarray:
    return values[part].T if values.ndim == 2 else values[:, None]


def _refuse(asked: str, found: str, allowed: str, do: str) -> NoReturn:
    raise ModelError(asked, found=found, allowed=allowed, do=do)


def _poisson_evaluate(block: Block, beta: np.ndarray) -> Evaluation:
    rate = block.rate(beta)
    if block.factor is not None:
        rate *= block.factor
    total, first, gram = block.moments(rate)
    return Evaluation((block.xy * beta).sum(axis=0) - total, block.xy - first, gram, block.scale)


def _poisson_start(block: Block) -> np.ndarray:
    """Least squares of log(y + 1/2), one projection for all rows."""
    logged = block.of_counts(lambda y: np.log(y + 0.5))
    if block.factor is not None:
        logged -= np.log(block.multiplier)
    beta = np.linalg.pinv(block.x) @ logged
    return beta if block.column is None else np.vstack([beta, np.zeros(beta.shape[1])])


def _poisson_climb(block: Block) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return climb(block, _poisson_start(block), _poisson_evaluate)


def _poisson_block(block: Block) -> BatchFit:
    beta, converged = _poisson_climb(block)
    mu = block.rate(beta) * block.multiplier
    llf = _linear(block, beta) - block.weighted(mu).sum(axis=0) - block.constant()
    return BatchFit(beta.T, llf, np.zeros(len(llf)), converged)


def _linear(block: Block, beta: np.ndarray) -> np.ndarray:
    """The counts times the log of their means, summed: the part of the log-likelihood that is linear in the counts."""
    return (block.xy * beta).sum(axis=0) + block.weighted(block.y * np.log(block.multiplier)).sum(axis=0)


def _join(parts: list[BatchFit]) -> BatchFit:
    if not parts:
        _refuse("fit count regressions", "no response at all", "one row of counts or more", "give counts")
    return BatchFit(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(BatchFit)))


def _negbin_block(block: Block) -> BatchFit:
    beta, converged = _poisson_climb(block)
    block.exceed = _exceedances(block)
    mu = block.rate(beta) * block.multiplier
    excess = block.weighted((block.y - mu) ** 2 - block.y).sum(axis=0)
    alpha = np.zeros(beta.shape[1])
    rows = np.flatnonzero(excess > 0)
    if len(rows):
        spread = block.weighted(mu**2).sum(axis=0)[rows]
        start = np.vstack([beta[:, rows], np.log(excess[rows] / spread)])
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            some = block if len(rows) == len(alpha) else block.take(rows, True)
            found, converged[rows] = climb(some, start, _negbin_evaluate, _negbin_rescue, True)
        beta[:, rows], alpha[rows] = found[:-1], np.exp(found[-1])
    mu = block.rate(beta) * block.multiplier
    over = alpha > 0
    value = _negbin_parts(block, mu, np.where(over, alpha, 1e-9)).value
    # At alpha = 0 the Poisson likelihood stands: the limit, without its rounding.
    value = np.where(over, value, -block.weighted(mu).sum(axis=0))
    return BatchFit(beta.T, _linear(block, beta) + value - block.constant(), alpha, converged)


def _exceedances(block: Block) -> np.ndarray:
    """The weight of the counts above j, for j from 0 to the largest count less one: shape (J, R)."""
    rows = block.y.shape[1]
    largest = max(int(block.y.max()), 1)
    place = block.y.astype(np.intp) + (largest + 1) * np.arange(rows)
    weight = np.broadcast_to(block.weight, block.y.shape)
    table = np.bincount(place.ravel(), weight.ravel(), minlength=rows * (largest + 1)).reshape(rows, -1)
    return np.ascontiguousarray(np.cumsum(table[:, :0:-1], axis=1)[:, ::-1].T)


@dataclass(frozen=True)
class _NegbinParts:
    """Log-likelihood (less y'Xb and constants), scores and observed information, of coefficients and alpha."""

    value: np.ndarray
    first: np.ndarray
    score: np.ndarray
    gram: np.ndarray
    cross: np.ndarray
    curvature: np.ndarray


def _negbin_parts(block: Block, mu: np.ndarray, alpha: np.ndarray) -> _NegbinParts:
    sums, terms = np.zeros((3, len(alpha))), np.empty((3, *mu.shape))
    # NumPy takes many logarithms at once, compiled lines one after the other.
    add_exceedances(block.exceed, alpha, np.log(1 + alpha * np.arange(float(len(block.exceed)))[:, None]), sums)
    weight = np.broadcast_to(block.weight, mu.shape)
    add_periods(block.y, mu, alpha, np.log(1 + alpha * mu), weight, sums, terms)
    return _NegbinParts(
        sums[0], block.against(terms[0]), sums[1], block.gram(terms[2]), block.against(terms[1]), sums[2]
    )


def _bordered(gram: np.ndarray, cross: np.ndarray | float, corner: np.ndarray) -> np.ndarray:
    whole = np.empty((len(gram) + 1,) * 2 + gram.shape[2:])
    whole[:-1, :-1] = gram
    whole[-1, :-1] = whole[:-1, -1] = cross
    whole[-1, -1] = corner
    return whole


def _negbin_evaluate(block: Block, beta: np.ndarray) -> Evaluation:
    """The likelihood and its derivatives in the coefficients and log alpha."""
    alpha = np.exp(beta[-1])
    mu = block.rate(beta[:-1]) * block.multiplier
    parts = _negbin_parts(block, mu, alpha)
    value = (block.xy * beta[:-1]).sum(axis=0) + parts.value
    corner = alpha**2 * parts.curvature - alpha * parts.score
    information = _bordered(parts.gram, alpha * parts.cross, corner)
    scale = np.vstack([block.scale, np.ones(len(alpha))])
    return Evaluation(value, np.vstack([parts.first, alpha * parts.score]), information, scale)


def _negbin_rescue(block: Block, beta: np.ndarray) -> np.ndarray:
    """A positive definite stand-in far from the maximum: expected information of the coefficients, damped log alpha."""
    alpha = np.exp(beta[-1])
    mu = block.rate(beta[:-1]) * block.multiplier
    gram = block.gram(block.weighted(mu / (1 + alpha * mu)))
    parts = _negbin_parts(block, mu, alpha)
    return _bordered(gram, 0.0, np.abs(alpha**2 * parts.curvature) + np.abs(alpha * parts.score))
