"""What the checks of a rate ratio are judged by."""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import pandas as pd

from trends.chance.answers import RatioFound
from trends.chance.evidence import Evidence
from trends.claims.asked import Asked, counted_panel
from trends.claims.claim import Claim
from trends.claims.rulings import Ruling
from trends.claims.verdict import Asserted, rule
from trends.counts.panel import Panel
from trends.errors import ModelError

if TYPE_CHECKING:
    from trends.claims.specifications import SpecificationCurve
    from trends.claims.study import Study


#: The share of all incidents from which a province is left out in turn.
LEAST = 0.03


@dataclass(frozen=True, eq=False)
class LeftOut:
    """An estimate without each province in turn.

    Attributes
    ----------
    own : float
        The rate ratio with all provinces.
    table : pandas.DataFrame
        ``ratio, lower, upper``, a row a province left out; empty where there is but one with incidents.
    """

    own: float
    table: pd.DataFrame

    @property
    def matters(self) -> str:
        """The province without which the ratio moves most, or nothing."""
        if self.table.empty:
            return ""
        return str((self.table["ratio"] / self.own - 1).abs().fillna(0.0).idxmax())


@dataclass(frozen=True, eq=False)
class Judged:
    """An estimate with what the claim says of it, and what becomes of it asked otherwise.

    Attributes
    ----------
    evidence, stand : Evidence, Asserted
        What was found, and what was claimed.
    left_out : LeftOut
        The estimate without each province in turn.
    curve : SpecificationCurve, optional
        Every other defensible way of asking, where there are any.
    """

    evidence: Evidence
    stand: Asserted
    left_out: LeftOut
    curve: "SpecificationCurve | None" = None

    @property
    def leads_to(self) -> Ruling:
        """The ruling without any check."""
        return rule(self.evidence, self.stand)

    def holds(self, ratio: float) -> bool:
        """Whether an estimate alone would lead where the posterior does."""
        low, high = self.stand.claimed
        leads_to = self.leads_to
        if leads_to is Ruling.SUPPORTED:
            return low <= ratio <= high
        if leads_to is Ruling.NO_MATERIAL_CHANGE and self.stand.immaterial:
            return self.stand.immaterial[0] <= ratio <= self.stand.immaterial[1]
        if leads_to is Ruling.CONTRADICTED:
            return not low <= ratio <= high
        return (ratio > 1) == (self.evidence.estimate > 1)


def judged(
    evidence: Evidence,
    asked: Asked,
    claim: Claim,
    study: "Study",
    curve: "SpecificationCurve | None" = None,
) -> Judged:
    """A change with its estimate without each province in turn, from the other ways of asking where they have it."""
    if curve is not None:
        return Judged(evidence, asked.stand, LeftOut(evidence.estimate, curve.left_out), curve)
    panel = counted_panel(claim, study)
    left_out = without_each(panel, evidence.estimate, lambda counts: asked.of(counts).effect().ratio)
    return Judged(evidence, asked.stand, left_out)


def without_each(panel: Panel, own: float, estimate: Callable[[pd.Series], RatioFound]) -> LeftOut:
    """An estimate on the total of a panel without each province in turn that has enough incidents to matter."""
    counted = provinces_that_matter(panel)
    rows = {}
    for name in counted if len(counted) > 1 else ():
        try:
            found = estimate(panel.total([other for other in panel.provinces if other != name], partial="missing"))
            rows[name] = (found.estimate, found.low, found.high)
        except ModelError:
            rows[name] = (nan, nan, nan)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["ratio", "lower", "upper"], dtype=float)
    return LeftOut(own, table.rename_axis("province"))


def provinces_that_matter(panel: Panel) -> list[str]:
    """The provinces that have some of the incidents: without one of fewer no estimate would be another."""
    totals = panel.counts.sum()
    return [str(name) for name in panel.provinces if totals[name] > 0 and totals[name] >= LEAST * totals.sum()]
