"""One count regression fitted by statsmodels, with its covariance, on arrays of watched rows."""

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize_scalar
from statsmodels.stats.sandwich_covariance import S_crosssection, S_hac_simple

from trends.errors import ModelError

FAMILIES = ("poisson", "quasipoisson", "negbin")
# A fitted rate this small beside the mean rate is 0: the likelihood has no maximum in that direction.
_NOTHING = 1e-6


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
        The fit itself.
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
    sm_results: object


def fit_counts(counts, design, exposure, family: str, meat) -> CountFit:
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
    results = _glm(counts, design, exposure, sm.families.Poisson())
    alpha = _negbin_alpha(counts, design, exposure, results) if family == "negbin" else 0.0
    if alpha:
        results = _glm(counts, design, exposure, sm.families.NegativeBinomial(alpha=alpha), results.params)
    means = results.fittedvalues
    variance = means * (1 + alpha * means)
    residuals = (counts - means) / np.sqrt(variance)
    nothing, endless = _set_apart(design, means / exposure, counts.sum() / exposure.sum())
    df_resid = int((~nothing).sum()) - (design.shape[1] - endless.shape[1])
    if df_resid < 1:
        raise ModelError(
            "fit a count regression",
            found=f"{int((~nothing).sum())} periods that are not set apart by a column under which nothing was counted",
            allowed=f"more than the {design.shape[1] - endless.shape[1]} coefficients that are left",
            do="take a longer series or finer periods, or ask for less (no season, no trend)",
        )
    dispersion = float((residuals[~nothing] ** 2).sum() / df_resid)
    cov = _inverse_information(design[~nothing], means[~nothing] ** 2 / variance[~nothing])
    if meat is not None:
        scores = design * ((counts - means) * means / variance * ~nothing)[:, None]
        cov = cov @ meat(scores) @ cov
    elif family == "quasipoisson":
        cov = cov * dispersion
    return CountFit(results.params, cov, endless, nothing, means, residuals, alpha, dispersion, df_resid, results)


def _glm(counts, design, exposure, family, start=None):
    with warnings.catch_warnings():
        # A fit that meets every count is checked for below, by its degrees of freedom and what it sets apart.
        warnings.simplefilter("ignore", sm.tools.sm_exceptions.PerfectSeparationWarning)
        warnings.simplefilter("ignore", sm.tools.sm_exceptions.DomainWarning)
        model = sm.GLM(counts, design, family=family, exposure=exposure)
        results = model.fit(start_params=start, tol=1e-10, maxiter=200)
    if not (results.converged and np.isfinite(results.params).all()):
        raise ModelError(
            "fit a count regression",
            found=f"no convergence after {results.fit_history['iteration']} steps",
            allowed="a design in which the likelihood has a maximum",
            do="leave out columns of very unequal size, or bring them to a like scale",
        )
    return results


def _negbin_alpha(counts, design, exposure, poisson):
    """The maximum-likelihood ``alpha``, by Newton's method; 0 where the counts vary no more than Poisson counts."""
    means = poisson.fittedvalues
    # Twice the slope of the log-likelihood at alpha = 0: where it falls, the maximum is the Poisson limit.
    if ((counts - means) ** 2 - counts).sum() <= 0:
        return 0.0

    def fit_at(log_alpha):
        family = sm.families.NegativeBinomial(alpha=np.exp(log_alpha))
        return _glm(counts, design, exposure, family, poisson.params)

    rough = minimize_scalar(
        lambda value: -fit_at(value).llf, bounds=(-16, 6), method="bounded", options={"xatol": 1e-5}
    )
    start = np.append(fit_at(rough.x).params, np.exp(rough.x))
    model = sm.NegativeBinomial(counts, design, exposure=exposure)
    with warnings.catch_warnings():
        # Whether Newton's method got there is read off the gradient just below.
        warnings.simplefilter("ignore", sm.tools.sm_exceptions.ConvergenceWarning)
        warnings.simplefilter("ignore", sm.tools.sm_exceptions.HessianInversionWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        found = model.fit(start_params=start, method="newton", maxiter=100, tol=1e-10, disp=0, skip_hessian=True).params
    # Where a column sets rows apart Newton's method cannot settle, and the profile likelihood has the answer.
    settled = np.isfinite(found).all() and found[-1] > 0 and abs(found[-1] / start[-1] - 1) < 0.01
    return float(found[-1] if settled else start[-1])


def _set_apart(design, rates, mean_rate):
    nothing = rates < _NOTHING * mean_rate
    kept = design[~nothing]
    lengths = np.linalg.norm(design, axis=0)
    _, sizes, directions = np.linalg.svd(kept / lengths, full_matrices=True)
    rank = int((sizes > 1e-9 * sizes[0]).sum())
    if not nothing.any() or rank == design.shape[1]:
        return np.zeros(len(design), bool), np.zeros((design.shape[1], 0))
    return nothing, np.linalg.qr(directions[rank:].T / lengths[:, None])[0]


def _inverse_information(design, weights):
    rows = design * np.sqrt(weights)[:, None]
    lengths = np.linalg.norm(rows, axis=0)
    lengths[lengths == 0] = 1
    inverse = np.linalg.pinv(rows / lengths, rcond=1e-9)
    return (inverse / lengths[:, None]) @ (inverse / lengths[:, None]).T


def hac_meat(slots: np.ndarray, maxlags: int):
    """The middle of the Newey-West covariance for rows at given places in time; what was not watched counts as 0.

    References
    ----------
    Newey, W. K. & West, K. D. (1987). Econometrica 55, 703-708. Parzen, E. (1963). Sankhya A 25, 383-392 (gaps).
    """

    def meat(scores):
        spaced = np.zeros((slots.max() + 1, scores.shape[1]))
        spaced[slots] = scores
        return S_hac_simple(spaced, nlags=maxlags)

    return meat


def cluster_meat(groups: np.ndarray, n_columns: int):
    """The middle of the covariance clustered by group, with the usual correction for few groups."""
    names, members = np.unique(groups, return_inverse=True)
    few = len(names) / (len(names) - 1) * (len(groups) - 1) / (len(groups) - n_columns)
    return lambda scores: few * S_crosssection(scores, members)
