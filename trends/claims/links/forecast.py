"""The link of a claim that says what was to be expected: the total of some periods against its forecast."""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.calibration import power_of, trials_of
from trends.chance.curve import LeftOut
from trends.chance.forecast import Forecast as Made
from trends.chance.forecast import forecast
from trends.claims.asked import break_of, counted_panel, counts_of, source_of
from trends.claims.checks import false_alarms, no_single_province
from trends.claims.checks.judged import Judged
from trends.claims.claim import Claim
from trends.claims.coefficient import panels_for, ratio_evidence_of, ratio_table, with_alarms
from trends.claims.direction import BAR, Direction, adverse_side, stand_on_change
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, Group, Kind, Named
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding, Ruling, rule
from trends.claims.words import detectable_in_words, ruling_in_words, span_in_words
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.design import baseline

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class Forecast:
    """The total from ``first`` to ``last`` was outside what the periods before it led one to expect, or inside.

    ``direction`` says on which side: ``"no rise"`` is "not a comeback". By default the forecast begins with the claim's
    event and goes to the end of ``[counts]``. The other keys are those of ``change``.
    """

    direction: Direction
    at_least: float = BAR
    first: str = ""
    last: str = ""
    trend: bool = True
    seasons: bool | int = True
    ramadan: bool = False


@dataclass(frozen=True, eq=False)
class Forecasted:
    """The counts and their forecast, for the chart."""

    counts: pd.Series
    made: Made


def find(link: Forecast, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a forecast: the total from its first period on, against what the periods before led to expect."""
    counts = counts_of(claim, study)
    letter = periods.frequency_of(counts.index)
    first = periods.period(link.first, letter) if link.first else break_of(claim, study, letter)
    last = periods.period(link.last, letter) if link.last else counts.index[-1]
    counts = counts.loc[:last]
    seasons = None if letter == "Y" else link.seasons
    design = baseline(counts.index, trend=link.trend, seasons=seasons, calendar=["ramadan"] if link.ramadan else ())
    made = forecast(counts, design, first)
    span = span_in_words(first, counts.index[-1])
    evidence = ratio_evidence_of(
        made.test,
        power_of(made.question, panels=effort.panels, draws=effort.draws),
        link.direction,
        link.at_least,
        quantity=f"total of {span}, against its forecast,",
        null="It is 1: what was counted lies within what was to be expected.",
        method=f"trend and season fitted to the periods before, the others totalled in one figure; {made.test.method}",
    )
    stand = stand_on_change(link.direction, link.at_least)
    alarms = trials_of(made.question, panels=panels_for(evidence, stand, effort), draws=effort.draws)
    evidence = with_alarms(evidence, alarms)
    left_out = _without_each(counted_panel(claim, study).span(None, str(counts.index[-1])), design, first, made)
    judged = Judged(evidence, stand, left_out, 0)
    checks = tuple(c.of(alarms if c.name == "false alarms" else judged) for c in KIND.required(claim))
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
        caveats=study.sources[source_of(claim, study)].caveats,
        table=ratio_table([row]),
        fit=Forecasted(counts, made),
    )


def _without_each(panel: Panel, design: pd.DataFrame, first: pd.Period, made: Made) -> LeftOut:
    """The total against its forecast without each province with incidents in turn; without intervals."""
    counted = [name for name in panel.provinces if panel.counts[name].sum() > 0]
    ratios = {}
    for name in counted if len(counted) > 1 else ():
        counts = panel.total([other for other in panel.provinces if other != name])
        ratios[name] = _against_forecast(counts, design, first)
    own = made.observed / made.expected if made.expected else np.nan
    table = pd.DataFrame({"ratio": pd.Series(ratios, dtype=float)}).assign(lower=np.nan, upper=np.nan)
    return LeftOut(float(own), table.rename_axis("province"))


def _against_forecast(counts: pd.Series, design: pd.DataFrame, first: pd.Period) -> float:
    """What was counted from a period on, as a multiple of what the periods before led to expect."""
    watched, after = counts.notna().to_numpy(), (counts.index >= first)
    exog, values = design.to_numpy(float), counts.to_numpy(float)
    before = watched & ~after
    # A column that is constant before has no estimate there: it takes no part.
    kept = np.array([np.ptp(exog[before, k]) > 0 or name == "const" for k, name in enumerate(design.columns)])
    try:
        fit = fit_poisson(values[before], exog[before][:, kept])
    except ModelError:
        return np.nan
    expected = np.exp(exog[watched & after][:, kept] @ fit.params[0]).sum()
    return float(values[watched & after].sum() / expected) if expected > 0 else np.nan


def _in_counts(made: Made, span: str) -> str:
    """What was expected and what came, in incidents."""
    test, unit = made.test, "incidents"
    low, high = (made.observed / exp(bound) if made.observed else np.nan for bound in (test.upper, test.lower))
    between = f" ({test.level:.0%} interval {low:,.0f} to {high:,.0f})" if np.isfinite([low, high]).all() else ""
    between = between.replace("%", " %")
    return (
        f"For {span}, {made.expected:,.0f} {unit}{between} were to be expected, and {made.observed:,.0f} were counted."
    )


KIND = Kind(
    key="forecast",
    rung=Rung.ORDINARY,
    record=Forecast,
    find=find,
    heading="Forecast",
    rows="Interval",
    chart="forecast",
    caption="The counts, and the fan of what the periods before led to expect",
    cites_rows=False,
    counted_in="period",
    group=Group.FORECASTS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, no_single_province.CHECK),
    survives_with="",
    on_its_counts=False,
    of_counts=True,
    adverse=lambda link, claim: adverse_side(link.direction),
    names=lambda link: Named(periods=(link.first, link.last)),
)
