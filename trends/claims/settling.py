"""What would settle an open ruling, the cheapest first, and what would overturn a certain one."""

from collections.abc import Callable
from dataclasses import replace
from math import exp, inf, isfinite, log
from typing import TYPE_CHECKING

import numpy as np

from trends import periods
from trends.chance.drift import learned_drift
from trends.chance.error_rates import error_rates
from trends.chance.evidence import Evidence
from trends.claims.asked import Asked
from trends.claims.effects import probability_of
from trends.claims.links.change import ChangeFound
from trends.claims.links.realised import RealisedFigure
from trends.claims.links.timing import DatedCounts
from trends.claims.rates import TARGET, periods_needed, ratio_wanted
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.together import Weighing
from trends.claims.verdict import Asserted, Finding, rule
from trends.claims.words import figure, needed_in_words, percent, span_in_words, titled
from trends.nouns import plural

if TYPE_CHECKING:
    from trends.claims.claim import Claim
    from trends.claims.study import Study

# More counters than these nobody will find.
_MOST_COUNTERS = 5
# Of the interval of 95 % this share of its half lies on one side of the middle at a certainty of 95 %.
_ONE_SIDED = 1.6449 / 1.96


def what_would_settle(finding: Finding, claim: "Claim", study: "Study") -> str:
    """What would settle an open finding, as sentences: the cheapest of a further counter and of further periods.

    Empty where the finding is not open, or nothing of the kind is known of its link.
    """
    if finding.ruling is not Ruling.CANNOT_TELL or finding.stand is None:
        return ""
    if isinstance(finding.fit, RealisedFigure):
        return _by_counters(finding.fit, finding.stand, study)
    if isinstance(finding.fit, ChangeFound):
        return _by_counts(finding, finding.fit.asked, claim, study)
    if isinstance(finding.fit, DatedCounts):
        return _by_a_sharper_turn(finding.fit)
    return ""


def _by_counters(fit: RealisedFigure, stand: Asserted, study: "Study") -> str:
    """How many more counters, each with what the largest recorded, would settle a figure."""
    asked, records = fit.asked, fit.records
    largest = max(records, key=lambda each: sum(each.counts))
    if asked.form == "level":
        when = span_in_words(*asked.spans[-1])
        return f"A list of {when} by the same rule that is known to be complete would settle it."
    weighing = Weighing(asked, study, learned_drift(study.country), fit.common)
    found: Evidence | None = None
    for more in range(1, _MOST_COUNTERS + 1):
        others = [replace(largest, title=f"{largest.title} {n}", origin=f"another list {n}") for n in range(more)]
        evidence = weighing.evidence([*records, *others])
        found = found or evidence
        if rule(evidence, stand) is not Ruling.CANNOT_TELL:
            low, high = (figure(end, evidence.unit) for end in (evidence.lower, evidence.upper))
            what = f"{_number(more)} more {'counter' if more == 1 else 'counters'} that recorded"
            return f"{what} what {titled(largest.title)} did would leave {low} to {high} and settle it."
    assert found is not None
    low, high = (figure(end, found.unit) for end in (found.lower, found.upper))
    return (
        f"One more counter that recorded what {titled(largest.title)} did would leave {low} to {high}; not even "
        f"{_number(_MOST_COUNTERS).lower()} of them would settle it."
    )


def _number(n: int) -> str:
    return ("One", "Two", "Three", "Four", "Five")[n - 1]


def _by_counts(finding: Finding, asked: Asked, claim: "Claim", study: "Study") -> str:
    """Whether a fuller count of the same course, or more periods, would settle a change."""
    noun, stand = periods.frequency_name(periods.frequency_of(asked.counts.index)), asked.stand
    if any(check.withholds for check in finding.checks):
        open_ones = [check.name for check in finding.checks if check.withholds]
        return f"It would take counts that pass the check “{open_ones[0]}”."
    full = replace(asked, series=replace(asked.series, counts=2 * asked.series.counts))
    ratio = full.effect().ratio
    chance = probability_of(ratio, stand.claimed)
    if chance >= stand.sure or chance <= 1 - stand.sure:
        low, high = figure(ratio.low, "ratio"), figure(ratio.high, "ratio")
        return f"A counter that recorded twice as many in the same course would leave {low} to {high} and settle it."
    told = "A counter that recorded twice as many in the same course would not settle it."
    if "change" not in claim.asserts:
        return told
    change = claim.asserts["change"]
    needed = periods_needed(claim, study)
    wait = needed_in_words(needed, ratio_wanted(change.direction, change.at_least), TARGET, noun)
    return f"Nothing within reach. {told} {wait}" if needed is None else f"{wait} {told}"


def _by_a_sharper_turn(dated: DatedCounts) -> str:
    """How often a window is confirmed where the level truly turned in it."""
    counts = dated.counts
    noun = periods.frequency_name(periods.frequency_of(counts.index))
    rates = error_rates("date", len(counts), float(counts.mean()), str(counts.index.freqstr))
    if not all(map(isfinite, rates.power[1:3])):
        return ""
    twice, thrice = (f"{100 * each:.0f}" for each in rates.power[1:3])
    return (
        f"In {plural(len(counts), noun)} of such counts the date of a true doubling is confirmed in {twice} of 100 "
        f"series, and that of a tripling in {thrice}: a sharper turn, or a finer count around it, would settle when it "
        "began."
    )


def overturned_by(finding: Finding) -> float | None:
    """The change in reporting, as a factor, that would open a ruling that supports a claim on one side of a ratio."""
    stand, evidence = finding.stand, finding.evidence
    if finding.ruling is not Ruling.SUPPORTED or stand is None or evidence is None or evidence.unit != "ratio":
        return None
    low, high = stand.claimed
    if (low > 0) == (high < inf) or (low <= 0 and high == inf):
        return None
    bar, up = (low, True) if low > 0 else (high, False)
    if isinstance(finding.fit, ChangeFound):
        log_ratio = finding.fit.found.ratio.log_ratio
        return exp(log_ratio.quantile(1 - stand.sure if up else stand.sure)) / bar
    end = evidence.lower if up else evidence.upper
    if end <= 0 or not isfinite(end):
        return None
    if evidence.supported is not None:
        # The certainty that decides is one-sided, the interval has both sides.
        end = exp(log(evidence.estimate) + _ONE_SIDED * (log(end) - log(evidence.estimate)))
    return end / bar


def overturned_in_words(finding: Finding) -> str:
    """What would overturn a ruling that supports a claim, as a sentence; empty where none is to be had.

    A ruling on what was realised has its own, with the share of drift in common.
    """
    if finding.ruling is not Ruling.SUPPORTED or finding.stand is None or finding.evidence is None:
        return ""
    if isinstance(finding.fit, RealisedFigure):
        return _of_realised(finding.fit, finding.stand, finding.evidence)
    clause, factor = kind_of(finding.link).bias, overturned_by(finding)
    if not clause or factor is None or abs(factor - 1) < 0.005:
        return ""
    way = "risen" if factor > 1 else "fallen"
    return f"It would be overturned if {clause.format(way=way, by=percent(abs(factor - 1)))}."


def _of_realised(fit: RealisedFigure, stand: Asserted, evidence: Evidence) -> str:
    """What would overturn a level, a share or a first place; a ratio says it in its own sentence."""
    low, high = stand.claimed
    tells: dict[str, Callable[[], str]] = {
        "level": lambda: _false_entries(evidence.estimate, low),
        "share": lambda: _unequal_view(evidence, low, high),
        "first": lambda: _first(evidence, fit),
    }
    return tells.get(fit.asked.form, lambda: "")()


def _false_entries(count: float, bar: float) -> str:
    if bar <= 0:
        return ""
    false = int(np.floor(count - bar)) + 1
    if false >= count:
        return "It would be overturned only if every one of them was recorded wrongly."
    were = "was" if false == 1 else "were"
    return f"It would be overturned if {false:,} of these {count:,.0f} {were} recorded wrongly."


def _unequal_view(evidence: Evidence, low: float, high: float) -> str:
    end, bar = (evidence.lower, low) if low > 0 else (evidence.upper, high)
    if not (0 < end < 1 and 0 < bar < 1) or (low > 0 and high < 1):
        return ""
    factor = end / (1 - end) / (bar / (1 - bar))
    side = "more" if factor > 1 else "less"
    return f"It would be overturned if incidents there were reported {percent(abs(factor - 1))} {side} than elsewhere."


def _first(evidence: Evidence, fit: RealisedFigure) -> str:
    by = percent(evidence.lower - 1)
    (part,) = fit.asked.part
    return f"It would be overturned if incidents in {part} were reported {by} more than in the next."
