"""Poisson regression with an effect for every province and every period, the effects of the longer side profiled out.

Given the effects of the shorter side and the coefficients, those of the longer side are known in closed form, so that
Newton's method is left with the shorter side. Cells are read block by block: besides the counts no array of their size
is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trends.errors import ModelError
from trends.loading import later

dsyrk = later("scipy.linalg.blas.dsyrk")
dpotrf = later("scipy.linalg.lapack.dpotrf")
dpotrs = later("scipy.linalg.lapack.dpotrs")

# Cells of a block: a handful of such arrays stay in the cache of a processor.
_CELLS = 80_000
# The error left after a step is about its square. An effect beyond _FAR is on its way to infinity.
_STEP, _ITERATIONS, _FAR = 1e-7, 50, 30.0
_ASKED = "fit province and period effects"


@dataclass(frozen=True, eq=False)
class TwowayFit:
    """A Poisson regression with province and period effects.

    Attributes
    ----------
    params : numpy.ndarray, shape (k,)
        Log rate ratios of the columns of the design; infinite where the counts have no finite maximum.
    information : numpy.ndarray, shape (k, k)
        Fisher information of the coefficients, the effects profiled out.
    scores : numpy.ndarray, shape (n_provinces, k)
        The sum over each province of its residuals times the columns, the effects projected out.
    province_effects, period_effects : numpy.ndarray
        Log effects, shapes ``(n_provinces,)`` and ``(n_periods,)``; minus infinity where nothing was counted.
    nobs : int
        Watched cells of provinces and periods with any count.
    converged : bool
        False where a coefficient drifts to infinity.
    """

    params: np.ndarray
    information: np.ndarray
    scores: np.ndarray
    province_effects: np.ndarray
    period_effects: np.ndarray
    nobs: int
    converged: bool

    @property
    def clusters(self) -> int:
        """Provinces with any count."""
        return int(np.isfinite(self.province_effects).sum())

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the coefficients clustered by province, shape ``(k, k)``.

        With the small-sample factors ``G / (G - 1)`` for G provinces and ``(nobs - 1) / (nobs - K)``, where K counts
        coefficients and period effects: province effects are nested in the clusters. NaN with a single province, or
        where no observation is left beyond the effects.
        """
        spread = np.linalg.inv(self.information)
        groups, used = self.clusters, len(self.params) + int(np.isfinite(self.period_effects).sum())
        if groups < 2 or self.nobs <= used:
            return np.full(spread.shape, np.nan)
        factor = groups / (groups - 1) * (self.nobs - 1) / (self.nobs - used)
        return factor * spread @ (self.scores.T @ self.scores) @ spread


def fit_twoway(
    counts: np.ndarray,
    design: np.ndarray | None = None,
    exposure: np.ndarray | None = None,
    *,
    restricted: bool = False,
) -> TwowayFit:
    """The Poisson regression of a table of counts on columns, with province and period effects.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n_provinces, n_periods)
        Counts, not negative; NaN is a cell not watched.
    design : numpy.ndarray, shape (k, n_provinces, n_periods), optional
        The columns, one table each.
    exposure : numpy.ndarray, shape (n_provinces, n_periods), optional
        What each mean is proportional to; a cell with 0 leaves the likelihood.
    restricted : bool
        Hold the coefficients at 0: ``scores`` are then those of the null, for a score test or its bootstrap.

    Raises
    ------
    ModelError
        Where there is no count at all, columns cannot be told apart from the effects, or the panel falls into parts.

    Notes
    -----
    **Assumptions**: the mean is the product of a province effect, a period effect and the exponent of the columns;
    the variance may be anything, and counts of one province may depend on each other, of two they may not.

    Provinces and periods without any count have an effect of minus infinity and say nothing about the columns.

    References
    ----------
    Hausman, J., Hall, B. H. & Griliches, Z. (1984). Econometric models for count data with an application to the
    patents-R&D relationship. Econometrica 52, 909-938. Wooldridge, J. M. (1999). Distribution-free estimation of some
    nonlinear panel data models. Journal of Econometrics 90, 77-97.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> reached = (np.arange(40) >= np.array([20, 30, 99] * 10)[:, None]) * 1.0
    >>> counts = rng.poisson(np.exp(rng.normal(2, 0.5, (30, 1)) + rng.normal(0, 0.3, 40) + 0.4 * reached))
    >>> fit = fit_twoway(counts, reached[None])
    >>> fit.params.round(2), np.sqrt(fit.covariance).round(2)
    (array([0.45]), array([[0.03]]))
    """
    cells = _Cells(counts, design, exposure)
    if not cells.alive.any():
        raise ModelError(_ASKED, found="no count above 0", allowed="a panel with incidents", do="take another panel")
    free = 0 if restricted else cells.k
    theta = np.concatenate([cells.start(), np.zeros(cells.k)])
    converged = exact = False
    value, gradient, information = _evaluate(cells, theta, exact)
    for count in range(_ITERATIONS):
        step = _newton_step(cells, gradient, information, free)
        if step is None:
            if exact:
                raise _refusal(cells, information)
            exact, step = True, np.zeros(len(theta))
        elif exact and np.abs(step).max() < _STEP:
            theta, converged = theta + step, True
            break
        # The cheap information is good enough for the way there; the last step and the errors need the true one.
        exact = exact or count >= 5 or np.abs(step).max() < 1e-3
        # The likelihood is concave: a step that lowers it was too long.
        for _ in range(30):
            tried = _evaluate(cells, theta + step, exact)
            if tried[0] >= value - 1e-9 * (1 + abs(value)):
                break
            step = step / 2
        theta, (value, gradient, information) = theta + step, tried
        if cells.k and np.abs(theta[len(cells.alive) :] * cells.reach).max() > _FAR:
            break
    return _finish(cells, theta, information, converged)


class _Cells:
    """A table of counts with its columns, the longer side down, read in blocks of rows."""

    def __init__(self, counts: np.ndarray, design: np.ndarray | None, exposure: np.ndarray | None) -> None:
        self.flipped = counts.shape[0] < counts.shape[1]
        self.counts = counts.T if self.flipped else counts
        design = np.empty((0, *counts.shape)) if design is None else design
        self.design = design.transpose(0, 2, 1) if self.flipped else design
        self.exposure = exposure if exposure is None or not self.flipped else exposure.T
        self.gaps = self.counts.dtype.kind == "f" and bool(np.isnan(self.counts.sum()))
        self.k = len(design)
        self.reach = np.array([max(column.max(), -column.min(), 1e-300) for column in self.design])
        self.rows, self.columns = np.empty(len(self.counts)), np.zeros(self.counts.shape[1])
        self.watched, self.xy = np.zeros(self.counts.shape[1]), np.zeros(self.k)
        for part, y, e, x in self.blocks():
            self.rows[part] = y.sum(axis=1)
            self.columns += y.sum(axis=0)
            self.watched += len(y) if e is None else e.sum(axis=0)
            self.xy += np.array([np.vdot(column, y) for column in x])
        self.alive = self.columns > 0

    def blocks(self) -> Iterator[tuple[slice, np.ndarray, np.ndarray | None, np.ndarray]]:
        """Slices of rows with their counts (0 where not watched), exposure (None where all is 1) and columns."""
        size = max(1, _CELLS // max(self.counts.shape[1], 1))
        for first in range(0, len(self.counts), size):
            part = slice(first, first + size)
            y, e = self.counts[part], None if self.exposure is None else self.exposure[part]
            if self.gaps:
                seen = ~np.isnan(y)
                e = seen * 1.0 if e is None else np.where(seen, e, 0.0)
            if e is not None:
                y = np.where(e > 0, y, 0.0)
            yield part, y, e, self.design[:, part]

    def start(self) -> np.ndarray:
        """Effects of the columns of the table were there no others: exact where every cell is watched alike."""
        with np.errstate(divide="ignore"):
            return np.log(self.columns) - np.log(np.maximum(self.watched, 1e-300))

    def means(
        self, y: np.ndarray, e: np.ndarray | None, x: np.ndarray, theta: np.ndarray, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Fitted means of a block, each row scaled to its own sum; and the sums before that."""
        width = self.counts.shape[1]
        mean = np.zeros(y.shape)
        mean += theta[:width]
        for column, slope in zip(x, theta[width:], strict=True):
            mean += slope * column
        np.exp(mean, out=mean)
        if e is not None:
            mean *= e
        total = mean.sum(axis=1)
        mean *= np.divide(rows, total, out=np.zeros(len(total)), where=total > 0)[:, None]
        return mean, total


def _evaluate(cells: _Cells, theta: np.ndarray, exact: bool) -> tuple[float, np.ndarray, np.ndarray]:
    """The likelihood with the effects of the rows at their best, its gradient and information (lower triangle).

    Unless ``exact``, the part of the information that costs most is replaced by what it would be were the means a
    product of rows and columns.
    """
    width, k = cells.counts.shape[1], cells.k
    information, gram = np.zeros((width + k, width + k)), np.zeros((width, width), order="F")
    across, score = np.zeros(width), cells.xy.copy()
    value = cells.columns[cells.alive] @ theta[:width][cells.alive] + cells.xy @ theta[width:]
    for part, y, e, x in cells.blocks():
        rows = cells.rows[part]
        mean, total = cells.means(y, e, x, theta, rows)
        seen = rows > 0
        value -= rows[seen] @ np.log(total[seen])
        across += mean.sum(axis=0)
        root = np.divide(1.0, np.sqrt(rows), out=np.zeros(len(rows)), where=seen)
        if k:
            moved = x * mean
            centre = moved.sum(axis=2)
            score -= centre.sum(axis=1)
            centre *= root
            information[width:, :width] += moved.sum(axis=1) - (centre * root) @ mean
            information[width:, width:] += moved.reshape(k, -1) @ x.reshape(k, -1).T - centre @ centre.T
        if exact:
            mean *= root[:, None]
            gram = dsyrk(1.0, mean.T, beta=1.0, c=gram, overwrite_c=True, lower=True)
    information[:width, :width] = -(gram if exact else np.outer(across, across) / across.sum())
    information.flat[: width * (width + k) : width + k + 1] += across
    # The sum of the column effects is free, and dead ones have no information: pinned, without moving the others.
    information[:width, :width] += np.outer(cells.alive, cells.alive) * (cells.columns.sum() / cells.alive.sum() ** 2)
    information.flat[: width * (width + k) : width + k + 1] += ~cells.alive
    return value, np.concatenate([np.where(cells.alive, cells.columns - across, 0.0), score]), information


def _newton_step(cells: _Cells, gradient: np.ndarray, information: np.ndarray, free: int) -> np.ndarray | None:
    """The step, or None where the information is singular to working precision."""
    size = cells.counts.shape[1] + free
    factor, failed = dpotrf(information[:size, :size], lower=True)
    # Of each column, the share that those before it leave over.
    if failed or (factor.diagonal() ** 2 < 1e-10 * information.diagonal()[:size]).any():
        return None
    step = np.zeros(len(gradient))
    step[:size] = dpotrs(factor, gradient[:size], lower=True)[0]
    return step


def _refusal(cells: _Cells, information: np.ndarray) -> ModelError:
    width = cells.counts.shape[1]
    if np.linalg.matrix_rank(information[:width, :width], hermitian=True, rtol=1e-10) == width:
        return ModelError(
            _ASKED,
            found="columns that province and period effects, or other columns, already make up",
            allowed="columns that vary within provinces and, in a period, between them",
            do="take provinces that were not reached at the same time, or a schedule that differs between them",
        )
    return ModelError(
        _ASKED,
        found="provinces that fall into groups which share no watched period",
        allowed="provinces that are tied together by periods in which they were watched side by side",
        do="fit the groups one at a time",
    )


def _finish(cells: _Cells, theta: np.ndarray, information: np.ndarray, converged: bool) -> TwowayFit:
    width, k = cells.counts.shape[1], cells.k
    cross = information[width:, :width]
    along = dpotrs(dpotrf(information[:width, :width], lower=True)[0], cross.T, lower=True)[0]
    own = np.tril(information[width:, width:])
    own += np.tril(own, -1).T
    scores = np.zeros((width if cells.flipped else len(cells.counts), k))
    effects, nobs = np.empty(len(cells.counts)), 0
    for part, y, e, x in cells.blocks():
        rows = cells.rows[part]
        mean, total = cells.means(y, e, x, theta, rows)
        with np.errstate(divide="ignore", invalid="ignore"):
            effects[part] = np.where(rows > 0, np.log(rows / total), -np.inf)
        used = (rows > 0)[:, None] & cells.alive
        nobs += int((used if e is None else used & (e > 0)).sum())
        share = np.divide(mean, rows[:, None], out=np.zeros_like(mean), where=rows[:, None] > 0)
        residual = y - mean
        for j in range(k):
            free = x[j] - along[:, j]
            free -= np.einsum("rt,rt->r", share, free)[:, None]
            if cells.flipped:
                scores[:, j] += np.einsum("rt,rt->t", residual, free)
            else:
                scores[part, j] = np.einsum("rt,rt->r", residual, free)
    slopes = theta[width:].copy()
    far = np.abs(slopes * cells.reach) > 0.5 * _FAR
    if not converged:
        slopes[far] = np.copysign(np.inf, slopes[far])
    columns = np.where(cells.alive, theta[:width], -np.inf)
    provinces, periods = (columns, effects) if cells.flipped else (effects, columns)
    return TwowayFit(slopes, own - cross @ along, scores, provinces, periods, nobs, converged)
