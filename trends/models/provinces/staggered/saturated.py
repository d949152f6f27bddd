"""Effects that may differ by cohort and period, and clustered errors of the estimates that average over them."""

import numpy as np
import pandas as pd

from trends.errors import ModelError
from trends.models.provinces.staggered.imputation import fit_effects
from trends.models.provinces.staggered.twoway import fit_twoway
from trends.periods import label_of

# The design has a table of the panel's size for each cohort and period reached: half a gigabyte at this.
_CELLS = 60_000_000
_ROUNDING = 1e-12


def saturated_effects(
    counts: np.ndarray, exposure: np.ndarray, dose: np.ndarray, index: pd.PeriodIndex
) -> pd.DataFrame:
    """A log rate ratio for every cohort in every period since it was reached, in one Poisson regression.

    Parameters
    ----------
    counts, exposure, dose : numpy.ndarray, shape (n_provinces, n_periods)
        The dose is 0 before a province was reached and above 0 from then on.
    index : pandas.PeriodIndex
        The periods.

    Returns
    -------
    pandas.DataFrame
        A row for each cohort (named by its first period) and period: ``cohort, period, observed, expected,
        coefficient, se``; ``attrs`` has the average ``coefficient`` and its ``se``. Errors are clustered by province.

    Raises
    ------
    ModelError
        Where the design would not fit into memory.

    Notes
    -----
    The average is the logarithm of all observed over all expected counts. Its standard error takes the shares of the
    cells as known. Cells in which nothing was observed, or nothing to be expected, have infinite coefficients and no
    error, nor have those whose residuals cancel out within every province. Where every cell was watched alike, the
    average equals that of the imputation estimator exactly.

    References
    ----------
    Wooldridge, J. M. (2023). Simple approaches to nonlinear difference-in-differences with panel data. Econometrics
    Journal 26(3), C31-C66.
    """
    # A reached cell without any that was not reached in its period, or province, has nothing to be held against.
    imputed = fit_effects(counts, exposure, (dose > 0)[None]).means(exposure)[0]
    exposure = np.where(np.isfinite(imputed), exposure, 0.0)
    reached, watched = dose > 0, exposure > 0
    first = np.where(reached.any(axis=1), reached.argmax(axis=1), len(index))
    starts = sorted(set(first[first < len(index)]))
    named = [
        (start, t, (first == start)[:, None] & reached & watched & (np.arange(len(index)) == t))
        for start in starts
        for t in range(start, len(index))
    ]
    named = [(start, t, cells) for start, t, cells in named if cells.any()]
    if len(named) * counts.size > _CELLS:
        raise ModelError(
            "fit an effect for every cohort and period",
            found=f"{len(named)} of them in {counts.size:,} cells",
            allowed=f"at most {_CELLS // counts.size}",
            do="read the estimate by imputation, which needs no such design, or count by longer periods",
        )
    # Without a finite maximum: nothing observed, or nothing to be expected because nobody else had any in the period.
    finite = [counts[cells].sum() > 0 and imputed[cells].sum() > 0 for _, _, cells in named]
    left_out = np.zeros(counts.shape, bool)
    for (_, _, cells), inside in zip(named, finite, strict=True):
        left_out |= cells & (not inside)
    counted = [cells for (_, _, cells), inside in zip(named, finite, strict=True) if inside]
    design = np.array(counted, dtype=float).reshape(-1, *counts.shape)
    fit = fit_twoway(counts, design, np.where(left_out, 0.0, exposure))
    plain = np.exp(fit.province_effects)[:, None] * np.exp(fit.period_effects) * exposure
    rows = [(label_of(index[s]), label_of(index[t]), counts[c].sum(), plain[c].sum()) for s, t, c in named]
    table = pd.DataFrame(rows, columns=["cohort", "period", "observed", "expected"])
    with np.errstate(divide="ignore", invalid="ignore"):
        table["coefficient"] = np.log(table["observed"] / table["expected"])
    table["se"] = np.nan
    table.loc[finite, "se"] = _root(np.diag(fit.covariance))
    shares = table.loc[finite, "observed"].to_numpy()
    shares = shares / shares.sum() if len(shares) else shares
    with np.errstate(divide="ignore", invalid="ignore"):
        average = float(np.log(table["observed"].sum() / table["expected"].sum()))
    spread = float(_root(shares @ fit.covariance @ shares)) if fit.converged and len(shares) else np.nan
    table.attrs = {"coefficient": average, "se": spread}
    return table


def _root(variance: np.ndarray) -> np.ndarray:
    # Where the residuals of every province cancel out, what is left of the variance is rounding, of either sign.
    return np.sqrt(np.where(variance > _ROUNDING, variance, np.nan))


def imputation_error(counts: np.ndarray, exposure: np.ndarray, dose: np.ndarray, effect: float) -> float:
    """The standard error, clustered by province, of the effect per unit of dose against imputed counts.

    The residuals of both steps enter: those of reached cells, and those of the cells that the province and period
    effects were estimated from. NaN where only one province was reached, because its own residuals sum to 0 by
    construction and its noise cannot be seen.
    """
    reached = (dose > 0) & (exposure > 0)
    if not np.isfinite(effect) or reached.any(axis=1).sum() < 2:
        return np.nan
    fitted = fit_effects(counts, exposure, (dose > 0)[None]).means(exposure)[0]
    known = np.isfinite(fitted)
    fitted = np.where(known, fitted, 0.0)
    reached &= known
    free = (dose == 0) & known
    mean, residual = np.where(free, fitted, 0.0), np.where(free, counts - fitted, 0.0)
    x = np.where(reached, dose, 0.0)
    rate = x * fitted * np.exp(effect * x)
    provinces, periods = mean.sum(axis=1), mean.sum(axis=0)
    share = np.divide(mean, provinces[:, None], out=np.zeros_like(mean), where=provinces[:, None] > 0)
    information = np.diag(periods) - share.T @ mean
    moved = np.linalg.lstsq(information, rate.sum(axis=0) - rate.sum(axis=1) @ share, rcond=None)[0]
    influence = (x * (counts - fitted * np.exp(effect * x))).sum(axis=1) - residual @ moved
    groups = int((counts.sum(axis=1) > 0).sum())
    return float(np.sqrt(groups / (groups - 1) * (influence @ influence)) / (x * rate).sum())
