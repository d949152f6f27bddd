"""Poisson regressions with a step at every date, for thousands of series: all of them fitted, none guessed.

A series' fits differ by one column, so that they share nearly all of their curvature. Each starts at the fit without a
step and takes Newton's steps with that fit's curvature, bordered by the step's own, which is renewed; what has not
settled by then goes to the general engine.
"""

import numpy as np

from trends.fits.batch import fit_poisson

# Cells of a block: a few arrays of a megabyte or so stay in the cache.
_CELLS, _ITERATIONS, _NEAR = 100_000, 40, 1e-8


def fit_steps(counts, design, exposure, steps, null):
    """Fall in deviance, Pearson's chi-square and best fit of each series with each step.

    Parameters
    ----------
    counts : numpy.ndarray
        Shape ``(n_series, n)``.
    design, exposure : numpy.ndarray
        Shapes ``(n, k)`` and ``(n,)``.
    steps : numpy.ndarray
        The steps, shape ``(n_dates, n)``, 0 then 1.
    null : trends.fits.batch.BatchFit
        The fits without a step.

    Returns
    -------
    gain, chi : numpy.ndarray
        Shape ``(n_series, n_dates)``.
    best : numpy.ndarray
        Expected counts with the step that gains most, shape ``(n_series, n)``.
    """
    gain, chi = np.zeros((len(counts), len(steps))), np.zeros((len(counts), len(steps)))
    best = np.zeros_like(counts)
    size = max(1, _CELLS // steps.size)
    for start in range(0, len(counts), size):
        part = slice(start, start + size)
        gain[part], chi[part], best[part] = _block(counts[part], design, exposure, steps, null.params[part])
    return gain, chi, best


def _block(counts, design, exposure, steps, params):
    n_series, n_dates = len(counts), len(steps)
    begun = exposure * np.exp(params @ design.T)
    gram = np.einsum("ti,rt,tj->rij", design, begun, design, optimize=True)
    # A season without an event leaves no curvature; a trace of it keeps the inverse finite, and moves no optimum.
    ridge = 1e-9 * np.trace(gram, axis1=1, axis2=2) + 1e-300
    inverse = np.linalg.inv(gram + ridge[:, None, None] * np.eye(design.shape[1]))
    crossed = np.einsum("jt,rti->rji", steps, begun[:, :, None] * design, optimize=True)
    leaned = crossed @ inverse
    inside = begun @ steps.T
    schur = np.maximum(inside - (leaned * crossed).sum(-1), 1e-10 * inside + 1e-300)
    # One row for each pair of a series and a date from here on; pairs leave as they settle.
    series, dates = np.repeat(np.arange(n_series), n_dates), np.tile(np.arange(n_dates), n_series)
    leaned, bend = leaned.reshape(len(series), -1), (schur / np.maximum(inside, 1e-300)).ravel()
    beta, size, mean = params[series], np.zeros(len(series)), begun[series]
    live = np.arange(len(series))
    for _ in range(_ITERATIONS):
        left, step = counts[series[live]] - mean[live], steps[dates[live]]
        slope, bent = left @ design, (left * step).sum(-1)
        # The step's own weight changes most: its curvature is renewed.
        curve = bend[live] * (mean[live] * step).sum(-1)
        move = (bent - (leaned[live] * slope).sum(-1)) / np.maximum(curve, 1e-300)
        shift = (inverse[series[live]] @ slope[..., None])[..., 0] - leaned[live] * move[:, None]
        far = np.abs((shift * slope).sum(-1) + move * bent) > _NEAR
        if not far.any():
            live = live[:0]
            break
        live, move, shift, step = live[far], move[far], shift[far], step[far]
        # A step of more than 2 on the log scale is outside of where the curvature means anything.
        short = np.minimum(1.0, 2 / np.maximum(np.abs(move), 1e-12))
        beta[live] += shift * short[:, None]
        size[live] += move * short
        with np.errstate(over="ignore"):
            mean[live] = exposure * np.exp(beta[live] @ design.T + size[live, None] * step)
    with np.errstate(invalid="ignore", over="ignore"):
        total = ((beta - params[series]) * (counts @ design)[series]).sum(-1) + size * (counts @ steps.T).ravel()
        gain = 2 * (total - mean.sum(-1) + begun.sum(-1)[series])
        chi = ((counts[series] - mean) ** 2 / np.maximum(mean, 1e-8)).sum(-1)
    again = np.union1d(live, np.flatnonzero(~np.isfinite(gain)))
    if len(again):
        gain[again], chi[again], mean[again] = _refit(counts[series[again]], design, exposure, steps[dates[again]])
    gain = np.maximum(gain, 0.0).reshape(n_series, n_dates)
    best = np.arange(n_series) * n_dates + gain.argmax(1)
    return gain, chi.reshape(n_series, n_dates), mean[best]


def _refit(counts, design, exposure, steps):
    """The same by the general engine, a row a pair, for those that did not settle."""
    null, fit = (
        fit_poisson(counts, design, exposure=exposure),
        fit_poisson(counts, design, exposure=exposure, columns=steps),
    )
    logs = fit.params[:, :-1] @ design.T + fit.params[:, -1:] * steps
    mean = exposure * np.exp(np.clip(logs, -700, 50))
    chi = np.where(mean > 1e-8, (counts - mean) ** 2 / np.maximum(mean, 1e-8), 0.0).sum(-1)
    return null.deviance - fit.deviance, chi, mean
