"""Many tests in one report: p-values adjusted for how many there are."""

import numpy as np

from trends.errors import InputError


def benjamini_hochberg(pvalues) -> np.ndarray:
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
    order, values = _ordered(pvalues)
    share = np.arange(1, len(values) + 1) / len(values) if len(values) else 1
    # No p-value is adjusted to more than a larger one.
    return _put_back(order, np.minimum.accumulate((values / share)[::-1])[::-1])


def holm(pvalues) -> np.ndarray:
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
    order, values = _ordered(pvalues)
    # No p-value is adjusted to less than a smaller one.
    return _put_back(order, np.maximum.accumulate(values * np.arange(len(values), 0, -1)))


def _ordered(pvalues) -> tuple[np.ndarray, np.ndarray]:
    """The order of some p-values, and these in it."""
    values = np.asarray(pvalues, float)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise InputError(
            "adjust p-values",
            found=f"{values.tolist()}",
            allowed="one list of numbers from 0 to 1",
            do="leave out tests that have none",
        )
    order = np.argsort(values)
    return order, values[order]


def _put_back(order: np.ndarray, adjusted: np.ndarray) -> np.ndarray:
    values = np.empty(len(order))
    values[order] = np.minimum(adjusted, 1)
    return values
