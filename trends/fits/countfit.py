"""One count regression fitted by statsmodels, with its covariance, on arrays of watched rows."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from trends.errors import ModelError
from trends.fits.batch import fit_negbin, fit_poisson
from trends.loading import later

null_space = later("scipy.linalg.null_space")
NegativeBinomial = later("statsmodels.genmod.families.NegativeBinomial")
Poisson = later("statsmodels.genmod.families.Poisson")
GLM = later("statsmodels.genmod.generalized_linear_model.GLM")
S_crosssection = later("statsmodels.stats.sandwich_covariance.S_crosssection")
S_hac_simple = later("statsmodels.stats.sandwich_covariance.S_hac_simple")
sm_exceptions = later("statsmodels.tools.sm_exceptions")

#: The middle of a sandwich covariance, of the scores of all rows.
Meat = Callable[[np.ndarray], np.ndarray]

_ASKED = "fit a count regression"
FAMILIES = ("poisson", "quasipoisson", "negbin")
# A fitted rate this small beside the mean rate is 0: the likelihood has no maximum in that direction.
_NOTHING = 1e-6
_GAIN = 1e-12
# The engine keeps a table as long as the largest count.
_LARGEST = 1_000_000


@dataclass(frozen=True, eq=False)
class CountFit:
    """A fitted count regression.

    Attributes
    ----------
    params : numpy.ndarray
        Coefficients, shape ``(n_columns,)``; finite even where the estimate runs off to infinity.
    cov : numpy.ndarray
        Their covariance, shape ``(n_columns, n_columns)``, among what has an estimate.
    endless : numpy.ndarray
        Directions in which the likelihood has no maximum, because nothing was counted in the rows they set apart;
        orthonormal, shape ``(n_columns, n_directions)``.
    nothing : numpy.ndarray
        The rows thus set apart, shape ``(n,)``.
    means, residuals : numpy.ndarray
        Fitted means and Pearson residuals, shape ``(n,)``.
    alpha : float
        Variance parameter of the negative binomial, ``mean + alpha * mean ** 2``; 0 for the other families.
    dispersion : float
        Pearson's chi-square over its degrees of freedom.
    df_resid : int
        Rows less coefficients, both without what is set apart.
    sm_results : statsmodels GLMResults
        The fit itself; where rows are set apart, without them and on what is left of the design.
    """

    params: np.ndarray
    cov: np.ndarray
    endless: np.ndarray
    nothing: np.ndarray
    means: np.ndarray
    residuals: np.ndarray
    alpha: float
    dispersion: float
    df_resid: int
    sm_results: Any


def fit_counts(
    counts: np.ndarray, design: np.ndarray, exposure: np.ndarray, family: str, meat: Meat | None
) -> CountFit:
    """The `CountFit` of counts on a design of full rank.

    Parameters
    ----------
    counts, exposure : numpy.ndarray
        Shape ``(n,)``; exposure above 0.
    design : numpy.ndarray
        Shape ``(n, n_columns)``.
    family : {"poisson", "quasipoisson", "negbin"}
        As in `trends.models.regression.CountRegression`.
    meat : callable or None
        Takes the scores, shape ``(n, n_columns)``, and gives the middle of a sandwich covariance; None for the
        covariance of the family.
    """
    start, alpha = _maximum(counts, design, exposure, family)
    nothing, endless = _set_apart(counts, design, exposure, start)
    kept, bounded = ~nothing, null_space(endless.T) if endless.size else np.eye(design.shape[1])
    df_resid = int(kept.sum()) - bounded.shape[1]
    if df_resid < 1:
        raise ModelError(
            _ASKED,
            found=f"{bounded.shape[1]} coefficients for {kept.sum()} of the periods, once those are left out in which "
            "nothing was counted and that a column sets apart",
            allowed="more periods than coefficients",
            do="take a longer series or finer periods, or ask for less (no season, no trend)",
        )
    reduced, near = design[kept] @ bounded, bounded.T @ start
    if endless.size:
        # Alpha had not settled while the rest was still running off.
        near, alpha = _maximum(counts[kept], reduced, exposure[kept], family)
    law = NegativeBinomial(alpha=alpha) if alpha else Poisson()
    results = _glm(counts[kept], reduced, exposure[kept], law, near)
    means = np.zeros(len(counts))
    means[kept] = results.fittedvalues
    if not (np.isfinite(means).all() and (means[kept] > 0).all()):
        raise _out_of_reach()
    slope = 1 / (1 + alpha * means)
    residuals = (counts - means) * np.sqrt(slope / np.where(kept, means, 1))
    dispersion = float((residuals**2).sum() / df_resid)
    cov = _inverse_information(reduced, (means * slope)[kept])
    scores = np.zeros((len(counts), bounded.shape[1]))
    scores[kept] = reduced * ((counts - means) * slope)[kept, None]
    # What a further step would gain in log-likelihood, whatever the units of the columns.
    if not scores.sum(axis=0) @ cov @ scores.sum(axis=0) < _GAIN:
        raise _out_of_reach()
    if meat is not None:
        cov = cov @ meat(scores) @ cov
    elif family == "quasipoisson":
        cov = cov * dispersion
    params = bounded @ results.params + endless @ (endless.T @ start)
    cov = bounded @ cov @ bounded.T
    return CountFit(params, cov, endless, nothing, means, residuals, alpha, dispersion, df_resid, results)


def _maximum(counts: np.ndarray, design: np.ndarray, exposure: np.ndarray, family: str) -> tuple[np.ndarray, float]:
    """Maximum-likelihood coefficients and alpha, by `trends.fits.batch` on orthogonal columns.

    It halves steps that overshoot, where the iteration of statsmodels from the counts themselves may run away.
    """
    if family == "negbin" and counts.max() > _LARGEST:
        raise ModelError(
            _ASKED,
            found=f"a count of {counts.max():.0f}",
            allowed=f"counts up to {_LARGEST}",
            do="take the family quasipoisson, or count in thousands",
        )
    basis, triangle = np.linalg.qr(design)
    scale = np.sqrt(len(counts))
    with np.errstate(all="ignore"):
        fit = (fit_negbin if family == "negbin" else fit_poisson)(counts, basis * scale, exposure=exposure)
    return np.linalg.solve(triangle, fit.params[0]) * scale, float(fit.alpha[0])


def _glm(counts: np.ndarray, design: np.ndarray, exposure: np.ndarray, family: Any, start: np.ndarray) -> Any:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # What these are about is judged by the caller: by the slope of the likelihood, rank, degrees of freedom.
            warnings.simplefilter("ignore", sm_exceptions.ModelWarning)
            warnings.simplefilter("ignore", RuntimeWarning)
            model = GLM(counts, design, family=family, exposure=exposure)
            return model.fit(start, method="newton", max_start_irls=0, tol=1e-9, maxiter=50, disp=False)
    except (ValueError, np.linalg.LinAlgError):
        raise _out_of_reach() from None


def _out_of_reach() -> ModelError:
    return ModelError(
        _ASKED,
        found="no maximum of the likelihood within reach of the arithmetic",
        allowed="counts, columns and exposures of less unequal size",
        do="bring the columns to a like scale, and look for a count or an exposure that is a slip",
    )


def _set_apart(
    counts: np.ndarray, design: np.ndarray, exposure: np.ndarray, params: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Separation: rows whose fitted rate is 0, and the directions in which the coefficients diverge."""
    with np.errstate(over="ignore", invalid="ignore"):
        rates = np.exp(design @ params)
    nothing = rates < _NOTHING * counts.sum() / exposure.sum()
    if not np.isfinite(rates).all() or counts[nothing].any():
        raise _out_of_reach()
    lengths = np.linalg.norm(design, axis=0)
    # The triangle has the singular values and right vectors of all rows, without a matrix of rows by rows.
    triangle = np.linalg.qr(design[~nothing] / lengths, mode="r")
    _, sizes, directions = np.linalg.svd(triangle, full_matrices=True)
    rank = int((sizes > 1e-9 * sizes[0]).sum())
    if rank == design.shape[1]:
        return np.zeros(len(design), bool), np.zeros((design.shape[1], 0))
    return nothing, np.linalg.qr(directions[rank:].T / lengths[:, None])[0]


def _inverse_information(design: np.ndarray, weights: np.ndarray) -> np.ndarray:
    rows = design * np.sqrt(weights)[:, None]
    lengths = np.linalg.norm(rows, axis=0)
    inverse = np.linalg.pinv(rows / lengths) / lengths[:, None]
    return inverse @ inverse.T


def hac_meat(slots: np.ndarray, maxlags: int) -> Meat:
    """The middle of the Newey-West covariance for rows at given places in time; what was not watched counts as 0.

    References
    ----------
    Newey, W. K. & West, K. D. (1987). Econometrica 55, 703-708. Parzen, E. (1963). Sankhya A 25, 383-392 (gaps).
    """

    def meat(scores: np.ndarray) -> np.ndarray:
        spaced = np.zeros((slots.max() + 1, scores.shape[1]))
        spaced[slots] = scores
        middle: np.ndarray = S_hac_simple(spaced, nlags=maxlags)
        return middle

    return meat


def cluster_meat(groups: np.ndarray, n_columns: int) -> Meat:
    """The middle of the covariance clustered by group, with the usual correction for few groups."""
    names, members = np.unique(groups, return_inverse=True)
    few = len(names) / (len(names) - 1) * (len(groups) - 1) / (len(groups) - n_columns)
    return lambda scores: few * S_crosssection(scores, members)
