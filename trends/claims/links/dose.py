"""The link of a claim that says that there was more change where the exposure was greater."""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.chance.answers import EffectFound
from trends.chance.contrast import contrast
from trends.chance.error_rates import error_rates
from trends.claims.asked import asserted, panel_of, source_of
from trends.claims.checks import alike_before, direction_without_each, false_alarms
from trends.claims.claim import Claim
from trends.claims.direction import Direction, check_size, stand_on_change
from trends.claims.effects import ratio_evidence, ratio_table, ruled
from trends.claims.effort import Effort
from trends.claims.kinds import Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.counts.panel import Panel
from trends.counts.series import checked_series
from trends.errors import InputError, ModelError
from trends.models.provinces.staggered.model import StaggeredModel
from trends.nouns import factor_of, listed

if TYPE_CHECKING:
    from trends.claims.study import Study

METHOD = (
    "Posterior of the log ratio of the incidents in the provinces reached to those in the others, given both together. "
    "The ratio drifts as that of parts of other countries does; a change is averaged over the shapes it can have."
)


@dataclass(frozen=True)
class Dose:
    """The change was greater where the exposure was: in the provinces that an event of the study reached.

    ``direction`` and ``at_least`` are by default those of the link ``change``; the factor is that between provinces
    reached and not.
    """

    event: str
    direction: Direction | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        check_size(self.at_least)


def find(link: Dose, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a dose: the contrast of the provinces reached with the others, whose ratio may drift."""
    direction, at_least = asserted(link, claim)
    panel = panel_of(claim, study)
    schedule = dose_schedule(link, study, panel)
    found = contrast_of(panel, schedule, study)
    series = found.series
    rates = error_rates("contrast, rise", len(series.counts), _both(panel), panel.frequency)
    stand = stand_on_change(direction, at_least)
    evidence = ratio_evidence(
        found.ratio,
        stand,
        direction,
        at_least,
        quantity=f"change in {listed(schedule)}, against that in the other provinces,",
        null="The event made no difference to the provinces that it reached.",
        nobs=int(panel.counts.notna().to_numpy().sum()),
        rates=rates,
        method=METHOD,
    )
    results = StaggeredModel(panel, schedule, draws=effort.schedules).fit()
    required = KIND.required(claim)
    checks = tuple(check.of(rates if check.name == "false alarms" else results) for check in required)
    tested = ruled(evidence, stand, checks, KIND.sought, KIND.multiple_of)
    without = results.leave_one_out["imputation"].map(exp)
    rows = [("all provinces", _after(panel, schedule), evidence.estimate, evidence.lower, evidence.upper)]
    # What leaves a province out is imputed: so is what it is to be held against.
    rows += [("imputed, all provinces", float("nan"), exp(results.estimate), float("nan"), float("nan"))]
    rows += [
        (f"imputed, without {name}", float("nan"), ratio, float("nan"), float("nan")) for name, ratio in without.items()
    ]
    beside = (
        f"Beside it, by randomisation over {results.n_schedules:,} schedules: {factor_of(exp(results.estimate))}, "
        f"p {results.pvalue:.2g}."
    )
    return Finding(
        "dose",
        f"Was there more change in {listed(schedule)} than where the event did not reach?",
        tested.ruling,
        f"{tested.sentence} {beside}",
        tested.evidence,
        stand,
        checks=checks,
        caveats=(*results.warnings, *study.sources[source_of(claim, study)].caveats),
        table=ratio_table(rows),
    )


def contrast_of(panel: Panel, schedule: dict[str, pd.Period], study: "Study") -> EffectFound:
    """The provinces reached against the others, from when the last of them was; the first sets the date."""
    others = [name for name in panel.provinces if name not in schedule]
    if not others:
        raise ModelError(
            "compare the provinces that an event reached with the others",
            found="no other province",
            allowed="provinces that it did not reach",
            do="add them to the counts",
            lacks="The event reached every province that was counted. Provinces that it did not reach would settle it.",
        )
    one, two = (checked_series(panel.total(names), asked="compare provinces") for names in (list(schedule), others))
    return contrast(one, two, min(schedule.values()), since=max(schedule.values()), without=study.country)


def _both(panel: Panel) -> float:
    """Mean number of incidents a period, of all provinces."""
    return float(panel.total().mean())


def dose_schedule(link: Dose, study: "Study", panel: Panel) -> dict[str, pd.Period]:
    """The first period in which the event had reached each province."""
    rows = study.events[study.events["event"] == link.event].sort_values("first", kind="stable")
    schedule: dict[str, pd.Period] = {}
    reached: list[str] = []
    for first, places in zip(rows["first"], rows["province"], strict=True):
        for place in filter(None, (name.strip() for name in places.split(";"))):
            reached.append(place)
            # Where nothing is counted there is nothing to compare.
            if counted := find_province(place, panel):
                schedule.setdefault(counted, periods.first_after(first.date(), panel.frequency))
    if schedule:
        return schedule
    asked = f"compare the provinces that {link.event!r} reached with the others"
    if reached:
        found = f"it in {listed(reached)} alone, which the counts have not"
        do = "take counts of it, or another event"
        lacks = f"The event reached {listed(reached)}, where nothing was counted. Counts of it would settle it."
        raise ModelError(asked, found=found, allowed=", ".join(panel.provinces), do=do, lacks=lacks)
    placed = study.events.loc[study.events["province"] != "", "event"].unique()
    allowed = "an event whose rows in events.csv name provinces" + (f": {', '.join(placed)}" if len(placed) else "")
    found = "no such event with a province" if rows.empty else "no province in its rows"
    do = "name one of these, or add the provinces" if len(placed) else "add the provinces that it reached"
    lacks = "Where the event reached is not recorded by province. A list of the provinces would settle it."
    raise ModelError(asked, found=found, allowed=allowed, do=do, lacks=lacks)


def find_province(place: str, panel: Panel) -> str:
    """The province of a panel that a place is; empty where it has none of the kind."""
    try:
        return str(panel.province(place))
    except InputError:
        return ""


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
    bias="reporting had {way} by {by} where the cause was and not elsewhere",
    settled_by="More provinces on both sides, or more incidents in them.",
    of_counts=True,
    names=names_nothing,
)
