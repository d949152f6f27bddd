"""What a claim asks of a study: its counts, its dates, its span, and the effect of a change at a known date."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.answers import EffectFound
from trends.chance.known_change import WIDTH
from trends.chance.questions import effect
from trends.claims.claim import Claim
from trends.claims.direction import stand_on_change
from trends.claims.verdict import Asserted
from trends.claims.words import capital, during, span_in_words, titled, when_in_words
from trends.counts.panel import Panel
from trends.counts.series import CheckedSeries, checked_series
from trends.errors import ModelError
from trends.nouns import plural

if TYPE_CHECKING:
    from trends.claims.study import Study


#: Fewest watched periods before a change: with fewer there is nothing to expect.
BEFORE = 3


@dataclass(frozen=True, eq=False)
class Asked:
    """What a link asks: how a change at a known date moved the mean rate over a span, and on which side of a bar.

    Attributes
    ----------
    counts : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    series : CheckedSeries
        The same with its exposure.
    at : pandas.Period
        The first period after the change.
    first, last : pandas.Period
        The span over which the effect is meant.
    direction : str
        What is claimed of the rate ratio.
    at_least : float or None
        The bar; None where no size is claimed.
    source, country : str
        The name of the source in the study, and the study's country, whose series the prior leaves out.
    """

    counts: pd.Series
    series: CheckedSeries
    at: pd.Period
    first: pd.Period
    last: pd.Period
    direction: str
    at_least: float | None
    source: str
    country: str

    @property
    def stand(self) -> Asserted:
        """What is claimed, as values of the rate ratio."""
        return stand_on_change(self.direction, self.at_least)

    @property
    def quantity(self) -> str:
        """The rate ratio as a noun phrase."""
        return f"rate {during(self.first, self.last)}, against what was to be expected,"

    def effect(self, known: tuple[tuple[np.ndarray, float], ...] = ()) -> EffectFound:
        """The effect, with columns of other influences entered, each with the variance of its coefficient.

        Where the span begins later than the change, the periods between are set aside by a column of their own: else
        a change that passed before the span would have to be one that goes on in it.
        """
        if self.first > self.at:
            between = np.asarray((self.counts.index >= self.at) & (self.counts.index < self.first), float)
            known = (*known, (between, WIDTH**2))
        return effect(self.series, self.at, self.last, since=self.first, known=known, without=self.country)

    def of(self, counts: pd.Series) -> "Asked":
        """The same asked of other counts over the same periods."""
        return replace(self, counts=counts, series=checked_series(counts))


def source_of(claim: Claim, study: "Study") -> str:
    """The name of the source that a claim is about: its own, or the study's."""
    return claim.counts.source or study.source


def places_of(claim: Claim) -> list[str] | None:
    """The provinces that a claim names; None for all."""
    return None if claim.counts.provinces == "all" else list(claim.counts.provinces)


def span_of(claim: Claim, study: "Study") -> tuple[str, str]:
    """First and last period that a claim is about: its own, or the study's."""
    return claim.counts.first or study.first, claim.counts.last or study.last


def panel_of(claim: Claim, study: "Study") -> Panel:
    """The panel of counts that a claim is about: its source, frequency and span, with all provinces."""
    name = source_of(claim, study)
    if study.as_of and name not in study.panels and study.sources[name].counts:
        raise _not_yet(study.sources[name].title, study.as_of)
    if name not in study.panels:
        raise ModelError(
            "follow the counts over time",
            found=f"published figures of {study.sources[name].title}, which are totals and not a series",
            allowed=f"a source with a panel: {', '.join(study.panels)}",
            do="add such a source, or name one of these",
            lacks=(
                f"{capital(titled(study.sources[name].title))} publishes totals, and a course over time takes counts "
                "by the month. Such counts of the same thing would settle it."
            ),
        )
    panel = study.panels[name]
    if claim.counts.frequency:
        panel = (_whole(panel, claim, study) if study.as_of else panel).to(claim.counts.frequency, partial="missing")
    return _span_known(panel, claim, study)


def _span_known(panel: Panel, claim: Claim, study: "Study") -> Panel:
    """The span of a claim, as much of it as a study of some month has."""
    first, last = claim.counts.first or None, claim.counts.last or None
    if not study.as_of:
        return panel.span(first, last)
    if first and periods.period(first).start_time > panel.index[-1].end_time:
        raise _not_yet(study.sources[source_of(claim, study)].title, study.as_of)
    if last and periods.period(last).end_time > panel.index[-1].end_time:
        last = None
    return panel.span(first, last)


def _whole(panel: Panel, claim: Claim, study: "Study") -> Panel:
    """The coarser periods of a claim that were over when a study of some month ends."""
    coarse = periods.to_frequency(panel.index, claim.counts.frequency)
    over = panel.index[coarse.end_time <= panel.index[-1].end_time]
    if not len(over):
        raise _not_yet(study.sources[source_of(claim, study)].title, study.as_of)
    return panel.span(None, over[-1])


def _not_yet(title: str, month: str) -> ModelError:
    return ModelError(
        f"follow the counts as of {month}",
        found=f"none in {title} by then",
        allowed="a month by which there were counts",
        do="ask as of a later one",
        lacks=f"By {when_in_words(month)} {title} had no counts of this time.",
    )


def counts_of(claim: Claim, study: "Study") -> pd.Series:
    """The series of counts that a claim is about, with its exposure.

    A period in which some of its provinces were watched less than others has no total: a sum over fewer would look
    like a fall.
    """
    return panel_of(claim, study).total(places_of(claim), partial="missing")


def counted_panel(claim: Claim, study: "Study") -> Panel:
    """The panel that a claim is about, of its own provinces alone."""
    panel, places = panel_of(claim, study), places_of(claim)
    return panel.select(places) if places else panel


def break_of(claim: Claim, study: "Study", freq: str) -> pd.Period:
    """The first period of the regime that a claim says began: as it names it, or by the date of its event."""
    if claim.event.at:
        return periods.period(claim.event.at, freq)
    if not claim.event.name:
        raise ModelError(
            f"date the change of the claim {claim.id!r}",
            found="neither a name nor a period under [event]",
            allowed="an event of the study, or at = the first period of the new regime",
            do="add one of the two",
            lacks="The claim is tied to no date. A date that its speaker would accept would make it one to test.",
        )
    return periods.first_after(study.event(claim.event.name)["first"].iloc[0].date(), freq)


def change_of(claim: Claim, asked: str) -> Any:
    """The link ``change`` of a claim; refused, as what was asked of the claim, where it asserts none."""
    link = claim.asserts.get("change")
    if link is None:
        raise ModelError(
            f"{asked} of the claim {claim.id!r}",
            found=f"the links {', '.join(claim.asserts)}",
            allowed="a claim that asserts a change",
            do="choose such a claim",
            lacks="The claim says nothing of a change, so that there is none to look into.",
        )
    return link


def said_in(claim: Claim, freq: str) -> pd.Period:
    """The period in which a claim was made."""
    return periods.period(claim.said_on).end_time.to_period(freq)


def asked_change(claim: Claim, study: "Study", asked: str) -> Asked:
    """What the link ``change`` of a claim asks: over the span from its event to the day on which it was said.

    A change that was foretold, or for which no period had passed, is asked of all periods from its event on.
    """
    link = change_of(claim, asked)
    counts = counts_of(claim, study)
    freq = counts.index.freqstr
    at = break_of(claim, study, periods.frequency_of(counts.index))
    _within(at, counts, claim)
    last = periods.period(link.last, freq) if link.last else min(said_in(claim, freq), counts.index[-1])
    if not link.last and last < at:
        last = counts.index[-1]
    if not at <= last <= counts.index[-1]:
        raise ModelError(
            f"hold the change of the claim {claim.id!r} against its counts",
            found=f"last = {link.last!r}, a change in {periods.label_of(at)} and counts to "
            f"{periods.label_of(counts.index[-1])}",
            allowed="a last period between the two",
            do="correct last of the link change, or leave it out",
            lacks=f"The change is said to have lasted to {when_in_words(last)}, and "
            + (
                f"began in {when_in_words(at)}."
                if last < at
                else f"{when_in_words(counts.index[-1])} is the last that was counted."
            ),
        )
    return Asked(
        counts, checked_series(counts), at, at, last, link.direction, link.at_least, source_of(claim, study),
        study.country,
    )  # fmt: skip


def asked_later(
    claim: Claim, study: "Study", at: pd.Period, later: pd.Period, direction: str, bar: float | None
) -> Asked:
    """What is asked of a change at ``at`` in the two years from ``later`` on."""
    counts = counts_of(claim, study)
    two_years = later + (round(2 * periods.PER_YEAR[periods.frequency_of(counts.index)]) - 1)
    return Asked(
        counts, checked_series(counts), at, later, min(two_years, counts.index[-1]), direction, bar,
        source_of(claim, study), study.country,
    )  # fmt: skip


def _within(at: pd.Period, counts: pd.Series, claim: Claim) -> None:
    before = int(counts[counts.index < at].notna().sum())
    noun = periods.frequency_name(periods.frequency_of(counts.index))
    if counts.index[0] < at <= counts.index[-1] and before < BEFORE:
        raise ModelError(
            f"hold the change of the claim {claim.id!r} against its counts",
            found=f"{before} watched {noun}s before {periods.label_of(at)}",
            allowed=f"{BEFORE} or more, so that there is something to expect",
            do="give the claim a longer span under [counts]",
            lacks=f"Before the change {plural(before, noun)} {'was' if before == 1 else 'were'} watched, of at least "
            f"{BEFORE}.",
        )
    if counts.index[0] < at <= counts.index[-1]:
        return
    raise ModelError(
        f"hold the change of the claim {claim.id!r} against its counts",
        found=f"counts in {span_in_words(counts.index[0], counts.index[-1])} and a change in {periods.label_of(at)}",
        allowed="counts before the change and after it",
        do="give the claim a longer span under [counts], or another date under [event]",
        lacks=f"The counts are those of {span_in_words(counts.index[0], counts.index[-1])}, and the change is said to "
        f"have begun in {when_in_words(at)}: one of its sides was not counted.",
    )


def asserted(link: Any, claim: Claim) -> tuple[str, float | None]:
    """Direction and bar of a link: its own, or those of the claim's link ``change``."""
    change = claim.asserts.get("change")
    direction = link.direction or getattr(change, "direction", None)
    if direction is None:
        raise ModelError(
            f"rule on the claim {claim.id!r}",
            found="neither a link 'change' nor a direction",
            allowed="rise, fall or none",
            do='give the link a direction = "rise"',
            lacks="The claim does not say whether it means a rise or a fall. One of the two would make it one to test.",
        )
    return direction, link.at_least or getattr(change, "at_least", None)
