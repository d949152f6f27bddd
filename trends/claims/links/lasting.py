"""The link of a claim that says that its change was a new level."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trends import periods
from trends.chance.counterfactual import counterfactual
from trends.chance.questions import lasting as probability_lasting
from trends.claims.asked import Asked, asked_later, asserted, break_of, counts_of
from trends.claims.checks import false_alarms, no_single_province
from trends.claims.checks.judged import judged
from trends.claims.claim import Claim
from trends.claims.direction import Direction, check_size
from trends.claims.effects import effect_evidence, rates_of_effect, ratio_finding, ruled
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, Group, Kind, names_nothing
from trends.claims.links.change import ChangeFound
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.claims.words import chance, during, span_in_words, when_in_words
from trends.errors import ModelError
from trends.fits.options import checked_whole

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Lasting:
    """The change was a new level and not a pulse: the rate was still other ``after`` so many periods, for two years.

    ``direction`` and ``at_least`` are by default those of the link ``change``.
    """

    after: int = 3
    direction: Direction | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        check_size(self.at_least)
        checked_whole(self.after, "read whether a change lasted", "after", 1)


def find(link: Lasting, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on whether a change was a new level: its effect over the later periods, the first ones set aside."""
    asked = _asked(link, claim, study)
    found = asked.effect()
    rates = rates_of_effect(asked)
    noun = periods.frequency_name(periods.frequency_of(asked.counts.index))
    null = "the level, drifting as such series do, accounts for the later counts"
    evidence = effect_evidence(found, asked, rates, null=null)
    subject = judged(evidence, asked, claim, study)
    checks = tuple(check.of(rates if check.name == "false alarms" else subject) for check in KIND.required(claim))
    tested = ruled(evidence, asked.stand, checks)
    early = replace(asked, first=asked.at, last=asked.first - 1).effect()
    until = min(asked.last, early.series.index[-1])
    finding = ratio_finding(
        "lasting",
        f"Was the change of {when_in_words(asked.at)} a new level, and not a pulse?",
        tested,
        asked.counts.loc[asked.first : asked.last],
        fit=ChangeFound(asked, found, counterfactual(found)),
    )
    if until < asked.first:
        return finding
    kept = probability_lasting(early, asked.first, until)
    sentence = (
        f"{finding.sentence} That half or more of its first {link.after} {noun}s was still there "
        f"{during(asked.first, until)} has a probability of {chance(kept)}."
    )
    return replace(finding, sentence=sentence)


def _asked(link: Lasting, claim: Claim, study: "Study") -> Asked:
    direction, bar = asserted(link, claim)
    counts = counts_of(claim, study)
    at = break_of(claim, study, periods.frequency_of(counts.index))
    later = at + link.after
    if not counts.index[0] < at or not later <= counts.index[-1]:
        raise ModelError(
            f"rule on whether the change of {when_in_words(at)} lasted",
            found=f"counts in {span_in_words(counts.index[0], counts.index[-1])}",
            allowed=f"counts before it and beyond {when_in_words(later)}",
            do="wait for later periods, or ask after fewer",
            lacks="The counts end too soon after the change to see whether it lasted. Later ones would settle it.",
        )
    return asked_later(claim, study, at, later, direction, bar)


KIND = Kind(
    key="lasting",
    rung=Rung.LASTING,
    record=Lasting,
    find=find,
    heading="Lasting",
    rows="Interval",
    chart="change",
    caption="The counts, the fit, and what was to be expected had nothing changed",
    cites_rows=False,
    counted_in="period",
    group=Group.CHANGES,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, no_single_province.CHECK),
    survives_with="change",
    bias="all reporting had {way} by {by} in the later periods",
    settled_by="More periods, or a fuller count.",
    of_counts=True,
    names=names_nothing,
)
