"""Many tests in one report: p-values adjusted for how many there are."""

import numpy as np
from numpy.typing import ArrayLike

from trends.errors import InputError


def benjamini_hochberg(pvalues: ArrayLike) -> np.ndarray:
    """The p-values of some tests, adjusted so that a share ``p`` at most of those at or below ``p`` is expected false.

    Parameters
    ----------
    pvalues : array_like, shape (K,)
        From 0 to 1.

    Notes
    -----
    **Assumptions**: the tests are independent, or positively dependent (Benjamini & Yekutieli 2001).

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.04, 0.04, 0.5]
    """
    values = _checked(pvalues)
    order = np.argsort(values)[::-1]
    # No p-value is adjusted to more than a larger one.
    raised = np.minimum.accumulate(values[order] * (len(values) / np.arange(len(values), 0, -1)))
    adjusted = np.empty(len(values))
    adjusted[order] = raised
    return adjusted


def holm(pvalues: ArrayLike) -> np.ndarray:
    """The p-values of some tests, adjusted so that ``p`` is the most probable that any at or below ``p`` is false.

    It holds however the tests depend on each other, as claims on the same counts do.

    Parameters
    ----------
    pvalues : array_like, shape (K,)
        From 0 to 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.02, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.06, 0.06, 0.5]
    """
    values = _checked(pvalues)
    order = np.argsort(values)
    # No p-value is adjusted to less than a smaller one.
    raised = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


def _checked(pvalues: ArrayLike) -> np.ndarray:
    values = np.asarray(pvalues, float)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise InputError(
            "adjust p-values",
            found=f"{values.tolist()}",
            allowed="one list of numbers from 0 to 1",
            do="leave out tests that have none",
        )
    return values
