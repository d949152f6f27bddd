"""The link of a claim that says how many events of a name there were."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.claims.asked import span_of
from trends.claims.calendar_words import dates_from
from trends.claims.claim import Claim
from trends.claims.direction import Comparison, stand_on_number
from trends.claims.effort import Effort
from trends.claims.kinds import BY_SOURCE, EXPECTED, Group, Kind, Named
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding, rule
from trends.claims.words import during, figure, span_in_words
from trends.errors import ModelError
from trends.nouns import listed, plural

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Events:
    """The study's events of a name within ``[counts]``: how many there are, or their numbers of a ``unit``."""

    name: str
    number: float
    comparison: Comparison = "at least"
    within: float = 0.10
    unit: str = ""


def find(link: Events, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on how many events of a name there were, or on the numbers that the calendar has for them.

    A list holds what is known. That there are as many is certain, that there are no more is not, so that a list
    cannot contradict a claim of more events than it holds.
    """
    rows, (first, last) = study.event(link.name), span_of(claim, study)
    start, end = periods.period(first).start_time, periods.period(last).end_time
    rows = rows[(rows["first"] <= end) & (rows["last"] >= start)]
    span, then = span_in_words(first, last), during(first, last)
    if link.unit:
        rows = rows[rows["unit"] == link.unit]
        numbers = pd.to_numeric(rows["number"]).to_numpy(float)
        if not len(numbers):
            raise ModelError(
                f"read the numbers of {link.name!r} {then}",
                found=f"none in {link.unit!r}",
                allowed="an event with such a number in events.csv",
                do="add it with its source, or name another span",
                lacks=(
                    f"The calendar of the study has no number of {link.unit} {then}. One, with its source, would "
                    "settle it."
                ),
            )
        estimate, lower, upper = float(numbers.mean()), float(numbers.min()), float(numbers.max())
    else:
        estimate, lower, upper = float(len(rows)), float(len(rows)), np.inf
    evidence = Evidence(
        quantity=link.unit or f"number of dates of {study.event_title(link.name)} {then}",
        unit="count",
        estimate=estimate,
        lower=lower,
        upper=upper,
        level=1.0,
        null="There were as many as was said.",
        alternative="There were more, or fewer.",
        method="The calendar of the study, " + ("its numbers" if link.unit else "which may lack events") + ".",
        nobs=len(rows),
    )
    stand = stand_on_number(link.number, link.comparison, link.within * link.number)
    ruling = rule(evidence, stand)
    title = study.event_title(link.name)
    date, were = ("date", "Was") if link.number == 1 else ("dates", "Were")
    what = link.unit or f"{date} of {title}"
    known = f"The calendar has {figure(estimate, 'count')} {link.unit}" if link.unit else _known(len(rows), title)
    return Finding(
        "events",
        f"{were} there {link.comparison} {figure(link.number, 'count')} {what} {then}?",
        ruling,
        f"{known} for {span}: {listed(rows['what'])}." if len(rows) and not link.unit else f"{known} for {span}.",
        evidence,
        stand,
        caveats=dates_from(rows),
    )


def _known(n: int, title: str) -> str:
    return f"The calendar has {plural(n, 'date') if n else 'no date'} of {title}"


KIND = Kind(
    key="events",
    rung=Rung.RECORDED,
    record=Events,
    find=find,
    heading="Events",
    rows="Source",
    chart="intervals",
    caption=BY_SOURCE,
    cites_rows=False,
    counted_in="event",
    group=Group.NUMBERS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(),
    survives_with="",
    bias="",
    settled_by="A source that states the number.",
    of_counts=False,
    names=lambda link: Named(events=(link.name,)),
)
