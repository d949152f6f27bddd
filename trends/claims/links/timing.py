"""The link of a claim that says when its change began."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.chance.rates import with_rates
from trends.claims.asked import counts_of, expected_design
from trends.claims.checks import change_to_date, false_alarms
from trends.claims.checks.change_to_date import A_CHANGE
from trends.claims.claim import Claim
from trends.claims.direction import BAR, Side, adverse_side
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding, Ruling, rule
from trends.claims.words import detectable_in_words, figure, percent, span_in_words, when_in_words
from trends.errors import ModelError
from trends.models.changepoints.changedate import ChangeDate, change_date
from trends.models.changepoints.timing_rates import timing_rates

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Timing:
    """The change began in the window of ``[event]``, not before it and not after."""


def adverse(link: Timing, claim: Claim) -> Side:
    """The side of the change that is dated; a rise where the claim asserts none."""
    return adverse_side(getattr(claim.asserts.get("change"), "direction", "none"))


def find(link: Timing, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on when the change began: its date, over all dates, against the window that the claim names."""
    if not claim.event.window:
        raise ModelError(
            f"hold the timing of the claim {claim.id!r} against its window",
            found="no window under [event]",
            allowed='window = ["first period", "last period"] in which the change is said to have begun',
            do="add the window",
        )
    counts = counts_of(claim, study)
    letter = periods.frequency_of(counts.index)
    window = [periods.period(label, letter) for label in claim.event.window]
    dated = change_date(counts, expected_design(counts, claim))
    place, (low, high) = dated.place(*window), dated.interval()
    evidence = Evidence(
        quantity="first period of the new level",
        unit="date",
        estimate=_decimal_year(dated.at),
        lower=_decimal_year(low),
        upper=_decimal_year(high),
        null="There was one change in level, at any date.",
        alternative="It began in the window.",
        method="Exact posterior of the date of one change in level, trend and season refitted at every date, the "
        f"likelihood divided by {figure(dated.inflation, 'ratio')} for dispersion and serial dependence.",
        nobs=int(counts.notna().sum()),
    )
    change = claim.asserts.get("change")
    bar, side = getattr(change, "at_least", BAR), KIND.adverse(link, claim)
    rates = timing_rates(dated, expected_design(counts, claim), window[0], bar=bar, rises=side == "rise")
    evidence = with_rates(evidence, rates)
    stand = Asserted((_decimal_year(window[0]), _decimal_year(window[1])))
    checks = tuple(check.of(rates if check.name == "false alarms" else dated) for check in KIND.required(claim))
    ruling = rule(evidence, stand, checks)
    return Finding(
        "timing",
        f"Did the change begin in {span_in_words(*window)}?",
        ruling,
        _timing_sentence(ruling, dated, place, window)
        + (f" {detectable_in_words(evidence)}" if ruling is Ruling.CANNOT_TELL else ""),
        evidence,
        stand,
        checks=checks,
        table=place.rename("probability").rename_axis("the change began").reset_index(),
        fit=dated,
    )


def _decimal_year(when: pd.Period) -> float:
    """The start of a period in years, as evidence holds a date: 2020.25 is the first of April 2020."""
    start = when.start_time
    return start.year + (start.day_of_year - 1) / (365 + start.is_leap_year)


def _timing_sentence(ruling: Ruling, dated: ChangeDate, place: pd.Series, window: list[pd.Period]) -> str:
    low, high = dated.interval()
    where = (
        f"had it changed once, it began with {when_in_words(dated.at)} (95 % interval {span_in_words(low, high)}): "
        f"before the window with probability {percent(place['before'])}, in it {percent(place['inside'])}, after it "
        f"{percent(place['after'])}."
    )
    if ruling is Ruling.CONTRADICTED:
        return ("The break came first: " if high < window[0] else "The break came later: ") + where
    if dated.probability < A_CHANGE:
        return f"That the level changed at all has a probability of {percent(dated.probability)}; {where}"
    return where[0].upper() + where[1:]


KIND = Kind(
    key="timing",
    rung=Rung.TIMING,
    record=Timing,
    find=find,
    heading="Timing",
    rows="The change began",
    chart="timing",
    caption="The counts, and below them the probability of each date of the change",
    cites_rows=False,
    counted_in="period",
    group=Group.OTHER,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, change_to_date.CHECK),
    survives_with="",
    on_its_counts=False,
    of_counts=True,
    adverse=adverse,
    names=names_nothing,
)
