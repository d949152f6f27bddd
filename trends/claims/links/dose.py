"""The link of a claim that says that there was more change where the exposure was greater."""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.claims.asked import asserted, panel_of, source_of
from trends.claims.checks import alike_before, direction_without_each, false_alarms
from trends.claims.claim import Claim
from trends.claims.direction import BAR, Direction, adverse_side, stand_on_change
from trends.claims.effects import ratio_table, ruled
from trends.claims.effort import Effort
from trends.claims.kinds import Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.claims.words import listed
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.models.provinces.staggered.calibrated import calibrate_dose, calibrated_effect, dose_rates
from trends.models.provinces.staggered.model import StaggeredModel

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Dose:
    """The change was greater where the exposure was: in the provinces that an event of the study reached.

    ``direction`` and ``at_least`` are by default those of the link ``change``; the factor is that between provinces
    reached and not.
    """

    event: str
    direction: Direction | None = None
    at_least: float | None = None


def find(link: Dose, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a dose: the provinces that an event reached against the others, by randomisation."""
    direction, at_least = asserted(link, claim)
    panel = panel_of(claim, study)
    schedule = dose_schedule(link, claim, study, panel)
    results = StaggeredModel(panel, schedule, draws=effort.schedules).fit()
    calibration = calibrate_dose(results.experiment)
    effect = calibrated_effect(results, calibration)
    rates = dose_rates(calibration, bar=at_least or BAR, rises=KIND.adverse(link, claim) == "rise")
    evidence = Evidence(
        quantity=f"change in {listed(schedule)}, against that in the other provinces,",
        estimate=exp(effect.estimate),
        lower=exp(effect.lower),
        upper=exp(effect.upper),
        level=effect.level,
        pvalue=effect.pvalue,
        null="The event made no difference to the provinces that it reached.",
        alternative="It did.",
        method=effect.method,
        nobs=int(panel.counts.notna().to_numpy().sum()),
        false_alarms=rates.false_alarms,
        coverage=rates.coverage,
        detectable=rates.detectable,
        runs=rates.windows,
    )
    stand = stand_on_change(direction, at_least)
    required = KIND.required(claim)
    checks = tuple(check.of(rates if check.name == "false alarms" else results) for check in required)
    tested = ruled(evidence, stand, checks, KIND.sought, KIND.multiple_of)
    without = results.leave_one_out["imputation"].map(exp)
    rows = [("all provinces", _after(panel, schedule), evidence.estimate, evidence.lower, evidence.upper)]
    rows += [(f"without {name}", float("nan"), ratio, float("nan"), float("nan")) for name, ratio in without.items()]
    return Finding(
        "dose",
        f"Was there more change in {listed(schedule)} than where the event did not reach?",
        tested.ruling,
        tested.sentence,
        tested.evidence,
        stand,
        checks=checks,
        caveats=(*results.warnings, *study.sources[source_of(claim, study)].caveats),
        table=ratio_table(rows),
    )


def dose_schedule(link: Dose, claim: Claim, study: "Study", panel: Panel) -> dict[str, pd.Period]:
    """The first period in which the event had reached each province."""
    rows = study.events[study.events["event"] == link.event].sort_values("first", kind="stable")
    schedule: dict[str, pd.Period] = {}
    for first, places in zip(rows["first"], rows["province"], strict=True):
        for place in filter(None, (name.strip() for name in places.split(";"))):
            schedule.setdefault(panel.province(place), periods.first_after(first.date(), panel.frequency))
    if schedule:
        return schedule
    placed = study.events.loc[study.events["province"] != "", "event"].unique()
    raise ModelError(
        f"compare the provinces that {link.event!r} reached with the others",
        found="no such event with a province" if rows.empty else "no province in its rows",
        allowed="an event whose rows in events.csv name provinces" + (f": {', '.join(placed)}" if len(placed) else ""),
        do="name one of these, or add the provinces" if len(placed) else "add the provinces that it reached",
        lacks="Where the event reached is not recorded by province. A list of the provinces would settle it.",
    )


def _after(panel: Panel, schedule: dict[str, pd.Period]) -> float:
    return float(sum(panel[name][panel.index >= first].sum() for name, first in schedule.items()))


KIND = Kind(
    key="dose",
    rung=Rung.DOSE,
    record=Dose,
    find=find,
    heading="Dose",
    rows="Comparison",
    chart="intervals",
    caption="The change in the provinces reached against that in the others, with all of them and without each in turn",
    cites_rows=False,
    counted_in="province-period",
    group=Group.OTHER,
    sought="change",
    multiple_of="the change elsewhere",
    checks=(false_alarms.CHECK, alike_before.CHECK, direction_without_each.CHECK),
    survives_with="",
    of_counts=True,
    adverse=lambda link, claim: adverse_side(asserted(link, claim)[0]),
    names=names_nothing,
)
