"""Counts with a latent autocorrelated rate, simulated: many series at once."""

import numpy as np


def simulate_counts(mean, omega, rho, times, rng) -> np.ndarray:
    """Counts around a mean with a latent log-normal AR(1) factor, one series for each pair of omega and rho.

    Parameters
    ----------
    mean : numpy.ndarray, shape (n,) or (R, n)
        Mean of each period.
    omega, rho : numpy.ndarray, shape (R,)
        Variance and lag-one autocorrelation of the factor.
    times : numpy.ndarray of int, shape (n,)
        The place of each period in time.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    numpy.ndarray, shape (R, n)
        Counts.

    Examples
    --------
    >>> counts = simulate_counts(np.full(200, 9.0), np.full(50, 0.5), np.full(50, 0.6), np.arange(200),
    ...                          np.random.default_rng(0))
    >>> counts.shape, bool(abs(counts.mean() - 9) < 0.5)
    ((50, 200), True)
    """
    omega, rho = np.asarray(omega, dtype=float), np.asarray(rho, dtype=float)
    logged = np.log1p(omega)
    # The autocorrelation of the Gaussian log factor that gives the factor itself the one asked for.
    inner = np.log1p(np.maximum(omega * rho, -0.9)) / np.where(omega > 0, logged, 1.0)
    inner = np.clip(inner, -0.99, 0.99)
    factor = rng.standard_normal((len(times), len(omega)))
    for t, gap in enumerate(np.diff(times), start=1):
        carried = _powers(inner, gap)
        factor[t] = carried * factor[t - 1] + np.sqrt(1 - carried**2) * factor[t]
    factor *= np.sqrt(logged)
    factor -= logged / 2
    np.exp(factor, out=factor)
    return rng.poisson(mean * factor.T)


def _powers(rho, lags):
    """rho to whole powers, negative rho included."""
    return np.where((rho < 0) & (lags % 2 == 1), -1.0, 1.0) * np.abs(rho) ** lags
