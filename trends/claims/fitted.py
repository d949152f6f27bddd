"""What the fit behind a finding says of it: what would settle it while open, what would overturn it when certain."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.drift import learned_drift
from trends.chance.error_rates import error_rates
from trends.chance.evidence import Evidence
from trends.claims.asked import Asked
from trends.claims.effects import probability_of
from trends.claims.quantity import AskedFigure
from trends.claims.records import Record
from trends.claims.rulings import Ruling
from trends.claims.together import Weighing
from trends.claims.verdict import Asserted, Finding, rule
from trends.claims.words import figure, span_in_words, titled
from trends.nouns import plural, than

if TYPE_CHECKING:
    from trends.claims.study import Study

# More counters than these nobody will find.
_MOST_COUNTERS = 5
#: From the word for a period to how many more of them a change would need, None for more than is within reach, and
#: that in a sentence.
Waiting = Callable[[str], tuple[int | None, str]]


class Fitted:
    """A fit behind a finding; a kind of link whose fit has more to say gives it a class of its own."""

    def would_settle(self, finding: Finding, stand: Asserted, study: "Study", wait: Waiting | None) -> str:
        """What would settle an open finding, as sentences; empty where nothing of the kind is known.

        ``wait`` is None where the claim asserts no change that could be waited for.
        """
        return ""

    def certain_end(self, stand: Asserted, up: bool) -> float | None:
        """The ratio that is passed as surely as a ruling asks; None where the interval of the evidence tells it."""
        return None

    def would_overturn(self, stand: Asserted, evidence: Evidence) -> str | None:
        """What would overturn a ruling, as a sentence or empty; None where the clause of its kind of link tells it."""
        return None


def by_counters(asked: AskedFigure, records: tuple[Record, ...], common: float, stand: Asserted, study: "Study") -> str:
    """How many more counters, each with what the largest recorded, would settle a figure."""
    largest = max(records, key=lambda each: sum(each.counts))
    if asked.form == "level":
        return f"A list of {span_in_words(*asked.spans[-1])} by the same rule that is known to be complete."
    weighing = Weighing(asked, study, learned_drift(study.country), common)
    found: Evidence | None = None
    for more in range(1, _MOST_COUNTERS + 1):
        others = [replace(largest, title=f"{largest.title} {n}", origin=f"another list {n}") for n in range(more)]
        evidence = weighing.evidence([*records, *others])
        found = found or evidence
        if rule(evidence, stand) is not Ruling.CANNOT_TELL:
            low, high = (figure(end, evidence.unit) for end in (evidence.lower, evidence.upper))
            what, they = ("One more counter", "it") if more == 1 else (f"{_number(more)} more counters", "they")
            return f"{what} that recorded what {titled(largest.title)} did: {they} would leave {low} to {high}."
    assert found is not None
    low, high = (figure(end, found.unit) for end in (found.lower, found.upper))
    return (
        f"Nothing within reach. One more counter that recorded what {titled(largest.title)} did would leave {low} to "
        f"{high}, and {_number(_MOST_COUNTERS).lower()} of them would not settle it."
    )


def _number(n: int) -> str:
    return ("One", "Two", "Three", "Four", "Five")[n - 1]


def by_counts(finding: Finding, asked: Asked, wait: Waiting | None) -> str:
    """Whether a fuller count of the same course, or more periods, would settle a change."""
    noun, stand = periods.frequency_name(periods.frequency_of(asked.counts.index)), asked.stand
    if any(check.withholds for check in finding.checks):
        open_ones = [check.name for check in finding.checks if check.withholds]
        return f"Counts that pass the check “{open_ones[0]}”."
    full = replace(asked, series=replace(asked.series, counts=2 * asked.series.counts))
    ratio = full.effect().ratio
    chance = probability_of(ratio, stand.claimed)
    if chance >= stand.sure or chance <= 1 - stand.sure:
        low, high = figure(ratio.low, "ratio"), figure(ratio.high, "ratio")
        return f"A counter that recorded twice as many in the same course: it would leave {low} to {high}."
    told = "A counter that recorded twice as many in the same course would not settle it."
    if wait is None:
        return told
    needed, longer = wait(noun)
    return f"Nothing within reach. {told} {longer}" if needed is None else f"{longer} {told}"


def by_a_sharper_turn(counts: pd.Series) -> str:
    """How often a window is confirmed where the level truly turned in it."""
    noun = periods.frequency_name(periods.frequency_of(counts.index))
    rates = error_rates("date", len(counts), float(counts.mean()), str(counts.index.freqstr))
    twice, thrice = (f"{100 * each:.0f}" for each in rates.power[1:3])
    return (
        f"A sharper turn, or a finer count around it. In {plural(len(counts), noun)} of such counts the date of a true "
        f"doubling is confirmed in {twice} of 100 series, and that of a tripling in {thrice}."
    )


def figure_overturned(asked: AskedFigure, stand: Asserted, evidence: Evidence) -> str:
    """What would overturn a level, a share or a first place; a ratio says it in its own sentence."""
    low, high = stand.claimed
    tells: dict[str, Callable[[], str]] = {
        "level": lambda: _false_entries(evidence.estimate, low, high),
        "share": lambda: _unequal_view(evidence, low, high),
        "first": lambda: _first(evidence, asked),
    }
    return tells.get(asked.form, lambda: "")()


def _false_entries(count: float, low: float, high: float) -> str:
    """How many entries must be false for a count to be below what is claimed, or no longer above it."""
    if count <= high and not 0 < low <= count:
        return ""
    false = int(np.ceil(count - high)) if count > high else int(np.floor(count - low)) + 1
    if false >= count:
        return "It would be overturned only if every one of them was recorded wrongly."
    were = "was" if false == 1 else "were"
    return f"It would be overturned if {false:,} of these {count:,.0f} {were} recorded wrongly."


def _unequal_view(evidence: Evidence, low: float, high: float) -> str:
    end, bar = (evidence.lower, low) if low > 0 else (evidence.upper, high)
    if not (0 < end < 1 and 0 < bar < 1) or (low > 0 and high < 1):
        return ""
    factor = end / (1 - end) / (bar / (1 - bar))
    return f"It would be overturned if incidents there were reported {than(factor, 'elsewhere')}."


def _first(evidence: Evidence, asked: AskedFigure) -> str:
    (part,) = asked.part
    return f"It would be overturned if incidents in {part} were reported {than(evidence.lower, 'in the next')}."
