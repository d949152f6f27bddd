"""A new level, a pulse or a ramp: what shape a change had, weighed by what the later periods say."""

from dataclasses import dataclass
from hashlib import blake2b
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
from trends.models.changepoints.observed import Observed, design_of, observed
from trends.models.results import Results
from trends.periods import label_of

_ASKED = "weigh the shapes of a change"
_SHAPES = ("step", "pulse", "ramp")
# Candidates are fitted in blocks of so many cells (candidates times periods).
_CELLS = 400_000


@dataclass(frozen=True, eq=False, repr=False)
class ChangeShape(Results):
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

    @property
    def nobs(self) -> int:
        """Watched periods."""
        return int(self.expected["step"].notna().sum())

    def summary(self) -> pd.DataFrame:
        """The shapes, a row each."""
        return self.table

    def sentences(self) -> tuple[str, ...]:
        """How probable each shape is, and the one that did best, a sentence each."""
        chance = self.table["probability"]
        names = {"none": "no change", "step": "a new level", "pulse": "a pulse", "ramp": "a ramp"}
        first = ", ".join(f"{name} {chance[shape]:.0%}" for shape, name in names.items())
        return (
            f"Of no change and three shapes, taken for equally likely before, the counts make: {first}.",
            f"If there was a change, it lasted with a probability of {self.lasting:.0%}.",
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """The counts and the best course of each shape, as `plot_fit`."""
        return self.plot_fit(ax)

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
    rows = _candidates(n, start, stop, max_ramp or max((n - start) // 2, 2))
    found, params = _fitted(rows, data, design)
    if inflation is None:
        best = found["gain"].to_numpy().argmax()
        expected = _expected(found.iloc[best], params[best], data, design)
        residuals = np.divide(
            data.counts - expected, np.sqrt(expected), out=np.zeros(len(expected)), where=expected > 1e-8
        )
        inflation = float(variance_inflation(residuals, 1, design.shape[1]).factor)
    found["evidence"] = log_evidence(found["gain"].to_numpy(), found["information"].to_numpy(), inflation)
    return _weighed(found, params, data, design, endog, inflation)


def log_evidence(gain: np.ndarray, information: np.ndarray, inflation: float) -> np.ndarray:
    """The log Bayes factor of an effect against none (Laplace), its log ratio Normal(0, 1), shape ``(n,)``.

    Parameters
    ----------
    gain : numpy.ndarray
        By how much the effect lowers the deviance, shape ``(n,)``.
    information : numpy.ndarray
        Information on the effect at the fit without it, shape ``(n,)``.
    inflation : float
        What both are divided by for dispersion and serial dependence.
    """
    known = information / inflation
    return 0.5 * gain / inflation * known / (1 + known) - 0.5 * np.log1p(known)


def _candidates(n: int, start: int, stop: int, max_ramp: int) -> list[tuple[str, int, int]]:
    """Shape, start and length of every candidate."""
    rows = []
    for at in range(start, stop + 1):
        lengths = {"step": range(1), "pulse": range(1, n - at), "ramp": range(2, min(max_ramp, n - at) + 1)}
        rows += [(shape, at, length) for shape in _SHAPES for length in lengths[shape]]
    return rows


def _column(shape: str, at: int, length: int, places: np.ndarray) -> np.ndarray:
    """The column of one candidate at some places in time, shape ``(n,)``."""
    run = places - at + 1
    if shape == "pulse":
        return ((run > 0) & (run <= length)).astype(float)
    return np.clip(run / max(length, 1), 0, 1) if shape == "ramp" else (run > 0).astype(float)


def _fitted(rows: list[tuple[str, int, int]], data: Observed, design: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Every candidate that the watched periods tell from the others, with what it gains, and its coefficients.

    A block at a time, so that long series with their many candidates need no more memory than short ones.
    """
    null = fit_poisson(data.counts, design, exposure=data.exposure)
    fitted = data.exposure * np.exp(null.params[0] @ design.T)
    known, kept, parts = fitted[:, None] * design, [], []
    seen: set[bytes] = set()
    size = max(1, _CELLS // len(data.counts))
    for block in (rows[place : place + size] for place in range(0, len(rows), size)):
        columns = np.array([_column(shape, at, length, data.at) for shape, at, length in block])
        told_apart = np.ptp(columns, axis=1) > 0
        # A pulse that ends in a gap is the same as one that ends before it.
        for place, mark in enumerate(map(_mark, columns)):
            told_apart[place] &= mark not in seen
            seen.add(mark)
        if not told_apart.any():
            continue
        columns = columns[told_apart]
        fits = fit_poisson(data.counts, design, exposure=data.exposure, columns=columns)
        crossed = columns @ known
        explained = (crossed * np.linalg.lstsq(known.T @ design, crossed.T, rcond=None)[0].T).sum(1)
        information = np.maximum(columns**2 @ fitted - explained, 1e-12)
        kept += [row for row, use in zip(block, told_apart, strict=True) if use]
        parts.append((fits.deviance, information, fits.params))
    deviance, information, params = (np.concatenate(each) for each in zip(*parts, strict=True))
    table = pd.DataFrame(kept, columns=["shape", "at", "length"])
    gain = np.maximum(null.deviance[0] - deviance, 0.0)
    return table.assign(gain=gain, log_ratio=params[:, -1], information=information), params


def _mark(column: np.ndarray) -> bytes:
    return blake2b(column.tobytes(), digest_size=16).digest()


def _expected(row: pd.Series, params: np.ndarray, data: Observed, design: np.ndarray) -> np.ndarray:
    """Expected counts of a candidate in the watched periods, shape ``(n,)``."""
    column = _column(row["shape"], int(row["at"]), int(row["length"]), data.at)
    return data.exposure * np.exp(np.clip(design @ params[:-1] + params[-1] * column, -700, 50))


def _weighed(
    candidates: pd.DataFrame,
    params: np.ndarray,
    data: Observed,
    design: np.ndarray,
    endog: pd.Series,
    inflation: float,
) -> ChangeShape:
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
        expected.loc[data.index[data.at], shape] = _expected(candidates.loc[row], params[row], data, design)
    return ChangeShape(table, expected, endog, inflation)
