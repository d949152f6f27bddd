"""Weights that are nowhere negative and sum to one: exact least squares, one unit against others or all in turn."""

from collections.abc import Sequence

import numpy as np

from trends.loading import later

nnls = later("scipy.optimize.nnls")

# Ridge penalties tried, relative to the mean squared singular value of the donors, and the blocks of held-out periods.
_PENALTIES = np.geomspace(1e-3, 1e3, 13)
_FOLDS = 8


def simplex_weights(target: np.ndarray, donors: np.ndarray) -> np.ndarray:
    """The weights of a mean of the donors that comes closest to the target, shape ``(n_donors,)``.

    Parameters
    ----------
    target : numpy.ndarray
        Shape ``(n_rows,)``: periods or predictors, already scaled by the importance each is to have.
    donors : numpy.ndarray
        Shape ``(n_rows, n_donors)``.

    Notes
    -----
    With ``D = donors - target`` the problem is to minimise ``|D w|^2`` over the simplex. Let u >= 0 minimise
    ``|D u|^2 + (1'u - 1)^2``. For ``u = s w`` the best length is ``s = 1 / (1 + |D w|^2)`` and leaves
    ``|D w|^2 / (1 + |D w|^2)``, which rises with ``|D w|^2``: ``u / 1'u`` is the answer exactly, by one non-negative
    least squares (Lawson & Hanson 1974, chapter 23).

    Examples
    --------
    >>> simplex_weights(np.array([1.0, 3.0]), np.array([[0.0, 2.0, 9.0], [2.0, 4.0, 9.0]])).round(6)
    array([0.5, 0.5, 0. ])
    """
    return nearest_mean(donors - target[:, None])


def nearest_mean(apart: np.ndarray) -> np.ndarray:
    """The weights of the mean of some columns that comes closest to the origin, as `simplex_weights` finds them."""
    lengths = np.sqrt((apart * apart).sum(axis=0))
    nearest = int(lengths.argmin())
    if lengths[nearest] <= 1e-14 * lengths.max():
        return np.eye(len(lengths))[nearest]
    system = np.ones((len(apart) + 1, len(lengths)))
    np.divide(apart, lengths[nearest], out=system[:-1])
    wanted = np.zeros(len(system))
    wanted[-1] = 1.0
    found, _ = nnls(system, wanted, maxiter=50 * len(lengths))
    return found / found.sum()


def unit_weights(values: np.ndarray, units: Sequence[int], *, ridge: bool = False) -> np.ndarray:
    """The weights of all other units for each of some units, shape ``(n_chosen, n_units)`` with 0 for itself.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(n_rows, n_units)``.
    units : sequence of int
        Columns that each are to be matched by the others.
    ridge : bool
        Correct the weights by a ridge regression for what they leave unmatched (Ben-Michael, Feller & Rothstein 2021);
        they may then be negative and still sum to one. The penalty has the least error in held-out blocks of rows.

    Notes
    -----
    All problems share one triangular factor of ``values``: a problem has as many rows as there are units.

    Examples
    --------
    >>> unit_weights(np.array([[1.0, 0.0, 2.0], [3.0, 2.0, 4.0]]), [0]).round(6)
    array([[0. , 0.5, 0.5]])
    """
    penalty = _penalties(values, units) if ridge else np.full(len(units), np.inf)
    return _matched(values, units, penalty)


def _matched(values: np.ndarray, units: Sequence[int], penalties: np.ndarray) -> np.ndarray:
    factor = np.asarray(np.linalg.qr(values, mode="r")) if len(values) > values.shape[1] else values
    weights = np.zeros((len(units), values.shape[1]))
    for row, (unit, penalty) in enumerate(zip(units, penalties, strict=True)):
        others = np.arange(values.shape[1]) != unit
        weights[row, others] = simplex_weights(factor[:, unit], factor[:, others])
        if np.isfinite(penalty):
            weights[row, others] += _corrections(
                values[:, unit], values[:, others], weights[row, others], np.array([penalty])
            )[0]
    return weights


def _corrections(target: np.ndarray, donors: np.ndarray, weights: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    """What ridge regressions add to the weights for what they leave unmatched, a row a penalty, each summing to 0."""
    middle = donors.mean(axis=1, keepdims=True)
    left, lengths, right = np.linalg.svd(donors - middle, full_matrices=False)
    errors = left.T @ (target - donors @ weights)
    scaled = penalties[:, None] * max((lengths**2).mean(), np.finfo(float).tiny)
    return (errors * lengths / (lengths**2 + scaled)) @ right


def _penalties(values: np.ndarray, units: Sequence[int]) -> np.ndarray:
    """For each unit the penalty with the least squared error in blocks of rows held out in turn."""
    blocks = np.array_split(np.arange(len(values)), min(_FOLDS, len(values)))
    errors = np.zeros((len(units), len(_PENALTIES)))
    for block in blocks:
        kept = np.delete(values, block, axis=0)
        plain = _matched(kept, units, np.full(len(units), np.inf))
        for row, unit in enumerate(units):
            others = np.arange(values.shape[1]) != unit
            weights = plain[row, others]
            tried = weights + _corrections(kept[:, unit], kept[:, others], weights, _PENALTIES)
            errors[row] += ((values[block, unit] - tried @ values[np.ix_(block, others)].T) ** 2).sum(axis=1)
    # The largest of equally good ones: the least extrapolation.
    return _PENALTIES[len(_PENALTIES) - 1 - errors[:, ::-1].argmin(axis=1)]
