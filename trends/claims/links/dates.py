"""The link of a claim that says that one event came before another."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends.chance.evidence import Evidence
from trends.claims.calendar_words import dates_from
from trends.claims.claim import Claim
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, EXPECTED, Group, Kind, Named
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding, rule
from trends.claims.words import when_in_words
from trends.nouns import plural

if TYPE_CHECKING:
    from trends.claims.study import Study

# How far the first day of an event is known: the period that the precision of its date names.
_PRECISION = {"day": "D", "month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class Dates:
    """One event of the study began before another, by not more than ``within`` days where that is said."""

    first: str
    then: str
    within: int | None = None


def find(link: Dates, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on the order of two events, each begun at some moment of the period that its date is precise to."""
    rows = [study.event(name).iloc[0] for name in (link.first, link.then)]
    one, two = (_begun(row) for row in rows)
    # Within a day, or a month where no more is known, the order is open: the shortest and the longest time between.
    lower = (two.start_time.normalize() - (one + 1).start_time.normalize()).days
    upper = ((two + 1).start_time.normalize() - one.start_time.normalize()).days
    evidence = Evidence(
        quantity=f"number of days from {study.event_title(link.first)} to {study.event_title(link.then)}",
        unit="days",
        estimate=float(lower + upper) / 2,
        lower=float(lower),
        upper=float(upper),
        level=1.0,
        null="The second event did not begin after the first.",
        alternative="It did.",
        method="The dates of the calendar, each as precise as it is known.",
        nobs=2,
    )
    stand = Asserted((0.0, np.inf if link.within is None else float(link.within)))
    ruling = rule(evidence, stand)
    one_title, two_title = (study.event_title(name) for name in (link.first, link.then))
    within = f", within {plural(link.within, 'day')}" if link.within is not None else ""
    days = f"{when_in_words(one)} for {one_title}, {when_in_words(two)} for {two_title}"
    told = {Ruling.SUPPORTED: "The order is the claimed one", Ruling.CONTRADICTED: "The order is not the claimed one"}
    sentence = f"{told.get(ruling, 'The dates do not tell the order')}{within if ruling in told else ''}: {days}."
    return Finding(
        "dates",
        f"Did {one_title} come before {two_title}{within}?",
        ruling,
        sentence,
        evidence,
        stand,
        caveats=dates_from(pd.DataFrame(rows)),
    )


def _begun(row: pd.Series) -> pd.Period:
    precision = row["precision"] if row["precision"] in _PRECISION else "day"
    return row["first"].to_period(_PRECISION[precision])


KIND = Kind(
    key="dates",
    rung=Rung.TIMING,
    record=Dates,
    find=find,
    heading="Order of dates",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=False,
    counted_in="event",
    group=Group.OTHER,
    sought="change",
    multiple_of=EXPECTED,
    checks=(),
    survives_with="",
    bias="",
    settled_by="A source that dates both more precisely.",
    of_counts=False,
    names=lambda link: Named(events=(link.first, link.then)),
)
