"""What a claim asks of a study: its counts, its dates, its design, and the one column in question."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import periods
from trends.claims.claim import Claim
from trends.claims.direction import BAR, stand_on_change
from trends.claims.verdict import Asserted
from trends.counts.panel import Panel
from trends.errors import ModelError, StudyError
from trends.fits.design import baseline

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True, eq=False)
class Asked:
    """What a link asks: whether the column ``term`` of a design has an effect on counts, and on which side of a bar.

    Attributes
    ----------
    counts : pandas.Series
        Counts on a PeriodIndex, shape ``(n_periods,)``; NaN was not watched.
    exposure : pandas.Series or None
        The share of each period that was watched; None where the counts carry it.
    design : pandas.DataFrame
        What was to be expected, and the column in question.
    term : str
        The column's name.
    at : pandas.Period or None
        The first period after the change; None where there is no date.
    direction, at_least : str, float
        What is claimed of its rate ratio.
    quantity : str
        The rate ratio as a noun phrase.
    source : str
        The name of the source in the study.
    """

    counts: pd.Series
    exposure: pd.Series | None
    design: pd.DataFrame
    term: str
    at: pd.Period | None
    direction: str
    at_least: float
    quantity: str
    source: str

    @property
    def watched(self) -> np.ndarray:
        """The periods that are fitted."""
        return self.counts.notna().to_numpy()

    @property
    def stand(self) -> Asserted:
        """What is claimed, as values of the rate ratio."""
        return stand_on_change(self.direction, self.at_least)


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
    if name not in study.panels:
        raise ModelError(
            "follow the counts over time",
            found=f"published figures of {study.sources[name].title}, which are totals and not a series",
            allowed=f"a source with a panel: {', '.join(study.panels)}",
            do="add such a source, or name one of these",
            lacks=(
                f"{study.sources[name].title} publishes totals, and a course over time takes counts by the month. "
                "Such counts of the same thing would settle it."
            ),
        )
    panel = study.panels[name]
    if claim.counts.frequency:
        panel = panel.to(claim.counts.frequency)
    return panel.span(claim.counts.first or None, claim.counts.last or None)


def counts_of(claim: Claim, study: "Study") -> pd.Series:
    """The series of counts that a claim is about, with its exposure."""
    return panel_of(claim, study).total(places_of(claim))


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
        raise StudyError(
            f"{asked} of the claim {claim.id!r}",
            found=f"the links {', '.join(claim.asserts)}",
            allowed="a claim that asserts a change",
            do="choose such a claim",
        )
    return link


def asserted(link: Any, claim: Claim) -> tuple[str, float]:
    """Direction and bar of a link: its own, or those of the claim's link ``change``."""
    change = claim.asserts.get("change")
    direction = link.direction or getattr(change, "direction", None)
    if direction is None:
        raise ModelError(
            f"rule on the claim {claim.id!r}",
            found="neither a link 'change' nor a direction",
            allowed="rise, fall or none",
            do='give the link a direction = "rise"',
        )
    return direction, link.at_least or getattr(change, "at_least", BAR)


def season_of(counts: pd.Series, seasons: bool | int) -> bool | int | None:
    """The season that counts can have: none where they are by the year."""
    return None if periods.frequency_of(counts.index) == "Y" else seasons


def expected_design(counts: pd.Series, claim: Claim) -> pd.DataFrame:
    """What was to be expected without a change, as the claim's link of change has it, or with trend and season."""
    change = claim.asserts.get("change")
    if change is None:
        return baseline(counts.index, trend=True, seasons=season_of(counts, True), ramadan=False)
    seasons = season_of(counts, change.seasons)
    return baseline(counts.index, trend=change.trend, seasons=seasons, ramadan=change.ramadan)
