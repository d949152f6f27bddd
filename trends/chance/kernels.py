"""Covariance of the log rate of a series, given the variances of what it is made of."""

import numpy as np

#: Lag-one autocorrelation (a month) of the fast component.
FAST = 0.6
#: Standard deviation of the slope (log a year), variance of the months of the year, and of the constant.
SLOPE, MONTHS, CONSTANT = 0.2, 0.005, 25.0


def level_covariance(n: int, theta: np.ndarray, *, first_month: int = 0, per_year: float = 12.0) -> np.ndarray:
    """Covariance of the log rate under each set of variances.

    Parameters
    ----------
    n : int
        Periods.
    theta : numpy.ndarray, shape (n_grid, 4) or (n_grid, 5)
        Variances of the noise of single months, of the fast and of the slow component, the monthly autocorrelation of
        the slow one, and the variance of what each place of the year has for itself (without a fifth column `MONTHS`).
    first_month : int
        Place of the first period in the year.
    per_year : float
        Periods in a year: 12 for months, 4 for quarters, 1 for years.

    Returns
    -------
    numpy.ndarray, shape (n_grid, n, n)

    Notes
    -----
    A period of several months has the mean of their log rates. Periods shorter than a month are taken at their
    distance, with so much noise each that a month of them has that of a month.

    Examples
    --------
    >>> level_covariance(2, np.array([[0.1, 0.0, 1.0, 0.9]]))[0].round(3).tolist()
    [[26.105, 25.9], [25.9, 26.105]]
    """
    place = np.arange(n)
    time = (place - (n - 1) / 2) / per_year
    fixed = CONSTANT + SLOPE**2 * np.outer(time, time)
    length = round(per_year)
    if length > 1:
        of_year = (place + first_month) % length
        months = theta[:, 4] if theta.shape[1] > 4 else np.full(len(theta), MONTHS)
        covariance = fixed + months[:, None, None] * (of_year[:, None] == of_year)
    else:
        covariance = np.repeat(fixed[None], len(theta), 0)
    covariance += theta[:, 1, None, None] * pooled_kernel(n, FAST, per_year)
    for phi in np.unique(theta[theta[:, 2] > 0, 3]):
        use = theta[:, 3] == phi
        covariance[use] += theta[use, 2, None, None] * pooled_kernel(n, float(phi), per_year)
    covariance[:, place, place] += theta[:, 0, None] * per_year / 12
    return covariance


def pooled_kernel(n: int, phi: float, per_year: float) -> np.ndarray:
    """Autocorrelation function of an AR(1) of months, averaged over the months of each period: shape (n, n)."""
    apart = np.subtract.outer(np.arange(n), np.arange(n)) * (12.0 / per_year)
    months = max(1, round(12 / per_year))
    offsets = np.arange(1 - months, months)
    share = (months - np.abs(offsets)) / months**2
    return sum((w * phi ** np.abs(apart + o) for w, o in zip(share, offsets, strict=True)), np.zeros((n, n)))
