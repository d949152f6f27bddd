"""What a change at a known date did to a series, whatever its shape, beyond what such series do by themselves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from numpy.typing import ArrayLike

from trends import drawing
from trends.arguments import checked_arguments
from trends.chance.answers import EffectFound
from trends.chance.counterfactual import counterfactual
from trends.chance.questions import effect
from trends.counts.order import aligned
from trends.counts.series import checked_series
from trends.errors import ModelError
from trends.models.results import Results
from trends.nouns import factor_of
from trends.periods import frequency_name, frequency_of, label_of, period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ASKED = "measure the effect of a change"
# Standard deviation of the coefficient of another influence beforehand: it may well have done as much as the change.
_INFLUENCE = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class EffectResults(Results):
    """The effect of a change at a known date, as the ratio of rates with it against without it.

    Attributes
    ----------
    counts : pandas.Series
        The counts, shape ``(n_periods,)``.
    at, last : pandas.Period
        First period that differs, and last of the span over which the effect is meant.
    found : EffectFound
        The posterior that the answers are read off.
    """

    counts: pd.Series
    at: pd.Period
    last: pd.Period
    found: EffectFound

    @property
    def nobs(self) -> int:
        """Periods that were watched and looked at."""
        return self.found.nobs

    @property
    def pvalue(self) -> float:
        """Twice the smaller posterior probability of a fall and of a rise."""
        return self.found.ratio.pvalue

    def rate_ratio(self) -> pd.Series:
        """``ratio``, ``lower`` and ``upper``: the posterior median and its 95 % interval."""
        ratio = self.found.ratio
        return pd.Series({"ratio": ratio.estimate, "lower": ratio.low, "upper": ratio.high}, name="rate ratio")

    def probability(self, low: float = 0.0, high: float | None = None) -> float:
        """Posterior probability that the ratio lies between two values.

        Examples
        --------
        >>> counts = pd.Series([9, 11] * 12 + [30, 27] * 6, pd.period_range("2018-01", periods=36, freq="M"))
        >>> EffectModel(counts, at="2020-01").fit().probability(1.5) > 0.95
        True
        """
        ratio = self.found.ratio
        above = ratio.at_least(low) if low > 0 else 1.0
        return above - (0.0 if high is None else ratio.at_least(high))

    @property
    def shapes(self) -> pd.Series:
        """Probability of each shape that the change may have had, likeliest first."""
        return pd.Series(dict(self.found.shapes), name="probability").rename_axis("shape")

    @property
    def expected(self) -> pd.DataFrame:
        """``fitted`` counts, and ``expected`` with ``lower`` and ``upper``: those without the change."""
        return counterfactual(self.found)

    def summary(self) -> pd.DataFrame:
        """The ratio with its interval, p-value and the probabilities of a rise and of a fall."""
        row = self.rate_ratio().to_dict()
        rise = self.probability(1.0)
        row |= {"pvalue": self.pvalue, "P(rise)": rise, "P(fall)": 1 - rise}
        return pd.DataFrame([row], index=pd.Index([_span(self)], name="span"))

    def sentences(self) -> tuple[str, ...]:
        """What was found, and the likeliest shape, a sentence each."""
        ratio, rise = self.found.ratio, self.probability(1.0)
        way, sure = ("rise", rise) if rise >= 0.5 else ("fall", 1 - rise)
        shape, share = self.found.shapes[0]
        told = [
            f"The rate in {_span(self)} was {factor_of(ratio.estimate)} times what was to be expected (95 % interval "
            f"{factor_of(ratio.low)} to {factor_of(ratio.high)}); that of a {way} has a probability of {sure:.2f}.",
            f"The likeliest shape of the change is a {shape} ({share:.2f}).",
        ]
        alone = [label for label, _ in self.found.outliers]
        return (*told, f"These periods stand out alone: {', '.join(alone)}.") if alone else tuple(told)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The counts, the level, and what was to be expected without the change, with its interval."""
        ax = drawing.points(drawing.axes(ax), self.counts.index, self.counts, label="counted")
        course = self.expected
        after = course.loc[self.at : self.last]
        drawing.line(ax, course.index, course["fitted"], label="fitted")
        label = "expected, had nothing changed"
        drawing.line(ax, after.index, after["expected"], label=label, colour="expected", style=(0, (4, 1.5)))
        drawing.band(ax, after.index, after["lower"], after["upper"], label="its 95 % interval", colour="expected")
        drawing.event_mark(ax, self.at, f"from {label_of(self.at)}")
        drawing.time_axis(ax, self.counts.index)
        word = frequency_name(frequency_of(self.counts.index))
        return drawing.finish(ax, y_label=f"counts a {word}", caption=f"n = {self.nobs} watched {word}s.")

    def __repr__(self) -> str:
        ratio = self.found.ratio
        return f"EffectResults({_span(self)}: {ratio.estimate:.3g}, 95 % interval {ratio.low:.3g} to {ratio.high:.3g})"


class EffectModel:
    """The mean effect of a change at a known date over a span, averaged over the shapes that it can have.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exog : pandas.DataFrame, optional
        Other influences on the log rate, a column each, on the index of ``endog``: what they may have done is taken
        from the change.
    at : period
        First period that differs.
    last : period, optional
        Last period of the span over which the effect is meant; by default the last of the series. Later periods are
        looked at only where the span is a third of a year or shorter.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    country : str, optional
        Where the counts come from: the prior is then one that no series of this country was used for.

    Notes
    -----
    **Assumptions**: counts are Poisson around a log rate that drifts as the series of the world's countries do, with
    single periods that stand out; the change begins at ``at`` and is a step, a ramp over 3, 6 or 12 periods, a growth
    or passes. The prior of the drift is learned from monthly events of organised violence (docs/decisions/prior.md);
    how often a change is found where there is none is measured on such series (`trends.chance.error_rates`).

    See Also
    --------
    InterruptionModel : a step in a regression with trend and seasons.
    ChangepointModel : changes at unknown dates.

    References
    ----------
    Rue, H., Martino, S. and Chopin, N. (2009). Approximate Bayesian inference for latent Gaussian models. JRSS B 71,
    319-392. Efron, B. (2012). Large-Scale Inference. Cambridge University Press.

    Examples
    --------
    >>> counts = pd.Series([9, 11] * 12 + [30, 27] * 6, pd.period_range("2018-01", periods=36, freq="M"))
    >>> EffectModel(counts, at="2020-01").fit()
    EffectResults(2020-01 to 2020-12: 2.84, 95 % interval 1.98 to 4.08)
    """

    @checked_arguments
    def __init__(
        self,
        endog: Any,
        exog: pd.DataFrame | None = None,
        *,
        at: Any,
        last: Any = None,
        exposure: ArrayLike | None = None,
        country: str | None = None,
    ) -> None:
        self.series = checked_series(endog, exposure=exposure, asked=_ASKED, numbered=False)
        index = self.series.index
        self.at = period(at, frequency_of(index))
        self.last = index[-1] if last is None else period(last, frequency_of(index))
        self.country = country
        self.exog = None if exog is None else _checked_exog(exog, index)

    def fit(self) -> EffectResults:
        """The effect, as `EffectResults`.

        Raises
        ------
        ModelError
            Where the date has no period on one of its sides, or fewer than eight periods were watched.
        """
        known = () if self.exog is None else tuple((column, _INFLUENCE**2) for column in self.exog.to_numpy(float).T)
        found = effect(self.series, self.at, self.last, known=known, without=self.country)
        counts = pd.Series(self.series.counts, index=self.series.index, name=self.series.name)
        return EffectResults(counts, self.at, self.last, found)


def _checked_exog(exog: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    table = aligned(exog, index, _ASKED)
    table = table.to_frame() if isinstance(table, pd.Series) else table
    numbers = table.apply(pd.to_numeric, errors="coerce").astype(float)
    if numbers.notna().to_numpy().all():
        return numbers
    raise ModelError(
        _ASKED,
        found=f"exog with a value that is no number in {label_of(index[int(numbers.isna().any(axis=1).argmax())])}",
        allowed="a number in every row and column",
        do="fill it in, or leave the column out",
    )


def _span(results: EffectResults) -> str:
    return f"{label_of(results.at)} to {label_of(results.last)}" if results.at < results.last else label_of(results.at)
