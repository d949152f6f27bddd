"""The specification curve: what every defensible way of asking says of one change, and what nothing would have said."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import t as student

from trends import drawing, periods
from trends.chance.nullpanels import JointTest, dependence_factors, joint_test_of_median, source_nulls
from trends.chance.placebo import Placebos, placebo_dates
from trends.chance.specifications import (
    Specification,
    Ways,
    expected_design,
    fit_all,
    shown_beyond_doubt,
    specifications_around,
)
from trends.errors import ModelError

#: The choices that a specification makes, in the order of the table and of the chart.
CHOICES = ("source", "frequency", "first", "family", "season", "ramadan", "trend", "at", "without")


@dataclass(frozen=True, eq=False)
class LeftOut:
    """The claim's own specification without each province in turn.

    Attributes
    ----------
    own : float
        The rate ratio with all provinces.
    table : pandas.DataFrame
        ``ratio, lower, upper``, a row a province left out; empty where there is but one.
    """

    own: float
    table: pd.DataFrame

    @property
    def matters(self) -> str:
        """The province without which the ratio moves most, or nothing."""
        moved = np.log(self.table["ratio"] / self.own).abs()
        return str(moved.idxmax()) if moved.notna().any() else ""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Axes with the rate ratio and its interval without each province, the lowest above."""
        shown = self.table.dropna(subset="ratio").sort_values("ratio")
        ax = drawing.axes(ax, height=0.9 + 0.17 * len(shown))
        rows = np.arange(len(shown))
        ax.hlines(rows, shown["lower"], shown["upper"], color=drawing.COLOURS["muted"], linewidth=1.2)
        ax.plot(shown["ratio"], rows, "o", markersize=4, color=drawing.COLOURS["counts"], label="without it")
        ax.axvline(self.own, color=drawing.COLOURS["fit"], linewidth=1.2, linestyle=(0, (4, 2)), label="all provinces")
        ax.axvline(1, color=drawing.COLOURS["muted"], linewidth=0.8)
        drawing.ratio_axis(ax, [*shown[["lower", "upper"]].to_numpy().ravel(), self.own], "x")
        ax.set_yticks(rows, shown.index)
        ax.set_ylim(len(shown) - 0.5, -0.5)
        return drawing.finish(ax, caption=f"Rate ratio; n = {len(shown)} provinces, each left out in turn.")


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """What every defensible specification says of one change.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a specification, the claim's own first. Its choices, ``source, frequency, first, family, season,
        ramadan, trend, at, without``; ``ratio, lower, upper``, the rate ratio with its 95 % interval, widened for
        serial dependence; ``reads``, the claim as this interval has it (``"as claimed"``, ``"otherwise"``, ``"no
        material change"`` or ``"open"``); ``converged``; and ``refused``, why it could not be fitted, or nothing.
    joint : JointTest
        The test of no change in any specification.
    placebos : Placebos or None
        The same change at other dates; None where there is no other admissible date.
    left_out : LeftOut
        The claim's own specification without each province in turn.
    claimed, immaterial : (float, float), (float, float) or None
        The rate ratios for which the claim is true, and those that would not matter.
    aside : tuple of str
        Choices that were not made, each with the reason.
    """

    table: pd.DataFrame
    joint: JointTest
    placebos: Placebos | None
    left_out: LeftOut
    claimed: tuple[float, float]
    immaterial: tuple[float, float] | None
    aside: tuple[str, ...] = ()

    @property
    def fitted(self) -> pd.DataFrame:
        """The specifications that could be fitted, those without a finite estimate included."""
        return self.table[self.table["refused"] == ""]

    @property
    def refused(self) -> int:
        """How many specifications could not be fitted."""
        return len(self.table) - len(self.fitted)

    @property
    def failed(self) -> int:
        """How many fits have no finite estimate; they agree with nothing."""
        return int((~self.fitted["converged"].astype(bool)).sum())

    @property
    def median(self) -> float:
        """The median rate ratio."""
        return float(self.fitted["ratio"].median())

    @property
    def pvalue(self) -> float:
        """The p-value of no change in any specification, by the median over all."""
        return self.joint.pvalue

    @property
    def share(self) -> pd.Series:
        """The shares of the fitted specifications that agree.

        ``direction``: the estimate lies on the claimed side of 1 (of a claim that the rate did not change, within the
        bar); ``bar``: among the values for which the claim is true; ``own``: its interval reads as that of the
        claim's own specification.
        """
        ratio, (low, high) = self.fitted["ratio"], self.claimed
        bar = (ratio >= low) & (ratio <= high)
        direction = ratio > 1 if low >= 1 else ratio < 1 if high <= 1 else bar
        own = self.fitted["reads"] == self.table["reads"].iloc[0]
        return pd.Series({"direction": direction.mean(), "bar": bar.mean(), "own": own.mean()}, name="share")

    def summary(self) -> pd.DataFrame:
        """What the curve says, in rows ``what`` and ``value``."""
        ratio, share, left, placebos = self.fitted["ratio"], self.share, self.left_out, self.placebos
        rows = {
            "specifications fitted": len(self.fitted),
            "refused": self.refused,
            "without a finite estimate": self.failed,
            "rate ratio, the claim's own": self.table["ratio"].iloc[0],
            "rate ratio, median": self.median,
            "rate ratio, 5th percentile": ratio.quantile(0.05),
            "rate ratio, 95th percentile": ratio.quantile(0.95),
            "share in the claimed direction": share["direction"],
            "share beyond the bar": share["bar"],
            "share that reads as the claim's own": share["own"],
            "p of no change in any": self.pvalue,
        }
        if placebos is not None:
            rows |= {
                "rank among placebo dates": placebos.rank,
                "placebo dates": len(placebos.table),
                "p of the placebo dates": placebos.pvalue,
            }
        if len(left.table):
            rows |= {
                "lowest without a province": left.table["ratio"].min(),
                "highest without a province": left.table["ratio"].max(),
                "province that matters most": left.matters,
            }
        return pd.DataFrame({"value": rows.values()}, index=pd.Index(rows, name="what"), dtype=object)

    def __repr__(self) -> str:
        median, p = f"median rate ratio {self.median:.3g}", f"p {self.pvalue:.2g}"
        return f"SpecificationCurve({len(self.fitted)} specifications, {median}, {p} of no change in any)"

    def _repr_html_(self) -> str:
        shown = self.summary().map(lambda value: f"{value:.3g}" if isinstance(value, float) else str(value))
        return shown.to_html(border=0) + "".join(f"<p>{note}</p>" for note in self.aside)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Axes with the sorted rate ratios and their intervals; `trends.plot_specifications` shows the choices too."""
        ax, shown = drawing.axes(ax, height=2.2), self.fitted.dropna(subset="ratio").sort_values("ratio")
        place = np.arange(len(shown))
        ax.vlines(place, shown["lower"], shown["upper"], color=drawing.COLOURS["faint"], linewidth=0.8, zorder=1)
        ax.plot(place, shown["ratio"], ".", markersize=3, color=drawing.COLOURS["counts"], label="a specification")
        own = np.flatnonzero(shown.index == 0)
        ax.plot(
            own, shown["ratio"].iloc[own], "D", color=drawing.COLOURS["expected"], label="the claim's own", zorder=4
        )
        ax.axhline(1, color=drawing.COLOURS["muted"], linewidth=0.8, zorder=2)
        drawing.ratio_axis(ax, shown["ratio"], "y")
        ax.set_xticks([])
        caption = f"n = {len(shown)} specifications, by their rate ratio; lines are 95 % intervals."
        return drawing.finish(ax, caption=caption, y_label="rate ratio")


def specification_curve(
    ways: Ways,
    main: Specification,
    others: Mapping[str, tuple],
    *,
    claimed: tuple[float, float],
    immaterial: tuple[float, float] | None = None,
    window: tuple = (),
    limit: int = 350,
    draws: int = 499,
    rng=0,
) -> SpecificationCurve:
    """The specification curve of a change.

    Parameters
    ----------
    ways : Ways
        The panels that the question can be put to.
    main : Specification
        The claim's own.
    others : mapping of str to tuple
        What else could be chosen, by choice: see `specifications_around`. No season and no trend are dropped from it
        where the counts show one beyond doubt.
    claimed, immaterial : (float, float)
        The rate ratios for which the claim is true, and those that would not matter.
    window : tuple of two pandas.Period
        Dates that are no placebos.
    limit : int
        Most specifications; a chart of some 300 can be read.
    draws : int
        Simulated panels of the joint test; 499 give a p-value of .05 to within .01.
    rng : int or numpy.random.Generator
        Source of randomness.

    Raises
    ------
    ModelError
        Where the claim's own specification cannot be fitted or simulated.

    Notes
    -----
    **Assumptions** are those of `trends.chance.nullpanels.joint_test_of_median`. The intervals are those of the
    specification's family, widened by what the estimated serial dependence does to it; unlike the interval that a
    ruling rests on, they are not calibrated one by one.

    References
    ----------
    Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4,
    1208-1214.
    """
    nulls, without = source_nulls(ways, main)
    others, aside = dict(others), [f"The source {name} is left out: {reason}." for name, reason in without.items()]
    others["source"] = tuple(name for name in others.get("source", ()) if name in nulls)
    for name, bare in (("season", None), ("trend", False)):
        if bare in others.get(name, ()) and name in shown_beyond_doubt(ways, main):
            others[name] = tuple(value for value in others[name] if value is not bare)
            aside.append(f"No specification leaves the {name} out: the counts show it beyond doubt.")
    specs = specifications_around(main, others, limit)
    fitted = fit_all(ways, specs)
    if fitted.specs[0] != specs[0]:
        raise ModelError(
            "draw the specification curve of a change",
            found=f"that the claim's own specification cannot be fitted: {dict(fitted.refused)[specs[0]]}",
            allowed="one that can",
            do="take a longer series, or ask for less (no season, no trend)",
        )
    own = specs[0]
    table = _table(fitted, dependence_factors(ways, fitted, nulls), claimed, immaterial)
    joint = joint_test_of_median(ways, own, fitted, nulls, draws=draws, rng=np.random.default_rng(rng))
    return SpecificationCurve(
        table=table,
        joint=joint,
        placebos=_placebos(ways, own, window),
        left_out=_left_out(table),
        claimed=claimed,
        immaterial=immaterial,
        aside=tuple(aside),
    )


def _table(fitted, widened, claimed, immaterial) -> pd.DataFrame:
    specs = [*fitted.specs, *(spec for spec, _ in fitted.refused)]
    lost = len(fitted.refused)
    reach = student.ppf(0.975, fitted.df) * fitted.bse * widened
    ends = [np.exp(np.clip(values, -700, 700)) for values in
            (fitted.estimate, fitted.estimate - reach, fitted.estimate + reach)]  # fmt: skip
    rows = {name: [getattr(spec, name) for spec in specs] for name in CHOICES}
    rows |= {
        "first": [periods.label_of(spec.first) for spec in specs],
        "at": [periods.label_of(spec.at) for spec in specs],
        "season": [_season(spec) for spec in specs],
    }
    rows |= {name: [*values, *[np.nan] * lost] for name, values in zip(("ratio", "lower", "upper"), ends, strict=True)}
    rows["reads"] = [*(reading(low, high, claimed, immaterial) for low, high in zip(*ends[1:], strict=True)),
                     *[""] * lost]  # fmt: skip
    rows["converged"] = [*fitted.converged.tolist(), *[False] * lost]
    rows["refused"] = [*[""] * len(fitted.specs), *(reason for _, reason in fitted.refused)]
    return pd.DataFrame(rows)


def _season(spec) -> str:
    if spec.season is None:
        return "none"
    if spec.season == "calendar":
        return "quarters" if spec.frequency == "Q" else "months"
    return f"{spec.season} wave{'s' * (spec.season > 1)}"


def reading(low: float, high: float, claimed, immaterial) -> str:
    """The claim as an interval has it, in the order of the decision table."""
    if claimed[0] <= low and high <= claimed[1]:
        return "as claimed"
    if immaterial and immaterial[0] <= low and high <= immaterial[1]:
        return "no material change"
    return "otherwise" if high < claimed[0] or low > claimed[1] else "open"


def _left_out(table) -> LeftOut:
    own = table.iloc[0]
    rest = [name for name in CHOICES if name != "without"]
    alone = table[(table["without"] != "") & (table[rest] == own[rest]).all(axis=1) & (table["refused"] == "")]
    kept = alone.set_index("without")[["ratio", "lower", "upper"]].rename_axis("province")
    return LeftOut(float(own["ratio"]), kept)


def _placebos(ways, own, window) -> Placebos | None:
    series = ways.series(own.source, own.frequency)
    series = series[series.index >= own.first]
    expected = expected_design(series.index, own)
    try:
        return placebo_dates(series, expected, own.at, ways.shape, ways.length, window)
    except ModelError:
        # A series too short for another date still has its specifications.
        return None
