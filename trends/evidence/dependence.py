"""Counts with a latent autocorrelated rate: a coefficient weighed over all plausible dependences, and simulation.

The rate of each period is its mean times a latent factor of mean one, variance ``omega`` and lag-one autocorrelation
``rho``. Neither is known, and at 24 to 96 periods neither can be estimated well, so the coefficient is estimated under
every pair of a grid and the answers are averaged with the weight that the series gives to the pair.
"""

import numpy as np
from scipy.special import ndtr

#: Autocorrelations of the grid.
RHO = np.array([-0.3, 0.0, 0.2, 0.4, 0.6, 0.75, 0.87, 0.95])
#: Latent variances of the grid, in units of the noise of a count: 1 doubles the variance of a typical period.
EXCESS = np.concatenate([[0.0], 0.08 * 2.0 ** np.arange(13)])


def _log_prior(no_excess, half_excess, centre, spread):
    """Log prior over (autocorrelation, excess): falls off above ``half_excess`` and away from ``centre``."""
    excess = 1 / (1 + EXCESS[1:] / half_excess)
    excess = np.concatenate([[no_excess], (1 - no_excess) * excess / excess.sum()])
    rho = np.gradient(RHO) * np.exp(-0.5 * ((RHO - centre) / spread) ** 2)
    return np.log(rho / rho.sum())[:, None] + np.log(excess)


# The statistic leans to little and mildly positive dependence; the null to simulate from is estimated with next to no
# opinion, or Poisson series would be simulated as overdispersed ones (docs/decisions/change_test.md has the figures).
_WEIGHING = _log_prior(no_excess=0.1, half_excess=8, centre=0.2, spread=0.6)
_ESTIMATING = _log_prior(no_excess=0.3, half_excess=50, centre=0.0, spread=2.0)


class WorkingModel:
    """Generalised least squares of Pearson residuals on one term, at every point of the grid, for many series.

    Parameters
    ----------
    mean : numpy.ndarray, shape (n,)
        The fitted mean of the watched periods with the term's coefficient held where it is tested.
    others : numpy.ndarray, shape (n, k)
        The rest of the design, constant included.
    term : numpy.ndarray, shape (n,)
        The column in question.
    times : numpy.ndarray of int, shape (n,)
        The place of each watched period in time; unwatched periods leave gaps.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the term is a combination of the other columns.

    Notes
    -----
    With noise of variance one and latent covariance ``omega * K(rho)``, the residuals outside the design are rotated
    to the eigenvectors of K(rho) there. Then the restricted likelihood and the estimate at every ``omega`` are sums
    over independent residuals, and a thousand series are one matrix product for each ``rho``.

    References
    ----------
    Harville, D. A. (1977). Maximum likelihood approaches to variance component estimation. JASA 72, 320-338.
    Zeger, S. L. (1988). A regression model for time series of counts. Biometrika 75, 621-629.
    """

    def __init__(self, mean, others, term, times):
        root = np.sqrt(mean)
        left, size, _ = np.linalg.svd(others * root[:, None], full_matrices=False)
        left = left[:, size > 1e-7 * size[0]]
        own = term * root
        across = own - left @ (left.T @ own)
        if across @ across <= 1e-12 * (own @ own):
            raise np.linalg.LinAlgError("the term is a combination of the other columns")
        self.root, self.direction = root, across / (across @ across)
        outside = np.linalg.qr(np.column_stack([left, across]), mode="complete")[0][:, left.shape[1] + 1 :]
        lags = np.abs(times[:, None] - times[None, :])
        kernel = _powers(RHO[:, None, None], lags) * root[:, None] * root
        crossed = kernel @ outside
        values, vectors = np.linalg.eigh(outside.T @ crossed)
        self.rotation = outside @ vectors
        self.omega = EXCESS * np.mean(1 / mean)
        self.precision = 1 / (1 + self.omega * np.maximum(values, 0)[:, :, None])
        link = np.einsum("gnj,n,gji->gi", crossed, self.direction, vectors, optimize=True)
        self.adjust = self.omega * link[:, :, None] * self.precision
        latent = np.einsum("n,gnm,m->g", self.direction, kernel, self.direction, optimize=True)
        variance = self.direction @ self.direction + self.omega * latent[:, None]
        variance -= self.omega**2 * np.einsum("gj,gjw->gw", link**2, self.precision)
        self.bse = np.sqrt(variance)
        self.logdet = 0.5 * np.log(self.precision).sum(axis=1)

    def weigh(self, residuals):
        """What many series of Pearson residuals say, shape (R, n).

        Returns
        -------
        above : numpy.ndarray, shape (R,)
            Weight of the coefficient being above its tested value: the mixture's upper share.
        omega, rho : numpy.ndarray, shape (R,)
            Estimated latent variance and autocorrelation.
        centre, spread : numpy.ndarray, shape (R,)
            Mean and standard deviation of the mixture, from the tested value.
        """
        rotated = residuals @ self.rotation
        estimate = (residuals @ self.direction)[:, None, None] - (rotated @ self.adjust).transpose(1, 0, 2)
        loglik = (self.logdet[:, None] - 0.5 * (rotated**2 @ self.precision)).transpose(1, 0, 2)
        weight = _weights(loglik + _WEIGHING)
        above = np.einsum("rgw,rgw->r", weight, ndtr(estimate / self.bse))
        centre = np.einsum("rgw,rgw->r", weight, estimate)
        spread = np.einsum("rgw,rgw->r", weight, self.bse**2 + estimate**2) - centre**2
        weight = _weights(loglik + _ESTIMATING)
        omega = np.einsum("rgw,w->r", weight, self.omega)
        rho = np.einsum("rgw,w,g->r", weight, self.omega, RHO) / np.where(omega > 0, omega, 1.0)
        return above, omega, rho, centre, np.sqrt(spread)


def _weights(loglik):
    weight = np.exp(loglik - loglik.max(axis=(1, 2), keepdims=True))
    return weight / weight.sum(axis=(1, 2), keepdims=True)


def _powers(rho, lags):
    """rho to whole powers, negative rho included."""
    return np.where((rho < 0) & (lags % 2 == 1), -1.0, 1.0) * np.abs(rho) ** lags


def simulate_counts(mean, omega, rho, times, rng):
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
    return rng.poisson(mean * np.exp(factor, out=factor).T)
