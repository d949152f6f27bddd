"""The link of a claim that says that the rate changed at an event."""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.chance.answers import EffectFound
from trends.chance.counterfactual import counterfactual
from trends.claims.asked import Asked, asked_change
from trends.claims.checks import false_alarms, no_single_province
from trends.claims.checks import specifications as other_ways
from trends.claims.checks.judged import judged
from trends.claims.claim import Claim
from trends.claims.direction import Direction, check_size
from trends.claims.effects import effect_evidence, rates_of_effect, ratio_table, ruled
from trends.claims.effort import Effort
from trends.claims.fitted import Fitted, Waiting, by_counts
from trends.claims.kinds import EXPECTED, JUST_THEN, Group, Kind, Named
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.specifications import specifications
from trends.claims.verdict import Asserted, Finding
from trends.claims.words import chance, when_in_words
from trends.nouns import either, listed

if TYPE_CHECKING:
    from trends.claims.study import Study

# Shapes and periods that stand out are told from this probability on.
_WORTH_SAYING = 0.10


@dataclass(frozen=True)
class Change:
    """The rate changed at the event, beyond what such series do by themselves: ``direction``, by ``at_least``.

    The rate is the mean over the span from the event to the day on which the claim was made, or to ``last``, whatever
    the shape of the change. ``at_least`` is a factor: 1.5 is by half. Without it any rise, or fall, is claimed.
    """

    direction: Direction
    at_least: float | None = None
    last: str = ""

    def __post_init__(self) -> None:
        check_size(self.at_least)


@dataclass(frozen=True, eq=False)
class ChangeFound(Fitted):
    """What the chart of a change shows.

    Attributes
    ----------
    asked : Asked
        The counts, the date and the span.
    found : EffectFound
        The effect over the span.
    course : pandas.DataFrame
        ``fitted``, ``expected``, ``lower``, ``upper``, as `trends.chance.counterfactual.counterfactual` has them.
    """

    asked: Asked
    found: EffectFound
    course: pd.DataFrame

    def would_settle(self, finding: Finding, stand: Asserted, study: "Study", wait: Waiting | None) -> str:
        """Whether a fuller count of the same course, or more periods, would settle it."""
        return by_counts(finding, self.asked, wait)

    def certain_end(self, stand: Asserted, up: bool) -> float | None:
        """The ratio that the posterior is above, or below, as surely as a ruling asks."""
        return exp(self.found.ratio.log_ratio.quantile(1 - stand.sure if up else stand.sure))


def find(link: Change, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a change at an event: its mean effect over the span, whatever its shape."""
    asked = asked_change(claim, study, "assess the change")
    found = asked.effect()
    rates = rates_of_effect(asked)
    null = "the level, drifting as such series do, accounts for the counts"
    evidence = effect_evidence(found, asked, rates, null=null)
    required = KIND.required(claim)
    curve = specifications(claim, study, limit=effort.specifications) if other_ways.CHECK in required else None
    subject = judged(evidence, asked, claim, study, curve)
    checks = tuple(check.of(rates if check.name == false_alarms.CHECK.name else subject) for check in required)
    tested = ruled(evidence, asked.stand, checks)
    events = float(asked.counts.loc[asked.first : asked.last].sum())
    table = ratio_table([("estimated", events, evidence.estimate, evidence.lower, evidence.upper)])
    return Finding(
        "change",
        f"Did the rate change in {when_in_words(asked.at)}, beyond what such series do by themselves?",
        tested.ruling,
        f"{tested.sentence} {shapes_in_words(found, tested.ruling)}".rstrip(),
        tested.evidence,
        tested.stand,
        checks=tested.checks,
        caveats=study.sources[asked.source].caveats,
        table=table,
        fit=ChangeFound(asked, found, counterfactual(found)),
    )


def shapes_in_words(found: EffectFound, ruling: Ruling) -> str:
    """Which shapes the change may have had, and which periods stand out alone."""
    noun = periods.frequency_name(periods.frequency_of(found.series.index))
    shapes = [f"{shape_in_words(name, noun)} ({chance(p)})" for name, p in found.shapes if p >= _WORTH_SAYING]
    start = "Its" if ruling in (Ruling.SUPPORTED, Ruling.CONTRADICTED) else "If there was a change, its"
    words = f"{start} shape was {either(shapes)}." if shapes else ""
    alone = [when_in_words(label) for label, _ in found.outliers]
    return f"{words} {listed(alone)} {'stands' if len(alone) == 1 else 'stand'} out alone." if alone else words


def shape_in_words(name: str, noun: str) -> str:
    """A shape of a change as a reader says it.

    Examples
    --------
    >>> shape_in_words("step", "month"), shape_in_words("ramp of 3", "month"), shape_in_words("pulse of 1", "month")
    ('a step', 'a change over 3 months', 'a change that passed after 1 month')
    """
    kind, _, length = name.partition(" of ")
    span = f"{length} {noun}{'' if length == '1' else 's'}"
    words = {"step": "a step", "hinge": "a change that grew steadily", "ramp": f"a change over {span}"}
    return words.get(kind, f"a change that passed after {span}")


KIND = Kind(
    key="change",
    rung=Rung.ORDINARY,
    record=Change,
    find=find,
    heading="Change at the event",
    rows="Interval",
    chart="change",
    caption="The counts, the fit, and what was to be expected had nothing changed",
    cites_rows=False,
    counted_in="period",
    group=Group.CHANGES,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, no_single_province.CHECK, other_ways.CHECK),
    survives_with="",
    bias=JUST_THEN,
    settled_by="More periods, or a fuller count.",
    of_counts=True,
    names=lambda link: Named(periods=(link.last,)),
)
