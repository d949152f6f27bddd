"""The link of a claim that says that the rate changed at an event."""

import hashlib

import pandas as pd

from trends import periods
from trends.claims.claim import Change, Claim
from trends.claims.study import Study
from trends.claims.totals import stand_on_change
from trends.claims.verdict import Finding, Ruling, rule
from trends.claims.words import detectable_in_words, ruling_in_words, when_in_words
from trends.errors import ModelError
from trends.evidence.calibration import error_rates
from trends.evidence.change import change_evidence
from trends.evidence.evidence import Check, Evidence
from trends.models.interruption import InterruptionModel

# A test that rejects more often than this where nothing changed may not carry a ruling (nominal 5 %).
_MOST_FALSE_ALARMS = 0.065


def interruption(link: Change, claim: Claim, study: Study) -> InterruptionModel:
    """The interrupted-series model that a claim of change asks for, on the counts it names."""
    panel = study.panel(claim.counts.source)
    if claim.counts.frequency:
        panel = panel.to(claim.counts.frequency)
    panel = panel.span(claim.counts.first or None, claim.counts.last or None)
    places = None if claim.counts.provinces == "all" else list(claim.counts.provinces)
    return InterruptionModel(
        panel.total(places),
        at=break_of(claim, study, panel.frequency),
        shape=link.shape,
        length=link.length,
        trend=link.trend,
        seasons=link.seasons,
        ramadan=link.ramadan,
    )


def break_of(claim: Claim, study: Study, freq: str) -> pd.Period:
    """The first period of the regime that a claim says began: as it names it, or by the date of its event."""
    if claim.event.at:
        return periods.period(claim.event.at, freq)
    if not claim.event.name:
        raise ModelError(
            f"date the change of the claim {claim.id!r}",
            found="neither a name nor a period under [event]",
            allowed="an event of the study, or at = the first period of the new regime",
            do="add one of the two",
        )
    return periods.first_after(study.event(claim.event.name)["first"].iloc[0].date(), freq)
