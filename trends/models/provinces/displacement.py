"""Did the fall after an operation go with a rise next door? A step in the province and one in its neighbours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends.arguments import checked_arguments
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.fits.options import checked_draws, checked_rng
from trends.models.provinces.endemic.likelihood import parts
from trends.models.provinces.endemic.model import EndemicModel
from trends.models.provinces.endemic.neighbourtest import held_at_zero
from trends.models.provinces.endemic.results import EndemicResults
from trends.models.results import Results
from trends.nouns import factor_of
from trends.periods import frequency_name, label_of, period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OWN, NEXT_DOOR = "step here", "step next door"


@dataclass(frozen=True, eq=False, repr=False)
class Displacement(Results):
    """Whether a fall in one province went with a rise in its neighbours.

    Attributes
    ----------
    province, neighbours : str, list of str
        Where the operation was, and the provinces next to it.
    first, last : str
        First and last period of the steps.
    noun, unit : str
        The name of a period, and what is counted.
    results : EndemicResults
        The fit, with the two steps.
    ratios : pandas.DataFrame
        Rows ``here, next door``; columns ``ratio, lower, upper`` (95 %): by what the expected counts were multiplied.
    changes : pandas.DataFrame
        The same as counts a period, rows ``here, next door, sum``; columns ``change, lower, upper``.
    pvalue : float
        Of the null that the neighbours had no step of their own, two-sided, simulated.
    """

    province: str
    neighbours: list[str]
    first: str
    last: str
    noun: str
    unit: str
    results: EndemicResults
    ratios: pd.DataFrame
    changes: pd.DataFrame
    pvalue: float

    @property
    def answer(self) -> str:
        """``"no fall"``, ``"displaced"``, ``"fell together"`` or ``"cannot tell"``."""
        here, beside = self.ratios.loc["here"], self.ratios.loc["next door"]
        if here["upper"] >= 1:
            return "no fall"
        if self.pvalue >= 0.05:
            return "cannot tell"
        return "displaced" if beside["ratio"] > 1 else "fell together"

    @property
    def nobs(self) -> int:
        """Province-periods that the model was fitted to."""
        return self.results.nobs

    def summary(self) -> pd.DataFrame:
        """By what the expected counts were multiplied, here and next door."""
        return self.ratios

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The counts of the province and the fitted course."""
        return self.results.plot_fit(self.province, ax=ax)

    def sentences(self) -> tuple[str, ...]:
        """The answer in words, one idea a sentence."""
        here, beside = (self._ratio(where) for where in ("here", "next door"))
        net = self.changes.loc["sum"]
        return (
            f"From {self.first} to {self.last} the expected {self.unit} in {self.province} were {here[0]} "
            f"times ({here[1]} to {here[2]}) what its past, its neighbours and the common course "
            f"imply; next door ({', '.join(self.neighbours)}) {beside[0]} times ({beside[1]} to "
            f"{beside[2]}), p {self.pvalue:.3f}.",
            f"Both together changed by {net['change']:+.1f} a {self.noun} "
            f"({net['lower']:+.1f} to {net['upper']:+.1f}).",
            {
                "no fall": "No fall is shown, so there is nothing that could have been displaced.",
                "displaced": "The fall went with a rise next door: it is not to be read as an effect of the operation, "
                "but the sum is.",
                "fell together": "The neighbours fell too, so that something other than this operation, or its wider "
                "reach, may be behind both.",
                "cannot tell": "Whether the fall went with a rise next door cannot be told: the interval says how "
                "large a rise remains possible.",
            }[self.answer],
            "What moved further than to the next province is not seen here.",
        )

    def _ratio(self, where: str) -> list[str]:
        row = self.ratios.loc[where]
        return [factor_of(row[name]) for name in ("ratio", "lower", "upper")]

    def __str__(self) -> str:
        return " ".join(self.sentences())

    def __repr__(self) -> str:
        told = ["{} {} ({} to {})".format(name, *self._ratio(name)) for name in self.ratios.index]
        return f"Displacement({self.province}, {self.first} to {self.last}: {', '.join(told)}, p {self.pvalue:.2g})"


@checked_arguments
def displacement(
    panel: Panel,
    neighbours: pd.DataFrame,
    province: str,
    at: Any,
    *,
    last: Any = None,
    draws: int = 199,
    rng: int | np.random.Generator = 0,
    **options: Any,
) -> Displacement:
    """Whether the fall in a province after an operation went with a rise in its neighbours.

    Parameters
    ----------
    panel : Panel
        Counts by period and province.
    neighbours : pandas.DataFrame
        As in `EndemicModel`.
    province : str
        Where the operation was.
    at, last : period
        The first period after it began (the first of the new regime), and the last that may differ, both included; by
        default the panel's last.
    draws : int
        Panels simulated for the p-value.
    rng : numpy.random.Generator or int
        Where draws come from.
    **options
        Of the model: see `EndemicModel`.

    Raises
    ------
    InputError, ModelError
        Where the province has no neighbour, or the steps leave no period before or after.

    Notes
    -----
    An `EndemicModel` with a step that multiplies all expected counts in the province, and one that does so in its
    neighbours; the other provinces tell the common course. The p-value of the second is simulated from the fit without
    it.

    **Assumptions**: those of `EndemicModel`; and that nothing else singled out the province or its neighbours then.

    References
    ----------
    Bowers, K. J. & Johnson, S. D. (2003). Measuring the geographical displacement and diffusion of benefit effects of
    crime prevention activity. Journal of Quantitative Criminology 19(3), 275-301.

    Examples
    --------
    >>> from trends.counts.simulate import simulate_panel
    >>> panel = simulate_panel(8, 60, base=12, at="2017-07", rate_ratio=[0.4, 1.6, 1, 1, 1, 1, 1, 1.6], rng=1)
    >>> ring = pd.DataFrame(0, index=panel.provinces, columns=panel.provinces)
    >>> for n in range(8):
    ...     ring.iloc[n, (n + 1) % 8] = ring.iloc[(n + 1) % 8, n] = 1
    >>> found = displacement(panel, ring, "Province 1", "2017-07", draws=39)
    >>> found.answer
    'displaced'
    """
    name, (first, end) = panel.province(province), _span(panel, at, last)
    when = (panel.index >= first) & (panel.index <= end)
    asked = f"look for displacement from {name}"
    draws = checked_draws(draws, asked)
    model = EndemicModel(panel, neighbours, **options)
    near = [other for other, weight in zip(panel.provinces, model.borders[panel.provinces.index(name)], strict=True)
            if weight > 0 and other not in model.silent]  # fmt: skip
    if not near or name in model.silent:
        found = "no neighbour with incidents in the panel" if name not in model.silent else f"no incident in {name}"
        raise ModelError(asked, found=found, allowed="both", do="take another panel, or another province")
    steps = {title: _table(panel, when, places) for title, places in ((OWN, [name]), (NEXT_DOOR, near))}
    results = EndemicModel(panel, neighbours, **options, steps=steps).fit()
    bounds = pd.DataFrame({"here": results.rate_ratio(OWN), "next door": results.rate_ratio(NEXT_DOOR)}).T
    null, alternative = "The neighbours had no step of their own.", "They rose or fell beyond what the model implies."
    test = held_at_zero(results, len(results.params) - 2, draws, checked_rng(rng, asked), null, alternative)
    return Displacement(
        province=name,
        neighbours=near,
        first=label_of(first),
        last=label_of(end),
        noun=frequency_name(panel.frequency),
        unit=panel.unit,
        results=results,
        ratios=bounds,
        changes=_changes(results, int(when.sum()), np.random.default_rng(rng)),
        pvalue=test.pvalue,
    )


def _span(panel: Panel, at: Any, last: Any) -> tuple[pd.Period, pd.Period]:
    first = period(at, panel.frequency)
    end = panel.index[-1] if last is None else period(last, panel.frequency)
    if not panel.index[1] < first <= end <= panel.index[-1]:
        raise ModelError(
            "look for displacement",
            found=f"{label_of(first)} to {label_of(end)}",
            allowed=f"a span that begins after {label_of(panel.index[1])} and ends by {label_of(panel.index[-1])}",
            do="name a later first period, or an earlier last one",
        )
    return first, end


def _table(panel: Panel, when: np.ndarray, places: list[str]) -> pd.DataFrame:
    return pd.DataFrame(np.outer(when, np.isin(panel.provinces, places)) * 1.0, panel.index, panel.provinces)


def _changes(results: EndemicResults, n_periods: int, rng: np.random.Generator) -> pd.DataFrame:
    """What the steps add to the expected counts a period, each period given the one before as it was."""
    params = np.vstack([results.fit.params, results.draws(rng=rng)])
    added = np.empty((3, len(params)))
    steps = results.cells.steps
    for n, each in enumerate(params):
        mean = parts(each, results.cells).sum(axis=0)
        added[:2, n] = (mean[:, None] * (1 - np.exp(-steps * each[-3:-1])) * (steps != 0)).sum(axis=0) / n_periods
    added[2] = added[:2].sum(axis=0)
    low, high = np.quantile(added[:, 1:], [0.025, 0.975], axis=1)
    return pd.DataFrame({"change": added[:, 0], "lower": low, "upper": high}, index=["here", "next door", "sum"])
