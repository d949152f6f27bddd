"""Counts with a latent autocorrelated rate: a coefficient weighed over all plausible dependences, and simulation.

The rate of each period is its mean times a latent factor of mean one, variance ``omega`` and lag-one autocorrelation
``rho``. Neither is known, and at 24 to 96 periods neither can be estimated well, so the coefficient is estimated under
every pair of a grid and the answers are averaged with the weight that the series gives to the pair.
"""

import numpy as np
from scipy.special import ndtr

#: Autocorrelations of the grid.
RHO = np.array([-0.3, 0.0, 0.25, 0.5, 0.75, 0.93])
# Variances of the grid: none, and up to one that no count of incidents is known to exceed.
_VARIANCES, _LARGEST = 14, 4.0
# Counts that feed on their own past vary less, given the rate, than the latent model has it. To see their dependence
# the null is estimated with half the noise as well, which is believed where autocorrelation is (by these prior shares).
_QUIET, _QUIET_PRIOR = 0.5, np.array([0.0, 0.0, 0.5, 1.0, 1.0, 1.0])


def _grid(noise):
    """Latent variances to try for counts whose own relative variance is ``noise``."""
    return np.concatenate([[0.0], np.geomspace(0.08 * noise, max(_LARGEST, 20 * noise), _VARIANCES - 1)])


def _prior(excess, none, half, centre, spread):
    """Prior over (autocorrelation, variance as a multiple of the noise): flat in its log, and halved at ``half``."""
    some = 1 / (1 + excess[1:] / half)
    rho = np.gradient(RHO) * np.exp(-0.5 * ((RHO - centre) / spread) ** 2)
    return (rho / rho.sum())[:, None] * np.concatenate([[none], (1 - none) * some / some.sum()])


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
    pool : numpy.ndarray, shape (n, n_times), optional
        Where a row is a total over several periods: the share of each period in its mean. ``times`` are then those of
        the periods.

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

    def __init__(self, mean, others, term, times, pool=None):
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
        kernel = _powers(RHO[:, None], np.arange(lags.max() + 1))[:, lags]
        kernel = (kernel if pool is None else pool @ kernel @ pool.T) * (root[:, None] * root)
        crossed = kernel @ outside
        values, vectors = np.linalg.eigh(outside.T @ crossed)
        self.rotation = outside @ vectors
        noise = np.mean(1 / mean)
        self.omega = _grid(noise)
        # The statistic leans to little and mildly positive dependence; the null to simulate from is estimated with next
        # to no opinion, or Poisson series would be simulated as overdispersed (docs/decisions/change_test.md).
        self.weighing = _prior(self.omega / noise, none=0.1, half=8, centre=0.2, spread=0.6)
        prior = _prior(self.omega / noise, none=0.3, half=50, centre=0.0, spread=2.0)
        quiet = prior * _QUIET_PRIOR[:, None]
        self.estimating, self.estimating_quiet = prior, quiet / quiet.sum()
        grown = self.omega * np.maximum(values, 0)[:, :, None]
        self.precision, self.precision_quiet = 1 / (1 + grown), 1 / (_QUIET + grown)
        link = np.matmul((self.direction @ crossed)[:, None, :], vectors)[:, 0]
        self.adjust = self.omega * link[:, :, None] * self.precision
        latent = kernel @ self.direction @ self.direction
        variance = self.direction @ self.direction + self.omega * latent[:, None]
        variance -= self.omega**2 * np.einsum("gj,gjw->gw", link**2, self.precision)
        self.bse = np.sqrt(variance)
        self.logdet = 0.5 * np.log(self.precision).sum(axis=1)
        self.logdet_quiet = 0.5 * np.log(self.precision_quiet).sum(axis=1)

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
        estimate = (residuals @ self.direction)[:, None] - rotated @ self.adjust
        squares = rotated**2
        likelihood = self.logdet[:, None] - 0.5 * (squares @ self.precision)
        quiet = self.logdet_quiet[:, None] - 0.5 * (squares @ self.precision_quiet)
        highest = np.maximum(likelihood.max(axis=(0, 2)), quiet.max(axis=(0, 2)))[:, None]
        likelihood, quiet = np.exp(likelihood - highest), np.exp(quiet - highest)

        def total(values, *weights):
            # Sums over the grid as matrix products, one for each autocorrelation.
            return (values @ np.stack(weights, axis=2)).sum(axis=0).T

        near, variance, covariance = self.weighing, self.omega, self.omega * RHO[:, None]
        size, within = total(likelihood, near, near * self.bse**2)
        far, hushed = self.estimating, self.estimating_quiet
        everything, omega, carried = total(likelihood, far, far * variance, far * covariance) + total(
            quiet, hushed, hushed * variance, hushed * covariance
        )
        (above,) = total(likelihood * ndtr(estimate / self.bse[:, None]), near)
        likelihood *= estimate
        (centre,) = total(likelihood, near) / size
        (square,) = total(likelihood * estimate, near) / size
        rho = carried / np.where(omega > 0, omega, 1.0)
        return above / size, omega / everything, rho, centre, np.sqrt(within / size + square - centre**2)


def _powers(rho, lags):
    """rho to whole powers, negative rho included."""
    return np.where((rho < 0) & (lags % 2 == 1), -1.0, 1.0) * np.abs(rho) ** lags


def simulate_counts(mean, omega, rho, times, rng, pool=None):
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
    pool : numpy.ndarray, shape (n, n_times), optional
        As in `WorkingModel`, for rows that are totals.

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
    return rng.poisson(mean * (factor if pool is None else pool @ factor).T)
