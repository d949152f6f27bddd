"""A break in slope at a point that need not be an observed one: rate and direction before and after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from matplotlib.axes import Axes
from scipy.special import expit
from scipy.stats import norm

from trends import drawing
from trends.errors import ModelError
from trends.models.changepoints.gaussianlimit import correlation_of, limit_sample
from trends.models.changepoints.levelscan import score_and_information

# The golden section, for narrowing down an optimum.
_GOLDEN = (np.sqrt(5) - 1) / 2
_ASKED = "look for a break in slope"


@dataclass(frozen=True)
class SlopeBreak:
    """A course that is straight on the link scale but for one bend.

    Attributes
    ----------
    at, at_bse : float
        Where it bends, and the standard error of that.
    slopes, slopes_bse : numpy.ndarray
        Slope before and after, shape ``(2,)``.
    intercept : float
        Of the first piece.
    deviance, deviance_straight : float
        Deviance with the bend and without.
    pvalue : float
        Of no bend against one anywhere between the ends searched.
    inflation : float
        What variances were multiplied by.
    x, endog, fittedvalues : numpy.ndarray
        The data and the fit, shape ``(n,)``.
    """

    at: float
    at_bse: float
    slopes: np.ndarray
    slopes_bse: np.ndarray
    intercept: float
    deviance: float
    deviance_straight: float
    pvalue: float
    inflation: float
    x: np.ndarray
    endog: np.ndarray
    fittedvalues: np.ndarray

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Wald intervals of ``at``, ``slope before`` and ``slope after``: columns ``lower, upper``."""
        half = norm.ppf(1 - alpha / 2) * np.array([self.at_bse, *self.slopes_bse])
        middle = np.array([self.at, *self.slopes])
        names = ["at", "slope before", "slope after"]
        return pd.DataFrame({"lower": middle - half, "upper": middle + half}, index=names)

    def summary(self) -> pd.DataFrame:
        """Estimates with standard errors and 95 % intervals."""
        frame = pd.DataFrame(
            {"estimate": [self.at, *self.slopes], "bse": [self.at_bse, *self.slopes_bse]}, index=self.conf_int().index
        )
        return frame.join(self.conf_int())

    def __repr__(self) -> str:
        before, after = self.slopes
        return f"SlopeBreak(at {self.at:.6g}, slope {before:.3g} before and {after:.3g} after, p {self.pvalue:.2g})"

    def _repr_html_(self) -> str:
        return self.summary().to_html(border=0, float_format="{:.6g}".format)

    def plot_fit(self, ax: Axes | None = None) -> Axes:
        """Axes with the counts, the fit and the bend."""
        ax = drawing.axes(ax)
        order = np.argsort(self.x)
        dots = {"linestyle": "none", "marker": "o", "markersize": 3, "color": drawing.COLOURS["counts"]}
        ax.plot(self.x, self.endog, label="counted", **dots)
        ax.plot(self.x[order], self.fittedvalues[order], color=drawing.COLOURS["fit"], label="expected")
        ax.set_ylim(bottom=0)
        ax.axvline(self.at, color=drawing.COLOURS["event"], linestyle="--", label="break in slope")
        return drawing.finish(ax, y_label="events")


def slope_break(endog, x, *, exposure=None, trials=None, inflation: float | None = None, rng=0) -> SlopeBreak:
    """The `SlopeBreak` of counts along a measure such as time or age.

    Parameters
    ----------
    endog : array_like
        Counts, shape ``(n,)``.
    x : array_like
        Where they were counted, shape ``(n,)``, in any unit.
    exposure : array_like, optional
        What the expected count is proportional to (Poisson, log link).
    trials : array_like, optional
        Numbers that the counts are out of (binomial, logit link), in place of ``exposure``.
    inflation : float, optional
        What variances are multiplied by; by default Pearson's chi-square over its degrees of freedom, at least 1.
    rng : int or numpy.random.Generator
        Seed of the draws behind the p-value.

    Raises
    ------
    ModelError
        Where lengths differ, values are no counts, or there are fewer than three distinct ``x`` on either side.

    Notes
    -----
    The likelihood is maximised over the point of the bend between each two neighbouring ``x`` in turn, so that no local
    maximum is taken for the highest. The standard error is that of the linearised model (Muggeo 2003). The p-value
    is that of the largest score statistic over all bends at a distinct ``x``, in its Gaussian limit.

    **Assumptions**: one bend, no jump; independent counts given ``x``. For breaks at whole periods, several of them,
    or annual percent changes use the joinpoint model.

    References
    ----------
    Muggeo (2003), Estimating regression models with unknown break-points. Davies (1987), Hypothesis testing when a
    nuisance parameter is present only under the alternative.

    Examples
    --------
    >>> x = np.arange(60.0)
    >>> mean = np.exp(3 - 0.04 * np.maximum(x - 25.4, 0))
    >>> found = slope_break(np.random.default_rng(1).poisson(mean), x)
    >>> bool(abs(found.at - 25.4) < 3 * found.at_bse), bool(found.pvalue < 0.01)
    (True, True)
    """
    endog, x, of = _checked(endog, x, exposure, trials)
    inner = np.unique(x)[1:-1]
    straight = _fit(endog, x, of, None, trials is not None)
    at = _best_bend(endog, x, of, inner, straight.params, trials is not None)
    bent = _fit(endog, x, of, at, trials is not None)
    if inflation is None:
        inflation = max(bent.pearson_chi2 / (len(x) - 4), 1.0)
    covariance = inflation * _covariance(x, at, bent.params[2], _weights(bent.fittedvalues, of, trials is not None))
    return SlopeBreak(
        at=float(at),
        at_bse=float(np.sqrt(covariance[3, 3])),
        slopes=np.array([bent.params[1], bent.params[1] + bent.params[2]]),
        slopes_bse=np.sqrt([covariance[1, 1], covariance[1:3, 1:3].sum()]),
        intercept=float(bent.params[0]),
        deviance=float(bent.deviance),
        deviance_straight=float(straight.deviance),
        pvalue=_pvalue(endog, x, of, straight, inner, inflation, trials is not None, rng),
        inflation=float(inflation),
        x=x,
        endog=endog,
        fittedvalues=_expected(bent.fittedvalues, of, trials is not None),
    )


def _checked(endog, x, exposure, trials):
    endog, x = np.asarray(endog, float), np.asarray(x, float)
    of = trials if trials is not None else exposure
    of = np.ones(len(endog)) if of is None else np.asarray(of, float)
    if endog.shape != x.shape or of.shape != x.shape or x.ndim != 1:
        found, do = f"{endog.shape} counts, {x.shape} points and {of.shape} exposures or trials", "match their lengths"
    elif not (np.isfinite(endog).all() and np.isfinite(x).all() and (endog >= 0).all() and (of > 0).all()):
        found, do = "a negative or missing value", "leave out what was not watched"
    elif trials is not None and (exposure is not None or (endog > of).any()):
        found, do = "counts above their trials, or both exposure and trials", "give one of the two"
    elif len(np.unique(x)) < 6:
        found, do = f"{len(np.unique(x))} distinct points", "take more points"
    else:
        return endog, x, of
    raise ModelError(_ASKED, found=found, allowed="counts from 0 up at six distinct points and more", do=do)


def _design(x, at):
    columns = [np.ones_like(x), x] + ([] if at is None else [np.maximum(x - at, 0)])
    return np.column_stack(columns)


def _fit(endog, x, of, at, binomial):
    if binomial:
        model = sm.GLM(np.column_stack([endog, of - endog]), _design(x, at), family=sm.families.Binomial())
    else:
        model = sm.GLM(endog, _design(x, at), family=sm.families.Poisson(), exposure=of)
    return model.fit(tol=1e-12, tol_criterion="deviance")


def _best_bend(endog, x, of, inner, params, binomial):
    """The bend of the highest likelihood: golden sections between all neighbours side by side."""
    low, high = inner[:-1].copy(), inner[1:].copy()
    for _ in range(35):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        lacks = _lacks(endog, x, of, np.concatenate([left, right]), params, binomial)
        lower = lacks[: len(left)] < lacks[len(left) :]
        low, high = np.where(lower, low, left), np.where(lower, right, high)
    ends = np.concatenate([(low + high) / 2, inner])
    return ends[_lacks(endog, x, of, ends, params, binomial).argmin()]


def _lacks(endog, x, of, at, params, binomial):
    """Minus the log-likelihood with a bend at each of several points, by Newton's method side by side."""
    hinge = np.maximum(x - at[:, None], 0)
    design = np.stack([np.ones_like(hinge), np.broadcast_to(x, hinge.shape), hinge], axis=-1)
    beta, lack = np.tile(np.append(params, 0.0), (len(at), 1)), np.full(len(at), np.inf)
    for _ in range(50):
        logs = np.clip((design @ beta[..., None])[..., 0], -30, 30)
        mean = of * (expit(logs) if binomial else np.exp(logs))
        weight = mean * (1 - mean / of) if binomial else mean
        total = of * np.logaddexp(0, logs) if binomial else mean
        before, lack = lack, (total - endog * logs).sum(-1)
        if np.abs(before - lack).max() < 1e-11 * (1 + np.abs(lack).max()):
            break
        gram = np.einsum("mni,mn,mnj->mij", design, weight, design) + 1e-12 * np.eye(3)
        beta = beta + np.linalg.solve(gram, np.einsum("mni,mn->mi", design, endog - mean)[..., None])[..., 0]
    return lack


def _covariance(x, at, turn, weights):
    """Of intercept, slope, turn and point of the bend; the derivative by that point enters as a column."""
    columns = np.column_stack([_design(x, at), -turn * (x > at)]) * np.sqrt(weights)[:, None]
    lengths = np.sqrt((columns**2).sum(0))
    if lengths[3] > 0 and np.linalg.matrix_rank(columns / lengths, tol=1e-7) == 4:
        return np.linalg.inv(columns.T @ columns)
    # No turn, or a single point beyond it: the bend could be anywhere.
    covariance = np.full((4, 4), np.inf)
    covariance[:3, :3] = np.linalg.inv(columns[:, :3].T @ columns[:, :3])
    return covariance


def _expected(fitted, of, binomial):
    return fitted * of if binomial else fitted


def _weights(fitted, of, binomial):
    return of * fitted * (1 - fitted) if binomial else fitted


def _pvalue(endog, x, of, straight, inner, inflation, binomial, rng):
    weights = _weights(straight.fittedvalues, of, binomial)
    bends = np.maximum(x - inner[:, None], 0)
    left = endog - _expected(straight.fittedvalues, of, binomial)
    # Score and information need the counts only through what is left of them, with the weights as variances.
    scores, _ = score_and_information((weights + left)[None], _design(x, None), weights[None], bends, np.ones(1))
    seen = scores.max() / inflation
    root = np.sqrt(weights)
    correlation, _ = correlation_of(bends * root, _design(x, None) * root[:, None])
    draws, importance = limit_sample(correlation, seen, np.random.default_rng(rng))
    return float(min((importance * ((draws**2).max(1) >= seen)).mean(), 1.0))
