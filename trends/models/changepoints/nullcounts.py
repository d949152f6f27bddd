"""Series without a break that have the dispersion and the serial dependence of a given one."""

import numpy as np
from scipy.signal import lfilter

from trends.chance.inflation import Inflation


def simulate_null(fitted, inflation: Inflation, draws: int, rng, family: str = "poisson", squares: float = 1.0):
    """Counts around a fit, driven by a log-normal AR(1), shape ``(draws, n)``.

    Parameters
    ----------
    fitted : numpy.ndarray
        Expected counts, shape ``(n,)``.
    inflation : Inflation
        Dispersion and autocorrelation of the series that is to be imitated.
    draws : int
        Number of series.
    rng : numpy.random.Generator
    family : str
        ``"gaussian"`` draws AR(1) errors instead.
    squares : float
        For a Gaussian series, its sum of squares around the fit.

    Notes
    -----
    With latent variance s2 and autocorrelation rho, counts of mean mu have variance ``mu + mu**2 (exp(s2) - 1)`` and
    autocovariance ``mu**2 (exp(s2 rho) - 1)`` at one period's distance: the two are solved for dispersion and
    autocorrelation at the mean of the fit. The lag is taken one standard error above its estimate, as in
    `trends.chance.inflation.variance_inflation`.
    """
    n = len(fitted)
    lag = float(np.clip(inflation.autocorrelation + 1 / np.sqrt(n), 0, 0.8).item())
    if family == "gaussian":
        return fitted + np.sqrt(squares / n) * _autoregression(lag, (draws, n), rng)
    beyond = max(float(np.asarray(inflation.dispersion).item()) - 1, 0.0)
    if beyond == 0:
        return rng.poisson(fitted, (draws, n)).astype(float)
    excess = beyond / fitted.mean()
    variance = np.log1p(excess)
    rho = min(np.log1p(lag * (1 + beyond) / beyond * excess) / variance, 0.95)
    latent = np.exp(np.sqrt(variance) * _autoregression(rho, (draws, n), rng) - variance / 2)
    # A rate beyond this is no count any more, and numpy refuses it.
    return rng.poisson(np.minimum(fitted * latent, 1e12)).astype(float)


def _autoregression(rho, shape, rng):
    """A stationary AR(1) of variance 1 along the last axis."""
    shocks = rng.standard_normal(shape)
    shocks[:, 1:] *= np.sqrt(1 - rho**2)
    return lfilter([1.0], [1.0, -rho], shocks, axis=-1)
