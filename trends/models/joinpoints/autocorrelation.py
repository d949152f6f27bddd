"""Serial dependence of counts around a regression: a latent AR(1) course under independent counting noise.

The Pearson residuals of counts vary for two reasons: counting, with variance 1 and no memory, and a rate that wanders,
whose memory dies out geometrically. An AR(1) fitted to the residuals as they stand takes the noise for forgetting and
so makes the wandering shorter than it is.
"""

from dataclasses import dataclass

import numpy as np

_GRID = np.linspace(0.0, 0.95, 60)
# Cells of the correlation matrices that are held at once.
_CELLS = 1_500_000


def ar1_correlation(positions: np.ndarray, rho: float) -> np.ndarray:
    """The correlation matrix of an AR(1) process seen at some periods, shape ``(n, n)``."""
    return np.power(rho, np.abs(positions[:, None] - positions[None, :]))


def lag_one(residuals: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """The raw autocorrelation at one period's distance of residuals of shape ``(..., n)``."""
    near = np.diff(positions) == 1
    together = residuals[..., 1:] * residuals[..., :-1]
    return (together * near).sum(axis=-1) / np.square(residuals).sum(axis=-1)


@dataclass(frozen=True)
class Dependence:
    """Dispersion and serial dependence of standardised residuals, of one series or of many.

    Parameters
    ----------
    dispersion : float or numpy.ndarray
        Their variance; 1 for independent Poisson counts.
    share : float or numpy.ndarray
        The share of it that has a memory.
    rho : float or numpy.ndarray
        The autocorrelation of that share at one period's distance, 0 to .95.
    """

    dispersion: float | np.ndarray = 1.0
    share: float | np.ndarray = 0.0
    rho: float | np.ndarray = 0.0

    def correlation(self, positions: np.ndarray) -> np.ndarray:
        """The correlation matrix of the residuals at some periods, shape ``(n, n)``."""
        return (1 - self.share) * np.eye(len(positions)) + self.share * ar1_correlation(positions, float(self.rho))

    def whitener(self, positions: np.ndarray) -> np.ndarray:
        """The matrix that makes the residuals white, keeping their variance, shape ``(n, n)``."""
        return np.linalg.inv(np.linalg.cholesky(self.correlation(positions)))


#: No dependence at all.
INDEPENDENT = Dependence()


def estimate_dependence(
    residuals: np.ndarray, design: np.ndarray, positions: np.ndarray, *, counts: bool = True, margin: float = 1.0
) -> Dependence:
    """The `Dependence` that explains the size and the autocorrelation of the residuals of a regression.

    Parameters
    ----------
    residuals : numpy.ndarray
        Pearson residuals, shape ``(n,)`` or ``(n_series, n)``.
    design : numpy.ndarray
        The columns that were fitted, weighted as the residuals are, shape ``(n, k)``. A date that was searched for
        counts as a column too: the step at that date.
    positions : numpy.ndarray of int
        The period of each row, shape ``(n,)``.
    counts : bool
        Whether a part of the variance, 1, is counting noise without memory; for other responses all of it is taken
        to be AR(1).
    margin : float
        Standard errors, ``1 / sqrt(n)``, by which the autocorrelation is raised: taking too little dependence for
        granted is the costlier mistake.

    Notes
    -----
    Residuals of a regression are less variable and less autocorrelated than its errors, the more so the shorter the
    series: with 24 periods, a trend and a season, a true .5 shows as .27 on average. Their sum of squares and the sum
    of their neighbours' products are set equal to their expectations, which are traces; that is the correction.

    Examples
    --------
    >>> from scipy.signal import lfilter
    >>> rng, time = np.random.default_rng(1), np.arange(40)
    >>> noise = lfilter([1], [1, -0.5], rng.normal(size=(2000, 90)), axis=1)[:, 50:] + rng.normal(size=(2000, 40))
    >>> design = np.column_stack([np.ones(40), time])
    >>> rest = noise - noise @ design @ np.linalg.pinv(design)
    >>> found = estimate_dependence(rest, design, time, margin=0)
    >>> float(np.median(found.dispersion).round(2)), float(np.median(found.rho).round(2))
    (2.43, 0.53)
    """
    n = len(positions)
    # Columns may repeat one another where a searched date lies next to another, and be empty where none was counted.
    lengths = np.linalg.norm(design, axis=0)
    left, sizes, _ = np.linalg.svd(design[:, lengths > 0] / lengths[lengths > 0], full_matrices=False)
    basis = left[:, sizes > 1e-9]
    annihilator = np.eye(n) - basis @ basis.T
    together = annihilator @ ((np.abs(positions[:, None] - positions[None, :]) == 1) / 2) @ annihilator
    size, near = np.empty(len(_GRID)), np.empty(len(_GRID))
    at_once = max(1, _CELLS // n**2)
    for part in (slice(first, first + at_once) for first in range(0, len(_GRID), at_once)):
        smooth = np.array([ar1_correlation(positions, rho) for rho in _GRID[part]])
        size[part] = np.einsum("ij,gij->g", annihilator, smooth)
        near[part] = np.einsum("ij,gij->g", together, smooth)
    squares = np.square(residuals).sum(axis=-1)[..., None]
    wanted = lag_one(residuals, positions)[..., None] + margin / np.sqrt(n)
    freedom, noise = (np.trace(annihilator), np.trace(together)) if counts else (0.0, 0.0)
    latent = np.maximum(squares - freedom, 0.0) / size
    expected = (noise + latent * near) / np.maximum(freedom + latent * size, np.finfo(float).tiny)
    # The first grid point that explains as much; rising but for rounding, and the last where none does.
    which = np.minimum((np.maximum.accumulate(expected, axis=-1) < wanted).sum(axis=-1), len(_GRID) - 1)
    latent = np.take_along_axis(latent, which[..., None], axis=-1)[..., 0]
    variance = latent + 1.0 if counts else latent
    return Dependence(variance, latent / np.maximum(variance, np.finfo(float).tiny), _GRID[which])
