"""When did the one change come: the posterior of its date on counts with trend and season, over every date."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing
from trends.chance.inflation import variance_inflation
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.options import checked_level, checked_number, checked_whole
from trends.models.changepoints.levelscan import level_scan
from trends.models.changepoints.observed import Observed, design_of, observed
from trends.periods import label_of

#: Standard deviation of the prior of a log rate ratio: a change by a factor of 2.7 either way is nothing unusual.
PRIOR_SPREAD = 1.0


@dataclass(frozen=True)
class ChangeDate:
    """The date of a single change in level, given that there was one.

    Attributes
    ----------
    posterior : pandas.Series
        Probability that the new level began in each period, over all periods of the series; its sum is 1.
    probability : float
        Probability that there was a change at all among the dates looked at, even odds before.
    log_ratio : float
        Log of the rate ratio at the likeliest date.
    inflation : float
        What the log-likelihood was divided by for dispersion and serial dependence.
    data : Observed
        The watched part of the series.
    """

    posterior: pd.Series
    probability: float
    log_ratio: float
    inflation: float
    data: Observed

    @property
    def at(self) -> pd.Period:
        """The likeliest first period of the new level."""
        return self.posterior.idxmax()

    def place(self, first, last) -> pd.Series:
        """The probability that the change came ``before``, ``inside`` and ``after`` a window, both ends included."""
        asked = "place a change before, inside or after a window"
        start, stop = self.data.position(first, asked), self.data.position(last, asked) + 1
        if start >= stop:
            raise ModelError(
                asked,
                found=f"a window from {first} to {last}",
                allowed="a first period that is not later than the last",
                do="exchange the two",
            )
        parts = (self.posterior.iloc[:start], self.posterior.iloc[start:stop], self.posterior.iloc[stop:])
        return pd.Series([part.sum() for part in parts], index=["before", "inside", "after"], name="probability")

    def interval(self, level: float = 0.95) -> tuple[pd.Period, pd.Period]:
        """The equal-tailed interval of the date: first and last period."""
        level = checked_level(level, "give the interval of a date")
        upto = self.posterior.to_numpy().cumsum()
        ends = [min(int((upto < edge).sum()), len(upto) - 1) for edge in ((1 - level) / 2, (1 + level) / 2)]
        return self.posterior.index[ends[0]], self.posterior.index[ends[1]]

    def __repr__(self) -> str:
        first, last = (label_of(end) for end in self.interval())
        return (
            f"ChangeDate(probability of a change {self.probability:.2f}; if there was one, likeliest from "
            f"{label_of(self.at)}, 95 % interval {first} to {last})"
        )

    def plot_posterior(self, ax: Axes | None = None) -> Axes:
        """Axes with the probability of each date."""
        ax = drawing.axes(ax)
        sides = drawing.edges(self.posterior.index)
        ax.bar(sides[:-1], self.posterior, width=np.diff(sides), align="edge", color=drawing.COLOURS["fit"])
        drawing.time_axis(ax, self.posterior.index).set_ylim(bottom=0)
        return drawing.finish(ax, y_label="probability of the date")


def change_date(
    endog: pd.Series,
    exog: pd.DataFrame | None = None,
    *,
    exposure=None,
    first=None,
    last=None,
    margin: int = 2,
    inflation: float | None = None,
) -> ChangeDate:
    """The `ChangeDate` of one change in level, every date tried with trend and season refitted.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exog : pandas.DataFrame, optional
        What goes on before and after (trend, season, calendar), as made by `trends.fits.design.baseline`.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    first, last : period, optional
        The earliest and the latest date looked at; by default all.
    margin : int
        Watched periods needed on either side; 2, because a single one is an outlier as well as a level.
    inflation : float, optional
        What the log-likelihood is divided by; by default estimated from dispersion and serial dependence.

    Raises
    ------
    ModelError
        Where no date is left to look at, or the series is not what it must be.

    Notes
    -----
    For each date the marginal likelihood of a step, its log ratio Normal(0, 1), against none is taken from the fall in
    deviance and the information on the step (Laplace), both divided by the inflation; dates are equally likely before.
    A change so near to an end that hardly anything was seen of one side gains little, and so gets what the prior says.

    **Assumptions**: one change, a step; trend and season the same on both sides.

    References
    ----------
    Carlin, Gelfand and Smith (1992), Hierarchical Bayesian analysis of changepoint problems. Kass and Raftery (1995),
    Bayes factors.

    Examples
    --------
    >>> counts = np.random.default_rng(1).poisson(np.repeat([9.0, 4.0], 24))
    >>> series = pd.Series(counts, index=pd.period_range("2017-01", periods=48, freq="M"))
    >>> found = change_date(series)
    >>> bool(found.place("2018-10", "2019-03")["inside"] > 0.9)
    True
    """
    asked = "date a change"
    margin = checked_whole(margin, asked, "margin", 1)
    if inflation is not None:
        inflation = checked_number(inflation, asked, "inflation", above=0.0)
    data = observed(endog, exposure, least=2 * margin + 4, asked=asked)
    design = design_of(exog, data, asked)
    n = len(data.counts)
    at = np.arange(margin, n - margin + 1)
    start = 0 if first is None else data.position(first, asked)
    stop = len(data.index) - 1 if last is None else data.position(last, asked)
    at = at[(data.at[at] >= start) & (data.at[at - 1] < stop)]
    if not len(at) or design.shape[1] + 4 > n:
        raise ModelError(
            asked,
            found=f"{n} watched periods, {design.shape[1]} columns and {len(at)} dates from "
            f"{label_of(data.index[start])} to {label_of(data.index[stop])}",
            allowed=f"a date with {margin} watched periods on either side, and more periods than columns by four",
            do="widen the window or take a longer series",
        )
    scan = level_scan(data.counts, design, data.exposure, at)
    factor = _factor(scan, data.counts, design) if inflation is None else inflation
    logs = log_evidence(scan.gain[0], scan.information[0], factor)
    odds = np.exp(logs - logs.max())
    weights = np.zeros(n)
    weights[at] = odds / odds.sum()
    posterior = pd.Series(_within(data.spread(weights), start, stop), index=data.index, name="probability")
    mean_odds = np.exp(logs.max()) * odds.mean()
    step = np.arange(n) >= at[logs.argmax()]
    fit = fit_poisson(data.counts, np.column_stack([design, step]), exposure=data.exposure)
    return ChangeDate(posterior, float(mean_odds / (1 + mean_odds)), float(fit.params[0, -1]), factor, data)


def log_evidence(gain, information, inflation) -> np.ndarray:
    """The log Bayes factor of an effect against none, its log ratio Normal(0, `PRIOR_SPREAD`)."""
    known = PRIOR_SPREAD**2 * np.asarray(information) / inflation
    return 0.5 * np.asarray(gain) / inflation * known / (1 + known) - 0.5 * np.log1p(known)


def _factor(scan, counts, design):
    stepped = scan.stepped[0]
    residuals = np.divide(counts - stepped, np.sqrt(stepped), out=np.zeros(len(counts)), where=stepped > 1e-8)
    return float(variance_inflation(residuals, 1, design.shape[1]).factor)


def _within(spread, start, stop):
    """Only the dates looked at: a date after a gap is not spread beyond the window."""
    inside = (np.arange(len(spread)) >= start) & (np.arange(len(spread)) <= stop)
    kept = np.where(inside, spread, 0.0)
    return kept / kept.sum()
