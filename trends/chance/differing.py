"""Do provinces change alike? The mean change over provinces, with the differences between them in its interval."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.optimize import brentq
from scipy.stats import t as student

from trends import drawing
from trends.errors import ModelError
from trends.fits.batch import fit_poisson

# Two provinces say next to nothing on how provinces differ: Student's t on one degree of freedom is 12.7.
_FEWEST = 3
# Beyond a variance of exp(15) of log ratios nothing is left to estimate.
_MOST = np.exp(15.0)


@dataclass(frozen=True, eq=False)
class DifferingChanges:
    """The change of each province, and their mean.

    Attributes
    ----------
    table : pandas.DataFrame
        ``ratio, lower, upper``, a row a province with incidents; 95 % by the noise of counting alone.
    mean, lower, upper : float
        The mean rate ratio over provinces with its 95 % interval, differences between them included.
    between : float
        Standard deviation of the log ratios between provinces, beyond the noise of counting.
    """

    table: pd.DataFrame
    mean: float
    lower: float
    upper: float
    between: float

    def plot(self, ax: Axes | None = None) -> Axes:
        """Axes with the rate ratio of each province and its interval, the lowest above, and their mean."""
        shown = self.table.sort_values("ratio")
        ax = drawing.axes(ax, height=0.9 + 0.17 * len(shown))
        rows = np.arange(len(shown))
        ax.axvspan(self.lower, self.upper, color=drawing.COLOURS["fit"], alpha=0.15, linewidth=0)
        ax.hlines(rows, shown["lower"], shown["upper"], color=drawing.COLOURS["muted"], linewidth=1.2)
        ax.plot(shown["ratio"], rows, "o", markersize=4, color=drawing.COLOURS["counts"], label="each province")
        ax.axvline(
            self.mean,
            color=drawing.COLOURS["fit"],
            linewidth=1.2,
            linestyle=(0, (4, 2)),
            label="their mean and its interval",
        )
        ax.axvline(1, color=drawing.COLOURS["muted"], linewidth=0.8)
        drawing.ratio_axis(ax, [*shown[["lower", "upper"]].to_numpy().ravel(), self.lower, self.upper], "x")
        ax.set_yticks(rows, shown.index)
        ax.set_ylim(len(shown) - 0.5, -0.5)
        return drawing.finish(ax, caption=f"Rate ratio with 95 % interval; n = {len(shown)} provinces.")


def mean_of_differing(estimates, variances, level: float = 0.95) -> tuple[float, float, float, float]:
    """The mean of quantities that differ, its interval, and the variance between them.

    Parameters
    ----------
    estimates, variances : array_like, shape (k,)
        At least two estimates, and the variances of their errors.
    level : float
        Coverage of the interval.

    Returns
    -------
    mean, lower, upper, between : float

    Notes
    -----
    **Assumptions**: the quantities are draws from one normal distribution, and what is measured of each is off by an
    independent normal error of the given variance.

    The variance between is that at which the weighted squares come to their degrees of freedom (Paule & Mandel 1982);
    the interval has Student's t on k - 1 degrees. The factor of Hartung and Knapp is then 1, or below it where nothing
    is found between, and is not let narrow the interval (Roever et al. 2015).

    References
    ----------
    Hartung, J. & Knapp, G. (2001). A refined method for the meta-analysis of controlled clinical trials with binary
    outcome. Statistics in Medicine 20, 3875-3889. Paule, R. C. & Mandel, J. (1982). Consensus values and weighting
    factors. Journal of Research of the National Bureau of Standards 87, 377-385. Roever, C., Knapp, G. & Friede, T.
    (2015). Hartung-Knapp-Sidik-Jonkman approach and its modification for random-effects meta-analysis with few
    studies. BMC Medical Research Methodology 15, 99.

    Examples
    --------
    >>> mean, lower, upper, between = mean_of_differing([0.9, 0.1, 0.5, -0.2], [0.04, 0.05, 0.04, 0.06])
    >>> [round(value, 2) for value in (mean, lower, upper, between)]
    [0.34, -0.42, 1.1, 0.18]
    """
    y, v = np.asarray(estimates, float), np.asarray(variances, float)

    def weighed(between):
        weights = 1 / (v + between)
        mean = weights @ y / weights.sum()
        return mean, weights.sum(), weights @ (y - mean) ** 2 - (len(y) - 1)

    between = brentq(lambda each: weighed(each)[2], 0.0, _MOST) if weighed(0.0)[2] > 0 else 0.0
    mean, information, _ = weighed(between)
    reach = student.ppf(0.5 + level / 2, len(y) - 1) / np.sqrt(information)
    return float(mean), float(mean - reach), float(mean + reach), float(between)


def differing_changes(counts: pd.DataFrame, exposure: pd.DataFrame, course, term) -> DifferingChanges:
    """The change of each province against one course for all, and the mean over provinces.

    Parameters
    ----------
    counts, exposure : pandas.DataFrame, shape (n_periods, n_provinces)
        As those of a `Panel`; NaN counts were not watched.
    course : array_like, shape (n_periods,)
        What was to be expected of the total without the change: trend, season and calendar. NaN where nobody knows.
    term : array_like, shape (n_periods,)
        The change: a step, slope, pulse or ramp.

    Raises
    ------
    ModelError
        With fewer than three provinces that have incidents.

    Notes
    -----
    **Assumptions**: provinces share trend and season; a province with a trend of its own counts as one with another
    change, so that the interval is too wide rather than too short. What a province does beyond the noise of counting
    is in the variance between provinces too.

    Half a count is added on either side of a step (Firth 1993), so that a province without incidents on one side has
    an estimate, with a large error.

    References
    ----------
    Firth, D. (1993). Bias reduction of maximum likelihood estimates. Biometrika 80, 27-38.
    """
    y, x = counts.to_numpy(float).T, np.asarray(term, float)
    course = np.asarray(course, float)
    share = np.where(np.isfinite(y) & np.isfinite(course), exposure.to_numpy(float).T, 0.0) * np.nan_to_num(course)
    y = np.where(share > 0, y, 0.0)
    with_incidents = y.sum(axis=1) > 0
    if with_incidents.sum() < _FEWEST:
        raise ModelError(
            "compare the changes of provinces",
            found=f"{with_incidents.sum()} with incidents",
            allowed=f"{_FEWEST} or more",
            do="read the change of the total as that of these provinces alone",
        )
    y, share = y[with_incidents], share[with_incidents]
    design = np.column_stack([np.ones(len(x)), x])
    common = fit_poisson(y.sum(axis=0), design, exposure=share.sum(axis=0)).params[0, 1]
    fit = fit_poisson(y + _half_leverage(share * np.exp(common * x), x), design, exposure=share)
    ratio, error = fit.params[:, 1], fit.bse[:, 1]
    told = np.isfinite(ratio) & np.isfinite(error) & fit.converged
    if told.sum() < _FEWEST:
        raise ModelError(
            "compare the changes of provinces",
            found=f"{told.sum()} that were watched on both sides",
            allowed=f"{_FEWEST} or more",
            do="read the change of the total as that of these provinces alone",
        )
    ratio, error = ratio[told], error[told]
    names = counts.columns[with_incidents][told]
    table = pd.DataFrame(
        np.exp(ratio[:, None] + error[:, None] * [0.0, -1.96, 1.96]), names, ["ratio", "lower", "upper"]
    )
    mean, lower, upper, between = mean_of_differing(ratio, error**2)
    return DifferingChanges(table, *(float(np.exp(each)) for each in (mean, lower, upper)), float(np.sqrt(between)))


def _half_leverage(weight, x):
    """Half the leverage of each period in a weighted fit of constant and term, shape of ``weight``."""
    total = weight.sum(axis=1, keepdims=True)
    centred = x - (weight @ x)[:, None] / total
    spread = (weight * centred**2).sum(axis=1, keepdims=True)
    return weight * (1 / total + np.divide(centred**2, spread, out=np.zeros(weight.shape), where=spread > 0)) / 2
