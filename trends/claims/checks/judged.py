"""What the checks of a change or of another column are judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, nan

import pandas as pd

from trends.chance.curve import LeftOut, SpecificationCurve, reading
from trends.chance.differing import DifferingChanges, differing_changes
from trends.chance.evidence import Evidence
from trends.claims.verdict import Asserted
from trends.counts.panel import Panel, exposure_of
from trends.errors import ModelError
from trends.fits.batch import fit_poisson

# Fewer provinces with incidents show nothing of how provinces differ.
_FEWEST_PROVINCES = 3


@dataclass(frozen=True)
class Judged:
    """An estimate with what the claim says of it, and what becomes of it province by province.

    Attributes
    ----------
    evidence, stand : Evidence, Asserted
        What was found, and what was claimed.
    left_out : LeftOut
        The estimate without each province in turn; an empty table where there is but one.
    provinces : DifferingChanges, ModelError or int
        The change of each province; why they cannot be compared; or how many have incidents, where those are too few
        to differ.
    curve : SpecificationCurve, optional
        Every other defensible way of asking, where there are any.
    """

    evidence: Evidence
    stand: Asserted
    left_out: LeftOut
    provinces: DifferingChanges | ModelError | int
    curve: SpecificationCurve | None = None

    @property
    def found(self) -> bool:
        """Whether the interval excludes 1."""
        return self.evidence.lower > 1 or self.evidence.upper < 1

    @property
    def reads(self) -> str:
        """The claim as the interval has it; see `trends.chance.curve.reading`."""
        return self.reading(self.evidence.lower, self.evidence.upper)

    def reading(self, lower: float, upper: float) -> str:
        """The claim as another interval has it."""
        return reading(lower, upper, self.stand.claimed, self.stand.immaterial)

    def holds(self, ratio: float) -> bool:
        """Whether an estimate alone would lead where the interval does."""
        low, high = self.stand.claimed
        if self.reads == "as claimed":
            return low <= ratio <= high
        if self.reads == "no material change" and self.stand.immaterial:
            return self.stand.immaterial[0] <= ratio <= self.stand.immaterial[1]
        if self.reads == "otherwise":
            return not low <= ratio <= high
        return (ratio > 1) == (self.evidence.estimate > 1)


def without_each(panel: Panel, design: pd.DataFrame, term: str) -> LeftOut:
    """A column's rate ratio on the total of a panel without each province with incidents in turn.

    The intervals are those of the noise of counting alone.
    """
    counted = [name for name in panel.provinces if panel.counts[name].sum() > 0]
    own = _ratio(panel, panel.provinces, design, term)[0]
    rows = {
        name: _ratio(panel, [other for other in panel.provinces if other != name], design, term)
        for name in counted
        if len(counted) > 1
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["ratio", "lower", "upper"], dtype=float)
    return LeftOut(own, table.rename_axis("province"))


def _ratio(panel: Panel, places: Sequence[str], design: pd.DataFrame, term: str) -> tuple[float, float, float]:
    counts = panel.total(list(places))
    watched = counts.notna().to_numpy()
    exog = design.to_numpy(float)[watched]
    try:
        fit = fit_poisson(
            counts.to_numpy(float)[watched], exog, exposure=exposure_of(counts).to_numpy()[watched], covariance=True
        )
    except ModelError:
        return nan, nan, nan
    at = design.columns.get_loc(term)
    variance = nan if fit.covariance is None else float(fit.covariance[0][at, at])
    estimate, error = float(fit.params[0][at]), variance**0.5
    return exp(estimate), exp(estimate - 1.96 * error), exp(estimate + 1.96 * error)


def by_province(panel: Panel, course: pd.Series, effect: pd.Series) -> DifferingChanges | ModelError | int:
    """The change of each province of a panel, why they cannot be compared, or how many there are where too few."""
    counted = int((panel.counts.sum() > 0).sum())
    if counted < _FEWEST_PROVINCES:
        return counted
    try:
        return differing_changes(panel.counts, panel.exposure, course, effect)
    except ModelError as error:
        return error
