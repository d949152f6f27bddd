"""Every defensible way of asking whether a claimed change came, on the counts of a study."""

from dataclasses import dataclass, replace
from itertools import combinations, product
from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import drawing, periods
from trends.arguments import checked_arguments
from trends.chance.questions import effect
from trends.claims.asked import Asked, asked_change, panel_of, source_of
from trends.claims.checks.judged import provinces_that_matter
from trends.claims.claim import Claim
from trends.counts.panel import Panel
from trends.counts.series import checked_series
from trends.errors import InputError, ModelError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trends.claims.study import Study

#: The choices that a specification makes, in the order of the table and of the chart.
CHOICES = ("source", "frequency", "first", "without")
# The start of the counts is moved forward by half a year and by a year, where two years are left before the change.
_LATER, _LEFT = (0.5, 1.0), 2.0


@dataclass(frozen=True)
class Specification:
    """One way to ask whether the rate changed.

    Attributes
    ----------
    source : str
        Whose counts, by its name in the study.
    frequency : str
        M, Q, ... as in `trends.periods`.
    first : str
        First period of the counts, as a label.
    at, last : str
        First period after the change, and last period of the span over which it is meant.
    without : str
        A province left out; empty for none.
    """

    source: str
    frequency: str
    first: str
    at: str
    last: str
    without: str = ""


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """What every defensible specification says of one change.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a specification, the claim's own first. Its choices, ``source, frequency, first, without``;
        ``ratio, lower, upper``, the rate ratio with its 95 % interval; ``reads``, the claim as this interval has it
        (``"as claimed"``, ``"otherwise"``, ``"no material change"`` or ``"open"``); and ``refused``, why it could not
        be asked, or nothing.
    claimed, immaterial : (float, float), (float, float) or None
        The rate ratios for which the claim is true, and those that would not matter.
    aside : tuple of str
        Choices that were not made, each with the reason.
    """

    table: pd.DataFrame
    claimed: tuple[float, float]
    immaterial: tuple[float, float] | None
    aside: tuple[str, ...] = ()

    @property
    def fitted(self) -> pd.DataFrame:
        """The specifications that could be asked."""
        return self.table[self.table["refused"] == ""]

    @property
    def left_out(self) -> pd.DataFrame:
        """``ratio, lower, upper`` of the claim's own specification without each province in turn, by its name."""
        alone = self.table[self.table["without"] != ""].set_index("without")
        return alone[["ratio", "lower", "upper"]].astype(float).rename_axis("province")

    @property
    def refused(self) -> int:
        """How many specifications could not be asked."""
        return len(self.table) - len(self.fitted)

    @property
    def median(self) -> float:
        """The median rate ratio."""
        return float(self.fitted["ratio"].median())

    @property
    def share(self) -> pd.Series:
        """The shares of the specifications that agree.

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
        ratio, share = self.fitted["ratio"], self.share
        alone = self.fitted[self.fitted["without"] != ""].set_index("without")["ratio"]
        rows: dict[str, object] = {
            "specifications": len(self.fitted),
            "refused": self.refused,
            "rate ratio, the claim's own": self.table["ratio"].iloc[0],
            "rate ratio, median": self.median,
            "rate ratio, 5th percentile": ratio.quantile(0.05),
            "rate ratio, 95th percentile": ratio.quantile(0.95),
            "share in the claimed direction": share["direction"],
            "share beyond the bar": share["bar"],
            "share that reads as the claim's own": share["own"],
        }
        if len(alone):
            rows |= {"lowest without a province": alone.min(), "highest without a province": alone.max()}
        return pd.DataFrame({"value": rows.values()}, index=pd.Index(rows, name="what"), dtype=object)

    def __repr__(self) -> str:
        return f"SpecificationCurve({len(self.fitted)} specifications, median rate ratio {self.median:.3g})"

    def _repr_html_(self) -> str:
        shown = self.summary().map(lambda value: f"{value:.3g}" if isinstance(value, float) else str(value))
        return str(shown.to_html(border=0)) + "".join(f"<p>{note}</p>" for note in self.aside)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Axes with the sorted rate ratios and their intervals; `trends.plot_specifications` shows the choices too."""
        ax, shown = drawing.axes(ax, height=2.2), self.fitted.sort_values("ratio")
        place = np.arange(len(shown))
        ax.vlines(place, shown["lower"], shown["upper"], color=drawing.COLOURS["faint"], linewidth=0.8, zorder=1)
        ax.plot(place, shown["ratio"], ".", markersize=3, color=drawing.COLOURS["counts"], label="a specification")
        own = np.flatnonzero(shown.index == 0)
        estimate = shown["ratio"].iloc[own]
        ax.plot(own, estimate, "D", color=drawing.COLOURS["expected"], label="the claim's own", zorder=4)
        ax.axhline(1, color=drawing.COLOURS["muted"], linewidth=0.8, zorder=2)
        drawing.ratio_axis(ax, shown["ratio"], "y")
        ax.set_xticks([])
        caption = f"n = {len(shown)} specifications, by their rate ratio; lines are 95 % intervals."
        return drawing.finish(ax, caption=caption, y_label="rate ratio")


@checked_arguments
def specifications(claim: Claim, study: "Study", *, limit: int = 350) -> SpecificationCurve:
    """Every defensible way of asking whether the change of a claim came.

    Parameters
    ----------
    claim : Claim
        A claim that asserts a ``change``.
    study : Study
        The counts that it is held against.
    limit : int
        Most specifications. Those that depart from the claim's own in one choice come first, then in two together,
        and so on as long as all of a kind have room; 350 is what a chart can show.

    Returns
    -------
    SpecificationCurve
        ``table``, ``share`` and ``median``; draw it with `trends.plot_specifications`.

    Raises
    ------
    ModelError
        Where the claim asserts no change, or its own specification cannot be asked.

    Notes
    -----
    The choices: the sources of the study with a panel of the same actor, unit and places over the claim's counts, among
    them its kinds of event; months or quarters; the start of the counts, as claimed or up to a year later (never
    earlier: where a regime begins is the claim's to say); and each province left out in turn. Trend, season, dispersion
    and the shape of the change are no choices: the one model has them all. When the change began and whether it lasted
    are asked of the links ``timing`` and ``lasting``.

    References
    ----------
    Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4,
    1208-1214.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["iraq"])
    >>> curve = specifications(study.claim("attacks-rose-after-drawdown"), study, limit=12)
    >>> len(curve.table)
    9
    """
    asked = asked_change(claim, study, "draw the specification curve")
    panels, aside = _comparable(claim, study)
    own = Specification(
        source_of(claim, study),
        panel_of(claim, study).frequency,
        periods.label_of(asked.counts.index[0]),
        periods.label_of(asked.at),
        periods.label_of(asked.last),
    )
    # The claim's own is asked first: where it cannot be, nothing else is.
    rows = [_row(own, panels, asked, refuse=True)]
    rows += [_row(each, panels, asked) for each in _around(own, _others(own, panels, asked), limit)[1:]]
    return SpecificationCurve(pd.DataFrame(rows), asked.stand.claimed, asked.stand.immaterial, tuple(aside))


def _row(spec: Specification, panels: dict[str, Panel], asked: Asked, refuse: bool = False) -> dict[str, object]:
    made = {name: getattr(spec, name) for name in CHOICES}
    try:
        panel = panels[spec.source].to(spec.frequency, partial="missing")
        places = [name for name in panel.provinces if name != spec.without]
        counts = panel.total(places, partial="missing").loc[periods.period(spec.first, spec.frequency) :]
        found = effect(checked_series(counts), spec.at, spec.last, without=asked.country).ratio
    except (ModelError, InputError) as error:
        if refuse:
            raise
        return {**made, "ratio": nan, "lower": nan, "upper": nan, "reads": "", "refused": error.found}
    reads = reading(found.low, found.high, asked.stand.claimed, asked.stand.immaterial)
    return {**made, "ratio": found.estimate, "lower": found.low, "upper": found.high, "reads": reads, "refused": ""}


def reading(low: float, high: float, claimed: tuple[float, float], immaterial: tuple[float, float] | None) -> str:
    """The claim as an interval has it, in the order of the decision table."""
    if claimed[0] <= low and high <= claimed[1]:
        return "as claimed"
    if immaterial and immaterial[0] <= low and high <= immaterial[1]:
        return "no material change"
    return "otherwise" if high < claimed[0] or low > claimed[1] else "open"


def _around(own: Specification, others: dict[str, tuple[str, ...]], limit: int) -> list[Specification]:
    """The specifications that depart from the claim's own in as many choices at once as there is room for.

    The last round that does not fit is left out whole, so that no combination is preferred to another. A province is
    left out from the claim's own only.
    """
    found = dict.fromkeys([own, *(replace(own, without=name) for name in others.get("without", ()))])
    names = [name for name in others if name != "without" and others[name]]
    for apart in range(1, len(names) + 1):
        more: dict[Specification, None] = {}
        for chosen in combinations(names, apart):
            for values in product(*(others[name] for name in chosen)):
                more[_dated(replace(own, **dict(zip(chosen, values, strict=True))))] = None
        fresh = [spec for spec in more if spec not in found]
        if len(found) + len(fresh) > limit:
            break
        found |= dict.fromkeys(fresh)
    return list(found)


def _dated(spec: Specification) -> Specification:
    """A specification with its dates as its own frequency has them."""
    start = periods.period(spec.at).start_time.date()
    return replace(
        spec,
        first=periods.label_of(periods.first_after(periods.period(spec.first).start_time.date(), spec.frequency)),
        at=periods.label_of(periods.first_after(start, spec.frequency)),
        last=periods.label_of(periods.period(periods.period(spec.last).end_time.date(), spec.frequency)),
    )


def _comparable(claim: Claim, study: "Study") -> tuple[dict[str, Panel], list[str]]:
    """The panels of one actor and unit over the claim's span and places, its own first; and who is left out, and why.

    Months where the claim's own quarters are counted from months, so that both can be tried.
    """
    own = source_of(claim, study)
    mine = panel_of(claim, study)
    stored = study.panels[own]
    places = None if claim.counts.provinces == "all" else claim.counts.provinces
    first, last = mine.index[0].start_time.date(), mine.index[-1].end_time.date()
    frequency = "M" if {mine.frequency, stored.frequency} == {"M", "Q"} else mine.frequency
    panels, aside = {}, []
    for name in sorted(study.panels, key=lambda name: name != own):
        source, panel = study.sources[name], study.panels[name]
        if name != own and (source.actor, panel.unit) != (study.sources[own].actor, stored.unit):
            continue
        if panel.index[0].start_time.date() > first or panel.index[-1].end_time.date() < last:
            ends = " to ".join(periods.label_of(when) for when in panel.index[[0, -1]])
            aside.append(f"{source.title} is left out: it has {ends} only.")
            continue
        try:
            begin, end = periods.first_after(first, frequency), periods.period(last, frequency)
            panel = panel.to(frequency).span(periods.label_of(begin), periods.label_of(end))
            panels[name] = panel.select(places) if places else panel
        except InputError as error:
            aside.append(f"{source.title} is left out: {error.found}.")
    return panels, aside


def _others(own: Specification, panels: dict[str, Panel], asked: Asked) -> dict[str, tuple[str, ...]]:
    """What else could be chosen, by choice."""
    index = panels[own.source].index
    a_year = periods.PER_YEAR[periods.frequency_of(index)]
    at = periods.first_after(asked.at.start_time.date(), periods.frequency_of(index))
    before = (at - index[0]).n / a_year
    starts = [index[0] + round(move * a_year) for move in _LATER if before - move >= _LEFT]
    provinces = provinces_that_matter(panels[own.source])
    return {
        "source": tuple(name for name in panels if name != own.source),
        "frequency": tuple(each for each in ("M", "Q") if periods.frequency_of(index) == "M" and each != own.frequency),
        "first": tuple(map(periods.label_of, starts)),
        "without": tuple(provinces) if len(provinces) > 1 else (),
    }
