"""The link of a claim that says that the rate changed at an event."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from trends import periods
from trends.chance.evidence import Check
from trends.claims.asked import Asked, break_of, counted_panel, counts_of, source_of
from trends.claims.checks import false_alarms, no_single_province, placebo_dates, provinces_agree
from trends.claims.checks import specifications as other_ways
from trends.claims.checks.judged import Judged, by_province
from trends.claims.checks.known import KnownCheck
from trends.claims.claim import Claim
from trends.claims.coefficient import CoefficientRuling, ratio_table, ruled, tested_coefficient
from trends.claims.direction import BAR, Direction, adverse_side
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.specifications import specifications
from trends.claims.verdict import Finding
from trends.claims.words import when_in_words
from trends.errors import ModelError
from trends.models.interruption import InterruptionModel, InterruptionResults

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Change:
    """The rate changed at the event: ``direction``, by a factor of ``at_least`` (1.10 is ten percent).

    ``shape`` is the course of the change: a ``step``, a ``slope`` (the factor is then per year), or a ``pulse`` or
    ``ramp`` of ``length`` periods.
    """

    direction: Direction
    at_least: float = BAR
    shape: Literal["step", "slope", "pulse", "ramp"] = "step"
    length: int | None = None
    trend: bool = True
    seasons: bool | int = True
    ramadan: bool = False


def interruption(link: Change, claim: Claim, study: "Study") -> InterruptionModel:
    """The interrupted-series model that a claim of change asks for, on the counts that it names."""
    counts = counts_of(claim, study)
    return InterruptionModel(
        counts,
        at=break_of(claim, study, periods.frequency_of(counts.index)),
        shape=link.shape,
        length=link.length,
        trend=link.trend,
        seasons=link.seasons,
        calendar=["ramadan"] if link.ramadan else (),
    )


def asked_by(link: Change, claim: Claim, study: "Study") -> Asked:
    """What a claimed change asks of the counts."""
    return _asked(interruption(link, claim, study), link, claim, study)


def _asked(model: InterruptionModel | InterruptionResults, link: Change, claim: Claim, study: "Study") -> Asked:
    since = f"from {when_in_words(model.at)}"
    lasting = f"{link.length or 1} {_word(model.endog, link.length or 1)}"
    what = {
        "step": f"rate {since}, against what was to be expected,",
        "slope": f"yearly growth {since}, against that before,",
        "pulse": f"rate {since} for {lasting}, against what was to be expected,",
        "ramp": f"rate reached {since} over {lasting}, against what was to be expected,",
    }[link.shape]
    return Asked(
        model.endog, model.exposure, model.design, model.effect, model.at, link.direction, link.at_least, what,
        source_of(claim, study),
    )  # fmt: skip


def find(link: Change, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a change at an event, by the calibrated test on the counts that the claim names."""
    fit = interruption(link, claim, study).fit()
    asked = _asked(fit, link, claim, study)
    besides = "".join(f" and {name}" for name, on in (("season", link.seasons), ("Ramadan", link.ramadan)) if on)
    tested = tested_coefficient(asked, effort)
    more = _of_curve_and_provinces(KIND.required(claim), tested, fit, claim, study, effort)
    tested = ruled(tested.evidence, tested.stand, tested.checks + more)
    source = study.sources[asked.source]
    textbook = fit.rate_ratio()
    events = float(fit.endog[fit.endog.index >= fit.at].sum())
    table = ratio_table(
        [
            ("calibrated", events, tested.evidence.estimate, tested.evidence.lower, tested.evidence.upper),
            ("textbook, too sure of itself", events, textbook["ratio"], textbook["lower"], textbook["upper"]),
        ]
    )
    return Finding(
        "change",
        f"Did the rate change with {when_in_words(fit.at)}, beyond trend{besides}?",
        tested.ruling,
        tested.sentence,
        tested.evidence,
        tested.stand,
        checks=tested.checks,
        caveats=(*fit.warnings, *source.caveats),
        table=table,
        fit=fit,
    )


def _of_curve_and_provinces(
    required: tuple[KnownCheck, ...],
    tested: CoefficientRuling,
    fit: InterruptionResults,
    claim: Claim,
    study: "Study",
    effort: Effort,
) -> tuple[Check, ...]:
    """The checks that rest on the specification curve and on the changes by province, where any is required."""
    more = [check for check in required if check.name != "false alarms"]
    if not more:
        return ()
    try:
        curve = specifications(claim, study, draws=effort.joint)
        course = fit.expected["expected"] / fit.exposure
        provinces = by_province(counted_panel(claim, study), course, fit.design[fit.effect])
        subject = Judged(tested.evidence, tested.stand, curve.left_out, provinces, curve)
    except ModelError as error:
        # A curve that cannot be drawn leaves its checks open: the test itself stands.
        return tuple(check.of(error) for check in more)
    return tuple(check.of(subject) for check in more)


def _word(counts: pd.Series, n: int) -> str:
    return periods.frequency_name(periods.frequency_of(counts.index)) + ("" if n == 1 else "s")


KIND = Kind(
    key="change",
    rung=Rung.ORDINARY,
    record=Change,
    find=find,
    heading="Change at the event",
    rows="Interval",
    chart="change",
    caption="The counts, the fit, and what was to be expected had nothing changed",
    cites_rows=False,
    counted_in="period",
    group=Group.CHANGES,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, placebo_dates.CHECK, no_single_province.CHECK, provinces_agree.CHECK, other_ways.CHECK),
    survives_with="",
    on_its_counts=True,
    of_counts=True,
    adverse=lambda link, claim: adverse_side(link.direction),
    names=names_nothing,
)
