"""The link of a claim that says that its change was a new level."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.claims.asked import Asked, asserted, break_of, counts_of, expected_design, source_of
from trends.claims.checks import false_alarms, no_single_province, provinces_agree
from trends.claims.claim import Claim
from trends.claims.coefficient import survived, tested_coefficient
from trends.claims.direction import Direction, adverse_side
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.claims.words import percent, when_in_words
from trends.errors import ModelError
from trends.fits.design import effect_column
from trends.models.changepoints.shape import change_shape

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Lasting:
    """The change was a new level and not a pulse: it was still there ``after`` so many periods.

    ``direction`` and ``at_least`` are by default those of the link ``change``.
    """

    after: int = 3
    direction: Direction | None = None
    at_least: float | None = None


def find(link: Lasting, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on whether a change was a new level: the rate of the later periods, the first ones set aside."""
    direction, bar = asserted(link, claim)
    counts = counts_of(claim, study)
    letter = periods.frequency_of(counts.index)
    at = break_of(claim, study, letter)
    later = at + link.after
    if not counts.index[0] < at or not later <= counts.index[-1]:
        raise ModelError(
            f"rule on whether the change of {when_in_words(at)} lasted",
            found=f"counts from {when_in_words(counts.index[0])} to {when_in_words(counts.index[-1])}",
            allowed=f"counts before it and beyond {when_in_words(later)}",
            do="wait for later periods, or ask after fewer",
            lacks="The counts end too soon after the change to see whether it lasted. Later ones would settle it.",
        )
    expected = expected_design(counts, claim)
    first = effect_column(counts.index, at, "pulse", link.after)
    design = pd.concat([expected, first, effect_column(counts.index, later)], axis=1)
    what = f"rate from {when_in_words(later)}, against what was to be expected,"
    asked = Asked(counts, None, design, design.columns[-1], later, direction, bar, what, source_of(claim, study))
    tested = survived(tested_coefficient(asked, effort), asked, claim, study, KIND.required(claim))
    shape = change_shape(counts, at, exog=expected)
    weights = shape.table["probability"]
    said = ", ".join(f"{name} {percent(weights[name])}" for name in ("none", "step", "pulse", "ramp"))
    table = shape.table.reset_index().assign(at=lambda rows: rows["at"].map(_label))
    return Finding(
        "lasting",
        f"Was the change of {when_in_words(at)} a new level, and not a pulse?",
        tested.ruling,
        f"{tested.sentence} Weighed against each other: {said}.",
        tested.evidence,
        tested.stand,
        checks=tested.checks,
        table=table,
        fit=shape,
    )


def _label(period: object) -> str:
    return periods.label_of(period) if isinstance(period, pd.Period) else ""


KIND = Kind(
    key="lasting",
    rung=Rung.LASTING,
    record=Lasting,
    find=find,
    heading="Lasting",
    rows="Interval",
    chart="lasting",
    caption="The counts, and each shape that the change may have had with its probability",
    cites_rows=False,
    counted_in="period",
    group=Group.CHANGES,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, no_single_province.CHECK, provinces_agree.CHECK),
    survives_with="change",
    on_its_counts=True,
    of_counts=True,
    adverse=lambda link, claim: adverse_side(asserted(link, claim)[0]),
    names=names_nothing,
)
