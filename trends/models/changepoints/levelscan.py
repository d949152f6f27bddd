"""A step in the level of a count regression at every admissible date, for one series or for thousands of replicates."""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from trends.fits.batch import fit_poisson
from trends.models.changepoints.segmentation import segment_sums
from trends.models.changepoints.stepfits import fit_steps


@dataclass(frozen=True)
class LevelScan:
    """Statistics for a step at each of several dates, a row for each series.

    Attributes
    ----------
    at : numpy.ndarray
        Positions of the steps, the first period of the new level, shape ``(n_dates,)``.
    gain : numpy.ndarray
        Fall in deviance by the step (Gaussian: in the sum of squares), shape ``(n_series, n_dates)``.
    score : numpy.ndarray
        Efficient score statistic over the dispersion without a step, shape ``(n_series, n_dates)``.
    spread : numpy.ndarray
        Dispersion around the fit with the step, shape ``(n_series, n_dates)``.
    information : numpy.ndarray
        Information on the step at the fit without it, shape ``(n_series, n_dates)``.
    fitted : numpy.ndarray
        Fit without a step, shape ``(n_series, n)``.
    stepped : numpy.ndarray
        Fit with the step that gains most, shape ``(n_series, n)``.
    deviance : numpy.ndarray
        Deviance without a step (Gaussian: sum of squares), shape ``(n_series,)``.
    """

    at: np.ndarray
    gain: np.ndarray
    score: np.ndarray
    spread: np.ndarray
    information: np.ndarray
    fitted: np.ndarray
    stepped: np.ndarray
    deviance: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """Fall in deviance over the dispersion that is left: F statistics, shape ``(n_series, n_dates)``."""
        # Counts that a step fits perfectly leave no dispersion; every ratio is then as large as any.
        return self.gain / np.maximum(self.spread, 1e-12)


def level_scan(counts, design, exposure, at, family: str = "poisson") -> LevelScan:
    """The `LevelScan` of one series or a stack of them.

    Parameters
    ----------
    counts : numpy.ndarray
        Counts of watched periods, shape ``(n,)`` or ``(n_series, n)``.
    design : numpy.ndarray
        What goes on in every regime, with its constant, shape ``(n, k)``.
    exposure : numpy.ndarray
        Exposure above 0, shape ``(n,)``.
    at : numpy.ndarray
        Positions of the steps to try.
    family : str
        ``"poisson"`` or ``"gaussian"``.

    Notes
    -----
    Exhaustive: a fit for every series and every date. Series share a design at each date, so that a date costs a few
    matrix products.
    """
    counts, design = np.atleast_2d(np.asarray(counts, float)), np.asarray(design, float)
    steps = (np.arange(counts.shape[1]) >= np.asarray(at)[:, None]).astype(float)
    level_only = design.shape[1] == 1 and np.ptp(design) == 0
    scan = _gaussian if family == "gaussian" else _poisson_level if level_only else _poisson
    return scan(counts, design, np.asarray(exposure, float), np.asarray(at), steps)


def _gaussian(values, design, exposure, at, steps):
    basis = np.linalg.qr(design)[0]
    residuals = values - (values @ basis) @ basis.T
    free = steps - (steps @ basis) @ basis.T
    power = (free**2).sum(1)
    gain = (residuals @ free.T) ** 2 / power
    total = (residuals**2).sum(1)
    left = values.shape[1] - design.shape[1]
    spread = (total[:, None] - gain) / (left - 1)
    best = gain.argmax(1)
    moved = np.einsum("ij,ij->i", residuals, free[best]) / power[best]
    fitted = values - residuals
    score = gain / (total / left)[:, None]
    information = np.broadcast_to(power, gain.shape)
    return LevelScan(at, gain, score, spread, information, fitted, fitted + moved[:, None] * free[best], total)


def _poisson(counts, design, exposure, at, steps):
    null = fit_poisson(counts, design, exposure=exposure)
    fitted = exposure * np.exp(null.params @ design.T)
    score, information = score_and_information(counts, design, fitted, steps, null.dispersion)
    gain, chi, stepped = fit_steps(counts, design, exposure, steps, null)
    spread = chi / (counts.shape[1] - design.shape[1] - 1)
    return LevelScan(at, gain, score, spread, information, fitted, stepped, null.deviance)


def _poisson_level(counts, design, exposure, at, steps):
    """Two rates and nothing else: all fits follow from running sums."""
    sums = segment_sums(counts, exposure)
    squares = segment_sums(counts**2 / exposure, exposure)
    n = counts.shape[1]

    def pearson(first, stop):
        total = sums.counts[:, stop] - sums.counts[:, first]
        rate = total / (sums.exposure[stop] - sums.exposure[first])
        raised = squares.counts[:, stop] - squares.counts[:, first]
        return np.divide(raised, rate, out=np.zeros_like(rate), where=rate > 0) - total

    whole = sums.cost(0, n)
    gain = np.maximum(whole - sums.cost(0, at) - sums.cost(at, n), 0.0)
    spread = (pearson([0], at) + pearson(at, [n])) / (n - 2)
    rate = counts.sum(1) / exposure.sum()
    fitted = rate[:, None] * exposure
    score, information = score_and_information(counts, design, fitted, steps, pearson([0], [n])[:, 0] / (n - 1))
    best = at[gain.argmax(1)]
    upto, seen = sums.counts[np.arange(len(counts)), best], sums.exposure[best]
    sides = upto / seen, (sums.counts[:, n] - upto) / (sums.exposure[n] - seen)
    stepped = exposure * np.where(np.arange(n) < best[:, None], sides[0][:, None], sides[1][:, None])
    deviance = 2 * xlogy(counts, np.where(counts > 0, counts, 1) / exposure).sum(1) - 2 * counts.sum(1) + whole[:, 0]
    return LevelScan(at, gain, score, spread, information, fitted, stepped, deviance)


def score_and_information(counts, design, fitted, steps, dispersion):
    """Score statistics of further columns and the information on each, from fits without them.

    Parameters
    ----------
    counts, fitted : numpy.ndarray
        Shape ``(n_series, n)``.
    design, steps : numpy.ndarray
        The columns that were fitted, shape ``(n, k)``, and the further ones, a row each, shape ``(m, n)``.
    dispersion : numpy.ndarray
        What the statistics are divided by, shape ``(n_series,)``.
    """
    gram = np.einsum("ti,rt,tj->rij", design, fitted, design, optimize=True)
    ridge = 1e-9 * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(design.shape[1])
    crossed = np.einsum("jt,rt,ti->rji", steps, fitted, design, optimize=True)
    explained = np.einsum("rji,rij->rj", crossed, np.linalg.solve(gram + ridge, np.swapaxes(crossed, 1, 2)))
    information = np.maximum(fitted @ (steps**2).T - explained, 1e-12)
    score = ((counts - fitted) @ steps.T) ** 2 / information
    return score / np.maximum(dispersion, 1e-12)[:, None], information
