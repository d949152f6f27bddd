"""Does a count regression fit? Dispersion, zeros, dependence, calibration and influence, with the answer in words."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import drawing
from trends.errors import ModelError
from trends.fits.options import checked_rng
from trends.loading import later
from trends.models.regression import CountRegressionResults
from trends.models.results import Results
from trends.periods import label_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

stats = later("scipy.stats")

# Bars that a rootogram has at most.
_BARS = 200


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CountDiagnostics(Results):
    """How well a count regression fits, and where it does not.

    Attributes
    ----------
    checks : pandas.DataFrame
        Rows ``dispersion, zeros, autocorrelation, calibration``; columns ``found``, ``expected`` and ``pvalue``.
    autocorrelation : pandas.Series
        Of the Pearson residuals, by lag.
    pit : pandas.Series
        Randomised probability integral transform of each count, uniform on 0 to 1 where the model is right.
    rootogram : pandas.DataFrame
        ``observed`` and ``expected`` number of periods with each count, or class of counts from the one named on.
    influence : pandas.Series
        Cook's distance of each period: how far leaving it out would move the coefficients.
    """

    checks: pd.DataFrame
    autocorrelation: pd.Series = field(repr=False)
    pit: pd.Series = field(repr=False)
    rootogram: pd.DataFrame = field(repr=False)
    influence: pd.Series = field(repr=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Where the model does not fit, a sentence each; empty where nothing speaks against it."""
        found = self.checks["found"]
        bad = self.checks["pvalue"] < 0.05
        texts = {
            "dispersion": f"The counts vary {found['dispersion']:.2g} times as much as the model says.",
            "zeros": (
                f"{found['zeros']:.0f} periods without an event where the model expects "
                f"{self.checks.loc['zeros', 'expected']:.1f}."
            ),
            "autocorrelation": (
                f"Neighbouring residuals are correlated ({found['autocorrelation']:.2f}): what happens in a period "
                "carries over, and standard errors that ignore it are too small."
            ),
            "calibration": "Too many counts lie where the model says that few should: its shape is wrong.",
        }
        sentences = [text for name, text in texts.items() if bad[name]]
        large = self.influential()
        if len(large):
            names = ", ".join(label_of(at) if isinstance(at, pd.Period) else str(at) for at in large.index)
            sentences.append(f"A few periods carry the result ({names}): fit it without them as well.")
        return tuple(sentences)

    def influential(self, bar: float = 0.5) -> pd.Series:
        """Periods whose Cook's distance exceeds a bar; at .5 leaving one out moves the estimates visibly."""
        return self.influence[self.influence > bar].sort_values(ascending=False)

    def plot_rootogram(self, ax: "Axes | None" = None) -> "Axes":
        """Bars of the observed frequencies hung from the expected ones, on the scale of square roots."""
        ax = drawing.axes(ax)
        table = np.sqrt(self.rootogram)
        ax.bar(
            table.index, table["observed"], bottom=table["expected"] - table["observed"], color=drawing.COLOURS["muted"]
        )
        ax.plot(table.index, table["expected"], "o-", markersize=3, color=drawing.COLOURS["fit"])
        ax.axhline(0, color=drawing.COLOURS["ink"], linewidth=0.8)
        ax.set_ylim(top=1.05 * float(table["expected"].max()))
        return drawing.finish(ax, title="Hanging rootogram", y_label="root of periods", caption="events in a period")

    def plot_pit(self, ax: "Axes | None" = None) -> "Axes":
        """The histogram of the randomised PIT; flat where the model is right."""
        ax = drawing.axes(ax)
        n = self.pit.notna().sum()
        ax.hist(self.pit.dropna(), bins=10, range=(0, 1), color=drawing.COLOURS["muted"], edgecolor="white")
        reach = stats.binom.ppf([0.025, 0.975], n, 0.1)
        ax.axhspan(*reach, color=drawing.COLOURS["fit"], alpha=0.18, linewidth=0)
        return drawing.finish(ax, title="Randomised PIT", y_label="periods", caption="band: 95 % of bars if right")

    def plot_autocorrelation(self, ax: "Axes | None" = None) -> "Axes":
        """The autocorrelation of the residuals by lag, with the band of independent counts."""
        ax = drawing.axes(ax)
        lags = self.autocorrelation.index
        ax.vlines(lags, 0, self.autocorrelation, color=drawing.COLOURS["counts"], linewidth=1.6)
        reach = stats.norm.ppf(0.975) / np.sqrt(self.pit.notna().sum())
        ax.axhspan(-reach, reach, color=drawing.COLOURS["fit"], alpha=0.18, linewidth=0)
        ax.axhline(0, color=drawing.COLOURS["ink"], linewidth=0.8)
        return drawing.finish(ax, title="Residual autocorrelation", caption="lag in periods")

    def plot_influence(self, ax: "Axes | None" = None) -> "Axes":
        """Cook's distance of each period."""
        ax = drawing.axes(ax)
        if isinstance(self.influence.index, pd.PeriodIndex):
            drawing.time_axis(ax, self.influence.index)
            places = drawing.positions(self.influence.index)
        else:
            places = np.arange(len(self.influence))
        ax.vlines(places, 0, self.influence, color=drawing.COLOURS["counts"], linewidth=1.2)
        ax.set_ylim(bottom=0)
        return drawing.finish(ax, title="Influence of each period", y_label="Cook's distance")

    def plot_diagnostics(self) -> "list[Axes]":
        """The four charts in one figure."""
        first = drawing.axes(height=5.0)
        figure = first.figure
        first.remove()
        axes = list(figure.subplots(2, 2).ravel())
        for ax in axes:
            ax.spines[["top", "right"]].set_visible(False)
        draw = (self.plot_rootogram, self.plot_pit, self.plot_autocorrelation, self.plot_influence)
        return [method(ax) for method, ax in zip(draw, axes, strict=True)]

    @property
    def nobs(self) -> int:
        """Watched periods."""
        return int(self.pit.notna().sum())

    def summary(self) -> pd.DataFrame:
        """The checks, a row each."""
        return self.checks

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The observed frequencies of counts against the expected ones, as `plot_rootogram`."""
        return self.plot_rootogram(ax)

    def sentences(self) -> tuple[str, ...]:
        """Where the model does not fit, a sentence each, or that nothing speaks against it."""
        return self.warnings or ("Nothing speaks against the model.",)

    def __repr__(self) -> str:
        told = ", ".join(f"{name} {row['found']:.2g} (p {row['pvalue']:.2g})" for name, row in self.checks.iterrows())
        return f"CountDiagnostics({self.nobs} periods; {told})"


def diagnose(results: CountRegressionResults, *, rng: int | np.random.Generator = 0) -> CountDiagnostics:
    """The diagnostics of a fitted count regression.

    Parameters
    ----------
    results : CountRegressionResults
        Any family. For ``quasipoisson`` the distribution with its variance is taken, a negative binomial whose
        variance is a multiple of the mean (NB1).
    rng : int or numpy.random.Generator
        For the randomised PIT.

    Notes
    -----
    ``dispersion`` is Pearson's chi-square over its degrees of freedom, relative to the family, against a chi-square
    distribution; ``zeros`` the number of empty periods against a Poisson binomial (normal approximation with
    continuity correction); ``autocorrelation`` the first, one-sided; ``calibration`` a Kolmogorov-Smirnov test of the
    PIT against uniformity. All are made at the estimated coefficients, so that they are a little conservative.

    **Assumptions**: the coefficients are known; every check looks at one departure and takes the rest of the model
    as true.

    References
    ----------
    Dunn & Smyth (1996). Randomized quantile residuals. JCGS 5, 236-244. Czado, Gneiting & Held (2009). Predictive
    model assessment for count data. Biometrics 65, 1254-1261. Kleiber & Zeileis (2016). Visualizing count data
    regressions using rootograms. The American Statistician 70, 296-303.

    Examples
    --------
    >>> from trends.models.regression import CountRegression
    >>> from trends.periods import span
    >>> rng = np.random.default_rng(0)
    >>> wild = pd.Series(rng.poisson(8 * rng.gamma(1, 1, 60)), index=span("2015-01", "2019-12", "M"))
    >>> diagnose(CountRegression(wild).fit()).warnings[0]
    'The counts vary 10 times as much as the model says.'
    """
    if not isinstance(results, CountRegressionResults):
        raise ModelError(
            "diagnose a count regression",
            found=f"a value of type {type(results).__name__}",
            allowed="what CountRegression(...).fit() gives",
            do="fit the series first",
        )
    rng = checked_rng(rng, "diagnose a count regression")
    data = results.model.data
    counts = data.endog.to_numpy()[data.watched]
    means = np.maximum(results.estimate.means, 1e-12)
    law = _law(results, means)
    index = data.endog.index[data.watched]
    below, at = law.cdf(counts - 1), law.pmf(counts)
    pit = np.clip(below + rng.uniform(size=len(counts)) * at, 0, 1)
    autocorrelation, uniform = results.residual_autocorrelation(), stats.kstest(pit, "uniform")
    checks = {
        "dispersion": _dispersion_check(results),
        "zeros": _zero_check(counts, law),
        "autocorrelation": _autocorrelation_check(autocorrelation, len(counts)),
        "calibration": (uniform.statistic, 0.0, uniform.pvalue),
    }
    return CountDiagnostics(
        checks=pd.DataFrame.from_dict(checks, orient="index", columns=["found", "expected", "pvalue"]),
        autocorrelation=autocorrelation,
        pit=pd.Series(pit, index=index, name="pit").reindex(data.endog.index),
        rootogram=_rootogram(counts, law),
        influence=pd.Series(_influence(results, means), index=index, name="cook").reindex(data.endog.index),
    )


def _law(results: CountRegressionResults, means: np.ndarray) -> Any:
    """The distribution of each count: Poisson, or a negative binomial with the family's variance."""
    family = results.model.family
    if family == "negbin" and results.estimate.alpha:
        size = np.full_like(means, 1 / results.estimate.alpha)
    elif family == "quasipoisson" and results.dispersion > 1 + 1e-9:
        size = means / (results.dispersion - 1)
    else:
        return stats.poisson(means)
    return stats.nbinom(size, size / (size + means))


def _dispersion_check(results: CountRegressionResults) -> tuple[float, float, float]:
    if results.model.family == "quasipoisson":
        # Its dispersion is estimated: it cannot be wrong.
        return results.dispersion, results.dispersion, 1.0
    square = results.dispersion * results.df_resid
    return results.dispersion, 1.0, float(stats.chi2.sf(square, results.df_resid))


def _zero_check(counts: np.ndarray, law: Any) -> tuple[float, float, float]:
    chance = law.pmf(np.zeros(len(counts)))
    found, expected = float((counts == 0).sum()), float(chance.sum())
    deviation = max(np.sqrt(np.sum(chance * (1 - chance))), 1e-12)
    away = max(abs(found - expected) - 0.5, 0.0)
    return found, expected, float(2 * stats.norm.sf(away / deviation))


def _autocorrelation_check(autocorrelation: pd.Series, n: int) -> tuple[float, float, float]:
    return float(autocorrelation.iloc[0]), 0.0, float(stats.norm.sf(autocorrelation.iloc[0] * np.sqrt(n)))


def _rootogram(counts: np.ndarray, law: Any) -> pd.DataFrame:
    # Classes of several counts where there would be more than _BARS: one count of a million must not make a million.
    width = int(counts.max()) // _BARS + 1
    first = np.arange(int(counts.max()) // width + 1) * width
    expected = [(law.cdf(start + width - 1) - law.cdf(start - 1)).sum() for start in first]
    observed = np.bincount((counts // width).astype(int), minlength=len(first))
    return pd.DataFrame({"observed": observed, "expected": expected}, index=pd.Index(first, name="count"))


def _influence(results: CountRegressionResults, means: np.ndarray) -> np.ndarray:
    data = results.model.data
    alpha = results.estimate.alpha or 0.0
    weights = means / (1 + alpha * means)
    basis = np.linalg.svd(np.sqrt(weights)[:, None] * data.exog.to_numpy()[data.watched], full_matrices=False)[0]
    leverage = np.clip(np.square(basis).sum(axis=1), 0, 1 - 1e-9)
    scale = max(results.dispersion, 1e-12) * basis.shape[1]
    return np.square(results.estimate.residuals) * leverage / (1 - leverage) ** 2 / scale
