"""The links of a claim that rest on the study's calendar: the order of two events, and how many there were."""

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.claims.claim import Claim, Dates, Events
from trends.claims.study import Study
from trends.claims.verdict import Finding, Ruling, Stand, rule
from trends.claims.words import figure, listed, span_in_words, when_in_words
from trends.errors import ModelError

# How far the first day of an event is known: the period that the precision of its date names.
_PRECISION = {"day": "D", "month": "M", "quarter": "Q", "year": "Y"}


def dates_finding(link: Dates, claim: Claim, study: Study) -> Finding:
    """The ruling on the order of two events, each begun at some moment of the period that its date is precise to."""
    rows = [study.event(name).iloc[0] for name in (link.first, link.then)]
    one, two = (_begun(row) for row in rows)
    # Within a day, or a month where no more is known, the order is open: the shortest and the longest time between.
    lower = (two.start_time.normalize() - (one + 1).start_time.normalize()).days
    upper = ((two + 1).start_time.normalize() - one.start_time.normalize()).days
    evidence = Evidence(
        quantity=f"days from {rows[0]['what']} to {rows[1]['what']}",
        unit="days",
        estimate=float(lower + upper) / 2,
        lower=float(lower),
        upper=float(upper),
        level=1.0,
        null=f"{_name(link.then)} did not begin after {_name(link.first)}.",
        alternative="It did.",
        method="The dates of the calendar, each as precise as it is known.",
        nobs=2,
    )
    stand = Stand((0.0, np.inf if link.within is None else float(link.within)))
    ruling = rule(evidence, stand)
    dated = [f"{when_in_words(begun)}: {row['what']}" for row, begun in zip(rows, (one, two), strict=True)]
    told = {Ruling.SUPPORTED: "The order is the claimed one", Ruling.CONTRADICTED: "The order is not the claimed one"}
    within = f", within {link.within} days" if link.within is not None else ""
    sentence = f"{dated[0]}. {dated[1]}. {told.get(ruling, 'The dates do not tell')}{within if ruling in told else ''}."
    return Finding(
        "dates",
        f"Did {_name(link.first)} come before {_name(link.then)}{within}?",
        ruling,
        sentence,
        evidence,
        stand,
        caveats=_caveats(pd.DataFrame(rows)),
    )


def events_finding(link: Events, claim: Claim, study: Study) -> Finding:
    """The ruling on how many events of a name there were, or on the numbers that the calendar has for them.

    A list holds what is known. That there are as many is certain, that there are no more is not, so that a list
    cannot contradict a claim of more events than it holds.
    """
    rows, first, last = study.event(link.name), claim.counts.first or study.first, claim.counts.last or study.last
    start, end = periods.period(first).start_time, periods.period(last).end_time
    rows = rows[(rows["first"] <= end) & (rows["last"] >= start)]
    span = span_in_words(first, last)
    if link.unit:
        rows = rows[rows["unit"] == link.unit]
        numbers = pd.to_numeric(rows["number"]).to_numpy(float)
        if not len(numbers):
            raise ModelError(
                f"read the numbers of {link.name!r} in {span}",
                found=f"none in {link.unit!r}",
                allowed="an event with such a number in events.csv",
                do="add it with its source, or name another span",
            )
        estimate, lower, upper = float(numbers.mean()), float(numbers.min()), float(numbers.max())
    else:
        estimate, lower, upper = float(len(rows)), float(len(rows)), np.inf
    evidence = Evidence(
        quantity=link.unit or f"number of events “{_name(link.name)}” in {span}",
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
    margin = link.within * link.number if link.comparison == "about" else 0.0
    claimed = {"at least": (link.number, np.inf), "at most": (0.0, link.number)}
    stand = Stand(claimed.get(link.comparison, (link.number - margin, link.number + margin)))
    ruling = rule(evidence, stand)
    what = link.unit or "events"
    noun = link.unit or ("event" if len(rows) == 1 else "events")
    known = f"The calendar has {figure(estimate, 'count')} {noun} for {span}"
    return Finding(
        "events",
        f"Were there {link.comparison} {figure(link.number, 'count')} {what} in {span}?",
        ruling,
        f"{known}: {listed(rows['what'])}." if len(rows) and not link.unit else f"{known}.",
        evidence,
        stand,
        caveats=_caveats(rows),
    )


def _begun(row: pd.Series) -> pd.Period:
    precision = row["precision"] if row["precision"] in _PRECISION else "day"
    return row["first"].to_period(_PRECISION[precision])


def _name(event: str) -> str:
    return event.replace("_", " ").replace("-", " ")


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _caveats(rows: pd.DataFrame) -> tuple[str, ...]:
    """Where the dates come from, and which of them were not read in their source."""
    sources = [f"{_upper(row['what'])}: {row['source']}." for _, row in rows.iterrows() if row["source"]]
    unseen = [row["what"] for _, row in rows.iterrows() if row["seen"] == "false"]
    return (*dict.fromkeys(sources), *((f"Dated from memory, not from a source: {listed(unseen)}.",) if unseen else ()))
