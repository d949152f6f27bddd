"""The link of a claim that says when its change began."""

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.chance.answers import DateFound
from trends.chance.error_rates import error_rates
from trends.chance.evidence import Evidence
from trends.chance.questions import date_of_change
from trends.claims.asked import counts_of, source_of
from trends.claims.checks import change_to_date, false_alarms
from trends.claims.claim import Claim
from trends.claims.effects import rates_of
from trends.claims.effort import Effort
from trends.claims.fitted import Fitted, Waiting, by_a_sharper_turn
from trends.claims.kinds import EXPECTED, Group, Kind, names_nothing
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding, rule
from trends.claims.words import between_in_words, chance, percent, span_in_words, when_in_words
from trends.counts.series import checked_series
from trends.errors import ModelError

if TYPE_CHECKING:
    from trends.claims.study import Study

#: A window that was named beforehand is confirmed from this probability on; see docs/real-nulls.md for how often it is
#: where nothing is known to have begun.
CONFIRMED = 0.80
#: From this probability on it is told that no one change describes the level.
TOLD = 0.10


@dataclass(frozen=True)
class Timing:
    """The change began in the window of ``[event]``, not before it and not after."""


@dataclass(frozen=True, eq=False)
class DatedCounts(Fitted):
    """What the chart of a date shows.

    Attributes
    ----------
    counts : pandas.Series
        The counts.
    posterior : pandas.Series
        Probability of each period to be the first of the new level.
    at, lower, upper : pandas.Period
        The likeliest, and the ends of the shortest run that the model gives 95 %.
    """

    counts: pd.Series
    posterior: pd.Series
    at: pd.Period
    lower: pd.Period
    upper: pd.Period

    def would_settle(self, finding: Finding, stand: Asserted, study: "Study", wait: Waiting | None) -> str:
        """How often such a window is confirmed where the level truly turned in it."""
        return by_a_sharper_turn(self.counts)


def find(link: Timing, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on when the change began: the turn of the level against the window that the claim names."""
    if not claim.event.window:
        raise ModelError(
            f"hold the timing of the claim {claim.id!r} against its window",
            found="no window under [event]",
            allowed='window = ["first period", "last period"] in which the change is said to have begun',
            do="add the window",
            lacks="The claim does not say when it began. A window that its speaker would accept would make it one to "
            "test.",
        )
    counts = counts_of(claim, study)
    series = checked_series(counts)
    window = _window(claim.event.window, counts)
    direction = {"rise": 1, "fall": -1}.get(getattr(claim.asserts.get("change"), "direction", ""), 0)
    found = date_of_change(series, window, direction=direction, without=study.country)
    assert found.turned is not None and found.began is not None, "a window was asked about"
    (_, share), began = found.turned, found.began
    _check_share(share, window, claim)
    dated = _dated(found, counts)
    rates = rates_of("date", series)
    evidence = Evidence(
        quantity="first period of the new level",
        unit="date",
        estimate=_decimal_year(dated.at),
        lower=_decimal_year(dated.lower),
        upper=_decimal_year(dated.upper),
        null="No change of the claimed direction began in the window; even odds beforehand.",
        alternative="One began there.",
        method="Courses of the log rate drawn from its posterior, each dated by the one change within a year of the "
        "window, at once or gradual, that describes it, as sharply as dates put into real series bear out.",
        nobs=int(series.watched.sum()),
        false_alarms=rates.false_alarms,
        runs=rates.windows,
        supported=began,
    )
    claimed = (_decimal_year(window[0]), _decimal_year(window[1]))
    # A larger change elsewhere refutes a window only where the counts speak against one in the window as well.
    stand = Asserted(claimed, comparable=found.elsewhere and began <= 1 - CONFIRMED, sure=CONFIRMED)
    checks = tuple(check.of(rates if check.name == "false alarms" else found) for check in KIND.required(claim))
    ruling = rule(evidence, stand, checks)
    place = _place(dated, window)
    return Finding(
        "timing",
        f"Did the change begin {between_in_words(*window)}?",
        ruling,
        _timing_sentence(ruling, dated, place, share, began, found),
        evidence,
        stand,
        checks=checks,
        caveats=study.sources[source_of(claim, study)].caveats,
        table=place.rename("probability").rename_axis("the change began").reset_index(),
        fit=dated,
    )


def _window(labels: tuple[str, str], counts: pd.Series) -> tuple[pd.Period, pd.Period]:
    """The claimed window in the periods of the counts, as far as they reach; refused where they do not reach it."""
    freq, index = counts.index.freqstr, counts.index
    first = periods.period(labels[0]).start_time.to_period(freq)
    last = periods.period(labels[1]).end_time.to_period(freq)
    if last < index[0] or first > index[-1]:
        raise ModelError(
            f"date a change in {span_in_words(first, last)}",
            found=f"counts in {span_in_words(index[0], index[-1])}",
            allowed="a window within them",
            do="correct the window, or give other counts",
            lacks=f"The counts are those of {span_in_words(index[0], index[-1])}, and the change is said to have begun "
            f"in {span_in_words(first, last)}. Counts of that time would settle it.",
        )
    return max(first, index[0]), min(last, index[-1])


def _check_share(share: float, window: tuple[pd.Period, pd.Period], claim: Claim) -> None:
    """Refuse a window that no counts could speak for, or none against."""
    if not 0 < share < 1:
        holds = "every date that these counts can tell" if share else "no date that these counts can tell"
        raise ModelError(
            f"hold the timing of the claim {claim.id!r} against its window",
            found=f"a window that holds {holds}",
            allowed="a window that holds some of them",
            do="name another window, or give longer counts",
            lacks=f"The window of {span_in_words(*window)} holds {holds}, so that none could speak "
            f"{'against' if share else 'for'} it. Longer counts would settle it.",
        )


def _dated(found: DateFound, counts: pd.Series) -> DatedCounts:
    freq = counts.index.freqstr
    at, low, high = (periods.period(label, freq) for label in (found.turn, *found.turn_interval))
    posterior = pd.Series(found.turning.date_probability, index=found.index)
    return DatedCounts(counts.loc[found.index[0] : found.index[-1]], posterior, at, low, high)


def _place(dated: DatedCounts, window: tuple[pd.Period, pd.Period]) -> pd.Series:
    """Probability that it began before the window, in it and after it, given that the level turned once."""
    before, after = dated.posterior.index < window[0], dated.posterior.index > window[1]
    parts = {"before": before, "inside": ~before & ~after, "after": after}
    return pd.Series({name: float(dated.posterior[where].sum()) for name, where in parts.items()})


def _decimal_year(when: pd.Period) -> float:
    """The start of a period in years, as evidence holds a date: 2020.25 is the first of April 2020."""
    start = when.start_time
    return start.year + (start.day_of_year - 1) / (365 + start.is_leap_year)


def _held(counts: pd.Series) -> str:
    """How often the likely dates of such series hold a date that is known: less than their 95 % where levels jump."""
    known = error_rates("date", len(counts), float(counts.mean()), str(counts.index.freqstr)).coverage[1]
    return "" if isnan(known) else f", which hold the date of a true doubling in {100 * known:.0f} of 100 such series"


def _timing_sentence(
    ruling: Ruling, dated: DatedCounts, place: pd.Series, share: float, began: float, found: DateFound
) -> str:
    where = (
        f"began with {when_in_words(dated.at)} (likely dates {span_in_words(dated.lower, dated.upper)}"
        f"{_held(dated.counts)}): before the window with probability {chance(place['before'])}, in it "
        f"{chance(place['inside'])} (of the dates looked at {percent(share)} lie there), after it "
        f"{chance(place['after'])}."
    )
    if found.turning.turned <= 1 - TOLD:
        where += (
            f" That no one change tells what the level did within a year of the window has a probability of "
            f"{chance(1 - found.turning.turned)}."
        )
    if ruling is Ruling.CONTRADICTED:
        return f"The change came {'first' if place['before'] > place['after'] else 'later'}: it {where}"
    told = f"The largest turn of the level within a year of the window {where}"
    if not found.turn_stands_out:
        told = f"No date stands out in these counts. If the level turned once, the turn {where}"
    if chance(began) == chance(place["inside"]):
        return told
    return (
        f"{told} That a change began in the window, even odds beforehand as it was named, has a probability of "
        f"{chance(began)}."
    )


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
    bias="",
    settled_by="A sharper turn, or a finer count around it.",
    of_counts=True,
    names=names_nothing,
)
