"""The link of a claim that says what was to be expected: the total of some periods against its forecast."""

from math import exp

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.calibration import power_of, trials_of
from trends.chance.forecast import forecast
from trends.claims.change import (
    DRAWS,
    PANELS,
    break_of,
    counts_of,
    holds_its_size,
    panels_for,
    ratio_evidence_of,
    ratio_table,
    stand_on_change,
    with_alarms,
)
from trends.claims.claim import Claim, Forecast
from trends.claims.study import Study
from trends.claims.verdict import Finding, Ruling, rule
from trends.claims.words import detectable_in_words, ruling_in_words, span_in_words
from trends.fits.design import baseline


def forecast_finding(link: Forecast, claim: Claim, study: Study) -> Finding:
    """The ruling on a forecast: the total from its first period on, against what the periods before led to expect."""
    counts = counts_of(claim, study)
    letter = periods.frequency_of(counts.index)
    first = periods.period(link.first, letter) if link.first else break_of(claim, study, letter)
    last = periods.period(link.last, letter) if link.last else counts.index[-1]
    counts = counts.loc[:last]
    seasons = None if letter == "Y" else link.seasons
    made = forecast(counts, baseline(counts.index, trend=link.trend, seasons=seasons, ramadan=link.ramadan), first)
    span = span_in_words(first, counts.index[-1])
    evidence = ratio_evidence_of(
        made.test,
        power_of(made.question, panels=PANELS, draws=DRAWS),
        link.direction,
        link.at_least,
        quantity=f"total of {span}, against its forecast,",
        null="It is 1: what was counted lies within what was to be expected.",
        method=f"trend and season fitted to the periods before, the others totalled in one figure; {made.test.method}",
    )
    stand = stand_on_change(link.direction, link.at_least)
    alarms = trials_of(made.question, panels=panels_for(evidence, stand), draws=DRAWS)
    evidence, checks = with_alarms(evidence, alarms), (holds_its_size(alarms),)
    ruling = rule(evidence, stand, checks)
    sentence = f"{_in_counts(made, span)} {ruling_in_words(ruling, evidence, stand, checks)}"
    if ruling is Ruling.CANNOT_TELL:
        sentence = f"{sentence} {detectable_in_words(evidence)}"
    row = ("calibrated", made.observed, evidence.estimate, evidence.lower, evidence.upper)
    return Finding(
        "forecast",
        f"Was the total of {span} outside what was to be expected?",
        ruling,
        sentence,
        evidence,
        stand,
        checks=checks,
        caveats=study.sources[claim.counts.source or study.source].caveats,
        table=ratio_table([row]),
        fit=Forecasted(counts, made),
    )


class Forecasted:
    """The counts and their forecast, for the chart."""

    def __init__(self, counts: pd.Series, made):
        self.counts, self.made = counts, made


def _in_counts(made, span: str) -> str:
    """What was expected and what came, in incidents."""
    test, unit = made.test, "incidents"
    low, high = (made.observed / exp(bound) if made.observed else np.nan for bound in (test.upper, test.lower))
    between = f" ({test.level:.0%} interval {low:,.0f} to {high:,.0f})" if np.isfinite([low, high]).all() else ""
    between = between.replace("%", " %")
    return (
        f"For {span}, {made.expected:,.0f} {unit}{between} were to be expected, and {made.observed:,.0f} were counted."
    )
