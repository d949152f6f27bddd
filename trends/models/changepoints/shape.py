"""A new level, a pulse or a ramp: what shape a change had, weighed by what the later periods say."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from trends import drawing
from trends.chance.inflation import variance_inflation
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.options import checked_number, checked_whole
from trends.models.changepoints.changedate import log_evidence
from trends.models.changepoints.levelscan import score_and_information
from trends.models.changepoints.observed import check_length, design_of, observed
from trends.periods import label_of

_ASKED = "weigh the shapes of a change"
_SHAPES = ("step", "pulse", "ramp")
# Beyond this time and memory, which grow with the square, are too much.
_LONGEST = 1000


@dataclass(frozen=True)
class ChangeShape:
    """How well a new level, a pulse and a ramp account for a change.

    Attributes
    ----------
    table : pandas.DataFrame
        By shape (``none, step, pulse, ramp``): ``probability`` (a quarter each before), and of its best candidate
        ``at``, ``length`` in periods (0 where the shape has none), ``log_ratio`` and ``gain`` in deviance.
    expected : pandas.DataFrame
        Expected counts of the best candidate of each shape, a column a shape, over all periods.
    counts : pandas.Series
        The counts.
    inflation : float
        What the log-likelihood was divided by for dispersion and serial dependence.
    """

    table: pd.DataFrame
    expected: pd.DataFrame
    counts: pd.Series
    inflation: float

    @property
    def lasting(self) -> float:
        """The probability that the change lasted (step or ramp), given that there was one."""
        chance = self.table["probability"]
        return float((chance["step"] + chance["ramp"]) / chance[list(_SHAPES)].sum())

    def __repr__(self) -> str:
        chances = ", ".join(f"{shape} {chance:.2f}" for shape, chance in self.table["probability"].items())
        return f"ChangeShape({chances})"

    def _repr_html_(self) -> str:
        starts = ["" if pd.isna(at) else label_of(at) for at in self.table["at"]]
        shown = self.table.drop(columns="gain").assign(at=starts).rename(columns={"at": "from"})
        return shown.to_html(border=0, na_rep="", float_format="{:.3g}".format)

    def plot_fit(self, ax: Axes | None = None) -> Axes:
        """Axes with the counts and the best course of each shape."""
        ax = drawing.points(drawing.axes(ax), self.counts.index, self.counts, label="counted")
        looks = {"step": ("fit", "-"), "pulse": ("expected", "--"), "ramp": ("good", ":")}
        for shape, (colour, style) in looks.items():
            name = f"{shape} ({self.table.loc[shape, 'probability']:.0%})"
            drawing.line(ax, self.counts.index, self.expected[shape], label=name, colour=colour, style=style)
        return drawing.finish(ax, y_label="events")


def change_shape(
    endog: pd.Series,
    exog: pd.DataFrame | None = None,
    *,
    first: Any,
    last: Any = None,
    exposure: ArrayLike | None = None,
    max_ramp: int | None = None,
    inflation: float | None = None,
) -> ChangeShape:
    """The `ChangeShape` of a change that began in a window.

    Parameters
    ----------
    endog : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exog : pandas.DataFrame, optional
        What goes on besides (trend, season, calendar), as made by `trends.fits.design.baseline`.
    first, last : period
        The window in which the change began, both included; ``last=None`` takes ``first`` alone.
    exposure : array_like, optional
        Share of each period that was watched; by default what the series carries.
    max_ramp : int, optional
        The most periods a ramp takes to rise; by default half of those that follow the window's start.
    inflation : float, optional
        What the log-likelihood is divided by; by default estimated from dispersion and serial dependence.

    Raises
    ------
    ModelError
        Where fewer than three watched periods follow the window: a pulse and a new level then look alike.

    Notes
    -----
    Every start in the window with every length is a candidate: pulses that end before the series does, ramps of 2
    periods and more. A shape's probability averages its candidates' marginal likelihoods (Laplace, log ratio Normal(0,
    1), divided by the inflation), so that a shape pays for the lengths it could have had.

    **Assumptions**: one change; it began in the window.

    References
    ----------
    Box and Tiao (1975), Intervention analysis. Kass and Raftery (1995), Bayes factors.

    Examples
    --------
    >>> rate = np.r_[np.full(40, 6.0), np.full(4, 20.0), np.full(16, 6.0)]
    >>> counts = np.random.default_rng(2).poisson(rate)
    >>> series = pd.Series(counts, index=pd.period_range("2016-01", periods=60, freq="M"))
    >>> found = change_shape(series, first="2019-04", last="2019-06")
    >>> str(found.table["probability"].idxmax()), bool(found.lasting < 0.1)
    ('pulse', True)
    """
    if inflation is not None:
        inflation = checked_number(inflation, _ASKED, "inflation", above=0.0)
    if max_ramp is not None:
        max_ramp = checked_whole(max_ramp, _ASKED, "max_ramp", 1)
    data = observed(endog, exposure, least=8, asked=_ASKED)
    check_length(data, _LONGEST, _ASKED)
    design = design_of(exog, data, _ASKED)
    start = data.position(first, _ASKED)
    stop = start if last is None else data.position(last, _ASKED)
    n, later = len(data.index), int((data.at > max(start, stop)).sum())
    if stop < start or later < 3 or (data.at < start).sum() < 2:
        raise ModelError(
            _ASKED,
            found=f"a window from {label_of(data.index[start])} to {label_of(data.index[stop])} with "
            f"{int((data.at < start).sum())} watched periods before and {later} after it",
            allowed="a window in order, two watched periods before it and three after",
            do="wait for later periods, or move the window",
        )
    candidates, columns = _candidates(n, start, stop, max_ramp or max((n - start) // 2, 2))
    seen = columns[:, data.at]
    told_apart = (np.ptp(seen, axis=1) > 0) & ~_repeated(seen)
    candidates, columns, seen = candidates[told_apart].reset_index(drop=True), columns[told_apart], seen[told_apart]
    null = fit_poisson(data.counts, design, exposure=data.exposure)
    fits = fit_poisson(data.counts, design, exposure=data.exposure, columns=seen)
    fitted = data.exposure * np.exp(null.params @ design.T)
    _, information = score_and_information(data.counts[None], design, fitted, seen, null.dispersion)
    gain = np.maximum(null.deviance - fits.deviance, 0.0)
    means = data.exposure * np.exp(np.clip(fits.params[:, :-1] @ design.T + fits.params[:, -1:] * seen, -700, 50))
    if inflation is None:
        best = means[gain.argmax()]
        residuals = np.divide(data.counts - best, np.sqrt(best), out=np.zeros(len(best)), where=best > 1e-8)
        inflation = float(variance_inflation(residuals, 1, design.shape[1]).factor)
    candidates = candidates.assign(
        gain=gain, log_ratio=fits.params[:, -1], evidence=log_evidence(gain, information[0], inflation)
    )
    return _weighed(candidates, means, data, endog, inflation)


def _candidates(n, start, stop, max_ramp):
    """Start, shape and length of every candidate, and its column over all periods."""
    order, rows, columns = np.arange(n), [], []
    for at in range(start, stop + 1):
        run = order - at + 1
        lengths = {"step": [0], "pulse": range(1, n - at), "ramp": range(2, min(max_ramp, n - at) + 1)}
        for shape in _SHAPES:
            for length in lengths[shape]:
                rows.append((shape, at, length))
                rises = {"step": run > 0, "pulse": (run > 0) & (run <= length), "ramp": run / max(length, 1)}
                columns.append(np.clip(rises[shape], 0, 1))
    return pd.DataFrame(rows, columns=["shape", "at", "length"]), np.array(columns, float)


def _repeated(seen):
    """Whether a column is the same in the watched periods as an earlier one: a pulse that ends in a gap."""
    _, firsts = np.unique(seen, axis=0, return_index=True)
    return ~np.isin(np.arange(len(seen)), firsts)


def _weighed(candidates, means, data, endog, inflation):
    groups = candidates.groupby("shape")["evidence"]
    top = max(candidates["evidence"].max(), 0.0)
    weights = {"none": np.exp(-top)} | {
        shape: np.exp(groups.get_group(shape) - top).mean() if shape in groups.groups else 0.0 for shape in _SHAPES
    }
    best = groups.idxmax()
    table = pd.DataFrame({"probability": pd.Series(weights) / sum(weights.values())}).rename_axis("shape")
    chosen = candidates.loc[best].set_index("shape")
    table["at"] = chosen["at"].map(lambda position: data.index[position]).reindex(table.index)
    for name in ("length", "log_ratio", "gain"):
        table[name] = chosen[name].reindex(table.index)
    expected = pd.DataFrame(np.nan, index=data.index, columns=list(_SHAPES))
    for shape, row in best.items():
        expected.iloc[data.at, expected.columns.get_loc(shape)] = means[row]
    return ChangeShape(table, expected, endog, inflation)
