"""What several counters say of a figure together: which of them enter, and the posterior of what was realised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from trends.chance.counters import Counter, RealisedRatio, realised
from trends.chance.drift import DriftProcess
from trends.chance.evidence import Evidence
from trends.chance.shares import chance_of_every, chance_of_most, realised_share
from trends.claims.quantity import AskedFigure
from trends.claims.records import Record, counter_of, drift_spans

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True, eq=False)
class Weighing:
    """How the records of counters are put together: their drift, learned without the country, and what is assumed."""

    asked: AskedFigure
    study: "Study"
    process: DriftProcess
    common: float

    @property
    def level(self) -> float:
        """Coverage of the interval that a ruling rests on.

        What is claimed on one side is ruled on that side with a certainty of 95 %, which an interval of 90 % shows.
        """
        low, high = self.asked.stand.claimed
        return 0.90 if low <= 0 or high == inf or (self.asked.unit == "share" and high >= 1) else 0.95

    def evidence(self, records: Sequence[Record]) -> Evidence:
        """What some counters say of the figure together."""
        return _WEIGHED[self.asked.form](self, records)

    def counters(self, records: Sequence[Record], first: int = 0, second: int = 1) -> list[Counter]:
        """Two spans as the counters of them have them, those that changed how they count between them left out."""
        found = (counter_of(each, first, second, self.asked, self.study) for each in records)
        return [each for each in found if each]

    def ratio(self, records: Sequence[Record], first: int = 0, second: int = 1) -> RealisedRatio:
        """The posterior of the ratio of two of the spans."""
        spans = drift_spans(self.asked.spans[first], self.asked.spans[second])
        counters = self.counters(records, first, second)
        return realised(counters, *spans, process=self.process, common=self.common)


def entered_records(records: Sequence[Record], weighing: Weighing, own: str) -> tuple[list[Record], list[Record]]:
    """One record of each origin, the largest, and those that no break of measurement lets compare."""
    asked, usable = weighing.asked, list(records)
    if asked.form == "level":
        # Levels are held against counters of the own rule alone: another rule counts another thing.
        rule_of = weighing.study.sources
        usable = [each for each in records if rule_of[each.name].rule == rule_of[own].rule] or usable[:1]
    if asked.form == "ratio":
        usable = [each for each in records if weighing.counters([each])]
    if asked.form == "every":
        pairs = range(1, len(asked.spans))
        usable = [each for each in records if all(weighing.counters([each], i - 1, i) for i in pairs)]
    if asked.form == "first":
        usable = _same_places(usable)
    if asked.form in ("ratio", "share", "first"):
        usable = [each for each in usable if sum(each.counts) > 0]
    largest: dict[str, Record] = {}
    for each in usable:
        if each.origin not in largest or sum(each.counts) > sum(largest[each.origin].counts):
            largest[each.origin] = each
    return list(largest.values()), [each for each in records if each not in usable]


def _same_places(records: Sequence[Record]) -> list[Record]:
    """Records over the places that the first of them tells apart, in its order."""
    first = records[0]
    kept = [each for each in records if set(first.places) <= set(each.places)]
    return [
        replace(each, counts=tuple(each.counts[each.places.index(p)] for p in first.places), places=first.places)
        for each in kept
    ]


def _of_ratio(weighing: Weighing, records: Sequence[Record]) -> Evidence:
    found = weighing.ratio(records)
    low, middle, high = found.interval(weighing.level)
    return _evidence(weighing, records, middle, low, high, found.between(*weighing.asked.stand.claimed))


def _of_every(weighing: Weighing, records: Sequence[Record]) -> Evidence:
    asked = weighing.asked
    steps = [weighing.ratio(records, i - 1, i) for i in range(1, len(asked.spans))]
    falls = asked.direction in ("fall", "no rise")
    # Every step at once: by Bonferroni each has its share of the doubt.
    ends = [step.interval(1 - (1 - weighing.level) / len(steps)) for step in steps]
    low, middle, high = max(ends, key=lambda e: e[2]) if falls else min(ends, key=lambda e: e[0])
    least, _ = chance_of_every([step.between(*asked.stand.claimed) for step in steps])
    return _evidence(weighing, records, middle, low, high, least)


def _of_share(weighing: Weighing, records: Sequence[Record]) -> Evidence:
    found = realised_share({each.title: (each.counts[0], each.counts[1]) for each in records})
    low, middle, high = found.interval(weighing.level)
    claimed = weighing.asked.stand.claimed
    return _evidence(weighing, records, middle, low, high, found.between(*claimed))


def _of_first(weighing: Weighing, records: Sequence[Record]) -> Evidence:
    sums = np.sum([np.array(each.counts) / sum(each.counts) for each in records], axis=0)
    rival = 1 + int(np.argmax(sums[1:]))
    pairs = {e.title: (e.counts[0], e.counts[0] + e.counts[rival]) for e in records if e.counts[0] + e.counts[rival]}
    # The odds of the share in both are the ratio to the next.
    low, middle, high = (each / (1 - each) for each in realised_share(pairs).interval(weighing.level))
    chance = chance_of_most({each.title: each.counts for each in records})[0]
    return _evidence(weighing, records, middle, low, high, chance)


def _of_level(weighing: Weighing, records: Sequence[Record]) -> Evidence:
    most = max(each.counts[0] for each in records)
    return replace(
        _evidence(weighing, records, most, most, inf, None),
        level=1.0,
        method="An undercount can only be added to, false entries aside: what was recorded is the least that happened.",
    )


_WEIGHED: dict[str, Callable[[Weighing, Sequence[Record]], Evidence]] = {
    "ratio": _of_ratio,
    "every": _of_every,
    "share": _of_share,
    "first": _of_first,
    "level": _of_level,
}


def _evidence(
    weighing: Weighing, records: Sequence[Record], middle: float, low: float, high: float, supported: float | None
) -> Evidence:
    asked = weighing.asked
    drift = "each counter's unequal view of provinces" if asked.form in ("share", "first") else "the drift of each"
    return Evidence(
        quantity=f"realised {asked.what}",
        unit=asked.unit,
        estimate=middle,
        lower=low,
        upper=high,
        level=weighing.level,
        null="It was as the claim says.",
        alternative="It was otherwise.",
        method=f"Posterior over the counters, one of each origin, with chance and {drift}.",
        nobs=len(records),
        counted_in="source",
        supported=supported,
    )
