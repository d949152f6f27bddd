"""Is the rise of one province its own, or a spill-over from next door? Traced back through a fitted endemic model."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends.counts.panel import Panel
from trends.models.provinces.endemic.likelihood import Responses, parts
from trends.models.provinces.endemic.spread import origins
from trends.periods import frequency_name, label_of

if TYPE_CHECKING:
    from trends.models.provinces.endemic.model import EndemicModel
    from trends.models.provinces.endemic.results import EndemicResults


@dataclass(frozen=True, eq=False, repr=False)
class SpillOver:
    """Where the rise of one province began, by an endemic-epidemic model.

    Attributes
    ----------
    province, unit, noun : str
        The province, what is counted, and the name of a period.
    span, before : (str, str)
        First and last period of the rise, and of what it is held against.
    observed : (float, float)
        Counts a watched period, before and in the span.
    table : pandas.DataFrame
        Expected counts a period by where their chain of causes began: rows ``own, elsewhere, all``; columns ``before,
        span, change, lower, upper`` (95 % interval of the change, over the uncertainty of the parameters).
    probability : float
        Share of the draws of the parameters in which more of the change began elsewhere than in the province.
    missing : int
        Cells of the province and its neighbours, up to the end of the span, whose past is not known: what is there
        counts as begun where it was seen.
    """

    province: str
    unit: str
    noun: str
    span: tuple[str, str]
    before: tuple[str, str]
    observed: tuple[float, float]
    table: pd.DataFrame
    probability: float
    missing: int

    @property
    def answer(self) -> str:
        """``"its own"``, ``"spill-over"``, ``"cannot tell"``, or ``"no rise"`` where none was expected or counted."""
        if self.table.loc["all", "change"] <= 0 or not self.observed[1] > self.observed[0]:
            return "no rise"
        if self.table.loc["all", "lower"] <= 0:
            return "cannot tell"
        return "spill-over" if self.probability > 0.975 else "its own" if self.probability < 0.025 else "cannot tell"

    def sentences(self) -> tuple[str, ...]:
        """The answer in words, one idea a sentence."""
        whole, elsewhere = self.table.loc["all"], self.table.loc["elsewhere"]
        verb = "rose" if self.observed[1] > self.observed[0] else "did not rise"
        told = [
            f"From {_dates(self.before)} to {_dates(self.span)} the {self.unit} in {self.province} {verb}: "
            f"{self.observed[0]:.1f} and {self.observed[1]:.1f} a {self.noun}; expected by the model, each "
            f"{self.noun} given the one before, {whole['before']:.1f} and {whole['span']:.1f}.",
            f"Of the change of {whole['change']:+.1f} a {self.noun}, {elsewhere['change']:+.1f} (95 % interval "
            f"{elsewhere['lower']:+.1f} to {elsewhere['upper']:+.1f}) goes back to {self.unit} that began in other "
            "provinces and came over the borders.",
            {
                "no rise": "So there is no rise to trace.",
                "its own": "So most of the rise is its own.",
                "spill-over": "So most of the rise came from next door.",
                "cannot tell": "So these counts cannot tell whether most of the rise is its own.",
            }[self.answer],
            "A cause that moves neighbours one after the other, or all provinces at once, is counted as spill-over.",
        ]
        if self.missing:
            told.append(f"{self.missing} cells had no known past: what was seen there counts as begun there.")
        return tuple(told)

    def __str__(self) -> str:
        return " ".join(self.sentences())

    def __repr__(self) -> str:
        low, high = self.table.loc["elsewhere", ["lower", "upper"]]
        return (
            f"SpillOver({self.province}, {_dates(self.span)}: {self.answer}; from elsewhere {low:+.1f} to {high:+.1f})"
        )


def _dates(pair: tuple[str, str]) -> str:
    return pair[0] if pair[0] == pair[1] else f"{pair[0]}..{pair[1]}"


def spill_over(
    results: "EndemicResults", name: str, rise: pd.PeriodIndex, earlier: pd.PeriodIndex, draws: np.ndarray
) -> SpillOver:
    """Where the change of a province between two spans began; see `EndemicResults.spill_over`."""
    model, cells = results.model, results.cells
    panel, place = model.panel, model.panel.provinces.index(name)
    params = np.vstack([results.fit.params, draws])
    shape = (len(params), 3, *model.used.shape)
    pieces = np.full(shape, np.nan)
    for n, each in enumerate(params):
        pieces[n][:, model.used] = parts(each, cells)
    begun_here = origins(pieces, model.past, model.weights, place, _near_weights(model, cells, params))
    mean = pieces.sum(axis=1)[:, :, place]
    inside = begun_here[:, :, place] * mean
    spans = [panel.index.isin(which) for which in (earlier, rise)]
    # Rows own, elsewhere, all; a value a draw, the estimate first.
    levels = [np.stack([np.nanmean(each[:, rows], axis=1) for each in (inside, mean - inside, mean)]) for rows in spans]
    change = levels[1] - levels[0]
    low, high = np.quantile(change[:, 1:], [0.025, 0.975], axis=1)
    table = pd.DataFrame(
        {"before": levels[0][:, 0], "span": levels[1][:, 0], "change": change[:, 0], "lower": low, "upper": high},
        index=["own", "elsewhere", "all"],
    )
    near = (model.weights[:, place] > 0) | (np.arange(len(panel.provinces)) == place)
    until = panel.index.get_loc(rise[-1])
    quiet = np.isin(panel.provinces, model.silent)
    rate_before, rate_now = (_rate(panel, name, rows) for rows in spans)
    return SpillOver(
        province=name,
        unit=panel.unit,
        noun=frequency_name(panel.frequency),
        span=(label_of(rise[0]), label_of(rise[-1])),
        before=(label_of(earlier[0]), label_of(earlier[-1])),
        observed=(rate_before, rate_now),
        table=table,
        probability=float((change[1, 1:] > change[0, 1:]).mean()),
        missing=int((~model.used[1 : until + 1] & near & ~quiet).sum()),
    )


def _rate(panel: Panel, name: str, rows: np.ndarray) -> float:
    watched = panel.exposure.loc[rows, name].sum()
    return float(panel.counts.loc[rows, name].sum() / watched) if watched > 0 else np.nan


def _near_weights(model: "EndemicModel", cells: Responses, params: np.ndarray) -> np.ndarray:
    """What each draw multiplies the neighbours' past by, shape ``(n_draws, n_periods, n_provinces)``."""
    k = cells.endemic.shape[1]
    weights = np.zeros((len(params), *model.used.shape))
    factor = np.exp(params[:, 2 + k : -1] @ cells.steps.T)
    weights[:, model.used] = params[:, 1:2] * cells.exposure * factor
    return weights
