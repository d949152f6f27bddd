"""Covariance of the log rate of a series, given the variances of what it is made of."""

from functools import lru_cache

import numpy as np

#: Lag-one autocorrelation (a month) of the fast component.
FAST = 0.6
_FAST = np.array([FAST])
#: Standard deviation of the slope (log a year), variance of the months of the year, and of the constant.
SLOPE, MONTHS, CONSTANT = 0.2, 0.005, 25.0
#: Places of the year that may have something for themselves where periods are shorter than a month.
MONTHS_OF_YEAR = 12
#: Variance of what each day of the week has for itself, where periods are days: about a sixth either way.
DAYS_OF_WEEK = 0.03
_DAYS, _WEEK = 365, 7


def pooled(phi: np.ndarray, per_year: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An AR(1) of months of variance 1, averaged over the months of each period.

    Parameters
    ----------
    phi : numpy.ndarray, shape (n_grid,)
        Its autocorrelation from month to month.
    per_year : float
        Periods in a year.

    Returns
    -------
    variance, amplitude, autocorrelation : numpy.ndarray, shape (n_grid,)
        Its variance; periods that are ``k`` apart have the covariance ``amplitude * autocorrelation ** k``.

    Notes
    -----
    Periods shorter than a month are taken at their distance.

    Examples
    --------
    >>> [round(float(each[0]), 3) for each in pooled(np.array([0.5]), 4.0)]
    [0.611, 1.361, 0.125]
    """
    months = max(1, round(12 / per_year))
    if months == 1:
        return np.ones(len(phi)), (phi > 0) * 1.0, phi ** (12.0 / per_year)
    offsets = np.arange(1 - months, months)
    share = (months - np.abs(offsets)) / months**2
    # A whole period apart every lag is positive, so that the powers of the lag come out of the sum.
    return (
        phi[:, None] ** np.abs(offsets) @ share,
        np.where(phi > 0, np.where(phi > 0, phi, 1.0)[:, None] ** offsets @ share, 0.0),
        phi ** (12.0 / per_year),
    )


def components(theta: np.ndarray, per_year: float) -> np.ndarray:
    """Variance of one period, and amplitude and autocorrelation of the fast and of the slow component.

    Parameters
    ----------
    theta : numpy.ndarray, shape (n_grid, 4) or (n_grid, 5)
        Variances of the noise of single months, of the fast and of the slow component, and the monthly autocorrelation
        of the slow one.
    per_year : float
        Periods in a year: 12 for months, 4 for quarters, 1 for years.

    Returns
    -------
    numpy.ndarray, shape (n_grid, 5)

    Notes
    -----
    A period of several months has the mean of their log rates. Periods shorter than a month are taken at their
    distance, with so much noise each that a month of them has that of a month.

    Examples
    --------
    >>> components(np.array([[0.1, 0.0, 1.0, 0.9]]), 12.0).tolist()
    [[1.1, 0.0, 0.6, 1.0, 0.9]]
    """
    white, fast, slow, phi = theta[:, :4].T
    found = np.empty((len(theta), 5))
    found[:, 0] = white * (per_year / 12)
    for column, part, memory in ((1, fast, _FAST), (3, slow, phi)):
        own, amplitude, decay = pooled(memory, per_year)
        found[:, 0] += part * own
        found[:, column] = part * amplitude
        found[:, column + 1] = decay
    return found


def fixed_columns(n: int, per_year: float, ahead: int = 0) -> np.ndarray:
    """Constant, slope, and of days the days of the week, times the standard deviation of their coefficients.

    The slope turns about the middle of the periods before the last ``ahead``, which those do not move.

    Examples
    --------
    >>> fixed_columns(3, 1.0).tolist()
    [[5.0, -0.2], [5.0, 0.0], [5.0, 0.2]]
    >>> fixed_columns(30, 365.25).shape
    (30, 9)
    """
    place = np.arange(n)
    columns = [np.full(n, CONSTANT**0.5), SLOPE * (place - (n - ahead - 1) / 2) / per_year]
    if round(per_year) >= _DAYS:
        columns += [DAYS_OF_WEEK**0.5 * (place % _WEEK == day) for day in range(_WEEK)]
    return np.column_stack(columns)


def places_of_year(n: int, first_month: int, per_year: float) -> tuple[np.ndarray, int]:
    """The place of each period among those of the year that have something for themselves, and how many these are.

    Weeks and days share that of their month, for which the variances were learned.

    Examples
    --------
    >>> places_of_year(13, 11, 12.0)[0].tolist(), places_of_year(4, 0, 1.0)[1]
    ([11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0)
    >>> places_of_year(6, 2, 365.25 / 7)[0].tolist()
    [0, 0, 0, 1, 1, 1]
    """
    length = round(per_year)
    if length < 2 or alone_in_year(n, per_year):
        return np.zeros(n, int), 0
    place = (np.arange(n) + first_month) % length
    return (place, length) if length <= MONTHS_OF_YEAR else (place * MONTHS_OF_YEAR // length, MONTHS_OF_YEAR)


def alone_in_year(n: int, per_year: float) -> bool:
    """Whether each period is the only one of its place in the year: what the place has for itself is then noise.

    Examples
    --------
    >>> alone_in_year(36, 12.0), alone_in_year(12, 12.0), alone_in_year(1, 1.0), alone_in_year(12, 365.25)
    (False, True, False, False)
    """
    return MONTHS_OF_YEAR >= round(per_year) >= max(n, 2)


def months_variance(theta: np.ndarray) -> np.ndarray:
    """Variance of what each place of the year has for itself, shape (n_grid,)."""
    return theta[:, 4] if theta.shape[1] > 4 else np.full(len(theta), MONTHS)


def covariance_times(
    theta: np.ndarray, columns: np.ndarray, *, first_month: int = 0, per_year: float = 12.0, ahead: int = 0
) -> np.ndarray:
    """The covariance of the log rate under one set of variances, times some columns.

    Parameters
    ----------
    theta : numpy.ndarray, shape (4,) or (5,)
        As in `components`; the fifth is the variance of what each place of the year has for itself.
    columns : numpy.ndarray, shape (n, n_columns)
        The columns.
    first_month : int
        Place of the first period in the year.
    per_year : float
        Periods in a year.
    ahead : int
        Last periods that come after those of a series, whose own covariance they leave as it is.

    Returns
    -------
    numpy.ndarray, shape (n, n_columns)

    Examples
    --------
    >>> covariance_times(np.array([0.1, 0.0, 1.0, 0.9]), np.eye(2)).round(3).tolist()
    [[26.105, 25.9], [25.9, 26.105]]
    """
    n = len(columns)
    own, *parts = _one_set(np.asarray(theta, float).tobytes(), per_year)
    fixed, place, places = _shared(n, first_month, per_year, ahead)
    found: np.ndarray = fixed @ (fixed.T @ columns) + own * columns
    for amplitude, decay in zip(parts[::2], parts[1::2], strict=True):
        before, after = _faded(columns, amplitude, decay), _faded(columns[::-1], amplitude, decay)[::-1]
        found += decay * (before + after)
    if places:
        of_year = np.zeros((places, columns.shape[1]))
        np.add.at(of_year, place, columns)
        found += months_variance(theta[None])[0] * of_year[place]
    elif alone_in_year(n, per_year):
        found += months_variance(theta[None])[0] * columns
    return found


# A grid has a hundred sets, and is asked time and again about series of one length.
@lru_cache(maxsize=1024)
def _one_set(theta: bytes, per_year: float) -> np.ndarray:
    return components(np.frombuffer(theta)[None], per_year)[0]


@lru_cache(maxsize=16)
def _shared(n: int, first_month: int, per_year: float, ahead: int) -> tuple[np.ndarray, np.ndarray, int]:
    return fixed_columns(n, per_year, ahead), *places_of_year(n, first_month, per_year)


def _faded(columns: np.ndarray, amplitude: float, decay: float) -> np.ndarray:
    """What each row has of those before it: the amplitude of the last, and less by the decay with each row back."""
    found = np.zeros(columns.shape)
    np.multiply(amplitude, columns[:-1], out=found[1:])
    # Each round takes in as many rows more as it had: a sum over n rows in log n steps.
    back = 1
    while back < len(columns):
        found[back:] += decay**back * found[:-back]
        back *= 2
    return found


def symmetric_root(covariance: np.ndarray) -> np.ndarray:
    """The symmetric square root of a covariance, by which draws are made.

    Eigenvectors have the signs that a library gives them, and those of equal eigenvalues any direction; this root has
    neither, so that one seed draws the same on every machine.

    Parameters
    ----------
    covariance : numpy.ndarray, shape (n, n)
        What rounding has left below nothing counts as nothing.

    Examples
    --------
    >>> symmetric_root(np.array([[5.0, 4.0], [4.0, 5.0]])).round(6).tolist()
    [[2.0, 1.0], [1.0, 2.0]]
    """
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    found: np.ndarray = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return found
